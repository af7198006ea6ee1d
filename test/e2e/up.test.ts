// `glovebox up` as a process: one line when it is up, a clean end, and clear refusals with nothing started.
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { test, type TestContext } from 'node:test'
import type { Recorded } from '../../src/core/entry.ts'
import { Journal } from '../../src/journal/journal.ts'
import { certificates } from '../../src/net/certificates.ts'
import { glovebox } from '../lib/cli.ts'
import { temporaryFolder } from '../lib/folders.ts'
import { startGatewayProcess, type GatewayProcess } from '../lib/gateway-process.ts'

const yaml = `
users:
  ana: { groups: [engineers] }
  ben: { groups: [platform-leads] }
`

interface Place {
  readonly config: string
  readonly data: string
}

function place(t: TestContext, text = yaml): Place {
  const dir = temporaryFolder(t)
  writeFileSync(join(dir, 'glovebox.yaml'), text)
  return { config: join(dir, 'glovebox.yaml'), data: join(dir, 'state') }
}

async function up(t: TestContext, { config, data }: Place, env: Record<string, string> = {}): Promise<GatewayProcess> {
  const gateway = await startGatewayProcess(['--config', config, '--data', data], env)
  t.after(() => gateway.kill9())
  return gateway
}

async function entriesOf(data: string): Promise<Recorded[]> {
  const found: Recorded[] = []
  const journal = await Journal.open({ dir: data, now: Date.now, replay: (recorded) => found.push(recorded) })
  await journal.close()
  return found
}

const free = { GLOVEBOX_LISTEN_WEB: '127.0.0.1:0', GLOVEBOX_LISTEN_POSTGRES: '127.0.0.1:0' }
const refusedUp = (at: Place, env: Record<string, string> = {}) =>
  glovebox(['up', '--config', at.config, '--data', at.data], { ...free, ...env })

test('one line on stdout when every door listens; SIGTERM ends it with 0, everything on record and signed', async (t) => {
  const at = place(t)
  const gateway = await up(t, at)
  assert.match(gateway.ready, /^ready web=http:\/\/localhost:\d+ postgres=127\.0\.0\.1:\d+$/)
  for (const host of ['127.0.0.1', '[::1]', 'localhost'])
    assert.equal((await fetch(`http://${host}:${new URL(gateway.web).port}/healthz`)).status, 200)
  assert.equal(statSync(at.data).mode & 0o777, 0o700)
  assert.equal(statSync(join(at.data, 'control.sock')).mode & 0o777, 0o600)
  assert.ok(
    existsSync(join(at.config, '../policies/duties.cedar')),
    'starter policies are written where there are none',
  )
  assert.equal(await gateway.term(), 0)
  assert.equal(gateway.said().out, `${gateway.ready}\n`)
  assert.ok(!existsSync(join(at.data, 'control.sock')))
  const verified = await glovebox(['audit', 'verify', at.data, '--key', join(at.data, 'keys', 'journal.vkey')])
  assert.equal(verified.code, 0, verified.out + verified.err)
  const types = (await entriesOf(at.data)).map(({ entry }) => entry.type)
  assert.deepEqual(types, [
    'gateway.started',
    'policy.loaded',
    'config.loaded',
    'principal.set',
    'principal.set',
    'gateway.stopped',
  ])
})

test('a second start with the same file records nothing but the run itself', async (t) => {
  const at = place(t)
  for (let i = 0; i < 2; i++) assert.equal(await (await up(t, at)).term(), 0)
  const types = (await entriesOf(at.data)).map(({ entry }) => entry.type)
  assert.deepEqual(types.slice(6), ['gateway.started', 'gateway.stopped'])
})

test('user add works down and up, always with a new token, and before there is any configuration', async (t) => {
  const at = place(t)
  const add = async (...more: string[]) =>
    JSON.parse((await glovebox(['user', 'add', ...more, '--data', at.data, '--json'])).out) as {
      user: string
      token: string
    }
  const before = await add('zoe', '--group', 'engineers')
  assert.deepEqual(Object.keys(before), ['user', 'token'])
  const gateway = await up(t, at)
  const during = await add('zoe', '--group', 'engineers,oncall')
  const agent = await add('scout', '--kind', 'agent', '--of', 'zoe', '--group', 'engineers')
  assert.notEqual(before.token, during.token)
  for (const { token, user } of [before, during, agent]) {
    const { out } = await glovebox(['whoami', '--json'], { GLOVEBOX_URL: gateway.web, GLOVEBOX_TOKEN: token })
    assert.equal((JSON.parse(out) as { user: string }).user, user)
  }
  const fromFile = await add('ana', '--group', 'admins')
  const { out } = await glovebox(['whoami', '--json'], { GLOVEBOX_URL: gateway.web, GLOVEBOX_TOKEN: fromFile.token })
  assert.deepEqual(
    (JSON.parse(out) as { groups: string[] }).groups,
    ['engineers'],
    'people of the file take their groups from the file',
  )
  const wrong = await glovebox(['user', 'add', 'Not A Name', '--data', at.data])
  assert.equal(wrong.code, 2)
  assert.match(wrong.err, /GBX-1002/)
})

test('after kill -9 a socket that is left over harms nobody, and the old run is closed on record', async (t) => {
  const at = place(t)
  const gateway = await up(t, at)
  await gateway.kill9()
  assert.ok(existsSync(join(at.data, 'control.sock')))
  assert.equal((await glovebox(['user', 'add', 'zoe', '--data', at.data])).code, 0)
  assert.equal(await (await up(t, at)).term(), 0)
  const types = (await entriesOf(at.data)).map(({ entry }) => entry.type)
  assert.equal(types.filter((type) => type === 'gateway.started').length, 2)
  assert.equal(types.filter((type) => type === 'gateway.stopped').length, 2)
  assert.ok(types.indexOf('gateway.stopped') < types.lastIndexOf('gateway.started'))
})

test('a port in use: said with the variable that moves it, nothing on stdout, nothing on record', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => taken.once('listening', resolve))
  t.after(() => taken.close())
  const { port } = taken.address() as AddressInfo
  for (const variable of ['GLOVEBOX_LISTEN_WEB', 'GLOVEBOX_LISTEN_POSTGRES']) {
    const at = place(t)
    const ran = await refusedUp(at, { [variable]: `127.0.0.1:${port}` })
    assert.equal(ran.code, 10, ran.err)
    assert.equal(ran.out, '')
    assert.match(
      ran.err,
      new RegExp(`GBX-1502 cannot listen on 127\\.0\\.0\\.1:${port}: another program uses this port`),
    )
    assert.match(ran.err, new RegExp(`next +${variable}=`))
    assert.deepEqual(await entriesOf(at.data), [])
  }
})

test('one gateway per data folder', async (t) => {
  const at = place(t)
  await up(t, at)
  const ran = await refusedUp(at)
  assert.equal(ran.code, 10)
  assert.match(ran.err, /GBX-1404/)
})

test('a wrong configuration starts nothing and makes nothing', async (t) => {
  const cases: [string, RegExp][] = [
    ['usrs: {}', /x GBX-1601 \S+glovebox\.yaml:1:1 unknown key "usrs"\. Did you mean "users"\? Nothing was applied\./],
    [
      'targets:\n  a: { protocol: postgres, url: "${env:NOT_THERE}" }',
      /x GBX-1602 \S+:2:\d+ environment variable NOT_THERE is not set/,
    ],
    ['a: &a [1]\nb: *a', /x GBX-1601 .*aliases/],
  ]
  for (const [text, said] of cases) {
    const at = place(t, text)
    const ran = await refusedUp(at)
    assert.equal(ran.code, 13, ran.err)
    assert.equal(ran.out, '')
    assert.match(ran.err, said)
    assert.ok(!existsSync(at.data))
  }
  const at = place(t)
  assert.equal((await refusedUp({ ...at, config: `${at.config}.not` })).code, 13)
})

test('a policy that does not parse starts nothing', async (t) => {
  const at = place(t)
  mkdirSync(join(at.config, '../policies'))
  writeFileSync(join(at.config, '../policies/own.cedar'), 'permit (principal, action')
  const ran = await refusedUp(at)
  assert.equal(ran.code, 13, ran.err)
  assert.match(ran.err, /GBX-1603 own\.cedar/)
})

test('a data folder that cannot be made is refused', async (t) => {
  const at = place(t)
  writeFileSync(at.data, 'a file')
  const ran = await refusedUp(at)
  assert.equal(ran.code, 10, ran.err)
  assert.match(ran.err, /GBX-1401/)
})

test('doctor --rebuild makes the same projections again', async (t) => {
  const at = place(t)
  assert.equal(await (await up(t, at)).term(), 0)
  const ran = await glovebox(['doctor', '--rebuild', '--data', at.data, '--json'])
  assert.equal(ran.code, 0, ran.err)
  assert.deepEqual(JSON.parse(ran.out), { rebuilt: true, entries: 6 })
})

test('warnings go to stderr; an unknown variable is one', async (t) => {
  const gateway = await up(t, place(t), { GLOVEBOX_LISTEN_PSTGRES: 'x' })
  assert.match(
    gateway.said().err,
    /! environment variable GLOVEBOX_LISTEN_PSTGRES means nothing here and was ignored; did you mean GLOVEBOX_LISTEN_POSTGRES\?/,
  )
  assert.equal(readFileSync(join('/proc', String(gateway.pid), 'cmdline'), 'utf8').includes('gbx_'), false)
})

test('gateway.tls: the web door speaks TLS, and the doors that its name fits take it too', async (t) => {
  const dir = temporaryFolder(t)
  const own = await certificates(join(dir, 'tls'), ['localhost'], Date.now())
  const at = place(
    t,
    `gateway:\n  publicUrl: https://localhost:7480\n  tls: { cert: ${join(dir, 'tls/server.pem')}, key: ${join(dir, 'tls/server.key')} }\n${yaml}`,
  )
  const gateway = await up(t, at)
  assert.match(gateway.ready, /web=https:\/\/localhost:\d+ postgres=/)
  const presented = new X509Certificate(own.cert).fingerprint256
  assert.equal(await certificateAt(Number(new URL(gateway.web).port)), presented)
  assert.equal(
    await certificateAt(Number(/postgres=127\.0\.0\.1:(\d+)/.exec(gateway.ready)?.[1]), 'postgresql'),
    presented,
  )
  const { out } = await glovebox(['user', 'add', 'ana', '--data', at.data, '--json'])
  const { token } = JSON.parse(out) as { token: string }
  const ran = await glovebox(['whoami'], {
    GLOVEBOX_URL: gateway.web,
    GLOVEBOX_TOKEN: token,
    NODE_EXTRA_CA_CERTS: own.caFile,
  })
  assert.equal(ran.code, 0, ran.err)
  const untrusted = await glovebox(['whoami'], { GLOVEBOX_URL: gateway.web, GLOVEBOX_TOKEN: token })
  assert.equal(untrusted.code, 9, untrusted.err)
  assert.match(untrusted.err, /GBX-1503 .*(certificate|CERT|SIGNATURE)/i)
})

/** SHA-256 of the certificate that a door presents (direct TLS where it speaks a protocol of its own). */
function certificateAt(port: number, alpn?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(
      {
        host: '127.0.0.1',
        port,
        servername: 'localhost',
        rejectUnauthorized: false,
        ...(alpn === undefined ? {} : { ALPNProtocols: [alpn] }),
      },
      () => {
        resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '')
        socket.destroy()
      },
    )
    socket.on('error', reject)
  })
}
