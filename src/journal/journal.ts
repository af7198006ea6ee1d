// The journal: the one place where facts become durable, in order, before anything follows from them (G1, G8).
//
// What it asks of the system, in order.
//   start    wal/lock.db exclusively; keys/keys.db; read blobs/* and wal/*; fold; cut a torn tail: pwrite zeros, fdatasync
//   prepare  open wal/spare-N, write zeros, fdatasync (ahead of use; wal/reserve once)
//   append   nothing: it copies into the frame that is written next
//   commit   [first frame of a segment: rename wal/spare-N to wal/<first index>.wal, fsync wal/, pwrite its head]
//            pwrite frame, fdatasync, both in a thread of its own under load; then those who wait go on
//   publish  1 s after the first uncovered entry, or at 256 of them but 250 ms after the last time: for each bundle and tile
//            open wal/.new+…, write, fdatasync, rename; fsync their folders; the same for wal/last-signed; the same for journal/checkpoint
//   erase    for each segment: wal/erasing like last-signed; pwrite its frames, fdatasync; unlink wal/erasing, fsync wal/
//   retire   ftruncate the zeros of a published segment, fdatasync, rename wal/X to blobs/X, fsync blobs/, fsync wal/
// A failure to write or sync ends the process with exit code 10: after it, what the page cache shows may never be stored.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fail, GloveboxError } from '../core/error.ts'
import type { Appender, Draft, Recorded } from '../core/entry.ts'
import { prove } from '../tlog/prove.ts'
import type { Reader } from '../tlog/reader.ts'
import { segmentName } from '../tlog/segment.ts'
import { isFull, isLeftOver, namesIn, readIfThere, realDisk, replaceFile, type Disk } from './disk.ts'
import type { Opened } from './entry-of.ts'
import { eraseIn, finishErasing } from './erase.ts'
import { folderReader } from './folder.ts'
import { Keyring, keysPath } from './keyring.ts'
import { takeLock } from './lock.ts'
import { Maker } from './make.ts'
import { Guard, type MemoryOptions } from './memory/guard.ts'
import { Publisher } from './publisher.ts'
import { SegmentReader } from './read.ts'
import { recover, type Recovered } from './recover.ts'
import { Hand, Thread, type Scribe } from './scribe.ts'
import { Wal, type Made, type OpenSegment, type Stored } from './wal.ts'

export interface JournalOptions {
  /** The data folder. Made when it does not exist. */
  readonly dir: string
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Called at the start with every entry, in order: fold them into the World. */
  readonly replay?: (recorded: Recorded) => void
  readonly disk?: Disk
  readonly segmentBytes?: number
  /** What remembers, outside of the data folder, how far this log was signed. */
  readonly memory?: MemoryOptions | undefined
  /** Told what stopped the journal; must not return. Default: a line on stderr and exit code 10. */
  readonly onFailure?: (error: unknown) => void
}

type Settings = Required<Pick<JournalOptions, 'dir' | 'now' | 'disk' | 'onFailure'>>

const publishMs = 1_000
const publishEntries = 256
// Under load a publication every 256 entries would be thirty a second, each with some eight syncs, which fight those that
// statements wait for. So the next one starts no sooner than this after the last has ended.
const publishPauseMs = 250
// From so many entries between two publications on, sealing and writing gets a thread of its own.
const busyEntries = 300
// A frame with fewer entries is sealed sooner than another thread has woken up.
const threadEntries = 3
const defaultSegmentBytes = 8 * 1024 * 1024

function endProcess(error: unknown): void {
  const cause = error instanceof Error ? error.message : String(error)
  process.stderr.write(
    `x GBX-1401 the journal could not be written (${cause}), so the gateway stops. Nothing that was not on record was run.\n`,
  )
  process.exit(10)
}

/** Owned by the composition root. One per data folder, by lock. */
export class Journal implements Appender {
  readonly keyring: Keyring
  readonly #options: Settings
  readonly #lock: { release(): void }
  /** Asks the memory outside; undefined where the log has none. */
  readonly guard: Guard | undefined
  readonly #publisher: Publisher
  readonly #reader: SegmentReader
  readonly #open = new Map<number, OpenSegment>()
  readonly #wal: Wal
  readonly #maker: Maker
  /** Who seals and writes: this thread, and one of its own for larger frames once there is much to do. */
  readonly #hand: Scribe
  #thread: Thread | undefined
  #starting: Promise<void> | undefined
  readonly #listeners = new Set<(recorded: Recorded) => void>()
  #committed: (seconds: number) => void = () => undefined
  #size: number
  #durable: number
  #lastAt: number
  /** Durable leaves that the tree has not taken yet. */
  #uncovered: Stored[] = []
  /** Entries since the last publication. */
  #busy = 0
  #timer: NodeJS.Timeout | undefined
  /** Is the timer the short one? */
  #isSoon = false
  #publishedAt = Number.NEGATIVE_INFINITY
  #integrating: Promise<boolean> | undefined
  #closed: Promise<void> | undefined
  /** One at a time: they share wal/erasing. */
  #shredding: Promise<void> = Promise.resolve()

  private constructor(
    options: Settings,
    parts: {
      lock: { release(): void }
      keyring: Keyring
      publisher: Publisher
      guard: Guard | undefined
      recovered: Recovered
      segmentBytes: number
    },
  ) {
    const { recovered } = parts
    this.#options = options
    this.#lock = parts.lock
    this.keyring = parts.keyring
    this.#publisher = parts.publisher
    this.guard = parts.guard
    this.#reader = new SegmentReader(options.dir, parts.keyring, recovered.segments)
    this.#size = recovered.size
    this.#durable = recovered.size
    this.#lastAt = recovered.lastAt
    this.#maker = new Maker(parts.keyring)
    this.#hand = new Hand(parts.keyring.origin, (id) => parts.keyring.payloadKey(id), options.disk)
    if (recovered.active) this.#open.set(recovered.active.first, recovered.active)
    this.#wal = new Wal({
      dir: join(options.dir, 'wal'),
      origin: parts.keyring.origin,
      disk: options.disk,
      segmentBytes: parts.segmentBytes,
      active: recovered.active,
      scribe: (entries) => (entries < threadEntries ? undefined : this.#thread) ?? this.#hand,
      onDurable: (entries) => this.#onDurable(entries),
      onCommit: (seconds) => this.#committed(seconds),
      onSegment: (segment) => this.#onSegment(segment),
      onFailure: options.onFailure,
    })
  }

  /**
   * Takes the lock (GBX-1404), recovers (GBX-1403, GBX-1405) and publishes what a crash has left uncovered. The caller then
   * closes what the last run left open, on record.
   */
  static async open(options: JournalOptions): Promise<Journal> {
    const {
      dir,
      disk = realDisk,
      onFailure = endProcess,
      segmentBytes = defaultSegmentBytes,
      now,
      replay = () => {},
    } = options
    for (const folder of ['wal', 'blobs', 'journal', 'keys']) await disk.makeFolder(join(dir, folder))
    const lock = takeLock(join(dir, 'wal', 'lock.db'), dir)
    let keyring: Keyring | undefined
    try {
      const names = await namesIn(join(dir, 'wal'))
      const hasLog =
        existsSync(Publisher.checkpointPath(dir)) ||
        existsSync(Publisher.signedPath(dir)) ||
        names.some((name) => name.endsWith('.wal'))
      if (hasLog && !existsSync(keysPath(dir)))
        fail('GBX-1403', { dir, where: 'keys/keys.db', why: 'it is missing, and a new key would begin another log.' })
      keyring = Keyring.open(dir)
      const { signer } = keyring
      const vkeyPath = join(dir, 'keys', 'journal.vkey')
      if ((await readIfThere(vkeyPath))?.toString() !== `${signer.vkey}\n`)
        await replaceFile(disk, dir, 'keys/journal.vkey', Buffer.from(`${signer.vkey}\n`))
      for (const name of names) if (isLeftOver(name)) await disk.remove(join(dir, 'wal', name))
      await finishErasing(disk, dir)
      const guard = options.memory && new Guard(options.memory, folderReader(join(dir, 'journal')))
      const publisher = new Publisher({ dir, disk, signer, guard })
      const recovered = await recover({ dir, disk, keyring, publisher, replay })
      const journal = new Journal(
        { dir, now, disk, onFailure },
        { lock, keyring, publisher, guard, recovered, segmentBytes },
      )
      await journal.#wal.prepare()
      await journal.#integrate()
      return journal
    } catch (error) {
      keyring?.close()
      lock.release()
      throw error // closed: no journal, no gateway
    }
  }

  /** Name of the log, and what verifies its signatures. */
  get origin(): string {
    return this.keyring.origin
  }
  get vkey(): string {
    return this.keyring.signer.vkey
  }
  /** Entries taken so far; the next index. */
  get size(): number {
    return this.#size
  }
  /** The newest published checkpoint: a signed note. */
  get checkpoint(): string {
    return this.#publisher.shown
  }
  /** Does a thread of its own seal and write? */
  get isThreaded(): boolean {
    return this.#thread !== undefined
  }
  /** The gateway's clock: never goes back, never behind the last entry, so that a replay sees the times that decisions saw. */
  now(): number {
    return Math.max(this.#options.now(), this.#lastAt)
  }

  append(
    drafts: readonly Draft[],
    options: { reserve?: boolean; lazy?: boolean } = {},
  ): { recorded: readonly Recorded[]; durable: Promise<void> } {
    if (drafts.length === 0) return { recorded: [], durable: Promise.resolve() }
    const at = this.now()
    let made: Made[]
    try {
      made = drafts.map((draft, i) => this.#maker.make(draft, this.#size + i, at))
    } catch (error) {
      // closed: a payload without a durable key, or a leaf that does not fit, would be a promise that nobody can keep
      if (error instanceof GloveboxError) throw error
      fail(
        'GBX-1401',
        { why: error instanceof RangeError ? error.message : 'the entry could not be made' },
        { cause: error },
      )
    }
    const durable = this.#wal.take(made, options.reserve === true, options.lazy === true)
    this.#size += made.length
    this.#lastAt = at
    return { recorded: made.map((one) => one.recorded), durable }
  }

  /** Listens to entries once they are durable, in order; for projections. Must not throw. Returns how to stop. */
  onDurable(listener: (recorded: Recorded) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Told how long writing and syncing each group of entries took, in seconds. One listener; must not throw. */
  onCommit(listener: (seconds: number) => void): void {
    this.#committed = listener
  }

  #onSegment(segment: OpenSegment): void {
    this.#open.set(segment.first, segment)
    this.#reader.segments.push(segment)
  }

  #onDurable(entries: readonly Stored[]): void {
    this.#durable += entries.length
    this.#busy += entries.length
    if (this.#busy > busyEntries) this.#starting ??= this.#useThread()
    for (const one of entries) {
      this.#uncovered.push(one)
      for (const listener of this.#listeners) listener(one.recorded)
    }
    this.#later()
  }

  /** Covers what is durable with a published checkpoint. One at a time; what comes meanwhile is covered by the next. False = not now. */
  #integrate(): Promise<boolean> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#integrating ??= this.#cover().finally(() => {
      this.#integrating = undefined
      this.#publishedAt = performance.now()
      if (this.#uncovered.length > 0 || this.#publisher.isBehind) this.#later()
    })
    return this.#integrating
  }

  /** Arms the next publication: soon when enough entries wait, else a second after the first of them. */
  #later(): void {
    if (this.#closed || this.#integrating) return
    const isSoon = this.#uncovered.length >= publishEntries
    if (this.#timer && !(isSoon && !this.#isSoon)) return
    clearTimeout(this.#timer)
    this.#isSoon = isSoon
    const waitMs = isSoon ? Math.max(0, this.#publishedAt + publishPauseMs - performance.now()) : publishMs
    this.#timer = setTimeout(() => void this.#integrate(), waitMs).unref()
  }

  async #cover(): Promise<boolean> {
    const leaves = this.#uncovered
    this.#uncovered = []
    this.#busy = 0
    for (const { leaf, hash } of leaves) this.#publisher.add(leaf, hash)
    try {
      const isDone = !this.#publisher.isBehind || (await this.#publisher.integrate())
      await this.#retire()
      return isDone
    } catch (error) {
      // closed: entries stay in the write-ahead log, uncovered, and the next turn tries again; anything but a full disk is final
      if (!isFull(error)) this.#options.onFailure(error)
      return false
    }
  }

  /** Moves segments that are published whole out of the write-ahead log. Payloads stay readable in them. */
  async #retire(): Promise<void> {
    const { dir, disk } = this.#options
    for (const segment of this.#reader.segments) {
      if (
        segment.isRetired ||
        segment === this.#wal.active ||
        segment.first + segment.offsets.length > this.#publisher.published
      )
        continue
      const open = this.#open.get(segment.first)
      const [from, to] = ['wal', 'blobs'].map((folder) => join(dir, folder, segmentName(segment.first))) as [
        string,
        string,
      ]
      const file = open?.file ?? (await disk.open(from, 'r+'))
      await disk.truncate(file, segment.used)
      await disk.sync(file)
      await disk.close(file)
      this.#open.delete(segment.first)
      await disk.rename(from, to)
      await disk.syncFolder(join(dir, 'blobs'))
      await disk.syncFolder(join(dir, 'wal'))
      segment.isRetired = true
    }
  }

  /** Hands the sealing and writing to a thread of its own, between two frames. Where none can be started, this one goes on. */
  async #useThread(): Promise<void> {
    const { keyring } = this
    if (this.#options.disk !== realDisk) return // whoever stands between us and the disk has to see each call
    try {
      const thread = await Thread.start(keyring.origin, (id) => keyring.payloadKey(id))
      if (this.#closed) await thread.close()
      else this.#thread = thread
    } catch {
      // open: it is as durable as before, only slower
    }
  }

  /** Entry `index`, once it is durable; undefined when there is none. Its payload is undefined where the key was destroyed. */
  async read(index: number): Promise<Recorded | undefined> {
    if (!(index >= 0 && index < this.#size)) return undefined
    if (index >= this.#durable) await this.#wal.settled()
    return this.#reader.read(index)
  }

  /** Entry `index` as bytes, with what a stranger needs to check its commitment; undefined when there is none. */
  async opened(index: number): Promise<Opened | undefined> {
    if (!(index >= 0 && index < this.#size)) return undefined
    if (index >= this.#durable) await this.#wal.settled()
    return this.#reader.opened(index)
  }

  /** Entries with these indexes (ascending, each once), read together where they lie close together. */
  async *readEach(indexes: readonly number[]): AsyncGenerator<Recorded> {
    yield* this.#reader.readEach(await this.#within(indexes))
  }

  /** The same as bytes. */
  async *openedEach(indexes: readonly number[]): AsyncGenerator<Opened> {
    yield* this.#reader.openedEach(await this.#within(indexes))
  }

  async #within(indexes: readonly number[]): Promise<readonly number[]> {
    const size = this.#size
    if ((indexes.at(-1) ?? -1) >= this.#durable) await this.#wal.settled()
    return (indexes.at(-1) ?? -1) < size ? indexes : indexes.filter((index) => index < size)
  }

  /** The files of the log, as anybody may read them. */
  get log(): Reader {
    return folderReader(join(this.#options.dir, 'journal'))
  }

  /** All durable entries from index `from` on, in order, up to the newest when it gets there. */
  entries(from = 0): AsyncGenerator<Recorded> {
    return this.#reader.entries(from, () => this.#durable)
  }

  /** Text of a C2SP tlog-proof for entry `index`, covered first if it is not yet. RangeError when there is no such entry. */
  async prove(index: number): Promise<string> {
    if (index < this.#size) await this.publish()
    if (this.guard && index < this.#size && index >= this.#publisher.published)
      throw new GloveboxError(this.guard.unsigned) // closed: no proof without a signature
    return prove(folderReader(join(this.#options.dir, 'journal')), this.keyring.signer, index)
  }

  /** Covers everything that was appended before the call with a published checkpoint, now; later when the disk is full. */
  async publish(): Promise<void> {
    await this.#wal.settled()
    const wanted = this.#durable
    while (this.#integrating || this.#publisher.isBehind || this.#publisher.size < wanted) {
      const isJoined = this.#integrating !== undefined // of what was there before: ours comes after
      if (!(await this.#integrate()) && !isJoined) return
    }
  }

  /**
   * Nothing is sealed under these keys from the next entry on. Called in the step that takes the entry which says that they
   * are destroyed, so that what comes after it is never lost with them.
   */
  retire(keys: readonly string[]): void {
    if (keys.length === 0) return
    this.keyring.retire(keys)
    this.#maker.forget()
  }

  /**
   * Erases for good what lies under these keys and the payloads of these entries. The entry that says so is durable. Safe
   * to call again with the same: a start does, so that what a crash has interrupted, or an old copy of keys.db has brought
   * back, is gone again. Throws when it could not be done; nothing erased comes back then either.
   */
  shred(what: { readonly keys: readonly string[]; readonly entries: readonly number[] }): Promise<void> {
    const run = async (): Promise<void> => {
      this.retire(what.keys)
      await this.#wal.settled() // what was taken before is sealed
      this.#hand.forget()
      this.#thread?.forget()
      const bySegment = new Map<number, Set<number>>()
      for (const index of what.entries) {
        if (index >= this.#durable) continue
        const { first } = this.#reader.segmentOf(index)
        bySegment.set(first, (bySegment.get(first) ?? new Set()).add(index))
      }
      for (const [first, indexes] of bySegment) await eraseIn(this.#options.disk, this.#options.dir, first, indexes)
      if (what.keys.length > 0) this.keyring.destroyPayloadKeys(what.keys)
    }
    this.#shredding = this.#shredding.then(run, run)
    return this.#shredding
  }

  /** Makes everything durable, publishes it and gives the folder back. Idempotent. Appends are refused from now on. */
  close(): Promise<void> {
    this.#closed ??= (async () => {
      await this.#shredding.catch(() => undefined) // open: whoever asked for it has heard of it
      await this.#wal.close()
      await this.#starting
      await this.#thread?.close()
      await this.publish()
      clearTimeout(this.#timer)
      this.keyring.close()
      this.#lock.release()
    })()
    return this.#closed
  }
}
