// May this credential be used, and may this principal enter this target now? One answer for every path (G3, G6).
import { refusal, type Refusal } from './error.ts'
import { isLive, liveGrants } from './grant.ts'
import { isHigher } from './level.ts'
import { lockedRefusal, lockOn } from './lock.ts'
import { statementOf } from './statement.ts'
import type { Grant, Millis, PrincipalId, Target, TokenId } from './nouns.ts'
import type { World } from './world.ts'

export interface Entering {
  readonly principal: PrincipalId
  readonly target: Pick<Target, 'name' | 'maxLevel'>
  /** The credential that was used. A connection token opens its own grant only; a personal token the best live one. */
  readonly token: TokenId
}

/** Is this credential alive: known, not over, and, when bound to a grant, is that grant live? */
export function isLiveToken(world: World, token: TokenId, now: Millis): boolean {
  const found = world.tokens.get(token)
  if (!found || !world.principals.has(found.principal)) return false
  if (found.notAfter !== undefined && now >= found.notAfter) return false
  if (found.use === 'personal') return true
  const grant = found.grant && world.grants.get(found.grant)
  return grant !== undefined && isLive(grant, now) && grant.holder === found.principal
}

/**
 * The grant by which this principal may enter the target now. Refuses GBX-1115 (credential), GBX-1108 (lock), GBX-1109
 * (no live grant), GBX-1112 (the target no longer allows that level). Whether the policy still allows it is asked beside.
 */
export function mayEnter(world: World, entering: Entering, now: Millis): Grant | Refusal {
  const { name, maxLevel } = entering.target
  const principal = world.principals.get(entering.principal)
  const token = world.tokens.get(entering.token)
  if (!principal || !token || token.principal !== principal.id || !isLiveToken(world, token.id, now))
    return refusal('GBX-1115', { target: name })
  const lock = lockOn(world, principal, name, now)
  if (lock) return lockedRefusal(lock, name)
  const bound = token.grant && world.grants.get(token.grant)
  if (bound && bound.target !== name) return refusal('GBX-1115', { target: name })
  // A grant for one statement lets nobody in: the gateway runs that statement.
  if (bound && statementOf(world, bound)) return refusal('GBX-1109', { target: name })
  const grant =
    bound ??
    liveGrants(world, principal.id, name, now).reduce<Grant | undefined>(
      (best, other) => (best && !isHigher(other.level, best.level) ? best : other),
      undefined,
    )
  if (!grant) return refusal('GBX-1109', { target: name })
  if (isHigher(grant.level, maxLevel)) return refusal('GBX-1112', { target: name, level: grant.level, max: maxLevel })
  return grant
}

/** GBX-1103 for a grant that is over. */
export const endedRefusal = (grant: Grant, now: Millis, cause: string = grant.ended ?? 'expired'): Refusal =>
  refusal(
    'GBX-1103',
    { grant: grant.id, at: new Date(Math.min(now, grant.notAfter)).toISOString(), cause, target: grant.target },
    { ref: grant.id },
  )
