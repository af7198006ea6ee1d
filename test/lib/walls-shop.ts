// The shop of test/corpus on a real server, twice: two worlds that differ in classified values only. Statements go
// through the walls as they would in a session, then to the server as its superuser, so that only the walls are tested.
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { isRefusal, type Refusal } from '../../src/core/error.ts'
import type { Limits } from '../../src/core/nouns.ts'
import { builtinClasses } from '../../src/masking/classes.ts'
import type { MaskBlock } from '../../src/masking/labels.ts'
import { openWalls, startupSettings } from '../../src/protocols/postgres/walls/index.ts'
import type { Verdict, Walls, WallsSession } from '../../src/protocols/postgres/walls/types.ts'
import type { Postgres } from './servers.ts'

export const limits: Limits = {
  rows: 10_000,
  bytes: 50_000_000,
  statementTimeoutMs: 30_000,
  lockTimeoutMs: 2000,
  idleTimeoutMs: 600_000,
  idleTransactionTimeoutMs: 20_000,
  connectionsPerPerson: 5,
  cost: 1e12,
  estimatedRows: 1e12,
  statementBytes: 262_144,
}

/** What is labelled, in the forms that people would have. */
export const usual: MaskBlock = {
  'public.people.email': { class: 'pii.email', search: 'exact' },
  'public.people.name': 'pii.name',
  'public.people.phone': 'pii.phone',
  'public.people.born': 'pii.birthdate',
  'public.people.salary': 'pii.salary',
  'public.people.note': 'pii.text',
  'public.people.prefs': { class: 'pii.json', keep: ['plan'] },
  'public.people.ip': 'pii.ip',
  'public.people.tags': 'pii.text',
  'public.people.mail2': 'pii.email',
  'public.people.code': 'pii.id',
  'public.people.ci': { class: 'pii.email', search: 'exact' },
  'public.events.who': 'pii.email',
  'app.people.email': 'pii.email',
  'public."Odd.Name"."e.mail ""x"': 'pii.email',
  'public."Odd.Name".größe': 'pii.text',
}

/** The same columns in forms that say nothing at all. */
export const constant: MaskBlock = Object.fromEntries(
  Object.keys(usual).map((key) => [key, { class: 'pii.text', form: 'redact' as const }]),
)

export const key = Buffer.alloc(32, 7)

/** Classified values of a world by the words of shop-data.sql that stand for them. */
type Words = Readonly<Record<string, string>>
const firstWorld: Words = {
  canary: 'canary',
  turn: 'i',
  Nameless: 'Nameless',
  '555': '555',
  '1970-03-04': '1970-03-04',
  '50000': '50000',
  'secret note': 'secret note',
  '999-88': '999-88',
  '10.7': '10.7',
  tagsecret: 'tagsecret',
  '00000000': '00000000',
  x: 'x',
  Ci: 'Ci',
}
const secondWorld: Words = {
  canary: 'heronx',
  turn: '(21 - i)',
  Nameless: 'Fameless',
  '555': '444',
  '1970-03-04': '1981-05-06',
  '50000': '60000',
  'secret note': 'public memo',
  '999-88': '111-22',
  '10.7': '11.9',
  tagsecret: 'tagpublic',
  '00000000': '11111111',
  x: 'w',
  Ci: 'Di',
}
/** Raw values of both worlds, and what is left of them after simple changes. */
export const canaries =
  /canary|heronx|yranac|xnoreh|nameless|fameless|secret note|public memo|999-88|111-22|tagsecret|tagpublic|0 ?170 ?(555|444)|secret\.example|63616e617279|Y2FuYXJ5/i

const corpusFile = (name: string): string => readFileSync(new URL(`../corpus/${name}`, import.meta.url), 'utf8')

/** The statements of a corpus file. */
export const corpus = (name: string): readonly string[] =>
  corpusFile(`${name}.sql`)
    .replace(/^-- .*\n/, '')
    .split('\n----\n')
    .map((text) => text.trim())

/** The statements of a corpus file with the parameters that they were captured with. */
export const captured = (name: string): readonly { readonly text: string; readonly values?: Values }[] =>
  corpus(name).map((whole) => {
    const at = whole.lastIndexOf('\n-- values: ')
    return at === -1
      ? { text: whole }
      : { text: whole.slice(0, at), values: JSON.parse(whole.slice(at + '\n-- values: '.length)) as Values }
  })

const urlOf = (server: Postgres, database: string): string => {
  const url = new URL(server.url)
  url.pathname = `/${database}`
  return url.href
}

async function run(server: Postgres, database: string, sql: string): Promise<void> {
  const client = new pg.Client(urlOf(server, database))
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

/** A shop whose values differ from those of the first world in these words only; `more` runs at its end. */
export async function makeShop(server: Postgres, database: string, words: Words, more = ''): Promise<void> {
  await run(server, 'postgres', `CREATE DATABASE ${database} TEMPLATE shop_empty`)
  const data = corpusFile('shop-data.sql').replace(
    /\{([^{}]+)\}/g,
    (whole, name: string) => words[name] ?? firstWorld[name] ?? whole,
  )
  await run(server, database, data + more)
}

/** Makes both worlds. Object ids are the same in both: they are copies of one empty shop. */
export async function makeWorlds(server: Postgres): Promise<void> {
  await run(server, 'postgres', 'CREATE DATABASE shop_empty')
  await run(server, 'shop_empty', corpusFile('shop-schema.sql'))
  await makeShop(server, 'shop_a', firstWorld)
  await makeShop(server, 'shop_b', secondWorld)
}

export interface Answer {
  readonly refused?: Refusal
  readonly verdicts?: readonly Verdict[]
  readonly fields?: readonly string[]
  readonly rows?: readonly (readonly unknown[])[]
  readonly error?: string
  /** What came beside rows: COPY data and notices. */
  readonly beside?: readonly string[]
}

/** Refused because the walls know nothing of that name; then the server has to say the same: `missing`. */
export const isAbsent = ({ refused }: Answer): boolean =>
  refused?.code === 'GBX-1211' || (refused?.code === 'GBX-1204' && refused.why?.startsWith('No function of') === true)
/** A relation or function that is not there. */
export const missing = /^(42P01|42883)/

/** Parameters of a statement; with them it goes by the extended protocol. */
export type Values = readonly (string | null)[]

/** One world seen through the walls. */
export interface World {
  readonly walls: Walls
  readonly session: WallsSession
  readonly client: pg.Client
  ask(text: string, values?: Values): Promise<Answer>
  /** Without walls, for the positive control. */
  raw(text: string, values?: Values): Promise<Answer>
  /** As it stands, with parameters bound; rows as values. */
  query(text: string, values: readonly unknown[]): Promise<readonly (readonly unknown[])[]>
  close(): Promise<void>
}

const asText = { getTypeParser: () => (value: string) => value }

async function query(client: pg.Client, text: string, values?: Values): Promise<Answer> {
  const beside: string[] = []
  const onNotice = (notice: { message?: string | undefined }): void => void beside.push(`notice ${notice.message}`)
  const onCopy = (message: { chunk: Uint8Array }): void =>
    void beside.push(Buffer.from(message.chunk).toString('latin1'))
  const { connection } = client as unknown as {
    connection: {
      on(name: string, listener: typeof onCopy): void
      removeListener(name: string, listener: typeof onCopy): void
    }
  }
  client.on('notice', onNotice)
  connection.on('copyData', onCopy)
  try {
    const result: unknown = await client.query<unknown[]>({
      text,
      rowMode: 'array',
      types: asText,
      ...(values === undefined ? {} : { values: [...values] }),
    })
    const results = (Array.isArray(result) ? result : [result]) as readonly pg.QueryArrayResult[]
    return {
      fields: results.flatMap((one) =>
        (one.fields ?? []).map((field) => `${field.name}:${field.dataTypeID}:${field.dataTypeModifier}`),
      ),
      rows: results.flatMap((one) => (one.rows ?? []) as unknown[][]),
      beside,
    }
  } catch (error) {
    const { message, detail, hint, code, where } = error as {
      message: string
      detail?: string
      hint?: string
      code?: string
      where?: string
    }
    return { error: [code, message, detail, hint, where].filter((part) => part !== undefined).join(' | '), beside }
  } finally {
    client.removeListener('notice', onNotice)
    connection.removeListener('copyData', onCopy)
  }
}

export async function openWorld(
  server: Postgres,
  database: string,
  mask: MaskBlock,
  more: {
    unlabelled?: string
    strict?: boolean
    hideSource?: boolean
    functions?: readonly string[]
    level?: 'observe' | 'read'
    through?: string
    unmask?: readonly string[]
  } = {},
): Promise<World> {
  const admin = new pg.Client(urlOf(server, database))
  await admin.connect()
  const options = Object.entries(startupSettings(key, limits))
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ')
  const client = new pg.Client({ connectionString: urlOf(server, database), options })
  await client.connect()
  for (const one of [admin, client]) one.on('error', () => undefined)
  const { rows } = await admin.query<{ v: string }>(`SELECT current_setting('server_version_num') AS v`)
  const load = async (sql: string): Promise<(string | null)[][]> =>
    (await admin.query<(string | null)[]>({ text: sql, rowMode: 'array', types: asText })).rows
  const target = {
    name: 'shop',
    protocol: 'postgres',
    labels: {},
    maxLevel: 'read',
    limits,
    classes: builtinClasses,
    options: {
      mask,
      unlabelled: more.unlabelled ?? 'pass',
      strict: more.strict,
      hideSource: more.hideSource,
      functions: more.functions,
      through: more.through ?? 'tables',
    },
  } as const
  const walls = await openWalls({ target, database, serverVersion: Number(rows[0]?.v), load })
  const scope = more.unmask === undefined ? {} : { unmask: more.unmask, rows: 1_000_000 }
  const session = walls.session({ level: more.level ?? 'read', scope, limits })
  return {
    walls,
    session,
    client,
    async ask(text, values) {
      const place = { searchPath: walls.searchPath, inTransaction: false, extended: values !== undefined }
      const judged = await session.judge(text, place)
      if (isRefusal(judged)) return { refused: judged }
      const sql = judged.flatMap((verdict) => verdict.emulate?.statements ?? [verdict.sql]).join(';\n')
      return { verdicts: judged, ...(await query(client, sql, values)) }
    },
    raw: (text, values) => query(client, text, values),
    query: async (text, values) =>
      (await client.query({ text, values: [...values], rowMode: 'array' })).rows as unknown[][],
    async close() {
      walls.close?.()
      await Promise.all([admin.end(), client.end()])
    },
  }
}
