// A gateway that delivers its record and is asked by machines: sinks as configured, doctor, re-send on record, /metrics,
// /healthz and /readyz.
import assert from 'node:assert/strict'
import { mkdirSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parseConfig } from '../../src/config.ts'
import { startGateway, type Gateway } from '../../src/gateway.ts'
import { isRefusal } from '../../src/core/error.ts'
import { setUser } from '../../src/offline.ts'
import { until } from '../lib/delivery.ts'
import { httpReceiver, type HttpReceiver } from '../lib/http-receiver.ts'

const dir = mkdtempSync(join(tmpdir(), 'glovebox-deliver-'))
const file = join(dir, 'audit.jsonl')
let receiver: HttpReceiver
let gateway: Gateway
const tokens: Record<string, string> = {}

const env = { GLOVEBOX_LISTEN_WEB: '127.0.0.1:0', GLOVEBOX_LISTEN_POSTGRES: '127.0.0.1:0', KEY: 'k3y' }
const start = (more = ''): Promise<Gateway> =>
  startGateway({
    config: parseConfig(
      `gateway: { policies: ${join(dir, 'policies')}${more} }
sinks:
  lines: { kind: file, path: ${file}, payload: true }
  search: { kind: elasticsearch, url: '${receiver.url}', token: '\${env:KEY}' }
`,
      { file: join(dir, 'glovebox.yaml'), env },
    ),
    data: join(dir, 'data'),
    log: () => undefined,
  })

before(async () => {
  receiver = await httpReceiver(() => ({ status: 503 }))
  for (const [name, group] of [
    ['root', 'admins'],
    ['sam', 'security'],
    ['eve', 'engineers'],
  ] as const) {
    const set = await setUser(join(dir, 'data'), { name, groups: [group] })
    assert.ok(!isRefusal(set))
    tokens[name] = set.token
  }
  gateway = await start()
})
after(async () => {
  await gateway.close()
  await receiver.down()
  rmSync(dir, { recursive: true })
})

const ask = (path: string, as?: string, init: RequestInit = {}): Promise<Response> =>
  fetch(gateway.web + path, {
    ...init,
    headers: {
      ...(init.headers as Record<string, string>),
      ...(as === undefined ? {} : { authorization: `Bearer ${tokens[as]}` }),
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
  })

const events = (): { metadata: { sequence: number }; unmapped: { glovebox: { type: string; payload?: unknown } } }[] =>
  (existsSync(file) ? readFileSync(file, 'utf8') : '')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as never)

test('one sink follows from the first entry, the other fails and delays nothing; doctor and sinks say so', async () => {
  await until(() => events().some(({ unmapped }) => unmapped.glovebox.type === 'gateway.started'))
  assert.deepEqual(
    events().map(({ metadata }) => metadata.sequence),
    events().map((_, i) => i),
  )
  assert.ok(events().some(({ unmapped }) => JSON.stringify(unmapped.glovebox.payload ?? '').includes('"eve"')))
  await until(() => receiver.heard.length > 0)
  const { sinks } = (await (await ask('/api/v1/sinks', 'sam')).json()) as { sinks: Record<string, unknown>[] }
  assert.deepEqual(
    sinks.map(({ name, state, cursor }) => [name, state, cursor === 'j-0']),
    [
      ['lines', 'following', false],
      ['search', 'failing', true],
    ],
  )
  assert.ok(!JSON.stringify(sinks).includes('k3y'))
  const { checks } = (await (await ask('/api/v1/doctor', 'root')).json()) as {
    checks: { name: string; detail: string }[]
  }
  assert.match(checks.find(({ name }) => name === 'sink search')?.detail ?? '', /it answered 503/)
  assert.equal((await ask('/api/v1/sinks', 'eve')).status, 403)
})

test('a re-send is on record and starts there; engineers may not', async () => {
  const resend = (as: string, from: string, sink = 'lines'): Promise<Response> =>
    ask(`/api/v1/sinks/${sink}/resend`, as, { method: 'POST', body: JSON.stringify({ from }) })
  assert.equal((await resend('eve', 'j-1')).status, 403)
  assert.equal((await resend('root', 'j-999999')).status, 404)
  assert.equal((await resend('root', 'j-1', 'line')).status, 404)
  assert.equal((await resend('root', '1 or 2')).status, 400)
  assert.equal((await resend('root', 'j-1')).status, 200)
  await until(() => events().some(({ unmapped }) => unmapped.glovebox.type === 'sink.resent'))
  assert.equal(events().filter(({ metadata }) => metadata.sequence === 1).length, 2)
  assert.equal(events().filter(({ metadata }) => metadata.sequence === 0).length, 1)
})

test('metrics: for this machine alone where no token is set, never through a proxy', async () => {
  const page = await ask('/metrics')
  assert.equal(page.status, 200)
  assert.match(page.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  const text = await page.text()
  assert.match(text, /^glovebox_sink_up\{sink="search"\} 0$/m)
  assert.match(text, /^glovebox_refusals_total\{code="GBX-\d+",what="command"\} \d+$/m)
  assert.match(text, /^glovebox_journal_commit_seconds_count [1-9]/m)
  for (const name of ['root', 'sam', 'eve']) assert.ok(!text.includes(`"${name}"`))
  const open = await ask('/metrics', undefined, { headers: { accept: 'application/openmetrics-text; version=1.0.0' } })
  assert.match(open.headers.get('content-type') ?? '', /^application\/openmetrics-text/)
  assert.match(await open.text(), /\n# EOF\n$/)
  for (const header of ['x-forwarded-for', 'forwarded', 'via'])
    assert.equal((await ask('/metrics', undefined, { headers: { [header]: '10.0.0.1' } })).status, 401)
})

test('alive and ready; a folder that takes no file makes it not ready, with a reason, until it does again', async () => {
  assert.equal((await ask('/healthz')).status, 200)
  assert.deepEqual(await (await ask('/readyz')).json(), { ready: true })
  const inTheWay = join(dir, 'data', '.ready') // refuses root, too, which no mode does
  const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1_100))
  await later()
  rmSync(inTheWay)
  mkdirSync(inTheWay)
  const answer = await ask('/readyz')
  assert.equal(answer.status, 503)
  assert.match(await answer.text(), /the journal cannot be written/)
  rmSync(inTheWay, { recursive: true })
  await later()
  assert.equal((await ask('/readyz')).status, 200)
})

test('with a token: it, and nothing else; delivery goes on where it was after a restart', async () => {
  const before = events().length
  await gateway.close()
  gateway = await start(`, metrics: { token: 'a-token-of-the-scraper' }`)
  assert.equal((await ask('/metrics')).status, 401)
  assert.equal((await ask('/metrics', 'root')).status, 401)
  const page = await ask('/metrics', undefined, { headers: { authorization: 'Bearer a-token-of-the-scraper' } })
  assert.equal(page.status, 200)
  await until(() => events().some(({ unmapped }, i) => i >= before && unmapped.glovebox.type === 'gateway.started'))
  const all = [...new Set(events().map(({ metadata }) => metadata.sequence))].toSorted((a, b) => a - b)
  assert.deepEqual(
    all,
    Array.from({ length: all.length }, (_, i) => i),
  )
})
