// M1 on real servers: no mask raises on any value of its type, types stay, and nothing raw is left beyond what a form
// says. Values: the odd ones of each type, and random texts.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { lacks, type Major, type Postgres, startPostgres } from '../../../../../test/lib/servers.ts'
import { type Form, forms } from '../../../../core/nouns.ts'
import { builtForms, pseudonymText, redacted } from '../../../../masking/forms.ts'
import { keyProof, keySettingsOf, type MaskedType, maskOf } from './forms-sql.ts'

const key = Buffer.alloc(32, 9)
type Case = readonly [type: string, cast: string, typmod: number, values: readonly string[]]

const odd = [
  '',
  ' ',
  'a',
  '12345678',
  '123456789',
  'x'.repeat(5000),
  'ä😀\u0301\u200d',
  '\'"\\',
  '%s{}[]',
  '\n\t',
  '１２３',
  'a@b.c',
  '10.1.2.3',
  '999.999.999.999',
  '::1',
  '{}',
  'null',
  'NaN',
  '-infinity',
]
const cases: readonly Case[] = [
  ['text', 'text', -1, odd],
  ['varchar', 'character varying', -1, odd],
  ['varchar', 'character varying(40)', 44, odd.map((value) => value.slice(0, 30))],
  ['varchar', 'character varying(20)', 24, odd.map((value) => value.slice(0, 16))],
  ['varchar', 'character varying(3)', 7, ['', 'abc', 'ä']],
  ['bpchar', 'character(12)', 16, ['', 'abc', '123456789012']],
  ['bpchar', 'character(1)', 5, ['', 'a']],
  ['name', 'name', -1, ['', 'abc', 'a'.repeat(63)]],
  ['int2', 'smallint', -1, ['0', '-32768', '32767']],
  ['int4', 'integer', -1, ['0', '-2147483648', '2147483647']],
  ['int8', 'bigint', -1, ['0', '-9223372036854775808', '9223372036854775807']],
  ['numeric', 'numeric', -1, ['0', 'NaN', 'Infinity', '-Infinity', `1e1000`, '-1e-1000', '123456789.123456789']],
  ['numeric', 'numeric(10,2)', (10 << 16) + 2 + 4, ['0', 'NaN', '99999999.99', '-99999999.99']],
  ['float4', 'real', -1, ['0', 'NaN', 'Infinity', '-Infinity', '1e-45', '3.4e38']],
  ['float8', 'double precision', -1, ['0', 'NaN', 'Infinity', '-Infinity', '5e-324', '1.7e308']],
  [
    'date',
    'date',
    -1,
    [
      'infinity',
      '-infinity',
      '0001-01-01',
      '0001-01-01 BC',
      '4713-01-01 BC',
      '5874897-12-31',
      '1970-01-01',
      '9999-12-31',
      '2000-02-29',
    ],
  ],
  [
    'timestamp',
    'timestamp without time zone',
    -1,
    ['infinity', '-infinity', '4713-01-01 BC', '294276-12-31 23:59:59.999999', '1970-06-01 12:00:00'],
  ],
  ['timestamp', 'timestamp(0) without time zone', 0, ['infinity', '1970-06-01 12:00:00']],
  [
    'timestamptz',
    'timestamp with time zone',
    -1,
    ['infinity', '-infinity', '4714-11-24 00:00:00+00 BC', '294276-12-31 23:59:59.999999+00', '1970-06-01 12:00:00+14'],
  ],
  ['time', 'time without time zone', -1, ['00:00', '24:00']],
  ['interval', 'interval', -1, ['1 year', '-178000000 years', '0']],
  [
    'inet',
    'inet',
    -1,
    [
      '0.0.0.0',
      '255.255.255.255/8',
      '10.0.0.1/24',
      '::',
      'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/1',
      '::ffff:1.2.3.4',
    ],
  ],
  ['cidr', 'cidr', -1, ['0.0.0.0/0', '10.0.0.0/8', '10.1.2.3/32', '::/0', '2001:db8::1/128']],
  ['uuid', 'uuid', -1, ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']],
  ['bool', 'boolean', -1, ['t', 'f']],
  ['bytea', 'bytea', -1, ['', '\\x00ff']],
  [
    'json',
    'json',
    -1,
    [
      '{}',
      '[]',
      'null',
      '1',
      '"x"',
      '{"a":1,"a":2}',
      '{"a":"\\u0000"}',
      '{"\\ud800":1,"a":3}',
      '{"a":1e1000000}',
      '{"a":{"b":[1,2]},"secret":"s"}',
      ` {"a" : 1 }`,
    ],
  ],
  ['jsonb', 'jsonb', -1, ['{}', '[]', 'null', '1', '"x"', '{"a":null}', '{"a":{"b":[1,2]},"secret":"s"}']],
  ['xml', 'xml', -1, ['<a/>', 'text']],
  ['_text', 'text[]', -1, ['{}', '{NULL}', '{a,b,NULL}', '{{a,b},{c,d}}', '[5:6]={a,b}']],
  ['_int4', 'integer[]', -1, ['{}', '{1,NULL}']],
  ['int4range', 'int4range', -1, ['empty', '[1,2)', '(,)']],
]
const rules = [
  {},
  { keepLast: 4 },
  { keepFirst: 6, keepLast: 6 },
  { unit: 'year' },
  { unit: 'month' },
  { unit: '/24' },
  { unit: '1000' },
  { unit: '; DROP' },
  { keep: ['a', "q'uote"] },
]

for (const major of [18, 15] as const satisfies readonly Major[]) {
  describe(`masks on PostgreSQL ${major}`, { skip: lacks(major) }, () => {
    let server: Postgres
    let client: pg.Client
    before(async () => {
      server = await startPostgres({ major })
      const options = Object.entries(keySettingsOf(key)).map(([name, value]) => `-c ${name}=${value}`)
      client = new pg.Client({ connectionString: server.url, options: options.join(' ') })
      await client.connect()
    })
    after(async () => {
      await client.end()
      await server.stop()
    })

    const masked = async (
      form: Form,
      rule: object,
      [type, cast, typmod]: Case,
      values: readonly string[],
      className = 'pii.email',
      zone = 'UTC',
    ): Promise<(string | null)[]> => {
      const column: MaskedType = { type, schema: 'pg_catalog', cast, typmod }
      const mask = maskOf(
        { class: className, form, keepFirst: 0, keepLast: 0, keep: [], explicit: false, ...rule },
        column,
      )
      await client.query(`SET timezone = '${zone}'`)
      const { rows } = await client.query<{ m: string | null; t: string }>(
        `SELECT (${mask.sql('gbx.v')})::text AS m, pg_typeof(${mask.sql('gbx.v')})::text AS t FROM (SELECT x::${cast} AS v, o FROM unnest($1::text[]) WITH ORDINALITY AS u(x, o)) AS gbx ORDER BY o`,
        [values],
      )
      const plain = cast.replace(/\(.*?\)/, '').replace(/^(character|timestamp)(?= )/, '$1')
      for (const row of rows) assert.equal(row.t, plain, `${form} ${cast}`)
      return rows.map((row) => row.m)
    }

    test('every form on every type and odd value', async () => {
      for (const form of forms) {
        if (!builtForms.includes(form)) continue
        for (const rule of rules) {
          for (const one of cases) {
            const out = await masked(form, rule, one, one[3])
            assert.equal(out.length, one[3].length)
            if (form === 'null' || form === 'redact')
              assert.ok(
                out.every((value) => value === null || redacted.startsWith(value.trimEnd())),
                `${form} ${one[1]}`,
              )
          }
        }
      }
    })

    test('null stays null', async () => {
      for (const form of builtForms)
        for (const one of cases)
          assert.deepEqual(
            await masked(form, { keepLast: 4, keep: ['a'] }, one, [null as unknown as string]),
            [null],
            `${form} ${one[1]}`,
          )
    })

    test('random texts: the pseudonym is that of masking/forms, the others show no more than they say', async () => {
      const texts = fc.sample(
        fc
          .string({ unit: 'grapheme', maxLength: 40 })
          .filter((value) => !value.includes('\u0000') && value.isWellFormed()),
        400,
      )
      const text: Case = ['text', 'text', -1, []]
      assert.deepEqual(
        await masked('pseudonym', {}, text, texts),
        texts.map((value) => pseudonymText(key, 'pii.email', value)),
      )
      const partial = await masked('partial', { keepFirst: 1, keepLast: 4 }, text, texts)
      for (const [index, value] of partial.entries()) {
        const raw = [...(texts[index] ?? '')]
        assert.equal(value, raw.length >= 11 ? `${raw[0]}***${raw.slice(-4).join('')}` : redacted)
      }
    })

    test('generalised times do not move with the time zone', async () => {
      const times: Case = ['timestamptz', 'timestamp with time zone', -1, []]
      const values = ['2024-01-01 00:30:00+00', '2023-12-31 23:30:00+00', '2024-06-15 12:00:00+00']
      const instants = async (zone: string): Promise<(string | null)[]> => {
        await masked('generalise', { unit: 'year' }, times, values, 'pii.birthdate', zone)
        const mask = maskOf(
          {
            class: 'pii.birthdate',
            form: 'generalise',
            unit: 'year',
            keepFirst: 0,
            keepLast: 0,
            keep: [],
            explicit: false,
          },
          { type: 'timestamptz', schema: 'pg_catalog', cast: 'timestamp with time zone', typmod: -1 },
        )
        const { rows } = await client.query<{ at: string }>(
          `SELECT (${mask.sql('gbx.v')} AT TIME ZONE 'UTC')::text AS at FROM (SELECT x::timestamptz AS v, o FROM unnest($1::text[]) WITH ORDINALITY AS u(x, o)) AS gbx ORDER BY o`,
          [values],
        )
        return rows.map((row) => row.at)
      }
      const expected = ['2024-01-01 00:00:00', '2023-01-01 00:00:00', '2024-01-01 00:00:00']
      for (const zone of ['UTC', 'Pacific/Kiritimati', 'America/Los_Angeles'])
        assert.deepEqual(await instants(zone), expected, zone)
    })

    test('networks, buckets, kept keys', async () => {
      assert.deepEqual(
        await masked(
          'generalise',
          { unit: '/24' },
          ['inet', 'inet', -1, []],
          ['10.1.2.3', '10.0.0.0/8', '2001:db8:1:2::3'],
        ),
        ['10.1.2.0/24', '10.0.0.0/8', '2001:db8:1::/48'],
      )
      assert.deepEqual(
        await masked(
          'generalise',
          { unit: '1000' },
          ['numeric', 'numeric(10,2)', (10 << 16) + 6, []],
          ['1999.99', '-1999.99', '99999999.99'],
        ),
        ['1000.00', '-1000.00', '99999000.00'],
      )
      assert.deepEqual(
        await masked('keep', { keep: ['a'] }, ['jsonb', 'jsonb', -1, []], ['{"a":1,"s":"x"}', '"s"', '[{"a":1}]']),
        ['{"a": 1}', '{}', '{}'],
      )
      const json = await masked(
        'keep',
        { keep: ['a'] },
        ['json', 'json', -1, []],
        ['{"a":"\\u0041","s":1}', '{"s":1}', '{"a":1e999999,"s":2}'],
      )
      assert.ok(json.every((value) => !/"s"/.test(value ?? '')))
    })

    test('the key proves itself and stands in no statement', async () => {
      const proof = keyProof(key)
      const { rows } = await client.query<Record<string, string>>(proof.sql)
      assert.equal(Object.values(rows[0] ?? {})[0], proof.expected)
      assert.notEqual(keyProof(Buffer.alloc(32, 8)).expected, proof.expected)
      for (const half of Object.values(keySettingsOf(key))) assert.ok(!proof.sql.includes(half))
      const shown =
        JSON.stringify((await client.query('SELECT name, setting FROM pg_settings')).rows) +
        JSON.stringify((await client.query('SHOW ALL')).rows) +
        JSON.stringify((await client.query('EXPLAIN (SETTINGS, VERBOSE) SELECT 1')).rows)
      assert.doesNotMatch(shown, /glovebox\.k/)
    })
  })
}
