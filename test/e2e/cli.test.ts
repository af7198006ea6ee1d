// Plays the transcripts in test/e2e/cli against a real gateway, one after the other. They are the examples of the docs.
// `$ name: command` runs as that person, then come stdout, stderr (`! `) and a non-zero exit code (`? `).
// GLOVEBOX_TEST_UPDATE=1 writes what really came.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parseConfig } from '../../src/config.ts'
import { Client } from 'pg'
import { startGateway, type Gateway } from '../../src/gateway.ts'
import { glovebox, words } from '../lib/cli.ts'
import { startPostgres, type Postgres } from '../lib/servers.ts'

const folder = new URL('./cli/', import.meta.url).pathname
const data = mkdtempSync(join(tmpdir(), 'glovebox-cli-'))
const tokens = new Map<string, string>()
let gateway: Gateway
let server: Postgres

const yaml = (url: string): string => `
gateway: { listen: { web: 127.0.0.1:0, postgres: 127.0.0.1:0 } }
targets:
  pg-orders:
    protocol: postgres
    url: postgresql://app@127.0.0.1:1/orders
    labels: { env: production }
  pg-ledger:
    protocol: postgres
    url: postgresql://app@127.0.0.1:1/ledger
    maxLevel: observe
  pg-shop:
    protocol: postgres
    url: ${url}
    labels: { env: staging }
    unlabelled: pass
    mask: { public.customers.email: pii.email, public.customers.phone: pii.phone }
users:
  ana: { groups: [engineers] }
  ben: { groups: [platform-leads] }
  cleo: { groups: [security, admins] }
  dan: { groups: [engineers, platform-leads] }
  eve: {}
`

before(async () => {
  server = await startPostgres({ major: 18 })
  const admin = new Client({ connectionString: server.url })
  await admin.connect()
  await admin.query("create role app login password 'app-word'")
  await admin.query('create table customers (id int primary key, city text, email text, phone text)')
  await admin.query(
    "insert into customers values (1, 'Cork', 'ana@x.example', '+353 1 5550199'), (2, 'Łódź', 'bo@y.example', '+48 22 5550142')",
  )
  await admin.query('grant select on customers to app')
  await admin.end()
  const url = `postgresql://app:app-word@127.0.0.1:${server.port}/postgres`
  gateway = await startGateway({
    config: parseConfig(yaml(url), { file: join(data, 'glovebox.yaml'), env: {} }),
    data: join(data, 'state'),
    log: () => undefined,
  })
  for (const name of ['ana', 'ben', 'cleo', 'dan', 'eve']) {
    const { out } = await glovebox(['user', 'token', name, '--data', join(data, 'state'), '--json'])
    tokens.set(name, (JSON.parse(out) as { token: string }).token)
  }
})

after(async () => {
  await gateway.close()
  await server.stop()
  rmSync(data, { recursive: true, force: true })
})

/** What differs from run to run, replaced by its kind. */
const steady = (text: string): string =>
  text
    .replaceAll(join(data, 'state'), 'DATA')
    .replaceAll(gateway.web, 'http://localhost:7480')
    .replace(/\b([a-z])-[a-z2-7]{12}\b/g, '$1-…')
    .replace(/\bj-\d+/g, 'j-N')
    .replace(/gbx_\w{10,}/g, 'gbx_…')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/\b\d\d:\d\d:\d\d\b( \S+$)?/gm, 'TIME')
    .replace(/127\.0\.0\.1:\d{4,5}/g, '127.0.0.1:PORT')
    .replace(/\b[0-9a-f]{64}\b/g, 'HASH')
    .replace(/\bu[0-9a-f]{16}@/g, 'u…@')
    .replace(/glovebox\.[0-9a-f]{8}/g, 'glovebox.…')
    .replace(/^— (\S+) \S+$/gm, '— $1 SIGNATURE')
    .replace(/[\w+/]{43}=/g, 'BASE64')
    .replace(/BASE64(\n(?:!? ?)BASE64)+/g, 'BASE64 …')
    .replace(/\b\d+(\.\d+)? (ms|GB)\b/g, 'N $2')
    .replace(/\b\d+ of \d+ entries\b/g, 'N of N entries')
    .replace(/\b\d+ (days|session)s?\b/g, 'N $1')
    .replace(/\b\d\d:\d\d UTC\b/g, 'TIME')
    .replace(/\bindex \d+/g, 'index N')
    .replace(/^\d+$/gm, 'N')

async function play(file: string): Promise<{ expected: string; actual: string }> {
  const expected = readFileSync(join(folder, file), 'utf8')
  const seen: Record<string, string> = {}
  const lines: string[] = []
  for (const line of expected.split('\n')) {
    if (line.startsWith('#') || (line === '' && lines.at(-1) !== '')) lines.push(line)
    const [, name = '', command] = /^\$ (?:(\w+): )?glovebox (.*)$/.exec(line) ?? []
    if (command === undefined) continue
    const args = words(command.replace(/\$(\w)\b/g, (_, kind: string) => seen[kind] ?? `${kind}-unknown`))
    const ran = await glovebox(args, {
      GLOVEBOX_URL: gateway.web,
      GLOVEBOX_DATA: join(data, 'state'),
      TZ: 'UTC',
      ...(name === '' ? {} : { GLOVEBOX_TOKEN: tokens.get(name) ?? assert.fail(`nobody is called ${name}`) }),
    })
    for (const [id, kind] of `${ran.out}${ran.err}`.matchAll(/\b([a-z])-[a-z2-7]{12}\b/g)) seen[kind as string] = id
    const written = [
      ...steady(ran.out).split('\n'),
      ...steady(ran.err)
        .split('\n')
        .map((text) => (text === '' ? '' : `! ${text}`)),
    ].filter((text) => text !== '')
    lines.push(line, ...written, ...(ran.code === 0 ? [] : [`? ${ran.code}`]))
  }
  return { expected: expected.trimEnd(), actual: lines.join('\n').trimEnd() }
}

for (const file of readdirSync(folder)
  .filter((name) => name.endsWith('.txt'))
  .sort()) {
  test(file, async () => {
    const { expected, actual } = await play(file)
    if (process.env.GLOVEBOX_TEST_UPDATE === '1') writeFileSync(join(folder, file), actual + '\n')
    else assert.equal(actual, expected)
  })
}
