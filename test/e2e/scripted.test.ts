// The scripted use that other people's scripts rely on, word for word, against every major: every verb of the block,
// then the DSN as it is in node-pg and, on 18 and 15, in psql, psycopg, pgx and pgjdbc, too.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Client, DatabaseError } from 'pg'
import { counts } from '../../src/demo/fernway-rows.ts'
import { loadFernway, withClient } from '../../src/demo/fernway.ts'
import { glovebox, type Ran } from '../lib/cli.ts'
import { startGatewayProcess } from '../lib/gateway-process.ts'
import { need } from '../lib/optional.ts'
import { lacks, majors, startPostgres } from '../lib/servers.ts'

const run = promisify(execFile)
const clients = fileURLToPath(new URL('./clients/', import.meta.url))

const yaml = (url: string): string => `
gateway:
  listen: { web: 127.0.0.1:7480, postgres: 127.0.0.1:7432 }
  policies: ./policies
classes:
  pii.email: { form: pseudonym, search: exact }
targets:
  pg-orders:
    protocol: postgres
    url: \${env:PG_ORDERS_URL}
    labels: { env: production, team: checkout }
    maxLevel: read
    mask:
      public.customers.name: pii.name
      public.customers.email: pii.email
      public.payments.gateway_response: { class: pii.json, form: keep, keep: [status, code] }
    limits: { rows: 10000, bytes: 50MB, statementTimeout: 30s, cost: 100000 }
users:
  ana: { groups: [engineers, oncall] }
  ben: { groups: [platform-leads] }
# ${url.length} characters of url come from the environment
`

/** The object on stdout of a command that has to succeed; stdout carries nothing else. */
function object(ran: Ran): Record<string, unknown> {
  assert.equal(ran.code, 0, ran.err)
  assert.equal(ran.out.trimEnd().split('\n').length, 1, `one line on stdout:\n${ran.out}`)
  return JSON.parse(ran.out) as Record<string, unknown>
}

for (const major of majors)
  test(`the scripted block, PostgreSQL ${major}`, { skip: lacks(major) }, async (t) => {
    const server = await startPostgres({ major, settings: { log_statement: 'all' } })
    t.after(() => server.stop())
    const { url, adminUrl } = await loadFernway(server)
    const dir = mkdtempSync(join(tmpdir(), 'glovebox-scripted-'))
    t.after(() => rmSync(dir, { recursive: true, force: true }))
    const D = join(dir, 'state')
    const file = join(dir, 'glovebox.yaml')
    writeFileSync(file, yaml(url))

    // works with the gateway down …
    const ana = object(await glovebox(['user', 'add', 'ana', '--group', 'engineers', '--data', D, '--json']))
    assert.equal(ana['user'], 'ana')
    assert.match(String(ana['token']), /^gbx_/)
    const gateway = await startGatewayProcess(['--config', file, '--data', D], { PG_ORDERS_URL: url })
    t.after(() => gateway.kill9())
    assert.match(gateway.ready, /^ready web=http:\/\/localhost:\d+ postgres=127\.0\.0\.1:\d+$/)
    // … or up
    const ben = object(await glovebox(['user', 'add', 'ben', '--group', 'platform-leads', '--data', D, '--json']))
    const as = (who: Record<string, unknown>): Record<string, string> => ({
      GLOVEBOX_URL: gateway.web.replace('localhost', '127.0.0.1'),
      GLOVEBOX_TOKEN: String(who['token']),
    })

    const request = object(
      await glovebox(
        ['request', 'pg-orders', '--level', 'read', '--for', '30m', '-w', 'PD-4412 checkout 500s', '--json'],
        as(ana),
      ),
    )
    assert.match(String(request['id']), /^r-[a-z2-7]{12}$/)
    assert.equal(request['state'], 'pending')
    const approved = object(await glovebox(['review', 'approve', String(request['id']), '--json'], as(ben)))
    assert.equal(approved['id'], request['id'])
    assert.equal(approved['state'], 'approved')
    assert.match(String(approved['grant']), /^g-[a-z2-7]{12}$/)
    const again = object(
      await glovebox(
        ['request', 'pg-orders', '--level', 'read', '--for', '30m', '-w', 'PD-4412 checkout 500s', '--json'],
        as(ana),
      ),
    )
    assert.deepEqual([again['id'], again['state']], [request['id'], 'approved'], 'an equal live request is used again')
    const connection = object(await glovebox(['connect', 'pg-orders', '--print', '--json'], as(ana)))
    assert.equal(connection['grant'], approved['grant'])
    assert.match(String(connection['dsn']), /^postgresql:\/\/ana:gbx_\w+@127\.0\.0\.1:\d+\/pg-orders$/)
    assert.match(String(connection['jdbc']), /^jdbc:postgresql:\/\/127\.0\.0\.1:\d+\/pg-orders\?/)
    const left = Date.parse(String(connection['expires'])) - Date.now()
    assert.equal(left > 28 * 60_000 && left <= 30 * 60_000, true, `expires in ${left} ms`)
    assert.deepEqual(object(await glovebox(['run', 'pg-orders', 'select 1', '--json'], as(ana)))['rows'], [[1]])
    const three = object(
      await glovebox(
        ['run', 'pg-orders', 'select id, name, email, city from customers where id <= 3 order by id', '--json'],
        as(ana),
      ),
    )
    assert.deepEqual(three['columns'], ['id', 'name', 'email', 'city'])
    assert.deepEqual(three['masked'], ['name', 'email'])

    const real = await withClient(adminUrl, (admin) =>
      admin.query<{ name: string; email: string; city: string }>(
        'select name, email, city from customers where id <= 3 order by id',
      ),
    )
    const rows = three['rows'] as [number, string, string, string][]
    for (const [i, { name, email, city }] of real.rows.entries()) {
      assert.notEqual(rows[i]?.[1], name)
      assert.notEqual(rows[i]?.[2], email)
      assert.equal(rows[i]?.[3], city)
    }
    await t.test('node-pg', () => nodePg(String(connection['dsn']), rows))
    if (major === 18 || major === 15) {
      await t.test('psql', (inner) => psql(inner, String(connection['dsn']), rows))
      await t.test('psycopg', (inner) => psycopg(inner, String(connection['dsn']), rows))
      await t.test('pgx', (inner) => pgx(inner, String(connection['dsn']), rows))
      await t.test('pgjdbc', (inner) => pgjdbc(inner, String(connection['jdbc']), rows))
    }
    assert.equal((await server.log()).includes("set status = 'x'"), false, 'no UPDATE has reached the database')

    assert.equal(await gateway.term(), 0, gateway.said().err)
    assert.equal(gateway.said().out.trimEnd().split('\n').length, 1, 'stdout carries the one line')
    const verified = await glovebox(['audit', 'verify', D])
    assert.equal(verified.code, 0, verified.out + verified.err)
    assert.match(verified.out, /^ok /m)
    assert.equal((await glovebox(['audit', 'verify', D, '--key', join(D, 'keys', 'journal.vkey')])).code, 0)
  })

type Row = readonly [number, string, string, string]

/** What every client has to see: the same masks, an UPDATE refused as read-only, and a connection that goes on. */
function same(said: string, expected: readonly Row[]): void {
  for (const line of said.trim().split('\n')) {
    const { client, rows, refused, orders } = JSON.parse(line) as {
      client: string
      rows: Row[]
      refused: string
      orders: number
    }
    assert.deepEqual(rows, expected, client)
    assert.equal(refused, '25006', client)
    assert.equal(orders, counts.orders, client)
  }
}

async function nodePg(dsn: string, expected: readonly Row[]): Promise<void> {
  const client = new Client({ connectionString: dsn })
  client.on('error', () => undefined)
  await client.connect()
  const { rows } = await client.query<[number, string, string, string]>({
    text: 'select id, name, email, city from customers where id <= $1 order by id',
    values: [3],
    rowMode: 'array',
  })
  const refused = await client.query("update orders set status = 'x' where id = 1").then(
    () => 'ran',
    (error: unknown) => (error instanceof DatabaseError ? error.code : String(error)),
  )
  const { rows: orders } = await client.query<{ n: number }>('select count(*)::int as n from orders')
  await client.end()
  same(JSON.stringify({ client: 'node-pg', rows, refused, orders: orders[0]?.n }), expected)
}

async function psql(t: TestContext, dsn: string, expected: readonly Row[]): Promise<void> {
  if (!need(t, 'psql')) return
  const sql = [
    'select id, name, email, city from customers where id <= 3 order by id',
    "update orders set status = 'x' where id = 1",
    'select count(*) from orders',
  ]
  const env = { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), LC_ALL: 'C.UTF-8' }
  const { stdout, stderr } = await run(
    'psql',
    ['-X', '-A', '-t', '-F', '\t', '-v', 'VERBOSITY=verbose', ...sql.flatMap((one) => ['-c', one]), dsn],
    { env },
  )
  const lines = stdout.trim().split('\n')
  const rows = lines.slice(0, 3).map((line) => {
    const [id, ...rest] = line.split('\t')
    return [Number(id), ...rest]
  })
  same(
    JSON.stringify({ client: 'psql', rows, refused: /ERROR: {2}(\w{5})/.exec(stderr)?.[1], orders: Number(lines[3]) }),
    expected,
  )
  const { stdout: described } = await run('psql', ['-X', '-c', '\\d customers', '-c', '\\dt', dsn], { env })
  assert.match(described, /email\s+\| text/)
}

async function psycopg(t: TestContext, dsn: string, expected: readonly Row[]): Promise<void> {
  if (!need(t, 'psycopg')) return
  same((await run('/usr/bin/python3', [join(clients, 'python.py'), dsn])).stdout, expected)
}

async function pgx(t: TestContext, dsn: string, expected: readonly Row[]): Promise<void> {
  if (!need(t, 'pgx')) return
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: tmpdir(),
    GO111MODULE: 'off',
    GOPATH: '/usr/share/gocode',
    GOFLAGS: '',
    GOTOOLCHAIN: 'local',
    GOCACHE: join(tmpdir(), 'glovebox-go-cache'),
  }
  same((await run('go', ['run', join(clients, 'pgx.go'), dsn], { env })).stdout, expected)
}

async function pgjdbc(t: TestContext, jdbc: string, expected: readonly Row[]): Promise<void> {
  if (!need(t, 'pgjdbc')) return
  same(
    (await run('java', ['-cp', '/usr/share/java/postgresql.jar', join(clients, 'Jdbc.java'), jdbc])).stdout,
    expected,
  )
}
