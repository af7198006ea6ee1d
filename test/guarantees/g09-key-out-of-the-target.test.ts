// G9, M6: the key of the pseudonyms is in no statement, plan, view or log of the target, whatever the target is told to log.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { openDoor } from '../lib/door.ts'
import { lacks, type Major, startPostgres } from '../lib/servers.ts'
import { hmacPads } from '../../src/masking/forms.ts'
import * as walls from '../../src/protocols/postgres/walls/index.ts'

/** The key that test/lib/door.ts gives every session. */
const key = Buffer.alloc(32, 7)
const { inner, outer } = hmacPads(key)
const needles = [key, inner, outer].flatMap((bytes) => {
  const buffer = Buffer.from(bytes)
  return [buffer.toString('hex').slice(0, 40), buffer.toString('base64').slice(0, 40), buffer.toString('latin1')]
})

const loud = {
  log_statement: 'all',
  log_min_messages: 'debug1',
  log_error_verbosity: 'verbose',
  log_min_duration_statement: 0,
  log_parameter_max_length: -1,
  log_parameter_max_length_on_error: -1,
  log_connections: 'on',
  log_disconnections: 'on',
  shared_preload_libraries: 'auto_explain,pg_stat_statements',
  'auto_explain.log_min_duration': 0,
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_verbose': 'on',
  'auto_explain.log_settings': 'on',
  'auto_explain.log_nested_statements': 'on',
  'pg_stat_statements.track': 'all',
  track_activity_query_size: 65_536,
}

for (const major of [18, 15] as const satisfies readonly Major[])
  test(`the loudest PostgreSQL ${major} logs no key`, { skip: lacks(major) }, async () => {
    const server = await startPostgres({ major, settings: loud })
    const admin = new pg.Client(server.url)
    await admin.connect()
    await admin.query(`CREATE EXTENSION pg_stat_statements; CREATE TABLE people (id int PRIMARY KEY, email text);
      INSERT INTO people SELECT i, 'p' || i FROM generate_series(1, 50) i`)
    const mask = { 'public.people.email': { class: 'pii.email', search: 'exact' } }
    const house = await openDoor({ url: server.url, walls, mask: mask as never })
    const client = new pg.Client(house.dsn)
    try {
      await client.connect()
      await client.query('SELECT * FROM people')
      await client.query('SELECT id FROM people WHERE email = $1', ['p7'])
      await client.query('EXPLAIN (VERBOSE, SETTINGS) SELECT email FROM people ORDER BY email')
      await client.query(`SELECT id FROM people WHERE email = 'p1' OR 1 / (id - 1) = 0`).catch(() => undefined)
      await client.query('SELECT email FROM people, generate_series(1, 3)')
      const seen: unknown[] = []
      for (const view of [
        'pg_stat_activity',
        'pg_stat_statements',
        'pg_settings',
        'pg_prepared_statements',
        'pg_cursors',
      ])
        seen.push((await admin.query(`SELECT * FROM ${view}`)).rows)
      const views = JSON.stringify(seen)
      const log = await server.log()
      for (const word of ['current_setting', 'sha256']) {
        assert.ok(log.includes(word), 'the log shows the masks at work')
        assert.ok(views.includes(word), 'the views show the masks at work')
      }
      for (const needle of needles)
        for (const [name, text] of [
          ['log', log],
          ['views', views],
          ['record', JSON.stringify(house.entries)],
        ] as const)
          assert.equal(text.includes(needle), false, `${needle.slice(0, 8)} in the ${name}`)
    } finally {
      await client.end().catch(() => undefined)
      await admin.end()
      await house.close()
      await server.stop()
    }
  })
