// `npm run bench`: what Glovebox costs, as ratios to a raw splice and to pgbouncer in one run on one machine, with
// recording and masking on. Prints the table and writes docs/reference/performance.md. `--seconds N` per figure (8).
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { withClient } from '../../src/demo/fernway.ts'
import { glovebox } from '../lib/cli.ts'
import { startGatewayProcess, type GatewayProcess } from '../lib/gateway-process.ts'
import { has } from '../lib/optional.ts'
import { startPgbouncer } from '../lib/pgbouncer.ts'
import { startPostgres, type Postgres } from '../lib/servers.ts'
import { firstMaskedRow } from './first-row.ts'

const run = promisify(execFile)
const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '8' }, rounds: { type: 'string', default: '2' } },
})
const SECONDS = Number(options.seconds)
const ROUNDS = Number(options.rounds)
const CLIENTS = [1, 16, 64] as const
const MODES = ['simple', 'prepared'] as const
/** Transactions per second at 16 clients, as a share of the splice's, that have to be reached now. */
const GOAL = 0.6
const IDLE_GOAL_MB = 150

type Mode = (typeof MODES)[number]
/** A way to the database: its name in the table and a DSN. */
interface Path {
  readonly name: string
  readonly dsn: string
}

const dir = mkdtempSync(join(tmpdir(), 'glovebox-bench-'))
const memory = mkdtempSync(
  join(statSync('/dev/shm', { throwIfNoEntry: false }) ? '/dev/shm' : tmpdir(), 'glovebox-bench-'),
)
const ending: (() => Promise<unknown> | void)[] = [
  () => rmSync(dir, { recursive: true, force: true }),
  () => rmSync(memory, { recursive: true, force: true }),
]

try {
  if (!has('pgbench') || !has('pgbouncer'))
    throw new Error('the bench needs pgbench and pgbouncer (Debian: postgresql-15, pgbouncer)')
  const server = await startPostgres({ settings: { max_connections: 300, shared_buffers: '256MB' } })
  ending.push(() => server.stop())
  await run('pgbench', ['-i', '-q', '-s', '5', server.url])
  const upstream = await readOnly(server)
  const onDisk = await startGateway(join(dir, 'state'), upstream)
  const idleMb = await idle(onDisk.gateway)
  const inMemory = await startGateway(join(memory, 'state'), upstream)
  const bouncer = await startPgbouncer(server, 80)
  ending.push(() => bouncer.stop())
  const paths: readonly Path[] = [
    { name: 'splice', dsn: at(server.url, await splice(server)) },
    { name: 'splice + fdatasync', dsn: at(server.url, await splice(server, join(dir, 'record'))) },
    { name: 'pgbouncer', dsn: bouncer.url },
    { name: 'glovebox', dsn: onDisk.dsn },
    { name: 'glovebox, log in memory', dsn: inMemory.dsn },
  ]
  const results = new Map<string, number>()
  for (const mode of MODES) for (const clients of CLIENTS) await measure(paths, mode, clients, results)
  const firstRowSeconds = await firstMaskedRow()
  const text = page(paths, results, idleMb, firstRowSeconds)
  console.log(text)
  writeFileSync(fileURLToPath(new URL('../../docs/reference/performance.md', import.meta.url)), text)
} finally {
  for (const end of ending.reverse()) await end()
}

/** The account of a target as in production: it reads, and nothing else. */
async function readOnly(server: Postgres): Promise<string> {
  await withClient(server.url, (admin) =>
    admin.query(`create role reader login password 'reader'; grant select on all tables in schema public to reader`),
  )
  return `postgresql://reader:reader@127.0.0.1:${server.port}/${server.database}?sslmode=disable`
}

/** A gateway in a process of its own, a grant, and its DSN. The table that pgbench reads has labelled columns. */
async function startGateway(data: string, upstream: string): Promise<{ gateway: GatewayProcess; dsn: string }> {
  const file = `${data}.yaml`
  writeFileSync(
    file,
    `gateway: { listen: { web: 127.0.0.1:0, postgres: 127.0.0.1:0 }, policies: ${data}.policies }
targets:
  bench:
    protocol: postgres
    url: "${upstream}"
    mask:
      public.pgbench_accounts.filler: pii.text
      public.pgbench_accounts.bid: pii.salary
      public.pgbench_tellers.filler: pii.text
    limits: { connectionsPerPerson: 200 }
users:
  ada: { groups: [engineers] }
  ben: { groups: [platform-leads] }
`,
  )
  const gateway = await startGatewayProcess(['--config', file, '--data', data])
  ending.push(() => gateway.term())
  const token = async (name: string): Promise<string> =>
    (JSON.parse((await glovebox(['user', 'token', name, '--data', data, '--json'])).out) as { token: string }).token
  const as = async (name: string): Promise<Record<string, string>> => ({
    GLOVEBOX_URL: gateway.web,
    GLOVEBOX_TOKEN: await token(name),
  })
  const ada = await as('ada')
  const asked = await glovebox(['request', 'bench', '--for', '2h', '-w', 'bench', '--json'], ada)
  await glovebox(['review', 'approve', (JSON.parse(asked.out) as { id: string }).id, '--json'], await as('ben'))
  const printed = await glovebox(['connect', 'bench', '--print', '--json'], ada)
  if (printed.code !== 0) throw new Error(printed.err)
  return { gateway, dsn: (JSON.parse(printed.out) as { dsn: string }).dsn }
}

/** Resident megabytes of a gateway that does nothing. */
async function idle(gateway: GatewayProcess): Promise<number> {
  await sleep(5_000)
  const kb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))?.[1] ?? 0)
  return Math.round(kb / 1_024)
}

async function splice(server: Postgres, record?: string): Promise<number> {
  const script = fileURLToPath(new URL('./splice.ts', import.meta.url))
  const child: ChildProcess = spawn(
    process.execPath,
    [script, String(server.port), ...(record === undefined ? [] : [record])],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  ending.push(() => void child.stdin?.end())
  return new Promise((done) => child.stdout?.once('data', (chunk: Buffer) => done(Number(chunk.toString()))))
}

function at(url: string, port: number): string {
  return url.replace(/:\d+\//, `:${port}/`)
}

/** The paths take turns, so that what else the machine does hits all of them; the median of the rounds counts. */
async function measure(
  paths: readonly Path[],
  mode: Mode,
  clients: number,
  results: Map<string, number>,
): Promise<void> {
  const seen = new Map<string, number[]>(paths.map(({ name }) => [name, []]))
  for (let round = 0; round < ROUNDS; round++)
    for (const { name, dsn } of paths) {
      // One fdatasync after the other is a comparison for a single client only.
      if (name === 'splice + fdatasync' && clients > 1) continue
      seen.get(name)?.push(await pgbench(dsn, mode, clients))
    }
  for (const [name, all] of seen)
    if (all.length > 0)
      results.set(`${mode} ${clients} ${name}`, all.toSorted((a, b) => a - b)[Math.floor((all.length - 1) / 2)] ?? 0)
  console.error(
    [...results]
      .slice(-paths.length)
      .map(([name, tps]) => `${name}: ${Math.round(tps)}`)
      .join('  '),
  )
}

async function pgbench(dsn: string, mode: Mode, clients: number): Promise<number> {
  const args = [
    '-n',
    '-S',
    '-M',
    mode,
    '-c',
    String(clients),
    '-j',
    String(Math.min(clients, 2)),
    '-T',
    String(SECONDS),
    `${dsn}?sslmode=disable`,
  ]
  const { stdout } = await run('pgbench', args)
  const tps = Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1] ?? NaN)
  if (!(tps > 0) || / failed|aborted/.test(stdout.replace('number of failed transactions: 0 (0.000%)', '')))
    throw new Error(`pgbench: ${stdout}`)
  return tps
}

function page(
  paths: readonly Path[],
  results: ReadonlyMap<string, number>,
  idleMb: number,
  firstRowSeconds: number,
): string {
  const tps = (mode: Mode, clients: number, name: string): number | undefined =>
    results.get(`${mode} ${clients} ${name}`)
  const rows = MODES.flatMap((mode) =>
    CLIENTS.map((clients) => {
      const base = clients === 1 ? 'splice + fdatasync' : 'splice'
      const all = paths
        .map(({ name }) => tps(mode, clients, name))
        .map((value) => (value === undefined ? '–' : String(Math.round(value))))
      const share = (name: string, of: string): string =>
        ((tps(mode, clients, name) ?? 0) / (tps(mode, clients, of) ?? 1)).toFixed(2)
      return `| ${mode} | ${clients} | ${all.join(' | ')} | **${share('glovebox', base)}** (${base}) | ${share('glovebox, log in memory', 'splice')} | ${share('glovebox', 'pgbouncer')} |`
    }),
  )
  const reached = MODES.every((mode) => (tps(mode, 16, 'glovebox') ?? 0) >= GOAL * (tps(mode, 16, 'splice') ?? 1))
  return `# Performance

Written by \`npm run bench\`; do not edit. \`pgbench -S\` on one machine, all paths in one run and in turns, ${ROUNDS} rounds of ${SECONDS} s, the
median counts. Recording and masking are on: the table that is read has labelled columns, each statement is parsed,
rewritten and durable in the journal before it runs. No TLS on any path.

${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}, PostgreSQL 18 (fsync off), pgbouncer in session mode.

## Transactions per second

| protocol | clients | ${paths.map(({ name }) => name).join(' | ')} | ratio (to) | log in memory : splice | glovebox : pgbouncer |
|---|---|${paths.map(() => '---|').join('')}---|---|---|
${rows.join('\n')}

- *splice*: a Node process that joins two sockets and does nothing else.
- *splice + fdatasync*: the same, with 200 bytes written and synced before each statement goes up: what recording alone
  costs one client that waits for each answer. With more clients, statements share a sync, so the plain splice is the measure.
- *log in memory*: the journal on memory-backed storage, which leaves our own work.
- Goal now: at least ${GOAL} of the splice at 16 clients, both protocols: **${reached ? 'reached' : 'not reached'}** in this run. Next: 0.85.

## Other figures

| what | figure | goal |
|---|---|---|
| gateway at rest, resident | ${idleMb} MB | under ${IDLE_GOAL_MB} MB |
| from \`glovebox up --demo\` to the first masked row, request and approval included | ${firstRowSeconds.toFixed(1)} s | 60 s |
`
}
