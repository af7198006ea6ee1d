// G2 for writes, in two worlds that differ in classified values only: whatever the walls let through changes the same
// rows, stores the same values in unlabelled columns, returns the same, and fails with the same code in both. Statements
// try every place in which a write can read: SET, WHERE, FROM, USING, VALUES, SELECT, ON CONFLICT, MERGE, RETURNING.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isRefusal } from '../../src/core/error.ts'
import type { WriteStep } from '../../src/protocols/postgres/walls/write/rows.ts'
import { lacks, startPostgres, type Postgres } from '../lib/servers.ts'
import { constant, makeWorlds, openWorld, type World } from '../lib/walls-shop.ts'

/** Expressions that say something of a row of people, called `p`. */
const expressions = [
  'p.email',
  'email',
  'people.email',
  '(p).email',
  'p.*::text',
  'p::text',
  'to_jsonb(p) ->> $$email$$',
  'row_to_json(p)::text',
  'upper(p.name)',
  'p.upper_email',
  'p.full_name',
  'full_name(p)',
  'app.lower(p.city)',
  'coalesce(p.phone, $$none$$)',
  'case when p.email like $$a%$$ then $$yes$$ else $$no$$ end',
  'length(p.note)::text',
  'p.salary::text',
  '(p.born > $$1980-01-01$$)::text',
  '(select q.email from people q where q.id = p.id)',
  '(select max(q.email) from people q)',
  '(select string_agg(q.name, $$,$$) from people q)',
  '(select q::text from people q where q.id = 1)',
  '(select email from v_people v where v.id = p.id)',
  '(select p.email)',
  '(select x from (values (p.email)) as v(x))',
  '(select m.email from mv m where m.id = 1)',
  '(with c as (select p.email as e) select e from c)',
  'array_to_string(array[p.email, p.name], $$,$$)',
  'p.prefs::text',
  'host(p.ip)',
  'p.ctid::text',
  'leak(1)',
  'current_setting($$glovebox.ki$$)',
  'p.city',
  '$$plain$$',
  'upper(p.city)',
  'p.age::text',
  '(select city from people q where q.id = p.id)',
  '(select count(*)::text from people q where q.city = p.city)',
]
/** Conditions that depend on them. */
const conditions = [
  (e: string) => `${e} like '%a%'`,
  (e: string) => `${e} > 'm'`,
  (e: string) => `${e} = 'Ada'`,
  (e: string) => `length(${e}) > 12`,
  (e: string) => `${e} is not null and ${e} <> ''`,
  (e: string) => `exists (select 1 where ${e} ~ '[0-9]')`,
  (e: string) => `id in (select id from orders where state < ${e})`,
]
const writes = [
  (e: string, c: string) => `update people p set city = ${e} where ${c}`,
  (e: string) => `update people p set city = ${e}`,
  (_: string, c: string) => `update people p set city = 'x' where ${c}`,
  (_: string, c: string) => `delete from people p where id > 3 and ${c}`,
  (e: string) => `update orders o set state = ${e} from people p where p.id = o.person`,
  (_: string, c: string) =>
    `update orders o set state = 'x' from people p where p.id = o.person and ${c.replaceAll(' id ', ' p.id ')}`,
  (_: string, c: string) =>
    `delete from orders o using people p where p.id = o.person and ${c.replaceAll(' id ', ' p.id ')}`,
  (e: string) => `insert into orders (id, state) select 900 + p.id, ${e} from people p`,
  (_: string, c: string) =>
    `insert into orders (id, state) select 900 + p.id, 'x' from people p where ${c.replaceAll(' id ', ' p.id ')}`,
  (e: string) => `insert into people as p (id, city) values (1, 'x') on conflict (id) do update set city = ${e}`,
  (_: string, c: string) =>
    `insert into people as p (id, city) values (1, 'x') on conflict (id) do update set city = excluded.city where ${c.replaceAll(' id ', ' p.id ')}`,
  (e: string) => `merge into people p using orders o on o.person = p.id when matched then update set city = ${e}`,
  (_: string, c: string) =>
    `merge into orders o using people p on p.id = o.person when matched and ${c.replaceAll(' id ', ' p.id ')} then delete`,
  (e: string) => `update people p set age = 1 where id = 1 returning ${e}`,
  (e: string) => `update people p set (city, age) = (${e}, 2) where id = 1`,
  () => `update people p set age = 3 returning *`,
  () => `update people p set age = 3 where id = 2 returning email, name as n, id`,
  () => `delete from orders returning *`,
]

/** What is in clear on purpose, after a write. */
const open = `select concat_ws(' ',
  (select string_agg(concat_ws(',', id, city, joined, flag, mood, raw, age, j, ts, f8), ';' order by id, city) from people),
  (select string_agg(concat_ws(',', id, person, amount, state), ';' order by id, state) from orders))`

for (const major of [18, 15] as const) {
  describe(`PostgreSQL ${major}`, { skip: lacks(major) }, () => {
    let server: Postgres
    const worlds: World[] = []
    before(async () => {
      server = await startPostgres({ major })
      await makeWorlds(server)
      for (const name of ['shop_a', 'shop_b']) worlds.push(await openWorld(server, name, constant))
    })
    after(async () => {
      for (const world of worlds) await world.close()
      await server.stop()
    })

    /** Runs in a transaction that is rolled back; what can be seen of it. */
    async function seen(world: World, sql: string): Promise<string> {
      await world.raw('begin read write')
      const { rows, error } = await world.raw(sql)
      const clear = error === undefined ? await world.raw(open) : { rows: [] }
      await world.raw('rollback')
      return JSON.stringify([error?.slice(0, 5), rows, clear.rows])
    }
    const planned = async (world: World, text: string): Promise<readonly WriteStep[] | string> => {
      const steps = await world.walls.write?.(text, 'write')
      return steps === undefined ? 'no writes' : isRefusal(steps) ? steps.code : steps
    }

    test('every accepted write is the same in both worlds', async (t) => {
      const [a, b] = worlds as [World, World]
      const texts = new Set<string>()
      for (const expression of expressions)
        for (const [index, condition] of conditions.entries())
          for (const write of writes)
            if (index === 0 || write.length > 1) texts.add(write(expression, condition(expression)))
      let [accepted, differing, ran, refused] = [0, 0, 0, 0]
      for (const text of texts) {
        const steps = await planned(a, text)
        const others = await planned(b, text)
        if (typeof steps === 'string') {
          assert.equal(others, steps, text)
          // The control runs every third of them.
          if (refused++ % 3 !== 0) continue
          const one = await seen(a, text)
          if (one.startsWith('["')) continue
          ran++
          if (one !== (await seen(b, text))) differing++
          continue
        }
        assert.ok(typeof others !== 'string', text)
        accepted++
        const [one, other] = [await seen(a, steps[0]?.sql ?? ''), await seen(b, others[0]?.sql ?? '')]
        assert.equal(one, other, `${text}\n${steps[0]?.sql}`)
      }
      assert.ok(accepted > 60, `${accepted} accepted`)
      t.diagnostic(
        `${accepted} accepted, ${refused} refused; of ${ran} of these that run ${differing} tell the worlds apart`,
      )
      assert.ok(differing > ran / 5, 'positive control')
    })
  })
}
