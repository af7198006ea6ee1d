// Erases by time: payloads of a class that are older than the configuration says, on record like everything that is erased,
// and never what a legal hold covers. Runs beside the gateway and asks nobody.
import type { EntryType, Recorded } from '../../core/entry.ts'
import type { PrincipalId, RequestId, SessionId } from '../../core/nouns.ts'
import { heldBy, type About, type RetentionClass, type Retentions } from '../../core/redaction.ts'
import { formatDuration } from '../../lib/duration.ts'
import type { Ledger } from '../../store/ledger.ts'
import { doneDrafts, type Shreddable, type Shredder } from './shredder.ts'

export interface RetentionParts {
  readonly ledger: Ledger
  readonly journal: Shreddable
  readonly shredder: Shredder
  readonly retentions: Retentions
  /** The journal's clock, epoch milliseconds. */
  readonly now: () => number
  readonly log: (line: string) => void
}

/** Entries whose own payload belongs to the class. Those of a session go with its key: class `statements`. */
const classes: Readonly<Record<Exclude<RetentionClass, 'statements'>, readonly EntryType[]>> = {
  reasons: [
    'request.created',
    'request.reviewed',
    'grant.revoked',
    'lock.set',
    'epoch.destroyed',
    'redaction.requested',
    'redaction.reviewed',
    'hold.set',
    'hold.lifted',
  ],
  searches: ['audit.searched', 'audit.exported'],
  refusals: ['access.refused', 'session.refused'],
}

const everyMs = 6 * 3_600_000
const firstMs = 60_000
/** So many at a time, so that an entry stays small and nobody waits long. */
const batchSize = 1_000

interface Due {
  readonly keys: string[]
  readonly entries: number[]
  /** The first entry that is old enough and has to wait: a hold, or it is still in use. */
  waits: number | undefined
  /** The next one to look at. */
  next: number
  /** Holds that were in force when it was looked for. */
  readonly holds: string
}

const holdsIn = ({ world }: Ledger): string => [...world.holds.keys()].join()

export class Retention {
  readonly #parts: RetentionParts
  /** Everything of the class before this entry is erased. In memory: a start looks from the beginning. */
  readonly #from = new Map<RetentionClass, number>()
  /** Whose session it is, of those that were seen. */
  readonly #owners = new Map<string, PrincipalId>()
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(parts: RetentionParts) {
    this.#parts = parts
  }

  /** Starts the timer, if there is anything to do at all. */
  start(): void {
    if (Object.keys(this.#parts.retentions).length > 0) this.#arm(firstMs)
  }

  #arm(afterMs: number): void {
    this.#timer = setTimeout(() => {
      this.#running = this.run()
        .catch((error: unknown) => {
          // closed: what is not erased stays, and the next turn tries again
          this.#parts.log(`! retention: ${error instanceof Error ? error.message : String(error)}`)
        })
        .finally(() => this.#timer && this.#arm(everyMs))
    }, afterMs).unref()
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#running
  }

  /** One turn over all classes. Resolves when everything that is due is erased. */
  async run(): Promise<void> {
    for (const [kind, olderThanMs] of Object.entries(this.#parts.retentions) as [RetentionClass, number][]) {
      let waits: number | undefined
      let from = this.#from.get(kind) ?? 0
      for (let isMore = true; isMore;) {
        const due = await this.#due(kind, from, this.#parts.now() - olderThanMs)
        const count = due.keys.length + due.entries.length
        waits ??= due.waits
        if (count > 0 && !(await this.#erase(kind, olderThanMs, due))) waits = Math.min(waits ?? from, from)
        from = due.next
        isMore = count >= batchSize
      }
      this.#from.set(kind, waits ?? from)
    }
  }

  /** False = a hold was set or lifted while this waited for its turn: nothing was done, it is looked at again next time. */
  async #erase(kind: RetentionClass, olderThanMs: number, { keys, entries, holds }: Due): Promise<boolean> {
    const { shredder, log, ledger } = this.#parts
    let isDone = false
    await shredder.inLine(async () => {
      if (holdsIn(ledger) !== holds) return
      const clear = {
        scope: 'class',
        subject: kind,
        class: kind,
        basis: 'retention',
        requestedBy: 'gateway',
        approvedBy: [],
        olderThanMs,
      } as const
      await shredder.erase(doneDrafts(clear, keys, entries))
      isDone = true
      log(`* retention: ${keys.length + entries.length} of ${kind} older than ${formatDuration(olderThanMs)} erased`)
    })
    return isDone
  }

  /** What is old enough, in order of the log: time never goes back in it, so the first that is too young ends it. */
  async #due(kind: RetentionClass, from: number, before: number): Promise<Due> {
    const holds = holdsIn(this.#parts.ledger)
    const due: Due = { keys: [], entries: [], waits: undefined, next: from, holds }
    let seen = 0
    for await (const recorded of this.#parts.journal.entries(from)) {
      if (Date.parse(recorded.entry.ts) > before || due.keys.length + due.entries.length >= batchSize) break
      due.next = recorded.index + 1
      if (kind === 'statements') this.#session(recorded, due)
      else if (classes[kind].includes(recorded.entry.type)) this.#entry(recorded, due)
      if (++seen % 2_000 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    return due
  }

  #session({ index, entry }: Recorded, due: Due): void {
    if (entry.type === 'session.opened' && entry.principal !== 'gateway')
      this.#owners.set(entry.session, entry.principal)
    if (entry.type !== 'session.closed') return
    if (this.#heldSession(entry.session)) {
      due.waits ??= index
      return
    }
    this.#owners.delete(entry.session)
    if (!this.#gone().has(entry.session)) due.keys.push(entry.session)
  }

  #erasedSeen = 0
  readonly #erased = new Set<string>()
  /** Keys that the record says are destroyed. */
  #gone(): ReadonlySet<string> {
    const { erased } = this.#parts.ledger.world
    for (; this.#erasedSeen < erased.length; this.#erasedSeen++)
      for (const key of erased[this.#erasedSeen]?.keys ?? []) this.#erased.add(key)
    return this.#erased
  }

  #heldSession(session: string): boolean {
    const { world } = this.#parts.ledger
    if (world.holds.size === 0) return false
    const principal = this.#owners.get(session)
    const ofPerson = principal && (world.persons.get(principal) ?? principal)
    return heldBy(world, { ofSession: session, ...(ofPerson === undefined ? {} : { ofPerson }) }) !== undefined
  }

  #entry(recorded: Recorded, due: Due): void {
    const { index, payload } = recorded
    if (payload === undefined || Object.keys(payload).length === 0) return
    if (this.#isInUse(recorded) || this.#isHeld(recorded)) due.waits ??= index
    else due.entries.push(index)
  }

  /** Still needed: a request that is pending or in use, a lock or a hold in force, a redaction that is not decided. */
  #isInUse({ entry }: Recorded): boolean {
    const { world } = this.#parts.ledger
    if (entry.type === 'lock.set') return world.locks.has(entry.lock)
    if (entry.type === 'hold.set') return world.holds.has(entry.hold)
    if (entry.type === 'redaction.requested') return world.redactions.get(entry.redaction)?.state === 'approved'
    if (entry.type !== 'request.created' && entry.type !== 'request.reviewed') return false
    const request = world.requests.get(entry.request)
    return request?.state === 'pending' || (request?.grant !== undefined && world.live.has(request.grant))
  }

  /** Held for whoever wrote it, or for the person whom it is about. */
  #isHeld({ entry }: Recorded): boolean {
    const { world } = this.#parts.ledger
    if (world.holds.size === 0) return false
    const people = new Set<PrincipalId>()
    const add = (id: PrincipalId | 'gateway' | undefined): void => {
      if (id !== undefined && id !== 'gateway') people.add(world.persons.get(id) ?? id)
    }
    add(entry.by)
    if ('person' in entry) add(entry.person)
    if ('request' in entry) add(world.requests.get(entry.request as RequestId)?.person)
    if ('grant' in entry && entry.grant !== undefined) add(world.grants.get(entry.grant)?.person)
    if ('subject' in entry && entry.subject.startsWith('p-')) add(entry.subject as PrincipalId)
    const abouts: About[] = [...people].map((ofPerson) => ({ ofPerson }))
    if ('session' in entry) abouts.push({ ofSession: entry.session as SessionId })
    return [{}, ...abouts].some((about) => heldBy(world, about) !== undefined)
  }
}
