// G6: one enforcement for all paths. The same statements, asked by a native client and by the in-memory clients of the
// command line and the console, get the same rows, the same masks, the same refusals and the same entries.
import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { outcomeIn } from '../../src/core/rides.ts'
import * as walls from '../../src/protocols/postgres/walls/index.ts'
import { openDoor, type House } from '../lib/door.ts'
import { startPostgres, type Postgres } from '../lib/servers.ts'

let server: Postgres
let house: House
before(async () => {
  server = await startPostgres()
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  await client.query(
    "create table people (id int primary key, email text, city text); insert into people values (1, 'ann@example.org', 'Utrecht'), (2, 'bob@example.org', 'Delft')",
  )
  await client.end()
  house = await openDoor({ url: server.url, walls, mask: { 'public.people.email': 'pii.email' } })
})
after(async () => {
  await house.close()
  await server.stop()
})

const statements = [
  'select id, email, city from people order by id',
  'select count(*) from people',
  "select id from people where email like 'ann%'",
  "update people set city = 'Gouda'",
  "select pg_read_file('/etc/passwd')",
  'select 1/0',
  'copy people to stdout',
  'not a statement',
  'set role postgres',
]

/** How a statement ended, in words that do not depend on the client. */
type Ending = string

const pathWith = {
  native: async (): Promise<(text: string) => Promise<Ending>> => {
    const client = new pg.Client({ connectionString: house.dsn })
    client.on('error', () => undefined) // the house closes with it
    await client.connect()
    return async (text) => {
      try {
        const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' })
        return JSON.stringify(rows.map((row) => row.map(String)))
      } catch (error) {
        const { code, routine, message } = error as pg.DatabaseError
        if (routine?.startsWith('GBX') === true) return `${routine} ${message.replace('glovebox: ', '')}`
        return `GBX-1312 pg answered: ${message} (${code}).`
      }
    }
  },
  inMemory: (channel: 'cli' | 'web' | 'mcp' | 'runbook') => async (): Promise<(text: string) => Promise<Ending>> => {
    const [near, far] = duplexPair()
    void house.protocol.serve(
      { stream: far, secure: true, local: true, inMemory: true, address: 'in memory' },
      house.door,
    )
    const password = await house.door.invite('ada', { principal: 'p-ada', target: 'pg', channel })
    const runner = await house.protocol.drive(near, { user: 'ada', password, target: 'pg', clientName: channel })
    return async (text) => {
      try {
        return JSON.stringify((await runner.run(text)).rows.map((row) => row.map(String)))
      } catch (error) {
        return error instanceof Error ? error.message : ''
      }
    }
  },
}

const paths = {
  native: pathWith.native,
  cli: pathWith.inMemory('cli'),
  web: pathWith.inMemory('web'),
  mcp: pathWith.inMemory('mcp'),
  runbook: pathWith.inMemory('runbook'),
}

/** Endings and entries of one path. */
async function along(
  path: () => Promise<(text: string) => Promise<Ending>>,
): Promise<{ endings: Ending[]; entries: string[] }> {
  const run = await path()
  const from = house.entries.length
  const endings: Ending[] = []
  for (const text of statements) endings.push(await run(text))
  await new Promise((resolve) => setTimeout(resolve, 50))
  const entries = house.entries.slice(from).flatMap(({ entry, payload }) => {
    if (entry.by === 'gateway') return []
    const { n, effect, outcome, rows, code } = entry as unknown as Record<string, unknown>
    const text = payload !== undefined && 'text' in payload ? payload.text : ''
    // An outcome stands in an entry of its own or in the next one: when, not what, is for the clock to decide.
    const rides = outcomeIn(entry)
    return [
      JSON.stringify([n, entry.type, effect, outcome, rows, code, text]),
      ...(rides === undefined
        ? []
        : [JSON.stringify([rides.n, rides.type, null, rides.outcome, rides.rows, null, ''])]),
    ]
  })
  entries.sort((one, other) => Number(JSON.parse(one)[0]) - Number(JSON.parse(other)[0]) || one.localeCompare(other))
  return { endings, entries }
}

test('every path ends every statement alike, and leaves the same entries', async () => {
  await along(paths.native) // the planner is asked about each statement once, whoever comes first (W3)
  const native = await along(paths.native)
  assert.ok(!native.endings.join('\n').includes('@example.org'))
  assert.match(native.endings[0] ?? '', /Utrecht/)
  assert.equal(native.endings.filter((ending) => ending.startsWith('GBX-12')).length, 5, native.endings.join('\n'))
  for (const [name, path] of Object.entries(paths)) assert.deepEqual(await along(path), native, name)
})

test('this test can fail: a path that goes round the walls is found out', async () => {
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  const around = await along(() =>
    Promise.resolve(async (text: string) => {
      try {
        return JSON.stringify(
          (await client.query<unknown[]>({ text: text.replace(/^(update|set|copy).*/, 'select 1'), rowMode: 'array' }))
            .rows,
        )
      } catch (error) {
        return String(error)
      }
    }),
  )
  await client.end()
  assert.notDeepEqual(around, await along(paths.native))
})
