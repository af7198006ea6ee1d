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

export const doctor = operation({
  name: 'doctor.run',
  summary: 'What works in this gateway and what does not, check by check.',
  method: 'GET',
  path: '/v1/doctor',
  input: z.strictObject({}),
  output: z.object({ checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })) }),
  errors: ['GBX-1117'],
  needs: 'manage',
  cli: { verb: ['doctor'], examples: ['glovebox doctor'] },
  view: ({ checks }) => ({
    lines: checks.map(({ name, ok, detail }) => `${ok ? 'ok     ' : 'not ok '} ${name}  ${detail}`),
  }),
  async handle({ gateway }) {
    const { access, store, ledger } = gateway
    const policies = access.policy.policies.size
    const people = ledger.world.principals.size
    return {
      checks: [
        ...(await gateway.checks()),
        {
          name: 'policies',
          ok: policies > 0,
          detail:
            policies > 0
              ? `${policies} in ${Object.keys(access.policy.files).length} files`
              : 'there are none, so nobody may do anything',
        },
        {
          name: 'projections',
          ok: store.health === undefined,
          detail:
            store.health === undefined
              ? 'follow the journal'
              : 'stopped; restart the gateway, or: glovebox doctor --rebuild',
        },
        {
          name: 'people',
          ok: people > 1,
          detail: people > 1 ? `${people} accounts` : `${people} account: nobody can decide what somebody else asks`,
        },
      ],
    }
  },
})
