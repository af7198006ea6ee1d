// Columns that a grant shows as they are: raw in every form of answer, counted, never in clear on record, and nothing else.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { openDoor, type House } from '../../../../test/lib/door.ts'
import { lacks, startPostgres, type Postgres } from '../../../../test/lib/servers.ts'
import * as walls from '../walls/index.ts'

const unmask = ['public.people.email']
const raw = (n: number): string => `person${n}@secret.example`

for (const major of [18, 15] as const) {
  const skip = lacks(major)
  test(`unmasked columns on PostgreSQL ${major}`, { skip }, async (t) => {
    let server: Postgres
    let house: House
    before(async () => {
      server = await startPostgres({ major })
      const admin = new pg.Client({ connectionString: server.url })
      await admin.connect()
      await admin.query(`CREATE TABLE people (id int PRIMARY KEY, email text, phone text, town text);
        INSERT INTO people SELECT n, 'person' || n || '@secret.example', '+49 30 555' || n, 'Berlin' FROM generate_series(1, 3000) n;
        CREATE INDEX ON people (email);
        CREATE VIEW mails AS SELECT id, email, phone FROM people;
        CREATE VIEW gathered AS SELECT string_agg(email, ',') AS all_mails FROM people;
        ANALYZE people`)
      await admin.end()
      house = await openDoor({
        url: server.url,
        walls,
        mask: { 'public.people.email': 'pii.email', 'public.people.phone': 'pii.phone' },
      })
    })
    after(async () => {
      await house.close()
      await server.stop()
    })
    const connect = async (rows: number, shown: readonly number[] = []): Promise<pg.Client> => {
      const id = `g-${Math.random().toString(36).slice(2)}`
      house.ledger.world.grants.set(id as 'g-1', {
        ...house.ledger.world.grants.get('g-1')!,
        id: id as 'g-1',
        scope: { unmask, rows },
        shown,
      })
      house.ledger.world.live.add(id as 'g-1')
      house.ledger.world.tokens.set('t-1', { ...house.ledger.world.tokens.get('t-1')!, grant: id as 'g-1' })
      const client = new pg.Client({ connectionString: house.dsn, application_name: 'psql' })
      client.on('error', () => undefined)
      await client.connect()
      return client
    }
    const settled = (): readonly (readonly number[])[] =>
      house.entries.flatMap(({ entry }) =>
        entry.type === 'action.settled' && entry.unmasked !== undefined ? [entry.unmasked] : [],
      )
    const refusedWith = async (asked: Promise<unknown>, routine: string): Promise<void> => {
      await assert.rejects(asked, (error: pg.DatabaseError) => {
        assert.equal(error.routine, routine, error.message)
        return true
      })
    }

    await t.test('raw where it is named, masked everywhere else, counted by column, told once', async () => {
      const notices: string[] = []
      const client = await connect(50)
      client.on('notice', (notice) => notices.push(notice.message ?? ''))
      const { rows } = await client.query('SELECT email, phone FROM people WHERE id <= 3 ORDER BY id')
      assert.deepEqual(
        rows.map((row) => row.email),
        [raw(1), raw(2), raw(3)],
      )
      assert.ok(rows.every((row) => !row.phone.startsWith('+49')))
      assert.deepEqual(settled().at(-1), [3])
      const { rows: again } = await client.query({ text: 'SELECT email FROM mails WHERE id = $1', values: [7] })
      assert.equal(again[0].email, raw(7))
      assert.equal(notices.filter((notice) => notice.includes('shown unmasked')).length, 1)
      const copy = await client.query(
        `SELECT a.email || ' ' || b.email AS both FROM people a, people b WHERE a.id = 1 AND b.id = 2`,
      )
      assert.equal(copy.rows[0].both, `${raw(1)} ${raw(2)}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
      assert.deepEqual(settled().at(-1), [2], 'two values in one row')
      const counts = async (sql: string): Promise<readonly number[] | undefined> => {
        await client.query(sql)
        await new Promise((resolve) => setTimeout(resolve, 20))
        return settled().at(-1)
      }
      assert.deepEqual(await counts('SELECT * FROM people WHERE id = 5'), [1])
      assert.deepEqual(await counts('SELECT p FROM people p WHERE id = 5'), [1])
      assert.deepEqual(
        await counts('SELECT a::text, b::text FROM people a, people b WHERE a.id = 1 AND b.id = 2'),
        [4],
        'never fewer',
      )
      assert.deepEqual(
        await counts(
          'WITH c AS (SELECT p AS r FROM people p WHERE id < 3) SELECT x.r, y.r FROM c x, c y WHERE (x.r).id < (y.r).id',
        ),
        [9],
        'never fewer than are shown',
      )
      assert.deepEqual(
        await counts(
          "WITH c AS (SELECT email || '' AS e FROM people WHERE id < 3) SELECT x.e || y.e FROM c x, c y WHERE x.e < y.e",
        ),
        [2],
      )
      assert.deepEqual(await counts('SELECT id FROM people WHERE email IS NOT NULL ORDER BY id LIMIT 1'), [1])
      const guesses = [1, 2, 3].map((n) => `count(*) FILTER (WHERE email LIKE 'person${n}%')`).join(', ')
      assert.ok(((await counts(`SELECT ${guesses} FROM people`))?.[0] ?? 0) >= 3, 'answers to guesses count')
      const copies = await counts(
        `SELECT a.email < 'x', b.email < 'x' FROM people a, people b WHERE a.id = 1 AND b.id = 2`,
      )
      assert.deepEqual(copies, [2])
      await client.end()
    })

    await t.test('a predicate on it is ordinary, and its literals are nowhere on record', async () => {
      const client = await connect(50)
      const found = await client.query(`SELECT id FROM people WHERE email = lower('PERSON9@secret.example')`)
      assert.deepEqual(found.rows, [{ id: 9 }])
      const like = await client.query(`SELECT email FROM people WHERE email LIKE 'person1_@secret%' ORDER BY 1`)
      assert.equal(like.rows.length, 10)
      await client.query({ text: 'SELECT id FROM people WHERE email = $1', values: [raw(12)] })
      await client.query('PREPARE found AS SELECT id FROM people WHERE email = $1')
      assert.deepEqual((await client.query(`EXECUTE found('${raw(13)}')`)).rows, [{ id: 13 }])
      const plan = await client.query(`EXPLAIN SELECT id FROM people WHERE email = '${raw(5)}'`)
      assert.match(plan.rows.map((row) => row['QUERY PLAN']).join('\n'), /Index.* using people_email_idx/)
      await assert.rejects(client.query(`SELECT email::int FROM people WHERE id = 3`))
      const record = JSON.stringify(house.entries)
      assert.doesNotMatch(record, /person\d+@secret|PERSON9|person1_@/i)
      await client.end()
    })

    await t.test(
      'the row budget is hard: 54000, never a partial answer that looks whole, over all connections',
      async () => {
        const client = await connect(10, [4])
        await refusedWith(client.query('SELECT email FROM people'), 'GBX-1331')
        await refusedWith(client.query('SELECT email FROM people LIMIT 1'), 'GBX-1331')
        const { rows } = await client.query('SELECT phone FROM people LIMIT 20')
        assert.equal(rows.length, 20, 'what is masked is not counted')
        await new Promise((resolve) => setTimeout(resolve, 20))
        assert.deepEqual(settled().slice(-1), [[6]])
        await client.end()
      },
    )

    await t.test('cursors and prepared statements count what they fetch', async () => {
      const client = await connect(5)
      await client.query('BEGIN')
      await client.query('DECLARE c CURSOR FOR SELECT email FROM people ORDER BY id')
      const first = await client.query('FETCH 3 FROM c')
      assert.equal(first.rows[2].email, raw(3))
      await refusedWith(client.query('FETCH 3 FROM c'), 'GBX-1331')
      await client.query('ROLLBACK')
      await client.query('PREPARE p AS SELECT email FROM people ORDER BY id LIMIT 1')
      await refusedWith(client.query('EXECUTE p'), 'GBX-1331')
      await client.end()
    })

    await t.test('what the protocol prepared or opened is not run by SQL, where nobody would count', async () => {
      const client = await connect(5)
      await client.query({ name: 'u', text: 'SELECT email FROM people WHERE id = $1', values: [1] })
      await assert.rejects(client.query('EXECUTE u(2)'), { code: '26000' })
      await assert.rejects(client.query('EXPLAIN ANALYZE EXECUTE u(2)'), { code: '26000' })
      await client.query('PREPARE u2 AS SELECT phone FROM people LIMIT 1')
      assert.equal((await client.query('EXECUTE u2')).rows.length, 1)
      await client.query('DISCARD ALL')
      await client.query({ name: 'u2', text: 'SELECT email FROM people WHERE id = $1', values: [1] })
      await assert.rejects(client.query('EXECUTE u2(2)'), { code: '26000' })
      await client.end()
    })

    await t.test('what would hide how many values a row holds is refused', async () => {
      const client = await connect(50)
      for (const sql of [
        'SELECT string_agg(email, $$,$$) FROM people',
        'SELECT array_agg(p) FROM people p',
        'SELECT ARRAY(SELECT email FROM people)',
        'SELECT json_agg(x) FROM (SELECT email FROM people) x',
        'WITH RECURSIVE r AS (SELECT id, email FROM people WHERE id = 1 UNION ALL SELECT p.id, r.email || p.email FROM r JOIN people p ON p.id = r.id + 1) SELECT max(email) FROM r',
        'SELECT * FROM gathered',
        'SELECT sum(length(email) * power(1000::numeric, id)) FROM people WHERE id < 9',
        'SELECT avg(ascii(email)) OVER () FROM people',
      ])
        await refusedWith(client.query(sql), 'GBX-1230')
      assert.match((await client.query('SELECT count(email), min(email) FROM people')).rows[0].min, /@secret/)
      await client.end()
    })

    await t.test('a grant without it sees the mask, also after one with it', async () => {
      const open = await connect(50)
      assert.equal((await open.query('SELECT email FROM people WHERE id = 1')).rows[0].email, raw(1))
      house.ledger.world.tokens.set('t-1', { ...house.ledger.world.tokens.get('t-1')!, grant: 'g-1' })
      const masked = new pg.Client({ connectionString: house.dsn })
      await masked.connect()
      assert.doesNotMatch((await masked.query('SELECT email FROM people WHERE id = 1')).rows[0].email, /secret/)
      await masked.end()
      await open.end()
    })
  })
}
