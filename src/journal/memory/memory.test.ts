// A log and its memory outside: real journals, real witnesses over HTTP, real files. Copies of the data folder that are put
// back or started twice must sign nothing that contradicts what was shown, and must say why.
import assert from 'node:assert/strict'
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { temporaryFolder } from '../../../test/lib/folders.ts'
import { Story } from '../../../test/lib/story.ts'
import { openCheckpoint } from '../../tlog/checkpoint.ts'
import { parseVkey } from '../../tlog/note.ts'
import { verify } from '../../tlog/verify.ts'
import {
  cosignedBy,
  isFault,
  parseLogs,
  parsePolicy,
  type PolicyLog,
  type WitnessPolicy,
} from '../../tlog/witness-policy.ts'
import type { WitnessDoor } from '../../tlog/witness.ts'
import { folderReader } from '../folder.ts'
import { realDisk } from '../disk.ts'
import { Journal } from '../journal.ts'
import { Book } from '../witness/book.ts'
import { Witness } from '../witness/witness.ts'
import { FileMemory } from './file-memory.ts'
import type { Guard, MemoryOptions } from './guard.ts'
import type { Memory } from './memory.ts'
import { Witnesses } from './witnesses.ts'

interface Running {
  readonly url: string
  readonly vkey: string
  door: WitnessDoor
  server: Server
  readonly port: number
}

/** A witness over HTTP that listens to whatever logs it is told of. */
async function witness(
  t: TestContext,
  logs: readonly PolicyLog[] = [],
): Promise<Running & { trust(vkey: string): void }> {
  const book = Book.open(temporaryFolder(t))
  const make = (known: readonly PolicyLog[]) => new Witness({ book, logs: known, now: Date.now, log: () => undefined })
  const first = make(logs)
  const serve = (port: number): Promise<Server> =>
    new Promise((resolve) => {
      const server = createServer((request, response) => {
        const pieces: Buffer[] = []
        request.on('data', (piece: Buffer) => pieces.push(piece))
        request.on('end', () => {
          const { status, type, body } = running.door.add(Buffer.concat(pieces))
          response.writeHead(status, { 'content-type': type, connection: 'close' }).end(body)
        })
      }).listen(port, '127.0.0.1', () => resolve(server))
    })
  const server = await serve(0)
  const { port } = server.address() as { port: number }
  const running = {
    url: `http://127.0.0.1:${port}`,
    port,
    vkey: first.vkey,
    door: first as WitnessDoor,
    server,
    trust: (vkey: string) => {
      running.door = make(parseLogs(`log ${vkey}`) as readonly PolicyLog[])
    },
  }
  t.after(() => {
    running.server.closeAllConnections()
    running.server.close()
    book.close()
  })
  return running
}

function policyOf(witnesses: readonly { url: string; vkey: string }[], needed: number | 'all' = 'all'): WitnessPolicy {
  const names = witnesses.map((_, i) => `w${i}`)
  const text = [
    ...witnesses.map(({ url, vkey }, i) => `witness w${i} ${vkey} ${url}`),
    `group all ${needed} ${names.join(' ')}`,
    'quorum all',
  ].join('\n')
  const policy = parsePolicy(text)
  assert.ok(!isFault(policy), JSON.stringify(policy))
  return policy
}

async function open(dir: string, memories: readonly Memory[], unreachable: MemoryOptions['unreachable'] = 'refuse') {
  const said: string[] = []
  const memory = { memories, unreachable, log: (line: string) => void said.push(line) }
  const journal = await Journal.open({ dir, now: Date.now, memory })
  const story = new Story(journal, () => journal.now())
  return { journal, story, said, guard: journal.guard as Guard }
}

const codeOf = (guard: Guard): string | undefined => guard.refused?.code
const sizeOf = (note: string): number => Number(note.split('\n')[1])
const shownIn = (dir: string): string => readFileSync(join(dir, 'journal', 'checkpoint'), 'utf8')
const signedIn = (dir: string): number => sizeOf(readFileSync(join(dir, 'wal', 'last-signed'), 'utf8'))

/** A data folder with a log of some entries, closed. */
async function folder(t: TestContext): Promise<string> {
  const dir = join(temporaryFolder(t), 'data')
  const journal = await Journal.open({ dir, now: Date.now })
  const story = new Story(journal, () => journal.now())
  story.whole(3)
  await story.durable
  await journal.close()
  return dir
}

/** A log that two witnesses know, closed; with what is needed to open it again. */
async function started(t: TestContext) {
  const dir = await folder(t)
  const vkey = readFileSync(join(dir, 'keys/journal.vkey'), 'utf8').trim()
  const witnesses = [await witness(t), await witness(t)]
  for (const one of witnesses) one.trust(vkey)
  const policy = policyOf(witnesses)
  const memory = (): Memory[] => [new Witnesses(policy, 2_000)]
  return { dir, vkey, witnesses, policy, memory, verifier: parseVkey(vkey)! }
}

test('checkpoints are cosigned by the quorum, also after restarts, and the log verifies', async (t) => {
  const { dir, policy, memory, verifier } = await started(t)
  for (let round = 0; round < 3; round++) {
    const { journal, story, said, guard } = await open(dir, memory())
    story.whole(200)
    await story.durable
    await journal.publish()
    assert.equal(sizeOf(journal.checkpoint), journal.size)
    const cosigned = cosignedBy(policy, journal.checkpoint)
    assert.deepEqual([cosigned.ok, cosigned.by.length], [true, 2])
    assert.equal(guard.refused, undefined)
    const proof = await journal.prove(3)
    assert.equal(cosignedBy(policy, proof.slice(proof.indexOf('\n\n') + 2)).ok, true, 'a proof carries them')
    await journal.close()
    assert.deepEqual(said, [])
    assert.ok(openCheckpoint(shownIn(dir), verifier))
    assert.equal(cosignedBy(policy, shownIn(dir)).ok, true)
  }
  const before = shownIn(dir)
  const { journal } = await open(dir, memory())
  assert.equal(sizeOf(journal.checkpoint), sizeOf(before))
  assert.equal(cosignedBy(policy, journal.checkpoint).by.length, 2, 'a restart asks again, and shows what was answered')
  await journal.close()
})

test('an older copy of the folder signs nothing, says why, stays readable, and shows what it showed', async (t) => {
  const { dir, memory, verifier } = await started(t)
  const copy = join(temporaryFolder(t), 'copy')
  const first = await open(dir, memory())
  first.story.whole(20)
  await first.story.durable
  await first.journal.close()
  cpSync(dir, copy, { recursive: true })
  const shown = shownIn(copy)
  const second = await open(dir, memory())
  second.story.whole(20)
  await second.story.durable
  await second.journal.close()

  const { journal, story, said, guard } = await open(copy, memory())
  assert.equal(codeOf(guard), 'GBX-1406')
  assert.match(guard.refused?.why ?? '', /has seen \d+ signed entries, and here are \d+/)
  assert.match(said.join('\n'), /^x GBX-1406 .*witness w0 has seen/)
  story.whole(5)
  await story.durable
  await journal.publish()
  assert.ok(await journal.read(3), 'what is there can be read')
  assert.ok(await journal.prove(3), 'and proved, as far as it was signed')
  await journal.close()
  assert.equal(shownIn(copy), shown)
  assert.equal(signedIn(copy), sizeOf(shown))
  assert.equal(said.length, 1, said.join('\n'))
  assert.ok(openCheckpoint(shownIn(copy), verifier))
  assert.equal((await verify(folderReader(copy))).ok, true)
})

test('a cloned folder started twice: one of them goes on, the other shows nothing that contradicts it', async (t) => {
  const { dir, memory, policy } = await started(t)
  const begun = await open(dir, memory())
  begun.story.whole(20)
  await begun.story.durable
  await begun.journal.close()
  const clone = join(temporaryFolder(t), 'clone')
  cpSync(dir, clone, { recursive: true })
  const [one, two] = [await open(dir, memory()), await open(clone, memory())]
  assert.equal(codeOf(two.guard), undefined, 'nobody can know yet')
  // The same number of entries, others in each: a fork.
  one.story.whole(3)
  await one.story.durable
  await one.journal.publish()
  two.story.whole(3)
  await two.story.durable
  await two.journal.publish()
  assert.equal(one.guard.refused, undefined)
  assert.equal(codeOf(two.guard), 'GBX-1406')
  assert.match(
    two.said.join('\n'),
    /GBX-1406 .*w0 has seen other entries: fork: this log has signed another tree of \d+ entries/,
  )
  assert.equal(cosignedBy(policy, one.journal.checkpoint).ok, true)
  assert.notEqual(sizeOf(two.journal.checkpoint), two.journal.size, 'the contradicting tree was shown to nobody')
  await Promise.all([one.journal.close(), two.journal.close()])
  // It was signed, on the clone's own disk: the next start does not show it either.
  const again = await open(clone, memory())
  assert.equal(codeOf(again.guard), 'GBX-1406')
  assert.ok(sizeOf(shownIn(clone)) < signedIn(clone))
  await again.journal.close()
  const good = await open(dir, memory())
  assert.equal(good.guard.refused, undefined)
  await good.journal.close()
})

test('a memory that is silent: nothing is signed before it has answered, or signing goes on without, as asked', async (t) => {
  const { dir, memory, witnesses, policy } = await started(t)
  const begun = await open(dir, memory())
  begun.story.whole(20)
  await begun.story.durable
  await begun.journal.close()
  const before = signedIn(dir)
  const { door } = witnesses[1]!
  const down = { status: 503, type: 'text/plain', body: 'down\n' }
  witnesses[1]!.door = { add: () => down, newest: () => down }

  const closed = await open(dir, memory())
  assert.equal(codeOf(closed.guard), 'GBX-1407')
  closed.story.whole(2)
  await closed.story.durable
  await closed.journal.publish()
  assert.equal(signedIn(dir), before)
  assert.match(closed.said.join('\n'), /^! the memory .* nothing is signed until it is: witness w1 answered 503: down$/)
  witnesses[1]!.door = door
  await waitUntil(() => closed.guard.outside.kind === 'agrees')
  await closed.journal.publish()
  assert.equal(closed.guard.refused, undefined)
  assert.equal(cosignedBy(policy, closed.journal.checkpoint).ok, true)
  assert.equal(sizeOf(closed.journal.checkpoint), closed.journal.size)
  // Once it has answered, one that falls silent does not end what is under way; at most one checkpoint goes out without it.
  witnesses[1]!.door = { add: () => down, newest: () => down }
  closed.story.whole(2)
  await closed.story.durable
  await closed.journal.publish()
  const out = sizeOf(closed.journal.checkpoint)
  assert.equal(cosignedBy(policy, closed.journal.checkpoint).ok, false)
  closed.story.whole(2)
  await closed.story.durable
  await closed.journal.publish()
  assert.equal(sizeOf(closed.journal.checkpoint), out)
  assert.equal(closed.guard.refused, undefined)
  await closed.journal.close()

  const going = await open(dir, memory(), 'sign')
  assert.equal(going.guard.refused, undefined)
  going.story.whole(2)
  await going.story.durable
  await going.journal.publish()
  assert.equal(sizeOf(going.journal.checkpoint), going.journal.size)
  witnesses[1]!.door = door
  await waitUntil(() => cosignedBy(policy, going.journal.checkpoint).ok)
  await going.journal.close()
})

test('a file on another disk: holds, notices older copies, and does not take a missing disk for an empty memory', async (t) => {
  const dir = await folder(t)
  const other = temporaryFolder(t)
  const path = join(other, 'memory')
  const memory = (): Memory[] => [new FileMemory(path, realDisk)]
  const missing = await open(dir, memory())
  assert.match(missing.guard.refused?.why ?? '', /is not there; if it never was: touch/)
  await missing.journal.close()
  writeFileSync(path, '')
  const first = await open(dir, memory())
  first.story.whole(300)
  await first.story.durable
  await first.journal.close()
  assert.equal(sizeOf(readFileSync(path, 'utf8')), signedIn(dir))
  const copy = join(temporaryFolder(t), 'copy')
  cpSync(dir, copy, { recursive: true })
  const second = await open(dir, memory())
  second.story.whole(300)
  await second.story.durable
  await second.journal.close()
  const back = await open(copy, memory())
  assert.match(back.guard.refused?.why ?? '', /remembers \d+ signed entries, and here are/)
  await back.journal.close()
  // A memory that is behind and another one: it was put back itself, or belongs to another history.
  const wrong = readFileSync(path, 'utf8').replace(/^(.*\n\d+\n)./, '$1A')
  writeFileSync(path, wrong)
  const odd = await open(dir, memory())
  assert.equal(codeOf(odd.guard), 'GBX-1406')
  await odd.journal.close()
  writeFileSync(path, 'rubbish')
  const rubbish = await open(dir, memory())
  assert.match(rubbish.guard.refused?.why ?? '', /no checkpoint/)
  await rubbish.journal.close()
  rmSync(other, { recursive: true })
  const gone = await open(dir, memory())
  assert.equal(codeOf(gone.guard), 'GBX-1407')
  assert.equal(existsSync(path), false)
  await gone.journal.close()
})

test('two copies that ask one file at the same moment: one of them is held', async (t) => {
  const dir = await folder(t)
  const path = join(temporaryFolder(t), 'memory')
  writeFileSync(path, '')
  const dirs = [dir, ...[1, 2, 3].map(() => join(temporaryFolder(t), 'copy'))]
  for (const copy of dirs.slice(1)) cpSync(dir, copy, { recursive: true })
  const running = await Promise.all(dirs.map((one) => open(one, [new FileMemory(path, realDisk)])))
  for (const one of running) one.story.whole(3)
  await Promise.all(running.map(async ({ story, journal }) => (await story.durable, journal.publish())))
  assert.equal(running.filter(({ guard }) => guard.outside.kind === 'agrees').length, 1)
  assert.equal(running.filter(({ guard }) => codeOf(guard) === 'GBX-1406').length, 3)
  assert.equal(new Set(dirs.map((one) => shownIn(one))).size, 2)
  await Promise.all(running.map(({ journal }) => journal.close()))
})

test('whoever opens the folder without its memory signs nothing', async (t) => {
  const { dir, memory } = await started(t)
  const begun = await open(dir, memory())
  begun.story.whole(20)
  await begun.story.durable
  await begun.journal.close()
  const before = shownIn(dir)
  const beside = await open(dir, [])
  beside.story.whole(2)
  await beside.story.durable
  const { size } = beside.journal
  await beside.journal.close()
  assert.equal(shownIn(dir), before)
  const next = await open(dir, memory())
  await next.journal.publish()
  assert.equal(sizeOf(next.journal.checkpoint), size)
  await next.journal.close()
})

test('a witness that lies, stalls, redirects or floods is a witness that is silent', async (t) => {
  const { dir, vkey } = await started(t)
  const liar = await witness(t)
  liar.trust(vkey)
  const answers = {
    'wrong key': [200, '— x AAAA\n'],
    'wrong size': [409, 'many\n'],
    moved: [302, ''],
    flood: [200, 'x'.repeat(100_000)],
    'not known': [404, 'this witness does not know that log\n'],
    nothing: [200, ''],
  } as const
  for (const [name, [status, body]] of Object.entries(answers)) {
    const said = { status, body, type: 'text/plain' }
    liar.door = { add: () => said, newest: () => said }
    const { journal, guard } = await open(dir, [new Witnesses(policyOf([liar]), 1_000)])
    assert.equal(codeOf(guard), 'GBX-1407', name)
    await journal.close()
  }
  liar.server.closeAllConnections()
  await new Promise((resolve) => liar.server.close(resolve))
  liar.server = createServer(() => undefined).listen(liar.port, '127.0.0.1')
  const started_ = performance.now()
  const { journal, guard } = await open(dir, [new Witnesses(policyOf([liar]), 300)])
  assert.match(guard.refused?.why ?? '', /no answer within 0.3 s/)
  assert.ok(performance.now() - started_ < 3_000)
  await journal.close()
})

test('a witness that answers a fork with 409, as drafts of the protocol said, contradicts', async (t) => {
  const { dir, vkey } = await started(t)
  const draft = await witness(t)
  draft.trust(vkey)
  const size = signedIn(dir)
  const conflict = { status: 409, type: 'text/x.tlog.size', body: `${size}\n` }
  draft.door = { add: () => conflict, newest: () => conflict }
  const { journal, guard } = await open(dir, [new Witnesses(policyOf([draft]), 1_000)])
  assert.equal(codeOf(guard), 'GBX-1406')
  assert.match(guard.refused?.why ?? '', new RegExp(`has seen another tree of ${size} entries`))
  await journal.close()
})

test('statements do not wait for witnesses', async (t) => {
  const { dir, memory, witnesses } = await started(t)
  const begun = await open(dir, memory())
  await begun.journal.close()
  const { door } = witnesses[0]!
  const slow = await open(dir, memory())
  // Blocking the whole process would be noticed; a witness that never answers is not.
  witnesses[0]!.server.removeAllListeners('request')
  slow.story.whole(10)
  const at = performance.now()
  await slow.story.durable
  void slow.journal.publish()
  for (let n = 0; n < 20; n++) {
    slow.story.whole(3)
    await slow.story.durable
  }
  assert.ok(performance.now() - at < 1_500, `${performance.now() - at} ms`)
  assert.ok(door)
  await slow.journal.close()
})

async function waitUntil(done: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !done(); tries++) await new Promise((resolve) => setTimeout(resolve, 50))
  assert.ok(done())
}
