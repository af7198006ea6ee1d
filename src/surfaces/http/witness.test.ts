// The door of a witness over real HTTP: content types as clients send them, bodies too large, rates, a witness that breaks.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { answer, sizeType, type WitnessDoor } from '../../tlog/witness.ts'
import { Buckets, witnessServer } from './witness.ts'

async function serve(t: TestContext, door: Partial<WitnessDoor>): Promise<{ url: string; said: string[] }> {
  const said: string[] = []
  const none = (): never => assert.fail('not asked')
  const server = await witnessServer({ add: none, newest: none, ...door }, (line) => said.push(line))
  t.after(() => server.close())
  await server.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.app.server.address() as { port: number }
  return { url: `http://127.0.0.1:${port}/witness`, said }
}

test('answers are passed on as they are, whatever type the client says it sends', async (t) => {
  const bodies: string[] = []
  const { url } = await serve(t, {
    add: (body) => {
      bodies.push(Buffer.from(body).toString())
      return answer(409, '7\n', sizeType)
    },
    newest: (hash) => answer(200, `${hash}\n`),
  })
  for (const type of ['text/plain', 'application/json', 'application/x-www-form-urlencoded', 'x/y; a=b', undefined]) {
    const headers = type === undefined ? {} : { 'content-type': type }
    const got = await fetch(`${url}/add-checkpoint`, { method: 'POST', headers, body: Buffer.from('old 0\n') })
    assert.deepEqual([got.status, got.headers.get('content-type'), await got.text()], [409, 'text/x.tlog.size', '7\n'])
  }
  assert.deepEqual(new Set(bodies), new Set(['old 0\n']))
  assert.equal(await (await fetch(`${url}/abc/checkpoint`)).text(), 'abc\n')
  assert.equal((await fetch(`${url}/add-checkpoint`)).status, 404)
  assert.equal((await fetch(`${url}/add-checkpoint`, { method: 'POST', body: 'x'.repeat(70_000) })).status, 413)
})

test('a witness that breaks says 503 and nothing else', async (t) => {
  const { url, said } = await serve(t, {
    add: () => {
      throw new Error('disk full at /secret/place')
    },
  })
  const got = await fetch(`${url}/add-checkpoint`, { method: 'POST', body: 'x' })
  assert.equal(got.status, 503)
  assert.equal((await got.text()).includes('secret'), false)
  assert.match(said.join(), /disk full/)
})

test('one address gets so much and no more, others go on, and memory is bounded', () => {
  let now = 0
  const buckets = new Buckets(() => now)
  const taken = (address: string, times: number): number =>
    Array.from({ length: times }, () => buckets.take(address)).filter((one) => one).length
  assert.equal(taken('a', 100), 60)
  assert.equal(taken('b', 1), 1)
  now += 1_000
  assert.equal(taken('a', 100), 20)
  for (let i = 0; i < 20_000; i++) buckets.take(`x${i}`)
  now += 3_600_000
  assert.equal(taken('a', 100), 60)
})
