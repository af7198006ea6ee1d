// kill -9 of the gateway under load, twenty times over one data folder: nothing that reached PostgreSQL is missing from
// the journal, and the journal verifies after each (G1, G8). The server's own log says what reached it.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { fernwayConfig, loadFernway } from '../../src/demo/fernway.ts'
import { Journal } from '../../src/journal/journal.ts'
import { verifyFolder } from '../../src/offline.ts'
import { glovebox } from '../lib/cli.ts'
import { startGatewayProcess } from '../lib/gateway-process.ts'
import { startPostgres } from '../lib/servers.ts'

const ROUNDS = 20
const CLIENTS = 6

test(`${ROUNDS} kills with -9 under load`, async (t) => {
  const server = await startPostgres({ settings: { log_statement: 'all' } })
  t.after(() => server.stop())
  const { url } = await loadFernway(server)
  const dir = mkdtempSync(join(tmpdir(), 'glovebox-kill9-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const file = join(dir, 'glovebox.yaml')
  const data = join(dir, 'state')
  writeFileSync(file, fernwayConfig({ url, web: 0, postgres: 0, policies: join(dir, 'policies') }))
  const token = async (name: string): Promise<string> =>
    (JSON.parse((await glovebox(['user', 'token', name, '--data', data, '--json'])).out) as { token: string }).token

  let tokens: { ada: string; ben: string } | undefined
  for (let round = 0; round < ROUNDS; round++) {
    const gateway = await startGatewayProcess(['--config', file, '--data', data])
    try {
      tokens ??= { ada: await token('ada'), ben: await token('ben') }
      const as = (who: 'ada' | 'ben'): Record<string, string> => ({
        GLOVEBOX_URL: gateway.web,
        GLOVEBOX_TOKEN: tokens?.[who] ?? '',
      })
      if (round === 0) {
        const { id } = JSON.parse(
          (await glovebox(['request', 'pg-orders', '--for', '2h', '-w', 'load', '--json'], as('ada'))).out,
        ) as { id: string }
        assert.equal((await glovebox(['review', 'approve', id, '--json'], as('ben'))).code, 0)
      }
      const printed = await glovebox(['connect', 'pg-orders', '--print', '--json'], as('ada'))
      assert.equal(printed.code, 0, `round ${round}: the grant of before is still there: ${printed.err}`)
      const { dsn } = JSON.parse(printed.out) as { dsn: string }
      const underWay = Promise.withResolvers<void>()
      const load = Array.from({ length: CLIENTS }, (_, client) => ask(dsn, round, client, underWay.resolve))
      await Promise.race([underWay.promise, Promise.all(load)])
      await sleep((round * 137) % 500)
      await gateway.kill9()
      await Promise.all(load)
    } finally {
      await gateway.kill9()
    }
    const report = await verifyFolder(data, undefined)
    assert.equal(
      report.ok,
      true,
      `round ${round}: ${JSON.stringify(report.checks.filter(({ result }) => result === 'not ok'))}`,
    )
  }

  const reached = new Set((await server.log()).match(/q-\d+-\d+-\d+/g) ?? [])
  const recorded = new Set<string>()
  const journal = await Journal.open({ dir: data, now: Date.now, replay: () => undefined })
  for await (const { entry, payload } of journal.entries())
    if (entry.type === 'action.admitted')
      for (const tag of JSON.stringify(payload).match(/q-\d+-\d+-\d+/g) ?? []) recorded.add(tag)
  await journal.close()
  t.diagnostic(`${reached.size} statements reached the database, ${recorded.size} are on record`)
  assert.equal(reached.size > ROUNDS * CLIENTS, true, 'there was load')
  assert.equal(new Set([...reached].map((tag) => tag.split('-')[1])).size, ROUNDS, 'in every round')
  assert.deepEqual(
    [...reached].filter((tag) => !recorded.has(tag)),
    [],
  )
})

/** Statements one after the other, each with a name of its own, until the connection breaks. */
async function ask(dsn: string, round: number, client: number, underWay: () => void): Promise<void> {
  const connection = new Client({ connectionString: dsn })
  connection.on('error', () => undefined)
  try {
    await connection.connect()
    for (let n = 0; ; n++) {
      await connection.query(`select 'q-${round}-${client}-${n}' as tag, total_cents from orders where id = ${1 + n}`)
      underWay()
    }
  } catch {
    // the gateway was killed: that is the test
  }
}
