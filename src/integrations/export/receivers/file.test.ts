// JSON lines: rotation by renaming and by truncating, a line that a crash cut, and a disk that refuses.
import assert from 'node:assert/strict'
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { deliver, sink, until, type Delivered } from '../../../../test/lib/delivery.ts'

const sequences = (file: string): number[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { metadata: { sequence: number } }).metadata.sequence)

function setUp(
  t: TestContext,
  name = 'audit.jsonl',
): { path: string; delivered: Delivered; arrived: (n: number) => Promise<void> } {
  const dir = mkdtempSync(join(tmpdir(), 'glovebox-file-'))
  const path = join(dir, name)
  const delivered = deliver([sink({ kind: 'file', path })])
  t.after(async () => {
    await delivered.close()
    rmSync(dir, { recursive: true })
  })
  const arrived = (n: number): Promise<void> =>
    until(
      () => delivered.exporters.list()[0]?.cursor === n,
      10_000,
      () => delivered.exporters.list()[0],
    )
  return { path, delivered, arrived }
}

test('lines in order, readable by their owner alone; rotated by renaming and by truncating', async (t) => {
  const { path, delivered, arrived } = setUp(t)
  await delivered.write(100)
  await arrived(100)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  renameSync(path, `${path}.1`)
  await delivered.write(10)
  await arrived(110)
  assert.deepEqual(
    sequences(`${path}.1`),
    Array.from({ length: 100 }, (_, i) => i),
  )
  assert.deepEqual(
    sequences(path),
    Array.from({ length: 10 }, (_, i) => 100 + i),
  )
  truncateSync(path)
  await delivered.write(1)
  await arrived(111)
  assert.deepEqual(sequences(path), [110])
})

for (const torn of ['{"half":', `{"long":"${'x'.repeat(200_000)}`])
  test(`a cut line of ${torn.length} bytes goes, whole lines stay`, async (t) => {
    const { path, delivered, arrived } = setUp(t)
    await delivered.write(3)
    await arrived(3)
    appendFileSync(path, torn)
    await delivered.write(2)
    await arrived(5)
    assert.deepEqual(sequences(path), [0, 1, 2, 3, 4])
  })

test('nothing but a cut line', async (t) => {
  const { path, delivered, arrived } = setUp(t)
  writeFileSync(path, '{"ha')
  await delivered.write(1)
  await arrived(1)
  assert.deepEqual(sequences(path), [0])
})

test('a folder that is not there acknowledges nothing', async (t) => {
  const { path, delivered } = setUp(t, 'none/audit.jsonl')
  await delivered.write(3)
  await until(() => (delivered.exporters.list()[0]?.failures ?? 0) > 2)
  assert.equal(delivered.exporters.list()[0]?.cursor, 0)
  assert.ok(!existsSync(path))
})
