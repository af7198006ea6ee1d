// G5: nothing is changed through a session of level observe or read. The walls alone are tested: statements run as the
// superuser. An oracle looks at what the server holds before and after; it has to see each planted write.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { lacks, majors, type Postgres, startPostgres } from '../lib/servers.ts'
import { constant, corpus, isAbsent, makeWorlds, missing, openWorld, usual, type World } from '../lib/walls-shop.ts'
import { chance, statement } from '../lib/walls-statements.ts'

for (const major of majors) {
  describe(`PostgreSQL ${major}`, { skip: lacks(major) }, () => {
    let server: Postgres
    let world: World
    let watcher: pg.Client
    before(async () => {
      server = await startPostgres({ major, settings: { autovacuum: 'off' } })
      await makeWorlds(server)
      world = await openWorld(server, 'shop_a', usual)
      const url = new URL(server.url)
      url.pathname = '/shop_a'
      watcher = new pg.Client(url.href)
      await watcher.connect()
      const maker = new pg.Client(url.href)
      await maker.connect()
      await maker.query('CREATE SEQUENCE IF NOT EXISTS s')
      await maker.end()
      await world.walls.refresh()
    })
    after(async () => {
      await world.close()
      await watcher.end()
      await server.stop()
    })

    /** Everything that a write could leave behind, as one text. */
    const state = async (): Promise<string> => {
      const { rows } = await watcher.query<{ state: string }>(`SELECT concat_ws(' ',
        (SELECT md5(string_agg(p::text, ',' ORDER BY id)) FROM people p), (SELECT md5(string_agg(o::text, ',' ORDER BY id)) FROM orders o),
        (SELECT string_agg(oid || ':' || xmin::text || ':' || relname, ',' ORDER BY oid) FROM pg_class WHERE oid >= 16384),
        (SELECT count(*) FROM pg_proc), (SELECT count(*) FROM pg_namespace), (SELECT count(*) FROM pg_type), (SELECT count(*) FROM pg_roles),
        (SELECT count(*) FROM pg_extension), (SELECT md5(string_agg(description, ',')) FROM pg_description WHERE objoid >= 16384),
        (SELECT string_agg(setconfig::text, ',') FROM pg_db_role_setting),
        (SELECT last_value || ':' || is_called FROM s), (SELECT count(*) FROM pg_largeobject_metadata),
        (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'), (SELECT count(*) FROM pg_prepared_xacts),
        (SELECT count(*) FROM pg_replication_slots), (SELECT count(*) FROM pg_replication_origin),
        (SELECT next_xid FROM pg_control_checkpoint() c(a, b, c2, d, e, f, next_xid)), (SELECT tup_inserted + tup_updated + tup_deleted FROM pg_stat_database WHERE datname = 'shop_a')) AS state`)
      return rows[0]?.state ?? ''
    }
    /** What the session itself may have lost. */
    const posture = async (): Promise<unknown> => {
      const { rows } = await world.client
        .query(`SELECT current_setting('default_transaction_read_only') AS ro, current_user AS who, session_user AS login,
        current_setting('glovebox.ki', true) IS NOT NULL AS key, current_setting('statement_timeout')::interval <= '30s' AND current_setting('statement_timeout') <> '0' AS timeout,
        current_setting('standard_conforming_strings') AS strings, current_setting('client_encoding') AS encoding`)
      return rows[0]
    }
    const expected = {
      ro: 'on',
      who: 'postgres',
      login: 'postgres',
      key: true,
      timeout: true,
      strings: 'on',
      encoding: 'UTF8',
    }

    // What was made before counts when its session has reported it, which takes a moment after its end.
    before(async () => {
      for (let last = ''; last !== (last = await state());) await sleep(400)
    })

    test('every statement that writes is refused before it is sent', async () => {
      const before = await state()
      for (const text of corpus('writes')) {
        const answer = await world.ask(text)
        assert.ok(answer.refused, text)
        assert.ok(answer.refused.title.length > 0)
      }
      assert.equal(await state(), before)
    })

    test('whatever passes leaves the server and the session as they were', async () => {
      const before = await state()
      const random = chance(55 + major)
      const texts = [...corpus('usable'), ...corpus('leaks'), ...Array.from({ length: 200 }, () => statement(random))]
      for (const text of texts) {
        await world.ask(text)
        await world.client.query('ROLLBACK').catch(() => undefined)
        assert.deepEqual(await posture(), expected, text)
      }
      await world.ask('DISCARD ALL')
      assert.deepEqual(await posture(), expected)
      assert.equal(await state(), before)
    })

    test('able to fail: the oracle sees writes that go past the walls', async () => {
      const planted = [
        `UPDATE orders SET state = 'x' WHERE id = 1`,
        'CREATE TABLE planted ()',
        `SELECT nextval('s')`,
        'SELECT lo_create(0)',
        'SELECT pg_advisory_lock(7)',
        `COMMENT ON TABLE orders IS 'x'`,
      ]
      for (const text of planted) {
        const before = await state()
        await world.raw('SET default_transaction_read_only = off')
        const { error } = await world.raw(text)
        assert.equal(error, undefined)
        assert.notEqual(await state(), before, text)
      }
    })

    test('observe: structure and plans, no rows', async () => {
      const observer = await openWorld(server, 'shop_a', constant, { level: 'observe' })
      try {
        for (const text of [
          ...corpus('usable-psql'),
          'EXPLAIN SELECT * FROM people',
          'SELECT relname FROM pg_class',
          'SHOW work_mem',
          'BEGIN',
          'ROLLBACK',
        ]) {
          const answer = await observer.ask(text)
          // A catalogue or function that an older server does not have is absent.
          if (isAbsent(answer)) assert.match((await observer.raw(text)).error ?? '', missing, text)
          else assert.equal(answer.refused, undefined, text)
        }
        for (const text of [
          'SELECT * FROM orders',
          'SELECT count(*) FROM people',
          'EXPLAIN ANALYZE SELECT * FROM orders',
          'COPY orders TO STDOUT',
          'TABLE v_plain',
          'DECLARE c CURSOR FOR TABLE orders',
          'SELECT 1 WHERE EXISTS (SELECT FROM orders)',
          'SELECT last_value FROM s',
          'PREPARE p AS SELECT * FROM orders',
        ]) {
          assert.equal((await observer.ask(text)).refused?.code, 'GBX-1213', text)
        }
      } finally {
        await observer.close()
      }
    })
  })
}
