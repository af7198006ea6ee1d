// Exporters over a record in memory, with pauses that tests can wait for.
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Draft } from '../../src/core/entry.ts'
import { Exporters } from '../../src/integrations/export/exporters.ts'
import type { SinkSettings } from '../../src/integrations/export/settings.ts'
import type { Surroundings } from '../../src/integrations/export/types.ts'
import { openStream } from '../../src/net/stream.ts'
import { SinkMemory } from '../../src/store/sink-memory.ts'
import { memoryJournal, type MemoryJournal } from './memory-journal.ts'

export const around: Surroundings = {
  session: () => ({ principal: 'p-actor', target: 'orders', channel: 'native' }),
  grant: () => undefined,
  name: () => undefined,
}

export interface Delivered {
  readonly journal: MemoryJournal
  readonly exporters: Exporters
  readonly memory: SinkMemory
  readonly dir: string
  readonly said: string[]
  /** Puts `count` entries on record. */
  write(count: number, query?: string): Promise<void>
  /** Ends this run and begins another over the same record and cursors. */
  restart(): Promise<void>
  close(): Promise<void>
}

export const sink = (more: Partial<SinkSettings> & Pick<SinkSettings, 'kind'>): SinkSettings => ({
  name: 'siem',
  format: more.kind === 'elasticsearch' ? 'ecs' : 'ocsf',
  payload: false,
  ack: false,
  enterprise: 32473,
  ...more,
})

/** Starts to deliver at once. Attempts end after `attemptMs`, pauses are between 5 and 40 ms. */
export function deliver(sinks: readonly SinkSettings[], attemptMs = 2_000): Delivered {
  const dir = mkdtempSync(join(tmpdir(), 'glovebox-delivery-'))
  const journal = memoryJournal(Date.now)
  const said: string[] = []
  const open = (): { memory: SinkMemory; exporters: Exporters } => {
    const memory = new SinkMemory(join(dir, 'sinks.db'), journal.origin)
    const exporters = new Exporters({
      sinks,
      journal,
      memory,
      around,
      connect: openStream,
      version: '0',
      now: Date.now,
      log: (line) => said.push(line),
      timing: { firstMs: 5, longestMs: 40, attemptMs },
    })
    exporters.start()
    return { memory, exporters }
  }
  let running = open()
  const end = async (): Promise<void> => {
    await running.exporters.close()
    running.memory.close()
  }
  return {
    journal,
    get exporters() {
      return running.exporters
    },
    get memory() {
      return running.memory
    },
    dir,
    said,
    async write(count, query = 'user:ana') {
      const draft: Draft = { type: 'audit.searched', by: 'p-actor', clear: { found: 1 }, payload: { query } }
      await journal.append(Array.from({ length: count }, () => draft)).durable
    },
    async restart() {
      await end()
      running = open()
    },
    async close() {
      await end()
      rmSync(dir, { recursive: true })
    },
  }
}

/** Waits until it holds; throws after `ms` with what it says then. */
export async function until(holds: () => boolean, ms = 10_000, say: () => unknown = () => ''): Promise<void> {
  const end = performance.now() + ms
  while (!holds()) {
    if (performance.now() > end) throw new Error(`it did not come to that: ${JSON.stringify(say())}`)
    await after(5)
  }
}
