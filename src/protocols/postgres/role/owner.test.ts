// The scripts as the people run them who have them to run: an owner of the database who may make roles and is no
// superuser, as on managed servers. Forth, forth again, and back.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import pg from 'pg'
import { lacks, startPostgres } from '../../../../test/lib/servers.ts'
import { limits, openWorld } from '../../../../test/lib/walls-shop.ts'
import { roleFacts } from './facts.ts'
import { provisionL1 } from './provision.ts'
import { scriptText } from './script.ts'
import { provisionL2 } from './views.ts'

const schema = `
create schema shop;
create table shop.customers (id int primary key, email text not null, cvv text, city text);
insert into shop.customers select i, 'user' || i || '@x.example', '123', 'Cork' from generate_series(1, 20) i;
create table orders (id int primary key, customer int references shop.customers, state text);
create view shop.directory as select id, email from shop.customers;
create sequence shop.numbers`

for (const major of [18, 15] as const) {
  describe(`an owner on PostgreSQL ${major}`, { skip: lacks(major) }, () => {
    test('L1 and L2, forth, forth again and back', async (t) => {
      const server = await startPostgres({ major })
      t.after(() => server.stop())
      const admin = new pg.Client(server.url)
      await admin.connect()
      await admin.query(`CREATE ROLE landlord LOGIN CREATEROLE PASSWORD 'x'`)
      await admin.query('CREATE DATABASE shop OWNER landlord')
      await admin.end()
      const url = new URL(server.url)
      url.username = 'landlord'
      url.password = 'x'
      url.pathname = '/shop'
      const owner = new pg.Client(url.href)
      owner.on('error', () => undefined)
      await owner.connect()
      t.after(() => owner.end())
      await owner.query(schema)
      const load = async (sql: string): Promise<(string | null)[][]> =>
        (
          await owner.query<(string | null)[]>({
            text: sql,
            rowMode: 'array',
            types: { getTypeParser: () => (value: string) => value },
          })
        ).rows
      const mask = { 'shop.customers.email': 'pii.email', 'shop.customers.cvv': 'pci.cvv' }
      const world = await openWorld({ ...server, url: url.href }, 'shop', mask)
      t.after(() => world.close())
      const survey = world.walls.survey?.() ?? assert.fail()
      const wish = { role: 'glovebox_ro', connections: 5, monitor: false, limits }
      for (const make of [provisionL1, provisionL2]) {
        const first = make(survey, wish, await roleFacts(load, major, wish.role))
        await owner.query(scriptText('first', first, []))
        const again = make(survey, wish, await roleFacts(load, major, wish.role))
        await owner.query(scriptText('again', again, []))
        const [row] = await load(
          `SELECT has_column_privilege('glovebox_ro', 'shop.customers', 'city', 'SELECT'), has_column_privilege('glovebox_ro', 'shop.customers', 'cvv', 'SELECT'),
            has_table_privilege('glovebox_ro', 'shop.customers', 'INSERT, UPDATE, DELETE'), (SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = 'glovebox_ro')`,
        )
        assert.deepEqual(row, [make === provisionL1 ? 't' : 'f', 'f', 'f', '0'])
        await owner.query(`BEGIN; ${first.undo.join('\n')} COMMIT`)
        assert.deepEqual(await load(`SELECT rolname FROM pg_roles WHERE rolname LIKE 'glovebox%'`), [])
        assert.deepEqual(await load(`SELECT nspname FROM pg_namespace WHERE nspname = 'glovebox'`), [])
      }
    })
  })
}
