// What `glovebox doctor` finds out about the gateway itself: each check is a fact that was looked at just now.
import { X509Certificate } from 'node:crypto'
import { closeSync, fdatasyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Check } from './core/check.ts'
import type { Target } from './core/nouns.ts'
import { isLoopback, parseAddress } from './config-schema.ts'
import type { Gate } from './gate/types.ts'
import type { House } from './house.ts'
import type { Witness } from './journal/witness/witness.ts'
import { plural } from './lib/plural.ts'
import type { Outside } from './outside.ts'
import type { Protocol } from './protocols/protocol.ts'
import { cosignedBy, cosignedText } from './tlog/witness-policy.ts'

/** Below this the journal is about to stop everything. */
const enoughBytes = 1_000_000_000
const enoughDays = 14
const keysDays = 31
const slowSyncMs = 50
const dayMs = 86_400_000

export interface Checked {
  readonly house: House
  readonly gate: Gate
  readonly targets: ReadonlyMap<string, Target>
  readonly protocols: readonly Protocol[]
  /** `host:port` of the open doors, by protocol. */
  readonly doors: ReadonlyMap<string, string>
  /** `host:port` of the web door. */
  readonly web: string
  readonly certificate: string
  readonly outside: Outside
  /** Where the gateway is one, for other logs. */
  readonly witness: Witness | undefined
}

/** Never throws: a check that can't be made is one that does not hold. Targets are asked at the same time, each once. */
export async function checksOf(checked: Checked): Promise<readonly Check[]> {
  const { house, doors } = checked
  const own = await Promise.all([
    check('data folder', () => folder(house.data)),
    check('disk', () => disk(house.data)),
    check('sync', () => sync(house.data)),
    check('journal', () => journal(house)),
    check('memory', () => memory(checked)),
    ...(checked.witness ? [check('witness', () => witness(checked.witness as Witness))] : []),
    check('keys', () => keys(house.data, house.now())),
    check('certificate', () => certificate(checked.certificate, house.now())),
    check('door web', () => door(checked.web)),
    ...[...doors].map(([name, address]) => check(`door ${name}`, () => door(address))),
  ])
  const targets = await Promise.all([...checked.targets.values()].map((target) => probe(checked, target)))
  return [...own, ...targets.flat()]
}

type Found = Omit<Check, 'name' | 'group'>

const group = 'gateway'

async function check(name: string, look: () => Found | Promise<Found>): Promise<Check> {
  try {
    return { name, group, ...(await look()) }
  } catch (error) {
    // closed: a check that breaks did not hold
    return { name, group, ok: false, detail: error instanceof Error ? error.message : String(error) }
  }
}

function folder(data: string): Found {
  const mode = statSync(data).mode & 0o777
  const ok = (mode & 0o077) === 0
  return {
    ok,
    detail: `mode ${mode.toString(8)}${ok ? ', its owner alone' : ': others can read keys there'}`,
    ...(ok ? {} : { fix: [`chmod 700 ${data}`] }),
  }
}

async function disk(data: string): Promise<Found> {
  const { bavail, bsize } = await statfs(data)
  const free = bavail * bsize
  const ok = free >= enoughBytes
  return {
    ok,
    detail: `${(free / 1e9).toFixed(1)} GB free; without space everything is refused`,
    ...(ok ? {} : { fix: [`df -h ${data}   (free space, or move the data folder)`] }),
  }
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
    detail: `${signed} of ${log.size} entries signed by ${log.origin}; ${plural(ledger.world.sessions.size, 'session')} open`,
  }
}

/** Only something outside of the data folder can know that the folder is an old copy. */
function memory({ house: { journal: log }, outside: { policy } }: Checked): Found {
  const { guard } = log
  if (!guard)
    return {
      ok: true,
      warning: true,
      detail: 'none outside this folder: one that is put back from a copy would not be noticed',
      fix: [
        'journal: { memory: { file: /on/another/disk/glovebox } }   (or journal.witnesses; see docs/how-to/witness.md)',
      ],
    }
  const { outside } = guard
  const cosigned = policy ? `, ${cosignedText(policy, cosignedBy(policy, log.checkpoint))}` : ''
  if (outside.kind === 'agrees') return { ok: true, detail: `agrees up to ${outside.size} entries${cosigned}` }
  const { why = '', next } = guard.unsigned
  const refuses = guard.refused ? 'nothing is signed, no session begins' : 'sessions go on'
  return { ok: false, detail: `${refuses}: ${why}`, fix: next }
}

function witness(ours: Witness): Found {
  const seen = ours.seen()
  const logs = seen.map(({ origin, size, forks }) => {
    const so = size === undefined ? 'nothing seen yet' : `up to ${size} entries`
    return `${origin} ${so}${forks === 0 ? '' : `, ${plural(forks, 'fork')} refused`}`
  })
  return { ok: seen.every(({ forks }) => forks === 0), detail: `${ours.vkey}; ${logs.join('; ')}` }
}

/** Whoever copies the keys says so by touching a file beside them; nobody else can know that a copy exists. */
function keys(data: string, now: number): Found {
  const note = join(data, 'keys', 'last-backup')
  const at = statSync(note, { throwIfNoEntry: false })?.mtimeMs
  const days = at === undefined ? undefined : Math.floor((now - at) / dayMs)
  const isFresh = days !== undefined && days <= keysDays
  return {
    ok: true,
    ...(isFresh ? {} : { warning: true }),
    detail:
      days === undefined
        ? 'no backup is noted; without keys.db nobody can read what is on record'
        : `last backup noted ${days} days ago`,
    ...(isFresh ? {} : { fix: [`copy ${join(data, 'keys')} to where only you can read it, then: touch ${note}`] }),
  }
}

function door(address: string): Found {
  const { host = '' } = parseAddress(address) ?? {}
  const isOpen = !isLoopback(host)
  return {
    ok: true,
    ...(isOpen ? { warning: true } : {}),
    detail: isOpen ? `${address}: whoever reaches this machine reaches it` : `${address}, this machine only`,
  }
}

function certificate(pem: string, now: number): Found {
  const days = Math.floor((Date.parse(new X509Certificate(pem).validTo) - now) / dayMs)
  const ok = days >= enoughDays
  return {
    ok,
    detail: `of the doors: ${days} days left`,
    ...(ok ? {} : { fix: ['put the renewed files at gateway.tls.cert and key: they are taken up at once'] }),
  }
}

async function probe({ gate, protocols }: Checked, target: Target): Promise<readonly Check[]> {
  const protocol = protocols.find(({ name }) => name === target.protocol)
  try {
    const found = (await protocol?.probe(gate, target)) ?? []
    return found.map((one) => ({ ...one, group: groupOf(target.name, one.group) }))
  } catch (error) {
    // closed: a check that breaks did not hold
    return [
      {
        name: 'probe',
        group: target.name,
        ok: false,
        detail: error instanceof Error ? error.message : String(error),
        fix: [`glovebox target test ${target.name}`],
      },
    ]
  }
}

const groupOf = (target: string, group: string | undefined): string =>
  group === undefined ? target : `${target}, ${group}`
