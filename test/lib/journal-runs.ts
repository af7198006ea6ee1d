// Runs the journal in a process of its own, kills it or lets it die, and says what is left.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Recorded } from '../../src/core/entry.ts'
import { emptyWorld, evolve } from '../../src/core/world.ts'
import { folderReader } from '../../src/journal/folder.ts'
import { Journal } from '../../src/journal/journal.ts'
import { openKeys } from '../../src/journal/keyring.ts'
import { verify, type Report } from '../../src/tlog/verify.ts'
import type { Fault } from './faults.ts'
import { Story } from './story.ts'

export interface Run {
  readonly code: number | null
  readonly signal: string | null
  readonly steps: readonly string[]
  /** Indexes that the process was told are durable. */
  readonly durable: readonly number[]
  readonly stderr: string
  readonly isClosed: boolean
}

const child = fileURLToPath(new URL('journal-child.ts', import.meta.url))

/** `kill` after so many promises; `early` plants the fault of not waiting. */
export async function runJournal(
  dir: string,
  options: { statements: number; fault?: Fault; killAfter?: number; early?: boolean; outside?: string },
): Promise<Run> {
  const args = [
    child,
    dir,
    String(options.statements),
    JSON.stringify(options.fault ?? null),
    options.early ? 'early' : '',
    options.outside ?? '',
  ]
  const running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  running.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()))
  running.stdout.on('data', (bytes: Buffer) => {
    stdout += bytes.toString()
    if (options.killAfter !== undefined && stdout.split('durable ').length > options.killAfter) running.kill('SIGKILL')
  })
  const [code, signal] = await new Promise<[number | null, string | null]>((done, failed) => {
    running.on('error', failed)
    running.on('close', (exit, by) => done([exit, by]))
  })
  const lines = stdout.split('\n')
  const told = (word: string): string[] =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1))
  return {
    code,
    signal,
    stderr,
    steps: told('step'),
    durable: told('durable').map(Number),
    isClosed: lines.includes('closed'),
  }
}

/** Opens what a run has left, closes on record what a crash left open, as the gateway does, and gives the entries found. */
export async function recovered(dir: string): Promise<Recorded[]> {
  const found: Recorded[] = []
  const world = emptyWorld()
  const replay = (recorded: Recorded): void => {
    found.push(recorded)
    evolve(world, recorded)
  }
  const journal = await Journal.open({ dir, now: Date.now, segmentBytes: 32 * 1024, replay })
  const story = new Story(journal, () => journal.now(), world)
  for (const session of [...world.sessions.values()]) {
    for (const n of [...session.open]) {
      story.tell({
        type: 'action.settled',
        by: 'gateway',
        clear: { session: session.id, n, outcome: 'unknown', rows: 0, bytes: 0, durationMs: 0 },
        payload: {},
      })
    }
    story.tell({
      type: 'session.closed',
      by: 'gateway',
      clear: { session: session.id, count: session.count, cause: 'crash' },
      payload: {},
    })
  }
  for (const gateway of [...world.gateways]) story.stop(gateway)
  await story.durable
  await journal.close()
  return found
}

/** `audit verify` on a data folder, with its keys. */
export async function verifyFolder(dir: string): Promise<Report> {
  const keys = openKeys(dir)
  try {
    return await verify(folderReader(dir), keys ? { payloadKey: (id) => keys.payloadKey(id) } : {})
  } finally {
    keys?.close()
  }
}

/** Fails unless every promise of the run was kept: each durable entry is there, with its payload, in its place. */
export function assertKept(run: Run, found: readonly Recorded[], label: string): void {
  for (const index of run.durable) {
    const recorded = found[index]
    assert.ok(recorded, `${label}: entry ${index} was promised and is gone (${found.length} found)`)
    assert.equal(recorded.entry.type, 'action.admitted', label)
    assert.ok(recorded.payload, `${label}: payload of ${index}`)
  }
}
