// Erasing what entries keep from strangers: asked by one person with a legal basis, approved by another, refused where a
// legal hold covers it. Only payloads go. Entries, their order, times, sizes and pseudonymous ids stay (G7).
import { canonical } from '../lib/canonical-json.ts'
import { sha256Hex } from '../lib/hash.ts'
import type { Draft, Entry } from './entry.ts'
import { refusal, type Refusal } from './error.ts'
import { mayBeSamePerson } from './four-eyes.ts'
import { lockedRefusal, lockOn } from './lock.ts'
import type { Hash, Millis, Needed, Principal, PrincipalId, Review } from './nouns.ts'
import { approvalChallenge, countingApprovals, refusedReviewer } from './review.ts'
import type { World } from './world.ts'

export type RedactionId = `x-${string}`
export type HoldId = `h-${string}`
/** entry = one payload; session = all that was recorded of one; person = their name, requests and sessions. */
export const redactionScopes = ['entry', 'session', 'person'] as const
export type RedactionScope = (typeof redactionScopes)[number]
/** What a retention can be set for; `class` is the scope of what time has erased. */
export const retentionClasses = ['statements', 'reasons', 'searches', 'refusals'] as const
export type RetentionClass = (typeof retentionClasses)[number]
/** Milliseconds after which payloads of a class are erased; a class without is kept. */
export type Retentions = Readonly<Partial<Record<RetentionClass, Millis>>>

/** A short token, so that nothing personal gets into the clear part of an entry: art17, retention, court-order. */
export const basisForm = /^[a-z0-9][a-z0-9.-]{0,39}$/

/** Whose and of which session it is, as far as it has one: what holds are compared with. */
export interface About {
  readonly ofPerson?: PrincipalId
  readonly ofSession?: string
}

export interface Redaction extends About {
  readonly id: RedactionId
  readonly asker: PrincipalId
  readonly person: PrincipalId
  readonly scope: RedactionScope
  /** `j-N`, a session or a person. */
  readonly subject: string
  readonly basis: string
  readonly reason: string
  readonly contentHash: Hash
  readonly needed: Needed
  readonly createdAt: Millis
  readonly expiresAt: Millis
  readonly state: 'pending' | 'approved' | 'denied' | 'done'
  readonly reviews: readonly Review[]
  /** Index of the entry that says it was done. */
  readonly done?: number
}

/** Nothing that it covers is erased by anybody or by time, until it is lifted. `of` = whose session it is. */
export interface Hold {
  readonly id: HoldId
  readonly kind: 'all' | 'person' | 'session'
  readonly subject: string
  readonly of?: PrincipalId
  readonly reason: string
  readonly by: PrincipalId | 'gateway'
  readonly since: Millis
}

/** What has been erased, by the entry that says so. */
export interface Erased {
  readonly done: number
  readonly keys: readonly string[]
  readonly entries: readonly number[]
}

const ttlMs = 7 * 86_400_000

export const redactionHashOf = (canonicalText: string): Hash => sha256Hex('glovebox/redaction/v1\n', canonicalText)

/** The hold that covers it, if any. `whole` = something that may be anybody's: any hold covers it. */
export function heldBy(world: World, { ofPerson, ofSession }: About): Hold | undefined {
  for (const hold of world.holds.values()) {
    if (hold.kind === 'all') return hold
    if (hold.kind === 'person' ? hold.subject === ofPerson : hold.subject === ofSession) return hold
  }
  return undefined
}

/** The same for everything about a person, whose sessions may be held one by one. */
export const personHeldBy = (world: World, person: PrincipalId): Hold | undefined =>
  heldBy(world, { ofPerson: person }) ?? [...world.holds.values()].find((hold) => hold.of === person)

const not = (why: string, next: readonly string[] = []): Refusal => refusal('GBX-1703', { why }, { next: [...next] })

/** Why it cannot be erased now; asked when it is asked for, when it is approved, and by the gateway before it does it. */
export function notNow(
  world: World,
  { scope, subject, ...about }: About & { readonly scope: RedactionScope; readonly subject: string },
): Refusal | undefined {
  const hold = scope === 'person' ? personHeldBy(world, subject as PrincipalId) : heldBy(world, about)
  if (hold)
    return not(`legal hold ${hold.id} covers it${hold.reason === '' ? '' : ` (${hold.reason})`}`, [
      `glovebox audit hold lift ${hold.id} -w "…"`,
    ])
  if (scope === 'session' && world.sessions.has(subject as never))
    return not(`${subject} is still open`, [`glovebox kill ${subject} -w "…"`])
  if (scope !== 'person') return undefined
  for (const one of world.principals.values())
    if (one.person === subject) return not(`${one.name} still has an account`, [`glovebox user remove ${one.name}`])
  for (const one of world.sessions.values())
    if (one.person === subject) return not(`${one.id} of theirs is still open`, [`glovebox kill ${one.id} -w "…"`])
  return undefined
}

export interface RedactionWish extends About {
  readonly id: RedactionId
  readonly asker: PrincipalId
  readonly scope: RedactionScope
  readonly subject: string
  readonly basis: string
  readonly reason: string
  /** 32 random bytes as hex: a short reason can't be guessed from the hash. */
  readonly nonce: string
}

/** The entry of a request. `needed` is the policies' word. Refuses GBX-1002, 1004, 1107, 1703. */
export function decideRedact(
  world: World,
  wish: RedactionWish,
  said: { readonly needed: Needed; readonly policies: Hash },
  now: Millis,
): Draft[] | Refusal {
  const asker = world.principals.get(wish.asker)
  if (!asker) return refusal('GBX-1004', { what: wish.asker })
  if (!basisForm.test(wish.basis))
    return refusal('GBX-1002', { field: 'basis', why: 'a short word such as art17; it stays readable for ever.' })
  if (wish.reason.trim() === '') return refusal('GBX-1002', { field: 'why', why: 'say why; it is kept on record.' })
  if (said.needed.count < 1)
    return refusal('GBX-1117', { what: 'redact', why: 'rule four-eyes: somebody else has to approve it.' })
  for (const one of world.redactions.values())
    if (one.scope === wish.scope && one.subject === wish.subject && redactionState(one, now) === 'pending')
      return refusal('GBX-1107', { what: `a request to redact ${wish.subject}`, state: `pending (${one.id})` })
  const blocked = notNow(world, wish)
  if (blocked) return blocked
  const { id, scope, subject, basis, reason, nonce, ofPerson, ofSession } = wish
  const text = canonical({ redaction: id, scope, subject, basis, reason, nonce })
  return [
    {
      type: 'redaction.requested',
      by: asker.id,
      clear: {
        redaction: id,
        person: asker.person,
        scope,
        subject,
        basis,
        contentHash: redactionHashOf(text),
        needed: said.needed,
        expiresAt: new Date(now + ttlMs).toISOString(),
        policies: said.policies,
        ...(ofPerson === undefined ? {} : { ofPerson }),
        ...(ofSession === undefined ? {} : { ofSession }),
      },
      payload: { canonical: text },
    },
  ]
}

/** With the clock: a request that nobody decided in a week is over. */
export const redactionState = (redaction: Redaction, now: Millis): Redaction['state'] | 'expired' =>
  redaction.state === 'pending' && now >= redaction.expiresAt ? 'expired' : redaction.state

/** The entry of a decision by somebody else (G4). One denial decides. Refuses GBX-1004, 1105 to 1108, 1110, 1111, 1703. */
export function decideRedactionReview(
  world: World,
  command: {
    readonly redaction: RedactionId
    readonly reviewer: PrincipalId
    readonly decision: 'approve' | 'deny'
    readonly contentHash: Hash
    readonly comment?: string
  },
  facts: { readonly mayReview: boolean; readonly why: string; readonly policies: Hash },
  now: Millis,
): Draft[] | Refusal {
  const redaction = world.redactions.get(command.redaction)
  const reviewer = world.principals.get(command.reviewer)
  if (!redaction || !reviewer) return refusal('GBX-1004', { what: command.redaction })
  const refused = refusedDecision(world, redaction, reviewer, facts, now) ?? refusedReviewer(world, redaction, reviewer)
  if (refused) return refused
  if (command.contentHash !== redaction.contentHash)
    return refusal('GBX-1106', { request: redaction.id, actual: redaction.contentHash })
  const blocked = command.decision === 'approve' ? notNow(world, redaction) : undefined
  if (blocked) return blocked
  return [
    {
      type: 'redaction.reviewed',
      by: reviewer.id,
      clear: {
        redaction: redaction.id,
        person: reviewer.person,
        kind: reviewer.kind,
        groups: reviewer.groups,
        decision: command.decision,
        contentHash: redaction.contentHash,
        challenge: approvalChallenge(redaction.contentHash, command.decision, 0, reviewer.id),
        policies: facts.policies,
      },
      payload: command.comment === undefined ? {} : { comment: command.comment },
    },
  ]
}

function refusedDecision(
  world: World,
  redaction: Redaction,
  reviewer: Principal,
  facts: { readonly mayReview: boolean; readonly why: string },
  now: Millis,
): Refusal | undefined {
  const lock = lockOn(world, reviewer, undefined, now)
  if (lock) return lockedRefusal(lock, undefined)
  if (!facts.mayReview) return refusal('GBX-1110', { request: redaction.id, why: facts.why })
  const state = redactionState(redaction, now)
  if (state !== 'pending') return refusal('GBX-1107', { what: redaction.id, state })
  const given = redaction.reviews.some(
    (review) => review.person === reviewer.person || mayBeSamePerson(world, review.reviewer, reviewer.id),
  )
  return given ? refusal('GBX-1107', { what: `your review of ${redaction.id}`, state: 'given' }) : undefined
}

/** Does it have the approvals that it needs, by people who may still give them? */
export const isApproved = (world: World, redaction: Redaction): boolean =>
  countingApprovals(world, redaction).length >= redaction.needed.count

/** An id without what tells its later keys from its first: `p-abc` of `p-abc-2`. */
export const ownerOf = (keyId: string): string => keyId.split('-').slice(0, 2).join('-')

/** Whose keys the payload of an entry may have been sealed under: the first that it has. */
export function sealOwner(entry: Entry): string {
  if ('session' in entry) return entry.session
  if ('person' in entry) return entry.person
  return entry.by
}
