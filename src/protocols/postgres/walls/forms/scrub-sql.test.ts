// M5 on a real server: total, deterministic, JSON stays JSON, nothing that the patterns know is left; two worlds that
// differ only in such values look alike; and equality with an ordinary value uses its index.
import assert from 'node:assert/strict'
import { after, before, describe as suite, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { corpus, texts as textsOf } from '../../../../../test/lib/detect-pieces.ts'
import { openWorld, type World } from '../../../../../test/lib/walls-shop.ts'
import { startPostgres, type Postgres } from '../../../../../test/lib/servers.ts'
import { meaningOf } from '../../../../masking/detect/patterns.ts'
import { scrubOf } from './scrub-sql.ts'

let server: Postgres
let client: pg.Client
before(async () => {
  server = await startPostgres({ major: 18 })
  client = new pg.Client(server.url)
  await client.connect()
})
after(async () => {
  await client.end()
  await server.stop()
})

const column = (type: string, cast = `pg_catalog.${type}`) => ({ type, schema: 'pg_catalog', cast, typmod: -1 })

/** The masks of many values of one type, as text. */
async function masks(type: string, values: readonly string[], cast?: string): Promise<(string | null)[]> {
  const mask = scrubOf(column(type, cast))
  assert.ok(mask)
  const { rows } = await client.query<{ m: string | null }>(
    `SELECT (${mask.sql('v.x')})::text AS m FROM (SELECT x::${cast ?? `pg_catalog.${type}`} AS x, o FROM unnest($1::text[]) WITH ORDINALITY AS u(x, o)) v ORDER BY o`,
    [values],
  )
  return rows.map(({ m }) => m)
}

/** What a text of PostgreSQL can hold. */
const texts = textsOf(8).map((text) => text.replaceAll('\0', '').toWellFormed())

/** A letter as other writers of JSON have it. */
const escaped = (char: string, at: number, text: string): string =>
  text[at - 1] === '\\' ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

suite('the form', () => {
  test('what the corpus marks is gone, where a pattern can know it', async () => {
    // Behind a colon or quotes a secret is only told by the engine; so are IBANs and ids by their check digits.
    const known = corpus.filter(([detector]) => detector !== 'none' && detector !== 'secret')
    const shown = await masks(
      'text',
      known.map(([, text]) => text.replaceAll(/[«»]/g, '')),
    )
    for (const [i, [detector, text]] of known.entries())
      for (const [, value = ''] of text.matchAll(/«([^»]*)»/g))
        assert.ok(shown[i]?.includes(value) === false, `${detector}: ${value} in ${shown[i]}`)
  })

  test('ordinary words stay as they are', async () => {
    const words = [
      'open',
      'paid',
      'SKU-0042',
      'R-20381',
      '2026-11-24 12:00:01',
      'Darjeeling First Flush, 100 g',
      '10.0.0.1',
      'v1.2.3',
      '7d4f8a1e-1b2c-4d3e-9f00-112233445566',
      '',
      '  ',
      'a=b',
      'https://example.com/a?b=c',
      '12345',
    ]
    assert.deepEqual(await masks('text', words), words)
  })

  test('any text, in any of the types: no error, the same again, and JSON stays JSON', async () => {
    const sample = fc.sample(texts, { numRuns: 1500, seed: 7 })
    const once = await masks('text', sample)
    assert.deepEqual(await masks('text', sample), once)
    for (const type of ['json', 'jsonb']) {
      const values = sample
        .map((text, i) =>
          JSON.stringify(
            i % 3 === 0 ? text : { [text]: text, password: text, n: 4111111111111111, list: [text, 1.5e10, null] },
          ),
        )
        .filter((text) => !text.includes('\\u0000'))
        .map((text) => (type === 'json' ? text.replaceAll(/[é名gx]/g, escaped) : text))
      for (const [i, shown] of (await masks(type, values)).entries()) {
        const value = JSON.parse(values[i] ?? '') as unknown
        const after = JSON.parse(shown ?? '') as unknown
        assert.equal(typeof after, typeof value)
        if (typeof after === 'object') assert.equal((after as { n: number }).n, 4111111111111111)
      }
    }
    const quoted = sample.map((text) => `{"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}",x}`)
    const lists = await masks('_text', quoted, 'pg_catalog.text[]')
    assert.equal(lists.length, quoted.length)
    await masks(
      'varchar',
      sample.map((text) => [...text].slice(0, 10).join('')),
      'character varying(10)',
    )
    await masks('tsvector', ["'a':1 'ana@example.com':2", ''])
    assert.equal((await masks('tsvector', ["'ana@example.com':2"]))[0], null)
  })

  test('an ordinary value is shown as itself: the raw test says no more than the shown one', async () => {
    const sample = [...new Set(fc.sample(texts, { numRuns: 4000, seed: 11 }))].filter(
      (text) => meaningOf(text) === 'ordinary',
    )
    assert.ok(sample.length > 300)
    assert.deepEqual(await masks('text', sample), sample)
  })

  test('under a collation that patterns refuse', async () => {
    await client.query(`create collation loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`)
    await client.query(
      'create table loose_texts (t text collate loose); insert into loose_texts values ($$ANA@example.com$$), ($$b$$)',
    )
    const mask = scrubOf({ ...column('text'), collation: 'public.loose' })
    const { rows } = await client.query(`SELECT ${mask?.sql('gbx.t')} AS t FROM loose_texts gbx ORDER BY 1`)
    assert.deepEqual(rows, [{ t: '[email]' }, { t: 'b' }])
  })
})

suite('two worlds', () => {
  const worlds: World[] = []
  before(async () => {
    for (const [name, who, card] of [
      ['scrub_a', 'ana', '4111111111111111'],
      ['scrub_b', 'bob', '5555555555554444'],
    ] as const) {
      await client.query(`create database ${name}`)
      const admin = new pg.Client(Object.assign(new URL(server.url), { pathname: `/${name}` }).href)
      await admin.connect()
      await admin.query(`
        create table notes (id int primary key, ref text not null unique, state varchar(20) not null, note text, doc jsonb, tags text[], code char(8));
        insert into notes select i, 'R-' || i, (array['open', 'paid', 'late'])[i % 3 + 1],
          case i % 4 when 0 then '${who}' || i || '@example.com' when 1 then 'card ${card}' when 2 then 'nothing' end,
          jsonb_build_object('mail', '${who}' || i || '@example.com', 'n', i), array['${who}@example.com', 'x'], 'C-' || i
        from generate_series(1, 3000) i;
        create index on notes (state); create index on notes (note); create index on notes (code);
        create view open_notes as select id, note, doc from notes where state = 'open';`)
      await admin.query('vacuum (full, analyze) notes')
      await admin.end()
      worlds.push(await openWorld(server, name, {}, { unlabelled: 'scrub' }))
    }
  })
  after(async () => {
    await Promise.all(worlds.map((world) => world.close()))
  })

  const statements = [
    `select * from notes order by id limit 20`,
    `select note, count(*) from notes group by note order by 1 nulls first`,
    `select id from notes where note = 'nothing' order by id limit 5`,
    `select id from notes where note = 'ana4@example.com'`,
    `select id from notes where note = 'card 4111111111111111'`,
    `select id from notes where note in ('nothing', 'ana4@example.com')`,
    `select id from notes where note = '[email]' order by id limit 5`,
    `select id from notes where note = 'card [pan]' order by id limit 5`,
    `select id from notes where note like 'ana%' or note like '%4111%'`,
    `select id from notes where note ~ 'bob|5555' or doc->>'mail' = 'ana4@example.com'`,
    `select id from notes where note < 'ana5' order by id limit 5`,
    `select max(note), min(note), string_agg(distinct note, ',' order by note) from notes`,
    `select md5(note), length(note), reverse(note), upper(note) from notes order by id limit 9`,
    `select a.id, b.id from notes a join notes b on a.note = b.note where a.id < 9 and b.id < 9 order by 1, 2`,
    `select doc, tags, code from notes order by id limit 5`,
    `select * from open_notes order by id limit 5`,
    `select note::int from notes where id = 4`,
    `select id from notes where state = 'paid' and note = 'nothing' order by id limit 5`,
    `explain select * from notes where note = 'nothing'`,
    `explain select * from notes where note = 'ana4@example.com'`,
    `explain (analyze, costs off, timing off, summary off, buffers off) select id from notes where note = 'nothing'`,
    `explain (analyze, costs off, timing off, summary off, buffers off) select id from notes where note like 'ana4@%'`,
    `explain (analyze, costs off, timing off, summary off, buffers off) select id from notes where note = '[email]'`,
    `copy (select * from notes order by id limit 20) to stdout`,
    `select note from notes where id = 4 union select note from notes where id = 5`,
    `select id from notes order by note, id limit 9`,
    `select id from notes where id in (select id from notes where note = 'ana4@example.com')`,
    `select count(*) filter (where note = 'nothing'), count(distinct note) from notes`,
  ]
  for (const text of statements)
    test(text.slice(0, 70), async () => {
      const [one, other] = await Promise.all(worlds.map((world) => world.ask(text)))
      const said = (answer: typeof one): unknown => ({ ...answer, verdicts: undefined })
      assert.deepEqual(said(one), said(other))
      assert.doesNotMatch(
        JSON.stringify(said(one)?.valueOf()),
        /(ana|bob)\d*@example|4111111111111111|5555555555554444/,
      )
    })

  test('values that a detector knows are refused, as literals and as parameters; others are found', async () => {
    const [world] = worlds
    assert.ok(world)
    assert.equal((await world.ask(`select id from notes where note = 'ana4@example.com'`)).refused?.code, 'GBX-1206')
    assert.deepEqual((await world.ask(`select id from notes where ref = $1`, ['R-17'])).rows, [['17']])
    assert.deepEqual((await world.ask(`select id from notes where 'R-17' = ref and state in ('paid', 'late')`)).rows, [
      ['17'],
    ])
    assert.deepEqual((await world.ask(`select id from notes where code = 'C-9'`)).rows, [['9']])
    const judged = await world.session.judge(`select id from notes where note = $1`, {
      searchPath: ['public'],
      inTransaction: false,
      extended: true,
    })
    assert.ok(Array.isArray(judged))
    const bound = (value: string) =>
      world.session.bind(judged[0] as never, [{ value: Buffer.from(value), binary: false }])
    assert.equal((bound('ana4@example.com') as { code?: string } | undefined)?.code, 'GBX-1206')
    assert.equal((bound('nothing') as { code?: string } | undefined)?.code, undefined)
  })

  test('indexes serve', async () => {
    const [world] = worlds
    assert.ok(world)
    for (const text of [
      `select * from notes where ref = 'R-17'`,
      `select note from notes where ref in ('R-17', 'R-18')`,
      `select * from notes n where n.state = 'open' and n.ref = 'R-20'`,
      `select * from notes where code = 'C-9'`,
    ]) {
      const plan = JSON.stringify((await world.ask(`explain ${text}`)).rows)
      assert.match(plan, /Index/, `${text}: ${plan}`)
    }
    assert.match(
      JSON.stringify((await world.ask(`explain select * from notes where ref = $1`, ['R-17'])).rows),
      /Index/,
    )
    // Prepared by SQL nobody sees the value, so nothing is compared inside.
    const [made] = (await world.ask(`prepare p(text) as select id from notes where ref = $1`)).verdicts ?? []
    assert.equal(made?.sql.match(/gbx\."?ref"? IN/), null)
  })
})
