// FROM: tables and what stands for them (R1 to R6), joins, subqueries, functions. Part of the walker.
import { GloveboxError } from '../../../core/error.ts'
import { joinName } from '../../../masking/labels.ts'
import { as, bodyOf, child, children, flag, isNode, kindOf, location, names, text, type Tree } from './text/ast.ts'
import type { Relation } from './catalog.ts'
import { comparePair } from './compare.ts'
import { withFields } from './text/emit.ts'
import { quoteName } from './text/lexer.ts'
import { isMasked, isThrough, pinsOf, maskedSubquery, outputsOf, resolve } from './model.ts'
import { ruled } from './text/nodes.ts'
import { singleColumn } from './search/courtesy.ts'
import { add, combine, common, findCte, functionName, infoOf, type Item, type Output, type Scope } from './scope.ts'
import type { Walker } from './walk.ts'

/** Items of FROM in one statement; each is looked through for every name. */
const maxPlaces = 300

/** One item of FROM: makes its sources visible in `scope` and gives what * means for it. */
export function from(walker: Walker, node: Tree, scope: Scope): readonly Output[] | undefined {
  const kind = kindOf(node)
  const body = bodyOf(node)
  if (++walker.places > maxPlaces)
    walker.notAllowed(`a statement over more than ${maxPlaces} tables and subqueries`, 'Ask in pieces.')
  walker.fields(kind, body, ruled[kind])
  const alias = child(body, 'alias')
  if (alias !== undefined) walker.fields('Alias', alias, ruled['Alias'])
  // New names for columns go by place, so all of them have to be there.
  if (alias?.['colnames'] !== undefined) walker.whole = true
  const lateral: Scope = { sources: [...scope.sources], parent: scope.parent, ctes: scope.ctes }
  switch (kind) {
    case 'RangeVar':
      return table(walker, node, scope, undefined)
    case 'RangeTableSample':
      return sample(walker, node, scope)
    case 'JoinExpr':
      return join(walker, body, alias, scope)
    case 'RangeSubselect': {
      const query = as(child(body, 'subquery'), 'SelectStmt')
      if (query === undefined) return walker.notAllowed('this subquery', 'Only what has been reviewed is allowed.')
      const within = flag(body, 'lateral') ? lateral : scope.parent
      return add(scope, alias, walker.select(query, within, scope.ctes))
    }
    case 'RangeFunction':
      for (const item of children(body, 'functions'))
        walker.all(children(as(item, 'List') ?? {}, 'items').filter(isNode), lateral)
      walker.all(children(body, 'coldeflist'), lateral)
      return add(scope, alias, rowsOf(walker, body, alias, lateral), { name: functionName(body) })
    case 'RangeTableFunc':
      for (const field of ['docexpr', 'rowexpr']) walker.one(child(body, field), lateral)
      for (const namespace of children(body, 'namespaces'))
        walker.one(child(as(namespace, 'ResTarget') ?? {}, 'val'), lateral)
      walker.all(children(body, 'columns'), lateral)
      return add(scope, alias, undefined, { name: 'xmltable' })
    case 'JsonTable':
      walker.kind('JsonValueExpr', child(body, 'context_item'), lateral)
      walker.kind('JsonTablePathSpec', child(body, 'pathspec'), lateral)
      walker.kind('JsonBehavior', child(body, 'on_error'), lateral)
      walker.all(children(body, 'passing'), lateral)
      walker.all(children(body, 'columns'), lateral)
      return add(scope, alias, undefined, { name: 'json_table' })
    default:
      return walker.notAllowed(`this part of FROM (${kind})`, 'Only what has been reviewed is allowed.')
  }
}

/** The one column of a function like unnest, made of its arguments; undefined = not known. */
function rowsOf(walker: Walker, body: Tree, alias: Tree | undefined, scope: Scope): readonly Output[] | undefined {
  const found = singleColumn(body)
  if (found === undefined) return undefined
  const info = combine(walker.all(children(found.call, 'args'), scope))
  const name = (alias === undefined ? undefined : text(alias, 'aliasname')) ?? found.name
  return [{ name, plain: false, ...(info.label === undefined ? {} : { label: info.label }) }]
}

function join(walker: Walker, body: Tree, alias: Tree | undefined, scope: Scope): readonly Output[] | undefined {
  const larg = child(body, 'larg')
  const rarg = child(body, 'rarg')
  if (larg === undefined || rarg === undefined)
    return walker.notAllowed('this join', 'Only what has been reviewed is allowed.')
  const start = scope.sources.length
  const left = from(walker, larg, scope)
  const right = from(walker, rarg, scope)
  const parts = scope.sources.slice(start)
  const quals = child(body, 'quals')
  if (quals !== undefined)
    walker.condition(
      quals,
      { sources: parts, parent: scope.parent, ctes: scope.ctes },
      (text(body, 'jointype') ?? 'JOIN_INNER') === 'JOIN_INNER',
    )
  const using = flag(body, 'isNatural') ? common(left, right) : (names(children(body, 'usingClause')) ?? [])
  for (const name of using) {
    walker.mentioned.add(name)
    const one = left?.find((column) => column.name === name)
    const other = right?.find((column) => column.name === name)
    if (one !== undefined && other !== undefined) comparePair(walker, '=', infoOf(one), infoOf(other))
  }
  if (flag(body, 'isNatural')) walker.whole = true
  const merged =
    left === undefined || right === undefined
      ? undefined
      : [
          ...left.filter((column) => using.includes(column.name)),
          ...left.filter((column) => !using.includes(column.name)),
          ...right.filter((column) => !using.includes(column.name)),
        ]
  const usingAlias = child(body, 'join_using_alias')
  if (usingAlias !== undefined)
    scope.sources.push({
      alias: text(usingAlias, 'aliasname') ?? '',
      columns: merged?.slice(0, using.length),
      hidden: true,
    })
  if (alias === undefined) return merged
  scope.sources.splice(start)
  return add(scope, alias, merged)
}

function sample(walker: Walker, node: Tree, scope: Scope): readonly Output[] | undefined {
  const body = bodyOf(node)
  const relation = child(body, 'relation')
  const method = names(children(body, 'method')) ?? []
  if (
    relation === undefined ||
    as(relation, 'RangeVar') === undefined ||
    !['bernoulli', 'system'].includes(method.at(-1) ?? '')
  ) {
    return walker.notAllowed('this TABLESAMPLE', 'Only BERNOULLI and SYSTEM with constants are known.')
  }
  const repeatable = child(body, 'repeatable')
  const values = [children(body, 'args')[0], ...(repeatable === undefined ? [] : [repeatable])].map((arg) =>
    walker.constant(arg),
  )
  if (children(body, 'args').length !== 1 || values.some((value) => value === undefined || !/^[0-9.]+$/.test(value))) {
    return walker.notAllowed('this TABLESAMPLE', 'Only BERNOULLI and SYSTEM with constants are known.')
  }
  const seed = repeatable === undefined ? '' : ` REPEATABLE (${values[1]})`
  return table(walker, relation, scope, {
    node,
    sql: ` TABLESAMPLE ${method.at(-1)} (${values[0]})${seed}`,
    at: location(body),
  })
}

function table(
  walker: Walker,
  node: Tree,
  scope: Scope,
  sample: { node: Tree; sql: string; at: number } | undefined,
): readonly Output[] | undefined {
  const body = bodyOf(node)
  walker.fields('RangeVar', body, ruled['RangeVar'])
  const schema = text(body, 'schemaname')
  const name = text(body, 'relname') ?? ''
  const alias = child(body, 'alias')
  const cte = schema === undefined ? findCte(scope.ctes, name) : undefined
  if (cte !== undefined) {
    if (sample !== undefined) walker.notAllowed('TABLESAMPLE of a WITH query', 'It applies to tables only.')
    return add(scope, alias, cte.columns, { name })
  }
  const relation = resolve(walker.model, schema, name, walker.input.searchPath)
  if ('code' in relation) throw new GloveboxError(relation)
  record(walker, relation)
  const span = walker.nameAt(location(body))
  const pins = walker.input.isDefinition === true ? [] : pinsOf(walker.model, relation)
  if (!isMasked(walker.model, relation) && pins.length === 0) {
    if (schema === undefined) {
      walker.edits.push({ ...span, sql: `${quoteName(relation.schema)}.${quoteName(relation.name)}` })
      walker.meant.set(node, withFields(node, { schemaname: relation.schema }))
    }
    return add(scope, alias, outputsOf(walker.model, relation), { name, schema: relation.schema })
  }
  if (isThrough(walker.model, relation)) {
    const use = { only: !flag(body, 'inh'), sampled: sample !== undefined }
    const fault = walker.model.through?.fault(walker.model, relation, use)
    if (fault !== undefined) throw new GloveboxError(fault)
  }
  const item: Item = {
    relation,
    only: !flag(body, 'inh'),
    sample: sample?.sql ?? '',
    pushed: [],
    pins,
    system: new Set(),
    needed: undefined,
  }
  if (relation.kind === 'v' && sample !== undefined)
    walker.notAllowed('TABLESAMPLE of a view', 'It applies to tables only.')
  replace(walker, item, span, alias, sample)
  walker.fragments.push({
    node: sample?.node ?? node,
    sql: () => `SELECT FROM ${maskedSubquery(walker.model, item, 'sql')} AS gbx`,
    use: (parsed) => subselect(parsed, alias ?? { aliasname: name }),
    isStable: () => item.pushed.length === 0 && item.sample === '',
  })
  return add(scope, alias, outputsOf(walker.model, relation, item), { name, schema: relation.schema, item })
}

/** The tables that a partition is a part of, nearest first. */
function wholesOf({ catalog }: Walker['model'], oid: number): readonly string[] {
  const out: string[] = []
  for (let at = catalog.byOid.get(oid); at?.isPartition === true;) {
    at = catalog.byOid.get(catalog.parents.get(at.oid)?.[0] ?? 0)
    if (at !== undefined) out.push(joinName([at.schema, at.name]))
  }
  return out
}

function record(walker: Walker, relation: Relation): void {
  if (relation.system) return
  walker.readsRows = true
  walker.reads.add(joinName([relation.schema, relation.name]))
  if (relation.isPartition)
    walker.partitions.set(joinName([relation.schema, relation.name]), wholesOf(walker.model, relation.oid))
  if (relation.kind === 'v' && relation.extension !== 'pg_stat_statements') {
    const view = walker.model.viewOf(relation)
    if (view.refused !== undefined) throw new GloveboxError(view.refused)
    for (const read of view.reads) walker.reads.add(read)
    for (const [name, wholes] of view.partitions ?? []) walker.partitions.set(name, wholes)
    for (const [column, touch] of view.touched) walker.touched.set(column, touch)
    if (view.sql === undefined) walker.kept.add(relation)
    for (const kept of view.kept ?? []) walker.kept.add(kept)
    return
  }
  const labels = walker.model.labelsOf(relation)
  if (labels.size > 0) walker.labels.push({ relation, labels })
}

/** Plans the replacement of a table's name, with ONLY, its parentheses, `*` and TABLE around it. */
function replace(
  walker: Walker,
  item: Item,
  span: { start: number; end: number; first: number; last: number },
  alias: Tree | undefined,
  sample: { at: number } | undefined,
): void {
  const { tokens } = walker.input
  let { first, last } = span
  if (walker.word(first - 1) === '(' && walker.word(first - 2) === 'ONLY') {
    first -= 2
    last += 1
  } else if (walker.word(first - 1) === 'ONLY') first -= 1
  if (!item.only && walker.word(last + 1) === '*') last += 1
  let before = ''
  if (walker.word(first - 1) === 'TABLE') {
    first -= 1
    before = 'SELECT * FROM '
  }
  const after = alias === undefined ? ` AS ${quoteName(item.relation.name)}` : ''
  walker.items.push(item)
  walker.pending.push({
    start: tokens[first]?.start ?? span.start,
    end: tokens[last]?.end ?? span.end,
    before,
    after,
    item,
  })
  if (sample === undefined) return
  const method = walker.nameAt(sample.at)
  let stop = walker.closing(method.last + 1)
  if (walker.word(stop + 1) === 'REPEATABLE') stop = walker.closing(stop + 2)
  walker.edits.push({
    start: tokens[method.first - 1]?.start ?? method.start,
    end: tokens[stop]?.end ?? method.end,
    sql: '',
  })
}

/** The RangeSubselect that a masked table becomes. */
function subselect(parsed: Tree, alias: Tree): Tree | undefined {
  const statement = children(parsed, 'stmts')[0]
  const select = as(statement === undefined ? undefined : child(statement, 'stmt'), 'SelectStmt')
  const range = select === undefined ? undefined : as(children(select, 'fromClause')[0], 'RangeSubselect')
  return range === undefined ? undefined : { RangeSubselect: { ...range, alias } }
}
