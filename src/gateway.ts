// The composition root: about twelve parts, built in order, each given only what it names. Nothing else in the tree knows
// them all. `startGateway` resolves when every door listens; `close` ends everything in the opposite order.
import { duplexPair } from 'node:stream'
import { join } from 'node:path'
import { afterCrash } from './access/after-crash.ts'
import { openPolicy } from './access/policy-folder.ts'
import { checksOf } from './checks.ts'
import { listenVariable, type Config } from './config.ts'
import { isLoopback } from './config-schema.ts'
import { isRefusal } from './core/error.ts'
import type { Target } from './core/nouns.ts'
import { openDelivery, type Delivery } from './delivery.ts'
import { addressOf, doorTls, openDoors, renew, tlsOf, type Ending, type OpenDoor, type Tls } from './doors.ts'
import { Spool } from './features/evidence/spool.ts'
import { Retention } from './features/redaction/retention.ts'
import type { Eraser } from './features/redaction/shredder.ts'
import { DataDoor } from './gate/gate.ts'
import { openHouse, setUserIn, type House } from './house.ts'
import { newId } from './lib/ids.ts'
import { watchTls } from './net/tls-files.ts'
import type { Needs, Parts } from './operations/operation.ts'
import { watchEvents } from './operations/events.ts'
import { noteOutside, outsideOf, type Outside } from './outside.ts'
import type { Policy } from './policy/policy.ts'
import { openWitness, type OpenWitness } from './witness.ts'
import { operations } from './operations/registry.ts'
import type { Protocol } from './protocols/protocol.ts'
import { openProbing, type Probing } from './probing.ts'
import { protocols } from './protocols/registry.ts'
import { Store } from './store/store.ts'
import { openControl } from './surfaces/http/control.ts'
import { listenWeb, type WebListening } from './surfaces/http/listen.ts'
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
  /** Origin of the web door, as bound; gateway.publicUrl may be another name for it. */
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
    // closed: what was opened is closed again
    await close()
    throw error
  }
}

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
  const { house, outside, witness } = await openRecord(
    { config, data, policy, log, stop: () => void gate.close() },
    ending,
  )
  // 5: projections
  const { store, delivery, probing } = await openReaders({ house, config, version, log }, ending)
  // 6: data door
  const gate = dataDoor(house, config, log)
  // 7 and 8: TLS, and the doors of the protocols. They accept at once and serve only when `opened` resolves.
  const opening = Promise.withResolvers<void>()
  opening.promise.catch(() => undefined)
  const tls = await tlsOf(house, config)
  const doors = await openDoors(config, tls, gate, opening.promise, ending)
  // 9: ending is told here, so that it happens when nobody can ask any more and before the doors and the journal close
  let hasBegun = false
  ending.push(() => (hasBegun ? endRecord(house, gate) : undefined))
  // 10 and 11: the web door, the local socket
  const spool = new Spool(house.data)
  ending.push(() => spool.close())
  const web = await openWeb({
    config,
    house,
    outside,
    witness,
    store,
    delivery,
    probing,
    gate,
    spool,
    doors,
    tls,
    version,
    log,
    opened: opening.promise,
  })
  ending.push(() => web.close())
  const control = await openControl(house.data, (change) => setUserIn(house, change), log)
  ending.push(() => control.close())
  if (config.tls) ending.push(followTls(config.tls, (pair) => renew(pair, tls, doors, web), log))
  // 12: what is in force goes on record, and what the last run left open is closed
  hasBegun = true
  await beginRecord(house, config, version, erasersOf({ house, store, spool, delivery }))
  ending.push(startRetention(house, config, log))
  opening.resolve()
  delivery.start()
  probing.opened()
  ending.push(async () => probing.close())
  greet(house, web.origin, log)
  const addresses = Object.fromEntries([...doors].map(([name, door]) => [name, `${door.host}:${door.port}`]))
  return { web: web.origin, doors: addresses, routes: web.rows, ready: readyLine(web.origin, addresses), close }
}

/** Takes a renewed certificate up as it appears. Returns how to stop. A pair that does not fit is told, and the old one stays. */
const followTls = (
  files: NonNullable<Config['tls']>,
  take: Parameters<typeof watchTls>[1],
  log: (line: string) => void,
): ReturnType<typeof watchTls> =>
  watchTls(files, take, (error) =>
    log(`! gateway.tls was not renewed: ${error instanceof Error ? error.message : String(error)}`),
  )

function greet({ ledger, data, journal }: House, web: string, log: (line: string) => void): void {
  if (ledger.world.principals.size === 0)
    log(`! nobody can sign in yet: glovebox user add NAME --group engineers --data ${data}`)
  log(`* web ${web} . state ${data} . journal ${journal.origin}`)
}

const readyLine = (web: string, doors: Readonly<Record<string, string>>): string =>
  ['ready', `web=${web}`, ...Object.entries(doors).map(([name, address]) => `${name}=${address}`)].join(' ')

interface RecordParts {
  readonly config: Config
  readonly data: string
  readonly policy: Policy
  readonly log: (line: string) => void
  /** The journal cannot be written any more. */
  readonly stop: () => void
}

/** The house with the memory that its record has outside, and the witness that it is for other logs. */
async function openRecord(
  { config, data, policy, log, stop }: RecordParts,
  ending: Ending,
): Promise<Pick<WebParts, 'house' | 'outside' | 'witness'>> {
  const outside = outsideOf(config.journal, log)
  const { memory } = outside
  const house = await openHouse({ data, policy, targets: () => config.targets, journalDown: stop, memory })
  ending.push(() => house.close())
  noteOutside(house.data, outside)
  const { witnessLogs } = config
  const witness = witnessLogs === undefined ? undefined : openWitness(house.data, witnessLogs, log, Date.now)
  if (witness) ending.push(() => witness.close())
  return { house, outside, witness }
}

/** Those who read the record: projections, deliveries, counts. */
async function openReaders(
  given: {
    readonly house: House
    readonly config: Config
    readonly version: string
    readonly log: (line: string) => void
  },
  ending: Ending,
): Promise<{ store: Store; delivery: Delivery; probing: Probing }> {
  const { house } = given
  const store = await Store.open(join(house.data, 'store.db'), house.journal)
  ending.push(() => store.close())
  const delivery = openDelivery({ ...given, store })
  ending.push(() => delivery.close())
  return { store, delivery, probing: openProbing({ ...given, store, delivery }) }
}

const toStderr = (line: string): void => void process.stderr.write(line + '\n')

function dataDoor(
  { ledger, access, journal, now, epochs }: House,
  config: Config,
  log: (line: string) => void,
): DataDoor {
  return new DataDoor({
    ledger,
    target: (name) => config.targets.get(name),
    scram: async (user) => access.signIns.scram(user),
    mayEnter: (question) => access.mayEnter(question),
    recordRefuses: () => journal.guard?.refused,
    pseudonymKey: (target, session, grant) => epochs.keyOf(target, config.epochMs, session, grant),
    literalKey: journal.keyring.secret('literals'),
    now,
    log,
  })
}

interface WebParts {
  readonly config: Config
  readonly house: House
  readonly outside: Outside
  readonly witness: OpenWitness | undefined
  readonly store: Store
  readonly delivery: Delivery
  readonly probing: Probing
  readonly gate: DataDoor
  readonly spool: Spool
  readonly doors: ReadonlyMap<string, OpenDoor>
  readonly tls: Tls
  readonly version: string
  readonly log: (line: string) => void
  readonly opened: Promise<void>
}

async function openWeb(given: WebParts): Promise<WebListening & { origin: string; rows: Rows }> {
  const { config, house, log, opened } = given
  const tls = given.tls.given
  let origin = new URL(config.publicUrl ?? 'http://localhost')
  let address = 'not open yet'
  const parts = partsOf(given, () => address)
  const server = await webServer({
    parts,
    operations,
    witness: given.witness?.witness,
    authenticate: (token) => {
      const signed = house.access.signIns.byToken(token)
      return isRefusal(signed) ? signed : signed.principal
    },
    // Asked anew at each change: who the reader is by then decides what they see.
    watch: (reader, listener, after) =>
      watchEvents(
        {
          get principal() {
            return reader()
          },
          channel: 'web',
          gateway: parts,
        },
        listener,
        after,
      ),
    publicUrl: () => origin,
    ...(tls === undefined ? {} : { tls }),
    trustedProxies: config.trustedProxies,
    probes: given.probing,
    opened,
    log,
  })
  const listening = await listenWeb(server, config.web, tls, listenVariable('web'))
  const { host } = config.web
  address = `${host.includes(':') ? `[${host}]` : host}:${listening.port}`
  const shown =
    isLoopback(config.web.host) || ['0.0.0.0', '::'].includes(config.web.host) ? 'localhost' : config.web.host
  const bound = `${tls ? 'https' : 'http'}://${shown.includes(':') ? `[${shown}]` : shown}:${listening.port}`
  if (config.publicUrl === undefined) origin = new URL(bound)
  else log(`* people open ${origin.origin}`)
  return { ...listening, rows: server.rows, origin: bound }
}

function partsOf(
  { config, house, outside, witness, store, delivery, gate, spool, doors, tls, version }: WebParts,
  web: () => string,
): Parts {
  const { journal, ledger, access, shredder, now } = house
  return {
    version,
    access,
    ledger,
    store,
    sinks: delivery.exporters,
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
      readEach: (indexes) => journal.readEach(indexes),
      opened: (index) => journal.opened(index),
      openedEach: (indexes) => journal.openedEach(indexes),
      log: journal.log,
      prove: async (index) => (index < journal.size ? journal.prove(index) : undefined),
    },
    gate,
    spool,
    shredder,
    protocols: new Map(protocols.map((protocol) => [protocol.name, protocol])),
    targets: () => config.targets,
    door: (name) => {
      const door = doors.get(name)
      return door && addressOf(door, tls)
    },
    drive: (target, as, channel) => drive(gate, target, as, channel),
    checks: () =>
      checksOf({
        house,
        gate,
        targets: config.targets,
        protocols,
        doors: new Map([...doors].map(([name, { host, port }]) => [name, `${host}:${port}`])),
        web: web(),
        certificate: doorTls(tls).cert,
        outside,
        witness: witness?.witness,
      }),
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

/** Closes on record what a crash left, says that we are here, and which rules and people are in force. */
async function beginRecord(
  { ledger, access, shredder }: House,
  config: Config,
  version: string,
  erasers: readonly Eraser[],
): Promise<void> {
  const left = afterCrash(ledger.world)
  if (left.length > 0) await ledger.record(left).durable
  await ledger.record([
    { type: 'gateway.started', by: 'gateway', clear: { gateway: newId('w') }, payload: { version } },
  ]).durable
  await access.loadPolicy(access.policy)
  await access.loadConfig({ hash: config.hash, users: config.users })
  access.start()
  await shredder.begin(erasers)
}

/** What was made from payloads, and goes with them: the index, exports that wait, what receivers quoted, questions to the policies. */
const erasersOf = ({
  house,
  store,
  spool,
  delivery,
}: Pick<WebParts, 'house' | 'store' | 'spool' | 'delivery'>): readonly Eraser[] => [
  (erased) => store.erase(erased),
  () => spool.clear(),
  () => delivery.erase(),
  () => house.access.policy.forget(),
]

/** Erases by time. Returns how to stop. */
function startRetention(
  { ledger, journal, shredder, now }: House,
  { retention }: Config,
  log: (line: string) => void,
): () => Promise<void> {
  const started = new Retention({ ledger, journal, shredder, retentions: retention, now, log })
  started.start()
  return () => started.close()
}

/** Sessions end, then the run itself does, on record. */
async function endRecord({ ledger, access }: House, gate: DataDoor): Promise<void> {
  await gate.close()
  access.stop()
  // The reserve is for this: a full disk does not keep a run from ending on record.
  const stopped = [...ledger.world.gateways].map((gateway) => ({
    type: 'gateway.stopped' as const,
    by: 'gateway' as const,
    clear: { gateway },
    payload: {},
  }))
  await ledger.record(stopped, { reserve: true }).durable
}
