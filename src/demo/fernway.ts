// Fills a PostgreSQL with the tea shop Fernway and says what glovebox.yaml has to know about it.
import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import type { Postgres } from './embedded-postgres.ts'
import { fernway, type Rows } from './fernway-rows.ts'
import { labels, readOnlyRole, schema, views, writingRole } from './fernway-schema.ts'

const DATABASE = 'fernway'

/** Makes the database on a server that has none of that name. Gives the url of an account that can only read. */
export async function loadFernway(server: Postgres): Promise<{
  readonly url: string
  /** Of an account that can change rows. */
  readonly writeUrl: string
  readonly adminUrl: string
}> {
  const password = randomBytes(18).toString('base64url')
  const writing = randomBytes(18).toString('base64url')
  const on = (database: string): string => server.url.replace(/\/[^/]*$/, `/${database}`)
  await withClient(server.url, (client) => client.query(`create database ${DATABASE} template template0`))
  await withClient(on(DATABASE), async (client) => {
    await client.query(`begin; ${schema}`)
    for (const rows of fernway()) await insert(client, rows)
    await client.query(`${views} ${readOnlyRole(password)} ${writingRole(writing)} commit`)
  })
  return {
    url: `postgresql://glovebox_ro:${password}@${server.host}:${server.port}/${DATABASE}?sslmode=disable`,
    writeUrl: `postgresql://glovebox_rw:${writing}@${server.host}:${server.port}/${DATABASE}?sslmode=disable`,
    adminUrl: on(DATABASE),
  }
}

/** One statement a table: an array by column, so that 41,200 rows are one round trip. Text first: that fits every type. */
async function insert(client: Client, { table, rows }: Rows): Promise<void> {
  const known = await client.query<{ name: string; type: string }>(
    'select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute where attrelid = $1::regclass',
    [table],
  )
  const typeOf = new Map(known.rows.map(({ name, type }) => [name, type]))
  const columns = Object.keys(rows[0] ?? {})
  const arrays = columns.map((_, i) => `$${i + 1}::text[]`).join(', ')
  const values = columns.map((name) => `rows.${name}::${typeOf.get(name)}`).join(', ')
  await client.query(
    `insert into ${table} (${columns.join(', ')}) select ${values} from unnest(${arrays}) as rows(${columns.join(', ')})`,
    columns.map((name) => rows.map((row) => row[name])),
  )
}

/** Runs with a connection that is closed in any case. */
export async function withClient<T>(url: string, run: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined) // a connection that dies shows itself in the query that is running
  await client.connect()
  try {
    return await run(client)
  } finally {
    await client.end()
  }
}

/** glovebox.yaml for the demo. Port 0 = a free one. */
export const fernwayConfig = ({
  url,
  writeUrl,
  web,
  postgres,
  policies,
}: {
  url: string
  writeUrl?: string
  web: number
  postgres: number
  policies: string
}): string => `# The demo's configuration: one target, four people and an agent.
gateway:
  listen: { web: 127.0.0.1:${web}, postgres: 127.0.0.1:${postgres} }
  policies: ${JSON.stringify(policies)}
classes:
  pii.email: { form: pseudonym, search: exact }
targets:
  pg-orders:
    protocol: postgres
    url: ${JSON.stringify(url)}
${writeUrl === undefined ? '' : `    writeUrl: ${JSON.stringify(writeUrl)}\n`}    labels: { env: production, team: checkout }
    maxLevel: write
    mask:
${Object.entries(labels)
  .map(([column, name]) => `      ${column}: ${name}`)
  .join('\n')}
      public.payments.gateway_response: { class: pii.json, form: keep, keep: [status, code, processor] }
    limits: { rows: 10000, bytes: 50MB, statementTimeout: 30s }
users:
  ada: { groups: [engineers, oncall] }
  ben: { groups: [platform-leads] }
  cleo: { groups: [security] }
  dan: { groups: [platform-leads, admins] }
  scout: { kind: agent, of: ada }
`
