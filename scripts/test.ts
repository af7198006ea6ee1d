// `npm test`: the checks, then every *.test.ts of the repository on real servers. What is absent on this machine is
// skipped and named in the last lines; the very last line counts. `npm test -- walls g03` runs the files that match.
import { globSync } from 'node:fs'
import { relative } from 'node:path'
import { run } from 'node:test'
import { fileURLToPath } from 'node:url'
import { check } from './check.ts'

/** Test files at once. Each may start servers of its own; more would make deadlines of one second meaningless. */
const CONCURRENCY = 2
const FILE_TIMEOUT_MS = 400_000

// Hundreds of processes start in these tests: what one has compiled the others need not.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('../node_modules/.cache/glovebox', import.meta.url))

const root = fileURLToPath(new URL('..', import.meta.url))
const wanted = process.argv.slice(2)
const files = globSync(['src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: root })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .toSorted()

const checked = wanted.length > 0 || (await check())
const count = { passed: 0, failed: checked ? 0 : 1, skipped: 0 }
const failures: string[] = checked ? [] : ['npm run check']
const skips = new Map<string, number>()
const perFile = new Map<string, { passed: number; failed: number; skipped: number; ms: number }>()

const place = (file: string | undefined): string =>
  file === undefined ? '' : relative(root, file).replaceAll('\\', '/')
const fileCount = (file: string | undefined): { passed: number; failed: number; skipped: number; ms: number } => {
  const key = place(file)
  const known = perFile.get(key) ?? { passed: 0, failed: 0, skipped: 0, ms: 0 }
  perFile.set(key, known)
  return known
}

const stream = run({
  files: files.map((file) => `${root}/${file}`),
  concurrency: CONCURRENCY,
  timeout: FILE_TIMEOUT_MS,
  cwd: root,
})
stream.on('test:pass', ({ file, name, nesting, skip, details }) => {
  if (details.type === 'suite') return
  const own = fileCount(file)
  if (nesting === 0) own.ms += details.duration_ms
  if (skip === undefined || skip === false) {
    count.passed++
    own.passed++
    return
  }
  count.skipped++
  own.skipped++
  const why = typeof skip === 'string' && skip !== '' ? skip : name
  skips.set(why, (skips.get(why) ?? 0) + 1)
})
stream.on('test:fail', ({ file, name, nesting, details }) => {
  if (nesting === 0) fileCount(file).ms += details.duration_ms
  // A suite or a parent fails because something in it did: that one is counted.
  const cause = details.error
  if (details.type === 'suite' || ('failureType' in cause && cause.failureType === 'subtestsFailed')) return
  count.failed++
  fileCount(file).failed++
  failures.push(`${place(file)}: ${name}`)
  const error = cause.cause instanceof Error ? cause.cause : cause
  console.log(`not ok  ${place(file)}: ${name}\n${String(error.stack ?? error).replace(/^/gm, '    ')}`)
})
stream.on('test:stderr', ({ message }) => void process.stderr.write(message))
await new Promise((done) => stream.once('end', done).resume())

for (const [file, own] of [...perFile].toSorted(([a], [b]) => a.localeCompare(b)))
  console.log(
    `${own.failed > 0 ? 'not ok' : 'ok    '}  ${(own.ms / 1_000).toFixed(1).padStart(6)} s  ${String(own.passed).padStart(4)}  ${file}`,
  )
for (const failure of failures) console.log(`failed   ${failure}`)
for (const [why, n] of skips) console.log(`skipped  ${n} × ${why}`)
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
process.exit(count.failed > 0 || count.passed === 0 ? 1 : 0)
