// Whether a grant still stands: asked by the data door when a session enters and at every action, so the answer of the
// policies is kept until anything that it rests on changes (or a minute is over, for policies that look at the clock).
import { refusal, type Refusal } from '../core/error.ts'
import { isHigher } from '../core/level.ts'
import { lockedRefusal, lockOn } from '../core/lock.ts'
import type { Grant, Principal, Target } from '../core/nouns.ts'
import type { Ledger } from '../store/ledger.ts'
import type { Sight } from './sight.ts'

export interface Entering {
  readonly principal: Principal
  readonly target: Target
  readonly grant: Grant
  readonly now: number
}

export interface NotStanding {
  readonly refused: Refusal
  readonly cause: 'locked' | 'role-lost'
}

interface Held {
  readonly generation: number
  readonly minute: number
  readonly not: NotStanding | undefined
}

export class Standing {
  readonly #ledger: Ledger
  readonly #sight: Sight
  /** Changes whenever groups, policies or configuration may have changed an answer. */
  #generation = 0
  /** Answers by grant; owned here. */
  readonly #held = new Map<string, Held>()

  constructor(ledger: Ledger, sight: Sight) {
    this.#ledger = ledger
    this.#sight = sight
    ledger.subscribe(({ entry }) => {
      switch (entry.type) {
        case 'policy.loaded':
        case 'config.loaded':
        case 'principal.set':
        case 'principal.removed':
          return this.changed()
        case 'grant.expired':
        case 'grant.revoked':
          this.#held.delete(entry.grant)
      }
    })
  }

  /** Drops what is kept. Locks are looked at every time and need no dropping. */
  changed(): void {
    this.#generation++
  }

  /** Why this grant may not be used now: locks, the target's highest level, and the policy as it is today. */
  mayEnter({ principal, target, grant, now }: Entering): NotStanding | undefined {
    const { world } = this.#ledger
    const lock = world.locks.size === 0 ? undefined : lockOn(world, principal, target.name, now)
    if (lock) return { refused: lockedRefusal(lock, target.name), cause: 'locked' }
    const minute = Math.floor(now / 60_000)
    const held = this.#held.get(grant.id)
    if (held && held.generation === this.#generation && held.minute === minute) return held.not
    const refused = this.#refusedByPolicy(world.principals.get(principal.id) ?? principal, target, grant, now)
    const not = refused && { refused, cause: 'role-lost' as const }
    this.#held.set(grant.id, { generation: this.#generation, minute, not })
    return not
  }

  #refusedByPolicy(principal: Principal, target: Target, grant: Grant, now: number): Refusal | undefined {
    if (isHigher(grant.level, target.maxLevel))
      return refusal('GBX-1112', { target: target.name, level: grant.level, max: target.maxLevel })
    const request = this.#ledger.world.requests.get(grant.request)
    const answer = this.#sight.askFor(principal, grant.level, grant.scope, target, {
      level: grant.level,
      durationMs: request?.durationMs ?? grant.notAfter - grant.notBefore,
      reason: request?.reason ?? '',
      ...(request?.ticket === undefined ? {} : { ticket: request.ticket }),
      now,
    })
    return answer.kind === 'allow'
      ? undefined
      : refusal('GBX-1101', { target: target.name, level: grant.level, why: answer.why })
  }
}
