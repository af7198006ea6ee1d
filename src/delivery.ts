// Puts the exporters together: the journal that they read, the cursors they keep, and what their events may look up.
import { join } from 'node:path'
import type { Config } from './config.ts'
import type { House } from './house.ts'
import { Exporters } from './integrations/export/exporters.ts'
import type { Surroundings } from './integrations/export/types.ts'
import { openStream } from './net/stream.ts'
import { SinkMemory } from './store/sink-memory.ts'
import type { Store } from './store/store.ts'

/** Often enough that silence is noticed, seldom enough to cost nothing. */
const beatMs = 300_000

export interface Delivery {
  readonly exporters: Exporters
  /** Begins to deliver, and to say on record every five minutes that this gateway is there. */
  start(): void
  /** Something was erased from the record: nothing that quotes it stays here. */
  erase(): void
  close(): Promise<void>
}

export function openDelivery({
  house,
  store,
  config,
  version,
  log,
}: {
  readonly house: House
  readonly store: Store
  readonly config: Config
  readonly version: string
  readonly log: (line: string) => void
}): Delivery {
  const { journal, ledger, now } = house
  const memory = new SinkMemory(join(house.data, 'sinks.db'), journal.origin)
  const exporters = new Exporters({
    sinks: config.sinks,
    journal,
    memory,
    around: surroundings(house, store),
    connect: openStream,
    version,
    now,
    log,
  })
  let timer: NodeJS.Timeout | undefined
  const beat = (): void => {
    const [gateway] = ledger.world.gateways
    if (gateway === undefined) return
    try {
      ledger.record([{ type: 'gateway.beat', by: 'gateway', clear: { gateway }, payload: {} }], { lazy: true })
    } catch {
      // open: a full disk refuses what matters by itself; a beat that is missing says so
    }
  }
  return {
    exporters,
    start: () => {
      exporters.start()
      if (config.sinks.length > 0) timer ??= setInterval(beat, beatMs).unref()
    },
    erase: () => memory.erase(),
    close: async () => {
      clearInterval(timer)
      await exporters.close()
      memory.close()
    },
  }
}

/** The folded world where it knows, the projections for sessions that are over. */
function surroundings({ ledger: { world } }: House, store: Store): Surroundings {
  return {
    session: (id) => world.sessions.get(id as `s-${string}`) ?? store.placeOf(id),
    grant: (id) => world.grants.get(id as `g-${string}`),
    name: (id) => world.names.get(id as `p-${string}`),
  }
}
