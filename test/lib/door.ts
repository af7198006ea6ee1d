// The data door over a real PostgreSQL with the record in memory: for tests of the wire and of the gate.
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import type { Grant, Limits, Principal, Target } from '../../src/core/nouns.ts'
import type { Draft, Recorded } from '../../src/core/entry.ts'
import { emptyWorld } from '../../src/core/world.ts'
import { fail, refusal } from '../../src/core/error.ts'
import { lockedRefusal, lockOn } from '../../src/core/lock.ts'
import { builtinClasses } from '../../src/masking/classes.ts'
import type { MaskBlock } from '../../src/masking/labels.ts'
import { DataDoor, type GateParts } from '../../src/gate/gate.ts'
import { listen, type Door } from '../../src/net/listen.ts'
import { Ledger } from '../../src/store/ledger.ts'
import { postgresWith } from '../../src/protocols/postgres/with-walls.ts'
import type { WallsModule } from '../../src/protocols/postgres/walls/types.ts'

export const limits: Limits = {
  rows: 1_000_000,
  bytes: 100_000_000,
  statementTimeoutMs: 30_000,
  lockTimeoutMs: 2_000,
  idleTimeoutMs: 600_000,
  idleTransactionTimeoutMs: 60_000,
  connectionsPerPerson: 50,
  cost: 1e12,
  estimatedRows: 1e12,
  statementBytes: 262_144,
}

export interface House {
  readonly door: DataDoor
  readonly ledger: Ledger
  readonly port: number
  readonly entries: Recorded[]
  readonly protocol: ReturnType<typeof postgresWith>
  readonly dsn: string
  /** Set to make the next append throw, as a full disk does. */
  journalDown: boolean
  /** Appends that still succeed; after them the disk is full. */
  appendsLeft: number
  /** Appends wait this long for their disk. */
  fsyncMs: number
  /** Changes the one grant, as a fact of the record would. */
  grant(change: Partial<Grant>): void
  record(draft: Draft): void
  close(): Promise<void>
}

const salt = Buffer.from('0123456789abcdef')

function scramKey(password: string): { storedKey: Buffer; serverKey: Buffer } {
  const salted = pbkdf2Sync(password, salt, 4096, 32, 'sha256')
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest()
  return { storedKey: createHash('sha256').update(hmac('Client Key')).digest(), serverKey: hmac('Server Key') }
}

export async function openDoor(options: {
  url: string
  walls: WallsModule
  limits?: Partial<Limits>
  grantMs?: number
  signInMs?: number
  parts?: Partial<GateParts>
  tls?: { cert: string; key: string }
  hosts?: string[]
  mask?: MaskBlock
  unlabelled?: 'pass' | 'redact' | 'scrub'
}): Promise<House> {
  const entries: Recorded[] = []
  const world = emptyWorld()
  const ada: Principal = { id: 'p-ada', kind: 'user', name: 'ada', person: 'p-ada', groups: ['engineers'] }
  const target: Target = {
    name: 'pg',
    protocol: 'postgres',
    labels: {},
    maxLevel: 'read',
    limits: { ...limits, ...options.limits },
    classes: builtinClasses,
    options: { url: options.url, mask: options.mask ?? {}, unlabelled: options.unlabelled ?? 'pass' },
  }
  const house = { journalDown: false, appendsLeft: Infinity, fsyncMs: 0 }
  const ledger = new Ledger(
    {
      append(drafts) {
        if (house.journalDown || house.appendsLeft-- <= 0) fail('GBX-1401', { why: 'no space left on device' })
        const recorded = drafts.map((draft, i) => {
          const { type, by, clear, payload } = draft
          return {
            index: entries.length + i,
            entry: { v: 1, type, by, ts: new Date().toISOString(), commit: '', ...clear },
            payload,
          } as unknown as Recorded
        })
        entries.push(...recorded)
        return {
          recorded,
          durable:
            house.fsyncMs === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, house.fsyncMs)),
        }
      },
    },
    world,
  )
  const now = Date.now()
  world.principals.set(ada.id, ada)
  world.tokens.set('t-1', { id: 't-1', principal: ada.id, use: 'connection', grant: 'g-1' })
  const grant: Grant = {
    id: 'g-1',
    request: 'r-1',
    holder: ada.id,
    person: ada.id,
    target: 'pg',
    level: 'read',
    scope: {},
    notBefore: 0,
    notAfter: now + (options.grantMs ?? 3_600_000),
  }
  world.grants.set(grant.id, grant)
  world.live?.add(grant.id)
  const key = scramKey('token')
  world.tokens.set('t-2', { id: 't-2', principal: ada.id, use: 'personal' })
  const personal = { token: 't-2', ...scramKey('personal') }
  const door = new DataDoor({
    ledger,
    target: (name) => (name === 'pg' ? target : undefined),
    scram: (user) =>
      Promise.resolve({ salt, iterations: 4096, keys: user === 'ada' ? [{ token: 't-1', ...key }, personal] : [] }),
    mayEnter: ({ principal, target: { name }, now: at }) => {
      const lock = lockOn(world, principal, name, at)
      if (lock !== undefined) return { refused: lockedRefusal(lock, name), cause: 'locked' }
      if (principal.groups.includes('engineers')) return undefined
      return {
        refused: refusal('GBX-1101', { target: name, level: 'read', why: 'No rule allows it.' }),
        cause: 'role-lost',
      }
    },
    pseudonymKey: () => ({ epoch: 'e-1', key: Buffer.alloc(32, 7) }),
    now: () => Date.now(),
    log: () => undefined,
    ...options.parts,
  })
  const protocol = postgresWith(options.walls, options.signInMs === undefined ? {} : { signInMs: options.signInMs })
  const listening: Door = await listen({
    hosts: options.hosts ?? ['127.0.0.1'],
    port: 0,
    env: 'X',
    alpn: ['postgresql'],
    onClient: (client) => void protocol.serve(client, door),
    ...(options.tls === undefined ? {} : { tls: options.tls }),
  })
  return Object.assign(house, {
    door,
    ledger,
    port: listening.port,
    entries,
    protocol,
    dsn: `postgresql://ada:token@127.0.0.1:${listening.port}/pg`,
    grant: (change: Partial<Grant>) =>
      void world.grants.set('g-1', { ...(world.grants.get('g-1') ?? grant), ...change }),
    record: (draft: Draft) => void ledger.record([draft]),
    close: async () => {
      await listening.close()
      await door.close()
    },
  })
}
