// Epochs of pseudonyms: which there are, beginning a new one, destroying an old one for good.
import { z } from 'zod'
import { isRefusal } from '../../core/error.ts'
import { findId, time, timeField } from '../fields.ts'
import { operation } from '../operation.ts'

const epochShape = z.object({
  id: z.string(),
  state: z.enum(['in use', 'over', 'destroyed']),
  begun: timeField('when its first session could begin'),
  destroyed: timeField('when its key was destroyed').optional(),
})

export const listEpochs = operation({
  name: 'epochs.list',
  summary: 'Epochs of pseudonyms: equal values have equal pseudonyms within one, and nothing in common across two.',
  method: 'GET',
  path: '/v1/epochs',
  input: z.strictObject({}),
  output: z.object({ epochs: z.array(epochShape) }),
  errors: ['GBX-1117'],
  needs: 'manage',
  cli: { verb: ['mask', 'epoch', 'list'], examples: ['glovebox mask epoch list'] },
  view: ({ epochs }) => ({
    table: {
      columns: ['EPOCH', 'STATE', 'BEGUN', 'DESTROYED'],
      rows: epochs.map((one) => [one.id, one.state, one.begun, one.destroyed ?? '']),
    },
  }),
  async handle({ gateway }) {
    const all = [...gateway.ledger.world.epochs]
    const inUse = all.findLast(([, { destroyed }]) => destroyed === undefined)?.[0]
    return {
      epochs: all.map(([id, { begun, destroyed }]) => ({
        id,
        state:
          destroyed !== undefined ? ('destroyed' as const) : id === inUse ? ('in use' as const) : ('over' as const),
        begun: time(begun),
        ...(destroyed === undefined ? {} : { destroyed: time(destroyed) }),
      })),
    }
  },
})

export const rotateEpoch = operation({
  name: 'epochs.rotate',
  summary: 'Begin a new epoch now: new sessions get other pseudonyms for the same values. Open sessions keep theirs.',
  method: 'POST',
  path: '/v1/epochs',
  input: z.strictObject({}),
  output: z.object({ id: z.string() }),
  errors: ['GBX-1117'],
  needs: 'manage',
  cli: { verb: ['mask', 'epoch', 'rotate'], examples: ['glovebox mask epoch rotate'] },
  view: ({ id }) => ({ lines: [`${id}  in use for new sessions`], next: 'glovebox mask epoch list' }),
  async handle({ principal, gateway }) {
    const answer = await gateway.access.execute(principal, { type: 'epoch.rotate' })
    return isRefusal(answer) ? answer : { id: answer.epoch }
  },
})

export const destroyEpoch = operation({
  name: 'epochs.destroy',
  summary:
    'Destroy the key of an epoch that is over: nobody can make its pseudonyms again, so those in old answers and recordings lead nowhere. Sessions that still use it end. Backups of keys.db keep their copy.',
  method: 'POST',
  path: '/v1/epochs/:id/destroy',
  input: z.strictObject({
    id: z.string().min(1).max(40).describe('id of the epoch, or its beginning'),
    why: z.string().max(2_000).default('').describe('kept on record'),
  }),
  output: z.object({ id: z.string(), state: z.literal('destroyed') }),
  errors: ['GBX-1004', 'GBX-1107', 'GBX-1117'],
  needs: 'manage',
  cli: {
    verb: ['mask', 'epoch', 'destroy'],
    args: [{ field: 'id', name: 'EPOCH' }],
    flags: [{ field: 'why', long: 'why', short: 'w', value: 'TEXT' }],
    examples: ['glovebox mask epoch destroy e-4k2m -w "retention is over"'],
  },
  view: ({ id, state }) => ({ lines: [`${id}  ${state}`] }),
  async handle({ principal, gateway }, { id, why }) {
    const found = findId(id, gateway.ledger.world.epochs.keys(), () => true)
    if (isRefusal(found)) return found
    const answer = await gateway.access.execute(principal, { type: 'epoch.destroy', epoch: found, reason: why })
    return isRefusal(answer) ? answer : { id: answer.epoch, state: 'destroyed' as const }
  },
})
