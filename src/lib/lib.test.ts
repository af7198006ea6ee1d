// The small helpers of this folder, against known vectors and against properties.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'
import fc from 'fast-check'
import { equalBytes, equalSecrets, fromBase64, Reader, Writer } from './bytes.ts'
import { canonical } from './canonical-json.ts'
import { crc32c } from './crc32c.ts'
import { formatDuration, parseDuration } from './duration.ts'
import { hmac256, sha256, sha256Hex } from './hash.ts'
import { matchIds, newId, shortId } from './ids.ts'
import { plural } from './plural.ts'

test('sha256 joins its parts', () => {
  assert.equal(sha256Hex(), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.uint8Array(), fc.string({ unit: 'binary' }))), (parts) => {
      const joined = Buffer.concat(parts.map((part) => Buffer.from(part)))
      assert.deepEqual(sha256(...parts), createHash('sha256').update(joined).digest())
    }),
  )
})

test('hmac256 gives the commitment of the known vector', () => {
  const key = Uint8Array.from({ length: 32 }, (_, i) => i)
  assert.equal(
    hmac256(key, '{"sql":', '"select 1"}').toString('hex'),
    'd472531243ff2aa0e448efac8cb97258f55e91e99cc525baee6a32c8afb22cd9',
  )
})

test('ids are 12 base32 characters, and different', () => {
  const ids = Array.from({ length: 1000 }, () => newId('r'))
  for (const id of ids) assert.match(id, /^r-[a-z2-7]{12}$/)
  assert.equal(new Set(ids).size, ids.length)
})

test('the short form of an id finds exactly that id', () => {
  const id = fc
    .string({ unit: fc.constantFrom('a', 'b', '2'), minLength: 12, maxLength: 12 })
    .map((text) => `s-${text}`)
  fc.assert(
    fc.property(fc.uniqueArray(id, { minLength: 1 }), (all) => {
      for (const one of all) {
        const short = shortId(one, all)
        assert.ok(short.length >= 6)
        assert.deepEqual(matchIds(short, all), [one])
      }
    }),
  )
  assert.deepEqual(matchIds('s-', ['s-aaaa']), [])
  assert.deepEqual(matchIds('', ['s-aaaa']), [])
})

test('canonical JSON: the example of RFC 8785 section 3.2.2 and 3.2.3', () => {
  const value = {
    numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '€$\u000f\nA\'B"\\\\"/',
    literals: [null, true, false],
  }
  assert.equal(
    canonical(value),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  )
  const keys = { '€': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, ö: 7 }
  assert.deepEqual(
    Object.values(JSON.parse(`[${canonical(keys).replace(/"(?:[^"\\]|\\.)*":|[{}]/gu, '')}]`)),
    [2, 4, 6, 7, 1, 5, 3],
  )
})

test('canonical JSON parses back to the same value and does not depend on the order of members', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const text = canonical(value)
      assert.equal(canonical(JSON.parse(text)), text)
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)))
    }),
  )
  assert.equal(canonical({ b: 1, a: undefined }), '{"b":1}')
  for (const bad of [NaN, Infinity, 1n, undefined, [undefined], '\ud800', { '\udc00': 1 }, () => 1]) {
    assert.throws(() => canonical(bad), TypeError)
  }
})

test('what a Writer wrote, a Reader reads; neither goes past the end', () => {
  fc.assert(
    fc.property(
      fc.nat(255),
      fc.nat(65_535),
      fc.nat(),
      fc.maxSafeNat(),
      fc.uint8Array(),
      fc.string({ unit: 'binary' }),
      (a, b, c, d, bytes, text) => {
        const writer = new Writer(1).u8(a).u16(b).u32(c).u64(d).u32(0).bytes(bytes).utf8(text)
        writer.patch32(15, bytes.length)
        const reader = new Reader(writer.view())
        assert.deepEqual([reader.u8(), reader.u16(), reader.u32(), reader.u64()], [a, b, c, d])
        assert.deepEqual(new Uint8Array(reader.take(reader.u32())), bytes)
        assert.equal(reader.take(reader.left).toString(), Buffer.from(text).toString())
        assert.throws(() => reader.u8(), RangeError)
        assert.throws(() => reader.take(-1), RangeError)
      },
    ),
  )
  assert.throws(() => new Writer().patch32(0, 1), RangeError)
  assert.throws(() => new Reader(Buffer.alloc(8, 255)).u64(), RangeError)
})

test('base64 has one spelling', () => {
  assert.deepEqual(fromBase64('AAE='), Buffer.from([0, 1]))
  for (const other of ['AAE', 'AAF=', 'AA E=', 'A-8=', 'AAE=\n', '=']) assert.equal(fromBase64(other), undefined, other)
})

test('equality of bytes', () => {
  assert.ok(
    equalBytes(Buffer.from('ab'), Uint8Array.of(97, 98)) && equalSecrets(Buffer.from('ab'), Uint8Array.of(97, 98)),
  )
  assert.ok(!equalBytes(Buffer.from('ab'), Buffer.from('abc')) && !equalSecrets(Buffer.from('ab'), Buffer.from('abc')))
})

test('CRC-32C: vectors of RFC 3720 B.4, and any alignment gives what the plain loop gives', () => {
  assert.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa)
  assert.equal(crc32c(Buffer.alloc(32, 255)), 0x62a8ab43)
  assert.equal(crc32c(Buffer.from(Array.from({ length: 32 }, (_, i) => i))), 0x46dd794e)
  assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(8), (bytes, from) => {
      let crc = -1
      for (const byte of bytes.subarray(from)) {
        crc ^= byte
        for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
      }
      assert.equal(crc32c(bytes, Math.min(from, bytes.length)), ~crc >>> 0)
    }),
  )
})

test('durations', () => {
  assert.equal(parseDuration('30m'), 1_800_000)
  assert.equal(parseDuration('1d2h3m4s5ms'), 93_784_005)
  for (const bad of ['', '0m', '30', 'm', '1m1h', '-1m', '1.5h', '1 h', '99999999999999999d'])
    assert.equal(parseDuration(bad), undefined, bad)
  assert.equal(formatDuration(0), '0s')
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e12 }), (durationMs) =>
      assert.equal(parseDuration(formatDuration(durationMs)), durationMs),
    ),
  )
})

test('a number and what it counts', () => {
  assert.deepEqual(
    [0, 1, 2].map((count) => plural(count, 'row')),
    ['0 rows', '1 row', '2 rows'],
  )
})
