// A memory in a file on another disk. It has to be there already (an empty one remembers nothing): a disk that is not
// mounted must not look like a memory that knows nothing. Two gateways on copies of one folder may ask the same file at once:
// comparing and writing is one step under an exclusive lock (of SQLite, on PATH.lock), which a kill -9 gives back.
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseCheckpoint } from '../../tlog/checkpoint.ts'
import { parseNote } from '../../tlog/note.ts'
import { readIfThere, type Disk } from '../disk.ts'
import { silent, type Memory, type Signed, type Told } from './memory.ts'

const lockTries = 40
const lockPauseMs = 25

export class FileMemory implements Memory {
  readonly name: string
  readonly #path: string
  readonly #disk: Disk

  constructor(path: string, disk: Disk) {
    this.name = `the file ${path}`
    this.#path = path
    this.#disk = disk
  }

  async hold(signed: Signed): Promise<Told> {
    try {
      if (!(await readIfThere(this.#path)))
        return silent(`${this.name} is not there; if it never was: touch ${this.#path}`)
      return await this.#alone(async () => {
        const told = await this.#compare((await readIfThere(this.#path))?.toString() ?? 'gone', signed)
        if (told) return told
        await this.#write(Buffer.from(signed.note))
        return { kind: 'holds', lines: [] }
      })
    } catch (error) {
      // closed: what could not be read or written remembers nothing
      return silent(`${this.name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  /** Runs `work` as the only one with this file. Rejects when somebody else has it for too long. */
  async #alone(work: () => Promise<Told>): Promise<Told> {
    const lock = new DatabaseSync(`${this.#path}.lock`, { timeout: 0 })
    try {
      for (let tries = 1; ; tries++) {
        try {
          lock.exec('begin exclusive')
          break
        } catch (error) {
          const isBusy = error instanceof Error && 'errcode' in error && error.errcode === 5
          if (!isBusy || tries === lockTries) throw error // closed: two at once would both be told that theirs is held
          await sleep(lockPauseMs)
        }
      }
      return await work()
    } finally {
      lock.close()
    }
  }

  /** Undefined: what it remembers is a beginning of this tree. */
  async #compare(text: string, signed: Signed): Promise<Told | undefined> {
    if (text === '') return undefined
    const parsed = parseNote(text)
    const kept = parsed && parseCheckpoint(parsed.text)
    if (!kept) return silent(`${this.name} holds something that is no checkpoint`)
    if (kept.origin !== signed.origin) return silent(`${this.name} holds the checkpoint of another log, ${kept.origin}`)
    if (kept.size > signed.size) {
      const why = `${this.name} remembers ${kept.size} signed entries, and here are ${signed.size}`
      return { kind: 'contradicts', why }
    }
    if ((await signed.rootOf(kept.size)).equals(kept.root)) {
      return kept.size === signed.size ? { kind: 'holds', lines: [] } : undefined
    }
    return { kind: 'contradicts', why: `${this.name} remembers other entries: its first ${kept.size} are not these` }
  }

  async #write(bytes: Buffer): Promise<void> {
    const folder = dirname(this.#path)
    const beside = join(folder, `.new+${basename(this.#path)}`)
    const file = await this.#disk.open(beside, 'w')
    try {
      await this.#disk.write(file, bytes, 0)
      await this.#disk.sync(file)
    } finally {
      await this.#disk.close(file)
    }
    await this.#disk.rename(beside, this.#path)
    await this.#disk.syncFolder(folder)
  }
}
