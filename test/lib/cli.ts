// Runs the command line as people do: a process of its own with its own environment, so that streams, exit codes and the
// handling of terminals are the real ones.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../src/bin.ts', import.meta.url))
const prepare = new URL('../../bin/prepare.mjs', import.meta.url).href

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs `glovebox …`; never throws for an exit code. Our own GLOVEBOX_* variables do not leak in. */
export function glovebox(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  options: { cwd?: string; input?: string; timeoutMs?: number } = {},
): Promise<Ran> {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.startsWith('GLOVEBOX_') && !/^(NO_COLOR|CLICOLOR|FORCE_COLOR)/.test(name),
    ),
  )
  const child = spawn(process.execPath, ['--import', prepare, bin, ...args], {
    cwd: options.cwd,
    env: { ...clean, NODE_OPTIONS: '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: options.timeoutMs ?? 60_000,
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => (out += String(chunk)))
  child.stderr.on('data', (chunk) => (err += String(chunk)))
  child.stdin.on('error', () => undefined).end(options.input ?? '')
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })))
}

/** The words of a command line as a shell would cut them: spaces, and double or single quotes. */
export const words = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((found) => found[1] ?? found[2] ?? found[3] ?? '')
