// One sink's own pace: reads from its cursor on, sends, and moves the cursor only over what is acknowledged. It holds no
// more than one batch, so a receiver that is down for hours costs nothing and delays nothing else; what it missed is read
// from the journal again. At least once, with the same ids each time.
import type { SinkState } from '../../core/sink.ts'
import type { Recorded } from '../../core/entry.ts'
import { breathe, FeedReader, type Feed } from './feed.ts'
import { Trouble, unquoted, type Item, type Receiver, type SinkMemory, type Verdict } from './types.ts'

export interface PumpParts {
  readonly name: string
  readonly feed: Feed
  readonly memory: SinkMemory
  readonly receiver: Receiver
  readonly itemOf: (recorded: Recorded) => Item
  /** May the receiver's own words be kept and shown? Not where it is sent what the record encrypts. */
  readonly mayQuote: boolean
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Between 0 and 1. */
  readonly random: () => number
  readonly log: (line: string) => void
  /** First and longest pause between attempts, and the longest attempt. */
  readonly timing?: Partial<typeof timing>
}

const timing = { firstMs: 500, longestMs: 60_000, attemptMs: 60_000 }
/** Items that a receiver took partly are tried this often before the batch is made anew. */
const partialTries = 5
const longestAskedMs = 600_000

/** Started by `start`; one loop, so nothing of a sink ever happens twice at once. */
export class Pump {
  readonly #parts: PumpParts
  readonly #timing: typeof timing
  readonly #stopping = new AbortController()
  /** Ends a pause early: a re-send was asked for. */
  #waking = new AbortController()
  readonly #reader: FeedReader
  #cursor: number
  /** Grows with each re-send, so that a batch from before it moves no cursor. */
  #generation = 0
  /** At most so many items in one send; less after the receiver refused a whole one. */
  #size: number
  #tries = 0
  /** The connection broke: what it acknowledged last is sent again. */
  #hasBroken = true
  #oldestAt: number | undefined
  #problem: string | undefined
  #delivered = 0
  #failures = 0
  #setAside: number
  #loop: Promise<void> | undefined

  constructor(parts: PumpParts) {
    this.#parts = parts
    this.#timing = { ...timing, ...parts.timing }
    const { feed, memory, name } = parts
    this.#reader = new FeedReader(feed)
    const kept = memory.cursor(name) ?? 0
    this.#cursor = Math.min(kept, feed.size)
    if (kept > feed.size)
      parts.log(`! sink ${name}: its cursor ${kept} is beyond the record (${feed.size} entries); it goes on from there`)
    this.#setAside = memory.count(name)
    this.#size = parts.receiver.most.items
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  get status(): {
    readonly state: SinkState
    readonly cursor: number
    readonly behind: number
    readonly lagSeconds: number
    readonly delivered: number
    readonly failures: number
    readonly setAside: number
    readonly problem?: string
  } {
    const behind = Math.max(0, this.#parts.feed.size - this.#cursor)
    const lagSeconds =
      behind === 0 || this.#oldestAt === undefined
        ? 0
        : Math.max(0, Math.round((this.#parts.now() - this.#oldestAt) / 1000))
    return {
      state:
        this.#problem !== undefined
          ? 'failing'
          : behind > this.#parts.receiver.most.items
            ? 'catching-up'
            : 'following',
      cursor: this.#cursor,
      behind,
      lagSeconds,
      delivered: this.#delivered,
      failures: this.#failures,
      setAside: this.#setAside,
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    }
  }

  /** Goes back (or forward) to entry `from` and begins there at once. */
  resend(from: number): void {
    this.#generation++
    this.#cursor = Math.min(from, this.#parts.feed.size)
    this.#hasBroken = false
    this.#oldestAt = undefined
    this.#parts.memory.move(this.#parts.name, this.#cursor)
    this.#parts.memory.forget(this.#parts.name, from)
    this.#setAside = this.#parts.memory.count(this.#parts.name)
    this.#tries = 0
    this.#waking.abort()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      this.#waking = new AbortController()
      const pauseOver = AbortSignal.any([signal, this.#waking.signal])
      try {
        await this.#parts.feed.more(this.#cursor, pauseOver)
        if (pauseOver.aborted) continue
        if (this.#parts.feed.size - this.#cursor < this.#size) await pause(this.#parts.receiver.lingerMs, pauseOver)
        await this.#once(signal)
      } catch (error) {
        // closed: whatever broke, nothing counts as delivered; the same entries are read and sent again
        await pause(this.#failed(error), pauseOver)
      }
    }
  }

  /** One batch from the cursor on. Throws when nothing more of it can be delivered now. */
  async #once(stop: AbortSignal): Promise<void> {
    const generation = this.#generation
    const { receiver } = this.#parts
    const from = this.#hasBroken ? Math.max(0, this.#cursor - receiver.overlap) : this.#cursor
    const items = await this.#itemsOf(await this.#reader.read(from, this.#size))
    if (items.length === 0 || generation !== this.#generation) return
    this.#oldestAt = items.find(({ index }) => index >= this.#cursor)?.time ?? this.#oldestAt
    let queue: readonly Item[] = items
    let takesSome = false
    for (let tries = 0; queue.length > 0 && !stop.aborted;) {
      const part = queue.slice(0, this.#size)
      const verdict = await this.#send(part, stop)
      if (generation !== this.#generation) return
      if (verdict === undefined) continue
      const retried = part.filter(({ index }) => verdict.retry?.has(index))
      const refused = verdict.refused ?? new Map<number, string>()
      takesSome ||= part.length > retried.length + refused.size
      const [why] = refused.values()
      if (why !== undefined && !takesSome) {
        await this.#mustTakeAny(queue.slice(part.length), why, stop)
        if (generation !== this.#generation) return
        takesSome = true
      }
      queue = [...retried, ...queue.slice(part.length)]
      this.#acknowledged(part, verdict, retried.length, queue[0]?.index)
      const [busy] = retried
      if (busy === undefined) continue
      const trouble = new Trouble('busy', verdict.retry?.get(busy.index) ?? '')
      if (++tries > partialTries) throw trouble
      await pause(this.#failed(trouble), stop)
    }
    this.#recovered()
  }

  /** Items of the entries, up to the receiver's bytes. An entry that cannot be told is set aside: it holds up no other. */
  async #itemsOf(entries: readonly Recorded[]): Promise<Item[]> {
    const items: Item[] = []
    let bytes = 0
    for (const [i, recorded] of entries.entries()) {
      await breathe(i + 1)
      let item: Item
      try {
        item = this.#parts.itemOf(recorded)
      } catch (error) {
        // open for the others, closed for this one: it is reported and can be sent again
        this.#aside(recorded.index, recorded.index, `not told: ${messageOf(error)}`)
        if (items.length === 0) this.#move(recorded.index + 1)
        continue
      }
      bytes += item.text.length
      if (bytes > this.#parts.receiver.most.bytes && items.length > 0) break
      items.push(item)
    }
    return items
  }

  /** What became of the part; undefined = it is to be sent in smaller pieces, until single items stand out. */
  async #send(part: readonly Item[], stop: AbortSignal): Promise<Verdict | undefined> {
    try {
      const verdict = await this.#attempt(part, stop)
      this.#size = Math.min(this.#parts.receiver.most.items, this.#size * 2)
      return verdict
    } catch (error) {
      if (!(error instanceof Trouble) || error.kind !== 'refused') throw error // closed: nothing is acknowledged
      const [first] = part
      if (first !== undefined && part.length === 1) return { refused: new Map([[first.index, error.message]]) }
      this.#size = Math.ceil(part.length / 2)
      return undefined
    }
  }

  /**
   * Something is refused and nothing was taken yet: is it about that, or does the receiver refuse whatever comes? Tries a
   * few others. Throws when it takes none of them, or when there is none to try: then nothing is set aside.
   */
  async #mustTakeAny(others: readonly Item[], why: string, stop: AbortSignal): Promise<void> {
    const tried = new Set([others.at(-1), others[others.length >> 1], others[0]].filter((item) => item !== undefined))
    for (const item of tried) {
      const verdict = await this.#send([item], stop)
      if (verdict && !verdict.refused?.size && !verdict.retry?.size) return
    }
    this.#size = this.#parts.receiver.most.items
    throw new Trouble('setup', `whatever is sent is refused: ${why}`)
  }

  async #attempt(part: readonly Item[], stop: AbortSignal): Promise<Verdict> {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(this.#timing.attemptMs)])
    return this.#parts.receiver.send(part, signal)
  }

  /** `next` = the first item that is still to be sent. */
  #acknowledged(part: readonly Item[], verdict: Verdict, retried: number, next: number | undefined): void {
    for (const [index, why] of verdict.refused ?? []) this.#aside(index, index, why)
    const [first] = part
    const last = part.at(-1)
    if (verdict.dropped !== undefined && first && last)
      this.#aside(first.index, last.index, `some of these were dropped: ${verdict.dropped}`)
    this.#delivered += part.length - retried - (verdict.refused?.size ?? 0)
    const cursor = next ?? (last === undefined ? this.#cursor : last.index + 1)
    if (cursor > this.#cursor) this.#move(cursor)
  }

  #move(cursor: number): void {
    this.#parts.memory.move(this.#parts.name, cursor)
    this.#cursor = cursor
  }

  #aside(first: number, last: number, reason: string): void {
    const { name, memory, now, log } = this.#parts
    const why = this.#toldAs(reason)
    memory.setAside(name, { first, last, at: now(), why })
    const before = this.#setAside
    this.#setAside = memory.count(name)
    if (before === 0 && this.#setAside > 0)
      log(`! sink ${name}: j-${first} was refused and set aside (${why}); see glovebox sinks`)
  }

  #toldAs = (message: string): string => (this.#parts.mayQuote ? message : unquoted(message))

  /** Counts and says it; returns the pause before the next attempt, in milliseconds: exponential, with jitter. */
  #failed(error: unknown): number {
    this.#failures++
    this.#reader.drop()
    this.#hasBroken = true
    const problem = this.#toldAs(messageOf(error))
    if (this.#stopping.signal.aborted) return 0
    if (this.#problem === undefined)
      this.#parts.log(`! sink ${this.#parts.name}: ${problem}; nothing is lost, it is tried again`)
    this.#problem = problem
    const { firstMs, longestMs } = this.#timing
    const most = Math.min(longestMs, firstMs * 2 ** Math.min(this.#tries++, 20))
    const asked = error instanceof Trouble ? (error.retryAfterMs ?? 0) : 0
    return Math.max(Math.min(asked, longestAskedMs), most * (0.5 + this.#parts.random() / 2))
  }

  #recovered(): void {
    if (this.#problem !== undefined) this.#parts.log(`* sink ${this.#parts.name} is delivered to again`)
    this.#problem = undefined
    this.#tries = 0
    this.#hasBroken = false
    if (this.#cursor >= this.#parts.feed.size) this.#oldestAt = undefined
  }

  /** Ends after the attempt that is under way, which is cut. */
  async close(): Promise<void> {
    this.#stopping.abort()
    this.#waking.abort()
    await this.#loop
    this.#parts.receiver.close()
  }
}

const messageOf = (error: unknown): string => {
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer in time'
  return error instanceof Error ? error.message || error.name : String(error)
}

/** Resolves after `ms`, or at once when the signal says so. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return Promise.resolve()
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end, { once: true })
  })
}
