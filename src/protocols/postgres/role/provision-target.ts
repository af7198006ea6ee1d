// The script for a target as it is now: its snapshot, its labels, its rights. Asks the target, changes nothing.
import { GloveboxError, refusal } from '../../../core/error.ts'
import type { Target } from '../../../core/nouns.ts'
import type { Gate } from '../../../gate/types.ts'
import type { Provisioning, ProvisionWish } from '../../protocol.ts'
import { dsnOf } from '../options.ts'
import { OwnSession } from '../own-session.ts'
import { Shared } from '../shared.ts'
import type { WallsModule } from '../walls/types.ts'
import { roleFacts } from './facts.ts'
import { provisionL1, roleName, type Script } from './provision.ts'
import { scriptText } from './script.ts'
import { provisionL2 } from './views.ts'

/** Throws GloveboxError: GBX-1002 for a name that is none, whatever the target or its labels are closed for. */
export async function provision(
  module: WallsModule,
  gate: Gate,
  target: Target,
  wish: ProvisionWish,
): Promise<Provisioning> {
  if (!roleName.test(wish.role) || wish.role.startsWith('pg_'))
    throw new GloveboxError(
      refusal('GBX-1002', {
        field: 'role',
        why: 'Lower-case letters, digits and _, not beginning with a digit or pg_.',
      }),
    )
  const own = new OwnSession(module, gate, target)
  try {
    const { version } = await own.signedIn()
    const walls = await gate.shared('postgres', () => new Shared()).walls(module, gate, target, version)
    await walls.refresh()
    const survey = walls.survey?.()
    if (survey === undefined)
      throw new GloveboxError(refusal('GBX-1402', { why: 'there is no snapshot of the catalogue' }))
    const facts = await roleFacts((sql) => own.rows(sql), Math.floor(version / 10_000), wish.role)
    const make = wish.level === 'l2' ? provisionL2 : provisionL1
    const script = make(survey, { ...wish, limits: target.limits }, facts)
    return { ...script, text: scriptText(titleOf(target, wish, script), script, after(target, wish)) }
  } finally {
    await own.close()
  }
}

const titleOf = (target: Target, { level, role }: ProvisionWish, { statements }: Script): string =>
  `Second wall of ${target.name}, level ${level.toUpperCase()}: role ${role}, ${statements.length} statements in one transaction. Can be run again at any time.`

function after(target: Target, { role }: ProvisionWish): string[] {
  const { host, port, database, sslmode } = dsnOf(target)
  const isNear = /^(127\.|::1$|localhost$)/.test(host)
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}/${encodeURIComponent(database)}`
  return [
    `Then give it a password (psql: \\password ${role}) and put it into the url of ${target.name}:`,
    `  postgresql://${role}:…@${address}?sslmode=${isNear ? sslmode : 'verify-full'}`,
  ]
}
