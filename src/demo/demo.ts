// `glovebox up --demo`: a gateway over an embedded PostgreSQL that holds the tea shop Fernway. On loopback only, with no
// other target than its own; what it made is deleted when it ends, unless --data named a folder for it.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseConfig, processEnvironment } from '../config.ts'
import { fail, isRefusal, GloveboxError } from '../core/error.ts'
import { isLoopback } from '../config-schema.ts'
import { startGateway, type Gateway } from '../gateway.ts'
import { setUser } from '../offline.ts'
import { startPostgres, type Postgres } from './embedded-postgres.ts'
import { counts } from './fernway-rows.ts'
import { fernwayConfig, loadFernway } from './fernway.ts'

export interface DemoOptions {
  /** Folder of the gateway's state. Nothing = a temporary one that goes when the demo ends. */
  readonly data?: string | undefined
  readonly log: (line: string) => void
  readonly version?: string
  /** Every port free instead of 7480 and 7432. */
  readonly freePorts?: boolean
  /** More settings of the embedded server (tests). */
  readonly settings?: Readonly<Record<string, string | number>>
}

export type Person = 'ada' | 'ben' | 'cleo' | 'dan' | 'scout'

export interface Demo {
  /** The one line for stdout. */
  readonly ready: string
  readonly gateway: Gateway
  readonly server: Postgres
  /** The database's own superuser: what is really there. Never given to the gateway. */
  readonly adminUrl: string
  readonly data: string
  readonly tokens: Readonly<Record<Person, string>>
  /** Ends the gateway, then the server, then deletes what was made. Idempotent. */
  close(): Promise<void>
}

const people: readonly Person[] = ['ada', 'ben', 'cleo', 'dan', 'scout']

/** Starts everything. Throws with nothing left when a part does not start, or when it is asked to listen beyond loopback. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const ending: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const end of ending.splice(0).reverse()) await end()
  }
  try {
    return await build(options, ending, close)
  } catch (error) {
    await close()
    throw error // closed: half a demo leaves nothing behind
  }
}

async function build(options: DemoOptions, ending: (() => Promise<void>)[], close: () => Promise<void>): Promise<Demo> {
  const data = options.data === undefined ? await mkdtemp(join(tmpdir(), 'glovebox-demo-')) : resolve(options.data)
  if (options.data === undefined) ending.push(() => rm(data, { recursive: true, force: true, maxRetries: 5 }))
  await mkdir(data, { recursive: true, mode: 0o700 })
  options.log('* making the tea shop Fernway (PostgreSQL of its own, some seconds)')
  const server = await startPostgres({
    ...(options.settings === undefined ? {} : { settings: options.settings }),
    deleteToo: options.data === undefined ? [data] : [],
  })
  ending.push(() => server.stop())
  const { url, writeUrl, adminUrl } = await loadFernway(server)
  const file = join(data, 'glovebox.yaml')
  const [web, postgres] = options.freePorts ? [0, 0] : [7480, 7432]
  const text = fernwayConfig({
    url: '${file:pg-orders.url}',
    writeUrl: '${file:pg-orders-write.url}',
    web,
    postgres,
    policies: join(data, 'policies'),
  })
  await writeFile(file, text, { mode: 0o600 })
  await writeFile(join(data, 'pg-orders.url'), url, { mode: 0o600 })
  await writeFile(join(data, 'pg-orders-write.url'), writeUrl, { mode: 0o600 })
  const config = parseConfig(text, { file, env: options.freePorts ? {} : processEnvironment() })
  for (const { host } of [config.web, ...config.doors.values()])
    if (!isLoopback(host))
      fail('GBX-1001', { what: `the demo listens on loopback only, not on ${host}; nothing was started` })
  const version = options.version === undefined ? {} : { version: options.version }
  const gateway = await startGateway({ config, data, log: options.log, ...version })
  ending.push(() => gateway.close())
  const tokens = Object.fromEntries(
    await Promise.all(people.map(async (name) => [name, await tokenOf(data, name)])),
  ) as Record<Person, string>
  const demo = { ready: gateway.ready, gateway, server, adminUrl, data, tokens, close }
  if (!options.freePorts) for (const line of whatToType(demo)) options.log(line)
  return demo
}

async function tokenOf(data: string, name: Person): Promise<string> {
  const made = await setUser(data, { name, tokenOnly: true })
  if (isRefusal(made)) throw new GloveboxError(made)
  return made.token
}

/** For the terminal that started it. Tokens are shown here only, and are worth nothing beyond this laptop. */
function whatToType({ gateway, tokens, data, server }: Demo): string[] {
  const as = (person: Person): string => `export GLOVEBOX_URL=${gateway.web} GLOVEBOX_TOKEN=${tokens[person]}`
  return [
    '',
    'DEMO: four people on one laptop. In a real gateway each of them has their own key.',
    `Target pg-orders: PostgreSQL ${server.major} with ${counts.customers} customers and ${counts.orders} orders. 37 of them are charged twice: find them.`,
    '',
    '1  Ada, engineer on call, in a second terminal:',
    `     ${as('ada')}`,
    '     npx glovebox connect pg-orders --for 30m -w "customers are charged twice since release 412"',
    '2  Ben, team lead, in a third one, decides:',
    `     ${as('ben')}`,
    '     npx glovebox requests',
    '     npx glovebox review approve r-…',
    '3  Back in Ada\'s psql (without psql: npx glovebox run pg-orders "…"):',
    '     select id, name, email, phone, city from customers limit 5;',
    '     select * from double_charges limit 5;',
    '     select * from staff where salary_eur > 90000;          refused: it would guess what is masked',
    "     update orders set status = 'refund' where id = 40000;  refused: read-only",
    '     npx glovebox request --last      asks for just that; Ben and Dan decide on what it would do',
    '     npx glovebox run r-…             runs it, once',
    '4  Cleo, security, proves what happened:',
    `     ${as('cleo')}`,
    '     npx glovebox audit search double_charges',
    `     npx glovebox audit verify ${data}`,
    'Dan, the other lead:',
    `     ${as('dan')}`,
    '',
    'Ctrl-C ends it' + ' and deletes what it made.',
  ]
}
