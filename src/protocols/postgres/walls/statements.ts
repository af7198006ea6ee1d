// P3: the kinds of statement that exist here. Each gives what goes up and what the wire has to know; every other kind is
// refused by name, those that write with the way to ask for a write.
import { GloveboxError } from '../../../core/error.ts'
import type { Effect } from '../../../core/level.ts'
import type { Limits } from '../../../core/nouns.ts'
import { as, bodyOf, child, children, flag, kindOf, names, stringOf, text, type Tree } from './text/ast.ts'
import { isSecretSetting } from './arguments.ts'
import { secretSettings } from './catalogs.ts'
import { hiddenConstants } from './write/hide.ts'
import { quoteName, quoteText } from './text/lexer.ts'
import { resolve } from './model.ts'
import type { Output } from './scope.ts'
import { settingAllowed, settingKnown } from './settings.ts'
import type { Kind, Verdict } from './types.ts'
import type { Walker } from './walk.ts'

/** What becomes of a statement. */
export interface Plan extends Pick<Verdict, 'chain' | 'name' | 'setting'> {
  readonly kind: Kind
  readonly effect: Effect
  /** Words for it, for refusals. */
  readonly what: string
  /** Goes up instead of the edited text. */
  readonly fixed?: string
  /** Goes up instead; the client sees `tag`. */
  readonly emulate?: Verdict['emulate']
  /** To be judged from the start in this other form. */
  readonly again?: string
  readonly outputs?: readonly Output[]
}

const plan = (kind: Kind, what: string, effect: Effect, more: Partial<Plan> = {}): Plan => ({
  kind,
  what,
  effect,
  ...more,
})
const rows = (walker: Walker): Effect => (walker.readsRows ? 'read' : 'observe')

/** Judges one statement; throws the refusal. `limits` bound what SET may do. */
export function planStatement(statement: Tree, walker: Walker, limits: Limits): Plan {
  const kind = kindOf(statement)
  const body = bodyOf(statement)
  switch (kind) {
    case 'SelectStmt':
      return select(body, walker, 'query', 'SELECT')
    case 'ExplainStmt':
      return explain(body, walker)
    case 'CopyStmt':
      return copy(body, walker)
    case 'DeclareCursorStmt':
      walker.fields(kind, body, ['portalname', 'options', 'query'])
      return {
        ...select(inner(body, walker), walker, 'declare', 'DECLARE CURSOR'),
        name: text(body, 'portalname') ?? '',
      }
    case 'FetchStmt':
      walker.fields(kind, body, ['direction', 'howMany', 'portalname', 'ismove', 'direction_keyword', 'location'])
      return plan('fetch', flag(body, 'ismove') ? 'MOVE' : 'FETCH', 'observe', { name: text(body, 'portalname') ?? '' })
    case 'ClosePortalStmt':
      return plan('close', 'CLOSE', 'observe', named(text(body, 'portalname')))
    case 'PrepareStmt':
      return prepare(body, walker)
    case 'ExecuteStmt':
      return execute(body, walker)
    case 'DeallocateStmt':
      return plan('deallocate', 'DEALLOCATE', 'observe', named(flag(body, 'isall') ? undefined : text(body, 'name')))
    case 'TransactionStmt':
      return transaction(body, walker)
    case 'VariableSetStmt':
      return set(body, walker, limits)
    case 'VariableShowStmt':
      return show(body, walker)
    case 'DiscardStmt':
      return plan('discard', 'DISCARD', 'observe', { emulate: discarded(text(body, 'target') ?? '') })
    case 'UnlistenStmt':
      return plan('query', 'UNLISTEN', 'observe')
    default:
      return refuseKind(kind, walker)
  }
}

const discards: Readonly<Record<string, string>> = {
  DISCARD_PLANS: 'PLANS',
  DISCARD_SEQUENCES: 'SEQUENCES',
  DISCARD_TEMP: 'TEMP',
}
function discarded(target: string): { statements: readonly string[]; tag: string } {
  const one = discards[target]
  if (one !== undefined) return { statements: [`DISCARD ${one}`], tag: `DISCARD ${one}` }
  return {
    statements: ['CLOSE ALL', 'DEALLOCATE ALL', 'UNLISTEN *', 'RESET ALL', 'DISCARD PLANS', 'DISCARD SEQUENCES'],
    tag: 'DISCARD ALL',
  }
}
const named = (name: string | undefined): Partial<Plan> => (name === undefined ? {} : { name })

function inner(body: Tree, walker: Walker): Tree {
  return (
    as(child(body, 'query'), 'SelectStmt') ??
    walker.notAllowed('anything but a query here', 'This session is read-only.')
  )
}

function select(body: Tree, walker: Walker, kind: Kind, what: string): Plan {
  const outputs = walker.select(body, undefined, undefined)
  return plan(kind, what, rows(walker), outputs === undefined ? {} : { outputs })
}

const explainOptions = new Set([
  'analyze',
  'verbose',
  'costs',
  'settings',
  'buffers',
  'wal',
  'timing',
  'summary',
  'format',
  'memory',
  'serialize',
  'generic_plan',
])

function explain(body: Tree, walker: Walker): Plan {
  walker.fields('ExplainStmt', body, ['query', 'options'])
  let runs = false
  for (const node of children(body, 'options')) {
    const option = as(node, 'DefElem') ?? {}
    const name = text(option, 'defname') ?? ''
    if (!explainOptions.has(name)) walker.notAllowed(`EXPLAIN (${name})`, 'Only the known options are allowed.')
    if (name === 'analyze') runs = !isOff(child(option, 'arg'))
    walker.sensitive = true
  }
  const query = child(body, 'query') ?? {}
  const kind = kindOf(query)
  if (kind === 'ExecuteStmt')
    return { ...execute(bodyOf(query), walker), kind: 'execute', what: 'EXPLAIN', effect: runs ? 'read' : 'observe' }
  const target =
    kind === 'DeclareCursorStmt'
      ? inner(bodyOf(query), walker)
      : kind === 'SelectStmt'
        ? bodyOf(query)
        : refuseKind(kind, walker)
  walker.select(target, undefined, undefined)
  return plan('query', runs ? 'EXPLAIN ANALYZE' : 'EXPLAIN', runs ? rows(walker) : 'observe')
}

const isOff = (value: Tree | undefined): boolean =>
  ['off', 'false', '0', 'no'].includes((stringOf(value) ?? '').toLowerCase()) ||
  (as(value, 'Integer') !== undefined && (as(value, 'Integer')?.['ival'] ?? 0) === 0)

const copyOptions = new Set(['format', 'delimiter', 'null', 'header', 'quote', 'escape', 'force_quote', 'encoding'])

function copy(body: Tree, walker: Walker): Plan {
  if (flag(body, 'is_from')) return refuseWrite('COPY … FROM', walker)
  if (flag(body, 'is_program') || body['filename'] !== undefined)
    walker.notAllowed('COPY to a file or program of the server', 'COPY … TO STDOUT is allowed.')
  walker.fields('CopyStmt', body, ['relation', 'query', 'attlist', 'options'])
  for (const node of children(body, 'options')) {
    const option = as(node, 'DefElem') ?? {}
    const name = text(option, 'defname') ?? ''
    if (!copyOptions.has(name)) walker.notAllowed(`COPY with ${name}`, 'Only the known options are allowed.')
    if (name === 'encoding' && !/^utf-?8$/i.test(stringOf(child(option, 'arg')) ?? ''))
      walker.notAllowed('COPY in another encoding', 'Answers are UTF-8.')
  }
  const table = child(body, 'relation')
  if (table === undefined) return select(inner(body, walker), walker, 'copy', 'COPY')
  return plan('copy', 'COPY', 'read', { again: asQuery(body, table, walker) })
}

/** R7: COPY table TO is COPY of a query over that table alone, in the table's order, without generated columns. */
function asQuery(body: Tree, table: Tree, walker: Walker): string {
  const relation = resolve(
    walker.model,
    text(table, 'schemaname'),
    text(table, 'relname') ?? '',
    walker.input.searchPath,
  )
  if ('code' in relation) throw new GloveboxError(relation)
  if (relation.kind === 'v' && !relation.system)
    walker.notAllowed('COPY of a view', 'Write COPY (SELECT * FROM view) TO STDOUT.')
  const given = names(children(body, 'attlist')) ?? []
  const columns =
    given.length > 0 ? given : relation.columns.filter((column) => !column.generated).map((column) => column.name)
  const options = children(body, 'options').map((node) => copyOption(as(node, 'DefElem') ?? {}))
  const only = relation.kind === 'r' && !relation.system ? 'ONLY ' : ''
  const tail = options.length === 0 ? '' : ` (${options.join(', ')})`
  return `COPY (SELECT ${columns.map(quoteName).join(', ')} FROM ${only}${quoteName(relation.schema)}.${quoteName(relation.name)}) TO STDOUT${tail}`
}

function copyOption(option: Tree): string {
  const name = text(option, 'defname') ?? ''
  const arg = child(option, 'arg')
  if (arg === undefined) return name
  const list = as(arg, 'List')
  if (list !== undefined) return `${name} (${(names(children(list, 'items')) ?? []).map(quoteName).join(', ')})`
  if (as(arg, 'A_Star') !== undefined) return `${name} *`
  const boolean = as(arg, 'Boolean')
  return `${name} ${boolean === undefined ? quoteText(stringOf(arg) ?? '') : String(flag(boolean, 'boolval'))}`
}

function prepare(body: Tree, walker: Walker): Plan {
  walker.fields('PrepareStmt', body, ['name', 'argtypes', 'query'])
  for (const type of children(body, 'argtypes')) walker.type(as(type, 'TypeName') ?? {})
  walker.prepares = true
  const made = select(inner(body, walker), walker, 'prepare', 'PREPARE')
  if (walker.searches.some((one) => one.parameter !== undefined)) {
    walker.notAllowed(
      'PREPARE with a parameter that is searched for in a masked column',
      'Write the value itself, or let your driver prepare the statement.',
    )
  }
  return { ...made, name: text(body, 'name') ?? '' }
}

function execute(body: Tree, walker: Walker): Plan {
  walker.fields('ExecuteStmt', body, ['name', 'params'])
  walker.all(children(body, 'params'), { sources: [], parent: undefined, ctes: undefined })
  // Which of them meets a column that is shown unmasked is not known here: none stands on record.
  const { catalog, labelsOf } = walker.model
  const isBare = [...catalog.relations.values()].some((one) => [...labelsOf(one).values()].some((two) => two.unmasked))
  if (isBare) walker.sensitive = true
  if (isBare && !hiddenConstants(walker, children(body, 'params')))
    walker.notAllowed('a parameter of this form', 'Write plain values.')
  return plan('execute', 'EXECUTE', 'observe', { name: text(body, 'name') ?? '' })
}

const transactions: Readonly<Record<string, readonly [Kind, string]>> = {
  TRANS_STMT_BEGIN: ['begin', 'BEGIN'],
  TRANS_STMT_START: ['begin', 'START TRANSACTION'],
  TRANS_STMT_COMMIT: ['commit', 'COMMIT'],
  TRANS_STMT_ROLLBACK: ['rollback', 'ROLLBACK'],
  TRANS_STMT_SAVEPOINT: ['savepoint', 'SAVEPOINT'],
  TRANS_STMT_RELEASE: ['release', 'RELEASE'],
  TRANS_STMT_ROLLBACK_TO: ['rollback-to', 'ROLLBACK TO'],
}

function transaction(body: Tree, walker: Walker): Plan {
  const known = transactions[text(body, 'kind') ?? '']
  if (known === undefined) return walker.notAllowed('a two-phase transaction', 'This session is read-only.')
  walker.fields('TransactionStmt', body, ['kind', 'options', 'savepoint_name', 'chain', 'location'])
  const [kind, what] = known
  const name = text(body, 'savepoint_name')
  if (kind === 'begin')
    return plan(kind, what, 'observe', {
      fixed: `${what} ${[...modes(body, 'options', walker), 'READ ONLY'].join(', ')}`,
    })
  return plan(kind, what, 'observe', { ...named(name), ...(flag(body, 'chain') ? { chain: true } : {}) })
}

const isolations = new Set(['read committed', 'read uncommitted', 'repeatable read', 'serializable'])

/** Modes of a transaction but READ ONLY, which each has anyway (W2). READ WRITE is refused. */
function modes(body: Tree, field: string, walker: Walker): readonly string[] {
  return children(body, field).flatMap((node) => {
    const option = as(node, 'DefElem') ?? {}
    const value = walker.constant(child(option, 'arg')) ?? ''
    switch (text(option, 'defname')) {
      case 'transaction_isolation':
        return isolations.has(value)
          ? [`ISOLATION LEVEL ${value.toUpperCase()}`]
          : walker.notAllowed('this isolation level', 'It is not known.')
      case 'transaction_read_only':
        return value === '1' ? [] : refuseWrite('READ WRITE', walker)
      case 'transaction_deferrable':
        return [value === '1' ? 'DEFERRABLE' : 'NOT DEFERRABLE']
      default:
        return walker.notAllowed('this transaction mode', 'It is not known.')
    }
  })
}

function set(body: Tree, walker: Walker, limits: Limits): Plan {
  const name = (text(body, 'name') ?? '').toLowerCase()
  const local = flag(body, 'is_local')
  const kind = text(body, 'kind')
  walker.sensitive = true
  if (kind === 'VAR_RESET_ALL')
    return plan('discard', 'RESET ALL', 'observe', { emulate: { statements: ['RESET ALL'], tag: 'RESET' } })
  if (kind === 'VAR_SET_MULTI') {
    if (!['transaction', 'session characteristics'].includes(name))
      walker.notAllowed('SET TRANSACTION SNAPSHOT', 'It is not supported.')
    modes(body, 'args', walker)
    return plan('set', 'SET TRANSACTION', 'observe', { setting: { name, local: true } })
  }
  if (kind === 'VAR_RESET' || kind === 'VAR_SET_DEFAULT') {
    if (!settingKnown(name))
      walker.refuse('GBX-1209', { setting: name, why: 'Only settings that change how answers look can be changed.' })
    return plan('set', 'RESET', 'observe', { setting: { name, local } })
  }
  if (kind !== 'VAR_SET_VALUE') walker.notAllowed('SET FROM CURRENT', 'It is not supported.')
  const values = children(body, 'args').map(
    (arg) => walker.constant(arg) ?? walker.constant(child(as(arg, 'TypeCast') ?? {}, 'arg')) ?? '',
  )
  const refused = settingAllowed(name, values.join(', '), limits)
  if (refused !== undefined) throw new GloveboxError(refused)
  return plan('set', 'SET', 'observe', {
    setting: { name, local, ...(name === 'search_path' ? { searchPath: values } : {}) },
  })
}

function show(body: Tree, walker: Walker): Plan {
  const name = text(body, 'name') ?? ''
  if (name.toLowerCase() === 'all') {
    const secrets = secretSettings.map(quoteText).join(', ')
    return plan('query', 'SHOW', 'observe', {
      fixed: `SELECT name, CASE WHEN name IN (${secrets}) OR strpos(name, '.') > 0 THEN NULL ELSE setting END AS setting, short_desc AS description FROM pg_catalog.pg_settings ORDER BY name`,
    })
  }
  if (isSecretSetting(name))
    walker.refuse('GBX-1209', { setting: name, why: 'It may hold a secret, so it is not shown either.' })
  return plan('query', 'SHOW', 'observe')
}

const writes =
  /^(Insert|Update|Delete|Merge|Truncate|Create|Alter|Drop|Rename|Grant|Revoke|Comment|Index|View|RefreshMatView|Define|Reindex|Cluster|Vacuum|SecLabel|Rule|Import|Reassign|Composite|Lock)/

/** The words of a statement's kind: AlterTableStmt is ALTER TABLE. */
const words = (kind: string): string =>
  kind
    .replace(/Stmt$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toUpperCase()

function refuseWrite(what: string, walker: Walker): never {
  return walker.refuse('GBX-1203', { what, target: walker.model.target })
}

function refuseKind(kind: string, walker: Walker): never {
  if (kind === 'CreateStmt') return refuseWrite('CREATE TABLE', walker)
  if (kind === 'IndexStmt' || kind === 'ViewStmt') return refuseWrite(`CREATE ${words(kind)}`, walker)
  if (writes.test(kind)) return refuseWrite(words(kind), walker)
  return walker.notAllowed(
    kind === '' ? 'this statement' : words(kind),
    'Only queries, EXPLAIN, cursors, COPY … TO STDOUT, transactions and some settings are.',
  )
}
