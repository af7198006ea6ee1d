// The entries that sinks still have to be told, shared by all of them: what came in the last seconds is kept in memory,
// everything older is read from the journal again. A receiver that is down costs no memory (G10).
import { setImmediate as turn } from 'node:timers/promises'
import type { Recorded } from '../../core/entry.ts'
import type { EntryFeed } from './types.ts'

/** Kept in memory, at most: entries, characters of their payloads, and milliseconds. What is shredded does not outlive it here. */
const mostEntries = 2_000
const mostCharacters = 8_000_000
const keepMs = 5_000

/** One per gateway; any number of readers at once. */
export class Feed {
  readonly #source: EntryFeed
  readonly #stop: () => void
  readonly #waiting = new Set<() => void>()
  #recent: { readonly recorded: Recorded; readonly characters: number; readonly at: number }[] = []
  #characters = 0
  #erased = 0
  #next: number
  #timer: NodeJS.Timeout | undefined

  constructor(source: EntryFeed) {
    this.#source = source
    this.#stop = source.onDurable((recorded) => this.#take(recorded))
    this.#next = source.size
  }

  get origin(): string {
    return this.#source.origin
  }

  /** Durable entries; the next index. */
  get size(): number {
    return this.#next
  }

  #take(recorded: Recorded): void {
    if (recorded.entry.type === 'redaction.done') {
      this.#erased++
      while (this.#recent.length > 0) this.#drop()
    }
    const characters = charactersOf(recorded.payload)
    this.#recent.push({ recorded, characters, at: performance.now() })
    this.#characters += characters
    this.#next = recorded.index + 1
    while (this.#recent.length > mostEntries || this.#characters > mostCharacters) this.#drop()
    this.#timer ??= setTimeout(() => this.#age(), keepMs).unref()
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  #drop(): void {
    this.#characters -= this.#recent.shift()?.characters ?? 0
  }

  #age(): void {
    const old = performance.now() - keepMs
    while ((this.#recent[0]?.at ?? Infinity) <= old) this.#drop()
    this.#timer = this.#recent.length === 0 ? undefined : setTimeout(() => this.#age(), keepMs).unref()
  }

  /** Entries from index `from` on that are still in memory; undefined when that one is not. */
  recent(from: number, most: number): readonly Recorded[] | undefined {
    const first = this.#recent[0]?.recorded.index
    if (first === undefined || from < first) return undefined
    return this.#recent.slice(from - first, from - first + most).map(({ recorded }) => recorded)
  }

  /** Grows when something was erased: what was read before is not to be told any more. */
  get erased(): number {
    return this.#erased
  }

  entries(from: number): AsyncIterable<Recorded> {
    return this.#source.entries(from)
  }

  /** Resolves when there is an entry at `from` or after it, or the signal says stop. */
  async more(from: number, signal: AbortSignal): Promise<void> {
    while (this.#next <= from && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const stop = (): void => resolve()
      this.#waiting.add(stop)
      signal.addEventListener('abort', stop, { once: true })
      await promise
      signal.removeEventListener('abort', stop)
      this.#waiting.delete(stop)
    }
  }

  close(): void {
    this.#stop()
    clearTimeout(this.#timer)
    this.#recent = []
    for (const wake of this.#waiting) wake()
  }
}

/** So many entries are worked on before others have their turn: a few milliseconds. */
const sliceEntries = 50

/** Lets everything else that is ready run, after each slice. */
export const breathe = async (count: number): Promise<void> => (count % sliceEntries === 0 ? turn() : undefined)

/** One sink's place in the journal. Goes on in the segment where it stopped, so that each is read once. */
export class FeedReader {
  readonly #feed: Feed
  #open: { readonly entries: AsyncIterator<Recorded>; next: number; readonly erased: number } | undefined

  constructor(feed: Feed) {
    this.#feed = feed
  }

  /** Up to `most` entries from index `from` on; none when there are none yet. Throws GBX-1403 where the journal is damaged. */
  async read(from: number, most: number): Promise<readonly Recorded[]> {
    const recent = this.#feed.recent(from, most)
    if (recent !== undefined) {
      this.drop()
      return recent
    }
    const found: Recorded[] = []
    if (from >= this.#feed.size) return found
    if (this.#open?.next !== from || this.#open.erased !== this.#feed.erased)
      this.#open = { entries: this.#feed.entries(from)[Symbol.asyncIterator](), next: from, erased: this.#feed.erased }
    const open = this.#open
    while (found.length < most) {
      const step = await open.entries.next()
      if (step.done === true) {
        this.#open = undefined
        break
      }
      open.next = found.push(step.value) + from
      await breathe(found.length)
    }
    return found
  }

  /** Forgets where it was, and with it what it holds in memory. */
  drop(): void {
    this.#open = undefined
  }
}

/** About how much memory a payload holds. */
function charactersOf(payload: unknown): number {
  if (typeof payload === 'string') return payload.length
  if (typeof payload !== 'object' || payload === null) return 8
  let count = 0
  for (const value of Object.values(payload)) count += charactersOf(value)
  return count
}
