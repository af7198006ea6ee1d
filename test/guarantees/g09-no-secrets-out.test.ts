// G9: upstream credentials, tokens and values of secret columns never appear in journal, store, logs, errors or answers.
// Canaries are planted where secrets are; then everything that Glovebox wrote or said is looked through, payloads decrypted.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Client } from 'pg'
import { parseConfig, type Config } from '../../src/config.ts'
import type { Recorded } from '../../src/core/entry.ts'
import { isRefusal } from '../../src/core/error.ts'
import { startGateway, type Gateway } from '../../src/gateway.ts'
import { Journal } from '../../src/journal/journal.ts'
import { setUser } from '../../src/offline.ts'
import { startPostgres, type Postgres } from '../lib/servers.ts'

const canary = {
  upstream: 'Canary-Upstream-Pa55word',
  literal: 'Canary-Wrong-Pa55word',
  apiKey: 'canary_live_key_51HqLyjWDarjtT1',
  bound: 'canary_bound_value_x9',
  compared: 'canary_compared_value_z3',
  refused: 'canary_refused_value_q7',
  email: 'canary.person@secret.example',
}
const folder = mkdtempSync(join(tmpdir(), 'glovebox-g09-'))
const data = join(folder, 'state')
const tokens: Record<string, string> = {}
const said: string[] = []
let postgres: Postgres
let gateway: Gateway
let config: Config

const yaml = `
gateway: { listen: { web: 127.0.0.1:0, postgres: 127.0.0.1:0 } }
classes: { pii.email: { form: pseudonym, search: exact } }
targets:
  pg-orders:
    protocol: postgres
    url: \${env:PG}
    mask: { public.keys.api_key: secret.api, public.keys.owner: pii.email }
  pg-wrong: { protocol: postgres, url: "\${env:PG_WRONG}" }
  pg-down: { protocol: postgres, url: "\${env:PG_DOWN}" }
users:
  ana: { groups: [engineers] }
  ben: { groups: [platform-leads] }
  cleo: { groups: [security, admins] }
`

before(async () => {
  postgres = await startPostgres({ major: 18 })
  const admin = new Client({ connectionString: postgres.url })
  await admin.connect()
  await admin.query(`create role app login password '${canary.upstream}'`)
  await admin.query(
    'create table keys (id int primary key, api_key text unique, owner text, note text); grant select on keys to app',
  )
  await admin.query('insert into keys values (1, $1, $2, $3)', [canary.apiKey, canary.email, 'plain'])
  await admin.end()
  const url = (password: string, port: number): string => `postgresql://app:${password}@127.0.0.1:${port}/postgres`
  const env = {
    PG: url(canary.upstream, postgres.port),
    PG_WRONG: url(canary.literal, postgres.port),
    PG_DOWN: url(canary.upstream, 1),
  }
  config = parseConfig(yaml, { file: join(folder, 'glovebox.yaml'), env })
  gateway = await startGateway({ config, data, log: (line) => said.push(line) })
  for (const name of ['ana', 'ben', 'cleo']) {
    const made = await setUser(data, { name, tokenOnly: true })
    assert.ok(!isRefusal(made))
    tokens[name] = made.token
  }
})

after(async () => {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Calls the API; keeps the answer for the search unless a token is what was asked for. */
async function api(
  as: string,
  method: string,
  path: string,
  body?: unknown,
  keep = true,
): Promise<Record<string, unknown>> {
  const response = await fetch(gateway.web + path, {
    method,
    headers: {
      authorization: `Bearer ${tokens[as]}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (keep) said.push(`${method} ${path}: ${text}`)
  return JSON.parse(text) as Record<string, unknown>
}

async function granted(target: string): Promise<string> {
  const { id } = await api('ana', 'POST', '/api/v1/requests', { target, level: 'read', why: 'PD-1' })
  await api('ben', 'POST', `/api/v1/requests/${String(id)}/approve`, {})
  const { dsn } = await api('ana', 'POST', `/api/v1/targets/${target}/connect`, {}, false)
  tokens[`dsn ${target}`] = new URL(String(dsn)).password
  return String(dsn)
}

/** Runs a statement as a native client; whatever comes back, rows or errors or notices, is kept. */
async function native(client: Client, text: string, values?: unknown[]): Promise<void> {
  try {
    const { rows } = await client.query(text, values)
    said.push(`${text}: ${JSON.stringify(rows)}`)
  } catch (error) {
    said.push(`${text}: ${JSON.stringify({ ...(error as object), message: String(error) })}`)
  }
}

async function story(): Promise<void> {
  const dsn = await granted('pg-orders')
  const client = new Client({ connectionString: dsn })
  client.on('error', () => undefined)
  client.on('notice', (notice) => said.push(`notice: ${String(notice.message)}`))
  await client.connect()
  await native(client, 'select * from keys')
  await native(client, 'select owner from keys where owner = $1', [canary.bound])
  await native(client, 'select note from keys where api_key = $1', [canary.bound])
  await native(client, `select note from keys where owner = '${canary.compared}'`)
  await native(client, `select note from keys where api_key = '${canary.refused}'`)
  await native(client, 'select api_key::int from keys')
  await native(client, "select note from keys where note = 'plain'")
  await native(client, 'explain (verbose) select owner from keys where owner is not null')
  await native(client, 'select current_setting($1)', ['glovebox.key'])
  await native(client, 'select name, setting from pg_settings')
  await native(client, 'select passwd from pg_shadow')
  await native(client, 'update keys set api_key = $1', [canary.bound])
  await client.end()
  for (const target of ['pg-wrong', 'pg-down']) {
    const broken = new Client({ connectionString: await granted(target) })
    broken.on('error', () => undefined)
    await broken.connect().then(
      () => assert.fail('this target does not answer'),
      (error: unknown) => said.push(`${target}: ${JSON.stringify({ ...(error as object), message: String(error) })}`),
    )
    await api('cleo', 'POST', `/api/v1/targets/${target}/test`, {})
  }
  await api('ana', 'POST', '/api/v1/targets/pg-orders/run', { target: undefined, text: 'select * from keys' })
  await api('nobody', 'GET', '/api/v1/requests')
  for (const path of [
    '/api/v1/audit/entries?limit=1000',
    '/api/v1/sessions?all=true',
    '/api/v1/users',
    '/api/v1/doctor',
    '/api/v1/targets',
    '/api/v1/audit/checkpoint',
  ])
    await api('cleo', 'GET', path)
  const { sessions } = (await api('cleo', 'GET', '/api/v1/sessions?all=true')) as unknown as {
    sessions: { id: string }[]
  }
  for (const { id } of sessions) await api('cleo', 'GET', `/api/v1/sessions/${id}`)
}

/** Files below `dir` with their bytes. */
const files = (dir: string): [string, Buffer][] =>
  readdirSync(dir, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile()
      ? [[join(entry.parentPath, entry.name), readFileSync(join(entry.parentPath, entry.name))] as [string, Buffer]]
      : [],
  )

/** Where a secret shows, in any of the shapes in which it could hide. */
function find(secret: string, places: readonly [string, Buffer][]): string[] {
  const shapes = [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1),
    Buffer.from(secret).toString('hex'),
  ]
  const bytes = [...shapes.map((shape) => Buffer.from(shape)), Buffer.from(secret, 'utf16le')]
  return places.filter(([, content]) => bytes.some((shape) => content.includes(shape))).map(([name]) => name)
}

const entries: [string, Buffer][] = []

test('a whole story with secrets in every corner is played and read back', async () => {
  await story()
  await gateway.close()
  const journal = await Journal.open({
    dir: data,
    now: Date.now,
    replay: (recorded: Recorded) =>
      entries.push([`entry ${recorded.index} ${recorded.entry.type}`, Buffer.from(JSON.stringify(recorded))]),
  })
  await journal.close()
  assert.ok(
    entries.some(([name]) => name.endsWith('action.admitted')),
    'statements were admitted',
  )
  assert.ok(
    entries.some(([name, content]) => name.endsWith('action.admitted') && content.includes('select * from')),
    'payloads were decrypted',
  )
  assert.ok(
    entries.some(([name]) => name.endsWith('action.refused')),
    'statements were refused',
  )
  assert.ok(
    said.some((line) => line.includes('plain')),
    'rows came back',
  )
})

test('passwords of targets are nowhere', () => {
  const places = [...files(data), ...entries, ['what was said', Buffer.from(said.join('\n'))] as [string, Buffer]]
  for (const secret of [canary.upstream, canary.literal]) assert.deepEqual(find(secret, places), [])
})

test('tokens are nowhere: only what checks them is kept', () => {
  const places = [...files(data), ...entries, ['what was said', Buffer.from(said.join('\n'))] as [string, Buffer]]
  for (const [name, token] of Object.entries(tokens)) {
    if (token === undefined) continue
    assert.deepEqual(find(token, places), [], name)
    assert.deepEqual(find(token.slice(5, 37), places), [], `${name}, its random part`)
  }
})

test('values of secret columns are nowhere, stored or bound or compared', () => {
  const answers = said.map((line) => line.slice(line.indexOf(': ') + 2))
  const places = [...files(data), ...entries, ['answers', Buffer.from(answers.join('\n'))] as [string, Buffer]]
  for (const secret of [canary.apiKey, canary.email, canary.bound, canary.compared, canary.refused])
    assert.deepEqual(find(secret, places), [], secret)
})

test('the key of the pseudonyms is in the key store alone', async () => {
  const journal = await Journal.open({ dir: data, now: Date.now })
  const [{ key } = { key: Buffer.alloc(0) }] = journal.keyring.pseudonymKeys()
  assert.equal(key.length, 32)
  await journal.close()
  const places = [
    ...files(data).filter(([name]) => !name.includes('keys.db')),
    ...entries,
    ['what was said', Buffer.from(said.join('\n'))] as [string, Buffer],
  ]
  assert.deepEqual(
    places.filter(([, content]) => content.includes(key)).map(([name]) => name),
    [],
  )
  for (const text of [key.toString('hex'), key.toString('base64')]) assert.deepEqual(find(text, places), [])
})

test('the configuration can be shown to nobody by accident', () => {
  assert.ok(!config.warnings.join('\n').includes(canary.upstream))
  assert.ok(!config.hash.includes(canary.upstream))
})

test('a planted secret is found, so the searches above can fail', () => {
  const planted = join(data, 'planted')
  for (const text of [
    canary.apiKey,
    Buffer.from(`xx${canary.apiKey}`.slice(2)).toString('base64'),
    Buffer.from(canary.apiKey).toString('hex'),
  ]) {
    writeFileSync(planted, `before ${text} after`)
    assert.deepEqual(find(canary.apiKey, files(data)), [planted])
  }
  rmSync(planted)
})
