// The journal and the state folded from it, moved in one synchronous step. Both doors change the world only through
// `record`, so a decision always sees the newest state and nothing can come between deciding and taking a place in the log.
import type { Appender, Draft, Recorded } from '../core/entry.ts'
import { evolve, type World } from '../core/world.ts'

export type Listener = (recorded: Recorded) => void

export class Ledger {
  /** Owned by this object; changed only by `record`, synchronously. Everybody else reads. */
  readonly world: World
  readonly #journal: Appender
  readonly #listeners = new Set<Listener>()

  constructor(journal: Appender, world: World) {
    this.#journal = journal
    this.world = world
  }

  /**
   * Appends, folds and tells the listeners before it returns: less access takes effect here, not after the disk (G3).
   * More access must await `durable` before it is used (G1). Throws GBX-1401 with nothing changed when there is no room.
   */
  record(
    drafts: readonly Draft[],
    options?: { reserve?: boolean; lazy?: boolean },
  ): { recorded: readonly Recorded[]; durable: Promise<void> } {
    const appended = this.#journal.append(drafts, options)
    for (const recorded of appended.recorded) {
      evolve(this.world, recorded)
      for (const listener of this.#listeners) listener(recorded)
    }
    return appended
  }

  /** Listeners run synchronously, in order of the log, and must not throw. Returns how to stop listening. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
