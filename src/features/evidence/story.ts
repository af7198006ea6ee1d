// The story that entries tell, gathered while they pass: who, what was asked and approved, which sessions, which statements,
// which labelled columns. Bounded: statements beyond `shownAtMost` are counted, not kept.
import type { Recorded } from '../../core/entry.ts'
import type { Needed } from '../../core/nouns.ts'
import type { Change } from '../../core/nouns.ts'
import { outcomeIn, type Settled } from '../../core/rides.ts'
import type { Part } from '../../tlog/evidence/format.ts'

export const shownAtMost = 2_000
const hourMs = 3_600_000

export interface Person {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly person: string
  readonly actsFor: string | undefined
  readonly groups: readonly string[]
}

export interface AskedRequest {
  readonly id: string
  readonly entry: number
  readonly at: string
  readonly by: string
  readonly target: string
  readonly level: string
  readonly durationMs: number
  readonly needed: Needed
  readonly reason: string | undefined
  readonly ticket: string | undefined
  readonly tables: readonly string[] | undefined
  readonly unmask: readonly string[] | undefined
  readonly run: string | undefined
  readonly reviews: {
    at: string
    entry: number
    by: string
    decision: string
    durationMs: number
    comment: string | undefined
  }[]
  grant?: { id: string; from: string; to: string }
  ended?: string
}

export interface ToldSession {
  readonly id: string
  readonly entry: number
  readonly openedAt: string
  readonly principal: string
  readonly grant: string | undefined
  readonly target: string
  readonly channel: string
  closedAt?: string
  cause?: string
  found: number
  /** Numbered entries of it, found or not. */
  actions: number
  rows: number
}

export interface Statement {
  readonly entry: number
  readonly at: string
  readonly by: string
  readonly session: string
  readonly target: string | undefined
  readonly effect: string
  readonly refused: string | undefined
  readonly text: string | undefined
  readonly masked: readonly string[]
  readonly change: Change | undefined
  outcome?: Settled
}

/** How often a labelled column was touched; values shown in clear, and the requests that allowed it. */
export interface ColumnUse {
  masked: number
  clear: number
  readonly requests: Set<string>
}

export class Story {
  readonly people = new Map<string, Person>()
  readonly requests = new Map<string, AskedRequest>()
  readonly sessions = new Map<string, ToldSession>()
  readonly statements: Statement[] = []
  readonly others: { entry: number; at: string; by: string; type: string; what: string }[] = []
  readonly columns = new Map<string, ColumnUse>()
  /** By hour, epoch ms. */
  readonly hours = new Map<number, { allowed: number; refused: number }>()
  readonly totals = { found: 0, statements: 0, refused: 0, rows: 0, others: 0 }
  readonly #requestOf = new Map<string, string>()
  /** Found statements without an outcome yet. */
  readonly #open = new Map<string, Statement>()

  /** Entries come in order of the log; `recorded` is as it may be shown, without payload where it is not told. */
  tell(recorded: Recorded, part: Part): void {
    const settled = recorded.entry.type === 'action.settled' ? recorded.entry : outcomeIn(recorded.entry)
    if (settled) this.#settle(settled)
    this.#facts(recorded)
    if (part === 'found') this.#found(recorded)
  }

  #facts({ index, entry, payload }: Recorded): void {
    switch (entry.type) {
      case 'principal.set': {
        const { principal, kind, person, actsFor, groups } = entry
        const name = payload && 'name' in payload ? payload.name : principal
        this.people.set(principal, { id: principal, name, kind, person, actsFor, groups })
        return
      }
      case 'request.created':
        this.#request(index, entry, payload as { canonical: string } | undefined)
        return
      case 'request.reviewed': {
        const { ts: at, by, decision, durationMs } = entry
        const comment = payload && 'comment' in payload ? payload.comment : undefined
        this.requests.get(entry.request)?.reviews.push({ at, entry: index, by, decision, durationMs, comment })
        return
      }
      case 'grant.started': {
        const request = this.requests.get(entry.request)
        if (request) request.grant = { id: entry.grant, from: entry.notBefore, to: entry.notAfter }
        this.#requestOf.set(entry.grant, entry.request)
        return
      }
      case 'grant.extended': {
        const request = this.requests.get(this.#requestOf.get(entry.grant) ?? '')
        if (request?.grant) request.grant = { ...request.grant, to: entry.notAfter }
        return
      }
      case 'grant.revoked':
      case 'grant.expired': {
        const request = this.requests.get(this.#requestOf.get(entry.grant) ?? '')
        if (request) request.ended = `${entry.type === 'grant.revoked' ? 'revoked' : 'expired'} ${entry.ts}`
        return
      }
      default:
        this.#inSession(index, entry)
    }
  }

  #inSession(index: number, entry: Recorded['entry']): void {
    if (!('session' in entry)) return
    const session = this.sessions.get(entry.session)
    if (entry.type === 'session.opened') {
      const { session: id, principal, grant, target, channel, ts: openedAt } = entry
      const counts = { found: 0, actions: 0, rows: 0 }
      this.sessions.set(id, { id, entry: index, openedAt, principal, grant, target, channel, ...counts })
    } else if (entry.type === 'session.closed' && session)
      Object.assign(session, { closedAt: entry.ts, cause: entry.cause })
    else if ((entry.type === 'action.admitted' || entry.type === 'action.refused') && session) session.actions++
  }

  #request(
    index: number,
    entry: Extract<Recorded['entry'], { type: 'request.created' }>,
    payload: { canonical: string } | undefined,
  ): void {
    const said = JSON.parse(payload?.canonical ?? '{}') as {
      reason?: string
      ticket?: string
      scope?: { tables?: string[]; unmask?: string[] }
      run?: { text?: string }
    }
    const { request: id, ts: at, by, target, level, durationMs, needed } = entry
    this.requests.set(id, {
      id,
      entry: index,
      at,
      by,
      target,
      level,
      durationMs,
      needed,
      reason: said.reason,
      ticket: said.ticket,
      tables: said.scope?.tables,
      unmask: said.scope?.unmask,
      run: said.run?.text,
      reviews: [],
    })
  }

  #found({ index, entry, payload }: Recorded): void {
    this.totals.found++
    if (entry.type !== 'action.admitted' && entry.type !== 'action.refused') {
      this.totals.others++
      if (this.others.length < shownAtMost)
        this.others.push({ entry: index, at: entry.ts, by: entry.by, type: entry.type, what: gistOf(entry, payload) })
      return
    }
    const session = this.sessions.get(entry.session)
    const isRefused = entry.type === 'action.refused'
    const told = payload as { text?: string; masked?: readonly string[]; change?: Change } | undefined
    const statement: Statement = {
      entry: index,
      at: entry.ts,
      by: session?.principal ?? entry.by,
      session: entry.session,
      target: session?.target,
      effect: entry.effect,
      refused: isRefused ? entry.code : undefined,
      text: told?.text,
      masked: told?.masked ?? [],
      change: told?.change,
    }
    this.totals.statements++
    if (session) session.found++
    if (isRefused) this.totals.refused++
    else this.#open.set(`${entry.session} ${entry.n}`, statement)
    if (this.statements.length < shownAtMost) this.statements.push(statement)
    const hour = Math.floor(Date.parse(entry.ts) / hourMs) * hourMs
    const bin = this.hours.get(hour) ?? { allowed: 0, refused: 0 }
    bin[isRefused ? 'refused' : 'allowed']++
    this.hours.set(hour, bin)
  }

  #settle(outcome: Settled): void {
    const key = `${outcome.session} ${outcome.n}`
    const statement = this.#open.get(key)
    if (!statement) return
    this.#open.delete(key)
    statement.outcome = outcome
    this.totals.rows += outcome.rows
    const session = this.sessions.get(outcome.session)
    if (session) session.rows += outcome.rows
    const id = this.#requestOf.get(session?.grant ?? '')
    const shown = (id !== undefined && this.requests.get(id)?.unmask) || []
    for (const column of statement.masked) if (!shown.includes(column)) this.#column(column).masked++
    for (const [i, column] of shown.entries()) {
      const count = outcome.unmasked?.[i] ?? 0
      if (count === 0) continue
      this.#column(column).clear += count
      this.#column(column).requests.add(id as string)
    }
  }

  #column(name: string): ColumnUse {
    const use = this.columns.get(name) ?? { masked: 0, clear: 0, requests: new Set() }
    this.columns.set(name, use)
    return use
  }
}

/** What an entry that is no statement says, in a few words. */
function gistOf(entry: Recorded['entry'], payload: Recorded['payload']): string {
  const said = { ...payload } as Record<string, unknown>
  if (typeof said.canonical === 'string')
    said.canonical = (JSON.parse(said.canonical) as { reason?: string }).reason ?? ''
  delete said.rehearsal
  delete said.files
  const {
    v: _v,
    type: _type,
    ts: _ts,
    by: _by,
    commit: _commit,
    ...clear
  } = entry as unknown as Record<string, unknown>
  const words = (value: unknown): string[] =>
    typeof value === 'string' || typeof value === 'number'
      ? [String(value)]
      : Array.isArray(value)
        ? [value.map(String).join(' ')]
        : []
  const isShort = (text: string): boolean => !/^[0-9a-f]{64}$/.test(text)
  return [...Object.values(said), ...Object.values(clear)].flatMap(words).filter(isShort).join(' · ')
}
