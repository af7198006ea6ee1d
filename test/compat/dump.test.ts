// pg_dump is a client that asks for more than a session here may do: it gets a sentence that says so at its first step, ends
// with an error, and leaves nothing that could be taken for a dump.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import test from 'node:test'
import pg from 'pg'
import * as walls from '../../src/protocols/postgres/walls/index.ts'
import { openDoor } from '../lib/door.ts'
import { need } from '../lib/optional.ts'
import { startPostgres } from '../lib/servers.ts'

const planted = 'ann@dump.example'

/** What pg_dump says through `dsn`. */
function dump(dsn: string, args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn('/usr/lib/postgresql/15/bin/pg_dump', [...args, dsn], {
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8', PGSSLMODE: 'disable' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()))
  return new Promise((done, failed) => {
    child.on('error', failed)
    child.on('close', (code) => done({ code, out, err }))
  })
}

test('pg_dump is told that its first step is not allowed, and writes nothing', async (t) => {
  if (!need(t, 'postgres15')) return
  const server = await startPostgres({ major: 15 })
  t.after(() => server.stop())
  const client = new pg.Client(server.url)
  await client.connect()
  await client.query(
    `CREATE TABLE people (id int PRIMARY KEY, email text); INSERT INTO people VALUES (1, '${planted}')`,
  )
  await client.end()
  assert.ok((await dump(server.url, [])).out.includes(planted), 'directly it does dump')
  const house = await openDoor({ url: server.url, walls, mask: { 'public.people.email': 'pii.email' } })
  t.after(() => house.close())
  for (const args of [['--schema-only'], [], ['--data-only', '--table=people']]) {
    const { code, out, err } = await dump(house.dsn, args)
    assert.equal(code, 1)
    assert.match(err, /glovebox: function pg_catalog\.set_config.* is not allowed in this session, so nothing was run/)
    assert.equal(out.replace(/^--.*$/gm, '').trim(), '')
    assert.ok(!err.includes(planted))
  }
})
