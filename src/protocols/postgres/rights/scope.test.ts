// A grant that names tables reaches these and nothing else, by whatever statement; catalogues are in every scope.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { openDoor, type House } from '../../../../test/lib/door.ts'
import { lacks, startPostgres, type Postgres } from '../../../../test/lib/servers.ts'
import { outsideScope, scopeOf, wrongScope } from '../../../core/scope.ts'
import * as walls from '../walls/index.ts'

test('a scope has one spelling, and says what is wrong with it', () => {
  assert.deepEqual(scopeOf({ tables: ['b.t', 'a.t', 'b.t'] }), { tables: ['a.t', 'b.t'] })
  assert.deepEqual(scopeOf({ unmask: ['a.t.c'] }), { unmask: ['a.t.c'], rows: 1000 })
  for (const wrong of [
    { tables: [] },
    { unmask: [] },
    { rows: 3 },
    { unmask: ['a.t.c'], rows: 0 },
    { unmask: ['a.t.c'], rows: 1.5 },
  ])
    assert.equal(wrongScope(wrong)?.code, 'GBX-1002', JSON.stringify(wrong))
  assert.equal(wrongScope(scopeOf({ tables: ['a.t'], unmask: ['a.t.c'] })), undefined)
  const action = { reads: ['a.p', 'a.t'], partitions: { 'a.p': ['a.half', 'a.whole'] } }
  assert.equal(outsideScope({ tables: ['a.whole', 'a.t'] }, action), undefined)
  assert.equal(outsideScope({ tables: ['a.whole'] }, action), 'a.t')
  assert.equal(outsideScope({ tables: [] }, action), 'a.p')
  assert.equal(outsideScope({}, action), undefined)
})

for (const major of [18, 15] as const) {
  const skip = lacks(major)
  test(`scope on PostgreSQL ${major}`, { skip }, async () => {
    let server: Postgres
    let house: House
    let client: pg.Client
    before(async () => {
      server = await startPostgres({ major })
      const admin = new pg.Client({ connectionString: server.url })
      await admin.connect()
      await admin.query(`CREATE TABLE inside (id int PRIMARY KEY, mail text); CREATE TABLE outside (id int PRIMARY KEY);
        CREATE TABLE parts (id int, at date) PARTITION BY RANGE (at);
        CREATE TABLE parts_24 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        CREATE TABLE "odd.Name" (id int);
        CREATE VIEW v_in AS SELECT id, mail FROM inside; CREATE VIEW v_both AS SELECT i.id FROM inside i JOIN outside o USING (id);
        CREATE VIEW v_not_asked AS SELECT id FROM inside`)
      await admin.end()
      house = await openDoor({ url: server.url, walls, mask: { 'public.inside.mail': 'pii.email' } })
      house.grant({
        scope: { tables: ['public."odd.Name"', 'public.inside', 'public.parts', 'public.v_both', 'public.v_in'] },
      })
      client = new pg.Client({ connectionString: house.dsn })
      await client.connect()
    })
    after(async () => {
      await client.end()
      await house.close()
      await server.stop()
    })
    const inside = [
      'SELECT * FROM inside',
      'SELECT count(*) FROM v_in',
      'SELECT * FROM parts',
      'SELECT * FROM parts_24',
      'SELECT * FROM "odd.Name"',
      'EXPLAIN SELECT * FROM inside',
      'COPY inside TO STDOUT',
      "SELECT * FROM pg_class WHERE relname = 'outside'",
      'SELECT count(*) FROM information_schema.tables',
      'SELECT 1',
    ]
    const outside = [
      'SELECT * FROM outside',
      'TABLE public.outside',
      'SELECT 1 FROM inside WHERE EXISTS (SELECT FROM outside)',
      'WITH x AS (SELECT * FROM outside) SELECT 1 FROM x',
      'SELECT * FROM v_both',
      'SELECT * FROM v_not_asked',
      'EXPLAIN SELECT * FROM outside',
      'EXPLAIN ANALYZE SELECT * FROM outside',
      'COPY outside TO STDOUT',
      'COPY (SELECT * FROM outside) TO STDOUT',
      'PREPARE p AS SELECT * FROM outside',
      'DECLARE c CURSOR WITH HOLD FOR SELECT * FROM outside',
      'SELECT 1; SELECT * FROM outside',
    ]
    test('what is named, its partitions and the catalogues are in', async () => {
      for (const sql of inside) await client.query(sql)
    })
    test('everything else is out, also by Parse alone, with the line to ask for it', async () => {
      for (const sql of outside) {
        for (const asked of [sql, { text: sql, name: sql.includes(';') ? '' : `n${outside.indexOf(sql)}` }])
          await assert.rejects(client.query(asked as string), (error: pg.DatabaseError) => {
            if (typeof asked !== 'string' && error.code === '42601') return true
            assert.equal(error.routine, 'GBX-1114', `${sql}: ${error.message}`)
            assert.match(error.message, /is not in the scope of g-1/)
            assert.match(`${error.hint}`, /glovebox request pg --scope public\./)
            return true
          })
      }
    })
    test('names of a scope are the catalogue’s', async () => {
      const target = house.door.target('pg')!
      const wrong = (scope: object): Promise<{ code: string; why?: string } | undefined> =>
        house.protocol.names!(house.door, target, scope)
      assert.equal(
        await wrong({ tables: ['public.inside', 'public."odd.Name"'], unmask: ['public.inside.mail'] }),
        undefined,
      )
      for (const tables of ['inside', 'public.nope', 'pg_catalog.pg_class', 'public.inside.mail', 'PUBLIC.inside'])
        assert.equal((await wrong({ tables: [tables] }))?.code, 'GBX-1002', tables)
      for (const column of [
        'mail',
        'public.inside.nope',
        'public.inside.id',
        'public.v_in.mail',
        'public."inside".mail',
      ])
        assert.equal((await wrong({ unmask: [column] }))?.code, 'GBX-1130', column)
    })
  })
}
