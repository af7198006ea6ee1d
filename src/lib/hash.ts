// SHA-256 and HMAC-SHA-256 over the concatenation of parts; strings count as UTF-8.
import { createHash, createHmac, hash } from 'node:crypto'

type Part = string | Uint8Array

/** SHA-256 of the parts, one after the other (no separator: give one where two splits of the same bytes must differ). */
export function sha256(...parts: Part[]): Buffer {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return hash('sha256', only, 'buffer')
  const state = createHash('sha256')
  for (const part of parts) state.update(part)
  return state.digest()
}

/** Lower-case hex of sha256(...). */
export const sha256Hex = (...parts: Part[]): string => sha256(...parts).toString('hex')

/** HMAC-SHA-256 (RFC 2104) under `key` of the parts, one after the other. */
export function hmac256(key: Uint8Array, ...parts: Part[]): Buffer {
  const state = createHmac('sha256', key)
  for (const part of parts) state.update(part)
  return state.digest()
}
