// G2: no value of a labelled column reaches a client unmasked, nor can be found out. Two worlds that differ only in
// labelled values give the same answers under forms that say nothing; under the usual forms no canary comes out.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { furtherMajors, lacks, majors, startPostgres, type Major, type Postgres } from '../lib/servers.ts'
import {
  type Answer,
  canaries,
  constant,
  corpus,
  isAbsent,
  makeWorlds,
  missing,
  openWorld,
  usual,
  type World,
} from '../lib/walls-shop.ts'
import { chance, statement } from '../lib/walls-statements.ts'

/** Clocks, chance, sizes, addresses and what other sessions do: different from run to run without any world. */
const unsteady =
  /now\(|current_(timestamp|date)|clock_timestamp|random|gen_random|pg_stat_|pg_locks|pid|size|xmin|wal|age\(|placed|SHOW ALL|pg_settings|SYSTEM \(|attname|n_distinct|pg_stats|ANALYZE|information_schema|pg_class|pg_proc|current_database/i
// A long run by hand: GLOVEBOX_TEST_STATEMENTS=20000. Of the majors that differ least there are fewer.
const countOf = (major: Major): number =>
  Number(process.env['GLOVEBOX_TEST_STATEMENTS'] ?? (furtherMajors.some((one) => one === major) ? 200 : 700))

const shown = (answer: Answer): string => JSON.stringify([answer.fields, answer.rows, answer.error, answer.beside])

for (const major of majors) {
  describe(`PostgreSQL ${major}`, { skip: lacks(major) }, () => {
    const count = countOf(major)
    let server: Postgres
    const open: World[] = []
    const world = async (database: string, mask: typeof usual): Promise<World> => {
      const made = await openWorld(server, database, mask)
      open.push(made)
      return made
    }
    before(async () => {
      server = await startPostgres({ major })
      await makeWorlds(server)
    })
    after(async () => {
      await Promise.all(open.map((one) => one.close()))
      await server.stop()
    })

    test('no canary in any answer to the corpus of leaks, and the control shows them', async () => {
      const a = await world('shop_a', usual)
      let leaked = 0
      let control = 0
      for (const text of corpus('leaks')) {
        const answer = await a.ask(text)
        if (canaries.test(withoutTyped(shown(answer), text))) {
          leaked++
          assert.equal(shown(answer), 'a canary', text)
        }
        if (canaries.test(shown(await a.raw(`BEGIN READ ONLY; SET LOCAL statement_timeout = '1s'; ${text}; ROLLBACK`))))
          control++
        await a.raw('ROLLBACK')
      }
      assert.equal(leaked, 0)
      assert.ok(control > corpus('leaks').length * 0.2, `only ${control} of the statements show a canary without walls`)
    })

    test('both worlds answer the corpus alike under constant forms', async () => {
      const [a, b] = [await world('shop_a', constant), await world('shop_b', constant)]
      for (const text of [...corpus('leaks'), ...corpus('usable')]) {
        if (unsteady.test(text)) continue
        const [one, other] = [await a.ask(text), await b.ask(text)]
        assert.equal(shown(one), shown(other), text)
        assert.deepEqual(one.refused, other.refused)
      }
    })

    test('both worlds answer random statements alike under constant forms, and without walls they do not', async () => {
      const [a, b] = [await world('shop_a', constant), await world('shop_b', constant)]
      const random = chance(major)
      let ran = 0
      let differ = 0
      for (let n = 0; n < count; n++) {
        const text = statement(random)
        const [one, other] = [await a.ask(text), await b.ask(text)]
        assert.equal(shown(one), shown(other), text)
        if (one.error === undefined && one.refused === undefined) ran++
        if (n % 5 === 0 && shown(await a.raw(text)) !== shown(await b.raw(text))) differ++
      }
      assert.ok(ran > count * 0.4, `only ${ran} of ${count} statements ran`)
      assert.ok(differ > (count / 5) * 0.2, `only ${differ} of ${count / 5} statements could have leaked`)
    })

    test('random statements show no canary under the usual forms', async () => {
      const a = await world('shop_a', usual)
      const random = chance(1000 + major)
      let control = 0
      for (let n = 0; n < count; n++) {
        const text = statement(random)
        const answer = await a.ask(text)
        assert.doesNotMatch(withoutTyped(shown(answer), text), canaries, text)
        if (n % 5 === 0 && canaries.test(shown(await a.raw(text)))) control++
      }
      assert.ok(control > (count / 5) * 0.2, `only ${control} of ${count / 5} statements show a canary without walls`)
    })

    test('no ordinary question is refused, and none fails that does not fail without walls', async () => {
      const [a, plain] = [await world('shop_a', usual), await world('shop_a', usual)]
      for (const text of [...corpus('usable'), ...corpus('usable-psql')]) {
        const answer = await a.ask(text)
        // What psql 15 asks, an older server may not have: then it is said to be absent, as by the server.
        if (isAbsent(answer)) assert.match((await plain.raw(text)).error ?? '', missing, text)
        else assert.equal(answer.refused, undefined, text)
        if (answer.error !== undefined)
          assert.notEqual((await plain.raw(text)).error, undefined, `${answer.error}: ${text}`)
      }
    })

    test('search tells equality and nothing else: both worlds agree on values that they share', async () => {
      const [a, b] = [await world('shop_a', usual), await world('shop_b', usual)]
      for (const text of searches) {
        const [one, other] = [await a.ask(text), await b.ask(text)]
        assert.equal(one.refused, undefined, text)
        assert.equal(shown(one), shown(other), text)
        // And the answer is the one that the data gives.
        assert.deepEqual(one.rows, (await a.raw(text)).rows, text)
      }
    })
  })
}

/** What the person typed is no secret of the database. */
const withoutTyped = (answer: string, text: string): string =>
  (text.match(/'[^']*'/g) ?? []).reduce((left, literal) => left.replaceAll(literal.slice(1, -1), ''), answer)

const searches = [
  `SELECT id FROM people WHERE email = 'shared@both.example'`,
  `SELECT id FROM people WHERE email = 'nobody@both.example'`,
  `SELECT count(*) FROM people WHERE email <> 'shared@both.example'`,
  `SELECT id FROM people WHERE email IN ('shared@both.example', 'nobody@both.example') ORDER BY id`,
  `SELECT count(*) FROM people WHERE email NOT IN ('shared@both.example')`,
  `SELECT id FROM people WHERE email = 'shared@both.example' OR id = 3 ORDER BY id`,
  `SELECT id FROM people WHERE NOT (email = 'shared@both.example') ORDER BY id`,
  `SELECT o.id FROM people p JOIN orders o ON o.person = p.id WHERE p.email = 'shared@both.example' ORDER BY 1`,
  `SELECT o.id, p.id FROM orders o LEFT JOIN people p ON p.id = o.person AND p.email = 'shared@both.example' ORDER BY 1, 2`,
  `SELECT o.id FROM orders o LEFT JOIN people p ON p.id = o.person WHERE p.email = 'shared@both.example' ORDER BY 1`,
  `SELECT p.id, o.id FROM people p RIGHT JOIN orders o ON p.id = o.person WHERE p.email = 'shared@both.example' ORDER BY 1, 2`,
  `SELECT p.id, o.id FROM people p FULL JOIN orders o ON p.id = o.person WHERE p.email = 'shared@both.example' ORDER BY 1, 2`,
  `SELECT count(*) FROM people p JOIN people q ON p.email = q.email AND q.email = 'shared@both.example'`,
  `SELECT id FROM (SELECT id, email FROM people) x WHERE x.email = 'shared@both.example'`,
  `WITH x AS (SELECT * FROM people) SELECT id FROM x WHERE email = 'shared@both.example'`,
  `SELECT id FROM v_people WHERE email = 'shared@both.example'`,
  `SELECT id FROM mv WHERE email = 'shared@both.example'`,
  `SELECT id FROM people WHERE email = 'shared@both.example'::text`,
  `SELECT id FROM people WHERE email IS NOT DISTINCT FROM 'shared@both.example'`,
  `SELECT id FROM people WHERE email = ANY (ARRAY['shared@both.example', 'x'])`,
  `SELECT id, CASE email WHEN 'shared@both.example' THEN 'it' ELSE 'other' END FROM people ORDER BY id`,
  `SELECT count(*) FILTER (WHERE email = 'shared@both.example') FROM people`,
  `SELECT id FROM orders WHERE person IN (SELECT id FROM people WHERE email = 'shared@both.example') ORDER BY id`,
  `SELECT id FROM people TABLESAMPLE BERNOULLI (100) WHERE email = 'shared@both.example'`,
]
