// What each form means, whatever dialect makes it. A form takes away; what it leaves stands here, so that all targets
// agree. walls/forms/forms-sql.ts makes the same in SQL.
import type { Form } from '../core/nouns.ts'
import { hmac256 } from '../lib/hash.ts'

/** What stands in place of a redacted text. */
export const redacted = '[redacted]'
/** Partial shows something only of values at least this long. */
export const partialMinLength = 9
/** Partial never shows more than this many characters of one value. */
const partialMaxShown = 6

/** Do different values stay different, so that joins on the mask are right? */
export const isInjective = (form: Form): boolean => form === 'pseudonym' || form === 'keep'

/** Do comparisons with a value still mean something (a year, a network, a value that is shown)? */
export const keepsMeaning = (form: Form): boolean => form === 'generalise' || form === 'keep' || form === 'scrub'

/** Forms that this version can make. */
export const builtForms: readonly Form[] = ['null', 'redact', 'pseudonym', 'partial', 'generalise', 'keep', 'scrub']

/** How many characters partial shows at each end: never more than partialMaxShown together. */
export function partialShown(keepFirst: number, keepLast: number): { first: number; last: number } {
  const last = Math.min(keepLast, partialMaxShown)
  return { first: Math.min(keepFirst, partialMaxShown - last), last }
}

/** The two padded key halves of HMAC-SHA-256 (RFC 2104) of a 32-byte key, for targets that only have SHA-256. */
export function hmacPads(key: Uint8Array): { inner: Uint8Array; outer: Uint8Array } {
  const block = new Uint8Array(64)
  block.set(key.subarray(0, 64))
  return { inner: block.map((byte) => byte ^ 0x36), outer: block.map((byte) => byte ^ 0x5c) }
}

/** HMAC-SHA-256 over class, a zero byte and the canonical value: what every pseudonym is cut from. */
export const pseudonymHash = (key: Uint8Array, className: string, canonical: string): Buffer =>
  hmac256(key, className, '\0', canonical)

/** The pseudonym of a text, in the shape of its class. */
export function pseudonymText(key: Uint8Array, className: string, canonical: string): string {
  const hex = pseudonymHash(key, className, canonical).toString('hex').slice(0, 16)
  return className === 'pii.email' ? `u${hex}@masked.invalid` : `tok_${hex}`
}

/** Has a value the shape of a pseudonym: of a text, or of a uuid (version 8, variant 8)? */
export const looksPseudonymous = (value: string): boolean =>
  /^(u[0-9a-f]{16}@masked\.invalid|tok_[0-9a-f]{16}|[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12})$/.test(
    value,
  )
