// Mask forms as SQL expressions (M1 to M9). Each is total: it can't raise on any value of its type, for an error inside
// a mask would quote the value. Each is cast to the column's base type and typmod, so that clients see no difference.
import type { Form } from '../../../../core/nouns.ts'
import type { Label } from '../../../../masking/labels.ts'
import { hmacPads, partialMinLength, partialShown, pseudonymHash, redacted } from '../../../../masking/forms.ts'
import { scrubOf } from './scrub-sql.ts'
import { quoteText } from '../text/lexer.ts'

/** What a mask needs to know of a column. `type` is the name of the base type in pg_type, `cast` how SQL writes it with typmod. */
export interface MaskedType {
  readonly type: string
  readonly schema: string
  readonly cast: string
  readonly typmod: number
  /** Of arrays: the type of the elements. */
  readonly element?: string
}

/** No reference that a mask could hold by itself. */
const nowhere = 'gbx."\u0001nowhere"'

/** Is the mask a constant, so that nobody who computes it has to be able to read the column? */
export const readsNothing = (mask: Mask): boolean => !mask.sql(nowhere).includes(nowhere)

/** How a raw value becomes what its column's mask would be. */
export interface Search {
  /** SQL that turns a raw value into the mask. */
  readonly of: (expression: string) => string
  /** The type that the value is read as, and the column's own with its bound. */
  readonly given: string
  readonly cast: string
  /** What all pseudonyms of the column look like, as a pattern; absent = they can't be told from values. */
  readonly shape?: string
}

/** A mask of one column. `sql` takes the reference to the raw column; `injective` = joins on it are right. */
export interface Mask {
  readonly form: Form
  readonly injective: boolean
  readonly sql: (ref: string) => string
  /** Pseudonym: how a value is searched for (Q1). */
  readonly search?: Search
  /** Pseudonym: values that differ in capitals only have the same one (Q5). */
  readonly canonical?: 'lower'
  /** Generalise: the step of a time. */
  readonly unit?: string
  /** Keep: the keys of an object that are shown. */
  readonly keys?: readonly string[]
  /** Generalise: can the mask be this value? */
  readonly isStep?: (value: string) => boolean
}

const texts = new Set(['text', 'varchar', 'bpchar', 'citext', 'name'])
/** Types whose unlabelled columns `unlabelled: redact` covers (C4). */
export const textLike = new Set([
  ...texts,
  'json',
  'jsonb',
  'xml',
  'bytea',
  'hstore',
  'tsvector',
  'jsonpath',
  ...['text', 'varchar', 'bpchar', 'citext', 'name', 'json', 'jsonb', 'xml', 'bytea', 'hstore'].map(
    (type) => `_${type}`,
  ),
])

/** Texts, what holds texts, rows of any kind and arrays of what another schema calls a text. */
export const isTextLike = (column: MaskedType & { readonly isRow?: boolean }): boolean =>
  textLike.has(column.type) || column.isRow === true || (column.type.startsWith('_') && column.schema !== 'pg_catalog')

/** Settings that carry the pseudonym key; given at connection start, never in a statement (M6, G9). */
const keySettings = { inner: 'glovebox.ki', outer: 'glovebox.ko' }

/** The key's halves as values of those settings. */
export function keySettingsOf(key: Uint8Array): Readonly<Record<string, string>> {
  const { inner, outer } = hmacPads(key)
  return {
    [keySettings.inner]: Buffer.from(inner).toString('hex'),
    [keySettings.outer]: Buffer.from(outer).toString('hex'),
  }
}

const half = (name: string): string => `pg_catalog.decode(pg_catalog.current_setting(${quoteText(name)}), 'hex')`

/** SQL: HMAC-SHA-256 of class, zero byte, text; as bytea. Never null unless the text is. */
const hmacSql = (className: string, textSql: string): string =>
  `pg_catalog.sha256(${half(keySettings.outer)} OPERATOR(pg_catalog.||) pg_catalog.sha256(${half(keySettings.inner)} OPERATOR(pg_catalog.||) ` +
  `'\\x${Buffer.from(`${className}\0`).toString('hex')}'::pg_catalog.bytea OPERATOR(pg_catalog.||) pg_catalog.convert_to(${textSql}, 'UTF8')))`

const hexSql = (className: string, textSql: string, bytes: number): string =>
  `pg_catalog.encode(pg_catalog.substr(${hmacSql(className, textSql)}, 1, ${bytes}), 'hex')`

/** One statement that proves the key of a fresh connection, and its answer. */
export function keyProof(key: Uint8Array): { sql: string; expected: string } {
  return {
    sql: `SELECT ${hexSql('glovebox.proof', `'proof'::pg_catalog.text`, 32)}`,
    expected: pseudonymHash(key, 'glovebox.proof', 'proof').toString('hex'),
  }
}

const nullOf = (column: MaskedType): string =>
  column.type === 'anyarray' ? `CASE WHEN false THEN ARRAY[0]::pg_catalog.anyarray END` : `NULL::${column.cast}`

/** varchar(n) and char(n) hold that many characters; undefined = no bound. */
const widthOf = (column: MaskedType): number | undefined =>
  (column.type === 'varchar' || column.type === 'bpchar') && column.typmod > 4 ? column.typmod - 4 : undefined

/** The mask of a column under a label, or of an unlabelled one under `unlabelled: redact`. */
export function maskOf(
  label: Pick<
    Label,
    'class' | 'form' | 'keepFirst' | 'keepLast' | 'unit' | 'keep' | 'explicit' | 'canonical' | 'hideNull'
  >,
  column: MaskedType,
): Mask {
  const nothing: Mask = { form: 'null', injective: false, sql: () => nullOf(column) }
  const made = maskers[label.form](label, column)
  return (
    made ??
    (label.form === 'pseudonym' || label.form === 'partial' || label.form === 'keep' || label.form === 'generalise'
      ? (redactOf(label, column) ?? nothing)
      : nothing)
  )
}

type Rule = Parameters<typeof maskOf>[0]
const maskers: Record<Form, (rule: Rule, column: MaskedType) => Mask | undefined> = {
  null: () => undefined,
  scrub: (_rule, column) => scrubOf(column),
  redact: redactOf,
  pseudonym: pseudonymOf,
  partial: partialOf,
  generalise: generaliseOf,
  keep: keepOf,
}

function redactOf({ hideNull }: Pick<Rule, 'hideNull'>, column: MaskedType): Mask | undefined {
  if (!texts.has(column.type)) return undefined
  return {
    form: 'redact',
    injective: false,
    // A constant for all rows with hideNull: the role of the second wall need not be able to read the column (L1).
    sql: (ref) =>
      hideNull === true
        ? `${quoteText(redacted)}::${column.cast}`
        : `(CASE WHEN ${ref} IS NOT NULL THEN ${quoteText(redacted)} END)::${column.cast}`,
  }
}

function pseudonymOf(rule: Rule, column: MaskedType): Mask | undefined {
  if (texts.has(column.type)) return textPseudonym(rule, column)
  const text = (ref: string): string => `(${ref})::pg_catalog.text`
  const bits = (count: number, ref: string): string =>
    `('x' OPERATOR(pg_catalog.||) ${hexSql(rule.class, text(ref), count / 8)})::pg_catalog.bit(${count})`
  const of = (injective: boolean, make: (ref: string) => string, shape?: string): Mask => ({
    form: 'pseudonym',
    injective,
    sql: (ref) => `${make(ref)}::${column.cast}`,
    search: {
      of: (expression) => `${make(`(${expression})::${column.cast}`)}::${column.cast}`,
      given: `pg_catalog.${column.type}`,
      cast: column.cast,
      ...(shape === undefined ? {} : { shape }),
    },
  })
  switch (column.type) {
    case 'uuid':
      // Version 8, variant 10 (RFC 9562): a valid uuid that says that it was made up.
      return of(
        true,
        (ref) => `pg_catalog.overlay(pg_catalog.overlay(${hexSql(rule.class, text(ref), 16)}, '8', 13, 1), '8', 17, 1)`,
        uuidShape,
      )
    case 'int8':
      return of(true, (ref) => bits(64, ref))
    case 'int4':
      return of(false, (ref) => bits(32, ref))
    case '_text':
    case '_varchar':
      return {
        form: 'pseudonym',
        injective: false,
        sql: (ref) => elementwise(ref, column, (element) => textSql(rule.class, element)),
      }
    default:
      return undefined
  }
}

const elementwise = (ref: string, column: MaskedType, mask: (element: string) => string): string =>
  `(CASE WHEN ${ref} IS NOT NULL THEN ARRAY(SELECT ${mask('e')} FROM pg_catalog.unnest(${ref}) WITH ORDINALITY AS u(e, o) ORDER BY o) END)::${column.cast}`

const textSql = (className: string, textSql: string, hexLength = 16): string => {
  const hex = hexSql(className, textSql, hexLength / 2)
  return className === 'pii.email' && hexLength === 16
    ? `('u' OPERATOR(pg_catalog.||) ${hex} OPERATOR(pg_catalog.||) '@masked.invalid')`
    : `('tok_' OPERATOR(pg_catalog.||) ${hex})`
}

/** Patterns of pseudonyms; looksPseudonymous says the same of a text. */
const textShape = 'u[0-9a-f]{16}@masked[.]invalid|tok_[0-9a-f]{16}'
const uuidShape = '[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}'

/** Texts of a bounded width get as much of the hash as fits; what can't hold 64 bits is no key to join on. */
function textPseudonym(rule: Rule, column: MaskedType): Mask {
  const width = widthOf(column)
  const full = rule.class === 'pii.email' ? 32 : 20
  const make = (text: string): string => {
    if (width === undefined || width >= full) return textSql(rule.class, text)
    if (width >= 20) return `('tok_' OPERATOR(pg_catalog.||) ${hexSql(rule.class, text, 8)})`
    return `pg_catalog.left(${hexSql(rule.class, text, 16)}, ${width})`
  }
  // citext is equal whatever the case, so its pseudonym is as well. One collation for column and value, whatever theirs is.
  const isLower = column.type === 'citext' || rule.canonical === 'lower'
  const text = (ref: string): string =>
    isLower ? `pg_catalog.lower(${ref}::pg_catalog.text COLLATE pg_catalog."default")` : `${ref}::pg_catalog.text`
  const given = column.type === 'bpchar' ? 'pg_catalog.bpchar' : 'pg_catalog.text'
  return {
    form: 'pseudonym',
    injective: width === undefined || width >= 16,
    sql: (ref) => `${make(text(ref))}::${column.cast}`,
    ...(rule.canonical === 'lower' ? { canonical: rule.canonical } : {}),
    search: {
      // char(n) drops trailing blanks: the value passes that type first.
      of: (expression) =>
        `${make(text(column.type === 'bpchar' ? `(${expression})::pg_catalog.bpchar` : `(${expression})`))}::${column.cast}`,
      given,
      cast: column.cast,
      ...(width !== undefined && width < 20 ? {} : { shape: textShape }),
    },
  }
}

function partialOf(rule: Rule, column: MaskedType): Mask | undefined {
  if (!texts.has(column.type)) return undefined
  const { first, last } = partialShown(rule.keepFirst, rule.keepLast)
  const minLength = Math.max(partialMinLength, 2 * (first + last) + 1)
  return {
    form: 'partial',
    injective: false,
    sql: (ref) => {
      const text = `${ref}::pg_catalog.text`
      const head = first > 0 ? `pg_catalog.left(${text}, ${first}) OPERATOR(pg_catalog.||) ` : ''
      const tail = last > 0 ? ` OPERATOR(pg_catalog.||) pg_catalog.right(${text}, ${last})` : ''
      return `(CASE WHEN ${ref} IS NULL THEN NULL WHEN pg_catalog.length(${text}) OPERATOR(pg_catalog.>=) ${minLength} THEN ${head}'***'${tail} ELSE ${quoteText(redacted)} END)::${column.cast}`
    },
  }
}

const noTime = '([T ]00:00(:00(\\.0+)?)?( ?(Z|UTC|[+-]00(:?00)?))?)?$'
const steps = {
  year: new RegExp(`^[0-9]{4}-01-01${noTime}`, 'i'),
  month: new RegExp(`^[0-9]{4}-[0-9]{2}-01${noTime}`, 'i'),
  day: new RegExp(`^[0-9]{4}-[0-9]{2}-[0-9]{2}${noTime}`, 'i'),
}
const isUnit = (unit: string | undefined): unit is keyof typeof steps =>
  unit !== undefined && Object.hasOwn(steps, unit)

function generaliseOf(rule: Rule, column: MaskedType): Mask | undefined {
  const of = (sql: (ref: string) => string): Mask => ({
    form: 'generalise',
    injective: false,
    sql: (ref) => `(${sql(ref)})::${column.cast}`,
    unit,
    isStep: (value) => steps[unit].test(value.trim()) || /^[0-9a-f.:]+\/[0-9]{1,3}$/i.test(value.trim()),
  })
  const unit = isUnit(rule.unit) ? rule.unit : 'year'
  // Bounds first: infinity and years that have no timestamp would raise or stay exact.
  const within = (ref: string, type: string): string =>
    `${ref} OPERATOR(pg_catalog.>=) '0001-01-02'::pg_catalog.${type} AND ${ref} OPERATOR(pg_catalog.<) '9999-12-30'::pg_catalog.${type}`
  switch (column.type) {
    case 'date':
      return of(
        (ref) =>
          `CASE WHEN ${within(ref, 'date')} THEN pg_catalog.date_trunc('${unit}', ${ref}::pg_catalog.timestamp) END`,
      )
    case 'timestamp':
      return of((ref) => `CASE WHEN ${within(ref, 'timestamp')} THEN pg_catalog.date_trunc('${unit}', ${ref}) END`)
    case 'timestamptz':
      // Always in UTC: the session's own time zone would move the edges and show more (a day's hours, one zone each).
      return of(
        (ref) =>
          `CASE WHEN ${ref} OPERATOR(pg_catalog.>=) '0001-01-02 00:00:00+00'::pg_catalog.timestamptz AND ${ref} OPERATOR(pg_catalog.<) '9999-12-30 00:00:00+00'::pg_catalog.timestamptz THEN pg_catalog.timezone('UTC', pg_catalog.date_trunc('${unit}', pg_catalog.timezone('UTC', ${ref}))) END`,
      )
    case 'inet':
    case 'cidr':
      return of((ref) => networkSql(ref))
    case 'text':
    case 'varchar':
      return rule.unit?.startsWith('/') === true ? of((ref) => textNetworkSql(`${ref}::pg_catalog.text`)) : undefined
    default:
      return bucketOf(rule, column)
  }
}

const networkSql = (ref: string): string =>
  `CASE WHEN pg_catalog.family(${ref}) OPERATOR(pg_catalog.=) 4 THEN pg_catalog.network(pg_catalog.set_masklen(${ref}::pg_catalog.inet, LEAST(24, pg_catalog.masklen(${ref})))) ` +
  `ELSE pg_catalog.network(pg_catalog.set_masklen(${ref}::pg_catalog.inet, LEAST(48, pg_catalog.masklen(${ref})))) END`

const textNetworkSql = (text: string): string =>
  `CASE WHEN ${text} IS NULL THEN NULL WHEN ${text} OPERATOR(pg_catalog.~) '^[0-9]{1,3}(\\.[0-9]{1,3}){3}$' THEN pg_catalog.regexp_replace(${text}, '\\.[0-9]{1,3}$', '.0/24') ELSE ${quoteText(redacted)} END`

/** Steps that numbers and places can have: 2 to 10,000, or up to three decimals. */
const stepOf = (unit: string | undefined): number | undefined => {
  const step = Number(unit)
  return (Number.isInteger(step) && step >= 2 && step <= 10_000) || [0.1, 0.01, 0.001].includes(step) ? step : undefined
}

/** Numbers and points in steps of `unit`, towards zero, so that nothing grows beyond its type; what is huge or no number is null. */
function bucketOf(rule: Rule, column: MaskedType): Mask | undefined {
  const step = stepOf(rule.unit)
  if (step === undefined) return undefined
  const of = (sql: (ref: string) => string): Mask => ({
    form: 'generalise',
    injective: false,
    sql: (ref) => `(${sql(ref)})::${column.cast}`,
    isStep: (value) => Math.abs(Number(value) / step - Math.round(Number(value) / step)) < 1e-9,
  })
  const whole = Number.isInteger(step)
  // One tenth has no exact float8: multiply and divide by the whole number that it is the inverse of.
  const float = (value: string): string =>
    // The tiniest numbers would raise an underflow when divided.
    `CASE WHEN pg_catalog.abs(${value}) OPERATOR(pg_catalog.<) 1e-9::pg_catalog.float8 THEN 0::pg_catalog.float8 WHEN pg_catalog.abs(${value}) OPERATOR(pg_catalog.<) 1e15::pg_catalog.float8 THEN pg_catalog.trunc(${value} OPERATOR(pg_catalog.${whole ? '/' : '*'}) ${whole ? step : 1 / step}::pg_catalog.float8) OPERATOR(pg_catalog.${whole ? '*' : '/'}) ${whole ? step : 1 / step}::pg_catalog.float8 END`
  switch (column.type) {
    case 'int2':
    case 'int4':
    case 'int8':
      if (!whole) return undefined
      return of(
        (ref) =>
          `(${ref}::pg_catalog.int8 OPERATOR(pg_catalog./) ${step}::pg_catalog.int8) OPERATOR(pg_catalog.*) ${step}::pg_catalog.int8`,
      )
    case 'numeric':
      return of(
        (ref) =>
          `CASE WHEN pg_catalog.abs(${ref}) OPERATOR(pg_catalog.<) 1e100 THEN pg_catalog.trunc(${ref} OPERATOR(pg_catalog./) ${step}::pg_catalog.numeric) OPERATOR(pg_catalog.*) ${step}::pg_catalog.numeric END`,
      )
    case 'float4':
    case 'float8':
      return of((ref) => float(`(${ref})::pg_catalog.float8`))
    case 'point':
      return of(
        (ref) =>
          `CASE WHEN ${ref} IS NOT NULL THEN pg_catalog.point(${float(`(${ref})[0]`)}, ${float(`(${ref})[1]`)}) END`,
      )
    default:
      return undefined
  }
}

/** JSON: the named keys of an object stay, the rest goes. Other types: only where the label itself says keep. */
function keepOf(rule: Rule, column: MaskedType): Mask | undefined {
  if (column.type === 'jsonb' || column.type === 'json')
    return rule.keep.length === 0 ? undefined : jsonKeep(rule.keep, column)
  return rule.explicit ? { form: 'keep', injective: true, sql: (ref) => ref } : undefined
}

function jsonKeep(keys: readonly string[], column: MaskedType): Mask {
  const list = `ARRAY[${keys.map(quoteText).join(', ')}]::pg_catalog.text[]`
  return {
    form: 'keep',
    injective: false,
    keys,
    sql: (ref) => {
      const typeof_ = `pg_catalog.${column.type}_typeof(${ref}) OPERATOR(pg_catalog.=) 'object'`
      // json keeps its text as it came: a \u escape in it may raise when it is read, so such values are left out whole.
      const readable =
        column.type === 'json' ? `pg_catalog.strpos(${ref}::pg_catalog.text, '\\u') OPERATOR(pg_catalog.=) 0 AND ` : ''
      const kept = `(SELECT pg_catalog.${column.type}_object_agg(k, ${ref} OPERATOR(pg_catalog.->) k) FROM pg_catalog.unnest(${list}) AS u(k) WHERE (${ref} OPERATOR(pg_catalog.->) k) IS NOT NULL)`
      return `(CASE WHEN ${ref} IS NULL THEN NULL WHEN CASE WHEN ${readable}${typeof_} THEN true ELSE false END THEN COALESCE(${kept}, '{}'::pg_catalog.${column.type}) ELSE '{}'::pg_catalog.${column.type} END)::${column.cast}`
    },
  }
}
