// G1, the journal's half: "durable" is said only after the fdatasync that covers the entry, whoever shares it; a batch is on
// record whole or not at all; after a failed sync nothing is promised to anybody. The wire's half is beside this file.
import assert from 'node:assert/strict'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'node:test'
import type { Draft } from '../../src/core/entry.ts'
import { GloveboxError } from '../../src/core/error.ts'
import { realDisk, type Disk } from '../../src/journal/disk.ts'
import { Journal } from '../../src/journal/journal.ts'
import { faultyDisk, type Fault } from '../lib/faults.ts'
import { temporaryFolder } from '../lib/folders.ts'
import { assertKept, recovered, runJournal } from '../lib/journal-runs.ts'

const draft = (n: number): Draft => ({
  type: 'audit.searched',
  by: 'gateway',
  clear: { found: n },
  payload: { query: `q${n}` },
})

/** A real disk whose fdatasync of segments waits until it is let go. */
function heldDisk(): { disk: Disk; syncs: () => number; release: () => void } {
  const paths = new Map<number, string>()
  let open = false
  let syncs = 0
  let waiting: (() => void)[] = []
  const disk: Disk = {
    ...realDisk,
    async open(path, flags) {
      const file = await realDisk.open(path, flags)
      paths.set(file, path)
      return file
    },
    async sync(file) {
      // The first segment, by the name that it was prepared under.
      if (isArmed && paths.get(file)?.endsWith('spare-0')) {
        syncs++
        if (!open) await new Promise<void>((done) => waiting.push(done))
      }
      await realDisk.sync(file)
    },
  }
  let isArmed = false
  return {
    disk,
    syncs() {
      isArmed = true
      return syncs
    },
    release() {
      open = true
      for (const go of waiting) go()
      waiting = []
    },
  }
}

test('nobody is told "durable" before the sync that covers the entry; who waits meanwhile shares the next one', async (t) => {
  const { disk, syncs, release } = heldDisk()
  const journal = await Journal.open({ dir: join(temporaryFolder(t), 'data'), now: Date.now, disk })
  assert.equal(syncs(), 0)
  const told: number[] = []
  const heard: number[] = []
  journal.onDurable(({ index }) => heard.push(index))
  const append = (n: number): Promise<void> => journal.append([draft(n)]).durable.then(() => void told.push(n))
  const waiters = [append(0)]
  await sleep(30)
  assert.equal(syncs(), 1)
  for (let n = 1; n < 200; n++) waiters.push(append(n))
  await sleep(30)
  assert.deepEqual([told, heard, syncs()], [[], [], 1])
  release()
  await Promise.all(waiters)
  assert.deepEqual(told, heard)
  assert.deepEqual(
    heard,
    Array.from({ length: 200 }, (_, n) => n),
  )
  assert.equal(syncs(), 2, '199 entries shared one sync')
  await journal.close()
})

test('an entry that nobody waits for rides the next write, and does not wait for ever when there is none', async (t) => {
  const journal = await Journal.open({ dir: join(temporaryFolder(t), 'data'), now: Date.now })
  const told: number[] = []
  const lazily = journal.append([draft(0)], { lazy: true }).durable.then(() => void told.push(0))
  await Promise.race([lazily, sleep(500)])
  assert.deepEqual(told, [0], 'written by itself')
  void journal.append([draft(1)], { lazy: true }).durable.then(() => void told.push(1))
  await journal.append([draft(2)]).durable
  assert.deepEqual(told, [0, 1], 'shared a write')
  void journal.append([draft(3)], { lazy: true }).durable.then(() => void told.push(3))
  assert.equal((await journal.read(3))?.index, 3, 'whoever reads it gets it')
  void journal.append([draft(4)], { lazy: true })
  await journal.close()
  assert.deepEqual(told, [0, 1, 3])
  assert.ok(journal.checkpoint.includes('\n5\n'), 'a close leaves none behind')
})

test('a batch is on record whole or not at all, wherever the write is cut', async (t) => {
  const dir = join(temporaryFolder(t), 'data')
  const journal = await Journal.open({ dir, now: Date.now, segmentBytes: 64 * 1024 })
  const boundaries = new Set([0])
  // Each in its own write, then two in one.
  for (let n = 0; n < 3; n++) {
    await journal.append([draft(n), draft(n), draft(n)]).durable
    boundaries.add(journal.size)
  }
  void journal.append([draft(3), draft(3)])
  await journal.append([draft(4), draft(4)]).durable
  boundaries.add(journal.size)
  const crashed = join(temporaryFolder(t), 'data')
  cpSync(dir, crashed, { recursive: true })
  await journal.close()
  const path = join(crashed, 'wal/0000000000000000.wal')
  const bytes = readFileSync(path)
  const used = bytes.findLastIndex((byte) => byte !== 0) + 1
  for (let cut = 65; cut <= used; cut += 97) {
    const copy = join(temporaryFolder(t), 'data')
    cpSync(crashed, copy, { recursive: true })
    writeFileSync(
      join(copy, 'wal/0000000000000000.wal'),
      Buffer.concat([bytes.subarray(0, cut), Buffer.alloc(bytes.length - cut)]),
    )
    const found = await recovered(copy)
    assert.ok(boundaries.has(found.length), `cut at ${cut}: ${found.length} entries`)
  }
})

test('after a failed sync nothing is promised, and nothing more is taken', async (t) => {
  const fault: Fault = { step: 'sync segment', nth: 1, how: 'EIO' }
  const failures: unknown[] = []
  const journal = await Journal.open({
    dir: join(temporaryFolder(t), 'data'),
    now: Date.now,
    disk: faultyDisk(realDisk, fault),
    onFailure: (error) => failures.push(error),
  })
  let told = false
  void journal.append([draft(0)]).durable.then(() => {
    told = true
  })
  await sleep(50)
  assert.equal(failures.length, 1)
  assert.throws(
    () => journal.append([draft(1)]),
    (error) => error instanceof GloveboxError && error.refusal.code === 'GBX-1401',
  )
  await sleep(20)
  assert.ok(!told)
})

test('kill -9 around the write and the sync: what a process was told is on record', async (t) => {
  const faults = ['write segment', 'sync segment'].flatMap((step) =>
    (['kill-before', 'kill-after'] as const).map((how) => ({ step, how, nth: 11 })),
  )
  for (const fault of faults) {
    const dir = join(temporaryFolder(t), 'data')
    const run = await runJournal(dir, { statements: 20, fault })
    assert.equal(run.signal, 'SIGKILL')
    assertKept(run, await recovered(dir), `${fault.how} ${fault.step}`)
  }
})

test('this test can fail: a disk that says "synced" too early loses what was promised', async (t) => {
  const dir = join(temporaryFolder(t), 'data')
  // The planted fault: writes to segments stay in this process, as in a cache that a crash takes away.
  const paths = new Map<number, string>()
  const lying: Disk = {
    ...realDisk,
    async open(path, flags) {
      const file = await realDisk.open(path, flags)
      paths.set(file, path)
      return file
    },
    write: (file, bytes, position) =>
      isLying && (paths.get(file) ?? '').includes('spare-') ? Promise.resolve() : realDisk.write(file, bytes, position),
  }
  let isLying = false
  const journal = await Journal.open({ dir, now: Date.now, disk: lying })
  isLying = true
  const { recorded, durable } = journal.append([draft(0)])
  await durable
  const crashed = join(temporaryFolder(t), 'data')
  cpSync(dir, crashed, { recursive: true })
  const found = await recovered(crashed)
  assert.deepEqual([recorded.length, found.length], [1, 0])
  isLying = false
  await journal.close()
})
