// The formats against vectors that other programs agree on (Python, Go, Node with another algorithm), and the proofs
// against each other on trees of any size.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { sha256Hex } from '../lib/hash.ts'
import { openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts'
import {
  checkConsistency,
  checkInclusion,
  consistencyProof,
  emptyRoot,
  Frontier,
  inclusionProof,
  leafHash,
  nodeHash,
  rootAt,
  rootOf,
  type TreeHash,
} from './merkle.ts'
import { openNote, parseNote, parseSkey, parseVkey, signerOf, signNote } from './note.ts'
import { checkProof, formatProof, parseProof } from './proof.ts'
import { bundlePath, decodeBundle, decodeTile, encodeBundle, hashesAt, subtreesOf, tilePath, widthAt } from './tile.ts'

const entry = (i: number): Buffer => Buffer.from(`entry-${i}`)
const leaves = Array.from({ length: 70_000 }, (_, i) => leafHash(entry(i)))
const hex = (hashes: readonly TreeHash[]): string[] => hashes.map((hash) => hash.toString('hex'))
/** Hashes of all tile levels of a tree. */
function levelsOf(size: number): TreeHash[][] {
  const levels = [leaves.slice(0, size)]
  for (let level = levels[0] as TreeHash[]; level.length >= 256; levels.push(level)) {
    level = Array.from({ length: Math.floor(level.length / 256) }, (_, i) =>
      rootOf(level.slice(i * 256, i * 256 + 256)),
    )
  }
  return levels
}

const roots: Record<number, string> = {
  0: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  1: '40766b2033429026f53d54502679a839706b4741f8dcaf3a8bba5f41b5ffe075',
  2: '2f27a5082c1d42afa488ac350a9fc4390c084f54f71ecdff859e98db8429b479',
  3: 'a64bf26e09128f6fe2fe6f8b2d8c801e166b57c047a7cd9b2b809e7a96a2f1cb',
  4: '256b9e8825e5d370a4ae005d0901ea291977e2927f5cf8e3e72660dd09519edb',
  5: '1aa68d3074905a581f84cbbd0f753794904fd80451bc4c13e69d9a53bc59502c',
  6: '08783a523d260480de2ccf0976d7411ed8adaf06f75d5a5de2254c58f968eca9',
  7: '9139601cc1ca8ab2a7a0c2c134c04845f2b1ba549a83d6c845cfcda439cc585d',
  8: 'dfcc13b9b0ca932c68de3d59eaaa8fe266a9c8091c0300e8405ebfeb0d0e5832',
  256: 'f85f4ead34080710b4d1e808301543aaab81aa04deb88599350dc26a4f2f58de',
  257: '918b1cec64f317c76e3cf55c0536841c039eff06772ebb8828ce7c176028b5ac',
  300: 'aebb027d5c3dd08871ee52577a61fc83122d0d14352791943639bd4c12d36943',
  512: 'c954999acb64f3b754d9d128d79c6da360d8783539ecaa4acfa7f4b4b20eaafd',
  65_536: 'df2c606d114416fa600bf3495152e09e39e8be3d0e2e5501c352826539abda8e',
  70_000: 'a62a54be33294ffd5a5c4c637fd754630b71a892e8356e3a666a5c8a7ffd1518',
}

test('leaf hashes and roots', () => {
  assert.equal(leaves[1]?.toString('hex'), 'e868811a482c27d50b6d45dde79c465d6adb9b06645100477a90cf3d8518898b')
  assert.equal(leaves[7]?.toString('hex'), 'c8d81ba4fdd46c6c3c73c87b209eeaf944cf511327211f1f9a81586cf7d4d5a4')
  const subtree = subtreesOf(levelsOf(70_000))
  for (const [size, root] of Object.entries(roots)) {
    assert.equal(rootOf(leaves.slice(0, Number(size))).toString('hex'), root, size)
    assert.equal(rootAt(subtree, Number(size)).toString('hex'), root, size)
  }
})

test('a tile and an entry bundle', () => {
  assert.equal(
    sha256Hex(Buffer.concat(leaves.slice(0, 256))),
    '8921c57d2f65271c82bf0f686c002793863c80c8d1cbbbf5db6046ff59e8b590',
  )
  const bundle = encodeBundle(Array.from({ length: 256 }, (_, i) => entry(i)))
  assert.equal(bundle.length, 2706)
  assert.equal(sha256Hex(bundle), '2e41f76a98595afb6b3a27a02a74792386a99b155db3579513faf3bf67057752')
  assert.deepEqual(
    decodeBundle(bundle, 256).map(String),
    Array.from({ length: 256 }, (_, i) => `entry-${i}`),
  )
  assert.throws(() => decodeBundle(bundle.subarray(0, -1), 256), RangeError)
  assert.throws(() => decodeBundle(bundle, 255), RangeError)
  assert.equal(decodeBundle(bundle, 255, true).length, 255)
  assert.throws(() => decodeTile(Buffer.alloc(63), 2), RangeError)
  assert.throws(() => encodeBundle([Buffer.alloc(65_536)]), RangeError)
})

test('paths and widths', () => {
  assert.equal(tilePath(0, 5), 'tile/0/005')
  assert.equal(tilePath(1, 1_234_067, 17), 'tile/1/x001/x234/067.p/17')
  assert.equal(bundlePath(273, 112), 'tile/entries/273.p/112')
  const all = (size: number): string[] =>
    [0, 1, 2, 3].flatMap((level) =>
      Array.from({ length: Math.ceil(hashesAt(level, size) / 256) }, (_, n) =>
        tilePath(level, n, widthAt(level, n, size)),
      ),
    )
  assert.deepEqual(all(256), ['tile/0/000', 'tile/1/000.p/1'])
  assert.deepEqual(all(70_000).slice(273), ['tile/0/273.p/112', 'tile/1/000', 'tile/1/001.p/17', 'tile/2/000.p/1'])
  assert.deepEqual(all(0), [])
})

test('inclusion and consistency proofs: vectors', () => {
  const subtree = subtreesOf(levelsOf(8))
  const root = (size: number): string => roots[size] as string
  const leaf = (i: number): string => leaves[i]?.toString('hex') as string
  const [a, b] = [
    'e429c5b5ccaa9523c37297f1846766f903137e82195c5199e6be57130d1006c8',
    '4a136a70087b637e34c3d3daa6cea768b1db13ec475902d2e240b60e3d999c7a',
  ]
  assert.deepEqual(hex(inclusionProof(subtree, 2, 7)), [leaf(3), root(2), a])
  assert.deepEqual(hex(inclusionProof(subtree, 6, 7)), [b, root(4)])
  assert.deepEqual(hex(consistencyProof(subtree, 3, 7)), [leaf(2), leaf(3), root(2), a])
  assert.deepEqual(hex(consistencyProof(subtree, 4, 8)), [
    '5b6680e3035dba9b8a221ee819e805e1c17b333cd66664e76402ea43d7b64a83',
  ])
  assert.deepEqual(hex(consistencyProof(subtree, 7, 8)), [leaf(6), leaf(7), b, root(4)])
  assert.deepEqual(hex(consistencyProof(subtree, 6, 8)), [
    b,
    'd448059354605305bf936aa6a0e4c709321c960e2ba6c921b98b9a165319cbe2',
    root(4),
  ])
})

test('every proof of every small tree holds, and holds for nothing else', () => {
  for (let size = 1; size <= 40; size++) {
    const subtree = subtreesOf(levelsOf(size))
    const root = rootAt(subtree, size)
    for (let i = 0; i < size; i++) {
      const proof = inclusionProof(subtree, i, size)
      const leaf = leaves[i] as TreeHash
      assert.ok(checkInclusion(leaf, i, size, root, proof))
      assert.ok(!checkInclusion(leaves[i + 1] as TreeHash, i, size, root, proof))
      assert.ok(!checkInclusion(leaf, i + 1, size, root, proof))
      assert.ok(!checkInclusion(leaf, i, size, root, [...proof, leaf]))
      if (proof.length > 0) assert.ok(!checkInclusion(leaf, i, size, root, proof.slice(0, -1)))
    }
    for (let older = 0; older <= size; older++) {
      const before = rootOf(leaves.slice(0, older))
      const proof = consistencyProof(subtree, older, size)
      assert.ok(checkConsistency(older, before, size, root, proof), `${older} of ${size}`)
      assert.ok(!checkConsistency(older, leaves[50] as TreeHash, size, root, proof))
      assert.ok(!checkConsistency(older, before, size, leaves[50] as TreeHash, proof) || older === 0)
      assert.ok(!checkConsistency(older, before, size, root, [...proof, root]))
      if (proof.length > 0) assert.ok(!checkConsistency(older, before, size, root, proof.slice(0, -1)))
    }
  }
  assert.throws(() => inclusionProof(subtreesOf([[]]), 0, 0), RangeError)
  assert.throws(() => consistencyProof(subtreesOf([[]]), 1, 0), RangeError)
})

test('proofs of trees of any size, and a flipped bit in them', () => {
  const subtree = subtreesOf(levelsOf(70_000))
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70_000 }), fc.nat(), fc.nat(), fc.nat(), (size, a, b, bit) => {
      const index = a % size
      const older = b % (size + 1)
      const root = rootAt(subtree, size)
      const inclusion = inclusionProof(subtree, index, size)
      const consistency = consistencyProof(subtree, older, size)
      assert.ok(checkInclusion(leaves[index] as TreeHash, index, size, root, inclusion))
      assert.ok(checkConsistency(older, rootAt(subtree, older), size, root, consistency))
      for (const proof of [inclusion, consistency]) {
        if (proof.length === 0) continue
        const flipped = proof.map((hash) => Buffer.from(hash))
        const hash = flipped[bit % flipped.length] as Buffer
        hash[bit % 32]! ^= 1 << (bit % 8)
        assert.ok(
          !(proof === inclusion
            ? checkInclusion(leaves[index] as TreeHash, index, size, root, flipped)
            : checkConsistency(older, rootAt(subtree, older), size, root, flipped)),
        )
      }
    }),
    { numRuns: 300 },
  )
})

test('a growing tree has the same roots, also beyond 2^32 leaves', () => {
  const tree = new Frontier()
  for (let i = 0; i < 600; i++) {
    assert.deepEqual(tree.root(), rootOf(leaves.slice(0, i)))
    tree.append(leaves[i] as TreeHash)
  }
  const copy = tree.copy()
  copy.append(leaves[600] as TreeHash)
  assert.deepEqual([tree.size, copy.size], [600, 601])
  assert.deepEqual(tree.root(), rootOf(leaves.slice(0, 600)))
  // A tree whose leaves are all equal needs one hash a level, so a huge one can be computed.
  const same: TreeHash[] = [leaves[0] as TreeHash]
  const huge = (level: number): TreeHash => (same[level] ??= nodeHash(huge(level - 1), huge(level - 1)))
  const size = 2 ** 33 + 5
  const index = 2 ** 32 + 1
  assert.ok(checkInclusion(leaves[0] as TreeHash, index, size, rootAt(huge, size), inclusionProof(huge, index, size)))
  assert.ok(
    checkConsistency(
      2 ** 32 + 7,
      rootAt(huge, 2 ** 32 + 7),
      size,
      rootAt(huge, size),
      consistencyProof(huge, 2 ** 32 + 7, size),
    ),
  )
  assert.deepEqual(emptyRoot(), rootOf([]))
})

const seed = (from: number): Buffer => Buffer.from(Array.from({ length: 32 }, (_, i) => from + i))
const log = signerOf('glovebox.example/journal', seed(0))
const vkey = 'glovebox.example/journal+a3cd73f9+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4'
const checkpoint7 = signCheckpoint({ origin: log.name, size: 7, root: rootOf(leaves.slice(0, 7)) }, log)
const cosigned = `${checkpoint7}— witness.example/w1 IDJKvgAAAABpVbkAKfa7nwwp3yaMdcM1foHCo0fg7cOCYPsOMhTUkW8eAUK/BeFNaMy0NiF6qKuPOU5/YBTsZs1CGe9mKB+M64aQDg==\n`

test('keys and signed checkpoints: vectors', () => {
  assert.equal(log.vkey, vkey)
  assert.equal(parseVkey(vkey)?.keyId, 'a3cd73f9')
  assert.equal(
    parseSkey('PRIVATE+KEY+glovebox.example/journal+a3cd73f9+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f')?.vkey,
    vkey,
  )
  assert.equal(sha256Hex(cosigned), '48951ab2e173587aadca69f4c402cacba8694a3f9e15d338ff9cefbb1197648a')
  const opened = openCheckpoint(cosigned, parseVkey(vkey)!)
  assert.deepEqual(
    [opened?.origin, opened?.size, opened?.root.toString('hex')],
    ['glovebox.example/journal', 7, roots[7]],
  )
  assert.deepEqual(
    parseNote(cosigned)?.signatures.map((one) => [one.name, one.keyId, one.bytes.length]),
    [
      ['glovebox.example/journal', 'a3cd73f9', 64],
      ['witness.example/w1', '20324abe', 72],
    ],
  )
  const submitted = `old 3\n${consistencyProof(subtreesOf(levelsOf(7)), 3, 7)
    .map((hash) => `${hash.toString('base64')}\n`)
    .join('')}\n${checkpoint7}`
  assert.equal(sha256Hex(submitted), 'f9f7cdd14159094fcda65e1dd0d387b1f0ccccbf561d6c1875542f048ea4b46c')
})

test("the note specification's own example", () => {
  const key = parseVkey('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k')!
  const note =
    'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n'
  assert.equal(openNote(note, [key])?.text, 'This is an example message.\n')
  assert.equal(openNote(note, [log]), undefined)
})

test('tlog-proof: vector, and what it refuses', () => {
  const text = formatProof({ index: 2, hashes: inclusionProof(subtreesOf(levelsOf(7)), 2, 7), checkpoint: cosigned })
  assert.equal(sha256Hex(text), 'b131892f26575b73764627c975c92886dac07a3ebadc510533e38ad0d47e010a')
  assert.deepEqual(checkProof(text, entry(2), log), { index: 2, size: 7 })
  assert.equal(checkProof(text, entry(3), log), undefined)
  assert.equal(checkProof(text, entry(2), signerOf('glovebox.example/journal', seed(1))), undefined)
  const extra = formatProof({ ...parseProof(text)!, extra: Buffer.from('hi') })
  assert.equal(parseProof(extra)?.extra?.toString(), 'hi')
  assert.deepEqual(checkProof(extra, entry(2), log), { index: 2, size: 7 })
  for (const bad of [
    text.replace('@v1', '@v2'),
    text.replace('index 2', 'index 02'),
    text.replace('index 2\n', ''),
    text.replace('\n\n', '\n'),
    text.replace('index 2', 'index 3'),
    '',
  ]) {
    assert.equal(checkProof(bad, entry(2), log), undefined)
  }
})

test('every flipped bit of a checkpoint is noticed', () => {
  const bytes = Buffer.from(checkpoint7)
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const copy = Buffer.from(bytes)
    copy[bit >> 3]! ^= 1 << (bit & 7)
    assert.equal(openCheckpoint(copy, log), undefined, `bit ${bit}`)
  }
})

test('malformed notes, keys and checkpoints are refused', () => {
  const text = 'text\n'
  const good = signNote(text, log)
  assert.ok(openNote(good, [log]))
  const other = signerOf('other', seed(9))
  // A line of an unknown key is ignored; a false line under a known key spoils the note even beside a good one.
  assert.ok(openNote(`${good}${other.line('something else\n')}`, [log]))
  assert.equal(openNote(`${good}${other.line('something else\n')}`, [log, other]), undefined)
  const bad = [
    '',
    '\n',
    'text\n',
    'text\n\n',
    good.slice(0, -1),
    good.replace('— ', '- '),
    good.replace('— ', '—  '),
    `${good}\n`,
    good.replace('text', 'te\u0001xt'),
  ]
  for (const note of bad) assert.equal(openNote(note, [log]), undefined, JSON.stringify(note))
  assert.equal(openNote(Buffer.concat([Buffer.from(good), Buffer.of(0xff, 0x0a)]), [log]), undefined)
  for (const key of [
    '',
    'a',
    vkey.replace('a3', 'a4'),
    `${vkey}=`,
    vkey.replace('AQO', 'AgO'),
    vkey.replace('glovebox', 'glove box'),
  ])
    assert.equal(parseVkey(key), undefined, key)
  assert.throws(() => signerOf('a+b', seed(0)), TypeError)
  assert.throws(() => signerOf('a', seed(0).subarray(1)), TypeError)
  assert.throws(() => signNote('no newline', log), TypeError)
  const root = 'kTlgHMHKirKnoMLBNMBIRfKxulSag9bIRc/NpDnMWF0='
  assert.ok(parseCheckpoint(`a\n7\n${root}\nextension\n`))
  for (const wrong of [
    `a\n07\n${root}\n`,
    `a\n7\n${root}`,
    `\n7\n${root}\n`,
    `a\n-7\n${root}\n`,
    `a\n7\n${root}\n\n`,
    `a\n99999999999999999\n${root}\n`,
    `a\n7\nAA==\n`,
  ]) {
    assert.equal(parseCheckpoint(wrong), undefined, wrong)
  }
})
