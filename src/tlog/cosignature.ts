// Cosignatures (c2sp.org/tlog-cosignature, cosignature/v1 with Ed25519): a witness says "at this time, this was the largest
// tree of this log that I saw, and it contains every one that I saw before". One key per cosigner: its name is not signed.
import { sign, verify } from 'node:crypto'
import { Reader, Writer } from '../lib/bytes.ts'
import { keyIdOf, keyPair, parseNote, rawVkey, type Verifier } from './note.ts'

const type = 0x04
const payloadBytes = 72

export interface CosignatureVerifier extends Verifier {
  readonly vkey: string
  /** When the cosigner says it was, in seconds since 1970; undefined where the signature does not hold. */
  time(text: string, signature: Uint8Array): number | undefined
}

export interface Cosigner extends CosignatureVerifier {
  /** The line with its final newline. `text` = the whole text of the checkpoint, extension lines included; `time` in seconds. */
  line(text: string, time: number): string
}

const message = (text: string, time: number): Buffer => Buffer.from(`cosignature/v1\ntime ${time}\n${text}`)

function verifierOf({ name, keyId, key }: NonNullable<ReturnType<typeof rawVkey>>, vkey: string): CosignatureVerifier {
  const time = (text: string, signature: Uint8Array): number | undefined => {
    if (signature.length !== payloadBytes) return undefined
    const reader = new Reader(signature)
    let at: number
    try {
      at = reader.u64()
    } catch {
      return undefined // closed: no honest clock shows that
    }
    return verify(null, message(text, at), key, reader.take(64)) ? at : undefined
  }
  return { name, keyId, vkey, time, check: (text, signature) => time(text, signature) !== undefined }
}

/** Reads the vkey of a witness; undefined when it is not one of a cosignature/v1 Ed25519 key or its id does not fit. */
export function parseCosignerVkey(vkey: string): CosignatureVerifier | undefined {
  const found = rawVkey(vkey, type)
  return found && verifierOf(found, vkey)
}

/** A cosigner from a name and the 32 bytes of an Ed25519 seed. TypeError for a bad name or seed. */
export function cosignerOf(name: string, seed: Uint8Array): Cosigner {
  const { privateKey, publicKey: key, raw } = keyPair(name, seed)
  const keyId = keyIdOf(name, raw, type)
  const vkey = `${name}+${keyId}+${Buffer.concat([Buffer.of(type), raw]).toString('base64')}`
  return {
    ...verifierOf({ name, keyId, publicKey: raw, key }, vkey),
    line(text, time) {
      if (!Number.isSafeInteger(time) || time < 0) throw new TypeError(`${time} is not a time in seconds`)
      const head = Buffer.from(keyId, 'hex')
      const signature = sign(null, message(text, time), privateKey)
      const payload = new Writer(payloadBytes + 4).bytes(head).u64(time).bytes(signature).view()
      return `— ${name} ${payload.toString('base64')}\n`
    },
  }
}

/**
 * Who of `known` has cosigned a note, and when. Lines of others are ignored; undefined when the note is malformed or a line
 * of a known key does not hold: such a note is spoiled as a whole.
 */
export function cosignaturesOf(
  note: string,
  known: readonly CosignatureVerifier[],
): readonly { readonly by: CosignatureVerifier; readonly time: number }[] | undefined {
  const parsed = parseNote(note)
  if (!parsed) return undefined
  const found = new Map<CosignatureVerifier, number>()
  for (const { name, keyId, bytes } of parsed.signatures) {
    const by = known.find((one) => one.name === name && one.keyId === keyId)
    if (!by) continue
    const time = by.time(parsed.text, bytes)
    if (time === undefined) return undefined
    // A witness may sign the same tree again later; the newest counts.
    found.set(by, Math.max(time, found.get(by) ?? 0))
  }
  return [...found].map(([by, time]) => ({ by, time }))
}
