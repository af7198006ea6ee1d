// Bytes as the detectors see them: which are digits, letters, parts of words. Bytes above 0x7f (parts of characters of
// other scripts in UTF-8) count as letters, so that no character is ever cut in two.

const digit = 1
const letter = 2
const upper = 4
const mailLocal = 8
const mailDomain = 16
const base64url = 32
const space = 64

const table = new Uint8Array(256)
const mark = (from: number, to: number, flags: number): void => {
  for (let at = from; at <= to; at++) table[at] = (table[at] ?? 0) | flags
}
const each = (text: string, flags: number): void => {
  for (const char of text) mark(char.charCodeAt(0), char.charCodeAt(0), flags)
}
mark(0x30, 0x39, digit | mailLocal | mailDomain | base64url)
mark(0x41, 0x5a, letter | upper | mailLocal | mailDomain | base64url)
mark(0x61, 0x7a, letter | mailLocal | mailDomain | base64url)
mark(0x80, 0xff, letter | mailLocal | mailDomain)
each('._%+~-', mailLocal)
each('.-', mailDomain)
each('_-', base64url)
each(' \t\r\n', space)

const has = (byte: number | undefined, flags: number): boolean =>
  byte !== undefined && ((table[byte] as number) & flags) !== 0

export const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39
export const isUpper = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x41 && byte <= 0x5a
export const isLetter = (byte: number | undefined): boolean => has(byte, letter)
/** A letter, a digit or an underscore: what stands beside a number makes it part of a name. */
export const isWord = (byte: number | undefined): boolean => byte === 0x5f || has(byte, letter | digit)
export const isMailLocal = (byte: number | undefined): boolean => has(byte, mailLocal)
export const isMailDomain = (byte: number | undefined): boolean => has(byte, mailDomain)
export const isBase64url = (byte: number | undefined): boolean => has(byte, base64url)
export const isSpace = (byte: number | undefined): boolean => has(byte, space)

/** Letters that follow a backslash in JSON, COPY and logs and stand for a control character, not for themselves. */
const escapes = new Set([...'ntrbf'].map((char) => char.charCodeAt(0)))

/** Is the byte before `at` an escape such as \\n, so that a word begins here all the same? */
export const isEscapedBefore = (bytes: Uint8Array, at: number, low: number): boolean =>
  at - 2 >= low && bytes[at - 2] === 0x5c && escapes.has(bytes[at - 1] as number)

/** Does part of a word stand directly before `at`? */
export const isWordBefore = (bytes: Uint8Array, at: number, low: number): boolean =>
  at > low && isWord(bytes[at - 1]) && !isEscapedBefore(bytes, at, low)

/** Do the bytes at `at` say `text` (ASCII)? */
export function says(bytes: Uint8Array, at: number, end: number, text: string): boolean {
  if (at < 0 || at + text.length > end) return false
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false
  return true
}
