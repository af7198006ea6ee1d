// Wall 2 on real servers: after the script of L1 the role can't write anything and can't read what its masks don't look
// at, even with read-only switched off and without any gateway; and behind the gateway ordinary questions still work.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { lacks, type Postgres, startPostgres } from '../../../../test/lib/servers.ts'
import { corpus, limits, makeWorlds, openWorld, usual, type World } from '../../../../test/lib/walls-shop.ts'
import type { Survey } from '../walls/types.ts'
import { roleFacts } from './facts.ts'
import { provisionL1, type RoleWish, type Script, withheld } from './provision.ts'
import { scriptText } from './script.ts'

const wish: RoleWish = { role: 'glovebox_ro', connections: 40, monitor: false, limits }
const mask = {
  ...usual,
  'public.people.note': { class: 'pii.text', hideNull: true },
  'public.people.tags': { class: 'pii.text', hideNull: true },
}
const database = 'shop_a'

/** As somebody, on the shop. */
function as(server: Postgres, user: string, password: string): Postgres {
  const url = new URL(server.url)
  url.username = user
  url.password = password
  url.pathname = `/${database}`
  return { ...server, url: url.href }
}

async function clientOf(server: Postgres): Promise<pg.Client> {
  const client = new pg.Client(server.url)
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** What the server says: a SQLSTATE, or "ok". */
async function said(client: pg.Client, sql: string): Promise<string> {
  try {
    await client.query(sql)
    return 'ok'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

for (const major of [18, 15] as const) {
  describe(`L1 on PostgreSQL ${major}`, { skip: lacks(major) }, () => {
    let server: Postgres
    let admin: pg.Client
    let world: World
    let survey: Survey
    let script: Script
    let role: Postgres
    const load = async (sql: string): Promise<(string | null)[][]> =>
      (
        await admin.query<(string | null)[]>({
          text: sql,
          rowMode: 'array',
          types: { getTypeParser: () => (value: string) => value },
        })
      ).rows
    const makeScript = async (): Promise<Script> => {
      assert.ok(world.walls.survey)
      survey = world.walls.survey()
      return provisionL1(survey, wish, await roleFacts(load, major, wish.role))
    }

    before(async () => {
      server = await startPostgres({ major })
      await makeWorlds(server)
      admin = await clientOf(as(server, server.user, server.password))
      await admin.query('CREATE ROLE helpers; CREATE SEQUENCE tickets')
      world = await openWorld(server, database, mask)
      script = await makeScript()
      await admin.query(scriptText('the script', script, []))
      // A second time, as people do, and after somebody gave the role too much.
      await admin.query(
        'GRANT helpers TO glovebox_ro; GRANT INSERT ON people TO glovebox_ro; GRANT SELECT (note) ON people TO glovebox_ro',
      )
      script = await makeScript()
      await admin.query(scriptText('the script', script, []))
      await admin.query(`ALTER ROLE glovebox_ro PASSWORD 'ro'`)
      role = as(server, 'glovebox_ro', 'ro')
    })
    after(async () => {
      await world?.close()
      await admin?.end()
      await server?.stop()
    })

    test('the role is what it should be', async () => {
      const [row] = await load(
        `SELECT rolcanlogin, rolinherit, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication, rolconnlimit, array_to_string(rolconfig, ' '),
          (SELECT count(*) FROM pg_auth_members m WHERE m.member = r.oid) FROM pg_roles r WHERE rolname = 'glovebox_ro'`,
      )
      assert.deepEqual(row?.slice(0, 8), ['t', 'f', 'f', 'f', 'f', 'f', 'f', '40'])
      assert.match(row?.[8] ?? '', /default_transaction_read_only=on statement_timeout=30000ms lock_timeout=2000ms/)
      assert.equal(row?.[9], '0')
    })

    test('nothing can be written, with read-only switched off as well', async () => {
      const direct = await clientOf(role)
      await direct.query('SET default_transaction_read_only = off')
      const tables = survey.relations.filter(({ kind }) => 'rpvm'.includes(kind))
      for (const { schema, name, columns } of tables) {
        const on = `"${schema}"."${name.replaceAll('"', '""')}"`
        const column = `"${(columns[0]?.name ?? '').replaceAll('"', '""')}"`
        for (const sql of [
          `INSERT INTO ${on} (${column}) VALUES (DEFAULT)`,
          `UPDATE ${on} SET ${column} = NULL`,
          `DELETE FROM ${on}`,
          `TRUNCATE ${on}`,
          `ALTER TABLE ${on} ADD COLUMN gbx int`,
          `DROP TABLE ${on}`,
        ])
          assert.match(await said(direct, sql), /^(42501|42809|55000|0A000|428C9|42P16)$/, sql)
      }
      await direct.query('BEGIN')
      assert.equal(await said(direct, 'LOCK TABLE people IN ROW EXCLUSIVE MODE'), '42501')
      await direct.query('ROLLBACK')
      for (const sql of [
        `SELECT nextval('tickets')`,
        `SELECT setval('tickets', 5)`,
        'CREATE TABLE app.mine ()',
        'CREATE SCHEMA mine',
        'CREATE ROLE mine',
        'REFRESH MATERIALIZED VIEW mv',
        'GRANT SELECT ON people TO PUBLIC',
        `COPY people TO PROGRAM 'true'`,
        `ALTER SYSTEM SET work_mem = '1MB'`,
        'SET ROLE helpers',
        ...(major >= 15 ? ['CREATE TABLE public.mine ()'] : []),
      ])
        assert.equal(await said(direct, sql), '42501', sql)
      await direct.end()
    })

    test('what no mask looks at cannot be read, by no way', async () => {
      const direct = await clientOf(role)
      let hidden = 0
      for (const relation of survey.relations) {
        const on = `"${relation.schema}"."${relation.name.replaceAll('"', '""')}"`
        const closed = withheld(relation)
        for (const { name } of relation.columns) {
          if (!'rpm'.includes(relation.kind)) continue
          const found = await said(direct, `SELECT "${name.replaceAll('"', '""')}" FROM ${on} LIMIT 1`)
          assert.equal(found, closed.includes(name) ? '42501' : 'ok', `${on}.${name}`)
          if (closed.includes(name)) hidden++
        }
        if (closed.length > 0) assert.equal(await said(direct, `SELECT * FROM ${on}`), '42501')
        if (relation.kind === 'v')
          assert.equal(await said(direct, `SELECT * FROM ${on}`), relation.isInlined ? '42501' : 'ok')
      }
      assert.ok(hidden >= 4, `only ${hidden} columns are withheld`)
      // The one way that is left is named in the script: functions of others that everybody may call.
      assert.ok(script.others.some((line) => line.includes('"public"."leak"') || line.includes('public.leak(integer)')))
      await direct.end()
    })

    test('a column that is added later stays closed', async () => {
      await admin.query(`ALTER TABLE people ADD COLUMN later text DEFAULT 'x'`)
      const direct = await clientOf(role)
      assert.equal(await said(direct, 'SELECT later FROM people'), '42501')
      await direct.end()
      await admin.query('ALTER TABLE people DROP COLUMN later')
    })

    test('ordinary questions work through the gateway as this role', async (t) => {
      const [strong, weak] = [await openWorld(server, database, mask), await openWorld(role, database, mask)]
      const texts = readdirSync(new URL('../../../../test/corpus/', import.meta.url))
        .filter((file) => /^usable.*\.sql$/.test(file))
        .flatMap((file) => corpus(file.replace('.sql', '')))
      const broken: string[] = []
      let asked = 0
      for (const text of texts) {
        const before_ = await strong.ask(text)
        if (before_.refused !== undefined || before_.error !== undefined) continue
        asked++
        const now = await weak.ask(text)
        if (now.refused !== undefined || now.error !== undefined)
          broken.push(`${now.refused?.title ?? now.error} <- ${text.slice(0, 300)}`)
        else assert.deepEqual(now.fields, before_.fields, text)
      }
      t.diagnostic(`${asked - broken.length} of ${asked} work; ${texts.length} in the corpus`)
      for (const line of broken) t.diagnostic(line)
      await strong.close()
      await weak.close()
      assert.ok(broken.length <= 3, broken.join('\n'))
    })

    test('whatever names there are, the script means them', async () => {
      const name = fc.oneof(
        fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
        fc.string({
          minLength: 1,
          maxLength: 20,
          unit: fc.constantFrom('"', "'", '.', '\\\\', '$', '-', '*', '/', ';', '(', ' ', 'ä', '\n', 'a'),
        }),
        fc.constantFrom(
          '$glovebox$',
          '--',
          '*/',
          'select',
          'user',
          'Öl',
          "'; DROP TABLE people; --",
          '"',
          'x" FROM PUBLIC; --',
        ),
      )
      const names = [...new Set(fc.sample(name, { numRuns: 60, seed: 4 }))].filter(
        (one) =>
          !one.includes('\0') &&
          Buffer.byteLength(one) < 60 &&
          !/[\ud800-\udfff]/.test(one.normalize().replace(/[\ud800-\udbff][\udc00-\udfff]/g, '')),
      )
      const quoted = (one: string): string => `"${one.replaceAll('"', '""')}"`
      await admin.query('CREATE SCHEMA "od""d.s"')
      for (const [n, one] of names.entries())
        await admin.query(`CREATE TABLE "od""d.s".${quoted(one)} (id int, ${quoted(`c${n}${one}`)} text)`)
      const odd = await openWorld(server, database, {
        ...mask,
        ...Object.fromEntries(
          names.map((one, n) => [
            `"od""d.s".${quoted(one)}.${quoted(`c${n}${one}`)}`,
            { class: 'pii.text', hideNull: true },
          ]),
        ),
      })
      const all = odd.walls.survey?.() ?? assert.fail()
      const made = provisionL1(all, wish, await roleFacts(load, major, wish.role))
      await admin.query(scriptText('the script of "x"\n; DROP TABLE people', made, ['after\nDROP TABLE people']))
      const rows = await load(
        `SELECT c.relname, has_column_privilege('glovebox_ro', c.oid, 1::int2, 'SELECT'), has_column_privilege('glovebox_ro', c.oid, 2::int2, 'SELECT')
          FROM pg_class c WHERE c.relnamespace = '"od""d.s"'::regnamespace AND c.relkind = 'r'`,
      )
      assert.equal(rows.length, names.length)
      for (const row of rows) assert.deepEqual(row.slice(1), ['t', 'f'], row[0] ?? '')
      assert.ok(names.length > 30, `${names.length} names`)
      assert.ok((await load('SELECT count(*) FROM people')).length > 0)
      await admin.query(made.undo.join('\n').replace('ALTER ROLE "glovebox_ro" RESET ALL;', ''))
      await odd.close()
      await admin.query('DROP SCHEMA "od""d.s" CASCADE')
    })

    test('the way back leaves nothing of the role', async () => {
      const [fresh] = [{ ...wish, role: 'glovebox_two' }]
      const made = provisionL1(survey, fresh, await roleFacts(load, major, fresh.role))
      const before_ = await load(rights)
      await admin.query(scriptText('x', made, []))
      assert.notDeepEqual(await load(rights), before_)
      await admin.query(made.undo.join('\n'))
      assert.deepEqual(await load(rights), before_)
      assert.deepEqual(await load(`SELECT FROM pg_roles WHERE rolname = 'glovebox_two'`), [])
    })
  })
}

/** Every right on anything that a script of ours touches. */
const rights = `SELECT 'c', c.oid::regclass::text, a.grantee::regrole::text, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a
  UNION ALL SELECT 'a', t.attrelid::regclass || '.' || t.attname, a.grantee::regrole::text, a.privilege_type FROM pg_attribute t, aclexplode(t.attacl) a
  UNION ALL SELECT 'n', n.nspname, a.grantee::regrole::text, a.privilege_type FROM pg_namespace n, aclexplode(n.nspacl) a WHERE a.grantee > 16383
  UNION ALL SELECT 'r', rolname, '', '' FROM pg_roles ORDER BY 1, 2, 3, 4`
