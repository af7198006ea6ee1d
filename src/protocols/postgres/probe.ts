// Checks a target as a whole: can we sign in, do we know this version, do the walls stand, and do they hold? Canaries go
// the way that people's statements go; the role is judged by what it could do without the walls. Changes nothing there.
import type { Check } from '../../core/check.ts'
import { GloveboxError } from '../../core/error.ts'
import type { Target } from '../../core/nouns.ts'
import type { Gate } from '../../gate/types.ts'
import { dsnOf, endpointOf } from './options.ts'
import { OwnSession } from './own-session.ts'
import { maskingChecks, transactionCheck, writeCheck } from './role/canaries.ts'
import { roleChecks, serverChecks } from './role/rights.ts'
import { Shared } from './shared.ts'
import type { Walls, WallsModule } from './walls/types.ts'

/** Columns that are named when many have no label. */
const namedColumns = 12

/** What to do next, but for the very check that found it. */
function fixOf(next: readonly string[]): Pick<Check, 'fix'> {
  const fix = next.filter((line) => !line.startsWith('glovebox target test'))
  return fix.length === 0 ? {} : { fix }
}

type Steps = (name: string, run: () => Promise<readonly Check[]>, group?: string) => Promise<boolean>

/** Each step that fails ends what stands on it; what is independent goes on. Never throws. */
export async function probe(walls: WallsModule, gate: Gate, target: Target): Promise<readonly Check[]> {
  const found: Check[] = []
  const own = new OwnSession(walls, gate, target)
  const step: Steps = async (name, run, group) => {
    try {
      found.push(...(await run()))
      return true
    } catch (error) {
      // closed: not ok
      const refused = error instanceof GloveboxError ? error.refusal : undefined
      found.push({
        name,
        ok: false,
        detail: refused?.title ?? 'it failed',
        ...(group === undefined ? {} : { group }),
        ...fixOf(refused?.next ?? []),
      })
      return false
    }
  }
  try {
    await look(step, own, walls, gate, target)
  } finally {
    await own.close()
  }
  return found
}

async function look(step: Steps, own: OwnSession, walls: WallsModule, gate: Gate, target: Target): Promise<void> {
  const { port, user, sslmode } = dsnOf(target)
  let version = 0
  const signedIn = await step('sign-in', async () => {
    version = (await own.signedIn()).version
    return [{ name: 'sign-in', ok: true, detail: `${user} at ${endpointOf(target).host}:${port}, sslmode ${sslmode}` }]
  })
  if (!signedIn) return
  const major = Math.floor(version / 10_000)
  const known = walls.reviewedMajors.includes(major)
  const reviewed = `no reviewed lists (reviewed: ${walls.reviewedMajors.join(', ')})`
  await step('version', async () => [
    {
      name: 'version',
      ok: known,
      detail: known ? `PostgreSQL ${major}, with reviewed lists` : `PostgreSQL ${major}: ${reviewed}`,
    },
  ])
  if (!known) return
  let made: Walls | undefined
  await step('walls', async () => {
    made = await gate.shared('postgres', () => new Shared()).walls(walls, gate, target, version)
    await made.refresh()
    return [{ name: 'walls', ok: true, detail: `catalogue and labels loaded (version ${made.version})` }]
  })
  if (made === undefined) return
  await controls(step, own, made, target)
}

async function controls(step: Steps, own: OwnSession, made: Walls, target: Target): Promise<void> {
  const survey = made.survey?.()
  const load = (sql: string): ReturnType<OwnSession['rows']> => own.rows(sql)
  const asked = { load, target, survey }
  if (survey !== undefined)
    await step(
      'canaries',
      () => maskingChecks({ walls: made, target, run: (sql, action) => own.answer(sql, action) }, survey),
      'masking',
    )
  const open = made.unlabelled?.()
  if (open !== undefined) await step('unlabelled', async () => [labelsCheck(open, target.name)], 'masking')
  if (survey === undefined) return
  await step('first wall', async () => [await writeCheck({ walls: made, target }, survey)], 'read-only')
  await step(
    'transaction',
    async () => [transactionCheck((await own.rows('SHOW default_transaction_read_only'))[0]?.[0])],
    'read-only',
  )
  await step('role', () => roleChecks(asked), 'second wall (the role there)')
  await step('server', () => serverChecks(asked, Date.now), 'server')
}

/** A warning, not a failure: what passes unmasked may be meant to. */
function labelsCheck(open: readonly string[], target: string): Check {
  const group = 'masking'
  if (open.length === 0)
    return { name: 'unlabelled', group, ok: true, detail: 'every text column has a label, or a mask without one' }
  const more = open.length > namedColumns ? ` and ${open.length - namedColumns} more` : ''
  const names = `${open.slice(0, namedColumns).join(', ')}${more}`
  return {
    name: 'unlabelled',
    group,
    ok: true,
    warning: true,
    detail: `text columns without a label, which pass unmasked (${open.length}): ${names}`,
    fix: [
      `glovebox mask suggest ${target}   (which labels they should have)`,
      'or leave out   unlabelled: pass   at the target: scrub is the default',
    ],
  }
}
