// TLS towards targets in libpq's modes, and sign-in by each method, against a real server with a certificate.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { openDoor } from '../../test/lib/door.ts'
import { openWalls } from '../../test/lib/open-walls.ts'
import { startPostgres, type Postgres } from '../../test/lib/servers.ts'
import { GloveboxError } from '../core/error.ts'
import type { Endpoint } from '../gate/types.ts'
import { certificates } from './certificates.ts'
import { dial } from './dial.ts'

let dir: string
let ca: string
let otherCa: string
let server: Postgres
const ask = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

const hba = ['password', 'md5', 'scram-sha-256']
  .map((method) =>
    ['hostssl', 'hostnossl'].map((kind) => `${kind} all by_${method.replaceAll('-', '_')} all ${method}`).join('\n'),
  )
  .join('\n')

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'glovebox-dial-'))
  const made = await certificates(join(dir, 'a'), ['localhost'], Date.now())
  ca = await readFile(made.caFile, 'utf8')
  otherCa = await readFile((await certificates(join(dir, 'b'), ['localhost'], Date.now())).caFile, 'utf8')
  server = await startPostgres({
    settings: { ssl: 'on', password_encryption: 'md5' },
    files: { 'server.crt': made.cert, 'server.key': made.key },
    hba: `local all all trust\n${hba}\nhost all postgres all scram-sha-256\n`,
  })
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  await client.query("create role by_md5 login password 'pä55'")
  await client.query("set password_encryption = 'scram-sha-256'")
  await client.query(
    "create role by_scram_sha_256 login password 'pä55'; create role by_password login password 'pä55'",
  )
  await client.end()
})
after(async () => {
  await server.stop()
  await rm(dir, { recursive: true })
})

/** `secure`, `plain`, or the code of the refusal. */
async function reached(tls: Endpoint['tls'], more: Partial<Endpoint> = {}): Promise<string> {
  try {
    const line = await dial('pg', { host: '127.0.0.1', port: server.port, tls, ask, granted: 0x53, ...more }, 3000)
    line.socket.destroy()
    return line.secure ? 'secure' : 'plain'
  } catch (error) {
    if (error instanceof GloveboxError) return error.refusal.code
    throw error
  }
}

test('every sslmode does what libpq does', async () => {
  assert.equal(await reached('disable'), 'plain')
  assert.equal(await reached('prefer'), 'secure')
  assert.equal(await reached('require'), 'secure')
  assert.equal(await reached('require', { ca: otherCa }), 'GBX-1307')
  assert.equal(await reached('verify-ca', { ca }), 'secure') // the name is not looked at
  assert.equal(await reached('verify-ca', { ca: otherCa }), 'GBX-1307')
  assert.equal(await reached('verify-ca'), 'GBX-1307')
  assert.equal(await reached('verify-full', { ca, host: 'localhost' }), 'secure')
  assert.equal(await reached('verify-full', { ca }), 'GBX-1307') // the certificate is for localhost, not for 127.0.0.1
})

test('a target that never answers, or answers with something else, is given up in time', async () => {
  const said: (string | undefined)[] = [undefined, 'N', 'X', 'Sneaky plain text', '']
  for (const [i, text] of said.entries()) {
    const silent = net.createServer((socket) => {
      socket.on('error', () => undefined)
      if (text === '') socket.destroy()
      else if (text !== undefined) socket.write(text)
    })
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as net.AddressInfo
    const startedAt = Date.now()
    const code = await dial('pg', { host: '127.0.0.1', port, tls: 'require', ask, granted: 0x53 }, 300).then(
      () => 'reached',
      (error: GloveboxError) => error.refusal.code,
    )
    assert.ok(Date.now() - startedAt < 1000)
    assert.match(code, [/GBX-1301/, /GBX-1307/, /GBX-1307/, /GBX-1301/, /GBX-1301/][i] as RegExp)
    silent.close()
  }
})

test('scram and md5 everywhere, a password in clear inside TLS only', async () => {
  for (const [user, mode, code] of [
    ['by_scram_sha_256', 'disable', undefined],
    ['by_md5', 'disable', undefined],
    ['by_md5', 'require', undefined],
    ['by_password', 'require', undefined],
    ['by_password', 'disable', 'GBX-1308'],
  ] as const) {
    const house = await openDoor({
      url: `postgresql://${user}:p%C3%A455@127.0.0.1:${server.port}/postgres?sslmode=${mode}`,
      walls: openWalls(),
    })
    const client = new pg.Client({ connectionString: house.dsn })
    client.on('error', () => undefined)
    if (code === undefined) {
      await client.connect()
      assert.equal((await client.query<{ me: string }>('select current_user as me')).rows[0]?.me, user)
      await client.end()
    } else await assert.rejects(client.connect(), { routine: code })
    await house.close()
  }
})
