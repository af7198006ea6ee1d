// Zip archives of one strict kind (PKWARE APPNOTE 4.3): members stored as they are, one after the other from the first
// byte to the last, every header a function of names, sizes and checksums. So each byte of an archive is checked, nothing
// can hide in it, it cannot unpack to more than it is, and any unzip program still opens it.
import { crc32 } from 'node:zlib'

/** Where the bytes of an archive lie. */
export interface ByteSource {
  readonly size: number
  /** Exactly these bytes; RangeError when they are not there. */
  read(position: number, length: number): Promise<Buffer>
}
/** Where they go. Writes at a position may come again, to patch a header. */
export interface ByteSink {
  write(bytes: Uint8Array, position: number): Promise<unknown>
}

/** More needs the zip64 form, which we do not write. */
const maxArchiveBytes = 0xffff_ffff - 1
const maxMembers = 65_534
const maxDirectoryBytes = 16_777_216
const localBytes = 30
const centralBytes = 46
const endBytes = 22
/** 1980-01-01 00:00, the zero of the format: an archive says nothing about when it was made. */
const date = 0x21
const chunkBytes = 65_536

interface Member {
  readonly name: string
  readonly at: number
  readonly size: number
  readonly crc: number
}

/** Names that every system takes, without a way out of the folder that they are unpacked to. */
const isMemberName = (name: string): boolean =>
  name.length <= 200 && /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/.test(name)

function localHeader({ name, crc, size }: Member): Buffer {
  const bytes = Buffer.alloc(localBytes + name.length)
  bytes.writeUInt32LE(0x04034b50, 0)
  bytes.writeUInt16LE(10, 4)
  bytes.writeUInt16LE(date, 12)
  bytes.writeUInt32LE(crc, 14)
  bytes.writeUInt32LE(size, 18)
  bytes.writeUInt32LE(size, 22)
  bytes.writeUInt16LE(name.length, 26)
  bytes.write(name, localBytes, 'latin1')
  return bytes
}

function centralHeader({ name, crc, size, at }: Member): Buffer {
  const bytes = Buffer.alloc(centralBytes + name.length)
  bytes.writeUInt32LE(0x02014b50, 0)
  bytes.writeUInt16LE(0x0314, 4)
  bytes.writeUInt16LE(10, 6)
  bytes.writeUInt16LE(date, 14)
  bytes.writeUInt32LE(crc, 16)
  bytes.writeUInt32LE(size, 20)
  bytes.writeUInt32LE(size, 24)
  bytes.writeUInt16LE(name.length, 28)
  bytes.writeUInt32LE(0o100644 * 65_536, 38)
  bytes.writeUInt32LE(at, 42)
  bytes.write(name, centralBytes, 'latin1')
  return bytes
}

function endRecord(members: readonly Member[], at: number, size: number): Buffer {
  const bytes = Buffer.alloc(endBytes)
  bytes.writeUInt32LE(0x06054b50, 0)
  bytes.writeUInt16LE(members.length, 8)
  bytes.writeUInt16LE(members.length, 10)
  bytes.writeUInt32LE(size, 12)
  bytes.writeUInt32LE(at, 16)
  return bytes
}

/** Writes an archive member by member, in pieces of any size. One call at a time. */
export class ZipWriter {
  readonly #sink: ByteSink
  readonly #members: Member[] = []
  #open: { name: string; at: number; size: number; crc: number } | undefined
  #at = 0

  constructor(sink: ByteSink) {
    this.#sink = sink
  }

  /** Bytes so far. */
  get size(): number {
    return this.#at
  }

  async #put(bytes: Uint8Array): Promise<void> {
    if (this.#at + bytes.length > maxArchiveBytes) throw new RangeError('the archive would be larger than 4 GiB')
    await this.#sink.write(bytes, this.#at)
    this.#at += bytes.length
  }

  /** Begins a member; what is written next is its content. TypeError for a bad name or one that is there already. */
  async begin(name: string): Promise<void> {
    await this.#finish()
    if (!isMemberName(name) || this.#members.some((one) => one.name === name) || this.#members.length >= maxMembers)
      throw new TypeError(`"${name}" cannot be a member`)
    this.#open = { name, at: this.#at, size: 0, crc: 0 }
    await this.#put(localHeader(this.#open))
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#open) throw new TypeError('no member has begun')
    await this.#put(bytes)
    this.#open.size += bytes.length
    this.#open.crc = crc32(bytes, this.#open.crc)
  }

  async add(name: string, content: Uint8Array | string): Promise<void> {
    await this.begin(name)
    await this.write(Buffer.from(content))
  }

  async #finish(): Promise<void> {
    if (!this.#open) return
    await this.#sink.write(localHeader(this.#open), this.#open.at)
    this.#members.push(this.#open)
    this.#open = undefined
  }

  /** Writes the directory. Gives the size of the archive. */
  async end(): Promise<number> {
    await this.#finish()
    const at = this.#at
    for (const member of this.#members) await this.#put(centralHeader(member))
    await this.#put(endRecord(this.#members, at, this.#at - at))
    return this.#at
  }
}

/** What is wrong with an archive, as the second half of a sentence. */
export class ZipError extends Error {}
const wrong = (what: string): never => {
  throw new ZipError(what)
}

/** An archive of the kind that ZipWriter writes; anything else is a ZipError. */
export class ZipReader {
  readonly #source: ByteSource
  readonly #members: ReadonlyMap<string, Member>

  private constructor(source: ByteSource, members: ReadonlyMap<string, Member>) {
    this.#source = source
    this.#members = members
  }

  /** Reads the directory and every header, in memory bounded by their size; contents are checked when they are read. */
  static async open(source: ByteSource): Promise<ZipReader> {
    if (source.size < endBytes) wrong('it is too short to be a zip archive')
    if (source.size > maxArchiveBytes) wrong('it is larger than 4 GiB')
    const end = await source.read(source.size - endBytes, endBytes)
    const [count, size, at] = [end.readUInt16LE(10), end.readUInt32LE(12), end.readUInt32LE(16)]
    if (at + size + endBytes !== source.size || end.readUInt32LE(0) !== 0x06054b50)
      wrong('its directory is not where it ends: it is cut, or has something in front or behind')
    if (size > maxDirectoryBytes) wrong('its directory is too long')
    const members = parseDirectory(await source.read(at, size), count, at)
    if (!endRecord(members, at, size).equals(end)) wrong('its last record is not in the one form')
    for (const member of members) {
      const header = localHeader(member)
      if (!header.equals(await source.read(member.at, header.length)))
        wrong(`the header of ${member.name} is not in the one form`)
    }
    return new ZipReader(source, new Map(members.map((member) => [member.name, member])))
  }

  get names(): readonly string[] {
    return [...this.#members.keys()]
  }

  size(name: string): number | undefined {
    return this.#members.get(name)?.size
  }

  /** Content in pieces. ZipError at the end when its checksum does not hold: nothing of it may be believed before. */
  async *content(name: string): AsyncGenerator<Buffer> {
    const member = this.#members.get(name) ?? wrong(`${name} is missing`)
    const from = member.at + localBytes + name.length
    let crc = 0
    for (let done = 0; done < member.size; done += chunkBytes) {
      const piece = await this.#source.read(from + done, Math.min(chunkBytes, member.size - done))
      crc = crc32(piece, crc)
      yield piece
    }
    if (crc !== member.crc) wrong(`the content of ${name} does not fit its checksum`)
  }

  /** Content of a small member, whole. ZipError when it is missing, longer than `limit`, or broken. */
  async read(name: string, limit: number): Promise<Buffer> {
    if ((this.size(name) ?? 0) > limit) wrong(`${name} is longer than ${limit} bytes`)
    const pieces: Buffer[] = []
    for await (const piece of this.content(name)) pieces.push(piece)
    return Buffer.concat(pieces)
  }
}

/** Members in their order in the file, with nothing between them, in front of the first, or behind the last. */
function parseDirectory(bytes: Buffer, count: number, end: number): Member[] {
  const members: Member[] = []
  const names = new Set<string>()
  let at = 0
  let next = 0
  while (at < bytes.length) {
    if (at + centralBytes > bytes.length) return wrong('its directory is cut')
    const length = bytes.readUInt16LE(at + 28)
    const member = {
      name: bytes.toString('latin1', at + centralBytes, at + centralBytes + length),
      crc: bytes.readUInt32LE(at + 16),
      size: bytes.readUInt32LE(at + 20),
      at: next,
    }
    const header = centralHeader(member)
    if (!isMemberName(member.name)) return wrong('a name in its directory is not one of ours')
    if (names.has(member.name)) return wrong(`it holds ${member.name} twice`)
    if (!header.equals(bytes.subarray(at, at + header.length)))
      return wrong(`what its directory says of ${member.name} is not in the one form`)
    names.add(member.name)
    members.push(member)
    next += localBytes + member.name.length + member.size
    at += header.length
  }
  if (members.length !== count) return wrong(`its directory has ${members.length} members, and ${count} are announced`)
  if (next !== end) return wrong('there is something between its members and its directory')
  return members
}
