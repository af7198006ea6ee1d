// The one detector engine: a single pass over bytes that stops only where something could begin (an @, a digit, a colon …)
// and asks the detector for that place. Linear on any input; nothing is made for bytes without a hit. It is a net: it
// knows what can be told from the value itself, and it can be evaded, so it is never counted as protection of a label.
import { isDigit, isEscapedBefore, isLetter, isMailDomain, isMailLocal, isWord, says } from './bytes.ts'
import { type Detector, type Hit, tokenAt } from './hit.ts'
import { found, internationalAt, numberAt, parenthesisAt } from './numbers.ts'
import { awsAt, dottedAt, googleAt, jwtAt, namedAt, pemAt, prefixedAt, secret } from './secrets.ts'

/** What a byte may begin; 0 = nothing. */
const anchors = new Uint8Array(256)
for (const char of '0123456789') anchors[char.charCodeAt(0)] = 1
for (const [char, what] of Object.entries({
  '@': 2,
  ':': 3,
  '=': 3,
  '+': 4,
  '(': 5,
  '-': 6,
  _: 7,
  y: 8,
  K: 9,
  S: 9,
  z: 10,
  '.': 11,
}))
  anchors[char.charCodeAt(0)] = what

/** What the name of a column says about all of its values. */
export type Hint = 'phone' | 'secret'

const nothing: readonly Hit[] = []

/**
 * Where in [from, to) personal or secret values stand, in order, without overlaps. Never throws, never changes the bytes.
 * `hint` = what the name of the column says.
 */
export function detect(bytes: Uint8Array, from = 0, to = bytes.length, hint?: Hint): readonly Hit[] {
  if (hint === 'secret') return wholly(bytes, from, to)
  const isPhone = hint === 'phone'
  let hits: Hit[] | undefined
  let low = from
  for (let at = from; at < to; at++) {
    const anchor = anchors[bytes[at] as number] as number
    if (anchor === 0) continue
    if (anchor === 1) {
      if (!numberAt(bytes, at, to, low, isPhone)) {
        while (at + 1 < to && isDigit(bytes[at + 1])) at++
        continue
      }
    } else if (!other(anchor, bytes, at, to, low)) continue
    const hit: Hit = { detector: found.detector, from: afterEscape(bytes, found.from, low), to: found.to }
    if (hits === undefined) hits = [hit]
    else hits.push(hit)
    low = hit.to
    if (hit.from >= hit.to) hits.pop()
    at = Math.max(at, hit.to - 1)
  }
  return hits ?? nothing
}

/** A value does not begin within an escape such as \n or \u00e9: half of one would be no JSON. */
function afterEscape(bytes: Uint8Array, from: number, low: number): number {
  let backslashes = 0
  while (from - backslashes > low && backslashes < 64 && bytes[from - 1 - backslashes] === 0x5c) backslashes++
  if (backslashes % 2 === 0) return from
  const letter = String.fromCharCode(bytes[from] as number)
  if (letter === 'u') return from + 5
  return 'ntrbf'.includes(letter) ? from + 1 : from
}

function other(anchor: number, bytes: Uint8Array, at: number, to: number, low: number): boolean {
  switch (anchor) {
    case 2:
      return mailAt(bytes, at, to, low)
    case 3:
      return namedAt(bytes, at, to, low) && as('secret')
    case 4:
      return internationalAt(bytes, at, to, low)
    case 5:
      return parenthesisAt(bytes, at, to)
    case 6:
      return pemAt(bytes, at, to) || prefixedAt(bytes, at, to, low) ? as('key') : false
    case 7:
      return prefixedAt(bytes, at, to, low) && as('key')
    case 8:
      return jwtAt(bytes, at, to, low) && as('jwt')
    case 9:
      return awsAt(bytes, at, to, low) && as('key')
    case 10:
      return googleAt(bytes, at, to, low) && as('key')
    default:
      return dottedAt(bytes, at, to, low) && as('key')
  }
}

function as(detector: Detector): true {
  found.detector = detector
  found.from = secret.from
  found.to = secret.to
  return true
}

/** An address: what stands to both sides of the @ is looked at once, for neither side goes beyond another @. */
function mailAt(bytes: Uint8Array, at: number, to: number, low: number): boolean {
  let start = at
  while (start > low) {
    const byte = bytes[start - 1]
    // O'Neil, but not the quote before an address.
    if (isEscapedBefore(bytes, start, low)) break
    if (!isMailLocal(byte) && !(byte === 0x27 && start - 2 >= low && isWord(bytes[start - 2]))) break
    start--
  }
  if (start === at) return false
  let end = at + 1
  while (end < to && isMailDomain(bytes[end])) end++
  while (end > at + 1 && !isWord(bytes[end - 1])) end--
  let label = end
  while (label > at + 1 && bytes[label - 1] !== 0x2e) label--
  // A domain has a dot, and its last part letters.
  if (label - 1 <= at + 1 || end - label < 2 || !isLetter(bytes[end - 1]) || !isLetter(bytes[label])) return false
  if (says(bytes, at + 1, end, 'masked.invalid') && end === at + 15) return false
  found.detector = 'email'
  found.from = start
  found.to = end
  return true
}

const leastSecret = 8

/** A column whose name says that it holds secrets: its values as they are, unless they are short or masked. */
function wholly(bytes: Uint8Array, from: number, to: number): readonly Hit[] {
  if (to - from < leastSecret || tokenAt(bytes, from, to) !== undefined || says(bytes, from, to, '[redacted]'))
    return nothing
  return [{ detector: 'secret', from, to }]
}
