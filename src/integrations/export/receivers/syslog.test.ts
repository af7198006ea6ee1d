// Syslog frames by RFC 5424 and 5425 octet for octet, receivers that vanish in every way, and rsyslog itself over TLS.
import assert from 'node:assert/strict'
import { readFileSync, mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as after } from 'node:timers/promises'
import tls from 'node:tls'
import fc from 'fast-check'
import { certificates } from '../../../net/certificates.ts'
import { deliver, sink, until, type Delivered } from '../../../../test/lib/delivery.ts'
import { need } from '../../../../test/lib/optional.ts'
import { rsyslog } from '../../../../test/lib/rsyslog.ts'
import { frameOf, type Message } from './syslog.ts'

const message = (more: Partial<Message> = {}): Message => ({
  facility: 13,
  severity: 6,
  timestamp: '2026-01-01T00:00:00.000Z',
  hostname: 'gw1.example',
  procId: '4242',
  msgId: 'statement.intent',
  data: {
    id: 'glovebox@32473',
    params: [
      ['idx', '6'],
      ['leaf', '0cfda576'],
      ['sql', `select "a" from t where x=']'`],
    ],
  },
  text: 'alice ran a query',
  ...more,
})

test('one frame, octet for octet', () => {
  const wanted =
    '175 <110>1 2026-01-01T00:00:00.000Z gw1.example glovebox 4242 statement.intent ' +
    '[glovebox@32473 idx="6" leaf="0cfda576" sql="select \\"a\\" from t where x=\'\\]\'"] \u{feff}alice ran a query'
  assert.equal(frameOf(message()).toString('utf8'), wanted)
})

/** Messages of a byte stream that is framed by octet counting; undefined where it is cut. */
function framesIn(bytes: Buffer): string[] {
  const found: string[] = []
  for (let at = 0; at < bytes.length;) {
    const blank = bytes.indexOf(32, at)
    if (blank < 0) break
    const length = Number(bytes.subarray(at, blank).toString())
    assert.ok(Number.isSafeInteger(length) && length > 0, 'a frame begins with its count')
    if (blank + 1 + length > bytes.length) break
    found.push(bytes.subarray(blank + 1, blank + 1 + length).toString('utf8'))
    at = blank + 1 + length
  }
  return found
}

test('any text: the count is right, the data is whole, the message is cut between characters', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.string({ unit: 'binary' }),
      fc.integer({ min: 200, max: 600 }),
      (text, value, most) => {
        fc.pre(text.isWellFormed() && value.isWellFormed() && Buffer.byteLength(value) < 60)
        const frame = frameOf(message({ text, data: { id: 'glovebox@32473', params: [['v', value]] } }), most)
        const [only, ...more] = framesIn(frame)
        assert.ok(only !== undefined && more.length === 0)
        assert.ok(Buffer.byteLength(only) <= Math.max(most, 300))
        const parts =
          /^<110>1 \S+ \S+ glovebox \S+ \S+ \[glovebox@32473 v="((?:[^"\\\]]|\\["\\\]])*)"\] \ufeff([^]*)$/.exec(only)
        assert.ok(parts, only)
        assert.equal(parts[1]?.replaceAll(/\\(["\\\]])/g, '$1'), value)
        assert.ok(text.startsWith(parts[2] ?? '?'))
        assert.ok(!parts[2]?.includes('\ufffd') || text.includes('\ufffd'))
      },
    ),
    { numRuns: 300 },
  )
})

test('names that are not printable ASCII become -', () => {
  const [only] = framesIn(frameOf(message({ hostname: 'höst nâme', msgId: 'x'.repeat(50), procId: 'ü' })))
  assert.match(only ?? '', /^<110>1 \S+ hstnme glovebox - x{32} \[/)
})

type Conduct = (socket: net.Socket, take: (chunk: Buffer) => void) => void

/** Reads to the end and ends, as a receiver should. */
const wellBehaved: Conduct = (socket, take) => void socket.on('data', take).on('error', () => undefined)

/** A TCP receiver with a conduct that may be replaced while it runs. */
async function tcpReceiver(t: TestContext, conduct: Conduct) {
  const streams: Buffer[][] = []
  const receiver = {
    conduct,
    port: 0,
    streams,
    ids: (): string[] => streams.flatMap((chunks) => idsIn(Buffer.concat(chunks))),
  }
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    const chunks: Buffer[] = []
    streams.push(chunks)
    socket.on('error', () => undefined)
    receiver.conduct(socket, (chunk) => chunks.push(chunk))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  receiver.port = (server.address() as net.AddressInfo).port
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return receiver
}

const idsIn = (bytes: Buffer): string[] => framesIn(bytes).map((frame) => / idx="(\d+)"/.exec(frame)?.[1] ?? frame)
const status = ({ exporters }: Delivered) => exporters.list()[0]
const all = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i))

function setUp(t: TestContext, port: number, attemptMs?: number): Delivered {
  const delivered = deliver([sink({ kind: 'syslog', url: `tcp://127.0.0.1:${port}` })], attemptMs)
  t.after(() => delivered.close())
  return delivered
}

test('a receiver that reads everything and ends: acknowledged, each entry once', async (t) => {
  const receiver = await tcpReceiver(t, wellBehaved)
  const delivered = setUp(t, receiver.port)
  await delivered.write(2_000)
  await until(
    () => status(delivered)?.cursor === 2_000,
    10_000,
    () => status(delivered),
  )
  assert.deepEqual(receiver.ids(), all(2_000))
})

for (const [what, bad] of [
  ['resets at once', (socket) => void socket.resetAndDestroy()],
  ['closes with bytes unread', (socket) => void setTimeout(() => socket.destroy(), 60).unref()],
  ['closes after the first bytes', (socket) => void socket.once('data', () => socket.end())],
  ['reads nothing and keeps the connection', () => undefined],
  ['reads everything and never ends', (socket) => void ((socket.allowHalfOpen = true), socket.resume())],
] satisfies [string, Conduct][])
  test(`a receiver that ${what} acknowledges nothing; afterwards everything arrives`, async (t) => {
    const receiver = await tcpReceiver(t, bad)
    const delivered = setUp(t, receiver.port, 700)
    await delivered.write(3_000)
    await until(
      () => (status(delivered)?.failures ?? 0) >= 2,
      10_000,
      () => status(delivered),
    )
    assert.equal(status(delivered)?.cursor, 0)
    receiver.streams.length = 0
    receiver.conduct = wellBehaved
    await until(
      () => status(delivered)?.cursor === 3_000,
      20_000,
      () => status(delivered),
    )
    assert.equal(new Set(receiver.ids()).size, 3_000)
  })

test('after a break the last acknowledged entries are sent again: the receiver may have lost what it had read', async (t) => {
  const receiver = await tcpReceiver(t, wellBehaved)
  const delivered = setUp(t, receiver.port)
  await delivered.write(1_000)
  await until(
    () => status(delivered)?.cursor === 1_000,
    10_000,
    () => status(delivered),
  )
  receiver.conduct = (socket) => void socket.resetAndDestroy()
  await delivered.write(1)
  await until(
    () => status(delivered)?.state === 'failing',
    10_000,
    () => status(delivered),
  )
  receiver.streams.length = 0
  receiver.conduct = wellBehaved
  await until(
    () => status(delivered)?.cursor === 1_001,
    10_000,
    () => status(delivered),
  )
  assert.deepEqual(receiver.ids(), all(1_001).slice(500))
})

test('over TLS the chain and the name are checked before anything is sent', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'glovebox-syslog-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const ours = await certificates(join(dir, 'ours'), ['127.0.0.1', 'localhost'], Date.now())
  const other = await certificates(join(dir, 'other'), ['localhost'], Date.now())
  const read: Buffer[] = []
  const server = tls.createServer({ cert: ours.cert, key: ours.key }, (socket) => {
    socket.on('data', (chunk: Buffer) => read.push(chunk)).on('error', () => undefined)
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as net.AddressInfo
  const url = `tls://127.0.0.1:${port}`
  const wrong = deliver([sink({ kind: 'syslog', url, ca: readFileSync(other.caFile, 'utf8') })])
  const right = deliver([sink({ kind: 'syslog', url, ca: readFileSync(ours.caFile, 'utf8') })])
  t.after(() => Promise.all([wrong.close(), right.close()]))
  await wrong.write(5)
  await until(() => (status(wrong)?.failures ?? 0) > 1)
  assert.equal(status(wrong)?.cursor, 0)
  assert.deepEqual(read, [])
  await right.write(5)
  await until(
    () => status(right)?.cursor === 5,
    10_000,
    () => status(right),
  )
  assert.deepEqual(idsIn(Buffer.concat(read)), all(5))
})

test('rsyslog over TLS, stopped and killed under load and started again: every entry arrives, under one id each', async (t) => {
  if (!need(t, 'rsyslog')) return
  const dir = mkdtempSync(join(tmpdir(), 'glovebox-rsyslog-'))
  const { caFile } = await certificates(dir, ['127.0.0.1'], Date.now())
  const receiver = await rsyslog(dir, { ca: caFile, cert: join(dir, 'server.pem'), key: join(dir, 'server.key') })
  const delivered = deliver(
    [sink({ kind: 'syslog', url: `tls://127.0.0.1:${receiver.port}`, ca: readFileSync(caFile, 'utf8') })],
    10_000,
  )
  t.after(async () => {
    await delivered.close()
    await receiver.kill()
    rmSync(dir, { recursive: true })
  })
  await receiver.start()
  let isLoading = true
  const load = (async () => {
    while (isLoading) {
      await delivered.write(100)
      await after(20)
    }
  })()
  await until(
    () => receiver.lines().length > 500,
    20_000,
    () => status(delivered),
  )
  await receiver.stop()
  await after(3_000)
  assert.equal(status(delivered)?.state, 'failing')
  await receiver.start()
  const before = receiver.lines().length
  await until(
    () => receiver.lines().length > before + 2_000,
    20_000,
    () => status(delivered),
  )
  await receiver.kill()
  await after(1_000)
  await receiver.start()
  await after(2_000)
  isLoading = false
  await load
  const written = delivered.journal.size
  await until(
    () => status(delivered)?.cursor === written,
    30_000,
    () => status(delivered),
  )
  await receiver.stop() // writes down what it still holds
  const ids = new Map<string, string>()
  for (const line of receiver.lines()) {
    const [, id = '', index = ''] = /^\[glovebox@32473 id="([^"]+)" idx="(\d+)" leaf="[0-9a-f]{64}"\]/.exec(line) ?? []
    assert.ok(id !== '', line.slice(0, 200))
    assert.ok((ids.get(index) ?? id) === id, `entry ${index} came under two ids`)
    ids.set(index, id)
    assert.equal((JSON.parse(line.slice(line.indexOf('{'))) as { metadata: { uid: string } }).metadata.uid, id)
  }
  assert.equal(ids.size, written)
  t.diagnostic(`${written} entries, ${receiver.lines().length} lines`)
})
