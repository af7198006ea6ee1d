// G7: the record proves itself to people who trust neither us nor our code. A verifier in another language, built on other
// people's libraries, agrees with ours on what is right and on what is not.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Journal } from '../../src/journal/journal.ts'
import { folderReader } from '../../src/journal/folder.ts'
import { cosignerOf } from '../../src/tlog/cosignature.ts'
import { leafHash } from '../../src/tlog/merkle.ts'
import { decodeBundle, encodeBundle } from '../../src/tlog/tile.ts'
import { verify } from '../../src/tlog/verify.ts'
import { temporaryFolder } from '../lib/folders.ts'
import { need } from '../lib/optional.ts'
import { Story } from '../lib/story.ts'

const source = fileURLToPath(new URL('../compat/tlogcheck', import.meta.url))

/** A data folder whose log has at least `size` entries, exactly `size` when that is 0. */
async function log(t: TestContext, size: number): Promise<string> {
  const dir = join(temporaryFolder(t), 'data')
  const journal = await Journal.open({ dir, now: Date.now })
  const story = new Story(journal, () => journal.now())
  if (size > 0) story.whole(Math.max(0, Math.ceil((size - 9) / 2)))
  await story.durable
  await journal.close()
  return dir
}

function build(t: TestContext): (dir: string, ...witnesses: string[]) => { ok: boolean; said: string } {
  const program = join(temporaryFolder(t), 'tlogcheck')
  const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '', GOTOOLCHAIN: 'local' }
  execFileSync('go', ['build', '-o', program, '.'], { env, cwd: source, stdio: ['ignore', 'ignore', 'inherit'] })
  return (dir, ...witnesses) => {
    const files = [join(dir, 'journal'), join(dir, 'keys/journal.vkey'), ...witnesses]
    const run = spawnSync(program, files, { encoding: 'utf8' })
    return { ok: run.status === 0, said: run.stdout + run.stderr }
  }
}

const ours = async (dir: string): Promise<boolean> =>
  (await verify(folderReader(join(dir, 'journal')), { key: readFileSync(join(dir, 'keys/journal.vkey'), 'utf8') })).ok

test("Go's own note and tlog packages accept our logs of any size, and refuse what we refuse", async (t) => {
  if (!need(t, 'go')) return
  const check = build(t)
  for (const size of [0, 9, 255, 257, 511, 513, 1_025]) {
    const { ok, said } = check(await log(t, size))
    assert.ok(ok, `${size}: ${said}`)
    assert.match(said, /^OK glovebox\.[0-9a-f]{8}\/journal \d+ entries \d+ tiles /)
  }
  const dir = await log(t, 301)
  const path = (name: string): string => join(dir, 'journal', name)
  const checkpoint = readFileSync(path('checkpoint'), 'utf8')
  const size = Number(checkpoint.split('\n')[1])
  const edge = size - 256
  const flip = (name: string, at: number): void => {
    const bytes = readFileSync(path(name))
    bytes[at]! ^= 1
    writeFileSync(path(name), bytes)
  }
  const faults: Record<string, () => void> = {
    'an entry': () => flip('tile/entries/000', 40),
    'the last entry': () => flip(`tile/entries/001.p/${edge}`, 40),
    'a leaf hash': () => flip('tile/0/000', 100),
    'a hash above': () => flip('tile/1/000.p/1', 3),
    'the signature': () => flip('checkpoint', checkpoint.length - 20),
    'the size': () => writeFileSync(path('checkpoint'), checkpoint.replace(`\n${size}\n`, `\n${size - 1}\n`)),
    'the root': () => flip('checkpoint', checkpoint.indexOf('\n', 30) + 8),
    'a missing bundle': () => rmSync(path('tile/entries/000')),
    // CVE-2026-56865: an entry and its hash in the tile, forged together.
    'an entry with its hash': () => {
      const entries = decodeBundle(readFileSync(path('tile/entries/000')), 256)
      entries[3] = Buffer.from(String(entries[3]).replace('benbenbenben', 'benbenbenbex'))
      writeFileSync(path('tile/entries/000'), encodeBundle(entries))
      const tile = readFileSync(path('tile/0/000'))
      tile.set(leafHash(entries[3]), 3 * 32)
      writeFileSync(path('tile/0/000'), tile)
    },
  }
  const kept = join(temporaryFolder(t), 'kept')
  cpSync(dir, kept, { recursive: true })
  for (const [name, plant] of Object.entries(faults)) {
    plant()
    assert.deepEqual([name, check(dir).ok, await ours(dir)], [name, false, false])
    rmSync(dir, { recursive: true })
    cpSync(kept, dir, { recursive: true })
  }
  assert.ok(check(dir).ok && (await ours(dir)))
})

test("Go's own note package accepts our cosignatures, and no forged ones", async (t) => {
  if (!need(t, 'go')) return
  const check = build(t)
  const dir = await log(t, 20)
  const path = join(dir, 'journal/checkpoint')
  const note = readFileSync(path, 'utf8')
  const text = note.slice(0, note.indexOf('\n\n') + 1)
  const witnesses = [7, 8].map((seed) => cosignerOf(`w.example/${seed}`, Buffer.alloc(32, seed)))
  const files = witnesses.map(({ vkey }, i) => {
    const file = join(temporaryFolder(t), `${i}.vkey`)
    writeFileSync(file, `${vkey}\n`)
    return file
  })
  const [first, second] = witnesses.map((one) => one.line(text, 1_800_000_000)) as [string, string]
  const cases: [string, boolean][] = [
    [note + first + second, true],
    [second + first, false],
    [note + first, false],
    [note, false],
    [note + first + (witnesses[1]?.line(`${text}x\n`, 1) ?? ''), false],
    [note + first + second.replace('AAAABrSdIA', 'AAAABrSdIB'), false],
  ]
  assert.ok(second.includes('AAAABrSdIA'), second)
  for (const [content, wanted] of cases) {
    writeFileSync(path, content)
    const { ok, said } = check(dir, ...files)
    assert.equal(ok, wanted, said)
  }
})

test('a stranger needs Node and one import: verify runs without anything of the gateway', async (t) => {
  const dir = await log(t, 20)
  // The modules that verify loads, all of them: none from npm, none that reads a disk or a network.
  const verifyUrl = new URL('../../src/tlog/verify.ts', import.meta.url).href
  const script = `
    import { registerHooks } from 'node:module'
    import { readFile } from 'node:fs/promises'
    registerHooks({ resolve(specifier, context, next) { const found = next(specifier, context); console.error(found.url); return found } })
    const { verify, reportLines } = await import(${JSON.stringify(verifyUrl)})
    const read = (path) => readFile(${JSON.stringify(join(dir, 'journal'))} + '/' + path).catch(() => undefined)
    const report = await verify({ read }, { key: ${JSON.stringify(readFileSync(join(dir, 'keys/journal.vkey'), 'utf8'))} })
    console.log(report.ok, reportLines(report).length)
  `
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  assert.match(run.stdout, /^true \d+/, run.stderr)
  const loaded = run.stderr.split('\n').filter((line) => line !== '')
  const foreign = loaded.filter((url) => !/\/src\/(tlog|core|lib)\/[a-z0-9-]+\.ts$/.test(url) && url !== 'node:crypto')
  assert.deepEqual(foreign, [])
})
