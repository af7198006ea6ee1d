// R10: what was emitted is read back and compared with what was meant. Texts that mean the same pass, and every text that
// means something else does not, however near.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { isMeant, onlyStatement } from './emit.ts'
import { Parser } from './parser.ts'

const parser = new Parser()
after(() => parser.close())

const same = async (one: string, other: string): Promise<boolean> => {
  const [meant, actual] = await parser.parse([one, other])
  return isMeant(onlyStatement(meant ?? {}), onlyStatement(actual ?? {}), new Map())
}

test('places and spaces are no difference', async () => {
  for (const [one, other] of [
    ['select a from t', 'SELECT  a\n FROM /* here */ t'],
    ['select 1 + 2 * 3', 'select (1) + ((2) * 3)'],
    ['table t', 'select * from t'],
  ] as const)
    assert.equal(await same(one, other), true, other)
})

test('anything else is one', async () => {
  for (const [one, other] of [
    ['select a from t', 'select b from t'],
    ['select a from t', 'select a, a from t'],
    ['select a, b from t', 'select a from t'],
    ['select a from t', 'select a from s.t'],
    ['select a from only t', 'select a from t'],
    ['select a from t where b', 'select a from t'],
    ['select a from t', 'select a from t limit 1'],
    ['select a from t', `select 'a' from t`],
    ['select 1', 'select 2'],
    ['select true', 'select false'],
    ['select 1', 'select null'],
    ['select f(a)', 'select f(distinct a)'],
    ['select a union select b', 'select a union all select b'],
    ['commit', 'commit and chain'],
    ['begin read only', 'begin read write'],
    ['select a', 'select a into t'],
    ['select 1', 'select 1; select 2'],
  ] as const) {
    assert.equal(await same(one, other), false, `${one} is not ${other}`)
    assert.equal(await same(other, one), false, `${other} is not ${one}`)
  }
})
