// A proof is worth something only if it fails where the control is missing: the same canaries over walls that mask, and
// over walls that let everything through.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import type pg from 'pg'
import { builtinClasses } from '../../../masking/classes.ts'
import { pseudonymText } from '../../../masking/forms.ts'
import type { Target } from '../../../core/nouns.ts'
import { limits, makeWorlds, openWorld, usual, type World } from '../../../../test/lib/walls-shop.ts'
import { type Postgres, startPostgres } from '../../../../test/lib/servers.ts'
import type { Field, Walls } from '../walls/types.ts'
import { maskingChecks, type Run, shapeOf, transactionCheck, writeCheck } from './canaries.ts'
import { roleChecks, serverChecks } from './rights.ts'

const target: Target = {
  name: 'shop',
  protocol: 'postgres',
  labels: {},
  maxLevel: 'read',
  limits,
  classes: builtinClasses,
  options: { url: 'postgresql://postgres@127.0.0.1/shop_a', mask: usual, unlabelled: 'pass' },
}

describe('shapes', () => {
  test('what a form leaves is known as such', () => {
    const key = Buffer.alloc(32, 7)
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.constantFrom('pii.email', 'pii.name'), (value, name) => {
        assert.equal(shapeOf('pseudonym', pseudonymText(key, name, value)), 'masked')
      }),
    )
    for (const value of ['[redacted]', '[red', '[redacted]   ']) assert.equal(shapeOf('redact', value), 'masked')
    for (const value of ['***4242', 'ab***42', '[redacted]']) assert.equal(shapeOf('partial', value), 'masked')
    for (const value of ['1970-01-01', '10.7.3.0/24', '2001:db8::/48'])
      assert.equal(shapeOf('generalise', value), 'masked')
  })

  test('a raw value is not taken for a mask', () => {
    for (const value of ['ana@x.example', 'Ana', '0170 555', 'secret note']) {
      assert.equal(shapeOf('redact', value), 'raw')
      assert.equal(shapeOf('pseudonym', value), 'raw')
      assert.equal(shapeOf('partial', value), 'raw')
      assert.equal(shapeOf('null', value), 'raw')
    }
    for (const value of ['1970-03-04', '10.7.3.9']) assert.equal(shapeOf('generalise', value), 'raw')
    assert.equal(shapeOf('scrub', 'write to ana@x.example.com'), 'raw')
    assert.equal(shapeOf('scrub', 'write to [email]'), 'unclear')
  })
})

describe('canaries', () => {
  let server: Postgres
  let world: World
  const run: Run = async (sql) => {
    const { rows, fields } = await world.client.query<(string | null)[]>({
      text: sql,
      rowMode: 'array',
      types: { getTypeParser: () => (value: string) => value },
    })
    return { rows, fields: fields.map(fieldOf) }
  }
  const fieldOf = (field: pg.FieldDef): Field => ({
    name: field.name,
    tableOid: field.tableID,
    attnum: field.columnID,
    typeOid: field.dataTypeID,
  })
  const load = async (sql: string): Promise<(string | null)[][]> =>
    [
      ...(await run(sql, { protocol: 'postgres', effect: 'read', text: sql, emitted: sql, reads: [], masked: [] }))
        .rows,
    ].map((row) => [...row])
  before(async () => {
    server = await startPostgres({ major: 18 })
    await makeWorlds(server)
    world = await openWorld(server, 'shop_a', usual)
  })
  after(async () => {
    await world?.close()
    await server?.stop()
  })

  /** Walls that let through what they are given, and no alarm. */
  const open = (alarm: boolean): Walls => ({
    ...world.walls,
    version: 1,
    searchPath: world.walls.searchPath,
    session: () => ({
      judge: (text) => [
        {
          kind: 'query',
          sql: text,
          action: { protocol: 'postgres', effect: 'read', text, emitted: text, reads: [], masked: [] },
          touched: [],
          labelledParameters: [],
          notices: [],
        },
      ],
      bind: () => undefined,
      close: () => undefined,
    }),
    alarm: (fields) => (alarm ? world.walls.alarm(fields) : undefined),
    maskedColumns: () => [],
    refresh: async () => undefined,
  })
  const survey = () => world.walls.survey?.() ?? assert.fail()

  test('hold over walls that mask', async () => {
    const [check] = await maskingChecks({ walls: world.walls, target, run }, survey())
    assert.equal(check?.ok, true, check?.detail)
    assert.match(check?.detail ?? '', /^\d\d columns came back masked/)
  })

  test('fail over walls that do not, by the alarm and by the shapes', async () => {
    const [alarmed] = await maskingChecks({ walls: open(true), target, run }, survey())
    assert.equal(alarmed?.ok, false)
    assert.match(alarmed?.detail ?? '', /would have left unmasked/)
    const [seen] = await maskingChecks({ walls: open(false), target, run }, survey())
    assert.equal(seen?.ok, false)
    assert.match(seen?.detail ?? '', /came back raw: .*email \(pseudonym\)/)
    assert.doesNotMatch(seen?.detail ?? '', /canary|@/, 'no value is told')
  })

  test('writes: refused by our walls, told when they are not', async () => {
    const before_ = await load('SELECT count(*)::text, max(xmin::text) FROM public.people')
    const good = await writeCheck({ walls: world.walls, target }, survey())
    assert.equal(good.ok, true, good.detail)
    const bad = await writeCheck({ walls: open(false), target }, survey())
    assert.equal(bad.ok, false)
    assert.match(bad.detail, /UPDATE, DELETE/)
    assert.deepEqual(await load('SELECT count(*)::text, max(xmin::text) FROM public.people'), before_)
    assert.equal(transactionCheck('off').ok, false)
    assert.equal(transactionCheck('on').ok, true)
  })

  test('the role and the server: a superuser over the shop is told with what mends it', async () => {
    const role = new Map((await roleChecks({ load, target, survey: survey() })).map((check) => [check.name, check]))
    assert.match(role.get('attributes')?.detail ?? '', /superuser/)
    assert.match(role.get('writes')?.detail ?? '', /only the first wall/)
    assert.match(role.get('columns')?.detail ?? '', /could read \d+ columns/)
    assert.ok(
      [...role.values()].every(({ ok }) => ok),
      'warnings, not failures',
    )
    const around = new Map(
      (await serverChecks({ load, target, survey: survey() }, Date.now)).map((check) => [check.name, check]),
    )
    assert.deepEqual(around.get('definers')?.fix, ['REVOKE EXECUTE ON FUNCTION public.leak(integer) FROM PUBLIC;'])
    assert.match(around.get('own code')?.detail ?? '', /operator app\.===/)
    assert.equal(around.get('clock')?.warning, undefined)
  })

  test('the role: what each right is told as', async () => {
    await world.raw(`BEGIN READ WRITE; CREATE ROLE some_app LOGIN; GRANT pg_read_all_data, pg_signal_backend TO some_app;
      GRANT UPDATE (city) ON people TO some_app; CREATE TABLE app.owned (id int); ALTER TABLE app.owned OWNER TO some_app; COMMIT`)
    const role = new Map(
      (
        await roleChecks({
          load: async (sql) => {
            await world.client.query('SET ROLE some_app')
            try {
              return await load(sql)
            } finally {
              await world.client.query('RESET ROLE')
            }
          },
          target,
          survey: survey(),
        })
      ).map((check) => [check.name, check]),
    )
    assert.match(role.get('memberships')?.detail ?? '', /pg_signal_backend reaches sessions of others/)
    assert.match(role.get('owner')?.detail ?? '', /it owns 1: app\.owned/)
    assert.match(role.get('writes')?.detail ?? '', /2: app\.owned, public\.people/)
    assert.ok(role.get('memberships')?.fix?.includes('REVOKE "pg_read_all_data" FROM "some_app";'))
  })
})
