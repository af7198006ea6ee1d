// Reading and writing binary records, big-endian, with every bound checked. Also the few byte questions asked everywhere.
import { timingSafeEqual } from 'node:crypto'

/** Walks over bytes it does not own. Every method throws RangeError instead of reading past the end. Views, not copies. */
export class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = asBuffer(bytes)
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }
  get at(): number {
    return this.#at
  }

  u8(): number {
    return this.#bytes.readUInt8(this.#move(1))
  }
  u16(): number {
    return this.#bytes.readUInt16BE(this.#move(2))
  }
  u32(): number {
    return this.#bytes.readUInt32BE(this.#move(4))
  }
  /** A 64-bit unsigned number; RangeError above 2^53 - 1. */
  u64(): number {
    const value = this.#bytes.readBigUInt64BE(this.#move(8))
    if (value > Number.MAX_SAFE_INTEGER) throw new RangeError('number too large')
    return Number(value)
  }
  take(length: number): Buffer {
    const from = this.#move(length)
    return this.#bytes.subarray(from, from + length)
  }

  #move(by: number): number {
    if (by < 0 || by > this.left) throw new RangeError(`${by} bytes wanted at ${this.#at}, ${this.left} left`)
    const from = this.#at
    this.#at += by
    return from
  }
}

/** Bytes that grow at the end. `view()` shows them without a copy until the next write or clear. */
export class Writer {
  readonly #allocate: (size: number) => Buffer
  #bytes: Buffer
  #length = 0

  /** `allocate` = where its memory comes from. */
  constructor(capacity = 256, allocate: (size: number) => Buffer = Buffer.allocUnsafeSlow) {
    this.#allocate = allocate
    this.#bytes = allocate(capacity)
  }

  get length(): number {
    return this.#length
  }

  u8(value: number): this {
    const at = this.reserve(1) // first: it may move the memory
    this.#bytes.writeUInt8(value, at)
    return this
  }
  u16(value: number): this {
    const at = this.reserve(2) // first: it may move the memory
    this.#bytes.writeUInt16BE(value, at)
    return this
  }
  u32(value: number): this {
    const at = this.reserve(4) // first: it may move the memory
    this.#bytes.writeUInt32BE(value, at)
    return this
  }
  u64(value: number): this {
    const at = this.reserve(8)
    this.#bytes.writeBigUInt64BE(BigInt(value), at)
    return this
  }
  bytes(value: Uint8Array): this {
    const at = this.reserve(value.length)
    this.#bytes.set(value, at)
    return this
  }
  /** `length` = bytes of the text in UTF-8, where the caller knows them. */
  utf8(value: string, length = Buffer.byteLength(value)): this {
    const at = this.reserve(length)
    this.#bytes.write(value, at, length)
    return this
  }
  /** Overwrites four bytes written before, e.g. a length that is known only now. */
  patch32(at: number, value: number): void {
    if (at + 4 > this.#length) throw new RangeError('patch past the end')
    this.#bytes.writeUInt32BE(value, at)
  }

  /** Makes room for `length` bytes and returns where they start; they hold whatever was there before. */
  reserve(length: number): number {
    const from = this.#length
    if (from + length > this.#bytes.length) {
      const larger = this.#allocate(Math.max(this.#bytes.length * 2, from + length))
      this.#bytes.copy(larger, 0, 0, from)
      this.#bytes = larger
    }
    this.#length += length
    return from
  }

  view(from = 0, to = this.#length): Buffer {
    return this.#bytes.subarray(from, to)
  }
  /** Cuts back to `length`; the memory is kept. */
  truncate(length: number): void {
    if (length < 0 || length > this.#length) throw new RangeError('truncate past the end')
    this.#length = length
  }
}

/** Memory that threads can share. */
export const sharedBytes = (size: number): Buffer => Buffer.from(new SharedArrayBuffer(size))

/** The same memory as a Buffer. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Are they the same bytes? Quick, not constant-time. */
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => asBuffer(a).equals(b)

/** The same for secrets: time depends on the lengths only. */
export const equalSecrets = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b)

/** Bytes of standard base64 with padding, exactly as an encoder would write it; undefined for any other spelling. */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}
