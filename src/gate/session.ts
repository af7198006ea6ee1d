// One grant in use: the two sockets, the counter of its entries and the only ways bytes go up or down. Decides nothing
// about who may; that was done by the gate when it was made, and is looked up again at each action.
import type { Duplex } from 'node:stream'
import type {
  Action,
  EndCause,
  Grant,
  GrantId,
  Hash,
  Channel,
  Outcome,
  Principal,
  PrincipalId,
  SessionId,
  Target,
} from '../core/nouns.ts'
import { covers, isHigher } from '../core/level.ts'
import { isRefusal, oneLine, refusal, type Refusal } from '../core/error.ts'
import { isAlarming, missesOf, overBudget } from '../core/search.ts'
import { statementOf } from '../core/statement.ts'
import type { OpenSession } from '../core/world.ts'
import type { Last } from '../core/rides.ts'
import { outsideScope } from '../core/scope.ts'
import type { Ledger } from '../store/ledger.ts'
import type { Masked } from '../masking/masked.ts'
import type { Line } from '../net/dial.ts'
import type { Ending, Permit, Session, Upstream } from './types.ts'
import type { Outcomes, Waiting } from './outcomes.ts'
import { SendPermit, type Way } from './permit.ts'

/** Columns and classes that a session's hits are counted for. */
const mostFound = 1000

/** After the signal has aborted, both sockets are gone within this time whatever the protocol does (G3). */
const graceMs = 250

export interface SessionParts {
  readonly id: SessionId
  readonly principal: PrincipalId | 'gateway'
  readonly holder: Principal
  readonly grant?: GrantId
  readonly live: Grant
  readonly on: Target
  readonly channel: Channel
  readonly openedAt: number
  readonly entry: number
  readonly client: Duplex
  readonly line: Line
  readonly pseudonymKey: Uint8Array
  readonly ledger: Ledger
  readonly outcomes: Outcomes
  readonly now: () => number
  /** A fresh connection to the same target, for cancel requests. */
  readonly again: () => Promise<Line>
  /** Why this session may not go on, looked up in the newest state; undefined = it may. */
  readonly check: () => Ending | undefined
  /** The record cannot be written any more: everybody has to go (G1). */
  readonly journalDown: (why: Refusal) => void
  readonly onEnd: (session: LiveSession) => void
  /** Told of each text that the walls refused, as it was sent. */
  readonly onRefused?: (session: LiveSession, exact: string) => void
  /** A session of the gateway's for dry runs: changes are admitted as such. */
  readonly rehearses?: boolean
}

export class LiveSession implements Session, Waiting {
  readonly id: SessionId
  readonly principal: PrincipalId | 'gateway'
  readonly grant?: GrantId
  readonly target: string
  readonly channel: Channel
  readonly openedAt: number
  readonly holder: Principal
  readonly on: Target
  readonly pseudonymKey: Uint8Array
  readonly permit: Permit
  readonly upstream: Upstream
  readonly signal: AbortSignal
  /** Milliseconds of the monotonic clock when something last moved. Read by the deadline keeper. */
  movedAt = performance.now()
  /** Bytes that went to the client, for the record and `sessions`. */
  sentBytes = 0
  readonly #parts: SessionParts
  readonly #abort = new AbortController()
  readonly #open = new Map<number, number>()
  readonly #way: Way
  /** Columns that open actions search in; for the alarm. */
  readonly #searching = new Map<number, readonly string[]>()
  readonly #found = new Map<string, { readonly column: string; readonly class: string; count: number }>()
  /** Actions whose outcome gets an entry of its own at once: others look at it. */
  readonly #alone = new Set<number>()
  /** How the last action ended, while it waits to ride in the next entry, and the turn in which it did. */
  #last: Last | undefined
  #lastTurn = 0
  #count = 0
  #ended = false
  #gathered: Uint8Array[] = []
  #gatheredBytes = 0

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.id = parts.id
    this.principal = parts.principal
    if (parts.grant !== undefined) this.grant = parts.grant
    this.target = parts.on.name
    this.channel = parts.channel
    this.openedAt = parts.openedAt
    this.holder = parts.holder
    this.on = parts.on
    this.pseudonymKey = parts.pseudonymKey
    this.signal = this.#abort.signal
    this.#way = {
      send: (bytes) => this.#up(bytes),
      drained: () => this.#sent(),
      settled: (n, outcome) => this.#settled(n, outcome),
    }
    this.permit = SendPermit.mint(parts.entry, 0, this.#way)
    this.upstream = this.#upstream()
  }

  get live(): Grant {
    return (this.grant === undefined ? undefined : this.#parts.ledger.world.grants.get(this.grant)) ?? this.#parts.live
  }
  /** Does an action run now? An idle connection is one without. */
  get busy(): boolean {
    return this.#open.size > 0
  }
  get ended(): boolean {
    return this.#ended
  }

  /** G1: decide, record durably, then permit. G5: nothing above the level. */
  async admit(action: Action): Promise<Permit | Refusal> {
    const refused = this.#allowed(action) ?? this.#notTheStatement(action)
    if (refused !== undefined) {
      await this.#refuse(action.text, action.effect, refused)
      return refused
    }
    const n = ++this.#count
    const last = this.#last
    this.#last = undefined
    let appended
    try {
      appended = this.#parts.ledger.record([
        {
          type: 'action.admitted',
          by: this.principal,
          clear: {
            session: this.id,
            n,
            effect: action.effect,
            ...(last === undefined ? {} : { last }),
            ...(action.fingerprint === undefined ? {} : { fingerprint: action.fingerprint }),
            ...this.#bound(action),
            ...(action.searches === undefined
              ? {}
              : {
                  searches: new Set(action.searches.values).size,
                  ...(action.searches.blind ? { blind: true } : {}),
                }),
          },
          payload: {
            text: action.emitted,
            reads: action.reads,
            masked: action.masked,
            ...(action.parameters === undefined ? {} : { parameters: action.parameters }),
            ...(action.change === undefined ? {} : { change: action.change }),
            ...(action.searches === undefined ? {} : { searched: [...new Set(action.searches.values)] }),
          },
        },
      ])
      this.#open.set(n, performance.now())
      if (action.searches !== undefined) this.#searching.set(n, action.searches.columns)
      if (action.write !== undefined || action.searches !== undefined) this.#alone.add(n)
      await appended.durable
    } catch (error) {
      if (appended === undefined) {
        this.#count--
        this.#last = last
      }
      return this.#unrecorded(error) // closed: without its entry it does not run
    }
    const permit = SendPermit.mint(appended.recorded[0]?.index ?? -1, n, this.#way)
    this.movedAt = performance.now()
    const ending = this.#ended ? { refused: this.#over() } : this.#ending()
    if (ending === undefined) return permit
    permit.settle({ outcome: 'cut', rows: 0, bytes: 0, durationMs: 0, code: ending.refused.code })
    return ending.refused
  }

  refuse(text: string, refused: Refusal, exact = text): Promise<void> {
    this.#parts.onRefused?.(this, exact)
    return this.#refuse(text, 'unknown', refused)
  }

  /** Why this action may not run, by level, scope and the state of the grant; undefined = it may. */
  #allowed(action: Action): Refusal | undefined {
    if (this.#ended) return this.#over()
    const ending = this.#ending()
    if (ending !== undefined) return ending.refused
    const grant = this.live
    if (!covers(grant.level, action.effect)) return tooMuch(action, this.target)
    const searching = this.#facts()
    if (action.searches !== undefined && searching !== undefined) {
      const at = new Date(this.#parts.now()).toISOString()
      const over = overBudget(this.#parts.ledger.world, searching, action.searches.values, at) // Q3
      if (over !== undefined) return over
    }
    const outside = outsideScope(grant.scope, action)
    const scope = grant.scope.tables?.join(', ') ?? ''
    return outside === undefined
      ? undefined
      : refusal('GBX-1114', { what: outside, grant: grant.id, scope, target: this.target }, { ref: grant.id })
  }

  /** Why a change may not run: only a dry run of ours, or the approved statement of this grant, once (G4, G5). */
  #notTheStatement(action: Action): Refusal | undefined {
    const { world } = this.#parts.ledger
    if (this.channel === 'system')
      return isHigher(action.effect, 'read') && action.write !== 'rehearsal' && this.#parts.rehearses === true
        ? tooMuch(action, this.target)
        : undefined
    if (!isHigher(action.effect, 'read') && action.write === undefined) return undefined
    const grant = this.live
    const statement = statementOf(world, grant)
    if (statement?.text === undefined) return tooMuch(action, this.target)
    if (grant.used !== undefined)
      return refusal('GBX-1220', { request: grant.request, how: 'it has been run' }, { ref: grant.request })
    return action.write === 'commit' || (action.write === 'statement' && action.text === statement.text)
      ? undefined
      : tooMuch(action, this.target)
  }

  /** What binds an action of a write to what was approved, in clear. */
  #bound(action: Action): { rehearsal?: boolean; statement?: Hash; commits?: GrantId } {
    if (action.write === 'rehearsal') return { rehearsal: true }
    const hash = action.write && statementOf(this.#parts.ledger.world, this.live)?.hash
    if (hash === undefined) return {}
    return {
      statement: hash,
      ...(action.write === 'commit' && this.grant !== undefined ? { commits: this.grant } : {}),
    }
  }

  #ending(): Ending | undefined {
    if (this.signal.aborted) return this.signal.reason as Ending
    const ending = this.#parts.check()
    if (ending !== undefined) this.stop(ending)
    return ending
  }

  #over(): Refusal {
    const reason = this.signal.reason as Ending | undefined
    return (
      reason?.refused ??
      refusal('GBX-1103', {
        grant: this.grant ?? this.id,
        at: new Date(this.#parts.now()).toISOString(),
        cause: 'closed',
        target: this.target,
      })
    )
  }

  async #refuse(text: string, effect: Action['effect'], refused: Refusal): Promise<void> {
    if (this.#ended) return
    try {
      const n = this.#count + 1
      const { durable } = this.#parts.ledger.record([
        {
          type: 'action.refused',
          by: this.principal,
          clear: { session: this.id, n, effect, code: refused.code },
          payload: { text, title: refused.title, ...(refused.why === undefined ? {} : { why: refused.why }) },
        },
      ])
      this.#count = n
      await durable
    } catch (error) {
      this.#unrecorded(error) // closed: nothing ran; without a record everybody has to go
    }
  }

  #unrecorded(error: unknown): Refusal {
    const why = error instanceof Error && 'refusal' in error && isRefusal(error.refusal) ? error.refusal : undefined
    const refused = why ?? refusal('GBX-1401', { why: error instanceof Error ? oneLine(error.message) : 'unknown' })
    this.#parts.journalDown(refused)
    return refused
  }

  #settled(n: number, outcome: Outcome): void {
    if (!this.#open.delete(n)) return
    this.movedAt = performance.now()
    const isAlone = this.#alone.delete(n)
    this.flush()
    if (!isAlone && this.#rides(n, outcome)) return
    const { error, ...clear } = outcome
    const before = this.#misses()
    try {
      this.#parts.ledger.record(
        [
          {
            type: 'action.settled',
            by: this.principal,
            clear: { session: this.id, n, ...clear },
            payload: error === undefined ? {} : { error },
          },
        ],
        { reserve: true, lazy: true },
      )
      this.#alarm(n, before)
    } catch (failed) {
      this.#unrecorded(failed) // closed: an outcome that cannot be written ends the sessions; the restart writes `unknown`
    }
  }

  /** Lets an outcome wait for the next entry, which is there within milliseconds under load (core/rides.ts). */
  #rides(n: number, { outcome, rows, bytes, durationMs, masked, unmasked, error, code }: Outcome): boolean {
    if (outcome !== 'ok' || unmasked !== undefined || error !== undefined || code !== undefined) return false
    this.#last = { n, rows, bytes, durationMs, ...(masked === undefined ? {} : { masked }) }
    this.#lastTurn = this.#parts.outcomes.turn
    this.#parts.outcomes.add(this)
    return true
  }

  flushBefore(turn: number): boolean {
    if (this.#last === undefined) return false
    if (this.#lastTurn < turn || this.#ended) this.flush()
    return this.#last !== undefined
  }

  /** Writes the outcome that waits, as an entry of its own. */
  flush(): void {
    const last = this.#last
    if (last === undefined) return
    this.#last = undefined
    try {
      this.#parts.ledger.record(
        [
          {
            type: 'action.settled',
            by: this.principal,
            clear: { session: this.id, outcome: 'ok', ...last },
            payload: {},
          },
        ],
        { reserve: true, lazy: true },
      )
    } catch (failed) {
      this.#unrecorded(failed) // closed: as for every outcome that cannot be written
    }
  }

  /** This session as the record has it. */
  #facts(): OpenSession | undefined {
    return this.#parts.ledger.world.sessions.get(this.id)
  }

  #misses(): number {
    const facts = this.#searching.size === 0 ? undefined : this.#facts()
    return facts === undefined ? 0 : missesOf(this.#parts.ledger.world, facts)
  }

  /** Puts a run of searches that found nothing on record, once per step (Q3). Part of settling: what it throws is handled there. */
  #alarm(n: number, before: number): void {
    const columns = this.#searching.get(n)
    if (columns === undefined) return
    const misses = this.#misses()
    this.#searching.delete(n)
    if (!isAlarming(before, misses)) return
    const clear = { session: this.id, target: this.target, misses }
    this.#parts.ledger.record([{ type: 'search.alarm', by: 'gateway', clear, payload: { columns } }], {
      reserve: true,
      lazy: true,
    })
  }

  #up(bytes: Uint8Array): boolean {
    const { socket } = this.#parts.line
    if (this.#ended || this.signal.aborted || socket.destroyed) return true
    // One system call for everything that is sent within this turn of the event loop.
    if (this.#gathered.length === 0) process.nextTick(() => this.#write())
    this.#gathered.push(bytes)
    this.#gatheredBytes += bytes.length
    return socket.writableLength + this.#gatheredBytes < socket.writableHighWaterMark
  }

  #write(): void {
    const all = this.#gathered
    const [first] = all
    if (first === undefined) return
    this.#gathered = []
    this.#gatheredBytes = 0
    this.#parts.line.socket.write(all.length === 1 ? first : Buffer.concat(all))
  }

  async #sent(): Promise<void> {
    this.#write()
    await drained(this.#parts.line.socket)
  }

  #upstream(): Upstream {
    const { socket, secure, certificate } = this.#parts.line
    let reader: Parameters<Upstream['listen']>[0] | undefined
    let gone: string | undefined
    const closed = (why: string) => {
      if (gone !== undefined) return
      gone = why
      reader?.closed(why)
    }
    socket.on('data', (chunk: Buffer) => {
      this.movedAt = performance.now()
      try {
        reader?.bytes(chunk)
      } catch (error) {
        const detail = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown'
        const refused = refusal('GBX-1402', { why: 'The answer could not be read.' })
        this.stop({ cause: 'masker', refused }) // closed: an answer that is not understood is not passed on (G2)
        void this.end('masker', detail, refused)
      }
    })
    socket.on('error', (error) => closed(error.message))
    socket.on('close', () => closed('it closed the connection'))
    socket.pause()
    return {
      secure,
      ...(certificate === undefined ? {} : { certificate }),
      listen: (next) => {
        reader = next
        if (gone !== undefined) next.closed(gone)
        else socket.resume()
      },
      pause: () => void socket.pause(),
      resume: () => void socket.resume(),
    }
  }

  send(bytes: Masked): boolean {
    const { client } = this.#parts
    if (this.#ended || client.destroyed) return true
    this.sentBytes += bytes.length
    return client.write(bytes)
  }

  drained(): Promise<void> {
    return drained(this.#parts.client)
  }

  found(column: string, className: string): void {
    const key = `${column}\0${className}`
    const one = this.#found.get(key)
    if (one !== undefined) one.count++
    else if (this.#found.size < mostFound) this.#found.set(key, { column, class: className, count: 1 })
  }

  /** What the detectors found, one entry for each column and class. The room that is kept for closing entries is not for these. */
  #recordHits(): void {
    if (this.#found.size === 0) return
    const { id: session, target, principal: by } = this
    const hits = [...this.#found.values()].map(({ column, class: className, count }) => ({
      type: 'detector.hit' as const,
      by,
      clear: { session, target, class: className, count },
      payload: { column },
    }))
    this.#found.clear()
    try {
      this.#parts.ledger.record(hits, { lazy: true })
    } catch {
      // Open to: nothing. The values were masked; what is lost is the proposal to label their columns.
    }
  }

  async aside(bytes: Uint8Array): Promise<void> {
    const line = await this.#parts.again()
    line.socket.on('error', () => line.socket.destroy()) // open to: nothing; a cancel request is best effort
    await new Promise<void>((resolve) => {
      line.socket.once('close', resolve)
      line.socket.resume()
      line.socket.end(bytes)
      setTimeout(() => line.socket.destroy(), 1000).unref()
    })
  }

  /** Tells the protocol that it has to end, and makes sure that it does. Called by the deadline keeper. Idempotent. */
  stop(ending: Ending): void {
    if (this.signal.aborted || this.#ended) return
    setTimeout(() => {
      void this.end(ending.cause, undefined, ending.refused)
      this.#destroy()
    }, graceMs)
    this.#abort.abort(ending)
  }

  async end(cause: EndCause, detail?: string, refused?: Refusal): Promise<void> {
    if (this.#ended) return
    const told = this.signal.aborted ? (this.signal.reason as Ending) : undefined
    const why = told?.cause ?? cause
    const code = told?.refused.code ?? refused?.code
    for (const [n, startedAt] of [...this.#open]) {
      this.#settled(n, {
        outcome: 'cut',
        rows: 0,
        bytes: 0,
        durationMs: Math.round(performance.now() - startedAt),
        ...(code === undefined ? {} : { code }),
      })
    }
    this.flush()
    this.#ended = true
    this.#parts.onEnd(this)
    const { client, line, ledger } = this.#parts
    this.#write()
    line.socket.end()
    client.end()
    setTimeout(() => this.#destroy(), graceMs)
    this.#recordHits()
    try {
      const { durable } = ledger.record(
        [
          {
            type: 'session.closed',
            by: this.principal,
            clear: { session: this.id, count: this.#count, cause: why, ...(code === undefined ? {} : { code }) },
            payload: detail === undefined ? {} : { detail },
          },
        ],
        { reserve: true },
      )
      await durable
    } catch (error) {
      this.#unrecorded(error) // closed already; the restart writes session.closed with cause `crash`
    }
  }

  #destroy(): void {
    this.#parts.client.destroy()
    this.#parts.line.socket.destroy()
  }
}

/** Which sentence says that an action is more than the grant's level. */
function tooMuch(action: Action, target: string): Refusal {
  const what = oneLine(action.text.trim()).slice(0, 60)
  if (action.effect === 'read') return refusal('GBX-1213', { what, target })
  if (action.effect === 'unknown')
    return refusal('GBX-1210', { why: 'What it does is not known, and unknown counts as the highest level.' })
  return refusal('GBX-1203', { what, target })
}

/** Resolves when the stream takes more, or is gone. */
function drained(stream: Duplex): Promise<void> {
  if (!stream.writableNeedDrain || stream.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done).off('close', done)
      resolve()
    }
    stream.on('drain', done).on('close', done)
  })
}
