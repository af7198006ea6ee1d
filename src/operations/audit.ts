// The record: searching it (which is put on record too), and proving one entry to a stranger.
import { z } from 'zod'
import { refusal, isRefusal } from '../core/error.ts'
import type { Recorded } from '../core/entry.ts'
import { formatQuery } from '../core/query.ts'
import { nameOf } from '../core/world.ts'
import { findPage, soughtBy, valuesIn } from './record/find.ts'
import { operation, type Context } from './operation.ts'

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
  return valuesIn([...asked, ...Object.values(said)]).join(' ')
}

export const searchAudit = operation({
  name: 'audit.search',
  summary:
    'Search the record, newest first: user: target: table: action: from: to: masked: decision: text. That you searched is put on record.',
  method: 'GET',
  path: '/v1/audit/entries',
  input: z.strictObject({
    query: z
      .string()
      .max(4_000)
      .default('')
      .describe('terms such as user:ana table:orders.customers from:-90d -decision:refused (docs/reference/query.md)'),
    before: z.coerce.number().int().min(0).optional().describe('entries before this index only: the next page'),
    limit: z.coerce.number().int().min(1).max(1_000).default(100).describe('how many'),
  }),
  output: z.object({
    entries: z.array(foundShape),
    before: z.number().int().optional().describe('where to go on: older entries may fit too'),
    behind: z.number().int().describe('entries that the index does not know yet'),
  }),
  errors: ['GBX-1117'],
  needs: 'audit',
  cli: {
    verb: ['audit', 'search'],
    args: [{ field: 'query', name: 'QUERY', rest: true }],
    flags: [
      { field: 'before', long: 'before', value: 'N' },
      { field: 'limit', long: 'limit', value: 'N' },
    ],
    examples: [
      'glovebox audit search user:ana table:orders.customers from:-90d',
      'glovebox audit search "text:checkout -decision:refused" --json',
    ],
  },
  view: ({ entries, before, behind }) => ({
    table: {
      columns: ['ENTRY', 'AT', 'BY', 'TYPE', 'TARGET', 'WHAT'],
      rows: entries.map((one) => [one.id, one.at, one.by, one.type, one.target ?? '-', gist(one.payload ?? {})]),
    },
    ...(before === undefined ? {} : { next: `older: --before ${before}` }),
    ...(behind > 0 ? { lines: [`! the index is ${behind} entries behind`] } : {}),
  }),
  async handle(context, { query, before, limit }) {
    const { principal, gateway } = context
    const sought = soughtBy(query, gateway.ledger.world, gateway.now())
    if (isRefusal(sought)) return sought
    const result = await findPage(gateway, sought, { before, limit })
    // Law 2: whoever reads the record is on record before they read it.
    await gateway.ledger.record([
      {
        type: 'audit.searched',
        by: principal.id,
        clear: { found: result.found.length },
        payload: { query: formatQuery(sought.query) },
      },
    ]).durable
    return {
      entries: result.found.map((recorded) => tellEntry(context, recorded)),
      behind: Math.max(0, gateway.journal.size - gateway.store.next),
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
  errors: ['GBX-1004', 'GBX-1117', 'GBX-1406', 'GBX-1407'],
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
