// A grant is permission in time: it starts at approval and its end is absolute. G3 is kept by whoever holds sockets;
// what "live" means is said here, once.
import type { Draft } from './entry.ts'
import { refusal, type Refusal } from './error.ts'
import type { Grant, GrantId, Millis, Principal, PrincipalId } from './nouns.ts'
import { statementOf } from './statement.ts'
import type { World } from './world.ts'

/** Permission at this moment: begun, not over, not ended. At notAfter itself it is over (G3). */
export const isLive = (grant: Grant, now: Millis): boolean =>
  grant.ended === undefined && now >= grant.notBefore && now < grant.notAfter

/** The end of a grant on both clocks. The monotonic end is fixed when the grant is first seen. */
export interface Deadline {
  readonly notAfter: Millis
  readonly monotonicEnd: Millis
}

export const deadlineOf = (grant: Grant, now: Millis, monotonicNow: Millis): Deadline => ({
  notAfter: grant.notAfter,
  monotonicEnd: monotonicNow + (grant.notAfter - now),
})

/** Milliseconds left: the earlier of both clocks, so a clock that steps back never lengthens and one that steps forward shortens (G3). */
export const leftMs = (deadline: Deadline, now: Millis, monotonicNow: Millis): Millis =>
  Math.max(0, Math.min(deadline.notAfter - now, deadline.monotonicEnd - monotonicNow))

/** Revoking is less access: the holder may always give back, others need the policy's word (asked before). Refuses GBX-1004, GBX-1107. */
export function decideRevoke(
  world: World,
  command: { grant: GrantId; by: PrincipalId | 'gateway'; reason: string },
): Draft[] | Refusal {
  const grant = world.grants.get(command.grant)
  if (!grant) return refusal('GBX-1004', { what: command.grant })
  if (grant.ended) return refusal('GBX-1107', { what: grant.id, state: grant.ended }, { ref: grant.id })
  return [{ type: 'grant.revoked', by: command.by, clear: { grant: grant.id }, payload: { reason: command.reason } }]
}

/** What time alone has ended since it was last asked, as entries: requests nobody decided, grants that ran out. */
export function decideSweep(world: World, now: Millis): Draft[] {
  const drafts: Draft[] = []
  for (const id of world.pending) {
    const request = world.requests.get(id)
    if (request && request.expiresAt <= now)
      drafts.push({ type: 'request.expired', by: 'gateway', clear: { request: id }, payload: {} })
  }
  for (const id of world.live) {
    const grant = world.grants.get(id)
    if (grant && grant.notAfter <= now)
      drafts.push({ type: 'grant.expired', by: 'gateway', clear: { grant: id }, payload: {} })
  }
  return drafts
}

/** The live grants by which a principal may enter a target (those for one statement let nobody in), the most useful first: highest level is decided by the caller, longest first here. */
export function liveGrants(world: World, holder: Principal['id'], target: string, now: Millis): Grant[] {
  const found: Grant[] = []
  for (const id of world.live) {
    const grant = world.grants.get(id)
    if (grant && grant.holder === holder && grant.target === target && isLive(grant, now) && !statementOf(world, grant))
      found.push(grant)
  }
  return found.sort((a, b) => b.notAfter - a.notAfter)
}
