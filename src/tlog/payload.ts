// What an entry keeps from strangers: its payload, encrypted beside the log, and the commitment in the leaf that binds it.
// With the key destroyed the commitment says nothing, since the salt that it is keyed with is inside the ciphertext.
import { createCipheriv, createDecipheriv, hash, type KeyObject } from 'node:crypto'

export const saltBytes = 32
export const nonceBytes = 12
export const tagBytes = 16
const blockBytes = 64

export interface Sealed {
  /** Whose key it is under. */
  readonly keyId: string
  readonly nonce: Uint8Array
  /** Ciphertext and tag. */
  readonly bytes: Uint8Array
}

// Memory that every call uses again: it is filled and hashed in one go, and nothing of it is handed out.
const inner = Buffer.alloc(blockBytes + 16_384)
const outer = Buffer.alloc(blockBytes + 32)

/** HMAC-SHA-256 under `salt` (32 bytes) as base64, from two one-shot hashes: a third of the time of an Hmac object. */
function hmac(salt: Uint8Array, message: Uint8Array): string {
  const length = blockBytes + message.length
  const first = length <= inner.length ? inner : Buffer.allocUnsafe(length)
  for (let i = 0; i < blockBytes; i++) {
    const byte = i < salt.length ? (salt[i] as number) : 0
    first[i] = byte ^ 0x36
    outer[i] = byte ^ 0x5c
  }
  first.set(message, blockBytes)
  outer.set(hash('sha256', first.subarray(0, length), 'buffer'), blockBytes)
  return hash('sha256', outer, 'base64')
}

/** The commitment to a payload, as it stands in the leaf: base64. */
export const commitment = hmac
/** Stands in a leaf where its commitment will be. */
export const noCommitment = '.'.repeat(44)

/** Binds the ciphertext to its place: a payload moved to another entry or another log does not open. */
class Place {
  #origin = ''
  #bytes = Buffer.alloc(8)

  at(origin: string, index: number): Buffer {
    if (origin !== this.#origin) {
      this.#origin = origin
      this.#bytes = Buffer.concat([Buffer.from(origin), Buffer.alloc(8)])
    }
    this.#bytes.writeUIntBE(index, this.#bytes.length - 6, 6)
    return this.#bytes
  }
}
const place = new Place()

/** How many bytes a payload takes when it is sealed. */
export const sealedBytes = (payloadBytes: number): number => saltBytes + payloadBytes + tagBytes

/**
 * AES-256-GCM over salt and payload, where they lie, with room for the tag behind them. `nonce` must never be used twice
 * under one key.
 */
export function sealInPlace(
  key: KeyObject,
  nonce: Uint8Array,
  at: { origin: string; index: number },
  bytes: Uint8Array,
): void {
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(place.at(at.origin, at.index))
  bytes.set(cipher.update(bytes.subarray(0, -tagBytes)))
  cipher.final()
  bytes.set(cipher.getAuthTag(), bytes.length - tagBytes)
}

/**
 * The payload, when the key opens it and it is what the leaf's `commit` promised (GCM alone does not bind a key). Undefined
 * otherwise: fails closed, and does not say which of the two it was.
 */
export function unseal(
  key: KeyObject,
  sealed: Pick<Sealed, 'nonce' | 'bytes'>,
  at: { origin: string; index: number },
  commit: string | undefined,
): Buffer | undefined {
  return openSealed(key, sealed, at, commit)?.payload
}

/** The same with the salt of the commitment, for whoever shall check it without the key. */
export function openSealed(
  key: KeyObject,
  sealed: Pick<Sealed, 'nonce' | 'bytes'>,
  at: { origin: string; index: number },
  commit: string | undefined,
): { payload: Buffer; salt: Buffer } | undefined {
  if (commit === undefined || sealed.bytes.length < saltBytes + tagBytes) return undefined
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.nonce)
    decipher.setAAD(place.at(at.origin, at.index))
    decipher.setAuthTag(sealed.bytes.subarray(-tagBytes))
    const plain = Buffer.concat([decipher.update(sealed.bytes.subarray(0, -tagBytes)), decipher.final()])
    const payload = plain.subarray(saltBytes)
    const salt = plain.subarray(0, saltBytes)
    return hmac(salt, payload) === commit ? { payload, salt } : undefined
  } catch {
    return undefined // another key or other bytes: closed
  }
}
