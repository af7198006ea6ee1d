// A rule of the walls that is switched off makes a test fail: a fixed subset each time, the whole list by hand
// (test/mutation/run.ts; the result stands in docs/reference/testing.md).
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { applied, mutants } from './mutants.ts'
import { noticedBy, passesWhole } from './run.ts'

test('every mutant still applies', () => {
  for (const mutant of mutants) {
    const text = readFileSync(new URL(`../../src/protocols/postgres/walls/${mutant.file}`, import.meta.url), 'utf8')
    assert.notEqual(applied(mutant, text), text, mutant.rule)
  }
})

test('able to fail: with nothing switched off the same tests pass', async () => {
  assert.equal(await passesWhole(), true)
})

for (const mutant of mutants.filter(({ always }) => always === true))
  test(`the loss is noticed: ${mutant.rule}`, async (t) => {
    const file = await noticedBy(mutant)
    t.diagnostic(String(file))
    assert.notEqual(file, undefined)
  })
