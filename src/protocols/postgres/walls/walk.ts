// Walks a statement's tree: everything in it must be known and allowed (P4), every relation is resolved (R1) and, where
// it holds labelled columns, replaced by its masked subquery (R3 to R6). The tree is never changed: edits of the text
// and what the tree should become stand beside it. Throws GloveboxError with the refusal.
import { type ErrorCode, type ErrorValues, fail, GloveboxError, refusal } from '../../../core/error.ts'
import {
  as,
  bodyOf,
  child,
  children,
  flag,
  isNode,
  kindOf,
  location,
  names,
  stringOf,
  text,
  type Tree,
} from './text/ast.ts'
import type { ColumnLabel, Relation } from './catalog.ts'
import { asCondition, compare, compareIn, compareRows, compareSets, parts } from './compare.ts'
import { type Edit, withFields } from './text/emit.ts'
import { deniedByName, judgeFunction, judgeOperator, judgeType } from './functions.ts'
import { checkArguments, guarded } from './arguments.ts'
import { completeGroups } from './group.ts'
import { type Token, tokenAt } from './text/lexer.ts'
import { isOnlyScrubbed, isSystemColumn, type Model, type Touch } from './model.ts'
import { fieldNames, nodes, ruled } from './text/nodes.ts'
import {
  aLiteral,
  both,
  combine,
  type Ctes,
  findColumn,
  findSource,
  type Found,
  type Info,
  infoOf,
  type Item,
  nothingKnown,
  type Output,
  outputName,
  outputOf,
  renamed,
  type Scope,
  valuesOutputs,
  withoutItem,
} from './scope.ts'
import { from } from './from.ts'
import type { PlainParameter } from './ordinary.ts'
import { resultOf } from './search/courtesy.ts'
import type { Searching } from './search/exact.ts'
import type { Fragment, Input, Pending } from './walk-parts.ts'

const maxDepth = 200

export class Walker {
  readonly model: Model
  readonly input: Input
  readonly edits: Edit[] = []
  readonly pending: Pending[] = []
  readonly fragments: Fragment[] = []
  readonly meant = new Map<Tree, Tree>()
  readonly reads = new Set<string>()
  readonly partitions = new Map<string, readonly string[]>()
  /** Users' views that are read by name. */
  readonly kept = new Set<Relation>()
  readonly touched = new Map<string, Touch>()
  readonly searches: Searching[] = []
  /** Parameters that meet a labelled column. */
  readonly parameters = new Set<number>()
  /** What the query at the top sees, where each of its rows is one that its WHERE has found: no set operation, group or WITH. */
  top: Scope | undefined
  /** An aggregate was called: the number of rows tells nothing. */
  aggregates = false
  /** Parameters that are compared with scrubbed texts, and whether the statement is PREPARE, whose values nobody sees. */
  readonly plainParameters: PlainParameter[] = []
  prepares = false
  /** Places of the names of calls that were judged. */
  readonly calls = new Set<number>()
  /** Did a rule look at the value of a constant? Then the verdict holds for this text only. */
  sensitive = false
  /** Reads rows of relations that are not the server's own. */
  readsRows = false
  readonly mentioned = new Set<string>()
  whole = false
  #depth = 0
  /** Items of FROM so far. */
  places = 0
  readonly items: Item[] = []
  readonly labels: { relation: Relation; labels: ReadonlyMap<string, ColumnLabel> }[] = []

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
    for (const item of this.items) {
      if (!this.whole) item.needed = this.mentioned
      if (item.system.size > 0 && this.whole)
        this.notAllowed('a system column beside * or a whole row of a masked table', 'Name the columns that you want.')
    }
    for (const { relation, labels } of this.labels) {
      for (const [name, label] of labels) {
        if (isOnlyScrubbed(label)) continue
        const column = relation.columns.find((one) => one.name === name)
        if (column !== undefined && (this.whole || this.mentioned.has(name)))
          this.touched.set(label.column, { tableOid: relation.oid, attnum: column.attnum, label })
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
    if (allowed === undefined)
      return this.notAllowed(`this part of the statement (${kind})`, 'Only what has been reviewed is allowed.')
    for (const field of Object.keys(body)) {
      if (!allowed.includes(field))
        this.notAllowed(
          fieldNames[field] ?? `this part of the statement (${kind} ${field})`,
          'Only what has been reviewed is allowed.',
        )
    }
  }

  /** SELECT, VALUES, TABLE, set operations. Gives the columns of its answer as far as they are known. */
  select(body: Tree, outer: Scope | undefined, given: Ctes | undefined): readonly Output[] | undefined {
    if (++this.#depth > maxDepth) this.notAllowed('a statement nested this deeply', `The limit is ${maxDepth} levels.`)
    this.fields('SelectStmt', body, ruled['SelectStmt'])
    const ctes = this.#with(child(body, 'withClause'), outer, given)
    const outputs =
      text(body, 'op') === 'SETOP_NONE' ? this.#simple(body, outer, ctes) : this.#setOperation(body, outer, ctes)
    this.#depth--
    return outputs
  }

  #setOperation(body: Tree, outer: Scope | undefined, ctes: Ctes | undefined): readonly Output[] | undefined {
    const larg = child(body, 'larg')
    const rarg = child(body, 'rarg')
    if (larg === undefined || rarg === undefined)
      return this.notAllowed('this set operation', 'Only what has been reviewed is allowed.')
    const left = this.select(larg, outer, ctes)
    const right = this.select(rarg, outer, ctes)
    if (text(body, 'op') !== 'SETOP_UNION') compareSets(this, left, right)
    const outputs = left?.map((output, index) => {
      const other = right?.[index]
      const label = output.label ?? other?.label
      const same = output.plain && other?.plain === true && output.label === other.label
      return {
        name: output.name,
        plain: same,
        ...(label === undefined ? {} : { label }),
        ...(output.type === undefined ? {} : { type: output.type }),
      }
    })
    this.#tail(body, { sources: [{ alias: '', columns: outputs }], parent: outer, ctes })
    return outputs
  }

  #simple(body: Tree, outer: Scope | undefined, ctes: Ctes | undefined): readonly Output[] | undefined {
    const scope: Scope = { sources: [], parent: outer, ctes }
    if (body === this.input.answer) this.top = scope
    let star: readonly Output[] | undefined = []
    for (const item of children(body, 'fromClause')) star = both(star, from(this, item, scope))
    for (const row of children(body, 'valuesLists')) this.all([row], scope)
    const outputs = children(body, 'targetList').map((target) => this.#target(target, scope, star))
    this.condition(child(body, 'whereClause'), scope, true)
    this.all(children(body, 'groupClause'), scope)
    this.condition(child(body, 'havingClause'), scope, false)
    completeGroups(this, body, scope)
    for (const window of children(body, 'windowClause')) this.all([window], scope)
    this.all(children(body, 'distinctClause').filter(isNode), scope) // without ON a list with one empty node
    this.#tail(body, scope)
    if (children(body, 'valuesLists').length > 0) return valuesOutputs(children(body, 'valuesLists')[0])
    return outputs.includes(undefined) ? undefined : outputs.flatMap((output) => output ?? [])
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
    if (target === undefined || value === undefined)
      return this.notAllowed('this select list', 'Only what has been reviewed is allowed.')
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
    const list = children(clause, 'ctes').map(
      (node) => as(node, 'CommonTableExpr') ?? this.notAllowed('this WITH', 'Only what has been reviewed is allowed.'),
    )
    let visible = given
    // WITH RECURSIVE: each name is visible in every query of the list. Else only from the next query on.
    if (flag(clause, 'recursive'))
      for (const cte of list) visible = { name: text(cte, 'ctename') ?? '', columns: undefined, next: visible }
    for (const cte of list) {
      for (const field of ['search_clause', 'cycle_clause'])
        if (cte[field] !== undefined) this.notAllowed('SEARCH or CYCLE in WITH', 'It is not supported yet.')
      this.fields('CommonTableExpr', cte, ruled['CommonTableExpr'])
      const query = as(child(cte, 'ctequery'), 'SelectStmt')
      if (query === undefined) this.notAllowed('a WITH that changes data', 'This session is read-only.')
      const outputs = renamed(this.select(query, outer, visible), children(cte, 'aliascolnames'))
      visible = { name: text(cte, 'ctename') ?? '', columns: outputs, next: visible }
    }
    return visible
  }

  /** Bytes of a qualified name that begins at `at`. */
  nameAt(at: number): { start: number; end: number; first: number; last: number } {
    const { tokens, source } = this.input
    const first = tokenAt(tokens, at)
    let last = first
    while (first >= 0 && isDot(source, tokens[last + 1]) && tokens[last + 2] !== undefined) last += 2
    const begin = tokens[first]
    const end = tokens[last]
    if (begin === undefined || end === undefined || (begin.kind !== 'name' && begin.kind !== 'quoted'))
      return fail('GBX-1210', { why: 'a name was not found where it should stand' })
    return { start: begin.start, end: end.end, first, last }
  }

  word(index: number): string {
    const token = this.input.tokens[index]
    return token === undefined || token.kind === 'quoted'
      ? ''
      : this.input.source.slice(token.start, token.end).toUpperCase()
  }

  /** Index of the token that closes the parenthesis at `open`. */
  closing(open: number): number {
    let depth = 0
    for (let index = open; index < this.input.tokens.length; index++) {
      const word = this.word(index)
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
    else asCondition(this, this.expression(node, scope))
  }

  all(list: readonly Tree[], scope: Scope): readonly Info[] {
    return list.map((node) => this.expression(node, scope))
  }

  one(node: Tree | undefined, scope: Scope): Info {
    return node === undefined ? aLiteral : this.expression(node, scope)
  }

  /** Any expression. What no rule knows is refused. */
  expression(node: Tree, scope: Scope): Info {
    if (++this.#depth > maxDepth)
      this.notAllowed('an expression nested this deeply', `The limit is ${maxDepth} levels.`)
    const info = this.#expression(node, scope)
    this.#depth--
    return info
  }

  #expression(node: Tree, scope: Scope): Info {
    const kind = kindOf(node)
    const body = bodyOf(node)
    if (nodes[kind] !== undefined) return this.kind(kind, body, scope)
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
        return this.#typed(body)
      case 'ResTarget':
        return this.one(child(body, 'val'), scope)
      case 'JsonArrayQueryConstructor':
        this.select(as(child(body, 'query'), 'SelectStmt') ?? {}, scope, scope.ctes)
        this.kind('JsonOutput', child(body, 'output'), scope)
        return nothingKnown
      default:
        return this.notAllowed(`this part of the statement (${kind})`, 'Only what has been reviewed is allowed.')
    }
  }

  /** A node of the table of nodes.ts: its fields must be known, its trees are walked. */
  kind(kind: string, body: Tree | undefined, scope: Scope): Info {
    if (body === undefined) return aLiteral
    const shape =
      nodes[kind] ?? this.notAllowed(`this part of the statement (${kind})`, 'Only what has been reviewed is allowed.')
    const trees = (shape.trees ?? []).map((entry) => entry.split(':') as [string, string?])
    this.fields(kind, body, [...trees.map(([field]) => field), ...(shape.plain ?? [])])
    const parts: Info[] = []
    for (const [field, inner] of trees) {
      const value = body[field]
      if (Array.isArray(value)) parts.push(...this.all(children(body, field), scope))
      else if (inner !== undefined)
        parts.push(inner === 'TypeName' ? this.#typed(child(body, field)) : this.kind(inner, child(body, field), scope))
      else if (child(body, field) !== undefined) parts.push(this.one(child(body, field), scope))
    }
    const info = combine(parts)
    if (kind === 'BoolExpr' || kind === 'BooleanTest' || (kind === 'NullTest' && info.absent))
      for (const part of parts) asCondition(this, part)
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
    for (const bound of children(body, 'typmods'))
      if (as(bound, 'A_Const') === undefined && as(bound, 'ColumnRef') === undefined)
        this.notAllowed('this type', 'Only constants may stand in its parentheses.')
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
      return compareRows(this, path.at(-1) ?? '', [lexpr, rexpr], scope)
    }
    const left = this.one(lexpr, scope)
    const list = as(rexpr, 'List')
    const right = list === undefined ? this.one(rexpr, scope) : combine(this.all(children(list, 'items'), scope))
    return compare(this, { kind, operator: path.at(-1) ?? '', lexpr, rexpr, left, right, pushable, scope })
  }

  #case(body: Tree, scope: Scope): Info {
    const arg = child(body, 'arg')
    const tested = arg === undefined ? undefined : this.expression(arg, scope)
    const results: Info[] = []
    for (const node of children(body, 'args')) {
      const when = as(node, 'CaseWhen') ?? {}
      const expr = child(when, 'expr')
      const info = this.one(expr, scope)
      if (tested === undefined) asCondition(this, info)
      else
        compare(this, {
          kind: 'AEXPR_OP',
          operator: '=',
          lexpr: arg,
          rexpr: expr,
          left: tested,
          right: info,
          pushable: false,
          scope,
        })
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
      this.whole = true
      if (path.length === 2) this.#dropSchema(node, path, scope)
      return nothingKnown
    }
    const name = path.at(-1) ?? ''
    this.mentioned.add(name)
    const found = path.length === 1 ? findColumn(scope, name) : this.#qualified(node, path, name, scope)
    if (found?.column !== undefined) return infoOf(found.here ? found.column : withoutItem(found.column))
    if (path.length === 1) {
      if (findSource(scope, name) !== undefined) this.whole = true
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
    if (!isSystemColumn(name)) this.whole = true // that of a relation that is read as it is needs nothing
    return undefined
  }

  #attribute(name: string): void {
    if (guarded.has(name))
      this.refuse('GBX-1204', { function: name, why: `Write it as a call: ".${name}" hides what it gets.` })
    const denied = deniedByName(this.model.catalog, this.model.lists, name)
    if (denied !== undefined)
      this.refuse('GBX-1204', { function: `${denied.schema}.${denied.signature}`, why: `".${name}" would call it.` })
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
    const at = this.nameAt(location(bodyOf(node)))
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
        this.mentioned.add(name)
      } else if (as(step, 'A_Star') !== undefined) this.whole = true
      else this.expression(step, scope)
    }
    const { label, values } = info
    return {
      plain: false,
      literal: info.literal,
      ...(label === undefined ? {} : { label }),
      ...(values === undefined ? {} : { values }),
    }
  }

  #call(body: Tree, scope: Scope): Info {
    const path = names(children(body, 'funcname')) ?? []
    const args = children(body, 'args')
    const count = flag(body, 'func_variadic')
      ? undefined
      : args.length + (flag(body, 'agg_within_group') ? children(body, 'agg_order').length : 0)
    const verdict = judgeFunction(this.model.catalog, this.model.lists, path, count)
    if (typeof verdict === 'object') throw new GloveboxError(verdict)
    const at = location(body)
    this.calls.add(at)
    checkArguments(this, path.at(-1) ?? '', body)
    const infos = this.all(args, scope)
    this.all(children(body, 'agg_order'), scope)
    this.condition(child(body, 'agg_filter'), scope, false)
    this.kind('WindowDef', child(body, 'over'), scope)
    if (verdict === 'qualify') {
      this.edits.push({ start: at, end: at, sql: 'pg_catalog.' })
      // Lists have an identity too: this one stands in the tree itself.
      this.meant.set(
        body['funcname'] as Tree,
        [{ String: { sval: 'pg_catalog' } }, ...children(body, 'funcname')] as unknown as Tree,
      )
    }
    const aggregates = (this.model.catalog.routines.get(path.at(-1) ?? '') ?? []).some(
      (routine) => routine.kind === 'a' || routine.kind === 'w',
    )
    if (aggregates) this.aggregates = true
    if (path.at(-1) === 'count') return nothingKnown
    const result = resultOf(this, path.at(-1) ?? '', args, infos)
    return { ...result, ...(aggregates || child(body, 'over') !== undefined ? { literal: false } : {}) }
  }

  #subLink(body: Tree, scope: Scope): Info {
    this.#checkOperator(children(body, 'operName'))
    const test = child(body, 'testexpr')
    const left = parts(this, test, scope)
    const query = as(child(body, 'subselect'), 'SelectStmt')
    if (query === undefined) return this.notAllowed('this subquery', 'Only what has been reviewed is allowed.')
    const outputs = this.select(query, scope, scope.ctes)
    const first = outputs?.[0]
    if (test !== undefined) {
      compareIn(this, stringOf(children(body, 'operName').at(-1)) ?? '=', left, outputs)
      return { plain: false, literal: false }
    }
    const kind = text(body, 'subLinkType')
    if (first === undefined || (kind !== 'EXPR_SUBLINK' && kind !== 'ARRAY_SUBLINK')) return nothingKnown
    const info = infoOf(first)
    return {
      plain: info.plain && kind === 'EXPR_SUBLINK',
      literal: false,
      known: true,
      ...(info.label === undefined ? {} : { label: info.label }),
      ...(info.type === undefined ? {} : { type: info.type }),
      ...(info.values === undefined ? {} : { values: info.values }),
    }
  }

  #cast(body: Tree, scope: Scope): Info {
    const info = this.one(child(body, 'arg'), scope)
    const typeName = child(body, 'typeName')
    if (typeName === undefined) return this.notAllowed('this cast', 'Only what has been reviewed is allowed.')
    this.type(typeName)
    const type = stringOf(children(typeName, 'names').at(-1)) ?? ''
    const isText =
      (type === 'text' || type === 'varchar') &&
      children(typeName, 'typmods').length === 0 &&
      children(typeName, 'arrayBounds').length === 0
    return { ...info, plain: info.plain && isText, ...(isText && info.plain ? { type: 'text' } : {}) }
  }
}

const isRow = (node: Tree): boolean => as(node, 'RowExpr') !== undefined

const isDot = (source: string, token: Token | undefined): boolean =>
  token !== undefined && token.kind === 'other' && source[token.start] === '.'
