// Writes as people see them: asked for with a dry run, shown to whoever decides, run once, and taken back by a write of
// their own. Values that were written to labelled columns are shown to nobody, whoever typed them.
import { z } from 'zod'
import type { Recorded } from '../core/entry.ts'
import { isRefusal, refusal, type Refusal } from '../core/error.ts'
import type { AccessRequest, Grant, GrantId, RequestId } from '../core/nouns.ts'
import { rehearsalHash, rehearsalText, type Rehearsal } from '../core/statement.ts'
import { stateOf } from '../core/request.ts'
import { endedRefusal } from '../core/session.ts'
import { nameOf } from '../core/world.ts'
import { plural } from '../lib/plural.ts'
import type { Committed } from '../protocols/protocol.ts'
import type { Wish } from './again.ts'
import { findId } from './fields.ts'
import type { Context, Parts } from './operation.ts'

const values = z.record(z.string(), z.string().nullable())
export const rowShape = z.object({
  table: z.string(),
  key: z.string(),
  before: values.optional().describe('absent = it is new'),
  after: values.optional().describe('absent = it is deleted'),
})
export const tableShape = z.object({
  table: z.string(),
  inserted: z.number().int(),
  updated: z.number().int(),
  deleted: z.number().int(),
  named: z.boolean().describe('false = reached by a trigger, a rule or a foreign key'),
})

/** What is asked for, what a dry run of it did, and what became of it. */
export const writeShape = z.object({
  text: z.string().describe('the statement; values that it writes to labelled columns are left out'),
  undoes: z.string().optional().describe('the request whose change it takes back'),
  steps: z.array(z.object({ what: z.string(), rows: z.number().int() })),
  columns: z.array(z.string()).describe('columns that it writes'),
  tables: z.array(tableShape).describe('rows that the dry run changed, by table'),
  rows: z.array(rowShape).describe('rows before and after, masked; the first 20'),
  locks: z.array(z.object({ relation: z.string(), mode: z.string() })),
  sequences: z.array(z.string()).describe('moved on by the dry run, for good'),
  plan: z.array(z.string()),
  durationMs: z.number(),
  warnings: z.array(z.string()),
  run: z
    .object({
      state: z.enum(['committed', 'failed', 'unknown', 'running']),
      session: z.string(),
      entry: z.string().describe('the COMMIT on record'),
    })
    .optional()
    .describe('absent = it has not been run'),
})
export type WriteShape = z.input<typeof writeShape>

/** The dry run of a request, from the record; undefined = there is none, or its key was destroyed, or it is not the one of the hash. */
async function rehearsalOf({ gateway }: Context, request: AccessRequest): Promise<Rehearsal | undefined> {
  const recorded = request.statement && (await gateway.journal.read(request.statement.entry))
  if (recorded?.entry.type !== 'request.created' || recorded.payload === undefined) return undefined
  const { canonical, rehearsal } = recorded.payload as { canonical: string; rehearsal?: string }
  const { run } = JSON.parse(canonical) as { run?: { rehearsal: string } }
  if (rehearsal === undefined || run?.rehearsal !== rehearsalHash(rehearsal)) return undefined
  return JSON.parse(rehearsal) as Rehearsal
}

const runStates = {
  ok: 'committed',
  error: 'failed',
  cut: 'unknown',
  cancelled: 'unknown',
  unknown: 'unknown',
} as const

/** What a reviewer reads of a write; undefined for an ordinary request. */
export async function tellWrite(context: Context, request: AccessRequest): Promise<WriteShape | undefined> {
  const told = await rehearsalOf(context, request)
  if (told === undefined) return undefined
  const { v: _v, shown, keys: _keys, ...effect } = told
  const used = request.grant && context.gateway.ledger.world.grants.get(request.grant)?.used
  return {
    ...(structuredClone(effect) as unknown as Omit<WriteShape, 'text'>),
    text: shown,
    ...(request.statement?.undoes === undefined ? {} : { undoes: request.statement.undoes }),
    ...(used
      ? {
          run: {
            state: used.outcome === undefined ? 'running' : runStates[used.outcome],
            session: used.session,
            entry: `j-${used.entry}`,
          },
        }
      : {}),
  }
}

const shownValue = (value: string | null | undefined): string =>
  value === undefined ? '' : value === null ? 'null' : value

/** One row's line: what it was and what it is. */
export function rowLine({ table, key, before, after }: z.output<typeof rowShape>): string {
  if (before === undefined) return `  + ${table} ${key}: ${pairs(after)}`
  if (after === undefined) return `  - ${table} ${key}: ${pairs(before)}`
  const changes = Object.keys(after).map((name) => `${name}: ${shownValue(before[name])} -> ${shownValue(after[name])}`)
  return `  ~ ${table} ${key}: ${changes.join(', ') || 'unchanged'}`
}
const pairs = (row: Record<string, string | null> = {}): string =>
  Object.entries(row)
    .map(([name, value]) => `${name}: ${shownValue(value)}`)
    .join(', ')

export const tableLine = ({ table, inserted, updated, deleted, named }: z.output<typeof tableShape>): string =>
  `  ${table}: ${[
    [inserted, 'inserted'],
    [updated, 'updated'],
    [deleted, 'deleted'],
  ]
    .filter(([count]) => count !== 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ')}${named ? '' : '  (by a trigger, a rule or a foreign key)'}`

/** A write for people: text, effect, what to know. */
export function writeLines(write: z.output<typeof writeShape>): string[] {
  const { run } = write
  return [
    ...(write.undoes === undefined ? [] : [`takes back ${write.undoes}`]),
    ...write.text.split('\n').map((line) => `  | ${line}`),
    `effect (dry run, rolled back, ${write.durationMs} ms): ${write.steps.map(({ what, rows }) => `${what} ${plural(rows, 'row')}`).join('; ')}`,
    ...write.tables.map(tableLine),
    ...write.rows.map(rowLine),
    ...(write.locks.length === 0
      ? []
      : [`locks: ${write.locks.map(({ relation, mode }) => `${relation} ${mode}`).join(', ')}`]),
    ...(write.plan.length === 0 ? [] : ['plan:', ...write.plan.map((line) => `  ${line}`)]),
    ...write.warnings.map((warning) => `! ${warning}`),
    ...(run === undefined ? [] : [`run: ${run.state} in ${run.session} (${run.entry})`]),
  ]
}

export const changeShape = z.object({
  request: z.string(),
  session: z.string(),
  count: z.number().int().describe('rows that the statement reached'),
  rows: z.array(rowShape).describe('rows before and after, masked'),
  tables: z.array(tableShape),
  undo: z.string().describe('kept, or why there is none'),
})

/** What a run of a write answers. */
export function toldRun(request: AccessRequest, done: Committed | Refusal) {
  if (isRefusal(done)) return done
  const elsewhere = done.notUndone.length === 0 ? '' : `; it leaves ${done.notUndone.join(', ')} as they are now`
  return {
    columns: [...done.columns],
    types: done.columns.map(() => 'text'),
    rows: done.returned.map((row) => [...row]),
    masked: [...done.masked],
    notices: [],
    change: {
      request: request.id,
      session: done.session,
      count: done.rows,
      rows: structuredClone(done.change.rows) as never,
      tables: structuredClone(done.change.tables) as never,
      undo: done.undo === undefined ? `kept${elsewhere}` : `none: ${done.undo}`,
    },
  }
}

export const changeLines = (change: z.output<typeof changeShape>): string[] => [
  `${change.request}  committed  ${plural(change.count, 'row')}`,
  ...change.tables.map(tableLine),
  ...change.rows.map(rowLine),
  `undo ${change.undo}`,
]
export const changeNext = ({ session, request, undo }: z.output<typeof changeShape>): string =>
  undo.startsWith('kept')
    ? `glovebox replay ${session}  ·  glovebox request --undo ${request}`
    : `glovebox replay ${session}`

/** Dry runs that one person may have on one target within an hour (G10; and so that nobody guesses values by them). */
const mostRehearsals = 30
const mostADay = 100
const hourMs = 3_600_000
/** When dry runs began, by person and target. Keyed by the parts, so nothing outlives its gateway. */
const began = new WeakMap<Parts, Map<string, number[]>>()

function tooMany({ gateway, principal }: Context, target: string): Refusal | undefined {
  const all = began.get(gateway) ?? new Map<string, number[]>()
  began.set(gateway, all)
  const key = `${principal.person} ${target}`
  const recent = (all.get(key) ?? []).filter((at) => at > gateway.now() - 24 * hourMs)
  if (recent.filter((at) => at > gateway.now() - hourMs).length >= mostRehearsals)
    return refusal('GBX-1226', { target, limit: mostRehearsals, time: 'hour' })
  if (recent.length >= mostADay) return refusal('GBX-1226', { target, limit: mostADay, time: 'day' })
  all.set(key, [...recent, gateway.now()])
  return undefined
}

/** The dry run that goes on at each target, and those that wait behind it. */
const trying = new WeakMap<Parts, Map<string, Promise<unknown>>>()

/** One dry run at a time on a target: their locks never add up (G10). */
async function oneByOne<T>(gateway: Parts, target: string, run: () => Promise<T>): Promise<T> {
  const all = trying.get(gateway) ?? new Map<string, Promise<unknown>>()
  trying.set(gateway, all)
  const mine = (all.get(target) ?? Promise.resolve()).then(run, run)
  all.set(target, mine)
  try {
    return await mine
  } finally {
    if (all.get(target) === mine) all.delete(target)
  }
}

type Asked = { text: string; rehearsal: string; undoes?: RequestId }

/**
 * A dry run for a wish, after everything else about it was found right; or the equal request that there is. Refuses what
 * requests.create refuses, and what the protocol says of the text.
 */
export async function rehearsed(
  context: Context,
  wish: Wish,
): Promise<{ statement: Asked } | { reused: RequestId } | Refusal> {
  const { principal, channel, gateway } = context
  const { run: text = '', undoes, ...rest } = wish
  const undone = undoes === undefined ? {} : { undoes }
  const command = { type: 'request.create', ...rest, statement: { text, rehearsal: '', ...undone } } as const
  const foreseen = gateway.access.foresee(principal, command, { channel })
  const target = gateway.targets().get(wish.target)
  const writes = target && gateway.protocols.get(target.protocol)?.writes
  const { level } = wish
  const refused = isRefusal(foreseen)
    ? foreseen
    : target === undefined || writes === undefined || (level !== 'write' && level !== 'admin')
      ? refusal('GBX-1118', { level, target: wish.target })
      : undefined
  const told = async (no: Refusal): Promise<Refusal> => {
    await gateway.access.refused(principal, no, { command: 'request.create', target: wish.target })
    return no
  }
  if (refused !== undefined) return told(refused)
  if (!isRefusal(foreseen) && foreseen.reused !== undefined) return { reused: foreseen.reused }
  const over = tooMany(context, wish.target)
  if (over !== undefined) return told(over)
  if (target === undefined || writes === undefined || (level !== 'write' && level !== 'admin'))
    return told(refusal('GBX-1118', { level, target: wish.target }))
  const rehearsal = await oneByOne(gateway, target.name, () =>
    writes.rehearse(gateway.gate, target, { text, level, by: principal, isHidden: undoes !== undefined }),
  )
  return isRefusal(rehearsal)
    ? told(rehearsal)
    : { statement: { text, rehearsal: rehearsalText(rehearsal), ...undone } }
}

/**
 * Which request is meant by what somebody runs: its id, or exactly the text that they asked for on this target (the newest
 * time). Undefined = an ordinary statement. What takes something back is run by its id only: nobody has typed its text, and
 * whether a text is the one that is kept must not tell anybody what the rows were.
 */
export function writeOf(
  context: Context,
  target: string,
  text: string | undefined,
): AccessRequest | Refusal | undefined {
  const { gateway, principal } = context
  const { requests } = gateway.ledger.world
  if (text !== undefined)
    return [...requests.values()].findLast(
      ({ asker, target: on, statement }) =>
        asker === principal.id && on === target && statement?.text === text && statement.undoes === undefined,
    )
  if (gateway.targets().has(target)) return undefined
  const id = findId(target, requests.keys(), (one) =>
    gateway.access.sight.request(principal, requests.get(one) as AccessRequest),
  )
  if (isRefusal(id)) return id
  const request = requests.get(id) as AccessRequest
  return request.statement === undefined
    ? refusal('GBX-1002', { field: 'text', why: `${id} is not for a statement: glovebox run ${request.target} "…"` })
    : request
}

/** Why a request can't be run now; or its grant. */
function runnable(context: Context, request: AccessRequest): Grant | Refusal {
  const { gateway, principal } = context
  const { world } = gateway.ledger
  const ref = { ref: request.id }
  if (request.asker !== principal.id)
    return refusal('GBX-1117', { what: `run ${request.id}`, why: 'whoever asked for it runs it.' })
  const state = stateOf(request, gateway.now())
  if (state === 'pending') {
    const have = request.reviews.filter(({ decision }) => decision === 'approve').length
    const { count: need, groups } = request.needed
    return refusal('GBX-1102', { request: request.id, have, need, reviewers: groups.join(', ') }, ref)
  }
  const denial = request.reviews.findLast(({ decision }) => decision === 'deny')
  if (state === 'denied' && denial !== undefined) {
    const reviewer = nameOf(world, denial.reviewer)
    const { target, level } = request
    return refusal('GBX-1104', { request: request.id, reviewer, comment: denial.comment ?? '', target, level }, ref)
  }
  const grant = request.grant && world.grants.get(request.grant)
  if (!grant) return refusal('GBX-1107', { what: request.id, state }, ref)
  const how =
    grant.used && (grant.used.outcome === 'unknown' ? 'nobody can say whether it took effect' : 'it has been run')
  if (how !== undefined) return refusal('GBX-1220', { request: request.id, how }, ref)
  return grant.ended === undefined ? grant : endedRefusal(grant, gateway.now())
}

/** Runs an approved statement, once. What differs from its dry run ends the grant: it takes a new review. */
export async function runWrite(context: Context, request: AccessRequest): Promise<Committed | Refusal> {
  const { gateway, principal, channel } = context
  const grant = runnable(context, request)
  if (isRefusal(grant)) return grant
  const target = gateway.targets().get(request.target)
  const writes = target && gateway.protocols.get(target.protocol)?.writes
  const rehearsal = await rehearsalOf(context, request)
  const { statement, level } = request
  if (!target || !writes || !rehearsal || statement?.text === undefined || (level !== 'write' && level !== 'admin'))
    return refusal('GBX-1004', { what: `the statement of ${request.id}` })
  const done = await writes.commit(gateway.gate, target, {
    principal,
    request: request.id,
    grant: grant.id,
    channel,
    text: statement.text,
    level,
    rehearsal,
    isHidden: statement.undoes !== undefined,
  })
  if (isRefusal(done) && done.code === 'GBX-1221') await over(context, grant.id, done)
  return done
}

async function over({ gateway }: Context, grant: GrantId, { title }: Refusal): Promise<void> {
  const ended = await gateway.access.execute('gateway', { type: 'grant.revoke', grant, reason: title })
  // Open to nothing: a grant that has ended already has ended.
  if (isRefusal(ended) && ended.code !== 'GBX-1107') throw new TypeError(ended.title)
}

/** The text that takes back what a request changed, and where. */
export async function undoText({ gateway }: Context, request: AccessRequest): Promise<{ text: string } | Refusal> {
  const nothing = (what: string): Refusal => refusal('GBX-1227', { what, target: request.target }, { ref: request.id })
  const used = request.grant && gateway.ledger.world.grants.get(request.grant)?.used
  if (!used || used.outcome !== 'ok') return nothing(`${request.id} has changed nothing that is known`)
  const recorded = await gateway.journal.read(used.entry)
  const payload = recorded?.entry.type === 'action.admitted' ? recorded.payload : undefined
  const undo = payload !== undefined && 'change' in payload ? payload.change?.undo : undefined
  if (undo === undefined) return nothing(`there is no undo of ${request.id}: its key was destroyed`)
  return 'text' in undo ? undo : nothing(`there is no undo of ${request.id}: ${undo.missing}`)
}

/** A recorded entry as it may be shown: without the values that a write keeps for itself. */
export function shownEntry(recorded: Recorded): Recorded {
  const { entry, payload } = recorded
  if (payload === undefined) return recorded
  if (entry.type === 'request.created' && 'rehearsal' in payload && payload.rehearsal !== undefined) {
    const { shown } = JSON.parse(payload.rehearsal) as Rehearsal
    const canonical = JSON.parse(payload.canonical) as { run: object }
    const told = JSON.stringify({ ...canonical, run: { ...canonical.run, text: shown } })
    return { ...recorded, payload: { ...payload, canonical: told } } as Recorded
  }
  if (entry.type === 'action.admitted' && 'change' in payload && payload.change?.undo !== undefined) {
    const { undo, ...change } = payload.change
    const told = 'text' in undo ? { missing: '(kept, not shown)' } : undo
    return { ...recorded, payload: { ...payload, change: { ...change, undo: told } } } as Recorded
  }
  return recorded
}
