// A gateway as people run it: `glovebox up` in a process of its own, so that a test can kill it with -9 and look at what
// is left on disk. For everything else start one in this process (src/gateway.ts).
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../src/bin.ts', import.meta.url))
const prepare = new URL('../../bin/prepare.mjs', import.meta.url).href

export interface GatewayProcess {
  readonly pid: number
  /** Origin of the web door. */
  readonly web: string
  /** The one line on stdout. */
  readonly ready: string
  /** All of stdout and stderr so far. */
  readonly said: () => { out: string; err: string }
  /** SIGKILL; resolves when the process is gone. */
  kill9(): Promise<void>
  /** SIGTERM; resolves with the exit code. */
  term(): Promise<number | null>
}

/** Starts `glovebox up` with free ports and waits for its line `ready`. Throws with what it said when it ends before. */
export async function startGatewayProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<GatewayProcess> {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GLOVEBOX_')))
  const free = { GLOVEBOX_LISTEN_WEB: '127.0.0.1:0', GLOVEBOX_LISTEN_POSTGRES: '127.0.0.1:0' }
  const child = spawn(process.execPath, ['--import', prepare, bin, 'up', ...args], {
    env: { ...clean, NODE_OPTIONS: '', ...free, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)))
  const ready = await new Promise<string>((done, failed) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      out += `${line}\n`
      if (line.startsWith('ready ')) done(line)
    })
    void exited.then((code) => failed(new Error(`glovebox up ended with ${code}:\n${out}${err}`)))
  })
  return {
    pid: child.pid ?? 0,
    web: / web=(\S+)/.exec(ready)?.[1] ?? '',
    ready,
    said: () => ({ out, err }),
    kill9: async () => {
      child.kill('SIGKILL')
      await exited
    },
    term: () => {
      child.kill('SIGTERM')
      return exited
    },
  }
}
