// A record in memory that keeps the journal's promises but durability: for tests that need many worlds quickly.
import type { Appender, Draft, Entry, Recorded } from '../../src/core/entry.ts'

export interface MemoryJournal extends Appender {
  readonly all: Recorded[]
  readonly origin: string
  readonly size: number
  entries(from?: number): AsyncGenerator<Recorded>
  read(index: number): Promise<Recorded | undefined>
  onDurable(listener: (recorded: Recorded) => void): () => void
}

/** `fail` throws instead of appending where it wants to. */
export function memoryJournal(
  now: () => number,
  fail: (drafts: readonly Draft[], options?: { reserve?: boolean }) => void = () => undefined,
): MemoryJournal {
  const all: Recorded[] = []
  const listeners = new Set<(recorded: Recorded) => void>()
  return {
    all,
    origin: 'memory.00000000/journal',
    get size() {
      return all.length
    },
    append(drafts, options) {
      fail(drafts, options)
      const ts = new Date(now()).toISOString()
      const recorded = drafts.map(
        ({ type, by, clear, payload }, i) =>
          ({
            index: all.length + i,
            entry: { v: 1, type, ts, by, commit: '', ...clear } as Entry,
            payload,
          }) as Recorded,
      )
      all.push(...recorded)
      const durable = Promise.resolve().then(() => {
        for (const one of recorded) for (const listener of listeners) listener(one)
      })
      return { recorded, durable }
    },
    async *entries(from = 0) {
      for (let i = from; i < all.length; i++) yield all[i] as Recorded
    },
    read: async (index) => all[index],
    onDurable(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
