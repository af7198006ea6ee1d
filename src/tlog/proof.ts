// A proof that travels alone (c2sp.org/tlog-proof): that an entry is in a log, with the checkpoint it is proved against.
import { fromBase64 } from '../lib/bytes.ts'
import { openCheckpoint } from './checkpoint.ts'
import { checkInclusion, leafHash, type TreeHash } from './merkle.ts'
import type { Verifier } from './note.ts'

const magic = 'c2sp.org/tlog-proof@v1'

export interface TlogProof {
  readonly index: number
  /** Leaf's sibling first. */
  readonly hashes: readonly TreeHash[]
  /** The signed note, verbatim. */
  readonly checkpoint: string
  /** Bytes that nobody signed. */
  readonly extra?: Buffer
}

/** Text of a `.tlog-proof` file. */
export function formatProof({ index, hashes, checkpoint, extra }: TlogProof): string {
  const lines = [
    magic,
    ...(extra ? [`extra ${extra.toString('base64')}`] : []),
    `index ${index}`,
    ...hashes.map((hash) => hash.toString('base64')),
  ]
  return `${lines.join('\n')}\n\n${checkpoint}`
}

/** Undefined when the text is not a proof. */
export function parseProof(text: string): TlogProof | undefined {
  const at = text.indexOf('\n\n')
  if (at < 0) return undefined
  const [first, ...lines] = text.slice(0, at).split('\n')
  const extraLine = lines[0]?.startsWith('extra ') ? lines.shift() : undefined
  const extra = extraLine === undefined ? undefined : fromBase64(extraLine.slice(6))
  const [, digits] = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '') ?? []
  if (first !== magic || digits === undefined || (extraLine !== undefined && !extra) || lines.length > 63)
    return undefined
  const hashes: TreeHash[] = []
  for (const line of lines) {
    const hash = fromBase64(line)
    if (hash?.length !== 32) return undefined
    hashes.push(hash)
  }
  return { index: Number(digits), hashes, checkpoint: text.slice(at + 2), ...(extra ? { extra } : {}) }
}

/** Does the proof show that `entry` is in the log of `verifier`? Gives its place, or undefined. */
export function checkProof(
  text: string,
  entry: Uint8Array,
  verifier: Verifier,
): { index: number; size: number } | undefined {
  const proof = parseProof(text)
  const checkpoint = proof && openCheckpoint(proof.checkpoint, verifier)
  if (!checkpoint) return undefined
  const holds = checkInclusion(leafHash(entry), proof.index, checkpoint.size, checkpoint.root, proof.hashes)
  return holds ? { index: proof.index, size: checkpoint.size } : undefined
}
