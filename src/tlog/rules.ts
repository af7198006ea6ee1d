// The rules that a stranger can check on a log: what must have been so in the world before an entry, for the entry to be
// right. They are asked of the same world that the gateway decided on, folded by the same function, but not by the same
// code path: a gateway that forgot to ask is found here.
import type { Entry, Recorded } from '../core/entry.ts'
import { mayBeSamePerson } from '../core/four-eyes.ts'
import { covers, isHigher } from '../core/level.ts'
import { lockOn } from '../core/lock.ts'
import type { AccessRequest, Grant, GrantId, PrincipalId } from '../core/nouns.ts'
import { contentHashOf, stateOf } from '../core/request.ts'
import { outcomeIn } from '../core/rides.ts'
import { rehearsalHash, statementHash, statementOf } from '../core/statement.ts'
import { approvalChallenge, countingApprovals, refusedReviewer } from '../core/review.ts'
import type { World } from '../core/world.ts'

/** Checks that rules belong to; a line each in the report. */
export const ruleChecks = {
  four_eyes:
    'nobody decided their own request, no agent decided, and every grant had its approvals, bound to what was asked',
  duration: 'no grant is longer or more than what was asked and approved',
  admitted: 'every action that ran belongs to a session with a live grant that covers it',
  counters: 'the entries of every session count without a gap, and every action that ran has one outcome',
  closed: 'every session was closed on record, and every start of the gateway has its stop',
} as const
export type RuleCheck = keyof typeof ruleChecks

export interface Breach {
  readonly check: RuleCheck
  /** What is wrong, as the second half of a sentence about the entry. */
  readonly what: string
}

/** A session may run into the end of its grant by this much: the time that G3 gives to cut it. */
const cutMs = 250

type Of<T extends Entry['type']> = Extract<Entry, { type: T }>
type Rule<T extends Entry['type']> = (world: World, entry: Of<T>, recorded: Recorded) => Breach | undefined

const breach = (check: RuleCheck, what: string): Breach => ({ check, what })
const at = (entry: Entry): number => Date.parse(entry.ts)

/** Locked at that moment? Principals that are gone cannot be asked, and that is a breach of its own. */
function barred(world: World, principal: PrincipalId, target: string, now: number): string | undefined {
  const who = world.principals.get(principal)
  if (!who) return `${principal} did not exist`
  const lock = lockOn(world, who, target, now)
  return lock && `${lock.id} locked ${lock.subject}`
}

/** What binds a request to its one statement: there for write and admin, and what its content says. */
function boundTo(entry: Of<'request.created'>, payload: { canonical: string; rehearsal?: string } | undefined) {
  if (isHigher(entry.level, 'read') !== (entry.statement !== undefined))
    return breach('four_eyes', `level ${entry.level} ${entry.statement ? 'has a' : 'has no'} statement`)
  if (entry.statement === undefined || payload === undefined) return undefined
  const { run, nonce } = JSON.parse(payload.canonical) as { run?: { text: string; rehearsal: string }; nonce: string }
  if (run === undefined || statementHash({ ...run, nonce }) !== entry.statement)
    return breach('four_eyes', 'its statement is not the one of its content')
  return rehearsalHash(payload.rehearsal ?? '') === run.rehearsal
    ? undefined
    : breach('four_eyes', 'its dry run is not the one of its content')
}

const created: Rule<'request.created'> = (world, entry, recorded) => {
  const asker = entry.by === 'gateway' ? undefined : world.principals.get(entry.by)
  if (!asker) return breach('four_eyes', `it was asked by ${entry.by}, who did not exist`)
  if (asker.person !== entry.person) return breach('four_eyes', `${entry.by} is not an account of ${entry.person}`)
  if (world.requests.has(entry.request)) return breach('four_eyes', `${entry.request} existed already`)
  const canonical =
    recorded.entry.type === 'request.created' && recorded.payload
      ? (recorded.payload as { canonical: string }).canonical
      : undefined
  if (canonical !== undefined && contentHashOf(canonical) !== entry.contentHash)
    return breach('four_eyes', 'its content hash is not that of its content')
  return boundTo(entry, recorded.payload as { canonical: string; rehearsal?: string } | undefined)
}

const reviewed: Rule<'request.reviewed'> = (world, entry) => {
  const request = world.requests.get(entry.request)
  const reviewer = entry.by === 'gateway' ? undefined : world.principals.get(entry.by)
  if (!request) return breach('four_eyes', `${entry.request} did not exist`)
  if (!reviewer || entry.by === 'gateway') return breach('four_eyes', `it was decided by ${entry.by}, who is nobody`)
  if (reviewer.person !== entry.person || reviewer.kind !== entry.kind)
    return breach('four_eyes', `${entry.by} was not ${entry.kind} ${entry.person}`)
  const refused = refusedReviewer(world, request, reviewer)
  if (refused)
    return breach('four_eyes', `${entry.by} could not decide ${request.id} (${refused.code}: ${refused.title})`)
  if (entry.contentHash !== request.contentHash)
    return breach('four_eyes', `it decided other content than ${request.id} has`)
  if (entry.challenge !== approvalChallenge(request.contentHash, entry.decision, entry.durationMs, entry.by)) {
    return breach('four_eyes', 'its challenge does not bind this content, decision, duration and reviewer')
  }
  const state = stateOf(request, at(entry))
  if (state !== 'pending') return breach('four_eyes', `${request.id} was ${state} already`)
  if (entry.decision === 'approve' && entry.durationMs > request.durationMs)
    return breach('duration', `it approved more time than ${request.id} asked for`)
  return undefined
}

/** The shortest time that the approvals allow, or what they lack. */
function approvedMs(world: World, request: AccessRequest): number | Breach {
  const counted = countingApprovals(world, request)
  if (counted.length < request.needed.count) {
    return breach(
      'four_eyes',
      `${request.id} had ${counted.length} of ${request.needed.count} approvals by others than who asked`,
    )
  }
  if (request.needed.count < 1 && isHigher(request.level, 'observe'))
    return breach('four_eyes', `nobody had to approve ${request.id}, which is more than observe`)
  return Math.min(request.durationMs, ...counted.map((review) => review.durationMs))
}

const started: Rule<'grant.started'> = (world, entry) => {
  const request = world.requests.get(entry.request)
  if (!request) return breach('four_eyes', `${entry.request} did not exist`)
  if (world.grants.has(entry.grant)) return breach('four_eyes', `${entry.grant} existed already`)
  const state = stateOf(request, at(entry))
  if (state !== 'pending') return breach('four_eyes', `${request.id} was ${state} already`)
  if (entry.holder !== request.asker || entry.person !== request.person)
    return breach('four_eyes', `it went to ${entry.holder}, and ${request.asker} had asked`)
  if (entry.target !== request.target || entry.level !== request.level)
    return breach('duration', `${entry.level} on ${entry.target} is not what ${request.id} asked for`)
  const why = barred(world, entry.holder, entry.target, at(entry))
  if (why !== undefined) return breach('admitted', why)
  const longestMs = approvedMs(world, request)
  if (typeof longestMs !== 'number') return longestMs
  const [from, to] = [Date.parse(entry.notBefore), Date.parse(entry.notAfter)]
  if (!(to - from <= longestMs)) return breach('duration', `it lasts ${to - from} ms, and ${longestMs} were approved`)
  if (!(from <= at(entry)) || !(to <= at(entry) + longestMs)) return breach('duration', 'it begins later than now')
  return undefined
}

const extended: Rule<'grant.extended'> = (world, entry) => {
  const request = world.requests.get(entry.request)
  const grant = world.grants.get(entry.grant)
  if (!request || !grant || request.extends !== grant.id)
    return breach('four_eyes', `${entry.request} did not ask for more time of ${entry.grant}`)
  const state = stateOf(request, at(entry))
  if (state !== 'pending') return breach('four_eyes', `${request.id} was ${state} already`)
  if (grant.ended || grant.notAfter + cutMs < at(entry)) return breach('duration', `${grant.id} was over already`)
  const longestMs = approvedMs(world, request)
  if (typeof longestMs !== 'number') return longestMs
  if (!(Date.parse(entry.notAfter) <= Math.max(at(entry), grant.notAfter) + longestMs))
    return breach('duration', `${longestMs} ms more were approved, and it got more`)
  return undefined
}

/** What is wrong with using this grant at that moment, if anything. */
function unusable(world: World, id: GrantId | undefined, now: number): string | Grant {
  const grant = id && world.grants.get(id)
  if (!grant) return `${id ?? 'no grant'} was never given`
  if (grant.ended) return `${grant.id} was ${grant.ended}`
  if (now < grant.notBefore || now >= grant.notAfter + cutMs)
    return `${grant.id} lasted from ${new Date(grant.notBefore).toISOString()} to ${new Date(grant.notAfter).toISOString()}`
  return grant
}

const opened: Rule<'session.opened'> = (world, entry) => {
  if (world.sessions.has(entry.session)) return breach('counters', `${entry.session} was open already`)
  if (entry.principal === 'gateway')
    return entry.channel === 'system'
      ? undefined
      : breach('admitted', 'a session of the gateway itself came by another way')
  const grant = unusable(world, entry.grant, at(entry))
  if (typeof grant === 'string') return breach('admitted', grant)
  if (grant.holder !== entry.principal || grant.target !== entry.target)
    return breach('admitted', `${grant.id} is not for ${entry.principal} on ${entry.target}`)
  const why = barred(world, entry.principal, entry.target, at(entry))
  return why === undefined ? undefined : breach('admitted', why)
}

function outOfCount(world: World, entry: Of<'action.admitted'> | Of<'action.refused'>): Breach | undefined {
  const session = world.sessions.get(entry.session)
  if (!session) return breach('counters', `${entry.session} was not open`)
  return entry.n === session.count + 1
    ? undefined
    : breach('counters', `its number in ${entry.session} is ${entry.n}, and ${session.count + 1} was next`)
}

/** A change belongs to the approved statement, and only its first COMMIT does. */
function notTheStatement(world: World, grant: Grant, entry: Of<'action.admitted'>): string | undefined {
  if (entry.commits !== undefined && (entry.commits !== grant.id || entry.statement === undefined))
    return `it commits ${entry.commits} in a session of ${grant.id}`
  if (!isHigher(entry.effect, 'read')) return undefined
  const statement = statementOf(world, grant)
  if (statement === undefined || entry.statement !== statement.hash)
    return `it is not the statement that ${grant.id} was given for`
  return grant.used === undefined ? undefined : `${grant.id} had been used already`
}

const settled: Rule<'action.settled'> = (world, entry) => {
  const isOpen = world.sessions.get(entry.session)?.open.has(entry.n)
  return isOpen
    ? undefined
    : breach('counters', `it is an outcome of number ${entry.n} in ${entry.session}, which waits for none`)
}

const admitted: Rule<'action.admitted'> = (world, entry, recorded) => {
  const session = world.sessions.get(entry.session)
  if (!session) return breach('admitted', `${entry.session} was not open`)
  const ended = outcomeIn(entry)
  const unasked = ended && settled(world, ended, recorded)
  if (unasked) return unasked
  if (session.principal === 'gateway')
    return covers('read', entry.effect) || entry.rehearsal === true
      ? outOfCount(world, entry)
      : breach('admitted', `the gateway itself ran something of effect ${entry.effect}`)
  const grant = unusable(world, session.grant, at(entry))
  if (typeof grant === 'string') return breach('admitted', grant)
  if (!covers(grant.level, entry.effect))
    return breach('admitted', `${grant.id} is for ${grant.level}, and this is ${entry.effect}`)
  const unbound = notTheStatement(world, grant, entry)
  if (unbound !== undefined) return breach('admitted', unbound)
  const why = barred(world, session.principal, session.target, at(entry))
  return why === undefined ? outOfCount(world, entry) : breach('admitted', why)
}

const closed: Rule<'session.closed'> = (world, entry) => {
  const session = world.sessions.get(entry.session)
  if (!session) return breach('closed', `${entry.session} was not open`)
  if (session.count !== entry.count)
    return breach('counters', `it counts ${entry.count} entries of ${entry.session}, and ${session.count} are there`)
  if (session.open.size > 0)
    return breach('counters', `numbers ${[...session.open].join(', ')} of ${entry.session} have no outcome`)
  return undefined
}

const issued: Rule<'token.issued'> = (world, entry) => {
  const grant = entry.grant && world.grants.get(entry.grant)
  if (entry.use === 'connection' && !grant) return breach('admitted', 'it is a connection password for no grant')
  return grant && grant.holder !== entry.principal
    ? breach('admitted', `${grant.id} is not held by ${entry.principal}`)
    : undefined
}

const lifted: Rule<'lock.lifted'> = (world, entry) => {
  const lock = world.locks.get(entry.lock)
  if (!lock || lock.kind !== 'user' || entry.by === 'gateway') return undefined
  return mayBeSamePerson(world, entry.by, lock.subject as PrincipalId)
    ? breach('four_eyes', `${entry.by} lifted a lock on themselves`)
    : undefined
}

const rules: { readonly [T in Entry['type']]?: Rule<T> } = {
  'request.created': created,
  'request.reviewed': reviewed,
  'grant.started': started,
  'grant.extended': extended,
  'session.opened': opened,
  'action.admitted': admitted,
  'action.settled': settled,
  'action.refused': outOfCount,
  'session.closed': closed,
  'token.issued': issued,
  'lock.lifted': lifted,
}

/** Which rule an entry breaks in the world before it; undefined = none. Never throws on an entry of a known version. */
export function breachOf(world: World, recorded: Recorded): Breach | undefined {
  const { entry } = recorded
  const rule = Object.hasOwn(rules, entry.type) ? (rules[entry.type] as Rule<Entry['type']>) : undefined
  return rule?.(world, entry as Of<Entry['type']>, recorded)
}

/**
 * What a start or a stop of the gateway leaves open must be closed before anything new is opened: so a crash shows, and
 * nothing of before it can be hidden. Told of every entry, before it is folded.
 */
export class Runs {
  readonly #stale = new Set<string>()

  before(world: World, { entry }: Recorded): Breach | undefined {
    switch (entry.type) {
      case 'gateway.started':
      case 'gateway.stopped': {
        for (const session of world.sessions.keys()) this.#stale.add(session)
        if (entry.type === 'gateway.started') for (const gateway of world.gateways) this.#stale.add(gateway)
        else if (!world.gateways.has(entry.gateway)) return breach('closed', `${entry.gateway} had not started`)
        this.#stale.delete(entry.type === 'gateway.stopped' ? entry.gateway : '')
        return undefined
      }
      case 'session.closed':
        this.#stale.delete(entry.session)
        return undefined
      case 'session.opened': {
        const left = [...this.#stale].join(', ')
        this.#stale.clear()
        return left === '' ? undefined : breach('closed', `${left} of an earlier run had not been closed on record`)
      }
      default:
        return undefined
    }
  }

  /** What is missing at the end of the log. A gateway that still runs may have sessions open. */
  atEnd(): Breach | undefined {
    const left = [...this.#stale].join(', ')
    return left === '' ? undefined : breach('closed', `${left} of an earlier run had not been closed on record`)
  }
}
