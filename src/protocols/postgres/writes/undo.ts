// The statement that takes a change back, made from the rows before and after. It holds real values, so it is kept in an
// encrypted payload and asked for as a write of its own; nobody is shown it as it stands.
import type { Change } from '../../../core/nouns.ts'
import { quoteName, quoteText } from '../walls/text/lexer.ts'
import type { WriteColumn, WriteStep } from '../walls/write/rows.ts'
import type { Image, Images } from './images.ts'

type Undo = NonNullable<Change['undo']>
type Shown = Required<Pick<WriteStep, 'table' | 'keys'>>

const valueOf = ({ name, type }: WriteColumn, image: Image): string => {
  const value = image.raw[name] ?? null
  return value === null ? `NULL::${type}` : `${quoteText(value)}::${type}`
}

/** One statement, or why there is none. `most` = longest text that can be asked for, in bytes. */
export function undoOf(step: Shown, before: Images, after: Images, most: number): Undo {
  const { table, keys } = step
  const name = `${quoteName(table.schema)}.${quoteName(table.name)}`
  const [gone, came, stayed]: [Image[], Image[], [Image, Image][]] = [[], [], []]
  for (const [key, image] of before) {
    const now = after.get(key)
    if (now === undefined) gone.push(image)
    else stayed.push([image, now])
  }
  for (const [key, image] of after) if (!before.has(key)) came.push(image)
  const kinds = [gone, came, stayed].filter((list) => list.length > 0)
  if (kinds.length === 0) return { missing: 'no row was changed' }
  if (kinds.length > 1) return { missing: 'it both added and changed rows' }
  const text =
    gone.length > 0
      ? reinsert(name, table.columns, gone)
      : came.length > 0
        ? remove(name, keys, came)
        : restore(name, step, stayed)
  if (text === undefined) return { missing: 'the rows are as they were' }
  return Buffer.byteLength(text) > most ? { missing: 'its text would be longer than a statement may be' } : { text }
}

function reinsert(name: string, columns: readonly WriteColumn[], rows: readonly Image[]): string {
  const written = columns.filter(({ generated }) => !generated)
  const values = rows.map((row) => `(${written.map((column) => valueOf(column, row)).join(', ')})`)
  return `INSERT INTO ${name} (${written.map((column) => quoteName(column.name)).join(', ')}) OVERRIDING SYSTEM VALUE VALUES ${values.join(', ')}`
}

/** VALUES calls its columns column1, column2 …: naming them anew would count as a whole row to the walls. */
const where = (keys: readonly WriteColumn[]): string =>
  keys.map((column, i) => `gbx.${quoteName(column.name)} = v.column${i + 1}`).join(' AND ')

function remove(name: string, keys: readonly WriteColumn[], rows: readonly Image[]): string {
  const list = rows.map((row) => `(${keys.map((column) => valueOf(column, row)).join(', ')})`)
  return `DELETE FROM ${name} AS gbx USING (VALUES ${list.join(', ')}) AS v WHERE ${where(keys)}`
}

function restore(name: string, { table, keys }: Shown, rows: readonly [Image, Image][]): string | undefined {
  const changed = table.columns.filter(
    (column) => !column.generated && rows.some(([was, is]) => was.raw[column.name] !== is.raw[column.name]),
  )
  if (changed.length === 0) return undefined
  const list = rows.map(([was]) => `(${[...keys, ...changed].map((column) => valueOf(column, was)).join(', ')})`)
  const set = changed.map((column, i) => `${quoteName(column.name)} = v.column${keys.length + i + 1}`).join(', ')
  return `UPDATE ${name} AS gbx SET ${set} FROM (VALUES ${list.join(', ')}) AS v WHERE ${where(keys)}`
}
