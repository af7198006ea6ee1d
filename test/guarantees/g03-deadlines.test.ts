// G3: a session ends within 1 s of the grant's expiry, a revoke, a kill, a lock, or its user losing the role; idle,
// mid-query, mid-COPY, mid-transaction, while the client does not read; whatever the wall clock does.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDoor, type House } from '../lib/door.ts'
import { openWalls } from '../lib/open-walls.ts'
import { query, RawPg } from '../lib/raw-pg.ts'
import { startPostgres, type Postgres } from '../lib/servers.ts'
import pg from 'pg'

const withinMs = 1000
let server: Postgres
before(async () => {
  server = await startPostgres()
})
after(() => server.stop())

/** What the session is in the middle of. */
const moments: Record<string, (client: RawPg) => Promise<void>> = {
  idle: () => Promise.resolve(),
  'mid-query': async (client) => {
    client.send(query('select pg_sleep(30)'))
    await sleep(100)
  },
  'mid-answer': async (client) => {
    client.send(query("select generate_series(1, 100000000), repeat('x', 100)"))
    await client.until('D')
  },
  'mid-COPY': async (client) => {
    client.send(query("copy (select generate_series(1, 100000000), repeat('x', 100)) to stdout"))
    await client.until('d')
  },
  'in a transaction': async (client) => {
    client.send(query('begin; select 1'))
    await client.until('Z')
  },
  'not reading': async (client) => {
    client.send(query("select generate_series(1, 100000000), repeat('x', 1000)"))
    client.socket.pause()
    await sleep(200)
  },
}

/** What ends it; the cause that the record has to name. */
const ends: Record<string, { readonly cause: string; readonly cut: (house: House) => void }> = {
  expiry: { cause: 'expired', cut: (house) => house.grant({ notAfter: Date.now() }) },
  revoke: {
    cause: 'revoked',
    cut: (house) =>
      house.record({ type: 'grant.revoked', by: 'p-ben', clear: { grant: 'g-1' }, payload: { reason: 'enough' } }),
  },
  kill: {
    cause: 'killed',
    cut: (house) =>
      house.record({
        type: 'session.killed',
        by: 'p-ben',
        clear: { session: mine(house) },
        payload: { reason: 'enough' },
      }),
  },
  'a lock on the person': {
    cause: 'locked',
    cut: (house) =>
      house.record({
        type: 'lock.set',
        by: 'p-ben',
        clear: { lock: 'l-1', kind: 'user', subject: 'p-ada' },
        payload: { reason: 'enough' },
      }),
  },
  'a lock on the target': {
    cause: 'locked',
    cut: (house) =>
      house.record({
        type: 'lock.set',
        by: 'p-ben',
        clear: { lock: 'l-2', kind: 'target', subject: 'pg' },
        payload: { reason: 'enough' },
      }),
  },
  'a lost role': {
    cause: 'role-lost',
    cut: (house) =>
      house.record({
        type: 'principal.set',
        by: 'gateway',
        clear: { principal: 'p-ada', person: 'p-ada', kind: 'user', groups: [] },
        payload: { name: 'ada' },
      }),
  },
}

function mine(house: House): `s-${string}` {
  const opened = house.entries.findLast(({ entry }) => entry.type === 'session.opened' && entry.by === 'p-ada')
  assert.ok(opened?.entry.type === 'session.opened')
  return opened.entry.session
}

/** Is anything of ours still connected to the target? */
async function connectedTo(target: Postgres, session: string): Promise<number> {
  const client = new pg.Client({ connectionString: target.url })
  await client.connect()
  const { rows } = await client.query<{ count: number }>(
    'select count(*)::int as count from pg_stat_activity where application_name = $1',
    [`glovebox ${session}`],
  )
  await client.end()
  return rows[0]?.count ?? -1
}

/** Milliseconds from the cut until the client's socket is closed; `withinMs` at the most, else undefined. */
async function endedAfter(client: RawPg, cut: () => void): Promise<number | undefined> {
  const startedAt = performance.now()
  cut()
  while (performance.now() - startedAt < withinMs) {
    if (client.closed || client.socket.destroyed) return performance.now() - startedAt
    if (client.socket.isPaused() && performance.now() - startedAt > withinMs - 300) client.socket.resume() // a reader that was stuck sees the end now
    await sleep(10)
  }
  return undefined
}

describe('every end at every moment', { concurrency: 8 }, () => {
  for (const [end, { cause, cut }] of Object.entries(ends)) {
    for (const [moment, enter] of Object.entries(moments)) {
      test(`${end}, ${moment}`, async () => {
        const house = await openDoor({ url: server.url, walls: openWalls() })
        try {
          const client = await RawPg.signedIn(house.port)
          await enter(client)
          const session = mine(house)
          const ms = await endedAfter(client, () => cut(house))
          assert.ok(ms !== undefined, `not within ${withinMs} ms`)
          await sleep(300)
          assert.equal(await connectedTo(server, session), 0, 'the target still works for somebody')
          const closed = house.entries.find(({ entry }) => entry.type === 'session.closed' && entry.session === session)
          assert.ok(closed?.entry.type === 'session.closed')
          assert.equal(closed.entry.cause, cause)
        } finally {
          await house.close()
        }
      })
    }
  }
})

test('a wall clock that steps back does not lengthen, one that steps forward shortens', async () => {
  for (const stepMs of [-3_600_000, 3_600_000]) {
    let step = 0
    const house = await openDoor({
      url: server.url,
      walls: openWalls(),
      grantMs: stepMs < 0 ? 600 : 1_800_000,
      parts: { now: () => Date.now() + step },
    })
    const client = await RawPg.signedIn(house.port)
    step = stepMs
    if (stepMs < 0) await sleep(600)
    assert.ok((await endedAfter(client, () => undefined)) !== undefined)
    await house.close()
  }
})

test('no minute 31: nothing runs and nobody enters after the end, also when the ticker is late', async () => {
  const house = await openDoor({ url: server.url, walls: openWalls() })
  const client = await RawPg.signedIn(house.port)
  house.grant({ notAfter: Date.now() - 1 })
  client.send(query("select 'minute 31'")) // at once: no tick has come between
  const frames = await client.until('never')
  assert.ok(!frames.some(({ type }) => type === 'D'))
  await assert.rejects(new pg.Client({ connectionString: house.dsn }).connect())
  await house.close()
})

test('an extension moves the end, a warning comes before it', async () => {
  const house = await openDoor({ url: server.url, walls: openWalls(), grantMs: 60_300 })
  const client = await RawPg.signedIn(house.port)
  const [warning] = (await client.until('N', 2000)).slice(-1)
  assert.match(warning?.body.toString() ?? '', /ends in 1m/)
  house.grant({ notAfter: Date.now() + 3_600_000 })
  await sleep(300)
  assert.equal(client.closed, false)
  client.end()
  await house.close()
})

test('this test can fail: a gate whose clocks stand still is found out', async () => {
  const frozen = Date.now()
  const house = await openDoor({
    url: server.url,
    walls: openWalls(),
    grantMs: 400,
    parts: { now: () => frozen, monotonic: () => 0 },
  })
  const client = await RawPg.signedIn(house.port)
  assert.equal(await endedAfter(client, () => undefined), undefined)
  client.end()
  await house.close()
})
