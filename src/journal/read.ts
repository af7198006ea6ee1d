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

  async #stored(index: number): Promise<Stored> {
    const segment = this.segments[this.#segmentOf(index)] as Located
    const at = segment.offsets[index - segment.first] as number
    const end = segment.offsets[index - segment.first + 1] ?? segment.used
    const file = await this.#open(segment)
    try {
      const bytes = Buffer.alloc(end - at)
      await file.read(bytes, 0, bytes.length, at)
      return readEntry(bytes, 0, index).stored
    } catch (error) {
      // closed: what is cut is no entry
      if (!(error instanceof RangeError)) throw error
      return fail('GBX-1403', { dir: this.#dir, where: `entry ${index}`, why: 'its record is cut.' }, { cause: error })
    } finally {
      await file.close()
    }
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
