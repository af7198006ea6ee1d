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
import { nonceBytes, type Sealed } from './payload.ts'

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

/** Starts a frame at the end of `writer`; `closeFrame` fills in what is known only then. */
export function openFrame(writer: Writer, first: number): void {
  writer.bytes(frameMagic).u32(0).u32(0).u64(first).u32(0)
}

export function closeFrame(writer: Writer, from: number, count: number): void {
  writer.patch32(from + 20, count)
  writer.patch32(from + 4, writer.length - from - 12)
  writer.patch32(from + 8, crc32c(writer.view(from + 12)))
}

/** How many bytes `writeEntry` takes. */
export const entryBytes = (leaf: Uint8Array, sealed: Sealed | undefined): number =>
  2 + leaf.length + 1 + (sealed ? sealed.keyId.length + nonceBytes + 4 + sealed.bytes.length : 0)

export function writeEntry(writer: Writer, leaf: Uint8Array, sealed: Sealed | undefined): void {
  writer.u16(leaf.length).bytes(leaf)
  if (!sealed) writer.u8(0)
  else {
    writer.u8(sealed.keyId.length).utf8(sealed.keyId)
    writer.bytes(sealed.nonce).u32(sealed.bytes.length).bytes(sealed.bytes)
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
