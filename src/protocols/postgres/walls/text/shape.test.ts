// Shapes and templates: a property test, for a verdict is used again on their word.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { fill, shapeOf, templateOf } from './shape.ts'

describe('shapes', () => {
  test('cut integers out and keep the rest', () => {
    assert.deepEqual(shapeOf('SELECT a1 FROM t WHERE id = 42 AND x<7;'), {
      shape: 'SELECT a1 FROM t WHERE id = ? AND x<?',
      integers: ['42', '7'],
    })
  })

  test('what is not plainly simple has none', () => {
    for (const text of [
      `select 'a'`,
      'select "a"',
      'select 1 -- x',
      'select 1 /* x */',
      'select $1',
      'select 1.5',
      'select .5',
      'select 1e5',
      'select 0x1F',
      'select 1a',
      'select 1234567890',
      'select a-1',
      'select 1; select 2',
      'select ä',
      'select a\\b',
      'select a?b',
      'select a\u0000b',
      'select */* x',
    ]) {
      assert.equal(shapeOf(text), undefined, text)
    }
  })

  test('texts of one shape differ in nothing but their integers', () => {
    const part = fc.oneof(
      fc.integer({ min: 0, max: 999_999_999 }).map(String),
      fc.constantFrom('SELECT ', ' a', 't1 ', '(', ')', ',', ' = ', '.', '*', '\n', ' AND '),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const text = parts.join('')
        const shaped = shapeOf(text)
        if (shaped === undefined) return
        let n = 0
        assert.equal(
          shaped.shape.replace(/\?/g, () => shaped.integers[n++] ?? ''),
          text,
        )
        assert.equal(n, shaped.integers.length)
      }),
    )
  })

  test('a template gives back its own text, and refuses when an integer was replaced', () => {
    const source = 'SELECT a FROM t WHERE id = 42 LIMIT 5'
    const emitted = 'SELECT a FROM "s"."t" WHERE id = 42 LIMIT 5'
    const kept = [[0, 0, 14] as const, [15, 21, 22] as const]
    const template = templateOf(source, emitted, kept)
    assert.ok(template)
    assert.equal(fill(template, ['42', '5']), emitted)
    assert.equal(fill(template, ['7', '123']), 'SELECT a FROM "s"."t" WHERE id = 7 LIMIT 123')
    assert.equal(templateOf(source, emitted, [[0, 0, 14]]), undefined)
  })
})
