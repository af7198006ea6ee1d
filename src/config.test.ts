// What glovebox.yaml may say, and how each mistake is told: by place, with a suggestion, never with a secret.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GloveboxError } from './core/error.ts'
import { parseConfig, type Config } from './config.ts'
import { parseAddress, parseSize } from './config-schema.ts'

const parse = (text: string, env: Record<string, string> = {}, files: Record<string, string> = {}): Config =>
  parseConfig(text, {
    file: 'glovebox.yaml',
    env,
    readFile: (path) => files[path] ?? assert.fail(`no file ${path}`),
  })

function refused(text: string, env: Record<string, string> = {}): string {
  try {
    parse(text, env)
  } catch (error) {
    assert.ok(error instanceof GloveboxError, String(error))
    return `${error.refusal.code} ${error.refusal.title}`
  }
  return assert.fail('this configuration was accepted')
}

const target = (lines: string): string =>
  `targets:\n  pg-orders:\n    protocol: postgres\n    url: \${env:PG}\n${lines}`
const env = { PG: 'postgresql://app:hunter2-secret@10.0.0.1:5433/orders' }

test('the published example is accepted whole', () => {
  const config = parse(
    `gateway:
  publicUrl: https://gb.acme.dev
  listen: { web: 127.0.0.1:7480, postgres: 127.0.0.1:7432 }
  tls: { cert: ./tls/cert.pem, key: ./tls/key.pem }
  policies: ./policies
classes:
  pii.email: { form: pseudonym, search: exact }
targets:
  pg-orders:
    protocol: postgres
    url: \${env:PG_ORDERS_URL}
    labels: { env: production, team: checkout }
    maxLevel: read
    mask:
      public.customers.email: pii.email
      public.payments.gateway_response: { class: pii.json, form: keep, keep: [status, code] }
    limits: { rows: 10000, bytes: 50MB, statementTimeout: 30s, cost: 100000 }
users:
  ana: { groups: [engineers, oncall] }
  ben: { groups: [platform-leads] }
`,
    { PG_ORDERS_URL: env.PG },
  )
  const orders = config.targets.get('pg-orders')
  assert.equal(orders?.limits.bytes, 50_000_000)
  assert.equal(orders?.limits.statementTimeoutMs, 30_000)
  assert.equal(orders?.limits.lockTimeoutMs, 2_000)
  assert.deepEqual(orders?.labels, { env: 'production', team: 'checkout' })
  assert.deepEqual(orders?.classes['pii.email'], { form: 'pseudonym', search: 'exact' })
  assert.equal(orders?.classes['pci.pan']?.form, 'partial')
  assert.deepEqual([...config.doors], [['postgres', { host: '127.0.0.1', port: 7432 }]])
  assert.deepEqual(config.users.get('ana')?.groups, ['engineers', 'oncall'])
})

test('an empty file and no file at all give the defaults', () => {
  const config = parse('')
  assert.deepEqual(config.web, { host: '127.0.0.1', port: 7480 })
  assert.deepEqual([...config.doors.keys()], ['postgres'])
  assert.equal(config.targets.size, 0)
})

test('mistakes are told by line and column, with a suggestion', () => {
  const cases: [string, string][] = [
    ['taget: {}', 'GBX-1601 glovebox.yaml:1:1 unknown key "taget". Did you mean "targets"? Nothing was applied.'],
    [
      target('    labls: {}'),
      'GBX-1601 glovebox.yaml:5:5 unknown key "labls". Did you mean "labels"? Nothing was applied.',
    ],
    [
      target('    unlabeled: pass'),
      'GBX-1601 glovebox.yaml:5:5 unknown key "unlabeled". Did you mean "unlabelled"? Nothing was applied.',
    ],
    [
      target('    limits: { row: 5 }'),
      'GBX-1601 glovebox.yaml:5:15 unknown key "row". Did you mean "rows"? Nothing was applied.',
    ],
    [
      target('    limits: { statementTimeout: 30 }'),
      'GBX-1601 glovebox.yaml:5:33 targets.pg-orders.limits.statementTimeout: expected string, received number. Nothing was applied.',
    ],
    [
      target('    limits: { bytes: 50XB }'),
      'GBX-1601 glovebox.yaml:5:22 targets.pg-orders.limits.bytes: expected a size like 50MB, 256KiB or a number of bytes. Nothing was applied.',
    ],
    [target('    mask: { public.a.b: pi.email }'), 'GBX-1601 glovebox.yaml:5:25'],
    [
      'users:\n  ana: { groups: engineers }',
      'GBX-1601 glovebox.yaml:2:18 users.ana.groups: expected array, received string. Nothing was applied.',
    ],
    [
      'gateway:\n  listen: { postgrs: 127.0.0.1:1 }',
      'GBX-1601 glovebox.yaml:2:13 unknown key "postgrs". Did you mean "postgres"? Nothing was applied.',
    ],
    ['users: {}\nusers: {}', 'GBX-1601 glovebox.yaml:2:1 this key is there twice. Nothing was applied.'],
    [
      'a: &bomb [x]\nb: [*bomb, *bomb]',
      'GBX-1601 glovebox.yaml:2:5 aliases (*bomb) are not accepted; write the value out. Nothing was applied.',
    ],
    ['users: !!js/function "x"', 'GBX-1601 glovebox.yaml:1:8'],
    ['users: [', 'GBX-1601 glovebox.yaml:1:'],
    [
      '- a',
      'GBX-1601 glovebox.yaml:1:1 expected settings (gateway, classes, targets, users, journal, witness, sinks). Nothing was applied.',
    ],
    [
      'targets:\n  a: { protocol: postgres, url: ${env:PG} }',
      'GBX-1601 glovebox.yaml:2:34 inside { } a reference needs quotes: "${env:NAME}". Nothing was applied.',
    ],
    ['a: 1\n---\nb: 2', 'GBX-1601 glovebox.yaml:'],
    [
      'users:\n  scout: { kind: agent }',
      'GBX-1601 glovebox.yaml:2:3 an agent needs "of": the person it acts for. Nothing was applied.',
    ],
  ]
  for (const [text, expected] of cases) {
    const said = refused(text, env)
    assert.ok(said.startsWith(expected), `${said}\n  wanted ${expected}`)
  }
})

test('bombs end quickly and small', () => {
  const started = performance.now()
  const laughs = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...[...'bcdefghi'].map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`),
  ].join('\n')
  assert.match(refused(laughs), /aliases/)
  assert.match(refused('['.repeat(100_000)), /nested too deeply/)
  assert.match(refused('x'.repeat(2_000_000)), /the limit is/)
  assert.match(refused('__proto__: { polluted: true }'), /GBX-1601/)
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
  assert.ok(performance.now() - started < 3_000)
})

test('a missing secret stops the start and names what is missing', () => {
  assert.equal(
    refused(target('')),
    'GBX-1602 glovebox.yaml:4:10 environment variable PG is not set. Nothing was applied.',
  )
  assert.match(
    refused('targets:\n  a: { protocol: postgres, url: "${vault:x}" }'),
    /GBX-1601 glovebox.yaml:2:33 "\$\{…\}" is not understood/,
  )
  const config = parse(
    'targets:\n  a: { protocol: postgres, url: "postgresql://u:${file:/run/pw}@h/d" }',
    {},
    { '/run/pw': 'from-file\n' },
  )
  assert.equal((config.targets.get('a')?.options as { url: string } | undefined)?.url, 'postgresql://u:from-file@h/d')
  assert.deepEqual(config.warnings, [])
})

test('a password in the file works with a warning that does not repeat it', () => {
  const config = parse('targets:\n  a: { protocol: postgres, url: "postgresql://u:hunter2-secret@h/d" }')
  assert.match(config.warnings.join('\n'), /glovebox.yaml:2:33 a password stands in the file/)
  assert.ok(!config.warnings.join('\n').includes('hunter2'))
})

test('no secret is in an error, and none changes the hash that goes on record', () => {
  const wrong = { PG: 'mysql://app:hunter2-secret@h/d' }
  assert.ok(!refused(target(''), wrong).includes('hunter2'))
  assert.equal(parse(target(''), env).hash, parse(target(''), { PG: 'postgresql://other:word@h/d' }).hash)
  const literal = (password: string) =>
    parse(`targets:\n  a: { protocol: postgres, url: "postgresql://u:${password}@h/d" }`).hash
  assert.equal(literal('one-word'), literal('another'))
  assert.notEqual(parse(target(''), env).hash, parse(target('    maxLevel: observe'), env).hash)
})

test('the environment overrides the file, and what means nothing is warned about', () => {
  const config = parse('gateway: { listen: { web: 127.0.0.1:1 } }', {
    GLOVEBOX_LISTEN_WEB: '127.0.0.1:0',
    GLOVEBOX_LISTENPOSTGRES: 'x',
  })
  assert.equal(config.web.port, 0)
  assert.match(config.warnings.join('\n'), /did you mean GLOVEBOX_LISTEN_POSTGRES/)
  assert.match(refused('', { GLOVEBOX_LISTEN_WEB: '7480' }), /GBX-1601 environment:1:1 GLOVEBOX_LISTEN_WEB: /)
})

test('a web door beyond loopback needs TLS or somebody who ends it', () => {
  assert.match(refused('gateway: { listen: { web: "0.0.0.0:7480" } }'), /0\.0\.0\.0 is not loopback/)
  assert.match(refused('', { GLOVEBOX_LISTEN_WEB: '10.0.0.1:7480' }), /not loopback/)
  assert.equal(parse('gateway: { listen: { web: "0.0.0.0:7480" }, trustedProxies: [10.0.0.1] }').web.host, '0.0.0.0')
  assert.equal(parse('gateway: { listen: { web: "[::]:7480" }, tls: { cert: c, key: k } }').web.host, '::')
})

test('sizes and addresses', () => {
  assert.equal(parseSize('50MB'), 50_000_000)
  assert.equal(parseSize('256KiB'), 262_144)
  assert.equal(parseSize('0'), undefined)
  assert.equal(parseSize('-1'), undefined)
  assert.equal(parseSize('1e9'), undefined)
  assert.deepEqual(parseAddress('[::1]:7480'), { host: '::1', port: 7480 })
  for (const bad of ['7480', ':7480', 'a:b', '127.0.0.1:70000', '127.0.0.1:7480/x', 'h: 1'])
    assert.equal(parseAddress(bad), undefined, bad)
})
