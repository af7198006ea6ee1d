// The operations over a record in memory, as a surface calls them: shapes of the scripted use, ids, sight, the record.
import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { test, type TestContext } from 'node:test'
import { aTarget, peopleInMemory } from '../../test/lib/people.ts'
import { isRefusal } from '../core/error.ts'
import type { Draft, Recorded } from '../core/entry.ts'
import type { Principal, SessionId } from '../core/nouns.ts'
import { Spool } from '../features/evidence/spool.ts'
import { Shredder } from '../features/redaction/shredder.ts'
import type { Gate } from '../gate/types.ts'
import { protocols } from '../protocols/registry.ts'
import { Store } from '../store/store.ts'
import { watchEvents, type Event } from './events.ts'
import { allowed } from './needs.ts'
import type { Context, Parts } from './operation.ts'
import { operations } from './registry.ts'

const minute = 60_000

/** Members of the answers that are looked at here; which of them an answer has, its operation's schema says. */
type Told = {
  readonly [list in 'targets' | 'requests' | 'sessions' | 'entries' | 'users' | 'locks' | 'transcript']: readonly Told[]
} & { readonly [texts in 'reviewers' | 'may' | 'from' | 'policies' | 'masked' | 'lifted']: readonly string[] } & {
  readonly [
    text in
      | 'id'
      | 'state'
      | 'code'
      | 'title'
      | 'why'
      | 'reviewer'
      | 'comment'
      | 'dsn'
      | 'jdbc'
      | 'expires'
      | 'user'
      | 'token'
      | 'target'
      | 'duration'
      | 'name'
      | 'extends'
      | 'text'
      | 'outcome'
      | 'type'
      | 'by'
      | 'proof'
      | 'longest'
      | 'pending'
  ]: string
} & { readonly [count in 'needed' | 'approvals' | 'actions' | 'refused' | 'rows' | 'before']: number } & {
  readonly [flag in 'reused' | 'allowed']: boolean
} & { readonly grant: `g-${string}`; readonly checks: readonly { readonly ok: boolean }[] }

async function open(t: TestContext) {
  const people = peopleInMemory({ targets: [aTarget('pg-orders'), aTarget('pg-two', { labels: { env: 'lab' } })] })
  const { access, ledger, journal } = people.house
  const store = await Store.open(':memory:', journal)
  t.after(async () => {
    await store.close()
    await people.close()
  })
  await people.add('ana', ['engineers'])
  await people.add('ben', ['platform-leads'])
  await people.add('sam', ['security'])
  await people.add('root', ['admins'])
  await people.add('eve', [])
  const targets = new Map(access.sight.targets(people.principal('ben')).map((target) => [target.name, target]))
  const nowhere = (): never => {
    throw new Error('nothing reaches a target here')
  }
  const kept = { sealedUnder: (id: string) => [id], isErased: () => false, markErased: () => undefined }
  const shredder = new Shredder({
    ledger,
    journal: {
      entries: (from) => journal.entries(from),
      shred: async () => undefined,
      retire: () => undefined,
      keyring: kept,
    },
    log: () => undefined,
  })
  t.after(() => shredder.close())
  const gateway: Parts = {
    version: '1.2.3',
    access,
    ledger,
    store,
    sinks: { list: () => [], setAside: () => [], resend: () => false },
    policy: access.policy,
    journal: {
      get size() {
        return journal.size
      },
      read: (index) => journal.read(index),
      onDurable: (listener) => journal.onDurable(listener),
      checkpoint: async () => ({ note: 'note', vkey: 'vkey' }),
      prove: async (index) => `proof ${index}`,
      readEach: async function* (indexes) {
        for (const index of indexes) yield (await journal.read(index)) as Recorded
      },
      opened: nowhere,
      openedEach: nowhere,
      log: { read: nowhere },
    },
    gate: new Proxy({}, { get: (_, name) => (name === 'lastRefused' ? () => undefined : nowhere()) }) as Gate,
    spool: new Spool(tmpdir()),
    shredder,
    protocols: new Map(protocols.map((protocol) => [protocol.name, protocol])),
    targets: () => targets,
    door: () => ({ host: '127.0.0.1', port: 7432 }),
    drive: nowhere,
    checks: async () => [],
    now: () => Date.now() + people.clock.aheadMs,
  }
  const context = (name: string): Context => ({ principal: people.principal(name), channel: 'cli', gateway })
  /** Calls as a surface does: the duty, the input's schema, the handler, the output's schema. */
  async function call(name: string, as: string, input: object = {}): Promise<Told> {
    const found = operations.find((one) => one.name === name)
    assert.ok(found, name)
    const refused = await allowed(found, context(as))
    if (refused) return refused as never
    const output = await found.handle(context(as), found.input.parse(input) as never)
    if (isRefusal(output)) return output as never
    const told = found.output.strict().parse(output) as unknown as Told
    const view = found.view?.(told as never)
    for (const row of view?.table?.rows ?? []) assert.equal(row.length, view?.table?.columns.length)
    return told
  }
  const session = (id: SessionId, by: Principal['id'], grant: `g-${string}`, target = 'pg-orders'): Draft[] => [
    {
      type: 'session.opened',
      by,
      clear: { session: id, principal: by, grant, target, channel: 'native' },
      payload: { client: 'psql', address: '::1' },
    },
    {
      type: 'action.admitted',
      by,
      clear: { session: id, n: 1, effect: 'read' },
      payload: { text: 'select id from orders', reads: ['public.orders'], masked: ['public.orders.email'] },
    },
    {
      type: 'action.settled',
      by,
      clear: { session: id, n: 1, outcome: 'ok', rows: 2, bytes: 20, durationMs: 1.5 },
      payload: {},
    },
    {
      type: 'action.refused',
      by,
      clear: { session: id, n: 2, effect: 'write', code: 'GBX-1203' },
      payload: { text: 'delete from orders', title: 'no' },
    },
  ]
  return { ...people, call, context, session, ledger, journal }
}

const wish = { target: 'pg-orders', level: 'read', for: '30m', why: 'PD-4412 checkout 500s' }

void test('the scripted use, shape by shape', async (t) => {
  const { call } = await open(t)
  const request = await call('requests.create', 'ana', wish)
  assert.match(request.id, /^r-[a-z2-7]{12}$/)
  assert.deepEqual(
    [request.state, request.reviewers, request.needed, request.approvals, request.reused],
    ['pending', ['ben'], 1, 0, false],
  )
  assert.equal((await call('grants.connect', 'ana', { target: 'pg-orders' })).code, 'GBX-1102')
  const approved = await call('reviews.approve', 'ben', { id: request.id })
  assert.deepEqual([approved.id, approved.state, approved.reviewer], [request.id, 'approved', 'ben'])
  assert.match(approved.grant, /^g-[a-z2-7]{12}$/)
  const address = await call('grants.connect', 'ana', { target: 'pg-orders' })
  assert.match(address.dsn, /^postgresql:\/\/ana:gbx_d[0-9A-Za-z]{38}@127\.0\.0\.1:7432\/pg-orders/)
  assert.match(address.jdbc, /^jdbc:postgresql:/)
  assert.deepEqual([address.grant, Date.parse(address.expires) > Date.now()], [approved.grant, true])
  assert.equal((await call('requests.create', 'ana', { ...wish, why: 'again' })).reused, true)
  const { user, token } = await call('users.set', 'root', { name: 'dan', groups: ['engineers'] })
  assert.deepEqual([user, token.startsWith('gbx_u')], ['dan', true])
})

void test('how things stand is said where there is no access: denied, ended, never asked, not there', async (t) => {
  const { call, clock } = await open(t)
  const connect = async (): Promise<string> =>
    (await call('grants.connect', 'ana', { target: 'pg-orders' })).code as string
  assert.equal(await connect(), 'GBX-1109')
  const first = await call('requests.create', 'ana', wish)
  const denied = await call('reviews.deny', 'ben', { id: first.id, comment: 'use the replica' })
  assert.deepEqual([denied.state, denied.comment], ['denied', 'use the replica'])
  assert.match((await call('grants.connect', 'ana', { target: 'pg-orders' })).title, /denied by ben: "use the replica"/)
  const second = await call('requests.create', 'ana', wish)
  await call('reviews.approve', 'ben', { id: second.id, for: '10m' })
  clock.aheadMs += 11 * minute
  assert.equal(await connect(), 'GBX-1103')
  const again = await call('requests.create', 'ana', { again: second.id.slice(0, 8) })
  assert.deepEqual([again.target, again.duration, again.why], ['pg-orders', '30m', wish.why])
  assert.equal((await call('grants.connect', 'eve', { target: 'pg-orders' })).code, 'GBX-1004')
  assert.equal((await call('grants.connect', 'ana', { target: 'nope' })).code, 'GBX-1004')
})

void test('a beginning of an id is enough if it is unique among what one may see, and has four characters', async (t) => {
  const { call } = await open(t)
  const { id } = await call('requests.create', 'ana', wish)
  assert.equal((await call('requests.get', 'ana', { id: id.slice(0, 6) })).id, id)
  assert.equal((await call('requests.get', 'ben', { id: id.toUpperCase() })).id, id)
  for (const typed of [id.slice(0, 5), 'r-', '', id.slice(2), `${id}a`])
    assert.equal((await call('requests.get', 'ana', { id: typed })).code, 'GBX-1004', typed)
  assert.equal((await call('requests.get', 'eve', { id })).code, 'GBX-1004')
  assert.equal((await call('requests.get', 'sam', { id })).id, id, 'security reads the record')
  assert.equal((await call('reviews.approve', 'sam', { id })).code, 'GBX-1110')
  assert.equal((await call('reviews.approve', 'eve', { id })).code, 'GBX-1004')
})

void test('lists show one’s own and what one may decide; the inbox never one’s own', async (t) => {
  const { call } = await open(t)
  const mine = await call('requests.create', 'ana', wish)
  await call('requests.withdraw', 'ana', {
    id: (await call('requests.create', 'ana', { ...wish, target: 'pg-two' })).id,
  })
  const ids = async (as: string, input: object = {}): Promise<string[]> =>
    (await call('requests.list', as, input)).requests.map((one) => one.id)
  assert.deepEqual(await ids('ana'), [mine.id])
  assert.equal((await ids('ana', { all: 'true' })).length, 2)
  assert.deepEqual(await ids('ana', { inbox: true }), [])
  assert.deepEqual(await ids('ben', { inbox: true }), [mine.id])
  assert.deepEqual(await ids('ben', { mine: true }), [])
  assert.deepEqual(await ids('eve', { all: true }), [])
  const { targets } = await call('targets.list', 'ana')
  assert.deepEqual(
    targets.map((one) => [one.name, one.may, one.pending]),
    [
      ['pg-orders', ['observe', 'read'], mine.id],
      ['pg-two', ['observe', 'read'], undefined],
    ],
  )
  assert.deepEqual((await call('targets.list', 'eve')).targets, [])
})

void test('sessions: own, or for whoever watches; replay tells statements, masks, outcomes', async (t) => {
  const { call, ledger, session, principal } = await open(t)
  const { id } = await call('requests.create', 'ana', wish)
  const { grant } = await call('reviews.approve', 'ben', { id })
  await ledger.record(session('s-aaaaaaaaaaaa', principal('ana').id, grant)).durable
  const count = async (as: string): Promise<number> => (await call('sessions.list', as)).sessions.length
  assert.deepEqual(
    [await count('ana'), await count('ben'), await count('sam'), await count('eve'), await count('root')],
    [1, 1, 1, 0, 0],
  )
  const replay = await call('sessions.get', 'ana', { id: 's-aaaa' })
  assert.deepEqual([replay.state, replay.actions, replay.refused, replay.rows], ['open', 2, 1, 2])
  const [first, second] = replay.transcript
  assert.deepEqual(
    [first?.text, first?.outcome, first?.masked, first?.rows],
    ['select id from orders', 'ok', ['public.orders.email'], 2],
  )
  assert.deepEqual([second?.text, second?.outcome, second?.code], ['delete from orders', 'refused', 'GBX-1203'])
  assert.equal((await call('sessions.get', 'eve', { id: 's-aaaa' })).code, 'GBX-1004')
  assert.equal((await call('sessions.kill', 'eve', { id: 's-aaaa' })).code, 'GBX-1004')
  const last = await call('requests.create', 'ana', { last: true, why: 'retry one order' })
  assert.equal(last.code, 'GBX-1112', 'what was refused last was a write')
  assert.equal((await call('sessions.kill', 'ana', { id: 's-aaaa' })).state, 'killed')
  await ledger.record([
    {
      type: 'session.closed',
      by: principal('ana').id,
      clear: { session: 's-aaaaaaaaaaaa', count: 2, cause: 'killed' },
      payload: {},
    },
  ]).durable
  assert.equal((await call('sessions.kill', 'ben', { id: 's-aaaa' })).code, 'GBX-1107')
})

void test('grants: more time is asked for, ending is for the holder and for whoever may kill', async (t) => {
  const { call, ledger } = await open(t)
  const { id } = await call('requests.create', 'ana', wish)
  const { grant } = await call('reviews.approve', 'ben', { id })
  const more = await call('grants.extend', 'ana', { id: grant, for: '15m' })
  assert.deepEqual([more.state, more.extends, more.why], ['pending', grant, wish.why])
  const before = ledger.world.grants.get(grant)?.notAfter ?? 0
  await call('reviews.approve', 'ben', { id: more.id })
  assert.equal(ledger.world.grants.get(grant)?.notAfter, before + 15 * minute)
  assert.equal((await call('grants.revoke', 'eve', { id: grant })).code, 'GBX-1004')
  assert.equal((await call('grants.revoke', 'sam', { id: grant, why: 'incident' })).state, 'revoked')
  assert.equal((await call('grants.revoke', 'ana', { id: grant })).code, 'GBX-1107')
})

void test('searching the record is on record, finds text in payloads, and names people who have left', async (t) => {
  const { call, journal } = await open(t)
  await call('requests.create', 'ana', wish)
  await call('users.remove', 'root', { name: 'ana' })
  assert.equal((await call('audit.search', 'ben', { query: 'checkout' })).code, 'GBX-1117')
  assert.deepEqual(journal.all.at(-1)?.entry.type, 'access.refused')
  const { entries } = await call('audit.search', 'sam', { query: 'CHECKOUT user:ana from:-1h' })
  assert.deepEqual(
    entries.map((one) => [one.type, one.by]),
    [['request.created', 'ana']],
  )
  const last = journal.all.at(-1)
  assert.ok(last?.entry.type === 'audit.searched' && last.payload && 'query' in last.payload)
  assert.match(last.payload.query, /CHECKOUT/)
  assert.equal((await call('audit.search', 'sam', { query: 'x from:soon' })).code, 'GBX-1002')
  assert.equal((await call('audit.prove', 'sam', { entry: 'j-0' })).proof, 'proof 0')
  assert.equal((await call('audit.prove', 'sam', { entry: '999' })).code, 'GBX-1004')
  const pages = await call('audit.search', 'sam', { limit: '1' })
  assert.equal(
    (await call('audit.search', 'sam', { limit: 1, before: pages.before })).entries[0]?.id,
    `j-${pages.before - 1}`,
  )
})

void test('changes are told only to whom they concern, and never carry what was said', async (t) => {
  const { call, context } = await open(t)
  const heard: Record<string, Event[]> = { ana: [], ben: [], eve: [] }
  for (const [name, events] of Object.entries(heard)) t.after(watchEvents(context(name), (event) => events.push(event)))
  const { id } = await call('requests.create', 'ana', wish)
  await call('reviews.approve', 'ben', { id, comment: 'secret comment' })
  await new Promise((resolve) => setImmediate(resolve))
  const types = (name: string): string[] => (heard[name] ?? []).map((event) => event.type)
  assert.deepEqual(types('ana'), ['request.created', 'request.reviewed', 'grant.started'])
  assert.deepEqual(types('ben'), types('ana'))
  assert.deepEqual(types('eve'), [])
  assert.doesNotMatch(JSON.stringify(heard), /checkout|secret comment/)
  const again: Event[] = []
  t.after(watchEvents(context('ana'), (event) => again.push(event), (heard.ana?.[0]?.id ?? 0) - 1))
  for (let waits = 0; again.length < 3 && waits < 200; waits++) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.deepEqual(
    again.map((event) => event.id),
    heard.ana?.map((event) => event.id),
  )
})

void test('locks, people and policies answer whoever has the duty', async (t) => {
  const { call } = await open(t)
  assert.equal((await call('locks.set', 'ana', { kind: 'user', name: 'ben', why: 'x' })).code, 'GBX-1117')
  const lock = await call('locks.set', 'ben', { kind: 'user', name: 'ana', why: 'laptop lost', for: '1h' })
  assert.deepEqual([lock.name, lock.why, (await call('locks.list', 'sam')).locks.length], ['ana', 'laptop lost', 1])
  assert.deepEqual((await call('locks.lift', 'sam', { kind: 'user', name: 'ana' })).lifted, [lock.id])
  assert.equal((await call('locks.lift', 'sam', { kind: 'user', name: 'ana' })).code, 'GBX-1004')
  assert.deepEqual((await call('whoami', 'ben')).may, ['review', 'watch', 'kill', 'lock'])
  const explained = await call('policies.explain', 'ana', { action: 'read', target: 'pg-orders' })
  assert.deepEqual(
    [explained.allowed, explained.approvals, explained.from, explained.longest, explained.policies],
    [true, 1, ['platform-leads'], '8h', ['engineers-look']],
  )
  assert.equal(
    (await call('policies.explain', 'ana', { action: 'read', target: 'pg-orders', user: 'ben' })).code,
    'GBX-1004',
  )
  assert.deepEqual(
    (await call('policies.who-can', 'ana', { action: 'review', target: 'pg-orders' })).users.map((one) => one.user),
    ['ben'],
  )
  assert.equal((await call('policies.who-can', 'eve', { action: 'review', target: 'pg-orders' })).code, 'GBX-1004')
  assert.equal((await call('users.list', 'ana')).code, 'GBX-1117')
  assert.equal(
    (await call('doctor.run', 'root')).checks.every((check) => check.ok),
    true,
  )
})

void test('every operation has an output that is declared, a summary and examples, and its path names its fields', () => {
  const names = new Set<string>()
  for (const { name, summary, path, input, output, cli, method } of operations) {
    assert.ok(!names.has(name) && summary.endsWith(summary.endsWith('?') ? '?' : '.'), name)
    names.add(name)
    for (const [, field] of path.matchAll(/:(\w+)/g))
      assert.ok(field !== undefined && field in input.shape, `${name} ${path}`)
    assert.equal(input.safeParse({ unknownField: 1 }).success, false, `${name} takes only what it knows`)
    assert.ok(Object.keys(output.shape).length > 0)
    if (!cli) continue
    assert.ok(
      cli.examples.every((example) => example.startsWith(`glovebox ${cli.verb.join(' ')}`)),
      name,
    )
    for (const { field } of [...(cli.args ?? []), ...(cli.flags ?? [])])
      assert.ok(field in input.shape, `${name} ${field}`)
    assert.ok(method === 'GET' || method === 'POST' || method === 'PUT' || method === 'DELETE')
  }
})
