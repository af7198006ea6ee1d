// `glovebox connect` as people use it: from nothing to a client in one command, waiting in place while somebody decides.
// The client is a shell that tells what it was given; real ones are tried in scripted.test.ts.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseConfig } from '../../src/config.ts'
import { isRefusal } from '../../src/core/error.ts'
import { startGateway, type Gateway } from '../../src/gateway.ts'
import { setUser } from '../../src/offline.ts'
import { glovebox, type Ran } from '../lib/cli.ts'

const data = mkdtempSync(join(tmpdir(), 'glovebox-connect-'))
const env: Record<string, Record<string, string>> = {}
let gateway: Gateway

const targets = ['waits', 'denied', 'interrupted', 'live', 'unasked']
const yaml = `
gateway: { listen: { web: 127.0.0.1:0, postgres: 127.0.0.1:0 } }
targets:
${targets.map((name) => `  ${name}: { protocol: postgres, url: postgresql://app@127.0.0.1:1/db }`).join('\n')}
users:
  ana: { groups: [engineers] }
  ben: { groups: [platform-leads] }
`

before(async () => {
  gateway = await startGateway({
    config: parseConfig(yaml, { file: join(data, 'glovebox.yaml'), env: {} }),
    data: join(data, 'state'),
    log: () => undefined,
  })
  for (const name of ['ana', 'ben']) {
    const made = await setUser(join(data, 'state'), { name, tokenOnly: true })
    assert.ok(!isRefusal(made))
    env[name] = { GLOVEBOX_URL: gateway.web, GLOVEBOX_TOKEN: made.token }
  }
})

after(async () => {
  await gateway.close()
  rmSync(data, { recursive: true, force: true })
})

const as = (name: string): Record<string, string> => env[name] ?? assert.fail(name)

/** The one request that waits on a target, once it is there. */
async function pending(target: string): Promise<string> {
  for (let i = 0; i < 100; i++) {
    const { out } = await glovebox(['requests', '--json'], as('ben'))
    const found = (JSON.parse(out) as { requests: { id: string; target: string }[] }).requests.find(
      (request) => request.target === target,
    )
    if (found) return found.id
  }
  return assert.fail(`nobody asked for ${target}`)
}

const tell = 'echo "$PGHOST $PGUSER $PGDATABASE $DATABASE_URL token=$GLOVEBOX_TOKEN"; exit 7'

test('asks, waits in place, starts the client with everything set, passes its exit code', async () => {
  const running = glovebox(['connect', 'waits', '-w', 'PD-1', '--', 'sh', '-c', tell], as('ana'))
  assert.equal((await glovebox(['review', 'approve', await pending('waits')], as('ben'))).code, 0)
  const decided = performance.now()
  const ran = await running
  assert.ok(performance.now() - decided < 2_000, 'the client starts at once when somebody has decided')
  assert.equal(ran.code, 7, ran.err)
  assert.match(
    ran.out,
    /^(127\.0\.0\.1|localhost) ana waits postgresql:\/\/ana:gbx_d\w+@127\.0\.0\.1:\d+\/waits token=\n$/,
  )
  assert.match(ran.err, /~ waiting for ben \. r-\w+/)
  assert.match(ran.err, /\* approved by ben/)
  assert.match(ran.err, /\* read on waits until [\d:]+ \S+ \(30m\) \. masked \. recorded \. ref g-/)
})

test('the next time it connects at once, by the same grant', async () => {
  const ran = await glovebox(['connect', 'waits', '--', 'true'], as('ana'))
  assert.equal(ran.code, 0, ran.err)
  assert.ok(!ran.err.includes('waiting'))
})

test('a denial ends the wait: 125 where a command was given, 6 where none was', async () => {
  const running = glovebox(['connect', 'denied', '-w', 'PD-2', '--', 'true'], as('ana'))
  await glovebox(['review', 'deny', await pending('denied'), '--comment', 'use the replica'], as('ben'))
  const ran = await running
  assert.equal(ran.code, 125)
  assert.match(ran.err, /x GBX-1104 r-\w+ was denied by ben: "use the replica"/)
  assert.equal((await glovebox(['connect', 'denied', '--print'], as('ana'))).code, 6)
})

test('Ctrl-C stops the wait with 130, and the request goes on', async () => {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../../src/bin.ts', import.meta.url)), 'connect', 'interrupted', '-w', 'PD-3'],
    { env: { ...process.env, ...as('ana') }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let err = ''
  child.stderr.on('data', (chunk) => (err += String(chunk)))
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve))
  const id = await pending('interrupted')
  for (let i = 0; i < 100 && !err.includes('waiting'); i++) await new Promise((resolve) => setTimeout(resolve, 50))
  child.kill('SIGINT')
  assert.equal(await closed, 130)
  assert.match(err, /is still waiting/)
  assert.equal(await pending('interrupted'), id)
})

test('what is missing is said, without a prompt where there is no terminal', async () => {
  const cases: [string[], Record<string, string>, number, RegExp][] = [
    [['connect', 'unasked'], as('ana'), 2, /needs a reason: -w/],
    [['connect', 'unasked', '--', 'true'], as('ana'), 125, /needs a reason: -w/],
    [['connect', 'unasked', '--print', '--json'], as('ana'), 5, /GBX-1109/],
    [['connect', 'unasked', '--print', '--json'], { GLOVEBOX_URL: gateway.web }, 4, /GBX-1003/],
    [['connect', 'nowhere', '-w', 'x'], as('ana'), 2, /GBX-1004/],
    [['connect', 'waits', '--', 'no-such-client-here'], as('ana'), 125, /is not installed here/],
    [
      ['connect', 'waits'],
      { ...as('ana'), GLOVEBOX_URL: 'http://127.0.0.1:2' },
      9,
      /GBX-1503 the gateway at http:\/\/127\.0\.0\.1:2 does not answer: it refused the connection/,
    ],
    [['connect', 'unasked', '-w', 'PD-4', '--no-wait'], as('ana'), 8, /GBX-1102/],
  ]
  const ran: Ran[] = []
  for (const [args, environment, code, text] of cases) {
    const one = await glovebox(args, environment)
    ran.push(one)
    assert.equal(one.code, code, `${args.join(' ')}: ${one.err}`)
    assert.match(one.err, text)
    assert.equal(one.out, '')
    assert.ok(one.err.trimEnd().split('\n').length <= 5, one.err)
  }
})

test('request --wait ends with the decision', async () => {
  const running = glovebox(['request', 'live', '-w', 'PD-5', '--wait', '--json'], as('ana'))
  await glovebox(['review', 'approve', await pending('live')], as('ben'))
  const ran = await running
  assert.equal(ran.code, 0, ran.err)
  assert.equal((JSON.parse(ran.out) as { state: string }).state, 'approved')
})
