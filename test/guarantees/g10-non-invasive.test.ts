// G10: debugging never takes production down. Timeouts hold on the target itself, answers are bounded, a slow or absent
// client stops the target's work, and one person holds a bounded number of connections.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import * as walls from '../../src/protocols/postgres/walls/index.ts'
import { openDoor, type House } from '../lib/door.ts'
import { openWalls } from '../lib/open-walls.ts'
import { bind, execute, parse, query, RawPg, shape, sync } from '../lib/raw-pg.ts'
import { startPostgres, type Postgres } from '../lib/servers.ts'

let server: Postgres
let direct: pg.Client
before(async () => {
  server = await startPostgres()
  direct = new pg.Client({ connectionString: server.url })
  direct.on('error', () => undefined)
  await direct.connect()
  await direct.query('create table busy (id int primary key)')
})
after(async () => {
  await direct.end()
  await server.stop()
})

async function at(
  limits: Parameters<typeof openDoor>[0]['limits'],
  body: (client: RawPg, house: House) => Promise<void>,
): Promise<void> {
  const house = await openDoor({ url: server.url, walls, ...(limits === undefined ? {} : { limits }) })
  const client = await RawPg.signedIn(house.port)
  try {
    await body(client, house)
  } finally {
    client.end()
    await house.close()
  }
}

const ask = async (client: RawPg, text: string): Promise<string> => {
  client.send(query(text))
  return shape(await client.until('Z'))
}

/** Statements of ours that the target works on now. */
async function working(): Promise<number> {
  const { rows } = await direct.query<{ count: number }>(
    "select count(*)::int as count from pg_stat_activity where application_name like 'glovebox s-%' and state = 'active'",
  )
  return rows[0]?.count ?? -1
}

test('the target itself stops a statement, and the error names the limit', () =>
  at({ statementTimeoutMs: 300 }, async (client) => {
    client.send(
      query('select count(*) from generate_series(1, 1000) a, generate_series(1, 1000) b, generate_series(1, 1000) c'),
    )
    const frames = await client.until('Z')
    assert.equal(shape(frames), 'T E(57014) Z(I)')
    assert.match(frames.find(({ type }) => type === 'E')?.body.toString() ?? '', /GBX-1305/)
  }))

test('a lock is not waited for longer than the limit', () =>
  at({ lockTimeoutMs: 200 }, async (client) => {
    await direct.query('begin; lock table busy in access exclusive mode')
    assert.match(await ask(client, 'select * from busy'), /E\(55P03\)/)
    await direct.query('rollback')
  }))

test('an idle transaction is ended by the target', () =>
  at({ idleTransactionTimeoutMs: 300 }, async (client) => {
    assert.equal(await ask(client, 'begin'), 'C Z(T)')
    await sleep(600)
    assert.equal(await ask(client, 'select 1 as one'), 'T D C Z(T)', 'a lazy one holds nothing, so nothing ends it')
    await ask(client, 'savepoint a')
    assert.match(shape(await client.until('never')), /E\(25P03\)/)
  }))

test('an idle connection is ended, a busy one is not', () =>
  at({ idleTimeoutMs: 400 }, async (client) => {
    for (let i = 0; i < 5; i++) {
      await sleep(150)
      assert.match(await ask(client, 'select 1'), /D C Z/)
    }
    assert.match(shape(await client.until('never')), /E\(57P05\)/)
  }))

test('what the planner finds too dear does not run', () =>
  at({ cost: 1_000, estimatedRows: 100 }, async (client) => {
    await direct.query('insert into busy select generate_series(1, 5000) on conflict do nothing; analyze busy')
    for (const text of [
      'select * from busy',
      'select count(*) from busy a, busy b',
      'copy (select * from busy) to stdout',
    ])
      assert.equal(await ask(client, text), 'E(54000) Z(I)', text)
    assert.equal(await ask(client, 'select * from busy where id = 7'), 'T D C Z(I)')
    assert.equal(await ask(client, 'begin'), 'C Z(T)')
    assert.equal(await ask(client, 'select * from busy'), 'E(54000) Z(E)')
    assert.equal(await ask(client, 'select 1'), 'E(25P02) Z(E)')
    assert.equal(await ask(client, 'commit'), 'C Z(I)')
  }))

test('an answer over its limit fails the transaction that it is in, lazy or real, by both protocols', () =>
  at({ rows: 10 }, async (client) => {
    const many = 'select generate_series(1, 1000) as n'
    for (const begin of ['begin', 'begin isolation level repeatable read'])
      for (const asked of [[query(many)], [parse('', many), bind('', ''), execute(''), sync()]]) {
        assert.equal(await ask(client, begin), 'C Z(T)')
        client.send(...asked)
        assert.match(shape(await client.until('Z')), /(D ){10}E\(54000\) Z\(E\)$/)
        assert.equal(await ask(client, 'select 1'), 'E(25P02) Z(E)')
        assert.equal(await ask(client, 'rollback'), 'C Z(I)')
      }
    assert.match(await ask(client, `select 1 as one; ${many}; select 2 as two`), /^T D C T (D ){10}E\(54000\) Z\(I\)$/)
    assert.equal(await ask(client, 'select 1 as one'), 'T D C Z(I)')
  }))

test('rows and bytes are bounded, by every way of asking', async () => {
  const house = await openDoor({ url: server.url, walls: openWalls(), limits: { rows: 50, bytes: 20_000 } })
  const client = await RawPg.signedIn(house.port)
  for (const text of [
    'select generate_series(1, 1000)',
    'copy (select generate_series(1, 1000)) to stdout',
    "select repeat('x', 30000)",
    "select repeat('x', 5000) from generate_series(1, 10)",
  ]) {
    client.send(query(text))
    const frames = await client.until('Z')
    assert.match(shape(frames), /E\(54000\) Z\(I\)$/, text)
    assert.ok(!frames.some(({ type }) => type === 'C'), 'an end that looks whole')
  }
  client.end()
  await house.close()
})

test('a client that goes away takes its statement with it', async () => {
  const house = await openDoor({ url: server.url, walls: openWalls() })
  const client = await RawPg.signedIn(house.port)
  client.send(query('select pg_sleep(30)'))
  await sleep(200)
  assert.equal(await working(), 1)
  client.end()
  await sleep(400)
  assert.equal(await working(), 0)
  await house.close()
})

test('a client that does not read holds the target back, not our memory', async () => {
  const house = await openDoor({
    url: server.url,
    walls: openWalls(),
    limits: { bytes: 2_000_000_000, rows: 100_000_000 },
  })
  const client = await RawPg.signedIn(house.port)
  client.socket.pause()
  const before = process.memoryUsage().rss
  client.send(query("select repeat('x', 10000) from generate_series(1, 100000)")) // 1 GB
  await sleep(1500)
  assert.ok(process.memoryUsage().rss - before < 100_000_000)
  client.end()
  await house.close()
})

test('this test can fail: without the limit the same statement runs on', () =>
  at({ statementTimeoutMs: 60_000 }, async (client) => {
    client.send(
      query('select count(*) from generate_series(1, 1000) a, generate_series(1, 1000) b, generate_series(1, 1000) c'),
    )
    await assert.rejects(client.until('Z', 1000))
    assert.equal(await working(), 1)
  }))
