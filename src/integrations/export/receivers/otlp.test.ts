// OTLP logs over HTTP by the document: names, integers as text, what a 200 with partialSuccess means, and what is final.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { deliver, sink, until, type Delivered } from '../../../../test/lib/delivery.ts'
import { httpReceiver, type Heard, type Said } from '../../../../test/lib/http-receiver.ts'

interface Logged {
  readonly timeUnixNano: string
  readonly observedTimeUnixNano: string
  readonly severityNumber: number
  readonly severityText: string
  readonly eventName: string
  readonly body: { readonly stringValue: string }
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[]
}

/** Ids of the records of one request, checked for their form. */
function idsOf({ body, headers, path, method }: Heard): string[] {
  assert.equal(`${method} ${path}`, 'POST /v1/logs')
  assert.equal(headers['content-type'], 'application/json')
  const sent = JSON.parse(body) as {
    resourceLogs: [
      { resource: { attributes: unknown[] }; scopeLogs: [{ scope: { name: string }; logRecords: Logged[] }] },
    ]
  }
  assert.deepEqual(Object.keys(sent), ['resourceLogs'])
  assert.deepEqual(sent.resourceLogs[0].resource.attributes[0], {
    key: 'service.name',
    value: { stringValue: 'glovebox' },
  })
  return sent.resourceLogs[0].scopeLogs[0].logRecords.map((record) => {
    assert.match(record.timeUnixNano, /^1\d{18}$/, '64-bit integers travel as text')
    assert.equal(record.severityNumber, 9)
    assert.equal(record.severityText, 'INFO')
    assert.equal(record.eventName, 'audit.searched')
    assert.equal((JSON.parse(record.body.stringValue) as { class_uid: number }).class_uid, 1008)
    const index = record.attributes.find(({ key }) => key === 'glovebox.index')
    assert.match(String(index?.value['intValue']), /^\d+$/)
    return String(record.attributes.find(({ key }) => key === 'log.record.uid')?.value['stringValue'])
  })
}

const status = ({ exporters }: Delivered) => exporters.list()[0]

async function setUp(t: TestContext, answer: (heard: Heard, count: number) => Said) {
  const receiver = await httpReceiver(answer)
  const delivered = deliver([sink({ kind: 'otlp', url: `${receiver.url}/`, token: 'b3arer' })], 300)
  t.after(async () => {
    await delivered.close()
    await receiver.down()
  })
  return { receiver, delivered }
}

test('records arrive once each, under their ids', async (t) => {
  const ids: string[] = []
  const { receiver, delivered } = await setUp(t, (heard) => {
    ids.push(...idsOf(heard))
    return { body: '{}' }
  })
  await delivered.write(3_000)
  await until(
    () => status(delivered)?.cursor === 3_000,
    20_000,
    () => status(delivered),
  )
  assert.equal(new Set(ids).size, 3_000)
  assert.equal(receiver.heard[0]?.headers['authorization'], 'Bearer b3arer')
})

test('partialSuccess: what was rejected is dropped there, so it is set aside and not sent again', async (t) => {
  const { receiver, delivered } = await setUp(t, () => ({
    body: '{"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"too old"}}',
  }))
  await delivered.write(5)
  await until(
    () => status(delivered)?.cursor === 5,
    10_000,
    () => status(delivered),
  )
  assert.equal(receiver.heard.length, 1)
  const [aside] = delivered.exporters.setAside('siem', 5)
  assert.deepEqual([aside?.first, aside?.last], [0, 4])
  assert.match(aside?.why ?? '', /2 rejected «too old»/)
})

test('partialSuccess with a warning alone rejects nothing', async (t) => {
  const { delivered } = await setUp(t, () => ({ body: '{"partialSuccess":{"errorMessage":"slow down"}}' }))
  await delivered.write(5)
  await until(() => status(delivered)?.cursor === 5)
  assert.equal(status(delivered)?.setAside, 0)
})

for (const [what, bad] of [
  ['429', { status: 429 }],
  ['502', { status: 502 }],
  ['503', { status: 503, headers: { 'retry-after': '0' } }],
  ['504', { status: 504 }],
  ['500', { status: 500 }],
  ['401', { status: 401 }],
  ['404', { status: 404 }],
  ['garbage', { body: '\0\x01' }],
  ['nonsense in partialSuccess', { body: '{"partialSuccess":{"rejectedLogRecords":"many"}}' }],
  ['silence', 'hang'],
  ['half an answer', 'reset'],
] as const)
  test(`${what} acknowledges nothing; afterwards everything arrives`, async (t) => {
    let isBad = true
    const ids = new Set<string>()
    const { receiver, delivered } = await setUp(t, (heard) => {
      if (isBad) return bad as Said
      for (const id of idsOf(heard)) ids.add(id)
      return { body: '{}' }
    })
    await delivered.write(4)
    await until(
      () => receiver.heard.length >= 2,
      10_000,
      () => status(delivered),
    )
    assert.equal(status(delivered)?.cursor, 0)
    isBad = false
    await until(
      () => status(delivered)?.cursor === 4,
      10_000,
      () => status(delivered),
    )
    assert.equal(ids.size, 4)
    assert.equal(status(delivered)?.setAside, 0)
  })

test('400 is about the content: the one record is found and set aside', async (t) => {
  const { delivered } = await setUp(t, (heard) =>
    idsOf(heard).some((id) => id.includes('-2-')) ? { status: 400 } : {},
  )
  await delivered.write(6)
  await until(
    () => status(delivered)?.cursor === 6,
    10_000,
    () => status(delivered),
  )
  assert.deepEqual(
    delivered.exporters.setAside('siem', 5).map(({ first, last }) => [first, last]),
    [[2, 2]],
  )
})

test('400 for whatever is sent is about the receiver: nothing is set aside, and few are tried', async (t) => {
  let isWrong = true
  const ids = new Set<string>()
  const { receiver, delivered } = await setUp(t, (heard) => {
    if (isWrong) return { status: 400, body: 'only protobuf here' }
    for (const id of idsOf(heard)) ids.add(id)
    return {}
  })
  await delivered.write(500)
  await until(
    () => (status(delivered)?.failures ?? 0) >= 2,
    10_000,
    () => status(delivered),
  )
  assert.equal(status(delivered)?.setAside, 0)
  assert.equal(status(delivered)?.cursor, 0)
  assert.match(status(delivered)?.problem ?? '', /whatever is sent is refused: it answered 400 «only protobuf here»/)
  assert.ok(receiver.heard.length <= 20 * ((status(delivered)?.failures ?? 0) + 1), String(receiver.heard.length))
  isWrong = false
  await until(
    () => status(delivered)?.cursor === 500,
    10_000,
    () => status(delivered),
  )
  assert.equal(ids.size, 500)
})

test('a single entry that is refused waits until another one is taken', async (t) => {
  const { delivered } = await setUp(t, (heard) =>
    idsOf(heard).some((id) => id.includes('-0-')) ? { status: 400 } : {},
  )
  await delivered.write(1)
  await until(
    () => (status(delivered)?.failures ?? 0) >= 2,
    10_000,
    () => status(delivered),
  )
  assert.equal(status(delivered)?.setAside, 0)
  await delivered.write(1)
  await until(
    () => status(delivered)?.cursor === 2,
    10_000,
    () => status(delivered),
  )
  assert.equal(status(delivered)?.setAside, 1)
})

test('the first forty are refused and the last one too: they alone are set aside', async (t) => {
  const { delivered } = await setUp(t, (heard) =>
    idsOf(heard).some((id) => Number(id.split('-')[1]) < 40 || id.includes('-99-')) ? { status: 400 } : {},
  )
  await delivered.write(100)
  await until(
    () => status(delivered)?.cursor === 100,
    20_000,
    () => status(delivered),
  )
  assert.equal(status(delivered)?.setAside, 41)
})
