// Legal holds: nothing that one covers is erased, by anybody or by time, until it is lifted. Both are on record.
import { z } from 'zod'
import { isRefusal, refusal, type Refusal } from '../../core/error.ts'
import type { PrincipalId } from '../../core/nouns.ts'
import type { Hold } from '../../core/redaction.ts'
import { nameOf } from '../../core/world.ts'
import { findId, idField, reasonField, time, timeField } from '../fields.ts'
import { operation, type Parts } from '../operation.ts'
import { personNamed, sessionNamed } from './redactions.ts'

const kindField = z.enum(['all', 'user', 'session']).describe('what to hold: all, user or session')
const shape = z.object({
  id: z.string(),
  kind: kindField,
  subject: z.string(),
  name: z.string().optional(),
  why: z.string(),
  by: z.string(),
  since: timeField('when it was set'),
})

function tell({ ledger }: Parts, hold: Hold): z.input<typeof shape> {
  const name = hold.kind === 'person' ? ledger.world.names.get(hold.subject as PrincipalId) : undefined
  return {
    id: hold.id,
    kind: hold.kind === 'person' ? 'user' : hold.kind,
    subject: hold.subject,
    ...(name === undefined ? {} : { name }),
    why: hold.reason,
    by: nameOf(ledger.world, hold.by),
    since: time(hold.since),
  }
}

async function heldSubject(
  gateway: Parts,
  kind: z.output<typeof kindField>,
  typed: string | undefined,
): Promise<Pick<Hold, 'kind' | 'subject' | 'of'> | Refusal> {
  if (kind === 'all') return { kind, subject: 'all' }
  if (typed === undefined) return refusal('GBX-1002', { field: 'subject', why: `name the ${kind}.` })
  if (kind === 'user') {
    const person = personNamed(gateway, typed)
    return isRefusal(person) ? person : { kind: 'person', subject: person }
  }
  const session = await sessionNamed(gateway, typed)
  return isRefusal(session)
    ? session
    : { kind, subject: session.id, ...(session.of === undefined ? {} : { of: session.of }) }
}

export const setHold = operation({
  name: 'holds.set',
  summary: 'Set a legal hold: what it covers is not erased by a redaction nor by retention until it is lifted.',
  method: 'POST',
  path: '/v1/holds',
  input: z.strictObject({
    kind: kindField,
    subject: z.string().min(1).max(200).optional().describe('the person or session; nothing for all'),
    why: reasonField,
  }),
  output: shape,
  errors: ['GBX-1004', 'GBX-1117'],
  needs: 'hold',
  cli: {
    verb: ['audit', 'hold', 'set'],
    args: [
      { field: 'kind', name: 'KIND' },
      { field: 'subject', name: 'WHAT' },
    ],
    flags: [{ field: 'why', long: 'why', short: 'w', value: 'TEXT' }],
    examples: ['glovebox audit hold set user ana -w "case 4 C 118/26"', 'glovebox audit hold set all -w "incident 12"'],
  },
  view: ({ id, kind, name, subject }) => ({
    lines: [`${id}  ${kind === 'all' ? 'everything' : `${kind} ${name ?? subject}`} is held`],
    next: `glovebox audit hold lift ${id} -w "…"`,
  }),
  async handle({ principal, gateway }, { kind, subject, why }) {
    const found = await heldSubject(gateway, kind, subject)
    if (isRefusal(found)) return found
    const answer = await gateway.access.execute(principal, { type: 'hold.set', ...found, reason: why })
    return isRefusal(answer) ? answer : tell(gateway, gateway.ledger.world.holds.get(answer.hold) as Hold)
  },
})

export const listHolds = operation({
  name: 'holds.list',
  summary: 'Legal holds that are in force.',
  method: 'GET',
  path: '/v1/holds',
  input: z.strictObject({}),
  output: z.object({ holds: z.array(shape) }),
  errors: ['GBX-1117'],
  needs: 'audit',
  cli: { verb: ['audit', 'hold', 'list'], examples: ['glovebox audit hold list'] },
  view: ({ holds }) => ({
    table: {
      columns: ['ID', 'WHAT', 'SINCE', 'BY', 'WHY'],
      rows: holds.map((one) => [
        one.id,
        one.kind === 'all' ? 'all' : `${one.kind} ${one.name ?? one.subject}`,
        one.since,
        one.by,
        one.why,
      ]),
    },
  }),
  async handle({ gateway }) {
    return { holds: [...gateway.ledger.world.holds.values()].map((hold) => tell(gateway, hold)) }
  },
})

export const liftHold = operation({
  name: 'holds.lift',
  summary: 'Lift a legal hold.',
  method: 'POST',
  path: '/v1/holds/:id/lift',
  input: z.strictObject({ id: idField('hold'), why: reasonField }),
  output: z.object({ id: z.string() }),
  errors: ['GBX-1004', 'GBX-1117'],
  needs: 'hold',
  cli: {
    verb: ['audit', 'hold', 'lift'],
    args: [{ field: 'id', name: 'HOLD' }],
    flags: [{ field: 'why', long: 'why', short: 'w', value: 'TEXT' }],
    examples: ['glovebox audit hold lift h-3kx9 -w "the case is closed"'],
  },
  view: ({ id }) => ({ lines: [`${id}  lifted`] }),
  async handle({ principal, gateway }, { id, why }) {
    const found = findId(id, gateway.ledger.world.holds.keys(), () => true)
    if (isRefusal(found)) return found
    const answer = await gateway.access.execute(principal, { type: 'hold.lift', hold: found, reason: why })
    return isRefusal(answer) ? answer : { id: answer.hold }
  },
})
