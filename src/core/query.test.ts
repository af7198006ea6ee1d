// The query language: what it means, that it never throws, that a query written out is the same query, and its errors.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isRefusal } from './error.ts'
import { decisions, formatQuery, parseQuery, queryKeys, timeOf, type Query, type QueryKey } from './query.ts'

const why = (text: string): string => {
  const parsed = parseQuery(text)
  return isRefusal(parsed) ? (parsed.why ?? '') : 'no error'
}

test('terms, several values, quotes, negation, words without a key', () => {
  assert.deepEqual(parseQuery('user:ana,ben -table:"odd name",b "two words" double'), [
    { key: 'user', values: ['ana', 'ben'], not: false },
    { key: 'table', values: ['odd name', 'b'], not: true },
    { key: 'text', values: ['two words'], not: false },
    { key: 'text', values: ['double'], not: false },
  ])
  assert.deepEqual(parseQuery(' \t\n'), [])
  assert.deepEqual(parseQuery('-"say \\"hi\\" \\\\"'), [{ key: 'text', values: ['say "hi" \\'], not: true }])
  assert.deepEqual(parseQuery('USER:Ana'), [{ key: 'user', values: ['Ana'], not: false }])
})

test('what is wrong is said with its place and the nearest name', () => {
  assert.match(why('usr:ana'), /unknown key "usr:" at 1; did you mean "user:"/)
  assert.match(why('a tabel:x'), /at 3; did you mean "table:"/)
  assert.match(why('zzzzzzzz:1'), /keys are user, target, table/)
  assert.match(why('user:'), /"user:" has no value/)
  assert.match(why('user:a,,b'), /no value/)
  assert.match(why('text:"a'), /does not end/)
  assert.match(why('"a"b'), /a space is missing at 4/)
  assert.match(why('from:yesterday'), /no time/)
  assert.match(why('-from:-7d'), /one time, without "-"/)
  assert.match(why('decision:aproved'), /did you mean approved\?/)
})

test('times: dates, RFC 3339, and how long ago', () => {
  const now = Date.parse('2026-11-24T12:00:00Z')
  assert.equal(timeOf('2026-07-01', now), Date.parse('2026-07-01T00:00:00Z'))
  assert.equal(timeOf('2026-07-01T08:00:00+02:00', now), Date.parse('2026-07-01T06:00:00Z'))
  assert.equal(timeOf('-7d', now), now - 7 * 86_400_000)
  for (const bad of ['2026-02-30', '2026-13-01', '7d', '-7x', '2026-07-01T08:00', 'now', '', '-'])
    assert.equal(timeOf(bad, now), undefined, bad)
})

const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record<T>(model, { noNullPrototype: true })
const value = fc.string({ minLength: 1, unit: 'binary' })
const queries: fc.Arbitrary<Query> = fc.array(
  fc.oneof(
    record({
      key: fc.constantFrom(
        ...(Object.keys(queryKeys) as QueryKey[]).filter((key) => !['from', 'to', 'decision'].includes(key)),
      ),
      values: fc.array(value, { minLength: 1, maxLength: 4 }),
      not: fc.boolean(),
    }),
    record({
      key: fc.constant('decision' as const),
      values: fc.array(fc.constantFrom(...decisions), { minLength: 1, maxLength: 3 }),
      not: fc.boolean(),
    }),
    record({
      key: fc.constantFrom('from' as const, 'to' as const),
      values: fc.constantFrom(['-7d'], ['2026-07-01']),
      not: fc.constant(false),
    }),
  ),
  { maxLength: 6 },
)

test('a query that is written out is the same query', () => {
  fc.assert(fc.property(queries, (query) => assert.deepEqual(parseQuery(formatQuery(query)), query)))
})

test('any text gives terms or a refusal, never an exception', () => {
  const pieces = fc.array(fc.oneof(fc.constantFrom('user:', '-', '"', ',', '\\', ' ', 'from:', 'x'), fc.string()))
  fc.assert(
    fc.property(pieces, (parts) => {
      const parsed = parseQuery(parts.join(''))
      if (!isRefusal(parsed)) assert.deepEqual(parseQuery(formatQuery(parsed)), parsed)
    }),
  )
})
