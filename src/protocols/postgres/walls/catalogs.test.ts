// K2: what is left of other people's statements. Constants hold a canary; wherever the text is cut, it must be gone.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { type Postgres, startPostgres } from '../../../../test/lib/servers.ts'
import { literals } from './catalogs.ts'

let server: Postgres
let client: pg.Client
before(async () => {
  server = await startPostgres()
  client = new pg.Client(server.url)
  await client.connect()
})
after(async () => {
  await client.end()
  await server.stop()
})

const strip = async (texts: readonly string[]): Promise<string[]> => {
  const sql = literals('v', {
    attnum: 1,
    name: 'query',
    type: 'text',
    schema: 'pg_catalog',
    cast: 'text',
    typmod: -1,
    generated: false,
    isRow: false,
  })
  const { rows } = await client.query<{ m: string }>(
    `SELECT ${sql} AS m FROM unnest($1::text[]) WITH ORDINALITY AS u(v, o) ORDER BY o`,
    [texts],
  )
  return rows.map((row) => row.m)
}

test('constants go, names stay', async () => {
  const [one, two, three] = await strip([
    `SELECT "a b", c1 FROM t WHERE x = 'canary' AND y > 42 -- canary\n AND z = $1`,
    'SELECT $$canary$$, $q$can$ary$q$ FROM t /* canary */ WHERE a',
    `SELECT 'it''s', E'\\'canary'`,
  ])
  assert.match(one ?? '', /^SELECT "a b", c1 FROM t WHERE x =\s+AND y > \?\s+AND z = \$/)
  for (const left of [one, two, three]) assert.doesNotMatch(left ?? '', /canary/)
})

test('no constant survives, wherever the text is cut', async () => {
  const secret = fc.constantFrom(
    'canary',
    `can''canary`,
    'canary -- x',
    'canary /* x',
    'x */ canary',
    'canary "',
    'a\ncanary',
    'canary $$',
    '12canary34',
  )
  const piece = fc.oneof(
    secret.map((value) => `'${value}'`),
    secret.map((value) => `E'\\'${value.replaceAll("'", "\\'")}'`),
    fc.constant(`'a\\'`),
    fc.constant('$$canary$$'),
    fc.constant('$t$ canary $$ $t$'),
    fc.constant(`-- don't canary\n`),
    fc.constant(`/* it's /* canary */ ' */`),
    fc.constant(`U&'\\0061canary'`),
    fc.constantFrom('SELECT ', ' , ', '"it\'s"', '"a""b"', 'x', ' = ', '$1', ' FROM t ', '(', ')', 't1'),
  )
  const texts = fc.sample(
    fc
      .tuple(fc.array(piece, { minLength: 1, maxLength: 8 }), fc.nat(200))
      .map(([pieces, cut]) => pieces.join('').slice(0, cut + 1)),
    3000,
  )
  for (const [index, left] of (await strip(texts)).entries())
    assert.doesNotMatch(left, /can?$|canary|cana|canar/, JSON.stringify([texts[index], left]))
})
