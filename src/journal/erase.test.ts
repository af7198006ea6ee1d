// Overwriting payloads where they lie: only what was asked for changes, a crash at any step is finished by the next start,
// and keys go while a thread of its own writes.
import assert from 'node:assert/strict'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import fc from 'fast-check'
import type { Draft } from '../core/entry.ts'
import { erasePayloads, isErased, readSegment, segmentName, type Stored } from '../tlog/segment.ts'
import { filesIn } from '../../test/lib/canaries.ts'
import { temporaryFolder } from '../../test/lib/folders.ts'
import { Story } from '../../test/lib/story.ts'
import { realDisk, type Disk } from './disk.ts'
import { eraseIn, finishErasing } from './erase.ts'
import { Journal } from './journal.ts'

const search = (query: string, by: 'gateway' | 'p-adaadaadaada' = 'p-adaadaadaada'): Draft => ({
  type: 'audit.searched',
  by,
  clear: { found: 1 },
  payload: { query },
})

/** A closed log of some segments; the bytes of its first one. */
async function written(dir: string): Promise<{ origin: string; path: string }> {
  const journal = await Journal.open({ dir, now: Date.now, segmentBytes: 32 * 1024 })
  const story = new Story(journal, () => journal.now())
  story.whole(300)
  await story.durable
  await journal.close()
  const path = filesIn(dir).find((name) => name.endsWith(segmentName(0))) as string
  return { origin: journal.origin, path }
}

test('only these payloads are overwritten: nothing moves, every other byte of an entry stays', async (t) => {
  const { origin, path } = await written(temporaryFolder(t))
  const bytes = readFileSync(path)
  const before = readSegment(bytes, origin)
  assert.ok(before)
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(before.entries.length - 1), { maxLength: 20 }), (indexes) => {
      const wanted = new Set(indexes)
      const copy = Buffer.from(bytes)
      for (const patch of erasePayloads(bytes, before, wanted)) patch.bytes.copy(copy, patch.at)
      const after = readSegment(copy, origin)
      assert.equal(after?.end, before.end)
      assert.equal(after.entries.length, before.entries.length)
      for (const [i, entry] of before.entries.entries()) {
        const now: Stored | undefined = after.entries[i]
        const isGone = wanted.has(entry.index) && entry.sealed !== undefined
        assert.deepEqual([now?.at, now?.leaf, now?.sealed?.keyId], [entry.at, entry.leaf, entry.sealed?.keyId])
        assert.equal(now?.sealed !== undefined && isErased(now.sealed), isGone)
        if (!isGone) assert.deepEqual(now?.sealed, entry.sealed)
        else assert.equal(now?.sealed?.bytes.length, entry.sealed?.bytes.length)
      }
      // The same again changes nothing.
      assert.deepEqual(erasePayloads(copy, before, wanted), [])
    }),
    { numRuns: 50 },
  )
})

/** A disk that fails for good at its nth step; a write is cut in half there. */
function dyingDisk(nth: number): { disk: Disk; steps: () => number } {
  let count = 0
  const died = (): Error => new Error('died here')
  const step = (): void => {
    if (++count >= nth) throw died()
  }
  const disk: Disk = {
    ...realDisk,
    open: async (path, flags) => (step(), realDisk.open(path, flags)),
    sync: async (file) => (step(), realDisk.sync(file)),
    rename: async (from, to) => (step(), realDisk.rename(from, to)),
    syncFolder: async (path) => (step(), realDisk.syncFolder(path)),
    remove: async (path) => (step(), realDisk.remove(path)),
    write: async (file, bytes, position) => {
      if (count + 1 >= nth) await realDisk.write(file, bytes.subarray(0, bytes.length >> 1), position)
      step()
      await realDisk.write(file, bytes, position)
    },
  }
  return { disk, steps: () => count }
}

test('a crash at any step leaves a whole log: erased or not, and erased once the start has finished it', async (t) => {
  const root = temporaryFolder(t)
  const whole = join(root, 'whole')
  const { origin } = await written(whole)
  const asked = new Set([5, 6, 40])
  const payloads = async (dir: string): Promise<string[]> => {
    const path = filesIn(dir).find((name) => name.endsWith(segmentName(0))) as string
    const segment = readSegment(readFileSync(path), origin)
    assert.notEqual(segment?.tail, 'damaged')
    assert.ok((segment?.entries.length ?? 0) > 40, 'no entry is lost')
    return (segment?.entries ?? []).map(({ sealed }) => (sealed && isErased(sealed) ? 'gone' : sealed ? 'there' : '-'))
  }
  const all = await payloads(whole)
  const [never, erased] = [all, all.map((one, i) => (asked.has(i) && one === 'there' ? 'gone' : one))]
  assert.notDeepEqual(never, erased)
  const { disk, steps } = dyingDisk(Infinity)
  cpSync(whole, join(root, 'counted'), { recursive: true })
  await eraseIn(disk, join(root, 'counted'), 0, asked)
  assert.ok(steps() > 8)
  for (let nth = 1; nth <= steps(); nth++) {
    const dir = join(root, `at-${nth}`)
    cpSync(whole, dir, { recursive: true })
    await assert.rejects(eraseIn(dyingDisk(nth).disk, dir, 0, asked), /died here/)
    await finishErasing(realDisk, dir)
    const now = await payloads(dir)
    assert.ok(
      [never, erased].some((one) => one.join() === now.join()),
      `step ${nth}`,
    )
    // And the start itself, which does it again where it was not done.
    const journal = await Journal.open({ dir, now: Date.now, segmentBytes: 32 * 1024 })
    await journal.shred({ keys: [], entries: [...asked] })
    await journal.close()
    assert.deepEqual(await payloads(dir), erased, `step ${nth}`)
  }
})

test('a key goes while a thread writes: what was taken before is whole, what comes after has another key', async (t) => {
  const dir = temporaryFolder(t)
  const journal = await Journal.open({ dir, now: Date.now })
  for (let round = 0; round < 40 && !journal.isThreaded; round++)
    await Promise.all(Array.from({ length: 100 }, (_, i) => journal.append([search(`warm ${i}`, 'gateway')]).durable))
  assert.ok(journal.isThreaded)
  const pending: Promise<void>[] = []
  const append = (text: string): number => {
    const { recorded, durable } = journal.append([search(text)])
    pending.push(durable)
    return recorded[0]?.index as number
  }
  const before = Array.from({ length: 50 }, (_, i) => append(`before ${i}`))
  journal.retire(['p-adaadaadaada'])
  const shredded = journal.shred({ keys: ['p-adaadaadaada'], entries: [] })
  const after = Array.from({ length: 50 }, (_, i) => append(`after ${i}`))
  await Promise.all([shredded, ...pending])
  for (const index of before) assert.equal((await journal.read(index))?.payload, undefined)
  for (const [i, index] of after.entries())
    assert.deepEqual((await journal.read(index))?.payload, { query: `after ${i}` })
  assert.deepEqual(journal.keyring.sealedUnder('p-adaadaadaada'), ['p-adaadaadaada', 'p-adaadaadaada-2'])
  await journal.shred({ keys: ['p-adaadaadaada-2'], entries: [] })
  const third = append('third')
  await journal.close()
  const again = await Journal.open({ dir, now: Date.now })
  t.after(() => again.close())
  assert.equal((await again.read(after[0] as number))?.payload, undefined)
  assert.deepEqual((await again.read(third))?.payload, { query: 'third' })
})
