// The event collector by the document: concatenated objects, acknowledgement by channel, and its codes.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { deliver, sink, until, type Delivered } from '../../../../test/lib/delivery.ts'
import { httpReceiver, type Heard, type Said } from '../../../../test/lib/http-receiver.ts'
import { splunk } from './splunk.ts'
import type { Item, Verdict } from '../types.ts'

interface HecEvent {
  readonly time: number
  readonly source: string
  readonly sourcetype: string
  readonly index?: string
  readonly event: { readonly metadata: { readonly uid: string } }
  readonly fields: Readonly<Record<string, string>>
}

/** Events of one body, checked for their form. */
function eventsOf({ body, headers, path, method }: Heard): HecEvent[] {
  assert.equal(`${method} ${path}`, 'POST /services/collector/event')
  assert.equal(headers['authorization'], 'Splunk t0ken')
  return body.split('\n').map((line) => {
    const event = JSON.parse(line) as HecEvent
    assert.equal(event.source, 'glovebox')
    assert.equal(event.sourcetype, 'glovebox:audit')
    assert.ok(event.time > 1.7e9 && event.time < 4e9, 'seconds')
    assert.ok(
      Object.values(event.fields).every((value) => typeof value === 'string'),
      'fields are flat and text',
    )
    assert.equal(event.fields['event_id'], event.event.metadata.uid)
    return event
  })
}

/** A collector with an indexer behind it that acknowledges at the second question, once. */
function collector() {
  const indexed = new Set<string>()
  const pending = new Map<number, { ids: string[]; asked: number }>()
  let next = 0
  let channel: unknown
  return {
    indexed,
    /** What it took and has not indexed is gone. */
    lose: () => pending.clear(),
    answer: (heard: Heard): Said => {
      const asks = /^\/services\/collector\/ack\?channel=([0-9a-f-]{36})$/.exec(heard.path)
      if (!asks) {
        channel = heard.headers['x-splunk-request-channel']
        pending.set(next, { ids: eventsOf(heard).map(({ fields }) => fields['event_id'] ?? ''), asked: 0 })
        return { body: JSON.stringify({ text: 'Success', code: 0, ackId: next++ }) }
      }
      assert.equal(asks[1], channel)
      const { acks } = JSON.parse(heard.body) as { acks: number[] }
      return {
        body: JSON.stringify({
          acks: Object.fromEntries(
            acks.map((id) => {
              const one = pending.get(id)
              if (one === undefined || one.asked++ < 1) return [id, false]
              for (const event of one.ids) indexed.add(event)
              pending.delete(id)
              return [id, true]
            }),
          ),
        }),
      }
    },
  }
}

const status = ({ exporters }: Delivered) => exporters.list()[0]

async function setUp(t: TestContext, answer: (heard: Heard, count: number) => Said) {
  const receiver = await httpReceiver(answer)
  const delivered = deliver([sink({ kind: 'splunk', url: receiver.url, token: 't0ken' })])
  t.after(async () => {
    await delivered.close()
    await receiver.down()
  })
  return { receiver, delivered }
}

const item = (index: number): Item => ({
  index,
  id: `log-${index}`,
  time: 1_767_225_600_123,
  type: 'action.admitted',
  severity: 1,
  hash: 'ab',
  event: { metadata: { uid: `log-${index}` } },
  text: '{}',
})

async function sendOnce(t: TestContext, answer: (heard: Heard, count: number) => Said, ackMs = 100): Promise<Verdict> {
  const receiver = await httpReceiver(answer)
  const client = splunk({
    url: new URL(receiver.url),
    authorization: 'Splunk t0ken',
    ack: true,
    host: 'gw',
    pollMs: 5,
    ackMs,
  })
  t.after(async () => {
    client.close()
    await receiver.down()
  })
  return client.send([item(1), item(2)], AbortSignal.timeout(3_000))
}

test('with acknowledgement: done once the indexer says so', async (t) => {
  const one = collector()
  assert.deepEqual(await sendOnce(t, one.answer), {})
  assert.deepEqual([...one.indexed], ['log-1', 'log-2'])
})

test('accepted and lost: no acknowledgement, so it is sent again', async (t) => {
  const one = collector()
  const sent = sendOnce(t, (heard) => {
    const said = one.answer(heard)
    one.lose()
    return said
  })
  await assert.rejects(sent, /did not acknowledge/)
})

test('a token without acknowledgement is somebody’s to mend', async (t) => {
  await assert.rejects(
    sendOnce(t, () => ({ body: '{"text":"Success","code":0}' })),
    /gave no ackId/,
  )
})

test('without acknowledgement: 200 is enough, time is in seconds, nothing is asked', async (t) => {
  const heard: HecEvent[] = []
  const { receiver, delivered } = await setUp(t, (one) => {
    heard.push(...eventsOf(one))
    return { body: '{"text":"Success","code":0}' }
  })
  await delivered.write(2_500)
  await until(
    () => status(delivered)?.cursor === 2_500,
    10_000,
    () => status(delivered),
  )
  assert.equal(new Set(heard.map(({ fields }) => fields['event_id'])).size, 2_500)
  assert.ok(receiver.heard.every(({ body }) => Buffer.byteLength(body) <= 2_000_000))
})

for (const [statusCode, code] of [
  [503, 9],
  [500, 8],
  [403, 4],
  [401, 3],
  [400, 7],
  [400, 10],
  [400, 14],
] as const)
  test(`code ${code} holds everything back and sets nothing aside`, async (t) => {
    let isBad = true
    const { receiver, delivered } = await setUp(t, () =>
      isBad ? { status: statusCode, body: JSON.stringify({ text: 'no', code }) } : { body: '{"code":0}' },
    )
    await delivered.write(3)
    await until(
      () => receiver.heard.length >= 3,
      10_000,
      () => status(delivered),
    )
    assert.equal(status(delivered)?.cursor, 0)
    assert.equal(status(delivered)?.setAside, 0)
    isBad = false
    await until(
      () => status(delivered)?.cursor === 3,
      10_000,
      () => status(delivered),
    )
  })

test('code 6 is about the content: the one event is found and set aside', async (t) => {
  const taken = new Set<string>()
  const { delivered } = await setUp(t, (heard) => {
    const ids = eventsOf(heard).map(({ fields }) => fields['event_id'] ?? '')
    if (ids.some((id) => id.includes('-11-'))) return { status: 400, body: '{"text":"Invalid data format","code":6}' }
    for (const id of ids) taken.add(id)
    return { body: '{"code":0}' }
  })
  await delivered.write(30)
  await until(
    () => status(delivered)?.cursor === 30,
    10_000,
    () => status(delivered),
  )
  assert.equal(taken.size, 29)
  assert.equal(delivered.exporters.setAside('siem', 5)[0]?.first, 11)
})

for (const [what, bad] of [
  ['garbage', { body: 'OK' }],
  ['another code', { body: '{"code":1}' }],
  ['half an answer', 'reset'],
] as const)
  test(`${what} acknowledges nothing`, async (t) => {
    const { receiver, delivered } = await setUp(t, () => bad as Said)
    await delivered.write(3)
    await until(() => receiver.heard.length >= 2)
    assert.equal(status(delivered)?.cursor, 0)
  })
