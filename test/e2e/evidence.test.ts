// Journey of an auditor on the tour's data, all by the command line: find, export, copy elsewhere, verify without the
// gateway; then one byte is flipped, and verify names the entry.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadFernway } from '../../src/demo/fernway.ts'
import { glovebox, type Ran } from '../lib/cli.ts'
import { startGatewayProcess } from '../lib/gateway-process.ts'
import { need } from '../lib/optional.ts'
import { lacks, startPostgres } from '../lib/servers.ts'

const verifier = fileURLToPath(new URL('../compat/verify-evidence.py', import.meta.url))

const yaml = `
gateway:
  listen: { web: 127.0.0.1:7480, postgres: 127.0.0.1:7432 }
  policies: ./policies
targets:
  pg-orders:
    protocol: postgres
    url: \${env:PG_ORDERS_URL}
    mask:
      public.customers.name: pii.name
      public.customers.email: pii.email
users:
  ana: { groups: [engineers] }
  ben: { groups: [platform-leads] }
  cleo: { groups: [security] }
`

function object(ran: Ran): Record<string, unknown> {
  assert.equal(ran.code, 0, ran.err)
  return JSON.parse(ran.out) as Record<string, unknown>
}

test('an auditor exports what somebody saw, and a stranger verifies it', { skip: lacks(18) }, async (t) => {
  const server = await startPostgres({ major: 18 })
  t.after(() => server.stop())
  const { url } = await loadFernway(server)
  const dir = mkdtempSync(join(tmpdir(), 'glovebox-evidence-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const data = join(dir, 'state')
  const config = join(dir, 'glovebox.yaml')
  writeFileSync(config, yaml)
  const gateway = await startGatewayProcess(['--config', config, '--data', data], { PG_ORDERS_URL: url })
  t.after(() => gateway.kill9())
  const as: Record<string, Record<string, string>> = {}
  for (const name of ['ana', 'ben', 'cleo']) {
    const { token } = object(await glovebox(['user', 'add', name, '--data', data, '--json']))
    as[name] = { GLOVEBOX_URL: gateway.web, GLOVEBOX_TOKEN: String(token) }
  }
  const asked = await glovebox(['request', 'pg-orders', '-w', 'PD-4412 <b>twice</b> charged', '--json'], as.ana)
  const request = String(object(asked).id)
  object(await glovebox(['review', 'approve', request, '--json'], as.ben))
  for (const sql of ['select id, email from customers order by id limit 5', 'select count(*) from orders'])
    object(await glovebox(['run', 'pg-orders', sql, '--json'], as.ana))
  assert.equal((await glovebox(['run', 'pg-orders', "update orders set status = 'x'", '--json'], as.ana)).code, 5)

  await t.test('the query finds it; unknown keys are told', async () => {
    const found = object(
      await glovebox(['audit', 'search', 'user:ana', 'table:customers', 'masked:email', '--json'], as.cleo),
    )
    assert.ok((found.entries as unknown[]).length >= 1)
    const wrong = await glovebox(['audit', 'search', 'usr:ana'], as.cleo)
    assert.equal(wrong.code, 2)
    assert.match(wrong.err, /did you mean "user:"/)
  })

  const out = join(dir, 'ana.evidence.zip')
  const key = readFileSync(join(data, 'keys', 'journal.vkey'), 'utf8').trim()
  const preview = object(
    await glovebox(['audit', 'export', '--query', 'user:ana action:action', '--preview', '--json'], as.cleo),
  )
  const made = object(
    await glovebox(['audit', 'export', '--query', 'user:ana action:action', '--out', out, '--json'], as.cleo),
  )
  assert.equal(made.found, preview.found)
  assert.equal(made.context, preview.context)
  assert.deepEqual((made.people as string[]).sort(), ['ana', 'ben', 'cleo'])

  await t.test('only whom the policy allows, and never over a file that is there', async () => {
    const refused = await glovebox(['audit', 'export', '--query', '', '--out', join(dir, 'no.zip')], as.ana)
    assert.equal(refused.code, 5)
    assert.ok(!existsSync(join(dir, 'no.zip')))
    assert.equal((await glovebox(['audit', 'export', '--query', '', '--out', out], as.cleo)).code, 2)
  })

  assert.equal(await gateway.term(), 0)
  const good = await glovebox(['audit', 'verify', out, '--key', key])
  assert.equal(good.code, 0, good.out)
  assert.match(good.out, /^ok {6}checkpoint \d+ signed by glovebox\.[0-9a-f]{8}\/journal$/m)
  assert.match(good.out, /^ok {6}\d+ entries included at their places/m)
  assert.match(good.out, /^ok {6}all \d+ leaves of 0\.\.\d+ accounted for/m)
  assert.match(good.out, /^ok {6}1 approval: bound by hash to what was asked, never by who asked/m)
  assert.match(good.out, /^ok {6}passkey approvals: none in this range$/m)
  assert.match(good.out, /^-- {6}not proved here: that no leaf given only as a hash fits the query/m)

  await t.test('a flipped byte is caught, and the entry is named', async () => {
    const bytes = readFileSync(out)
    const at = bytes.indexOf('update orders set status')
    assert.ok(at > 0)
    bytes[at] = (bytes[at] as number) ^ 1
    const broken = join(dir, 'broken.evidence.zip')
    writeFileSync(broken, bytes)
    const ran = await glovebox(['audit', 'verify', broken, '--key', key])
    assert.equal(ran.code, 11)
    assert.match(
      ran.out,
      /^not ok {2}entry \d+ \(20\d\d-[\d -:]+, ana\) \(action.refused\) has a payload that is not what/m,
    )
    assert.doesNotMatch(ran.out, /^ok/m)
  })

  await t.test('a reader in another language agrees', (inner) => {
    if (!need(inner, 'python')) return
    assert.match(execFileSync('python3', [verifier, out, key], { encoding: 'utf8' }), /^OK /)
  })

  await t.test('the data folder verifies with the export in it', async () => {
    const whole = await glovebox(['audit', 'verify', data, '--key', key])
    assert.equal(whole.code, 0, whole.out)
  })
})
