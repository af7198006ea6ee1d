// Numbers that name people or their money: cards (ISO/IEC 7812, Luhn), accounts (ISO 13616, mod 97), telephones,
// national ids. Each looks at no more than a few dozen bytes around the place where its digits begin.
import { isDigit, isUpper, isWord, isWordBefore } from './bytes.ts'
import type { Detector } from './hit.ts'

const maxGroups = 8
const maxDigits = 20

/** The digits of a number with their grouping. One object, refilled: nothing is made for numbers that are none of ours. */
class Groups {
  readonly digits = new Uint8Array(maxDigits)
  readonly sizes = new Uint8Array(maxGroups)
  /** Byte before group i; 0 = none. */
  readonly separators = new Uint8Array(maxGroups)
  /** Where group i ends in the bytes. */
  readonly ends = new Uint32Array(maxGroups)
  count = 0
  total = 0

  /** Reads digits from `at`, groups parted by one of space, minus, dot. Stops at what it can't hold. */
  read(bytes: Uint8Array, at: number, end: number): void {
    this.count = 0
    this.total = 0
    let separator = 0
    for (;;) {
      const start = at
      while (at < end && isDigit(bytes[at]) && this.total < maxDigits) {
        this.digits[this.total++] = (bytes[at] as number) - 0x30
        at++
      }
      this.sizes[this.count] = at - start
      this.separators[this.count] = separator
      this.ends[this.count] = at
      this.count++
      separator = bytes[at] as number
      const parted = separator === 0x20 || separator === 0x2d || separator === 0x2e
      if (!parted || at + 1 >= end || !isDigit(bytes[at + 1])) return
      if (this.count === maxGroups || this.total >= maxDigits) return
      at++
    }
  }

  /** Do the first groups have these sizes, all parted by the same byte (one of `by`)? */
  like(sizes: readonly number[], by: readonly number[]): boolean {
    if (this.count < sizes.length) return false
    const separator = this.separators[1] as number
    if (sizes.length > 1 && !by.includes(separator)) return false
    return sizes.every((size, i) => this.sizes[i] === size && (i === 0 || this.separators[i] === separator))
  }
}

const groups = new Groups()
const blank = 0x20
const minus = 0x2d
const dot = 0x2e

export interface Found {
  detector: Detector
  from: number
  to: number
}
/** The answer of the finders below: one object, refilled. Read it at once. */
export const found: Found = { detector: 'pan', from: 0, to: 0 }

function give(detector: Detector, from: number, to: number): true {
  found.detector = detector
  found.from = from
  found.to = to
  return true
}

/** Is there a part of a word at `at`? What lies beyond the end is none. */
const wordAt = (bytes: Uint8Array, at: number, end: number): boolean => at < end && isWord(bytes[at])

/** Nothing that would make the number part of a longer word or number follows it. */
const endsAt = (bytes: Uint8Array, at: number, end: number): boolean =>
  at >= end ||
  (!isWord(bytes[at]) && !((bytes[at] === dot || bytes[at] === minus) && at + 1 < end && isDigit(bytes[at + 1])))

/** Looks at the number whose first digit stands at `at`; nothing before `low` belongs to it. */
export function numberAt(bytes: Uint8Array, at: number, end: number, low: number, isPhone: boolean): boolean {
  const before = at > low ? bytes[at - 1] : undefined
  if (isUpper(before)) return afterLetters(bytes, at, end, low)
  if (isWordBefore(bytes, at, low)) return false
  // A fraction is no number of its own, and neither is what follows a minus in a longer row of digits.
  if ((before === dot || before === minus) && at - 2 >= low && isDigit(bytes[at - 2])) return false
  groups.read(bytes, at, end)
  if (groups.total < 7) return false
  return card(bytes, at, end) || nationalId(bytes, at, end) || telephone(bytes, at, end, isPhone)
}

// --- cards ---------------------------------------------------------------------------------------------------------

const cardShapes: readonly (readonly number[])[] = [
  [4, 4, 4, 4, 3],
  [4, 4, 4, 4],
  [4, 6, 5],
  [4, 6, 4],
]

function card(bytes: Uint8Array, at: number, end: number): boolean {
  const first = groups.sizes[0] as number
  if (first >= 13 && first <= 19) return isCard(first) && endsAt(bytes, at + first, end) && give('pan', at, at + first)
  if (first !== 4) return false
  for (const shape of cardShapes) {
    if (!groups.like(shape, [blank, minus])) continue
    const to = groups.ends[shape.length - 1] as number
    if (isCard(shape.reduce((sum, size) => sum + size, 0)) && endsAt(bytes, to, end)) return give('pan', at, to)
  }
  return false
}

/** Issuer prefix, length, Luhn. */
function isCard(length: number): boolean {
  const { digits } = groups
  const two = (digits[0] as number) * 10 + (digits[1] as number)
  const four = two * 100 + (digits[2] as number) * 10 + (digits[3] as number)
  const issued =
    (digits[0] === 4 && (length === 13 || length === 16 || length === 19)) ||
    (two >= 51 && two <= 55 && length === 16) ||
    (four >= 2221 && four <= 2720 && length === 16) ||
    ((two === 34 || two === 37) && length === 15) ||
    ((two === 36 || two === 38 || (two === 30 && (digits[2] as number) <= 5)) && length === 14) ||
    (two === 35 && length >= 16) ||
    ((four === 6011 || two === 65 || two === 62 || (four >= 6440 && four <= 6499)) && length >= 16)
  return issued && luhn(digits, length)
}

function luhn(digits: Uint8Array, length: number): boolean {
  let sum = 0
  for (let i = 0; i < length; i++) {
    const doubled = (digits[length - 1 - i] as number) * (1 + (i & 1))
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

// --- accounts and ids that begin with letters ----------------------------------------------------------------------

/** Length of an IBAN by country (ISO 13616 registry). */
const ibanLengths: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 ' +
    'FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 ' +
    'LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 ' +
    'SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
)

function afterLetters(bytes: Uint8Array, at: number, end: number, low: number): boolean {
  let start = at
  while (start > low && start > at - 7 && isUpper(bytes[start - 1])) start--
  if (isWordBefore(bytes, start, low)) return false
  const letters = at - start
  if (letters === 2) return iban(bytes, start, end) || nino(bytes, start, end)
  if (letters === 1) return nie(bytes, start, end)
  return letters === 6 && codiceFiscale(bytes, start, end)
}

function iban(bytes: Uint8Array, start: number, end: number): boolean {
  const length = ibanLengths[String.fromCharCode(bytes[start] as number, bytes[start + 1] as number)]
  if (length === undefined) return false
  let rest = 0
  let head = 0
  let count = 0
  let at = start
  for (; at < end && count < length; at++) {
    const byte = bytes[at] as number
    if (byte === blank && count % 4 === 0 && count > 0) continue
    const value = isDigit(byte) ? byte - 0x30 : isUpper(byte) ? byte - 0x37 : -1
    if (value < 0) return false
    if (count < 4) head = value > 9 ? head * 100 + value : head * 10 + value
    else rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97
    count++
  }
  // The first four characters move to the end: two letters and two digits are six digits there.
  return count === length && (rest * 1_000_000 + head) % 97 === 1 && !wordAt(bytes, at, end) && give('iban', start, at)
}

/** United Kingdom: two letters, six digits, A to D. */
function nino(bytes: Uint8Array, start: number, end: number): boolean {
  const prefix = String.fromCharCode(bytes[start] as number, bytes[start + 1] as number)
  if (/[DFIQUV]/.test(prefix) || prefix[1] === 'O' || /^(BG|GB|KN|NK|NT|TN|ZZ)$/.test(prefix)) return false
  let at = start + 2
  for (let i = 0; i < 6; i++, at++) {
    if (i > 0 && i % 2 === 0 && bytes[at] === blank) at++
    if (!isDigit(bytes[at])) return false
  }
  if (bytes[at] === blank) at++
  const last = bytes[at] as number
  return at < end && last >= 0x41 && last <= 0x44 && !wordAt(bytes, at + 1, end) && give('id', start, at + 1)
}

const dniLetters = 'TRWAGMYFPDXBNJZSQVHLCKE'

/** Spain, foreigners: X, Y or Z, seven digits, a check letter. */
function nie(bytes: Uint8Array, start: number, end: number): boolean {
  const first = (bytes[start] as number) - 0x58
  if (first < 0 || first > 2 || start + 9 > end) return false
  let value = first
  for (let i = 1; i <= 7; i++) {
    if (!isDigit(bytes[start + i])) return false
    value = value * 10 + (bytes[start + i] as number) - 0x30
  }
  return (
    bytes[start + 8] === dniLetters.charCodeAt(value % 23) &&
    !wordAt(bytes, start + 9, end) &&
    give('id', start, start + 9)
  )
}

const oddValues = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]

/** Italy: LLLLLLddLddLdddL with its check letter. */
function codiceFiscale(bytes: Uint8Array, start: number, end: number): boolean {
  const shape = 'LLLLLLddLddLdddL'
  if (start + shape.length > end) return false
  let sum = 0
  for (let i = 0; i < shape.length; i++) {
    const byte = bytes[start + i] as number
    if (shape[i] === 'd' ? !isDigit(byte) : !isUpper(byte)) return false
    if (i === 15) return byte - 0x41 === sum % 26 && !wordAt(bytes, start + 16, end) && give('id', start, start + 16)
    const value = isDigit(byte) ? byte - 0x30 : byte - 0x41
    sum += i % 2 === 0 ? (oddValues[value] as number) : value
  }
  return false
}

// --- ids in digits -------------------------------------------------------------------------------------------------

function nationalId(bytes: Uint8Array, at: number, end: number): boolean {
  const { digits, sizes, separators } = groups
  if (groups.like([3, 2, 4], [minus]) && groups.count === 3) {
    // United States: no 000, 666, 9xx; no 00; no 0000.
    const area = (digits[0] as number) * 100 + (digits[1] as number) * 10 + (digits[2] as number)
    const serial = (digits[5] as number) + (digits[6] as number) + (digits[7] as number) + (digits[8] as number)
    const to = groups.ends[2] as number
    if (area > 0 && area !== 666 && area < 900 && (digits[3] as number) + (digits[4] as number) > 0 && serial > 0)
      return endsAt(bytes, to, end) && give('id', at, to)
  }
  if (sizes[0] === 3 && sizes[1] === 3 && sizes[2] === 3 && sizes[3] === 2 && groups.count >= 4) {
    // Brazil: ddd.ddd.ddd-dd with two check digits.
    const to = groups.ends[3] as number
    if (separators[1] === dot && separators[2] === dot && separators[3] === minus && cpf(digits))
      return endsAt(bytes, to, end) && give('id', at, to)
  }
  if (sizes[0] === 8 && at + 8 < end && isUpper(bytes[at + 8]) && !wordAt(bytes, at + 9, end)) {
    // Spain: eight digits and a check letter.
    let value = 0
    for (let i = 0; i < 8; i++) value = value * 10 + (digits[i] as number)
    if (bytes[at + 8] === dniLetters.charCodeAt(value % 23)) return give('id', at, at + 9)
  }
  return insee(bytes, at, end)
}

function cpf(digits: Uint8Array): boolean {
  for (const last of [9, 10]) {
    let sum = 0
    for (let i = 0; i < last; i++) sum += (digits[i] as number) * (last + 1 - i)
    if (((sum * 10) % 11) % 10 !== digits[last]) return false
  }
  return true
}

/** France: 13 digits and a key, 97 less the rest by 97. */
function insee(bytes: Uint8Array, at: number, end: number): boolean {
  const { digits } = groups
  const groupCount = groups.like([1, 2, 2, 2, 3, 3, 2], [blank])
    ? 7
    : groups.sizes[0] === 15
      ? 1
      : groups.like([13, 2], [blank])
        ? 2
        : 0
  if (groupCount === 0 || (digits[0] !== 1 && digits[0] !== 2)) return false
  const month = (digits[3] as number) * 10 + (digits[4] as number)
  if (month < 1 || month > 12) return false
  let value = 0
  for (let i = 0; i < 13; i++) value = (value * 10 + (digits[i] as number)) % 97
  const to = groups.ends[groupCount - 1] as number
  return (
    97 - value === (digits[13] as number) * 10 + (digits[14] as number) && endsAt(bytes, to, end) && give('id', at, to)
  )
}

// --- telephones ----------------------------------------------------------------------------------------------------

const separators = [blank, minus, dot]

function telephone(bytes: Uint8Array, at: number, end: number, isPhone: boolean): boolean {
  const { digits } = groups
  const last = groups.ends[groups.count - 1] as number
  if (groups.like([3, 3, 4], separators) && (digits[0] as number) > 1 && (digits[3] as number) > 1) {
    const to = groups.ends[2] as number
    if (endsAt(bytes, to, end)) return give('phone', at, to)
  }
  if (
    groups.like([1, 3, 3, 4], separators) &&
    digits[0] === 1 &&
    (digits[1] as number) > 1 &&
    (digits[4] as number) > 1
  ) {
    const to = groups.ends[3] as number
    if (endsAt(bytes, to, end)) return give('phone', at, to)
  }
  const { total } = groups
  const whole = total <= 15 && endsAt(bytes, last, end)
  if (isPhone && whole) return give('phone', at, last)
  // A national number: 0, then no 0, in groups parted by blanks; or 00 and a country, parted by anything.
  if (digits[0] !== 0 || groups.count < 2 || !whole) return false
  if (digits[1] === 0) return digits[2] !== 0 && total >= 10 && give('phone', at, last)
  for (let i = 0; i < groups.count; i++)
    if ((i > 0 && groups.separators[i] !== blank) || (groups.sizes[i] as number) < 2) return false
  return total >= 9 && total <= 11 && give('phone', at, last)
}

/** `+` and 8 to 15 digits, parted by single blanks, minus, dots, parentheses. */
export function internationalAt(bytes: Uint8Array, at: number, end: number, low: number): boolean {
  const first = bytes[at + 1]
  if (at + 1 >= end || !isDigit(first) || first === 0x30 || isWordBefore(bytes, at, low)) return false
  let count = 0
  let last = at
  let parted = 0
  /** Where the last whole group ended that can end a number. */
  let whole = at
  for (let here = at + 1; here < end; here++) {
    const byte = bytes[here] as number
    if (isDigit(byte)) {
      if (++count > 15) {
        last = whole
        break
      }
      last = here + 1
      parted = 0
    } else if (byte === blank || byte === minus || byte === dot || byte === 0x28 || byte === 0x29 || byte === 0x2f) {
      if (parted === 0 && count >= 8) whole = last
      if (++parted > 2) break
    } else break
  }
  return count >= 8 && last > at && !wordAt(bytes, last, end) && give('phone', at, last)
}

/** `(415) 555-2671`. */
export function parenthesisAt(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + 12 > end || bytes[at + 4] !== 0x29) return false
  let here = at + 5
  if (bytes[here] === blank) here++
  const digitsAt = (from: number, count: number): boolean => {
    for (let i = 0; i < count; i++) if (from + i >= end || !isDigit(bytes[from + i])) return false
    return true
  }
  if (!digitsAt(at + 1, 3) || !digitsAt(here, 3) || !separators.includes(bytes[here + 3] as number)) return false
  return digitsAt(here + 4, 4) && !wordAt(bytes, here + 8, end) && give('phone', at, here + 8)
}
