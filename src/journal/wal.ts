// The write-ahead log: takes entries into the frame that will be written next, and makes frames durable one after the
// other. Whoever waits while one is being written shares the next one (group commit, G1).
//
// Room is found before an entry is taken: segments are made full of zeros ahead of use, so the write that makes an entry
// durable never needs a new block. A small reserve segment is kept for entries that close things when the disk is full.
import { join } from 'node:path'
import { setImmediate } from 'node:timers'
import { setImmediate as turn } from 'node:timers/promises'
import { fail } from '../core/error.ts'
import { sharedBytes, Writer } from '../lib/bytes.ts'
import type { Recorded } from '../core/entry.ts'
import {
  countFrame,
  frameHeadBytes,
  openFrame,
  plainBytes,
  segmentHead,
  segmentHeadBytes,
  segmentName,
  writePlain,
  type Plain,
} from '../tlog/segment.ts'
import { isFull, zeroed, type Disk } from './disk.ts'
import { Nonces } from './make.ts'
import { commitmentIn, type Scribe } from './scribe.ts'

/** One entry, made: what will stand in its frame. */
export interface Made extends Plain {
  readonly recorded: Recorded
}

/** One entry that is durable, with its leaf as it was written and the hash of that. */
export interface Stored {
  readonly recorded: Recorded
  readonly leaf: Buffer
  readonly hash: Buffer
}

/** A segment as readers find it. */
export interface Located {
  /** Index of its first entry; its name. */
  first: number
  /** Where each of its entries lies. */
  readonly offsets: number[]
  /** Where what is written ends, or will end with the frames that are taken. */
  used: number
  /** It lies in wal/ until everything in it is published, then in blobs/. */
  isRetired: boolean
}

/** A segment that is or will be written to. */
export interface OpenSegment extends Located {
  readonly file: number
  readonly sizeBytes: number
  /** Name of the prepared file; undefined once it has its own name. */
  prepared: string | undefined
  readonly isReserve: boolean
}

interface Frame {
  readonly segment: OpenSegment
  /** Where in the segment it begins. */
  readonly at: number
  readonly writer: Writer
  readonly entries: Made[]
  /** Where in the frame the leaves begin. */
  readonly leaves: number[]
  readonly keyIds: string[]
  /** Does somebody wait for it? Lazy entries alone start no write. */
  isAwaited: boolean
  readonly durable: PromiseWithResolvers<void>
}

export interface WalOptions {
  readonly dir: string
  readonly origin: string
  readonly disk: Disk
  readonly segmentBytes: number
  readonly active: OpenSegment | undefined
  /** Who seals and writes a frame of so many entries. */
  readonly scribe: (entries: number) => Scribe
  /** A frame is durable. Runs before those who wait for it go on. */
  readonly onDurable: (entries: readonly Stored[]) => void
  /** How long it took to write and sync a frame, in seconds. */
  readonly onCommit: (seconds: number) => void
  /** A new segment has begun; its name is not durable yet. */
  readonly onSegment: (segment: OpenSegment) => void
  /** A write failed: nothing can be promised any more. Ends the process. */
  readonly onFailure: (error: unknown) => void
}

const reserveName = 'reserve'
/** How often a disk that was full is asked again. */
const retryMs = 250
/** Entries that nobody waits for start a write of their own after this time. */
const lazyMs = 5

/** Not for concurrent use from several threads; every method but the writing itself is synchronous. */
export class Wal {
  readonly #options: WalOptions
  #active: OpenSegment | undefined
  #spare: OpenSegment | undefined
  #reserve: OpenSegment | undefined
  #preparing: Promise<void> | undefined
  #spares = 0
  #refusedAt = -Infinity
  #why = 'no segment is prepared'
  #filling: Frame | undefined
  #sealed: Frame[] = []
  #writing = false
  /** Somebody waits for everything: lazy entries are written too. */
  #flushing = false
  #lazily: NodeJS.Timeout | undefined
  #failed = false
  #idle: PromiseWithResolvers<void> | undefined
  readonly #writers: Writer[] = []
  readonly #nonces = new Nonces()

  constructor(options: WalOptions) {
    this.#options = options
    this.#active = options.active
  }

  /** Makes the reserve and the first spare segment. A full disk is no error here: appends will be refused. */
  async prepare(): Promise<void> {
    const prepare = async (): Promise<void> => {
      try {
        this.#reserve ??= await this.#zeroed(reserveName, Math.max(this.#options.segmentBytes >> 3, 16_384))
        this.#spare ??= await this.#zeroed(this.#spareName(), this.#options.segmentBytes)
      } catch (error) {
        if (!isFull(error)) throw error
        this.#refuse(error) // closed: appends are refused once the room that is there is used
      }
    }
    this.#preparing ??= prepare()
      .catch((error: unknown) => this.#fatal(error))
      .finally(() => {
        this.#preparing = undefined
      })
    await this.#preparing
  }

  /** Several may be on their way to their own name at the same time. */
  #spareName = (): string => `spare-${this.#spares++}`

  async #zeroed(name: string, sizeBytes: number): Promise<OpenSegment> {
    const path = join(this.#options.dir, name)
    const file = await zeroed(this.#options.disk, path, sizeBytes)
    return this.#prepared(name, file, sizeBytes)
  }

  #prepared(name: string, file: number, sizeBytes: number): OpenSegment {
    return {
      first: -1,
      file,
      sizeBytes,
      used: segmentHeadBytes,
      offsets: [],
      isRetired: false,
      prepared: join(this.#options.dir, name),
      isReserve: name === reserveName,
    }
  }

  #refuse(error: unknown): void {
    this.#refusedAt = performance.now()
    this.#why = isFull(error) ? 'no space left on the disk' : 'it is closed'
  }

  /**
   * Takes entries into the next frame: all of them become durable or none. Throws GBX-1401, with nothing changed, when no
   * room is left. `reserve` may use the reserve segment too; `lazy` entries start no write of their own for a moment: they
   * ride the next one that somebody waits for.
   */
  take(entries: readonly Made[], reserve: boolean, lazy = false): Promise<void> {
    let bytes = 0
    for (const entry of entries) bytes += plainBytes(entry)
    const frame = this.#frameFor(bytes, entries[0]?.recorded.index as number, reserve)
    const { segment } = frame
    for (const entry of entries) {
      segment.offsets.push(frame.at + frame.writer.length)
      frame.leaves.push(frame.writer.length + 2)
      writePlain(frame.writer, entry, this.#nonces.at(entry.recorded.index))
      frame.entries.push(entry)
      if (entry.keyId !== '') frame.keyIds.push(entry.keyId)
    }
    segment.used += bytes
    if (lazy) this.#beginLater()
    else {
      frame.isAwaited = true
      this.#begin()
    }
    return frame.durable.promise
  }

  #begin(): void {
    clearTimeout(this.#lazily)
    this.#lazily = undefined
    if (this.#writing) return
    this.#writing = true
    // Everything that arrives in this turn of the event loop shares the write.
    setImmediate(() => void this.#write())
  }

  #beginLater(): void {
    if (this.#writing) return
    this.#lazily ??= setTimeout(() => {
      if (this.#filling) this.#filling.isAwaited = true // it has waited long enough for somebody else's write
      this.#begin()
    }, lazyMs)
  }

  #frameFor(bytes: number, first: number, reserve: boolean): Frame {
    if (this.#failed) fail('GBX-1401', { why: this.#why })
    const open = this.#filling
    if (open && this.#mayUse(open.segment, bytes, reserve)) return open
    const head = bytes + frameHeadBytes
    if (!open && this.#active && this.#mayUse(this.#active, head, reserve)) return this.#open(this.#active, first)
    const next = this.#nextSegment(head, reserve)
    if (this.#active) this.#active = undefined
    if (open) this.#sealed.push(open)
    next.first = first
    this.#active = next
    this.#options.onSegment(next)
    void this.prepare()
    return this.#open(next, first)
  }

  #mayUse = (segment: OpenSegment, bytes: number, reserve: boolean): boolean =>
    segment.used + bytes <= segment.sizeBytes && (reserve || !segment.isReserve)

  #open(segment: OpenSegment, first: number): Frame {
    const writer = this.#writers.pop() ?? new Writer(65_536, sharedBytes)
    openFrame(writer, first)
    const frame: Frame = {
      segment,
      at: segment.used,
      writer,
      entries: [],
      leaves: [],
      keyIds: [],
      isAwaited: false,
      durable: Promise.withResolvers<void>(),
    }
    segment.used += frameHeadBytes
    this.#filling = frame
    return frame
  }

  /** A prepared segment with room for a frame of `bytes`. Throws GBX-1401. */
  #nextSegment(bytes: number, reserve: boolean): OpenSegment {
    const capacity = this.#options.segmentBytes - segmentHeadBytes
    if (bytes > capacity) fail('GBX-1401', { why: `${bytes} bytes at once; ${capacity} fit into one write` })
    const spare = this.#spare ?? this.#spareNow()
    if (spare) {
      this.#spare = undefined
      return spare
    }
    const kept = this.#reserve
    if (reserve && kept && this.#mayUse(kept, bytes, true)) {
      this.#reserve = undefined
      return kept
    }
    if (performance.now() - this.#refusedAt >= retryMs) void this.prepare()
    fail('GBX-1401', { why: this.#why })
  }

  /** Appends came quicker than the disk prepares segments: make one here and now, unless it was full a moment ago. */
  #spareNow(): OpenSegment | undefined {
    if (performance.now() - this.#refusedAt < retryMs) return undefined
    const name = this.#spareName()
    try {
      return this.#prepared(
        name,
        this.#options.disk.zeroedNow(join(this.#options.dir, name), this.#options.segmentBytes),
        this.#options.segmentBytes,
      )
    } catch (error) {
      if (!isFull(error)) this.#fatal(error)
      this.#refuse(error) // closed: the append is refused
      return undefined
    }
  }

  async #write(): Promise<void> {
    try {
      for (let frame = this.#next(); frame; frame = this.#next()) {
        const startedAt = performance.now()
        const hashes = await this.#store(frame)
        this.#options.onCommit((performance.now() - startedAt) / 1000)
        this.#options.onDurable(storedOf(frame, hashes))
        frame.durable.resolve()
        frame.writer.truncate(0)
        this.#writers.push(frame.writer)
        // Whoever is ready to ask in this turn of the event loop shares the next write: fewer and larger ones.
        if (this.#filling) await turn()
      }
    } catch (error) {
      this.#fatal(error) // closed: those who wait are never told that it is durable
      return
    }
    this.#writing = false
    this.#flushing = false
    this.#idle?.resolve()
    this.#idle = undefined
    if (this.#filling) this.#beginLater()
  }

  #next(): Frame | undefined {
    const sealed = this.#sealed.shift()
    if (sealed) return sealed
    const filling = this.#filling
    if (filling?.isAwaited === false && !this.#flushing) return undefined // it rides the next write
    this.#filling = undefined
    return filling
  }

  async #store({ segment, at, writer, entries, keyIds }: Frame): Promise<Buffer> {
    const { disk, dir, origin, scribe } = this.#options
    countFrame(writer, 0, entries.length)
    if (segment.prepared !== undefined) {
      await disk.rename(segment.prepared, join(dir, segmentName(segment.first)))
      await disk.syncFolder(dir)
      segment.prepared = undefined
      await disk.write(segment.file, segmentHead(segment.first, origin), 0)
    }
    return scribe(entries.length).store(writer.view(), { file: segment.file, at }, keyIds)
  }

  #fatal(error: unknown): void {
    this.#failed = true
    this.#why = 'a write failed'
    this.#options.onFailure(error)
  }

  /** The segment that is written to now. */
  get active(): OpenSegment | undefined {
    return this.#active
  }

  /** Resolves when everything taken so far is durable. */
  async settled(): Promise<void> {
    this.#flushing = true
    if (this.#filling || this.#sealed.length > 0) this.#begin()
    if (!this.#writing) {
      this.#flushing = false
      return
    }
    this.#idle ??= Promise.withResolvers<void>()
    await this.#idle.promise
  }

  /** Takes nothing more; waits for what was taken, and closes the files. Prepared segments are removed. */
  async close(): Promise<void> {
    await this.settled()
    this.#failed = true
    this.#refuse(undefined)
    await this.#preparing
    for (const segment of [this.#spare, this.#reserve]) {
      if (!segment) continue
      await this.#options.disk.close(segment.file)
      await this.#options.disk.remove(segment.prepared as string)
    }
    if (this.#active) await this.#options.disk.close(this.#active.file)
  }
}

/** The entries of a frame as they were written, in memory of their own: the frame is used again. */
function storedOf({ writer, entries, leaves }: Frame, hashes: Buffer): Stored[] {
  const bytes = Buffer.from(writer.view())
  return entries.map(({ recorded, leafBytes }, i) => {
    const at = leaves[i] as number
    const leaf = bytes.subarray(at, at + leafBytes)
    if (recorded.entry.commit !== undefined) recorded.entry.commit = commitmentIn(leaf)
    return { recorded, leaf, hash: hashes.subarray(i * 32, i * 32 + 32) }
  })
}
