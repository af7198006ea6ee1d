// Rows before and after: read by their primary key, beside the transaction (what it has not committed yet is not seen
// there) and inside it. For others labelled columns are read through their masks; the real values are for undo only.
import { scrubbed } from '../../../masking/detect/replace.ts'
import { joinName } from '../../../masking/labels.ts'
import type { RowEffect } from '../../../core/statement.ts'
import { quoteName, quoteText } from '../walls/text/lexer.ts'
import type { WriteColumn, WriteStep } from '../walls/write/rows.ts'
import type { Rows, Talk } from './talk.ts'

/** Characters that all rows together may take on record. */
const shownInAll = 100_000
/** Rows whose images are read; beyond that they are counted only. */
export const mostImages = 10_000
/** Keys that are named on record. */
const keysRecorded = 100
/** Characters of a value that are shown. */
const shownCharacters = 200

/** A row as it is, by column, and as it is shown. */
export interface Image {
  readonly raw: Readonly<Record<string, string | null>>
  readonly shown: Readonly<Record<string, string | null>>
}
/** By key, as JSON text. */
export type Images = ReadonlyMap<string, Image>

type Shown = Required<Pick<WriteStep, 'table' | 'keys'>>

const array = (values: readonly (string | null)[]): string =>
  `{${values.map((value) => (value === null ? 'NULL' : `"${value.replace(/["\\]/g, '\\$&')}"`)).join(',')}}`

/** The question; `recorded` counts the keys of it instead of naming them all, and names no labelled one. */
function imagesSql({ table, keys }: Shown, of: Rows, recorded = false): string {
  const lists = keys.map(({ type, label }, index) => {
    const list = array(of.map((key) => key[index] ?? null))
    const isShort = label === undefined && of.length <= keysRecorded
    return `${quoteText(recorded && !isShort ? `{… ${of.length} keys}` : list)}::${unbound(type)}[]`
  })
  const names = keys.map((_, index) => `k${index}`)
  const on = keys.map(({ name }, index) => `gbx.${quoteName(name)} = k.k${index}`).join(' AND ')
  const raw = table.columns.map(({ name }) => `gbx.${quoteName(name)}::text`)
  const shown = table.columns.flatMap(({ name, label }) =>
    label === undefined ? [] : [`(${label.sql(`gbx.${quoteName(name)}`)})::text`],
  )
  return `SELECT ${[...raw, ...shown].join(', ')} FROM unnest(${lists.join(', ')}) AS k(${names.join(', ')}) JOIN ${quoteName(table.schema)}.${quoteName(table.name)} AS gbx ON ${on}`
}

/** A bound would cut what a key is compared with. */
const unbound = (type: string): string => type.replace(/\(.*\)/, '')

/** Reads the rows of these keys. */
export async function imagesOf(talk: Talk, step: Shown, keys: Rows): Promise<Images> {
  if (keys.length === 0) return new Map()
  const { table } = step
  const name = joinName([table.schema, table.name])
  const recorded = imagesSql(step, keys, true)
  const { rows } = await talk.run(imagesSql(step, keys), { effect: 'read', reads: [name], recorded })
  const labelled = table.columns.filter(({ label }) => label !== undefined)
  const found = new Map<string, Image>()
  for (const row of rows) {
    const raw = Object.fromEntries(table.columns.map((column, index) => [column.name, row[index] ?? null]))
    const shown = { ...raw }
    for (const [index, column] of labelled.entries()) shown[column.name] = row[table.columns.length + index] ?? null
    found.set(keyOf(step.keys, raw), { raw, shown })
  }
  return found
}

const keyOf = (keys: readonly WriteColumn[], raw: Image['raw']): string =>
  JSON.stringify(keys.map(({ name }) => raw[name] ?? null))

/** What changed, row by row, as others may see it: changed columns of rows that stay, all columns of the others. */
export function effectsOf(step: Shown, before: Images, after: Images, most: number): readonly RowEffect[] {
  const table = joinName([step.table.schema, step.table.name])
  const out: RowEffect[] = []
  let left = shownInAll
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const was = before.get(key)
    const is = after.get(key)
    const columns = step.table.columns
      .map(({ name }) => name)
      .filter((name) => was === undefined || is === undefined || was.raw[name] !== is.raw[name])
    const pick = (image: Image) =>
      Object.fromEntries(columns.map((name) => [name, image === was ? told(image, name) : became(step, image, name)]))
    const one = was ?? is
    const keyed = (name: string) => one && (one === was ? told(one, name) : became(step, one, name))
    const row: RowEffect = {
      table,
      key: step.keys.map(({ name }) => `${name} = ${keyed(name) ?? 'null'}`).join(', '),
      ...(was === undefined ? {} : { before: pick(was) }),
      ...(is === undefined ? {} : { after: pick(is) }),
    }
    left -= JSON.stringify(row).length
    if (left < 0) break
    out.push(row)
    if (out.length >= most) break
  }
  return out
}

/** What a column became, as others may see it. */
function became({ table }: Shown, image: Image, name: string): string | null {
  const isDerived = table.columns.some((column) => column.name === name && column.derived === true)
  return isDerived && image.raw[name] != null ? '(made of unlabelled text: not shown)' : told(image, name)
}

/** A value as others may see it: masked by its label, or passed through the net over what nobody labelled (M10), and cut. */
function told({ shown }: Image, name: string): string | null {
  const value = shown[name] ?? null
  if (value === null) return null
  const clean = scrubbed(value.slice(0, shownCharacters * 4))
  return clean.length <= shownCharacters ? clean : `${clean.slice(0, shownCharacters)}…`
}
