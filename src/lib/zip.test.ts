// The archives: what is written is read, other programs open it, and no byte of it can be changed unseen.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ZipError, ZipReader, ZipWriter, type ByteSource } from './zip.ts'

const sourceOf = (bytes: Buffer): ByteSource => ({
  size: bytes.length,
  read: (position, length) =>
    position < 0 || position + length > bytes.length
      ? Promise.reject(new RangeError('beyond the end'))
      : Promise.resolve(bytes.subarray(position, position + length)),
})

async function archive(members: readonly (readonly [string, Uint8Array])[]): Promise<Buffer> {
  let bytes = Buffer.alloc(0)
  const writer = new ZipWriter({
    write: (piece, position) => {
      if (position + piece.length > bytes.length)
        bytes = Buffer.concat([bytes, Buffer.alloc(position + piece.length - bytes.length)])
      bytes.set(piece, position)
      return Promise.resolve()
    },
  })
  for (const [name, content] of members) {
    await writer.begin(name)
    for (let i = 0; i < content.length; i += 100) await writer.write(content.subarray(i, i + 100))
  }
  assert.equal(await writer.end(), bytes.length)
  return bytes
}

async function readAll(bytes: Buffer): Promise<[string, string][]> {
  const reader = await ZipReader.open(sourceOf(bytes))
  const all: [string, string][] = []
  for (const name of reader.names) all.push([name, (await reader.read(name, 1e6)).toString('hex')])
  return all
}

const names = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,10}(\/[A-Za-z0-9]{1,5})?$/)
const archives = fc.uniqueArray(fc.tuple(names, fc.uint8Array({ maxLength: 500 })), {
  selector: ([name]) => name,
  maxLength: 6,
})

test('what is written is read', async () => {
  await fc.assert(
    fc.asyncProperty(archives, async (members) => {
      const wanted = members.map(([name, content]) => [name, Buffer.from(content).toString('hex')])
      assert.deepEqual(await readAll(await archive(members)), wanted)
    }),
    { numRuns: 50 },
  )
})

test('every flipped bit, every cut and every byte more is found', async () => {
  const bytes = await archive([
    ['entries.jsonl', Buffer.from('{"a":1}\n')],
    ['a/b', Buffer.from('x')],
    ['empty', Buffer.alloc(0)],
  ])
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const other = Buffer.from(bytes)
    other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7))
    await assert.rejects(readAll(other), ZipError, `bit ${bit}`)
  }
  for (let length = 0; length < bytes.length; length++)
    await assert.rejects(readAll(bytes.subarray(0, length)), ZipError, `cut at ${length}`)
  await assert.rejects(readAll(Buffer.concat([bytes, Buffer.of(0)])), ZipError)
  await assert.rejects(readAll(Buffer.concat([Buffer.of(0), bytes])), ZipError)
})

test('any bytes give members or a ZipError', async () => {
  const good = await archive([['a', Buffer.from('aa')]])
  const edits = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 200 }), edits), async (given) => {
      const bytes = given instanceof Uint8Array ? Buffer.from(given) : Buffer.from(good)
      if (!(given instanceof Uint8Array)) for (const [at, byte] of given) bytes[at] = byte
      await readAll(bytes).catch((error: unknown) => assert.ok(error instanceof ZipError, String(error)))
    }),
    { numRuns: 300 },
  )
})

test('names that lead out of a folder, or twice the same, can be neither written nor read', async () => {
  for (const name of ['../a', '/a', 'a/../b', 'a//b', '.a', '', 'a\\b', 'C:a', 'a/', 'ä', 'a\nb'])
    await assert.rejects(archive([[name, Buffer.alloc(0)]]), TypeError, name)
  await assert.rejects(archive([['a', Buffer.of(1)], ['a', Buffer.of(2)]]), TypeError) // prettier-ignore
  const two = await archive([['aa', Buffer.of(1)], ['ab', Buffer.of(1)]]) // prettier-ignore
  await assert.rejects(readAll(Buffer.from(two.toString('latin1').replaceAll('ab', 'aa'), 'latin1')), /twice/)
  const slip = await archive([['x..yy', Buffer.of(1)]])
  await assert.rejects(readAll(Buffer.from(slip.toString('latin1').replaceAll('x..yy', '../yy'), 'latin1')), /name/)
})
