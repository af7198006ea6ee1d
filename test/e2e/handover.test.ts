// An older Node starts us by the platform package's: exit codes and signals come through, and a wrapper that is killed
// with -9 leaves nothing behind. Where the machine's own Node is new enough there is no wrapper to test.
import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const wrapper = fileURLToPath(new URL('../../bin/node24.mjs', import.meta.url))

/** A Node of this machine that can't run the sources itself. */
function olderNode(): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '' && !folder.includes('node_modules'))
    .map((folder) => join(folder, 'node'))
    .find((node) => {
      const { stdout } = spawnSync(node, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' })
      const major = Number(stdout)
      return major >= 20 && major < 24
    })
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false // no such process
  }
}

const node = olderNode()

test('an older Node hands over', { skip: node === undefined && 'no Node older than 24 here' }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'glovebox-handover-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const program = join(dir, 'program.ts')
  writeFileSync(
    program,
    `const [what]: string[] = process.argv.slice(2)
    if (what === 'exit') process.exit(7)
    process.on('SIGTERM', () => process.exit(3))
    console.log(process.pid, process.versions.node)
    setInterval(() => {}, 1000)`,
  )
  const start = (what: string): ChildProcess =>
    spawn(node as string, [wrapper, program, what], { stdio: ['ignore', 'pipe', 'inherit'] })
  const started = async (child: ChildProcess): Promise<{ pid: number; version: string }> => {
    const [line] = (await once(child.stdout as NodeJS.EventEmitter, 'data')) as [Buffer]
    const [pid, version = ''] = line.toString().trim().split(' ')
    return { pid: Number(pid), version }
  }

  await t.test('with the exit code', async () => {
    assert.deepEqual(await once(start('exit'), 'exit'), [7, null])
  })
  await t.test('with SIGTERM', async () => {
    const child = start('stay')
    const { version } = await started(child)
    assert.ok(Number(version.split('.')[0]) >= 24)
    child.kill('SIGTERM')
    assert.deepEqual(await once(child, 'exit'), [3, null])
  })
  await t.test('and nothing is left of it after kill -9', async () => {
    const child = start('stay')
    const { pid } = await started(child)
    assert.equal(isAlive(pid), true)
    child.kill('SIGKILL')
    for (let waits = 0; isAlive(pid) && waits < 80; waits++) await sleep(100)
    assert.equal(isAlive(pid), false)
  })
})
