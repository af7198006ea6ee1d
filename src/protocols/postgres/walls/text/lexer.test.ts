// Tokens: every text is cut or refused, and quoting leads back to the value.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { fromBytes, quoteName, quoteText, toBytes, tokenAt, tokens } from './lexer.ts'

const texts = (source: string): string[] =>
  tokens(toBytes(source)).map((token) => fromBytes(toBytes(source).slice(token.start, token.end)))

describe('tokens', () => {
  test('names, strings, comments, dollars', () => {
    assert.deepEqual(texts(`select "a""b".c, 'it''s', E'\\'', $$x$$, $t$ $$ $t$ /* a /* b */ c */ from t -- end`), [
      'select',
      '"a""b"',
      '.',
      'c',
      ',',
      `'it''s'`,
      ',',
      `E'\\''`,
      ',',
      '$$x$$',
      ',',
      '$t$ $$ $t$',
      'from',
      't',
    ])
    assert.deepEqual(texts('U&"\\0061" u&\'x\' größe $1 1.5e-3 1 .5'), [
      'U&"\\0061"',
      `u&'x'`,
      'größe',
      '$1',
      '1.5e-3',
      '1',
      '.5',
    ])
  })

  test('what never ends is no text', () => {
    for (const text of ['/* a', '$$ a', '/* /* */']) assert.throws(() => tokens(text), RangeError)
  })

  test('tokens never overlap, and any text is cut or refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const source = toBytes(text)
        let list
        try {
          list = tokens(source)
        } catch (error) {
          assert.ok(error instanceof RangeError)
          return
        }
        let at = 0
        for (const [index, token] of list.entries()) {
          assert.ok(token.start >= at && token.end > token.start)
          at = token.end
          assert.equal(tokenAt(list, token.start), index)
        }
      }),
    )
  })

  test('quoting leads back to the value', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), (value) => {
        assert.equal(quoteText(value).slice(1, -1).replaceAll("''", "'"), value)
        assert.equal(quoteName(value).slice(1, -1).replaceAll('""', '"'), value)
        assert.equal(tokens(toBytes(quoteText(value))).length, 1)
      }),
    )
  })
})
