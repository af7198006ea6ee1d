// The demo and the tour as people start them: through bin/, in a process, with free ports; what they print, that they
// refuse what a demo must not do, and that nothing is left behind, also when they are stopped halfway.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../bin/glovebox.mjs', import.meta.url))
const free = { GLOVEBOX_LISTEN_WEB: '127.0.0.1:0', GLOVEBOX_LISTEN_POSTGRES: '127.0.0.1:0' }

/** Starts `glovebox …` with a temporary folder of its own, in which nothing may be left. */
function start(t: TestContext, args: readonly string[], env: Record<string, string> = {}) {
  const own = mkdtempSync(join(tmpdir(), 'glovebox-start-'))
  chmodSync(own, 0o755)
  t.after(() => rmSync(own, { recursive: true, force: true }))
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: own,
    env: { PATH: process.env['PATH'] ?? '', TMPDIR: own, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()))
  const exited = new Promise<number | null>((done) => child.once('close', done))
  const until = async (pattern: RegExp): Promise<void> => {
    for (let i = 0; i < 600 && !pattern.test(said.out + said.err) && child.exitCode === null; i++) await sleep(50)
    assert.match(said.out + said.err, pattern)
  }
  const left = async (): Promise<string[]> => {
    for (let i = 0; i < 200 && readdirSync(own).length > 0; i++) await sleep(50)
    return readdirSync(own)
  }
  return { child, said, exited, until, left }
}

test('the tour: every step holds, exit 0, nothing is left', async (t) => {
  const { said, exited, left } = start(t, ['tour'])
  assert.equal(await exited, 0, said.out + said.err)
  assert.equal(said.out.match(/^ok /gm)?.length, Number(/^all (\d+) steps held/m.exec(said.out)?.[1]))
  assert.doesNotMatch(said.out, /^not ok/m)
  assert.doesNotMatch(said.out + said.err, /gbx_/, 'no token is printed (G9)')
  assert.deepEqual(await left(), [])
})

test('a tour that is stopped halfway says so with exit 1 and leaves nothing', async (t) => {
  const { child, said, exited, until, left } = start(t, ['tour'])
  await until(/^ok +2/m)
  child.kill('SIGTERM')
  assert.equal(await exited, 1, said.out + said.err)
  assert.match(said.out, /^not ok .*SIGTERM/m)
  assert.deepEqual(await left(), [])
})

test('up --demo: prints the ready line on stdout and what to type on stderr; SIGTERM ends it and deletes all', async (t) => {
  const { child, said, exited, until, left } = start(t, ['up', '--demo'], free)
  await until(/^ready web=http:\/\/localhost:\d+ postgres=127\.0\.0\.1:\d+$/m)
  assert.match(said.err, /glovebox connect pg-orders/)
  assert.match(said.err, /glovebox review approve/)
  assert.match(said.err, /GLOVEBOX_TOKEN=gbx_/)
  assert.doesNotMatch(said.err, /glovebox_ro/, 'the upstream credential is shown nowhere (G9)')
  child.kill('SIGTERM')
  assert.equal(await exited, 0, said.err)
  assert.equal(said.out.trimEnd().split('\n').length, 1, 'stdout carries one line')
  assert.deepEqual(await left(), [])
})

test('up --demo, killed with -9: the database and both folders go too', async (t) => {
  const { child, exited, until, left } = start(t, ['up', '--demo'], free)
  await until(/^ready /m)
  child.kill('SIGKILL')
  await exited
  assert.deepEqual(await left(), [])
})

test('up --demo takes no other target and no address beyond loopback', async (t) => {
  const other = start(t, ['up', '--demo', '--config', 'glovebox.yaml'], free)
  assert.equal(await other.exited, 2, other.said.err)
  assert.equal(other.said.out, '')
  const wide = start(t, ['up', '--demo'], { ...free, GLOVEBOX_LISTEN_WEB: '0.0.0.0:0' })
  assert.equal([2, 13].includes((await wide.exited) ?? 0), true, wide.said.err)
  assert.equal(wide.said.out, '')
  assert.deepEqual(await wide.left(), [])
})
