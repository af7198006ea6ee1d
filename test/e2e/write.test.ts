// The write flow as people have it: an UPDATE that is refused in their own client, the request for just that, two others
// who see what it would do, one run, and the record of it. On the demo, through the real command line and the real wire.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Client, type DatabaseError } from 'pg'
import { startDemo, type Demo, type Person } from '../../src/demo/demo.ts'
import { withClient } from '../../src/demo/fernway.ts'
import { glovebox, type Ran } from '../lib/cli.ts'

/** What the verbs of this story answer, as far as it looks. */
interface Told {
  readonly id: string
  readonly state: string
  readonly level: string
  readonly why: string
  readonly dsn: string
  readonly write: {
    readonly text: string
    readonly undoes?: string
    readonly steps: readonly { what: string; rows: number }[]
    readonly columns: readonly string[]
    readonly tables: readonly object[]
    readonly rows: readonly { key: string; before?: object; after?: object }[]
    readonly locks: readonly { relation: string }[]
    readonly plan: readonly string[]
  }
  readonly change: { readonly session: string; readonly count: number; readonly undo: string }
}

describe('a write, from its refusal to its undo', () => {
  let demo: Demo
  before(async () => {
    demo = await startDemo({ log: () => undefined, freePorts: true })
  })
  after(() => demo.close())

  const as = (person: Person, ...args: string[]): Promise<Ran> =>
    glovebox(args, { GLOVEBOX_URL: demo.gateway.web, GLOVEBOX_TOKEN: demo.tokens[person], NO_COLOR: '1' })
  const json = async (person: Person, ...args: string[]): Promise<Told> => {
    const { code, out, err } = await as(person, ...args, '--json')
    assert.equal(code, 0, err)
    return JSON.parse(out) as Told
  }
  const refused = async (
    person: Person,
    exit: number,
    ...args: string[]
  ): Promise<{ code: string; next: string[] }> => {
    const { code, err } = await as(person, ...args, '--json')
    assert.equal(code, exit, err)
    return (JSON.parse(err) as { error: { code: string; next: string[] } }).error
  }
  const real = (sql: string): Promise<Record<string, unknown>[]> =>
    withClient(demo.adminUrl, async (admin) => (await admin.query<Record<string, unknown>>(sql)).rows)
  /** Asked for by Ada, approved by both leads. */
  const approved = async (sql: string, ...more: string[]): Promise<string> => {
    const { id } = await json('ada', 'request', 'pg-orders', '--level', 'write', '--run', sql, '-w', 'PD-4412', ...more)
    await json('ben', 'review', 'approve', id)
    await json('dan', 'review', 'approve', id)
    return id
  }
  let first = ''

  test('a refused UPDATE in a client of one’s own becomes a request by the line of its hint', async () => {
    const read = await json('ada', 'request', 'pg-orders', '--level', 'read', '-w', 'PD-4412 checkout 500s')
    await json('ben', 'review', 'approve', read.id)
    const { dsn } = await json('ada', 'connect', 'pg-orders', '--print')
    const client = new Client({ connectionString: dsn })
    await client.connect()
    const text = `update orders set status = 'refund' where id = 40000`
    const error = await client.query(text).then(
      () => assert.fail('it ran'),
      (failed: unknown) => failed as DatabaseError,
    )
    await client.end()
    assert.equal(error.code, '25006')
    assert.equal(error.hint, 'glovebox request --last')
    const made = await json('ada', 'request', '--last')
    first = made.id
    assert.equal(made.level, 'write')
    assert.equal(made.why, 'PD-4412 checkout 500s')
    const { write } = made
    assert.equal(write.text, text)
    assert.deepEqual(write.steps, [{ what: 'UPDATE public.orders', rows: 1 }])
    assert.deepEqual(write.columns, ['public.orders.status'])
    const [row] = write.rows
    assert.equal(row?.key, 'id = 40000')
    assert.deepEqual(row.after, { status: 'refund' })
    assert.deepEqual(write.tables, [{ table: 'public.orders', inserted: 0, updated: 1, deleted: 0, named: true }])
    assert.ok(write.locks.some(({ relation }) => relation === 'public.orders'))
    assert.match(write.plan[0] ?? '', /Update on/)
    assert.deepEqual(await real(`select count(*)::int as n from orders where status = 'refund'`), [{ n: 0 }])
  })

  test('it takes both leads, and neither asker nor agent nor one lead twice', async () => {
    assert.equal((await refused('ada', 8, 'run', first)).code, 'GBX-1102')
    assert.equal((await refused('ada', 5, 'review', 'approve', first)).code, 'GBX-1105')
    const { out } = await as('ben', 'requests', 'show', first)
    assert.match(out, /update orders set status = 'refund' where id = 40000/)
    assert.match(out, /~ public\.orders id = 40000: status: \w+ -> refund/)
    assert.equal((await json('ben', 'review', 'approve', first)).state, 'pending')
    assert.equal((await refused('ben', 5, 'review', 'approve', first)).code, 'GBX-1107')
    assert.equal((await refused('ada', 8, 'run', first)).code, 'GBX-1102')
    assert.equal((await json('dan', 'review', 'approve', first)).state, 'approved')
    assert.equal((await refused('ben', 5, 'run', first)).code, 'GBX-1117')
  })

  test('the run commits once; the record shows before and after; a second run is refused', async () => {
    const done = await json('ada', 'run', first)
    const { change } = done
    assert.equal(change.count, 1)
    assert.equal(change.undo, 'kept')
    assert.deepEqual(await real('select status from orders where id = 40000'), [{ status: 'refund' }])
    const { out } = await as('ada', 'replay', change.session)
    assert.match(out, /~ public\.orders id = 40000: status: \w+ -> refund/)
    assert.equal((await refused('ada', 7, 'run', first)).code, 'GBX-1220')
    assert.equal(
      (await refused('ada', 7, 'run', 'pg-orders', `update orders set status = 'refund' where id = 40000`)).code,
      'GBX-1220',
    )
  })

  test('its undo is a write of its own, with the same review, and shows no value that nobody typed', async () => {
    const made = await json('ada', 'request', '--undo', first)
    assert.match(String(made.write.text), /'…'/)
    assert.equal(made.write.undoes, first)
    await json('ben', 'review', 'approve', made.id)
    await json('dan', 'review', 'approve', made.id)
    await json('ada', 'run', made.id)
    assert.deepEqual(await real(`select count(*)::int as n from orders where status = 'refund'`), [{ n: 0 }])
  })

  test('other rows than in the dry run: rolled back, and the approval is over', async () => {
    const id = await approved(`update orders set status = 'hold' where release = 412 and status = 'pending'`)
    await real(`update orders set status = 'pending', release = 412 where id in (1, 2, 3, 4, 5, 6)`)
    const no = await refused('ada', 7, 'run', id)
    assert.equal(no.code, 'GBX-1221')
    assert.deepEqual(no.next, [`glovebox request --again ${id}`])
    assert.deepEqual(await real(`select count(*)::int as n from orders where status = 'hold'`), [{ n: 0 }])
    assert.notEqual((await as('ada', 'run', id)).code, 0)
  })

  test('values in labelled columns are written, and shown to nobody', async () => {
    const id = await approved(`update customers set email = 'new-secret@fernway.example' where id = 7`)
    const { out } = await as('ben', 'requests', 'show', id, '--json')
    assert.doesNotMatch(out, /new-secret/)
    await json('ada', 'run', id)
    assert.deepEqual(await real('select email from customers where id = 7'), [{ email: 'new-secret@fernway.example' }])
    const { out: found } = await as('cleo', 'audit', 'search', '--limit', '200', '--json')
    assert.doesNotMatch(found, /new-secret/)
  })

  test('what a write may not read, and what is not asked for at all', async () => {
    const ask = (sql: string, level = 'write') =>
      refused('ada', 5, 'request', 'pg-orders', '--level', level, '--run', sql, '-w', 'x')
    for (const sql of [
      `update customers set city = email where id = 1`,
      `update customers set city = 'x' where name like 'A%'`,
      `update staff set team = 'x' where salary_eur > 90000`,
      `insert into products (id, sku, name, kind, price_cents) select 9999, email, 'x', 'y', 1 from customers limit 1`,
    ])
      assert.equal((await ask(sql)).code, 'GBX-1222', sql)
    for (const sql of [`update orders set status = 'x'; update orders set status = 'y'`, 'drop table orders', 'vacuum'])
      assert.equal((await ask(sql)).code, 'GBX-1224', sql)
    assert.equal((await ask(`update orders set status = pg_sleep(9)::text where id = 1`)).code, 'GBX-1204')
  })

  test('audit verify follows it all offline', async () => {
    const { data } = demo
    await demo.gateway.close()
    const { code, out } = await glovebox(['audit', 'verify', data])
    assert.equal(code, 0, out)
  })
})
