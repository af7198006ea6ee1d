// Segments cut or changed anywhere, and payloads under other keys, in other places, or with a flipped bit.
import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import test from 'node:test'
import fc from 'fast-check'
import { Writer } from '../lib/bytes.ts'
import { hmac256 } from '../lib/hash.ts'
import { commitment, sealedBytes, sealInPlace, unseal, type Sealed } from './payload.ts'
import {
  countFrame,
  openFrame,
  readEntry,
  readSegment,
  segmentFirst,
  segmentHead,
  segmentHeadBytes,
  segmentName,
  sumFrame,
} from './segment.ts'

const origin = 'glovebox.00000000/journal'
const sizeBytes = 4096

interface Item {
  leaf: Buffer
  sealed: Sealed | undefined
}
const item: fc.Arbitrary<Item> = fc
  .tuple(
    fc.uint8Array({ maxLength: 60 }),
    fc.constantFrom('', 'gateway', 's-abcdefghijkl'),
    fc.uint8Array({ minLength: 12, maxLength: 12 }),
    fc.uint8Array({ maxLength: 60 }),
  )
  .map(([leaf, keyId, nonce, bytes]) => ({
    leaf: Buffer.from(leaf),
    sealed: keyId === '' ? undefined : { keyId, nonce, bytes },
  }))
const frames = fc.array(fc.array(item, { minLength: 1, maxLength: 3 }), { maxLength: 5 })

/** AES-256-GCM over salt and payload. */
function seal(...[key, nonce, at, salt, payload]: SealArguments): Buffer {
  const bytes = Buffer.alloc(sealedBytes(payload.length))
  bytes.set(salt)
  bytes.set(payload, salt.length)
  sealInPlace(key, nonce, at, bytes)
  return bytes
}
type SealArguments = [
  key: Parameters<typeof sealInPlace>[0],
  nonce: Uint8Array,
  at: { origin: string; index: number },
  salt: Uint8Array,
  payload: Uint8Array,
]

/** The segment of some frames, and where each of them ends. */
function segmentOf(all: Item[][], first: number): { bytes: Buffer; ends: number[] } {
  const writer = new Writer(64).bytes(segmentHead(first, origin))
  const ends: number[] = []
  let index = first
  for (const entries of all) {
    const from = writer.length
    openFrame(writer, index)
    for (const { leaf, sealed } of entries) {
      writer.u16(leaf.length).bytes(leaf)
      if (!sealed) writer.u8(0)
      else
        writer
          .u8(sealed.keyId.length)
          .utf8(sealed.keyId)
          .bytes(sealed.nonce)
          .u32(sealed.bytes.length)
          .bytes(sealed.bytes)
    }
    countFrame(writer, from, entries.length)
    sumFrame(writer.view(from))
    index += entries.length
    ends.push(writer.length)
  }
  return { bytes: Buffer.concat([writer.view(), Buffer.alloc(sizeBytes - writer.length)]), ends }
}

test('what was written is read, entry by entry as well', () => {
  fc.assert(
    fc.property(frames, fc.nat(1e9), (all, first) => {
      const { bytes, ends } = segmentOf(all, first)
      const read = readSegment(bytes, origin)
      assert.deepEqual([read?.first, read?.tail, read?.end], [first, 'clean', ends.at(-1) ?? segmentHeadBytes])
      assert.deepEqual(
        read?.entries.map(({ leaf, sealed }) => ({
          leaf,
          sealed: sealed && {
            keyId: sealed.keyId,
            nonce: new Uint8Array(sealed.nonce),
            bytes: new Uint8Array(sealed.bytes),
          },
        })),
        all.flat(),
      )
      for (const [i, stored] of (read?.entries ?? []).entries()) {
        assert.equal(stored.index, first + i)
        assert.deepEqual(readEntry(bytes, stored.at, stored.index).stored, stored)
      }
      assert.equal(readSegment(bytes, 'glovebox.00000001/journal'), undefined)
    }),
  )
  assert.equal(segmentFirst(segmentName(12)), 12)
  for (const name of ['spare-1', 'reserve', '1.wal', 'x0000000000000012.wal', '0000000000000012.wal.tmp'])
    assert.equal(segmentFirst(name), undefined)
})

test('cut anywhere, it gives the whole frames before the cut, and calls the rest torn', () => {
  fc.assert(
    fc.property(frames, fc.nat(), (all, at) => {
      const { bytes, ends } = segmentOf(all, 7)
      const used = ends.at(-1) ?? segmentHeadBytes
      const cut = segmentHeadBytes + (at % (used - segmentHeadBytes + 1))
      const read = readSegment(Buffer.concat([bytes.subarray(0, cut), Buffer.alloc(sizeBytes - cut)]), origin)
      const whole = ends.filter((end) => end <= cut).length
      // A cut within zeros at the end of a frame changes nothing.
      assert.ok((read?.entries.length ?? -1) >= all.slice(0, whole).flat().length)
      assert.notEqual(read?.tail, 'damaged')
      assert.deepEqual(
        read?.entries.map(({ leaf }) => leaf),
        all
          .flat()
          .slice(0, read?.entries.length)
          .map(({ leaf }) => leaf),
      )
    }),
  )
})

test('a flipped bit loses the frame it is in, and is called damage when whole frames follow', () => {
  fc.assert(
    fc.property(frames, fc.nat(), fc.nat(7), (all, at, bit) => {
      fc.pre(all.length > 0)
      const { bytes, ends } = segmentOf(all, 7)
      const where = at % (ends.at(-1) as number)
      bytes[where]! ^= 1 << bit
      const read = readSegment(bytes, origin)
      if (where < segmentHeadBytes) return assert.equal(read, undefined)
      const hit = ends.findIndex((end) => where < end)
      assert.equal(read?.entries.length, all.slice(0, hit).flat().length)
      assert.equal(read?.tail, hit === all.length - 1 ? 'torn' : 'damaged')
    }),
  )
})

test('garbage is never a segment, and never an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => assert.equal(readSegment(bytes, origin), undefined)),
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const read = readSegment(Buffer.concat([segmentHead(0, origin), bytes]), origin)
      assert.equal(read?.entries.length, 0)
    }),
  )
})

test('a payload opens with its key, in its place, for its commitment, and in no other way', () => {
  const [key, other] = [createSecretKey(randomBytes(32)), createSecretKey(randomBytes(32))]
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), fc.nat(), (payload, index, at) => {
      const salt = randomBytes(32)
      const place = { origin, index }
      const commit = commitment(salt, payload)
      assert.equal(commit, hmac256(salt, payload).toString('base64'))
      const sealed = { nonce: randomBytes(12), bytes: seal(key, randomBytes(12), place, salt, payload) }
      assert.equal(unseal(key, sealed, place, commit), undefined, 'another nonce')
      sealed.nonce = randomBytes(12)
      sealed.bytes = seal(key, sealed.nonce, place, salt, payload)
      assert.deepEqual(new Uint8Array(unseal(key, sealed, place, commit) as Buffer), payload)
      assert.equal(unseal(other, sealed, place, commit), undefined)
      assert.equal(unseal(key, sealed, { origin, index: index + 1 }, commit), undefined)
      assert.equal(unseal(key, sealed, { origin: 'x', index }, commit), undefined)
      assert.equal(unseal(key, sealed, place, commitment(randomBytes(32), payload)), undefined)
      assert.equal(unseal(key, sealed, place, 'not base64'), undefined)
      const flipped = Buffer.from(sealed.bytes)
      flipped[at % flipped.length]! ^= 1
      assert.equal(unseal(key, { ...sealed, bytes: flipped }, place, commit), undefined)
      assert.equal(
        unseal(key, { ...sealed, bytes: flipped.subarray(0, at % flipped.length) }, place, commit),
        undefined,
      )
    }),
  )
  // The known vector of the commitment.
  assert.equal(
    commitment(Buffer.from(Array.from({ length: 32 }, (_, i) => i)), Buffer.from('{"sql":"select 1"}')),
    Buffer.from('d472531243ff2aa0e448efac8cb97258f55e91e99cc525baee6a32c8afb22cd9', 'hex').toString('base64'),
  )
})
