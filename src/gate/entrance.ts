// Who gets in, and who may stay: the questions of the data door, asked of the newest state. Decides and words; records
// nothing and reaches nothing.
import type { Channel, Grant, GrantId, Principal, PrincipalId, RequestId, Target, TokenId } from '../core/nouns.ts'
import { isRefusal, refusal, type Refusal } from '../core/error.ts'
import { endedRefusal, isLiveToken, mayEnter } from '../core/session.ts'
import { liveGrants } from '../core/grant.ts'
import { isHigher } from '../core/level.ts'
import { statementOf } from '../core/statement.ts'
import type { Ledger } from '../store/ledger.ts'
import type { Deadlines } from './deadline.ts'
import type { Invitation } from './invitations.ts'
import type { Ending, Knock } from './types.ts'

/** Somebody who may enter, with the grant that lets them. */
export interface Entrant {
  readonly principal: Principal
  readonly grant: Grant
  readonly target: Target
  readonly channel: Channel
}

export interface EntranceParts {
  readonly ledger: Ledger
  readonly target: (name: string) => Target | undefined
  /** Policy and locks: why this principal may not use this grant on this target now. Undefined = may. Must not throw. */
  readonly mayEnter: (question: {
    principal: Principal
    target: Target
    grant: Grant
    now: number
  }) => { refused: Refusal; cause: 'locked' | 'role-lost' } | undefined
  /** Why nobody may enter now: the record is not the newest one. Undefined = they may. */
  readonly recordRefuses?: () => Refusal | undefined
  /** The journal's clock, epoch ms. */
  readonly now: () => number
}

/** While somebody has to decide first, a connection is held this long. */
const holdMs = 600_000

export class Entrance {
  readonly #parts: EntranceParts
  readonly #deadlines: Deadlines
  /** Connections that a person holds now. */
  readonly #heldBy: (person: PrincipalId) => number
  readonly #closing: AbortSignal

  constructor(
    parts: EntranceParts,
    deadlines: Deadlines,
    heldBy: (person: PrincipalId) => number,
    closing: AbortSignal,
  ) {
    this.#parts = parts
    this.#deadlines = deadlines
    this.#heldBy = heldBy
    this.#closing = closing
  }

  /** Token -> principal -> live grant, on the newest state. Synchronous: nothing can come between this and the record. */
  entrant(knock: Knock, invitation: Invitation | undefined): Entrant | Refusal {
    const { world } = this.#parts.ledger
    const unknown = refusal('GBX-1115', { target: knock.target })
    if (this.#closing.aborted) return refusal('GBX-1301', { target: knock.target, why: 'the gateway is shutting down' })
    const target = this.#parts.target(knock.target)
    if (target === undefined) return unknown
    // Only in-memory clients hold one-time credentials, and they hold nothing else.
    if (knock.client.inMemory) return this.#invited(invitation, target)
    const token = world.tokens.get(knock.token as TokenId)
    const principal = token === undefined ? undefined : world.principals.get(token.principal)
    if (token === undefined || principal === undefined) return unknown
    const now = this.#parts.now()
    const bound = token.grant === undefined ? undefined : world.grants.get(token.grant)
    // The right key of a grant that is over: its holder hears that, everybody else hears nothing.
    if (
      bound !== undefined &&
      bound.holder === principal.id &&
      bound.target === target.name &&
      !isLiveToken(world, token.id, now)
    )
      return this.#over(bound)
    const grant = mayEnter(world, { principal: principal.id, target, token: token.id }, now)
    if (!isRefusal(grant)) return this.#withGrant(principal, target, grant, 'native')
    return grant.code === 'GBX-1109' ? (this.#waiting(principal, target) ?? grant) : grant
  }

  /** An in-memory client: who it is was settled when it was invited. */
  #invited(invitation: Invitation | undefined, target: Target): Entrant | Refusal {
    const { world } = this.#parts.ledger
    const principal = invitation === undefined ? undefined : world.principals.get(invitation.principal)
    if (invitation === undefined || principal === undefined || invitation.target !== target.name)
      return refusal('GBX-1115', { target: target.name })
    const live = liveGrants(world, principal.id, target.name, this.#parts.now()).filter(
      (grant) => invitation.grant === undefined || grant.id === invitation.grant,
    )
    const grant = live.reduce<Grant | undefined>(
      (best, other) => (best && !isHigher(other.level, best.level) ? best : other),
      undefined,
    )
    if (grant !== undefined) return this.#withGrant(principal, target, grant, invitation.channel)
    const asked = invitation.grant === undefined ? undefined : world.grants.get(invitation.grant)
    if (asked !== undefined && asked.holder === principal.id) return this.#over(asked)
    return this.#waiting(principal, target) ?? refusal('GBX-1109', { target: target.name })
  }

  /** The holder of a grant for one statement, for the one session that runs it. */
  writer(of: { principal: Principal; grant: GrantId; channel: Channel }): Entrant | Refusal {
    const { world } = this.#parts.ledger
    const principal = world.principals.get(of.principal.id)
    const grant = world.grants.get(of.grant)
    const target = grant && this.#parts.target(grant.target)
    if (principal === undefined || grant === undefined || target === undefined || grant.holder !== principal.id)
      return refusal('GBX-1004', { what: of.grant })
    if (this.#closing.aborted) return refusal('GBX-1301', { target: target.name, why: 'the gateway is shutting down' })
    const { request } = grant
    const not = (how: string): Refusal => refusal('GBX-1220', { request, how }, { ref: request })
    if (statementOf(world, grant) === undefined) return refusal('GBX-1004', { what: `a statement of ${grant.id}` })
    if (grant.used !== undefined) return not('it has been run')
    for (const session of world.sessions.values()) if (session.grant === grant.id) return not('it is being run now')
    if (grant.ended !== undefined) return this.#over(grant)
    return this.#withGrant(principal, target, grant, of.channel)
  }

  #withGrant(principal: Principal, target: Target, grant: Grant, channel: Channel): Entrant | Refusal {
    if (this.#deadlines.left(grant) <= 0) return this.#over(grant)
    const refused = this.#parts.recordRefuses?.() // closed: what happens on an old copy of the record would be lost with it
    if (refused !== undefined) return refused
    const not = this.#parts.mayEnter({ principal, target, grant, now: this.#parts.now() })
    if (not !== undefined) return not.refused
    const limit = target.limits.connectionsPerPerson
    if (this.#heldBy(principal.person) >= limit) return refusal('GBX-1116', { limit }) // G10
    return { principal, grant, target, channel }
  }

  #over(grant: Grant): Refusal {
    return endedRefusal(grant, this.#parts.now(), grant.ended === 'revoked' ? 'it was revoked' : 'its time was over')
  }

  #waiting(principal: Principal, target: Target): Refusal | undefined {
    const asked = [...this.#parts.ledger.world.requests.values()].find(
      (request) =>
        request.asker === principal.id &&
        request.target === target.name &&
        request.statement === undefined &&
        request.state === 'pending',
    )
    if (asked === undefined) return undefined
    const have = asked.reviews.filter((review) => review.decision === 'approve').length
    return refusal(
      'GBX-1102',
      { request: asked.id, have, need: asked.needed.count, reviewers: asked.needed.groups.join(', ') },
      { ref: asked.id },
    )
  }

  /** The sentence of a denial, where that is what became of the request that was waited for. */
  #denied({ ref }: Refusal): Refusal | undefined {
    const { world } = this.#parts.ledger
    const request = world.requests.get(ref as RequestId)
    const review =
      request?.state === 'denied' ? request.reviews.findLast(({ decision }) => decision === 'deny') : undefined
    if (request === undefined || review === undefined) return undefined
    const reviewer = world.principals.get(review.reviewer)?.name ?? review.reviewer
    return refusal(
      'GBX-1104',
      { request: request.id, reviewer, comment: review.comment ?? '', target: request.target, level: request.level },
      { ref: request.id },
    )
  }

  /** Holds a client until its request is decided, it goes away, or ten minutes are over. */
  hold(knock: Knock, invitation: Invitation | undefined, waiting: Refusal): Promise<Entrant | Refusal> {
    const { promise, resolve } = Promise.withResolvers<Entrant | Refusal>()
    const look = () => {
      const now = this.entrant(knock, invitation)
      if (!isRefusal(now)) resolve(now)
      else if (now.code !== 'GBX-1102') resolve(this.#denied(waiting) ?? now)
    }
    const stop = this.#parts.ledger.subscribe(() => setImmediate(look))
    const timer = setTimeout(() => resolve(waiting), holdMs)
    const gone = () => resolve(waiting)
    knock.client.stream.once('close', gone)
    this.#closing.addEventListener('abort', gone, { once: true })
    return promise.finally(() => {
      stop()
      clearTimeout(timer)
      knock.client.stream.off('close', gone)
      this.#closing.removeEventListener('abort', gone)
    })
  }

  /** Why an open session may not go on: its grant, its person, locks and policy as they are now. Sessions of the gateway always may. */
  check(of: Entrant): Ending | undefined {
    if (of.channel === 'system') return undefined
    const { world } = this.#parts.ledger
    const now = this.#parts.now()
    const grant = world.grants.get(of.grant.id) ?? { ...of.grant, ended: 'revoked' as const }
    if (grant.ended === 'revoked') return { cause: 'revoked', refused: this.#over(grant) }
    if (grant.ended !== undefined || this.#deadlines.left(grant) <= 0)
      return { cause: 'expired', refused: this.#over(grant) }
    const principal = world.principals.get(of.principal.id)
    if (principal === undefined) {
      return {
        cause: 'role-lost',
        refused: refusal(
          'GBX-1103',
          { grant: grant.id, at: this.#at(), cause: 'the person was removed', target: grant.target },
          { ref: grant.id },
        ),
      }
    }
    const target = this.#parts.target(of.target.name)
    if (target === undefined)
      return {
        cause: 'target',
        refused: refusal('GBX-1311', { target: of.target.name, why: 'it was taken out of the configuration' }),
      }
    const not = this.#parts.mayEnter({ principal, target, grant, now })
    if (not === undefined) return undefined
    const cause = not.cause === 'locked' ? 'a lock was set' : 'the policy or the groups changed'
    return {
      cause: not.cause,
      refused: refusal('GBX-1103', { grant: grant.id, at: this.#at(), cause, target: grant.target }, { ref: grant.id }),
    }
  }

  #at(): string {
    return new Date(this.#parts.now()).toISOString()
  }
}
