// PostgreSQL as a target protocol, for given walls: the object that registry.ts lists. Tests put other walls in.
import { GloveboxError } from '../../core/error.ts'
import type { Gate } from '../../gate/types.ts'
import type { Target } from '../../core/nouns.ts'
import type { Protocol } from '../protocol.ts'
import { drive } from './drive.ts'
import { dsnOf, endpointOf, options, type PostgresOptions } from './options.ts'
import { OwnSession } from './own-session.ts'
import { serve } from './serve.ts'
import { Shared } from './shared.ts'
import type { WallsModule } from './walls/types.ts'

/** Columns that are named when many have no label. */
const namedColumns = 12

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
  probe: (gate, target) => probe(walls, gate, target),
})

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

/** Signs in as the gateway, looks at the version, loads the walls. Each step that fails ends the list. */
async function probe(walls: WallsModule, gate: Gate, target: Target): ReturnType<Protocol['probe']> {
  const found: { name: string; ok: boolean; detail: string }[] = []
  const own = new OwnSession(walls, gate, target)
  const step = async (name: string, run: () => Promise<string>): Promise<boolean> => {
    try {
      found.push({ name, ok: true, detail: await run() })
      return true
    } catch (error) {
      found.push({ name, ok: false, detail: error instanceof GloveboxError ? error.refusal.title : 'it failed' }) // closed: not ok
      return false
    }
  }
  const { host, port, user, sslmode } = dsnOf(target)
  let version = 0
  let labels: (typeof found)[number] | undefined
  const signedIn = await step('sign-in', async () => {
    version = (await own.signedIn()).version
    return `${user} at ${endpointOf(target).host}:${port}, sslmode ${sslmode}`
  })
  if (!signedIn) return found
  const major = Math.floor(version / 10_000)
  const known = walls.reviewedMajors.includes(major)
  found.push({
    name: 'version',
    ok: known,
    detail: known
      ? `PostgreSQL ${major}`
      : `PostgreSQL ${major}: no reviewed lists (reviewed: ${walls.reviewedMajors.join(', ')})`,
  })
  if (known) {
    await step('walls', async () => {
      const made = await gate.shared('postgres', () => new Shared()).walls(walls, gate, target, version)
      const open = made.unlabelled?.()
      if (open !== undefined) labels = { name: 'labels', ok: true, detail: labelsDetail(open) }
      return `catalogue and labels loaded (version ${made.version}) from ${host}`
    })
    if (labels !== undefined) found.push(labels)
  }
  await own.close()
  return found
}

/** A warning, not a failure: what passes unmasked may be meant to. */
function labelsDetail(open: readonly string[]): string {
  if (open.length === 0) return 'every text column has a label, or is hidden without one'
  const more = open.length > namedColumns ? ` and ${open.length - namedColumns} more` : ''
  const names = `${open.slice(0, namedColumns).join(', ')}${more}`
  return `${open.length} unlabelled, so unmasked: ${names}; label them, or: unlabelled: redact`
}
