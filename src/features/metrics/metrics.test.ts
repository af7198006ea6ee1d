// The text forms by their documents, and that what is counted is what is on record, with nobody's name in it.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { emptyWorld, evolve } from '../../core/world.ts'
import { everyType, sampleRecorded } from '../../../test/lib/samples.ts'
import { Counts } from './counts.ts'
import { metricsPage, type Measured } from './metrics.ts'
import { Counter, Histogram, metricsText } from './text.ts'

const measured = (more: Partial<Measured> = {}): Measured => ({
  version: '1.2.3',
  counts: new Counts(),
  world: emptyWorld(),
  sinks: {
    list: () => [
      {
        name: 'siem',
        kind: 'syslog',
        format: 'ocsf',
        payload: false,
        to: 'tls://siem:6514',
        state: 'failing',
        cursor: 7,
        behind: 3,
        lagSeconds: 90,
        delivered: 7,
        failures: 2,
        setAside: 1,
        problem: 'no answer in time',
      },
    ],
    setAside: () => [],
    resend: () => false,
  },
  journal: { size: 10, signed: 8, commits: new Histogram([0.001, 0.01]) },
  projected: 9,
  process: { residentBytes: 1, heapBytes: 2, cpuSeconds: 3.5, startedAt: 1_700_000_000 },
  ...more,
})

/** Samples of a page: `name{labels}` -> value. Every line has its form. */
function samplesOf(page: string, openMetrics: boolean): Map<string, number> {
  const lines = page.split('\n')
  assert.equal(lines.pop(), '')
  if (openMetrics) assert.equal(lines.pop(), '# EOF')
  const samples = new Map<string, number>()
  let family = ''
  let kind = ''
  for (const line of lines) {
    const told = /^# (HELP|TYPE|UNIT) ([a-z_]+) (.+)$/.exec(line)
    if (told) {
      if (told[1] === 'HELP') assert.notEqual(told[2], family, 'a family comes once')
      family = told[2] ?? ''
      if (told[1] === 'TYPE') kind = told[3] ?? ''
      if (told[1] === 'UNIT') assert.ok(family.endsWith(`_${told[3]}`), `${family} does not end in its unit`)
      continue
    }
    const [, name = '', labels = '', value = ''] =
      /^([a-z_]+)(\{[a-z_]+="(?:[^"\\\n]|\\.)*"(?:,[a-z_]+="(?:[^"\\\n]|\\.)*")*\})? (\S+)$/.exec(line) ?? []
    assert.ok(name.startsWith(family), line)
    if (kind === 'counter') assert.ok(name.endsWith('_total'), line)
    assert.ok(Number.isFinite(Number(value)), line)
    samples.set(name + labels, Number(value))
  }
  return samples
}

test('both forms are well formed and say the same', () => {
  const one = measured()
  one.journal.commits.add(0.0005)
  one.journal.commits.add(5)
  const open = samplesOf(metricsPage(one, true), true)
  assert.deepEqual(open, samplesOf(metricsPage(one, false), false))
  assert.equal(open.get('glovebox_sink_lag_seconds{sink="siem"}'), 90)
  assert.equal(open.get('glovebox_sink_up{sink="siem"}'), 0)
  assert.equal(open.get('glovebox_journal_uncovered_entries'), 2)
  assert.equal(open.get('glovebox_projection_lag_entries'), 1)
  assert.equal(open.get('glovebox_journal_commit_seconds_bucket{le="0.001"}'), 1)
  assert.equal(open.get('glovebox_journal_commit_seconds_bucket{le="0.01"}'), 1)
  assert.equal(open.get('glovebox_journal_commit_seconds_bucket{le="+Inf"}'), 2)
  assert.equal(open.get('glovebox_journal_commit_seconds_count'), 2)
})

test('the reference lists every metric, and no other', () => {
  const page = readFileSync(new URL('../../../docs/reference/metrics.md', import.meta.url), 'utf8')
  const listed = [...page.matchAll(/^\| `(\w+)` \| (\w+) \|/gm)].map(([, name, kind]) => `${name} ${kind}`)
  const world = emptyWorld()
  const counts = new Counts()
  everyType.forEach((type, i) => {
    evolve(world, sampleRecorded(type, i, 'x'))
    counts.take(sampleRecorded(type, i, 'x'), world)
    // Samples close the session that they open.
    if (type === 'session.closed') evolve(world, sampleRecorded('session.opened', i, 'x'))
  })
  const told = metricsPage(measured({ world, counts }), true).matchAll(/^# TYPE (\w+) (\w+)$/gm)
  assert.deepEqual(listed.toSorted(), [...told].map(([, name, kind]) => `${name} ${kind}`).toSorted())
})

test('labels are escaped', () => {
  const counter = new Counter('what')
  counter.add(['a"b\\c\nd'])
  assert.match(
    metricsText([{ name: 'x', help: 'h', kind: 'counter', samples: counter.samples }], true),
    /^x_total\{what="a\\"b\\\\c\\nd"\} 1$/m,
  )
})

test('every type of entry: counted without a name, an id of a person or a word of a payload (G9)', () => {
  const world = emptyWorld()
  const counts = new Counts()
  everyType.forEach((type, i) => {
    const recorded = sampleRecorded(type, i, 'SECRET-WORD')
    evolve(world, recorded)
    counts.take(recorded, world)
  })
  const page = metricsPage(measured({ world, counts }), true)
  samplesOf(page, true)
  assert.doesNotMatch(page, /SECRET-WORD|p-actor|p-other|p-holder|s-abcd|g-abcd|r-abcd/)
})

test('statements, refusals and outcomes, also those that ride along, are counted once', () => {
  const world = emptyWorld()
  const counts = new Counts()
  const take = (type: Parameters<typeof sampleRecorded>[0], more: object): void => {
    const one = sampleRecorded(type, 0, 'x', false)
    const recorded = { ...one, entry: { ...one.entry, ...more } } as typeof one
    evolve(world, recorded)
    counts.take(recorded, world)
  }
  take('session.opened', { target: 'orders', grant: undefined })
  take('action.admitted', { n: 1, effect: 'read' })
  take('action.admitted', { n: 2, effect: 'read', last: { n: 1, rows: 5, bytes: 50, durationMs: 3, masked: 4 } })
  take('action.settled', { n: 2, outcome: 'error', rows: 1, bytes: 2, durationMs: 40, masked: 1 })
  take('action.refused', { n: 3, code: 'GBX-1201' })
  const samples = samplesOf(metricsPage(measured({ world, counts }), true), true)
  assert.equal(samples.get('glovebox_statements_total{target="orders",effect="read"}'), 2)
  assert.equal(samples.get('glovebox_statement_outcomes_total{outcome="ok"}'), 1)
  assert.equal(samples.get('glovebox_statement_outcomes_total{outcome="error"}'), 1)
  assert.equal(samples.get('glovebox_refusals_total{code="GBX-1201",what="statement"}'), 1)
  assert.equal(samples.get('glovebox_rows_total'), 6)
  assert.equal(samples.get('glovebox_masked_values_total'), 5)
  assert.equal(samples.get('glovebox_sessions_open{target="orders"}'), 1)
})
