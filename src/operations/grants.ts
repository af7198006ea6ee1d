// Grants: getting a password for one's own client, more time, and giving or taking back.
import { z } from 'zod'
import { isRefusal, refusal, type Refusal } from '../core/error.ts'
import { isLive, liveGrants } from '../core/grant.ts'
import { isHigher } from '../core/level.ts'
import type { Grant, GrantId, Target } from '../core/nouns.ts'
import { rowsLeft } from '../core/scope.ts'
import { stateOf } from '../core/request.ts'
import { endedRefusal } from '../core/session.ts'
import { nameOf } from '../core/world.ts'
import {
  durationField,
  findId,
  flagField,
  idField,
  levelField,
  millis,
  reasonField,
  time,
  timeField,
} from './fields.ts'
import { operation, type Context } from './operation.ts'
import { requestShape, tellRequest, toldRequest, viewRequest } from './requests.ts'

const grantShape = z.object({
  id: z.string(),
  state: z.enum(['live', 'expired', 'revoked']),
  holder: z.string(),
  target: z.string(),
  level: levelField,
  tables: z.array(z.string()).optional(),
  unmask: z.array(z.string()).optional().describe('labelled columns that it shows as they are'),
  rows: z.number().int().optional().describe('at most this many rows with such a value'),
  shown: z.array(z.number().int()).optional().describe('values of each of them that were shown'),
  request: z.string(),
  started: timeField('when it was approved'),
  expires: timeField('when it ends'),
})

function tellGrant({ gateway }: Context, grant: Grant): z.input<typeof grantShape> {
  return {
    id: grant.id,
    state: isLive(grant, gateway.now()) ? 'live' : (grant.ended ?? 'expired'),
    holder: nameOf(gateway.ledger.world, grant.holder),
    target: grant.target,
    level: grant.level,
    ...(grant.scope.tables === undefined ? {} : { tables: [...grant.scope.tables] }),
    ...(grant.scope.unmask === undefined ? {} : { unmask: [...grant.scope.unmask], shown: [...(grant.shown ?? [])] }),
    ...(grant.scope.rows === undefined ? {} : { rows: grant.scope.rows }),
    request: grant.request,
    started: time(grant.notBefore),
    expires: time(grant.notAfter),
  }
}

function findGrant({ principal, gateway }: Context, typed: string): Grant | Refusal {
  const { grants } = gateway.ledger.world
  const id = findId(typed, grants.keys(), (one) => gateway.access.sight.grant(principal, grants.get(one) as Grant))
  return isRefusal(id) ? id : (grants.get(id) as Grant)
}

const isBetter = (one: Grant, other: Grant): boolean =>
  isHigher(one.level, other.level) ||
  // What was asked for last with its masks off is what somebody means to use now.
  (one.level === other.level && (rowsLeft(one) ?? 0) > (rowsLeft(other) ?? 0))

/** The best live grant: highest level first. Without one, a refusal that says how things stand. */
export function liveGrant(context: Context, typedTarget: string): { grant: Grant; target: Target } | Refusal {
  const { principal, gateway } = context
  const { world } = gateway.ledger
  const target = gateway.access.sight.typedTarget(principal, typedTarget)
  if (isRefusal(target)) return target
  const now = gateway.now()
  const [first, ...others] = liveGrants(world, principal.id, target.name, now)
  if (first) {
    const grant = others.reduce((best, other) => (isBetter(other, best) ? other : best), first)
    const not = gateway.access.mayEnter({ principal, target, grant, now })
    return not ? not.refused : { grant, target }
  }
  const asked = [...world.requests.values()]
    .filter(
      (request) => request.asker === principal.id && request.target === target.name && request.statement === undefined,
    )
    .at(-1)
  const state = asked && stateOf(asked, now)
  if (asked && state === 'pending') {
    const { approvals, needed, reviewers, groups } = tellRequest(context, asked)
    return refusal(
      'GBX-1102',
      { request: asked.id, have: approvals, need: needed, reviewers: reviewers.join(', ') || groups.join(', ') },
      { ref: asked.id },
    )
  }
  const denial = asked?.reviews.findLast((review) => review.decision === 'deny')
  if (asked && state === 'denied' && denial) {
    const reviewer = nameOf(world, denial.reviewer)
    return refusal(
      'GBX-1104',
      { request: asked.id, reviewer, comment: denial.comment ?? '', target: target.name, level: asked.level },
      { ref: asked.id },
    )
  }
  const ended = asked?.grant && world.grants.get(asked.grant)
  return ended ? endedRefusal(ended, now) : refusal('GBX-1109', { target: target.name })
}

export const listGrants = operation({
  name: 'grants.list',
  summary: 'Grants that are live: your own, and those that you may end.',
  method: 'GET',
  path: '/v1/grants',
  input: z.strictObject({ all: flagField.optional().describe('also those that have ended') }),
  output: z.object({ grants: z.array(grantShape) }),
  errors: [],
  needs: 'signed-in',
  cli: { verb: ['grants'], flags: [{ field: 'all', long: 'all', short: 'a' }], examples: ['glovebox grants'] },
  view: ({ grants }) => ({
    table: {
      columns: ['ID', 'STATE', 'HOLDER', 'WHAT', 'EXPIRES'],
      rows: grants.map((grant) => [
        grant.id,
        grant.state,
        grant.holder,
        `${grant.level} on ${grant.target}`,
        grant.expires,
      ]),
    },
  }),
  async handle(context, { all }) {
    const { principal, gateway } = context
    const shown = [...gateway.ledger.world.grants.values()].filter(
      (grant) => (all || isLive(grant, gateway.now())) && gateway.access.sight.grant(principal, grant),
    )
    return {
      grants: shown
        .reverse()
        .slice(0, 1_000)
        .map((grant) => tellGrant(context, grant)),
    }
  },
})

export const connect = operation({
  name: 'grants.connect',
  summary: 'A connection string for your own client; its password works for you, this target and this grant only.',
  method: 'POST',
  path: '/v1/targets/:target/connect',
  input: z.strictObject({ target: z.string().max(200).describe('what to connect to') }),
  output: z
    .object({
      dsn: z.string().describe('takes you there in any client'),
      jdbc: z.string().optional(),
      expires: timeField('when the grant ends, and with it the password'),
      grant: z.string(),
      level: levelField,
      client: z
        .object({ command: z.string(), args: z.array(z.string()), env: z.record(z.string(), z.string()) })
        .optional()
        .describe('how to start the usual client'),
    })
    .catchall(z.unknown()),
  errors: ['GBX-1004', 'GBX-1102', 'GBX-1103', 'GBX-1104', 'GBX-1108', 'GBX-1109'],
  needs: 'signed-in',
  async handle(context, input) {
    const found = liveGrant(context, input.target)
    if (isRefusal(found)) return found
    const { principal, gateway } = context
    const { grant, target } = found
    const protocol = gateway.protocols.get(target.protocol)
    const door = gateway.door(target.protocol)
    if (!protocol || !door)
      return refusal('GBX-1311', { target: target.name, why: 'its door is not open on this gateway' })
    const token = await gateway.access.execute(principal, { type: 'token.connect', grant: grant.id })
    if (isRefusal(token)) return token
    const at = { ...door, target: target.name, user: principal.name, password: token.text }
    const client = protocol.client?.(at)
    const address = protocol.address(at)
    return {
      ...address,
      dsn: address['dsn'] ?? '',
      expires: time(grant.notAfter),
      grant: grant.id,
      level: grant.level,
      ...(client === undefined
        ? {}
        : { client: { command: client.command, args: [...client.args], env: { ...client.env } } }),
    }
  },
})

export const extend = operation({
  name: 'grants.extend',
  summary: 'Ask for more time on a live grant; the policy says who has to agree.',
  method: 'POST',
  path: '/v1/grants/:id/extend',
  input: z.strictObject({ id: idField('grant'), for: durationField('how much more'), why: reasonField.optional() }),
  output: requestShape.extend({ reused: z.boolean() }),
  errors: ['GBX-1004', 'GBX-1101', 'GBX-1103', 'GBX-1108', 'GBX-1113'],
  needs: 'signed-in',
  cli: {
    verb: ['extend'],
    args: [{ field: 'id', name: 'GRANT' }],
    flags: [
      { field: 'for', long: 'for', value: 'DURATION' },
      { field: 'why', long: 'why', short: 'w', value: 'TEXT' },
    ],
    examples: ['glovebox extend g-7f3a --for 15m'],
  },
  view: viewRequest,
  async handle(context, input) {
    const grant = findGrant(context, input.id)
    if (isRefusal(grant)) return grant
    const { principal, channel, gateway } = context
    const before = gateway.ledger.world.requests.get(grant.request)
    const answer = await gateway.access.execute(
      principal,
      {
        type: 'request.create',
        target: grant.target,
        level: grant.level,
        scope: grant.scope,
        durationMs: millis(input.for),
        reason: input.why ?? before?.reason ?? 'more time',
        extends: grant.id,
        ...(before?.ticket === undefined ? {} : { ticket: before.ticket }),
      },
      { channel },
    )
    return isRefusal(answer) ? answer : { ...toldRequest(context, answer.request), reused: answer.reused }
  },
})

export const revoke = operation({
  name: 'grants.revoke',
  summary: 'End a grant now: your own, or one on a target where you may end access. Its sessions end with it.',
  method: 'POST',
  path: '/v1/grants/:id/revoke',
  input: z.strictObject({ id: idField('grant'), why: z.string().max(2_000).default('').describe('kept on record') }),
  output: grantShape,
  errors: ['GBX-1004', 'GBX-1107', 'GBX-1117'],
  needs: 'kill',
  cli: {
    verb: ['revoke'],
    args: [{ field: 'id', name: 'GRANT' }],
    flags: [{ field: 'why', long: 'why', short: 'w', value: 'TEXT' }],
    examples: ['glovebox revoke g-7f3a'],
  },
  view: (grant) => ({ lines: [`${grant.id}  ${grant.state}  ${grant.level} on ${grant.target} of ${grant.holder}`] }),
  async handle(context, { id, why }) {
    const grant = findGrant(context, id)
    if (isRefusal(grant)) return grant
    const answer = await context.gateway.access.execute(context.principal, {
      type: 'grant.revoke',
      grant: grant.id,
      reason: why,
    })
    return isRefusal(answer)
      ? answer
      : tellGrant(context, context.gateway.ledger.world.grants.get(answer.grant as GrantId) as Grant)
  },
})
