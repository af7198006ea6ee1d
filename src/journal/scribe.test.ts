// The two ways in which a frame is sealed and written do the same, and a failure of either reaches whoever waits.
import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sharedBytes, Writer } from '../lib/bytes.ts'
import { leafText, parseLeaf } from '../tlog/leaf.ts'
import { leafHash } from '../tlog/merkle.ts'
import { noCommitment, unseal } from '../tlog/payload.ts'
import { countFrame, openFrame, readSegment, segmentHead, writePlain } from '../tlog/segment.ts'
import { Story } from '../../test/lib/story.ts'
import { verifyFolder } from '../../test/lib/journal-runs.ts'
import { realDisk } from './disk.ts'
import { Journal } from './journal.ts'
import { Hand, Thread, type Scribe } from './scribe.ts'

const origin = 'glovebox.00000000/journal'
const keys = new Map(['s-one', 's-two'].map((id) => [id, createSecretKey(randomBytes(32))]))
const keyOf = (id: string) => keys.get(id)

function folder(t: TestContext): string {
  const dir = fs.mkdtempSync(join(tmpdir(), 'glovebox-scribe-'))
  t.after(() => fs.rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** Two entries under two keys, and one that keeps nothing from strangers. */
function frame(first: number): Writer {
  const writer = new Writer(64, sharedBytes)
  openFrame(writer, first)
  for (const [i, keyId] of ['s-one', '', 's-two'].entries()) {
    const commit = keyId === '' ? {} : { commit: noCommitment }
    const leaf = leafText({
      v: 1,
      type: 'session.killed',
      ts: '2026-01-01T00:00:00.000Z',
      by: 'gateway',
      session: 's-é',
      ...commit,
    })
    const payload = keyId === '' ? '' : JSON.stringify({ reason: `"commit":"é${first + i}` })
    const nonce = randomBytes(12)
    writePlain(
      writer,
      { leaf, leafBytes: Buffer.byteLength(leaf), keyId, payload, payloadBytes: Buffer.byteLength(payload) },
      nonce,
    )
  }
  countFrame(writer, 0, 3)
  return writer
}

async function writes(t: TestContext, scribe: Scribe): Promise<void> {
  const path = join(folder(t), 'segment')
  const file = fs.openSync(path, 'w')
  const head = segmentHead(0, origin)
  fs.writeSync(file, head)
  const hashes: Buffer[] = []
  let at = head.length
  for (let first = 0; first < 6; first += 3) {
    const writer = frame(first)
    hashes.push(await scribe.store(writer.view(), { file, at }, ['s-one', 's-two']))
    at += writer.length
  }
  fs.closeSync(file)
  const read = readSegment(fs.readFileSync(path), origin)
  assert.equal(read?.tail, 'clean')
  assert.equal(read.entries.length, 6)
  assert.deepEqual(Buffer.concat(hashes), Buffer.concat(read.entries.map(({ leaf }) => leafHash(leaf))))
  for (const { index, leaf, sealed } of read.entries) {
    const parsed = parseLeaf(leaf)
    assert.ok('entry' in parsed)
    assert.equal(sealed?.keyId, ['s-one', undefined, 's-two'][index % 3])
    if (!sealed) continue
    const payload = unseal(keyOf(sealed.keyId)!, sealed, { origin, index }, parsed.entry.commit)
    assert.deepEqual(JSON.parse(String(payload)), { reason: `"commit":"é${index}` })
  }
}

void test('a frame is sealed, bound, summed and written: by hand', (t) => writes(t, new Hand(origin, keyOf, realDisk)))

void test('a frame is sealed, bound, summed and written: in a thread of its own', async (t) => {
  const thread = await Thread.start(origin, keyOf)
  try {
    await writes(t, thread)
    await assert.rejects(thread.store(frame(0).view(), { file: 1_000_000, at: 0 }, []), { code: 'EBADF' })
  } finally {
    await thread.close()
  }
  await assert.rejects(thread.store(frame(0).view(), { file: 0, at: 0 }, []), /has ended/)
})

void test('a frame without its key is not written', async (t) => {
  const file = fs.openSync(join(folder(t), 'segment'), 'w')
  await assert.rejects(
    new Hand(origin, () => undefined, realDisk).store(frame(0).view(), { file, at: 0 }),
    /key of s-one is missing/,
  )
  assert.equal(fs.fstatSync(file).size, 0)
  fs.closeSync(file)
})

void test('under load the journal goes over to a thread, and all of it verifies', async (t) => {
  const dir = folder(t)
  const journal = await Journal.open({ dir, now: Date.now })
  const story = new Story(journal, () => journal.now())
  story.start()
  story.people()
  const session = story.open(story.grant())
  let n = 0
  for (let round = 0; round < 40; round++) {
    for (let i = 0; i < 50; i++) story.admit(session, ++n, undefined, n > 1 ? n - 1 : undefined)
    await story.durable
    await sleep(round < 20 ? 10 : 0)
  }
  assert.equal(journal.isThreaded, true)
  story.settle(session, n)
  story.close(session, n)
  story.stop()
  const newest = await journal.read(journal.size - 4)
  assert.deepEqual(newest, story.recorded[journal.size - 4])
  await journal.close()
  const report = await verifyFolder(dir)
  assert.ok(report.ok, JSON.stringify(report.checks))
})
