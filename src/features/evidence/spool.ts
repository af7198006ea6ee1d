// Where an evidence file lies until it is fetched: a file without a name, so that nothing of it can be found on the disk
// by its path, and nothing is left behind by a crash. State in memory, owned here.
import { open, statfs, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { fail } from '../../core/error.ts'
import type { PrincipalId } from '../../core/nouns.ts'
import { newId } from '../../lib/ids.ts'
import type { ByteSink } from '../../lib/zip.ts'

/** Somebody fetches what they asked for at once, or asks again. */
const keepMs = 10 * 60_000
const maxFiles = 8
/** An export never takes the last of the disk: the journal needs it. */
const spareBytes = 268_435_456
const checkEvery = 16_777_216

interface Spooled {
  readonly file: FileHandle
  readonly by: PrincipalId
  readonly size: number
  readonly timer: NodeJS.Timeout
}

export class Spool {
  readonly #dir: string
  readonly #files = new Map<string, Spooled>()
  #making = 0
  #cleared = 0

  /** `dir` exists and is the gateway's own. */
  constructor(dir: string) {
    this.#dir = dir
  }

  /** Has `make` write a file, and keeps it for `by`. GBX-1702 when the disk or the room here does not allow it. */
  async put<T extends { readonly size: number }>(
    by: PrincipalId,
    make: (sink: ByteSink) => Promise<T>,
  ): Promise<T & { id: string }> {
    if (this.#files.size + this.#making >= maxFiles)
      fail('GBX-1702', { why: `${maxFiles} exports are being made or wait to be fetched; ask again in a few minutes` })
    this.#making++
    const cleared = this.#cleared
    const path = join(this.#dir, `.${newId('x')}.export`)
    const file = await open(path, 'wx+', 0o600)
    try {
      await unlink(path)
      const made = await make({ write: (bytes, position) => this.#write(file, bytes, position) })
      if (this.#cleared !== cleared) fail('GBX-1702', { why: 'something was redacted meanwhile; ask again' })
      const id = newId('x')
      const timer = setTimeout(() => void this.#drop(id), keepMs).unref()
      this.#files.set(id, { file, by, size: made.size, timer })
      return { ...made, id }
    } catch (error) {
      await file.close() // closed: what is half made is gone with its handle
      throw error
    } finally {
      this.#making--
    }
  }

  async #write(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
    const crossed = Math.floor(position / checkEvery) !== Math.floor((position + bytes.length) / checkEvery)
    if (position === 0 || crossed) {
      const { bavail, bsize } = await statfs(this.#dir)
      if (bavail * bsize < spareBytes + bytes.length)
        fail('GBX-1702', {
          why: `it would take the last of the disk, which the journal needs (${position} bytes were written)`,
        })
    }
    await file.write(bytes, 0, bytes.length, position)
  }

  async #drop(id: string): Promise<void> {
    const spooled = this.#files.get(id)
    if (!spooled) return
    this.#files.delete(id)
    clearTimeout(spooled.timer)
    await spooled.file.close()
  }

  /** The content of a file, for whom it was made; it is gone afterwards, however the reading ends. Undefined = there is none. */
  take(id: string, by: PrincipalId): { readonly size: number; readonly content: AsyncGenerator<Buffer> } | undefined {
    const spooled = this.#files.get(id)
    if (spooled?.by !== by) return undefined
    const { file, size } = spooled
    this.#files.delete(id)
    clearTimeout(spooled.timer)
    async function* content(): AsyncGenerator<Buffer> {
      try {
        for (let at = 0; at < size;) {
          const piece = Buffer.alloc(Math.min(65_536, size - at))
          const { bytesRead } = await file.read(piece, 0, piece.length, at)
          if (bytesRead === 0) throw new Error('the spooled file is shorter than it was')
          at += bytesRead
          yield piece.subarray(0, bytesRead)
        }
      } finally {
        await file.close()
      }
    }
    return { size, content: content() }
  }

  /** Something was redacted: what was made before, or is being made, may hold it. */
  async clear(): Promise<void> {
    this.#cleared++
    await this.close()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#files.keys()].map((id) => this.#drop(id)))
  }
}
