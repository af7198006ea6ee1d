// The projections against journals of every kind: what they answer, and that a rebuilt one is equal.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { memoryJournal } from '../../test/lib/memory-journal.ts'
import type { Draft } from '../core/entry.ts'
import type { PrincipalId, SessionId } from '../core/nouns.ts'
import { Store } from './store.ts'

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'glovebox-store-'))
  t.after(() => rmSync(dir, { recursive: true }))
  return dir
}

const by: PrincipalId = 'p-ana'
const opened = (session: SessionId, who: PrincipalId = by): Draft => ({
  type: 'session.opened',
  by: who,
  clear: { session, principal: who, grant: 'g-a', target: 'pg', channel: 'native' },
  payload: { client: 'psql', address: '' },
})
const admitted = (session: SessionId, n: number, ends?: number): Draft => ({
  type: 'action.admitted',
  by,
  clear: { session, n, effect: 'read', ...(ends ? { last: { n: ends, rows: 7, bytes: 70, durationMs: 1 } } : {}) },
  payload: { text: 'select secret', reads: [], masked: [] },
})
const settled = (session: SessionId, n: number, rows: number): Draft => ({
  type: 'action.settled',
  by,
  clear: { session, n, outcome: 'ok', rows, bytes: rows * 10, durationMs: 1.5 },
  payload: {},
})
const refused = (session: SessionId, n: number): Draft => ({
  type: 'action.refused',
  by,
  clear: { session, n, effect: 'write', code: 'GBX-1203' },
  payload: { text: 'update', title: '' },
})
const closed = (session: SessionId, count: number): Draft => ({
  type: 'session.closed',
  by,
  clear: { session, count, cause: 'client' },
  payload: {},
})

async function following(t: TestContext, file = ':memory:') {
  let now = 1_000_000
  const journal = memoryJournal(() => now++)
  const store = await Store.open(file, journal)
  t.after(() => store.close())
  return { journal, store }
}

void test('sessions add up what their actions did, and entries are found by who, where, what and when', async (t) => {
  const { journal, store } = await following(t)
  await journal.append([opened('s-a'), admitted('s-a', 1), settled('s-a', 1, 3), refused('s-a', 2), admitted('s-a', 3)])
    .durable
  const [session] = await store.sessions({ limit: 10 })
  assert.deepEqual(
    [session?.actions, session?.refused, session?.rows, session?.bytes, session?.closedAt, session?.target],
    [3, 1, 3, 30, null, 'pg'],
  )
  await journal.append([settled('s-a', 3, 2), closed('s-a', 3), opened('s-b', 'p-ben')]).durable
  assert.deepEqual(
    (await store.sessions({ limit: 10 })).map((one) => [one.id, one.rows, one.cause]),
    [
      ['s-b', 0, null],
      ['s-a', 5, 'client'],
    ],
  )
  assert.deepEqual(
    (await store.sessions({ limit: 10, open: true })).map((one) => one.id),
    ['s-b'],
  )
  assert.deepEqual(await store.sessionIds('s-'), ['s-a', 's-b'])
  assert.deepEqual(
    (await store.actions('s-a', { limit: 10 })).map((one) => [one.n, one.outcome, one.code, one.rows]),
    [
      [1, 'ok', null, 3],
      [2, null, 'GBX-1203', null],
      [3, 'ok', null, 2],
    ],
  )
  const found = async (search: object): Promise<number[]> =>
    (await store.entries({ limit: 10, ...search })).map((row) => row.index)
  assert.deepEqual(await found({ by: ['p-ben'] }), [7])
  assert.deepEqual(await found({ target: 'pg', types: ['action.admitted'] }), [4, 1])
  assert.deepEqual(await found({ session: 's-a', before: 4 }), [3, 1, 0])
  assert.deepEqual(await found({ since: 1_000_001, types: ['session.opened'] }), [7])
  assert.deepEqual(await store.lastRefusal('p-ana'), { target: 'pg', level: 'write', entry: 3 })
  assert.equal(await store.lastRefusal('p-ben'), undefined)
})

void test('the query language finds by relation, masked column, effect, decision, request, and the other way round', async (t) => {
  const { journal, store } = await following(t)
  const reads = (session: SessionId, n: number, names: string[], masked: string[]): Draft => ({
    ...(admitted(session, n) as Extract<Draft, { type: 'action.admitted' }>),
    payload: { text: 'select', reads: names, masked },
  })
  const granted: Draft = {
    type: 'grant.started',
    by,
    clear: {
      grant: 'g-a',
      request: 'r-a',
      holder: by,
      person: by,
      target: 'pg',
      level: 'read',
      scope: '',
      notBefore: '2026-01-01T00:00:00.000Z',
      notAfter: '2026-01-01T01:00:00.000Z',
    },
    payload: {},
  }
  await journal.append([
    granted,
    opened('s-a'),
    reads('s-a', 1, ['shop.customers', 'shop.order_items'], ['shop.customers.email']),
    reads('s-a', 2, ['shop.orders'], []),
    refused('s-a', 3),
    settled('s-a', 2, 1),
    closed('s-a', 3),
    opened('s-b', 'p-ben'),
  ]).durable
  assert.deepEqual(store.find([{ kind: 'table', values: ['customers'] }]), [2])
  assert.deepEqual(store.find([{ kind: 'table', values: ['shop.customers', 'orders'] }]), [3, 2])
  assert.deepEqual(
    store.find([{ kind: 'table', values: ['order%', 'ustomers'] }]),
    [],
    'no wildcards, no parts of words',
  )
  assert.deepEqual(store.find([{ kind: 'column', values: ['email'] }]), [2])
  assert.deepEqual(store.find([{ kind: 'masked' }]), [2])
  assert.deepEqual(
    store.find([
      { kind: 'masked', not: true },
      { kind: 'type', values: ['action.admitted'] },
    ]),
    [3],
  )
  assert.deepEqual(store.find([{ kind: 'effect', values: ['write'] }]), [4])
  assert.deepEqual(
    store.find([
      { kind: 'decision', values: ['allowed'] },
      { kind: 'table', not: true, values: ['orders'] },
    ]),
    [2],
  )
  assert.deepEqual(store.find([{ kind: 'by', ids: ['p-ben'] }]), [7])
  assert.deepEqual(store.find([{ kind: 'about', ids: ['r-a'] }], { ascending: true }), [0, 1, 2, 3, 4, 6, 7])
  assert.deepEqual(store.find([{ kind: 'types', values: ['session'] }], { limit: 2 }), [7, 6])
  assert.deepEqual(
    store.sessionEntries('s-a').map((one) => one.index),
    [1, 2, 3, 4, 5, 6],
  )
  assert.deepEqual(store.about('g-a'), [0, 1, 7])
  assert.deepEqual(store.span([{ kind: 'from', at: 1_000_000 }]), { first: 0, last: 7 })
  assert.equal(store.next, 8)
  store.forget([2])
  assert.deepEqual(store.find([{ kind: 'table', values: ['customers'] }]), [])
  assert.deepEqual(store.find([{ kind: 'masked' }]), [])
  assert.doesNotMatch(JSON.stringify(await store.dump()), /customers/)
})

void test('a rebuilt store is equal, whatever happened and however it was batched', async (t) => {
  const dir = folder(t)
  const session = fc.constantFrom<SessionId>('s-a', 's-b', 's-c')
  const draft = fc.oneof(
    session.map((id) => opened(id)),
    fc.tuple(session, fc.integer({ min: 1, max: 5 })).map(([id, n]) => admitted(id, n)),
    fc.tuple(session, fc.integer({ min: 1, max: 5 })).map(([id, n]) => settled(id, n, n)),
    fc.tuple(session, fc.integer({ min: 2, max: 6 })).map(([id, n]) => admitted(id, n, n - 1)),
    fc.tuple(session, fc.integer({ min: 1, max: 5 })).map(([id, n]) => refused(id, n)),
    session.map((id) => closed(id, 1)),
  )
  let run = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(draft, { maxLength: 8 }), { maxLength: 8 }),
      fc.nat(8),
      async (batches, restart) => {
        const file = join(dir, `${run++}.db`)
        const journal = memoryJournal(() => 5)
        let store = await Store.open(file, journal)
        for (const [i, drafts] of batches.entries()) {
          await journal.append(drafts).durable
          if (i % 2 === 0) await store.sessions({ limit: 1 })
          if (i !== restart) continue
          await store.close()
          store = await Store.open(file, journal)
        }
        const before = await store.dump()
        await store.rebuild(journal)
        assert.deepEqual(await store.dump(), before)
        await journal.append([opened('s-z')]).durable
        assert.equal((await store.entries({ limit: 1, session: 's-z' })).length, 1, 'it still follows')
        await store.close()
      },
    ),
    {
      numRuns: 40,
      // Found once: a session that opens a second time under its id.
      examples: [
        [
          [
            [opened('s-b'), closed('s-b', 0), opened('s-b')],
            [refused('s-b', 1), closed('s-b', 1)],
          ],
          0,
        ],
      ],
    },
  )
})

void test('a file of another log, ahead of this one, or that is no database is thrown away and made again', async (t) => {
  const file = join(folder(t), 'store.db')
  const journal = memoryJournal(() => 5)
  await journal.append([opened('s-a'), closed('s-a', 0)]).durable
  const first = await Store.open(file, journal)
  await first.close()
  const other = { ...memoryJournal(() => 5), origin: 'memory.11111111/journal', size: 0 }
  const second = await Store.open(file, other)
  assert.deepEqual(await second.entries({ limit: 10 }), [])
  await second.close()
  const shorter = memoryJournal(() => 5)
  const third = await Store.open(file, journal)
  await third.close()
  const fourth = await Store.open(file, shorter)
  assert.deepEqual(await fourth.entries({ limit: 10 }), [])
  await fourth.close()
  writeFileSync(file, 'no database at all, but long enough to be looked at by SQLite as one would be '.repeat(20))
  const fifth = await Store.open(file, journal)
  assert.equal((await fifth.entries({ limit: 10 })).length, 2)
  assert.equal(fifth.health, undefined)
  await fifth.close()
  assert.ok(existsSync(file))
})

void test('no payload lies in the projections', async (t) => {
  const { journal, store } = await following(t)
  await journal.append([opened('s-a'), admitted('s-a', 1)]).durable
  assert.doesNotMatch(JSON.stringify(await store.dump()), /select secret|psql/)
})
