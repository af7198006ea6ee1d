// M5: the form `scrub` in SQL, for texts that nobody labelled: tokens in place of what the detectors know, as far as
// patterns can say it. Total: every part of it takes any text, and JSON is taken apart into its strings first.
import { guard, personalPatterns, type Pattern, secretGuard, secretPatterns } from '../../../masking/detect/patterns.ts'
import type { Mask, MaskedType } from './forms-sql.ts'
import { quoteText } from './text/lexer.ts'

const replaceAll = (text: string, patterns: readonly Pattern[]): string =>
  patterns.reduce(
    (inner, { pattern, token }) =>
      `pg_catalog.regexp_replace(${inner}, ${quoteText(pattern)}, ${quoteText(token)}, 'g')`,
    text,
  )

const matches = (text: string, pattern: string): string => `${text} OPERATOR(pg_catalog.~) ${quoteText(pattern)}`

/** A text without what the patterns find. It is named more than once, so it must be little more than a reference. */
const cleaned = (text: string): string =>
  replaceAll(
    `(CASE WHEN ${matches(text, secretGuard)} THEN ${replaceAll(text, secretPatterns)} ELSE ${text} END)`,
    personalPatterns,
  )

/** Strings of JSON behind a key that names a secret. Neither part can begin or end within an escape. */
const secretKeys =
  '("[^"\\\\]*(?:[Pp]ass(?:word|wd|phrase)|[Pp]wd|[Ss]ecret|[Tt]oken|[Aa]pi_?[Kk]ey|[Aa]ccess_?[Kk]ey|[Pp]rivate_?[Kk]ey|[Aa]uthorization)"\\s*(?::|=>)\\s*)"(?:[^"\\\\]|\\\\.)+"'

/** Strings and what stands between them: together the whole text. */
const pieces = '"(?:[^"\\\\]|\\\\.)*"|[^"]+|"'

/** A text of JSON or hstore with its strings cleaned: numbers and the shape stay. */
const stringsCleaned = (text: string): string =>
  `(SELECT pg_catalog.string_agg(CASE WHEN pg_catalog.left(gbx_p, 1) OPERATOR(pg_catalog.=) '"' THEN ${cleaned('gbx_p')} ELSE gbx_p END, '' ORDER BY gbx_o) ` +
  `FROM pg_catalog.regexp_matches(pg_catalog.regexp_replace(${text}, ${quoteText(secretKeys)}, '\\1"[secret]"', 'g'), ${quoteText(pieces)}, 'g') WITH ORDINALITY AS gbx_m(gbx_a, gbx_o), ` +
  `pg_catalog.unnest(gbx_a) AS gbx_u(gbx_p))`

/** Has the text anything of it? For types that have no room for a token. */
const anything = [...secretPatterns, ...personalPatterns].map(({ pattern }) => pattern).join('|')

const texts = new Set(['text', 'varchar', 'bpchar', 'citext', 'name'])
const textArrays = new Set(['_text', '_varchar', '_bpchar', '_citext', '_name'])

/** What takes the place of a value in which the guard saw something; undefined = the type is not looked into (bytes). */
function changeOf({ type, cast }: MaskedType): ((text: string, ref: string) => string) | undefined {
  if (type === 'bytea' || type === '_bytea') return undefined
  if (texts.has(type)) return (text) => `(${cleaned(text)})::${cast}`
  if (type === 'json' || type === 'jsonb' || type === 'hstore') return (text) => `(${stringsCleaned(text)})::${cast}`
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
  const { collation, cast } = column
  return {
    form: 'scrub',
    injective: false,
    sql: (ref) => {
      // Under a collation of its own a column could be one that patterns refuse; the result has that collation again.
      const text = `(${ref}::pg_catalog.text${collation === undefined ? '' : ' COLLATE "C"'})`
      const mask = `(CASE WHEN ${matches(text, guard)} THEN ${changed(text, ref)} ELSE ${ref} END)::${cast}`
      return collation === undefined ? mask : `((${mask}) COLLATE ${collation})`
    },
  }
}
