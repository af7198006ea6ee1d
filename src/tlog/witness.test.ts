// Cosignatures, policies of witnesses and add-checkpoint: the vectors that other programs agree on, every rule of the
// formats, and bytes that nobody sane would send.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { sha256Hex } from '../lib/hash.ts'
import { checkpointText, signCheckpoint } from './checkpoint.ts'
import { cosignaturesOf, cosignerOf, parseCosignerVkey } from './cosignature.ts'
import { consistencyProof, emptyRoot, leafHash, rootOf } from './merkle.ts'
import { openNote, parseNote, parseSkey, parseVkey, signerOf } from './note.ts'
import { formatProof, checkProof } from './proof.ts'
import { subtreesOf } from './tile.ts'
import {
  cosignedBy,
  cosignedText,
  isFault,
  meetsQuorum,
  parseLogs,
  parsePolicy,
  type WitnessPolicy,
} from './witness-policy.ts'
import { formatAddCheckpoint, nothingSeen, originHash, parseAddCheckpoint, refusalOf } from './witness.ts'

const bytes = (from: number): Buffer => Buffer.from(Array.from({ length: 32 }, (_, i) => from + i))
const leaves = Array.from({ length: 300 }, (_, i) => leafHash(Buffer.from(`entry-${i}`)))
const log = signerOf('glovebox.example/journal', bytes(0))
const w1 = cosignerOf('witness.example/w1', bytes(0x20))
const time = 1_767_225_600
const at = (size: number) => ({ origin: log.name, size, root: rootOf(leaves.slice(0, size)) })
const checkpoint7 = signCheckpoint(at(7), log)
const cosigned7 = checkpoint7 + w1.line(checkpointText(at(7)), time)
const proofOf = (older: number, size: number) => consistencyProof(subtreesOf([leaves.slice(0, size)]), older, size)

test('the vectors of a cosigned checkpoint', () => {
  assert.equal(w1.vkey, 'witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X')
  assert.equal(sha256Hex(cosigned7), '48951ab2e173587aadca69f4c402cacba8694a3f9e15d338ff9cefbb1197648a')
  assert.equal(originHash(log.name), '949b9b8d4bbcef8a6eadec56c99a0a3171e83dee442f4fb2866b15709968f454')
  const body = formatAddCheckpoint({ old: 3, proof: proofOf(3, 7), note: checkpoint7 })
  assert.equal(sha256Hex(body), 'f9f7cdd14159094fcda65e1dd0d387b1f0ccccbf561d6c1875542f048ea4b46c')
  const parsed = parseAddCheckpoint(Buffer.from(body))
  assert.deepEqual([parsed?.old, parsed?.proof.length, parsed?.note], [3, 4, checkpoint7])
  const hashes = [leaves[3]!, rootOf(leaves.slice(0, 2)), rootOf(leaves.slice(4, 7))]
  const proof = formatProof({ index: 2, hashes, checkpoint: cosigned7 })
  assert.equal(sha256Hex(proof), 'b131892f26575b73764627c975c92886dac07a3ebadc510533e38ad0d47e010a')
  assert.deepEqual(checkProof(proof, Buffer.from('entry-2'), log), { index: 2, size: 7 })
})

test('a cosigned note opens under both keys, and a forged line of a known witness spoils it', () => {
  const key = parseCosignerVkey(w1.vkey)!
  assert.deepEqual(
    openNote(cosigned7, [parseVkey(log.vkey)!, key])?.by.map(({ name }) => name),
    [log.name, w1.name],
  )
  assert.deepEqual(
    cosignaturesOf(cosigned7, [key])?.map(({ time: when }) => when),
    [time],
  )
  assert.deepEqual(cosignaturesOf(checkpoint7, [key]), [])
  const other = cosignerOf('witness.example/w2', bytes(0x40))
  assert.deepEqual(cosignaturesOf(cosigned7 + other.line(checkpointText(at(7)), time), [key])?.length, 1)
  const forged = cosigned7.replace('AAAABpVbkA', 'AAAABpVbkB')
  assert.notEqual(forged, cosigned7)
  assert.equal(cosignaturesOf(forged, [key]), undefined)
  assert.equal(openNote(forged, [log, key]), undefined)
  // A cosignature of this tree is none of another, and none of a text with one line more.
  const line = w1.line(checkpointText(at(7)), time)
  assert.equal(cosignaturesOf(signCheckpoint(at(8), log) + line, [key]), undefined)
  assert.equal(cosignaturesOf(`${checkpointText(at(7))}more\n\n${line}`, [key]), undefined)
  // The newest of two lines of one witness counts.
  assert.equal(cosignaturesOf(cosigned7 + w1.line(checkpointText(at(7)), time + 9), [key])?.[0]?.time, time + 9)
})

test('keys of logs and keys of witnesses are not taken for each other', () => {
  assert.equal(parseVkey(w1.vkey), undefined)
  assert.equal(parseCosignerVkey(log.vkey), undefined)
  assert.equal(parseCosignerVkey(w1.vkey.replace('20324abe', '20324abf')), undefined)
  assert.equal(parseSkey('PRIVATE+KEY+x'), undefined)
  assert.throws(() => w1.line('x\n', -1), TypeError)
  assert.throws(() => w1.line('x\n', 1.5), TypeError)
  assert.throws(() => cosignerOf('a name', bytes(0)), TypeError)
  assert.throws(() => cosignerOf('a', bytes(0).subarray(1)), TypeError)
})

test('any byte of a cosignature that differs is noticed, and nothing throws', () => {
  const parsed = parseNote(cosigned7)!
  const signature = parsed.signatures[1]!.bytes
  for (let i = 0; i < signature.length; i++) {
    const changed = Buffer.from(signature)
    changed[i]! ^= 1 << (i % 8)
    assert.equal(w1.check(parsed.text, changed), false)
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (any) => !w1.check(parsed.text, any)))
})

const w = Array.from({ length: 5 }, (_, i) => cosignerOf(`w.example/${i}`, bytes(100 + i)))
const witnessLines = w.map(({ vkey }, i) => `witness w${i} ${vkey} https://w${i}.example/`).join('\n')
const policy = (text: string): WitnessPolicy => {
  const read = parsePolicy(text)
  assert.ok(!isFault(read), JSON.stringify(read))
  return read
}

test('a policy with groups in groups, and who meets it', () => {
  const read = policy(`# ours
log ${log.vkey} https://gb.example/journal
${witnessLines}
\tgroup  near  all w0 w1   \r
group far 2 w2 w3 w4
group both any near far
quorum both
`)
  assert.equal(read.logs[0]?.url, 'https://gb.example/journal')
  assert.deepEqual(read.witnesses[0]?.url, 'https://w0.example')
  const met = (...names: string[]): boolean => meetsQuorum(read, new Set(names))
  assert.deepEqual(
    [met(), met('w0'), met('w0', 'w1'), met('w2'), met('w2', 'w4'), met('w0', 'w2'), met('near'), met('both')],
    [false, false, true, false, true, false, false, false],
  )
  assert.equal(meetsQuorum(policy('quorum none\n'), new Set()), true)
  assert.equal(meetsQuorum(policy(`${witnessLines}\nquorum w3`), new Set(['w3'])), true)
})

test('every rule of a policy file, by line', () => {
  const head = `${witnessLines}\n`
  const wrong: Record<string, RegExp> = {
    'witness w9': /expected: witness/,
    [`witness w9 ${log.vkey}`]: /not the key of a witness/,
    [`witness w9 ${w[0]!.vkey}`]: /key is there already/,
    [`witness w0 ${w1.vkey}`]: /defined already/,
    [`witness none ${w1.vkey}`]: /"none" cannot be a name/,
    [`witness w9 ${w1.vkey} ftp://x`]: /not an http/,
    [`witness w9 ${w1.vkey} https://a:b@x`]: /not an http/,
    [`log ${w1.vkey}`]: /not the key of a log/,
    'group g all': /expected: group/,
    'group g 0 w0': /not all, any/,
    'group g 2 w0': /not all, any/,
    'group g 01 w0 w1': /not all, any/,
    'group g all w0 w0': /member already/,
    'group g all w9': /not defined above/,
    'group g all g': /not defined above/,
    'group w0 all w1': /defined already/,
    'quorum w9': /not defined above/,
    'quorum w0 w1': /expected: quorum/,
    'quorum none\nquorum none': /quorum already/,
    'quorums w0': /is not log/,
    '': /no line "quorum"/,
  }
  for (const [text, why] of Object.entries(wrong)) {
    const read = parsePolicy(head + text)
    assert.ok(isFault(read), text)
    assert.match(read.why, why)
    assert.ok(read.line >= 5, `${text}: ${read.line}`)
  }
  assert.ok(isFault(parsePolicy(`${head}group a all w0\ngroup b all w0 w1\nquorum b`)), 'a member of two groups')
  assert.ok(isFault(parsePolicy('#'.repeat(300_000))))
  assert.ok(isFault(parseLogs('quorum none')))
  const logs = parseLogs(`log ${log.vkey}\n`)
  assert.deepEqual(isFault(logs) ? logs : logs.map(({ vkey }) => vkey), [log.vkey])
})

test('groups as deep as a file allows do not use up the stack', () => {
  const deep = Array.from({ length: 9_000 }, (_, i) => `group g${i} any ${i === 0 ? 'w0' : `g${i - 1}`}`).join('\n')
  const read = policy(`${witnessLines}\n${deep}\nquorum g8999`)
  assert.equal(meetsQuorum(read, new Set(['w0'])), true)
  assert.equal(meetsQuorum(read, new Set(['w1'])), false)
})

test('policies of any text are read or refused, never thrown at', () => {
  const word = fc.oneof(
    fc.constantFrom('log', 'witness', 'group', 'quorum', 'none', 'all', 'any', '1', '2', '#', 'w0', w1.vkey, log.vkey),
    fc.string({ maxLength: 12 }),
  )
  const line = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '))
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      const read = parsePolicy(lines.join('\n'))
      if (!isFault(read)) meetsQuorum(read, new Set(['w0']))
      parseLogs(lines.join('\n'))
    }),
  )
})

test('what a note has against a policy', () => {
  const text = checkpointText(at(7))
  const read = policy(`${witnessLines}\ngroup g 2 w0 w1 w2\nquorum g`)
  const note = checkpoint7 + w[0]!.line(text, time)
  assert.deepEqual(cosignedBy(read, note), { ok: false, by: [{ name: 'w0', time }], isSpoiled: false })
  const two = cosignedBy(read, note + w[2]!.line(text, time + 4))
  assert.equal(two.ok, true)
  assert.equal(cosignedText(read, two), 'cosigned by 2 of 5 witnesses (2026-01-01T00:00:04Z)')
  // A witness outside the group does not help, twice the same does not count twice, a broken line spoils all.
  assert.equal(cosignedBy(read, note + w[4]!.line(text, time)).ok, false)
  assert.equal(cosignedBy(read, note + w[0]!.line(text, time + 1)).ok, false)
  const spoiled = cosignedBy(read, note + w[1]!.line(text, time) + w[2]!.line(checkpointText(at(8)), time))
  assert.deepEqual(spoiled, { ok: false, by: [], isSpoiled: true })
  assert.match(cosignedText(read, cosignedBy(read, checkpoint7 + w[0]!.line(text, 2 ** 53 - 1))), /9007199254740991 s/)
})

test('add-checkpoint: any bytes are parsed or refused', () => {
  const good = formatAddCheckpoint({ old: 3, proof: proofOf(3, 7), note: checkpoint7 })
  for (const wrong of [
    '',
    'old 3\n',
    good.replace('old 3', 'old 03'),
    good.replace('old 3', 'old -3'),
    good.replace('old 3', 'old 9999999999999999'),
    good.replace('old 3', 'new 3'),
    good.replace('old 3\n', 'old 3\n \n'),
    good.replace('old 3\n', 'old 3\nAAAA\n'),
    `old 3\n${`${leaves[0]!.toString('base64')}\n`.repeat(64)}\n${checkpoint7}`,
    `old 3\n\n${'x'.repeat(70_000)}`,
  ])
    assert.equal(parseAddCheckpoint(Buffer.from(wrong)), undefined, wrong.slice(0, 40))
  assert.equal(parseAddCheckpoint(Buffer.concat([Buffer.from(good), Buffer.of(0xff)])), undefined)
  assert.equal(parseAddCheckpoint(Buffer.from(`old 0\n\n${checkpoint7}`))?.proof.length, 0)
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (any) => void parseAddCheckpoint(any)))
})

test('what a witness answers, for every pair of sizes', () => {
  const sizes = [0, 1, 2, 3, 7, 8, 255, 256, 257, 300]
  for (const seen of sizes)
    for (const old of sizes)
      for (const size of sizes) {
        const proof = old <= size ? proofOf(old, size) : []
        const expected = old > size ? 400 : old !== seen ? 409 : undefined
        const got = refusalOf(at(seen), { old, proof }, at(size))
        assert.equal(got?.status, expected, `${seen} ${old} ${size}`)
        if (expected === 409) assert.deepEqual([got?.body, got?.type], [`${seen}\n`, 'text/x.tlog.size'])
      }
  const other = rootOf(leaves.slice(1, 8))
  const status = (seen: number, old: number, proof: Buffer[], size: number, root = at(size).root) =>
    refusalOf(at(seen), { old, proof }, { size, root })?.status
  assert.equal(status(7, 7, [], 7, other), 422)
  assert.match(refusalOf(at(7), { old: 7, proof: [] }, { size: 7, root: other })?.body ?? '', /^fork: .* 7 entries/)
  assert.equal(status(7, 7, [leaves[0]!], 7), 422)
  assert.equal(status(0, 0, [leaves[0]!], 7), 422)
  assert.equal(status(0, 0, [], 0, other), 422)
  assert.equal(status(3, 3, proofOf(3, 7).slice(1), 7), 422)
  assert.equal(status(3, 3, proofOf(3, 7), 7, other), 422)
  assert.deepEqual(nothingSeen(), { size: 0, root: emptyRoot() })
})
