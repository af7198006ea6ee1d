// A file of JSON lines. Opened by its name for each batch, so a log rotation by renaming or by truncating is followed;
// acknowledged when fdatasync returns. A line that a crash cut is taken away before the next one is written, since the
// whole of it is written again.
import { open, type FileHandle } from 'node:fs/promises'
import type { Receiver } from '../types.ts'

const chunkBytes = 65_536

/** Lines are written by one process only. Mode 0600 where the file is made. */
export function jsonLines(path: string): Receiver {
  return {
    most: { items: 5_000, bytes: 8_000_000 },
    lingerMs: 50,
    overlap: 0,
    async send(items) {
      const file = await open(path, 'a+', 0o600)
      try {
        await cutTornLine(file)
        await file.appendFile(items.map(({ text }) => `${text}\n`).join(''))
        await file.datasync()
      } finally {
        await file.close()
      }
      return {}
    },
    close: () => undefined,
  }
}

/** A file that does not end in a newline ends in the start of a line: cut after the last whole one. */
async function cutTornLine(file: FileHandle): Promise<void> {
  const { size, isFile } = await file.stat().then((stat) => ({ size: stat.size, isFile: stat.isFile() }))
  if (!isFile || size === 0) return // a pipe or a device has no end to look at
  const bytes = Buffer.alloc(chunkBytes)
  for (let end = size; end > 0;) {
    const from = Math.max(0, end - chunkBytes)
    const { bytesRead } = await file.read(bytes, 0, end - from, from)
    const newline = bytes.lastIndexOf(10, bytesRead - 1)
    if (newline >= 0) {
      const whole = from + newline + 1
      if (whole < size) await file.truncate(whole)
      return
    }
    end = from
  }
  await file.truncate(0)
}
