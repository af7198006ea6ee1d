// From a command to entries or a refusal: what each command needs to know from outside (ids, policy, configuration) is
// fetched here, and the pure rules of core/ decide. Synchronous: nothing comes between deciding and the record.
import { randomBytes } from 'node:crypto'
import type { Draft } from '../core/entry.ts'
import { isRefusal, refusal, type Refusal } from '../core/error.ts'
import { decideRevoke } from '../core/grant.ts'
import { isHigher, type Level } from '../core/level.ts'
import { decideLock, decideUnlock } from '../core/lock.ts'
import type { Principal, Target } from '../core/nouns.ts'
import { decideCreate, decideWithdraw, findReusable, type CreateRequest } from '../core/request.ts'
import { scopeOf } from '../core/scope.ts'
import { decideReview } from '../core/review.ts'
import type { World } from '../core/world.ts'
import { newId } from '../lib/ids.ts'
import type { Policy } from '../policy/policy.ts'
import { decideRemoveUser, decideSetUser } from './accounts.ts'
import type { Answer, Command, CommandType, Origin } from './commands.ts'
import { askRedaction, liftHold, reviewRedaction, setHold } from './redactions.ts'
import type { Sight } from './sight.ts'

export interface Facts {
  readonly world: World
  readonly sight: Sight
  readonly policy: Policy
  readonly targets: ReadonlyMap<string, Target>
  /** Names whose groups the configuration file decides. */
  readonly fileUsers: ReadonlySet<string>
  readonly now: number
  readonly origin: Origin
}

/** `less` = takes access away: takes effect at once and may use the reserved space of the journal. */
export interface Decided<T extends CommandType> {
  readonly drafts: readonly Draft[]
  readonly answer: Answer<T>
  readonly less?: true
}

export type Actor = Principal | 'gateway'

/** A request waits this long for its decision unless said otherwise. */
const defaultTtlMs = 3_600_000
/** What can be granted in this version. */
export const builtLevels: readonly Level[] = ['observe', 'read', 'write', 'admin']

const idOf = (actor: Actor): Principal['id'] | 'gateway' => (actor === 'gateway' ? actor : actor.id)
const notAllowed = (what: string, why: string): Refusal => refusal('GBX-1117', { what, why })
const people = (what: string): Refusal => notAllowed(what, 'a person does that, not the gateway.')

function decided<T extends CommandType>(
  drafts: readonly Draft[] | Refusal,
  answer: Answer<T>,
  less?: true,
): Decided<T> | Refusal {
  if ('code' in drafts) return drafts
  return { drafts, answer, ...(less ? { less } : {}) }
}

type Decider<T extends CommandType> = (facts: Facts, actor: Actor, command: Command<T>) => Decided<T> | Refusal

const create: Decider<'request.create'> = (facts, actor, command) => {
  if (actor === 'gateway') return people('ask for access')
  const { world, sight, now } = facts
  const target = sight.typedTarget(actor, command.target)
  if (isRefusal(target)) return target
  if (!builtLevels.includes(command.level)) return refusal('GBX-1118', { level: command.level, target: target.name })
  if (isHigher(command.level, target.maxLevel))
    return refusal('GBX-1112', { target: target.name, level: command.level, max: target.maxLevel })
  const scope = scopeOf(command.scope ?? {})
  const wish: CreateRequest = {
    ...command,
    id: newId('r'),
    grant: newId('g'),
    asker: actor.id,
    scope,
    ttlMs: command.ttlMs ?? defaultTtlMs,
    nonce: randomBytes(32).toString('hex'),
  }
  const reusable = findReusable(world, wish, now)
  if (reusable) return { drafts: [], answer: { request: reusable.id, reused: true } }
  const answer = sight.askFor(actor, command.level, scope, target, {
    level: command.level,
    durationMs: command.durationMs,
    reason: command.reason,
    ...(command.ticket === undefined ? {} : { ticket: command.ticket }),
    ...facts.origin,
    now,
  })
  if (answer.kind === 'deny') return refusal('GBX-1101', { target: target.name, level: command.level, why: answer.why })
  const { needed, maxDurationMs, policies } = answer
  const drafts = decideCreate(
    world,
    wish,
    { maxLevel: target.maxLevel, needed, maxDurationMs, decidedBy: policies, policies: facts.policy.hash },
    now,
  )
  return decided<'request.create'>(drafts, { request: wish.id, reused: false })
}

const review: Decider<'request.review'> = (facts, actor, command) => {
  if (actor === 'gateway') return people('decide a request')
  const request = facts.world.requests.get(command.request)
  if (!request || !facts.sight.request(actor, request)) return refusal('GBX-1004', { what: command.request })
  const answer = facts.sight.ask(actor, 'review', facts.targets.get(request.target), {
    level: request.level,
    durationMs: request.durationMs,
    now: facts.now,
  })
  const said = {
    mayReview: answer.kind === 'allow',
    why: answer.kind === 'allow' ? '' : answer.why,
    policies: facts.policy.hash,
  }
  const drafts = decideReview(facts.world, { ...command, reviewer: actor.id, grant: newId('g') }, said, facts.now)
  return decided<'request.review'>(drafts, { request: command.request })
}

const withdraw: Decider<'request.withdraw'> = (facts, actor, command) => {
  if (actor === 'gateway') return people('withdraw a request')
  const drafts = decideWithdraw(facts.world, { request: command.request, by: actor.id }, facts.now)
  return decided<'request.withdraw'>(drafts, { request: command.request }, true)
}

/** Giving back one's own is always allowed; ending somebody else's takes the duty. */
const revoke: Decider<'grant.revoke'> = (facts, actor, command) => {
  const grant = facts.world.grants.get(command.grant)
  if (!grant || (actor !== 'gateway' && !facts.sight.grant(actor, grant)))
    return refusal('GBX-1004', { what: command.grant })
  if (actor !== 'gateway' && grant.person !== actor.person && !facts.sight.mayOn(actor, 'kill', grant.target))
    return notAllowed('revoke this grant', 'no policy allows kill here for your groups.')
  return decided<'grant.revoke'>(decideRevoke(facts.world, { ...command, by: idOf(actor) }), { grant: grant.id }, true)
}

const kill: Decider<'session.kill'> = (facts, actor, command) => {
  const session = facts.world.sessions.get(command.session)
  if (!session || (actor !== 'gateway' && !facts.sight.session(actor, session)))
    return refusal('GBX-1004', { what: command.session })
  const own =
    actor !== 'gateway' &&
    (session.principal === actor.id ||
      (session.principal !== 'gateway' && facts.world.principals.get(session.principal)?.person === actor.person))
  if (actor !== 'gateway' && !own && !facts.sight.mayOn(actor, 'kill', session.target))
    return notAllowed('end this session', 'no policy allows kill here for your groups.')
  const draft: Draft = {
    type: 'session.killed',
    by: idOf(actor),
    clear: { session: session.id },
    payload: { reason: command.reason },
  }
  return { drafts: [draft], answer: { session: session.id }, less: true }
}

const lock: Decider<'lock.set'> = (facts, actor, command) => {
  const onTarget = command.kind === 'target' ? facts.targets.get(command.subject) : undefined
  if (actor !== 'gateway' && !facts.sight.may(actor, 'lock', onTarget))
    return notAllowed('set locks', 'no policy allows lock for your groups.')
  let { subject } = command
  if (command.kind === 'target' && !onTarget) return refusal('GBX-1004', { what: `target ${subject}` })
  if (command.kind === 'user' || command.kind === 'agent') {
    const found = [...facts.world.principals.values()].find((principal) => principal.name === subject)
    if (!found || (found.kind === 'agent') !== (command.kind === 'agent'))
      return refusal('GBX-1004', { what: `${command.kind} ${subject}` })
    subject = found.id
  }
  const id = newId('l')
  return decided<'lock.set'>(decideLock({ ...command, subject, id, by: idOf(actor) }, facts.now), { lock: id }, true)
}

const unlock: Decider<'lock.lift'> = (facts, actor, command) => {
  const found = facts.world.locks.get(command.lock)
  if (!found) return refusal('GBX-1004', { what: command.lock })
  const onTarget = found.kind === 'target' ? facts.targets.get(found.subject) : undefined
  if (actor !== 'gateway' && !facts.sight.may(actor, 'lock', onTarget))
    return notAllowed('lift locks', 'no policy allows lock for your groups.')
  if (actor !== 'gateway')
    return decided<'lock.lift'>(decideUnlock(facts.world, { lock: found.id, by: actor }), { lock: found.id })
  return {
    drafts: [{ type: 'lock.lifted', by: actor, clear: { lock: found.id }, payload: {} }],
    answer: { lock: found.id },
  }
}

const rotate: Decider<'epoch.rotate'> = (facts, actor) => {
  if (actor !== 'gateway' && !facts.sight.may(actor, 'manage'))
    return notAllowed('begin a new epoch of pseudonyms', 'no policy allows manage for your groups.')
  const epoch = newId('e')
  return { drafts: [{ type: 'epoch.begun', by: idOf(actor), clear: { epoch }, payload: {} }], answer: { epoch } }
}

/** Only an epoch that is over: the one in use is needed by the next session. */
const destroyEpoch: Decider<'epoch.destroy'> = ({ world, sight }, actor, { epoch, reason }) => {
  if (actor !== 'gateway' && !sight.may(actor, 'manage'))
    return notAllowed('destroy an epoch of pseudonyms', 'no policy allows manage for your groups.')
  const found = world.epochs.get(epoch)
  if (found === undefined) return refusal('GBX-1004', { what: `epoch ${epoch}` })
  if (found.destroyed !== undefined) return refusal('GBX-1107', { what: `epoch ${epoch}`, state: 'destroyed' })
  const newest = [...world.epochs].findLast(([, one]) => one.destroyed === undefined)?.[0]
  if (newest === epoch)
    return notAllowed(`destroy epoch ${epoch}`, 'it is the one in use. Begin another first: glovebox mask epoch rotate')
  const draft: Draft = { type: 'epoch.destroyed', by: idOf(actor), clear: { epoch }, payload: { reason } }
  return { drafts: [draft], answer: { epoch }, less: true }
}

const revokeToken: Decider<'token.revoke'> = (facts, actor, command) => {
  const token = facts.world.tokens.get(command.token)
  const own =
    token !== undefined && actor !== 'gateway' && facts.world.principals.get(token.principal)?.person === actor.person
  if (!token || (actor !== 'gateway' && !own && !facts.sight.may(actor, 'manage')))
    return refusal('GBX-1004', { what: command.token })
  return {
    drafts: [{ type: 'token.revoked', by: idOf(actor), clear: { token: token.id }, payload: {} }],
    answer: { token: token.id },
    less: true,
  }
}

/** Commands that are decided in one synchronous step. The others need a key derivation in between. */
export type PlainCommand = Exclude<CommandType, 'token.issue' | 'token.connect' | 'password.set'>

export const deciders: { [T in PlainCommand]: Decider<T> } = {
  'request.create': create,
  'request.withdraw': withdraw,
  'request.review': review,
  'grant.revoke': revoke,
  'session.kill': kill,
  'lock.set': lock,
  'lock.lift': unlock,
  'user.set': decideSetUser,
  'user.remove': decideRemoveUser,
  'token.revoke': revokeToken,
  'epoch.rotate': rotate,
  'epoch.destroy': destroyEpoch,
  'redaction.ask': askRedaction,
  'redaction.review': reviewRedaction,
  'hold.set': setHold,
  'hold.lift': liftHold,
}
