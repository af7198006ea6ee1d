// What the role on the target could do if the first wall were not there, and what the server around it does with
// statements: one check a subject, each with the lines that mend it. Reads catalogues only.
import type { Check } from '../../../core/check.ts'
import type { Target } from '../../../core/nouns.ts'
import { dsnOf } from '../options.ts'
import { hasView } from '../walls/through.ts'
import type { Survey } from '../walls/types.ts'
import { definersOfPublic, userSchema } from './facts.ts'
import { nameOf, withheld } from './provision.ts'

export type Load = (sql: string) => Promise<readonly (readonly (string | null)[])[]>

export interface Asked {
  readonly load: Load
  readonly target: Target
  /** Absent = the walls know no catalogue. */
  readonly survey?: Survey | undefined
}

/** Names shown where many are meant; fixes likewise. */
const shown = 4
export const some = (names: readonly string[], of = names.length): string =>
  `${names.slice(0, shown).join(', ')}${of > shown ? ` and ${of - shown} more` : ''}`

const warn = (name: string, group: string, detail: string, fix: readonly string[] = []): Check => ({
  name,
  group,
  ok: true,
  warning: true,
  detail,
  ...(fix.length > 0 ? { fix } : {}),
})
const holds = (name: string, group: string, detail: string): Check => ({ name, group, ok: true, detail })

const roleSql = `SELECT current_user, r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb, r.rolreplication,
    pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'), pg_catalog.current_database(), pg_catalog.array_to_string(r.rolconfig, ' ')
  FROM pg_catalog.pg_roles r WHERE r.rolname = current_user`

const membershipsSql = `SELECT r.rolname FROM pg_catalog.pg_roles r
  WHERE r.rolname <> current_user AND pg_catalog.pg_has_role(current_user, r.oid, 'MEMBER') ORDER BY 1`

/** Relations that the role owns, can write, cannot read at all; schemas that it can make things in. */
const relationsSql = `WITH mine AS (
    SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name, c.relkind,
      pg_catalog.pg_has_role(current_user, c.relowner, 'USAGE') AS owned,
      CASE WHEN c.relkind = 'S' THEN pg_catalog.has_sequence_privilege(c.oid, 'USAGE') OR pg_catalog.has_sequence_privilege(c.oid, 'UPDATE')
        ELSE pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') OR pg_catalog.has_any_column_privilege(c.oid, 'INSERT, UPDATE') END AS writes,
      c.relkind IN ('r', 'p', 'm') AND NOT pg_catalog.has_any_column_privilege(c.oid, 'SELECT') AS closed
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND ${userSchema('n')})
  SELECT k.kind, pg_catalog.count(*), (pg_catalog.array_agg(m.name ORDER BY m.name))[1:${shown}]::text
  FROM mine m, LATERAL (VALUES ('owned', m.owned), ('writes', m.writes), ('closed', m.closed)) k(kind, holds) WHERE k.holds GROUP BY 1
  UNION ALL SELECT 'creates', pg_catalog.count(*), (pg_catalog.array_agg(pg_catalog.quote_ident(n.nspname) ORDER BY n.nspname))[1:${shown}]::text
  FROM pg_catalog.pg_namespace n WHERE ${userSchema('n')} AND pg_catalog.has_schema_privilege(n.oid, 'CREATE') HAVING pg_catalog.count(*) > 0`

/** Elements of an array of names as PostgreSQL writes it. */
const elements = (text: string): string[] =>
  [...text.matchAll(/"((?:[^"\\]|\\.)*)"|([^{},]+)/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1'),
  )

/** Memberships that reach beyond reading tables, and what they reach. */
const dangerous: Readonly<Record<string, string>> = {
  pg_read_server_files: 'files of the server',
  pg_write_server_files: 'files of the server',
  pg_execute_server_program: 'programs on the server',
  pg_signal_backend: 'sessions of others',
  pg_signal_autovacuum_worker: 'maintenance of the server',
  pg_write_all_data: 'every table, to write',
  pg_read_all_data: 'every table, to read',
  pg_database_owner: 'what the database owner owns',
  pg_maintain: 'every table, to lock',
  pg_checkpoint: 'checkpoints',
  pg_create_subscription: 'other servers',
  pg_monitor: 'the statements of other sessions',
  pg_read_all_stats: 'the statements of other sessions',
  pg_read_all_settings: 'settings with secrets',
  rds_superuser: 'nearly everything',
  cloudsqlsuperuser: 'nearly everything',
  azure_pg_admin: 'nearly everything',
}

const isTrue = (value: string | null | undefined): boolean => value === 't'

interface Role {
  readonly user: string
  readonly isSuper: boolean
  readonly attributes: readonly string[]
  readonly settings: string
}

async function askRole(load: Load): Promise<Role> {
  const [row] = await load(roleSql)
  const isSuper = isTrue(row?.[1])
  return {
    user: row?.[0] ?? '',
    isSuper,
    attributes: [
      ...(isSuper ? ['superuser: nothing in the target stops it'] : []),
      ...(isTrue(row?.[2]) && !isSuper ? ['BYPASSRLS: row policies do not hold for it'] : []),
      ...(isTrue(row?.[3]) && !isSuper ? ['CREATEROLE: it can make and change roles'] : []),
      ...(isTrue(row?.[4]) && !isSuper ? ['CREATEDB'] : []),
      ...(isTrue(row?.[5]) && !isSuper ? ['REPLICATION: it can read everything'] : []),
      ...(isTrue(row?.[6]) && !isSuper ? [`allowed to CREATE schemas in ${row?.[7] ?? ''}`] : []),
    ],
    settings: row?.[8] ?? '',
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
const roleGroup = 'second wall (the role there)'

/** The second wall: what would hold if the first did not. */
export async function roleChecks({ load, target, survey }: Asked): Promise<Check[]> {
  const group = roleGroup
  const provision = `glovebox provision ${target.name} --level l1   (the SQL of a role that can only read)`
  const role = await askRole(load)
  const counts = new Map((await load(relationsSql)).map((row) => [row[0] ?? '', row] as const))
  const names = (kind: string): string => {
    const row = counts.get(kind)
    return row === undefined ? '' : `${row[1]}: ${some(elements(row[2] ?? ''), Number(row[1]))}`
  }
  const schemas = elements(counts.get('creates')?.[2] ?? '')
  return [
    role.attributes.length === 0
      ? holds('attributes', group, `${role.user} is no superuser, makes no roles, bypasses no row policy`)
      : warn('attributes', group, `${role.user} is ${role.attributes.join('; ')}`, [provision]),
    !counts.has('writes')
      ? holds('writes', group, 'the target itself would refuse INSERT, UPDATE, DELETE and TRUNCATE everywhere')
      : warn('writes', group, `only the first wall stops writes to ${names('writes')}`, [provision]),
    ...(counts.has('owned') && !role.isSuper
      ? [warn('owner', group, `it owns ${names('owned')}; an owner can drop, alter and grant`, [provision])]
      : []),
    !counts.has('creates')
      ? holds('creates', group, 'it can make nothing in any schema')
      : warn(
          'creates',
          group,
          `it can make tables and functions in ${names('creates')}`,
          role.isSuper
            ? [provision]
            : schemas.map((schema) => `REVOKE CREATE ON SCHEMA ${schema} FROM PUBLIC;   -- takes it from everybody`),
        ),
    await membershipCheck(load, role),
    ...(role.settings.includes('default_transaction_read_only=on')
      ? []
      : [
          warn('settings', group, 'read-only is not its default there; Glovebox sets it for its own connections', [
            `ALTER ROLE ${quoted(role.user)} SET default_transaction_read_only = on;`,
          ]),
        ]),
    ...(throughViews(target) ? viewChecks(target, survey) : []),
    ...(survey === undefined ? [] : await columnChecks(load, survey, group, provision)),
    ...(counts.has('closed') && !throughViews(target)
      ? [
          warn('missing', group, `it can't read ${names('closed')}`, [
            `glovebox provision ${target.name} --level l1   (again: for tables that came since)`,
          ]),
        ]
      : []),
  ]
}

const throughViews = ({ options }: Target): boolean => (options as { through?: string }).through === 'views'

/** L2: are the masked views those of today's labels and columns? A table without is refused, so this is not a hole. */
function viewChecks(target: Target, survey: Survey | undefined): Check[] {
  const tables = survey?.relations.filter((relation) => hasView(relation)) ?? []
  const stale = tables.filter(({ refused }) => refused !== undefined).map((one) => `${one.schema}.${one.name}`)
  return [
    stale.length === 0
      ? holds('views', roleGroup, `tables are read through masked views of today's labels (views: ${tables.length})`)
      : warn('views', roleGroup, `missing, or made for other labels or columns; the gateway refuses ${some(stale)}`, [
          `glovebox provision ${target.name} --level l2`,
        ]),
  ]
}

async function membershipCheck(load: Load, { user, isSuper }: Role): Promise<Check> {
  if (isSuper) return holds('memberships', roleGroup, 'a superuser needs none')
  const members = (await load(membershipsSql)).map((row) => row[0] ?? '')
  const reach = members.filter((name) => Object.hasOwn(dangerous, name))
  const others = members.filter((name) => !name.startsWith('pg_'))
  if (reach.length === 0 && others.length === 0) return holds('memberships', roleGroup, 'it is a member of nothing')
  return warn(
    'memberships',
    roleGroup,
    [
      ...reach.map((name) => `${name} reaches ${dangerous[name] ?? ''}`),
      ...(others.length > 0 ? [`${some(others)}: what these may, it may after SET ROLE`] : []),
    ].join('; '),
    [...reach, ...others].slice(0, shown).map((name) => `REVOKE ${quoted(name)} FROM ${quoted(user)};`),
  )
}

/** Can the role read columns that no mask looks at? Then only the first wall keeps them. */
async function columnChecks(load: Load, survey: Survey, group: string, provision: string): Promise<Check[]> {
  const closed = survey.relations.flatMap((relation) =>
    relation.columns
      .filter(({ name }) => withheld(relation).includes(name))
      .map(({ attnum, name }) => ({ oid: relation.oid, attnum, name: `${nameOf(relation)}.${name}` })),
  )
  if (closed.length === 0)
    return [holds('columns', group, 'no label has a mask that reads nothing, so there is no column to withhold')]
  const rows = await load(
    `SELECT v.n FROM (VALUES ${closed.map(({ oid, attnum }, n) => `(${n}, ${oid}::pg_catalog.oid, ${attnum}::pg_catalog.int2)`).join(', ')}) v(n, o, a) WHERE pg_catalog.has_column_privilege(v.o, v.a, 'SELECT')`,
  )
  const open = rows.map((row) => closed[Number(row[0])]?.name.replaceAll('"', '') ?? '')
  return [
    open.length === 0
      ? holds('columns', group, `it can't read what no mask looks at (columns: ${closed.length})`)
      : warn('columns', group, `it could read ${open.length} columns that no mask looks at: ${some(open)}`, [
          provision,
        ]),
  ]
}

const serverSql = `SELECT pg_catalog.pg_is_in_recovery(), (SELECT s.ssl FROM pg_catalog.pg_stat_ssl s WHERE s.pid = pg_catalog.pg_backend_pid()),
    EXTRACT(EPOCH FROM pg_catalog.clock_timestamp()), pg_catalog.current_setting('log_statement'), pg_catalog.current_setting('log_min_duration_statement')`

const policiesSql = `SELECT pg_catalog.format('%I on %I.%I', p.polname, n.nspname, c.relname) FROM pg_catalog.pg_policy p
  JOIN pg_catalog.pg_class c ON c.oid = p.polrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace ORDER BY 1 LIMIT 50`

/** Casts, operators and input functions that are not the server's own nor in C. */
const codeSql = `SELECT pg_catalog.format('cast %s to %s', pg_catalog.format_type(k.castsource, NULL), pg_catalog.format_type(k.casttarget, NULL))
    FROM pg_catalog.pg_cast k JOIN pg_catalog.pg_proc p ON p.oid = k.castfunc JOIN pg_catalog.pg_language l ON l.oid = p.prolang
    WHERE k.oid >= 16384 AND l.lanname NOT IN ('internal', 'c')
  UNION ALL SELECT pg_catalog.format('operator %I.%s', n.nspname, o.oprname) FROM pg_catalog.pg_operator o
    JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode JOIN pg_catalog.pg_language l ON l.oid = p.prolang
    WHERE o.oid >= 16384 AND l.lanname NOT IN ('internal', 'c') LIMIT 50`

/** The furthest that two clocks may be apart before times in records mislead. */
const skewSeconds = 5

/** The server around the role. `now` in epoch milliseconds, as near to the question as it can be. */
export async function serverChecks({ load, target }: Asked, now: () => number): Promise<Check[]> {
  const group = 'server'
  const startedAt = now()
  const [row] = await load(serverSql)
  const middle = (startedAt + now()) / 2
  const skew = Math.round(Number(row?.[2] ?? 0) - middle / 1000)
  const definers = await load(definersOfPublic)
  const policies = (await load(policiesSql)).map((one) => one[0] ?? '')
  const code = (await load(codeSql)).map((one) => one[0] ?? '')
  return [
    tlsCheck(target, isTrue(row?.[1]), group),
    holds(
      'standby',
      group,
      isTrue(row?.[0])
        ? 'a physical standby: nothing can be written there at all'
        : 'a primary; a standby would be a third wall',
    ),
    Math.abs(skew) <= skewSeconds
      ? holds('clock', group, 'within seconds of ours')
      : warn(
          'clock',
          group,
          `${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} ours: times in both records differ`,
          ['timedatectl set-ntp true'],
        ),
    logCheck(target, row?.[3] ?? '', Number(row?.[4] ?? -1), group),
    definers.length === 0
      ? holds('definers', group, 'no function of others runs with the rights of its owner for everybody')
      : warn(
          'definers',
          group,
          `${definers.length} SECURITY DEFINER functions may be called by everybody: ${some(definers.map((one) => `${one[0]} (as ${one[1]})`))}; the first wall refuses them`,
          definers.slice(0, shown).map((one) => `REVOKE EXECUTE ON FUNCTION ${one[0]} FROM PUBLIC;`),
        ),
    policies.length === 0
      ? holds('row policies', group, 'none, so none can run code over raw rows')
      : warn(
          'row policies',
          group,
          `${policies.length} run with the statement over raw rows; one that raises could quote them: ${some(policies)}`,
        ),
    code.length === 0
      ? holds('own code', group, 'no cast and no operator is made of code of its own')
      : warn('own code', group, `refused by the first wall by name: ${some(code)}`),
  ]
}

function tlsCheck(target: Target, isEncrypted: boolean, group: string): Check {
  const { host, sslmode } = dsnOf(target)
  const isNear = /^(127\.|::1$|localhost$|\/)/.test(host)
  const isProved = sslmode === 'verify-full' || sslmode === 'verify-ca'
  const fix = [
    `url: …?sslmode=verify-full   at targets.${target.name} in glovebox.yaml, and ca: with its certificate authority`,
  ]
  if (isEncrypted && isProved) return holds('TLS', group, `encrypted, and it proved who it is (sslmode ${sslmode})`)
  if (isNear)
    return holds('TLS', group, isEncrypted ? 'encrypted; the same machine' : 'not encrypted, and on the same machine')
  return isEncrypted
    ? warn('TLS', group, `encrypted, but nobody checked whose certificate it is (sslmode ${sslmode})`, fix)
    : warn('TLS', group, 'not encrypted: the network between reads along', fix)
}

/** A log of statements holds the values that people searched for. */
function logCheck(target: Target, logged: string, slowMs: number, group: string): Check {
  const user = dsnOf(target).user.replaceAll('"', '""')
  const all = logged === 'all'
  if (!all && slowMs < 0)
    return holds('log', group, `log_statement = ${logged}: statements of readers are not kept in its log`)
  return warn(
    'log',
    group,
    all
      ? 'log_statement = all: what people search for stands in the log of the server'
      : `statements over ${slowMs} ms stand in the log of the server, with what people search for`,
    [
      ...(all ? [`ALTER ROLE "${user}" SET log_statement = 'none';   -- as superuser`] : []),
      ...(slowMs >= 0 ? [`ALTER ROLE "${user}" SET log_min_duration_statement = -1;   -- as superuser`] : []),
    ],
  )
}
