// Q6: a statement that changes rows, judged so that it can be shown, tried and run: what it writes, in which words it goes
// up, and how its rows are found again before and after. The target table stays as it is, for a write needs the real rows;
// so nothing of its labelled columns may be read, but for a search by exact value. All other relations are masked as ever.
import { GloveboxError, refusal } from '../../../../core/error.ts'
import { joinName } from '../../../../masking/labels.ts'
import { as, bodyOf, child, children, kindOf, location, names, stringOf, text, type Tree } from '../text/ast.ts'
import { assemble, verify } from '../assemble.ts'
import type { ColumnLabel, Relation } from '../catalog.ts'
import { from } from '../from.ts'
import { type Judge, noOtherCalls } from '../judge.ts'
import { type Model, resolve, splitPath, unbounded } from '../model.ts'
import type { Info, Scope } from '../scope.ts'
import { quoteName, toBytes, tokens } from '../text/lexer.ts'
import { bare as withoutConstants } from '../../recordable.ts'
import { type Computed, isCopy, isDerived, isScrubbed, reads } from './derived.ts'
import { hiddenConstants } from './hide.ts'
import { Walker } from '../walk.ts'

/** A column of the table that is written to. */
export interface WriteColumn {
  readonly name: string
  /** Base type with its bound, as SQL writes it. */
  readonly type: string
  readonly generated: boolean
  /** It is computed from text that nobody labelled, in ways that no detector sees through: what it becomes is not shown. */
  readonly derived?: true
  /** Absent = it is shown as it is. `sql` masks the column `ref`. */
  readonly label?: { readonly column: string; readonly sql: (ref: string) => string }
}

/** One statement of a write. */
export interface WriteStep {
  readonly kind: 'insert' | 'update' | 'delete' | 'merge' | 'other'
  /** Words for it: UPDATE public.orders. */
  readonly what: string
  /** What goes up; for rows with a primary key it answers `returning`, then the key as text. */
  readonly sql: string
  /** The same as it may stand on record and be shown: values written to labelled columns left out. */
  readonly recorded: string
  readonly shown: string
  /** schema.table, and its columns; absent for what is no change of rows. */
  readonly table?: { readonly schema: string; readonly name: string; readonly columns: readonly WriteColumn[] }
  /** The primary key by which rows are found again; empty = they can't be. */
  readonly keys: readonly WriteColumn[]
  readonly returning: readonly { readonly name: string; readonly masked: boolean }[]
  /** Columns that it sets, schema.table.column. */
  readonly writes: readonly string[]
  readonly reads: readonly string[]
  readonly warnings: readonly string[]
  /** Other tables that are the same table: its partitions and parents. */
  readonly family: readonly string[]
  /** Masked values that its dry run would tell about: looked for, or met by ON CONFLICT (Q3). */
  readonly guesses: number
}

/** A dry run tells how many rows it finds, and nobody has approved it yet: one masked value at a time (Q3). */
export const oneByOne = (): never =>
  notForWrite('a write that searches for several masked values', 'Ask for them one by one.')

export const notForWrite = (what: string, why: string): never => {
  throw new GloveboxError(refusal('GBX-1224', { what, why }))
}
const masked = (label: ColumnLabel): never => {
  const why = label.search
    ? 'It can be searched by exact value, WHERE column = value, and written to; nothing else.'
    : 'It can be written to; find the rows by another column.'
  throw new GloveboxError(refusal('GBX-1222', { column: label.column, why }))
}

const kinds: Readonly<Record<string, WriteStep['kind']>> = {
  InsertStmt: 'insert',
  UpdateStmt: 'update',
  DeleteStmt: 'delete',
  MergeStmt: 'merge',
}

/** Is it a change of rows, so that planRows may be asked? */
export const changesRows = (statement: Tree): boolean => Object.hasOwn(kinds, kindOf(statement))

/** A statement of a parsed text with where it stands. */
export interface Placed {
  readonly tree: Tree
  readonly start: number
  readonly end: number
}

/** The statements of a text with their places. Throws the refusal of what can't be read. */
export async function placed(judge: Judge, text: string): Promise<readonly Placed[]> {
  const [parsed] = await judge.parser.parse([text])
  const source = toBytes(text)
  const all = tokens(source)
  return (parsed === undefined ? [] : children(parsed, 'stmts')).map((statement) => {
    const at = typeof statement['stmt_location'] === 'number' ? statement['stmt_location'] : 0
    const length = typeof statement['stmt_len'] === 'number' ? statement['stmt_len'] : 0
    const within = all.filter((token) => token.start >= at && (length === 0 || token.end <= at + length))
    while (within.length > 0 && source[within.at(-1)?.start ?? 0] === ';') within.pop()
    return { tree: child(statement, 'stmt') ?? {}, start: within[0]?.start ?? 0, end: within.at(-1)?.end ?? 0 }
  })
}

interface Writing {
  readonly walker: Walker
  readonly scope: Scope
  readonly relation: Relation
  readonly labels: ReadonlyMap<string, ColumnLabel>
  /** Labels of columns that may not be read here: all but the net over text that nobody labelled. */
  readonly sealed: ReadonlyMap<string, ColumnLabel>
  searches: number
  readonly written: Set<string>
  /** Columns that become more than a constant or a plain copy, with the names that these were made of. */
  readonly computed: Computed
  readonly warnings: string[]
  /** Could not tell which constants are written where: all are left out of what is shown. */
  hideAll: boolean
}

/** Judges one INSERT, UPDATE, DELETE or MERGE. Throws the refusal. */
export async function planRows(judge: Judge, whole: string, { tree, start, end }: Placed): Promise<WriteStep> {
  const kind = kinds[kindOf(tree)] ?? notForWrite('this statement', 'It does not change rows.')
  const body = bodyOf(tree)
  const source = toBytes(whole)
  const searchPath = splitPath(judge.model.catalog.searchPath)
  const walker = new Walker({
    model: labelledOnly(judge.model),
    source,
    tokens: tokens(source),
    searchPath,
    hide: judge.hide,
  })
  const writing = target(walker, judge.model, body)
  if (body['withClause'] !== undefined) notForWrite('WITH in front of a write', 'Write it as a subquery.')
  if (kind === 'insert') insert(writing, body)
  else if (kind === 'update') update(writing, body)
  else if (kind === 'delete') remove(writing, body)
  else merge(writing, body)
  if (walker.whole && writing.sealed.size > 0)
    notForWrite('* or a whole row beside a table with masked columns', 'Name the columns.')
  walker.finish()
  const guesses = writing.searches + walker.searches.length
  if (guesses > 1) oneByOne()
  noOtherCalls(
    judge,
    walker,
    walker.input.tokens.filter((token) => token.start >= start && token.end <= end),
    source,
  )
  return emit(judge, writing, { kind, tree, body, start, end })
}

/** The table that is written to; seen by the rest of the statement under its alias, without labels: `mentions` guards them. */
function target(walker: Walker, model: Model, body: Tree): Writing {
  const node = child(body, 'relation') ?? {}
  walker.fields('RangeVar', node, ['schemaname', 'relname', 'inh', 'relpersistence', 'alias', 'location'])
  const relation = resolve(walker.model, text(node, 'schemaname'), text(node, 'relname') ?? '', walker.input.searchPath)
  if ('code' in relation) throw new GloveboxError(relation)
  const name = joinName([relation.schema, relation.name])
  if (relation.system) notForWrite(`a change of ${name}`, 'It is part of the server itself.')
  if (!['r', 'p'].includes(relation.kind)) notForWrite(`a change of ${name}`, 'Name the table itself.')
  const alias = child(node, 'alias')
  if (alias?.['colnames'] !== undefined) notForWrite('new names for columns of the table', 'Use its own.')
  if (text(node, 'schemaname') === undefined) {
    const span = walker.nameAt(location(node))
    walker.edits.push({ ...span, sql: `${quoteName(relation.schema)}.${quoteName(relation.name)}` })
    walker.meant.set(node, { ...node, schemaname: relation.schema })
  }
  const scope: Scope = {
    sources: [
      {
        alias: alias === undefined ? relation.name : (text(alias, 'aliasname') ?? ''),
        columns: relation.columns.map((column) => ({ name: column.name, plain: true, type: unbounded(column) })),
        ...(alias === undefined ? { schema: relation.schema } : {}),
      },
    ],
    parent: undefined,
    ctes: undefined,
  }
  walker.reads.add(name)
  walker.readsRows = true
  const labels = model.labelsOf(relation)
  return {
    walker,
    scope,
    relation,
    labels,
    sealed: walker.model.labelsOf(relation),
    searches: 0,
    written: new Set(),
    computed: new Map(),
    warnings: [],
    hideAll: false,
  }
}

/**
 * Text that nobody labelled is scrubbed for whoever reads it. A write reads it as it is: what it stores must be what is
 * there, and nobody sees it but through the net. What a label shows whole anyway is no secret either.
 */
export const isOpen = (label: ColumnLabel): boolean =>
  isScrubbed(label) || (label.mask.form === 'keep' && label.mask.keys === undefined)

const labelledOnly = (model: Model): Model => ({
  ...model,
  labelsOf: (relation) => new Map([...model.labelsOf(relation)].filter(([, label]) => !isOpen(label))),
  viewOf: (relation) => model.viewOf(relation),
})

/**
 * Walks a part and refuses it when it names a labelled column of the table, by whatever way: names are compared, so this
 * errs towards refusing. What other parts have named does not count for it, nor it for them.
 */
function guarded<T>(writing: Writing, walk: () => T): T {
  const { mentioned } = writing.walker
  const others = [...mentioned]
  mentioned.clear()
  const walked = walk()
  for (const [name, label] of writing.sealed) if (mentioned.has(name)) masked(label)
  for (const name of others) mentioned.add(name)
  return walked
}

/** An expression that becomes a value: made of nothing that is masked. */
function value(writing: Writing, node: Tree, scope: Scope = writing.scope): void {
  if (as(node, 'SetToDefault') !== undefined) return
  const { walker } = writing
  const [wasWhole, sources] = [walker.whole, walker.labels.length]
  const info: Info = guarded(writing, () => walker.expression(node, scope))
  if (info.label !== undefined) masked(info.label)
  if (walker.whole && !wasWhole && walker.labels.length > sources)
    notForWrite('a whole row of a table with masked columns', 'Name the columns that you want.')
}

/** A condition: its AND parts may search a labelled column by exact value (Q1), and test any for null. */
function condition(writing: Writing, node: Tree | undefined, scope: Scope = writing.scope): void {
  if (node === undefined) return
  const { walker } = writing
  const bool = as(node, 'BoolExpr')
  if (bool !== undefined && text(bool, 'boolop') === 'AND_EXPR') {
    for (const part of children(bool, 'args')) condition(writing, part, scope)
    return
  }
  if (isNullTest(writing, node) || isSearch(writing, node)) return
  guarded(writing, () => walker.condition(node, scope, true))
}

/** The label of a reference to a column of the table itself. */
function labelled(writing: Writing, node: Tree | undefined): ColumnLabel | undefined {
  const fields = names(children(as(node, 'ColumnRef') ?? {}, 'fields'))
  const name = fields?.at(-1)
  const [source] = writing.scope.sources
  if (name === undefined || fields === undefined || fields.length > 2) return undefined
  if (fields.length === 2 ? fields[0] !== source?.alias : writing.scope.sources.length > 1) return undefined
  return writing.sealed.get(name)
}

const isNullTest = (writing: Writing, node: Tree): boolean =>
  labelled(writing, child(as(node, 'NullTest') ?? {}, 'arg')) !== undefined

function isSearch(writing: Writing, node: Tree): boolean {
  const body = as(node, 'A_Expr')
  const label = labelled(writing, body && child(body, 'lexpr'))
  if (body === undefined || label === undefined || !label.search) return false
  if (text(body, 'kind') !== 'AEXPR_OP' || children(body, 'name').length !== 1) return false
  if (stringOf(children(body, 'name')[0]) !== '=') return false
  const given = child(body, 'rexpr')
  if (given === undefined || as(given, 'A_Const') === undefined) return false
  writing.searches++
  if (!hiddenConstants(writing.walker, [given])) writing.hideAll = true
  writing.warnings.push(`finds rows by the exact value of ${label.column}, which is masked`)
  return true
}

/** Columns of SET, each with what it becomes. */
function assignments(writing: Writing, list: readonly Tree[], scope: Scope = writing.scope): void {
  for (const node of list) {
    const assigned = as(node, 'ResTarget') ?? notForWrite('this assignment', 'Only what has been reviewed is.')
    if (assigned['indirection'] !== undefined)
      notForWrite('a change of a part of a column', 'Set the whole column, with an expression.')
    const name = text(assigned, 'name') ?? ''
    writing.written.add(name)
    const given = child(assigned, 'val') ?? {}
    const multi = as(given, 'MultiAssignRef')
    if (multi === undefined) assign(writing, name, given, scope)
    else {
      const row = as(child(multi, 'source'), 'RowExpr')
      const part = row && children(row, 'args')[Number(multi['colno'] ?? 1) - 1]
      if (part === undefined) notForWrite('SET (…) = (SELECT …)', 'Set the columns one by one.')
      else assign(writing, name, part, scope)
    }
  }
}

function assign(writing: Writing, column: string, given: Tree, scope: Scope): void {
  noteComputed(writing, column, given, () => value(writing, given, scope))
  if (writing.sealed.has(column) && !hiddenConstants(writing.walker, [given])) writing.hideAll = true
}

/** Remembers of what a column is made, where that is more than what its own mask is for. */
function noteComputed({ walker, computed }: Writing, column: string, given: Tree, walk: () => void): void {
  const others = [...walker.mentioned]
  walker.mentioned.clear()
  walk()
  if (reads(given)) computed.set(column, new Set([...walker.mentioned, ...(computed.get(column) ?? [])]))
  for (const name of others) walker.mentioned.add(name)
}

function update(writing: Writing, body: Tree): void {
  const { walker, scope } = writing
  walker.fields('UpdateStmt', body, ['relation', 'targetList', 'whereClause', 'fromClause', 'returningClause'])
  for (const item of children(body, 'fromClause')) from(walker, item, scope)
  assignments(writing, children(body, 'targetList'))
  condition(writing, child(body, 'whereClause'))
  if (body['whereClause'] === undefined) writing.warnings.push('has no WHERE: it changes every row')
}

function remove(writing: Writing, body: Tree): void {
  const { walker, scope } = writing
  walker.fields('DeleteStmt', body, ['relation', 'usingClause', 'whereClause', 'returningClause'])
  for (const item of children(body, 'usingClause')) from(walker, item, scope)
  condition(writing, child(body, 'whereClause'))
  if (body['whereClause'] === undefined) writing.warnings.push('has no WHERE: it deletes every row')
}

function insert(writing: Writing, body: Tree): void {
  const { walker, relation } = writing
  walker.fields('InsertStmt', body, [
    'relation',
    'cols',
    'selectStmt',
    'onConflictClause',
    'returningClause',
    'override',
  ])
  const given = children(body, 'cols').map((node) => text(as(node, 'ResTarget') ?? {}, 'name') ?? '')
  const columns =
    given.length > 0 ? given : relation.columns.filter((column) => !column.generated).map(({ name }) => name)
  for (const name of columns) writing.written.add(name)
  const query = as(child(body, 'selectStmt'), 'SelectStmt')
  const nothing: Scope = { sources: [], parent: undefined, ctes: undefined }
  const rows = query === undefined ? [] : children(query, 'valuesLists')
  for (const row of rows) {
    for (const [index, item] of children(as(row, 'List') ?? {}, 'items').entries()) {
      noteComputed(writing, columns[index] ?? '', item, () => value(writing, item, nothing))
      if (writing.sealed.has(columns[index] ?? '') && !hiddenConstants(walker, [item])) writing.hideAll = true
    }
  }
  if (query !== undefined && rows.length === 0) {
    const outputs = walker.select(query, undefined, undefined)
    for (const [index, name] of columns.entries())
      if (!isCopy(query, index)) writing.computed.set(name, walker.mentioned)
    const label = outputs?.find((output) => output.label !== undefined)?.label
    if (label !== undefined) masked(label)
    if (outputs === undefined && walker.labels.length > 0)
      notForWrite('a copy of columns that cannot be told one by one', 'Name the columns.')
    if (columns.some((name) => writing.sealed.has(name))) writing.hideAll = true
  }
  conflict(writing, child(body, 'onConflictClause'))
  if (meetsMasked(writing, columns, child(body, 'onConflictClause'))) {
    if (rows.length !== 1)
      notForWrite(
        'ON CONFLICT over several rows with masked values',
        'Insert one row, or name a key that is not masked.',
      )
    writing.searches++
  }
}

/** Does it tell row by row whether a value of a masked column is there already? A conflict that is an error tells once for all. */
function meetsMasked({ sealed }: Writing, columns: readonly string[], clause: Tree | undefined): boolean {
  if (clause === undefined || !columns.some((name) => sealed.has(name))) return false
  const elements = children(child(clause, 'infer') ?? {}, 'indexElems')
  const named = elements.map((element) => text(as(element, 'IndexElem') ?? {}, 'name') ?? '')
  return named.length === 0 || named.some((name) => sealed.has(name))
}

function conflict(writing: Writing, clause: Tree | undefined): void {
  if (clause === undefined) return
  const { walker, scope } = writing
  walker.fields('OnConflictClause', clause, ['action', 'infer', 'targetList', 'whereClause', 'location'])
  const infer = child(clause, 'infer')
  if (infer !== undefined) {
    walker.fields('InferClause', infer, ['indexElems', 'conname', 'location'])
    for (const element of children(infer, 'indexElems'))
      if (text(as(element, 'IndexElem') ?? {}, 'name') === undefined)
        notForWrite('ON CONFLICT on an expression', 'Name the columns or the constraint.')
  }
  const [own] = scope.sources
  const both: Scope = {
    ...scope,
    sources: [...scope.sources, { alias: 'excluded', columns: own?.columns }],
  }
  for (const node of children(clause, 'targetList')) {
    const assigned = as(node, 'ResTarget') ?? {}
    writing.written.add(text(assigned, 'name') ?? '')
    const fields = names(children(as(child(assigned, 'val'), 'ColumnRef') ?? {}, 'fields'))
    // EXCLUDED is what the statement itself brought.
    if (fields?.length !== 2 || fields[0] !== 'excluded') assignments(writing, [node], both)
    else writing.computed.set(text(assigned, 'name') ?? '', writing.walker.mentioned)
  }
  condition(writing, child(clause, 'whereClause'), both)
}

function merge(writing: Writing, body: Tree): void {
  const { walker, scope } = writing
  walker.fields('MergeStmt', body, ['relation', 'sourceRelation', 'joinCondition', 'mergeWhenClauses'])
  const source = child(body, 'sourceRelation')
  if (source !== undefined) from(walker, source, scope)
  condition(writing, child(body, 'joinCondition'))
  for (const node of children(body, 'mergeWhenClauses')) {
    const when = as(node, 'MergeWhenClause') ?? {}
    walker.fields('MergeWhenClause', when, [
      'matchKind',
      'commandType',
      'override',
      'condition',
      'targetList',
      'values',
    ])
    condition(writing, child(when, 'condition'))
    const list = children(when, 'targetList')
    if (text(when, 'commandType') !== 'CMD_INSERT') assignments(writing, list)
    else {
      const columns = list.map((one) => text(as(one, 'ResTarget') ?? {}, 'name') ?? '')
      for (const name of columns) writing.written.add(name)
      for (const [index, item] of children(when, 'values').entries()) assign(writing, columns[index] ?? '', item, scope)
    }
  }
  writing.warnings.push('is a MERGE: its rows are counted, not shown one by one, and no undo is kept')
}

interface Emitting {
  readonly kind: WriteStep['kind']
  readonly tree: Tree
  readonly body: Tree
  readonly start: number
  readonly end: number
}

/** The text without RETURNING, proved to read back as it was meant (R10), and our own RETURNING behind it. */
async function emit(judge: Judge, writing: Writing, of: Emitting): Promise<WriteStep> {
  const { walker, relation, labels } = writing
  const clause = child(of.body, 'returningClause')
  const end = clause === undefined ? of.end : beforeReturning(walker, of.start, of.end)
  const { returningClause: _gone, ...bare } = of.body
  const tree = { [kindOf(of.tree)]: bare }
  const sql = assemble(walker, of.start, end, 'sql').text
  const refused = await verify(judge.parser, [{ tree, walker, text: sql }], judge.fragments)
  if (refused !== undefined) throw new GloveboxError(refused)
  const columns = columnsOf(relation, labels).map((column) =>
    isDerived(judge, { walker, computed: writing.computed, column: column.name, body: of.body })
      ? { ...column, derived: true as const }
      : column,
  )
  const returning = returned(clause, columns)
  const keys = keysOf(judge, writing, of.kind, columns)
  const list = [...returning.map(({ sql: one }) => one), ...keys.map(({ name }) => `${qualified(writing, name)}::text`)]
  const tail = list.length === 0 ? '' : ` RETURNING ${list.join(', ')}`
  await oneStatement(judge, sql + tail, kindOf(of.tree), list.length)
  const name = joinName([relation.schema, relation.name])
  const typed = (form: 'recorded' | 'typed'): string =>
    // Whoever decides has to see what it does: constants go, and nothing else.
    writing.hideAll
      ? withoutConstants(assemble(walker, of.start, end, form).text)
      : assemble(walker, of.start, end, form).text
  return {
    kind: of.kind,
    what: `${of.kind.toUpperCase()} ${name}`,
    sql: sql + tail,
    recorded: typed('recorded'),
    shown: typed('typed'),
    table: { schema: relation.schema, name: relation.name, columns },
    keys,
    returning: returning.map(({ name: one, masked: isMasked }) => ({ name: one, masked: isMasked })),
    writes: [...writing.written].sort().map((column) => joinName([relation.schema, relation.name, column])),
    reads: [...walker.reads].sort(),
    warnings: writing.warnings.map((warning) => `${of.kind.toUpperCase()} ${name} ${warning}`),
    family: familyOf(judge, relation),
    guesses: writing.searches + walker.searches.length,
  }
}

const columnsOf = (relation: Relation, labels: ReadonlyMap<string, ColumnLabel>): readonly WriteColumn[] =>
  relation.columns.map((column) => {
    const label = labels.get(column.name)
    return {
      name: column.name,
      type: column.cast,
      generated: column.generated,
      ...(label === undefined ? {} : { label: { column: label.column, sql: label.mask.sql } }),
    }
  })

/** RETURNING is the word at the outermost level: it is reserved, so nothing else can be it. */
function beforeReturning(walker: Walker, start: number, end: number): number {
  const { tokens: all } = walker.input
  let depth = 0
  for (const [index, token] of all.entries()) {
    if (token.start < start || token.end > end) continue
    const word = walker.word(index)
    if (word === '(' || word === '[') depth++
    if (word === ')' || word === ']') depth--
    if (depth === 0 && word === 'RETURNING') return all[index - 1]?.end ?? start
  }
  throw new GloveboxError(refusal('GBX-1210', { why: 'its RETURNING was not found' }))
}

const qualified = (writing: Writing, name: string): string =>
  `${quoteName(writing.scope.sources[0]?.alias ?? '')}.${quoteName(name)}`

/** The columns of RETURNING, labelled ones by their masks. */
function returned(
  clause: Tree | undefined,
  columns: readonly WriteColumn[],
): readonly { name: string; sql: string; masked: boolean }[] {
  if (clause === undefined) return []
  if (clause['options'] !== undefined) notForWrite('RETURNING WITH', 'It is not supported yet.')
  const one = (column: WriteColumn, name: string) => {
    const ref = quoteName(column.name)
    return {
      name,
      sql: `${column.label === undefined ? ref : column.label.sql(ref)} AS ${quoteName(name)}`,
      masked: column.label !== undefined,
    }
  }
  return children(clause, 'exprs').flatMap((node) => {
    const item = as(node, 'ResTarget') ?? {}
    const fields = children(as(child(item, 'val'), 'ColumnRef') ?? {}, 'fields')
    if (fields.length === 1 && as(fields[0], 'A_Star') !== undefined)
      return columns.map((column) => one(column, column.name))
    const name = stringOf(fields.at(-1))
    const column = columns.find((other) => other.name === name)
    return column === undefined || fields.length !== 1
      ? notForWrite('an expression in RETURNING', 'Name columns of the table, or *.')
      : [one(column, text(item, 'name') ?? column.name)]
  })
}

/** The key by which rows are found again, and why there is none. */
function keysOf(
  judge: Judge,
  writing: Writing,
  kind: WriteStep['kind'],
  columns: readonly WriteColumn[],
): readonly WriteColumn[] {
  if (kind === 'merge') return []
  const keys = (judge.model.catalog.primaryKeys.get(writing.relation.oid) ?? []).flatMap(
    (name) => columns.find((column) => column.name === name) ?? [],
  )
  if (keys.length === 0)
    writing.warnings.push('changes a table without a primary key: its rows are counted, not shown, and no undo is kept')
  if (kind === 'update' && keys.some(({ name }) => writing.written.has(name))) {
    writing.warnings.push('changes the primary key itself: its rows are counted, not shown, and no undo is kept')
    return []
  }
  return keys
}

/** R10 for the whole: one statement of the same kind, with as many columns in RETURNING as we put there. */
async function oneStatement(judge: Judge, sql: string, kind: string, count: number): Promise<void> {
  const [parsed] = await judge.parser.parse([sql])
  const statements = parsed === undefined ? [] : children(parsed, 'stmts')
  const only = as(child(statements[0] ?? {}, 'stmt'), kind)
  const list = only === undefined ? [] : children(child(only, 'returningClause') ?? {}, 'exprs')
  if (statements.length !== 1 || only === undefined || list.length !== count)
    throw new GloveboxError(refusal('GBX-1210', { why: 'its rewritten form did not read back as it was meant' }))
}

/** The table with what it is a part of and what is a part of it. */
function familyOf({ model }: Judge, relation: Relation): readonly string[] {
  const { catalog } = model
  const oids = new Set([relation.oid])
  for (let size = -1; size !== oids.size;) {
    size = oids.size
    for (const [child_, parents] of catalog.parents)
      if (oids.has(child_) || parents.some((parent) => oids.has(parent))) {
        oids.add(child_)
        for (const parent of parents) oids.add(parent)
      }
  }
  return [...oids].flatMap((oid) => {
    const one = catalog.byOid.get(oid)
    return one === undefined ? [] : [joinName([one.schema, one.name])]
  })
}
