// F7: a server with a function or catalogue that the reviewed file does not mention, or mentions otherwise, fails here.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { listOf } from '../../scripts/lists.ts'
import { need } from '../lib/optional.ts'
import { startPostgres } from '../lib/servers.ts'

for (const major of [18, 15] as const) {
  test(`the reviewed lists are those of PostgreSQL ${major}`, async (t) => {
    if (major === 15 && !need(t, 'postgres15')) return
    const server = await startPostgres({ major })
    try {
      const made = await listOf(server.url)
      assert.equal(made.major, major)
      const file = readFileSync(
        new URL(`../../src/protocols/postgres/walls/lists/pg${major}.ts`, import.meta.url),
        'utf8',
      )
      const known = new Set(file.split('\n'))
      const news = made.source.split('\n').filter((line) => !known.has(line))
      assert.deepEqual(news, [], 'run scripts/lists.ts against this server and review what is new')
    } finally {
      await server.stop()
    }
  })
}
