// G2, M1 to M9 on real servers: a table with a column of every kind of type, filled with whatever each type takes of odd
// and random texts. Under every form: no value raises, the type, its bound and the binary form stay, nulls stay null,
// nothing raw is left beyond what the form says, and pseudonyms are the same in every database and session.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { lacks, type Major, type Postgres, startPostgres } from '../lib/servers.ts'
import { openWorld, type World } from '../lib/walls-shop.ts'
import type { Form } from '../../src/core/nouns.ts'
import { builtForms, redacted } from '../../src/masking/forms.ts'

const schema = `
  CREATE EXTENSION IF NOT EXISTS hstore; CREATE EXTENSION IF NOT EXISTS citext;
  CREATE TYPE mood AS ENUM ('glad', 'sad'); CREATE TYPE pair AS (a text, b int);
  CREATE DOMAIN code AS text CHECK (length(value) < 30); CREATE DOMAIN price AS numeric(10,2) CHECK (value > -1000000);
  CREATE FUNCTION fits(v text, t text) RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN EXECUTE format('SELECT (%L::%s)::text', v, t); RETURN true; EXCEPTION WHEN OTHERS THEN RETURN false; END $$;`

const types: readonly string[] = [
  ...['text', 'varchar', 'varchar(40)', 'varchar(20)', 'varchar(3)', 'char(12)', 'char(1)', 'name', '"char"', 'citext'],
  ...['smallint', 'integer', 'bigint', 'numeric', 'numeric(10,2)', 'real', 'double precision', 'money', 'oid'],
  ...[
    'date',
    'timestamp',
    'timestamp(0)',
    'timestamptz',
    'timestamptz(3)',
    'time',
    'timetz',
    'interval',
    'interval day',
  ],
  ...['boolean', 'bytea', 'bit(8)', 'varbit', 'uuid', 'inet', 'cidr', 'macaddr', 'macaddr8', 'pg_lsn'],
  ...['json', 'jsonb', 'jsonpath', 'xml', 'hstore', 'tsvector', 'tsquery'],
  ...['point', 'line', 'lseg', 'box', 'path', 'polygon', 'circle'],
  ...['int4range', 'numrange', 'tsrange', 'daterange', 'mood', 'pair', 'code', 'price'],
  ...[
    'text[]',
    'varchar(5)[]',
    'integer[]',
    'numeric(5,1)[]',
    'jsonb[]',
    'mood[]',
    'pair[]',
    'code[]',
    'timestamptz[]',
  ],
]
/** Since PostgreSQL 14. */
const newer = ['int4multirange', 'datemultirange']

const odd: readonly string[] = [
  ...['', ' ', '\t\n', 'a', 'ab', '12345678', '123456789', 'glad', 't', '0', '1', '-1', '7', '999', '10101010', '1e5'],
  ...['x'.repeat(9), 'y'.repeat(29), 'z'.repeat(20_000), "'", '"', '\\', '%', '{}', '[]', '()', '<a/>', 'null', 'NULL'],
  ...[
    'ä',
    'ß',
    'İ',
    'ı',
    '😀',
    '👩‍👩‍👧',
    'e\u0301\u0323',
    '\u202eevil',
    'مرحبا',
    'שלום',
    '日本語テキスト',
    'ｆｕｌｌ',
    '\u200b',
    '\ufeff',
  ],
  ...[
    'NaN',
    'Infinity',
    '-Infinity',
    'infinity',
    '-infinity',
    '1e308',
    '-1e308',
    '1e-300',
    '0.1',
    '-0',
    '1e1000',
    '32767',
  ],
  ...['-32768', '2147483647', '-2147483648', '9223372036854775807', '-9223372036854775808', '99999999.99', '$1,234.56'],
  ...[
    '1970-03-04',
    '0001-01-01 BC',
    '4713-01-01 BC',
    '5874897-12-31',
    '294276-12-31 23:59:59.999999',
    '2000-02-29 24:00',
  ],
  ...[
    '2024-02-29 12:34:56.789+14',
    '4714-11-24 00:00:00+00 BC',
    '24:00',
    '23:59:60',
    '12:00-15:59',
    'allballs',
    'epoch',
  ],
  ...['178000000 years', '-178000000 years', '1 mon -3 days 04:05:06', 'P1Y2M', '00000000-0000-0000-0000-000000000000'],
  ...[
    'ffffffff-ffff-8fff-8fff-ffffffffffff',
    '0.0.0.0',
    '255.255.255.255/8',
    '10.1.2.3/32',
    '::',
    '::ffff:1.2.3.4',
    '2001:db8::1/128',
  ],
  ...[
    '08:00:2b:01:02:03',
    '08:00:2b:ff:fe:01:02:03',
    '16/B374D848',
    '\\x',
    '\\x00ff',
    '\\\\',
    'B',
    '{"a":1}',
    '{"a":{"b":[1,null]}}',
  ],
  ...[
    '{"a":"\\u0000"}',
    '{"\\ud800":1,"a":3}',
    '{"a":1e1000000}',
    '{"a":1,"a":2}',
    ' {"a" : "k"} ',
    '"x"',
    '(1,1),(0,0)',
    '[[[[1]]]]',
    '$.a[*] ? (@ > 1)',
  ],
  ...[
    'a=>1',
    '"a"=>NULL, b=>"c d"',
    'a & b | !c',
    "'a b':3A c",
    '(1,2)',
    '(NaN,Infinity)',
    '{1,2,3}',
    '[(0,0),(1,1)]',
    '<(0,0),1>',
  ],
  ...[
    'empty',
    '[1,2)',
    '(,)',
    '[2020-01-01,2021-01-01]',
    '{[1,3),[5,9)}',
    '{}',
    '{NULL}',
    '{a,b,NULL}',
    '{{a,b},{c,d}}',
    '[5:6]={a,b}',
    '{"a,b","c\\"d"}',
  ],
  ...[
    '{1,NULL,-1}',
    '("x",5)',
    '(,)',
    '("a ""b"" c",)',
    '{"(x,1)",NULL}',
    '{glad,sad}',
    'a@b.c',
    'Ana@Example.COM',
    '4111111111111111',
  ],
]

interface Kind {
  readonly column: string
  readonly type: string
  readonly values: readonly string[]
}

/** Rules that a label can have for a form. */
const rulesOf: Readonly<Partial<Record<Form, readonly object[]>>> = {
  pseudonym: [{}, { canonical: 'lower' }],
  partial: [{ keepLast: 4 }, { keepFirst: 6, keepLast: 6 }],
  generalise: ['year', 'month', 'day', '/24', '1000', '0.1', '; DROP TABLE zoo'].map((unit) => ({ unit })),
  keep: [{}, { keep: ['a', `q'uo"te`] }],
}

for (const major of [18, 15] as const satisfies readonly Major[]) {
  describe(`every form on every type, PostgreSQL ${major}`, { skip: lacks(major) }, () => {
    let server: Postgres
    let kinds: readonly Kind[]
    let longest = 0
    const url = (database: string): string => Object.assign(new URL(server.url), { pathname: `/${database}` }).href

    before(async () => {
      server = await startPostgres({ major })
      const random = fc.sample(fc.string({ unit: 'grapheme', maxLength: 60 }), { numRuns: 50, seed: 7 })
      const pool = [...odd, ...random].filter((value) => !value.includes('\0') && value.isWellFormed())
      for (const database of ['zoo', 'zoo2']) {
        const admin = new pg.Client(server.url)
        await admin.connect()
        await admin.query(`CREATE DATABASE ${database}`)
        await admin.end()
        const client = new pg.Client(url(database))
        await client.connect()
        await client.query(schema)
        if (kinds === undefined) kinds = await fitting(client, pool)
        longest = Math.max(...kinds.map(({ values }) => values.length))
        await client.query(
          `CREATE TABLE zoo (n int PRIMARY KEY, ${kinds.map(({ column, type }) => `${column} ${type}`).join(', ')})`,
        )
        const places = kinds.map(({ type }, i) => `($${i + 2}::text)::${type}`)
        for (let n = 0; n <= longest; n++)
          await client.query(`INSERT INTO zoo VALUES ($1, ${places.join(', ')})`, [
            n,
            ...kinds.map(({ values }) => (n === longest ? null : (values[n] ?? values[n % values.length]))),
          ])
        await client.end()
      }
    })
    after(() => server.stop())

    async function fitting(client: pg.Client, pool: readonly string[]): Promise<readonly Kind[]> {
      const found: Kind[] = []
      for (const [i, type] of [...types, ...newer].entries()) {
        const { rows } = await client
          .query<{ v: string }>(`SELECT v FROM unnest($1::text[]) v WHERE fits(v, '${type}')`, [pool])
          .catch(() => ({ rows: [] }))
        if (rows.length > 0) found.push({ column: `c${i}`, type, values: rows.map(({ v }) => v) })
      }
      return found
    }

    const labelled = (form: Form, rule: object, database = 'zoo'): Promise<World> =>
      openWorld(
        server,
        database,
        Object.fromEntries(kinds.map(({ column }) => [`public.zoo.${column}`, { class: 'pii.id', form, ...rule }])),
      )
    const text = 'SELECT * FROM zoo ORDER BY n'

    test('there are values of every type to try', () => {
      const missing = [...types, ...(major >= 14 ? newer : [])].filter(
        (type) => !kinds.some((kind) => kind.type === type),
      )
      assert.deepEqual(missing, [])
      for (const { type, values } of kinds) assert.ok(values.length > 0, type)
    })

    for (const form of builtForms.filter((one) => one !== 'scrub')) {
      for (const rule of rulesOf[form] ?? [{}]) {
        test(`${form} ${JSON.stringify(rule)}`, async () => {
          const world = await labelled(form, rule)
          try {
            const raw = await world.raw(text)
            const masked = await world.ask(text)
            assert.deepEqual([masked.error, masked.refused], [undefined, undefined])
            assert.deepEqual((await world.ask(text)).rows, masked.rows, 'the same twice')
            const isDomain = new Set(kinds.filter(({ type }) => /^(code|price)/.test(type)).map(({ column }) => column))
            for (const [i, field] of (masked.fields ?? []).entries())
              if (!isDomain.has(field.split(':')[0] ?? '')) assert.equal(field, raw.fields?.[i])
            assert.equal(masked.rows?.length, longest + 1)
            assert.ok(
              masked.rows
                ?.at(-1)
                ?.slice(1)
                .every((value) => value === null),
              'null stays null',
            )
            if (form === 'keep') return
            for (const [r, row] of (masked.rows ?? []).entries()) {
              for (const [i, kind] of kinds.entries()) {
                const [before, now] = [raw.rows?.[r]?.[i + 1], row[i + 1]]
                const context = `${kind.type} ${JSON.stringify(before)?.slice(0, 60)} -> ${JSON.stringify(now)?.slice(0, 60)}`
                if (form === 'null') assert.equal(now, null, context)
                if (form === 'redact') assert.ok(now === null || redacted.startsWith(String(now).trimEnd()), context)
                if (form === 'pseudonym' && before !== null && !/^.{0,3}$|^\{NULL\}$/s.test(String(before)))
                  assert.notEqual(now, before, context)
                const hidden = typeof now === 'string' && redacted.startsWith(now.trimEnd())
                if (form === 'partial' && typeof now === 'string' && !hidden && [...String(before)].length < 13)
                  assert.notEqual(now, before, context)
              }
            }
            const judged = await world.session.judge(text, {
              searchPath: world.walls.searchPath,
              inTransaction: false,
              extended: true,
            })
            assert.ok(Array.isArray(judged))
            const inBinary = { text: (judged as readonly { sql: string }[])[0]?.sql ?? '', binary: true }
            const binary = await world.client.query(inBinary as pg.QueryConfig)
            assert.equal(binary.rows.length, longest + 1)
          } finally {
            await world.close()
          }
        })
      }
    }

    test('pseudonyms are the same in another database, whatever the session has set', async () => {
      const one = await labelled('pseudonym', {})
      const other = await labelled('pseudonym', {}, 'zoo2')
      try {
        const first = await one.ask(text)
        for (const setting of [
          `SET timezone = 'Pacific/Kiritimati'`,
          `SET datestyle = 'SQL, DMY'`,
          `SET intervalstyle = 'iso_8601'`,
          'SET extra_float_digits = -15',
          'SET bytea_output = escape',
        ])
          assert.equal((await other.ask(setting)).error, undefined)
        assert.deepEqual((await other.ask(text)).rows, first.rows)
      } finally {
        await one.close()
        await other.close()
      }
    })
  })
}
