// One immutable snapshot of a database's catalogue: relations, columns, labels, functions, operators, types. Loaded with
// an empty search_path (C1). Confidentiality does not wait for it: a masked relation's columns are named one by one, so
// a column that the snapshot does not know is not shown.
import { fail } from '../../../core/error.ts'
import type { Mask } from './forms/forms-sql.ts'
import {
  columnsSql,
  databaseSql,
  digestSql,
  foreignKeysSql,
  primaryKeysSql,
  functionsSql,
  generatedSql,
  inheritsSql,
  operatorsSql,
  relationsSql,
  typesSql,
  uniqueKeysSql,
} from './catalog-sql.ts'
import type { Load } from './types.ts'

export interface Column {
  readonly attnum: number
  readonly name: string
  /** Base type: domains are followed down. */
  readonly type: string
  readonly schema: string
  /** The base type with its typmod, as SQL writes it. */
  readonly cast: string
  readonly typmod: number
  readonly element?: string
  readonly generated: boolean
  /** A composite type: rows with texts in them. */
  readonly isRow: boolean
  /** Its own collation, quoted; absent = the database's, or C. */
  readonly collation?: string
}

/** A label on a column: its own, or one that came down from a parent, a key or a source (C2). */
export interface ColumnLabel {
  /** schema.table.column */
  readonly column: string
  readonly class: string
  readonly mask: Mask
  readonly search: boolean
  /** Where it comes from: the file's key, or what it was derived from. */
  readonly origin: string
  /** Shown as it is under the grant that this label is made for. */
  readonly unmasked?: true
}

export interface Relation {
  readonly oid: number
  readonly schema: string
  readonly name: string
  /** pg_class.relkind: r p v m f S */
  readonly kind: string
  /** Part of the server itself. */
  readonly system: boolean
  readonly extension?: string
  readonly isPartition: boolean
  readonly definition?: string
  readonly partitionKey?: string
  /** Of a user's view: its rule as oid/xmin, another one with every definition (C3). */
  readonly rule?: string
  readonly columns: readonly Column[]
}

export interface Routine {
  readonly schema: string
  readonly name: string
  /** name(identity arguments) */
  readonly signature: string
  readonly language: string
  readonly volatility: string
  readonly kind: string
  readonly argsMin: number
  readonly argsMax: number
  readonly user: boolean
  /** Member of an extension that PostgreSQL marks trusted. */
  readonly trusted: boolean
  /** Types of its arguments as oids, for the comparison of signatures across schemas. */
  readonly types: string
}

/** A user-made type. `runs` = making a value of it may run code that is not the server's. */
export interface UserType {
  readonly schema: string
  readonly name: string
  readonly runs: boolean
}

export interface Catalog {
  readonly digest: string
  readonly searchPath: string
  readonly user: string
  readonly database: string
  /** Of transactions that say nothing. */
  readonly isolation: string
  readonly relations: ReadonlyMap<string, Relation>
  readonly byOid: ReadonlyMap<number, Relation>
  /** Child -> parents, by oid. */
  readonly parents: ReadonlyMap<number, readonly number[]>
  readonly foreignKeys: readonly {
    readonly from: number
    readonly fromColumns: readonly number[]
    readonly to: number
    readonly toColumns: readonly number[]
  }[]
  /** Columns of a table's primary key, by oid. */
  readonly primaryKeys: ReadonlyMap<number, readonly string[]>
  /** Columns of each unique index of a table, by oid (W3). */
  readonly uniqueKeys: ReadonlyMap<number, readonly (readonly string[])[]>
  /** Tables that others inherit from. */
  readonly withChildren: ReadonlySet<number>
  /** Generated column (oid.attnum) -> columns that it is made of. */
  readonly generated: ReadonlyMap<string, readonly number[]>
  readonly routines: ReadonlyMap<string, readonly Routine[]>
  /** Operators that are not the server's own, by name: is every one of them in C? */
  readonly operators: ReadonlyMap<string, boolean>
  readonly types: readonly UserType[]
  readonly schemas: ReadonlySet<string>
}

/** Key of a relation in Catalog.relations; no name can hold a NUL. */
export const relationKey = (schema: string, name: string): string => `${schema}\0${name}`

type Rows = Awaited<ReturnType<Load>>
const at = (row: readonly (string | null)[], index: number): string => row[index] ?? ''
const isTrue = (row: readonly (string | null)[], index: number): boolean => row[index] === 't'
const numbers = (list: string): readonly number[] => (list.match(/\d+/g) ?? []).map(Number)

/** The line that changes with the catalogue (C3). */
export async function loadDigest(load: Load): Promise<string> {
  const digest = (await load(digestSql))[0]?.[0]
  return digest ?? fail('GBX-1402', { why: 'the target gave no digest of its catalogue' })
}

/** Loads a snapshot. Throws what `load` throws, and GBX-1402 when the database's encoding is not UTF8. */
export async function loadCatalog(load: Load): Promise<Catalog> {
  const digest = await loadDigest(load)
  const [database] = await load(databaseSql)
  if (database === undefined) return fail('GBX-1402', { why: 'the target gave no answer about its catalogue' })
  if (database[0] !== 'UTF8')
    return fail('GBX-1402', { why: `the database's encoding is ${database[0]}, and only UTF8 can be masked` })
  const columns = columnsOf(await load(columnsSql))
  const relations = relationsOf(await load(relationsSql), columns)
  const routines = routinesOf(await load(functionsSql))
  const inherits = await load(inheritsSql)
  const parents = new Map<number, number[]>()
  for (const row of inherits) parents.set(Number(row[0]), [...(parents.get(Number(row[0])) ?? []), Number(row[1])])
  const generated = new Map<string, number[]>()
  for (const row of await load(generatedSql)) {
    const key = `${row[0]}.${row[1]}`
    generated.set(key, [...(generated.get(key) ?? []), Number(row[2])])
  }
  const primaryKeys = new Map<number, string[]>()
  for (const row of await load(primaryKeysSql))
    primaryKeys.set(Number(row[0]), [...(primaryKeys.get(Number(row[0])) ?? []), at(row, 1)])
  return {
    digest,
    searchPath: at(database, 1),
    database: at(database, 2),
    user: at(database, 3),
    isolation: at(database, 4),
    relations: new Map(relations.map((one) => [relationKey(one.schema, one.name), one])),
    byOid: new Map(relations.map((one) => [one.oid, one])),
    parents,
    foreignKeys: (await load(foreignKeysSql)).map((row) => ({
      from: Number(row[0]),
      fromColumns: numbers(at(row, 1)),
      to: Number(row[2]),
      toColumns: numbers(at(row, 3)),
    })),
    primaryKeys,
    uniqueKeys: uniqueKeysOf(await load(uniqueKeysSql)),
    withChildren: new Set([...parents.values()].flat()),
    generated,
    routines,
    operators: operatorsOf(await load(operatorsSql)),
    types: typesOf(await load(typesSql)),
    schemas: new Set(relations.map((one) => one.schema)),
  }
}

function uniqueKeysOf(rows: Rows): ReadonlyMap<number, readonly (readonly string[])[]> {
  const indexes = new Map<string, { table: number; columns: string[]; plain: boolean }>()
  for (const row of rows) {
    const index = indexes.get(at(row, 1)) ?? { table: Number(row[0]), columns: [], plain: true }
    indexes.set(at(row, 1), index)
    index.columns.push(at(row, 2))
    if (!isTrue(row, 3)) index.plain = false
  }
  const out = new Map<number, string[][]>()
  for (const { table, columns, plain } of indexes.values())
    if (plain) out.set(table, [...(out.get(table) ?? []), columns])
  return out
}

function columnsOf(rows: Rows): ReadonlyMap<number, Column[]> {
  const out = new Map<number, Column[]>()
  for (const row of rows) {
    const element = row[10]
    const column: Column = {
      attnum: Number(row[1]),
      name: at(row, 2),
      type: at(row, 3),
      schema: at(row, 4),
      cast: qualified(at(row, 5), at(row, 3), at(row, 4), element ?? undefined),
      typmod: Number(row[9]),
      ...(element === null || element === undefined ? {} : { element }),
      generated: at(row, 8) !== '',
      isRow: at(row, 6) === 'c',
      ...(row[11] == null ? {} : { collation: at(row, 11) }),
    }
    const list = out.get(Number(row[0]))
    if (list === undefined) out.set(Number(row[0]), [column])
    else list.push(column)
  }
  return out
}

/** A plain type name could mean another schema's type under another search_path; the words of the grammar could not. */
function qualified(cast: string, type: string, schema: string, element: string | undefined): string {
  const bare = cast.replace(/(\[\])+$/, '')
  return schema === 'pg_catalog' && (bare === type || bare === element) ? `pg_catalog.${cast}` : cast
}

function relationsOf(rows: Rows, columns: ReadonlyMap<number, Column[]>): readonly Relation[] {
  return rows.map((row) => {
    const oid = Number(row[0])
    const schema = at(row, 1)
    return {
      oid,
      schema,
      name: at(row, 2),
      kind: at(row, 3),
      system: oid < 16384 && (schema === 'pg_catalog' || schema === 'information_schema'),
      isPartition: isTrue(row, 4),
      columns: columns.get(oid) ?? [],
      ...(row[6] == null ? {} : { definition: at(row, 6) }),
      ...(row[7] == null ? {} : { extension: at(row, 7) }),
      ...(row[8] == null ? {} : { partitionKey: at(row, 8) }),
      ...(row[9] == null ? {} : { rule: at(row, 9) }),
    }
  })
}

function routinesOf(rows: Rows): ReadonlyMap<string, readonly Routine[]> {
  const out = new Map<string, Routine[]>()
  for (const row of rows) {
    const count = Number(row[6])
    const routine: Routine = {
      schema: at(row, 0),
      name: at(row, 1),
      signature: at(row, 2),
      language: at(row, 3),
      volatility: at(row, 4),
      kind: at(row, 5),
      argsMin: count - Number(row[7]) - (isTrue(row, 8) ? 1 : 0),
      argsMax: isTrue(row, 8) ? Number.POSITIVE_INFINITY : count,
      user: isTrue(row, 9),
      trusted: isTrue(row, 10),
      types: at(row, 11),
    }
    const list = out.get(routine.name)
    if (list === undefined) out.set(routine.name, [routine])
    else list.push(routine)
  }
  // EXTRACT(… FROM …) calls date_part before PostgreSQL 14.
  if (out.get('extract')?.some((routine) => routine.schema === 'pg_catalog') !== true)
    out.set('extract', [
      ...(out.get('extract') ?? []),
      ...(out.get('date_part') ?? []).filter((routine) => routine.schema === 'pg_catalog'),
    ])
  return out
}

function operatorsOf(rows: Rows): ReadonlyMap<string, boolean> {
  const out = new Map<string, boolean>()
  for (const row of rows) {
    const safe = row[2] === 'c' || row[2] === 'internal'
    out.set(at(row, 0), safe && (out.get(at(row, 0)) ?? true))
  }
  return out
}

/** Base types do what their input function does; arrays, ranges, rows and domains what the types do that they are made of. */
function typesOf(rows: Rows): readonly UserType[] {
  const runs = new Set<string>()
  for (const row of rows) {
    const input = at(row, 3)
    const foreign = input !== '' && input !== 'internal' && input !== 'c'
    if (foreign || isTrue(row, 4) || isTrue(row, 5)) runs.add(at(row, 6))
  }
  for (let before = -1; before !== runs.size;) {
    before = runs.size
    for (const row of rows)
      if (
        at(row, 7)
          .split(' ')
          .some((part) => runs.has(part))
      )
        runs.add(at(row, 6))
  }
  return rows.map((row) => ({ schema: at(row, 0), name: at(row, 1), runs: runs.has(at(row, 6)) }))
}
