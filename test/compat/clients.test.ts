// Clients that people have, through a gateway with its walls: sign-in by SCRAM inside TLS (verified by our CA), text and
// binary results, prepared statements, COPY, cancel, and what they show of a refusal and of the end of a grant. Debian's
// versions; newer ones by hand (docs/reference/testing.md), through the GLOVEBOX_COMPAT_… variables below.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import * as walls from '../../src/protocols/postgres/walls/index.ts'
import { certificates } from '../../src/net/certificates.ts'
import { openDoor, type House } from '../lib/door.ts'
import { need } from '../lib/optional.ts'
import { startPostgres, type Postgres } from '../lib/servers.ts'

const clients = fileURLToPath(new URL('./clients/', import.meta.url))
const python = process.env['GLOVEBOX_COMPAT_PYTHON'] ?? '/usr/bin/python3'
const jar = process.env['GLOVEBOX_COMPAT_JDBC'] ?? '/usr/share/java/postgresql.jar'
/** A folder with a go.mod of pgx v5, or a built program, instead of Debian's v4 and tokio-postgres. */
const goModule = process.env['GLOVEBOX_COMPAT_GO']
const rust = process.env['GLOVEBOX_COMPAT_RUST']
const env = {
  PATH: process.env['PATH'] ?? '',
  HOME: tmpdir(),
  LC_ALL: 'C.UTF-8',
  ...(process.env['GOPROXY'] === undefined ? {} : { GOPROXY: process.env['GOPROXY'] }),
}

const data = `
  CREATE TABLE people (id int PRIMARY KEY, email text, city text);
  INSERT INTO people SELECT i, 'p' || i || '@secret.example', 'town' || i FROM generate_series(1, 5) i;
  CREATE TABLE big AS SELECT i FROM generate_series(1, 30000) i;
  ANALYZE`

type Said = Readonly<Record<string, unknown>>
interface Failed {
  readonly code?: string
  readonly message: string
  readonly hint?: string | null
}

describe('clients', () => {
  let server: Postgres
  let dir: string
  let tls: Awaited<ReturnType<typeof certificates>>
  let masks: readonly unknown[][]
  before(async () => {
    server = await startPostgres()
    dir = mkdtempSync(join(tmpdir(), 'glovebox-compat-'))
    tls = await certificates(dir, ['localhost', '127.0.0.1'], Date.now())
    const client = new pg.Client(server.url)
    await client.connect()
    await client.query(data)
    await client.end()
    masks = await withHouse(async (house) => {
      const reader = new pg.Client(house.dsn)
      await reader.connect()
      const { rows } = await reader.query<unknown[]>({
        text: 'SELECT id, email, city FROM people WHERE id < 3 ORDER BY id',
        rowMode: 'array',
      })
      await reader.end()
      return rows
    })
    assert.match(String(masks[0]?.[1]), /^u[0-9a-f]{16}@masked\.invalid$/)
  })
  after(async () => {
    await server.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  async function withHouse<T>(use: (house: House) => Promise<T>): Promise<T> {
    const house = await openDoor({
      url: server.url,
      walls,
      tls,
      mask: { 'public.people.email': 'pii.email' },
      limits: { cost: 1e12, estimatedRows: 1e12 },
    })
    try {
      return await use(house)
    } finally {
      await house.close()
    }
  }
  const secure = (house: House): string =>
    `${house.dsn.replace('127.0.0.1', 'localhost')}?sslmode=verify-full&sslrootcert=${encodeURIComponent(tls.caFile)}`

  /** What a client saw while its grant lived, and how it was told of its end. */
  const check = (
    seen: Said,
    ended: Failed,
    expects: { tls?: boolean; binary?: boolean; ended?: RegExp } = {},
  ): void => {
    const [one, two] = masks
    const who = String(seen['client'])
    const row = (what: unknown): unknown => (Array.isArray(what) ? [Number(what[0]), ...what.slice(1)] : what)
    assert.equal(seen['tls'], expects.tls ?? true, who)
    assert.deepEqual(row(seen['text']), one, who)
    if (expects.binary !== false) assert.deepEqual(seen['binary'], one, who)
    assert.deepEqual(seen['prepared'], [one, two, one], who)
    assert.equal(seen['copy'], `1\t${String(one?.[1])}\n2\t${String(two?.[1])}\n`, who)
    assert.equal(seen['cancelled'], '57014', who)
    const refused = seen['refused'] as Failed
    assert.equal(refused.code, '25006', who)
    assert.match(refused.message, /UPDATE was not run: this session is read-only/, who)
    assert.match(`${refused.message} ${refused.hint}`, /glovebox request/, who)
    assert.equal(seen['after'], 5, who)
    const over = /g-1 ended at [-0-9T:.Z]+: its time was over/
    assert.match(ended.message, expects.ended ?? over, who)
  }

  /** Runs a client up to `waiting`, lets its grant expire, and gives both of its lines. */
  async function through(house: House, child: ChildProcess): Promise<readonly [Said, Failed]> {
    let errors = ''
    child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()))
    const lines: Record<string, Said> = {}
    if (child.stdout !== null)
      for await (const line of createInterface({ input: child.stdout })) {
        const [word = '', ...rest] = line.split(' ')
        if (word !== 'waiting' && word !== 'ended') continue
        lines[word] = JSON.parse(rest.join(' ')) as Said
        if (word === 'waiting') house.grant({ notAfter: Date.now() + 200 })
      }
    assert.ok(lines['waiting'] !== undefined && lines['ended'] !== undefined, errors)
    return [lines['waiting'], lines['ended'] as unknown as Failed]
  }

  const runs = (command: string, args: readonly string[], more: Record<string, string> = {}): ChildProcess =>
    spawn(command, args, { env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] })

  test('node-pg', () =>
    withHouse(async (house) => {
      const client = new pg.Client({
        connectionString: house.dsn.replace('127.0.0.1', 'localhost'),
        ssl: { ca: readFileSync(tls.caFile, 'utf8') },
      })
      let ended: Failed | undefined
      client.on('error', (error) => (ended ??= error as Failed))
      await client.connect()
      const text = 'select id, email, city from people where id = $1'
      const row = async (config: object, n: number): Promise<unknown> =>
        (await client.query<unknown[]>({ ...config, text, values: [n], rowMode: 'array' })).rows[0]
      const failed = (sql: string): Promise<Failed> =>
        client.query(sql).then(
          () => assert.fail(sql),
          (error: unknown) => error as Failed,
        )
      const seen: Record<string, unknown> = { client: 'node-pg', tls: true }
      seen['text'] = await row({}, 1)
      // As an object: with rows as arrays the driver reads binary integers as text.
      const asked = { text, values: [1], binary: true }
      seen['binary'] = Object.values((await client.query<Record<string, unknown>>(asked)).rows[0] ?? {})
      seen['prepared'] = [await row({ name: 'one' }, 1), await row({ name: 'one' }, 2), await row({ name: 'one' }, 1)]
      let copy = ''
      const { connection } = client as unknown as { connection: NodeJS.EventEmitter }
      connection.on('copyData', ({ chunk }: { chunk: Buffer }) => (copy += chunk.toString()))
      await client.query('copy (select id, email from people where id < 3 order by id) to stdout')
      seen['copy'] = copy
      const slow = failed('select count(*) from big a, big b')
      await sleep(500)
      const { processID, secretKey } = client as unknown as { processID: number; secretKey: number }
      const canceller = new pg.Client({ host: 'localhost', port: house.port }) as unknown as {
        connection: NodeJS.EventEmitter & {
          connect(port: number, host: string): void
          cancel(pid: number, key: number): void
        }
      }
      canceller.connection.connect(house.port, 'localhost')
      canceller.connection.once('connect', () => canceller.connection.cancel(processID, secretKey))
      seen['cancelled'] = (await slow).code
      seen['refused'] = await failed("update people set city = 'x'")
      seen['after'] = (await client.query<{ n: number }>('select count(*)::int as n from people')).rows[0]?.n
      house.grant({ notAfter: Date.now() + 200 })
      for (const end = Date.now() + 3000; ended === undefined && Date.now() < end;) await sleep(20)
      check(seen, ended ?? { message: 'it was not ended' })
    }))

  for (const driver of ['psycopg', 'psycopg2'] as const)
    test(driver, async (t) => {
      if (!need(t, 'psycopg')) return
      await withHouse(async (house) => {
        const [seen, ended] = await through(house, runs(python, [join(clients, 'python.py'), secure(house), driver]))
        t.diagnostic(String(seen['version']))
        // psycopg2 has no binary results; of what came while it was idle it keeps the last line only, from any server.
        check(seen, ended, driver === 'psycopg' ? {} : { binary: false, ended: /time was over|closed unexpectedly/ })
      })
    })

  test('pgx', async (t) => {
    if (goModule === undefined && !need(t, 'pgx')) return
    const gopath = {
      GO111MODULE: 'off',
      GOPATH: '/usr/share/gocode',
      GOFLAGS: '',
      GOTOOLCHAIN: 'local',
      GOCACHE: join(tmpdir(), 'glovebox-go-cache'),
    }
    const program = join(dir, 'pgx')
    const built =
      goModule === undefined
        ? spawnSync('go', ['build', '-o', program, join(clients, 'pgx.go')], { env: { ...env, ...gopath } })
        : spawnSync('go', ['build', '-o', program, '.'], { cwd: goModule, env })
    assert.equal(built.status, 0, built.stderr.toString())
    await withHouse(async (house) => {
      const [seen, ended] = await through(house, runs(program, [secure(house)]))
      check(seen, ended)
    })
  })

  test('pgjdbc', async (t) => {
    if (!need(t, 'pgjdbc')) return
    await withHouse(async (house) => {
      const address = `jdbc:postgresql://localhost:${house.port}/pg?user=ada&password=token&sslmode=verify-full&sslrootcert=${tls.caFile}`
      const [seen, ended] = await through(house, runs('java', ['-cp', jar, join(clients, 'Jdbc.java'), address]))
      t.diagnostic(String(seen['version']))
      check(seen, ended)
    })
  })

  test('tokio-postgres', async (t) => {
    if (rust === undefined && !need(t, 'tokio')) return
    const program = rust ?? builtByCargo()
    await withHouse(async (house) => {
      // Debian has none of the crates that give it TLS.
      const [seen, ended] = await through(house, runs(program, [house.dsn]))
      check(seen, ended, { tls: false })
    })
  })

  function builtByCargo(): string {
    const source = join(dir, 'tokio')
    cpSync(join(clients, 'tokio'), source, { recursive: true })
    const config = join(source, 'debian.toml')
    writeFileSync(
      config,
      '[source.crates-io]\nreplace-with = "debian"\n[source.debian]\ndirectory = "/usr/share/cargo/registry"\n',
    )
    // Debian's own rustc: another one in PATH may not build Debian's crates.
    const built = spawnSync('/usr/bin/cargo', ['build', '--offline', '--quiet', '--config', config], {
      cwd: source,
      env: { ...env, PATH: `/usr/bin:${env.PATH}`, HOME: source, CARGO_HOME: join(source, 'home') },
    })
    assert.equal(built.status, 0, built.stderr.toString())
    return join(source, 'target', 'debug', 'glovebox-compat')
  }

  test('psql', async (t) => {
    if (!need(t, 'psql')) return
    await withHouse(async (house) => psql(t, house, secure(house)))
  })

  async function psql(t: TestContext, house: House, dsn: string): Promise<void> {
    const args = ['-X', '-A', '-t', '-F', '\t', '-v', 'VERBOSITY=verbose', dsn]
    const one = 'select id, email, city from people where id ='
    const failed = (err: string): Failed => {
      const found = /(?:ERROR|FATAL): {2}(\w{5}): ([^\n]*)/.exec(err)
      return {
        ...(found?.[1] === undefined ? {} : { code: found[1] }),
        message: found?.[2] ?? err,
        hint: /HINT: {2}([^]*)/.exec(err)?.[1] ?? null,
      }
    }
    /** Runs it to its end; `at` = text of stdout at which something happens. */
    const typed = async (input: string, then: (child: ChildProcess, out: string) => void = () => undefined) => {
      const child = spawn('psql', args, { env })
      const said = { out: '', err: '' }
      child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()))
      child.stdout.on('data', (chunk: Buffer) => {
        said.out += chunk.toString()
        then(child, said.out)
      })
      child.stdin.write(input)
      await new Promise((done) => child.once('close', done))
      return said
    }
    t.diagnostic(spawnSync('psql', ['--version'], { env }).stdout.toString().trim())
    // Not at a terminal, psql ends when it is interrupted; the statement is cancelled first.
    const slow = await typed('\\echo begins\nselect count(*) from big a, big b;\n', (child, out) => {
      if (out.includes('begins')) setTimeout(() => child.kill('SIGINT'), 500)
    })
    const all = await typed(
      ['\\conninfo', `${one} 1;`, `prepare one (int) as ${one} $1;`, ...[1, 2, 1].map((n) => `execute one (${n});`)]
        .concat('copy (select id, email from people where id < 3 order by id) to stdout;')
        .concat(`update people set city = 'x';`, 'select count(*) from people;', '\\echo ends', '')
        .join('\n'),
      (child, out) => {
        if (!out.includes('ends') || child.stdin?.writable !== true) return
        house.grant({ notAfter: Date.now() + 200 })
        setTimeout(() => child.stdin?.end('select 1;\n'), 600)
      },
    )
    const lines = all.out.split('\n').filter((line) => /^\d/.test(line))
    const row = (n: number): unknown => {
      const [id, ...rest] = lines[n]?.split('\t') ?? []
      return [Number(id), ...rest]
    }
    const [refused, ended] = [all.err.slice(0, all.err.indexOf('FATAL')), all.err.slice(all.err.indexOf('FATAL'))]
    const seen = {
      client: 'psql',
      tls: /SSL connection/.test(all.out),
      text: row(0),
      prepared: [row(1), row(2), row(3)],
      copy: `${lines.slice(4, 6).join('\n')}\n`,
      cancelled: failed(slow.err).code,
      refused: failed(refused),
      after: Number(lines[6]),
    }
    check(seen, failed(ended), { binary: false })
  }
})
