// Cuts a statement into tokens, to find where names end that the tree gives only the start of. Positions are byte
// offsets: texts come in as latin1 strings over their UTF-8 bytes, one character per byte. A mistake here is caught
// by the comparison of trees in emit.ts.

export interface Token {
  readonly kind: 'name' | 'quoted' | 'string' | 'number' | 'param' | 'other'
  readonly start: number
  readonly end: number
}

const pattern = new RegExp(
  [
    '(?<space>[ \\t\\n\\r\\f\\v]+|--[^\\n\\r]*)',
    '(?<comment>/\\*)',
    "(?<string>[xXbBnN]?'(?:[^']|'')*'|[uU]&'(?:[^']|'')*'|[eE]'(?:[^'\\\\]|\\\\[\\s\\S]|'')*')",
    '(?<quoted>(?:[uU]&)?"(?:[^"]|"")*")',
    '(?<dollar>\\$(?:[A-Za-z_\\x80-\\xff][A-Za-z0-9_\\x80-\\xff]*)?\\$)',
    '(?<param>\\$[0-9]+)',
    '(?<name>[A-Za-z_\\x80-\\xff][A-Za-z0-9_$\\x80-\\xff]*)',
    '(?<number>(?:[0-9]|\\.[0-9])(?:[0-9A-Za-z_]|\\.(?!\\.)|(?<=[eE])[+-])*)',
    '(?<other>[\\s\\S])',
  ].join('|'),
  'y',
)

/** End of a block comment that begins at `at`; they nest. Throws RangeError when it never ends. */
function endOfComment(text: string, at: number): number {
  const edge = /\/\*|\*\//g
  edge.lastIndex = at
  let depth = 0
  for (let found = edge.exec(text); found !== null; found = edge.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1
    if (depth === 0) return edge.lastIndex
  }
  throw new RangeError('comment without end')
}

/** Tokens of a text in order, without space and comments; at most `most`. Throws RangeError for a comment or dollar string without end. */
export function tokens(text: string, most = Number.POSITIVE_INFINITY): readonly Token[] {
  const out: Token[] = []
  const scan = new RegExp(pattern)
  let at = 0
  while (at < text.length && out.length < most) {
    scan.lastIndex = at
    const groups = scan.exec(text)?.groups
    if (groups === undefined) throw new RangeError('not a token')
    const start = at
    at = scan.lastIndex
    if (groups['space'] !== undefined) continue
    if (groups['comment'] !== undefined) {
      at = endOfComment(text, start)
      continue
    }
    if (groups['dollar'] !== undefined) {
      const close = text.indexOf(groups['dollar'], at)
      if (close < 0) throw new RangeError('dollar string without end')
      at = close + groups['dollar'].length
    }
    out.push({ kind: kindIn(groups), start, end: at })
  }
  return out
}

function kindIn(groups: Record<string, string | undefined>): Token['kind'] {
  if (groups['string'] !== undefined || groups['dollar'] !== undefined) return 'string'
  for (const kind of ['quoted', 'param', 'name', 'number'] as const) if (groups[kind] !== undefined) return kind
  return 'other'
}

/** Index of the token that starts at `at`; -1 when there is none. */
export function tokenAt(list: readonly Token[], at: number): number {
  let low = 0
  let high = list.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const start = list[middle]?.start ?? 0
    if (start === at) return middle
    if (start < at) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** The UTF-8 bytes of a text, one character per byte. */
export const toBytes = (text: string): string => (isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1'))
/** The reverse of toBytes. */
export const fromBytes = (bytes: string): string =>
  isAscii(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8')

// oxlint-disable-next-line no-control-regex
const ascii = /^[\x00-\x7f]*$/
const isAscii = (text: string): boolean => ascii.test(text)

/** A name as SQL writes it. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`
/** A text constant as SQL writes it (standard_conforming_strings is on). */
export const quoteText = (value: string): string => `'${value.replaceAll("'", "''")}'`
