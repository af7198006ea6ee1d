// M5: the form `scrub` in SQL, for texts that nobody labelled: tokens in place of what the detectors know, as far as
// patterns can say it. Total: every part of it takes any text, and JSON is taken apart into its strings first.
import {
  allPatterns,
  longNumber,
  mailPattern,
  namedPattern,
  numberPatterns,
  type Pattern,
  secretWords,
  shortNumber,
  tokenMarks,
  tokenPattern,
  tokenRun,
} from '../../../../masking/detect/patterns.ts'
import type { Mask, MaskedType } from './forms-sql.ts'
import { quoteText } from '../text/lexer.ts'

const matches = (text: string, pattern: string): string => `${text} OPERATOR(pg_catalog.~) ${quoteText(pattern)}`
const holds = (text: string, mark: string): string =>
  `pg_catalog.strpos(${text}, ${quoteText(mark)}) OPERATOR(pg_catalog.>) 0`
const any = (text: string, marks: readonly string[]): string => marks.map((mark) => holds(text, mark)).join(' OR ')
const atLeast = (text: string, bytes: number): string =>
  `pg_catalog.octet_length(${text}) OPERATOR(pg_catalog.>=) ${bytes}`
const digits = (text: string): string =>
  `pg_catalog.length(${text}) OPERATOR(pg_catalog.-) pg_catalog.length(pg_catalog.translate(${text}, '0123456789', ''))`

// Tests that are quick to say no. PostgreSQL makes the states of an expression anew for each value, so that a large one
// costs some 20 to 100 µs a value and a small one 1 to 3: a large one runs where small ones, or none, have said maybe.
const uuid = '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
const timestamp = '^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]*Z?(?:[+-][0-9:]{2,6})?)?$'
const mayHold = (text: string): string =>
  `CASE WHEN ${atLeast(text, 6)} THEN CASE WHEN pg_catalog.octet_length(${text}) OPERATOR(pg_catalog.<=) 36 AND ${matches(text, `${uuid}|${timestamp}`)} THEN false ` +
  `ELSE ${atLeast(text, 20)} OR ${holds(text, '@')} OR ${holds(text, '=')} OR ${digits(text)} OPERATOR(pg_catalog.>=) 6 END ELSE false END`
const mayNumber = (text: string): string => matches(text, `${longNumber}|${shortNumber}`)
const mayName = (text: string): string =>
  `${holds(text, '=')} AND (${any(text, secretWords)}) OR ${holds(text, '://')} AND ${holds(text, '@')}`
const mayToken = (text: string): string =>
  `${atLeast(text, 20)} AND (${any(text, tokenMarks)} OR (${any(text, ['_', '-'])}) AND ${matches(text, tokenRun)})`

const replace = (text: string, pattern: string, token: string): string =>
  `pg_catalog.regexp_replace(${text}, ${pattern}, ${quoteText(token)}, 'g')`

/** Matches nothing. */
const never = '\\A\\Z\\A.'
const replaceWhere = (may: string, text: string, { pattern, token }: Pattern): string =>
  replace(text, `CASE WHEN ${may} THEN ${quoteText(pattern)} ELSE ${quoteText(never)} END`, token)

/** A text without what the patterns find. It is named more than once, so it must be little more than a reference. */
function cleaned(text: string): string {
  const numbers = numberPatterns.reduce((inner, one) => replace(inner, quoteText(one.pattern), one.token), text)
  const numberless = `(CASE WHEN ${mayNumber(text)} THEN ${numbers} ELSE ${text} END)`
  const mailless = replaceWhere(holds(text, '@'), numberless, mailPattern)
  return replaceWhere(mayToken(text), replaceWhere(mayName(text), mailless, namedPattern), tokenPattern)
}

/** Ends of keys that name a secret, without their first letter, which may be a capital. */
const secretKeys = [
  ...['assword', 'asswd', 'assphrase', 'wd', 'ecret', 'oken', 'uthorization'],
  ...['pi_key', 'pikey', 'piKey', 'ess_key', 'esskey', 'essKey', 'te_key', 'tekey', 'teKey'],
]

/** Strings of JSON behind such a key. Neither part can begin or end within an escape. */
const secretStrings = `("[^"\\\\]*(?:${secretKeys.join('|')})"\\s*(?::|=>)\\s*)"(?:[^"\\\\]|\\\\.)+"`

/** What makes taking a value apart worth its cost. */
const mayHoldAnything = (text: string): string =>
  `(${holds(text, '@')} OR ${mayNumber(text)} OR ${mayName(text)} OR ${mayToken(text)})`
const mayHoldKeys = (text: string): string =>
  `(${mayHoldAnything(text)} OR ${any(
    text,
    secretKeys.map((key) => `${key}"`),
  )})`

/** Strings and what stands between them: together the whole text. */
const pieces = '"(?:[^"\\\\]|\\\\.)*"|[^"]+|"'

/** A text of JSON or hstore with its strings cleaned: numbers and the shape stay. */
const stringsCleaned = (text: string): string =>
  `(SELECT pg_catalog.string_agg(CASE WHEN pg_catalog.left(gbx_p, 1) OPERATOR(pg_catalog.=) '"' THEN ${cleaned('gbx_p')} ELSE gbx_p END, '' ORDER BY gbx_o) ` +
  `FROM pg_catalog.regexp_matches(pg_catalog.regexp_replace(${text}, ${quoteText(secretStrings)}, '\\1"[secret]"', 'g'), ${quoteText(pieces)}, 'g') WITH ORDINALITY AS gbx_m(gbx_a, gbx_o), ` +
  `pg_catalog.unnest(gbx_a) AS gbx_u(gbx_p))`

/** Has the text anything of it? For types that have no room for a token. */
const anything = allPatterns.map(({ pattern }) => pattern).join('|')

const texts = new Set(['text', 'varchar', 'bpchar', 'citext', 'name'])
const textArrays = new Set(['_text', '_varchar', '_bpchar', '_citext', '_name'])

const isKeyed = (type: string): boolean => type === 'json' || type === 'jsonb' || type === 'hstore'

/** What takes the place of a value in which the guard saw something; undefined = the type is not looked into (bytes). */
function changeOf({ type, cast }: MaskedType): ((text: string, ref: string) => string) | undefined {
  if (type === 'bytea' || type === '_bytea') return undefined
  if (texts.has(type)) return (text) => `(${cleaned(text)})::${cast}`
  if (isKeyed(type)) return (text) => `(${stringsCleaned(text)})::${cast}`
  const nothing = (text: string, ref: string): string =>
    `CASE WHEN ${matches(text, anything)} THEN NULL ELSE ${ref} END`
  if (!textArrays.has(type)) return nothing // XML, lexemes, rows, arrays of these
  return (text, ref) =>
    `CASE WHEN pg_catalog.array_ndims(${ref}) OPERATOR(pg_catalog.=) 1 THEN ` +
    `(ARRAY(SELECT ${cleaned('gbx_e')} FROM (SELECT (gbx_v::pg_catalog.text COLLATE "C") AS gbx_e, gbx_o FROM pg_catalog.unnest(${ref}) WITH ORDINALITY AS gbx_u(gbx_v, gbx_o)) AS gbx_w ORDER BY gbx_o))::${cast} ` +
    `ELSE ${nothing(text, ref)} END`
}

/** The scrubbed column; undefined = the type is not looked into, and is null. */
export function scrubOf(column: MaskedType & { readonly collation?: string }): Mask | undefined {
  const changed = changeOf(column)
  if (changed === undefined) return undefined
  const { collation, cast, type } = column
  const may = texts.has(type) ? mayHold : isKeyed(type) ? mayHoldKeys : mayHoldAnything
  return {
    form: 'scrub',
    injective: false,
    sql: (ref) => {
      // Under a collation of its own a column could be one that patterns refuse; the result has that collation again.
      const text = `(${ref}::pg_catalog.text${collation === undefined ? '' : ' COLLATE "C"'})`
      const one = (given: string): string => `CASE WHEN ${may(given)} THEN ${changed(given, ref)} ELSE ${ref} END`
      // What is no text is written out once for all tests: OFFSET 0 keeps the planner from doing it for each.
      const mask = texts.has(type)
        ? one(text)
        : `SELECT ${one('gbx_t')} FROM (SELECT ${text} AS gbx_t OFFSET 0) AS gbx_s`
      return collation === undefined ? `(${mask})::${cast}` : `((${mask})::${cast} COLLATE ${collation})`
    },
  }
}
