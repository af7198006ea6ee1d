// F7: a server with a function or catalogue that the reviewed file does not mention, or mentions otherwise, fails here;
// and whoever meets such a server before its file does is refused what is new. All majors: from 13 on.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { listOf, sourceOf } from '../../scripts/lists.ts'
import { linesOf } from '../../src/protocols/postgres/walls/lists/read.ts'
import { reviewedMajors, signatures } from '../../src/protocols/postgres/walls/lists/signatures.ts'
import { openWalls } from '../../src/protocols/postgres/walls/index.ts'
import { lacks, majors, type Postgres, startPostgres } from '../lib/servers.ts'
import { limits, openWorld } from '../lib/walls-shop.ts'

test('every major that tests run against is reviewed, and no other', () => {
  assert.deepEqual([...reviewedMajors].toSorted(), [...majors].toSorted())
})

test('the file is what its generator would write', () => {
  const lists = new Map(reviewedMajors.map((major) => [major, linesOf(signatures, major)]))
  assert.ok(sourceOf(lists).endsWith(`export const signatures = \`${signatures}\`\n`))
})

test('a version without lists is refused by its own sentence, before anything is asked of it', async () => {
  for (const serverVersion of [120_022, 190_000]) {
    const target = { name: 'old', protocol: 'postgres', labels: {}, maxLevel: 'read', limits, classes: {}, options: {} }
    await assert.rejects(
      openWalls({
        target: { ...target, maxLevel: 'read', classes: {} },
        database: 'x',
        serverVersion,
        load: () => assert.fail('asked'),
      }),
      new RegExp(`old runs version ${(serverVersion / 10_000) | 0}, for which no reviewed lists exist`),
    )
  }
})

/** Things with the server's own numbers that no reviewed version has: what a newer minor could bring. */
const planted = `
  SET allow_system_table_mods = on;
  CREATE FUNCTION pg_catalog.gbx_new(text) RETURNS text LANGUAGE internal IMMUTABLE AS 'lower';
  UPDATE pg_proc SET oid = 9990 WHERE proname = 'gbx_new';
  CREATE VIEW pg_catalog.pg_gbx_new AS SELECT 1 AS one;
  UPDATE pg_attribute SET attrelid = 9991 WHERE attrelid = 'pg_catalog.pg_gbx_new'::regclass;
  UPDATE pg_class SET oid = 9991 WHERE relname = 'pg_gbx_new'`

for (const major of majors) {
  describe(`PostgreSQL ${major}`, { skip: lacks(major) }, () => {
    let server: Postgres
    before(async () => {
      server = await startPostgres({ major })
    })
    after(() => server.stop())

    test('the reviewed list is this server’s', async () => {
      const made = await listOf(server.url)
      assert.equal(made.major, major)
      const known = new Set(linesOf(signatures, major))
      const news = made.lines.filter((line) => !known.has(line))
      assert.deepEqual(news, [], 'run scripts/lists.ts against this server and review what is new')
    })

    test('what the list does not know is refused', async () => {
      const client = new pg.Client(server.url)
      await client.connect()
      await client.query('CREATE DATABASE newer')
      await client.end()
      const url = new URL(server.url)
      url.pathname = '/newer'
      const newer = new pg.Client(url.href)
      await newer.connect()
      for (const statement of planted.split(';\n')) await newer.query(statement)
      assert.equal((await newer.query(`SELECT gbx_new('A') AS x`)).rows[0]?.x, 'a', 'the server itself runs it')
      await newer.end()
      const world = await openWorld(server, 'newer', {})
      try {
        for (const call of [`gbx_new('A')`, `pg_catalog.gbx_new('A')`])
          assert.equal((await world.ask(`SELECT ${call}`)).refused?.code, 'GBX-1204', call)
        for (const name of ['pg_gbx_new', 'pg_catalog.pg_gbx_new'])
          assert.equal((await world.ask(`SELECT * FROM ${name}`)).refused?.code, 'GBX-1205', name)
        assert.equal((await world.ask(`SELECT lower('A')`)).rows?.[0]?.[0], 'a')
      } finally {
        await world.close()
      }
    })
  })
}
