// The one language in which the record is asked: `user:ana table:orders.customers from:2026-07-01 -decision:refused`.
// Terms are joined by AND, values of one term by comma (OR), `-` in front takes a term away, a word without a key is text.
// docs/reference/query.md is its description.
import { parseDuration } from '../lib/duration.ts'
import { nearest } from '../lib/nearest.ts'
import { refusal, type Refusal } from './error.ts'

/** Every key, with what its values are. The reference page and the help are made from these words. */
export const queryKeys = {
  user: 'who did it: a name, or p-…; what their agents and other accounts did belongs to them',
  target: 'on which target',
  table: 'a relation that was read or changed: schema.table, or table',
  action: 'what kind: observe, read, write, admin; or a type of entry (request.created), or its first word (session)',
  from: 'not before: 2026-07-01, 2026-07-01T08:00:00Z, or -7d',
  to: 'before: the same forms',
  masked: 'yes, no, or a labelled column that a statement touched: schema.table.column, table.column, column',
  decision: 'allowed, refused, approved, denied',
  text: 'words in statements, reasons, comments and names; upper and lower case are the same',
  session: 's-…',
  request: 'r-…, and everything that came of it',
} as const
export type QueryKey = keyof typeof queryKeys

export const decisions = ['allowed', 'refused', 'approved', 'denied'] as const

export interface Term {
  readonly key: QueryKey
  /** One of them must fit. Never empty. */
  readonly values: readonly string[]
  readonly not: boolean
}
export type Query = readonly Term[]

const maxLength = 4_000
const maxTerms = 50
const maxValues = 200
const isKey = (word: string): word is QueryKey => Object.hasOwn(queryKeys, word)

const wrong = (why: string): Refusal => refusal('GBX-1002', { field: 'query', why })

/** Walks over the text; every method leaves it behind what was read. */
class Scanner {
  readonly #text: string
  at = 0
  constructor(text: string) {
    this.#text = text
  }
  skip(): boolean {
    while (/\s/.test(this.#text[this.at] ?? '')) this.at++
    return this.at < this.#text.length
  }
  take(char: string): boolean {
    if (this.#text[this.at] !== char) return false
    this.at++
    return true
  }
  key(): string | undefined {
    const found = /^([A-Za-z_]+):/.exec(this.#text.slice(this.at, this.at + 64))?.[1]
    if (found !== undefined) this.at += found.length + 1
    return found
  }
  /** A bare word, or one in double quotes with \" and \\ inside. Undefined = a quote without its end. */
  value(): string | undefined {
    if (!this.take('"')) {
      const word = /^[^\s,"]*/.exec(this.#text.slice(this.at))?.[0] ?? ''
      this.at += word.length
      return word
    }
    let value = ''
    while (this.at < this.#text.length) {
      const char = this.#text[this.at++] as string
      if (char === '"') return value
      value += char === '\\' && this.at < this.#text.length ? (this.#text[this.at++] as string) : char
    }
    return undefined
  }
  get isBetween(): boolean {
    return this.at >= this.#text.length || /\s/.test(this.#text[this.at] as string)
  }
}

function term(scan: Scanner): Term | Refusal {
  const from = scan.at + 1
  const not = scan.take('-')
  const word = scan.key()
  const key = word?.toLowerCase() ?? 'text'
  if (!isKey(key)) {
    const known = nearest(key, Object.keys(queryKeys))
    const meant = known === undefined ? `keys are ${Object.keys(queryKeys).join(', ')}` : `did you mean "${known}:"`
    return wrong(`unknown key "${word}:" at ${from}; ${meant}. Text with a colon goes into quotes.`)
  }
  const values: string[] = []
  do {
    const value = scan.value()
    if (value === undefined) return wrong(`the quote at ${from} does not end`)
    if (value === '') return wrong(word === undefined ? `a value is missing at ${from}` : `"${word}:" has no value`)
    values.push(value)
    if (values.length > maxValues) return wrong(`"${key}:" has more than ${maxValues} values`)
  } while (scan.take(','))
  if (!scan.isBetween) return wrong(`a space is missing at ${scan.at + 1}`)
  return checked({ key, values, not }) ?? { key, values, not }
}

/** What a value of that key can't be. */
function checked({ key, values, not }: Term): Refusal | undefined {
  if (key === 'from' || key === 'to') {
    if (not || values.length > 1) return wrong(`"${key}:" takes one time, without "-"`)
    if (timeOf(values[0] as string, 0) === undefined)
      return wrong(`"${values[0]}" is no time; write 2026-07-01, 2026-07-01T08:00:00Z or -7d`)
  }
  if (key === 'decision')
    for (const value of values)
      if (!(decisions as readonly string[]).includes(value)) {
        const known = nearest(value, decisions)
        return wrong(`"${value}" is no decision; ${known ? `did you mean ${known}?` : decisions.join(', ')}`)
      }
  return undefined
}

/** The terms, or what is wrong with the text and where (places count from 1). No terms = everything. */
export function parseQuery(text: string): Query | Refusal {
  if (text.length > maxLength) return wrong(`it is longer than ${maxLength} characters`)
  const scan = new Scanner(text)
  const query: Term[] = []
  while (scan.skip()) {
    const one = term(scan)
    if (!('key' in one)) return one
    query.push(one)
    if (query.length > maxTerms) return wrong(`it has more than ${maxTerms} terms`)
  }
  return query
}

const written = (value: string, isFirst: boolean): string =>
  /[\s,"]/.test(value) || (isFirst && /^-|^[A-Za-z_]+:/.test(value)) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value

/** The text of a query: parsing it gives the same terms. */
export const formatQuery = (query: Query): string =>
  query
    .map(({ key, values, not }) => {
      const list = values.map((value, i) => written(value, key === 'text' && i === 0)).join(',')
      return `${not ? '-' : ''}${key === 'text' ? '' : `${key}:`}${list}`
    })
    .join(' ')

/** Epoch ms of a date (UTC midnight), an RFC 3339 time, or a duration before `now`. Undefined when it is none of them. */
export function timeOf(text: string, now: number): number | undefined {
  if (text.startsWith('-')) {
    const ago = parseDuration(text.slice(1))
    return ago === undefined ? undefined : now - ago
  }
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/i.test(text)) return undefined
  const at = Date.parse(text)
  // 2026-02-30 is read as another day by the parser; it is none.
  return Number.isNaN(at) || new Date(`${text.slice(0, 10)}T00:00:00Z`).toISOString().slice(0, 10) !== text.slice(0, 10)
    ? undefined
    : at
}
