// A place in what went up, back in what was written: over replaced pieces, wide characters, and other integers.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { splice } from './emit.ts'
import { fromBytes, toBytes } from './lexer.ts'
import { originalPlace, shapedPlace } from './places.ts'
import { shapeOf, templateOf } from './shape.ts'

const originOf = (text: string, edits: readonly { from: string; to: string }[]) => {
  const source = toBytes(text)
  const made = edits.map(({ from, to }) => {
    const start = source.indexOf(toBytes(from))
    return { start, end: start + toBytes(from).length, sql: toBytes(to) }
  })
  const { text: sql, kept } = splice(source, 0, source.length, made, (edit) => edit.sql)
  return { text, sql: fromBytes(sql), kept }
}

test('what is kept is found, what was replaced is not', () => {
  const text = `SELECT 'äöü😀', nme FROM people WHERE bar = 1`
  const origin = originOf(text, [
    { from: 'people', to: '(SELECT "name" FROM "public"."people" AS gbx) AS "people"' },
    { from: '1', to: "'ü'" },
  ])
  const at = (word: string): number => Array.from(origin.sql.slice(0, origin.sql.indexOf(word))).length + 1
  const own = (word: string): number => Array.from(text.slice(0, text.indexOf(word))).length + 1
  for (const word of ['SELECT', 'nme', 'FROM', 'WHERE', 'bar'])
    assert.equal(originalPlace(origin, at(word)), own(word), word)
  assert.equal(originalPlace(origin, at('"public"')), undefined)
  for (const odd of [0, -1, Number.NaN, 1e9, 1.5]) assert.equal(originalPlace(origin, odd), undefined)
})

test('a text of the same shape with other integers', () => {
  const make = (a: string, b: string): string => `select x from t where a = ${a} and bb = ${b} and cc = 3`
  fc.assert(
    fc.property(fc.nat(99_999).map(String), fc.nat(99_999).map(String), (a, b) => {
      const judged = originOf(make('7', '12'), [{ from: 'from t', to: 'from public.t' }])
      const template = templateOf(judged.text, judged.sql, judged.kept)
      const shape = shapeOf(judged.text)
      assert.ok(template && shape)
      const text = make(a, b)
      const sql = text.replace('from t', 'from public.t')
      for (const word of ['x', 'where', 'bb', 'cc'])
        assert.equal(
          shapedPlace({ ...judged, ...shape, template }, [a, b, '3'], sql.indexOf(word) + 1),
          text.indexOf(word) + 1,
          `${word} in ${text}`,
        )
    }),
  )
})
