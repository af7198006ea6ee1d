// The parser thread: what exhausts or confuses it is refused, and the next text is answered.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { GloveboxError } from '../../../../core/error.ts'
import { Parser } from './parser.ts'

const refusedWith = (why: RegExp) => (error: unknown) =>
  error instanceof GloveboxError && error.refusal.code === 'GBX-1210' && why.test(error.refusal.why ?? '')

describe('the parser thread', () => {
  const parser = new Parser()
  after(() => parser.close())

  test('gives trees in order, also to many at once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => parser.parse([`SELECT ${n}`, ''])))
    for (const [n, [first, second]] of all.entries()) {
      assert.match(JSON.stringify(first), new RegExp(n === 0 ? '"ival":\\{\\}' : `"ival":${n}\\b`))
      assert.deepEqual(second?.['stmts'] ?? [], [])
    }
  })

  test('refuses what the grammar refuses, NUL, and broken UTF-16', async () => {
    await assert.rejects(parser.parse(['SELEC 1']), refusedWith(/syntax error/))
    await assert.rejects(parser.parse(['SELECT 1\u0000; DROP TABLE x']), refusedWith(/NUL/))
    await assert.rejects(parser.parse(['SELECT \ud800']), refusedWith(/UTF-8/))
  })

  test('a text made to exhaust it is refused, and the next one is answered', async () => {
    const hostile = [
      `SELECT ${'('.repeat(60_000)}1${')'.repeat(60_000)}`,
      `SELECT ${'NOT '.repeat(60_000)}true`,
      `SELECT ${'1+'.repeat(100_000)}1`,
      `${'SELECT * FROM ('.repeat(15_000)}SELECT 1${') x'.repeat(15_000)}`,
      `SELECT ${'-'.repeat(2)}${'x'.repeat(200_000)}`,
    ]
    for (const text of hostile) {
      const answer = await parser.parse([text]).then(
        () => 'tree',
        (error: unknown) => error,
      )
      assert.ok(answer === 'tree' || refusedWith(/./)(answer), String(answer))
      assert.equal((await parser.parse(['SELECT 1'])).length, 1)
    }
  })

  test('a thread that has grown too large is replaced, and nobody notices', async () => {
    const small = new Parser(1)
    try {
      for (let n = 0; n < 3; n++) assert.equal((await small.parse([`SELECT ${n}`])).length, 1)
      const many = await Promise.all(Array.from({ length: 5 }, (_, n) => small.parse([`SELECT ${n}`])))
      assert.equal(many.length, 5)
      assert.ok(small.threads >= 3, String(small.threads))
      assert.equal(parser.threads <= 8, true)
    } finally {
      small.close()
    }
  })

  test('closing refuses who waits; a new question starts a new thread', async () => {
    const other = new Parser()
    const waiting = other.parse(['SELECT 1'])
    other.close()
    await assert.rejects(waiting, refusedWith(/stopping/))
    assert.equal((await other.parse(['SELECT 2'])).length, 1)
    other.close()
  })
})
