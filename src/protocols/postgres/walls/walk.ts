// Walks a statement's tree: everything in it must be known and allowed (P4), every relation is resolved (R1) and, where
// it holds labelled columns, replaced by its masked subquery (R3 to R6). The tree is never changed: edits of the text
// and what the tree should become stand beside it. Throws GloveboxError with the refusal.
import { type ErrorCode, type ErrorValues, fail, GloveboxError, refusal } from '../../../core/error.ts'
import { as, bodyOf, child, children, flag, kindOf, location, names, stringOf, text, type Tree } from './ast.ts'
import type { ColumnLabel, Relation } from './catalog.ts'
import { compare, comparePair, compareRows, type Comparison } from './compare.ts'
import { type Edit, withFields } from './emit.ts'
import { deniedByName, judgeFunction, judgeOperator, judgeType } from './functions.ts'
import { checkArguments } from './arguments.ts'
import { quoteName, type Token, tokenAt } from './lexer.ts'
import { isMasked, isSystemColumn, maskedSubquery, type Model, outputsOf, resolve, type Touch } from './model.ts'
import { nodes, ruled } from './nodes.ts'
import { aLiteral, combine, type Ctes, findColumn, findCte, findSource, type Found, type Info, type Item, nothingKnown, type Output, type Scope, type Source } from './scope.ts'

/** A fragment that stands in the emitted text and whose tree has to be found out. */
export interface Fragment {
  readonly node: Tree
  /** Parsed as one statement; `use` makes of its tree what the node becomes. */
  readonly sql: () => string
  readonly use: (parsed: Tree) => Tree | undefined
  /** Nothing of the person's own text is in it, so it will come again. */
  readonly isStable: () => boolean
}

/** A value that is searched for in a labelled column (Q3): a literal, or the number of a parameter. */
export interface Search {
  readonly column: string
  readonly literal?: string
  readonly parameter?: number
}

interface Pending {
  readonly start: number
  readonly end: number
  readonly before: string
  readonly after: string
  readonly item: Item
}

export interface Input {
  readonly model: Model
  /** UTF-8 bytes, one character each. */
  readonly source: string
  readonly tokens: readonly Token[]
  readonly searchPath: readonly string[]
  /** Replaces a literal on record. */
  readonly hide: (literal: string) => string
}

const maxDepth = 200

export class Walker {
  readonly model: Model
  readonly input: Input
  readonly edits: Edit[] = []
  readonly pending: Pending[] = []
  readonly fragments: Fragment[] = []
  readonly meant = new Map<Tree, Tree>()
  readonly reads = new Set<string>()
  readonly touched = new Map<string, Touch>()
  readonly searches: Search[] = []
  /** Parameters that meet a labelled column. */
  readonly parameters = new Set<number>()
  /** Places of the names of calls that were judged. */
  readonly calls = new Set<number>()
  /** Did a rule look at the value of a constant? Then the verdict holds for this text only. */
  sensitive = false
  /** Reads rows of relations that are not the server's own. */
  readsRows = false
  readonly #mentioned = new Set<string>()
  #whole = false
  #depth = 0
  readonly #items: Item[] = []
  readonly #labels: { relation: Relation; labels: ReadonlyMap<string, ColumnLabel> }[] = []

  constructor(input: Input) {
    this.input = input
    this.model = input.model
  }

  refuse<C extends ErrorCode>(code: C, values: ErrorValues<C>): never {
    throw new GloveboxError(refusal(code, values))
  }

  notAllowed(what: string, why: string): never {
    return this.refuse('GBX-1202', { what, why })
  }

  /** To be called when the whole statement has been walked: what could only be known at its end. */
  finish(): void {
    for (const item of this.#items) {
      if (!this.#whole) item.needed = this.#mentioned
      if (item.system.size > 0 && this.#whole) this.notAllowed('a system column beside * or a whole row of a masked table', 'Name the columns that you want.')
    }
    for (const { relation, labels } of this.#labels) {
      for (const [name, label] of labels) {
        const column = relation.columns.find((one) => one.name === name)
        if (column !== undefined && (this.#whole || this.#mentioned.has(name))) this.touched.set(label.column, { tableOid: relation.oid, attnum: column.attnum, label })
      }
    }
  }

  /** The value of a constant as text; looking at it makes the verdict hold for this text only. */
  constant(node: Tree | undefined): string | undefined {
    const body = as(node, 'A_Const')
    if (body === undefined) return undefined
    this.sensitive = true
    const sval = child(body, 'sval')
    if (sval !== undefined) return text(sval, 'sval') ?? ''
    const ival = child(body, 'ival')
    if (ival !== undefined) return String(ival['ival'] ?? 0)
    const fval = child(body, 'fval')
    if (fval !== undefined) return text(fval, 'fval')
    const boolval = child(body, 'boolval')
    return boolval === undefined ? undefined : String(flag(boolval, 'boolval'))
  }

  fields(kind: string, body: Tree, allowed: readonly string[] | undefined): void {
    if (allowed === undefined) return this.notAllowed(`this part of the statement (${kind})`, 'Only what has been reviewed is allowed.')
    for (const field of Object.keys(body)) {
      if (!allowed.includes(field)) this.notAllowed(fieldNames[field] ?? `this part of the statement (${kind} ${field})`, 'Only what has been reviewed is allowed.')
    }
  }

  /** SELECT, VALUES, TABLE, set operations. Gives the columns of its answer as far as they are known. */
  select(body: Tree, outer: Scope | undefined, given: Ctes | undefined): readonly Output[] | undefined {
    if (++this.#depth > maxDepth) this.notAllowed('a statement nested this deeply', `The limit is ${maxDepth} levels.`)
    this.fields('SelectStmt', body, ruled['SelectStmt'])
    const ctes = this.#with(child(body, 'withClause'), outer, given)
    const outputs = text(body, 'op') === 'SETOP_NONE' ? this.#simple(body, outer, ctes) : this.#setOperation(body, outer, ctes)
    this.#depth--
    return outputs
  }

  #setOperation(body: Tree, outer: Scope | undefined, ctes: Ctes | undefined): readonly Output[] | undefined {
    const larg = child(body, 'larg')
    const rarg = child(body, 'rarg')
    if (larg === undefined || rarg === undefined) return this.notAllowed('this set operation', 'Only what has been reviewed is allowed.')
    const left = this.select(larg, outer, ctes)
    const right = this.select(rarg, outer, ctes)
    const outputs = left?.map((output, index) => {
      const other = right?.[index]
      const label = output.label ?? other?.label
      const same = output.plain && other?.plain === true && output.label === other.label
      return { name: output.name, plain: same, ...(label === undefined ? {} : { label }), ...(output.type === undefined ? {} : { type: output.type }) }
    })
    this.#tail(body, { sources: [{ alias: '', columns: outputs }], parent: outer, ctes })
    return outputs
  }

  #simple(body: Tree, outer: Scope | undefined, ctes: Ctes | undefined): readonly Output[] | undefined {
    const scope: Scope = { sources: [], parent: outer, ctes }
    let star: readonly Output[] | undefined = []
    for (const item of children(body, 'fromClause')) star = both(star, this.from(item, scope))
    for (const row of children(body, 'valuesLists')) this.all([row], scope)
    const outputs = children(body, 'targetList').map((target) => this.#target(target, scope, star))
    this.condition(child(body, 'whereClause'), scope, true)
    this.all(children(body, 'groupClause'), scope)
    this.condition(child(body, 'havingClause'), scope, false)
    for (const window of children(body, 'windowClause')) this.all([window], scope)
    // DISTINCT without ON is a list with one empty node.
    this.all(children(body, 'distinctClause').filter(isNode), scope)
    this.#tail(body, scope)
    if (children(body, 'valuesLists').length > 0) return valuesOutputs(children(body, 'valuesLists')[0])
    return outputs.reduce<readonly Output[] | undefined>(both, [])
  }

  #tail(body: Tree, scope: Scope): void {
    this.all(children(body, 'sortClause'), scope)
    for (const field of ['limitOffset', 'limitCount']) {
      const node = child(body, field)
      if (node !== undefined) this.expression(node, scope)
    }
  }

  #target(node: Tree, scope: Scope, star: readonly Output[] | undefined): readonly Output[] | undefined {
    const target = as(node, 'ResTarget')
    const value = target === undefined ? undefined : child(target, 'val')
    if (target === undefined || value === undefined) return this.notAllowed('this select list', 'Only what has been reviewed is allowed.')
    this.fields('ResTarget', target, ruled['ResTarget'])
    const reference = as(value, 'ColumnRef')
    const fields = reference === undefined ? [] : children(reference, 'fields')
    const info = this.expression(value, scope)
    if (as(fields.at(-1), 'A_Star') !== undefined) {
      return fields.length === 1 ? star : findSource(scope, stringOf(fields.at(-2)) ?? '')?.source.columns
    }
    if (as(value, 'A_Indirection') !== undefined && text(target, 'name') === undefined) return undefined
    return [{ name: text(target, 'name') ?? outputName(value), ...outputOf(info) }]
  }

  #with(clause: Tree | undefined, outer: Scope | undefined, given: Ctes | undefined): Ctes | undefined {
    if (clause === undefined) return given
    this.fields('WithClause', clause, ruled['WithClause'])
    const list = children(clause, 'ctes').map((node) => as(node, 'CommonTableExpr') ?? this.notAllowed('this WITH', 'Only what has been reviewed is allowed.'))
    let visible = given
    // WITH RECURSIVE: each name is visible in every query of the list. Else only from the next query on.
    if (flag(clause, 'recursive')) for (const cte of list) visible = { name: text(cte, 'ctename') ?? '', columns: undefined, next: visible }
    for (const cte of list) {
      for (const field of ['search_clause', 'cycle_clause']) if (cte[field] !== undefined) this.notAllowed('SEARCH or CYCLE in WITH', 'It is not supported yet.')
      this.fields('CommonTableExpr', cte, ruled['CommonTableExpr'])
      const query = as(child(cte, 'ctequery'), 'SelectStmt')
      if (query === undefined) this.notAllowed('a WITH that changes data', 'This session is read-only.')
      const outputs = renamed(this.select(query, outer, visible), children(cte, 'aliascolnames'))
      visible = { name: text(cte, 'ctename') ?? '', columns: outputs, next: visible }
    }
    return visible
  }

  /** One item of FROM: makes its sources visible in `scope` and gives what * means for it. */
  from(node: Tree, scope: Scope): readonly Output[] | undefined {
    const kind = kindOf(node)
    const body = bodyOf(node)
    this.fields(kind, body, ruled[kind])
    const alias = child(body, 'alias')
    if (alias !== undefined) this.fields('Alias', alias, ruled['Alias'])
    // New names for columns go by place, so all of them have to be there.
    if (alias?.['colnames'] !== undefined) this.#whole = true
    const lateral: Scope = { sources: [...scope.sources], parent: scope.parent, ctes: scope.ctes }
    switch (kind) {
      case 'RangeVar':
        return this.#table(node, scope, undefined)
      case 'RangeTableSample':
        return this.#sample(node, scope)
      case 'JoinExpr':
        return this.#join(body, alias, scope)
      case 'RangeSubselect': {
        const query = as(child(body, 'subquery'), 'SelectStmt')
        if (query === undefined) return this.notAllowed('this subquery', 'Only what has been reviewed is allowed.')
        const within = flag(body, 'lateral') ? lateral : scope.parent
        return add(scope, alias, this.select(query, within, scope.ctes))
      }
      case 'RangeFunction':
        for (const item of children(body, 'functions')) this.all(children(as(item, 'List') ?? {}, 'items').filter(isNode), lateral)
        this.all(children(body, 'coldeflist'), lateral)
        return add(scope, alias, undefined, functionName(body))
      case 'RangeTableFunc':
        for (const field of ['docexpr', 'rowexpr']) this.one(child(body, field), lateral)
        for (const namespace of children(body, 'namespaces')) this.one(child(as(namespace, 'ResTarget') ?? {}, 'val'), lateral)
        this.all(children(body, 'columns'), lateral)
        return add(scope, alias, undefined, 'xmltable')
      case 'JsonTable':
        this.#kind('JsonValueExpr', child(body, 'context_item'), lateral)
        this.#kind('JsonTablePathSpec', child(body, 'pathspec'), lateral)
        this.#kind('JsonBehavior', child(body, 'on_error'), lateral)
        this.all(children(body, 'passing'), lateral)
        this.all(children(body, 'columns'), lateral)
        return add(scope, alias, undefined, 'json_table')
      default:
        return this.notAllowed(`this part of FROM (${kind})`, 'Only what has been reviewed is allowed.')
    }
  }

  #join(body: Tree, alias: Tree | undefined, scope: Scope): readonly Output[] | undefined {
    const larg = child(body, 'larg')
    const rarg = child(body, 'rarg')
    if (larg === undefined || rarg === undefined) return this.notAllowed('this join', 'Only what has been reviewed is allowed.')
    const start = scope.sources.length
    const left = this.from(larg, scope)
    const right = this.from(rarg, scope)
    const parts = scope.sources.slice(start)
    const quals = child(body, 'quals')
    if (quals !== undefined) this.condition(quals, { sources: parts, parent: scope.parent, ctes: scope.ctes }, (text(body, 'jointype') ?? 'JOIN_INNER') === 'JOIN_INNER')
    const using = flag(body, 'isNatural') ? common(left, right) : (names(children(body, 'usingClause')) ?? [])
    for (const name of using) {
      this.#mentioned.add(name)
      const one = left?.find((column) => column.name === name)
      const other = right?.find((column) => column.name === name)
      if (one !== undefined && other !== undefined) comparePair(this, '=', infoOf(one), infoOf(other))
    }
    if (flag(body, 'isNatural')) this.#whole = true
    const merged = left === undefined || right === undefined ? undefined : [...left.filter((column) => using.includes(column.name)), ...left.filter((column) => !using.includes(column.name)), ...right.filter((column) => !using.includes(column.name))]
    const usingAlias = child(body, 'join_using_alias')
    if (usingAlias !== undefined) scope.sources.push({ alias: text(usingAlias, 'aliasname') ?? '', columns: merged?.slice(0, using.length), hidden: true })
    if (alias === undefined) return merged
    scope.sources.splice(start)
    return add(scope, alias, merged)
  }

  #sample(node: Tree, scope: Scope): readonly Output[] | undefined {
    const body = bodyOf(node)
    const table = child(body, 'relation')
    const method = names(children(body, 'method')) ?? []
    if (table === undefined || as(table, 'RangeVar') === undefined || !['bernoulli', 'system'].includes(method.at(-1) ?? '')) {
      return this.notAllowed('this TABLESAMPLE', 'Only BERNOULLI and SYSTEM with constants are known.')
    }
    const repeatable = child(body, 'repeatable')
    const values = [children(body, 'args')[0], ...(repeatable === undefined ? [] : [repeatable])].map((arg) => this.constant(arg))
    if (children(body, 'args').length !== 1 || values.some((value) => value === undefined || !/^[0-9.]+$/.test(value))) {
      return this.notAllowed('this TABLESAMPLE', 'Only BERNOULLI and SYSTEM with constants are known.')
    }
    const seed = repeatable === undefined ? '' : ` REPEATABLE (${values[1]})`
    return this.#table(table, scope, { node, sql: ` TABLESAMPLE ${method.at(-1)} (${values[0]})${seed}`, at: location(body) })
  }

  #table(node: Tree, scope: Scope, sample: { node: Tree; sql: string; at: number } | undefined): readonly Output[] | undefined {
    const body = bodyOf(node)
    this.fields('RangeVar', body, ruled['RangeVar'])
    const schema = text(body, 'schemaname')
    const name = text(body, 'relname') ?? ''
    const alias = child(body, 'alias')
    const cte = schema === undefined ? findCte(scope.ctes, name) : undefined
    if (cte !== undefined) {
      if (sample !== undefined) this.notAllowed('TABLESAMPLE of a WITH query', 'It applies to tables only.')
      return add(scope, alias, cte.columns, name)
    }
    const relation = resolve(this.model, schema, name, this.input.searchPath)
    if ('code' in relation) throw new GloveboxError(relation)
    this.#record(relation)
    const span = this.#nameAt(location(body))
    if (!isMasked(this.model, relation)) {
      if (schema === undefined) {
        this.edits.push({ ...span, sql: `${quoteName(relation.schema)}.${quoteName(relation.name)}` })
        this.meant.set(node, withFields(node, { schemaname: relation.schema }))
      }
      return add(scope, alias, outputsOf(this.model, relation), name, relation.schema)
    }
    const item: Item = { relation, only: !flag(body, 'inh'), sample: sample?.sql ?? '', pushed: [], system: new Set(), needed: undefined }
    if (relation.kind === 'v' && sample !== undefined) this.notAllowed('TABLESAMPLE of a view', 'It applies to tables only.')
    this.#replace(item, span, alias, sample)
    this.fragments.push({ node: sample?.node ?? node, sql: () => `SELECT FROM ${maskedSubquery(this.model, item, 'sql')} AS gbx`, use: (parsed) => subselect(parsed, alias ?? { aliasname: name }), isStable: () => item.pushed.length === 0 && item.sample === '' })
    return add(scope, alias, outputsOf(this.model, relation, item), name, relation.schema, item)
  }

  #record(relation: Relation): void {
    if (relation.system) return
    this.readsRows = true
    this.reads.add(`${relation.schema}.${relation.name}`)
    if (relation.kind === 'v' && relation.extension !== 'pg_stat_statements') {
      const view = this.model.viewOf(relation)
      if (view.refused !== undefined) throw new GloveboxError(view.refused)
      for (const read of view.reads) this.reads.add(read)
      for (const [column, touch] of view.touched) this.touched.set(column, touch)
      return
    }
    const labels = this.model.labelsOf(relation)
    if (labels.size > 0) this.#labels.push({ relation, labels })
  }

  /** Bytes of a qualified name that begins at `at`. */
  #nameAt(at: number): { start: number; end: number; first: number; last: number } {
    const { tokens, source } = this.input
    const first = tokenAt(tokens, at)
    let last = first
    while (first >= 0 && isDot(source, tokens[last + 1]) && tokens[last + 2] !== undefined) last += 2
    const begin = tokens[first]
    const end = tokens[last]
    if (begin === undefined || end === undefined || (begin.kind !== 'name' && begin.kind !== 'quoted')) return fail('GBX-1210', { why: 'a name was not found where it should stand' })
    return { start: begin.start, end: end.end, first, last }
  }

  #word(index: number): string {
    const token = this.input.tokens[index]
    return token === undefined || token.kind === 'quoted' ? '' : this.input.source.slice(token.start, token.end).toUpperCase()
  }

  /** Plans the replacement of a table's name, with ONLY, its parentheses, `*` and TABLE around it. */
  #replace(item: Item, span: { start: number; end: number; first: number; last: number }, alias: Tree | undefined, sample: { at: number } | undefined): void {
    const { tokens } = this.input
    let { first, last } = span
    if (this.#word(first - 1) === '(' && this.#word(first - 2) === 'ONLY') {
      first -= 2
      last += 1
    } else if (this.#word(first - 1) === 'ONLY') first -= 1
    if (!item.only && this.#word(last + 1) === '*') last += 1
    let before = ''
    if (this.#word(first - 1) === 'TABLE') {
      first -= 1
      before = 'SELECT * FROM '
    }
    const after = alias === undefined ? ` AS ${quoteName(item.relation.name)}` : ''
    this.#items.push(item)
    this.pending.push({ start: tokens[first]?.start ?? span.start, end: tokens[last]?.end ?? span.end, before, after, item })
    if (sample === undefined) return
    const method = this.#nameAt(sample.at)
    let stop = this.closing(method.last + 1)
    if (this.#word(stop + 1) === 'REPEATABLE') stop = this.closing(stop + 2)
    this.edits.push({ start: tokens[method.first - 1]?.start ?? method.start, end: tokens[stop]?.end ?? method.end, sql: '' })
  }

  /** Index of the token that closes the parenthesis at `open`. */
  closing(open: number): number {
    let depth = 0
    for (let index = open; index < this.input.tokens.length; index++) {
      const word = this.#word(index)
      if (word === '(' || word === '[') depth++
      if (word === ')' || word === ']') depth--
      if (depth === 0) return index
    }
    return fail('GBX-1210', { why: 'a parenthesis was not found' })
  }

  /** A condition whose AND parts may be pushed into masked tables (Q1). */
  condition(node: Tree | undefined, scope: Scope, pushable: boolean): void {
    if (node === undefined) return
    const bool = as(node, 'BoolExpr')
    if (pushable && bool !== undefined && text(bool, 'boolop') === 'AND_EXPR') {
      for (const part of children(bool, 'args')) this.condition(part, scope, true)
      return
    }
    if (pushable && as(node, 'A_Expr') !== undefined) this.#operator(node, scope, true)
    else this.expression(node, scope)
  }

  all(list: readonly Tree[], scope: Scope): readonly Info[] {
    return list.map((node) => this.expression(node, scope))
  }

  one(node: Tree | undefined, scope: Scope): Info {
    return node === undefined ? aLiteral : this.expression(node, scope)
  }

  /** Any expression. What no rule knows is refused. */
  expression(node: Tree, scope: Scope): Info {
    if (++this.#depth > maxDepth) this.notAllowed('an expression nested this deeply', `The limit is ${maxDepth} levels.`)
    const info = this.#expression(node, scope)
    this.#depth--
    return info
  }

  #expression(node: Tree, scope: Scope): Info {
    const kind = kindOf(node)
    const body = bodyOf(node)
    if (nodes[kind] !== undefined) return this.#kind(kind, body, scope)
    this.fields(kind, body, ruled[kind])
    switch (kind) {
      case 'A_Expr':
        return this.#operator(node, scope, false)
      case 'A_Indirection':
        return this.#indirection(body, scope)
      case 'CaseExpr':
        return this.#case(body, scope)
      case 'ColumnRef':
        return this.#column(node, scope)
      case 'FuncCall':
        return this.#call(body, scope)
      case 'SortBy':
        this.#checkOperator(children(body, 'useOp'))
        return this.one(child(body, 'node'), scope)
      case 'SubLink':
        return this.#subLink(body, scope)
      case 'TypeCast':
        return this.#cast(body, scope)
      case 'TypeName':
        this.type(body)
        return aLiteral
      case 'ResTarget':
        return this.one(child(body, 'val'), scope)
      case 'JsonArrayQueryConstructor': {
        const query = as(child(body, 'query'), 'SelectStmt')
        if (query !== undefined) this.select(query, scope, scope.ctes)
        this.#kind('JsonOutput', child(body, 'output'), scope)
        return nothingKnown
      }
      default:
        return this.notAllowed(`this part of the statement (${kind})`, 'Only what has been reviewed is allowed.')
    }
  }

  /** A node of the table of nodes.ts: its fields must be known, its trees are walked. */
  #kind(kind: string, body: Tree | undefined, scope: Scope): Info {
    if (body === undefined) return aLiteral
    const shape = nodes[kind] ?? this.notAllowed(`this part of the statement (${kind})`, 'Only what has been reviewed is allowed.')
    const trees = (shape.trees ?? []).map((entry) => entry.split(':') as [string, string?])
    this.fields(kind, body, [...trees.map(([field]) => field), ...(shape.plain ?? [])])
    const parts: Info[] = []
    for (const [field, inner] of trees) {
      const value = body[field]
      if (Array.isArray(value)) parts.push(...this.all(children(body, field), scope))
      else if (inner !== undefined) parts.push(inner === 'TypeName' ? this.#typed(child(body, field)) : this.#kind(inner, child(body, field), scope))
      else if (child(body, field) !== undefined) parts.push(this.one(child(body, field), scope))
    }
    const info = combine(parts)
    if (kind === 'CollateClause') return parts[0] ?? info
    // A test for null says the same of a mask as of the value.
    return kind === 'NullTest' ? { plain: false, literal: info.literal } : info
  }

  #typed(body: Tree | undefined): Info {
    if (body !== undefined) this.type(body)
    return aLiteral
  }

  /** F6 for a type's name. */
  type(body: Tree): void {
    this.fields('TypeName', body, ruled['TypeName'])
    const path = names(children(body, 'names')) ?? []
    const refused = judgeType(this.model.catalog, path)
    if (refused !== undefined) throw new GloveboxError(refused)
    for (const bound of children(body, 'typmods')) if (as(bound, 'A_Const') === undefined && as(bound, 'ColumnRef') === undefined) this.notAllowed('this type', 'Only constants may stand in its parentheses.')
  }

  #checkOperator(list: readonly Tree[]): readonly string[] {
    const path = names(list) ?? []
    const refused = judgeOperator(this.model.catalog, path)
    if (refused !== undefined) throw new GloveboxError(refused)
    return path
  }

  #operator(node: Tree, scope: Scope, pushable: boolean): Info {
    const body = bodyOf(node)
    this.fields('A_Expr', body, ruled['A_Expr'])
    const path = this.#checkOperator(children(body, 'name'))
    const kind = text(body, 'kind') ?? ''
    const lexpr = child(body, 'lexpr')
    const rexpr = child(body, 'rexpr')
    if (kind === 'AEXPR_OP' && lexpr !== undefined && rexpr !== undefined && isRow(lexpr) && isRow(rexpr)) {
      return compareRows(this, path.at(-1) ?? '', lexpr, rexpr, scope, (part) => this.expression(part, scope))
    }
    const left = this.one(lexpr, scope)
    const list = as(rexpr, 'List')
    const right = list === undefined ? this.one(rexpr, scope) : combine(this.all(children(list, 'items'), scope))
    const comparison: Comparison = { kind, operator: path.at(-1) ?? '', lexpr, rexpr, left, right, pushable, scope }
    return compare(this, comparison)
  }

  #case(body: Tree, scope: Scope): Info {
    const arg = child(body, 'arg')
    const tested = arg === undefined ? undefined : this.expression(arg, scope)
    const results: Info[] = []
    for (const node of children(body, 'args')) {
      const when = as(node, 'CaseWhen') ?? {}
      const expr = child(when, 'expr')
      const info = this.one(expr, scope)
      if (tested !== undefined) compare(this, { kind: 'AEXPR_OP', operator: '=', lexpr: arg, rexpr: expr, left: tested, right: info, pushable: false, scope })
      results.push(this.one(child(when, 'result'), scope))
    }
    results.push(this.one(child(body, 'defresult'), scope))
    return combine(results)
  }

  #column(node: Tree, scope: Scope): Info {
    const body = bodyOf(node)
    const fields = children(body, 'fields')
    const isStar = as(fields.at(-1), 'A_Star') !== undefined
    const path = names(isStar ? fields.slice(0, -1) : fields)
    if (path === undefined || fields.length > 3) return this.notAllowed('a name of this form', 'Write alias.column.')
    if (isStar) {
      this.#whole = true
      if (path.length === 2) this.#dropSchema(node, path, scope)
      return nothingKnown
    }
    const name = path.at(-1) ?? ''
    this.#mentioned.add(name)
    const found = path.length === 1 ? findColumn(scope, name) : this.#qualified(node, path, name, scope)
    if (found?.column !== undefined) return infoOf(found.here ? found.column : withoutItem(found.column))
    if (path.length === 1) {
      if (findSource(scope, name) !== undefined) this.#whole = true
      else if (isSystemColumn(name)) this.#systemColumn(name, scope)
    }
    return nothingKnown
  }

  #qualified(node: Tree, path: readonly string[], name: string, scope: Scope): Found | undefined {
    const alias = path.at(-2) ?? ''
    const at = findSource(scope, alias, path.length === 3 ? path[0] : undefined)
    if (path.length === 3) this.#dropSchema(node, path, scope)
    const column = at?.source.columns?.find((one) => one.name === name)
    if (at !== undefined && column !== undefined) return { source: at.source, column, here: at.here }
    if (at?.source.item !== undefined && isSystemColumn(name)) {
      at.source.item.system.add(name)
      return undefined
    }
    // R4: alias.f may be the call f(alias). Not knowing the column means that the function has to be allowed.
    this.#attribute(name)
    this.#whole = true
    return undefined
  }

  #attribute(name: string): void {
    const denied = deniedByName(this.model.catalog, this.model.lists, name)
    if (denied !== undefined) this.refuse('GBX-1204', { function: `${denied.schema}.${denied.signature}`, why: `".${name}" would call it.` })
  }

  #systemColumn(name: string, scope: Scope): void {
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
      const item = at.sources.find((source) => source.item !== undefined)?.item
      if (item !== undefined) {
        item.system.add(name)
        return
      }
    }
  }

  /** schema.table.column: the masked subquery has no schema, so it goes. */
  #dropSchema(node: Tree, path: readonly string[], scope: Scope): void {
    const source = findSource(scope, path[1] ?? '', path[0])?.source
    if (source?.item === undefined) return
    const at = this.#nameAt(location(bodyOf(node)))
    const second = this.input.tokens[at.first + 2]
    if (second === undefined) return fail('GBX-1210', { why: 'a name was not found where it should stand' })
    this.edits.push({ start: at.start, end: second.start, sql: '' })
    this.meant.set(node, withFields(node, { fields: children(bodyOf(node), 'fields').slice(1) }))
  }

  #indirection(body: Tree, scope: Scope): Info {
    const info = this.one(child(body, 'arg'), scope)
    for (const step of children(body, 'indirection')) {
      const name = stringOf(step)
      if (name !== undefined) {
        this.#attribute(name)
        this.#mentioned.add(name)
      } else if (as(step, 'A_Star') !== undefined) this.#whole = true
      else this.expression(step, scope)
    }
    return { plain: false, literal: info.literal, ...(info.label === undefined ? {} : { label: info.label }) }
  }

  #call(body: Tree, scope: Scope): Info {
    const path = names(children(body, 'funcname')) ?? []
    const args = children(body, 'args')
    const count = flag(body, 'func_variadic') ? undefined : args.length + (flag(body, 'agg_within_group') ? children(body, 'agg_order').length : 0)
    const verdict = judgeFunction(this.model.catalog, this.model.lists, path, count)
    if (typeof verdict === 'object') throw new GloveboxError(verdict)
    const at = location(body)
    this.calls.add(at)
    checkArguments(this, path.at(-1) ?? '', body)
    const infos = this.all(args, scope)
    this.all(children(body, 'agg_order'), scope)
    this.one(child(body, 'agg_filter'), scope)
    this.#kind('WindowDef', child(body, 'over'), scope)
    if (verdict === 'qualify') {
      this.edits.push({ start: at, end: at, sql: 'pg_catalog.' })
      // Lists have an identity too: this one stands in the tree itself.
      this.meant.set(body['funcname'] as Tree, [{ String: { sval: 'pg_catalog' } }, ...children(body, 'funcname')] as unknown as Tree)
    }
    const aggregates = (this.model.catalog.routines.get(path.at(-1) ?? '') ?? []).some((routine) => routine.kind === 'a' || routine.kind === 'w')
    return aggregates || child(body, 'over') !== undefined ? nothingKnown : combine(infos)
  }

  #subLink(body: Tree, scope: Scope): Info {
    this.#checkOperator(children(body, 'operName'))
    const test = child(body, 'testexpr')
    const left = test === undefined ? undefined : this.expression(test, scope)
    const query = as(child(body, 'subselect'), 'SelectStmt')
    if (query === undefined) return this.notAllowed('this subquery', 'Only what has been reviewed is allowed.')
    const outputs = this.select(query, scope, scope.ctes)
    const first = outputs?.[0]
    if (left !== undefined) {
      if (first !== undefined && as(test, 'RowExpr') === undefined) comparePair(this, stringOf(children(body, 'operName').at(-1)) ?? '=', left, infoOf(first))
      return { plain: false, literal: false }
    }
    const kind = text(body, 'subLinkType')
    if (first === undefined || (kind !== 'EXPR_SUBLINK' && kind !== 'ARRAY_SUBLINK')) return nothingKnown
    const info = infoOf(first)
    return { plain: info.plain && kind === 'EXPR_SUBLINK', literal: false, ...(info.label === undefined ? {} : { label: info.label }), ...(info.type === undefined ? {} : { type: info.type }) }
  }

  #cast(body: Tree, scope: Scope): Info {
    const info = this.one(child(body, 'arg'), scope)
    const typeName = child(body, 'typeName')
    if (typeName === undefined) return this.notAllowed('this cast', 'Only what has been reviewed is allowed.')
    this.type(typeName)
    const type = stringOf(children(typeName, 'names').at(-1)) ?? ''
    const isText = (type === 'text' || type === 'varchar') && children(typeName, 'typmods').length === 0 && children(typeName, 'arrayBounds').length === 0
    return { ...info, plain: info.plain && isText, ...(isText && info.plain ? { type: 'text' } : {}) }
  }
}

/** Words for what is refused by its field. */
const fieldNames: Readonly<Record<string, string>> = {
  intoClause: 'SELECT INTO',
  lockingClause: 'SELECT … FOR UPDATE',
  catalogname: 'a name with a database in it',
  pct_type: '%TYPE',
}

const isDot = (source: string, token: Token | undefined): boolean => token !== undefined && token.kind === 'other' && source[token.start] === '.'

const both = (one: readonly Output[] | undefined, other: readonly Output[] | undefined): readonly Output[] | undefined => (one === undefined || other === undefined ? undefined : [...one, ...other])

const common = (left: readonly Output[] | undefined, right: readonly Output[] | undefined): readonly string[] => (left ?? []).map((column) => column.name).filter((name) => right?.some((column) => column.name === name) === true)

/** Lists have empty nodes where an option was not given. */
const isNode = (node: Tree): boolean => Object.keys(node).length > 0

const isRow = (node: Tree): boolean => as(node, 'RowExpr') !== undefined

const withoutItem = ({ item: _item, ...output }: Output): Output => output

export const infoOf = (output: Output): Info => ({ ...outputOf(output), literal: false, known: true })

const outputOf = (info: Info | Output): Omit<Output, 'name'> => ({
  plain: info.plain,
  ...(info.label === undefined ? {} : { label: info.label }),
  ...(info.type === undefined ? {} : { type: info.type }),
  ...(info.raw === undefined ? {} : { raw: info.raw }),
  ...(info.item === undefined ? {} : { item: info.item }),
})

/** Columns under their alias's names; what leaves a query has no item: nothing can be pushed through. */
function renamed(outputs: readonly Output[] | undefined, list: readonly Tree[]): readonly Output[] | undefined {
  const given = names(list) ?? []
  return outputs?.map(({ item, ...output }, index) => ({ ...output, name: given[index] ?? output.name }))
}

function add(scope: Scope, alias: Tree | undefined, columns: readonly Output[] | undefined, name = '', schema?: string, item?: Item): readonly Output[] | undefined {
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

/** The RangeSubselect that a masked table becomes. */
function subselect(parsed: Tree, alias: Tree): Tree | undefined {
  const statement = children(parsed, 'stmts')[0]
  const select = as(statement === undefined ? undefined : child(statement, 'stmt'), 'SelectStmt')
  const range = select === undefined ? undefined : as(children(select, 'fromClause')[0], 'RangeSubselect')
  return range === undefined ? undefined : { RangeSubselect: { ...range, alias } }
}

function outputName(value: Tree): string {
  const call = as(value, 'FuncCall')
  if (call !== undefined) return stringOf(children(call, 'funcname').at(-1)) ?? ''
  const reference = as(value, 'ColumnRef')
  if (reference !== undefined) return stringOf(children(reference, 'fields').at(-1)) ?? '?column?'
  const cast = as(value, 'TypeCast')
  if (cast === undefined) return '?column?'
  const inner = outputName(child(cast, 'arg') ?? {})
  return inner === '?column?' ? (stringOf(children(child(cast, 'typeName') ?? {}, 'names').at(-1)) ?? inner) : inner
}

const valuesOutputs = (row: Tree | undefined): readonly Output[] => children(as(row, 'List') ?? {}, 'items').map((_, index) => ({ name: `column${index + 1}`, plain: false }))

function functionName(body: Tree): string {
  const first = children(body, 'functions')[0]
  const call = as(children(as(first, 'List') ?? {}, 'items')[0], 'FuncCall')
  return call === undefined ? '' : (stringOf(children(call, 'funcname').at(-1)) ?? '')
}
