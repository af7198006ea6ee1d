// What a crash does to a write: kill -9 of the gateway, or a connection that breaks, between the entry of the COMMIT and
// its answer. The approval is used up by the entry, nothing runs a second time, and what nobody can know is said (G8).
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Client } from 'pg'
import { verifyFolder } from '../../src/offline.ts'
import { glovebox } from '../lib/cli.ts'
import { startGatewayProcess, type GatewayProcess } from '../lib/gateway-process.ts'
import { startPostgres } from '../lib/servers.ts'

/** What becomes of a COMMIT that passes by: it waits for ever, it goes on but its answer does not, or nothing special. */
type Mode = 'hold' | 'mute' | 'pass'

/** A wire to the server that looks for COMMIT. */
async function wire(ending: (() => unknown)[], host: string, port: number) {
  const seen = Promise.withResolvers<void>()
  const state = { mode: 'pass' as Mode, seen: seen.promise }
  const sockets = new Set<Socket>()
  const server = createServer((from) => {
    const to = connect(port, host)
    let muted = false
    for (const one of [from, to]) {
      sockets.add(one)
      one.on('error', () => one.destroy())
    }
    from.on('data', (bytes: Buffer) => {
      const isCommit = state.mode !== 'pass' && bytes.includes('COMMIT\0')
      if (isCommit) seen.resolve()
      if (isCommit && state.mode === 'hold') return
      if (isCommit && state.mode === 'mute') muted = true
      to.write(bytes)
    })
    to.on('data', (bytes: Buffer) => (muted ? from.destroy() : from.write(bytes)))
    from.on('close', () => to.destroy())
    to.on('close', () => from.destroy())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  ending.push(() => {
    for (const one of sockets) one.destroy()
    server.close()
  })
  return { ...state, port: (server.address() as AddressInfo).port, set: (mode: Mode) => (state.mode = mode) }
}

async function house(t: TestContext) {
  const server = await startPostgres({})
  const ending: (() => unknown)[] = [() => server.stop()]
  t.after(async () => {
    for (const end of ending.reverse()) await end()
  })
  const admin = new Client({ connectionString: server.url })
  await admin.connect()
  ending.push(() => admin.end())
  await admin.query(
    `create table orders (id int primary key, status text); insert into orders select n, 'new' from generate_series(1, 9) n`,
  )
  const proxy = await wire(ending, server.host, server.port)
  const dir = mkdtempSync(join(tmpdir(), 'glovebox-write-crash-'))
  ending.push(() => rmSync(dir, { recursive: true, force: true }))
  const file = join(dir, 'glovebox.yaml')
  const data = join(dir, 'state')
  const url = new URL(server.url)
  url.port = String(proxy.port)
  url.searchParams.set('sslmode', 'disable')
  writeFileSync(
    file,
    `targets:
  pg-orders: { protocol: postgres, url: ${JSON.stringify(url.href)}, maxLevel: write }
users:
  ana: { groups: [engineers] }
  ben: { groups: [platform-leads] }
  dan: { groups: [platform-leads] }
`,
  )
  let gateway: GatewayProcess | undefined
  ending.push(() => gateway?.kill9())
  const tokens = new Map<string, string>()
  return {
    admin,
    proxy,
    data,
    async start(): Promise<GatewayProcess> {
      gateway = await startGatewayProcess(['--config', file, '--data', data])
      for (const name of ['ana', 'ben', 'dan'])
        if (!tokens.has(name)) {
          const { out, err } = await glovebox(['user', 'token', name, '--data', data, '--json'])
          assert.notEqual(out, '', err)
          tokens.set(name, (JSON.parse(out) as { token: string }).token)
        }
      return gateway
    },
    async ask(as: string, method: string, path: string, body?: object): Promise<Record<string, unknown>> {
      const answer = await fetch(`${gateway?.web}/api/v1/${path}`, {
        method,
        headers: { authorization: `Bearer ${tokens.get(as)}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return (await answer.json()) as Record<string, unknown>
    },
    async approved(run: string): Promise<string> {
      const made = await this.ask('ana', 'POST', 'requests', { target: 'pg-orders', level: 'write', why: 'PD-1', run })
      assert.equal(typeof made['id'], 'string', JSON.stringify(made))
      for (const lead of ['ben', 'dan']) await this.ask(lead, 'POST', `requests/${String(made['id'])}/approve`, {})
      return String(made['id'])
    },
    run(id: string): Promise<Record<string, unknown>> {
      return this.ask('ana', 'POST', `targets/${id}/run`, {})
    },
    async status(id: number): Promise<string> {
      return (
        (await admin.query<{ status: string }>('select status from orders where id = $1', [id])).rows[0]?.status ?? ''
      )
    },
  }
}

test('kill -9 between the entry and the COMMIT: unknown on record, rolled back in the database, never run again', async (t) => {
  const at = await house(t)
  const gateway = await at.start()
  const id = await at.approved(`update orders set status = 'sent' where id = 1`)
  at.proxy.set('hold')
  const ran = at.run(id).catch(() => 'the gateway is gone')
  await at.proxy.seen
  await gateway.kill9()
  await ran
  at.proxy.set('pass')
  await at.start()
  const shown = await at.ask('ana', 'GET', `requests/${id}`)
  assert.equal((shown['write'] as { run: { state: string } }).run.state, 'unknown')
  const again = await at.run(id)
  assert.equal(again['code'], 'GBX-1220')
  assert.match(String(again['title']), /nobody can say/)
  assert.equal(await at.status(1), 'new')
  await at.ask('ana', 'GET', 'requests')
  const report = await verifyFolder(at.data, undefined)
  assert.equal(report.ok, true, JSON.stringify(report.checks.filter(({ result }) => result === 'not ok')))
})

test('kill -9 before the entry of the COMMIT: nothing happened, and the approval is still good', async (t) => {
  const at = await house(t)
  const gateway = await at.start()
  const id = await at.approved(`update orders set status = 'sent' where id = 2`)
  await at.admin.query('begin; update orders set status = status where id = 2')
  const ran = at.run(id).catch(() => 'the gateway is gone')
  await new Promise((done) => setTimeout(done, 500)) // it waits for the row
  await gateway.kill9()
  await ran
  await at.admin.query('rollback')
  await at.start()
  assert.equal(await at.status(2), 'new')
  assert.equal((await at.run(id))['code'], undefined)
  assert.equal(await at.status(2), 'sent')
})

test('a connection that breaks after the COMMIT was sent: it is said that nobody knows, and it is not run again', async (t) => {
  const at = await house(t)
  await at.start()
  const id = await at.approved(`update orders set status = 'sent' where id = 3`)
  at.proxy.set('mute')
  const ran = await at.run(id)
  assert.equal(ran['code'], 'GBX-1223', JSON.stringify(ran))
  at.proxy.set('pass')
  assert.equal((await at.run(id))['code'], 'GBX-1220')
  assert.equal(await at.status(3), 'sent')
})
