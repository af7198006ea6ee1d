// psql's caret: an error of the target points at the person's own text, whatever was put in its place on the way up.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { openDoor, type House } from '../../../test/lib/door.ts'
import { startPostgres, type Postgres } from '../../../test/lib/servers.ts'
import * as walls from './walls/index.ts'

let server: Postgres
let house: House
let client: pg.Client
before(async () => {
  server = await startPostgres()
  const admin = new pg.Client(server.url)
  await admin.connect()
  await admin.query('CREATE TABLE people (id int PRIMARY KEY, name text, email text)')
  await admin.end()
  house = await openDoor({ url: server.url, walls, mask: { 'public.people.email': 'pii.email' } })
  client = new pg.Client(house.dsn)
  await client.connect()
})
after(async () => {
  await client.end()
  await house.close()
  await server.stop()
})

/** The text from where the error points; undefined = it points nowhere. */
async function pointed(text: string, values?: readonly unknown[]): Promise<string | undefined> {
  const error = await client.query(text, values as unknown[] | undefined).then(
    () => assert.fail(text),
    (failed: unknown) => failed as { position?: string },
  )
  return error.position === undefined
    ? undefined
    : Array.from(text)
        .slice(Number(error.position) - 1)
        .join('')
}

test('the place of an error is a place in what was written', async () => {
  for (const [text, points] of [
    [`select 'ü😀', nme from people`, 'nme'],
    ['select name, emial from people where id = 5', 'emial'],
    ['select name, emial from people where id = 55555', 'emial'],
    ['select 1; select email, xx from people', 'xx'],
    [`select 'x'::int, email from people`, `'x'::int`],
    ['  select email, -- a comment\n p.foo from people p', 'p.foo'],
    ['explain select email, foo from people', 'foo'],
    ['declare c cursor for select email, foo from people', 'foo'],
  ] as const)
    assert.ok((await pointed(text))?.startsWith(points), `${text}: ${await pointed(text)}`)
  for (const [text, points] of [
    ['select email, foo from people where id = $1', 'foo'],
    ['select email from people where id = $1 and 1 = any(2)', 'any(2)'],
  ] as const)
    assert.ok((await pointed(text, [1]))?.includes(points), text)
})

test('what stands in nothing that was written has no place', async () => {
  assert.equal(await pointed('select 1/0'), undefined)
  assert.equal(await pointed('copy people (nope) to stdout'), undefined)
})

test('one notice for each labelled column and session, however often a statement runs; none where the client wants quiet', async () => {
  const said = async (options: string): Promise<(string | undefined)[]> => {
    const person = new pg.Client({ connectionString: house.dsn, application_name: 'psql', options })
    const notices: (string | undefined)[] = []
    person.on('notice', ({ message }) => notices.push(message))
    await person.connect()
    for (let i = 0; i < 3; i++) {
      await person.query({ name: 'again', text: 'select email from people where id = $1', values: [i] })
      await person.query('select email from people group by email order by email')
      await person.query('select relname from pg_class limit 1')
    }
    await person.query('select 1/0 from people').catch(() => undefined)
    await person.end()
    return notices.filter((notice) => notice?.includes('masked (class'))
  }
  assert.deepEqual(await said(''), ['glovebox: public.people.email is masked (class pii.email, form pseudonym).'])
  assert.deepEqual(await said('-c glovebox.quiet=on'), [])
})
