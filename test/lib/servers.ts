// Real servers for tests, each started for one test file and gone with it.
import { startPostgres as start } from '../../src/demo/embedded-postgres.ts'
import type { Postgres, PostgresOptions } from '../../src/demo/embedded-postgres.ts'
import { installedMajor } from './majors.ts'
import { has } from './optional.ts'

export type { Postgres }

/** Major versions that tests run against: 18 comes with npm ci, 15 is Debian's, the others are installed when asked for. */
export type Major = 13 | 14 | 15 | 16 | 17 | 18

export const majors = [18, 15, 13, 14, 16, 17] as const satisfies readonly Major[]
/** Majors beside the two that every suite runs against: what they need is fetched when a test asks for them. */
export const furtherMajors = [13, 14, 16, 17] as const

/** Why a server of this major can't be started here, as the reason of a skip; false = it can. Throws where skips are not allowed. */
export function lacks(major: Major): string | false {
  const why = whyNot(major)
  if (why !== false && process.env['GLOVEBOX_TEST_ALL'] === '1')
    throw new Error(`GLOVEBOX_TEST_ALL=1, but there is no PostgreSQL ${major}: ${why}`)
  return why === false ? false : `needs postgres${major}`
}

function whyNot(major: Major): string | false {
  if (major === 18) return false
  if (major === 15) return has('postgres15') ? false : 'Debian has not installed it'
  const found = installedMajor(major)
  return 'root' in found ? false : found.why
}

/** Starts a PostgreSQL. Its user is the superuser; `stop()` leaves nothing. */
export const startPostgres = ({
  major = 18,
  ...rest
}: { major?: Major } & Omit<PostgresOptions, 'bin' | 'root' | 'major'> = {}): Promise<Postgres> => {
  if (major === 18) return start(rest)
  if (major === 15) return start({ ...rest, bin: '/usr/lib/postgresql/15/bin', major })
  const found = installedMajor(major)
  return 'root' in found ? start({ ...rest, root: found.root, major }) : Promise.reject(new Error(found.why))
}
