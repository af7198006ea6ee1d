// Runs the steps of a write inside a transaction that is open, and finds out what they did: by rows of their own tables,
// by what the server itself counted in every table (triggers, cascades), by locks and sequences. The same for a dry run
// and for the real one, so that the two can be compared.
import { joinName } from '../../../masking/labels.ts'
import type { Effect } from '../../../core/level.ts'
import type { KeySet, Rehearsal, RowEffect, TableEffect } from '../../../core/statement.ts'
import type { WriteStep } from '../walls/write/rows.ts'
import { effectsOf, imagesOf, mostImages, type Images } from './images.ts'
import { keysHash, TargetError, type Answered, type Rows, type Talk } from './talk.ts'

export interface Performing {
  /** The session with the open transaction, and one beside it. */
  readonly main: Talk
  readonly beside: Talk
  readonly steps: readonly WriteStep[]
  /** Sends one step; its entry is the caller's matter. */
  readonly execute: (step: WriteStep) => Promise<Answered>
  /** What the plan of a step costs is asked for, where it is a change of rows. */
  readonly explain?: Effect
  readonly mostRows: number
  /** All steps together may take this long; absent = as long as each may. */
  readonly withinMs?: number
}

export interface Performed {
  readonly steps: Rehearsal['steps']
  readonly tables: readonly TableEffect[]
  readonly rows: readonly RowEffect[]
  readonly keys?: KeySet
  readonly locks: Rehearsal['locks']
  readonly sequences: readonly string[]
  readonly plan: readonly string[]
  readonly durationMs: number
  readonly warnings: readonly string[]
  /** The images, where they were read. */
  readonly images?: {
    readonly step: Required<Pick<WriteStep, 'table' | 'keys'>>
    readonly before: Images
    readonly after: Images
  }
  /** Answers of RETURNING. */
  readonly returned: Rows
}

/** Bounds of the transaction. SET LOCAL: they end with it. */
export const bounds = (statementMs: number, lockMs: number): readonly string[] => [
  `SET LOCAL statement_timeout = ${Math.round(statementMs)}`,
  `SET LOCAL lock_timeout = ${Math.round(lockMs)}`,
]

const countedSql = `SELECT schemaname, relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_catalog.pg_stat_xact_user_tables
  WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 ORDER BY 1, 2`
const locksSql = `SELECT n.nspname, c.relname, c.relkind, l.mode FROM pg_catalog.pg_locks l
  JOIN pg_catalog.pg_class c ON c.oid = l.relation JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE l.locktype = 'relation' AND l.pid = pg_catalog.pg_backend_pid() AND l.granted AND c.relkind IN ('r', 'p', 'm', 'S')
    AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1, 2`
const triggersSql = `SELECT n.nspname, c.relname, t.tgname, p.proname FROM pg_catalog.pg_trigger t
  JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' ORDER BY 1, 2, 3`
const rulesSql = `SELECT schemaname, tablename, rulename FROM pg_catalog.pg_rules WHERE schemaname !~ '^pg_' ORDER BY 1, 2, 3`

const modes = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
]

/** Runs the steps and looks. Throws what the talks throw; the caller rolls back. */
export async function perform(of: Performing): Promise<Performed> {
  const { main, beside, steps, execute } = of
  const plan: string[] = []
  const done: { what: string; rows: number }[] = []
  const warnings = new Set(steps.flatMap((step) => step.warnings))
  let durationMs = 0
  let last: Answered = { rows: [], tag: '' }
  for (const step of steps) {
    if (of.explain !== undefined && step.kind !== 'other') plan.push(...(await planOf(main, step, of.explain)))
    const startedAt = performance.now()
    last = await execute(step)
    durationMs += performance.now() - startedAt
    if (durationMs > (of.withinMs ?? Number.POSITIVE_INFINITY))
      throw new TargetError('57014', 'all statements together take longer than a dry run may')
    done.push({ what: step.what, rows: rowsOf(last.tag) })
  }
  // What waits for the end of the transaction (deferred constraints and triggers) happens now, where it can be seen.
  await main.run('SET CONSTRAINTS ALL IMMEDIATE', { effect: 'observe' })
  const [only] = steps
  const seen = steps.length === 1 && only !== undefined ? await look(of, only, last, warnings) : undefined
  const named = new Set(steps.flatMap((step) => step.family))
  const tables = (await main.run(countedSql, { effect: 'observe' })).rows.map(
    ([schema, table, inserted, updated, deleted]) => {
      const name = joinName([schema ?? '', table ?? ''])
      return {
        table: name,
        inserted: Number(inserted),
        updated: Number(updated),
        deleted: Number(deleted),
        named: named.has(name),
      }
    },
  )
  for (const { table, named: isNamed } of tables)
    if (!isNamed) warnings.add(`also changes ${table}, by a trigger, a rule or a foreign key`)
  if (tables.length === 0 && done.some(({ rows }) => rows > 0))
    warnings.add('the server counts no rows (track_counts is off): what triggers and cascades reach is not known')
  await tellCode(beside, new Set([...named, ...tables.map(({ table }) => table)]), warnings)
  const { locks, sequences } = await held(main)
  if (steps.some(({ what }) => what.startsWith('TRUNCATE')))
    warnings.add('TRUNCATE: the rows that it takes away are not counted, and no undo is kept')
  if (steps.length > 1 || only?.kind === 'other')
    warnings.add('a script: its rows are counted, not shown one by one, and no undo is kept')
  return {
    steps: done,
    tables,
    rows: seen?.rows ?? [],
    ...(seen === undefined ? {} : { keys: seen.keys, images: seen.images }),
    locks,
    sequences,
    plan,
    durationMs: Math.round(durationMs),
    warnings: [...warnings],
    returned: only === undefined ? [] : last.rows.map((row) => row.slice(0, only.returning.length)),
  }
}

const rowsOf = (tag: string): number => Number(/(\d+)$/.exec(tag)?.[1] ?? 0)

/** The nodes of the plan; conditions quote values, so they are left out. */
async function planOf(main: Talk, step: WriteStep, effect: Effect): Promise<readonly string[]> {
  const sql = `EXPLAIN ${step.sql}`
  const { rows } = await main.run(sql, { effect, write: 'rehearsal', recorded: `EXPLAIN ${step.recorded}` })
  return rows.map(([line]) => line ?? '').filter((line, index) => index === 0 || /^\s*->/.test(line))
}

/** Rows before and after by their keys; keys alone where there are too many; nothing where there is no key. */
async function look(
  { main, beside, mostRows }: Performing,
  { table, keys, returning, what, kind }: WriteStep,
  { rows }: Answered,
  warnings: Set<string>,
): Promise<(Required<Pick<Performed, 'keys' | 'images'>> & { rows: readonly RowEffect[] }) | undefined> {
  if (table === undefined || keys.length === 0) return undefined
  const found = rows.map((row) => row.slice(returning.length))
  const step = { table, keys }
  // New rows have new keys each time; how many there are is compared as a count.
  const set = kind === 'insert' ? [] : found
  const keySet: KeySet = {
    table: joinName([table.schema, table.name]),
    columns: keys.map(({ name }) => name),
    count: set.length,
    hash: keysHash(set),
  }
  if (found.length > mostImages) {
    warnings.add(`${what} reaches more than ${mostImages} rows: they are counted, not shown, and no undo is kept`)
    return { keys: keySet, images: { step, before: new Map(), after: new Map() }, rows: [] }
  }
  const before = await imagesOf(beside, step, found)
  const after = await imagesOf(main, step, found)
  return { keys: keySet, images: { step, before, after }, rows: effectsOf(step, before, after, mostRows) }
}

/** Triggers and rules that belong to the application and may have run: their code is not looked into. */
async function tellCode(beside: Talk, tables: ReadonlySet<string>, warnings: Set<string>): Promise<void> {
  const { rows } = await beside.run(triggersSql, { effect: 'observe' })
  for (const [schema, table, trigger, routine] of rows) {
    const name = joinName([schema ?? '', table ?? ''])
    if (tables.has(name))
      warnings.add(
        `trigger ${trigger} on ${name} runs ${routine}(): what it does outside of this transaction is not undone`,
      )
  }
  for (const [schema, table, rule] of (await beside.run(rulesSql, { effect: 'observe' })).rows) {
    const name = joinName([schema ?? '', table ?? ''])
    if (tables.has(name)) warnings.add(`rule ${rule} on ${name} may turn it into something else`)
  }
}

/** Relations that are locked, by their strongest lock; a sequence that is locked was moved on. */
async function held(main: Talk): Promise<Pick<Performed, 'locks' | 'sequences'>> {
  const strongest = new Map<string, number>()
  const sequences = new Set<string>()
  for (const [schema, relation, kind, mode] of (await main.run(locksSql, { effect: 'observe' })).rows) {
    const name = joinName([schema ?? '', relation ?? ''])
    const rank = modes.indexOf(mode ?? '')
    if (kind === 'S') {
      if (rank >= modes.indexOf('RowExclusiveLock')) sequences.add(name)
    } else strongest.set(name, Math.max(rank, strongest.get(name) ?? 0))
  }
  const locks = [...strongest].map(([relation, rank]) => ({ relation, mode: modes[rank] ?? 'AccessExclusiveLock' }))
  return { locks, sequences: [...sequences] }
}
