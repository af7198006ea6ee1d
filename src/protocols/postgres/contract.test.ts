// The contract of all protocols, for PostgreSQL on a real server.
import pg from 'pg'
import { openDoor } from '../../../test/lib/door.ts'
import { openWalls } from '../../../test/lib/open-walls.ts'
import { protocolContract, type Asker, type Ended } from '../../../test/lib/protocol-contract.ts'
import { startPostgres, type Postgres } from '../../../test/lib/servers.ts'

let server: Postgres

async function connect(port: number, user = 'ada', password = 'token'): Promise<Asker> {
  const settings = { host: '127.0.0.1', port, user, password, database: 'pg' }
  const client = new pg.Client(settings)
  const { promise: gone, resolve } = Promise.withResolvers<void>()
  client.on('error', () => undefined)
  client.on('end', () => resolve())
  await client.connect()
  return {
    gone,
    async ask(text): Promise<Ended> {
      try {
        const { rows } = await client.query<(string | null)[]>({ text, rowMode: 'array' })
        return { rows: rows.map((row) => row.map(String)) }
      } catch (error) {
        const { code = '', routine = '', message } = error as pg.DatabaseError
        return { rows: [], error: { code, ours: routine, message } }
      }
    },
    async cancel() {
      const { processID, secretKey } = client as unknown as { processID: number; secretKey: number }
      const { connection } = new pg.Client(settings) as unknown as {
        connection: {
          connect(port: number, host: string): void
          once(event: string, then: () => void): void
          cancel(pid: number, key: number): void
        }
      }
      connection.connect(port, '127.0.0.1')
      await new Promise<void>((done) => {
        connection.once('connect', () => connection.cancel(processID, secretKey))
        connection.once('end', () => done())
      })
    },
    close: () => client.end(),
  }
}

protocolContract({
  name: 'postgres',
  start: async () => {
    server = await startPostgres({ settings: { log_statement: 'all' } })
  },
  stop: () => server.stop(),
  open: (faults = {}) =>
    openDoor({
      url: server.url,
      walls: openWalls({
        ...(faults.refuses === undefined ? {} : { refuse: faults.refuses }),
        ...(faults.wallsBreak === undefined ? {} : { broken: faults.wallsBreak }),
        ...(faults.alarm === undefined ? {} : { alarm: faults.alarm }),
      }),
      limits: faults.limits ?? {},
    }),
  connect: (house, as = {}) => connect(house.port, as.user, as.password),
  reached: () => server.log(),
  says: {
    one: 'select 1',
    marked: (mark) => `select '${mark}'`,
    slow: 'select pg_sleep(20)',
    rows: (count) => `select g from generate_series(1, ${count}) g`,
    endless: "select generate_series(1, 100000000), repeat('x', 200)",
    broken: 'select 1/0',
    write: (mark) => `create table ${mark} (id int)`,
    labelled: 'select 1 as planted_alarm',
  },
  codes: {
    refused: '42501',
    over: '57P01',
    notRecorded: '58030',
    limit: '54000',
    cancelled: '57014',
    readOnly: '25006',
  },
})
