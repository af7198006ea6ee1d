// Deciding a request: by somebody else, who may, on exactly what was shown. Each `if` below is one rule of G4.
import { sha256Hex } from '../lib/hash.ts'
import type { Draft } from './entry.ts'
import { refusal, type Refusal } from './error.ts'
import { mayBeSamePerson } from './four-eyes.ts'
import { isLive } from './grant.ts'
import { lockedRefusal, lockOn } from './lock.ts'
import type { AccessRequest, GrantId, Hash, Millis, Principal, PrincipalId, RequestId, Review } from './nouns.ts'
import { granted, stateOf } from './request.ts'
import type { World } from './world.ts'

export interface ReviewRequest {
  readonly request: RequestId
  readonly reviewer: PrincipalId
  readonly decision: 'approve' | 'deny'
  /** Hash of what the reviewer was shown. */
  readonly contentHash: Hash
  /** Shorter than asked, if given; never longer. */
  readonly durationMs?: Millis
  readonly comment?: string
  /** Id for the grant that may come of it. */
  readonly grant: GrantId
}

/** What the policy says about this reviewer on this target, asked before. */
export interface ReviewFacts {
  readonly mayReview: boolean
  readonly why: string
  readonly policies: Hash
}

/** What an approval binds: this content, this decision, this duration, this approver. */
export const approvalChallenge = (
  contentHash: Hash,
  decision: 'approve' | 'deny',
  durationMs: Millis,
  approver: PrincipalId,
): Hash => sha256Hex('glovebox/approval/v1\n', contentHash, decision, String(durationMs), approver)

/** Whatever is asked by one person and decided by others. */
export interface Reviewable extends Pick<AccessRequest, 'asker' | 'person' | 'needed' | 'reviews'> {
  readonly id: string
}

/** Why this principal can never decide this request, whatever its state: G4 and the groups that were asked. */
export function refusedReviewer(world: World, request: Reviewable, reviewer: Principal): Refusal | undefined {
  const ref = { ref: request.id }
  const notReviewer = (why: string): Refusal => refusal('GBX-1110', { request: request.id, why }, ref)
  if (reviewer.kind === 'agent') return refusal('GBX-1111', {}, ref)
  if (reviewer.kind !== 'user') return notReviewer('rule four-eyes: a person decides; services never do.')
  if (reviewer.person === request.person || reviewer.id === request.asker)
    return refusal('GBX-1105', { request: request.id }, ref)
  if (mayBeSamePerson(world, reviewer.id, request.asker))
    return notReviewer('rule four-eyes: one person has been behind both accounts, or made a sign-in for both.')
  if (!reviewer.groups.some((group) => request.needed.groups.includes(group)))
    return notReviewer(`it takes somebody of ${request.needed.groups.join(' or ')}.`)
  return undefined
}

/** Approvals that count now: by people who still may, each person once. Reviews of those who lost the group are void. */
export function countingApprovals(world: World, request: Reviewable): Review[] {
  const counted: Review[] = []
  for (const review of request.reviews) {
    const reviewer = world.principals.get(review.reviewer)
    if (review.decision !== 'approve' || !reviewer || refusedReviewer(world, request, reviewer)) continue
    if (
      !counted.some(
        (other) => other.person === review.person || mayBeSamePerson(world, other.reviewer, review.reviewer),
      )
    )
      counted.push(review)
  }
  return counted
}

function refusedReview(world: World, command: ReviewRequest, facts: ReviewFacts, now: Millis): Refusal | undefined {
  const request = world.requests.get(command.request)
  const reviewer = world.principals.get(command.reviewer)
  if (!request || !reviewer) return refusal('GBX-1004', { what: command.request })
  const ref = { ref: request.id }
  const refused = refusedReviewer(world, request, reviewer)
  if (refused) return refused
  const lock = lockOn(world, reviewer, undefined, now)
  if (lock) return lockedRefusal(lock, undefined)
  if (!facts.mayReview) return refusal('GBX-1110', { request: request.id, why: facts.why }, ref)
  const state = stateOf(request, now)
  if (state !== 'pending') return refusal('GBX-1107', { what: request.id, state }, ref)
  if (command.contentHash !== request.contentHash)
    return refusal('GBX-1106', { request: request.id, actual: request.contentHash }, ref)
  if (
    request.reviews.some(
      (review) => review.person === reviewer.person || mayBeSamePerson(world, review.reviewer, reviewer.id),
    )
  )
    return refusal('GBX-1107', { what: `your review of ${request.id}`, state: 'given' }, ref)
  if (command.decision === 'deny') return undefined
  if (
    command.durationMs !== undefined &&
    (!Number.isSafeInteger(command.durationMs) || command.durationMs < 1_000 || command.durationMs > request.durationMs)
  )
    return refusal('GBX-1002', { field: 'for', why: 'an approval may be shorter than what was asked, never longer.' })
  return refusedGrant(world, request, now)
}

/** Nothing is granted to somebody who is gone or locked, and no time is added to what has ended. */
function refusedGrant(world: World, request: AccessRequest, now: Millis): Refusal | undefined {
  const asker = world.principals.get(request.asker)
  if (!asker) return refusal('GBX-1107', { what: request.id, state: 'without an asker' }, { ref: request.id })
  const lock = lockOn(world, asker, request.target, now)
  if (lock)
    return refusal('GBX-1108', {
      what: lock.kind === 'target' ? request.target : asker.name,
      why: `${lock.reason} (${lock.id})`,
    })
  if (!request.extends) return undefined
  const grant = world.grants.get(request.extends)
  if (grant && isLive(grant, now)) return undefined
  return refusal('GBX-1107', { what: request.extends, state: grant?.ended ?? 'expired' }, { ref: request.id })
}

/**
 * Entries of a review; the last approval that was missing starts the grant at this moment, for the shortest duration
 * that any approver gave. One denial decides. Refuses GBX-1002, 1004, 1105 to 1108, 1110, 1111.
 */
export function decideReview(world: World, command: ReviewRequest, facts: ReviewFacts, now: Millis): Draft[] | Refusal {
  const refused = refusedReview(world, command, facts, now)
  if (refused) return refused
  const request = world.requests.get(command.request) as AccessRequest
  const reviewer = world.principals.get(command.reviewer) as Principal
  const durationMs = command.durationMs ?? request.durationMs
  const reviewed: Draft = {
    type: 'request.reviewed',
    by: reviewer.id,
    clear: {
      request: request.id,
      person: reviewer.person,
      kind: reviewer.kind,
      groups: reviewer.groups,
      decision: command.decision,
      contentHash: request.contentHash,
      durationMs,
      challenge: approvalChallenge(request.contentHash, command.decision, durationMs, reviewer.id),
      policies: facts.policies,
    },
    payload: command.comment === undefined ? {} : { comment: command.comment },
  }
  if (command.decision === 'deny') return [reviewed]
  const counted = countingApprovals(world, request)
  if (counted.length + 1 < request.needed.count) return [reviewed]
  const shortestMs = Math.min(durationMs, ...counted.map((review) => review.durationMs))
  return [reviewed, granted(world, request, { grant: command.grant, durationMs: shortestMs }, now)]
}
