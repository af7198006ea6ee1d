// Locks: stopping a person, a group, a target or an agent at once, and letting go again.
import { z } from 'zod'
import { isRefusal, refusal } from '../core/error.ts'
import type { Lock, PrincipalId } from '../core/nouns.ts'
import { nameOf } from '../core/world.ts'
import { durationField, millis, time, timeField } from './fields.ts'
import { operation, type Context } from './operation.ts'

const kindField = z.enum(['user', 'group', 'target', 'agent']).describe('what to lock: user, group, target or agent')
const nameField = z.string().min(1).max(200).describe('its name')

const lockShape = z.object({
  id: z.string(),
  kind: kindField,
  name: z.string(),
  why: z.string(),
  until: timeField('when it ends by itself').optional(),
})

const subjectName = ({ gateway }: Context, lock: Lock): string =>
  nameOf(gateway.ledger.world, lock.subject as PrincipalId)

const tellLock = (context: Context, lock: Lock): z.input<typeof lockShape> => ({
  id: lock.id,
  kind: lock.kind,
  name: subjectName(context, lock),
  why: lock.reason,
  ...(lock.notAfter === undefined ? {} : { until: time(lock.notAfter) }),
})

const args = [
  { field: 'kind', name: 'KIND' },
  { field: 'name', name: 'NAME' },
]

export const setLock = operation({
  name: 'locks.set',
  summary: 'Stop somebody or something at once: sessions end, nothing is asked or approved until it is lifted.',
  method: 'POST',
  path: '/v1/locks',
  input: z.strictObject({
    kind: kindField,
    name: nameField,
    why: z.string().min(1).max(2_000).describe('shown to whoever is stopped, kept on record'),
    for: durationField('until lifted unless said').optional(),
  }),
  output: lockShape,
  errors: ['GBX-1004', 'GBX-1117'],
  needs: 'lock',
  cli: {
    verb: ['lock'],
    args,
    flags: [
      { field: 'why', long: 'why', short: 'w', value: 'TEXT' },
      { field: 'for', long: 'for', value: 'DURATION' },
    ],
    examples: ['glovebox lock user ana -w "laptop lost"', 'glovebox lock target pg-orders -w "incident 12" --for 1h'],
  },
  view: ({ id, kind, name, until }) => ({
    lines: [`${id}  ${kind} ${name} is locked${until === undefined ? '' : ` until ${until}`}`],
    next: `glovebox unlock ${kind} ${name}`,
  }),
  async handle(context, { kind, name, why, ...rest }) {
    const answer = await context.gateway.access.execute(context.principal, {
      type: 'lock.set',
      kind,
      subject: name,
      reason: why,
      ...(rest.for === undefined ? {} : { durationMs: millis(rest.for) }),
    })
    return isRefusal(answer) ? answer : tellLock(context, context.gateway.ledger.world.locks.get(answer.lock) as Lock)
  },
})

export const listLocks = operation({
  name: 'locks.list',
  summary: 'Locks that are in force.',
  method: 'GET',
  path: '/v1/locks',
  input: z.strictObject({}),
  output: z.object({ locks: z.array(lockShape) }),
  errors: ['GBX-1117'],
  needs: 'lock',
  cli: { verb: ['locks'], examples: ['glovebox locks'] },
  view: ({ locks }) => ({
    table: {
      columns: ['ID', 'KIND', 'NAME', 'UNTIL', 'WHY'],
      rows: locks.map((lock) => [lock.id, lock.kind, lock.name, lock.until ?? '-', lock.why]),
    },
  }),
  async handle(context) {
    const { ledger, now } = context.gateway
    const inForce = [...ledger.world.locks.values()].filter(
      (lock) => lock.notAfter === undefined || lock.notAfter > now(),
    )
    return { locks: inForce.map((lock) => tellLock(context, lock)) }
  },
})

export const liftLock = operation({
  name: 'locks.lift',
  summary: 'Lift every lock on somebody or something.',
  method: 'POST',
  path: '/v1/locks/lift',
  input: z.strictObject({ kind: kindField, name: nameField }),
  output: z.object({ lifted: z.array(z.string()) }),
  errors: ['GBX-1004', 'GBX-1117'],
  needs: 'lock',
  cli: { verb: ['unlock'], args, examples: ['glovebox unlock user ana'] },
  view: ({ lifted }) => ({ lines: lifted.map((id) => `${id}  lifted`) }),
  async handle(context, { kind, name }) {
    const { access, ledger } = context.gateway
    const found = [...ledger.world.locks.values()].filter(
      (lock) => lock.kind === kind && (lock.subject === name || subjectName(context, lock) === name),
    )
    if (found.length === 0) return refusal('GBX-1004', { what: `a lock on ${kind} ${name}` })
    const lifted: string[] = []
    for (const lock of found) {
      const answer = await access.execute(context.principal, { type: 'lock.lift', lock: lock.id })
      if (isRefusal(answer)) return answer
      lifted.push(answer.lock)
    }
    return { lifted }
  },
})
