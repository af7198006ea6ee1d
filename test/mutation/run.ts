// Runs the tests of the walls against one mutant after the other, each until one test notices. All of them by hand:
// node bin/node24.mjs test/mutation/run.ts [WORD…]; what nobody notices is listed at the end, and the exit code is 1.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { applied, type Mutant, mutants } from './mutants.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Quickest first. A name = only the tests that match. */
const suites: readonly (readonly [file: string, pattern?: string])[] = [
  ['src/protocols/postgres/walls/walls.test.ts'],
  ['src/protocols/postgres/walls/text/emit.test.ts'],
  ['src/protocols/postgres/walls/hostile.test.ts'],
  ['src/protocols/postgres/walls/forms/forms-sql.test.ts'],
  ['src/protocols/postgres/walls/catalogs.test.ts'],
  ['test/guarantees/g02-masked-in-the-target.test.ts', 'PostgreSQL 18'],
  ['test/guarantees/g05-read-only.test.ts', 'PostgreSQL 18'],
  ['test/guarantees/g02-on-the-wire.test.ts'],
]
const suiteMs = 120_000

/** Does the quickest suite pass with nothing switched off? Else whatever is said about mutants means nothing. */
export const passesWhole = (): Promise<boolean> => passes({ rule: '', file: '', name: '' }, ...(suites[0] ?? ['']))

/** The first suite that fails with this rule gone; undefined = nobody notices. Throws where the mutant does not apply. */
export async function noticedBy(mutant: Mutant): Promise<string | undefined> {
  applied(mutant, readFileSync(`${root}src/protocols/postgres/walls/${mutant.file}`, 'utf8'))
  for (const [file, pattern] of suites) if (!(await passes(mutant, file, pattern))) return file
  return undefined
}

async function passes(mutant: Mutant, file: string, pattern?: string): Promise<boolean> {
  const args = ['--import', `${root}test/mutation/hook.ts`]
  if (pattern !== undefined) args.push('--test-name-pattern', pattern)
  const child = spawn(process.execPath, [...args, `${root}${file}`], {
    env: { ...process.env, MUTANT: JSON.stringify(mutant), NODE_DISABLE_COMPILE_CACHE: '1', NODE_TEST_CONTEXT: '' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  // One failure is enough.
  let failed = false
  child.stdout.on('data', (chunk: Buffer) => {
    if (!/(^|\n)\s*(✖|not ok) /.test(chunk.toString())) return
    failed = true
    child.kill()
  })
  let slow = false
  const late = setTimeout(() => {
    slow = true
    child.kill('SIGKILL')
  }, suiteMs)
  const code = await new Promise<number | null>((done) => child.once('close', done))
  clearTimeout(late)
  // What takes too long has noticed nothing.
  return !failed && (code === 0 || slow)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = process.argv.slice(2)
  const unnoticed: string[] = []
  if (!(await passesWhole())) throw new Error('the tests of the walls fail with every rule in place')
  for (const mutant of mutants) {
    if (wanted.length > 0 && !wanted.some((word) => `${mutant.rule} ${mutant.name}`.includes(word))) continue
    const from = performance.now()
    const file = await noticedBy(mutant)
    if (file === undefined) unnoticed.push(mutant.rule)
    console.log(
      `${file === undefined ? 'NOBODY ' : 'noticed'} ${((performance.now() - from) / 1000).toFixed(1).padStart(6)} s  ${mutant.rule} (${mutant.name})${file === undefined ? '' : `  by ${file}`}`,
    )
  }
  for (const rule of unnoticed) console.log(`nobody notices the loss of  ${rule}`)
  process.exitCode = unnoticed.length > 0 ? 1 : 0
}
