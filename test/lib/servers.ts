// Real servers for tests, each started for one test file and gone with it.
import { startPostgres as start } from '../../src/demo/embedded-postgres.ts'
import type { Postgres, PostgresOptions } from '../../src/demo/embedded-postgres.ts'

export type { Postgres }

/** Major versions that tests run against: 18 comes with npm; 15 is Debian's, so ask `need(t, 'postgres15')` first. */
export type Major = 15 | 18

/** Starts a PostgreSQL. Its user is the superuser; `stop()` leaves nothing. */
export const startPostgres = ({
  major = 18,
  ...rest
}: { major?: Major } & Omit<PostgresOptions, 'bin' | 'major'> = {}): Promise<Postgres> =>
  start(major === 15 ? { ...rest, bin: '/usr/lib/postgresql/15/bin', major } : rest)
