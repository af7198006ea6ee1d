// G1: no statement reaches a target before its entry is durable; if the entry cannot be written, it does not run. Judged
// by the target's own log, which Glovebox cannot embellish, against what the record held at that moment.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { openDoor, type House } from '../lib/door.ts'
import { openWalls } from '../lib/open-walls.ts'
import { bind, execute, parse, query, RawPg, sync } from '../lib/raw-pg.ts'
import { startPostgres, type Postgres } from '../lib/servers.ts'

let server: Postgres
before(async () => {
  server = await startPostgres({ settings: { log_min_duration_statement: '0' } })
})
after(() => server.stop())

/** Marks of the form m<number>x in a text. */
const marks = (text: string): Set<string> => new Set(text.match(/\bm\d+x\b/g) ?? [])

/** Marks of statements that are on record. */
const recorded = (house: House): Set<string> =>
  marks(
    house.entries
      .map(({ entry, payload }) =>
        entry.type === 'action.admitted' && payload !== undefined && 'text' in payload ? payload.text : '',
      )
      .join('\n'),
  )

/** Marks that reached the target without standing in the record. */
async function unrecorded(house: House, from: number): Promise<string[]> {
  const known = recorded(house)
  return [...marks((await server.log()).slice(from))].filter((mark) => !known.has(mark))
}

let next = 0
const mark = (): string => `m${next++}x`

/** Every way in which a statement's text can go up. */
const ways: Record<string, (client: RawPg, text: () => string) => void> = {
  query: (client, text) => client.send(query(text())),
  'several in one string': (client, text) => client.send(query(`${text()}; ${text()}; ${text()}`)),
  'one flight': (client, text) => client.send(parse('', text()), bind('', ''), execute(''), sync()),
  pipelined: (client, text) =>
    client.send(...[1, 2, 3].flatMap(() => [parse('', text()), bind('', ''), execute('')]), sync()),
  'prepared only': (client, text) => client.send(parse(`p${next}`, text()), sync()),
  'two prepared, one executed': (client, text) =>
    client.send(parse(`a${next}`, text()), parse('', text()), bind('', ''), execute(''), sync()),
}

/** One house and one client, closed whatever happens; `from` = where the target's log stands. */
async function inHouse(body: (at: { house: House; client: RawPg; from: number }) => Promise<void>): Promise<void> {
  const house = await openDoor({ url: server.url, walls: openWalls() })
  const client = await RawPg.signedIn(house.port)
  try {
    await body({ house, client, from: (await server.log()).length })
  } finally {
    client.end()
    Object.assign(house, { appendsLeft: Infinity, journalDown: false, fsyncMs: 0 })
    await house.close()
  }
}

for (const [way, send] of Object.entries(ways)) {
  for (let n = 0; n <= 4; n++) {
    test(`${way}: the disk is full after ${n} entries`, () =>
      inHouse(async ({ house, client, from }) => {
        house.appendsLeft = n
        send(client, () => `select '${mark()}'`)
        await client.until('Z', 2000)
        await sleep(50)
        assert.deepEqual(await unrecorded(house, from), [])
      }))
  }

  test(`${way}: nothing goes up while the disk is slow`, () =>
    inHouse(async ({ house, client, from }) => {
      house.fsyncMs = 200
      send(client, () => `select '${mark()}'`)
      await sleep(100)
      assert.deepEqual([...marks((await server.log()).slice(from))], [])
      await client.until('Z')
      assert.ok(marks((await server.log()).slice(from)).size > 0)
    }))
}

test('our own statements are on record too', () =>
  inHouse(async ({ house, from }) => {
    const target = house.door.target('pg') ?? assert.fail()
    const session = await house.door.enterAsGateway(target, {
      host: server.host,
      port: server.port,
      tls: 'disable',
      ask: Buffer.alloc(0),
      granted: 0,
    })
    assert.ok('admit' in session)
    assert.ok(house.entries.some(({ entry }) => entry.type === 'session.opened' && entry.by === 'gateway'))
    house.journalDown = true
    const permit = await session.admit({
      protocol: 'postgres',
      effect: 'read',
      text: 'select 1',
      emitted: 'select 1',
      reads: [],
      masked: [],
    })
    assert.ok('code' in permit)
    assert.equal(permit.code, 'GBX-1401')
    assert.deepEqual(await unrecorded(house, from), [])
  }))

test('this test can fail: a statement that goes round the gate is found out', () =>
  inHouse(async ({ house, from }) => {
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    const planted = mark()
    await client.query(`select '${planted}'`)
    await client.end()
    assert.deepEqual(await unrecorded(house, from), [planted])
  }))
