// W3: what would cost too much is not run, in every way that a statement can be sent; what is cheap is asked about once,
// and a look-up by key never.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { openDoor, type House } from '../../../../test/lib/door.ts'
import { lacks, startPostgres, type Postgres } from '../../../../test/lib/servers.ts'
import * as walls from '../walls/index.ts'
import { explainable, overBudget } from './estimate.ts'

test('what has to be explained is the query itself', () => {
  assert.equal(explainable('SELECT 1'), 'SELECT 1')
  assert.equal(explainable(`COPY (SELECT ')' AS "x)" FROM t) TO STDOUT (FORMAT csv)`), `SELECT ')' AS "x)" FROM t`)
  assert.equal(explainable('EXPLAIN (ANALYZE, BUFFERS) SELECT 1'), 'SELECT 1')
  assert.equal(explainable('EXPLAIN ANALYZE VERBOSE (SELECT 1)'), '(SELECT 1)')
  assert.equal(explainable('EXPLAIN (SELECT 1)'), '(SELECT 1)')
})

test('a plan that cannot be read refuses', () => {
  const limits = { cost: 100, estimatedRows: 10 }
  for (const json of ['', '[]', '{}', '[{"Plan":{"Total Cost":"1","Plan Rows":1}}]', 'null', '[null]'])
    assert.ok(overBudget(json, limits) !== undefined, json)
  const plan = (cost: number, rows: number): string =>
    JSON.stringify([{ Plan: { 'Node Type': 'Seq Scan', 'Relation Name': 't', 'Total Cost': cost, 'Plan Rows': rows } }])
  assert.equal(overBudget(plan(100, 10), limits), undefined)
  assert.match(overBudget(plan(101, 10), limits)?.why ?? '', /Seq Scan on t/)
  assert.equal(overBudget(plan(100, 11), limits)?.code, 'GBX-1330')
})

for (const major of [18, 15] as const) {
  const skip = lacks(major)
  test(`the cost guard on PostgreSQL ${major}`, { skip }, async (t) => {
    let server: Postgres
    let house: House
    let client: pg.Client
    before(async () => {
      server = await startPostgres({ major })
      const admin = new pg.Client({ connectionString: server.url })
      await admin.connect()
      await admin.query(`CREATE TABLE items (id int PRIMARY KEY, code text UNIQUE, town text, mail text);
        INSERT INTO items SELECT n, 'c' || n, 'Berlin', 'm' || n || '@secret.example' FROM generate_series(1, 20000) n;
        CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE kid () INHERITS (parent);
        INSERT INTO kid SELECT n FROM generate_series(1, 20000) n;
        ANALYZE`)
      await admin.end()
      house = await openDoor({
        url: server.url,
        walls,
        mask: { 'public.items.mail': 'pii.email' },
        limits: { cost: 300, estimatedRows: 5000 },
      })
      client = new pg.Client({ connectionString: house.dsn })
      await client.connect()
    })
    after(async () => {
      await client.end()
      await house.close()
      await server.stop()
    })
    const plans = (): number =>
      house.entries.filter(
        ({ entry, payload }) =>
          entry.type === 'action.admitted' && (payload as { text: string }).text.startsWith('EXPLAIN (FORMAT JSON)'),
      ).length
    const dear = 'SELECT count(*) FROM items a, items b WHERE a.town < b.town'
    const refused = async (asked: Promise<unknown>): Promise<void> => {
      await assert.rejects(asked, (error: pg.DatabaseError) => {
        assert.deepEqual([error.code, error.routine], ['54000', 'GBX-1330'], error.message)
        assert.doesNotMatch(`${error.message} ${error.detail} ${error.hint}`, /'|sha256|gbx\./)
        assert.match(`${error.hint}`, /items|parent|generate_series|LIMIT/)
        return true
      })
    }

    await t.test(
      'refused by simple and extended query, cursor, COPY, EXPLAIN ANALYZE, EXECUTE; EXPLAIN is free',
      async () => {
        await refused(client.query(dear))
        await refused(client.query({ text: `${dear} AND a.id > $1`, values: [0] }))
        await refused(client.query(`COPY (${dear}) TO STDOUT`))
        await refused(client.query(`EXPLAIN (ANALYZE) ${dear}`))
        await client.query(`EXPLAIN ${dear}`)
        await client.query(`PREPARE p(int) AS ${dear} AND a.id > $1`)
        await refused(client.query('EXECUTE p(0)'))
        await client.query('BEGIN')
        await refused(client.query(`DECLARE c CURSOR FOR ${dear}`))
        await assert.rejects(client.query('SELECT 1'), /25P02|aborted/)
        await client.query('ROLLBACK')
        await refused(client.query(`SELECT 1; ${dear}`))
        await refused(client.query('SELECT id, mail FROM items'))
        assert.deepEqual((await client.query('SELECT 1 AS one')).rows, [{ one: 1 }])
      },
    )

    await t.test('a look-up by a whole unique key asks nothing, by any protocol', async () => {
      const before = plans()
      for (let id = 1; id <= 5; id++) {
        assert.equal((await client.query(`SELECT code FROM items WHERE id = ${id}`)).rows[0].code, `c${id}`)
        assert.equal(
          (await client.query({ text: 'SELECT mail, id FROM items i WHERE i.id = $1', values: [id] })).rows[0].id,
          id,
        )
        await client.query({
          name: 'by-code',
          text: 'SELECT * FROM public.items WHERE code = $1 AND town = $2',
          values: [`c${id}`, 'x'],
        })
      }
      await client.query('SELECT 1')
      await client.query("SELECT relname FROM pg_class WHERE relname = 'items'")
      await client.query('SHOW server_version')
      assert.equal(plans() - before, 0)
    })

    await t.test('what only looks like one is asked about', async () => {
      for (const sql of [
        'SELECT id FROM items WHERE id = 5.5',
        "SELECT id FROM items WHERE code = 'c1' OR id = 3",
        'SELECT id FROM items WHERE id > 19990',
        'SELECT (SELECT count(*) FROM parent) FROM items WHERE id = 1',
        'SELECT id FROM parent WHERE id = 7',
      ]) {
        const before = plans()
        await client.query(sql).catch((error: pg.DatabaseError) => assert.equal(error.routine, 'GBX-1330'))
        assert.equal(plans() - before, 1, sql)
      }
      const before = plans()
      await client.query('SELECT id FROM items WHERE id > 19990')
      assert.equal(plans() - before, 0, 'known for a while')
    })

    await t.test('with other planner settings nothing that was said before holds', async () => {
      await client.query('SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off')
      const before = plans()
      await client.query('SELECT id FROM items WHERE id = 3').catch(() => undefined)
      assert.equal(plans() - before, 1)
      await client.query('RESET ALL')
    })

    await t.test(
      'an error of the question is the error of the statement, and the block fails as it would',
      async () => {
        await client.query('BEGIN')
        await assert.rejects(client.query('SELECT id FROM items WHERE town = 1 / 0 || town'), { code: '22012' })
        await assert.rejects(client.query('SELECT 1'), { code: '25P02' })
        await client.query('ROLLBACK')
        await assert.rejects(client.query({ text: 'SELECT id FROM items WHERE id > $1::int', values: ['x'] }), {
          code: '22P02',
        })
        assert.equal(
          (await client.query({ text: 'SELECT count(*)::int AS n FROM items WHERE id > $1', values: [19995] })).rows[0]
            .n,
          5,
        )
      },
    )
  })
}
