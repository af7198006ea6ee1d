// PostgreSQL as a target protocol, for given walls: the object that registry.ts lists. Tests put other walls in.
import type { Target } from '../../core/nouns.ts'
import type { Gate } from '../../gate/types.ts'
import type { Protocol } from '../protocol.ts'
import { drive } from './drive.ts'
import { columnMasks } from './explain/columns.ts'
import { preview } from './explain/preview.ts'
import { sampled } from './explain/sample.ts'
import { options, type PostgresOptions } from './options.ts'
import { OwnSession } from './own-session.ts'
import { probe } from './probe.ts'
import { apply } from './role/apply.ts'
import { provision } from './role/provision-target.ts'
import { serve } from './serve.ts'
import { Shared } from './shared.ts'
import type { Walls, WallsModule } from './walls/types.ts'
import { commit, rehearse } from './writes/writes.ts'

export const postgresWith = (walls: WallsModule, within: { signInMs?: number } = {}): Protocol<PostgresOptions> => ({
  name: 'postgres',
  port: 7432,
  alpn: 'postgresql',
  options,
  serve: (client, gate) => serve(walls, client, gate, within.signInMs),
  drive,
  address,
  client: ({ host, port, target, user, password, caFile }) => ({
    command: 'psql',
    args: [],
    env: {
      PGHOST: host,
      PGPORT: String(port),
      PGDATABASE: target,
      PGUSER: user,
      PGPASSWORD: password,
      ...(caFile === undefined ? {} : { PGSSLMODE: 'verify-full', PGSSLROOTCERT: caFile }),
    },
  }),
  names: async (gate, target, scope) => {
    const own = new OwnSession(walls, gate, target)
    const { version } = await own.signedIn().finally(() => own.close())
    const made = await gate.shared('postgres', () => new Shared()).walls(walls, gate, target, version)
    await made.refresh()
    return made.names?.(scope)
  },
  writes: {
    rehearse: (gate, target, of) => rehearse({ module: walls, gate, target }, of),
    commit: (gate, target, of) => commit({ module: walls, gate, target }, of),
  },
  columns: async (gate, target) => {
    const survey = (await standing(walls, gate, target)).survey?.()
    return survey === undefined ? [] : columnMasks(survey)
  },
  sample: async (gate, target) => {
    const survey = (await standing(walls, gate, target)).survey?.()
    const own = new OwnSession(walls, gate, target)
    return survey === undefined ? [] : sampled(survey, (sql) => own.rows(sql)).finally(() => own.close())
  },
  preview: async (gate, target, text, as) => preview(await standing(walls, gate, target), target, text, as),
  probe: (gate, target) => probe(walls, gate, target),
  provision: (gate, target, wish) => provision(walls, gate, target, wish),
  apply,
})

/** The walls of a target: from the snapshot that is there, else by one connection. */
async function standing(walls: WallsModule, gate: Gate, target: Target): Promise<Walls> {
  const shared = gate.shared('postgres', () => new Shared())
  const held = shared.held(target)
  if (held !== undefined) return held
  const own = new OwnSession(walls, gate, target)
  const { version } = await own.signedIn().finally(() => own.close())
  return shared.walls(walls, gate, target, version)
}

/** The loopback DSN carries no sslmode (node-pg reads `require` as verify-full); beyond loopback the CA's file is named. */
function address(at: Parameters<Protocol['address']>[0]): Readonly<Record<string, string>> {
  const { host, port, target, user, password, caFile } = at
  const name = host.includes(':') ? `[${host}]` : host
  const tls = caFile === undefined ? '' : `sslmode=verify-full&sslrootcert=${encodeURIComponent(caFile)}`
  const jdbcTls = tls === '' ? '' : `&${tls}`
  const database = encodeURIComponent(target)
  return {
    dsn: `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${name}:${port}/${database}${tls === '' ? '' : `?${tls}`}`,
    jdbc: `jdbc:postgresql://${name}:${port}/${database}?user=${encodeURIComponent(user)}&password=${encodeURIComponent(password)}${jdbcTls}`,
  }
}
