// Faults for the journal: an operation that fails, a write that is cut, a kill -9 before or after any named step. They are
// put between the journal and the disk, so the code under test is the code that ships.
import { writeSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Disk } from '../../src/journal/disk.ts'

export interface Fault {
  /** Name of the step, as `stepOf` gives it. */
  readonly step: string
  /** Which occurrence of it, from 1. */
  readonly nth: number
  /** `torn`: the first half of a write reaches the disk, then the process is killed. */
  readonly how: 'kill-before' | 'kill-after' | 'torn' | 'EIO' | 'ENOSPC'
}

/** The closed list of steps: an operation, and what kind of file it is done to. */
export function stepOf(operation: keyof Disk, at: string): string {
  // A file on its way to its place carries that place in its name.
  const path = basename(at).startsWith('.new+') ? `/${basename(at).slice(5).replaceAll('+', '/')}` : at
  const folder = basename(dirname(path))
  const name = basename(path)
  const kind = (): string => {
    if (name.startsWith('spare-') || name === 'reserve') return name.replace(/-\d+$/, '')
    if (name.endsWith('.wal')) return folder === 'blobs' ? 'blob' : 'segment'
    if (['last-signed', 'checkpoint', 'journal.vkey', 'wal', 'blobs', 'keys', 'journal'].includes(name)) return name
    if (name === 'outside') return 'outside'
    if (path.includes('/tile/entries/')) return 'bundle'
    return path.includes('/tile') ? 'tile' : 'folder'
  }
  return `${operation} ${kind()}`
}

const errorOf = (code: 'EIO' | 'ENOSPC', step: string): Error =>
  Object.assign(new Error(`${code}: planted at ${step}`), { code })

function killed(): never {
  process.kill(process.pid, 'SIGKILL')
  // The signal is delivered before this loop turns often.
  for (;;);
}

/** A disk with one fault in it. `onStep` hears the name of every step before it is done. */
export function faultyDisk(disk: Disk, fault: Fault | undefined, onStep: (step: string) => void = () => {}): Disk {
  const paths = new Map<number, string>()
  const seen = new Map<string, number>()

  /** Is it now? Counts the step. */
  function due(operation: keyof Disk, path: string): Fault['how'] | undefined {
    const step = stepOf(operation, path)
    onStep(step)
    const nth = (seen.get(step) ?? 0) + 1
    seen.set(step, nth)
    return fault?.step === step && fault.nth === nth ? fault.how : undefined
  }

  async function around<T>(operation: keyof Disk, path: string, run: () => Promise<T>): Promise<T> {
    const how = due(operation, path)
    if (how === 'kill-before') killed()
    if (how === 'EIO' || how === 'ENOSPC') throw errorOf(how, stepOf(operation, path))
    const result = await run()
    if (how === 'kill-after') killed()
    return result
  }

  const pathOf = (file: number): string => paths.get(file) ?? ''
  return {
    async open(path, flags) {
      const file = await around('open', path, () => disk.open(path, flags))
      paths.set(file, path)
      return file
    },
    write: (file, bytes, position) => {
      if (fault?.how !== 'torn') return around('write', pathOf(file), () => disk.write(file, bytes, position))
      const torn = due('write', pathOf(file)) === 'torn'
      return disk
        .write(file, torn ? bytes.subarray(0, bytes.length >> 1) : bytes, position)
        .then(() => (torn ? killed() : undefined))
    },
    sync: (file) => around('sync', pathOf(file), () => disk.sync(file)),
    close: (file) => around('close', pathOf(file), () => disk.close(file)),
    truncate: (file, sizeBytes) => around('truncate', pathOf(file), () => disk.truncate(file, sizeBytes)),
    async rename(from, to) {
      await around('rename', to, () => disk.rename(from, to))
      for (const [file, path] of paths) if (path === from) paths.set(file, to)
    },
    syncFolder: (path) => around('syncFolder', path, () => disk.syncFolder(path)),
    makeFolder: (path) => around('makeFolder', path, () => disk.makeFolder(path)),
    remove: (path) => around('remove', path, () => disk.remove(path)),
    zeroedNow(path, sizeBytes) {
      const how = due('zeroedNow', path)
      if (how === 'EIO' || how === 'ENOSPC') throw errorOf(how, stepOf('zeroedNow', path))
      const file = disk.zeroedNow(path, sizeBytes)
      paths.set(file, path)
      return file
    },
  }
}

/** Says something that survives a kill -9: the bytes are in the pipe when it returns. */
export const say = (line: string): void => void writeSync(1, `${line}\n`)
