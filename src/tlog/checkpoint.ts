// Checkpoints (c2sp.org/tlog-checkpoint): the name, size and root of a log, to be signed as a note. We write none of the
// optional extension lines, since nobody audits them, and keep those of others as they are.
import { fromBase64 } from '../lib/bytes.ts'
import type { TreeHash } from './merkle.ts'
import { openNote, signNote, type Signer, type Verifier } from './note.ts'

export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: TreeHash
}

/** The text that is signed. */
export const checkpointText = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${root.toString('base64')}\n`

/** The signed note of a checkpoint. The key's name is the origin. */
export const signCheckpoint = (checkpoint: Checkpoint, signer: Signer): string =>
  signNote(checkpointText(checkpoint), signer)

/** Undefined when the text is not a checkpoint. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [origin = '', digits = '', encoded = '', ...extensions] = text.split('\n')
  const root = fromBase64(encoded)
  if (
    origin === '' ||
    !/^(0|[1-9]\d{0,15})$/.test(digits) ||
    !Number.isSafeInteger(Number(digits)) ||
    root?.length !== 32
  )
    return undefined
  if (extensions.pop() !== '' || extensions.includes('')) return undefined
  return { origin, size: Number(digits), root }
}

/** The checkpoint of a note that verifies under `verifier` and carries its name as origin; else undefined. */
export function openCheckpoint(note: Uint8Array | string, verifier: Verifier): Checkpoint | undefined {
  const opened = openNote(note, [verifier])
  const checkpoint = opened && parseCheckpoint(opened.text)
  return checkpoint?.origin === verifier.name ? checkpoint : undefined
}
