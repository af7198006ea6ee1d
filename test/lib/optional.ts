// Tools that a test may need beyond Node and npm. Absent = the test is skipped and counted; with GLOVEBOX_TEST_ALL=1 (as
// the continuous integration sets) an absent tool is a failure, so that a skip can never hide there.
import { spawnSync } from 'node:child_process'
import type { TestContext } from 'node:test'

/** A command that exits 0 where the tool is usable. */
const probes = {
  go: ['sh', '-c', 'command -v go && test -d /usr/share/gocode/src/golang.org/x/mod'],
  psql: ['psql', '--version'],
  pgbouncer: ['pgbouncer', '--version'],
  pgbench: ['pgbench', '--version'],
  postgres15: ['/usr/lib/postgresql/15/bin/postgres', '--version'],
  python: ['python3', '--version'],
  psycopg: ['/usr/bin/python3', '-c', 'import psycopg, psycopg2'],
  pgx: ['sh', '-c', 'command -v go && test -d /usr/share/gocode/src/github.com/jackc/pgx/v4'],
  pgjdbc: ['sh', '-c', 'command -v javac && test -f /usr/share/java/postgresql.jar'],
  tokio: ['sh', '-c', 'test -x /usr/bin/cargo && ls -d /usr/share/cargo/registry/tokio-postgres-*'],
  chromium: ['chromium', '--version'],
  rsyslog: ['sh', '-c', 'test -x /usr/sbin/rsyslogd && ls /usr/lib/*/rsyslog/lmnsd_gtls.so'],
  tmpfs: [
    'sh',
    '-c',
    'd=$(mktemp -d) && mount -t tmpfs -o size=64k none "$d" && umount "$d"; e=$?; rmdir "$d"; exit $e',
  ],
} as const

export type Tool = keyof typeof probes

const known = new Map<Tool, boolean>()

/** Is the tool here? Asked once per process. */
export function has(tool: Tool): boolean {
  let found = known.get(tool)
  if (found === undefined) {
    const [command, ...args] = probes[tool]
    found = spawnSync(command, args, { stdio: 'ignore', timeout: 30_000 }).status === 0
    known.set(tool, found)
  }
  return found
}

/** False = the tool is absent and the test has been marked as skipped: return at once. Throws where skips are not allowed. */
export function need(t: TestContext, ...tools: Tool[]): boolean {
  const missing = tools.filter((tool) => !has(tool))
  if (missing.length === 0) return true
  if (process.env['GLOVEBOX_TEST_ALL'] === '1')
    throw new Error(`GLOVEBOX_TEST_ALL=1, but this machine has no ${missing.join(', ')}`)
  t.skip(`needs ${missing.join(', ')}`)
  return false
}
