// W4: transactions that begin on the target only when something needs it look to every client like PostgreSQL's own: the
// same states, tags, rows and SQLSTATEs as a direct connection, in any order of statements, by both protocols.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { openDoor, type House } from '../../../../test/lib/door.ts'
import {
  bind,
  close,
  describe,
  execute,
  parse,
  query,
  RawPg,
  type RawFrame,
  sync,
} from '../../../../test/lib/raw-pg.ts'
import { lacks, startPostgres, type Postgres } from '../../../../test/lib/servers.ts'
import { messageFields } from '../errors.ts'
import * as walls from '../walls/index.ts'

const texts = [
  'BEGIN',
  'BEGIN',
  'START TRANSACTION',
  'BEGIN ISOLATION LEVEL REPEATABLE READ',
  'BEGIN ISOLATION LEVEL READ COMMITTED',
  'COMMIT',
  'COMMIT',
  'ROLLBACK',
  'ROLLBACK AND CHAIN',
  'COMMIT AND CHAIN',
  'SAVEPOINT a',
  'ROLLBACK TO a',
  'RELEASE a',
  'SELECT 1 AS one',
  'SELECT id FROM t ORDER BY id LIMIT 3',
  'SELECT 1 / (id - 2) FROM t ORDER BY id',
  'SELECT nothing FROM t',
  "SET LOCAL DateStyle = 'German'",
  "SET DateStyle = 'SQL'",
  'SHOW DateStyle',
  'SHOW transaction_isolation',
  'SHOW transaction_read_only',
  'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ',
  'DECLARE c CURSOR FOR SELECT id FROM t ORDER BY id',
  'FETCH 2 FROM c',
  'CLOSE c',
  'PREPARE s AS SELECT id FROM t ORDER BY id LIMIT 1',
  'EXECUTE s',
  '',
]
const strings = ['SELECT 1; SELECT 2', 'BEGIN; SELECT 1', 'SELECT 1; COMMIT', 'SELECT 1 / 0; SELECT 1', 'COMMIT; BEGIN']

const text = fc.constantFrom(...texts)
const step = fc.oneof(
  { weight: 5, arbitrary: text.map((one) => ({ name: `Q(${one})`, frames: [query(one)], ends: 1 })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...strings).map((one) => ({ name: `Q(${one})`, frames: [query(one)], ends: 1 })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(text, text).map(([one, other]) => ({
      name: `Q(${one}) Q(${other}) at once`,
      frames: [query(one), query(other)],
      ends: 2,
    })),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(text, fc.boolean(), fc.constantFrom(0, 0, 1)).map(([one, described, rows]) => ({
      name: `X(${one}${rows > 0 ? ` limit ${rows}` : ''})`,
      frames: [parse('', one), bind('', ''), ...(described ? [describe('P', '')] : []), execute('', rows), sync()],
      ends: 1,
    })),
  },
  {
    weight: 2,
    arbitrary: fc.array(text, { minLength: 2, maxLength: 4 }).map((all) => ({
      name: `X(${all.join(' | ')})`,
      frames: [...all.flatMap((one) => [parse('', one), bind('', ''), execute('')]), sync()],
      ends: 1,
    })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(text, text).map(([one, other]) => ({
      name: `X(${one}) X(${other}) at once`,
      frames: [one, other].flatMap((each) => [parse('', each), bind('', ''), execute(''), sync()]),
      ends: 2,
    })),
  },
  {
    weight: 2,
    // Only a named one: an unnamed portal that is executed after an error of a Query in the same block is a use after free
    // in PostgreSQL itself, which crashes the server now and then.
    arbitrary: fc.tuple(fc.boolean(), fc.constant('p'), fc.nat(4)).map(([first, portal, more]) => ({
      name: `a portal ${portal} that stays open, ${more} times`,
      frames: [
        parse('', 'SELECT id FROM t ORDER BY id'),
        bind(portal, ''),
        ...(first ? [execute(portal, 1)] : []),
        sync(),
        ...Array.from({ length: more }, () => [execute(portal, 2), sync()]).flat(),
        close('P', portal),
        sync(),
      ],
      ends: more + 2,
    })),
  },
)

/** What a client sees: all but texts. */
const seen = (frames: readonly RawFrame[]): string =>
  frames
    .filter(({ type }) => type !== 'S')
    .map(({ type, body }) => {
      if (type === 'E' || type === 'N') return `${type}(${messageFields(body).get('C')?.toString()})`
      if (type === 'T') return 'T'
      return 'ZCD'.includes(type) ? `${type}(${body.toString('latin1').replace(/\0/g, '.')})` : type
    })
    .filter((one) => one !== 'N(00000)')
    .join(' ')

async function talk(client: RawPg, { frames, ends }: { frames: readonly Buffer[]; ends: number }): Promise<string> {
  client.send(...frames)
  const got: RawFrame[] = []
  for (let i = 0; i < ends; i++) got.push(...(await client.until('Z')))
  return seen(got)
}

for (const major of [18, 15] as const) {
  const skip = lacks(major)
  test(`lazy transactions on PostgreSQL ${major}`, { skip }, async (t) => {
    let server: Postgres
    let house: House
    let admin: pg.Client
    let port: number
    before(async () => {
      server = await startPostgres({ major })
      const root = new pg.Client({ connectionString: server.url })
      await root.connect()
      await root.query('CREATE DATABASE pg')
      await root.query(`CREATE ROLE ada LOGIN PASSWORD 'token'; ALTER ROLE ada SET default_transaction_read_only = on`)
      await root.end()
      const url = new URL(server.url)
      url.pathname = '/pg'
      port = Number(url.port)
      admin = new pg.Client({ connectionString: url.href })
      await admin.connect()
      await admin.query(
        'CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 5); GRANT SELECT ON t TO ada',
      )
      url.username = 'ada'
      url.password = 'token'
      house = await openDoor({
        url: url.href,
        walls,
        limits: { idleTransactionTimeoutMs: 700, connectionsPerPerson: 1000 },
      })
    })
    after(async () => {
      await admin.end()
      await house.close()
      await server.stop()
    })
    const open = (): Promise<number> =>
      admin
        .query("SELECT count(*)::int AS n FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'")
        .then(({ rows }) => rows[0].n as number)

    await t.test('the same states, tags, rows and SQLSTATEs as a direct connection', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), async (steps) => {
          const [direct, through] = await Promise.all([RawPg.signedIn(port), RawPg.signedIn(house.port)])
          try {
            const said: string[] = []
            for (const one of steps) {
              const [expected, actual] = await Promise.all([talk(direct, one), talk(through, one)])
              said.push(`${one.name}: ${expected}`)
              assert.equal(actual, expected, said.join('\n'))
            }
          } finally {
            direct.end()
            through.end()
          }
        }),
        { numRuns: 80, seed: 20261124 + major },
      )
    })

    await t.test('a portal that PostgreSQL would run out of freed memory is never sent up', async () => {
      const client = await RawPg.signedIn(house.port)
      for (const begin of ['BEGIN', 'BEGIN ISOLATION LEVEL REPEATABLE READ']) {
        await talk(client, { frames: [query(begin)], ends: 1 })
        await talk(client, { frames: [parse('', 'SELECT 1'), bind('', ''), sync()], ends: 1 })
        await talk(client, { frames: [query('SELECT 1 / 0')], ends: 1 })
        const admitted = (): number => house.entries.filter(({ entry }) => entry.type === 'action.admitted').length
        const earlier = admitted()
        assert.equal(await talk(client, { frames: [execute(''), sync()], ends: 1 }), 'E(25P02) Z(E)')
        assert.equal(admitted(), earlier)
        await talk(client, { frames: [query('ROLLBACK')], ends: 1 })
      }
      client.end()
    })

    await t.test('a cursor made by SQL can be described, as psycopg does', async () => {
      const client = await RawPg.signedIn(house.port)
      await talk(client, { frames: [query('BEGIN')], ends: 1 })
      const declare = 'DECLARE "named" CURSOR FOR SELECT id FROM t ORDER BY id'
      assert.equal(
        await talk(client, { frames: [parse('', declare), bind('', ''), execute(''), sync()], ends: 1 }),
        '1 2 C(DECLARE CURSOR.) Z(T)',
      )
      assert.equal(await talk(client, { frames: [describe('P', 'named'), sync()], ends: 1 }), 'T Z(T)')
      assert.match(
        await talk(client, { frames: [query('FETCH 1 FROM named')], ends: 1 }),
        /^T D.*C\(FETCH 1\.\) Z\(T\)$/s,
      )
      client.end()
    })

    await t.test('an open transaction holds nothing on the target until it has to', async () => {
      const client = new pg.Client({ connectionString: house.dsn })
      await client.connect()
      await client.query('BEGIN')
      await client.query('SELECT count(*) FROM t')
      assert.equal(await open(), 0)
      await client.query('SAVEPOINT a')
      assert.equal(await open(), 1)
      await client.query('COMMIT')
      assert.equal(await open(), 0)
      await client.end()
    })

    await t.test('idle in a real transaction ends with the target’s own words; in a lazy one it does not', async () => {
      const lazy = new pg.Client({ connectionString: house.dsn })
      const real = new pg.Client({ connectionString: house.dsn })
      await Promise.all([lazy.connect(), real.connect()])
      const ended = new Promise<pg.DatabaseError>((resolve) =>
        real.on('error', (error) => resolve(error as pg.DatabaseError)),
      )
      await lazy.query('BEGIN')
      await lazy.query('SELECT 1')
      await real.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
      await real.query('SELECT 1')
      const error = await ended
      assert.equal(error.code, '25P03')
      assert.match(error.message, /terminating connection due to idle-in-transaction timeout/)
      assert.equal((await lazy.query('SELECT 1 AS one')).rows[0].one, 1)
      await lazy.end()
    })
  })
}
