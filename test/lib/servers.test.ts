// The starter keeps its promises: a real server of each major version, ended in order, by a crash and by a kill -9 of us.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { need } from './optional.ts'
import { startPostgres } from './servers.ts'
import type { Major } from './servers.ts'

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<{ v: unknown }>(sql)).rows[0]?.v
  } finally {
    await client.end()
  }
}

for (const major of [18, 15] as Major[])
  test(`PostgreSQL ${major}: starts, asks for a password, stops, leaves nothing`, async (t) => {
    if (major === 15 && !need(t, 'postgres15')) return
    const server = await startPostgres({ major, settings: { log_statement: 'all' } })
    try {
      assert.match(
        String(await ask(server.url, `select current_setting('server_version') v`)),
        new RegExp(`^${major}\\.`),
      )
      assert.equal(await ask(server.url, `select upper('äб') v`), 'ÄБ')
      assert.equal(await ask(server.url, `select count(*)::int v from pg_ts_config`).then((n) => Number(n) > 10), true)
      await assert.rejects(ask(server.url.replace(server.password, 'wrong'), 'select 1 v'), { code: '28P01' })
      assert.match(await server.log(), /statement: select upper/)
      await server.down()
      await assert.rejects(ask(server.url, 'select 1 v'), { code: 'ECONNREFUSED' })
      await server.up()
      assert.equal(await ask(server.url, 'select 1 v'), 1)
      await server.crash()
      await server.up()
      assert.equal(await ask(server.url, 'select 2 v'), 2)
    } finally {
      await server.stop()
    }
    await server.stop()
    await assert.rejects(ask(server.url, 'select 1 v'), { code: 'ECONNREFUSED' })
  })

test('a server ends, with its folder, when the process that started it is killed with -9', async () => {
  const own = mkdtempSync(join(tmpdir(), 'glovebox-killed-'))
  chmodSync(own, 0o755)
  const script = `import { startPostgres } from ${JSON.stringify(import.meta.resolve('./servers.ts'))}
    console.log((await startPostgres()).url); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: own },
  })
  const url = await new Promise<string>((done) =>
    child.stdout.once('data', (line: Buffer) => done(line.toString().trim())),
  )
  assert.equal(await ask(url, 'select 1 v'), 1)
  assert.equal(readdirSync(own).length, 1)
  child.kill('SIGKILL')
  for (let i = 0; i < 200 && readdirSync(own).length > 0; i++) await sleep(50)
  assert.deepEqual(readdirSync(own), [])
  await assert.rejects(ask(url, 'select 1 v'), { code: 'ECONNREFUSED' })
  rmSync(own, { recursive: true })
})
