// Asking for access: what is asked is bound by one hash, nothing is asked twice, and what waits too long is over.
// Pure: ids, nonce, time and what the policy says come in as arguments.
import { canonical } from '../lib/canonical-json.ts'
import { formatDuration } from '../lib/duration.ts'
import { sha256Hex } from '../lib/hash.ts'
import type { Draft } from './entry.ts'
import { refusal, type Refusal } from './error.ts'
import { isLive } from './grant.ts'
import { covers, isHigher, type Level } from './level.ts'
import { lockedRefusal, lockOn } from './lock.ts'
import type { AccessRequest, GrantId, Hash, Millis, Needed, Principal, PrincipalId, RequestId, Scope } from './nouns.ts'
import { rowsLeft, wrongScope } from './scope.ts'
import { rehearsalHash, statementHash, statementOf } from './statement.ts'
import type { World } from './world.ts'

export interface CreateRequest {
  readonly id: RequestId
  /** Used only when the policy asks for no approval. */
  readonly grant: GrantId
  readonly asker: PrincipalId
  readonly target: string
  readonly level: Level
  readonly scope: Scope
  readonly durationMs: Millis
  readonly reason: string
  readonly ticket?: string
  readonly ttlMs: Millis
  /** 32 random bytes in hex: without it a short reason could be guessed from the hash. */
  readonly nonce: string
  readonly extends?: GrantId
  /** For write and admin: the exact text, and what its dry run showed (RFC 8785 text of a Rehearsal). */
  readonly statement?: { readonly text: string; readonly rehearsal: string; readonly undoes?: RequestId }
}

/** What the policy and the configuration say about this wish, fetched before. */
export interface AskFacts {
  readonly maxLevel: Level
  readonly needed: Needed
  readonly maxDurationMs: Millis
  /** Ids of the policies that decided, and the hash of the whole set. */
  readonly decidedBy: readonly string[]
  readonly policies: Hash
}

const maxReasonLength = 2_000
const maxTtlMs = 7 * 86_400_000

/** The request as it is shown, hashed and signed: RFC 8785 text. */
const canonicalRequest = (command: CreateRequest, person: PrincipalId): string =>
  canonical({
    v: 1,
    request: command.id,
    asker: command.asker,
    person,
    target: command.target,
    level: command.level,
    scope: { ...command.scope },
    durationMs: command.durationMs,
    reason: command.reason,
    ticket: command.ticket,
    extends: command.extends,
    run: command.statement && {
      text: command.statement.text,
      rehearsal: rehearsalHash(command.statement.rehearsal),
      undoes: command.statement.undoes,
    },
    nonce: command.nonce,
  })

export const contentHashOf = (canonicalText: string): Hash => sha256Hex('glovebox/request/v1\n', canonicalText)

export const scopeHash = (scope: Scope): Hash => sha256Hex('glovebox/scope/v1\n', canonical({ ...scope }))

const isWhole = (scope: Scope): boolean => scope.tables === undefined && scope.unmask === undefined

const sameScope = (a: Scope, b: Scope): boolean => scopeHash(a) === scopeHash(b)

/** What somebody asked already: pending and equal, or live and at least as much. The same id is answered instead of a second request. */
export function findReusable(
  world: World,
  wish: Pick<CreateRequest, 'asker' | 'target' | 'level' | 'scope' | 'extends' | 'statement'>,
  now: Millis,
): AccessRequest | undefined {
  for (const id of world.pending) {
    const request = world.requests.get(id)
    if (!request || request.asker !== wish.asker || request.target !== wish.target || request.expiresAt <= now) continue
    if (!isSame(request.statement, wish.statement)) continue
    if (request.extends === wish.extends && request.level === wish.level && sameScope(request.scope, wish.scope))
      return request
  }
  if (wish.extends) return undefined
  for (const id of world.live) {
    const grant = world.grants.get(id)
    if (!grant || grant.holder !== wish.asker || grant.target !== wish.target || !isLive(grant, now)) continue
    if (!covers(grant.level, wish.level) || rowsLeft(grant) === 0) continue
    // A grant for one statement is for that one, and once.
    if (!isSame(statementOf(world, grant), wish.statement) || grant.used !== undefined) continue
    // Who sees more than was asked for holds another grant: masks are never off by accident.
    if (sameScope(grant.scope, wish.scope) || (isWhole(grant.scope) && wish.scope.unmask === undefined))
      return world.requests.get(grant.request)
  }
  return undefined
}

function wrongForm(command: CreateRequest): Refusal | undefined {
  const invalid = (field: string, why: string): Refusal => refusal('GBX-1002', { field, why })
  if (command.reason.trim() === '' || command.reason.length > maxReasonLength || !command.reason.isWellFormed())
    return invalid('reason', `say in 1 to ${maxReasonLength} characters why you need it.`)
  if (!Number.isSafeInteger(command.durationMs) || command.durationMs < 1_000)
    return invalid('for', 'the shortest duration is 1s.')
  if (!Number.isSafeInteger(command.ttlMs) || command.ttlMs < 1_000 || command.ttlMs > maxTtlMs)
    return invalid('ttl', 'a request waits between 1s and 7d.')
  if (!/^[0-9a-f]{64}$/.test(command.nonce)) return invalid('nonce', '32 bytes in hex are needed.')
  if (command.scope.unmask !== undefined && !covers(command.level, 'read'))
    return invalid('unmask', 'values are shown at level read or above.')
  return wrongScope(command.scope)
}

/** The text of an undo is known to nobody: a text that somebody typed is never taken for it, so that no guess is confirmed. */
const isSame = (one: AccessRequest['statement'], other: CreateRequest['statement']): boolean =>
  (one === undefined) === (other === undefined) && one?.text === other?.text && one?.undoes === other?.undoes

/** What binds a request to one statement: there for write and admin, and for nothing else. */
function wrongStatement(command: CreateRequest): Refusal | undefined {
  const invalid = (field: string, why: string): Refusal => refusal('GBX-1002', { field, why })
  // More than reading is asked for text by text: nobody is let in to change what they like.
  if (isHigher(command.level, 'read') !== (command.statement !== undefined))
    return invalid(
      'run',
      `level ${command.level} ${command.statement ? 'runs no' : 'is for one exact'} statement: --run "…"`,
    )
  if (command.statement !== undefined && command.scope.tables !== undefined)
    return invalid('scope', 'a statement names its tables itself.')
  if (command.statement !== undefined && command.scope.unmask !== undefined)
    return invalid('unmask', 'a statement that is run for you shows nothing unmasked.')
  if (command.statement?.text.isWellFormed() === false) return invalid('run', 'it is not valid text.')
  return undefined
}

/** The rules on what is asked, apart from what the policy said. */
function refusedWish(world: World, command: CreateRequest, facts: AskFacts, now: Millis): Refusal | undefined {
  const asker = world.principals.get(command.asker)
  if (!asker) return refusal('GBX-1003', { why: 'this account does not exist.' })
  const lock = lockOn(world, asker, command.target, now)
  if (lock) return lockedRefusal(lock, command.target)
  const wrong = wrongForm(command)
  if (wrong) return wrong
  if (isHigher(command.level, facts.maxLevel))
    return refusal('GBX-1112', { target: command.target, level: command.level, max: facts.maxLevel })
  const unbound = wrongStatement(command)
  if (unbound) return unbound
  // G4: only looking at structure may ever go without a second person; more than that takes one, whatever a policy says.
  if (facts.needed.count < 1 && isHigher(command.level, 'observe'))
    return refusal('GBX-1101', {
      target: command.target,
      level: command.level,
      why: 'rule four-eyes: no policy may let a person in alone.',
    })
  let lengthMs = command.durationMs
  if (command.extends) {
    const grant = world.grants.get(command.extends)
    if (!grant || grant.holder !== command.asker) return refusal('GBX-1004', { what: command.extends })
    if (!isLive(grant, now))
      return refusal(
        'GBX-1103',
        {
          grant: grant.id,
          at: new Date(grant.notAfter).toISOString(),
          cause: grant.ended ?? 'expired',
          target: grant.target,
        },
        { ref: grant.id },
      )
    if (grant.target !== command.target || grant.level !== command.level || !sameScope(grant.scope, command.scope))
      return refusal('GBX-1002', { field: 'extends', why: 'more time is asked for exactly what was granted.' })
    lengthMs += grant.notAfter - now
  }
  if (lengthMs > facts.maxDurationMs)
    return refusal('GBX-1113', {
      asked: formatDuration(lengthMs),
      max: formatDuration(facts.maxDurationMs),
      target: command.target,
    })
  return undefined
}

/**
 * Entries of a new request, with its grant where no approval is needed. The caller has looked for a reusable one in the
 * same synchronous step. Refuses GBX-1002, 1003, 1004, 1101, 1103, 1108, 1112, 1113.
 */
export function decideCreate(world: World, command: CreateRequest, facts: AskFacts, now: Millis): Draft[] | Refusal {
  const refused = refusedWish(world, command, facts, now)
  if (refused) return refused
  const { person } = world.principals.get(command.asker) as Principal
  const text = canonicalRequest(command, person)
  const scope = scopeHash(command.scope)
  const created: Draft = {
    type: 'request.created',
    by: command.asker,
    clear: {
      request: command.id,
      person,
      target: command.target,
      level: command.level,
      scope,
      durationMs: command.durationMs,
      contentHash: contentHashOf(text),
      expiresAt: new Date(now + command.ttlMs).toISOString(),
      needed: facts.needed,
      policies: facts.policies,
      ...(command.extends === undefined ? {} : { extends: command.extends }),
      ...(command.statement === undefined
        ? {}
        : {
            statement: statementHash({
              nonce: command.nonce,
              text: command.statement.text,
              rehearsal: rehearsalHash(command.statement.rehearsal),
            }),
          }),
    },
    payload: {
      canonical: text,
      decidedBy: facts.decidedBy,
      ...(command.statement === undefined ? {} : { rehearsal: command.statement.rehearsal }),
    },
  }
  if (facts.needed.count > 0) return [created]
  const wish = {
    id: command.id,
    asker: command.asker,
    person,
    target: command.target,
    level: command.level,
    scope: command.scope,
  }
  return [
    created,
    granted(
      world,
      { ...wish, ...(command.extends === undefined ? {} : { extends: command.extends }) },
      { grant: command.grant, durationMs: command.durationMs },
      now,
    ),
  ]
}

/** The entry that gives what was asked, from now on; for more time, from where the grant would have ended. */
export function granted(
  world: World,
  request: Pick<AccessRequest, 'id' | 'asker' | 'person' | 'target' | 'level' | 'scope' | 'extends'>,
  given: { grant: GrantId; durationMs: Millis },
  now: Millis,
): Draft {
  const extended = request.extends && world.grants.get(request.extends)
  if (extended) {
    const notAfter = new Date(Math.max(now, extended.notAfter) + given.durationMs).toISOString()
    return {
      type: 'grant.extended',
      by: 'gateway',
      clear: { grant: extended.id, request: request.id, notAfter },
      payload: {},
    }
  }
  return {
    type: 'grant.started',
    by: 'gateway',
    clear: {
      grant: given.grant,
      request: request.id,
      holder: request.asker,
      person: request.person,
      target: request.target,
      level: request.level,
      scope: scopeHash(request.scope),
      notBefore: new Date(now).toISOString(),
      notAfter: new Date(now + given.durationMs).toISOString(),
    },
    payload: {},
  }
}

/** State of a request at this moment: time alone ends a pending one, before the sweep has written it down. */
export const stateOf = (request: AccessRequest, now: Millis): AccessRequest['state'] =>
  request.state === 'pending' && request.expiresAt <= now ? 'expired' : request.state

/** Only who asked takes it back. Refuses GBX-1004, GBX-1107. */
export function decideWithdraw(
  world: World,
  command: { request: RequestId; by: PrincipalId },
  now: Millis,
): Draft[] | Refusal {
  const request = world.requests.get(command.request)
  if (!request || (request.asker !== command.by && request.person !== world.principals.get(command.by)?.person))
    return refusal('GBX-1004', { what: command.request })
  const state = stateOf(request, now)
  if (state !== 'pending') return refusal('GBX-1107', { what: request.id, state }, { ref: request.id })
  return [{ type: 'request.withdrawn', by: command.by, clear: { request: request.id }, payload: {} }]
}
