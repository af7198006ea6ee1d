// G2, function by function and catalogue by catalogue: everything that the reviewed lists allow is called with labelled
// columns, names and oids, and every readable catalogue is read whole, in both worlds. Neither may show a raw value, and
// under constant forms both worlds answer alike.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { lacks, majors, type Postgres, startPostgres } from '../lib/servers.ts'
import { type Answer, canaries, constant, makeWorlds, openWorld, usual, type World } from '../lib/walls-shop.ts'

/** An argument of a type that carries labelled data where it can. */
const samples: Readonly<Record<string, string>> = {
  text: 'p.email',
  '"any"': 'p.email',
  anyelement: 'p.email',
  anycompatible: 'p.email',
  'character varying': 'p.name',
  character: 'p.note::char(10)',
  name: 'p.name::name',
  bytea: 'p.email::bytea',
  anyarray: 'ARRAY[p.email]',
  anycompatiblearray: 'ARRAY[p.email]',
  anynonarray: 'p.email',
  anycompatiblenonarray: 'p.email',
  'text[]': 'ARRAY[p.email, p.name]',
  record: 'p',
  integer: 'p.id',
  smallint: 'p.id::int2',
  bigint: 'p.id::int8',
  numeric: 'p.salary',
  real: 'p.salary::real',
  'double precision': 'p.salary::float8',
  boolean: '(p.email IS NULL)',
  oid: `'people'::regclass::oid`,
  regclass: `'people'::regclass`,
  regproc: `'lower'::regproc`,
  regtype: `'text'::regtype`,
  date: 'p.born',
  'timestamp without time zone': 'p.born::timestamp',
  'timestamp with time zone': `'2024-01-01 00:00+00'::timestamptz`,
  interval: `'1 day'::interval`,
  'time without time zone': `'10:00'::time`,
  json: 'to_json(p)',
  jsonb: 'to_jsonb(p)',
  jsonpath: `'$.*'::jsonpath`,
  inet: 'p.ip',
  cidr: 'p.ip::cidr',
  uuid: 'p.code',
  xml: 'xmlelement(name x, p.email)',
  tsvector: `to_tsvector('simple', p.note)`,
  tsquery: `plainto_tsquery('simple', p.note)`,
  anyenum: 'p.mood',
  'integer[]': 'ARRAY[p.id]',
  '"char"': `'a'::"char"`,
  bit: `B'101'`,
  'bit varying': `B'101'::varbit`,
  money: `'1'::money`,
  regconfig: `'simple'::regconfig`,
  xid: `'5'::xid`,
  pg_lsn: `'0/0'::pg_lsn`,
}
const unsteady =
  /now|timestamp|random|uuid|pid|backend|size|time|wal|recovery|snapshot|xact|txid|conf_load|inet_server|inet_client|age$|jit|timezone|current_database|getdatabase|filenode|notification|database_to|postmaster|xid|version/
/** Catalogues whose rows are clocks, counters, sizes, names of the database, or positions in storage. */
const unsteadyCatalogue =
  /pg_stat|pg_locks|pg_settings|pg_class$|pg_database|pg_timezone|pg_cursors|pg_sequences|pg_control|pg_shmem|information_schema|pg_stats|pg_index$|pg_aios/

for (const major of majors) {
  describe(`sweeps on PostgreSQL ${major}`, { skip: lacks(major) }, () => {
    let server: Postgres
    let functions: { name: string; kind: string; args: string[] }[]
    let catalogues: string[]
    const open: World[] = []
    const world = async (database: string, mask: typeof usual): Promise<World> => {
      const made = await openWorld(server, database, mask)
      open.push(made)
      return made
    }
    before(async () => {
      server = await startPostgres({ major })
      await makeWorlds(server)
      const client = new pg.Client(server.url)
      await client.connect()
      functions = (
        await client.query<{ name: string; kind: string; args: string[] }>(
          `SELECT p.proname AS name, p.prokind::text AS kind, ARRAY(SELECT format_type(t, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY AS u(t, o) ORDER BY o)::text[] AS args
          FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.pronargs <= 4 AND p.prokind IN ('f', 'a') ORDER BY p.oid`,
        )
      ).rows
      catalogues = (
        await client.query<{ name: string }>(
          `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('pg_catalog', 'information_schema') AND c.relkind IN ('r', 'v') ORDER BY 1`,
        )
      ).rows.map((row) => row.name)
      await client.end()
    })
    after(async () => {
      await Promise.all(open.map((one) => one.close()))
      await server.stop()
    })
    const shown = (answer: Answer): string => JSON.stringify([answer.fields, answer.rows, answer.error, answer.beside])

    test('functions', async (t) => {
      const [a, b, c] = [await world('shop_a', constant), await world('shop_b', constant), await world('shop_a', usual)]
      let ran = 0
      for (const { name, kind, args } of functions) {
        const list = args.map((type) => samples[type] ?? 'NULL')
        const call = `"${name}"(${list.join(', ')})`
        const text =
          kind === 'a' ? `SELECT ${call} FROM people p` : `SELECT ${call} FROM people p ORDER BY p.id LIMIT 3`
        const one = await a.ask(text)
        if (one.refused !== undefined) continue
        if (one.error === undefined) ran++
        if (!unsteady.test(name)) assert.equal(shown(one), shown(await b.ask(text)), text)
        assert.doesNotMatch(shown(await c.ask(text)), canaries, text)
      }
      t.diagnostic(`${ran} functions ran`)
      assert.ok(ran > 1200, `only ${ran} functions ran`)
    })

    test('catalogues', async (t) => {
      const [a, b] = [await world('shop_a', constant), await world('shop_b', constant)]
      let read = 0
      for (const name of catalogues) {
        const text = `SELECT * FROM ${name}`
        const one = await a.ask(text)
        if (one.refused !== undefined) {
          assert.equal(one.refused.code, 'GBX-1205', text)
          continue
        }
        read++
        assert.equal(one.error, undefined, text)
        // The server's own words hold some of the others by chance.
        assert.doesNotMatch(shown(one), /canary|heronx|secret\.example|999-88/, text)
        if (!unsteadyCatalogue.test(name)) assert.deepEqual(sorted(one), sorted(await b.ask(text)), text)
      }
      t.diagnostic(`${read} of ${catalogues.length} catalogues read`)
      assert.ok(read > 150, `only ${read} catalogues read`)
    })
  })
}

/** Rows without their order, and without the numbers of objects made after the worlds parted (a refreshed view's). */
const sorted = (answer: Answer): readonly string[] =>
  (answer.rows ?? [])
    .map((row) =>
      JSON.stringify(row)
        .replaceAll('shop_b', 'shop_a')
        .replace(/\b1[67]\d{3}\b/g, 'oid'),
    )
    .toSorted()
