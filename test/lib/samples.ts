// One well-formed entry of every type that there is, made from the table of their members: for tests that must hold for
// all types, also for those that come later.
import type { Entry, EntryType, Recorded } from '../../src/core/entry.ts'
import { shapes } from '../../src/tlog/shape.ts'

const samples: Readonly<Record<string, unknown>> = {
  text: 'word',
  number: 7,
  time: '2026-01-02T00:00:00.000Z',
  flag: true,
  numbers: [1, 2],
  texts: ['one', 'two'],
  level: 'write',
  effect: 'write',
  needed: { count: 1, groups: ['leads'] },
  last: { n: 6, rows: 1, bytes: 10, durationMs: 2 },
}

/** Values of members that a type narrows to some words. */
const words: Readonly<Record<string, string>> = {
  session: 's-abcd',
  grant: 'g-abcd',
  request: 'r-abcd',
  principal: 'p-other',
  person: 'p-other',
  holder: 'p-holder',
  code: 'GBX-1201',
  kind: 'user',
  decision: 'approve',
  outcome: 'ok',
  channel: 'native',
  cause: 'client',
}

/** Every type of entry, by the table of members. */
export const everyType = Object.keys(shapes) as EntryType[]

/** An entry of that type; `optional` = with all members that may be absent. */
export function sampleEntry(type: EntryType, optional: boolean): Entry {
  const members = Object.entries(shapes[type] as Record<string, string>)
    .filter(([, kind]) => optional || !kind.endsWith('?'))
    .map(([name, kind]) => {
      const plain = kind.replace('?', '')
      return [name, plain === 'text' ? (words[name] ?? `${name}-word`) : (samples[plain] ?? `no sample of ${plain}`)]
    })
  return {
    v: 1,
    type,
    ts: '2026-01-01T00:00:00.123Z',
    by: 'p-actor',
    commit: 'ab',
    ...Object.fromEntries(members),
  } as Entry
}

/** The same on record, with a payload whose every text holds `mark`. */
export function sampleRecorded(type: EntryType, index: number, mark: string, optional = true): Recorded {
  const payload = {
    version: mark,
    targets: [mark],
    files: { [mark]: mark },
    name: mark,
    canonical: JSON.stringify({ reason: mark, ticket: mark, nonce: `nonce-${mark}`, scope: {} }),
    rehearsal: `rehearsal-${mark}`,
    comment: mark,
    reason: mark,
    title: mark,
    why: mark,
    query: mark,
    client: mark,
    address: mark,
    user: mark,
    column: mark,
    detail: mark,
    text: mark,
    reads: [mark],
    masked: [mark],
    parameters: [mark],
    searched: [`hash-${mark}`],
    change: { rows: [], tables: [], undo: { text: `undo-${mark}` } },
    error: mark,
    columns: [mark],
    decidedBy: [mark],
  }
  return { index, entry: sampleEntry(type, optional), payload } as unknown as Recorded
}
