// The state that decisions are made on: what folding the journal gives. `evolve` is the only thing that changes it, in
// the gateway while it runs, at its start, and in `audit verify` on a stranger's machine.
import { addBehind, behind } from './four-eyes.ts'
import type {
  AccessRequest,
  Grant,
  GrantId,
  Lock,
  LockId,
  Outcome,
  Principal,
  PrincipalId,
  RequestId,
  Scope,
  SessionFacts,
  SessionId,
  TokenId,
} from './nouns.ts'
import type { EntryType, Recorded } from './entry.ts'
import { forget } from './forget.ts'
import { isApproved, type Erased, type Hold, type HoldId, type Redaction, type RedactionId } from './redaction.ts'
import { scopeHash } from './request.ts'
import { outcomeIn, type Settled } from './rides.ts'
import { foldFound, foldSearch, noneSearched, type SearchDay, type Searched } from './search.ts'

export interface Token {
  readonly id: TokenId
  readonly principal: PrincipalId
  readonly use: 'personal' | 'connection'
  readonly grant?: GrantId
  readonly notAfter?: number
}

/** A session that has not been closed on record. `count` = its numbered entries; `open` = admitted actions without an outcome. */
export interface OpenSession extends SessionFacts {
  count: number
  readonly open: Set<number>
  /** Whose searches its searches are. */
  readonly person: PrincipalId
  readonly searched: Searched
  /** Searches that wait for their outcome, by number. */
  readonly searching: Map<number, { readonly count: number; readonly blind: boolean }>
  misses: number
}

/** A key of pseudonyms (M7). Times are epoch ms. */
export interface Epoch {
  readonly begun: number
  readonly destroyed?: number
}

/** Values of one class that detectors found in one column. */
export interface Detected {
  readonly target: string
  readonly column: string
  readonly class: string
  readonly count: number
  readonly sessions: number
}

export interface World {
  readonly principals: Map<PrincipalId, Principal>
  /** Last name of every account that ever was, for whoever reads about the past. */
  readonly names: Map<PrincipalId, string>
  /** Who may be acting through an account (four-eyes.ts). */
  readonly behind: Map<PrincipalId, Set<PrincipalId>>
  readonly tokens: Map<TokenId, Token>
  readonly requests: Map<RequestId, AccessRequest>
  /** Requests in state pending, so that nobody walks over all that ever were. */
  readonly pending: Set<RequestId>
  readonly grants: Map<GrantId, Grant>
  /** Grants that no entry has ended yet; time may have. */
  readonly live: Set<GrantId>
  readonly sessions: Map<SessionId, OpenSession>
  readonly locks: Map<LockId, Lock>
  /** Gateway runs that have started and not stopped. */
  readonly gateways: Set<string>
  /** Exact searches by person, of their newest day (Q3). */
  readonly searches: Map<PrincipalId, SearchDay>
  /** Epochs of pseudonyms, oldest first. */
  readonly epochs: Map<string, Epoch>
  /** What detectors found in columns without a label: proposals of labels. By target, column and class. */
  readonly detected: Map<string, Detected>
  /** The person of every account that ever was. */
  readonly persons: Map<PrincipalId, PrincipalId>
  readonly redactions: Map<RedactionId, Redaction>
  readonly holds: Map<HoldId, Hold>
  /** What was erased, in order: destroyed again where an old copy of a key comes back. */
  readonly erased: Erased[]
  /** Entries whose payload is kept in here: the id that it tells about, and whose comment on it it is. */
  readonly told: Map<number, string>
  policies: string
  config: string
}

export const emptyWorld = (): World => ({
  principals: new Map(),
  names: new Map(),
  behind: new Map(),
  tokens: new Map(),
  requests: new Map(),
  pending: new Set(),
  grants: new Map(),
  live: new Set(),
  sessions: new Map(),
  locks: new Map(),
  gateways: new Set(),
  searches: new Map(),
  epochs: new Map(),
  detected: new Map(),
  persons: new Map(),
  redactions: new Map(),
  holds: new Map(),
  erased: [],
  told: new Map(),
  policies: '',
  config: '',
})

/** What an account is or was called; its id where nobody can tell. */
export const nameOf = (world: World, id: PrincipalId | 'gateway'): string =>
  id === 'gateway' ? id : (world.names.get(id) ?? id)

type Fold<T extends EntryType> = (world: World, recorded: Extract<Recorded, { entry: { type: T } }>) => void

const wholeTarget = scopeHash({})

/** What the payload says about a request; without it (no key here) the scope is nothing, unless its hash says that it was everything. */
function wish(canonical: string | undefined, scope: string): { scope: Scope; reason: string; ticket?: string } {
  const closed: Scope = scope === wholeTarget ? {} : { tables: [] }
  if (canonical === undefined) return { scope: closed, reason: '' }
  try {
    const said = JSON.parse(canonical) as { scope?: Scope; reason?: unknown; ticket?: unknown }
    const { tables, unmask, rows } = said.scope ?? {}
    const told: Scope = {
      ...(tables === undefined ? {} : { tables: tables.map(String) }),
      ...(unmask === undefined ? {} : { unmask: unmask.map(String) }),
      ...(rows === undefined ? {} : { rows: Number(rows) }),
    }
    return {
      scope: scopeHash(told) === scope ? told : closed,
      reason: String(said.reason ?? ''),
      ...(said.ticket === undefined ? {} : { ticket: String(said.ticket) }),
    }
  } catch {
    // Fails closed: a text that is not ours gives no table at all; `audit verify` reports the entry.
    return { scope: closed, reason: '' }
  }
}

function change<K, V>(map: Map<K, V>, key: K, with_: (value: V) => V): void {
  const value = map.get(key)
  if (value !== undefined) map.set(key, with_(value))
}

function endRequest(world: World, id: RequestId, state: AccessRequest['state'], grant?: GrantId): void {
  change(world.requests, id, (request) => ({ ...request, state, ...(grant === undefined ? {} : { grant }) }))
  world.pending.delete(id)
}

/** The outcome of a COMMIT, on the grant that it used up. */
function settleUse(
  world: World,
  grant: GrantId,
  { session, n, outcome }: { session: SessionId; n: number; outcome: Outcome['outcome'] },
): void {
  const used = world.grants.get(grant)?.used
  if (used?.session === session && used.n === n)
    change(world.grants, grant, (one) => ({ ...one, used: { ...used, outcome } }))
}

/** The statement of a request, where its payload can be read. */
function textOf(canonical: string | undefined): { text?: string; undoes?: RequestId } {
  try {
    const { run } = JSON.parse(canonical ?? '{}') as { run?: { text?: unknown; undoes?: RequestId } }
    if (typeof run?.text !== 'string') return {}
    return { text: run.text, ...(run.undoes === undefined ? {} : { undoes: run.undoes }) }
  } catch {
    return {} // closed: without its text it is run by nobody
  }
}

function endGrant(world: World, id: GrantId, ended: 'expired' | 'revoked'): void {
  change(world.grants, id, (grant) => ({ ...grant, ended: grant.ended ?? ended }))
  world.live.delete(id)
}

/** Passwords of grants that are over open nothing; they are kept so that their holder can be told so, until the next start. */
function forgetEndedTokens(world: World, now: number): void {
  for (const { id, grant, notAfter } of world.tokens.values())
    if ((grant && !world.live.has(grant)) || (notAfter !== undefined && notAfter <= now)) world.tokens.delete(id)
}

const sum = (one: readonly number[] = [], other: readonly number[]): number[] =>
  other.map((count, i) => count + (one[i] ?? 0))

const ignore = (): void => undefined

/** An outcome, wherever it stands. */
function settle(world: World, entry: Settled): void {
  const session = world.sessions.get(entry.session)
  session?.open.delete(entry.n)
  if (session?.grant !== undefined) settleUse(world, session.grant, entry)
  if (session !== undefined && session.searching.size > 0) foldFound(world, session, entry)
  const { unmasked } = entry
  if (session?.grant !== undefined && unmasked !== undefined)
    change(world.grants, session.grant, (grant) => ({ ...grant, shown: sum(grant.shown, unmasked) }))
}

const folds: { [T in EntryType]: Fold<T> } = {
  'gateway.started': (world, { entry }) => {
    world.gateways.add(entry.gateway)
    forgetEndedTokens(world, Date.parse(entry.ts))
  },
  'gateway.stopped': (world, { entry }) => void world.gateways.delete(entry.gateway),
  'config.loaded': (world, { entry }) => {
    world.config = entry.config
  },
  'policy.loaded': (world, { entry }) => {
    world.policies = entry.policies
  },
  'principal.set': (world, { entry, payload }) => {
    world.principals.set(entry.principal, {
      id: entry.principal,
      kind: entry.kind,
      name: payload?.name ?? entry.principal,
      person: entry.person,
      groups: entry.groups,
      ...(entry.actsFor === undefined ? {} : { actsFor: entry.actsFor }),
    })
    world.persons.set(entry.principal, entry.person)
    if (payload) world.names.set(entry.principal, payload.name)
    addBehind(world, entry.principal, [entry.person, ...(entry.actsFor ? behind(world, entry.actsFor) : [])])
  },
  'principal.removed': (world, { entry }) => {
    world.principals.delete(entry.principal)
    for (const token of world.tokens.values()) if (token.principal === entry.principal) world.tokens.delete(token.id)
  },
  'token.issued': (world, { entry }) => {
    world.tokens.set(entry.token, {
      id: entry.token,
      principal: entry.principal,
      use: entry.use,
      ...(entry.grant === undefined ? {} : { grant: entry.grant }),
      ...(entry.notAfter === undefined ? {} : { notAfter: Date.parse(entry.notAfter) }),
    })
    // G4: whoever hands out a sign-in has seen it, so they may be behind the account from now on.
    if (entry.by !== 'gateway') addBehind(world, entry.principal, behind(world, entry.by))
  },
  'token.revoked': (world, { entry }) => void world.tokens.delete(entry.token),
  'password.set': ignore,
  'request.created': (world, { index, entry, payload }) => {
    if (entry.by === 'gateway' || world.requests.has(entry.request)) return
    world.requests.set(entry.request, {
      id: entry.request,
      asker: entry.by,
      person: entry.person,
      target: entry.target,
      level: entry.level,
      ...wish(payload?.canonical, entry.scope),
      durationMs: entry.durationMs,
      contentHash: entry.contentHash,
      createdAt: Date.parse(entry.ts),
      expiresAt: Date.parse(entry.expiresAt),
      needed: entry.needed,
      ...(entry.extends === undefined ? {} : { extends: entry.extends }),
      ...(entry.statement === undefined
        ? {}
        : { statement: { hash: entry.statement, entry: index, ...textOf(payload?.canonical) } }),
      state: 'pending',
      reviews: [],
    })
    world.pending.add(entry.request)
    world.told.set(index, entry.request)
  },
  'request.reviewed': (world, { index, entry, payload }) => {
    const { by } = entry
    if (by === 'gateway') return
    const review = {
      reviewer: by,
      person: entry.person,
      decision: entry.decision,
      at: Date.parse(entry.ts),
      durationMs: entry.durationMs,
      ...(payload?.comment === undefined ? {} : { comment: payload.comment }),
    }
    change(world.requests, entry.request, (request) => ({ ...request, reviews: [...request.reviews, review] }))
    if (payload?.comment !== undefined) world.told.set(index, `${entry.request} ${by}`)
    if (entry.decision === 'deny') endRequest(world, entry.request, 'denied')
  },
  'request.withdrawn': (world, { entry }) => endRequest(world, entry.request, 'withdrawn'),
  'request.expired': (world, { entry }) => endRequest(world, entry.request, 'expired'),
  'grant.started': (world, { entry }) => {
    const request = world.requests.get(entry.request)
    if (!request || world.grants.has(entry.grant)) return
    world.grants.set(entry.grant, {
      id: entry.grant,
      request: entry.request,
      holder: entry.holder,
      person: entry.person,
      target: entry.target,
      level: entry.level,
      scope: scopeHash(request.scope) === entry.scope ? request.scope : { tables: [] },
      notBefore: Date.parse(entry.notBefore),
      notAfter: Date.parse(entry.notAfter),
    })
    world.live.add(entry.grant)
    endRequest(world, entry.request, 'approved', entry.grant)
  },
  'grant.extended': (world, { entry }) => {
    change(world.grants, entry.grant, (grant) => ({ ...grant, notAfter: Date.parse(entry.notAfter) }))
    endRequest(world, entry.request, 'approved', entry.grant)
  },
  'grant.revoked': (world, { entry }) => endGrant(world, entry.grant, 'revoked'),
  'grant.expired': (world, { entry }) => endGrant(world, entry.grant, 'expired'),
  'lock.set': (world, { index, entry, payload }) => {
    world.told.set(index, entry.lock)
    world.locks.set(entry.lock, {
      id: entry.lock,
      kind: entry.kind,
      subject: entry.subject,
      reason: payload?.reason ?? '',
      ...(entry.notAfter === undefined ? {} : { notAfter: Date.parse(entry.notAfter) }),
    })
  },
  'lock.lifted': (world, { entry }) => void world.locks.delete(entry.lock),
  'access.refused': ignore,
  'audit.searched': ignore,
  'audit.exported': ignore,
  'sink.resent': ignore,
  'gateway.beat': ignore,
  'session.opened': (world, { entry }) => {
    world.sessions.set(entry.session, {
      id: entry.session,
      principal: entry.principal,
      target: entry.target,
      channel: entry.channel,
      openedAt: Date.parse(entry.ts),
      count: 0,
      open: new Set(),
      person: world.principals.get(entry.principal as PrincipalId)?.person ?? (entry.principal as PrincipalId),
      searched: noneSearched(),
      searching: new Map(),
      misses: 0,
      ...(entry.grant === undefined ? {} : { grant: entry.grant }),
    })
  },
  'session.refused': ignore,
  'detector.hit': (world, { entry, payload }) => {
    if (payload === undefined) return
    const key = `${entry.target}\0${payload.column}\0${entry.class}`
    const known = world.detected.get(key)
    const one = { target: entry.target, column: payload.column, class: entry.class }
    world.detected.set(key, { ...one, count: (known?.count ?? 0) + entry.count, sessions: (known?.sessions ?? 0) + 1 })
  },
  'session.killed': ignore,
  'session.closed': (world, { entry }) => void world.sessions.delete(entry.session),
  'action.admitted': (world, { index, entry, payload }) => {
    const session = world.sessions.get(entry.session)
    if (!session) return
    const ended = outcomeIn(entry)
    if (ended !== undefined) settle(world, ended)
    session.count = Math.max(session.count, entry.n)
    session.open.add(entry.n)
    const { commits, n } = entry
    if (commits !== undefined)
      change(world.grants, commits, (grant) => ({
        ...grant,
        used: grant.used ?? { session: session.id, n, entry: index },
      }))
    if (entry.searches !== undefined)
      foldSearch(world, session, { ...entry, searches: entry.searches }, payload?.searched)
  },
  'action.settled': (world, { entry }) => settle(world, entry),
  'search.alarm': ignore,
  'epoch.begun': (world, { entry }) => void world.epochs.set(entry.epoch, { begun: Date.parse(entry.ts) }),
  'epoch.destroyed': (world, { entry }) =>
    change(world.epochs, entry.epoch, (epoch) => ({ ...epoch, destroyed: Date.parse(entry.ts) })),
  'redaction.requested': (world, { index, entry, payload }) => {
    if (entry.by === 'gateway') return
    world.told.set(index, entry.redaction)
    world.redactions.set(entry.redaction, {
      id: entry.redaction,
      asker: entry.by,
      person: entry.person,
      scope: entry.scope,
      subject: entry.subject,
      basis: entry.basis,
      reason: wish(payload?.canonical, '').reason,
      contentHash: entry.contentHash,
      needed: entry.needed,
      createdAt: Date.parse(entry.ts),
      expiresAt: Date.parse(entry.expiresAt),
      state: 'pending',
      reviews: [],
      ...(entry.ofPerson === undefined ? {} : { ofPerson: entry.ofPerson }),
      ...(entry.ofSession === undefined ? {} : { ofSession: entry.ofSession }),
    })
  },
  'redaction.reviewed': (world, { index, entry, payload }) => {
    const { by } = entry
    if (by === 'gateway') return
    const review = {
      reviewer: by,
      person: entry.person,
      decision: entry.decision,
      at: Date.parse(entry.ts),
      durationMs: 0,
      ...(payload?.comment === undefined ? {} : { comment: payload.comment }),
    }
    if (payload?.comment !== undefined) world.told.set(index, `${entry.redaction} ${by}`)
    const asked = world.redactions.get(entry.redaction)
    if (asked?.state !== 'pending') return
    const one: Redaction = { ...asked, reviews: [...asked.reviews, review] }
    const state: Redaction['state'] =
      entry.decision === 'deny' ? 'denied' : isApproved(world, one) ? 'approved' : 'pending'
    world.redactions.set(one.id, { ...one, state })
  },
  'redaction.done': (world, { index, entry }) => {
    if (entry.redaction !== undefined)
      change(world.redactions, entry.redaction, (one): Redaction => ({ ...one, state: 'done', done: index }))
    forget(world, index, entry)
  },
  'hold.set': (world, { entry, payload }) => {
    world.holds.set(entry.hold, {
      id: entry.hold,
      kind: entry.kind,
      subject: entry.subject,
      reason: payload?.reason ?? '',
      by: entry.by,
      since: Date.parse(entry.ts),
      ...(entry.of === undefined ? {} : { of: entry.of }),
    })
  },
  'hold.lifted': (world, { entry }) => void world.holds.delete(entry.hold),
  'action.refused': (world, { entry }) => {
    const session = world.sessions.get(entry.session)
    if (session) session.count = Math.max(session.count, entry.n)
  },
}

/** Folds one recorded entry into the world. Total: an entry that does not fit is ignored here and reported by `audit verify`. */
export function evolve(world: World, recorded: Recorded): void {
  const fold: Fold<EntryType> | undefined = Object.hasOwn(folds, recorded.entry.type)
    ? (folds[recorded.entry.type] as Fold<EntryType>)
    : undefined
  fold?.(world, recorded)
}
