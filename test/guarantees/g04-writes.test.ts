// G4 and G5 for writes, as a stranger checks them: a change belongs to one approved text with the effect that was shown,
// by two others, and is committed once. A true story of a write is told by the rules of the gateway; then one fact of it
// is made another, and the rules that `audit verify` re-runs must say so.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Draft, Recorded } from '../../src/core/entry.ts'
import { isRefusal, type Refusal } from '../../src/core/error.ts'
import type { GrantId, PrincipalId, RequestId, SessionId } from '../../src/core/nouns.ts'
import { decideCreate, findReusable, type CreateRequest } from '../../src/core/request.ts'
import { decideReview } from '../../src/core/review.ts'
import { divergence, rehearsalText, type Rehearsal } from '../../src/core/statement.ts'
import { emptyWorld, evolve, type World } from '../../src/core/world.ts'
import { breachOf } from '../../src/tlog/rules.ts'

const ada: PrincipalId = 'p-adaadaadaada'
const ben: PrincipalId = 'p-benbenbenben'
const dan: PrincipalId = 'p-dandandandan'
const request: RequestId = 'r-aaaaaaaaaaaa'
const grant: GrantId = 'g-aaaaaaaaaaaa'
const session: SessionId = 's-aaaaaaaaaaaa'
const t0 = Date.parse('2026-11-24T03:00:00Z')
const text = `update orders set status = 'retry' where id = 8812`

const rehearsal: Rehearsal = {
  v: 1,
  shown: text,
  steps: [{ what: 'UPDATE public.orders', rows: 10 }],
  columns: ['public.orders.status'],
  tables: [{ table: 'public.orders', inserted: 0, updated: 10, deleted: 0, named: true }],
  rows: [],
  keys: { table: 'public.orders', columns: ['id'], count: 10, hash: 'ab'.repeat(32) },
  locks: [],
  sequences: [],
  plan: [],
  durationMs: 3,
  warnings: [],
}

const wish: CreateRequest = {
  id: request,
  grant,
  asker: ada,
  target: 'pg-orders',
  level: 'write',
  scope: {},
  durationMs: 1_800_000,
  reason: 'PD-4412',
  ttlMs: 3_600_000,
  nonce: 'ab'.repeat(32),
  statement: { text, rehearsal: rehearsalText(rehearsal) },
}
const facts = {
  maxLevel: 'write',
  needed: { count: 2, groups: ['platform-leads'] },
  maxDurationMs: 3_600_000,
  decidedBy: ['engineers-change'],
  policies: 'a1'.repeat(32),
} as const

/** Folds drafts as the journal would, one millisecond apart. */
class Log {
  readonly world: World = emptyWorld()
  readonly all: Recorded[] = []
  tell(drafts: Draft[] | Refusal): void {
    if (isRefusal(drafts)) assert.fail(`${drafts.code} ${drafts.title} ${drafts.why ?? ''}`)
    for (const { type, by, clear, payload } of drafts) {
      const index = this.all.length
      const entry = { v: 1, type, ts: new Date(t0 + index).toISOString(), by, ...clear }
      const one = { index, entry, payload } as Recorded
      evolve(this.world, one)
      this.all.push(one)
    }
  }
}

const person = (id: PrincipalId, name: string, groups: string[]): Draft => ({
  type: 'principal.set',
  by: 'gateway',
  clear: { principal: id, person: id, kind: 'user', groups },
  payload: { name },
})
const approve = (log: Log, reviewer: PrincipalId): void => {
  const { contentHash = '' } = log.world.requests.get(request) ?? {}
  log.tell(
    decideReview(
      log.world,
      { request, reviewer, decision: 'approve', contentHash, grant },
      { mayReview: true, why: '', policies: facts.policies },
      t0 + log.all.length,
    ),
  )
}

/** From the people to the outcome of the COMMIT. */
function story(): Log {
  const log = new Log()
  log.tell([
    person(ada, 'ada', ['engineers']),
    person(ben, 'ben', ['platform-leads']),
    person(dan, 'dan', ['platform-leads']),
  ])
  log.tell(decideCreate(log.world, wish, facts, t0))
  approve(log, ben)
  assert.equal(log.world.grants.size, 0, 'one lead is not enough')
  approve(log, dan)
  const statement = log.world.requests.get(request)?.statement?.hash ?? ''
  const admitted = (n: number, more: object, payload: object): Draft =>
    ({
      type: 'action.admitted',
      by: ada,
      clear: { session, n, effect: 'write', statement, ...more },
      payload: { text, reads: [], masked: [], ...payload },
    }) as Draft
  const settled = (n: number): Draft => ({
    type: 'action.settled',
    by: ada,
    clear: { session, n, outcome: 'ok', rows: 10, bytes: 0, durationMs: 1 },
    payload: {},
  })
  log.tell([
    {
      type: 'session.opened',
      by: ada,
      clear: { session, principal: ada, grant, target: 'pg-orders', channel: 'cli' },
      payload: { client: 'run', address: 'cli' },
    },
    admitted(1, {}, {}),
    settled(1),
    admitted(2, { commits: grant }, { text: 'COMMIT', change: { rows: [], tables: [] } }),
    settled(2),
  ])
  return log
}

/** The first breach of a log, told as far as it goes. */
function firstBreach(entries: readonly Recorded[]): string | undefined {
  const world = emptyWorld()
  for (const one of entries) {
    const breach = breachOf(world, one)
    if (breach !== undefined) return `${one.entry.type}: ${breach.what}`
    evolve(world, one)
  }
  return undefined
}

test('the true story has no breach, and its grant is used up', () => {
  const { all, world } = story()
  assert.equal(firstBreach(all), undefined)
  assert.deepEqual(world.grants.get(grant)?.used, { session, n: 2, entry: all.length - 2, outcome: 'ok' })
})

test('one fact made another is found', () => {
  const changed = (type: string, at: number, more: object, payload: object = {}): Recorded[] => {
    const found = story().all.filter(({ entry }) => entry.type === type)[at]
    return story().all.map((one) =>
      one.index === found?.index
        ? ({ ...one, entry: { ...one.entry, ...more }, payload: { ...one.payload, ...payload } } as Recorded)
        : one,
    )
  }
  const { all } = story()
  const commit = all.at(-2) as Recorded
  const lies: Readonly<Record<string, readonly Recorded[]>> = {
    'a request to write without a statement': changed('request.created', 0, { statement: undefined }),
    'a request to read with one': changed('request.created', 0, { level: 'read' }),
    'another text than the one that is bound': changed(
      'request.created',
      0,
      {},
      {
        canonical: JSON.stringify({
          ...(JSON.parse((all[3]?.payload as { canonical: string } | undefined)?.canonical ?? '{}') as object),
          run: { text: `${text} `, rehearsal: '' },
        }),
      },
    ),
    'another dry run than the one that was shown': changed(
      'request.created',
      0,
      {},
      { rehearsal: rehearsalText({ ...rehearsal, durationMs: 4 }) },
    ),
    'the statement of another request': changed('action.admitted', 0, { statement: 'cd'.repeat(32) }),
    'a change without a statement': changed('action.admitted', 0, { statement: undefined }),
    'more than the grant is for': changed('action.admitted', 0, { effect: 'admin' }),
    'a COMMIT of another grant': changed('action.admitted', 1, { commits: 'g-bbbbbbbbbbbb' }),
    'an approval by whoever asked': changed('request.reviewed', 0, { by: ada, person: ada }),
    'one approval less': all.filter(({ entry }) => entry.type !== 'request.reviewed' || entry.by !== ben),
    'a second COMMIT': [...all, { ...commit, index: all.length, entry: { ...commit.entry, n: 3 } } as Recorded],
    'a change by the gateway itself': all.map((one) =>
      one.entry.type === 'session.opened'
        ? ({
            ...one,
            entry: { ...one.entry, by: 'gateway', principal: 'gateway', channel: 'system', grant: undefined },
          } as unknown as Recorded)
        : one,
    ),
  }
  for (const [lie, entries] of Object.entries(lies)) assert.notEqual(firstBreach(entries), undefined, lie)
})

test('any change of what is bound changes the hash that is approved', () => {
  const hashOf = (more: Partial<CreateRequest>): string => {
    const log = new Log()
    log.tell([person(ada, 'ada', ['engineers'])])
    log.tell(decideCreate(log.world, { ...wish, ...more }, facts, t0))
    return log.world.requests.get(request)?.contentHash ?? ''
  }
  const known = hashOf({})
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
      fc.nat({ max: text.length }),
      fc.integer({ min: 0, max: 1e6 }),
      (piece, at, rows) => {
        const other = text.slice(0, at) + piece + text.slice(at)
        assert.notEqual(hashOf({ statement: { text: other, rehearsal: rehearsalText(rehearsal) } }), known)
        const effect = { ...rehearsal, steps: [{ what: 'UPDATE public.orders', rows: rows + 11 }] }
        assert.notEqual(hashOf({ statement: { text, rehearsal: rehearsalText(effect) } }), known)
      },
    ),
    { numRuns: 200 },
  )
  assert.notEqual(
    hashOf({ statement: { text: text.replace('set ', 'set  '), rehearsal: rehearsalText(rehearsal) } }),
    known,
    'one space',
  )
})

test('a grant for one statement is no other grant: it is used again for that text only, and until it has run', () => {
  const log = story()
  const ask = (more: Partial<CreateRequest>): string | undefined =>
    findReusable(log.world, { ...wish, ...more }, t0 + 100)?.id
  assert.equal(ask({}), undefined, 'it has run')
  const fresh = new Log()
  fresh.tell(
    log.all.slice(0, 7).map(({ entry, payload }) => {
      const { v: _v, type, ts: _ts, by, ...clear } = entry
      return { type, by, clear, payload } as Draft
    }),
  )
  const again = (more: Partial<CreateRequest>): string | undefined =>
    findReusable(fresh.world, { ...wish, ...more }, t0 + 100)?.id
  assert.equal(again({}), request)
  assert.equal(again({ statement: { text: `${text} `, rehearsal: '' } }), undefined)
  const { statement: _statement, ...reading } = wish
  assert.equal(
    findReusable(fresh.world, { ...reading, level: 'read' }, t0 + 100),
    undefined,
    'it does not let anybody read',
  )
})

test('more rows, other rows and other tables are not what was approved; fewer are, where keys cannot tell', () => {
  const { keys: _keys, ...counted } = rehearsal
  const rows = (n: number) => ({
    ...counted,
    steps: [{ what: 'UPDATE public.orders', rows: n }],
    tables: [{ table: 'public.orders', inserted: 0, updated: n, deleted: 0, named: true }],
  })
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 0, max: 1_500 }), (approved, found) => {
      assert.equal(
        divergence(rows(approved), rows(found)) !== undefined,
        found > approved * 1.2,
        `${approved} ${found}`,
      )
    }),
  )
  assert.equal(divergence(rehearsal, rehearsal), undefined)
  assert.notEqual(
    divergence(rehearsal, {
      ...rehearsal,
      keys: { table: 'public.orders', columns: ['id'], count: 10, hash: 'cd'.repeat(32) },
    }),
    undefined,
  )
  const elsewhere = { table: 'public.payments', inserted: 0, updated: 0, deleted: 1, named: false }
  assert.match(
    divergence(rehearsal, { ...rehearsal, tables: [...rehearsal.tables, elsewhere] }) ?? '',
    /public\.payments/,
  )
})
