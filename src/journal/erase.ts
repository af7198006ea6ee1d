// Overwrites payloads where they lie. The new frames are written down beside the segment first (wal/erasing), so that a
// crash in the middle of a frame is repaired at the next start and never looks like damage. What a copy-on-write file
// system or a solid-state disk keeps of overwritten blocks is not in our hands.
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { Reader, Writer } from '../lib/bytes.ts'
import { erasePayloads, segmentName, type Patch } from '../tlog/segment.ts'
import { isCode, readIfThere, replaceFile, type Disk } from './disk.ts'

const beside = 'wal/erasing'

/** Where a segment lies; it may move from wal/ to blobs/ meanwhile, once. */
async function pathOf(dir: string, first: number): Promise<string | undefined> {
  for (const folder of ['wal', 'blobs', 'wal']) {
    const path = join(dir, folder, segmentName(first))
    try {
      await (await open(path)).close()
      return path
    } catch (error) {
      if (!isCode(error, 'ENOENT')) throw error // not there: it is in the other folder
    }
  }
  return undefined
}

async function apply(disk: Disk, dir: string, first: number, patches: readonly Patch[]): Promise<void> {
  const path = await pathOf(dir, first)
  if (path === undefined) return // its folder was moved away: then there is nothing to overwrite
  const file = await openMoving(disk, dir, first, path)
  try {
    for (const { at, bytes } of patches) await disk.write(file, bytes, at)
    await disk.sync(file)
  } finally {
    await disk.close(file)
  }
}

async function openMoving(disk: Disk, dir: string, first: number, path: string): Promise<number> {
  try {
    return await disk.open(path, 'r+')
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error
    return await disk.open(join(dir, 'blobs', segmentName(first)), 'r+') // it has just been retired
  }
}

/** Overwrites the payloads of these entries in one segment, durably. They are written already. Throws what the disk says. */
export async function eraseIn(disk: Disk, dir: string, first: number, indexes: ReadonlySet<number>): Promise<void> {
  const path = await pathOf(dir, first)
  const bytes = path && ((await readIfThere(path)) ?? (await readIfThere(join(dir, 'blobs', segmentName(first)))))
  if (!bytes) return
  const patches = erasePayloads(bytes, { first }, indexes)
  if (patches.length === 0) return
  const writer = new Writer(1_024).u64(first).u32(patches.length)
  for (const patch of patches) writer.u64(patch.at).u32(patch.bytes.length).bytes(patch.bytes)
  await replaceFile(disk, dir, beside, writer.view())
  await apply(disk, dir, first, patches)
  await done(disk, dir)
}

async function done(disk: Disk, dir: string): Promise<void> {
  await disk.remove(join(dir, beside))
  await disk.syncFolder(join(dir, 'wal'))
}

/** Finishes what a crash has interrupted. Before anything reads a segment. */
export async function finishErasing(disk: Disk, dir: string): Promise<void> {
  const bytes = await readIfThere(join(dir, beside))
  if (!bytes) return
  const reader = new Reader(bytes)
  const first = reader.u64()
  const patches: Patch[] = []
  for (let left = reader.u32(); left > 0; left--) {
    const at = reader.u64()
    patches.push({ at, bytes: reader.take(reader.u32()) })
  }
  await apply(disk, dir, first, patches)
  await done(disk, dir)
}
