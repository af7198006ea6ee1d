// The web door from outside: who may call what (every route of the router is swept), what comes in and goes out, what a
// browser page of somebody else's gets, and what broken input does.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parseConfig } from '../../src/config.ts'
import { errors, isRefusal } from '../../src/core/error.ts'
import { startGateway, type Gateway } from '../../src/gateway.ts'
import { setUser } from '../../src/offline.ts'
import type { Needs } from '../../src/operations/operation.ts'
import { operations } from '../../src/operations/registry.ts'

const data = mkdtempSync(join(tmpdir(), 'glovebox-api-'))
const tokens: Record<string, string> = {}
let gateway: Gateway

const yaml = `
gateway: { listen: { web: 127.0.0.1:0, postgres: 127.0.0.1:0 } }
targets:
  pg-orders: { protocol: postgres, url: postgresql://app@127.0.0.1:1/orders }
  pg-stock: { protocol: postgres, url: postgresql://app@127.0.0.1:1/stock }
users:
  ana: { groups: [engineers] }
  ben: { groups: [platform-leads] }
  eve: {}
`

before(async () => {
  gateway = await startGateway({
    config: parseConfig(yaml, { file: join(data, 'glovebox.yaml'), env: {} }),
    data: join(data, 'state'),
    log: () => undefined,
  })
  for (const name of ['ana', 'ben', 'eve']) {
    const made = await setUser(join(data, 'state'), { name, tokenOnly: true })
    assert.ok(!isRefusal(made))
    tokens[name] = made.token
  }
})

after(async () => {
  await gateway.close()
  rmSync(data, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: Record<string, unknown>
}

async function ask(
  method: string,
  path: string,
  options: { as?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { as, body } = options
  const response = await fetch(gateway.web + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(as === undefined ? {} : { authorization: `Bearer ${tokens[as]}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const json =
    (response.headers.get('content-type') ?? '').includes('json') && text !== ''
      ? (JSON.parse(text) as Record<string, unknown>)
      : {}
  return { status: response.status, headers: response.headers, text, json }
}

/** fetch sets Host and Origin itself; this sends them as given. */
function raw(headers: Record<string, string>, path = '/'): Promise<number> {
  const { port } = new URL(gateway.web)
  return new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port, path, headers }, (response) => resolve(response.resume().statusCode ?? 0))
      .on('error', reject)
      .end()
  })
}

const concrete = (path: string): string =>
  path.replace(/:(\w+)/g, (_, field: string) => (field === 'target' ? 'pg-orders' : 'x-aaaaaaaaaaaa'))

test('every route of the router has a row, and every operation a route', () => {
  const known = new Map<string, Needs>(
    operations.map((operation) => [`${operation.method} /api${operation.path}`, operation.needs]),
  )
  const ours = new Map<string, Needs>([
    ...['/', '/api', '/errors', '/api/openapi.json', '/healthz', '/readyz', '/metrics'].map(
      (path) => [`GET ${path}`, 'nobody'] as const,
    ),
    ['GET /api/v1/events', 'signed-in'] as const,
    ['GET /api/v1/audit/exports/:id', 'audit'] as const,
  ])
  for (const [route, needs] of gateway.routes) {
    const get = route.replace(/^HEAD /, 'GET ')
    assert.equal(needs, known.get(get) ?? ours.get(get), `${route} is in no table`)
  }
  for (const route of known.keys()) assert.ok(gateway.routes.has(route), `${route} is not served`)
})

test('no route but the open ones answers without a token, and duties answer nobody who has none', async () => {
  for (const [route, needs] of gateway.routes) {
    const [method = '', path = ''] = route.split(' ')
    if (path === '/api/v1/events' && method === 'HEAD') continue
    const body = method === 'POST' || method === 'PUT' ? {} : undefined
    const open = await ask(method, concrete(path), body === undefined ? {} : { body })
    if (needs === 'nobody') {
      assert.ok(open.status < 400 || (body !== undefined && open.status === 400), `${route}: ${open.status}`)
      continue
    }
    assert.equal(open.status, 401, route)
    assert.match(open.headers.get('www-authenticate') ?? '', /^Bearer/)
    const wrong = await ask(method, concrete(path), {
      headers: { authorization: 'Bearer gbx_u0000000000000000000000000000000000000000' },
      ...(body === undefined ? {} : { body }),
    })
    assert.ok([401, 429].includes(wrong.status), `${route}: ${wrong.status}`)
    if (needs === 'signed-in') continue
    const eve = await ask(method, concrete(path), { as: 'eve', ...(body === undefined ? {} : { body }) })
    assert.ok([400, 401, 403, 404, 429].includes(eve.status), `${route} let somebody in who has no duty: ${eve.status}`)
  }
})

test('a request goes from asking to a connection string, and outsiders see none of it', async () => {
  const made = await ask('POST', '/api/v1/requests', {
    as: 'ana',
    body: { target: 'pg-orders', level: 'read', for: '30m', why: 'PD-4412' },
  })
  assert.equal(made.status, 200, made.text)
  const id = String(made.json.id)
  assert.equal((await ask('GET', `/api/v1/requests/${id}`, { as: 'eve' })).status, 404)
  assert.equal((await ask('GET', '/api/v1/requests?all=true', { as: 'eve' })).text, '{"requests":[]}')
  const own = await ask('POST', `/api/v1/requests/${id}/approve`, { as: 'ana', body: {} })
  assert.equal(own.status, 403, own.text)
  assert.equal(own.json.code, 'GBX-1105')
  const approved = await ask('POST', `/api/v1/requests/${id}/approve`, { as: 'ben', body: {} })
  assert.equal(approved.status, 200, approved.text)
  const connection = await ask('POST', '/api/v1/targets/pg-orders/connect', { as: 'ana', body: {} })
  assert.match(String(connection.json.dsn), /^postgresql:\/\/ana:gbx_d\w+@127\.0\.0\.1:\d+\/pg-orders$/)
  assert.equal(connection.headers.get('cache-control'), 'no-store')
})

test('a password that one has set signs in; a wrong one is no more than wrong', async () => {
  const password = 'tea pots whistle at noon'
  assert.equal((await ask('PUT', '/api/v1/password', { as: 'ana', body: { password } })).status, 200)
  const signed = await ask('POST', '/api/v1/login', { body: { user: 'ana', password } })
  assert.equal(signed.status, 200, signed.text)
  const who = await ask('GET', '/api/v1/whoami', { headers: { authorization: `Bearer ${String(signed.json.token)}` } })
  assert.equal(who.json.user, 'ana')
  const [wrong, nobody] = [
    await ask('POST', '/api/v1/login', { body: { user: 'ana', password: 'x' } }),
    await ask('POST', '/api/v1/login', { body: { user: 'nobody', password } }),
  ]
  assert.deepEqual([wrong.status, wrong.json.title, wrong.json.why], [401, nobody.json.title, nobody.json.why])
})

test('a connection password opens no API', async () => {
  const { json } = await ask('POST', '/api/v1/targets/pg-orders/connect', { as: 'ana', body: {} })
  const password = new URL(String(json.dsn)).password
  const answer = await ask('GET', '/api/v1/requests', { headers: { authorization: `Bearer ${password}` } })
  assert.ok([401, 429].includes(answer.status))
})

test('state changes come as events, only to whom they concern', async () => {
  const listen = async (as: string): Promise<{ seen: string[]; stop: () => void }> => {
    const stop = new AbortController()
    const response = await fetch(`${gateway.web}/api/v1/events`, {
      headers: { authorization: `Bearer ${tokens[as]}` },
      signal: stop.signal,
    })
    assert.equal(response.headers.get('content-type'), 'text/event-stream')
    const seen: string[] = []
    void (async () => {
      try {
        for await (const chunk of response.body as ReadableStream<Uint8Array>)
          seen.push(new TextDecoder().decode(chunk))
      } catch {
        // the stream was cut by the test's end
      }
    })()
    return { seen, stop: () => stop.abort() }
  }
  const [ben, eve] = await Promise.all([listen('ben'), listen('eve')])
  const { json } = await ask('POST', '/api/v1/requests', {
    as: 'ana',
    body: { target: 'pg-stock', level: 'observe', why: 'plans' },
  })
  const id = String(json.id)
  for (let i = 0; i < 40 && !ben.seen.join('').includes(id); i++)
    await new Promise((resolve) => setTimeout(resolve, 25))
  assert.match(ben.seen.join(''), new RegExp(id))
  assert.ok(!eve.seen.join('').includes(id))
  ben.stop()
  eve.stop()
})

test('a stream ends when its reader is locked', async () => {
  const response = await fetch(`${gateway.web}/api/v1/events`, { headers: { authorization: `Bearer ${tokens.eve}` } })
  const ended = new Response(response.body).text()
  const lock = await ask('POST', '/api/v1/locks', {
    as: 'ben',
    body: { kind: 'user', name: 'eve', why: 'laptop lost' },
  })
  assert.equal(lock.status, 200, lock.text)
  const started = performance.now()
  await ended
  assert.ok(performance.now() - started < 3_000)
  assert.equal((await ask('GET', '/api/v1/requests', { as: 'eve' })).json.code, 'GBX-1108')
})

test('a client that sends its headers one by one does not keep others out', async () => {
  const { port } = new URL(gateway.web)
  const slow = Array.from({ length: 50 }, () => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => undefined).write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-')
    return socket
  })
  assert.equal((await ask('GET', '/healthz')).status, 200)
  for (const socket of slow) socket.destroy()
})

test('garbage, and TLS to the plain port, end that connection only', async () => {
  const { port } = new URL(gateway.web)
  for (const bytes of [
    Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0]),
    Buffer.from('\0\0\0\x08\x04\xd2\x16\x2f', 'latin1'),
    Buffer.alloc(100_000, 'A'),
  ]) {
    const socket = connect(Number(port), '127.0.0.1')
    socket.write(bytes)
    await new Promise((resolve) => socket.on('error', resolve).on('close', resolve).resume())
  }
  assert.equal((await ask('GET', '/healthz')).status, 200)
})

test('errors are problem details with the one error shape', async () => {
  const answer = await ask('POST', '/api/v1/requests', {
    as: 'ana',
    body: { target: 'pg-orders', why: 'x', lvel: 'read' },
  })
  assert.equal(answer.status, 400)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/)
  assert.deepEqual(
    { ...answer.json },
    {
      type: '/errors#gbx-1002',
      status: 400,
      detail: 'no such field; did you mean level?',
      instance: '/api/v1/requests',
      code: 'GBX-1002',
      title: 'lvel is not valid, so nothing was done.',
      why: 'no such field; did you mean level?',
      next: [],
      docs: 'docs/reference/errors.md#gbx-1002',
    },
  )
})

test('broken input is a refusal, never a stack', async () => {
  const bodies = [
    '{',
    '[]',
    'null',
    '"x"',
    '{"target":{}}',
    '{"__proto__":{"why":"x"}}',
    `{"target":"${'x'.repeat(5_000)}"}`,
    '\u0000',
  ]
  for (const body of bodies) {
    const answer = await ask('POST', '/api/v1/requests', { as: 'ana', body })
    assert.ok(answer.status >= 400 && answer.status < 500, `${body.slice(0, 30)}: ${answer.status}`)
    assert.ok(String(answer.json.code) in errors)
    assert.doesNotMatch(answer.text, /\.ts:\d|\\n\s+at /)
  }
  assert.equal(
    (await ask('POST', '/api/v1/requests', { as: 'ana', body: `{"why":"${'x'.repeat(2_000_000)}"}` })).status,
    413,
  )
  assert.equal(
    (await ask('POST', '/api/v1/requests?why=x', { as: 'ana', body: { target: 'pg-orders', why: 'x' } })).status,
    400,
  )
  assert.equal(
    (await ask('POST', '/api/v1/requests', { as: 'ana', body: '<a/>', headers: { 'content-type': 'text/xml' } }))
      .status,
    400,
  )
  assert.equal((await ask('GET', '/api/v1/requests/..%2f..%2fetc', { as: 'ana' })).status, 404)
  assert.equal((await ask('DELETE', '/api/v1/requests', { as: 'ana' })).status, 404)
})

test('pages of other sites and names that are not ours get nothing', async () => {
  const { host } = new URL(gateway.web)
  assert.equal(await raw({ host }), 200)
  assert.equal(await raw({ host: 'rebound.evil.example' }), 421)
  assert.equal(await raw({ host, origin: 'https://evil.example' }), 403)
  assert.equal(await raw({ host, origin: 'null' }), 403)
  assert.equal(await raw({ host, origin: `http://${host}` }), 200)
  assert.equal(await raw({ host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }), 403)
  assert.equal(await raw({ host, 'sec-fetch-site': 'same-origin' }), 200)
})

test('pages opened by IP move to the name, API calls do not', async () => {
  const { port } = new URL(gateway.web)
  const page = await fetch(`http://127.0.0.1:${port}/errors`, {
    redirect: 'manual',
    headers: { accept: 'text/html,*/*' },
  })
  assert.equal(page.status, 307)
  assert.equal(page.headers.get('location'), `http://localhost:${port}/errors`)
  assert.equal((await fetch(`http://127.0.0.1:${port}/api/openapi.json`)).status, 200)
  assert.equal((await fetch(`http://[::1]:${port}/healthz`)).status, 200)
})

test('strict headers on every answer; the pages run no script', async () => {
  for (const path of ['/', '/api', '/errors', '/healthz', '/nothing', '/api/v1/requests']) {
    const { headers, text } = await ask('GET', path)
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/, path)
    assert.ok(!policy.includes('unsafe'), path)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('x-frame-options'), 'DENY')
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
    assert.equal(headers.get('server'), null)
    assert.ok(!text.includes('<script'), path)
  }
})

test('the OpenAPI document names every operation and error', async () => {
  const { json } = await ask('GET', '/api/openapi.json')
  assert.equal(json.openapi, '3.1.0')
  const paths = json.paths as Record<string, Record<string, { operationId: string }>>
  const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map((one) => one.operationId))
  for (const operation of operations) assert.ok(ids.includes(operation.name), operation.name)
})

test('failed sign-ins are counted by address and then not tried any more', async () => {
  const other = await startGateway({
    config: parseConfig('gateway: { listen: { web: 127.0.0.1:0, postgres: 127.0.0.1:0 } }', {
      file: join(data, 'two.yaml'),
      env: {},
    }),
    data: join(data, 'two'),
    log: () => undefined,
  })
  try {
    const tries = []
    for (let i = 0; i < 25; i++)
      tries.push(
        (
          await fetch(`${other.web}/api/v1/requests`, {
            headers: { authorization: `Bearer gbx_u${String(i).padStart(38, '0')}` },
          })
        ).status,
      )
    assert.equal(tries[0], 401)
    assert.equal(tries.at(-1), 429)
    const made = await setUser(join(data, 'two'), { name: 'zoe' })
    assert.ok(!isRefusal(made))
    assert.equal(
      (await fetch(`${other.web}/api/v1/requests`, { headers: { authorization: `Bearer ${made.token}` } })).status,
      200,
      'a good token gets in all the same',
    )
  } finally {
    await other.close()
  }
})
