// Bulk by the document: wire form, per-item verdicts, and every way in which a receiver can fail without an acknowledgement.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { deliver, sink, until, type Delivered } from '../../../../test/lib/delivery.ts'
import { httpReceiver, type Heard, type Said } from '../../../../test/lib/http-receiver.ts'

/** Actions and documents of one bulk, checked for their form. */
function bulkOf({
  body,
  headers,
  path,
  method,
}: Heard): { id: string; index: string; document: Record<string, unknown> }[] {
  assert.equal(`${method} ${path}`, 'POST /_bulk')
  assert.equal(headers['content-type'], 'application/x-ndjson')
  assert.ok(body.endsWith('\n'))
  const lines = body.slice(0, -1).split('\n')
  assert.equal(lines.length % 2, 0)
  return lines.flatMap((line, i) => {
    if (i % 2 === 1) return []
    const action = JSON.parse(line) as { create: { _index: string; _id: string } }
    assert.deepEqual(Object.keys(action), ['create'], 'a data stream takes nothing but create')
    assert.ok(Buffer.byteLength(action.create._id) <= 512)
    const document = JSON.parse(lines[i + 1] ?? '') as Record<string, unknown>
    assert.ok(typeof document['@timestamp'] === 'string')
    return [{ id: action.create._id, index: action.create._index, document }]
  })
}

/** An index that keeps documents by id, as the real one does. */
function indexOf(status: (id: string, count: number) => number = () => 201): {
  stored: Map<string, Record<string, unknown>>
  answer: (heard: Heard) => Said
} {
  const stored = new Map<string, Record<string, unknown>>()
  let count = 0
  return {
    stored,
    answer: (heard) => {
      const items = bulkOf(heard).map(({ id, index, document }) => {
        const wanted = stored.has(id) ? 409 : status(id, count++)
        if (wanted === 201) stored.set(id, document)
        return {
          create: {
            _index: index,
            _id: id,
            status: wanted,
            ...(wanted === 201 ? {} : { error: { type: `e${wanted}` } }),
          },
        }
      })
      return { body: JSON.stringify({ took: 1, errors: items.some(({ create }) => create.status !== 201), items }) }
    },
  }
}

async function setUp(t: TestContext, answer: (heard: Heard, count: number) => Said, attemptMs?: number) {
  const receiver = await httpReceiver(answer)
  const delivered = deliver([sink({ kind: 'elasticsearch', url: receiver.url, token: 'k3y' })], attemptMs)
  t.after(async () => {
    await delivered.close()
    await receiver.down()
  })
  return { receiver, delivered }
}

const isDone =
  ({ exporters, journal }: Delivered) =>
  () =>
    exporters.list()[0]?.cursor === journal.size && journal.size > 0
const status =
  ({ exporters }: Delivered) =>
  () =>
    exporters.list()[0]

test('documents arrive once each, with the token, in the data stream', async (t) => {
  const index = indexOf()
  const { receiver, delivered } = await setUp(t, index.answer)
  await delivered.write(12_000)
  await until(isDone(delivered), 20_000, status(delivered))
  assert.equal(index.stored.size, 12_000)
  assert.equal(receiver.heard[0]?.headers['authorization'], 'ApiKey k3y')
  assert.equal(bulkOf(receiver.heard[0] as Heard)[0]?.index, 'logs-glovebox.audit-default')
  const sequence = [...index.stored.values()].map((document) => (document['event'] as { sequence: number }).sequence)
  assert.deepEqual(
    sequence,
    Array.from({ length: 12_000 }, (_, i) => i),
  )
})

test('accepted and lost: the answer never came, the second time is a conflict, which is a success', async (t) => {
  const index = indexOf()
  const { receiver, delivered } = await setUp(t, (heard, count) => {
    const said = index.answer(heard)
    return count === 1 ? 'reset' : said
  })
  await delivered.write(20)
  await until(isDone(delivered), 5_000, status(delivered))
  assert.equal(index.stored.size, 20)
  assert.ok(receiver.heard.length >= 2)
  assert.equal(status(delivered)()?.setAside, 0)
})

test('one document is refused: set aside by its index, the others arrive, a re-send takes it', async (t) => {
  let isBroken = true
  const index = indexOf((id) => (id.includes('-7-') && isBroken ? 400 : 201))
  const { delivered } = await setUp(t, index.answer)
  await delivered.write(10)
  await until(isDone(delivered), 5_000, status(delivered))
  assert.equal(index.stored.size, 9)
  assert.equal(status(delivered)()?.setAside, 1)
  const [aside] = delivered.exporters.setAside('siem', 9)
  assert.equal(aside?.first, 7)
  assert.match(aside?.why ?? '', /^its status is 400 «.*e400/)
  assert.ok(delivered.said.some((line) => line.includes('j-7 was refused')))
  isBroken = false
  delivered.exporters.resend('siem', 7)
  await until(() => index.stored.size === 10, 5_000, status(delivered))
  assert.equal(status(delivered)()?.setAside, 0)
})

test('429 per item: that item again, and the cursor does not pass it before', async (t) => {
  let busy = 3
  const index = indexOf((id) => (id.includes('-3-') && busy-- > 0 ? 429 : 201))
  const { delivered } = await setUp(t, index.answer)
  await delivered.write(6)
  await until(() => index.stored.size === 5, 5_000, status(delivered))
  assert.ok((status(delivered)()?.cursor ?? 9) <= 3)
  await until(isDone(delivered), 5_000, status(delivered))
  assert.equal(index.stored.size, 6)
})

for (const [what, bad] of [
  ['503', { status: 503, body: 'down' }],
  ['429 with Retry-After', { status: 429, headers: { 'retry-after': '0' } }],
  ['401', { status: 401, body: '{"error":"no"}' }],
  ['garbage', { body: '<html>it works</html>' }],
  ['fewer items than were sent', { body: '{"errors":false,"items":[]}' }],
  [
    'items of other documents',
    { body: JSON.stringify({ items: Array(5).fill({ create: { _id: 'other', status: 201 } }) }) },
  ],
  ['items without a status', { body: JSON.stringify({ items: Array(5).fill({}) }) }],
  ['silence', 'hang'],
  ['half an answer', 'reset'],
] as const)
  test(`${what} acknowledges nothing; afterwards everything arrives`, async (t) => {
    const index = indexOf()
    let isBad = true
    const { receiver, delivered } = await setUp(t, (heard) => (isBad ? (bad as Said) : index.answer(heard)), 150)
    await delivered.write(5)
    await until(() => receiver.heard.length >= 3, 10_000, status(delivered))
    assert.equal(status(delivered)()?.cursor, 0)
    assert.equal(status(delivered)()?.state, 'failing')
    assert.equal(status(delivered)()?.setAside, 0)
    isBad = false
    await until(isDone(delivered), 10_000, status(delivered))
    assert.equal(index.stored.size, 5)
    assert.equal(status(delivered)()?.problem, undefined)
  })

test('down for long, while the record grows: nothing is kept in memory, everything arrives, also over a restart', async (t) => {
  const index = indexOf()
  const { receiver, delivered } = await setUp(t, index.answer)
  await delivered.write(10)
  await until(isDone(delivered), 5_000, status(delivered))
  await receiver.down()
  for (let i = 0; i < 20; i++) await delivered.write(1_000)
  await until(() => status(delivered)()?.state === 'failing', 5_000, status(delivered))
  assert.equal(status(delivered)()?.behind, 20_000)
  await delivered.restart()
  assert.equal(status(delivered)()?.cursor, 10, 'the cursor is durable')
  await delivered.write(1)
  await receiver.up()
  await until(isDone(delivered), 20_000, status(delivered))
  assert.equal(index.stored.size, 20_011)
})

test('a bulk that is too long (413) is sent in pieces', async (t) => {
  const index = indexOf()
  const { delivered } = await setUp(t, (heard) => (heard.body.length > 20_000 ? { status: 413 } : index.answer(heard)))
  await delivered.write(300)
  await until(isDone(delivered), 10_000, status(delivered))
  assert.equal(index.stored.size, 300)
  assert.equal(status(delivered)()?.setAside, 0)
})

test('one sink that is down delays no other', async (t) => {
  const index = indexOf()
  const receiver = await httpReceiver(index.answer)
  const delivered = deliver([
    sink({ name: 'down', kind: 'elasticsearch', url: 'http://127.0.0.1:1' }),
    sink({ name: 'up', kind: 'elasticsearch', url: receiver.url }),
  ])
  t.after(async () => {
    await delivered.close()
    await receiver.down()
  })
  await delivered.write(50)
  await until(() => index.stored.size === 50)
  assert.equal(delivered.exporters.list()[0]?.state, 'failing')
})

test('what a receiver quotes of a payload is neither kept nor said (G9)', async (t) => {
  const receiver = await httpReceiver((heard, count) => {
    if (count <= 2) return { status: 503, body: `busy with ${heard.body}` }
    const items = bulkOf(heard).map(({ id, document }, i) => ({
      create: { _id: id, status: i === 0 ? 400 : 201, error: { reason: `cannot parse ${JSON.stringify(document)}` } },
    }))
    return { body: JSON.stringify({ items }) }
  })
  const delivered = deliver([sink({ kind: 'elasticsearch', url: receiver.url, payload: true })])
  t.after(async () => {
    await delivered.close()
    await receiver.down()
  })
  await delivered.write(3, 'text:SECRET-WORD')
  await until(isDone(delivered), 10_000, status(delivered))
  assert.ok(receiver.heard.some(({ body }) => body.includes('SECRET-WORD')))
  const told = [delivered.said, delivered.exporters.setAside('siem', 9), status(delivered)()]
  assert.match(JSON.stringify(told), /its status is 400/)
  assert.doesNotMatch(JSON.stringify(told), /SECRET-WORD/)
})
