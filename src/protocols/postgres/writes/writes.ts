// A write from its text to its commit. The dry run is a session of the gateway's own and is always rolled back; the commit
// is the one session of its grant, in one transaction, compared with the dry run before it ends. docs/adr/0012.
import { GloveboxError, isRefusal, refusal, type Refusal } from '../../../core/error.ts'
import type { Change, Target } from '../../../core/nouns.ts'
import { divergence, type Rehearsal } from '../../../core/statement.ts'
import type { Gate } from '../../../gate/types.ts'
import type { Committed, Committing, Rehearsing } from '../../protocol.ts'
import { endpointOf, writable } from '../options.ts'
import { bare } from '../recordable.ts'
import { Shared } from '../shared.ts'
import type { Walls, WallsModule } from '../walls/types.ts'
import type { WriteStep } from '../walls/write/rows.ts'
import { bounds, perform, type Performed } from './perform.ts'
import { rolledBack, Talk, TargetError } from './talk.ts'
import { undoOf } from './undo.ts'

/** A dry run comes before anybody has approved it: it holds locks no longer than this (G10). */
const rehearsalMs = 5_000
const rehearsalLockMs = 500
/** Rows that are shown one by one: to reviewers, and in the record of the commit. */
const rowsShown = 20
const rowsKept = 200

interface At {
  readonly module: WallsModule
  readonly gate: Gate
  readonly target: Target
}

/** Judges the text, runs it in a transaction that is rolled back, and tells what it did. Never throws for what the text is. */
export async function rehearse(
  { module, gate, target }: At,
  { text, level, by, isHidden }: Rehearsing,
): Promise<Rehearsal | Refusal> {
  const on = writable(target)
  const client = `gateway: dry run for ${by.name}`
  let main: Talk | undefined
  let beside: Talk | undefined
  try {
    main = await Talk.open(module, await gate.enterToRehearse(on, endpointOf(on), { level, client }), on)
    const walls = await wallsOf({ module, gate, target }, main)
    const steps = await stepsOf(walls, text, level, isHidden)
    if (steps === undefined) return refusal('GBX-1118', { level, target: target.name })
    if (isRefusal(steps)) return steps
    const talk = main
    beside = await Talk.open(module, await gate.enterAsGateway(on, endpointOf(on)), on)
    await talk.run('BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE', { effect: 'observe' })
    const limitMs = Math.min(rehearsalMs, target.limits.statementTimeoutMs)
    for (const sql of bounds(limitMs, Math.min(rehearsalLockMs, target.limits.lockTimeoutMs)))
      await talk.run(sql, { effect: 'observe' })
    const performed = await perform({
      main,
      beside,
      steps,
      explain: level,
      mostRows: rowsShown,
      withinMs: rehearsalMs,
      execute: (step) =>
        talk.run(step.sql, { effect: level, write: 'rehearsal', recorded: step.recorded, reads: step.reads }),
    })
    await talk.run('ROLLBACK', { effect: 'observe' })
    return rehearsalOf(steps, performed)
  } catch (error) {
    return rolledBack('the dry run', error) // closed: nothing is asked for; what was open is rolled back
  } finally {
    await main?.close()
    await beside?.close()
  }
}

/** The steps of a text; those that nobody typed are shown without their literals. */
async function stepsOf(
  walls: Walls,
  text: string,
  level: 'write' | 'admin',
  isHidden = false,
): Promise<readonly WriteStep[] | Refusal | undefined> {
  const steps = await walls.write?.(text, level)
  if (steps === undefined || isRefusal(steps) || !isHidden) return steps
  return steps.map((step) => ({ ...step, recorded: bare(step.recorded), shown: bare(step.shown) }))
}

/** The walls of the target, for a server version with reviewed lists, with the newest catalogue. */
async function wallsOf({ module, gate, target }: At, talk: Talk): Promise<Walls> {
  const walls = await gate.shared('postgres', () => new Shared()).walls(module, gate, target, talk.signedIn.version)
  await walls.refresh()
  return walls
}

function rehearsalOf(steps: readonly WriteStep[], of: Performed): Rehearsal {
  const { images: _images, returned: _returned, keys, ...seen } = of
  const moved = of.sequences.map((name) => `sequence ${name} moved on in the dry run, and stays there`)
  return {
    v: 1,
    shown: steps.map((step) => step.shown).join(';\n'),
    columns: [...new Set(steps.flatMap((step) => step.writes))],
    ...seen,
    ...(keys === undefined ? {} : { keys }),
    warnings: [...of.warnings, ...moved],
  }
}

/** Runs an approved statement once. The refusal says whether anything can have changed. */
export async function commit({ module, gate, target }: At, of: Committing): Promise<Committed | Refusal> {
  const what = of.request
  let main: Talk | undefined
  let beside: Talk | undefined
  try {
    const session = await gate.enterToWrite(
      { principal: of.principal, grant: of.grant, channel: of.channel, client: `run of ${of.request}` },
      (found) => endpointOf(writable(found)),
    )
    const on = writable(target)
    main = await Talk.open(module, session, on)
    const walls = await wallsOf({ module, gate, target }, main)
    const steps = await stepsOf(walls, of.text, of.level, of.isHidden)
    if (steps === undefined) return refusal('GBX-1118', { level: of.level, target: target.name })
    if (isRefusal(steps)) {
      await main.session.refuse(of.rehearsal.shown, steps)
      return steps
    }
    beside = await Talk.open(module, await gate.enterAsGateway(on, endpointOf(on)), on)
    return await once({ main, beside, steps, of, target })
  } catch (error) {
    return rolledBack(what, error) // closed: before COMMIT was sent; what was open is rolled back
  } finally {
    await main?.close()
    await beside?.close()
  }
}

interface Once {
  readonly main: Talk
  readonly beside: Talk
  readonly steps: readonly WriteStep[]
  readonly of: Committing
  readonly target: Target
}

async function once({ main, beside, steps, of, target }: Once): Promise<Committed | Refusal> {
  await main.run('BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE', { effect: 'observe' })
  for (const sql of bounds(target.limits.statementTimeoutMs, target.limits.lockTimeoutMs))
    await main.run(sql, { effect: 'observe' })
  const startedAt = performance.now()
  const permit = await main.admit({
    effect: of.level,
    write: 'statement',
    text: of.text,
    emitted: steps.map((step) => step.recorded).join(';\n'),
    reads: [...new Set(steps.flatMap((step) => step.reads))],
    masked: [],
  })
  const settle = (outcome: 'ok' | 'error' | 'cut', rows: number, error?: string): void =>
    permit.settle({
      outcome,
      rows,
      bytes: 0,
      durationMs: Math.round(performance.now() - startedAt),
      ...(error === undefined ? {} : { error }),
    })
  let performed: Performed
  try {
    performed = await perform({
      main,
      beside,
      steps,
      mostRows: rowsKept,
      execute: (step) => main.send(permit, step.sql),
    })
  } catch (error) {
    settle(
      error instanceof TargetError ? 'error' : 'cut',
      0,
      error instanceof TargetError ? `${error.sqlstate} ${error.message}` : undefined,
    )
    throw error // closed: rolled back by the caller's closing of the connection
  }
  const rows = performed.steps.reduce((sum, step) => sum + step.rows, 0)
  settle('ok', rows)
  const how = divergence(of.rehearsal, performed)
  if (how !== undefined) {
    await main.run('ROLLBACK', { effect: 'observe' })
    return refusal('GBX-1221', { request: of.request, how }, { ref: of.request })
  }
  return conclude(main, steps, performed, { of, rows, most: target.limits.statementBytes })
}

/** COMMIT: on record with what it changes before it is sent, and never a second time. */
async function conclude(
  main: Talk,
  steps: readonly WriteStep[],
  performed: Performed,
  { of, rows, most }: { of: Committing; rows: number; most: number },
): Promise<Committed | Refusal> {
  const { images, tables } = performed
  const elsewhere = tables.filter((table) => !table.named).map(({ table }) => table)
  const undo: Change['undo'] =
    images === undefined || images.before.size + images.after.size === 0
      ? { missing: rows === 0 ? 'no row was changed' : 'its rows were not read one by one' }
      : undoOf(images.step, images.before, images.after, most)
  const permit = await main.admit({
    effect: of.level,
    write: 'commit',
    text: 'COMMIT',
    emitted: 'COMMIT',
    reads: [],
    masked: [],
    change: { rows: performed.rows, tables, undo },
  })
  const startedAt = performance.now()
  const settle = (outcome: 'ok' | 'error' | 'unknown'): void =>
    permit.settle({ outcome, rows, bytes: 0, durationMs: Math.round(performance.now() - startedAt) })
  try {
    const { tag } = await main.send(permit, 'COMMIT')
    if (tag !== 'COMMIT') throw new TargetError('40000', `the target answered ${tag}`)
    settle('ok')
  } catch (error) {
    settle(error instanceof TargetError ? 'error' : 'unknown')
    if (error instanceof TargetError) return rolledBack(of.request, error)
    // Open in one way only: it may have taken effect, and that is what is said.
    const how = error instanceof GloveboxError ? error.refusal.title : 'the connection broke'
    return refusal('GBX-1223', { request: of.request, how: `COMMIT was sent, and then: ${how}` }, { ref: of.request })
  }
  const [only] = steps
  return {
    session: main.session.id,
    n: permit.n,
    rows,
    change: { rows: performed.rows, tables },
    columns: only?.returning.map(({ name }) => name) ?? [],
    returned: performed.returned,
    masked: only?.returning.flatMap(({ name, masked }) => (masked ? [name] : [])) ?? [],
    undo: undo !== undefined && 'text' in undo ? undefined : (undo?.missing ?? 'none'),
    notUndone: elsewhere,
  }
}
