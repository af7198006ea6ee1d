// The one place where deadlines are kept (G3). A ticker looks at every live session ten times a second, and the ledger
// tells at once when a grant, a lock, a person or the policies changed: ending access never waits for the record.
import type { GrantId } from '../core/nouns.ts'
import type { EntryType } from '../core/entry.ts'
import { refusal } from '../core/error.ts'
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
  /** End on the monotonic clock, fixed when the session was armed: a step of the wall clock back never lengthens, one forward shortens. */
  until: number
  notAfter: number
  warned: number
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
  readonly #clocks: Clocks
  readonly #unsubscribe: () => void
  #ticker: NodeJS.Timeout | undefined

  constructor(ledger: Ledger, clocks: Clocks) {
    this.#clocks = clocks
    this.#unsubscribe = ledger.subscribe(({ entry }) => {
      if (entry.type === 'session.killed') {
        for (const { session } of this.#kept.values()) if (session.id === entry.session) session.stop(killed(session))
      } else if (mayEndAccess.has(entry.type)) this.#lookAtAll()
    })
  }

  /** Arms a session. Its grant is looked at through `check`, its times through `session.live`. */
  keep(session: LiveSession, check: () => Ending | undefined): void {
    const { notAfter } = session.live
    const left = notAfter - this.#clocks.now()
    const passed = warnAtMs.filter((at) => left <= at).length
    this.#kept.set(session, { session, check, until: this.#clocks.monotonic() + left, notAfter, warned: passed, warnings: new Set() })
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
    const monotonic = this.#clocks.monotonic()
    const { notAfter, id } = session.live
    if (notAfter !== kept.notAfter) {
      kept.until += notAfter - kept.notAfter // extended by exactly this much, on both clocks
      kept.notAfter = notAfter
      kept.warned = warnAtMs.filter((at) => notAfter - this.#clocks.now() <= at).length
    }
    const left = Math.min(notAfter - this.#clocks.now(), kept.until - monotonic)
    if (left <= 0) return session.stop(expired(session, id))
    const ending = kept.check()
    if (ending !== undefined) return session.stop(ending)
    const idleMs = monotonicNow() - session.movedAt
    const limitMs = session.on.limits.idleTimeoutMs
    if (limitMs > 0 && !session.busy && idleMs > limitMs) {
      return session.stop({ cause: 'idle', refused: refusal('GBX-1306', { limit: formatDuration(limitMs) }, { ref: session.id }) })
    }
    const at = warnAtMs[kept.warned]
    if (at === undefined || left > at) return
    kept.warned++
    for (const warn of kept.warnings) warn({ ms: left, notAfter })
  }
}

// `movedAt` is stamped by performance.now() on the data path; idleness needs no injected clock.
const monotonicNow = (): number => performance.now()

/** What a killed session is told. */
const killed = (session: LiveSession): Ending => ({
  cause: 'killed',
  refused: refusal('GBX-1103', { grant: session.id, at: new Date().toISOString(), cause: 'this session was ended by somebody', target: session.target }, { ref: session.id }),
})

const expired = (session: LiveSession, grant: GrantId): Ending => ({
  cause: 'expired',
  refused: refusal('GBX-1103', { grant, at: new Date(session.live.notAfter).toISOString(), cause: 'its time was over', target: session.target }, { ref: grant }),
})
