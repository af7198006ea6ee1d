// The codec with properties: cut anywhere, flipped, truncated, oversized.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { messageFields, worded } from './errors.ts'
import { refusal } from '../../core/error.ts'
import { fieldsOf } from './rows.ts'
import { eachFrame, Fields, frame, int16, int32, Splitter, startupMessage, utf8, WireError } from './wire.ts'

const anyFrame = fc
  .tuple(fc.integer({ min: 1, max: 255 }), fc.uint8Array({ maxLength: 300 }))
  .map(([type, body]) => frame(type, Buffer.from(body)))

/** Frames that a splitter gives for these chunks, each as hex. */
function split(chunks: readonly Buffer[], limit = 1_000_000): string[] {
  const splitter = new Splitter(() => limit)
  const found: string[] = []
  for (const chunk of chunks) {
    const whole = splitter.whole(chunk)
    eachFrame(whole, (_type, from, to) => found.push(whole.toString('hex', from, to)))
  }
  return found
}

/** Cuts bytes at these places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...[...places].map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return sorted.slice(1).map((end, i) => bytes.subarray(sorted[i], end))
}

describe('frames', () => {
  test('come out whole wherever the stream was cut', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 20 }), (frames, places) => {
        assert.deepEqual(
          split(cut(Buffer.concat(frames), places)),
          frames.map((one) => one.toString('hex')),
        )
      }),
    )
  })

  test('every split point of a real conversation, and byte by byte', () => {
    const frames = [
      frame(0x51, 'select 1'),
      frame(0x53),
      frame(0x42, '', '', int16(0), int16(1), int32(3), Buffer.from('abc'), int16(0)),
    ]
    const bytes = Buffer.concat(frames)
    const expected = frames.map((one) => one.toString('hex'))
    for (let at = 0; at <= bytes.length; at++)
      assert.deepEqual(split([bytes.subarray(0, at), bytes.subarray(at)]), expected)
    assert.deepEqual(split([...bytes].map((byte) => Buffer.of(byte))), expected)
  })

  test('a truncated stream gives what was whole, and keeps no more than one frame', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { minLength: 1, maxLength: 5 }), fc.nat(), (frames, at) => {
        const bytes = Buffer.concat(frames)
        const found = split([bytes.subarray(0, at % bytes.length)])
        assert.deepEqual(
          found,
          frames.slice(0, found.length).map((one) => one.toString('hex')),
        )
        assert.ok(found.length < frames.length)
      }),
    )
  })

  test('flipped bytes never do worse than an error', () => {
    fc.assert(
      fc.property(
        fc.array(anyFrame, { minLength: 1, maxLength: 5 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (frames, at, flip) => {
          const bytes = Buffer.concat(frames)
          const place = at % bytes.length
          bytes[place] = (bytes[place] as number) ^ flip
          try {
            for (const found of split([bytes], 1000)) assert.ok(found.length / 2 <= 1001)
          } catch (error) {
            assert.ok(error instanceof WireError)
          }
        },
      ),
    )
  })

  test('a length over its limit is refused when its header is here, before its body', () => {
    const splitter = new Splitter((type) => (type === 0x51 ? 100 : 10))
    assert.throws(
      () => splitter.whole(Buffer.concat([Buffer.from('Q'), int32(101)])),
      (error: WireError) => error.tooLarge?.length === 101,
    )
    assert.throws(() => new Splitter(() => 10).whole(Buffer.concat([Buffer.from('Q'), int32(-1)])), WireError)
    for (const length of [0, 1, 3])
      assert.throws(() => new Splitter(() => 10).whole(Buffer.concat([Buffer.from('Q'), int32(length)])), WireError)
  })

  test('what is kept back is given up whole', () => {
    const splitter = new Splitter(() => 100)
    splitter.whole(Buffer.concat([frame(0x53), Buffer.from('Q\0\0')]))
    splitter.whole(Buffer.from('\0'))
    assert.equal(splitter.rest().toString(), 'Q\0\0\0')
    assert.equal(splitter.held, 0)
  })
})

describe('fields', () => {
  test('never read past their frame', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.array(fc.constantFrom('u8', 'i16', 'u16', 'i32', 'u32', 'zero', 'text'), { maxLength: 10 }),
        (bytes, reads) => {
          const fields = new Fields(Buffer.concat([Buffer.from(bytes), Buffer.alloc(8, 0x41)]), 0, bytes.length)
          try {
            for (const read of reads) fields[read]()
            assert.ok(fields.left >= 0)
          } catch (error) {
            assert.ok(error instanceof WireError)
          }
        },
      ),
    )
  })

  test('a string ends inside its frame, not in the next', () => {
    assert.throws(() => new Fields(Buffer.from('abc\0'), 0, 3).zero(), WireError)
  })

  test('row descriptions: garbage is an error', () => {
    const good = Buffer.concat([
      int16(1),
      Buffer.from('id\0'),
      int32(16384),
      int16(2),
      int32(23),
      int16(4),
      int32(-1),
      int16(0),
    ])
    assert.deepEqual(fieldsOf(good), [{ name: 'id', tableOid: 16384, attnum: 2, typeOid: 23 }])
    for (let length = 0; length < good.length; length++)
      assert.throws(() => fieldsOf(good.subarray(0, length)), WireError)
    assert.throws(() => fieldsOf(Buffer.concat([good, Buffer.of(0)])), WireError)
  })

  test('UTF-8 is strict', () => {
    for (const bad of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]])
      assert.throws(() => utf8(Buffer.from(bad)), WireError)
    assert.equal(utf8(Buffer.from('\ufeffzoë')), '\ufeffzoë')
  })
})

test('a refusal keeps its code, its sentence and its next step on the wire', () => {
  const bytes = worded('FATAL', refusal('GBX-1109', { target: 'pg-orders' }))
  const fields = messageFields(bytes, 5)
  assert.equal(bytes.readUInt32BE(1), bytes.length - 1)
  assert.deepEqual(
    ['S', 'C', 'R'].map((letter) => fields.get(letter)?.toString()),
    ['FATAL', '28000', 'GBX-1109'],
  )
  assert.match(fields.get('H')?.toString() ?? '', /^glovebox request pg-orders/)
})

test('a startup message is what PostgreSQL wants', () => {
  assert.equal(startupMessage({ user: 'u' }).toString('hex'), '000000100003000075736572007500' + '00')
})
