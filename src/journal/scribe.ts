// What makes a frame durable: seals each payload in its place, puts the commitments into the leaves, hashes them, sums the
// frame, writes and syncs it. The same code runs in the gateway's thread and, under load, in one of its own.
import { randomBytes, type KeyObject } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { leafHash } from '../tlog/merkle.ts'
import { commitment, noCommitment, saltBytes, sealInPlace, tagBytes } from '../tlog/payload.ts'
import { frameHeadBytes, sumFrame, unsealedIn } from '../tlog/segment.ts'
import type { Disk } from './disk.ts'

/** Where a frame goes. */
export interface Place {
  readonly file: number
  readonly at: number
}

/** Takes one frame at a time. */
export interface Scribe {
  /**
   * Makes a frame durable that is laid out and not sealed. `keyIds` = the keys that it needs. Resolves with the hashes of
   * its leaves, one after the other; rejects when writing or syncing failed, and nothing can be promised any more.
   */
  store(frame: Buffer, place: Place, keyIds: readonly string[]): Promise<Buffer>
  /** Keeps no key beyond the frames that it was given: some were destroyed. */
  forget(): void
}

type Writing = Pick<Disk, 'write' | 'sync'>

const pooled = 256
const hashBytes = 32
const commitBegins = '"commit":"'

/** Where the commitment of a leaf stands. No text in it can look like that: quotes in texts are escaped. */
function commitIn(leaf: Buffer): number {
  const at = leaf.indexOf(commitBegins)
  if (at < 0) throw new Error('a leaf without the place for its commitment')
  return at + commitBegins.length
}

/** The commitment of a sealed leaf. */
export const commitmentIn = (leaf: Buffer): string => {
  const at = commitIn(leaf)
  return leaf.toString('latin1', at, at + noCommitment.length)
}

/** Seals and writes in the thread that calls it. */
export class Hand implements Scribe {
  readonly #origin: string
  readonly #keyOf: (id: string) => KeyObject | undefined
  readonly #disk: Writing
  #salts = Buffer.alloc(0)
  #saltsUsed = 0

  constructor(origin: string, keyOf: (id: string) => KeyObject | undefined, disk: Writing) {
    this.#origin = origin
    this.#keyOf = keyOf
    this.#disk = disk
  }

  async store(frame: Buffer, { file, at }: Place): Promise<Buffer> {
    const hashes = this.#seal(frame)
    await this.#disk.write(file, frame, at)
    await this.#disk.sync(file)
    return hashes
  }

  forget(): void {
    // it asks for each key anew
  }

  #seal(frame: Buffer): Buffer {
    const hashes = Buffer.allocUnsafeSlow(hashBytes * frame.readUInt32BE(frameHeadBytes - 4)) // goes to another thread whole
    let hashed = 0
    for (const { index, leaf, keyId, nonce, bytes } of unsealedIn(frame)) {
      if (keyId !== '') {
        const key = this.#keyOf(keyId)
        if (key === undefined) throw new Error(`the key of ${keyId} is missing`)
        const salt = this.#salt()
        bytes.set(salt)
        leaf.write(commitment(salt, bytes.subarray(saltBytes, -tagBytes)), commitIn(leaf), 'latin1')
        sealInPlace(key, nonce, { origin: this.#origin, index }, bytes)
      }
      hashes.set(leafHash(leaf), hashed)
      hashed += hashBytes
    }
    sumFrame(frame)
    return hashes
  }

  /** Each salt is a part of the pool that is never handed out again. */
  #salt(): Buffer {
    if (this.#saltsUsed === this.#salts.length) {
      this.#salts = randomBytes(saltBytes * pooled)
      this.#saltsUsed = 0
    }
    const from = this.#saltsUsed
    this.#saltsUsed += saltBytes
    return this.#salts.subarray(from, from + saltBytes)
  }
}

/** What goes to the thread, and what comes back. */
export interface Job {
  readonly frame: Uint8Array
  readonly place: Place
  /** Keys that were not sent yet. */
  readonly keys: readonly (readonly [id: string, key: KeyObject])[]
  /** All keys that were sent before are forgotten first. */
  readonly forget: boolean
}
export type Done = { readonly hashes: Uint8Array } | { readonly failed: { message: string; code?: string } }

/** Keys that the thread holds at most; then it forgets them all. */
const heldKeys = 10_000

/** Seals and writes in a thread of its own. Frames have to lie in memory that threads share. */
export class Thread implements Scribe {
  readonly #worker: Worker
  readonly #keyOf: (id: string) => KeyObject | undefined
  readonly #sent = new Set<string>()
  #forgets = false
  #job: PromiseWithResolvers<Buffer> | undefined
  #gone: Error | undefined

  private constructor(worker: Worker, keyOf: (id: string) => KeyObject | undefined) {
    this.#worker = worker
    this.#keyOf = keyOf
    worker.on('message', (done: Done) => {
      const job = this.#job
      this.#job = undefined
      if ('hashes' in done) job?.resolve(Buffer.from(done.hashes.buffer, done.hashes.byteOffset, done.hashes.length))
      else job?.reject(Object.assign(new Error(done.failed.message), { code: done.failed.code }))
    })
    const gone = (error: Error): void => {
      this.#gone = error
      this.#job?.reject(error) // closed: nobody knows what it had written
    }
    worker.on('messageerror', gone)
    worker.on('error', gone)
    worker.on('exit', () => gone(new Error('the thread that writes has ended')))
  }

  /** Starts the thread. Rejects when it cannot be started. */
  static async start(origin: string, keyOf: (id: string) => KeyObject | undefined): Promise<Thread> {
    const name = import.meta.url.endsWith('.ts') ? './scribe-thread.ts' : './scribe-thread.js'
    const worker = new Worker(new URL(name, import.meta.url), {
      workerData: origin,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    })
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    worker.once('message', () => resolve())
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('the thread that writes did not start')))
    await promise
    return new Thread(worker, keyOf)
  }

  store(frame: Buffer, place: Place, keyIds: readonly string[]): Promise<Buffer> {
    if (this.#gone) return Promise.reject(this.#gone)
    const job = (this.#job = Promise.withResolvers<Buffer>())
    const forget = this.#forgets || this.#sent.size + keyIds.length > heldKeys
    this.#forgets = false
    if (forget) this.#sent.clear()
    const keys: [string, KeyObject][] = []
    for (const id of keyIds) {
      const key = this.#sent.has(id) ? undefined : this.#keyOf(id)
      if (key === undefined) continue
      this.#sent.add(id)
      keys.push([id, key])
    }
    this.#worker.postMessage({ frame, place, keys, forget } satisfies Job)
    return job.promise
  }

  forget(): void {
    this.#forgets = true
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }
}
