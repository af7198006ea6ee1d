// Turns durable entries into the static files of the log and its signed checkpoint. Order, each step durable before the
// next: entry bundles and tiles; wal/last-signed, only if what it held is a prefix; journal/checkpoint. So a checkpoint that
// anybody can read never covers what is not stored, and two that contradict each other are never signed. Where the log has a
// memory outside of its folder (memory/guard.ts), that is asked before signing and told before anything is shown.
import { dirname, join } from 'node:path'
import { fail } from '../core/error.ts'
import { checkpointText, signCheckpoint, type Checkpoint } from '../tlog/checkpoint.ts'
import { Frontier, leafHash, rootOf, type TreeHash } from '../tlog/merkle.ts'
import { parseNote, signNote, type Signer } from '../tlog/note.ts'
import { bundlePath, encodeBundle, tilePath, tileWidth } from '../tlog/tile.ts'
import type { Guard } from './memory/guard.ts'
import { placeFile, readIfThere, replaceFile, type Disk } from './disk.ts'

/** Promise.all that waits for every one before it fails: nothing of a failed turn may still be writing in the next. */
async function all(running: readonly Promise<void>[]): Promise<void> {
  for (const one of await Promise.allSettled(running)) if (one.status === 'rejected') throw one.reason
}

/** Owned by the journal; `integrate` is not for concurrent use. */
export class Publisher {
  readonly #dir: string
  readonly #log: string
  readonly #disk: Disk
  readonly #signer: Signer
  readonly #tree = new Frontier()
  /** The edge of the tree: entries of the last bundle, hashes of the last tile of each level, how many full ones come before. */
  #bundle: Buffer[] = []
  readonly #levels: { hashes: TreeHash[]; full: number }[] = []
  /** Files that are not durable yet, by path below the log's root. They stay here until they are. */
  readonly #unwritten = new Map<string, Buffer>()
  readonly #replaced = new Set<string>()
  readonly #folders = new Set<string>()
  #note = ''
  /** The note that everybody can see: with the cosignatures it got. */
  #shown = ''
  readonly #guard: Guard | undefined
  /** The tree that was signed last, kept apart, and the leaves since: what is signed next must grow out of it. */
  #signed = new Frontier()
  #since: TreeHash[] = []
  /** Size of the tree that everybody can see; -1 = none. */
  #published = -1

  constructor(options: { dir: string; disk: Disk; signer: Signer; guard?: Guard | undefined }) {
    this.#dir = options.dir
    this.#log = join(options.dir, 'journal')
    this.#disk = options.disk
    this.#signer = options.signer
    this.#guard = options.guard
  }

  get size(): number {
    return this.#tree.size
  }
  /** Is there anything that the published checkpoint does not cover yet, or that the memory outside does not hold? */
  get isBehind(): boolean {
    return (
      this.#published !== this.size || (this.#guard !== undefined && this.size > 0 && !this.#guard.holds(this.#note))
    )
  }
  /** Entries that the published checkpoint covers. */
  get published(): number {
    return Math.max(0, this.#published)
  }
  get root(): TreeHash {
    return this.#tree.root()
  }
  /** The newest signed note, without cosignatures. */
  get note(): string {
    return this.#note
  }
  /** The published checkpoint: that note, or an older one where it was not shown yet, with the cosignatures it got. */
  get shown(): string {
    return this.#shown
  }

  static signedPath = (dir: string): string => join(dir, 'wal', 'last-signed')
  static checkpointPath = (dir: string): string => join(dir, 'journal', 'checkpoint')

  /** Takes the next leaf into the tree; `hash` = its hash, where it is known. */
  add(leaf: Buffer, hash: TreeHash = leafHash(leaf)): void {
    this.#tree.append(hash)
    this.#since.push(hash)
    this.#bundle.push(leaf)
    const level = this.#level(0)
    if (this.#bundle.length === tileWidth) {
      this.#unwritten.set(bundlePath(level.full), encodeBundle(this.#bundle))
      this.#replaced.add(`${bundlePath(level.full)}.p`)
      this.#bundle = []
    }
    this.#addHash(0, hash)
  }

  #level(n: number): { hashes: TreeHash[]; full: number } {
    return (this.#levels[n] ??= { hashes: [], full: 0 })
  }

  #addHash(n: number, hash: TreeHash): void {
    const level = this.#level(n)
    level.hashes.push(hash)
    if (level.hashes.length < tileWidth) return
    this.#unwritten.set(tilePath(n, level.full), Buffer.concat(level.hashes))
    this.#replaced.add(`${tilePath(n, level.full)}.p`)
    const up = n === 0 ? (this.#tree.newest256 as TreeHash) : rootOf(level.hashes) // of these leaves: just completed
    level.hashes = []
    level.full++
    this.#addHash(n + 1, up)
  }

  /** The partial files at the edge of the tree as it is now: path below the log's root, and bytes. */
  edge(): Map<string, Buffer> {
    const files = new Map<string, Buffer>()
    if (this.#bundle.length > 0)
      files.set(bundlePath(this.#level(0).full, this.#bundle.length), encodeBundle(this.#bundle))
    for (const [n, { hashes, full }] of this.#levels.entries()) {
      if (hashes.length > 0) files.set(tilePath(n, full, hashes.length), Buffer.concat(hashes))
    }
    return files
  }

  /** At the start: everything up to here was published, so nothing of it is written again. `note` = with its cosignatures. */
  markPublished(note: string): void {
    this.#unwritten.clear()
    this.#replaced.clear()
    this.#note = withoutOthers(note, this.#signer)
    this.#shown = note
    this.#published = this.size
    this.#signed = this.#tree.copy()
    this.#since = []
  }

  /** At the start: this was signed, and nobody knows whether it was shown. With a memory outside, that is asked first. */
  async resume(note: string): Promise<void> {
    await this.writeFiles()
    const [shown, published] = [this.#shown, this.#published]
    this.markPublished(note)
    if (!this.#guard) return this.publish()
    this.#shown = shown
    this.#published = published
  }

  /** Makes the files of the tree durable. On failure they are kept, and written by the next call. */
  async writeFiles(): Promise<void> {
    for (const [path, bytes] of this.edge()) this.#unwritten.set(path, bytes)
    const files = [...this.#unwritten]
    const folders = new Set<string>()
    for (const [path] of files) {
      const folder = join(this.#log, dirname(path))
      await this.#makeFolder(folder)
      folders.add(folder)
    }
    await all(files.map(([path, bytes]) => placeFile(this.#disk, this.#dir, `journal/${path}`, bytes)))
    await all([...folders].map((folder) => this.#disk.syncFolder(folder)))
    for (const [path] of files) this.#unwritten.delete(path)
  }

  /** Makes a folder and its name in each folder above durable. */
  async #makeFolder(folder: string): Promise<void> {
    if (this.#folders.has(folder) || !folder.startsWith(this.#dir)) return
    await this.#makeFolder(dirname(folder))
    await this.#disk.makeFolder(folder)
    if (folder !== this.#dir) await this.#disk.syncFolder(dirname(folder))
    this.#folders.add(folder)
  }

  /**
   * Signs the tree as it is now, if it grows out of what was signed last and that is still what the disk remembers.
   * Throws GBX-1405 otherwise: then somebody else has signed, or the folder was put back.
   */
  async sign(checkpoint: Checkpoint): Promise<void> {
    const onDisk = await readIfThere(Publisher.signedPath(this.#dir))
    const refuse = (why: string): never => fail('GBX-1405', { dir: this.#dir, why })
    if ((onDisk?.toString() ?? '') !== this.#note) refuse('wal/last-signed is not what this gateway has signed last.')
    const grown = this.#signed.copy()
    for (const hash of this.#since) grown.append(hash)
    if (
      this.#note !== '' &&
      !this.#note.startsWith(
        checkpointText({ origin: checkpoint.origin, size: this.#signed.size, root: this.#signed.root() }),
      )
    ) {
      refuse('wal/last-signed is not the beginning of this tree.')
    }
    if (grown.size !== checkpoint.size || !grown.root().equals(checkpoint.root))
      refuse('the tree does not grow out of what was signed last.')
    const note = signCheckpoint(checkpoint, this.#signer)
    await replaceFile(this.#disk, this.#dir, 'wal/last-signed', Buffer.from(note))
    this.#note = note
    this.#signed = grown
    this.#since = []
  }

  /** Shows the newest signed note to everybody, then removes the partial files that full ones have replaced. */
  async publish(): Promise<void> {
    await this.#makeFolder(this.#log)
    await replaceFile(this.#disk, this.#dir, 'journal/checkpoint', Buffer.from(this.#shown))
    for (const path of this.#replaced) await this.#disk.remove(join(this.#log, path))
    this.#replaced.clear()
  }

  /** All steps for the leaves added so far. False = not now: the memory outside does not agree, or does not hold them yet. */
  async integrate(): Promise<boolean> {
    const checkpoint = { origin: this.#signer.name, size: this.size, root: this.root }
    if (this.#guard && !(await this.#guard.maySign(this.#note))) return false
    if (this.#published === this.size && this.isBehind && !this.#guard?.holds(this.#note)) return false // nothing new to show
    await this.writeFiles()
    await this.sign(checkpoint)
    const shown = this.#guard ? await this.#guard.show(this.#note) : this.#note
    if (shown === undefined) return false // closed: what is contradicted is shown to nobody
    this.#shown = shown
    await this.publish()
    this.#published = checkpoint.size
    return !this.isBehind
  }
}

/** The note with the log's own line alone, as it was signed. */
function withoutOthers(note: string, signer: Signer): string {
  const parsed = parseNote(note)
  return parsed ? signNote(parsed.text, signer) : note
}
