// GROUP BY a primary key. PostgreSQL lets it stand for all columns of its table, but a masked table is a subquery, and a
// subquery has no key: the columns that the query names are added to the list. One key is one row, so groups stay the same.
import { as, children, kindOf, location, stringOf, type Tree } from './text/ast.ts'
import { quoteName } from './text/lexer.ts'
import { findColumn, findSource, type Scope, type Source } from './scope.ts'
import type { Walker } from './walk.ts'

/** Types that have no equality, so that nothing can be grouped by them. */
const ungroupable = /^(json|xml|point|line|lseg|box|path|polygon|circle|jsonpath|pg_snapshot|txid_snapshot)(\[\])?$/

interface Reference {
  readonly source: Source
  /** '*' = all of them. */
  readonly column: string
}

function referenceOf(node: Tree, scope: Scope): Reference | undefined {
  const reference = as(node, 'ColumnRef')
  if (reference === undefined) return undefined
  const fields = children(reference, 'fields')
  const last = fields.at(-1)
  const column = as(last, 'A_Star') === undefined ? stringOf(last) : '*'
  const found =
    fields.length === 1
      ? findColumn(scope, column ?? '')
      : findSource(scope, stringOf(fields.at(-2)) ?? '', stringOf(fields.at(-3)))
  return found === undefined || !found.here || column === undefined ? undefined : { source: found.source, column }
}

/** Columns of `source` that stand anywhere in these parts of the query; a bare star names all. */
function named(parts: readonly unknown[], source: Source, scope: Scope, out = new Set<string>()): ReadonlySet<string> {
  for (const part of parts) {
    if (Array.isArray(part)) named(part, source, scope, out)
    if (typeof part !== 'object' || part === null || Array.isArray(part)) continue
    const node = part as Tree
    const reference = kindOf(node) === 'ColumnRef' ? referenceOf(node, scope) : undefined
    if (reference?.source === source) out.add(reference.column)
    const fields = children(as(node, 'ColumnRef') ?? {}, 'fields')
    if (fields.length === 1 && as(fields[0], 'A_Star') !== undefined) out.add('*')
    named(Object.values(node), source, scope, out)
  }
  return out
}

/**
 * Adds to GROUP BY what its keys stand for. Fails closed: what it adds are columns of the masked subquery, and a text that does
 * not read back as meant is refused (R10). Called after the query's clauses were walked; its places are looked up by
 * token.
 */
export function completeGroups(walker: Walker, body: Tree, scope: Scope): void {
  const items = children(body, 'groupClause')
  if (items.length === 0 || items.some((item) => as(item, 'GroupingSet') !== undefined)) return
  const grouped = items.map((item) => referenceOf(item, scope))
  const added = new Map<Tree, readonly Tree[]>()
  for (const source of scope.sources) {
    const key = source.item && walker.model.catalog.primaryKeys.get(source.item.relation.oid)
    const anchor = items[grouped.findLastIndex((one) => one?.source === source)]
    if (key === undefined || anchor === undefined || source.hidden === true || source.alias === '') continue
    const have = new Set(grouped.flatMap((one) => (one?.source === source ? [one.column] : [])))
    const columns = source.columns ?? []
    const isWhole = key.every((raw) => columns.some((column) => column.raw === raw && have.has(column.name)))
    if (!isWhole) continue
    const wanted = named(
      [body['targetList'], body['havingClause'], body['sortClause'], body['distinctClause'], body['windowClause']],
      source,
      scope,
    )
    const missing = columns.filter(
      ({ name, type }) =>
        !have.has(name) &&
        (wanted.has('*') || wanted.has(name)) &&
        !ungroupable.test((type ?? '').replace('pg_catalog.', '')),
    )
    if (missing.length === 0) continue
    const end = endOf(walker, anchor)
    const names = missing.map(({ name }) => `, ${quoteName(source.alias)}.${quoteName(name)}`)
    walker.edits.push({ start: end, end, sql: names.join('') })
    added.set(
      anchor,
      missing.map(({ name }) => columnOf(source.alias, name)),
    )
  }
  if (added.size === 0) return
  walker.meant.set(
    body['groupClause'] as Tree,
    items.flatMap((item) => [item, ...(added.get(item) ?? [])]) as unknown as Tree,
  )
}

/** Where a column ends, with the parentheses around it: behind them one more may stand. */
function endOf(walker: Walker, column: Tree): number {
  let { end, first, last } = walker.nameAt(location(as(column, 'ColumnRef') ?? {}))
  while (walker.word(first - 1) === '(' && walker.word(last + 1) === ')') {
    first--
    last++
    end = walker.input.tokens[last]?.end ?? end
  }
  return end
}

const columnOf = (alias: string, name: string): Tree => ({
  ColumnRef: { fields: [{ String: { sval: alias } }, { String: { sval: name } }] },
})
