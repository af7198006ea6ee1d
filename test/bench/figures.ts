// What a table of transactions per second does not show: many sessions at once, one lookup, one connection, one long answer.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client, type QueryResult } from 'pg'
import { limitsOf } from '../../src/config-schema.ts'
import { startupSettings } from '../../src/protocols/postgres/walls/index.ts'

const run = promisify(execFile)

/** The value below which `share` of them lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}

/** Resident megabytes of a process. */
export const residentMb = (pid: number): number =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024)

/** Connects from an address of its own, since a door bounds how many connections one address may hold. */
class From extends net.Socket {
  readonly #address: string
  constructor(address: string) {
    super()
    this.#address = address
  }
  override connect(...args: unknown[]): this {
    const [port, host] = args as [number, string]
    return super.connect({ port, host, localAddress: this.#address })
  }
}

async function connected(dsn: string, from?: string): Promise<Client> {
  const client = new Client({
    connectionString: dsn,
    ...(from === undefined ? {} : { stream: () => new From(from) }),
  })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

export interface Crowd {
  readonly residentMb: number
  readonly p50: number
  readonly p99: number
}

/** 500 sessions that do nothing and 100 that ask one row after the other for `seconds`. Milliseconds. */
export async function crowd(dsn: string, pid: number, seconds: number): Promise<Crowd> {
  const idle: Client[] = []
  const dir = mkdtempSync(join(tmpdir(), 'glovebox-crowd-'))
  try {
    for (let i = 0; i < 50; i++)
      idle.push(...(await Promise.all(Array.from({ length: 10 }, () => connected(dsn, `127.0.0.${2 + (i % 6)}`)))))
    const args = [
      '-n',
      '-S',
      '-M',
      'prepared',
      '-c',
      '100',
      '-j',
      '2',
      '-T',
      String(seconds),
      '-l',
      `${dsn}?sslmode=disable`,
    ]
    let mb = 0
    const look = setInterval(() => (mb = Math.max(mb, residentMb(pid))), 100)
    await run('pgbench', args, { cwd: dir }).finally(() => clearInterval(look))
    const times = readdirSync(dir).flatMap((name) =>
      readFileSync(join(dir, name), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => Number(line.split(' ')[2]) / 1_000),
    )
    return { residentMb: mb, p50: quantile(times, 0.5), p99: quantile(times, 0.99) }
  } finally {
    await Promise.all(idle.map((client) => client.end()))
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Milliseconds of a connection from nothing to ready and away again; the median of 40. */
export async function setUp(dsn: string): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < 50; i++) {
    const started = performance.now()
    const client = await connected(dsn)
    times.push(performance.now() - started)
    await client.end()
  }
  return quantile(times.slice(10), 0.5)
}

/** Milliseconds of a lookup by primary key of a row with labelled columns, prepared; the median of 2,000. */
export async function lookUp(dsn: string): Promise<number> {
  const client = await connected(dsn)
  const times: number[] = []
  for (let i = 0; i < 3_000; i++) {
    const started = performance.now()
    const { rows }: QueryResult = await client.query({
      name: 'one',
      text: 'select aid, bid, abalance, filler from pgbench_accounts where aid = $1',
      values: [1 + ((i * 7_919) % 100_000)],
    })
    times.push(performance.now() - started)
    if (rows.length !== 1) throw new Error('a row was expected')
  }
  await client.end()
  return quantile(times.slice(1_000), 0.5)
}

/** Milliseconds of writing 200 bytes and one fdatasync in a folder; the median of 500. */
export function syncMs(dir: string): number {
  const file = openSync(join(dir, 'sync'), 'w')
  const times: number[] = []
  for (let i = 0; i < 500; i++) {
    const started = performance.now()
    writeSync(file, randomBytes(200))
    fdatasyncSync(file)
    times.push(performance.now() - started)
  }
  closeSync(file)
  return quantile(times, 0.5)
}

const ready = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])

export interface Scan {
  readonly dsn: string
  readonly sql: string
  readonly rounds: number
  /** Settings that the connection starts with. */
  readonly settings?: Record<string, string>
  /** Called while the connection is still there. */
  readonly seen?: () => Promise<void>
}

/** Seconds until the whole answer has arrived at a client that does nothing with it; the best of `rounds`. */
export async function scan({ dsn, sql, rounds, settings = {}, seen }: Scan): Promise<number> {
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value.replaceAll(/[\\ ]/g, '\\$&')}`)
  const client = new Client({ connectionString: dsn, ...(options.length === 0 ? {} : { options: options.join(' ') }) })
  client.on('error', () => undefined)
  await client.connect()
  const { stream } = Reflect.get(client, 'connection')
  stream.removeAllListeners('data')
  const asked = Buffer.from(`Q....${sql}\0`)
  asked.writeUInt32BE(asked.length - 1, 1)
  const times: number[] = []
  for (let i = 0; i < rounds; i++) {
    const started = performance.now()
    let bytes = 0
    await new Promise<void>((done, failed) => {
      const take = (chunk: Buffer) => {
        bytes += chunk.length
        if (!chunk.subarray(-ready.length).equals(ready)) return
        stream.off('data', take)
        if (bytes > 1e6) done()
        else failed(new Error(`a short answer: ${chunk.toString('latin1')}`))
      }
      stream.on('data', take)
      stream.write(asked)
    })
    times.push((performance.now() - started) / 1_000)
  }
  await seen?.()
  stream.destroy()
  return Math.min(...times)
}

/** Settings that a session of the gateway gives its target, so that a rewritten statement runs without it. */
export const targetSettings = (): Record<string, string> => ({
  ...startupSettings(randomBytes(32), { ...limitsOf(), statementTimeoutMs: 600_000 }),
})
