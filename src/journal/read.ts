// Reads entries back with their payloads, also while the journal writes on and moves segments from wal/ to blobs/.
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { fail } from '../core/error.ts'
import type { Recorded } from '../core/entry.ts'
import { readEntry, readSegment, segmentName, type Stored } from '../tlog/segment.ts'
import { isCode } from './disk.ts'
import { openedOf, recordedOf, type Opened } from './entry-of.ts'
import type { Keyring } from './keyring.ts'
import type { Located } from './wal.ts'

/** What one read takes at most, and what lies between two entries that are read together. */
const togetherBytes = 1_048_576
const gapBytes = 16_384

export class SegmentReader {
  /** In order of the log. The journal adds to it. */
  readonly segments: Located[]
  readonly #dir: string
  readonly #keyring: Keyring

  constructor(dir: string, keyring: Keyring, segments: Located[]) {
    this.#dir = dir
    this.#keyring = keyring
    this.segments = segments
  }

  /** The last segment that begins at or before `index`. */
  #segmentOf(index: number): number {
    let low = 0
    let high = this.segments.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.segments[middle] as Located).first <= index) low = middle
      else high = middle - 1
    }
    return low
  }

  segmentOf = (index: number): Located => this.segments[this.#segmentOf(index)] as Located

  /** Opens a segment where it lies; it may move between the look and the opening, once. */
  async #open({ first }: Located): Promise<FileHandle> {
    const name = segmentName(first)
    for (const folder of ['wal', 'blobs', 'wal']) {
      try {
        return await open(join(this.#dir, folder, name))
      } catch (error) {
        if (!isCode(error, 'ENOENT')) throw error // not there: it is in the other folder
      }
    }
    return fail('GBX-1403', { dir: this.#dir, where: name, why: 'the segment is missing.' })
  }

  #recorded(stored: Stored): Recorded {
    return recordedOf(stored, this.#keyring, { dir: this.#dir, origin: this.#keyring.origin })
  }

  /** A durable entry. Throws GBX-1403 when what lies there is not it. */
  async read(index: number): Promise<Recorded> {
    return this.#recorded(await this.#stored(index))
  }

  /** The same as bytes. */
  async opened(index: number): Promise<Opened> {
    return openedOf(await this.#stored(index), this.#keyring, { dir: this.#dir, origin: this.#keyring.origin })
  }

  /** Entries with these indexes, ascending, each once. */
  async *readEach(indexes: readonly number[]): AsyncGenerator<Recorded> {
    for await (const stored of this.#storedEach(indexes)) yield this.#recorded(stored)
  }

  /** The same as bytes. */
  async *openedEach(indexes: readonly number[]): AsyncGenerator<Opened> {
    const at = { dir: this.#dir, origin: this.#keyring.origin }
    for await (const stored of this.#storedEach(indexes)) yield openedOf(stored, this.#keyring, at)
  }

  /** One read for entries that lie close together in a segment, of `togetherBytes` at most. */
  async *#storedEach(indexes: readonly number[]): AsyncGenerator<Stored> {
    for (let i = 0; i < indexes.length;) {
      const segment = this.segments[this.#segmentOf(indexes[i] as number)] as Located
      const { first, offsets } = segment
      const from = (index: number): number => offsets[index - first] as number
      const to = (index: number): number => offsets[index - first + 1] ?? segment.used
      const start = from(indexes[i] as number)
      let next = i + 1
      for (let end = to(indexes[i] as number); next < indexes.length; next++) {
        const index = indexes[next] as number
        if (index >= first + offsets.length || to(index) - start > togetherBytes || from(index) - end > gapBytes) break
        end = to(index)
      }
      const bytes = await this.#bytes(segment, start, to(indexes[next - 1] as number))
      for (; i < next; i++) yield this.#parsed(bytes, from(indexes[i] as number) - start, indexes[i] as number)
    }
  }

  async #bytes(segment: Located, from: number, to: number): Promise<Buffer> {
    const file = await this.#open(segment)
    try {
      const bytes = Buffer.alloc(to - from)
      await file.read(bytes, 0, bytes.length, from)
      return bytes
    } finally {
      await file.close()
    }
  }

  #parsed(bytes: Buffer, at: number, index: number): Stored {
    try {
      return readEntry(bytes, at, index).stored
    } catch (error) {
      // closed: what is cut is no entry
      if (!(error instanceof RangeError)) throw error
      return fail('GBX-1403', { dir: this.#dir, where: `entry ${index}`, why: 'its record is cut.' }, { cause: error })
    }
  }

  async #stored(index: number): Promise<Stored> {
    const segment = this.segments[this.#segmentOf(index)] as Located
    const at = segment.offsets[index - segment.first] as number
    const end = segment.offsets[index - segment.first + 1] ?? segment.used
    return this.#parsed(await this.#bytes(segment, at, end), 0, index)
  }

  /** Durable entries from `from` on, until `end()` of the moment is reached. */
  async *entries(from: number, end: () => number): AsyncGenerator<Recorded> {
    for (let next = Math.max(0, from); next < end();) {
      const segment = this.segments[this.#segmentOf(next)] as Located
      const file = await this.#open(segment)
      const bytes = await file.readFile().finally(() => file.close())
      const read = readSegment(bytes, this.#keyring.origin)
      const durable = end()
      const before = next
      for (const stored of read?.entries.slice(next - segment.first) ?? []) {
        if (stored.index >= durable) return
        yield this.#recorded(stored)
        next = stored.index + 1
      }
      if (next === before)
        fail('GBX-1403', { dir: this.#dir, where: `entry ${next}`, why: 'it is not where it was written.' })
    }
  }
}
