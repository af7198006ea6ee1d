// What real tools ask is answered: statements captured from psql, psycopg, SQLAlchemy, Django, Rails, Prisma, pgjdbc and
// node-pg, each tool's in its order, beside a run without walls. None refused but those meant to be; the same columns,
// types and number of rows; an error only where the server itself has one.
import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { lacks, startPostgres, type Postgres } from '../lib/servers.ts'
import { captured, isAbsent, makeWorlds, missing, openWorld, usual, type Answer } from '../lib/walls-shop.ts'

const tools = globSync('usable-*.sql', { cwd: fileURLToPath(new URL('../corpus/', import.meta.url)) }).map((file) =>
  basename(file, '.sql'),
)

/** Refused on purpose, with the reason. */
const meant: readonly (readonly [RegExp, string])[] = [
  [/^SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE$/, 'the session stays read-only'],
]

const shape = ({ fields, rows, error }: Answer): unknown =>
  error === undefined ? { fields, rows: rows?.length } : error.slice(0, 5)
/** Rows that differ between two connections by themselves. */
const counts = /pg_stat_|pg_locks/

for (const major of [18, 15] as const) {
  describe(`PostgreSQL ${major}`, { skip: lacks(major) }, () => {
    let server: Postgres
    before(async () => {
      server = await startPostgres({ major })
      await makeWorlds(server)
    })
    after(() => server.stop())

    for (const tool of tools)
      test(tool, async () => {
        const [world, plain] = [
          await openWorld(server, 'shop_a', usual, { unlabelled: 'scrub' }),
          await openWorld(server, 'shop_a', usual),
        ]
        try {
          for (const { text, values } of captured(tool)) {
            const [answer, raw] = [await world.ask(text, values), await plain.raw(text, values)]
            const why = meant.find(([pattern]) => pattern.test(text))?.[1]
            if (why !== undefined) assert.ok(answer.refused, `${why}: ${text}`)
            else if (isAbsent(answer)) assert.match(raw.error ?? '', missing, text)
            else {
              assert.equal(answer.refused, undefined, text)
              if (!counts.test(text)) assert.deepEqual(shape(answer), shape(raw), text)
            }
          }
        } finally {
          await Promise.all([world.close(), plain.close()])
        }
      })
  })
}

test('there are enough of them', () => {
  const all = tools.flatMap((tool) => captured(tool))
  assert.ok(all.length >= 150, `${all.length} statements`)
})
