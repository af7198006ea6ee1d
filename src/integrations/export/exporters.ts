// All sinks of a gateway: each has a pump of its own, so that one that fails holds up no other, and they share what is read
// from the journal.
import type { SetAside, Sinks, SinkStatus } from '../../core/sink.ts'
import { itemOf, thisHost } from './event/event.ts'
import { Feed } from './feed.ts'
import { Pump, type PumpParts } from './pump.ts'
import { openReceiver } from './registry.ts'
import { placeOf, type SinkSettings } from './settings.ts'
import type { Connect, EntryFeed, SinkMemory, Surroundings } from './types.ts'

export interface ExporterParts {
  readonly sinks: readonly SinkSettings[]
  readonly journal: EntryFeed
  readonly memory: SinkMemory
  readonly around: Surroundings
  readonly connect: Connect
  readonly version: string
  readonly now: () => number
  readonly log: (line: string) => void
  readonly timing?: PumpParts['timing']
}

/** Owned by the composition root. */
export class Exporters implements Sinks {
  readonly #feed: Feed
  readonly #memory: SinkMemory
  readonly #sinks = new Map<string, { readonly settings: SinkSettings; readonly pump: Pump }>()

  constructor(parts: ExporterParts) {
    const { journal, memory, around, connect, version, now, log } = parts
    this.#feed = new Feed(journal)
    this.#memory = memory
    const { origin } = journal
    const product = { origin, version, host: thisHost() }
    for (const settings of parts.sinks) {
      const { format, payload, name } = settings
      const pump = new Pump({
        name,
        feed: this.#feed,
        memory,
        receiver: openReceiver(settings, { connect, origin, version }),
        itemOf: (recorded) => itemOf(recorded, { format, payload, product, around }),
        mayQuote: !payload,
        now,
        random: Math.random,
        log,
        ...(parts.timing === undefined ? {} : { timing: parts.timing }),
      })
      this.#sinks.set(name, { settings, pump })
    }
  }

  /** Nothing is sent before. */
  start(): void {
    for (const { pump } of this.#sinks.values()) pump.start()
  }

  list(): readonly SinkStatus[] {
    return [...this.#sinks.values()].map(({ settings, pump }) => ({
      name: settings.name,
      kind: settings.kind,
      format: settings.format,
      payload: settings.payload,
      to: placeOf(settings),
      ...pump.status,
    }))
  }

  setAside(name: string, limit: number): readonly SetAside[] {
    return this.#sinks.has(name) ? this.#memory.list(name, limit) : []
  }

  resend(name: string, from: number): boolean {
    const sink = this.#sinks.get(name)
    sink?.pump.resend(from)
    return sink !== undefined
  }

  /** Attempts under way are cut; what they carried is sent again by the next run. */
  async close(): Promise<void> {
    this.#feed.close()
    await Promise.all([...this.#sinks.values()].map(({ pump }) => pump.close()))
  }
}
