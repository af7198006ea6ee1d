// The detector engine: what it finds and leaves alone (test/corpus/detect.txt), and what holds for every input.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { corpus, texts as textsOf } from '../../../test/lib/detect-pieces.ts'
import { detect } from './detect.ts'
import { tokenOf } from './hit.ts'
import { hintOf } from './names.ts'
import { insideStrings, replaced, scrubbed } from './replace.ts'

const texts = textsOf(12)

describe('the corpus', () => {
  for (const [detector, text] of corpus) {
    test(`${detector}: ${text.slice(0, 60)}`, () => {
      const wanted = [...text.matchAll(/«([^»]*)»/g)].map((found) => found[1])
      const bytes = Buffer.from(text.replaceAll(/[«»]/g, ''))
      const hits = detect(bytes)
      assert.deepEqual(
        hits.map((hit) => [hit.detector, bytes.toString('utf8', hit.from, hit.to)]),
        wanted.map((value) => [detector, value]),
      )
    })
  }
})

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false // a number was made an escape: no case
  }
}

describe('for every input', () => {
  test('hits are in order, apart, within bounds; the text around them is kept and stays UTF-8', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const bytes = Buffer.from(text)
        let last = 0
        for (const { from, to } of detect(bytes)) {
          assert.ok(from >= last && to > from && to <= bytes.length)
          last = to
        }
        const after = replaced(bytes, detect(bytes))
        assert.equal(Buffer.from(after.toString()).equals(after), true)
      }),
      { numRuns: 3000 },
    )
  })

  test('any bytes at all: no exception, bytes untouched', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const before = Buffer.from(bytes)
        detect(bytes)
        assert.ok(before.equals(bytes))
      }),
      { numRuns: 3000 },
    )
  })

  test('what lies around [from, to) does not matter', () => {
    fc.assert(
      fc.property(texts, fc.string(), fc.string(), (text, before, after) => {
        const alone = Buffer.from(text)
        const shift = Buffer.byteLength(before)
        const within = Buffer.from(before + text + after)
        assert.deepEqual(
          detect(within, shift, shift + alone.length).map((hit) => ({
            ...hit,
            from: hit.from - shift,
            to: hit.to - shift,
          })),
          detect(alone),
        )
      }),
      { numRuns: 3000 },
    )
  })

  test('replacing is idempotent and leaves no value that was found', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const once = scrubbed(text)
        const twice = scrubbed(once)
        assert.equal(scrubbed(twice), twice)
        const bytes = Buffer.from(once)
        for (const { detector } of detect(bytes))
          assert.fail(`${detector} is left in ${JSON.stringify(once)} of ${JSON.stringify(text)}`)
      }),
      { numRuns: 5000 },
    )
  })

  test('JSON stays JSON with the same shape, and its numbers stay', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('a', 'password', 'n', 'mail'),
          fc.oneof(texts, fc.integer(), fc.constant(4111111111111111), fc.array(texts)),
        ),
        (value) => {
          // Some letters as escapes, as other writers of JSON have them.
          const text = JSON.stringify(value).replaceAll(
            /(?<!\\)[é名gx1](?=[^:]*")/g,
            (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
          )
          if (!isJson(text)) return
          const after = JSON.parse(scrubbed(text, { json: true })) as Record<string, unknown>
          assert.deepEqual(Object.keys(after), Object.keys(value))
          for (const [key, one] of Object.entries(value)) if (typeof one === 'number') assert.equal(after[key], one)
        },
      ),
      { numRuns: 3000 },
    )
  })
})

describe('cost', () => {
  const timed = (bytes: Buffer): number => {
    let best = Infinity
    for (let i = 0; i < 3; i++) {
      const start = process.cpuUsage()
      detect(bytes)
      const { user, system } = process.cpuUsage(start)
      best = Math.min(best, (user + system) / 1000)
    }
    return best
  }

  test('linear on hostile input: eight times the bytes take no more than about eight times as long', () => {
    const alphabet = [
      '@',
      ':',
      '=',
      '+',
      '(',
      '-',
      '_',
      'y',
      'K',
      'z',
      '.',
      '0',
      'A',
      'a',
      ' ',
      '"',
      '[',
      '\\',
      'eyJ',
      '/',
    ]
    const longer = [
      'password=',
      'password="',
      'password: ',
      'eyJ.',
      '-----BEGIN PRIVATE KEY-----',
      '://a:',
      'a@a.a',
      '4111 ',
      '+1 ',
      'sk-',
      'DE89 ',
    ]
    const units = [...alphabet.flatMap((a) => alphabet.map((b) => a + b)), ...longer]
    for (const unit of units) {
      const small = Buffer.from(unit.repeat(4000 / unit.length))
      const large = Buffer.from(unit.repeat(32_000 / unit.length))
      // Below two milliseconds the clock says nothing.
      const cost = timed(large)
      if (cost > 2) assert.ok(cost < 24 * Math.max(timed(small), 0.1), `${unit}: ${timed(small)} ms, then ${cost} ms`)
      assert.ok(cost < 100, `${unit}: ${cost} ms for 32 kB`)
    }
  })

  test('ordinary text passes at 60 MB/s or more', () => {
    const line =
      '2026-11-24T12:00:01.123Z INFO [orders] request_id=7d4f8a1e-1b2c-4d3e-9f00-112233445566 GET /v1/orders/40231?limit=20 200 12ms ' +
      '{"level":"info","time":1732449601123,"msg":"order placed, thank you very much","total_cents":4599} by ana@example.com\n'
    const bytes = Buffer.from(line.repeat(20_000))
    const ms = timed(bytes)
    assert.ok(bytes.length / 1e6 / (ms / 1000) > 60, `${(bytes.length / 1000 / ms).toFixed(0)} MB/s`)
  })
})

describe('names of columns', () => {
  test('hints', () => {
    for (const name of ['phone', 'phone_number', 'customerPhone', 'mobile']) assert.equal(hintOf(name), 'phone', name)
    for (const name of ['api_token', 'client_secret', 'APIKey']) assert.equal(hintOf(name), 'secret', name)
    for (const name of ['status', 'phone_model', 'token_count', 'body', 'secretary_name'])
      assert.equal(hintOf(name), undefined, name)
  })

  test('a hint makes more of a value, and tokens stay as they are', () => {
    assert.equal(scrubbed('0401234567', { hint: 'phone' }), tokenOf.phone)
    assert.equal(scrubbed('0401234567'), '0401234567')
    assert.equal(scrubbed('correct horse', { hint: 'secret' }), tokenOf.secret)
    assert.equal(scrubbed('[redacted]', { hint: 'secret' }), '[redacted]')
    assert.deepEqual(insideStrings(Buffer.from('1'), [{ detector: 'pan', from: 0, to: 1 }]), [])
  })
})
