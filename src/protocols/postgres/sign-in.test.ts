// What is taken from a startup packet, and what is not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal, refusal } from '../../core/error.ts'
import { optionsOf, wishOf } from './sign-in.ts'

const allowed = (name: string) =>
  name === 'timezone' ? undefined : refusal('GBX-1209', { setting: name, why: 'test' })

test('options: the forms that libpq and pgjdbc write', () => {
  assert.deepEqual(optionsOf(''), [])
  assert.deepEqual(optionsOf('-c a=1 -cb=2 --c-d=3'), [
    ['a', '1'],
    ['b', '2'],
    ['c_d', '3'],
  ])
  assert.deepEqual(optionsOf('  -c  glovebox.why=double\\ charge\\\\x '), [['glovebox.why', 'double charge\\x']])
  assert.deepEqual(optionsOf('-c A.B=x=y'), [['a.b', 'x=y']])
  for (const bad of ['-c', '-d 5', 'x', '-c a', '-c =1', '-c 1=1', '-ca b=1'])
    assert.equal(optionsOf(bad), undefined, bad)
})

test('the wish: ours, allow-listed, and nothing else', () => {
  const wish = wishOf(
    new Map([
      ['user', 'ada'],
      ['database', 'pg'],
      ['timezone', 'UTC'],
      ['role', 'postgres'],
      ['application_name', 'psql'],
      ['options', '-c glovebox.why=x -c timezone=CET'],
    ]),
    allowed,
  )
  assert.ok(!isRefusal(wish))
  assert.deepEqual(wish, {
    user: 'ada',
    target: 'pg',
    clientName: 'psql',
    quiet: false,
    tellMasked: false,
    settings: { timezone: 'CET' },
    why: 'x',
  })
  for (const more of [
    ['options', '-c role=postgres'],
    ['options', '-d'],
    ['replication', 'database'],
    ['replication', 'true'],
  ] as const)
    assert.ok(isRefusal(wishOf(new Map([['user', 'ada'], more]), allowed)))
  const plain = wishOf(new Map([['user', 'ada']]), allowed)
  assert.ok(!isRefusal(plain) && plain.target === 'ada' && plain.quiet)
})
