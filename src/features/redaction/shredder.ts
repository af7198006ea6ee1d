// Does what was approved: puts `redaction.done` on record, waits until that is durable, and only then destroys keys and
// overwrites payloads. What a crash leaves undone is done at the next start, and what an old copy of keys.db brings back
// is destroyed again, because the record says so.
import type { Clear, Draft, Recorded } from '../../core/entry.ts'
import type { PrincipalId } from '../../core/nouns.ts'
import { notNow, type Erased, type Redaction, type RedactionId } from '../../core/redaction.ts'
import { countingApprovals } from '../../core/review.ts'
import type { Ledger } from '../../store/ledger.ts'
import { collectPerson } from './collect.ts'

/** The journal, as far as erasing needs it. */
export interface Shreddable {
  /** Nothing is sealed under these keys any more. Synchronous. */
  retire(keys: readonly string[]): void
  entries(from?: number): AsyncIterable<Recorded>
  shred(what: { readonly keys: readonly string[]; readonly entries: readonly number[] }): Promise<void>
  readonly keyring: {
    sealedUnder(id: string): string[]
    isErased(done: number): boolean
    markErased(done: number): void
  }
}

/** Takes away what somebody has made from payloads that are gone now. Called after they are; again after a crash. */
export type Eraser = (erased: Erased) => void | Promise<void>

export interface ShredderParts {
  readonly ledger: Ledger
  readonly journal: Shreddable
  readonly log: (line: string) => void
}

/** Members of one entry at most, so that a leaf stays below its limit. */
const keysEach = 2_000
const entriesEach = 3_000
const retryMs = 30_000

const chunked = <T>(all: readonly T[], size: number): T[][] => {
  const chunks: T[][] = []
  for (let at = 0; at < all.length; at += size) chunks.push(all.slice(at, at + size))
  return chunks
}

/** The entries that say so: as many as it takes for all keys and entries. */
export function doneDrafts(
  clear: Omit<Clear<'redaction.done'>, 'keys' | 'entries'>,
  keys: readonly string[],
  entries: readonly number[],
): Draft[] {
  const parts = [
    ...chunked(keys, keysEach).map((some) => ({ keys: some, entries: [] as number[] })),
    ...chunked(entries, entriesEach).map((some) => ({ keys: [] as string[], entries: some })),
  ]
  const [first] = parts
  const small = keys.length <= keysEach && entries.length <= entriesEach
  const all = small || !first ? [{ keys: [...keys], entries: [...entries] }] : parts
  return all.map((part) => ({ type: 'redaction.done', by: 'gateway', clear: { ...clear, ...part }, payload: {} }))
}

export class Shredder {
  readonly #parts: ShredderParts
  readonly #erasers: Eraser[] = []
  /** One at a time, in order. */
  #working: Promise<void> = Promise.resolve()
  #hasBegun = false
  #retry: NodeJS.Timeout | undefined
  readonly #stop: () => void

  constructor(parts: ShredderParts) {
    this.#parts = parts
    this.#stop = parts.ledger.subscribe(({ entry }) => {
      // In the same step as the entry: what is taken after it lies under another key, and is not lost with this one.
      if (entry.type === 'redaction.done') this.#retire(entry.keys)
      if (entry.type === 'redaction.reviewed' && entry.decision === 'approve') this.#later()
    })
  }

  #retire(keys: readonly string[]): void {
    try {
      this.#parts.journal.retire(keys)
    } catch {
      // open: it holds in memory, and erasing writes it down or fails
    }
  }

  /**
   * Before anybody can read: what is on record as erased is so, also where an old copy of keys or payloads was put back.
   * `closed` = entries whose payload could not be read at this start. Throws when it could not be done: then nothing starts.
   */
  async restore(closed: ReadonlySet<number>): Promise<void> {
    const { ledger, journal } = this.#parts
    for (const one of ledger.world.erased)
      if (!journal.keyring.isErased(one.done) || one.entries.some((index) => !closed.has(index)))
        await journal.shred(one)
  }

  /** From here on approved redactions are done. `erasers` know what was made from payloads. */
  async begin(erasers: readonly Eraser[]): Promise<void> {
    this.#erasers.push(...erasers)
    this.#hasBegun = true
    this.#later()
    await this.#working
  }

  /** Resolves when all that is approved now has been done, or could not be. */
  settled(): Promise<void> {
    return this.#working
  }

  async close(): Promise<void> {
    this.#stop()
    clearTimeout(this.#retry)
    this.#hasBegun = false
    await this.#working
  }

  #left(): Erased[] {
    const { ledger, journal } = this.#parts
    return ledger.world.erased.filter(({ done }) => !journal.keyring.isErased(done))
  }

  #later(): void {
    if (!this.#hasBegun) return
    this.#working = this.#working.then(() => this.#work())
  }

  async #work(): Promise<void> {
    const { world } = this.#parts.ledger
    clearTimeout(this.#retry)
    try {
      await this.#finish()
      for (const one of world.redactions.values())
        if (one.state === 'approved' && !notNow(world, one)) await this.#do(one)
    } catch (error) {
      // closed: it is approved, or even on record as done, and tried again; nobody is told that it is gone
      const why = error instanceof Error ? error.message : String(error)
      this.#parts.log(`! a redaction could not be finished and is tried again: ${why}`)
      this.#retry = setTimeout(() => this.#later(), retryMs).unref()
    }
  }

  async #do(redaction: Redaction): Promise<void> {
    const { ledger } = this.#parts
    const { keys, entries, names } = await this.#found(redaction)
    const newest = ledger.world.redactions.get(redaction.id)
    // Time has passed while the record was read: a hold or a session that came meanwhile stops it.
    if (newest?.state !== 'approved' || notNow(ledger.world, newest)) return
    const { scope, subject, basis, asker } = newest
    const approvedBy = countingApprovals(ledger.world, newest).map((review) => review.reviewer)
    const clear = {
      redaction: newest.id,
      scope,
      subject,
      basis,
      requestedBy: asker,
      approvedBy,
      ...(names.length === 0 ? {} : { names }),
    }
    await this.erase(doneDrafts(clear, keys, entries))
  }

  /** Puts it on record, and does it. G7: the entry is durable before anything is gone. */
  async erase(drafts: readonly Draft[]): Promise<void> {
    await this.#parts.ledger.record(drafts).durable
    await this.#finish()
  }

  /** In line with what else is being erased. */
  inLine(work: () => Promise<void>): Promise<void> {
    const run = this.#working.then(work)
    this.#working = run.catch(() => undefined) // whoever asked hears of it
    return run
  }

  async #found({
    scope,
    subject,
  }: Redaction): Promise<{ keys: string[]; entries: readonly number[]; names: readonly PrincipalId[] }> {
    const { journal, ledger } = this.#parts
    if (scope === 'entry') return { keys: [], entries: [Number(subject.slice(2))], names: [] }
    if (scope === 'session') return { keys: journal.keyring.sealedUnder(subject), entries: [], names: [] }
    const { world } = ledger
    const names = [...world.persons].flatMap(([id, person]) => (person === subject ? (world.names.get(id) ?? []) : []))
    const collected = await collectPerson(journal.entries(), subject as PrincipalId, names)
    return { ...collected, keys: collected.owners.flatMap((id) => journal.keyring.sealedUnder(id)) }
  }

  /** Everything that is on record as erased is erased, here and in what others have made of it. */
  async #finish(): Promise<void> {
    const { journal } = this.#parts
    for (const one of this.#left()) {
      await journal.shred(one)
      for (const eraser of this.#erasers) await eraser(one)
      journal.keyring.markErased(one.done)
    }
  }

  /** How far a request is, after it was approved. */
  async finished(id: RedactionId): Promise<Redaction | undefined> {
    await this.#working
    return this.#parts.ledger.world.redactions.get(id)
  }
}
