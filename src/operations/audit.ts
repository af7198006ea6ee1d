// The record: searching it (which is put on record too), and proving one entry to a stranger.
import { z } from 'zod'
import { refusal, isRefusal, type Refusal } from '../core/error.ts'
import type { EntryType, Recorded } from '../core/entry.ts'
import { nameOf } from '../core/world.ts'
import { parseDuration } from '../lib/duration.ts'
import { operation, type Context } from './operation.ts'
import { shownEntry } from './writes.ts'

/** Entries read for one search at most; what lies further back is reached with `before`. */
const searched = 20_000
const pageSize = 500

const foundShape = z.object({
  id: z.string().describe('j-N, N = index in the log'),
  at: z.string(),
  type: z.string(),
  by: z.string(),
  target: z.string().optional(),
  session: z.string().optional(),
  clear: z.record(z.string(), z.unknown()).describe('what a stranger can read'),
  payload: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('what is encrypted; absent where its key was destroyed'),
})

interface Search {
  readonly text?: string | undefined
  readonly user?: string | undefined
  readonly target?: string | undefined
  readonly session?: string | undefined
  readonly type?: string | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly before?: number | undefined
  readonly limit: number
}

/** A time (RFC 3339) or a duration ago. */
function moment(text: string | undefined, now: number, field: string): number | undefined | Refusal {
  if (text === undefined) return undefined
  const ago = parseDuration(text)
  const at = ago === undefined ? Date.parse(text) : now - ago
  return Number.isNaN(at)
    ? refusal('GBX-1002', { field, why: 'write a time such as 2026-11-24T03:00:00Z, or how long ago: 2h' })
    : at
}

const values = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(values)
      : typeof value === 'number'
        ? [String(value)]
        : []

const matches = (recorded: Recorded, text: string): boolean =>
  [...values(recorded.payload), ...values(recorded.entry)].some((value) => value.toLowerCase().includes(text))

function tellEntry({ gateway }: Context, { index, entry, payload }: Recorded): z.input<typeof foundShape> {
  const { v: _v, ts, type, by, commit: _commit, ...clear } = entry
  return {
    id: `j-${index}`,
    at: ts,
    type,
    by: nameOf(gateway.ledger.world, by),
    ...('target' in entry && entry.target !== undefined ? { target: entry.target } : {}),
    ...('session' in entry ? { session: entry.session } : {}),
    clear,
    ...(payload === undefined ? {} : { payload }),
  }
}

/** What a payload says, for a line: a request by its reason. */
function gist({ canonical, rehearsal: _told, ...said }: Readonly<Record<string, unknown>>): string {
  const asked = typeof canonical === 'string' ? [(JSON.parse(canonical) as { reason?: unknown }).reason] : []
  return values([...asked, ...Object.values(said)]).join(' ')
}

/** Ids of all accounts that have or had that name, also of those that are gone; or that id itself. */
function idsOf({ gateway }: Context, user: string): string[] {
  const named = [...gateway.ledger.world.names].flatMap(([id, name]) => (name === user ? [id] : []))
  return named.length > 0 ? named : [user]
}

async function find(context: Context, search: Search): Promise<{ found: Recorded[]; before?: number } | Refusal> {
  const { store, journal, now } = context.gateway
  const since = moment(search.since, now(), 'since')
  const until = moment(search.until, now(), 'until')
  if (isRefusal(since)) return since
  if (isRefusal(until)) return until
  const text = search.text?.toLowerCase()
  const found: Recorded[] = []
  let { before } = search
  for (let seen = 0; seen < searched;) {
    const page = await store.entries({
      limit: pageSize,
      ...(search.user === undefined ? {} : { by: idsOf(context, search.user) }),
      ...(search.target === undefined ? {} : { target: search.target }),
      ...(search.session === undefined ? {} : { session: search.session }),
      ...(search.type === undefined ? {} : { types: search.type.split(',') as EntryType[] }),
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      ...(before === undefined ? {} : { before }),
    })
    for (const row of page) {
      before = row.index
      seen++
      const read = await journal.read(row.index)
      const recorded = read && shownEntry(read)
      if (!recorded || (text !== undefined && !matches(recorded, text))) continue
      found.push(recorded)
      if (found.length >= search.limit) return { found, before }
    }
    if (page.length < pageSize) return { found }
  }
  return before === undefined ? { found } : { found, before }
}

export const searchAudit = operation({
  name: 'audit.search',
  summary: 'Search the record by text, user, target and time, newest first. That you searched is put on record.',
  method: 'GET',
  path: '/v1/audit/entries',
  input: z.strictObject({
    text: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe('text in statements, reasons, comments and names; upper and lower case are the same'),
    user: z.string().max(100).optional().describe('by whom'),
    target: z.string().max(200).optional().describe('on which target'),
    session: z.string().max(40).optional().describe('in which session (full id)'),
    type: z.string().max(300).optional().describe('entry types, separated by commas'),
    since: z.string().max(40).optional().describe('a time, or how long ago (2h)'),
    until: z.string().max(40).optional().describe('a time, or how long ago (1h)'),
    before: z.coerce.number().int().min(0).optional().describe('entries before this index only: the next page'),
    limit: z.coerce.number().int().min(1).max(1_000).default(100).describe('how many'),
  }),
  output: z.object({ entries: z.array(foundShape), before: z.number().int().optional().describe('where to go on') }),
  errors: ['GBX-1117'],
  needs: 'audit',
  cli: {
    verb: ['audit', 'search'],
    args: [{ field: 'text', name: 'TEXT', rest: true }],
    flags: [
      { field: 'user', long: 'user', value: 'NAME' },
      { field: 'target', long: 'target', value: 'TARGET' },
      { field: 'session', long: 'session', value: 'SESSION' },
      { field: 'type', long: 'type', value: 'TYPE' },
      { field: 'since', long: 'since', value: 'TIME' },
      { field: 'until', long: 'until', value: 'TIME' },
      { field: 'before', long: 'before', value: 'N' },
      { field: 'limit', long: 'limit', value: 'N' },
    ],
    examples: [
      'glovebox audit search customers --target pg-orders --since 90d',
      'glovebox audit search --user ana --type action.admitted --json',
    ],
  },
  view: ({ entries }) => ({
    table: {
      columns: ['ENTRY', 'AT', 'BY', 'TYPE', 'TARGET', 'WHAT'],
      rows: entries.map((one) => [one.id, one.at, one.by, one.type, one.target ?? '-', gist(one.payload ?? {})]),
    },
  }),
  async handle(context, search) {
    const result = await find(context, search)
    if (isRefusal(result)) return result
    const { principal, gateway } = context
    const query = JSON.stringify({ ...search })
    // Law 2: whoever reads the record is on record before they read it.
    await gateway.ledger.record([
      { type: 'audit.searched', by: principal.id, clear: { found: result.found.length }, payload: { query } },
    ]).durable
    return {
      entries: result.found.map((recorded) => tellEntry(context, recorded)),
      ...(result.before === undefined ? {} : { before: result.before }),
    }
  },
})

export const proveEntry = operation({
  name: 'audit.prove',
  summary: 'A proof that an entry is in the log (C2SP tlog-proof), for somebody who has only the public key.',
  method: 'GET',
  path: '/v1/audit/proofs/:entry',
  input: z.strictObject({
    entry: z
      .string()
      .regex(/^(j-)?\d{1,15}$/, 'write j-N or N')
      .describe('j-N as search gives it, or N'),
  }),
  output: z.object({ entry: z.string(), proof: z.string(), vkey: z.string() }),
  errors: ['GBX-1004', 'GBX-1117'],
  needs: 'audit',
  cli: {
    verb: ['audit', 'prove'],
    args: [{ field: 'entry', name: 'ENTRY' }],
    examples: ['glovebox audit prove j-182736'],
  },
  view: ({ proof }) => ({ lines: proof.trimEnd().split('\n') }),
  async handle({ gateway }, input) {
    const index = Number(input.entry.replace('j-', ''))
    const proof = index < gateway.journal.size ? await gateway.journal.prove(index) : undefined
    if (proof === undefined) return refusal('GBX-1004', { what: `j-${index}` })
    const { vkey } = await gateway.journal.checkpoint()
    return { entry: `j-${index}`, proof, vkey }
  },
})

export const checkpoint = operation({
  name: 'audit.checkpoint',
  summary: 'The newest signed checkpoint of the log, and the key that verifies it.',
  method: 'GET',
  path: '/v1/audit/checkpoint',
  input: z.strictObject({}),
  output: z.object({ note: z.string(), vkey: z.string() }),
  errors: [],
  needs: 'signed-in',
  cli: { verb: ['audit', 'checkpoint'], examples: ['glovebox audit checkpoint'] },
  view: ({ note }) => ({ lines: note.trimEnd().split('\n') }),
  handle: ({ gateway }) => gateway.journal.checkpoint(),
})
