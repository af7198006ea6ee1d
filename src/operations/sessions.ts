// Sessions: who is in, what was done, ending one.
import { z } from 'zod'
import { isRefusal, refusal, type Refusal } from '../core/error.ts'
import type { Change, PrincipalId, SessionId } from '../core/nouns.ts'
import { nameOf, type OpenSession } from '../core/world.ts'
import { plural } from '../lib/plural.ts'
import type { SessionSummary } from '../store/store.ts'
import { findId, flagField, idField, time, timeField } from './fields.ts'
import { operation, type Context } from './operation.ts'
import { rowLine, rowShape, tableLine, tableShape } from './writes.ts'

const sessionShape = z.object({
  id: z.string(),
  state: z.enum(['open', 'closed']),
  user: z.string(),
  target: z.string(),
  channel: z.string(),
  grant: z.string().optional(),
  opened: timeField('when it began'),
  closed: timeField('when it ended').optional(),
  cause: z.string().optional().describe('why it ended'),
  actions: z.number().int(),
  refused: z.number().int(),
  searches: z
    .number()
    .int()
    .optional()
    .describe('different values that it searched for in masked columns, while it is open'),
  misses: z
    .number()
    .int()
    .optional()
    .describe('those of its searches that found nothing; long runs of them raise search.alarm'),
  rows: z.number(),
  bytes: z.number(),
})

function tellSession(context: Context, session: SessionSummary): z.input<typeof sessionShape> {
  return {
    id: session.id,
    state: session.closedAt === null ? 'open' : 'closed',
    user: nameOf(context.gateway.ledger.world, session.principal as PrincipalId),
    target: session.target,
    channel: session.channel,
    ...(session.grant === null ? {} : { grant: session.grant }),
    opened: time(session.openedAt),
    ...(session.closedAt === null ? {} : { closed: time(session.closedAt) }),
    ...(session.cause === null ? {} : { cause: session.cause }),
    actions: session.actions,
    refused: session.refused,
    ...searchesOf(context, session.id),
    rows: session.rows,
    bytes: session.bytes,
  }
}

/** Exact searches of an open session (Q3). */
function searchesOf(context: Context, id: string): { searches?: number; misses?: number } {
  const open = context.gateway.ledger.world.sessions.get(id as SessionId)
  if (open === undefined) return {}
  const searches = open.searched.values.size + open.searched.lost
  return searches === 0 ? {} : { searches, misses: open.misses }
}

const sees = ({ principal, gateway }: Context, session: SessionSummary): boolean =>
  gateway.access.sight.session(principal, { principal: session.principal as PrincipalId, target: session.target })

/** The session that was typed, if this person may see it: a beginning that is unique among those. */
async function findSession(context: Context, typed: string): Promise<SessionSummary | Refusal> {
  const { store } = context.gateway
  const visible: SessionSummary[] = []
  for (const id of await store.sessionIds(typed.toLowerCase())) {
    const [session] = await store.sessions({ id, limit: 1 })
    if (session && sees(context, session)) visible.push(session)
  }
  const id = findId(
    typed,
    visible.map((session) => session.id),
    () => true,
  )
  return isRefusal(id) ? id : (visible.find((session) => session.id === id) as SessionSummary)
}

export const listSessions = operation({
  name: 'sessions.list',
  summary: 'Sessions: your own, and those that you may watch.',
  method: 'GET',
  path: '/v1/sessions',
  input: z.strictObject({
    all: flagField.optional().describe('also those that are over'),
    limit: z.coerce.number().int().min(1).max(1_000).default(100).describe('how many, newest first'),
  }),
  output: z.object({ sessions: z.array(sessionShape) }),
  errors: [],
  needs: 'signed-in',
  cli: {
    verb: ['sessions'],
    flags: [
      { field: 'all', long: 'all', short: 'a' },
      { field: 'limit', long: 'limit', value: 'N' },
    ],
    examples: ['glovebox sessions', 'glovebox sessions --all --json'],
  },
  view: ({ sessions }) => ({
    table: {
      columns: ['ID', 'STATE', 'USER', 'TARGET', 'VIA', 'OPENED', 'ACTIONS', 'REFUSED', 'SEARCHES', 'ROWS'],
      rows: sessions.map((one) => [
        one.id,
        one.cause ?? one.state,
        one.user,
        one.target,
        one.channel,
        one.opened,
        String(one.actions),
        String(one.refused),
        one.searches === undefined ? '' : `${one.searches} (${one.misses ?? 0} found nothing)`,
        String(one.rows),
      ]),
    },
  }),
  async handle(context, { all, limit }) {
    const told: z.input<typeof sessionShape>[] = []
    let before: number | undefined
    while (told.length < limit) {
      const page = await context.gateway.store.sessions({
        open: !all,
        limit: 200,
        ...(before === undefined ? {} : { before }),
      })
      for (const session of page)
        if (told.length < limit && sees(context, session)) told.push(tellSession(context, session))
      const last = page.at(-1)
      if (!last || page.length < 200) break
      before = last.openedEntry
    }
    return { sessions: told }
  },
})

const lineShape = z.object({
  n: z.number().int(),
  entry: z.string(),
  at: timeField('when it was put on record, before it ran').optional(),
  effect: z.string(),
  text: z.string().optional().describe('what reached the target, or was refused; absent where its key was destroyed'),
  parameters: z.array(z.string()).optional(),
  masked: z.array(z.string()).optional().describe('columns that were masked'),
  change: z
    .object({ rows: z.array(rowShape), tables: z.array(tableShape), undo: z.string() })
    .optional()
    .describe('of a COMMIT: rows before and after, masked; and whether an undo is kept'),
  outcome: z.string().describe('ok, error, cut, cancelled, unknown, refused, running'),
  code: z.string().optional(),
  rows: z.number().optional(),
  bytes: z.number().optional(),
  durationMs: z.number().optional(),
})

/** What a COMMIT has changed, without what only an undo may use. */
function changeOf(payload: object | undefined): { change?: z.input<typeof lineShape>['change'] } {
  const change = payload !== undefined && 'change' in payload ? (payload.change as Change) : undefined
  if (change === undefined) return {}
  const { rows, tables, undo } = structuredClone(change)
  const kept = undo !== undefined && 'text' in undo ? 'kept' : `none: ${undo?.missing ?? 'nothing was changed'}`
  return { change: { rows: rows as never, tables: tables as never, undo: kept } }
}

export const replaySession = operation({
  name: 'sessions.get',
  summary: 'A session with its statements, what was masked, and timings.',
  method: 'GET',
  path: '/v1/sessions/:id',
  input: z.strictObject({
    id: idField('session'),
    after: z.coerce.number().int().min(0).optional().describe('actions after this number only'),
    limit: z.coerce.number().int().min(1).max(1_000).default(500).describe('how many actions'),
  }),
  output: sessionShape.extend({ transcript: z.array(lineShape) }),
  errors: ['GBX-1004'],
  needs: 'signed-in',
  cli: {
    verb: ['replay'],
    args: [{ field: 'id', name: 'SESSION' }],
    flags: [
      { field: 'after', long: 'after', value: 'N' },
      { field: 'limit', long: 'limit', value: 'N' },
    ],
    examples: ['glovebox replay s-4k2m'],
  },
  view: (session) => ({
    lines: [
      `${session.id}  ${session.user} on ${session.target}  ${session.opened} to ${session.closed ?? 'now'}${session.cause === undefined ? '' : `  (${session.cause})`}`,
      ...session.transcript.flatMap((line) => {
        const how =
          line.outcome === 'refused'
            ? `refused ${line.code ?? ''}`
            : `${line.outcome}, ${plural(line.rows ?? 0, 'row')}, ${Math.round(line.durationMs ?? 0)} ms`
        const masked = line.masked && line.masked.length > 0 ? `, masked ${line.masked.join(' ')}` : ''
        const { change } = line
        return [
          `${line.at ?? ''}  ${line.n}  ${line.text ?? '(text destroyed)'}  [${how}${masked}]`,
          ...(change === undefined
            ? []
            : [...change.tables.map(tableLine), ...change.rows.map(rowLine), `  undo ${change.undo}`]),
        ]
      }),
    ],
  }),
  async handle(context, { id, after, limit }) {
    const session = await findSession(context, id)
    if (isRefusal(session)) return session
    const { store, journal } = context.gateway
    const transcript: z.input<typeof lineShape>[] = []
    for (const action of await store.actions(session.id as SessionId, {
      limit,
      ...(after === undefined ? {} : { after }),
    })) {
      const recorded = await journal.read(action.entry)
      const payload = recorded?.payload
      transcript.push({
        n: action.n,
        entry: `j-${action.entry}`,
        ...(recorded === undefined ? {} : { at: recorded.entry.ts }),
        effect: action.effect,
        ...(payload && 'text' in payload ? { text: payload.text } : {}),
        ...(payload && 'parameters' in payload && payload.parameters ? { parameters: [...payload.parameters] } : {}),
        ...(payload && 'masked' in payload ? { masked: [...payload.masked] } : {}),
        ...changeOf(payload),
        outcome: action.refused === 1 ? 'refused' : (action.outcome ?? 'running'),
        ...(action.code === null ? {} : { code: action.code }),
        ...(action.rows === null ? {} : { rows: action.rows }),
        ...(action.bytes === null ? {} : { bytes: action.bytes }),
        ...(action.durationMs === null ? {} : { durationMs: action.durationMs }),
      })
    }
    return { ...tellSession(context, session), transcript }
  },
})

export const killSession = operation({
  name: 'sessions.kill',
  summary: 'End a session now: your own, or one on a target where you may end access. The grant lives on; see revoke.',
  method: 'POST',
  path: '/v1/sessions/:id/kill',
  input: z.strictObject({ id: idField('session'), why: z.string().max(2_000).default('').describe('kept on record') }),
  output: z.object({ id: z.string(), state: z.literal('killed') }),
  errors: ['GBX-1004', 'GBX-1117'],
  needs: 'kill',
  cli: {
    verb: ['kill'],
    args: [{ field: 'id', name: 'SESSION' }],
    flags: [{ field: 'why', long: 'why', short: 'w', value: 'TEXT' }],
    examples: ['glovebox kill s-4k2m -w "wrong table"'],
  },
  view: ({ id, state }) => ({ lines: [`${id}  ${state}`] }),
  async handle(context, { id, why }) {
    const { principal, gateway } = context
    const { sessions } = gateway.ledger.world
    const found = findId(id, sessions.keys(), (one) =>
      gateway.access.sight.session(principal, sessions.get(one) as OpenSession),
    )
    if (isRefusal(found)) {
      const over = await findSession(context, id)
      return isRefusal(over)
        ? found
        : refusal('GBX-1107', { what: over.id, state: `closed (${over.cause ?? 'unknown'})` }, { ref: over.id })
    }
    const answer = await gateway.access.execute(principal, { type: 'session.kill', session: found, reason: why })
    return isRefusal(answer) ? answer : { id: answer.session, state: 'killed' as const }
  },
})
