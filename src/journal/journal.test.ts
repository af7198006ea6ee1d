// The journal on a real disk: what it promises to its callers, and what verify says about what it has written.
import assert from 'node:assert/strict'
import { cpSync, readdirSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import type { Draft, Recorded } from '../core/entry.ts'
import { GloveboxError } from '../core/error.ts'
import type { PrincipalId } from '../core/nouns.ts'
import { leafBytes } from '../tlog/leaf.ts'
import { checkProof } from '../tlog/proof.ts'
import { reportLines, verify } from '../tlog/verify.ts'
import { signCheckpoint } from '../tlog/checkpoint.ts'
import { emptyRoot } from '../tlog/merkle.ts'
import { parseVkey } from '../tlog/note.ts'
import { temporaryFolder } from '../../test/lib/folders.ts'
import { Story } from '../../test/lib/story.ts'
import { folderReader } from './folder.ts'
import { Journal, type JournalOptions } from './journal.ts'
import { Keyring, openKeys } from './keyring.ts'

const small = { segmentBytes: 32 * 1024, now: Date.now }
const open = (dir: string, more: Partial<JournalOptions> = {}): Promise<Journal> =>
  Journal.open({ dir, ...small, ...more })
const codeOf = (code: string) => (error: unknown) => error instanceof GloveboxError && error.refusal.code === code

async function verified(dir: string): Promise<void> {
  const keys = openKeys(dir)
  const report = await verify(folderReader(dir), keys ? { payloadKey: (id) => keys.payloadKey(id) } : {})
  keys?.close()
  assert.ok(report.ok, reportLines(report).join('\n'))
}

test('a story is written, read back, reopened and verified', async (t) => {
  const dir = temporaryFolder(t)
  const journal = await open(dir)
  const heard: Recorded[] = []
  journal.onDurable((recorded) => heard.push(recorded))
  const story = new Story(journal, () => journal.now())
  story.whole(400)
  await story.durable
  assert.deepEqual(heard, story.recorded)
  assert.equal(journal.size, story.recorded.length)
  assert.deepEqual(await journal.read(700), story.recorded[700])
  assert.equal(await journal.read(journal.size), undefined)
  const from = []
  for await (const recorded of journal.entries(17)) from.push(recorded)
  assert.deepEqual(from, story.recorded.slice(17))
  const proof = await journal.prove(3)
  assert.equal(checkProof(proof, leafBytes(story.recorded[3]!.entry), parseVkey(journal.vkey)!)?.index, 3)
  await journal.close()
  await verified(dir)
  assert.deepEqual(readdirSync(join(dir, 'journal')).sort(), ['checkpoint', 'tile'])
  assert.ok(readdirSync(join(dir, 'blobs')).length > 3, 'segments retire')
  assert.ok(!existsSync(join(dir, 'journal', 'tile', '0', '000.p')), 'partial tiles go once the full one is there')

  const replayed: Recorded[] = []
  const again = await open(dir, { replay: (recorded) => replayed.push(recorded) })
  assert.deepEqual(replayed, story.recorded)
  const next = new Story(again, () => again.now(), story.world)
  next.start('gw-2')
  await next.durable
  await again.close()
  await verified(dir)
})

test('nothing of what is secret is readable in the log or the segments', async (t) => {
  const dir = temporaryFolder(t)
  const journal = await open(dir)
  const story = new Story(journal, () => journal.now())
  story.start()
  story.people()
  const session = story.open(story.grant())
  story.admit(session, 1, 'select UNREADABLE')
  await story.durable
  await journal.close()
  for (const name of readdirSync(dir, { recursive: true }) as string[]) {
    if (name.startsWith('keys') || !statSync(join(dir, name)).isFile()) continue
    const bytes = readFileSync(join(dir, name), 'latin1')
    assert.ok(!bytes.includes('UNREADABLE') && !bytes.includes('two charges') && !bytes.includes('Ada'), name)
  }
})

test('two writers are impossible, and the lock is free after close', async (t) => {
  const dir = temporaryFolder(t)
  const journal = await open(dir)
  await assert.rejects(open(dir), codeOf('GBX-1404'))
  await journal.close()
  await (await open(dir)).close()
})

test('time never goes back in the log', async (t) => {
  const dir = temporaryFolder(t)
  let now = 1_800_000_000_000
  const journal = await open(dir, { now: () => now })
  const draft: Draft = { type: 'request.expired', by: 'gateway', clear: { request: 'r-aaaaaaaaaaaa' }, payload: {} }
  const [first] = journal.append([draft]).recorded
  now -= 60_000
  const [second] = journal.append([draft]).recorded
  assert.equal(second!.entry.ts, first!.entry.ts)
  assert.equal(journal.now(), 1_800_000_000_000)
  await journal.close()
  const again = await open(dir, { now: () => now })
  assert.equal(again.now(), 1_800_000_000_000)
  await again.close()
})

test('an entry that cannot be written is refused, and nothing has changed', async (t) => {
  const dir = temporaryFolder(t)
  const journal = await open(dir)
  const long: Draft = {
    type: 'audit.searched',
    by: 'gateway',
    clear: { found: 1 },
    payload: { query: 'x'.repeat(40_000) },
  }
  assert.throws(() => journal.append([long]), codeOf('GBX-1401'))
  const wide: Draft = {
    type: 'lock.set',
    by: 'gateway',
    clear: { lock: 'l-a', kind: 'group', subject: 'x'.repeat(70_000) },
    payload: { reason: '' },
  }
  assert.throws(() => journal.append([wide]), codeOf('GBX-1401'))
  for (const by of ['', 'p-ünïcode', 'p-\u202e', 'p-'.padEnd(70, 'a')] as PrincipalId[]) {
    assert.throws(() => journal.append([{ ...long, by } as Draft]), codeOf('GBX-1401'))
  }
  assert.equal(journal.size, 0)
  await journal.close()
  assert.throws(() => journal.append([long]), codeOf('GBX-1401'))
})

/** A data folder with a finished story in it. */
async function told(dir: string, statements = 300): Promise<void> {
  const journal = await open(dir)
  const story = new Story(journal, () => journal.now())
  story.whole(statements)
  await story.durable
  await journal.close()
}

test('a start refuses a journal that is not what was signed', async (t) => {
  const source = join(temporaryFolder(t), 'data')
  await told(source)
  const attempt = async (change: (dir: string) => void, code: string): Promise<void> => {
    const dir = join(temporaryFolder(t), 'data')
    cpSync(source, dir, { recursive: true })
    change(dir)
    await assert.rejects(open(dir), codeOf(code), `${code} ${change.toString()}`)
  }
  const flip = (path: string, at: number): void => {
    const bytes = readFileSync(path)
    bytes[at]! ^= 1
    writeFileSync(path, bytes)
  }
  const blob = 'blobs/0000000000000000.wal'
  const last = (dir: string): string =>
    join(
      dir,
      'wal',
      readdirSync(join(dir, 'wal'))
        .filter((name) => name.endsWith('.wal'))
        .at(-1) as string,
    )
  const swap = (dir: string, path: string, text: string): void => writeFileSync(join(dir, path), text)
  await attempt((dir) => flip(join(dir, blob), 300), 'GBX-1403')
  await attempt((dir) => flip(join(dir, blob), 3), 'GBX-1403')
  await attempt((dir) => truncateSync(join(dir, blob), 9_000), 'GBX-1403')
  await attempt((dir) => rmSync(join(dir, blob)), 'GBX-1403')
  await attempt((dir) => flip(join(dir, 'wal/last-signed'), 30), 'GBX-1403')
  await attempt((dir) => flip(join(dir, 'journal/checkpoint'), 30), 'GBX-1403')
  await attempt((dir) => flip(join(dir, 'journal/tile/1/000.p/2'), 3), 'GBX-1403')
  await attempt((dir) => rmSync(join(dir, 'keys/keys.db')), 'GBX-1403')
  // Put back to an earlier state, in each way that the folder itself can tell.
  await attempt((dir) => rmSync(last(dir)), 'GBX-1405')
  await attempt((dir) => rmSync(join(dir, 'wal/last-signed')), 'GBX-1405')
  await attempt((dir) => {
    for (const name of ['wal', 'blobs', 'journal']) rmSync(join(dir, name), { recursive: true })
  }, 'GBX-1405')
  const young = join(temporaryFolder(t), 'data')
  cpSync(source, young, { recursive: true })
  for (const name of ['wal', 'blobs', 'journal']) rmSync(join(young, name), { recursive: true })
  const { signer } = keysOf(young)
  const old = signCheckpoint({ origin: signer.name, size: 0, root: emptyRoot() }, signer)
  await attempt((dir) => swap(dir, 'wal/last-signed', old), 'GBX-1405')
  await attempt(
    (dir) =>
      swap(dir, 'journal/checkpoint', signCheckpoint({ origin: signer.name, size: 1, root: emptyRoot() }, signer)),
    'GBX-1403',
  )
})

/** The signing key of a copy of a data folder. */
function keysOf(dir: string): Keyring {
  const keyring = Keyring.open(dir)
  keyring.close()
  return keyring
}

test('a publication that a crash has interrupted is finished at the next start', async (t) => {
  const dir = join(temporaryFolder(t), 'data')
  await told(dir)
  const { signer } = keysOf(dir)
  const newest = readFileSync(join(dir, 'journal/checkpoint'), 'utf8')
  writeFileSync(
    join(dir, 'journal/checkpoint'),
    signCheckpoint({ origin: signer.name, size: 0, root: emptyRoot() }, signer),
  )
  rmSync(join(dir, 'journal/tile'), { recursive: true })
  await (await open(dir)).close()
  assert.equal(readFileSync(join(dir, 'journal/checkpoint'), 'utf8'), newest)
  await verified(dir)
})

test('a lost published checkpoint or tile is written again', async (t) => {
  const dir = join(temporaryFolder(t), 'data')
  await told(dir)
  rmSync(join(dir, 'journal/checkpoint'))
  await (await open(dir)).close()
  await verified(dir)
  rmSync(join(dir, 'journal/tile/1'), { recursive: true })
  await (await open(dir)).close()
  await verified(dir)
})

test('every cut of the last segment recovers a prefix with everything that was signed, or says that it is short', async (t) => {
  const source = join(temporaryFolder(t), 'data')
  const journal = await open(source)
  const story = new Story(journal, () => journal.now())
  story.start()
  story.people()
  await story.durable
  await journal.publish()
  const signed = journal.size
  const session = story.open(story.grant())
  for (let n = 1; n <= 3; n++) {
    story.admit(session, n)
    await story.durable
  }
  const dir = join(temporaryFolder(t), 'data')
  cpSync(source, dir, { recursive: true }) // as a crash leaves it
  await journal.close()
  const path = join(dir, 'wal/0000000000000000.wal')
  const bytes = readFileSync(path)
  const used = bytes.lastIndexOf(Buffer.from([1])) // somewhere in the last frame
  for (let cut = used + 40; cut > 64; cut -= 83) {
    const copy = join(temporaryFolder(t), 'data')
    cpSync(dir, copy, { recursive: true })
    writeFileSync(
      join(copy, 'wal/0000000000000000.wal'),
      Buffer.concat([bytes.subarray(0, cut), Buffer.alloc(bytes.length - cut)]),
    )
    const found: Recorded[] = []
    try {
      const again = await open(copy, { replay: (recorded) => found.push(recorded) })
      assert.ok(found.length >= signed)
      assert.deepEqual(found, story.recorded.slice(0, found.length))
      new Story(again, () => again.now(), story.world).stop()
      await again.close()
      await verified(copy).catch((error: Error) =>
        assert.match(error.message, /has no outcome|was not open|had not started|not been closed/),
      )
    } catch (error) {
      assert.ok(codeOf('GBX-1405')(error), String(error))
      assert.ok(found.length < signed)
    }
  }
})

test('a verification beside a gateway that writes never cries wolf, and readers are not disturbed by segments that move', async (t) => {
  const dir = join(temporaryFolder(t), 'data')
  const journal = await open(dir)
  const story = new Story(journal, () => journal.now())
  story.start()
  story.people()
  const grant = story.grant()
  await story.durable
  let isOver = false
  const write = async (): Promise<void> => {
    while (!isOver) {
      const session = story.open(grant)
      for (let n = 1; n <= 20; n++) {
        story.admit(session, n)
        await story.durable
        story.settle(session, n)
      }
      story.close(session, 20)
      await story.durable
    }
  }
  const writing = write()
  for (const end = Date.now() + 1_500; Date.now() < end;) {
    await verified(dir)
    const some = Math.floor(Math.random() * journal.size)
    assert.equal((await journal.read(some))?.index, some)
    let next = 0
    for await (const { index } of journal.entries()) assert.equal(index, next++)
    await journal.publish()
  }
  isOver = true
  await writing
  await journal.close()
  assert.ok(readdirSync(join(dir, 'blobs')).length > 2)
  await verified(dir)
})

test('verifying changes nothing in the folder, and keys can be read while the gateway runs', async (t) => {
  const dir = join(temporaryFolder(t), 'data with spaces and #')
  await told(dir, 3)
  const names = (): string[] => (readdirSync(dir, { recursive: true }) as string[]).sort()
  const before = names()
  await verified(dir)
  assert.deepEqual(names(), before)
  const journal = await open(dir)
  const story = new Story(journal, () => journal.now())
  story.start('gw-2')
  await story.durable
  const keys = openKeys(dir)
  assert.ok(keys)
  assert.ok(keys.payloadKey('gateway'))
  assert.equal(keys.payloadKey('p-nobodynobody'), undefined)
  keys.close()
  await journal.close()
  assert.equal(openKeys(join(dir, 'nowhere')), undefined)
})

test('keys and secrets are made once, and are the same after a restart', async (t) => {
  const dir = temporaryFolder(t)
  const first = Keyring.open(dir)
  const { origin, signer } = first
  assert.match(origin, /^glovebox\.[0-9a-f]{8}\/journal$/)
  first.makePseudonymKey('e-1', 5)
  const [secret, other, epoch] = [first.secret('scram'), first.secret('other'), first.pseudonymKeys()]
  const key = first.makePayloadKey('gateway').export()
  first.close()
  const second = Keyring.open(dir)
  assert.deepEqual([second.origin, second.signer.vkey], [origin, signer.vkey])
  assert.deepEqual([second.secret('scram'), second.secret('other'), second.pseudonymKeys()], [secret, other, epoch])
  const bytes = Buffer.from(epoch[0]?.key ?? [])
  assert.equal(bytes.length, 32)
  second.destroyPseudonymKey('e-1')
  assert.deepEqual(second.pseudonymKeys(), [])
  for (const name of readdirSync(join(dir, 'keys')))
    assert.equal(readFileSync(join(dir, 'keys', name)).includes(bytes), false, name)
  assert.notDeepEqual(secret, other)
  assert.deepEqual(second.payloadKey('gateway')?.export(), key)
  assert.equal(second.payloadKey('s-never'), undefined)
  assert.equal(statSync(join(dir, 'keys/keys.db')).mode & 0o077, 0)
  second.close()
})
