// Which names a place in a statement can see, and what is known of the columns behind them. Lineage is a courtesy: it
// serves search, refusals and notices. Nothing that keeps data masked depends on it, with one exception that is
// written so that not knowing means refusing (attribute notation, R4).
import type { ColumnLabel, Relation } from './catalog.ts'

/** A masked relation at its place in FROM. What is added to it here goes into its subquery. */
export interface Item {
  readonly relation: Relation
  readonly only: boolean
  readonly sample: string
  /** Raw equality tests that make an index usable (Q1), with what stands on record in their place. */
  readonly pushed: { readonly sql: string; readonly recorded: string }[]
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
export function findSource(scope: Scope | undefined, alias: string, schema?: string): { source: Source; here: boolean } | undefined {
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
  /** A column whose origin is known. */
  readonly known?: boolean
  readonly raw?: string
  readonly item?: Item
  readonly type?: string
}
export const nothingKnown: Info = { plain: false, literal: false }
export const aLiteral: Info = { plain: false, literal: true }

/** What is known of an expression made of parts. */
export function combine(parts: readonly Info[]): Info {
  const label = parts.find((part) => part.label !== undefined)?.label
  return { plain: false, literal: parts.every((part) => part.literal), ...(label === undefined ? {} : { label }) }
}
