// kill -9 at every step of signing, remembering and showing: what was shown is never more than what the memory outside holds, that
// is never more than what was signed, and the next start goes on without a contradiction (G8).
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import type { Fault } from '../../../test/lib/faults.ts'
import { temporaryFolder } from '../../../test/lib/folders.ts'
import { assertKept, recovered, runJournal, verifyFolder } from '../../../test/lib/journal-runs.ts'
import { realDisk } from '../disk.ts'
import { Journal } from '../journal.ts'
import { FileMemory } from './file-memory.ts'

const steps = [
  ...['write', 'sync', 'rename'].flatMap((operation) =>
    ['last-signed', 'outside', 'checkpoint'].map((file) => `${operation} ${file}`),
  ),
  'sync bundle',
]
const faults: Fault[] = steps.flatMap((step) =>
  (['kill-before', 'kill-after'] as const).map((how) => ({ step, nth: 2, how })),
)

const sizeIn = (path: string): number => (existsSync(path) ? Number(readFileSync(path, 'utf8').split('\n')[1] ?? 0) : 0)

test('kill -9 around each signature', async (t) => {
  let killed = 0
  for (const fault of faults) {
    const label = JSON.stringify(fault)
    const folder = temporaryFolder(t)
    const [dir, outside] = [join(folder, 'data'), join(folder, 'outside')]
    writeFileSync(outside, '')
    const run = await runJournal(dir, { statements: 120, fault, outside })
    if (run.signal === 'SIGKILL') killed++
    const [shown, held, signed] = [join(dir, 'journal/checkpoint'), outside, join(dir, 'wal/last-signed')].map(sizeIn)
    assert.ok(shown! <= held! && held! <= signed!, `${label}: shown ${shown}, held ${held}, signed ${signed}`)
    const said: string[] = []
    const log = (line: string): void => void said.push(line)
    const memory = { memories: [new FileMemory(outside, realDisk)], unreachable: 'refuse' as const, log }
    const journal = await Journal.open({ dir, now: Date.now, memory })
    await journal.publish()
    const { size } = journal
    assert.deepEqual([journal.guard?.refused, said], [undefined, []], label)
    await journal.close()
    for (const path of [join(dir, 'journal/checkpoint'), outside]) assert.equal(sizeIn(path), size, label)
    assertKept(run, await recovered(dir), label)
    assert.equal((await verifyFolder(dir)).ok, true, label)
  }
  t.diagnostic(`${killed} of ${faults.length} were killed`)
  assert.ok(killed >= faults.length - 2, `${killed} killed`)
})
