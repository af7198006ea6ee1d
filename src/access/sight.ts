// What a person may see and do, asked of the policies and of the folded journal. Names that somebody may not see are
// answered like names that do not exist.
import type { Level } from '../core/level.ts'
import type { AccessRequest, Grant, Principal, Scope, SessionFacts, Target } from '../core/nouns.ts'
import { refusal, type Refusal } from '../core/error.ts'
import type { World } from '../core/world.ts'
import { nearest } from '../lib/nearest.ts'
import type { Answer, Circumstances, Policy } from '../policy/policy.ts'
import { askActions, type DutyAction, type PolicyAction } from '../policy/schema.ts'

const duties = ['review', 'watch', 'kill', 'lock'] as const

export class Sight {
  readonly #world: World
  readonly #policy: () => Policy
  readonly #targets: () => ReadonlyMap<string, Target>

  constructor(world: World, policy: () => Policy, targets: () => ReadonlyMap<string, Target>) {
    this.#world = world
    this.#policy = policy
    this.#targets = targets
  }

  /** The policies' word; for an agent its human is asked as well. */
  ask(principal: Principal, action: PolicyAction, target?: Target, context: Circumstances = {}): Answer {
    const human = principal.actsFor && this.#world.principals.get(principal.actsFor)
    return this.#policy().ask({ principal, human, action, target, context })
  }

  /**
   * The same for access of a level and a scope: values without masks take the policy's word on `unmask`, too. Of both
   * answers the one that asks more approvals and the shorter time hold; either no is a no (G4).
   */
  askFor(principal: Principal, level: Level, scope: Scope, target: Target, context: Circumstances): Answer {
    const { tables, unmask } = scope
    const circumstances = { ...context, ...(tables === undefined ? {} : { tables }) }
    const plain = this.ask(principal, level, target, circumstances)
    if (unmask === undefined || plain.kind === 'deny') return plain
    const bare = this.ask(principal, 'unmask', target, { ...circumstances, columns: unmask })
    if (bare.kind === 'deny') return bare
    return {
      ...bare,
      needed: {
        count: Math.max(plain.needed.count, bare.needed.count),
        groups: bare.needed.groups,
      },
      maxDurationMs: Math.min(plain.maxDurationMs, bare.maxDurationMs),
      policies: [...new Set([...plain.policies, ...bare.policies])],
    }
  }

  may(principal: Principal, action: DutyAction | 'redact', target?: Target): boolean {
    return this.ask(principal, action, target).kind === 'allow'
  }

  /** A duty on a target by name; for a target that is no longer configured the gateway as a whole is asked. */
  mayOn(principal: Principal, action: DutyAction, target: string): boolean {
    return this.may(principal, action, this.#targets().get(target))
  }

  /** The target, if this person may ask for anything there, does anything there, or is in there already. */
  target(principal: Principal, name: string): Target | undefined {
    const target = this.#targets().get(name)
    if (!target) return undefined
    const sees =
      askActions.some((action) => this.ask(principal, action, target).kind === 'allow') ||
      duties.some((action) => this.may(principal, action, target))
    return sees ? target : undefined
  }

  /** The same for a name that somebody typed: a near one that this person may see is offered. */
  typedTarget(principal: Principal, name: string): Target | Refusal {
    const target = this.target(principal, name)
    if (target) return target
    const near = nearest(
      name,
      this.targets(principal).map((one) => one.name),
    )
    const what = near === undefined ? `target ${name}` : `target ${name} (did you mean ${near}?)`
    return refusal('GBX-1004', { what }, { next: ['glovebox ls'] })
  }

  targets(principal: Principal): Target[] {
    return [...this.#targets().keys()].sort().flatMap((name) => this.target(principal, name) ?? [])
  }

  /** Own requests (of all own accounts and agents), those one may decide, and all for whoever reads the record. */
  request(principal: Principal, request: AccessRequest): boolean {
    if (request.person === principal.person) return true
    const decides =
      principal.groups.some((group) => request.needed.groups.includes(group)) &&
      this.mayOn(principal, 'review', request.target)
    return decides || this.may(principal, 'audit')
  }

  grant(principal: Principal, grant: Grant): boolean {
    return (
      grant.person === principal.person || this.mayOn(principal, 'kill', grant.target) || this.may(principal, 'audit')
    )
  }

  /** Own sessions, those one may watch, and all for whoever reads the record. Agents see their own only. */
  session(principal: Principal, session: Pick<SessionFacts, 'principal' | 'target'>): boolean {
    if (session.principal === principal.id) return true
    if (session.principal === 'gateway') return this.may(principal, 'audit')
    const owner = this.#world.principals.get(session.principal)
    if (owner?.person === principal.person && principal.kind === 'user') return true
    return this.mayOn(principal, 'watch', session.target) || this.may(principal, 'audit')
  }
}
