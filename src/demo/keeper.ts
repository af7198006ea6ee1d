// The process between us and a PostgreSQL server that we started: it holds the server as its child and ends it, with the
// server's whole folder, when our end of its stdin closes. A kill -9 of us closes that pipe too, so nothing stays behind.
// Started by embedded-postgres.ts as `keeper.ts '{"dir":…,"command":…,"args":[…],"uid":…,"gid":…,"env":{…}}'`.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** What the keeper is told to hold. `dir` is deleted at the end, and so is what `deleteToo` names. */
export interface Kept {
  readonly dir: string
  readonly deleteToo: readonly string[]
  readonly command: string
  readonly args: readonly string[]
  readonly uid?: number
  readonly gid?: number
  readonly env: Readonly<Record<string, string>>
}

const READY = 'database system is ready to accept connections'
const IMMEDIATE_AFTER_MS = 5_000
const POLL_MS = 15

// The terminal's signals are for our parent: it stops in order and closes the pipe.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
// The reader of our stdout may be gone first: that is the very case we are here for.
process.stdout.on('error', () => undefined)

const kept = JSON.parse(process.argv[2] ?? '{}') as Kept
const logFile = join(kept.dir, 'log')
let server: ChildProcess | undefined
const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** Starts the server and says `ready` once it takes connections, or `failed` when it ends before. */
function up(): void {
  const from = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0
  const log = openSync(logFile, 'a')
  const { uid, gid } = kept
  const child = spawn(kept.command, kept.args, {
    stdio: ['ignore', log, log],
    cwd: kept.dir,
    env: kept.env,
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  })
  closeSync(log)
  server = child
  const poll = setInterval(() => {
    if (!readFileSync(logFile).subarray(from).includes(READY)) return
    clearInterval(poll)
    say('ready')
  }, POLL_MS)
  const gone = (): void => {
    clearInterval(poll)
    if (server === child) server = undefined
    say('gone')
  }
  child.once('error', gone)
  child.once('exit', gone)
}

/** Fast shutdown, an immediate one when that takes over five seconds. Resolves when the server is gone. */
async function down(signal: NodeJS.Signals): Promise<void> {
  const child = server
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((done) => child.once('exit', done))
  child.kill(signal)
  const late = setTimeout(() => child.kill('SIGQUIT'), IMMEDIATE_AFTER_MS)
  await gone
  clearTimeout(late)
}

const commands = createInterface({ input: process.stdin })
commands.on('line', (line) => {
  if (line === 'up') up()
  else if (line === 'down') void down('SIGINT')
  else if (line === 'crash') void down('SIGQUIT')
})
commands.on('close', () => {
  void down('SIGINT').then(() => {
    for (const dir of [kept.dir, ...kept.deleteToo]) rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
    process.exit(0)
  })
})
