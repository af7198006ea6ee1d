// `npm run check`: everything that can be said about the sources without running them, side by side, in seconds: format,
// lint and its walls, types, the house check, and whether the generated files are what their sources say.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

const checks: readonly { readonly name: string; readonly args: readonly string[] }[] = [
  { name: 'format', args: ['node_modules/oxfmt/bin/oxfmt', '--check', 'src', 'test', 'scripts', 'bin'] },
  {
    name: 'lint',
    args: ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings', 'src', 'test', 'scripts'],
  },
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'] },
  { name: 'house', args: ['scripts/house-check.ts'] },
  { name: 'generated', args: ['scripts/gen.ts', '--check'] },
]

interface Result {
  readonly name: string
  readonly ok: boolean
  readonly seconds: number
  readonly output: string
}

/** Runs one check to its end. A check that cannot be started has failed. */
async function run({ name, args }: (typeof checks)[number]): Promise<Result> {
  const started = performance.now()
  let output = ''
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ok = await new Promise<boolean>((done) => {
    child.once('error', () => done(false))
    child.once('close', (code) => done(code === 0))
  })
  return { name, ok, seconds: (performance.now() - started) / 1_000, output }
}

/** All checks; prints one line each and what a failed one said. True = all passed. */
export async function check(): Promise<boolean> {
  const results = await Promise.all(
    checks.filter(({ args }) => existsSync(`${root}/${args[0]}`) || args[0] !== 'scripts/gen.ts').map(run),
  )
  for (const { name, ok, seconds, output } of results) {
    console.log(`${ok ? 'ok    ' : 'not ok'}  ${name.padEnd(10)} ${seconds.toFixed(1)} s`)
    if (!ok) console.log(output.trimEnd())
  }
  return results.every(({ ok }) => ok)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = (await check()) ? 0 : 1
