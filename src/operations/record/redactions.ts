// Erasing payloads: asked by one person, approved by another, then done by the gateway. What was erased stays visible as
// an entry that says so.
import { z } from 'zod'
import { isRefusal, refusal, type ErrorCode, type Refusal } from '../../core/error.ts'
import type { PrincipalId, SessionId } from '../../core/nouns.ts'
import {
  redactionState,
  type About,
  type Redaction,
  type RedactionId,
  type RedactionScope,
} from '../../core/redaction.ts'
import { nameOf } from '../../core/world.ts'
import { findId, idField, reasonField, time, timeField } from '../fields.ts'
import { operation, type Context, type Parts } from '../operation.ts'

const kinds = ['entry', 'session', 'user'] as const
const shape = z.object({
  id: z.string(),
  state: z.enum(['pending', 'approved', 'denied', 'expired', 'done']),
  kind: z.enum(kinds),
  subject: z.string().describe('j-N, a session, or the id of a person'),
  name: z.string().optional().describe('what the person is called, until that is erased'),
  basis: z.string(),
  why: z.string(),
  by: z.string(),
  at: timeField('when it was asked'),
  approved: z.array(z.string()),
  needed: z.object({ count: z.number().int(), groups: z.array(z.string()) }),
  hash: z.string().describe('what an approval binds'),
  done: z.string().optional().describe('the entry that says that it was done'),
})
const errors: ErrorCode[] = [
  'GBX-1004',
  'GBX-1105',
  'GBX-1106',
  'GBX-1107',
  'GBX-1108',
  'GBX-1110',
  'GBX-1111',
  'GBX-1117',
  'GBX-1703',
]

function tell({ ledger, now }: Parts, one: Redaction): z.input<typeof shape> {
  const named = (id: PrincipalId): string => nameOf(ledger.world, id)
  const name = one.scope === 'person' ? ledger.world.names.get(one.subject as PrincipalId) : undefined
  return {
    id: one.id,
    state: redactionState(one, now()),
    kind: one.scope === 'person' ? 'user' : one.scope,
    subject: one.subject,
    ...(name === undefined ? {} : { name }),
    basis: one.basis,
    why: one.reason,
    by: named(one.asker),
    at: time(one.createdAt),
    approved: one.reviews.filter((review) => review.decision === 'approve').map((review) => named(review.reviewer)),
    needed: { count: one.needed.count, groups: [...one.needed.groups] },
    hash: one.contentHash,
    ...(one.done === undefined ? {} : { done: `j-${one.done}` }),
  }
}

const line = (one: z.output<typeof shape>): string =>
  `${one.id}  ${one.kind} ${one.name ?? one.subject}  ${one.state}${one.done === undefined ? '' : ` (${one.done})`}`

/** The person that a name, now or once, or an id stands for. */
export function personNamed({ ledger }: Parts, typed: string): PrincipalId | Refusal {
  const { names, persons } = ledger.world
  const people = new Set<PrincipalId>()
  for (const [id, name] of names) if (name === typed) people.add(persons.get(id) ?? id)
  if (people.size === 0) {
    const found = findId(typed, persons.keys(), () => true)
    if (isRefusal(found)) return found
    people.add(persons.get(found) ?? found)
  }
  const [only] = people
  if (people.size === 1 && only !== undefined) return only
  return refusal('GBX-1002', { field: typed, why: `several people were called that: ${[...people].join(', ')}.` })
}

/** A session by its beginning, with whose it is. */
export async function sessionNamed(
  { store, ledger }: Parts,
  typed: string,
): Promise<{ id: string; of?: PrincipalId } | Refusal> {
  const found = findId(typed, await store.sessionIds(typed), () => true)
  if (isRefusal(found)) return found
  const [row] = await store.sessions({ id: found, limit: 1 })
  const of = row && ledger.world.persons.get(row.principal as PrincipalId)
  return { id: found, ...(of === undefined ? {} : { of }) }
}

/** What of an entry must stay for the gateway to work, or holds nothing of anybody. */
const kept = ['policy.loaded', 'config.loaded', 'gateway.started', 'principal.set', 'redaction.done']

async function entryNamed(gateway: Parts, typed: string): Promise<{ subject: string; about: About } | Refusal> {
  const [, digits] = /^(?:j-)?(\d{1,15})$/.exec(typed) ?? []
  const recorded = digits === undefined ? undefined : await gateway.journal.read(Number(digits))
  if (!recorded) return refusal('GBX-1004', { what: `entry ${typed}` })
  const { index, entry, payload } = recorded
  const not = (why: string): Refusal => refusal('GBX-1703', { why })
  if (entry.commit === undefined)
    return not(`j-${index} (${entry.type}) keeps nothing from anybody: it is all in the leaf`)
  if (payload === undefined) return not(`the payload of j-${index} is gone already`)
  if (kept.includes(entry.type)) return not(`j-${index} is ${entry.type}: a name goes with its person`)
  if ('request' in entry && entry.request !== undefined && entry.type !== 'access.refused') {
    const request = gateway.ledger.world.requests.get(entry.request)
    const isLive = request?.grant !== undefined && gateway.ledger.world.live.has(request.grant)
    if (request?.state === 'pending' || isLive) return not(`${entry.request} is still ${isLive ? 'in use' : 'pending'}`)
  }
  const session = 'session' in entry ? (entry.session as SessionId) : undefined
  const row = session === undefined ? undefined : (await gateway.store.sessions({ id: session, limit: 1 }))[0]
  const owner = (row?.principal ?? ('person' in entry ? entry.person : entry.by)) as PrincipalId | 'gateway'
  const ofPerson = owner === 'gateway' ? undefined : (gateway.ledger.world.persons.get(owner) ?? owner)
  return {
    subject: `j-${index}`,
    about: {
      ...(ofPerson === undefined ? {} : { ofPerson }),
      ...(session === undefined ? {} : { ofSession: session }),
    },
  }
}

async function subjectOf(
  gateway: Parts,
  kind: (typeof kinds)[number],
  typed: string,
): Promise<{ scope: RedactionScope; subject: string; about: About } | Refusal> {
  if (kind === 'entry') {
    const entry = await entryNamed(gateway, typed)
    return isRefusal(entry) ? entry : { scope: 'entry', ...entry }
  }
  if (kind === 'session') {
    const session = await sessionNamed(gateway, typed)
    if (isRefusal(session)) return session
    const { id, of } = session
    return { scope: 'session', subject: id, about: { ofSession: id, ...(of === undefined ? {} : { ofPerson: of }) } }
  }
  const person = personNamed(gateway, typed)
  return isRefusal(person) ? person : { scope: 'person', subject: person, about: { ofPerson: person } }
}

export const askRedaction = operation({
  name: 'redactions.ask',
  summary:
    'Ask that payloads be erased for good: of one entry, of a session, or everything about a person. Somebody else approves. Entries, their order, times and ids stay, and the log still verifies.',
  method: 'POST',
  path: '/v1/redactions',
  input: z.strictObject({
    kind: z.enum(kinds).describe('what to erase: entry, session or user'),
    subject: z.string().min(1).max(200).describe('j-N, a session, or the name or id of a person'),
    why: reasonField,
    basis: z.string().max(40).default('art17').describe('legal basis, a short word that stays readable for ever'),
  }),
  output: shape,
  errors,
  needs: 'redact',
  cli: {
    verb: ['audit', 'redact'],
    args: [
      { field: 'kind', name: 'KIND' },
      { field: 'subject', name: 'WHAT' },
    ],
    flags: [
      { field: 'why', long: 'why', short: 'w', value: 'TEXT' },
      { field: 'basis', long: 'basis', value: 'WORD' },
    ],
    examples: [
      'glovebox audit redact user ana -w "request of 3 March, case 118" --basis art17',
      'glovebox audit redact entry j-4711 -w "a password was typed into a statement" --basis art5',
    ],
  },
  view: (one) => ({ lines: [line(one)], next: `glovebox audit redactions approve ${one.id}   (somebody else)` }),
  async handle({ principal, gateway }, { kind, subject, why, basis }) {
    const found = await subjectOf(gateway, kind, subject)
    if (isRefusal(found)) return found
    const answer = await gateway.access.execute(principal, { type: 'redaction.ask', ...found, basis, reason: why })
    if (isRefusal(answer)) return answer
    return tell(gateway, gateway.ledger.world.redactions.get(answer.redaction) as Redaction)
  },
})

export const listRedactions = operation({
  name: 'redactions.list',
  summary: 'What was asked to be erased, by whom, who approved it, and where the record says that it was done.',
  method: 'GET',
  path: '/v1/redactions',
  input: z.strictObject({}),
  output: z.object({ redactions: z.array(shape) }),
  errors: ['GBX-1117'],
  needs: 'signed-in',
  cli: { verb: ['audit', 'redactions', 'list'], examples: ['glovebox audit redactions list'] },
  view: ({ redactions }) => ({
    table: {
      columns: ['ID', 'WHAT', 'STATE', 'BASIS', 'BY', 'APPROVED', 'WHY'],
      rows: redactions.map((one) => [
        one.id,
        `${one.kind} ${one.name ?? one.subject}`,
        one.done === undefined ? one.state : `${one.state} ${one.done}`,
        one.basis,
        one.by,
        one.approved.join(', ') || '-',
        one.why,
      ]),
    },
  }),
  async handle({ principal, gateway }) {
    const { sight } = gateway.access
    const seesAll = sight.may(principal, 'audit') || sight.may(principal, 'redact') || sight.may(principal, 'hold')
    const seen = [...gateway.ledger.world.redactions.values()].filter(
      (one) => seesAll || sees(one, { principal, gateway }),
    )
    return { redactions: seen.map((one) => tell(gateway, one)) }
  },
})

/** Whoever may decide it. */
const sees = (one: Redaction, { principal, gateway }: Pick<Context, 'principal' | 'gateway'>): boolean =>
  principal.groups.some((group) => one.needed.groups.includes(group)) && gateway.access.sight.may(principal, 'review')

async function decide(
  { principal, gateway }: Context,
  decision: 'approve' | 'deny',
  input: { id: string; hash?: string | undefined; comment?: string | undefined },
): Promise<z.input<typeof shape> | Refusal> {
  const { redactions } = gateway.ledger.world
  const id = findId<RedactionId>(input.id, redactions.keys(), (one) => {
    const found = redactions.get(one) as Redaction
    return (
      found.person === principal.person ||
      sees(found, { principal, gateway }) ||
      gateway.access.sight.may(principal, 'audit')
    )
  })
  if (isRefusal(id)) return id
  const answer = await gateway.access.execute(principal, {
    type: 'redaction.review',
    redaction: id,
    decision,
    contentHash: input.hash ?? (redactions.get(id) as Redaction).contentHash,
    ...(input.comment === undefined ? {} : { comment: input.comment }),
  })
  if (isRefusal(answer)) return answer
  return tell(gateway, (await gateway.shredder.finished(id)) as Redaction)
}

const hashField = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'the hash is 64 hex digits')
  .optional()
  .describe('hash of what you were shown; a decision on anything else is refused')
const commentField = z.string().max(2_000).optional().describe('kept on record')
const decisionInput = z.strictObject({ id: idField('redaction'), hash: hashField, comment: commentField })
const decisionCli = (verb: string) => ({
  verb: ['audit', 'redactions', verb],
  args: [{ field: 'id', name: 'REDACTION' }],
  flags: [
    { field: 'comment', long: 'comment', short: 'm', value: 'TEXT' },
    { field: 'hash', long: 'hash', value: 'SHA256' },
  ],
  examples: [`glovebox audit redactions ${verb} x-7fq2`],
})

export const approveRedaction = operation({
  name: 'redactions.approve',
  summary: 'Approve that somebody else erases; with the last approval it is done, and cannot be taken back.',
  method: 'POST',
  path: '/v1/redactions/:id/approve',
  input: decisionInput,
  output: shape,
  errors,
  needs: 'review',
  cli: decisionCli('approve'),
  view: (one) => ({ lines: [line(one)] }),
  handle: (context, input) => decide(context, 'approve', input),
})

export const denyRedaction = operation({
  name: 'redactions.deny',
  summary: 'Deny that somebody else erases; one denial decides.',
  method: 'POST',
  path: '/v1/redactions/:id/deny',
  input: decisionInput,
  output: shape,
  errors,
  needs: 'review',
  cli: decisionCli('deny'),
  view: (one) => ({ lines: [line(one)] }),
  handle: (context, input) => decide(context, 'deny', input),
})
