// Requests: asking, seeing who decides, taking back.
import { z } from 'zod'
import { isRefusal, type Refusal } from '../core/error.ts'
import type { AccessRequest, Principal, RequestId } from '../core/nouns.ts'
import { behind } from '../core/four-eyes.ts'
import { countingApprovals, refusedReviewer } from '../core/review.ts'
import { stateOf } from '../core/request.ts'
import { maxUnmaskedRows } from '../core/scope.ts'
import { nameOf } from '../core/world.ts'
import { plural } from '../lib/plural.ts'
import {
  duration,
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
import { wishOf, type Wish } from './again.ts'
import { operation, type Context, type View } from './operation.ts'
import { rehearsed, tellWrite, writeLines, writeShape } from './writes.ts'

const states = ['pending', 'approved', 'denied', 'withdrawn', 'expired'] as const

export const requestShape = z.object({
  id: z.string(),
  state: z.enum(states),
  asker: z.string().describe('who asked'),
  agent: z.boolean().describe('was it asked by an agent?'),
  signIns: z.array(z.string()).describe('others who have made a sign-in for that account, so they might be behind it'),
  target: z.string(),
  level: levelField,
  tables: z.array(z.string()).optional().describe('only these; absent = the whole target'),
  unmask: z.array(z.string()).optional().describe('labelled columns that would be shown as they are'),
  rows: z.number().int().optional().describe('at most this many rows with such a value'),
  duration: z.string(),
  why: z.string(),
  ticket: z.string().optional(),
  asked: timeField('when it was asked'),
  expires: timeField('end of the grant once approved, else of the request itself'),
  hash: z.string().describe('SHA-256 of exactly what was asked; a decision names it'),
  approvals: z.number().int(),
  needed: z.number().int(),
  groups: z.array(z.string()).describe('groups that may decide'),
  reviewers: z.array(z.string()).describe('people who can decide it now'),
  reviews: z.array(
    z.object({
      reviewer: z.string(),
      decision: z.enum(['approve', 'deny']),
      at: z.string(),
      duration: z.string(),
      comment: z.string().optional(),
    }),
  ),
  reviewer: z.string().optional().describe('who decided last'),
  comment: z.string().optional().describe('what the last decision said'),
  grant: z.string().optional(),
  extends: z.string().optional().describe('the grant that more time is asked for'),
  write: writeShape.optional().describe('of a request for write or admin: the statement and what its dry run did'),
})
type RequestShape = z.input<typeof requestShape>

/** Names of the people who could decide a request now. Agents and services never are among them. */
function reviewersOf({ gateway }: Context, request: AccessRequest): string[] {
  if (request.state !== 'pending') return []
  const { world } = gateway.ledger
  const can = (principal: Principal): boolean =>
    !refusedReviewer(world, request, principal) &&
    gateway.access.sight.mayOn(principal, 'review', request.target) &&
    !request.reviews.some((review) => review.person === principal.person)
  return [...world.principals.values()]
    .filter(can)
    .map((principal) => principal.name)
    .sort()
}

/** A request as this gateway tells it. The caller has checked that the person may see it. */
export function tellRequest(context: Context, request: AccessRequest): RequestShape {
  const { ledger, now } = context.gateway
  const name = (id: Principal['id']): string => nameOf(ledger.world, id)
  const grant = request.grant && ledger.world.grants.get(request.grant)
  const last = request.reviews.at(-1)
  return {
    id: request.id,
    state: stateOf(request, now()),
    asker: name(request.asker),
    agent: ledger.world.principals.get(request.asker)?.kind === 'agent',
    signIns: [...behind(ledger.world, request.asker)].filter((person) => person !== request.person).map(name),
    target: request.target,
    level: request.level,
    ...(request.scope.tables === undefined ? {} : { tables: [...request.scope.tables] }),
    ...(request.scope.unmask === undefined ? {} : { unmask: [...request.scope.unmask] }),
    ...(request.scope.rows === undefined ? {} : { rows: request.scope.rows }),
    duration: duration(request.durationMs),
    why: request.reason,
    ...(request.ticket === undefined ? {} : { ticket: request.ticket }),
    asked: time(request.createdAt),
    expires: time(grant ? grant.notAfter : request.expiresAt),
    hash: request.contentHash,
    approvals: countingApprovals(ledger.world, request).length,
    needed: request.needed.count,
    groups: [...request.needed.groups],
    reviewers: reviewersOf(context, request),
    reviews: request.reviews.map((review) => ({
      reviewer: name(review.reviewer),
      decision: review.decision,
      at: time(review.at),
      duration: duration(review.durationMs),
      ...(review.comment === undefined ? {} : { comment: review.comment }),
    })),
    ...(last === undefined
      ? {}
      : { reviewer: name(last.reviewer), ...(last.comment === undefined ? {} : { comment: last.comment }) }),
    ...(request.grant === undefined ? {} : { grant: request.grant }),
    ...(request.extends === undefined ? {} : { extends: request.extends }),
  }
}

/** The request that was typed, if this person may see it. */
export function findRequest({ principal, gateway }: Context, typed: string): AccessRequest | Refusal {
  const { requests } = gateway.ledger.world
  const id = findId(typed, requests.keys(), (one) =>
    gateway.access.sight.request(principal, requests.get(one) as AccessRequest),
  )
  return isRefusal(id) ? id : (requests.get(id) as AccessRequest)
}

/** The newest state of a request that was just changed. */
export const toldRequest = (context: Context, id: RequestId): RequestShape =>
  tellRequest(context, context.gateway.ledger.world.requests.get(id) as AccessRequest)

/** The same with its statement and dry run, which are read from the record. */
async function tellWhole(context: Context, request: AccessRequest): Promise<RequestShape> {
  const write = await tellWrite(context, request)
  return { ...tellRequest(context, request), ...(write === undefined ? {} : { write }) }
}

/** What it reaches, in the words that a reviewer has to read. */
const reachOf = ({ tables, unmask, rows }: z.output<typeof requestShape>): string[] => [
  ...(tables === undefined ? [] : [`only: ${tables.join(', ')}`]),
  ...(unmask === undefined ? [] : [`SHOWN UNMASKED: ${unmask.join(', ')} (at most ${plural(rows ?? 0, 'row')})`]),
]

export const viewRequest = (request: z.output<typeof requestShape>): View => {
  const line = `${request.id}  ${request.state}  ${request.level} on ${request.target} for ${request.duration}: ${request.why}`
  const lines = [line, ...reachOf(request), ...(request.write === undefined ? [] : writeLines(request.write))]
  const isWrite = request.level === 'write' || request.level === 'admin'
  if (request.state === 'approved' && isWrite)
    return { lines, ...(request.write?.run === undefined ? { next: `glovebox run ${request.id}` } : {}) }
  if (request.state === 'approved') return { lines, next: `glovebox connect ${request.target}` }
  if (request.state !== 'pending') return { lines }
  return {
    lines: [
      ...lines,
      `${request.approvals} of ${request.needed} approved; can decide: ${request.reviewers.join(', ') || request.groups.join(', ')}`,
    ],
  }
}

/** Names of a scope must be the catalogue's, or the approval would be for nothing. What can't be asked is not named. */
async function unknownName(
  { principal, gateway }: Context,
  { target: name, scope }: Wish,
): Promise<Refusal | undefined> {
  if (scope.tables === undefined && scope.unmask === undefined) return undefined
  const target = gateway.access.sight.target(principal, name)
  const protocol = target && gateway.protocols.get(target.protocol)
  return target && protocol?.names?.(gateway.gate, target, scope)
}

const createInput = z.strictObject({
  target: z.string().max(200).optional().describe('what you want access to'),
  level: levelField.optional(),
  for: durationField('how long, from the approval on; 30m unless said, 10m with --unmask').optional(),
  why: reasonField.optional(),
  ticket: z.string().max(200).optional().describe('ticket that it belongs to'),
  tables: z
    .array(z.string().max(30_000))
    .max(100)
    .optional()
    .describe('only these (schema.table, several by commas); absent = the whole target'),
  unmask: z
    .array(z.string().max(30_000))
    .max(100)
    .optional()
    .describe('show these labelled columns as they are (schema.table.column, several by commas)'),
  rows: z.coerce
    .number()
    .int()
    .min(1)
    .max(maxUnmaskedRows)
    .optional()
    .describe('at most this many rows with unmasked values; 1000 unless said'),
  ttl: durationField('how long the request waits for its decision; 1h unless said').optional(),
  again: idField('earlier request or grant to ask for once more').optional(),
  last: flagField
    .optional()
    .describe('ask for what was refused last: that very statement, where it would change something'),
  run: z.string().min(1).max(262_144).optional().describe('the exact statement, for level write and admin'),
  undo: idField('request whose change is to be taken back').optional(),
})

export const createRequest = operation({
  name: 'requests.create',
  summary: 'Ask for access to a target; what is pending or live already is answered instead of asked twice.',
  method: 'POST',
  path: '/v1/requests',
  input: createInput,
  output: requestShape.extend({ reused: z.boolean().describe('had it been asked, or granted, already?') }),
  errors: [
    'GBX-1004',
    'GBX-1101',
    'GBX-1108',
    'GBX-1112',
    'GBX-1113',
    'GBX-1118',
    'GBX-1130',
    'GBX-1222',
    'GBX-1224',
    'GBX-1225',
    'GBX-1226',
    'GBX-1227',
  ],
  needs: 'signed-in',
  cli: {
    verb: ['request'],
    args: [{ field: 'target', name: 'TARGET' }],
    flags: [
      { field: 'level', long: 'level', value: 'LEVEL' },
      { field: 'for', long: 'for', value: 'DURATION' },
      { field: 'why', long: 'why', short: 'w', value: 'TEXT' },
      { field: 'ticket', long: 'ticket', value: 'ID' },
      { field: 'tables', long: 'scope', value: 'SCHEMA.TABLE', many: true },
      { field: 'unmask', long: 'unmask', value: 'SCHEMA.TABLE.COLUMN', many: true },
      { field: 'rows', long: 'rows', value: 'N' },
      { field: 'ttl', long: 'ttl', value: 'DURATION' },
      { field: 'again', long: 'again', value: 'REF' },
      { field: 'last', long: 'last' },
      { field: 'run', long: 'run', value: 'STATEMENT' },
      { field: 'undo', long: 'undo', value: 'REQUEST' },
    ],
    examples: [
      'glovebox request pg-orders --level write --run "update orders set status = \'retry\' where id = 8812" -w "PD-4412"',
      'glovebox request pg-orders --level read --for 30m -w "PD-4412 checkout 500s"',
      'glovebox request pg-orders --unmask public.customers.email --rows 20 -w "PD-4412 two accounts"',
      'glovebox request --again g-7f3a',
    ],
  },
  view: viewRequest,
  async handle(context, input) {
    const wish = await wishOf(context, input)
    if (isRefusal(wish)) return wish
    const { principal, channel, gateway } = context
    const unknown = await unknownName(context, wish)
    if (unknown !== undefined) return unknown
    const tried: Awaited<ReturnType<typeof rehearsed>> | object =
      wish.run === undefined ? {} : await rehearsed(context, wish)
    if (isRefusal(tried)) return tried
    const { run: _run, undoes: _undoes, ...rest } = wish
    const ttl = input.ttl === undefined ? {} : { ttlMs: millis(input.ttl) }
    const statement = 'statement' in tried ? tried.statement : undefined
    const answer =
      'reused' in tried && tried.reused !== undefined
        ? { request: tried.reused, reused: true }
        : await gateway.access.execute(
            principal,
            { type: 'request.create', ...rest, ...ttl, ...(statement === undefined ? {} : { statement }) },
            { channel },
          )
    if (isRefusal(answer)) return answer
    const made = gateway.ledger.world.requests.get(answer.request) as AccessRequest
    return { ...(await tellWhole(context, made)), reused: answer.reused }
  },
})

export const listRequests = operation({
  name: 'requests.list',
  summary: 'Requests: your own, and those that you may decide.',
  method: 'GET',
  path: '/v1/requests',
  input: z.strictObject({
    state: z.enum(states).optional().describe('only in this state; pending unless said or --all'),
    mine: flagField.optional().describe('only your own'),
    inbox: flagField.optional().describe('only those that you can decide now'),
    all: flagField.optional().describe('in every state'),
    limit: z.coerce.number().int().min(1).max(1_000).default(100).describe('how many, newest first'),
  }),
  output: z.object({
    requests: z.array(requestShape.extend({ decidable: z.boolean().describe('can you decide it now?') })),
  }),
  errors: [],
  needs: 'signed-in',
  cli: {
    verb: ['requests'],
    flags: [
      { field: 'state', long: 'state', value: 'STATE' },
      { field: 'mine', long: 'mine' },
      { field: 'inbox', long: 'inbox' },
      { field: 'all', long: 'all', short: 'a' },
      { field: 'limit', long: 'limit', value: 'N' },
    ],
    examples: ['glovebox requests', 'glovebox requests --inbox', 'glovebox requests --all --mine'],
  },
  view: ({ requests }) => ({
    table: {
      columns: ['ID', 'STATE', 'WHO', 'WHAT', 'FOR', 'WHY', 'EXPIRES'],
      rows: requests.map((request) => [
        request.id,
        request.state,
        request.asker,
        `${request.level} on ${request.target}${request.unmask === undefined ? '' : ', unmasked'}`,
        request.duration,
        request.why,
        request.expires,
      ]),
    },
  }),
  async handle(context, { state, mine, inbox, all, limit }) {
    const { principal, gateway } = context
    const { world } = gateway.ledger
    const told = []
    for (const request of [...world.requests.values()].reverse()) {
      if (told.length >= limit) break
      const now = stateOf(request, gateway.now())
      if (state ? now !== state : !all && now !== 'pending') continue
      if (mine && request.person !== principal.person) continue
      if (!gateway.access.sight.request(principal, request)) continue
      const shape = tellRequest(context, request)
      const decidable = now === 'pending' && shape.reviewers.includes(principal.name)
      if (!inbox || decidable) told.push({ ...shape, decidable })
    }
    return { requests: told }
  },
})

export const getRequest = operation({
  name: 'requests.get',
  summary: 'One request with its decisions.',
  method: 'GET',
  path: '/v1/requests/:id',
  input: z.strictObject({ id: idField('request') }),
  output: requestShape,
  errors: ['GBX-1004'],
  needs: 'signed-in',
  cli: {
    verb: ['requests', 'show'],
    args: [{ field: 'id', name: 'REQUEST' }],
    examples: ['glovebox requests show r-9c21'],
  },
  view: viewRequest,
  async handle(context, { id }) {
    const request = findRequest(context, id)
    return isRefusal(request) ? request : tellWhole(context, request)
  },
})

export const withdrawRequest = operation({
  name: 'requests.withdraw',
  summary: 'Take a pending request back.',
  method: 'POST',
  path: '/v1/requests/:id/withdraw',
  input: z.strictObject({ id: idField('request') }),
  output: requestShape,
  errors: ['GBX-1004', 'GBX-1107'],
  needs: 'signed-in',
  cli: {
    verb: ['requests', 'withdraw'],
    args: [{ field: 'id', name: 'REQUEST' }],
    examples: ['glovebox requests withdraw r-9c21'],
  },
  view: viewRequest,
  async handle(context, { id }) {
    const request = findRequest(context, id)
    if (isRefusal(request)) return request
    const answer = await context.gateway.access.execute(context.principal, {
      type: 'request.withdraw',
      request: request.id,
    })
    return isRefusal(answer) ? answer : toldRequest(context, answer.request)
  },
})
