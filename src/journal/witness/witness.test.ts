// A witness with its real memory: every answer of the protocol, what it remembers over a restart, a clock that goes back,
// a memory that cannot be written, and two processes with one memory.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { temporaryFolder } from '../../../test/lib/folders.ts'
import { signCheckpoint } from '../../tlog/checkpoint.ts'
import { cosignaturesOf, cosignerOf, parseCosignerVkey } from '../../tlog/cosignature.ts'
import { consistencyProof, emptyRoot, leafHash, rootOf, type TreeHash } from '../../tlog/merkle.ts'
import { signNote, signerOf, type Signer } from '../../tlog/note.ts'
import { subtreesOf } from '../../tlog/tile.ts'
import { parseLogs, type PolicyLog } from '../../tlog/witness-policy.ts'
import { formatAddCheckpoint, originHash } from '../../tlog/witness.ts'
import { Book } from './book.ts'
import { Witness } from './witness.ts'

const log = signerOf('gb.example/journal', Buffer.alloc(32, 1))
const leaves = Array.from({ length: 300 }, (_, i) => leafHash(Buffer.from(`entry-${i}`)))
const forked = leaves.with(5, leafHash(Buffer.from('another')))

function ask(
  old: number,
  size: number,
  options: { of?: readonly TreeHash[]; signer?: Signer; proof?: TreeHash[] } = {},
) {
  const { of = leaves, signer = log } = options
  const tree = of.slice(0, size)
  const note = signCheckpoint({ origin: log.name, size, root: rootOf(tree) }, signer)
  const proof = options.proof ?? (old <= size ? consistencyProof(subtreesOf([tree]), old, size) : [])
  return Buffer.from(formatAddCheckpoint({ old, proof, note }))
}

function start(t: TestContext, dir = temporaryFolder(t), now = { at: 1_800_000_000_000 }) {
  const book = Book.open(dir)
  t.after(() => book.close())
  const said: string[] = []
  const logs = parseLogs(`log ${log.vkey}\n`) as readonly PolicyLog[]
  const witness = new Witness({ book, logs, now: () => now.at, log: (line) => said.push(line) })
  const key = parseCosignerVkey(witness.vkey)!
  const times = (note: string) => cosignaturesOf(note, [key])?.map(({ time }) => time)
  return { dir, book, witness, said, now, key, times }
}

test('it cosigns a log that grows, and remembers over a restart', (t) => {
  const { dir, witness, times } = start(t)
  assert.equal(witness.newest(originHash(log.name)).status, 404)
  for (const [old, size] of [
    [0, 0],
    [0, 7],
    [7, 7],
    [7, 256],
    [256, 300],
  ] as const) {
    const { status, body } = witness.add(ask(old, size))
    assert.equal(status, 200, body)
    const note = signCheckpoint({ origin: log.name, size, root: rootOf(leaves.slice(0, size)) }, log)
    assert.deepEqual(times(note + body), [1_800_000_000])
    assert.equal(witness.newest(originHash(log.name)).body, note + body)
  }
  const again = start(t, dir, { at: 1_900_000_000_000 })
  assert.equal(again.witness.vkey, witness.vkey)
  // What was said is said again as it was, with its time.
  assert.equal(again.witness.newest(originHash(log.name)).body, witness.newest(originHash(log.name)).body)
  assert.deepEqual(
    [again.witness.add(ask(0, 7)).body, again.witness.add(ask(7, 300)).status, again.witness.add(ask(300, 300)).status],
    ['300\n', 409, 200],
  )
})

test('every answer that is no', (t) => {
  const { witness, said, book } = start(t)
  assert.equal(witness.add(ask(0, 7)).status, 200)
  const stranger = signerOf('other.example/journal', Buffer.alloc(32, 2))
  const impostor = signerOf(log.name, Buffer.alloc(32, 3))
  const foreign = signNote(`${stranger.name}\n0\n${emptyRoot().toString('base64')}\n`, stranger)
  const cases: [Buffer, number, RegExp][] = [
    [Buffer.from('hello'), 400, /not a request/],
    [Buffer.from(formatAddCheckpoint({ old: 0, proof: [], note: 'no note' })), 400, /not a request/],
    [Buffer.from(formatAddCheckpoint({ old: 0, proof: [], note: signNote('a\nb\nc\n', log) })), 400, /not a request/],
    [ask(8, 7), 400, /larger/],
    [Buffer.from(formatAddCheckpoint({ old: 0, proof: [], note: foreign })), 404, /does not know/],
    [ask(7, 8, { signer: impostor }), 403, /not signed/],
    [
      Buffer.from(
        ask(7, 8)
          .toString()
          .replace(/....\n$/, 'AAA=\n'),
      ),
      403,
      /not signed/,
    ],
    [ask(0, 8), 409, /^7\n$/],
    [ask(6, 8), 409, /^7\n$/],
    [ask(7, 8, { proof: [] }), 422, /proof/],
    [ask(7, 8, { of: forked }), 422, /proof/],
    [ask(7, 7, { of: forked }), 422, /^fork: this log has signed another tree of 7 entries/],
    [ask(7, 7, { proof: [leaves[0]!] }), 422, /proof/],
  ]
  for (const [body, status, why] of cases) {
    const got = witness.add(body)
    assert.equal(got.status, status, `${body}`)
    assert.match(got.body, why)
  }
  assert.equal(witness.add(ask(0, 8)).type, 'text/x.tlog.size')
  // A fork is named to the operator, and what proves it is kept.
  assert.match(said.join('\n'), /gb\.example\/journal: fork: this log has signed another tree of 7 entries/)
  assert.deepEqual(book.forks(log.name), [
    signCheckpoint({ origin: log.name, size: 7, root: rootOf(forked.slice(0, 7)) }, log),
  ])
  assert.deepEqual(witness.seen(), [{ origin: log.name, size: 7, forks: 1 }])
  assert.equal(witness.add(ask(7, 8)).status, 200, 'and it goes on with the tree that it knows')
  assert.equal(witness.newest('..%2f..').status, 404)
})

test('a clock that goes back does not take a word back', (t) => {
  const { witness, now, times, dir } = start(t)
  const note = (size: number) => signCheckpoint({ origin: log.name, size, root: rootOf(leaves.slice(0, size)) }, log)
  assert.deepEqual(times(note(3) + witness.add(ask(0, 3)).body), [1_800_000_000])
  now.at -= 3_600_000
  assert.deepEqual(times(note(5) + witness.add(ask(3, 5)).body), [1_800_000_000])
  const again = start(t, dir, { at: 1 })
  assert.deepEqual(times(note(6) + again.witness.add(ask(5, 6)).body), [1_800_000_000])
  now.at = 1_800_000_009_999
  assert.deepEqual(times(note(8) + witness.add(ask(6, 8)).body), [1_800_000_009])
})

test('lines of others are not handed on', (t) => {
  const { witness } = start(t)
  const junk = cosignerOf('spam.example', Buffer.alloc(32, 9)).line('x\n', 5)
  assert.equal(witness.add(Buffer.concat([ask(0, 3), Buffer.from(junk)])).status, 200)
  assert.equal(witness.newest(originHash(log.name)).body.includes('spam'), false)
})

test('what cannot be remembered is not signed, and two processes with one memory agree', (t) => {
  const { witness, dir, book } = start(t)
  const other = start(t, dir)
  assert.equal(witness.add(ask(0, 3)).status, 200)
  assert.equal(other.witness.add(ask(0, 3)).status, 409)
  assert.equal(other.witness.add(ask(3, 7)).status, 200)
  assert.equal(witness.add(ask(3, 7, { of: forked })).body, '7\n')
  book.close()
  assert.throws(() => witness.add(ask(7, 8)))
  assert.equal(other.witness.seen()[0]?.size, 7)
})
