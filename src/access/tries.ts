// How often a name was tried with a password: after a few wrong ones everybody waits, longer each time, whoever they are.

/** Tries that cost nothing but the work. */
const free = 5
const firstWaitMs = 2_000
const longestWaitMs = 15 * 60_000
/** Names remembered at most; the oldest go first, so that many names can't fill the memory. */
const remembered = 10_000

export class Tries {
  /** Owned here, in memory; a restart forgets it. */
  readonly #names = new Map<string, { count: number; at: number }>()

  /** How long to wait before this name may be tried again; 0 = now. */
  waitMs(name: string, now: number): number {
    const known = this.#names.get(name)
    if (!known || known.count < free) return 0
    const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (known.count - free))
    return Math.max(0, known.at + waitMs - now)
  }

  /** Notes a try before it is made, so that many at once count as many. */
  note(name: string, now: number): void {
    const count = (this.#names.get(name)?.count ?? 0) + 1
    this.#names.delete(name)
    this.#names.set(name, { count, at: now })
    const [oldest] = this.#names.keys()
    if (this.#names.size > remembered && oldest !== undefined) this.#names.delete(oldest)
  }

  /** It was the right one. */
  forget(name: string): void {
    this.#names.delete(name)
  }
}
