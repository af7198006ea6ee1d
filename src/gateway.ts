// The composition root: about twelve parts, built in order, each given only what it names. Nothing else in the tree knows
// them all. `startGateway` resolves when every door listens; `close` ends everything in the opposite order.
import { hostname } from 'node:os'
import { duplexPair } from 'node:stream'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterCrash } from './access/after-crash.ts'
import { openPolicy } from './access/policy-folder.ts'
import { listenVariable, type Config } from './config.ts'
import { fail, isRefusal } from './core/error.ts'
import type { Target } from './core/nouns.ts'
import { DataDoor } from './gate/gate.ts'
import { openHouse, setUserIn, type House } from './house.ts'
import { newId } from './lib/ids.ts'
import { certificates, type Certificates } from './net/certificates.ts'
import { listen, type Door } from './net/listen.ts'
import type { Check, Needs, Parts } from './operations/operation.ts'
import { watchEvents } from './operations/events.ts'
import { operations } from './operations/registry.ts'
import type { Protocol } from './protocols/protocol.ts'
import { protocols } from './protocols/registry.ts'
import { Store } from './store/store.ts'
import { openControl } from './surfaces/http/control.ts'
import { hostsOf, listenWeb, type WebListening } from './surfaces/http/listen.ts'
import type { Rows } from './surfaces/http/routes.ts'
import { webServer } from './surfaces/http/server.ts'

export interface GatewayOptions {
  readonly config: Config
  /** Folder of all state; made with mode 0700. */
  readonly data: string
  /** One line each, for stderr. */
  readonly log?: (line: string) => void
  readonly version?: string
}

export interface Gateway {
  /** Origin of the web door, as bound. */
  readonly web: string
  /** `host:port` of each protocol's door that is open. */
  readonly doors: Readonly<Record<string, string>>
  /** Every route of the web door with who may call it, as the router has them. */
  readonly routes: ReadonlyMap<string, Needs>
  /** The one line for stdout. */
  readonly ready: string
  /** Ends sessions, writes gateway.stopped, signs what is on record, gives the folder back. Idempotent. */
  close(): Promise<void>
}

/**
 * Builds and starts everything. Throws a GloveboxError with nothing left running when a part refuses: data folder
 * (GBX-1401, 1403, 1404, 1405), policies (GBX-1603), people of the file (GBX-1002), ports (GBX-1502).
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const ending: Ending = []
  let ended: Promise<void> | undefined
  const close = (): Promise<void> => (ended ??= endAll(ending))
  try {
    return await build(options, ending, close)
  } catch (error) {
    await close()
    throw error
  }
}

/** How to end what was started, in the order it was started. */
type Ending = (() => Promise<void> | void)[]

/** Newest first. One that fails does not keep the others from ending; the first failure is thrown when all are done. */
async function endAll(ending: Ending): Promise<void> {
  const failures: unknown[] = []
  for (const end of ending.splice(0).reverse()) {
    try {
      await end()
    } catch (error) {
      failures.push(error) // open: ending goes on, since the journal closes last and must close
    }
  }
  if (failures.length > 0) throw failures[0]
}

async function build(
  { config, data, log = toStderr, version = '0' }: GatewayOptions,
  ending: Ending,
  close: () => Promise<void>,
): Promise<Gateway> {
  for (const warning of config.warnings) log(`! ${warning}`)
  // 1 to 4: policies, journal, ledger, control door
  const policy = openPolicy(config.policiesDir)
  const house = await openHouse({ data, policy, targets: () => config.targets, journalDown: () => void gate.close() })
  ending.push(() => house.close())
  // 5: projections
  const store = await Store.open(join(house.data, 'store.db'), house.journal)
  ending.push(() => store.close())
  // 6: data door
  const gate = dataDoor(house, config, log)
  // 7 to 9: the doors of the protocols, then the web door. They accept at once and serve only when `opened` resolves.
  const opening = Promise.withResolvers<void>()
  opening.promise.catch(() => undefined)
  const certificate = await ownCertificate(house.data, config, house.now())
  const doors = await openDoors(config, certificate, gate, opening.promise, ending)
  const web = await openWeb({ config, house, store, gate, doors, certificate, version, log, opened: opening.promise })
  ending.push(() => web.close())
  // 10: the local socket
  const control = await openControl(house.data, (change) => setUserIn(house, change), log)
  ending.push(() => control.close())
  // 11: what is in force goes on record, and what the last run left open is closed
  await beginRecord(house, config, version)
  ending.push(() => endRecord(house, gate))
  opening.resolve()
  log(`* web ${web.origin} . state ${house.data} . journal ${house.journal.origin}`)
  const addresses = Object.fromEntries([...doors].map(([name, door]) => [name, `${door.host}:${door.port}`]))
  const ready = [
    'ready',
    `web=${web.origin}`,
    ...Object.entries(addresses).map(([name, address]) => `${name}=${address}`),
  ].join(' ')
  return { web: web.origin, doors: addresses, routes: web.rows, ready, close }
}

const toStderr = (line: string): void => void process.stderr.write(line + '\n')

function dataDoor({ ledger, access, journal, now }: House, config: Config, log: (line: string) => void): DataDoor {
  const { key } = journal.keyring.pseudonymKey(now())
  return new DataDoor({
    ledger,
    target: (name) => config.targets.get(name),
    scram: async (user) => access.scram(user),
    mayEnter: (question) => access.mayEnter(question),
    pseudonymKey: () => key,
    now,
    log,
  })
}

/** The gateway's own certificate authority and certificate, for doors that offer TLS before anybody configured any. */
function ownCertificate(data: string, config: Config, now: number): Promise<Certificates> {
  const publicHost = config.publicUrl === undefined ? [] : [new URL(config.publicUrl).hostname]
  const hosts = [...config.doors.values()].map(({ host }) => host).filter((host) => host !== '0.0.0.0' && host !== '::')
  return certificates(
    join(data, 'keys', 'tls'),
    [...new Set(['localhost', '127.0.0.1', '::1', hostname(), ...publicHost, ...hosts])],
    now,
  )
}

interface OpenDoor extends Door {
  readonly host: string
  readonly protocol: Protocol
}

async function openDoors(
  config: Config,
  certificate: Certificates,
  gate: DataDoor,
  opened: Promise<void>,
  ending: Ending,
): Promise<ReadonlyMap<string, OpenDoor>> {
  const doors = new Map<string, OpenDoor>()
  for (const [name, at] of config.doors) {
    const protocol = protocols.find((one) => one.name === name) as Protocol
    const door = await listen({
      hosts: hostsOf(at.host),
      port: at.port,
      env: listenVariable(name),
      tls: certificate,
      onClient: (client) => void opened.then(() => protocol.serve(client, gate)),
    })
    ending.push(() => door.close())
    doors.set(name, { ...door, host: at.host, protocol })
  }
  return doors
}

interface WebParts {
  readonly config: Config
  readonly house: House
  readonly store: Store
  readonly gate: DataDoor
  readonly doors: ReadonlyMap<string, OpenDoor>
  readonly certificate: Certificates
  readonly version: string
  readonly log: (line: string) => void
  readonly opened: Promise<void>
}

async function openWeb(given: WebParts): Promise<WebListening & { origin: string; rows: Rows }> {
  const { config, house, log, opened } = given
  const tls = config.tls && { cert: readPem(config.tls.cert), key: readPem(config.tls.key) }
  let origin = new URL(config.publicUrl ?? 'http://localhost')
  const parts = partsOf(given)
  const server = await webServer({
    parts,
    operations,
    authenticate: (token) => {
      const signed = house.access.signIn(token)
      return isRefusal(signed) ? signed : signed.principal
    },
    watch: (principal, listener, after) => watchEvents({ principal, channel: 'web', gateway: parts }, listener, after),
    publicUrl: () => origin,
    ...(tls === undefined ? {} : { tls }),
    trustedProxies: config.trustedProxies,
    opened,
    log,
  })
  const listening = await listenWeb(server, config.web, tls, listenVariable('web'))
  const bound = `${tls ? 'https' : 'http'}://localhost:${listening.port}`
  if (config.publicUrl === undefined) origin = new URL(bound)
  return { ...listening, rows: server.rows, origin: config.publicUrl === undefined ? bound : origin.origin }
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    return fail('GBX-1602', { file: 'gateway.tls', line: 1, column: 1, secret: `file ${file}` }, { cause: error })
  }
}

function partsOf({ config, house, store, gate, doors, certificate, version }: WebParts): Parts {
  const { journal, ledger, access, now } = house
  return {
    version,
    access,
    ledger,
    store,
    policy: access.policy,
    journal: {
      get size() {
        return journal.size
      },
      read: (index) => journal.read(index),
      onDurable: (listener) => journal.onDurable(listener),
      checkpoint: async () => {
        await journal.publish()
        return { note: journal.checkpoint, vkey: journal.vkey }
      },
      prove: async (index) => (index < journal.size ? journal.prove(index) : undefined),
    },
    gate,
    protocols: new Map(protocols.map((protocol) => [protocol.name, protocol])),
    targets: () => config.targets,
    door: (name) => {
      const door = doors.get(name)
      return (
        door && {
          host: door.host,
          port: door.port,
          ...(hostsOf(door.host).length > 1 ? {} : { caFile: certificate.caFile }),
        }
      )
    },
    drive: (target, as, channel) => drive(gate, target, as, channel),
    checks: async () => checksOf(house, doors),
    now,
  }
}

/** An ordinary client over an in-memory stream into the same serve() that a socket reaches (law 3, G6). */
async function drive(
  gate: DataDoor,
  target: Target,
  as: Parameters<Parts['drive']>[1],
  channel: Parameters<Parts['drive']>[2],
): ReturnType<Parts['drive']> {
  const protocol = protocols.find((one) => one.name === target.protocol) as Protocol
  const { principal, grant, clientName } = as
  const password = await gate.invite(principal.name, {
    principal: principal.id,
    target: target.name,
    channel,
    ...(grant === undefined ? {} : { grant }),
  })
  const [ours, theirs] = duplexPair()
  void protocol.serve({ stream: theirs, secure: false, local: true, inMemory: true, address: channel }, gate)
  return protocol.drive(ours, { user: principal.name, password, target: target.name, clientName })
}

function checksOf({ journal, ledger }: House, doors: ReadonlyMap<string, OpenDoor>): readonly Check[] {
  return [
    { name: 'journal', ok: true, detail: `${journal.size} entries, ${journal.origin}` },
    { name: 'sessions', ok: true, detail: `${ledger.world.sessions.size} open` },
    ...[...doors].map(([name, door]) => ({ name: `door ${name}`, ok: true, detail: `${door.host}:${door.port}` })),
  ]
}

/** Closes on record what a crash left, says that we are here, and which rules and people are in force. */
async function beginRecord({ ledger, access }: House, config: Config, version: string): Promise<void> {
  const left = afterCrash(ledger.world)
  if (left.length > 0) await ledger.record(left).durable
  await ledger.record([
    { type: 'gateway.started', by: 'gateway', clear: { gateway: newId('w') }, payload: { version } },
  ]).durable
  await access.loadPolicy(access.policy)
  await access.loadConfig({ hash: config.hash, users: config.users })
  access.start()
}

/** Sessions end, then the run itself does, on record. */
async function endRecord({ ledger, access }: House, gate: DataDoor): Promise<void> {
  await gate.close()
  access.stop()
  const stopped = [...ledger.world.gateways].map((gateway) => ({
    type: 'gateway.stopped' as const,
    by: 'gateway' as const,
    clear: { gateway },
    payload: {},
  }))
  await ledger.record(stopped, { reserve: true }).durable
}
