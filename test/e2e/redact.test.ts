// Erasing a person by the command line on a real gateway with a real target: nothing of them is left in any byte of the
// data folder, not after a kill -9 either, and a stranger's verification says by whom it was redacted.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { loadFernway } from '../../src/demo/fernway.ts'
import { canary, findCanaries, type Canary } from '../lib/canaries.ts'
import { glovebox, type Ran } from '../lib/cli.ts'
import { startGatewayProcess } from '../lib/gateway-process.ts'
import { lacks, startPostgres } from '../lib/servers.ts'

const yaml = `
gateway:
  listen: { web: 127.0.0.1:7480, postgres: 127.0.0.1:7432 }
targets:
  pg-orders:
    protocol: postgres
    url: \${env:PG_ORDERS_URL}
    mask:
      public.customers.email: pii.email
users:
  ben: { groups: [platform-leads] }
  sam: { groups: [security] }
  root: { groups: [admins] }
`
const name = 'anacanary8w2'
const texts = ['CANARYREASON71', 'canary_text_3f9', 'CANARYCOMMENT55', 'CANARYTICKET12', 'canary_refused_77']

function object(ran: Ran): Record<string, unknown> {
  assert.equal(ran.code, 0, ran.err)
  return JSON.parse(ran.out) as Record<string, unknown>
}

function payloadKeys(data: string): Canary[] {
  const database = new DatabaseSync(join(data, 'keys', 'keys.db'), { readOnly: true })
  const rows = database.prepare('select id, key from payload_key').all() as unknown as { id: string; key: Uint8Array }[]
  database.close()
  return rows.map(({ id, key }) => ({ name: `key ${id}`, bytes: Buffer.from(key) }))
}

test('a person is erased by two others, and is nowhere', { skip: lacks(18) }, async (t) => {
  const server = await startPostgres({ major: 18 })
  t.after(() => server.stop())
  const { url } = await loadFernway(server)
  const dir = mkdtempSync(join(tmpdir(), 'glovebox-redact-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const data = join(dir, 'state')
  const config = join(dir, 'glovebox.yaml')
  writeFileSync(config, yaml)
  const up = () => startGatewayProcess(['--config', config, '--data', data], { PG_ORDERS_URL: url })
  let gateway = await up()
  t.after(() => gateway.kill9())
  const as: Record<string, Record<string, string>> = {}
  for (const one of [name, 'ben', 'sam', 'root']) {
    const group = one === name ? ['--group', 'engineers'] : []
    const { token } = object(await glovebox(['user', 'add', one, ...group, '--data', data, '--json']))
    as[one] = { GLOVEBOX_URL: gateway.web, GLOVEBOX_TOKEN: String(token) }
  }
  const before = payloadKeys(data).map((key) => key.name)
  const asked = object(
    await glovebox(
      ['request', 'pg-orders', '-w', texts[0] as string, '--ticket', texts[3] as string, '--json'],
      as[name],
    ),
  )
  object(await glovebox(['review', 'approve', String(asked.id), '-m', texts[2] as string, '--json'], as.ben))
  object(
    await glovebox(['run', 'pg-orders', `select id, '${texts[1]}' as x from customers limit 3`, '--json'], as[name]),
  )
  await glovebox(['run', 'pg-orders', `delete from customers where email = '${texts[4]}'`, '--json'], as[name])
  object(await glovebox(['audit', 'search', `user:${name}`, '--json'], as.sam))

  const early = await glovebox(['audit', 'redact', 'user', name, '-w', 'case 118'], as.sam)
  assert.equal(early.code, 5)
  assert.match(early.err, /glovebox user remove anacanary8w2/)
  object(await glovebox(['user', 'remove', name, '--json'], as.root))
  const theirs = payloadKeys(data).filter((key) => !before.includes(key.name) && key.name.startsWith('key s-'))
  assert.ok(theirs.length > 0)
  const wanted = object(
    await glovebox(['audit', 'redact', 'user', name, '-w', 'case 118', '--basis', 'art17', '--json'], as.sam),
  )
  assert.equal(wanted.state, 'pending')
  const own = await glovebox(['audit', 'redactions', 'approve', String(wanted.id)], as.sam)
  assert.equal(own.code, 5)
  const done = object(await glovebox(['audit', 'redactions', 'approve', String(wanted.id), '--json'], as.ben))
  assert.equal(done.state, 'done')
  assert.match(String(done.done), /^j-\d+$/)
  const gone = [canary('name', name), ...texts.map((text) => canary(text, text))]
  // System sessions have keys of their own, which stay.
  const destroyed = theirs.filter((key) => !payloadKeys(data).some((left) => left.name === key.name))
  assert.ok(destroyed.length > 0)
  assert.deepEqual(findCanaries(data, [...gone, ...destroyed]), [], 'while it runs')
  await gateway.kill9()
  assert.deepEqual(findCanaries(data, [...gone, ...destroyed]), [], 'after kill -9')
  gateway = await up()
  assert.deepEqual(findCanaries(data, [...gone, ...destroyed]), [], 'after the next start')

  const sam = { ...as.sam, GLOVEBOX_URL: gateway.web }
  const found = await glovebox(['audit', 'search', 'action:action', '--json'], sam)
  assert.ok(!gone.some((one) => found.out.includes(one.bytes.toString())))
  const list = await glovebox(['audit', 'redactions', 'list'], sam)
  assert.match(list.out, /done j-\d+/)
  const key = readFileSync(join(data, 'keys', 'journal.vkey'), 'utf8').trim()
  const verified = await glovebox(['audit', 'verify', data, '--key', key])
  assert.equal(verified.code, 0, verified.out)
  assert.match(verified.out, /redacted at j-\d+ by p-\S+ \(sam\), approved by p-\S+ \(ben\) \(art17\)/)
  const file = join(dir, 'them.evidence.zip')
  object(await glovebox(['audit', 'export', '--query', 'action:action', '--out', file, '--json'], sam))
  const evidence = await glovebox(['audit', 'verify', file, '--key', key])
  assert.equal(evidence.code, 0, evidence.out)
  assert.match(evidence.out, /redacted at j-\d+ by .*\(sam\)/)

  const held = object(await glovebox(['audit', 'hold', 'set', 'all', '-w', 'case 4', '--json'], sam))
  assert.match((await glovebox(['audit', 'hold', 'list'], sam)).out, /case 4/)
  object(await glovebox(['audit', 'hold', 'lift', String(held.id), '-w', 'closed', '--json'], sam))
  assert.equal(await gateway.term(), 0)
})
