// G8: whatever happens to the process or the disk, nothing that was promised is lost, nothing half-written is believed, and
// the log verifies afterwards. Real processes, real kill -9, at every step that the journal makes and at random moments.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { GloveboxError } from '../../src/core/error.ts'
import type { Draft } from '../../src/core/entry.ts'
import { realDisk } from '../../src/journal/disk.ts'
import { Journal } from '../../src/journal/journal.ts'
import { reportLines } from '../../src/tlog/verify.ts'
import { faultyDisk, type Fault } from '../lib/faults.ts'
import { temporaryFolder } from '../lib/folders.ts'
import { assertKept, recovered, runJournal, verifyFolder, type Run } from '../lib/journal-runs.ts'
import { need } from '../lib/optional.ts'

const statements = 45

async function survives(t: TestContext, label: string, options: { fault?: Fault; killAfter?: number }): Promise<Run> {
  const dir = join(temporaryFolder(t), 'data')
  const run = await runJournal(dir, { statements, ...options })
  const found = await recovered(dir)
  assertKept(run, found, label)
  const report = await verifyFolder(dir)
  assert.ok(report.ok, `${label}\n${reportLines(report).join('\n')}`)
  return run
}

/** Runs two at a time: children start slowly, and this machine may have two cores. */
async function each<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const left = [...items]
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await run(item)
  }
  await Promise.all([worker(), worker()])
}

test('kill -9 before every kind of step, at its first and last time', async (t) => {
  const whole = await survives(t, 'no fault', {})
  assert.ok(whole.isClosed, whole.stderr)
  const counts = new Map<string, number>()
  for (const step of whole.steps) counts.set(step, (counts.get(step) ?? 0) + 1)
  // The steps that the journal says it makes; a new one has to be named here, so that nobody adds one that is not tested.
  assert.deepEqual([...counts.keys()].sort(), steps)
  const faults: Fault[] = []
  for (const [step, count] of counts)
    for (const nth of new Set([1, count])) faults.push({ step, nth, how: 'kill-before' })
  await each(faults, async (fault) => {
    const run = await survives(t, `${fault.how} ${fault.step} #${fault.nth}`, { fault })
    // Times of a step vary a little from run to run; one that was not reached ended well.
    assert.ok(run.signal === 'SIGKILL' || run.isClosed, `${fault.step} #${fault.nth}: ${run.code} ${run.stderr}`)
  })
})

const steps = [
  'close bundle',
  'close checkpoint',
  'close journal.vkey',
  'close last-signed',
  'close reserve',
  'close segment',
  'close spare',
  'close tile',
  'makeFolder blobs',
  'makeFolder bundle',
  'makeFolder folder',
  'makeFolder journal',
  'makeFolder keys',
  'makeFolder tile',
  'makeFolder wal',
  'open bundle',
  'open checkpoint',
  'open journal.vkey',
  'open last-signed',
  'open reserve',
  'open spare',
  'open tile',
  'remove bundle',
  'remove reserve',
  'remove spare',
  'remove tile',
  'rename blob',
  'rename bundle',
  'rename checkpoint',
  'rename journal.vkey',
  'rename last-signed',
  'rename segment',
  'rename tile',
  'sync bundle',
  'sync checkpoint',
  'sync journal.vkey',
  'sync last-signed',
  'sync reserve',
  'sync segment',
  'sync spare',
  'sync tile',
  'syncFolder blobs',
  'syncFolder bundle',
  'syncFolder folder',
  'syncFolder journal',
  'syncFolder keys',
  'syncFolder tile',
  'syncFolder wal',
  'truncate segment',
  'write bundle',
  'write checkpoint',
  'write journal.vkey',
  'write last-signed',
  'write reserve',
  'write segment',
  'write spare',
  'write tile',
]

test('a write that the crash has cut in half is not believed', async (t) => {
  const faults: Fault[] = [
    ...[1, 2, 5, 20].map((nth): Fault => ({ step: 'write segment', nth, how: 'torn' })),
    { step: 'write spare', nth: 1, how: 'torn' },
    { step: 'write bundle', nth: 2, how: 'torn' },
    { step: 'write last-signed', nth: 2, how: 'torn' },
    { step: 'write checkpoint', nth: 2, how: 'torn' },
  ]
  await each(faults, async (fault) => {
    const run = await survives(t, `torn ${fault.step} #${fault.nth}`, { fault })
    assert.equal(run.signal, 'SIGKILL', run.stderr)
  })
})

test('kill -9 at random moments', async (t) => {
  const moments = Array.from({ length: 12 }, () => 1 + Math.floor(Math.random() * statements * 3))
  await each(moments, async (killAfter) => void (await survives(t, `killed after ${killAfter}`, { killAfter })))
})

test('a failed write or sync ends the process with code 10, and nothing was promised after it', async (t) => {
  const faults: Fault[] = [
    { step: 'sync segment', nth: 7, how: 'EIO' },
    { step: 'write segment', nth: 9, how: 'EIO' },
    { step: 'sync bundle', nth: 1, how: 'EIO' },
    { step: 'sync last-signed', nth: 2, how: 'EIO' },
    { step: 'rename segment', nth: 2, how: 'EIO' },
  ]
  await each(faults, async (fault) => {
    const run = await survives(t, `EIO ${fault.step}`, { fault })
    assert.equal(run.code, 10, run.stderr)
    assert.match(run.stderr, /^x GBX-1401 the journal could not be written \(EIO: planted/)
  })
})

const noRoom = (error: unknown): boolean => error instanceof GloveboxError && error.refusal.code === 'GBX-1401'
const draft = (n: number): Draft => ({
  type: 'access.refused',
  by: 'gateway',
  clear: { command: 'x', code: 'GBX-1004' },
  payload: { title: `${n}`.padEnd(500, '.') },
})

/** Appends until it is refused. */
async function fill(journal: Journal): Promise<number> {
  for (let n = 0; ; n++) {
    const before = journal.size
    try {
      await journal.append([draft(n)]).durable
    } catch (error) {
      assert.ok(noRoom(error), String(error))
      assert.equal(journal.size, before, 'nothing changed')
      return n
    }
  }
}

test('a full disk refuses before it accepts; what closes things still fits; room makes it go on', async (t) => {
  if (!need(t, 'tmpfs')) return
  let disk = ''
  t.after(() => execFileSync('umount', [disk])) // before the folder around it is removed
  disk = join(temporaryFolder(t), 'disk')
  mkdirSync(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'none', disk])
  const ballast = join(disk, 'ballast')
  writeFileSync(ballast, Buffer.alloc(1 << 20))
  const dir = join(disk, 'data')
  const journal = await Journal.open({ dir, now: Date.now, segmentBytes: 256 * 1024 })
  await fill(journal)
  const refusedAt = journal.size
  for (let n = 0; n < 5; n++) await journal.append([draft(n)], { reserve: true }).durable
  assert.throws(() => journal.append([draft(0)]), noRoom, 'the reserve is not for everybody')
  rmSync(ballast)
  await new Promise((done) => setTimeout(done, 300))
  await journal.append([draft(0)]).durable
  assert.equal(journal.size, refusedAt + 6)
  await journal.close()
  assert.equal((await recovered(dir)).length, refusedAt + 6)
  assert.ok((await verifyFolder(dir)).ok)
})

test('a full disk without the log noticing in time: planted, in process', async (t) => {
  const dir = join(temporaryFolder(t), 'data')
  const failures: unknown[] = []
  const fault: Fault = { step: 'write bundle', nth: 1, how: 'ENOSPC' }
  const journal = await Journal.open({
    dir,
    now: Date.now,
    disk: faultyDisk(realDisk, fault),
    onFailure: (error) => failures.push(error),
  })
  await journal.append([draft(1)]).durable
  await journal.publish() // no room for the bundle: the entry stays in the write-ahead log …
  assert.ok(journal.checkpoint.includes('\n0\n'))
  await journal.publish() // … and is covered as soon as there is
  assert.ok(journal.checkpoint.includes('\n1\n'))
  await journal.close()
  assert.deepEqual(failures, [])
  assert.ok((await verifyFolder(dir)).ok)
})

test('this test can fail: a process that says durable before it is loses what it promised', async (t) => {
  let lost = 0
  for (let attempt = 0; attempt < 5 && lost === 0; attempt++) {
    const dir = join(temporaryFolder(t), 'data')
    const run = await runJournal(dir, {
      statements,
      early: true,
      fault: { step: 'write segment', nth: 3 + attempt, how: 'kill-before' },
    })
    try {
      assertKept(run, await recovered(dir), 'planted')
    } catch {
      lost++
    }
  }
  assert.ok(lost > 0)
})
