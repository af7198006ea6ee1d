// The gateway itself: is it up, who am I to it, what is wrong with it.
import { z } from 'zod'
import { dutyActions } from '../policy/schema.ts'
import { operation } from './operation.ts'

export const health = operation({
  name: 'health',
  summary: 'Is the gateway up?',
  method: 'GET',
  path: '/v1/health',
  input: z.strictObject({}),
  output: z.object({ status: z.literal('ok'), version: z.string() }),
  errors: [],
  needs: 'nobody',
  handle: async ({ gateway }) => ({ status: 'ok' as const, version: gateway.version }),
})

export const whoami = operation({
  name: 'whoami',
  summary: 'Who you are to this gateway, and what you may do beside asking.',
  method: 'GET',
  path: '/v1/whoami',
  input: z.strictObject({}),
  output: z.object({
    user: z.string(),
    id: z.string(),
    kind: z.enum(['user', 'service', 'agent']),
    groups: z.array(z.string()),
    actsFor: z.string().optional().describe('the person that this agent acts for'),
    person: z.string().optional().describe('another account of the same person'),
    may: z.array(z.string()).describe('duties, on the gateway or on some target'),
  }),
  errors: [],
  needs: 'signed-in',
  cli: { verb: ['whoami'], examples: ['glovebox whoami', 'glovebox whoami --json'] },
  view: ({ user, kind, groups, may, actsFor }) => ({
    lines: [
      `${user}  ${kind}${actsFor === undefined ? '' : ` of ${actsFor}`}  groups ${groups.join(', ') || 'none'}`,
      ...(may.length > 0 ? [`may ${may.join(', ')}`] : []),
    ],
  }),
  async handle({ principal, gateway }) {
    const { sight } = gateway.access
    const { principals } = gateway.ledger.world
    const targets = [undefined, ...gateway.targets().values()]
    const first = principals.get(principal.person)
    return {
      user: principal.name,
      id: principal.id,
      kind: principal.kind,
      groups: [...principal.groups],
      ...(principal.actsFor === undefined
        ? {}
        : { actsFor: principals.get(principal.actsFor)?.name ?? principal.actsFor }),
      ...(first === undefined || first.id === principal.id || principal.kind === 'agent' ? {} : { person: first.name }),
      may: dutyActions.filter((action) =>
        targets.some(
          (target) => (target !== undefined || action !== 'breakGlass') && sight.may(principal, action, target),
        ),
      ),
    }
  },
})
