// W4: transactions that the target never hears of. In READ COMMITTED every statement of a read-only transaction takes a
// snapshot of its own, so BEGIN and COMMIT are answered here and each statement runs by itself: a transaction that stays
// open in somebody's editor holds nothing back on the target (G10). A real one begins as soon as something needs it.
import type { Permit } from '../../../gate/types.ts'
import type { Connection, Item, Prepared } from '../connection.ts'
import { plain } from '../errors.ts'
import { emptyVerdict, type Hidden, hiddenStep, runningOf, silent } from './running.ts'
import { frame, fromServer, int16 } from '../wire.ts'
import type { Kind, Verdict } from '../walls/types.ts'

/** What only a real transaction can do. */
const real: ReadonlySet<Kind> = new Set(['begin', 'savepoint', 'release', 'rollback-to', 'set', 'discard', 'declare'])
/** What takes a snapshot: after one of these the isolation level of a transaction stands. */
const snapshots: ReadonlySet<Kind> = new Set(['query', 'copy', 'prepare', 'execute', 'deallocate', 'close'])
const plainBegin = /^(BEGIN|START TRANSACTION)( ISOLATION LEVEL READ (UN)?COMMITTED,)? READ ONLY$/

/**
 * Follows what goes up: where the session's own defaults are not READ COMMITTED any more, every transaction is real, and
 * what begins or ends one has to be answered before the next statement is looked at.
 */
export function noteBlock(at: Connection, { kind, setting, sql }: Verdict): void {
  if (snapshots.has(kind) && !/^(SHOW|UNLISTEN)\b/i.test(sql)) at.lazyRan = true
  if (kind === 'begin' || kind === 'commit' || kind === 'rollback') at.blocksChanging = true
  const name = setting?.name ?? ''
  const isDefault = /^default_transaction_(isolation|deferrable)$/.test(name) && setting?.local === false
  if (isDefault || name === 'session characteristics') at.realBlocks = true
}

/** Is this answered here, and how? Undefined = it goes up. To be asked when all that came before has been answered. */
export function blockStep(at: Connection, verdict: Verdict): BlockStep | undefined {
  const { kind, sql, chain } = verdict
  if (kind === 'begin' && !at.realBlocks && !at.lazy && at.status === 'I' && plainBegin.test(sql))
    return { tag: sql.startsWith('BEGIN') ? 'BEGIN' : 'START TRANSACTION', opens: true }
  if (!at.lazy || (kind !== 'commit' && kind !== 'rollback')) return undefined
  return { tag: kind === 'commit' && !at.failed ? 'COMMIT' : 'ROLLBACK', opens: chain === true }
}

export interface BlockStep {
  readonly tag: string
  /** Is the client inside a transaction after it? */
  readonly opens: boolean
}

/** The answer in its place among the others: only when it is given has the block changed. */
export function blockAnswer(at: Connection, { tag, opens }: BlockStep, ready?: () => Buffer): Item {
  at.blocksChanging = true
  return {
    kind: 'own',
    bytes: () => {
      // Statements of the same flight that came before BEGIN count as its own.
      if (at.lazy) at.lazyRan = false
      at.lazy = opens
      at.failed = false
      const complete = frame(fromServer.commandComplete, tag)
      return ready === undefined ? complete : Buffer.concat([complete, ready()])
    },
  }
}

/** What PostgreSQL says to ROLLBACK TO in a failed block without savepoints. */
export const noSavepoint = (at: Connection, { kind, name = '' }: Verdict): Buffer | undefined =>
  at.lazy && at.failed && kind === 'rollback-to' ? plain('3B001', `savepoint "${name}" does not exist`) : undefined

/** Must the target know of the transaction before this? */
export const needsReal = (at: Connection, verdicts: readonly Verdict[]): boolean =>
  at.lazy && !at.failed && (verdicts.length > 1 || verdicts.some(({ kind }) => real.has(kind)))

/** Is a portal left open by this flight? It lives as long as its transaction, so that has to be one. */
export const leavesOpen = (at: Connection): boolean =>
  (at.lazy || at.blocksChanging) && [...at.portals.values()].some(({ sync, isOpen }) => isOpen && sync === at.syncs)

const step = (verdict: Verdict): Prepared => ({
  verdict,
  version: 0,
  recorded: true,
  described: true,
  types: int16(0),
})

/**
 * Begins the transaction on the target that the client has been in for a while: frames to send before anything else, and
 * their hidden items. Its text is on record since the client sent it; it goes up under the permit of what needs it.
 */
export function realBegin(at: Connection, permit: Permit): Hidden {
  // A snapshot first where a query ran already: SET TRANSACTION ISOLATION LEVEL then fails as it should.
  const texts: readonly (readonly [string, Kind])[] = [
    ['BEGIN READ ONLY', 'begin'],
    ...(at.lazyRan ? [['SELECT WHERE false', 'query'] as const] : []),
  ]
  at.lazy = false
  at.status = 'T'
  const steps = texts.map(([text, kind]) => {
    const prepared = step({ ...emptyVerdict(text), kind, sql: text })
    return hiddenStep(text, prepared, runningOf(at, prepared.verdict, silent(permit)))
  })
  return { frames: steps.flatMap(({ frames }) => frames), items: steps.flatMap(({ items }) => items) }
}
