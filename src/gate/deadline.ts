// The one place where deadlines are kept (G3). A ticker looks at every live session ten times a second, and the ledger
// tells at once when a grant, a lock, a person or the policies changed: ending access never waits for the record.
import type { Grant, GrantId, SessionId } from '../core/nouns.ts'
import type { EntryType } from '../core/entry.ts'
import { refusal } from '../core/error.ts'
import { deadlineOf, leftMs, type Deadline } from '../core/grant.ts'
import { formatDuration } from '../lib/duration.ts'
import type { Ledger } from '../store/ledger.ts'
import type { LiveSession } from './session.ts'
import type { Ending } from './types.ts'

const tickMs = 100
const warnAtMs = [300_000, 60_000]

/** After one of these, every live session is looked at again. */
const mayEndAccess: ReadonlySet<EntryType> = new Set<EntryType>([
  'grant.revoked',
  'grant.expired',
  'grant.extended',
  'lock.set',
  'session.killed',
  'principal.set',
  'principal.removed',
  'token.revoked',
  'policy.loaded',
  'config.loaded',
])

type Warn = (left: { ms: number; notAfter: number }) => void

interface Kept {
  readonly session: LiveSession
  readonly check: () => Ending | undefined
  warned: number
  /** The end that the warnings are about: an extension starts them anew. */
  notAfter: number
  readonly warnings: Set<Warn>
}

export interface Clocks {
  /** Epoch milliseconds, the journal's own clock. */
  readonly now: () => number
  /** Milliseconds that only ever grow. */
  readonly monotonic: () => number
}

export class Deadlines {
  /** Owned here: live sessions by their object. */
  readonly #kept = new Map<LiveSession, Kept>()
  /** Ends of grants on both clocks, fixed when each was first seen. Owned here. */
  readonly #ends = new Map<GrantId, Deadline>()
  /** Sessions that were killed while they were being opened. */
  readonly #killed = new Set<SessionId>()
  readonly #clocks: Clocks
  readonly #unsubscribe: () => void
  #ticker: NodeJS.Timeout | undefined

  constructor(ledger: Ledger, clocks: Clocks) {
    this.#clocks = clocks
    for (const grant of ledger.world.grants.values()) if (grant.ended === undefined) this.left(grant)
    this.#unsubscribe = ledger.subscribe(({ entry }) => {
      if (entry.type === 'grant.started') {
        const grant = ledger.world.grants.get(entry.grant)
        if (grant !== undefined) this.left(grant)
      } else if (entry.type === 'session.killed') {
        const found = [...this.#kept.keys()].find((session) => session.id === entry.session)
        if (found !== undefined) found.stop(killed(found))
        else if (ledger.world.sessions.has(entry.session)) this.#killed.add(entry.session)
      } else if (mayEndAccess.has(entry.type)) this.#lookAtAll()
    })
  }

  /**
   * Milliseconds that a grant has left: the earlier of the wall clock and a monotonic end which is fixed when the grant is
   * first seen. A step of the wall clock back never lengthens, one forward shortens; an extension moves both.
   */
  left(grant: Grant): number {
    const now = this.#clocks.now()
    const monotonic = this.#clocks.monotonic()
    const held = this.#ends.get(grant.id)
    if (held !== undefined && held.notAfter === grant.notAfter) return leftMs(held, now, monotonic)
    const fresh =
      held === undefined
        ? deadlineOf(grant, now, monotonic)
        : { notAfter: grant.notAfter, monotonicEnd: held.monotonicEnd + grant.notAfter - held.notAfter }
    this.#ends.set(grant.id, fresh)
    return leftMs(fresh, now, monotonic)
  }

  /** Arms a session. Its grant is looked at through `check`, its times through `session.live`. */
  keep(session: LiveSession, check: () => Ending | undefined): void {
    const { live } = session
    this.#kept.set(session, {
      session,
      check,
      notAfter: live.notAfter,
      warned: warningsPast(this.left(live)),
      warnings: new Set(),
    })
    if (this.#killed.delete(session.id)) session.stop(killed(session))
    this.#ticker ??= setInterval(() => this.#lookAtAll(), tickMs).unref()
  }

  forget(session: LiveSession): void {
    this.#kept.delete(session)
    if (this.#kept.size > 0) return
    clearInterval(this.#ticker)
    this.#ticker = undefined
  }

  warn(session: LiveSession, warn: Warn): void {
    this.#kept.get(session)?.warnings.add(warn)
  }

  close(): void {
    this.#unsubscribe()
    clearInterval(this.#ticker)
  }

  #lookAtAll(): void {
    for (const kept of [...this.#kept.values()]) this.#lookAt(kept)
  }

  #lookAt(kept: Kept): void {
    const { session } = kept
    const { live } = session
    const left = this.left(live)
    if (live.notAfter !== kept.notAfter) {
      kept.notAfter = live.notAfter
      kept.warned = warningsPast(left)
    }
    const ending = kept.check()
    if (ending !== undefined) return session.stop(ending)
    const idleMs = monotonicNow() - session.movedAt
    const limitMs = session.on.limits.idleTimeoutMs
    if (limitMs > 0 && !session.busy && idleMs > limitMs) {
      return session.stop({
        cause: 'idle',
        refused: refusal('GBX-1306', { limit: formatDuration(limitMs) }, { ref: session.id }),
      })
    }
    const at = warnAtMs[kept.warned]
    if (at === undefined || left > at) return
    kept.warned++
    for (const warn of kept.warnings) warn({ ms: left, notAfter: live.notAfter })
  }
}

const warningsPast = (left: number): number => warnAtMs.filter((at) => left <= at).length

// `movedAt` is stamped by performance.now() on the data path; idleness needs no injected clock.
const monotonicNow = (): number => performance.now()

/** What a killed session is told. */
const killed = (session: LiveSession): Ending => ({
  cause: 'killed',
  refused: refusal(
    'GBX-1103',
    {
      grant: session.id,
      at: new Date().toISOString(),
      cause: 'this session was ended by somebody',
      target: session.target,
    },
    { ref: session.id },
  ),
})
