// Which names a place in a statement can see, and what is known of the columns behind them. Lineage is a courtesy: it
// serves search, refusals and notices. Nothing that keeps data masked depends on it, with one exception that is
// written so that not knowing means refusing (attribute notation, R4).
import { as, child, children, names, stringOf, text, type Tree } from './text/ast.ts'
import type { ColumnLabel, Relation } from './catalog.ts'

/** A masked relation at its place in FROM. What is added to it here goes into its subquery. */
export interface Item {
  readonly relation: Relation
  readonly only: boolean
  readonly sample: string
  /** Raw equality tests that make an index usable (Q1), with what stands on record in their place. */
  readonly pushed: { readonly sql: string; readonly recorded: string }[]
  /** Views behind it that are read by name, to be read only as they are known (C3). */
  readonly pins: readonly Relation[]
  /** System columns that the statement names. */
  readonly system: Set<string>
  /** The columns that the statement can name; undefined = all. Known once the whole statement has been walked. */
  needed: ReadonlySet<string> | undefined
}

/** A column of a FROM item or of an answer. */
export interface Output {
  readonly name: string
  /** The value is this label's mask, unchanged (`plain`), or computed from it. */
  readonly label?: ColumnLabel
  readonly plain: boolean
  /** The raw column's type, for the cast of literals that are compared with it. */
  readonly type?: string
  /** Unmasked values that it is made of. */
  readonly values?: number
  /** The raw column's name, and the relation to push tests into; only where it is read. */
  readonly raw?: string
  readonly item?: Item
}

export interface Source {
  readonly alias: string
  readonly schema?: string
  /** Undefined = not known. */
  readonly columns: readonly Output[] | undefined
  readonly item?: Item
  /** Reached only with its alias (that of USING). */
  readonly hidden?: boolean
}

export interface Scope {
  readonly sources: Source[]
  readonly parent: Scope | undefined
  readonly ctes: Ctes | undefined
}

/** CTEs that a place can see, innermost first. */
export interface Ctes {
  readonly name: string
  readonly columns: readonly Output[] | undefined
  readonly next: Ctes | undefined
}

export function findCte(ctes: Ctes | undefined, name: string): Ctes | undefined {
  for (let at = ctes; at !== undefined; at = at.next) if (at.name === name) return at
  return undefined
}

export interface Found {
  readonly source: Source
  readonly column: Output | undefined
  /** In this very query, not in one around it. */
  readonly here: boolean
}

/** The source that a qualifier names, innermost first. */
export function findSource(
  scope: Scope | undefined,
  alias: string,
  schema?: string,
): { source: Source; here: boolean } | undefined {
  for (let at = scope; at !== undefined; at = at.parent) {
    const source = at.sources.find((one) => one.alias === alias && (schema === undefined || one.schema === schema))
    if (source !== undefined) return { source, here: at === scope }
  }
  return undefined
}

/** The column that an unqualified name means, as far as it is known. */
export function findColumn(scope: Scope | undefined, name: string): Found | undefined {
  for (let at = scope; at !== undefined; at = at.parent) {
    for (const source of at.sources) {
      if (source.hidden === true) continue
      const column = source.columns?.find((one) => one.name === name)
      if (column !== undefined) return { source, column, here: at === scope }
    }
    if (at.sources.some((one) => one.columns === undefined)) return undefined
  }
  return undefined
}

/** What is known of an expression. `literal`: it reads no column, no row and nothing that changes. */
export interface Info {
  readonly label?: ColumnLabel
  readonly plain: boolean
  readonly literal: boolean
  /** A key of a JSON column that is not shown: always absent, so it can't be compared. */
  readonly absent?: boolean
  /** lower(column) or upper(column) of a column whose pseudonyms are those of its lower-case values (Q5). */
  readonly folded?: 'lower' | 'upper'
  /** A column whose origin is known. */
  readonly known?: boolean
  readonly raw?: string
  readonly item?: Item
  readonly type?: string
  /** Unmasked values that it is made of. */
  readonly values?: number
}
export const nothingKnown: Info = { plain: false, literal: false }
export const aLiteral: Info = { plain: false, literal: true }

/** What is known of an expression made of parts. */
export function combine(parts: readonly Info[]): Info {
  const label = parts.find((part) => part.label !== undefined)?.label
  const values = parts.reduce((sum, part) => sum + (part.values ?? 0), 0)
  const known = parts.some((part) => part.known) && parts.every((part) => part.known === true || part.literal)
  return {
    plain: false,
    literal: parts.every((part) => part.literal),
    ...(label === undefined ? {} : { label }),
    ...(known ? { known } : {}),
    ...(parts.some((part) => part.absent) ? { absent: true } : {}),
    ...(values > 0 ? { values } : {}),
  }
}

/** Two lists after one another; not known where one is not. */
export const both = (
  one: readonly Output[] | undefined,
  other: readonly Output[] | undefined,
): readonly Output[] | undefined => (one === undefined || other === undefined ? undefined : [...one, ...other])

/** Names that NATURAL joins on. */
export const common = (left: readonly Output[] | undefined, right: readonly Output[] | undefined): readonly string[] =>
  (left ?? []).map((column) => column.name).filter((name) => right?.some((column) => column.name === name) === true)

/** A column seen from inside another query: nothing can be pushed to it from there. */
export const withoutItem = ({ item: _item, ...output }: Output): Output => output

/** The same without a name. */
export const outputOf = (info: Info | Output): Omit<Output, 'name'> => ({
  plain: info.plain,
  ...(info.label === undefined ? {} : { label: info.label }),
  ...(info.type === undefined ? {} : { type: info.type }),
  ...(info.values === undefined ? {} : { values: info.values }),
  ...(info.raw === undefined ? {} : { raw: info.raw }),
  ...(info.item === undefined ? {} : { item: info.item }),
})

/** What is known of an expression that is this column. */
export const infoOf = (output: Output): Info => ({ ...outputOf(output), literal: false, known: true })

/** Columns under their alias's names; what leaves a query has no item: nothing can be pushed through. */
export function renamed(outputs: readonly Output[] | undefined, list: readonly Tree[]): readonly Output[] | undefined {
  const given = names(list) ?? []
  return outputs?.map(({ item: _item, ...output }, index) => ({ ...output, name: given[index] ?? output.name }))
}

/** Makes a FROM item visible under its alias, or under the name that it has without one. Gives what * means for it. */
export function add(
  scope: Scope,
  alias: Tree | undefined,
  columns: readonly Output[] | undefined,
  bare: { name?: string; schema?: string; item?: Item } = {},
): readonly Output[] | undefined {
  const { name = '', schema, item } = bare
  const given = alias === undefined ? [] : (names(children(alias, 'colnames')) ?? [])
  const shown = columns?.map((column, index) => ({ ...column, name: given[index] ?? column.name }))
  const kept = item === undefined ? shown?.map(({ item: _item, ...column }) => column) : shown
  const source: Source = {
    alias: alias === undefined ? name : (text(alias, 'aliasname') ?? ''),
    columns: kept,
    ...(alias === undefined && schema !== undefined ? { schema } : {}),
    ...(item === undefined ? {} : { item }),
  }
  scope.sources.push(source)
  return kept
}

/** The name that PostgreSQL gives a column of an answer. */
export function outputName(value: Tree): string {
  const call = as(value, 'FuncCall')
  if (call !== undefined) return stringOf(children(call, 'funcname').at(-1)) ?? ''
  const reference = as(value, 'ColumnRef')
  if (reference !== undefined) return stringOf(children(reference, 'fields').at(-1)) ?? '?column?'
  const cast = as(value, 'TypeCast')
  if (cast === undefined) return '?column?'
  const inner = outputName(child(cast, 'arg') ?? {})
  return inner === '?column?' ? (stringOf(children(child(cast, 'typeName') ?? {}, 'names').at(-1)) ?? inner) : inner
}

/** The columns of VALUES. */
export const valuesOutputs = (row: Tree | undefined): readonly Output[] =>
  children(as(row, 'List') ?? {}, 'items').map((_, index) => ({ name: `column${index + 1}`, plain: false }))

/** The name that a function in FROM has without an alias. */
export function functionName(body: Tree): string {
  const first = children(body, 'functions')[0]
  const call = as(children(as(first, 'List') ?? {}, 'items')[0], 'FuncCall')
  return call === undefined ? '' : (stringOf(children(call, 'funcname').at(-1)) ?? '')
}
