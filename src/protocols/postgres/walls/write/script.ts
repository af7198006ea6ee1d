// What may be asked for as a write. Level `write`: one INSERT, UPDATE, DELETE or MERGE. Level `admin`: a script of those
// and of DDL, in one transaction. A dry run comes before anybody has approved, so nothing may be in a script that holds
// code of its own, or that a rolled-back transaction would not take back.
import { GloveboxError, isRefusal, refusal, type Refusal } from '../../../../core/error.ts'
import { joinName } from '../../../../masking/labels.ts'
import { as, bodyOf, child, children, flag, kindOf, names, stringOf, text, type Tree } from '../text/ast.ts'
import type { Judge } from '../judge.ts'
import { judgeFunction, judgeOperator, judgeType } from '../functions.ts'
import { fromBytes, toBytes, tokens } from '../text/lexer.ts'
import { changesRows, notForWrite, isOpen, oneByOne, placed, planRows, type Placed, type WriteStep } from './rows.ts'

const maxStatements = 100

/** DDL that holds no code of its own and that a transaction takes back. */
const structural: Readonly<Record<string, string>> = {
  AlterTableStmt: 'ALTER TABLE',
  AlterObjectSchemaStmt: 'ALTER … SET SCHEMA',
  AlterSeqStmt: 'ALTER SEQUENCE',
  AlterEnumStmt: 'ALTER TYPE',
  CommentStmt: 'COMMENT',
  CreateEnumStmt: 'CREATE TYPE',
  CreateSchemaStmt: 'CREATE SCHEMA',
  CreateSeqStmt: 'CREATE SEQUENCE',
  CreateStatsStmt: 'CREATE STATISTICS',
  CreateStmt: 'CREATE TABLE',
  DropStmt: 'DROP',
  GrantStmt: 'GRANT or REVOKE',
  IndexStmt: 'CREATE INDEX',
  RenameStmt: 'RENAME',
  TruncateStmt: 'TRUNCATE',
}

const outside =
  'It cannot run inside a transaction, so it could neither be tried nor taken back. Use your migration tool.'
const ownCode =
  'It holds code of its own, which the dry run would run before anybody has approved it. Use your migration tool.'

/** Why a kind of statement is not asked for at all. */
const never: Readonly<Record<string, string>> = {
  VacuumStmt: outside,
  ReindexStmt: outside,
  ClusterStmt: outside,
  CreatedbStmt: outside,
  DropdbStmt: outside,
  AlterDatabaseStmt: outside,
  AlterSystemStmt: outside,
  CreateTableSpaceStmt: outside,
  DropTableSpaceStmt: outside,
  CreateSubscriptionStmt: outside,
  TransactionStmt: 'The whole script is one transaction already.',
  DoStmt: ownCode,
  CallStmt: ownCode,
  CreateFunctionStmt: ownCode,
  CreateTrigStmt: ownCode,
  RuleStmt: ownCode,
  CreateExtensionStmt: ownCode,
  SelectStmt: 'It changes nothing: run it in a session of level read.',
  CopyStmt: 'COPY into a table has no text to approve. Write it as INSERT.',
}

/** Judges a text at a level. The steps in order, or the refusal. */
export async function planWrite(
  judge: Judge,
  whole: string,
  level: 'write' | 'admin',
): Promise<readonly WriteStep[] | Refusal> {
  try {
    return await planned(judge, whole, level)
  } catch (error) {
    // Closed: whatever goes wrong here, nothing is asked for and nothing goes up.
    if (error instanceof GloveboxError) return error.refusal
    const why = error instanceof RangeError ? 'it is nested too deeply or cut off' : 'its check failed'
    return refusal('GBX-1210', { why })
  }
}

async function planned(judge: Judge, whole: string, level: 'write' | 'admin'): Promise<readonly WriteStep[]> {
  const statements = await placed(judge, whole)
  const [first] = statements
  if (first === undefined) return notForWrite('an empty text', 'Write the statement.')
  if (level === 'write' && statements.length > 1)
    notForWrite('a script of several statements', 'Ask for them one by one, or for level admin.')
  if (level === 'write' && !changesRows(first.tree))
    notForWrite(
      wordsOf(first.tree),
      never[kindOf(first.tree)] ?? 'At level write it is one INSERT, UPDATE, DELETE or MERGE.',
    )
  if (statements.length > maxStatements)
    notForWrite(`a script of more than ${maxStatements} statements`, 'Cut it into parts.')
  const steps: WriteStep[] = []
  let isReshaped = false
  for (const statement of statements) {
    // What the catalogue calls things is what labels go by: under other names real values would be read, by a dry run.
    if (isReshaped && (changesRows(statement.tree) || has(statement.tree, 'ColumnRef')))
      notForWrite('a change of rows, or an expression, after a RENAME', 'Ask for the RENAME first, by itself.')
    steps.push(
      changesRows(statement.tree) ? await planRows(judge, whole, statement) : structure(judge, whole, statement),
    )
    isReshaped ||= reshapes(statement.tree)
  }
  if (steps.reduce((sum, { guesses }) => sum + guesses, 0) > 1) oneByOne()
  return steps
}

/** Does it make rows of a table readable under names that they did not have? */
const reshapes = (tree: Tree): boolean =>
  ['RenameStmt', 'AlterObjectSchemaStmt'].includes(kindOf(tree)) ||
  children(bodyOf(tree), 'cmds').some((one) =>
    ['AT_AddInherit', 'AT_AttachPartition'].includes(text(as(one, 'AlterTableCmd') ?? {}, 'subtype') ?? ''),
  )

function has(value: unknown, kind: string): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, inner]) => key === kind || has(inner, kind))
}

const wordsOf = (tree: Tree): string =>
  structural[kindOf(tree)] ??
  kindOf(tree)
    .replace(/Stmt$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toUpperCase()

/** A statement of DDL: its kind must be known, and nothing in it may run code that is not the server's. */
function structure(judge: Judge, whole: string, { tree, start, end }: Placed): WriteStep {
  const kind = kindOf(tree)
  const body = bodyOf(tree)
  const what = wordsOf(tree)
  if (structural[kind] === undefined)
    notForWrite(what, never[kind] ?? 'Only changes of rows, tables, indexes, sequences, comments and rights are.')
  quiet(judge, tree)
  blind(judge, tree)
  const source = toBytes(whole)
  noCallsByOtherNames(judge, source.slice(start, end))
  const sql = fromBytes(source.slice(start, end))
  const name = nameOf(body)
  return {
    kind: 'other',
    what: name === undefined ? what : `${what} ${name}`,
    sql,
    recorded: sql,
    shown: sql,
    keys: [],
    returning: [],
    writes: [],
    reads: [],
    warnings: [...touches(judge, tree), ...moves(judge, tree)],
    family: [],
    guesses: 0,
  }
}

function nameOf(body: Tree): string | undefined {
  for (const field of ['relation', 'sequence', 'objects', 'relations']) {
    const found = body[field]
    const one = (Array.isArray(found) ? found[0] : found) as Tree | undefined
    if (one === undefined) continue
    const range = as(one, 'RangeVar') ?? one
    const list = names(children(as(one, 'List') ?? {}, 'items'))
    if (list !== undefined && list.length > 0) return joinName(list)
    const relname = text(range, 'relname')
    if (relname !== undefined)
      return joinName([...(text(range, 'schemaname') ? [text(range, 'schemaname') ?? ''] : []), relname])
  }
  return undefined
}

/** Every function, operator and type in it must be one that a query may use; no query and no trigger may be in it. */
function quiet(judge: Judge, node: unknown): void {
  if (Array.isArray(node)) {
    for (const one of node) quiet(judge, one)
    return
  }
  if (typeof node !== 'object' || node === null) return
  const tree = node as Tree
  if (flag(tree, 'concurrent')) notForWrite('CONCURRENTLY', outside)
  for (const [kind, body] of Object.entries(tree)) {
    if (typeof body !== 'object' || body === null) continue
    const part = body as Tree
    if (kind === 'FuncCall') {
      const verdict = judgeFunction(
        judge.model.catalog,
        judge.model.lists,
        names(children(part, 'funcname')) ?? [],
        undefined,
      )
      if (isRefusal(verdict)) throw new GloveboxError(verdict)
      if (verdict === 'qualify')
        notForWrite(`function ${names(children(part, 'funcname'))?.join('.')}`, 'Write pg_catalog. in front of it.')
    }
    if (kind === 'A_Expr') orThrow(judgeOperator(judge.model.catalog, names(children(part, 'name')) ?? []))
    if (kind === 'typeName' || kind === 'TypeName')
      orThrow(judgeType(judge.model.catalog, names(children(part, 'names')) ?? []))
    if (['SelectStmt', 'SubLink', 'CreateTrigStmt', 'CreateFunctionStmt'].includes(kind))
      notForWrite('a query inside of DDL', 'Write it as a statement of its own.')
    quiet(judge, part)
  }
}

/** What this grammar reads as a keyword may be a call of a user's function on an older server. */
function noCallsByOtherNames(judge: Judge, source: string): void {
  const all = tokens(source)
  for (const [index, token] of all.entries()) {
    const next = all[index + 1]
    if (token.kind !== 'name' || next === undefined || source[next.start] !== '(') continue
    const name = fromBytes(source.slice(token.start, token.end)).toLowerCase()
    if (judge.deniedNames.has(name))
      notForWrite(`${name}(…)`, 'This database has a function of that name that may not be called.')
  }
}

function orThrow(refused: Refusal | undefined): void {
  if (refused !== undefined) throw new GloveboxError(refused)
}

/** Every name in a statement, as the server reads it. */
function wordsIn(value: unknown, into = new Set<string>()): ReadonlySet<string> {
  if (typeof value === 'string') into.add(value)
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) wordsIn(inner, into)
  return into
}

/** Tables with labelled columns whose names stand in a statement. */
const labelledIn = (judge: Judge, words: ReadonlySet<string>) =>
  [...judge.model.catalog.relations.values()].flatMap((relation) => {
    if (relation.system || !words.has(relation.name)) return []
    const labels = [...judge.model.labelsOf(relation)].filter(([, label]) => !isOpen(label))
    return labels.length === 0 ? [] : [{ relation, labels }]
  })

/**
 * No expression of a masked column: a check, a predicate or a type's USING is worked out over the real values, and whether
 * the dry run gets through tells about them. lower(column) and upper(column) of an index raise nothing and are allowed.
 */
function blind(judge: Judge, tree: Tree): void {
  for (const { relation, labels } of labelledIn(judge, wordsIn(tree)))
    for (const name of computedIn(tree)) {
      const label =
        labels.find(([column]) => column === name)?.[1] ?? (name === relation.name ? labels[0]?.[1] : undefined)
      const why = 'The dry run of DDL that computes with it would test its values before anybody has approved it.'
      if (label !== undefined) throw new GloveboxError(refusal('GBX-1222', { column: label.column, why }))
    }
}

/** Names of columns (or whole rows) in expressions. */
function computedIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([kind, inner]) => {
    if (kind === 'IndexElem' && isFolded(inner as Tree)) return []
    if (kind !== 'ColumnRef') return computedIn(inner)
    return children(inner as Tree, 'fields').flatMap((field) => stringOf(field) ?? [])
  })
}

function isFolded(element: Tree): boolean {
  const call = as(child(element, 'expr'), 'FuncCall') ?? {}
  const name = names(children(call, 'funcname'))
    ?.join('.')
    .replace(/^pg_catalog\./, '')
  const [only] = children(call, 'args')
  return (
    (name === 'lower' || name === 'upper') && children(call, 'args').length === 1 && as(only, 'ColumnRef') !== undefined
  )
}

/** Labelled columns that a statement of DDL names: it meets their real values, and the reviewer should know. */
function touches(judge: Judge, tree: Tree): readonly string[] {
  const words = wordsIn(tree)
  return labelledIn(judge, words).flatMap(({ labels }) =>
    labels.flatMap(([name, label]) =>
      words.has(name) ? [`names masked column ${label.column}: it works on the real values`] : [],
    ),
  )
}

/** Labels stand in the configuration by name. */
function moves(judge: Judge, tree: Tree): readonly string[] {
  if (!reshapes(tree)) return []
  const words = wordsIn(tree)
  const schemas = [...judge.model.catalog.relations.values()].filter(({ schema }) => words.has(schema))
  const all = new Set([...words, ...(kindOf(tree) === 'RenameStmt' ? schemas.map(({ name }) => name) : [])])
  return labelledIn(judge, all).map(
    ({ relation }) =>
      `gives ${joinName([relation.schema, relation.name])} or a part of it another name or place: labels in the configuration that name it no longer hold`,
  )
}
