// Signed notes (c2sp.org/signed-note) with Ed25519: a text, a blank line, and signature lines that name their key.
import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { equalBytes, fromBase64 } from '../lib/bytes.ts'
import { sha256 } from '../lib/hash.ts'

const ed25519 = 0x01
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const spki = Buffer.from('302a300506032b6570032100', 'hex')
/** More than any honest note needs; a verifier never reads further. */
const maxNoteBytes = 1_000_000
const maxSignatures = 100

export interface Verifier {
  readonly name: string
  readonly keyId: string
  /** Does the signature of the text hold? */
  check(text: string, signature: Uint8Array): boolean
}

export interface Signer extends Verifier {
  /** The public half, to hand out. */
  readonly vkey: string
  /** The signature line with its final newline. */
  line(text: string): string
}

export interface Signature {
  readonly name: string
  /** Lower-case hex of four bytes: a hint for finding the key, never a security check. */
  readonly keyId: string
  readonly bytes: Buffer
}

export interface Note {
  readonly text: string
  readonly signatures: readonly Signature[]
}

/** Can this name a key? */
const validName = (name: string): boolean => name !== '' && !/[\p{White_Space}+]/u.test(name) && name.isWellFormed()

/** Id of a key: lower-case hex of four bytes. `type` = what its signatures are, a byte. */
export function keyIdOf(name: string, publicKey: Uint8Array, type = ed25519): string {
  return sha256(name, '\n', Buffer.of(type), publicKey).subarray(0, 4).toString('hex')
}

/** Name, id and raw Ed25519 key of `<name>+<hex8>+<base64>` whose type is `type`; undefined when it is not one or its id does not fit. */
export function rawVkey(
  vkey: string,
  type = ed25519,
): { name: string; keyId: string; publicKey: Buffer; key: KeyObject } | undefined {
  const [, name = '', keyId = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(vkey) ?? []
  const bytes = fromBase64(encoded)
  if (!bytes || bytes.length !== 33 || bytes[0] !== type || !validName(name)) return undefined
  const publicKey = bytes.subarray(1)
  if (keyIdOf(name, publicKey, type) !== keyId) return undefined
  const key = createPublicKey({ key: Buffer.concat([spki, publicKey]), format: 'der', type: 'spki' })
  return { name, keyId, publicKey, key }
}

/** The pair of an Ed25519 seed. TypeError for a name that cannot name a key, or a seed that has not 32 bytes. */
export function keyPair(name: string, seed: Uint8Array): { privateKey: KeyObject; publicKey: KeyObject; raw: Buffer } {
  if (!validName(name)) throw new TypeError(`"${name}" cannot name a key`)
  if (seed.length !== 32) throw new TypeError('an Ed25519 seed has 32 bytes')
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey)
  return { privateKey, publicKey, raw: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32) }
}

function verifierOf(name: string, publicKey: Uint8Array, key: KeyObject): Verifier {
  return {
    name,
    keyId: keyIdOf(name, publicKey),
    check: (text, signature) => signature.length === 64 && verify(null, Buffer.from(text), key, signature),
  }
}

/** Reads `<name>+<hex8>+<base64>`; undefined when it is not a vkey of an Ed25519 key or its id does not fit. */
export function parseVkey(vkey: string): Verifier | undefined {
  const found = rawVkey(vkey)
  return found && verifierOf(found.name, found.publicKey, found.key)
}

/** A signer from a name and the 32 bytes of an Ed25519 seed. TypeError for a bad name or seed. */
export function signerOf(name: string, seed: Uint8Array): Signer {
  const { privateKey, publicKey: publicKeyObject, raw: publicKey } = keyPair(name, seed)
  const verifier = verifierOf(name, publicKey, publicKeyObject)
  const id = Buffer.from(verifier.keyId, 'hex')
  return {
    ...verifier,
    vkey: `${name}+${verifier.keyId}+${Buffer.concat([Buffer.of(ed25519), publicKey]).toString('base64')}`,
    line: (text) => `— ${name} ${Buffer.concat([id, sign(null, Buffer.from(text), privateKey)]).toString('base64')}\n`,
  }
}

/** Reads Go's text form of a signing key, `PRIVATE+KEY+<name>+<hex8>+<base64>`; undefined when it is not one. */
export function parseSkey(skey: string): Signer | undefined {
  const [, name = '', keyId, encoded = ''] =
    /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(skey) ?? []
  const bytes = fromBase64(encoded)
  if (!bytes || bytes.length !== 33 || bytes[0] !== ed25519 || !validName(name)) return undefined
  const signer = signerOf(name, bytes.subarray(1))
  return signer.keyId === keyId ? signer : undefined
}

/** The note of a text (which ends in a newline) under one signer. */
export function signNote(text: string, signer: Signer): string {
  if (!text.endsWith('\n')) throw new TypeError('the text of a note ends in a newline')
  return `${text}\n${signer.line(text)}`
}

/** Splits a note into its text and its signatures, without checking any of them. Undefined when it is malformed. */
export function parseNote(note: string): Note | undefined {
  // oxlint-disable-next-line no-control-regex
  if (note.length > maxNoteBytes || /[\u0000-\u0009\u000b-\u001f]/.test(note) || !note.isWellFormed()) return undefined
  const at = note.lastIndexOf('\n\n')
  if (at < 0 || !note.endsWith('\n')) return undefined
  const lines = note.slice(at + 2, -1).split('\n')
  if (lines.length > maxSignatures) return undefined
  const signatures: Signature[] = []
  for (const line of lines) {
    const [, name = '', encoded = ''] = /^— (\S+) (\S+)$/u.exec(line) ?? []
    const bytes = fromBase64(encoded)
    if (!validName(name) || !bytes || bytes.length < 5) return undefined
    signatures.push({ name, keyId: bytes.toString('hex', 0, 4), bytes: bytes.subarray(4) })
  }
  return { text: note.slice(0, at + 1), signatures }
}

/**
 * Opens a note under the keys that the reader trusts. Lines of unknown keys are ignored; a line of a known key that does
 * not verify spoils the whole note, and so does the lack of any line that verifies: both give undefined.
 */
export function openNote(
  note: Uint8Array | string,
  trusted: readonly Verifier[],
): { text: string; by: readonly Verifier[] } | undefined {
  const text = typeof note === 'string' ? note : Buffer.from(note).toString()
  if (typeof note !== 'string' && !equalBytes(Buffer.from(text), note)) return undefined // not UTF-8
  const parsed = parseNote(text)
  if (!parsed) return undefined
  const by = new Set<Verifier>()
  for (const signature of parsed.signatures) {
    const key = trusted.find((one) => one.name === signature.name && one.keyId === signature.keyId)
    if (!key || by.has(key)) continue
    if (!key.check(parsed.text, signature.bytes)) return undefined
    by.add(key)
  }
  return by.size === 0 ? undefined : { text: parsed.text, by: [...by] }
}
