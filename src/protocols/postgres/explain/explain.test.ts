// What is said about masks is what the walls do: origins through views and keys, folded SQL, refusals with their rules.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { errors, type ErrorCode } from '../../../core/error.ts'
import type { Target } from '../../../core/nouns.ts'
import { builtinClasses } from '../../../masking/classes.ts'
import { type Postgres, startPostgres } from '../../../../test/lib/servers.ts'
import { corpus, limits, makeWorlds, openWorld, usual, type World } from '../../../../test/lib/walls-shop.ts'
import type { Preview } from '../../protocol.ts'
import { columnMasks } from './columns.ts'
import { preview } from './preview.ts'
import { rulesOf } from './rules.ts'

const target: Target = {
  name: 'shop',
  protocol: 'postgres',
  labels: {},
  maxLevel: 'read',
  limits,
  classes: builtinClasses,
  options: { mask: usual, unlabelled: 'pass' },
}

describe('explaining masks', () => {
  let server: Postgres
  let world: World
  before(async () => {
    server = await startPostgres({ major: 18 })
    await makeWorlds(server)
    world = await openWorld(server, 'shop_a', usual)
  })
  after(async () => {
    await world?.close()
    await server?.stop()
  })
  const ask = (text: string, level: 'observe' | 'read' = 'read'): Promise<Preview> =>
    preview(world.walls, target, text, { level, scope: {} })

  test('columns: class, form, an example, and the way from the view to the file', async () => {
    const { statements } = await ask('SELECT v.id, v.mail, v.amount FROM app.v2 v')
    const [id, mail, amount] = statements[0]?.columns ?? []
    assert.deepEqual([id?.form, amount?.form], [undefined, undefined])
    assert.deepEqual([mail?.class, mail?.form], ['pii.email', 'pseudonym'])
    assert.match(mail?.example ?? '', /^u[0-9a-f]{16}@masked\.invalid$/)
    assert.deepEqual(mail?.origin, ['app.v2.mail', 'public.v_people.email', 'public.people.email'])
    const key = await ask('SELECT email FROM orders')
    assert.deepEqual(key.statements[0]?.columns[0]?.origin, [
      'public.orders.email',
      'foreign key of public.people.email',
    ])
  })

  test('SQL is folded for reading, and whole beside it', async () => {
    const { statements } = await ask(`SELECT email, name FROM people WHERE email = 'a@b.example' AND city = 'x'`)
    const [one] = statements
    assert.match(one?.sql ?? '', /mask\(email\)/)
    assert.match(one?.sql ?? '', /= mask\(.*a@b\.example/)
    assert.doesNotMatch(one?.sql ?? '', /glovebox\.k[io]|sha256/)
    assert.match(one?.emitted ?? '', /glovebox\.ko/)
    assert.equal(one?.searches, 1)
  })

  test('a refusal names its rules, and nothing is run or spent', async () => {
    for (const [text, code, rule] of [
      [`SELECT 1 FROM people WHERE salary > 5`, 'GBX-1206', 'Q4'],
      ['DELETE FROM people', 'GBX-1203', 'P3'],
      ['SELECT leak(1)', 'GBX-1204', 'F1'],
      ['SELECT * FROM pg_authid', 'GBX-1205', 'K1'],
      ['SELECT * FROM nowhere', 'GBX-1211', 'R1'],
      ['SELECT FROM WHERE', 'GBX-1210', 'P1'],
    ] as const) {
      const { refused, rules, statements } = await ask(text)
      assert.equal(refused?.code, code, text)
      assert.ok(rules.includes(rule), text)
      assert.deepEqual(statements, [])
    }
    assert.equal((await ask('SELECT id FROM people', 'observe')).refused?.code, 'GBX-1213')
  })

  test('every refusal of the walls has rules, and only codes that exist do', () => {
    for (const code of Object.keys(errors) as ErrorCode[])
      for (const rule of rulesOf(code)) assert.match(rule, /^[PRFKQW]\d{1,2}$/)
    assert.deepEqual(rulesOf('GBX-1301'), [])
  })

  test('whatever may be asked can be previewed, without the key in sight', async () => {
    for (const text of corpus('usable')) {
      const { statements, refused } = await ask(text)
      if (refused !== undefined) continue
      for (const one of statements) assert.doesNotMatch(one.sql, /glovebox\.k[io]/, text)
    }
  })

  test('every column has its mask or its reason', () => {
    const all = new Map(columnMasks(world.walls.survey?.() ?? assert.fail()).map((one) => [one.column, one]))
    assert.equal(all.get('public.people.city')?.mask, undefined)
    assert.equal(all.get('public.people.email')?.mask?.origin, 'public.people.email')
    assert.equal(all.get('public.kids.email')?.mask?.origin, 'parent of public.people.email')
    assert.equal(all.get('public.v_people.email')?.mask?.origin, 'view of public.people.email')
    assert.match(all.get('public.v_people.uname')?.mask?.origin ?? '', /^made in a view from public\.people\.name/)
    assert.match(all.get('public.people.upper_email')?.mask?.origin ?? '', /^generated from public\.people\.email/)
    assert.match(all.get('public.mv.email')?.mask?.origin ?? '', /^materialised from /)
    assert.match(all.get('app.sly.x')?.refused ?? '', /view app\.sly/)
    assert.equal(all.get('public.people.salary')?.mask?.isConstant, true)
  })
})
