// What `glovebox doctor` finds out about the gateway itself: each check is a fact that was looked at just now.
import { X509Certificate } from 'node:crypto'
import { closeSync, fdatasyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Target } from './core/nouns.ts'
import type { Gate } from './gate/types.ts'
import type { House } from './house.ts'
import type { Check } from './operations/operation.ts'
import type { Protocol } from './protocols/protocol.ts'

/** Below this the journal is about to stop everything. */
const enoughBytes = 1_000_000_000
const enoughDays = 14
const slowSyncMs = 50
const dayMs = 86_400_000

export interface Checked {
  readonly house: House
  readonly gate: Gate
  readonly targets: ReadonlyMap<string, Target>
  readonly protocols: readonly Protocol[]
  /** `host:port` of the open doors, by protocol. */
  readonly doors: ReadonlyMap<string, string>
  readonly certificate: string
}

/** Never throws: a check that can't be made is one that does not hold. Targets are asked at the same time, each once. */
export async function checksOf(checked: Checked): Promise<readonly Check[]> {
  const { house, doors } = checked
  const own = await Promise.all([
    check('data folder', () => folder(house.data)),
    check('disk', () => disk(house.data)),
    check('sync', () => sync(house.data)),
    check('journal', () => journal(house)),
    check('certificate', () => certificate(checked.certificate, house.now())),
    ...[...doors].map(([name, address]) => check(`door ${name}`, () => ({ ok: true, detail: address }))),
  ])
  const targets = await Promise.all([...checked.targets.values()].map((target) => probe(checked, target)))
  return [...own, ...targets.flat()]
}

type Found = Omit<Check, 'name'>

async function check(name: string, look: () => Found | Promise<Found>): Promise<Check> {
  try {
    return { name, ...(await look()) }
  } catch (error) {
    // closed: a check that breaks did not hold
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) }
  }
}

function folder(data: string): Found {
  const mode = statSync(data).mode & 0o777
  return {
    ok: (mode & 0o077) === 0,
    detail: `mode ${mode.toString(8)}${(mode & 0o077) === 0 ? '' : ': others can read keys there; chmod 700'}`,
  }
}

async function disk(data: string): Promise<Found> {
  const { bavail, bsize } = await statfs(data)
  const free = bavail * bsize
  return { ok: free >= enoughBytes, detail: `${(free / 1e9).toFixed(1)} GB free; without space everything is refused` }
}

/** What every statement waits for once (G1). */
function sync(data: string): Found {
  const file = join(data, '.doctor')
  const handle = openSync(file, 'w', 0o600)
  try {
    writeSync(handle, Buffer.alloc(512))
    const started = performance.now()
    fdatasyncSync(handle)
    const tookMs = performance.now() - started
    return { ok: tookMs < slowSyncMs, detail: `fdatasync took ${tookMs.toFixed(1)} ms; every statement waits for one` }
  } finally {
    closeSync(handle)
    rmSync(file, { force: true })
  }
}

async function journal({ journal: log, ledger }: House): Promise<Found> {
  await log.publish()
  const signed = Number(log.checkpoint.split('\n')[1])
  return {
    ok: signed <= log.size && signed > 0,
    detail: `${signed} of ${log.size} entries signed by ${log.origin}; ${ledger.world.sessions.size} sessions open`,
  }
}

function certificate(pem: string, now: number): Found {
  const days = Math.floor((Date.parse(new X509Certificate(pem).validTo) - now) / dayMs)
  return { ok: days >= enoughDays, detail: `of the doors: ${days} days left` }
}

async function probe({ gate, protocols }: Checked, target: Target): Promise<readonly Check[]> {
  const protocol = protocols.find(({ name }) => name === target.protocol)
  try {
    const found = (await protocol?.probe(gate, target)) ?? []
    return found.map(({ name, ok, detail }) => ({ name: `${target.name} ${name}`, ok, detail }))
  } catch (error) {
    // closed: a check that breaks did not hold
    return [{ name: target.name, ok: false, detail: error instanceof Error ? error.message : String(error) }]
  }
}
