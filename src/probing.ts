// What machines may ask about this gateway, put together: is it ready, and its metrics.
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from './config.ts'
import type { Delivery } from './delivery.ts'
import { Counts } from './features/metrics/counts.ts'
import { metricsPage } from './features/metrics/metrics.ts'
import { Histogram, metricsType } from './features/metrics/text.ts'
import type { House } from './house.ts'
import type { Store } from './store/store.ts'
import type { Probes } from './surfaces/http/probes.ts'

const commits = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1]
/** Whoever asks more often gets the same answer. */
const readyMs = 1_000
/** Longer than this for one small write, and statements time out. */
const slowMs = 5_000

export interface Probing extends Probes {
  /** The doors serve from now on. */
  opened(): void
  close(): void
}

/** Counts from now on. */
export function openProbing({
  house,
  store,
  config,
  delivery,
  version,
}: {
  readonly house: House
  readonly store: Store
  readonly config: Config
  readonly delivery: Delivery
  readonly version: string
}): Probing {
  const { ledger, journal } = house
  const counts = new Counts()
  const stop = ledger.subscribe((recorded) => counts.take(recorded, ledger.world))
  const histogram = new Histogram(commits)
  journal.onCommit((seconds) => histogram.add(seconds))
  let isOpen = false
  let answer: { readonly at: number; readonly why: Promise<string | undefined> } | undefined
  return {
    metricsToken: config.metricsToken,
    ready: async () => {
      if (!isOpen) return 'the doors are closed'
      if (answer === undefined || performance.now() - answer.at > readyMs)
        answer = { at: performance.now(), why: canWrite(house.data) }
      return answer.why
    },
    metrics: (openMetrics) => {
      const { rss, heapUsed } = process.memoryUsage()
      const { user, system } = process.cpuUsage()
      const text = metricsPage(
        {
          version,
          counts,
          world: ledger.world,
          sinks: delivery.exporters,
          journal: { size: journal.size, signed: Number(journal.checkpoint.split('\n')[1]) || 0, commits: histogram },
          projected: store.next,
          process: {
            residentBytes: rss,
            heapBytes: heapUsed,
            cpuSeconds: (user + system) / 1e6,
            startedAt: Math.floor(performance.timeOrigin / 1000),
          },
        },
        openMetrics,
      )
      return { type: metricsType(openMetrics), text }
    },
    opened: () => (isOpen = true),
    close: () => {
      isOpen = false
      stop()
    },
  }
}

/** Writes and syncs a small file beside the journal. Why that did not work; undefined when it did. Never throws. */
async function canWrite(data: string): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const timer = setTimeout(() => resolve(`the disk did not answer within ${slowMs / 1000} s`), slowMs)
  const write = async (): Promise<string | undefined> => {
    try {
      const file = await open(join(data, '.ready'), 'w', 0o600)
      try {
        await file.write(Buffer.alloc(4_096))
        await file.datasync()
      } finally {
        await file.close()
      }
      return undefined
    } catch (error) {
      // closed: what cannot be written here cannot be written in the journal either
      return `the journal cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`
    }
  }
  try {
    return await Promise.race([write(), promise])
  } finally {
    clearTimeout(timer)
  }
}
