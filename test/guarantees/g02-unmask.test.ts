// G2 under a grant that shows one column as it is: everything else stays masked. Two worlds that share that column and
// differ in every other labelled value give the same answers, byte by byte, and the column itself does come out.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isRefusal } from '../../src/core/error.ts'
import { lacks, startPostgres, type Postgres } from '../lib/servers.ts'
import { type Answer, constant, corpus, makeShop, makeWorlds, openWorld, usual, type World } from '../lib/walls-shop.ts'
import { chance, statement } from '../lib/walls-statements.ts'

const unmask = ['public.people.email']
/** Other than the first world in all but the words that e-mails are made of. */
const others = {
  Nameless: 'Fameless',
  '555': '444',
  '1970-03-04': '1981-05-06',
  '50000': '60000',
  'secret note': 'public memo',
  '999-88': '111-22',
  '10.7': '11.9',
  tagsecret: 'tagpublic',
  '00000000': '11111111',
  x: 'w',
  Ci: 'Di',
}
const unsteady =
  /now\(|current_(timestamp|date)|clock_timestamp|random|gen_random|pg_stat_|pg_locks|pid|size|xmin|wal|age\(|placed|SHOW ALL|pg_settings|SYSTEM \(|attname|n_distinct|pg_stats|ANALYZE|information_schema|pg_class|pg_proc|current_database/i
const count = Number(process.env['GLOVEBOX_TEST_STATEMENTS'] ?? 500)
const shown = (answer: Answer): string => JSON.stringify([answer.fields, answer.rows, answer.error, answer.beside])

for (const major of [18, 15] as const) {
  describe(`PostgreSQL ${major}`, { skip: lacks(major) }, () => {
    let server: Postgres
    let a: World
    let b: World
    before(async () => {
      server = await startPostgres({ major })
      await makeWorlds(server)
      await makeShop(server, 'shop_c', others)
      a = await openWorld(server, 'shop_a', constant, { unmask })
      b = await openWorld(server, 'shop_c', constant, { unmask })
    })
    after(async () => {
      await Promise.all([a.close(), b.close()])
      await server.stop()
    })

    test('the corpus and random statements are answered alike, and show the column', async () => {
      const random = chance(500 + major)
      const texts = [...corpus('leaks'), ...corpus('usable'), ...Array.from({ length: count }, () => statement(random))]
      let differ = 0
      let bare = 0
      for (const [n, text] of texts.entries()) {
        if (unsteady.test(text)) continue
        const [one, other] = [await a.ask(text), await b.ask(text)]
        assert.equal(shown(one), shown(other), text)
        assert.deepEqual(one.refused, other.refused, text)
        if (/canary\d+@secret/.test(JSON.stringify(one.rows ?? []))) bare++
        // What shows the column is counted: at least one value a row.
        if (/canary\d+@secret/.test(JSON.stringify(one.rows ?? [])) && one.verdicts?.length === 1)
          assert.ok((one.verdicts[0]?.unmasked?.[0]?.values ?? 0) > 0 || /EXPLAIN|FETCH|EXECUTE/i.test(text), text)
        if (n % 5 === 0 && shown(await a.raw(text)) !== shown(await b.raw(text))) differ++
      }
      assert.ok(bare > 20, `only ${bare} answers show the column`)
      assert.ok(differ > 20, `only ${differ} statements could have leaked`)
    })

    test('one row never shows more values than are counted', async () => {
      const random = chance(900 + major)
      for (let n = 0; n < count; n++) {
        const text = statement(random)
        const answer = await a.ask(text)
        const [verdict] = answer.verdicts ?? []
        if (answer.verdicts?.length !== 1 || verdict?.kind !== 'query' || text.startsWith('EXPLAIN')) continue
        const most = verdict.unmasked?.[0]?.values ?? 0
        for (const row of answer.rows ?? []) {
          const values = JSON.stringify(row).match(/canary\d+@secret/g)?.length ?? 0
          assert.ok(values <= most, `${values} of ${most}: ${text}`)
        }
      }
    })

    test('no form but constants either: pseudonyms of other columns stay what they are', async () => {
      const [bare, masked] = [
        await openWorld(server, 'shop_a', usual, { unmask }),
        await openWorld(server, 'shop_a', usual),
      ]
      for (const column of ['name', 'phone', 'mail2', 'ci', 'note', 'prefs', 'ip', 'tags', 'code']) {
        const text = `SELECT ${column} FROM people ORDER BY id`
        assert.deepEqual((await bare.ask(text)).rows, (await masked.ask(text)).rows, column)
      }
      const names = bare.walls.names?.({ unmask: ['public.people.nothing'] })
      assert.ok(names !== undefined && isRefusal(names))
      await Promise.all([bare.close(), masked.close()])
    })
  })
}
