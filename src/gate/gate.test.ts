// Who gets in: credentials, waiting for somebody to decide, scope, and what is on record about each.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Draft } from '../core/entry.ts'
import { scopeHash } from '../core/request.ts'
import { outcomeIn } from '../core/rides.ts'
import type { Permit } from './types.ts'
import { openDoor, type House } from '../../test/lib/door.ts'
import { openWalls } from '../../test/lib/open-walls.ts'
import { startPostgres, type Postgres } from '../../test/lib/servers.ts'

let server: Postgres
before(async () => {
  server = await startPostgres()
})
after(() => server.stop())

async function inHouse(body: (house: House) => Promise<void>): Promise<void> {
  const house = await openDoor({ url: server.url, walls: openWalls() })
  try {
    await body(house)
  } finally {
    await house.close()
  }
}

function client(house: House, password: string, user = 'ada'): pg.Client & { said: string[]; gone: Promise<void> } {
  const made = new pg.Client({ host: '127.0.0.1', port: house.port, user, password, database: 'pg' })
  const said: string[] = []
  made.on('error', () => undefined)
  made.on('notice', (notice) => said.push(notice.message ?? ''))
  return Object.assign(made, { said, gone: new Promise<void>((resolve) => made.once('end', resolve)) })
}

const asked: Draft = {
  type: 'request.created',
  by: 'p-ada',
  clear: {
    request: 'r-9',
    person: 'p-ada',
    target: 'pg',
    level: 'read',
    scope: scopeHash({}),
    durationMs: 600_000,
    contentHash: 'c',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    needed: { count: 1, groups: ['leads'] },
    policies: 'p',
  },
  payload: { canonical: '{"scope":{},"reason":"x"}', decidedBy: [] },
}
const started = (grant: `g-${string}`): Draft => ({
  type: 'grant.started',
  by: 'gateway',
  clear: {
    grant,
    request: 'r-9',
    holder: 'p-ada',
    person: 'p-ada',
    target: 'pg',
    level: 'read',
    scope: scopeHash({}),
    notBefore: new Date(Date.now() - 1000).toISOString(),
    notAfter: new Date(Date.now() + 600_000).toISOString(),
  },
  payload: {},
})
const denied: Draft = {
  type: 'request.reviewed',
  by: 'p-ben',
  clear: {
    request: 'r-9',
    person: 'p-ben',
    kind: 'user',
    groups: ['leads'],
    decision: 'deny',
    contentHash: 'c',
    durationMs: 0,
    challenge: 'x',
    policies: 'p',
  },
  payload: { comment: 'ask the replica' },
}

/** Takes the grant away that the house starts with. */
const withoutGrant = (house: House): void =>
  house.record({ type: 'grant.revoked', by: 'p-ben', clear: { grant: 'g-1' }, payload: { reason: 'test' } })

test('a personal token opens the best live grant; none = no access, and the refusal is on record', () =>
  inHouse(async (house) => {
    const one = client(house, 'personal')
    await one.connect()
    await one.end()
    withoutGrant(house)
    await assert.rejects(client(house, 'personal').connect(), { routine: 'GBX-1109', code: '28000' })
    const refused = house.entries.findLast(({ entry }) => entry.type === 'session.refused')
    assert.ok(refused?.entry.type === 'session.refused')
    assert.equal(refused.entry.code, 'GBX-1109')
  }))

test('while a request waits, the client is held without a connection to the target, and goes on when it is approved', () =>
  inHouse(async (house) => {
    withoutGrant(house)
    house.record(asked)
    const one = client(house, 'personal')
    const connected = one.connect()
    await sleep(200)
    assert.match(one.said.join(), /r-9 is not approved yet \(0 of 1\)/)
    assert.ok(!house.entries.some(({ entry }) => entry.type === 'session.opened'))
    house.record(started('g-9'))
    await connected
    assert.equal((await one.query<{ one: number }>('select 1 as one')).rows[0]?.one, 1)
    await one.end()
  }))

test('a denial while held ends it with who and why', () =>
  inHouse(async (house) => {
    withoutGrant(house)
    house.record(asked)
    const connected = client(house, 'personal').connect()
    setTimeout(() => house.record(denied), 100)
    await assert.rejects(
      connected,
      (error: pg.DatabaseError) => error.routine === 'GBX-1104' && error.message.includes('ask the replica'),
    )
  }))

test('a client that leaves while it is held is let go', () =>
  inHouse(async (house) => {
    withoutGrant(house)
    house.record(asked)
    const one = client(house, 'personal')
    void one.connect().catch(() => undefined)
    await sleep(100)
    ;(one as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
    await sleep(100)
    assert.ok(house.entries.some(({ entry }) => entry.type === 'session.refused'))
    house.record(started('g-9'))
    await sleep(100)
    assert.ok(!house.entries.some(({ entry }) => entry.type === 'session.opened'))
  }))

test('a lock keeps out, also who was held', () =>
  inHouse(async (house) => {
    withoutGrant(house)
    house.record(asked)
    const connected = client(house, 'personal').connect()
    await sleep(50)
    house.record({
      type: 'lock.set',
      by: 'p-ben',
      clear: { lock: 'l-1', kind: 'user', subject: 'p-ada' },
      payload: { reason: 'lost laptop' },
    })
    await assert.rejects(
      connected,
      (error: pg.DatabaseError) => error.routine === 'GBX-1108' && (error.detail ?? '').includes('lost laptop'),
    )
    await assert.rejects(client(house, 'personal').connect(), { code: '28000' })
  }))

test('outside the approved tables nothing runs', () =>
  inHouse(async (house) => {
    house.grant({ scope: { tables: ['public.orders'] } })
    const target = house.door.target('pg') ?? assert.fail()
    const one = client(house, 'token')
    await one.connect()
    const [session] = house.door.sessions
    assert.ok(session !== undefined && target.name === session.target)
    const action = { protocol: 'postgres', effect: 'read' as const, text: 't', emitted: 't', masked: [] }
    const outside = await session.admit({ ...action, reads: ['public.orders', 'public.people'] })
    assert.ok('code' in outside && outside.code === 'GBX-1114')
    const inside = await session.admit({ ...action, reads: ['public.orders'] })
    assert.ok('send' in inside)
    await one.end()
  }))

test('what is above the level, and what is not known, is refused', () =>
  inHouse(async (house) => {
    house.grant({ level: 'observe' })
    const one = client(house, 'token')
    await one.connect()
    const [session] = house.door.sessions
    const codes = await Promise.all(
      (['observe', 'read', 'write', 'admin', 'unknown'] as const).map(async (effect) => {
        const answer = await session?.admit({
          protocol: 'postgres',
          effect,
          text: 't',
          emitted: 't',
          reads: [],
          masked: [],
        })
        return answer !== undefined && 'code' in answer ? answer.code : 'admitted'
      }),
    )
    assert.deepEqual(codes, ['admitted', 'GBX-1213', 'GBX-1203', 'GBX-1203', 'GBX-1210'])
    const numbers = house.entries.flatMap(({ entry }) =>
      'n' in entry && entry.type !== 'action.settled' ? [entry.n] : [],
    )
    assert.deepEqual(
      numbers.sort((a, b) => a - b),
      [1, 2, 3, 4, 5],
    )
    await one.end()
  }))

test('a permit sends nothing after its outcome, and after the end', () =>
  inHouse(async (house) => {
    const one = client(house, 'token')
    await one.connect()
    const [session] = house.door.sessions
    const permit = await session?.admit({
      protocol: 'postgres',
      effect: 'read',
      text: 't',
      emitted: 't',
      reads: [],
      masked: [],
    })
    assert.ok(session !== undefined && permit !== undefined && 'send' in permit)
    permit.settle({ outcome: 'ok', rows: 0, bytes: 0, durationMs: 0 })
    permit.settle({ outcome: 'error', rows: 0, bytes: 0, durationMs: 0 })
    permit.send(Buffer.from('this would break the protocol'))
    assert.equal((await one.query<{ one: number }>('select 1 as one')).rows[0]?.one, 1)
    const ended = house.entries.map(({ entry }) => (entry.type === 'action.settled' ? entry : outcomeIn(entry)))
    assert.equal(ended.filter((one) => one?.n === permit.n).length, 1)
    await session.end('client')
    session.permit.send(Buffer.from('nor does this'))
    await one.gone
  }))

test('an outcome rides in the next entry of its session, or gets its own within milliseconds', () =>
  inHouse(async (house) => {
    const one = client(house, 'token')
    await one.connect()
    const [session] = house.door.sessions
    assert.ok(session)
    const action = { protocol: 'postgres', effect: 'read', text: 't', emitted: 't', reads: [], masked: [] } as const
    const admit = async (): Promise<Permit> => {
      const permit = await session.admit(action)
      assert.ok('send' in permit)
      return permit
    }
    const ended = () =>
      house.entries.flatMap(({ entry }) => [
        ...(entry.type === 'action.settled' ? [`own ${entry.n} ${entry.outcome}`] : []),
        ...(outcomeIn(entry) === undefined ? [] : [`rides ${outcomeIn(entry)?.n}`]),
      ])
    const well = { outcome: 'ok', rows: 1, bytes: 2, durationMs: 3 } as const
    ;(await admit()).settle(well)
    const [second, third] = [await admit(), await admit()]
    assert.deepEqual(ended(), ['rides 1'])
    third.settle({ ...well, outcome: 'error', error: 'why' })
    second.settle(well)
    assert.deepEqual(ended(), ['rides 1', 'own 3 error'])
    await sleep(50)
    assert.deepEqual(ended(), ['rides 1', 'own 3 error', 'own 2 ok'])
    ;(await admit()).settle(well)
    await session.end('client')
    await one.gone
    assert.deepEqual(ended().slice(3), ['own 4 ok'])
    assert.equal(house.ledger.world.sessions.has(session.id), false)
  }))

test('closing the gateway ends every session with its reason', async () => {
  const house = await openDoor({ url: server.url, walls: openWalls() })
  const one = client(house, 'token')
  await one.connect()
  await house.close()
  await one.gone
  const closed = house.entries.find(({ entry }) => entry.type === 'session.closed')
  assert.ok(closed?.entry.type === 'session.closed')
  assert.equal(closed.entry.cause, 'shutdown')
})
