// `glovebox provision` from print to proof: the script is printed and changes nothing; applied by somebody's word it runs
// in one transaction and on record; the gateway then lives with the new role, and doctor says so. The administrator's
// connection string and the password are nowhere afterwards (G9).
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import pg from 'pg'
import { parseConfig } from '../../src/config.ts'
import { startGateway } from '../../src/gateway.ts'
import { glovebox, type Ran } from '../lib/cli.ts'
import { startPostgres } from '../lib/servers.ts'

const schema = `
create table customers (id int primary key, email text not null, cvv text, city text);
insert into customers select i, 'user' || i || '@x.example', '123', 'Cork' from generate_series(1, 20) i;
create view directory as select id, email from customers;
create role app login superuser password 'app-secret-word'`

const yaml = (url: string): string => `
gateway: { listen: { web: 127.0.0.1:0, postgres: 127.0.0.1:0 } }
targets:
  pg-shop:
    protocol: postgres
    url: ${url}
    mask: { public.customers.email: pii.email, public.customers.cvv: pci.cvv }
users:
  ana: { groups: [engineers] }
  root: { groups: [admins] }
`

const said = (ran: Ran): string => `${ran.code}\n${ran.out}\n${ran.err}`

/** Every file below a folder, as one text. */
const allOf = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')

test('print, refuse, apply, sign in as the role', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'glovebox-provision-'))
  const state = join(folder, 'state')
  const server = await startPostgres({ major: 18 })
  t.after(() => server.stop())
  const admin = new pg.Client({ connectionString: server.url })
  admin.on('error', () => undefined)
  await admin.connect()
  await admin.query(schema)
  const start = (user: string, password: string) =>
    startGateway({
      config: parseConfig(yaml(`postgresql://${user}:${password}@127.0.0.1:${server.port}/postgres`), {
        file: join(folder, 'glovebox.yaml'),
        env: {},
      }),
      data: state,
      log: () => undefined,
    })
  let gateway = await start('app', 'app-secret-word')
  t.after(async () => {
    await gateway.close()
    await admin.end()
    rmSync(folder, { recursive: true, force: true })
  })
  const token = async (name: string): Promise<string> =>
    (JSON.parse((await glovebox(['user', 'token', name, '--data', state, '--json'])).out) as { token: string }).token
  const [ana, root] = [await token('ana'), await token('root')]
  const run = (as: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
    glovebox(args, { GLOVEBOX_URL: gateway.web, GLOVEBOX_TOKEN: as, ...env })
  const roles = async (): Promise<number> =>
    (await admin.query(`select from pg_roles where rolname = 'glovebox_ro'`)).rowCount ?? 0

  // Printed, and nothing else: not for everybody, not without a word, not with a wrong reference.
  const printed = await run(root, ['provision', 'pg-shop', '--level', 'l1'])
  assert.equal(printed.code, 0, said(printed))
  assert.match(
    printed.out,
    /^GRANT SELECT \("id", "email", "city", ctid.*\) ON "public"\."customers" TO "glovebox_ro";$/m,
  )
  assert.doesNotMatch(printed.out, /GRANT SELECT.*directory/)
  assert.equal((await run(ana, ['provision', 'pg-shop'])).code, 5)
  const adminUrl = server.url
  const asked = await run(root, ['provision', 'pg-shop', '--apply', '--admin', 'env:PG_ADMIN'], { PG_ADMIN: adminUrl })
  assert.equal(asked.code, 2, said(asked))
  assert.match(asked.err, /add --yes/)
  const literal = await run(root, ['provision', 'pg-shop', '--apply', '--yes', '--admin', adminUrl])
  assert.equal(literal.code, 2, said(literal))
  assert.equal(await roles(), 0)

  const elsewhere = await run(root, ['provision', 'pg-shop', '--apply', '--yes', '--admin', 'env:PG_ADMIN'], {
    PG_ADMIN: adminUrl.replace(/\/[^/]*$/, '/template1'),
  })
  assert.equal(elsewhere.code, 2, said(elsewhere))
  assert.match(elsewhere.err, /another database than pg-shop/)

  // An administrator who may not: all or nothing.
  await admin.query(`create role weak login createrole password 'weak-word-0123456789'`)
  const weak = await run(root, ['provision', 'pg-shop', '--apply', '--yes', '--admin', 'env:PG_ADMIN'], {
    PG_ADMIN: `postgresql://weak:weak-word-0123456789@127.0.0.1:${server.port}/postgres`,
  })
  assert.notEqual(weak.code, 0, said(weak))
  assert.match(weak.err, /nothing of the script holds/)
  assert.equal(await roles(), 0)

  const passwordFile = join(folder, 'ro.password')
  const applied = await run(
    root,
    ['provision', 'pg-shop', '--apply', '--yes', '--admin', 'env:PG_ADMIN', '--password-file', passwordFile],
    { PG_ADMIN: adminUrl },
  )
  assert.equal(applied.code, 0, said(applied))
  assert.equal(await roles(), 1)
  assert.equal(statSync(passwordFile).mode & 0o777, 0o600)
  const password = readFileSync(passwordFile, 'utf8').trim()

  // The gateway lives with it.
  const before = await run(root, ['target', 'test', 'pg-shop'])
  assert.match(before.out, /! attributes +app is superuser/)
  await gateway.close()
  const kept = allOf(state)
  for (const secret of [password, 'weak-word-0123456789', new URL(adminUrl).password])
    if (secret !== '') assert.ok(!kept.includes(secret), 'a secret is in the data folder')
  gateway = await start('glovebox_ro', password)
  const after = await run(root, ['target', 'test', 'pg-shop'])
  assert.equal(after.code, 0, said(after))
  assert.match(after.out, /✓ canaries +\d columns came back masked/)
  assert.match(after.out, /✓ columns +it can't read what no mask looks at \(columns: 1\)/)
  assert.match(after.out, /✓ writes/)
  assert.doesNotMatch(after.out, /✗/)
  const fine = await run(root, ['mask', 'preview', 'select * from directory', '--target', 'pg-shop', '--json'])
  const { statements } = JSON.parse(fine.out) as { statements: { columns: { origin: string[] }[]; sql: string }[] }
  assert.deepEqual(statements[0]?.columns[1]?.origin, ['public.directory.email', 'public.customers.email'])
  assert.match(statements[0]?.sql ?? '', /mask\(email\)/)
  const refused = await run(root, ['mask', 'preview', 'delete from customers', '--target', 'pg-shop'])
  assert.equal(refused.code, 5)
  assert.match(refused.out, /rules +P3/)
  const why = await run(root, ['mask', 'why', 'pg-shop', 'directory.email'])
  assert.match(why.out, /view of mask: public\.customers\.email \(glovebox\.yaml:7\)/)
})
