// Secrets: tokens that say by a prefix what they are, signed tokens, private keys, and whatever stands behind a name
// such as `password`. Bare randomness is no sign: etags and class names have it too.
import {
  isBase64url,
  isDigit,
  isEscapedBefore,
  isLetter,
  isSpace,
  isUpper,
  isWord,
  isWordBefore,
  says,
} from './bytes.ts'
import { tokenAt } from './hit.ts'

const dot = 0x2e
const quote = 0x22
const apostrophe = 0x27
const backslash = 0x5c

/** Where a secret lies; `to` = -1: there is none. One object, refilled. */
export const secret = { from: 0, to: -1 }

function give(from: number, to: number): true {
  secret.from = from
  secret.to = to
  return true
}

const tokenEnd = (bytes: Uint8Array, at: number, end: number): number => {
  while (at < end && isBase64url(bytes[at])) at++
  return at
}

// --- tokens with a prefix ------------------------------------------------------------------------------------------

interface Prefix {
  readonly text: string
  /** Fewest characters behind it. */
  readonly min: number
}
const prefixes: readonly Prefix[] = [
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'npm_', 'hf_', 'whsec_', 'shpat_', 'shpss_', 'dckr_pat_', 'lin_api_'].map(
    (text) => ({ text, min: 24 }),
  ),
  ...['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'github_pat_', 'glpat-', 'gbx_'].map((text) => ({
    text,
    min: 16,
  })),
  ...['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xapp-'].map((text) => ({ text, min: 16 })),
  ...['sk-ant-', 'sk-proj-', 'sk-or-', 'dop_v1_', 'pypi-'].map((text) => ({ text, min: 24 })),
  { text: 'sk-', min: 32 },
]
/** By their last two characters. */
const prefixesBy = Map.groupBy(prefixes, ({ text }) => text.slice(-2))
const prefixEnds = new Uint8Array(256)
for (const { text } of prefixes) prefixEnds[text.charCodeAt(text.length - 2)] = 1

/** A token whose prefix ends with the `_` or `-` at `at`. */
export function prefixedAt(bytes: Uint8Array, at: number, end: number, low: number): boolean {
  const before = bytes[at - 1]
  if (at <= low || before === undefined || prefixEnds[before] === 0) return false
  const known = prefixesBy.get(String.fromCharCode(before, bytes[at] as number))
  if (known === undefined) return false
  for (const { text, min } of known) {
    const start = at + 1 - text.length
    if (
      start < low ||
      !says(bytes, start, end, text) ||
      isWordBefore(bytes, start, low) ||
      (start > low && bytes[start - 1] === 0x2d)
    )
      continue
    let digits = 0
    let count = 0
    for (let here = at + 1; here < end && count < min && isBase64url(bytes[here]); here++, count++)
      if (isDigit(bytes[here])) digits++
    // A name in words has no digit in it; a token of this length always does.
    if (count === min && digits > 0) return give(start, tokenEnd(bytes, at, end))
  }
  return false
}

/** AKIA…, ASIA… (the second letter at `at`), 20 capitals and digits in all. */
export function awsAt(bytes: Uint8Array, at: number, end: number, low: number): boolean {
  const start = at - 1
  if (start < low || !(says(bytes, start, end, 'AKIA') || says(bytes, start, end, 'ASIA'))) return false
  if (isWordBefore(bytes, start, low)) return false
  for (let i = 4; i < 20; i++) if (!isUpper(bytes[start + i]) && !isDigit(bytes[start + i])) return false
  return start + 20 <= end && !(start + 20 < end && isWord(bytes[start + 20])) && give(start, start + 20)
}

/** AIza…, with its z at `at`: 39 characters. */
export function googleAt(bytes: Uint8Array, at: number, end: number, low: number): boolean {
  const start = at - 2
  if (start < low || !says(bytes, start, end, 'AIza') || isWordBefore(bytes, start, low)) return false
  const to = tokenEnd(bytes, start, end)
  return to - start >= 39 && give(start, to)
}

/** SG.…, ya29.…, with the dot at `at`. */
export function dottedAt(bytes: Uint8Array, at: number, end: number, low: number): boolean {
  const length = bytes[at - 1] === 0x47 ? 2 : bytes[at - 1] === 0x39 ? 4 : 0
  const start = at - length
  if (length === 0 || start < low || !says(bytes, start, end, length === 2 ? 'SG' : 'ya29')) return false
  if (isWordBefore(bytes, start, low)) return false
  let to = tokenEnd(bytes, at + 1, end)
  if (to < end && bytes[to] === dot) to = tokenEnd(bytes, to + 1, end)
  return to - at >= 30 && give(start, to)
}

/** A signed token (RFC 7519), with the y of `eyJ` at `at`. Its head must read as JSON that names an algorithm. */
export function jwtAt(bytes: Uint8Array, at: number, end: number, low: number): boolean {
  const start = at - 1
  if (start < low || bytes[start] !== 0x65 || bytes[at + 1] !== 0x4a) return false
  if (start > low && isBase64url(bytes[start - 1]) && !isEscapedBefore(bytes, start, low)) return false
  const head = tokenEnd(bytes, start, end)
  if (head - start < 12 || head >= end || bytes[head] !== dot) return false
  const body = tokenEnd(bytes, head + 1, end)
  if (body - head < 8 || body >= end || bytes[body] !== dot || !namesAlgorithm(bytes, start, head)) return false
  return give(start, tokenEnd(bytes, body + 1, end))
}

const largestHead = 1024

function namesAlgorithm(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from > largestHead) return false
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1')
  return /"(alg|enc|typ)"/.test(Buffer.from(text, 'base64url').toString('latin1'))
}

const largestPem = 16_384

/** A private key in PEM (RFC 7468), with its first minus at `at`. Without its end: as far as a key can reach. */
export function pemAt(bytes: Uint8Array, at: number, end: number): boolean {
  if (!says(bytes, at, end, '-----BEGIN ')) return false
  let here = at + 11
  while (here < end && here < at + 64 && (isUpper(bytes[here]) || bytes[here] === 0x20)) here++
  if (!says(bytes, here, end, '-----') || !says(bytes, here - 11, end, 'PRIVATE KEY')) return false
  const limit = Math.min(end, at + largestPem)
  for (here += 5; here < limit && bytes[here] !== quote; here++) {
    if (bytes[here] !== 0x2d || !says(bytes, here, end, '-----END ')) continue
    let last = here + 9
    while (last < limit && bytes[last] !== 0x2d) last++
    return give(at, says(bytes, last, end, '-----') ? last + 5 : last)
  }
  return give(at, here)
}

// --- what stands behind a name -------------------------------------------------------------------------------------

const secretNames = [
  ...[
    'password',
    'passwd',
    'passphrase',
    'passcode',
    'pwd',
    'secret',
    'secretkey',
    'apikey',
    'accesskey',
    'privatekey',
  ],
  ...[
    'token',
    'apitoken',
    'authorization',
    'credential',
    'credentials',
    'cookie',
    'sessionid',
    'signingkey',
    'encryptionkey',
  ],
]

/** The names from their ends, as a tree: node * 26 + letter -> node; a name ends where `terminal` says so. */
const next = new Int16Array(26 * 256)
const terminal = new Uint8Array(256)
{
  let nodes = 1
  for (const name of secretNames) {
    let node = 0
    for (const char of [...name].reverse()) {
      const edge = node * 26 + char.charCodeAt(0) - 0x61
      if (next[edge] === 0) next[edge] = nodes++
      node = next[edge] as number
    }
    terminal[node] = 1
  }
}

/** Does the name that ends at `to` end in one of ours? Case, `_` and `-` do not count. */
export function isSecretName(bytes: Uint8Array, to: number, low: number): boolean {
  let node = 0
  for (let at = to - 1; at >= low && at > to - 24; at--) {
    const byte = bytes[at] as number
    if (byte === 0x5f || byte === 0x2d) continue
    const lower = byte | 0x20
    if (lower < 0x61 || lower > 0x7a) return false
    node = next[node * 26 + lower - 0x61] as number
    if (node === 0) return false
    if (terminal[node] === 1) return true
  }
  return false
}

const placeholders = new Set([
  'null',
  'true',
  'false',
  'none',
  'undefined',
  'nil',
  'n/a',
  'required',
  'invalid',
  'missing',
  'expired',
])
const longestPlaceholder = 9
/** How far a bare value is looked at before it is judged. */
const judged = 256

const stops = new Uint8Array(256)
for (const char of ' \t\r\n"\'\\,;&<>(){}[]|') stops[char.charCodeAt(0)] = 1

/** The value behind the `:` or `=` at `at`, where the name before it says that it is secret. */
export function namedAt(bytes: Uint8Array, at: number, end: number, low: number): boolean {
  if (bytes[at] === 0x3a && bytes[at + 1] === 0x2f && bytes[at + 2] === 0x2f) return urlPasswordAt(bytes, at, end)
  let name = at
  while (name > low && name > at - 3 && bytes[name - 1] === 0x20) name--
  if (name > low && (bytes[name - 1] === quote || bytes[name - 1] === apostrophe)) {
    name--
    // Escaped in JSON within JSON, doubled in CSV.
    if (name > low && (bytes[name - 1] === backslash || bytes[name - 1] === quote)) name--
  }
  return isSecretName(bytes, name, low) && valueAt(bytes, at, end)
}

function valueAt(bytes: Uint8Array, at: number, end: number): boolean {
  const isAssigned = bytes[at] === 0x3d
  let from = at + 1
  if (bytes[from] === 0x3d || bytes[from] === 0x3e) from++
  while (from < end && from < at + 4 && isSpace(bytes[from])) from++
  if (from >= end) return false
  const isEscaped = bytes[from] === backslash && bytes[from + 1] === quote
  if (isEscaped) from++
  const open = from < end ? bytes[from] : undefined
  if (open === quote && bytes[from + 1] === quote && from + 2 < end && stops[bytes[from + 2] as number] === 0) {
    const close = doubled(bytes, from + 2, end)
    if (close > from + 2) return !isPlaceholder(bytes, from + 2, close, end) && give(from + 2, close)
  }
  if (open === quote || open === apostrophe) return quoted(bytes, from + 1, end, open, isEscaped)
  for (const scheme of ['Bearer ', 'Basic ', 'bearer ', 'basic '])
    if (says(bytes, from, end, scheme)) from += scheme.length
  let to = from
  let signs = 0
  for (; to < end && to < from + judged && stops[bytes[to] as number] === 0; to++) if (!isLetter(bytes[to])) signs++
  if (to === from || isPlaceholder(bytes, from, to, end)) return false
  // "token: expired" is prose; a value behind a colon has more than letters in it.
  if (!isAssigned && (to - from < 6 || signs === 0)) return false
  while (to < end && stops[bytes[to] as number] === 0) to++
  return give(from, to)
}

/** Where the next doubled quote stands: the end of a string inside a field of CSV; -1 = there is none. */
function doubled(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at + 1 < end && bytes[at] !== 0x0a; at++)
    if (bytes[at] === quote) return bytes[at + 1] === quote ? at : -1
  return -1
}

function quoted(bytes: Uint8Array, from: number, end: number, open: number, isEscaped: boolean): boolean {
  let to = from
  while (to < end && bytes[to] !== open) {
    if (bytes[to] === backslash) {
      if (isEscaped && bytes[to + 1] === open) break
      to++
    }
    to++
  }
  to = Math.min(to, end)
  return to > from && !isPlaceholder(bytes, from, to, end) && give(from, to)
}

function isPlaceholder(bytes: Uint8Array, from: number, to: number, end: number): boolean {
  const first = bytes[from]
  if (first === 0x2a || first === 0x3c || first === 0x24 || tokenAt(bytes, from, end) !== undefined) return true
  if (to - from > longestPlaceholder) return says(bytes, from, to, '[redacted]')
  let word = ''
  for (let at = from; at < to; at++) word += String.fromCharCode(bytes[at] as number)
  return placeholders.has(word.toLowerCase())
}

const longestUserinfo = 300

/** `://name:password@host`, with the colon at `at`: the password. */
function urlPasswordAt(bytes: Uint8Array, at: number, end: number): boolean {
  let colon = -1
  const limit = Math.min(end, at + longestUserinfo)
  for (let here = at + 3; here < limit; here++) {
    const byte = bytes[here] as number
    if (byte === 0x40)
      return colon > 0 && here > colon + 1 && tokenAt(bytes, colon + 1, end) === undefined && give(colon + 1, here)
    if (byte === 0x3a && colon < 0) colon = here
    if (byte === 0x2f || stops[byte] === 1) {
      // A token of ours stands between brackets, which nothing else in a password does.
      return false
    }
  }
  return false
}
