// What a witness is asked and what it answers (c2sp.org/tlog-witness): the form of add-checkpoint, read from bytes of
// strangers, and the judgement by what the witness remembers. Pure: remembering and signing are done by who calls.
import { asBuffer, equalBytes, fromBase64 } from '../lib/bytes.ts'
import { sha256Hex } from '../lib/hash.ts'
import type { Checkpoint } from './checkpoint.ts'
import { checkConsistency, emptyRoot, type TreeHash } from './merkle.ts'

/** Longest body that a witness reads. */
export const maxBodyBytes = 64 * 1024
const maxProofHashes = 63
export const sizeType = 'text/x.tlog.size'
const textType = 'text/plain; charset=utf-8'

export interface AddCheckpoint {
  /** Size that the asker believes the witness to have seen last. */
  readonly old: number
  readonly proof: readonly TreeHash[]
  /** Signed note, verbatim. */
  readonly note: string
}

/** An answer over HTTP. */
export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
}

/** A witness, as the door that leads to it sees it. Every call is whole when it returns. */
export interface WitnessDoor {
  /** POST add-checkpoint. */
  add(body: Uint8Array): Answer
  /** GET <sha256 of the origin in hex>/checkpoint. */
  newest(originHash: string): Answer
}

export const answer = (status: number, body: string, type = textType): Answer => ({ status, type, body })

/** What stands for an origin in the path. */
export const originHash = (origin: string): string => sha256Hex(origin)

/** Body of add-checkpoint. */
export const formatAddCheckpoint = ({ old, proof, note }: AddCheckpoint): string =>
  `old ${old}\n${proof.map((hash) => `${hash.toString('base64')}\n`).join('')}\n${note}`

/** Undefined when the body is not one. The note is not looked at. */
export function parseAddCheckpoint(body: Uint8Array): AddCheckpoint | undefined {
  if (body.length > maxBodyBytes) return undefined
  const text = asBuffer(body).toString()
  if (!equalBytes(Buffer.from(text), body)) return undefined // not UTF-8
  const at = text.indexOf('\n\n')
  if (at < 0) return undefined
  const [first = '', ...lines] = text.slice(0, at).split('\n')
  const [, digits] = /^old (0|[1-9]\d{0,15})$/.exec(first) ?? []
  if (digits === undefined || !Number.isSafeInteger(Number(digits)) || lines.length > maxProofHashes) return undefined
  const proof: TreeHash[] = []
  for (const line of lines) {
    const hash = fromBase64(line)
    if (hash?.length !== 32) return undefined
    proof.push(hash)
  }
  return { old: Number(digits), proof, note: text.slice(at + 2) }
}

/** What a witness remembers of a log. */
export interface Seen {
  readonly size: number
  readonly root: TreeHash
}

/** Of a log that was never seen. */
export const nothingSeen = (): Seen => ({ size: 0, root: emptyRoot() })

/** The same log signed two trees of one size: proof that it forked. */
export const isFork = (seen: Seen, { size, root }: Seen): boolean => seen.size === size && !seen.root.equals(root)

/** Why a checkpoint of a known log, signed by its key, is not cosigned; undefined = it is. */
export function refusalOf(
  seen: Seen,
  { old, proof }: Pick<AddCheckpoint, 'old' | 'proof'>,
  { size, root }: Pick<Checkpoint, 'size' | 'root'>,
): Answer | undefined {
  if (old > size) return answer(400, `old ${old} is larger than the checkpoint, which has ${size} entries\n`)
  if (old !== seen.size) return answer(409, `${seen.size}\n`, sizeType)
  if (size === 0 && !root.equals(emptyRoot())) return answer(422, 'a tree without entries has another root\n')
  if (isFork(seen, { size, root })) {
    const [before, now] = [seen.root, root].map((hash) => hash.toString('base64'))
    return answer(422, `fork: this log has signed another tree of ${size} entries: root ${before}, and now ${now}\n`)
  }
  if (!checkConsistency(old, seen.root, size, root, proof))
    return answer(422, `the proof does not show that the tree of ${size} entries contains that of ${old}\n`)
  return undefined
}
