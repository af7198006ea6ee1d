// W3: which statements the planner has to be asked about before they run. Left out is what can't cost anything: what
// reads no table, and look-ups by a whole unique key. Whatever is not plainly one of these is asked about.
import { relationKey, type Column } from '../catalog.ts'
import type { Plan } from '../statements.ts'
import { as, bodyOf, child, children, flag, kindOf, names, stringOf, text, type Tree } from '../text/ast.ts'
import type { Walker } from '../walk.ts'

/** How a statement is guarded. */
export interface Guard {
  /** Free as long as the session has not changed the planner's settings and its parameters are of these types. */
  readonly lookup?: readonly { readonly parameter: number; readonly types: readonly number[] }[]
}

/** Parts that may read or make any number of rows. */
const heavy = new Set(['SubLink', 'FuncCall', 'RangeSubselect', 'RangeFunction', 'JoinExpr', 'withClause', 'larg'])
/** They make rows, or values of any size, from nothing. */
const makers = new Set(['generate_series', 'generate_subscripts', 'repeat', 'lpad', 'rpad'])

const integers = new Set(['int2', 'int4', 'int8'])
/** Types that a parameter may say it has so that the key's index is used: 0 = whatever the column has. */
const sameAs: Readonly<Record<string, readonly number[]>> = { text: [25, 1043], varchar: [25, 1043], uuid: [2950] }

/** Undefined = nothing to ask about. */
export function guardOf(plan: Plan, walker: Walker, statement: Tree): Guard | undefined {
  const { kind, fixed, what } = plan
  if (kind === 'execute') return what === 'EXPLAIN' && plan.effect !== 'read' ? undefined : {}
  if (fixed !== undefined || what === 'EXPLAIN' || !['query', 'copy', 'declare'].includes(kind)) return undefined
  if (!walker.readsRows) return has(statement, isMaker) ? {} : undefined
  const lookup = kindOf(statement) === 'SelectStmt' ? lookupOf(walker, bodyOf(statement)) : undefined
  return lookup === undefined ? {} : { lookup }
}

const isMaker = (kind: string, body: Tree): boolean =>
  kind === 'FuncCall' && makers.has(stringOf(children(body, 'funcname').at(-1)) ?? '')

function has(value: unknown, test: (kind: string, body: Tree) => boolean): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([kind, body]) => test(kind, body as Tree) || has(body, test))
}

/** One table, and equality with single values on every column of one of its unique keys. */
function lookupOf(walker: Walker, select: Tree): Guard['lookup'] {
  const range = as(children(select, 'fromClause')[0], 'RangeVar')
  if (range === undefined || children(select, 'fromClause').length !== 1 || has(select, (kind) => heavy.has(kind)))
    return undefined
  const [only] = walker.reads
  const name = text(range, 'relname') ?? ''
  const { catalog } = walker.model
  const relation = [...catalog.relations.values()].find(
    (one) => one.name === name && walker.reads.size === 1 && relationName(one.schema, one.name) === only,
  )
  if (relation === undefined || !'rp'.includes(relation.kind)) return undefined
  // A table with children that are no partitions has its key for itself alone.
  const isParent = relation.kind === 'r' && flag(range, 'inh') && catalog.withChildren.has(relation.oid)
  if (isParent || catalog.relations.get(relationKey(relation.schema, relation.name)) !== relation) return undefined
  const labels = walker.model.labelsOf(relation)
  const tested = new Map<string, NonNullable<Guard['lookup']>>()
  for (const part of andParts(child(select, 'whereClause'))) {
    const [column, types] = equality(part, relation.columns) ?? []
    const label = column === undefined ? undefined : labels.get(column)
    if (column !== undefined && types !== undefined && (label === undefined || label.unmasked === true))
      tested.set(column, types)
  }
  const key = catalog.uniqueKeys.get(relation.oid)?.find((columns) => columns.every((column) => tested.has(column)))
  return key?.flatMap((column) => tested.get(column) ?? [])
}

const relationName = (schema: string, name: string): string =>
  [schema, name].map((one) => (/[".]/.test(one) ? `"${one.replaceAll('"', '""')}"` : one)).join('.')

function andParts(node: Tree | undefined): readonly Tree[] {
  if (node === undefined) return []
  const bool = as(node, 'BoolExpr')
  return bool !== undefined && text(bool, 'boolop') === 'AND_EXPR' ? children(bool, 'args').flatMap(andParts) : [node]
}

/** `column = value` with a value that makes the index usable: the column, and what its parameter has to be. */
function equality(node: Tree, columns: readonly Column[]): readonly [string, NonNullable<Guard['lookup']>] | undefined {
  const body = as(node, 'A_Expr')
  if (body === undefined || text(body, 'kind') !== 'AEXPR_OP') return undefined
  const path = names(children(body, 'name')) ?? []
  if (path.length !== 1 || path[0] !== '=') return undefined
  const left = child(body, 'lexpr')
  const right = child(body, 'rexpr')
  return valued(left, right, columns) ?? valued(right, left, columns)
}

function valued(
  reference: Tree | undefined,
  value: Tree | undefined,
  columns: readonly Column[],
): ReturnType<typeof equality> {
  const name = stringOf(children(as(reference, 'ColumnRef') ?? {}, 'fields').at(-1))
  const column = columns.find((one) => one.name === name)
  if (column === undefined) return undefined
  const isInteger = integers.has(column.type)
  const parameter = as(value, 'ParamRef')
  if (parameter !== undefined) {
    const types = [0, ...(isInteger ? [20, 21, 23] : (sameAs[column.type] ?? []))]
    return [column.name, [{ parameter: Number(parameter['number'] ?? 0), types }]]
  }
  const constant = as(value, 'A_Const')
  const fits =
    constant !== undefined && (constant['sval'] !== undefined || (isInteger && constant['ival'] !== undefined))
  return fits ? [column.name, []] : undefined
}
