// Values without masks as people have them: asked for by name from the command line, decided by two others who read what
// it is, seen in one's own client, counted, and nowhere in the gateway's folder.
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Client, type DatabaseError } from 'pg'
import { startDemo, type Demo, type Person } from '../../src/demo/demo.ts'
import { withClient } from '../../src/demo/fernway.ts'
import { glovebox, type Ran } from '../lib/cli.ts'

interface Told {
  readonly id: string
  readonly state: string
  readonly duration: string
  readonly unmask: readonly string[]
  readonly rows: number
  readonly dsn: string
  readonly grants: readonly { readonly id: string; readonly shown?: readonly number[] }[]
  readonly grant: string
}

describe('unmasked columns, from the request to the record', () => {
  let demo: Demo
  before(async () => {
    demo = await startDemo({ log: () => undefined, freePorts: true })
  })
  after(() => demo.close())

  const as = (person: Person, ...args: string[]): Promise<Ran> =>
    glovebox(args, { GLOVEBOX_URL: demo.gateway.web, GLOVEBOX_TOKEN: demo.tokens[person], NO_COLOR: '1' })
  const json = async (person: Person, ...args: string[]): Promise<Told> => {
    const { code, out, err } = await as(person, ...args, '--json')
    assert.equal(code, 0, err)
    return JSON.parse(out) as Told
  }
  const refused = async (person: Person, ...args: string[]): Promise<string> => {
    const { code, err } = await as(person, ...args, '--json')
    assert.notEqual(code, 0)
    return (JSON.parse(err) as { error: { code: string } }).error.code
  }
  const column = 'public.customers.email'
  let request = ''

  test('names are the catalogue’s, and the shorter time holds', async () => {
    const asked = ['request', 'pg-orders', '-w', 'PD-4412 two accounts', '--unmask']
    assert.equal(await refused('ada', ...asked, 'public.customers.nothing'), 'GBX-1130')
    assert.equal(await refused('ada', ...asked, 'public.customers.id'), 'GBX-1130')
    assert.equal(await refused('ada', ...asked, 'customers.email'), 'GBX-1130')
    assert.equal(await refused('ada', 'request', 'pg-orders', '-w', 'x', '--rows', '5'), 'GBX-1002')
    assert.equal(await refused('ada', ...asked, column, '--for', '3h'), 'GBX-1113')
    const made = await json('ada', ...asked, column, '--rows', '3')
    assert.deepEqual([made.state, made.duration, made.unmask, made.rows], ['pending', '10m', [column], 3])
    request = made.id
    const plain = await json('ada', 'request', 'pg-orders', '-w', 'PD-4412 without values')
    assert.notEqual(plain.id, request, 'another request altogether')
  })

  test('it takes two others, who read what it is', async () => {
    const { out } = await as('ben', 'requests', 'show', request)
    assert.match(out, /SHOWN UNMASKED: public\.customers\.email \(at most 3 rows\)/)
    assert.match((await as('ben', 'requests', '--inbox')).out, /read on pg-orders, unmasked/)
    assert.equal(await refused('ada', 'review', 'approve', request), 'GBX-1105')
    assert.equal((await json('ben', 'review', 'approve', request)).state, 'pending')
    assert.equal((await json('dan', 'review', 'approve', request)).state, 'approved')
  })

  test('values are shown up to the number, counted, and nowhere in the folder', async () => {
    const real = await withClient(demo.adminUrl, async (admin) =>
      (await admin.query<{ email: string }>('SELECT email FROM customers ORDER BY id LIMIT 3')).rows.map(
        (row) => row.email,
      ),
    )
    const { dsn, grant } = await json('ada', 'connect', 'pg-orders', '--print')
    const client = new Client({ connectionString: dsn })
    await client.connect()
    const { rows } = await client.query<{ email: string }>('SELECT email FROM customers ORDER BY id LIMIT 2')
    assert.deepEqual(
      rows.map((row) => row.email),
      real.slice(0, 2),
    )
    const found = await client.query('SELECT id FROM customers WHERE email = $1', [real[2]])
    assert.equal(found.rowCount, 1)
    const more = await client.query('SELECT email FROM customers').then(
      () => assert.fail('it ran'),
      (failed: unknown) => failed as DatabaseError,
    )
    assert.deepEqual([more.code, more.routine], ['54000', 'GBX-1331'])
    await client.end()
    const { grants } = await json('ada', 'grants')
    assert.deepEqual(grants.find(({ id }) => id === grant)?.shown, [3])
    const again = new Client({ connectionString: dsn })
    await again.connect()
    await assert.rejects(again.query('SELECT email FROM customers LIMIT 1'), { code: '54000' })
    await again.end()
    assert.equal((await as('ada', 'audit', 'verify', demo.data)).code, 0)
    for (const file of await readdir(demo.data, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue
      const bytes = await readFile(join(file.parentPath, file.name))
      for (const value of real) assert.equal(bytes.includes(value), false, `${value} in ${file.name}`)
    }
    const evidence = (await as('cleo', 'audit', 'search', 'customers', '--json')).out
    for (const value of real) assert.equal(evidence.includes(value), false)
  })
})
