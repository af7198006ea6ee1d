// The PostgreSQL protocol 3.0 as bytes: splitting a stream into frames, and building frames. Owns no socket and knows no
// rules. Lengths are checked before memory is taken for them.

/** Message types. Client: what it sends; server: what it sends (PostgreSQL manual, "Message Formats"). */
export const fromClient = {
  bind: 0x42,
  close: 0x43,
  describe: 0x44,
  execute: 0x45,
  functionCall: 0x46,
  flush: 0x48,
  parse: 0x50,
  query: 0x51,
  sync: 0x53,
  terminate: 0x58,
  copyDone: 0x63,
  copyData: 0x64,
  copyFail: 0x66,
  password: 0x70,
} as const
export const fromServer = {
  parseComplete: 0x31,
  bindComplete: 0x32,
  closeComplete: 0x33,
  notification: 0x41,
  commandComplete: 0x43,
  dataRow: 0x44,
  error: 0x45,
  copyIn: 0x47,
  copyOut: 0x48,
  emptyQuery: 0x49,
  backendKey: 0x4b,
  notice: 0x4e,
  authentication: 0x52,
  parameterStatus: 0x53,
  rowDescription: 0x54,
  functionResult: 0x56,
  copyBoth: 0x57,
  ready: 0x5a,
  copyDone: 0x63,
  copyData: 0x64,
  noData: 0x6e,
  suspended: 0x73,
  parameterDescription: 0x74,
  negotiate: 0x76,
} as const

/** What a client may send in one frame besides a statement (parameters of a Bind, names). */
const largestBind = 16 * 1024 * 1024
const largestOther = 16_384

/** The largest length field that is believed for a type of message. */
export const largestOf =
  (statementBytes: number) =>
  (type: number): number => {
    if (type === fromClient.query || type === fromClient.parse) return statementBytes + 1024
    return type === fromClient.bind ? largestBind : largestOther
  }

/** Codes that stand where a startup packet has its version. */
export const startupCodes = { protocol3: 3, cancel: 80877102, ssl: 80877103, gss: 80877104 } as const

/** What arrived cannot be the protocol: the connection has to end. `tooLarge` names the frame that was over its limit. */
export class WireError extends Error {
  readonly tooLarge?: { readonly type: number; readonly length: number }
  constructor(message: string, tooLarge?: { type: number; length: number }) {
    super(message)
    this.name = 'WireError'
    if (tooLarge !== undefined) this.tooLarge = tooLarge
  }
}

const nothing = Buffer.alloc(0)

/** Cuts a stream of typed frames (1 byte type, 4 bytes length) at frame ends, wherever the chunks were cut. */
export class Splitter {
  readonly #limitOf: (type: number) => number
  #parts: Buffer[] = []
  #have = 0
  #need = 0

  /** `limitOf` gives the largest length field that is believed for a type; 0 = the type is not accepted. */
  constructor(limitOf: (type: number) => number) {
    this.#limitOf = limitOf
  }

  /** Bytes kept back because their frame is not whole yet. */
  get held(): number {
    return this.#have
  }

  /** Gives up the bytes that were kept back. */
  rest(): Buffer {
    const bytes = Buffer.concat(this.#parts, this.#have)
    this.#parts = []
    this.#have = 0
    return bytes
  }

  /**
   * Takes the next chunk and returns all frames that are whole now, in one piece (views where possible, perhaps empty).
   * Throws WireError on a length that is impossible or over its limit, before any memory is taken for it.
   */
  whole(chunk: Buffer): Buffer {
    let bytes = chunk
    if (this.#have > 0) {
      this.#parts.push(chunk)
      this.#have += chunk.length
      if (this.#have < this.#need) {
        if (this.#parts.length >= 1024) this.#parts = [Buffer.concat(this.#parts, this.#have)]
        return nothing
      }
      bytes = Buffer.concat(this.#parts, this.#have)
      this.#parts = []
      this.#have = 0
    }
    let at = 0
    for (;;) {
      const left = bytes.length - at
      if (left === 0) return bytes
      if (left < 5) {
        this.#need = 5
        break
      }
      const type = bytes[at] as number
      const length = bytes.readUInt32BE(at + 1)
      if (length < 4) throw new WireError(`a frame of type ${type} says it is ${length} bytes long`)
      if (length > this.#limitOf(type))
        throw new WireError(`a frame of type ${type} is ${length} bytes long`, { type, length })
      if (left < length + 1) {
        this.#need = length + 1
        break
      }
      at += length + 1
    }
    this.#parts = [bytes.subarray(at)]
    this.#have = bytes.length - at
    return bytes.subarray(0, at)
  }
}

/** Calls `each` for every frame of `bytes` (whole frames, as Splitter gives them): its type, and where it and its body lie. */
export function eachFrame(bytes: Buffer, each: (type: number, from: number, to: number) => void): void {
  for (let at = 0; at < bytes.length;) {
    const to = at + 1 + bytes.readUInt32BE(at + 1)
    each(bytes[at] as number, at, to)
    at = to
  }
}

/** Reads the fields of one frame's body. Throws WireError when a field runs past the end. */
export class Fields {
  readonly #bytes: Buffer
  #at: number
  readonly #end: number

  constructor(bytes: Buffer, from = 0, to = bytes.length) {
    this.#bytes = bytes
    this.#at = from
    this.#end = to
  }
  get left(): number {
    return this.#end - this.#at
  }
  u8(): number {
    return this.#bytes.readUInt8(this.#move(1))
  }
  i16(): number {
    return this.#bytes.readInt16BE(this.#move(2))
  }
  u16(): number {
    return this.#bytes.readUInt16BE(this.#move(2))
  }
  i32(): number {
    return this.#bytes.readInt32BE(this.#move(4))
  }
  u32(): number {
    return this.#bytes.readUInt32BE(this.#move(4))
  }
  take(length: number): Buffer {
    const from = this.#move(length)
    return this.#bytes.subarray(from, from + length)
  }
  /** A string up to its NUL, as bytes. */
  zero(): Buffer {
    const end = this.#bytes.indexOf(0, this.#at)
    if (end < 0 || end >= this.#end) throw new WireError('a string without its end')
    const value = this.#bytes.subarray(this.#at, end)
    this.#at = end + 1
    return value
  }
  /** The same as UTF-8 text; WireError for bytes that are not UTF-8. */
  text(): string {
    return utf8(this.zero())
  }
  /** Throws unless everything was read. */
  done(): void {
    if (this.left !== 0) throw new WireError(`${this.left} bytes too many in a frame`)
  }
  #move(by: number): number {
    if (by < 0 || by > this.left) throw new WireError('a frame that is shorter than its content')
    const from = this.#at
    this.#at += by
    return from
  }
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Strict UTF-8: what was checked is what runs, so a byte that has no meaning is refused, not replaced (P1). */
export function utf8(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes)
  } catch {
    throw new WireError('text that is not UTF-8') // closed
  }
}

type Part = number | string | Buffer | readonly number[]

/** One frame: type, and parts that are bytes (0-255 each), NUL-terminated strings, or raw. `type` 0 = startup packet without one. */
export function frame(type: number, ...parts: Part[]): Buffer {
  let size = 4
  for (const part of parts)
    size += typeof part === 'number' ? 1 : typeof part === 'string' ? Buffer.byteLength(part) + 1 : part.length
  const head = type === 0 ? 0 : 1
  const bytes = Buffer.allocUnsafe(head + size)
  if (type !== 0) bytes[0] = type
  bytes.writeUInt32BE(size, head)
  let at = head + 4
  for (const part of parts) {
    if (typeof part === 'number') bytes[at++] = part
    else if (typeof part === 'string') {
      at += bytes.write(part, at)
      bytes[at++] = 0
    } else {
      bytes.set(part, at)
      at += part.length
    }
  }
  return bytes
}

/** Four bytes, big-endian, for frame(). */
export const int32 = (value: number): Buffer => {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeInt32BE(value | 0)
  return bytes
}
/** Two bytes, big-endian, for frame(). */
export const int16 = (value: number): Buffer => {
  const bytes = Buffer.allocUnsafe(2)
  bytes.writeInt16BE(value)
  return bytes
}

/** The question whether TLS is spoken here. */
export const sslRequest = (): Buffer => frame(0, int32(startupCodes.ssl))

/** Asks the server to cancel what runs on the connection with this key. */
export const cancelRequest = (key: BackendKey): Buffer =>
  frame(0, int32(startupCodes.cancel), int32(key.pid), int32(key.secret))

export interface BackendKey {
  readonly pid: number
  readonly secret: number
}

/** StartupMessage of protocol 3.0. */
export const startupMessage = (parameters: Readonly<Record<string, string>>): Buffer =>
  frame(0, int32(startupCodes.protocol3 << 16), ...Object.entries(parameters).flat(), 0)
