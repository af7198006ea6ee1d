// What has to hold of redactions: asked by one, approved by others, never under a legal hold, and by time only what is as
// old as it says. With it, which payloads are rightly gone.
import type { Entry, Recorded } from '../core/entry.ts'
import { behind } from '../core/four-eyes.ts'
import type { PrincipalId } from '../core/nouns.ts'
import { heldBy, ownerOf, personHeldBy, redactionHashOf, redactionState, type Redaction } from '../core/redaction.ts'
import { approvalChallenge, countingApprovals, refusedReviewer } from '../core/review.ts'
import type { World } from '../core/world.ts'

type Of<T extends Entry['type']> = Extract<Entry, { type: T }>

/** The check that these rules belong to; shown once the log has a redaction or a hold. */
export const redactionCheck = {
  name: 'redactions',
  what: 'nothing was redacted but what one person asked for and others approved, or what was old enough, and nothing under a legal hold',
} as const

const at = (entry: Entry): number => Date.parse(entry.ts)

function requested(world: World, entry: Of<'redaction.requested'>, payload: unknown): string | undefined {
  const asker = entry.by === 'gateway' ? undefined : world.principals.get(entry.by)
  if (!asker) return `it was asked by ${entry.by}, who did not exist`
  if (asker.person !== entry.person) return `${entry.by} is not an account of ${entry.person}`
  if (world.redactions.has(entry.redaction)) return `${entry.redaction} existed already`
  if (entry.needed.count < 1) return `nobody had to approve ${entry.redaction}`
  const canonical = (payload as { canonical?: string } | undefined)?.canonical
  return canonical !== undefined && redactionHashOf(canonical) !== entry.contentHash
    ? 'its content hash is not that of its content'
    : undefined
}

function reviewed(world: World, entry: Of<'redaction.reviewed'>): string | undefined {
  const redaction = world.redactions.get(entry.redaction)
  const reviewer = entry.by === 'gateway' ? undefined : world.principals.get(entry.by)
  if (!redaction) return `${entry.redaction} did not exist`
  if (!reviewer || entry.by === 'gateway') return `it was decided by ${entry.by}, who is nobody`
  if (reviewer.person !== entry.person || reviewer.kind !== entry.kind)
    return `${entry.by} was not ${entry.kind} ${entry.person}`
  const refused = refusedReviewer(world, redaction, reviewer)
  if (refused) return `${entry.by} could not decide ${redaction.id} (${refused.code}: ${refused.title})`
  if (entry.contentHash !== redaction.contentHash) return `it decided other content than ${redaction.id} has`
  if (entry.challenge !== approvalChallenge(redaction.contentHash, entry.decision, 0, entry.by))
    return 'its challenge does not bind this content, decision and reviewer'
  const state = redactionState(redaction, at(entry))
  return state === 'pending' ? undefined : `${redaction.id} was ${state} already`
}

interface Placed {
  readonly index: number
  readonly entry: Of<'redaction.done'>
}

/** Does the entry erase what was approved, and say by whom? */
function unlikeApproved(world: World, { index, entry }: Placed, redaction: Redaction): string | undefined {
  // What does not fit into one entry goes on in the next.
  if (redaction.state !== 'approved' && redaction.done !== index - 1) return `${redaction.id} was ${redaction.state}`
  if (entry.scope !== redaction.scope || entry.subject !== redaction.subject || entry.basis !== redaction.basis)
    return `it is not what ${redaction.id} asked for`
  if (entry.requestedBy !== redaction.asker) return `${redaction.asker} asked for it, and it says ${entry.requestedBy}`
  const approvals = countingApprovals(world, redaction).map((review) => review.reviewer)
  if (approvals.length < redaction.needed.count)
    return `${redaction.id} had ${approvals.length} of ${redaction.needed.count} approvals`
  if (entry.approvedBy.some((one) => !redaction.reviews.some((review) => review.reviewer === one)))
    return 'it names somebody who did not approve it'
  if (entry.scope === 'entry' && (entry.keys.length > 0 || entry.entries.some((one) => `j-${one}` !== entry.subject)))
    return `it erases more than ${entry.subject}`
  if (entry.scope === 'session' && (entry.entries.length > 0 || entry.keys.some((one) => one !== entry.subject)))
    return `it erases more than ${entry.subject}`
  return undefined
}

/** Follows a log and knows what may be gone. Told of every entry before it is folded. */
export class Redacted {
  readonly #times: number[] = []
  /** Who opened each session. */
  readonly #openers = new Map<string, string>()
  /** When each session ended. */
  readonly #closed = new Map<string, number>()
  readonly #keys = new Map<string, Done>()
  readonly #entries = new Map<number, Done>()
  readonly #isPart: boolean

  /** `isPart` = only a part of the log is told: how old things were and what was held can't be asked then. */
  constructor(isPart = false) {
    this.#isPart = isPart
  }

  /** What is wrong with it; undefined = nothing. */
  before(world: World, { index, entry, payload }: Recorded): string | undefined {
    this.#times[index] = at(entry)
    switch (entry.type) {
      case 'session.opened':
        this.#openers.set(entry.session, entry.principal)
        return undefined
      case 'session.closed':
        this.#closed.set(entry.session, at(entry))
        return undefined
      case 'redaction.requested':
        return requested(world, entry, payload)
      case 'redaction.reviewed':
        return reviewed(world, entry)
      case 'redaction.done':
        return this.#done(world, index, entry)
      case 'hold.lifted':
        return this.#isPart || world.holds.has(entry.hold) ? undefined : `${entry.hold} was not set`
      default:
        return undefined
    }
  }

  #done(world: World, index: number, entry: Of<'redaction.done'>): string | undefined {
    const redaction = entry.redaction && world.redactions.get(entry.redaction)
    const done: Done = { index, entry, names: (id) => world.names.get(id as PrincipalId) ?? id }
    for (const key of entry.keys) if (!this.#keys.has(key)) this.#keys.set(key, done)
    for (const one of entry.entries) if (one < index && !this.#entries.has(one)) this.#entries.set(one, done)
    if (entry.entries.some((one) => one >= index)) return 'it erases what comes after it'
    const held = this.#isPart ? undefined : this.#held(world, entry)
    if (held !== undefined) return `legal hold ${held} covered it`
    if (redaction) return unlikeApproved(world, { index, entry }, redaction) ?? this.#notTheirs(world, entry)
    if (entry.by !== 'gateway' || entry.scope !== 'class' || entry.olderThanMs === undefined)
      return 'nobody had asked for it'
    if (this.#isPart) return undefined
    const before = at(entry) - entry.olderThanMs
    const young = entry.entries.find((one) => (this.#times[one] ?? Infinity) > before)
    if (young !== undefined) return `j-${young} was younger than it says`
    const open = entry.keys.find((one) => (this.#closed.get(one) ?? Infinity) > before)
    return open === undefined ? undefined : `${open} had not ended so long ago`
  }

  /** Of a person only keys of theirs may go: their own, of accounts that ever were theirs, and of the sessions of those. */
  #notTheirs(world: World, { scope, subject, keys }: Of<'redaction.done'>): string | undefined {
    if (scope !== 'person' || this.#isPart) return undefined
    const isTheirs = (owner: string): boolean =>
      owner === subject || behind(world, (this.#openers.get(owner) ?? owner) as PrincipalId).has(subject as PrincipalId)
    const other = keys.find((key) => !isTheirs(ownerOf(key)))
    return other === undefined ? undefined : `the key ${other} is not of ${subject}`
  }

  #held(world: World, entry: Of<'redaction.done'>): string | undefined {
    if (world.holds.size === 0) return undefined
    if (entry.scope === 'person') return personHeldBy(world, entry.subject as PrincipalId)?.id
    for (const key of entry.keys) {
      const opener = this.#openers.get(key) as PrincipalId | undefined
      const ofPerson = opener && (world.persons.get(opener) ?? opener)
      const hold = heldBy(world, {
        ofSession: key,
        ...(ofPerson === undefined ? {} : { ofPerson: ofPerson as PrincipalId }),
      })
      if (hold) return hold.id
    }
    const redaction = entry.redaction && world.redactions.get(entry.redaction)
    return heldBy(world, redaction || {})?.id
  }

  /** The same where nobody knows under which of its owner's keys it was sealed. */
  ofOwner(index: number, owner: string): Done | undefined {
    for (const [key, done] of this.#keys) if (ownerOf(key) === owner && done.index > index) return done
    return this.#entries.get(index)
  }

  /** The redaction under which the payload of entry `index`, sealed under `keyId`, is gone; undefined = none. */
  of(index: number, keyId: string): Done | undefined {
    const byKey = this.#keys.get(keyId)
    if (byKey && byKey.index > index) return byKey
    return this.#entries.get(index)
  }
}

export interface Done extends Placed {
  readonly names: (id: string) => string
}

/** Who redacted it, as the second half of a sentence. */
export function doneBy({ index, entry, names }: Done): string {
  const { redaction, requestedBy, approvedBy, basis, class: kind, olderThanMs } = entry
  if (redaction === undefined)
    return `redacted at j-${index} by the retention of ${kind ?? 'its class'} (older than ${Math.floor((olderThanMs ?? 0) / 1_000)} s)`
  const named = (id: string): string => (names(id) === id ? id : `${id} (${names(id)})`)
  return `redacted at j-${index} by ${named(requestedBy)}, approved by ${approvedBy.map(named).join(', ')} (${basis})`
}
