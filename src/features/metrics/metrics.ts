// Everything that /metrics tells, put together at the moment it is asked.
import type { Sinks } from '../../core/sink.ts'
import type { World } from '../../core/world.ts'
import type { Counts } from './counts.ts'
import { type Family, type Histogram, metricsText, type Sample } from './text.ts'

export interface Measured {
  readonly version: string
  readonly counts: Counts
  readonly world: World
  readonly sinks: Sinks
  /** Entries on record, and those that the newest signed checkpoint covers. */
  readonly journal: { readonly size: number; readonly signed: number; readonly commits: Histogram }
  /** Entries that the projections have taken. */
  readonly projected: number
  readonly process: {
    readonly residentBytes: number
    readonly heapBytes: number
    readonly cpuSeconds: number
    /** Epoch seconds. */
    readonly startedAt: number
  }
}

const gauge = (
  name: string,
  help: string,
  samples: readonly Sample[] | number,
  unit?: 'seconds' | 'bytes',
): Family => ({
  name,
  help,
  kind: 'gauge',
  ...(unit === undefined ? {} : { unit }),
  samples: typeof samples === 'number' ? [{ value: samples }] : samples,
})

/** The page. No label holds a person's name or id (G9). */
export function metricsPage(measured: Measured, openMetrics: boolean): string {
  const { counts, world, journal, sinks, projected, process: own, version } = measured
  return metricsText(
    [
      gauge('glovebox_build_info', 'Version of this gateway; always 1.', [{ labels: { version }, value: 1 }]),
      ...counts.families,
      gauge('glovebox_sessions_open', 'Sessions that are open, by target.', openByTarget(world)),
      gauge('glovebox_grants_live', 'Grants that no entry has ended.', world.live.size),
      gauge('glovebox_requests_pending', 'Requests that wait for a decision.', world.pending.size),
      gauge('glovebox_locks', 'Locks that are set.', world.locks.size),
      gauge('glovebox_journal_entries', 'Entries on record.', journal.size),
      gauge(
        'glovebox_journal_uncovered_entries',
        'Entries on record that no signed checkpoint covers yet.',
        Math.max(0, journal.size - journal.signed),
      ),
      {
        name: 'glovebox_journal_commit_seconds',
        help: 'Writing and syncing one group of entries: what every statement waits for.',
        kind: 'histogram',
        unit: 'seconds',
        samples: journal.commits.samples,
      },
      gauge(
        'glovebox_projection_lag_entries',
        'Entries on record that lists and searches do not know yet.',
        Math.max(0, journal.size - projected),
      ),
      ...sinkFamilies(sinks),
      gauge('process_resident_memory_bytes', 'Memory of this process.', own.residentBytes, 'bytes'),
      gauge('glovebox_heap_bytes', 'Heap in use.', own.heapBytes, 'bytes'),
      {
        name: 'process_cpu_seconds',
        help: 'Processor time used.',
        kind: 'counter',
        unit: 'seconds',
        samples: [{ value: own.cpuSeconds }],
      },
      gauge(
        'process_start_time_seconds',
        'When this process started, in seconds since 1970.',
        own.startedAt,
        'seconds',
      ),
    ],
    openMetrics,
  )
}

function openByTarget({ sessions }: World): readonly Sample[] {
  const count = new Map<string, number>()
  for (const { target } of sessions.values()) count.set(target, (count.get(target) ?? 0) + 1)
  return [...count].map(([target, value]) => ({ labels: { target }, value }))
}

function sinkFamilies(sinks: Sinks): readonly Family[] {
  const all = sinks.list()
  const of = (value: (sink: (typeof all)[number]) => number): readonly Sample[] =>
    all.map((sink) => ({ labels: { sink: sink.name }, value: value(sink) }))
  return [
    gauge(
      'glovebox_sink_up',
      'Did the last attempt succeed?',
      of(({ state }) => (state === 'failing' ? 0 : 1)),
    ),
    gauge(
      'glovebox_sink_cursor',
      'Index of the first entry that is not acknowledged.',
      of(({ cursor }) => cursor),
    ),
    gauge(
      'glovebox_sink_lag_entries',
      'Entries on record that are not acknowledged.',
      of(({ behind }) => behind),
    ),
    gauge(
      'glovebox_sink_lag_seconds',
      'Age of the oldest of them.',
      of(({ lagSeconds }) => lagSeconds),
      'seconds',
    ),
    gauge(
      'glovebox_sink_set_aside_entries',
      'Entries that the receiver refused.',
      of(({ setAside }) => setAside),
    ),
    {
      name: 'glovebox_sink_delivered',
      help: 'Entries acknowledged.',
      kind: 'counter',
      samples: of(({ delivered }) => delivered),
    },
    {
      name: 'glovebox_sink_failures',
      help: 'Attempts that failed.',
      kind: 'counter',
      samples: of(({ failures }) => failures),
    },
  ]
}
