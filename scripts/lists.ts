// Writes the list of functions and catalogues that statements may use, from real servers' own catalogues. The output is
// reviewed by people, one signature a line: + may be used, - may not; all majors in one file, with the majors behind the
// lines that not every one has. Rules F1 to F4 and K1 of docs/explanation/walls.md.
// Usage: node bin/node24.mjs scripts/lists.ts postgresql://… (fresh servers; other majors' lines stay as they are)
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { linesOf } from '../src/protocols/postgres/walls/lists/read.ts'
import { reviewedMajors, signatures } from '../src/protocols/postgres/walls/lists/signatures.ts'

interface FunctionRow {
  readonly name: string
  readonly signature: string
  readonly kind: string
  readonly volatility: string
  readonly language: string
  /** Takes or returns a type that only the server's inside handles. */
  readonly inside: boolean
  /** Is the input, output, receive or send function of a type. */
  readonly io: boolean
}

/** F3: volatile functions that neither change nor read anything but clocks, chance, sizes and positions. */
const volatileAllowed = new Set(
  `clock_timestamp timeofday random random_normal gen_random_uuid uuidv4 uuidv7 pg_relation_size pg_total_relation_size
  pg_table_size pg_indexes_size pg_database_size pg_tablespace_size pg_blocking_pids pg_safe_snapshot_blocking_pids
  pg_partition_tree pg_partition_ancestors pg_is_in_recovery pg_is_wal_replay_paused pg_get_wal_replay_pause_state
  pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp pg_current_wal_lsn
  pg_current_wal_insert_lsn pg_current_wal_flush_lsn pg_collation_actual_version pg_database_collation_actual_version
  pg_jit_available pg_notification_queue_usage`.split(/\s+/),
)

/** F1, F2: immutable or stable, and still not to be used. */
const denied = [
  /^binary_upgrade_/,
  // text of queries, content of relations
  /_to_xml/,
  /_to_xmlschema/,
  /^query_/,
  /^cursor_/,
  /^ts_stat$/,
  /^ts_rewrite$/,
  // decoders of statistics, and what shows other sessions
  /^pg_mcv_list/,
  /^pg_stat_/,
  /^pg_ndistinct/,
  /^pg_dependencies/,
  /^pg_cursor$/,
  /^pg_prepared_/,
  /^pg_stat$/,
  /^pg_lock_status$/,
  // takes a transaction id
  /^txid_current$/,
  /^pg_current_xact_id$/,
  // the server's inside
  /sel$/,
  /^pg_event_trigger_/,
  /_replication_/,
  /slot/,
  /^pg_logical_/,
  /^pg_get_multixact/,
  /^pg_show_all_/,
  /^pg_restore_/,
  /^pg_clear_/,
  // places in the file system and settings
  /file/,
  /^pg_config$/,
  /^pg_hba/,
  /^pg_ident/,
  /^pg_control_/,
  /^pg_get_loaded_modules$/,
  /^pg_get_shmem/,
  /^pg_get_backend_memory/,
  /^lo_/,
  /^lo(read|write|get)/,
  /^pg_ls_/,
  /^pg_read_/,
  /^pg_get_aios$/,
]

/** K1: what these hold is values, secrets, or other sessions' statements. */
const relationsDenied = new Set(
  `pg_statistic pg_statistic_ext_data pg_stats_ext pg_stats_ext_exprs pg_largeobject pg_authid pg_shadow pg_hba_file_rules
  pg_ident_file_mappings pg_file_settings pg_cursors pg_prepared_statements pg_prepared_xacts pg_replication_origin
  pg_replication_origin_status pg_shmem_allocations pg_shmem_allocations_numa pg_backend_memory_contexts pg_config
  pg_stat_wal_receiver pg_aios pg_user_mapping`.split(/\s+/),
)

function isAllowed(row: FunctionRow): boolean {
  if (row.inside || row.io || !['f', 'a', 'w'].includes(row.kind)) return false
  if (!['internal', 'c', 'sql'].includes(row.language)) return false
  if (row.volatility === 'v') return volatileAllowed.has(row.name)
  return !denied.some((pattern) => pattern.test(row.name))
}

const functionsSql = `
  SELECT p.proname AS name, CASE WHEN n.nspname = 'pg_catalog' THEN '' ELSE n.nspname || '.' END || p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')' AS signature,
    p.prokind::text AS kind, p.provolatile::text AS volatility, l.lanname AS language,
    p.prorettype = ANY(i.types) OR p.proargtypes::oid[] && i.types AS inside,
    EXISTS (SELECT FROM pg_catalog.pg_type t WHERE p.oid IN (t.typinput, t.typoutput, t.typreceive, t.typsend)) AS io
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace,
    (SELECT array_agg(oid) AS types FROM pg_catalog.pg_type
      WHERE typname IN ('internal', 'cstring', 'trigger', 'event_trigger', 'language_handler', 'fdw_handler',
        'index_am_handler', 'tsm_handler', 'table_am_handler', 'pg_ddl_command')) i
  WHERE n.nspname IN ('pg_catalog', 'information_schema') AND p.oid < 16384 ORDER BY 2`

const relationsSql = `
  SELECT n.nspname || '.' || c.relname AS name, c.relname AS short FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname IN ('pg_catalog', 'information_schema') AND c.relkind IN ('r', 'v') AND c.oid < 16384 ORDER BY 1`

/** The list of one server: signatures with their sign, in order. */
export async function listOf(url: string): Promise<{ major: number; lines: string[] }> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query(`SET search_path = ''`)
    const { rows: functions } = await client.query<FunctionRow>(functionsSql)
    const { rows: relations } = await client.query<{ name: string; short: string }>(relationsSql)
    const { rows: versions } = await client.query<{ version: string }>(
      `SELECT current_setting('server_version_num') AS version`,
    )
    return {
      major: Math.floor(Number(versions[0]?.version) / 10000),
      lines: [
        ...functions.map((row) => `${isAllowed(row) ? '+' : '-'}${row.signature}`),
        ...relations.map((row) => `${relationsDenied.has(row.short) ? '-' : '+'}${row.name}`),
      ],
    }
  } finally {
    await client.end()
  }
}

/** The file for these lists: functions first, then relations, each in the order of its name. */
export function sourceOf(lists: ReadonlyMap<number, readonly string[]>): string {
  const majors = [...lists.keys()].toSorted((a, b) => a - b)
  const of = new Map<string, number[]>()
  for (const major of majors) for (const line of lists.get(major) ?? []) of.set(line, [...(of.get(line) ?? []), major])
  const key = (line: string): string => `${line.endsWith(')') ? 0 : 1}${line.slice(1)}${line[0]}`
  const lines = [...of.keys()].toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
  return [
    '// What statements may use of PostgreSQL: + may, - may not; behind @ the majors of a line that not all of them have.',
    '// Written by scripts/lists.ts, reviewed by people.',
    `export const reviewedMajors: readonly number[] = [${majors.join(', ')}]`,
    'export const signatures = `',
    ...lines.map((line) => {
      const had = of.get(line) ?? []
      return had.length === majors.length ? line : `${line} @${rangesOf(had)}`
    }),
    '`',
    '',
  ].join('\n')
}

/** 13-15,17 for 13, 14, 15 and 17. */
function rangesOf(majors: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const major of majors) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === major - 1) last[1] = major
    else ranges.push([major, major])
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = new URL('../src/protocols/postgres/walls/lists/signatures.ts', import.meta.url)
  const lists = new Map(reviewedMajors.map((major) => [major, linesOf(signatures, major)]))
  for (const url of process.argv.slice(2)) {
    const { major, lines } = await listOf(url)
    lists.set(major, lines)
  }
  writeFileSync(file, sourceOf(lists))
}
