// Columns that a grant shows as they are. Their labels stay where they are, with a mask that does nothing: so the record
// goes on hiding what is compared with them, and every value that leaves is counted.
import { fail, refusal, type Refusal } from '../../../../core/error.ts'
import type { Scope as Asked } from '../../../../core/nouns.ts'
import { joinName, splitName } from '../../../../masking/labels.ts'
import { relationKey, type ColumnLabel } from '../catalog.ts'
import type { Model, Touch } from '../model.ts'
import type { Output } from '../scope.ts'
import type { Walker } from '../walk.ts'
import { children, flag, stringOf, text, type Tree } from '../text/ast.ts'
import { fromBytes, quoteText, toBytes, tokens } from '../text/lexer.ts'
import type { Verdict } from '../types.ts'

/** A column's label under a grant that unmasks it. */
export const bare = (label: ColumnLabel): ColumnLabel => ({
  ...label,
  search: false,
  unmasked: true,
  mask: { form: 'keep', injective: true, sql: (ref) => ref },
})

/** Aggregates that give no more than one value of what they read. All others gather: a sum of numbers moved apart holds them all. */
const single = new Set(['count', 'min', 'max', 'any_value', 'bool_and', 'bool_or', 'every'])
const gathering = new Set(['JsonArrayAgg', 'JsonObjectAgg', 'JsonArrayQueryConstructor'])

/**
 * Refuses a statement that reads an unmasked column and could put many of its values into one row, where nobody could
 * count them: arrays and texts made by aggregates, ARRAY (SELECT …), recursion. Wherever in the statement it stands:
 * which column it gathers is not followed. Throws GBX-1230.
 */
export function noGathering(model: Model, touched: ReadonlyMap<string, Touch>, tree: Tree): void {
  const first = [...touched.values()].find(({ label }) => label.unmasked === true)
  const what = first && gathered(model, tree)
  if (first !== undefined && what !== undefined) fail('GBX-1230', { what, column: first.label.column })
}

function gathered(model: Model, value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    const found = gatheredBy(model, key, inner as Tree) ?? gathered(model, inner)
    if (found !== undefined) return found
  }
  return undefined
}

function gatheredBy({ catalog }: Model, kind: string, body: Tree): string | undefined {
  if (gathering.has(kind)) return 'a JSON aggregate'
  if (kind === 'withClause' && flag(body, 'recursive')) return 'WITH RECURSIVE'
  if (kind === 'SubLink' && text(body, 'subLinkType') === 'ARRAY_SUBLINK') return 'ARRAY (SELECT …)'
  if (kind !== 'FuncCall') return undefined
  const name = stringOf(children(body, 'funcname').at(-1)) ?? ''
  const isAggregate = catalog.routines.get(name)?.some((routine) => routine.kind === 'a') === true
  return isAggregate && !single.has(name) ? `${name}()` : undefined
}

/** The text without any literal: `hide` gives what stands in its place. Comments go with them: they are no tokens. */
export function withoutLiterals(sql: string, hide: (literal: string) => string): string {
  const bytes = toBytes(sql)
  return tokens(bytes)
    .map(({ kind, start, end }) => {
      const word = fromBytes(bytes.slice(start, end))
      return kind === 'string' || kind === 'number' ? quoteText(hide(word)) : word
    })
    .join(' ')
}

/**
 * How many values of each unmasked column one row of the answer shows: what its columns are known to hold, and at least
 * one, for a statement that reads a column may show it in ways that nobody followed. Whole rows show a value for every
 * table that they may come from.
 */
export function shownOf(
  { touched, whole }: Pick<Walker, 'touched' | 'whole'>,
  outputs: readonly Output[] | undefined,
  tree: Tree,
): NonNullable<Verdict['unmasked']> {
  const columns = [...touched.values()].filter(({ label }) => label.unmasked === true)
  if (columns.length === 0) return []
  // A whole row shows a value for each table that it may come from, as often as something is named.
  const unknown = outputs === undefined || (whole && outputs.some(({ raw }) => raw === undefined))
  const more = unknown ? Math.max(1, count(tree, 'RangeVar')) * Math.max(1, named(tree)) : 0
  // A row may hold many answers about values that it does not show: counts of those that are like a guess, comparisons.
  const copies = has(tree, 'RangeSubselect') || has(tree, 'withClause') ? Math.max(1, count(tree, 'RangeVar')) : 1
  const floor = Math.max(1, answers(tree) * copies)
  return columns.map(({ label: { column } }) => {
    const known = (outputs ?? []).filter((output) => output.label?.column === column)
    return { column, values: Math.max(floor, known.reduce((sum, { values = 1 }) => sum + values, 0) + more) }
  })
}

/** How often a kind of node stands in a tree. */
function count(value: unknown, kind: string): number {
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce((sum, [key, inner]) => sum + (key === kind ? 1 : 0) + count(inner, kind), 0)
}

const has = (value: Tree, kind: string): boolean => count(value, kind) > 0

/** Operators whose result is made of their operands' values, so that these are counted already. */
const arithmetic = new Set(['||', '+', '-', '*', '/', '%', '->', '->>', '#>', '#>>'])

/** Places in select lists that may answer a question about values of this row or of others: tests, counts, subqueries. */
function answers(value: unknown, listed = false): number {
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce((sum, [key, inner]) => {
    const isOne = listed && answersByItself(key, inner as Tree)
    return sum + (isOne ? 1 : 0) + answers(inner, listed || key === 'targetList')
  }, 0)
}

function answersByItself(kind: string, body: Tree): boolean {
  if (kind === 'SubLink') return true
  if (kind === 'FuncCall')
    return body['agg_filter'] !== undefined || stringOf(children(body, 'funcname').at(-1)) === 'count'
  return kind === 'A_Expr' && !arithmetic.has(stringOf(children(body, 'name').at(-1)) ?? '')
}

/** References in select lists. */
function named(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce(
    (sum, [key, inner]) => sum + (key === 'targetList' ? count(inner, 'ColumnRef') : named(inner)),
    0,
  )
}

/** Are the names of a scope the catalogue's? The refusal names the first that is not. */
export function wrongNames(model: Model, { tables, unmask }: Asked): Refusal | undefined {
  for (const name of tables ?? []) {
    const wrong = wrongTable(model, name)
    if (wrong !== undefined) return refusal('GBX-1002', { field: 'scope', why: wrong })
  }
  for (const name of unmask ?? []) {
    const why = wrongColumn(model, name)
    if (why !== undefined) return refusal('GBX-1130', { column: name, target: model.target, why })
  }
  return undefined
}

function wrongTable({ catalog }: Model, name: string): string | undefined {
  const path = splitName(`${name}.x`)?.slice(0, 2)
  if (path === undefined) return `${name} is not of the form schema.table.`
  const relation = catalog.relations.get(relationKey(path[0] ?? '', path[1] ?? ''))
  if (relation === undefined) return `there is no relation ${name}; write it as the catalogue has it: schema.table.`
  if (joinName(path) !== name) return `write ${joinName(path)}.`
  return relation.system ? `${name} is the server's own: catalogues are in every scope.` : undefined
}

function wrongColumn(model: Model, name: string): string | undefined {
  const path = splitName(name)
  if (path === undefined) return 'Write it as the catalogue has it: schema.table.column.'
  const relation = model.catalog.relations.get(relationKey(path[0], path[1]))
  if (relation === undefined) return `There is no relation ${joinName(path.slice(0, 2))}.`
  if (relation.kind === 'v') return "It is a view's: name the column of the table that is labelled."
  if (!relation.columns.some((column) => column.name === path[2]))
    return `${joinName(path.slice(0, 2))} has no such column.`
  if (joinName(path) !== name) return `Write ${joinName(path)}.`
  return model.labelsOf(relation).has(path[2]) ? undefined : 'It is shown as it is already: no label masks it.'
}
