// What a token looks like: `gbx_`, one letter for its kind, 32 random base62 characters (190 bits), 6 of checksum. The
// checksum lets scanners and typing mistakes be told from tokens without asking the store.
import { randomBytes } from 'node:crypto'
import { crc32c } from '../lib/crc32c.ts'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const pattern = /^gbx_[uds][0-9A-Za-z]{38}$/

/** u = a person's own, d = for one connection string, s = of a service or an agent. */
export type TokenKind = 'u' | 'd' | 's'

function base62(value: number, length: number): string {
  let text = ''
  for (let left = value; text.length < length; left = Math.floor(left / 62))
    text = (alphabet[left % 62] as string) + text
  return text
}

/** Without modulo bias: bytes from 248 up are thrown away. */
function randomText(length: number): string {
  let text = ''
  while (text.length < length)
    for (const byte of randomBytes(length)) if (byte < 248 && text.length < length) text += alphabet[byte % 62]
  return text
}

const checksum = (text: string): string => base62(crc32c(Buffer.from(text)), 6)

export function newTokenText(kind: TokenKind): string {
  const text = `gbx_${kind}${randomText(32)}`
  return text + checksum(text)
}

/** Has it the form and the checksum of a token? Says nothing about whether it is one of ours. */
export const looksLikeToken = (text: string): boolean =>
  pattern.test(text) && checksum(text.slice(0, -6)) === text.slice(-6)
