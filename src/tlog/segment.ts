// The write-ahead log on disk: segments of frames, each frame one write. A segment is made full of zeros before its first
// use, so zeros are where nothing was written yet. Retired segments keep this form; payloads are read from them for ever.
//
//   segment = "glovebox wal 1\n" 0x00 | u64 first index | SHA-256 of the origin | u32 CRC-32C of those | 4 x 0x00 | frame*
//   frame   = "GBX1" | u32 length of body | u32 CRC-32C of body | body
//   body    = u64 first index | u32 count | entry*
//   entry   = u16 length | leaf | u8 length | key id | nonce[12] | u32 length | ciphertext and tag
//   entry without payload = u16 length | leaf | u8 0
import { asBuffer, equalBytes, Reader, Writer } from '../lib/bytes.ts'
import { crc32c } from '../lib/crc32c.ts'
import { sha256 } from '../lib/hash.ts'
import { nonceBytes, saltBytes, sealedBytes, tagBytes, type Sealed } from './payload.ts'

const magic = Buffer.from('glovebox wal 1\n\0')
const frameMagic = Buffer.from('GBX1')
export const segmentHeadBytes = 64
/** Bytes of a frame before its first entry. */
export const frameHeadBytes = 24
const pattern = /^[0-9]{16}\.wal$/

/** An entry as it lies in a segment: `at` is its place in the file. */
export interface Stored {
  readonly index: number
  readonly at: number
  readonly leaf: Buffer
  /** Undefined when the entry keeps nothing from strangers. */
  readonly sealed: Sealed | undefined
}

export interface Segment {
  readonly first: number
  readonly entries: readonly Stored[]
  /** Where the next frame would begin. */
  readonly end: number
  /**
   * What follows `end`. clean: only zeros. torn: one write that never finished, so nobody was promised anything of it.
   * damaged: whole frames lie behind a broken one, so something that was promised is lost.
   */
  readonly tail: 'clean' | 'torn' | 'damaged'
}

/** Name of the segment that begins with entry `first`; names sort in order of the log. */
export const segmentName = (first: number): string => `${String(first).padStart(16, '0')}.wal`

/** First index of a segment's name; undefined for other files. */
export const segmentFirst = (name: string): number | undefined =>
  pattern.test(name) ? Number(name.slice(0, 16)) : undefined

export function segmentHead(first: number, origin: string): Buffer {
  const writer = new Writer(segmentHeadBytes).bytes(magic).u64(first).bytes(sha256(origin))
  return writer.u32(crc32c(writer.view())).u32(0).view()
}

/** Starts a frame at the end of `writer`; `countFrame` and `sumFrame` fill in what is known only then. */
export function openFrame(writer: Writer, first: number): void {
  writer.bytes(frameMagic).u32(0).u32(0).u64(first).u32(0)
}

/** Says how much is in a frame. Its sum is still missing. */
export function countFrame(writer: Writer, from: number, count: number): void {
  writer.patch32(from + 20, count)
  writer.patch32(from + 4, writer.length - from - 12)
}

/** Puts the sum over a whole frame into its place. */
export const sumFrame = (frame: Buffer): void => void frame.writeUInt32BE(crc32c(frame, 12), 8)

/** An entry that is laid out in its frame and not sealed yet. */
export interface Unsealed {
  readonly index: number
  readonly leaf: Buffer
  readonly keyId: string
  readonly nonce: Buffer
  /** Room for the salt, the payload, room for the tag; empty when it keeps nothing from strangers. */
  readonly bytes: Buffer
}

/** What an entry is made of before it is sealed, as text. */
export interface Plain {
  readonly leaf: string
  readonly leafBytes: number
  /** '' = it keeps nothing from strangers. */
  readonly keyId: string
  readonly payload: string
  readonly payloadBytes: number
}

/** How many bytes `writePlain` takes, sealed or not. */
export const plainBytes = ({ leafBytes, keyId, payloadBytes }: Plain): number =>
  2 + leafBytes + 1 + (keyId === '' ? 0 : keyId.length + nonceBytes + 4 + sealedBytes(payloadBytes))

/** Lays an entry out as it will stand in the frame, with room for its salt and its tag. */
export function writePlain(writer: Writer, plain: Plain, nonce: Uint8Array): void {
  writer.u16(plain.leafBytes).utf8(plain.leaf, plain.leafBytes).u8(plain.keyId.length)
  if (plain.keyId === '') return
  writer.utf8(plain.keyId, plain.keyId.length).bytes(nonce).u32(sealedBytes(plain.payloadBytes))
  writer.reserve(saltBytes)
  writer.utf8(plain.payload, plain.payloadBytes).reserve(tagBytes)
}

/** The entries of a frame that was laid out with `writePlain`, one after the other: views into it. */
export function* unsealedIn(frame: Buffer): Generator<Unsealed> {
  const reader = new Reader(frame)
  reader.take(12)
  const first = reader.u64()
  for (let i = 0, count = reader.u32(); i < count; i++) {
    const leaf = reader.take(reader.u16())
    const keyId = reader.take(reader.u8()).toString('latin1')
    const nonce = keyId === '' ? reader.take(0) : reader.take(nonceBytes)
    yield { index: first + i, leaf, keyId, nonce, bytes: keyId === '' ? nonce : reader.take(reader.u32()) }
  }
}

/** Reads one entry at `at` of a segment's bytes. RangeError when it does not fit. */
export function readEntry(bytes: Uint8Array, at: number, index: number): { stored: Stored; end: number } {
  const reader = new Reader(asBuffer(bytes).subarray(at))
  const leaf = reader.take(reader.u16())
  const keyId = reader.take(reader.u8()).toString()
  const sealed = keyId === '' ? undefined : { keyId, nonce: reader.take(nonceBytes), bytes: reader.take(reader.u32()) }
  return { stored: { index, at, leaf, sealed }, end: at + reader.at }
}

/** Reads the frame at `at`, or undefined when there is no whole one that begins with entry `first`. */
function readFrame(bytes: Buffer, at: number, first?: number): { entries: Stored[]; end: number } | undefined {
  try {
    const head = new Reader(bytes.subarray(at))
    if (!equalBytes(head.take(4), frameMagic)) return undefined
    const length = head.u32()
    const crc = head.u32()
    const end = at + head.at + length
    if (length < 12 || end > bytes.length || crc32c(bytes, at + head.at, end) !== crc) return undefined
    const begins = head.u64()
    const count = head.u32()
    if (first !== undefined && begins !== first) return undefined
    const entries: Stored[] = []
    let next = at + head.at
    for (let i = 0; i < count; i++) {
      const { stored, end: after } = readEntry(bytes.subarray(0, end), next, begins + i)
      entries.push(stored)
      next = after
    }
    return next === end && count > 0 ? { entries, end } : undefined
  } catch (error) {
    if (error instanceof RangeError) return undefined // shorter than it says: not a whole frame
    throw error
  }
}

function tailOf(bytes: Buffer, from: number): Segment['tail'] {
  let written = bytes.length
  while (written > from && bytes[written - 1] === 0) written--
  if (written === from) return 'clean'
  for (let at = bytes.indexOf(frameMagic, from); at >= 0; at = bytes.indexOf(frameMagic, at + 1)) {
    if (at > from && readFrame(bytes, at)) return 'damaged'
  }
  return 'torn'
}

/** Reads a segment. Undefined when its head is not that of the log `origin`: then nothing in it is believed. */
export function readSegment(segment: Uint8Array, origin: string): Segment | undefined {
  const bytes = asBuffer(segment)
  if (bytes.length < segmentHeadBytes) return undefined
  const first = Number(bytes.readBigUInt64BE(magic.length))
  if (!Number.isSafeInteger(first) || !equalBytes(bytes.subarray(0, segmentHeadBytes), segmentHead(first, origin)))
    return undefined
  const entries: Stored[] = []
  let end = segmentHeadBytes
  for (let frame = readFrame(bytes, end, first); frame; frame = readFrame(bytes, end, first + entries.length)) {
    for (const entry of frame.entries) entries.push(entry)
    end = frame.end
  }
  return { first, entries, end, tail: tailOf(bytes, end) }
}

/** Was this payload overwritten? What lies there keeps its length, and is all zeros. */
export const isErased = ({ nonce, bytes }: Pick<Sealed, 'nonce' | 'bytes'>): boolean =>
  nonce.every((byte) => byte === 0) && bytes.every((byte) => byte === 0)

/** A frame as it is to be written over the one at `at`. */
export interface Patch {
  readonly at: number
  readonly bytes: Buffer
}

/**
 * The frames of a segment anew, with the payloads of these entries overwritten by zeros: nothing moves, and no other byte
 * changes but the sums. Frames of which nothing changes are left out.
 */
export function erasePayloads(
  segment: Buffer,
  { first }: Pick<Segment, 'first'>,
  indexes: ReadonlySet<number>,
): Patch[] {
  const patches: Patch[] = []
  let at = segmentHeadBytes
  let next = first
  for (let frame = readFrame(segment, at, next); frame; frame = readFrame(segment, at, next)) {
    const bytes = Buffer.from(segment.subarray(at, frame.end))
    let isChanged = false
    for (const { index, at: place, leaf, sealed } of frame.entries) {
      if (!sealed || !indexes.has(index) || isErased(sealed)) continue
      const nonceAt = place - at + 2 + leaf.length + 1 + sealed.keyId.length
      bytes.fill(0, nonceAt, nonceAt + nonceBytes)
      bytes.fill(0, nonceAt + nonceBytes + 4, nonceAt + nonceBytes + 4 + sealed.bytes.length)
      isChanged = true
    }
    if (isChanged) {
      sumFrame(bytes)
      patches.push({ at, bytes })
    }
    at = frame.end
    next += frame.entries.length
  }
  return patches
}
