// What a start does with what it finds: reads every segment in order, folds the entries, checks them against everything
// that was ever signed here, finishes a publication that was interrupted, and cuts a write that never finished.
import { join } from 'node:path'
import { fail } from '../core/error.ts'
import type { Recorded } from '../core/entry.ts'
import { openCheckpoint, type Checkpoint } from '../tlog/checkpoint.ts'
import { readSegment, segmentFirst, segmentName, type Segment } from '../tlog/segment.ts'
import { namesIn, readIfThere, type Disk } from './disk.ts'
import { recordedOf } from './entry-of.ts'
import type { Keyring } from './keyring.ts'
import { Publisher } from './publisher.ts'
import type { Located, OpenSegment } from './wal.ts'

export interface Recovered {
  readonly segments: Located[]
  /** The last segment, open to be written on. */
  readonly active: OpenSegment | undefined
  readonly size: number
  /** Time of the last entry, epoch milliseconds. */
  readonly lastAt: number
}

interface Note {
  readonly checkpoint: Checkpoint
  readonly note: string
}

interface Recovery {
  readonly dir: string
  readonly disk: Disk
  readonly keyring: Keyring
  readonly publisher: Publisher
  readonly replay: (recorded: Recorded) => void
}

/** A signed note of this log on disk; undefined when there is none. Throws GBX-1403 when it does not verify. */
async function signedNote({ dir, keyring }: Recovery, path: string): Promise<Note | undefined> {
  const note = await readIfThere(path)
  if (!note) return undefined
  const checkpoint = openCheckpoint(note, keyring.signer)
  if (!checkpoint) fail('GBX-1403', { dir, where: path, why: 'it is not signed by the key in keys/.' })
  return { checkpoint, note: note.toString() }
}

/** Where the segments are, in order of the log. */
async function findSegments(dir: string): Promise<{ path: string; first: number; retired: boolean }[]> {
  const found = []
  for (const folder of ['blobs', 'wal']) {
    for (const name of await namesIn(join(dir, folder))) {
      const first = segmentFirst(name)
      if (first !== undefined) found.push({ path: join(dir, folder, name), first, retired: folder === 'blobs' })
    }
  }
  return found.sort((a, b) => a.first - b.first)
}

/** Reads a segment that has to continue the log at `size`. Undefined: the last one was named but never written. */
async function openSegment(
  { dir, keyring }: Recovery,
  path: string,
  size: number,
  isLast: boolean,
): Promise<{ segment: Segment; bytes: Buffer } | undefined> {
  const bytes = (await readIfThere(path)) as Buffer
  const segment = readSegment(bytes, keyring.origin)
  const damaged = (why: string): never => fail('GBX-1403', { dir, where: path, why })
  if (!segment)
    return isLast && !bytes.includes('GBX1')
      ? undefined
      : damaged('its first bytes are not those of a segment of this log.')
  if (segment.first !== size || segmentName(size) !== path.slice(-segmentName(0).length))
    damaged(`it begins with entry ${segment.first}, and ${size} was expected.`)
  if (segment.tail === 'damaged')
    damaged(`a record is broken after entry ${size + segment.entries.length - 1}, and whole ones follow it.`)
  if (segment.tail === 'torn' && !isLast)
    damaged(`a record is broken after entry ${size + segment.entries.length - 1}, and other segments follow it.`)
  return { segment, bytes }
}

/** Opens the last segment for writing, with zeros where a write was cut off. */
async function reopen(disk: Disk, path: string, segment: Segment, bytes: Buffer): Promise<OpenSegment> {
  const file = await disk.open(path, 'r+')
  if (segment.tail === 'torn') {
    await disk.write(file, Buffer.alloc(bytes.length - segment.end), segment.end)
    await disk.sync(file)
  }
  const offsets = segment.entries.map((entry) => entry.at)
  return {
    first: segment.first,
    file,
    sizeBytes: bytes.length,
    used: segment.end,
    offsets,
    isRetired: false,
    prepared: undefined,
    isReserve: false,
  }
}

/** Compares the files at the edge of the published tree with the entries. Missing ones will be written again. */
async function checkEdge({ dir, publisher }: Recovery): Promise<boolean> {
  let complete = true
  for (const [path, bytes] of publisher.edge()) {
    const onDisk = await readIfThere(join(dir, 'journal', path))
    complete &&= onDisk !== undefined
    if (onDisk && !onDisk.equals(bytes))
      fail('GBX-1403', { dir, where: `journal/${path}`, why: 'it is not what the entries hash to.' })
  }
  return complete
}

/** Follows the tree while it is built again, and stops the start where it is not the one that was signed. */
class Signed {
  readonly #recovery: Recovery
  readonly #published: Note | undefined
  readonly #signed: Note | undefined

  constructor(recovery: Recovery, published: Note | undefined, signed: Note | undefined) {
    this.#recovery = recovery
    this.#published = published
    this.#signed = signed
    const { dir, keyring } = recovery
    const rollback = (why: string): never => fail('GBX-1405', { dir, why })
    if (!signed && (published || keyring.hasBegun)) rollback('wal/last-signed is missing.')
    if (published && signed && published.checkpoint.size > signed.checkpoint.size)
      rollback(
        `journal/checkpoint covers ${published.checkpoint.size} entries, wal/last-signed only ${signed.checkpoint.size}.`,
      )
  }

  /** To be called at every size of the tree, 0 included. */
  async reached(): Promise<void> {
    const { publisher } = this.#recovery
    if (publisher.size === this.#published?.checkpoint.size) {
      this.#mustBe(this.#published.checkpoint, 'journal/checkpoint')
      if (await checkEdge(this.#recovery)) publisher.markPublished(this.#published.note)
    }
    if (publisher.size !== this.#signed?.checkpoint.size) return
    this.#mustBe(this.#signed.checkpoint, 'wal/last-signed')
    if (this.#signed.note !== publisher.note) await publisher.resume(this.#signed.note)
  }

  #mustBe(checkpoint: Checkpoint, where: string): void {
    const { publisher, dir } = this.#recovery
    if (!publisher.root.equals(checkpoint.root))
      fail('GBX-1403', { dir, where, why: `its first ${checkpoint.size} entries are not the ones that were signed.` })
  }

  /** At the end of the entries. */
  async done(): Promise<void> {
    const { publisher, dir, keyring } = this.#recovery
    const missing = (this.#signed?.checkpoint.size ?? 0) - publisher.size
    if (missing > 0) fail('GBX-1405', { dir, why: `the last ${missing} entries that were signed are missing.` })
    if (!this.#signed) await publisher.integrate()
    if (!keyring.hasBegun) keyring.begin()
  }
}

/** Runs the whole recovery; nothing may be appended before. Throws GBX-1403 and GBX-1405, with nothing changed but a finished publication. */
export async function recover(recovery: Recovery): Promise<Recovered> {
  const { dir, disk, keyring, publisher, replay } = recovery
  const signed = new Signed(
    recovery,
    await signedNote(recovery, Publisher.checkpointPath(dir)),
    await signedNote(recovery, Publisher.signedPath(dir)),
  )
  const segments: Located[] = []
  let active: OpenSegment | undefined
  let lastAt = -Infinity
  await signed.reached()
  const found = await findSegments(dir)
  for (const [i, { path, retired }] of found.entries()) {
    const isLast = i === found.length - 1
    const read = await openSegment(recovery, path, publisher.size, isLast)
    if (!read) {
      await disk.remove(path)
      continue
    }
    for (const stored of read.segment.entries) {
      const recorded = recordedOf(stored, keyring, { dir, origin: keyring.origin })
      lastAt = Math.max(lastAt, Date.parse(recorded.entry.ts))
      publisher.add(stored.leaf)
      replay(recorded)
      await signed.reached()
    }
    const { first, end, entries } = read.segment
    if (isLast && !retired) {
      active = await reopen(disk, path, read.segment, read.bytes)
      segments.push(active)
    } else segments.push({ first, offsets: entries.map((entry) => entry.at), used: end, isRetired: retired })
  }
  await signed.done()
  return { segments, active, size: publisher.size, lastAt }
}
