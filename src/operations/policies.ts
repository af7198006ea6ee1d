// What the policies say: for one person, and for everybody.
import { z } from 'zod'
import { refusal } from '../core/error.ts'
import { plural } from '../lib/plural.ts'
import { approvedActions, askActions, dutyActions } from '../policy/schema.ts'
import { duration } from './fields.ts'
import { operation } from './operation.ts'

const actionField = z
  .enum([...approvedActions, ...dutyActions])
  .describe('observe, read, write, admin, unmask, redact, review, watch, kill, lock, audit, manage, hold or breakGlass')

/** Done on the gateway as a whole. */
const withoutTarget: readonly string[] = ['audit', 'manage', 'redact', 'hold']

const verdictShape = z.object({
  user: z.string(),
  action: z.string(),
  target: z.string().optional(),
  allowed: z.boolean(),
  why: z.string().optional(),
  approvals: z.number().int().optional(),
  from: z.array(z.string()).optional(),
  longest: z.string().optional(),
  policies: z.array(z.string()).describe('ids of the policies that decided'),
})

export const explainPolicy = operation({
  name: 'policies.explain',
  summary: 'May you (or somebody, if you manage or audit) do that, and which policies decide?',
  method: 'GET',
  path: '/v1/policies/explain',
  input: z.strictObject({
    action: actionField,
    target: z.string().max(200).optional().describe('on what'),
    user: z.string().max(63).optional().describe('who; you unless said'),
  }),
  output: verdictShape,
  errors: ['GBX-1004'],
  needs: 'signed-in',
  cli: {
    verb: ['policy', 'explain'],
    args: [
      { field: 'action', name: 'ACTION' },
      { field: 'target', name: 'TARGET' },
    ],
    flags: [{ field: 'user', long: 'user', value: 'NAME' }],
    examples: ['glovebox policy explain read pg-orders', 'glovebox policy explain review pg-orders --user ben'],
  },
  view: ({ user, action, target, allowed, why, approvals, from, longest, policies }) => ({
    lines: [
      `${user} ${allowed ? 'may' : 'may not'} ${action}${target === undefined ? '' : ` on ${target}`}`,
      ...(why === undefined ? [] : [why]),
      ...(approvals === undefined
        ? []
        : [`${plural(approvals, 'approval')} from ${from?.join(', ') ?? ''}, at most ${longest ?? ''}`]),
      `decided by: ${policies.join(', ') || 'no policy'}`,
    ],
  }),
  async handle({ principal, gateway }, { action, target: typed, user }) {
    const { sight } = gateway.access
    const overseer = sight.may(principal, 'manage') || sight.may(principal, 'audit')
    const target =
      typed === undefined ? undefined : overseer ? gateway.targets().get(typed) : sight.target(principal, typed)
    if (typed !== undefined && !target) return refusal('GBX-1004', { what: `target ${typed}` })
    if (!target && ((askActions as readonly string[]).includes(action) || action === 'breakGlass'))
      return refusal('GBX-1002', { field: 'target', why: `${action} is asked for on a target.` })
    const who =
      user === undefined || user === principal.name
        ? principal
        : overseer
          ? [...gateway.ledger.world.principals.values()].find((one) => one.name === user)
          : undefined
    if (!who) return refusal('GBX-1004', { what: `user ${user ?? ''}` })
    const answer = sight.ask(who, action, target)
    const said = {
      user: who.name,
      action,
      ...(target === undefined ? {} : { target: target.name }),
      policies: [...answer.policies],
    }
    if (answer.kind === 'deny') return { ...said, allowed: false, why: answer.why }
    if (answer.maxDurationMs === 0) return { ...said, allowed: true }
    return {
      ...said,
      allowed: true,
      approvals: answer.needed.count,
      from: [...answer.needed.groups],
      longest: duration(answer.maxDurationMs),
    }
  },
})

export const whoCan = operation({
  name: 'policies.who-can',
  summary: 'Everybody who may do that on a target.',
  method: 'GET',
  path: '/v1/policies/who-can',
  input: z.strictObject({ action: actionField, target: z.string().max(200).describe('on what') }),
  output: z.object({
    action: z.string(),
    target: z.string(),
    users: z.array(
      z.object({ user: z.string(), kind: z.string(), approvals: z.number().int(), policies: z.array(z.string()) }),
    ),
  }),
  errors: ['GBX-1002', 'GBX-1004'],
  needs: 'signed-in',
  cli: {
    verb: ['policy', 'who-can'],
    args: [
      { field: 'action', name: 'ACTION' },
      { field: 'target', name: 'TARGET' },
    ],
    examples: ['glovebox policy who-can review pg-orders', 'glovebox policy who-can read pg-orders'],
  },
  view: ({ users }) => ({
    table: {
      columns: ['USER', 'KIND', 'APPROVALS', 'POLICIES'],
      rows: users.map((one) => [one.user, one.kind, String(one.approvals), one.policies.join(' ')]),
    },
  }),
  async handle({ principal, gateway }, { action, target: typed }) {
    const { sight, policy } = gateway.access
    const target = sight.target(principal, typed)
    if (!target) return refusal('GBX-1004', { what: `target ${typed}` })
    if (withoutTarget.includes(action))
      return refusal('GBX-1002', { field: 'action', why: `${action} is not done on one target.` })
    const all = policy.whoCan(gateway.ledger.world.principals.values(), { action, target })
    return {
      action,
      target: target.name,
      users: all.map(({ principal: who, answer }) => ({
        user: who.name,
        kind: who.kind,
        approvals: answer.needed.count,
        policies: [...answer.policies],
      })),
    }
  },
})
