// The few file operations that the journal is built from, behind an interface so that a test can make each of them fail or
// kill the process before or after it. Every promise here means what the system call means, and nothing more.
import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

export interface Disk {
  /** `r+` an existing file; `w` an empty one. Files are made readable for their owner only. */
  open(path: string, flags: 'r+' | 'w'): Promise<number>
  /** Writes all bytes at `position`. */
  write(file: number, bytes: Uint8Array, position: number): Promise<void>
  /** fdatasync. A rejection is final: what the page cache shows afterwards may never have been stored. */
  sync(file: number): Promise<void>
  close(file: number): Promise<void>
  truncate(file: number, sizeBytes: number): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** fsync of a directory: makes the names in it durable. */
  syncFolder(path: string): Promise<void>
  makeFolder(path: string): Promise<void>
  /** Removes a file or a directory with all in it; no error when it is not there. */
  remove(path: string): Promise<void>
  /** Makes a file of zeros, synced, and leaves it open. Blocks; used when no prepared one is left. */
  zeroedNow(path: string, sizeBytes: number): number
}

const write = promisify(fs.write)
const close = promisify(fs.close)
const folderMode = 0o700
const fileMode = 0o600
const zeros = Buffer.alloc(1 << 20)
const smallWriteBytes = 65_536

/** The same, blocking. */
export function writeNow(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) done += fs.writeSync(file, bytes, done, bytes.length - done, position + done)
}

export const realDisk: Disk = {
  open: (path, flags) => promisify(fs.open)(path, flags, fileMode),
  async write(file, bytes, position) {
    // A small write only copies into the page cache: quicker than the way through the thread pool and back.
    if (bytes.length <= smallWriteBytes) return writeNow(file, bytes, position)
    for (let done = 0; done < bytes.length;) {
      done += (await write(file, bytes, done, bytes.length - done, position + done)).bytesWritten
    }
  },
  sync: promisify(fs.fdatasync),
  close,
  truncate: promisify(fs.ftruncate),
  rename: promisify(fs.rename),
  async syncFolder(path) {
    if (process.platform === 'win32') return // names are durable there with the rename; a folder cannot be synced
    const folder = await promisify(fs.open)(path, 'r')
    try {
      await promisify(fs.fsync)(folder)
    } finally {
      await close(folder)
    }
  },
  async makeFolder(path) {
    await fs.promises.mkdir(path, { recursive: true, mode: folderMode })
  },
  remove: (path) => fs.promises.rm(path, { recursive: true, force: true }),
  zeroedNow(path, sizeBytes) {
    const file = fs.openSync(path, 'w', fileMode)
    try {
      for (let at = 0; at < sizeBytes;) at += fs.writeSync(file, zeros, 0, Math.min(zeros.length, sizeBytes - at), at)
      fs.fdatasyncSync(file)
      return file
    } catch (error) {
      fs.closeSync(file)
      fs.rmSync(path, { force: true })
      throw error // closed: nothing was prepared
    }
  },
}

/** A file of zeros, synced, left open. On failure nothing of it stays. */
export async function zeroed(disk: Disk, path: string, sizeBytes: number): Promise<number> {
  const file = await disk.open(path, 'w')
  try {
    for (let at = 0; at < sizeBytes; at += zeros.length)
      await disk.write(file, zeros.subarray(0, Math.min(zeros.length, sizeBytes - at)), at)
    await disk.sync(file)
    return file
  } catch (error) {
    await disk.close(file)
    await disk.remove(path)
    throw error // closed: nothing was prepared
  }
}

/** Where a file is written before it takes its place: outside of the log's root, which holds the log and nothing else. */
const besides = (dir: string, path: string): string => join(dir, 'wal', `.new+${path.replaceAll('/', '+')}`)

/** Names in wal/ that a crash may leave and a start removes. */
export const isLeftOver = (name: string): boolean => /^(spare-\d+|reserve|\.new\+.*)$/.test(name)

/**
 * Puts a whole new file in the place of `path` (below the data folder `dir`), synced: a reader sees the old one or the new
 * one. Its name is not durable yet. All of the data folder has to be on one file system.
 */
export async function placeFile(disk: Disk, dir: string, path: string, bytes: Uint8Array): Promise<void> {
  const temporary = besides(dir, path)
  const file = await disk.open(temporary, 'w')
  try {
    await disk.write(file, bytes, 0)
    await disk.sync(file)
  } finally {
    await disk.close(file)
  }
  await disk.rename(temporary, join(dir, path))
}

/** placeFile, and its name made durable. */
export async function replaceFile(disk: Disk, dir: string, path: string, bytes: Uint8Array): Promise<void> {
  await placeFile(disk, dir, path, bytes)
  await disk.syncFolder(dirname(join(dir, path)))
}

/** Bytes of a file, or undefined when there is none. Other errors are thrown. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await fs.promises.readFile(path)
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return undefined // not there is an answer
    throw error
  }
}

/** Names in a directory, sorted; none when it does not exist. */
export async function namesIn(path: string): Promise<string[]> {
  try {
    return (await fs.promises.readdir(path)).sort()
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return [] // not there is an answer
    throw error
  }
}

export const isCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)

/** No room: an answer that may change, unlike every other failure to write. */
export const isFull = (error: unknown): boolean => isCode(error, 'ENOSPC', 'EDQUOT')
