// Q3 at the data door: budgets hold over reconnecting, every way of binding is counted, runs of misses raise the alarm.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { openDoor, type House } from '../../test/lib/door.ts'
import { execute, parse, query, RawPg, sync } from '../../test/lib/raw-pg.ts'
import { startPostgres, type Postgres } from '../../test/lib/servers.ts'
import { messageFields } from '../protocols/postgres/errors.ts'
import * as walls from '../protocols/postgres/walls/index.ts'
import { frame, fromClient, int16, int32 } from '../protocols/postgres/wire.ts'

let server: Postgres
let house: House
before(async () => {
  server = await startPostgres()
  const admin = new pg.Client(server.url)
  await admin.connect()
  await admin.query('CREATE TABLE people (id int PRIMARY KEY, email text)')
  await admin.query(`INSERT INTO people SELECT i, 'p' || i || '@x.example' FROM generate_series(1, 300) i`)
  await admin.end()
  const mask = { 'public.people.email': { class: 'pii.email', search: 'exact' as const } }
  house = await openDoor({ url: server.url, walls, mask: mask as never })
})
after(async () => {
  await house.close()
  await server.stop()
})

async function connected<T>(body: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(house.dsn)
  await client.connect()
  try {
    return await body(client)
  } finally {
    await client.end()
  }
}
const find = async (client: pg.Client, email: string): Promise<number | string> => {
  try {
    return (await client.query('SELECT id FROM people WHERE email = $1', [email])).rowCount ?? -1
  } catch (error) {
    return (error as { message: string }).message
  }
}
const alarms = (): number[] =>
  house.entries.flatMap(({ entry }) => (entry.type === 'search.alarm' ? [entry.misses] : []))

test('50 different values a session, 200 a day, however often somebody comes back', async () => {
  let next = 1
  for (let visit = 0; visit < 4; visit++) {
    await connected(async (client) => {
      const { rowCount } = await client.query('SELECT id FROM people WHERE email = ANY ($1)', [
        Array.from({ length: 47 }, () => `p${next++}@x.example`),
      ])
      assert.equal(rowCount, 47)
      for (let i = 0; i < 3; i++) assert.equal(await find(client, `p${next++}@x.example`), 1)
      assert.equal(await find(client, `p${next - 1}@x.example`), 1, 'again is free')
      assert.match(String(await find(client, 'p299@x.example')), /this session has searched for 50/)
    })
  }
  await connected(async (client) => {
    assert.equal(await find(client, 'p7@x.example'), 1, 'what was searched for today is free')
    assert.match(String(await find(client, 'p298@x.example')), /you have searched for 200 .* today/)
    const plan = await client
      .query(`EXPLAIN SELECT 1 FROM people WHERE email = 'p297@x.example'`)
      .catch((e: unknown) => e)
    assert.match(String(plan), /searched for 200/)
  })
  const admitted = house.entries.filter(({ entry }) => entry.type === 'action.admitted' && entry.searches !== undefined)
  assert.ok(admitted.length > 0)
  assert.doesNotMatch(JSON.stringify(house.entries), /x\.example/)
  assert.deepEqual(alarms(), [])
})

test('a run of values that nobody has raises the alarm, a hit ends it', async () => {
  house.ledger.world.searches.clear()
  await connected(async (client) => {
    for (let i = 0; i < 9; i++) assert.equal(await find(client, `nobody${i}`), 0)
    assert.equal(await find(client, 'p1@x.example'), 1)
    for (let i = 10; i < 19; i++) assert.equal(await find(client, `nobody${i}`), 0)
    assert.deepEqual(alarms(), [])
    await client.query(`SELECT count(*) FROM people WHERE email = 'nobody20'`)
    assert.deepEqual(alarms(), [10])
  })
})

test('SQL runs nothing that the protocol prepared or opened: its values would be counted by nobody', async () => {
  const client = await RawPg.signedIn(house.port)
  const ask = async (...frames: Buffer[]): Promise<string> => {
    client.send(...frames)
    const answers = await client.until('Z')
    return answers
      .map(({ type, body }) => (type === 'E' ? (messageFields(body).get('C')?.toString() ?? '') : type))
      .join('')
  }
  const find = 'SELECT id FROM people WHERE email = $1'
  const guess = 'p250@x.example'
  const bind = (portal: string, name: string): Buffer =>
    frame(fromClient.bind, portal, name, int16(0), int16(1), int32(guess.length), Buffer.from(guess), int16(0))
  const close = (name: string): Buffer => frame(fromClient.close, 0x53, name)

  assert.equal(await ask(parse('p', find), sync()), '1Z')
  assert.equal(await ask(query(`EXECUTE p('${guess}')`)), '26000Z')
  assert.equal(await ask(query(`EXPLAIN ANALYZE EXECUTE p('${guess}')`)), '26000Z')
  // A name that SQL made first, and the protocol then: also under a longer name that PostgreSQL cuts.
  const long = 'n'.repeat(63)
  for (const [name, longer] of [
    ['k', 'k'],
    [long, `${long}x`],
  ] as const) {
    assert.equal(await ask(query(`PREPARE ${name} AS SELECT 1 WHERE false`)), 'CZ')
    await ask(close(longer), sync())
    await ask(parse(longer, find), sync())
    assert.doesNotMatch(await ask(query(`EXECUTE ${name}('${guess}')`)), /D/)
  }
  assert.equal(await ask(query('BEGIN')), 'CZ')
  assert.equal(await ask(query('SAVEPOINT a')), 'CZ')
  assert.equal(await ask(bind('q', 'p'), sync()), '2Z')
  assert.equal(await ask(query('FETCH ALL FROM q')), '34000Z')
  assert.equal(await ask(query('ROLLBACK')), 'CZ')

  // What SQL made is run by SQL as ever, in one flight and after its transaction, too.
  const run = (sql: string): Buffer[] => [
    parse('', sql),
    frame(fromClient.bind, '', '', int16(0), int16(0), int16(0)),
    execute(''),
  ]
  assert.equal(await ask(...run('PREPARE z AS SELECT 41'), ...run('EXECUTE z'), sync()), '12C12DCZ')
  assert.equal(await ask(query('BEGIN')), 'CZ')
  assert.equal(await ask(query('DECLARE c CURSOR WITH HOLD FOR SELECT 42')), 'CZ')
  assert.equal(await ask(query('COMMIT')), 'CZ')
  assert.equal(await ask(query('FETCH ALL FROM c')), 'TDCZ')
  client.socket.destroy()
})
