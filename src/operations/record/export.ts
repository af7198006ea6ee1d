// An evidence file: what a query finds, with who, why and with whose approval, and the proof that it is in the log. It is on
// record before anybody has it.
import { z } from 'zod'
import { isRefusal, refusal } from '../../core/error.ts'
import { formatQuery } from '../../core/query.ts'
import { buildEvidence } from '../../features/evidence/build.ts'
import { withContext } from '../../features/evidence/context.ts'
import type { EvidenceSource } from '../../features/evidence/source.ts'
import { findAll, soughtBy } from './find.ts'
import { operation, type Parts } from '../operation.ts'
import { shownEntry } from '../writes.ts'

const sourceOf = ({ store, journal }: Parts): EvidenceSource => ({
  store,
  read: (index) => journal.read(index),
  opened: (index) => journal.opened(index),
  openedEach: (indexes) => journal.openedEach(indexes),
  readEach: (indexes) => journal.readEach(indexes),
  shown: shownEntry,
  checkpoint: () => journal.checkpoint(),
  log: journal.log,
})

export const exportAudit = operation({
  name: 'audit.export',
  summary:
    'Make an evidence file of what a query finds: a zip that verifies offline. Fetch it at /v1/audit/exports/ID.',
  method: 'POST',
  path: '/v1/audit/exports',
  input: z.strictObject({
    query: z.string().max(4_000).default('').describe('what to export (docs/reference/query.md); nothing = everything'),
    preview: z.boolean().default(false).describe('say how much it would be, and make nothing'),
  }),
  output: z.object({
    id: z.string().optional().describe('fetch it with this within 10 minutes, once'),
    entry: z.string().optional().describe('the entry that says that it was exported'),
    query: z.string(),
    found: z.number().int().describe('entries that the query finds'),
    context: z.number().int().describe('entries that tell who, why and with whose approval'),
    hashesOnly: z.number().int().describe('leaves of the span of time that travel as hashes'),
    first: z.number().int(),
    last: z.number().int(),
    sessions: z.number().int().optional(),
    people: z.array(z.string()).optional().describe('whose names are in the file'),
    recordings: z.number().int().optional(),
    size: z.number().int().optional().describe('bytes'),
    root: z.string().optional().describe('of the log, as signed'),
  }),
  errors: ['GBX-1117', 'GBX-1004', 'GBX-1702'],
  needs: 'audit',
  async handle({ principal, gateway }, { query, preview }) {
    const sought = soughtBy(query, gateway.ledger.world, gateway.now())
    if (isRefusal(sought)) return sought
    const span = gateway.store.span(sought.span)
    const found = span ? await findAll(gateway, sought) : []
    if (!span || found.length === 0) return refusal('GBX-1004', { what: `an entry for "${query}"` })
    const text = formatQuery(sought.query)
    const source = sourceOf(gateway)
    const inSpan = found.filter((index) => index >= span.first && index <= span.last).length
    const told = { query: text, found: found.length, ...span, hashesOnly: span.last - span.first + 1 - inSpan }
    if (preview) {
      // Law 2: how many there are is an answer too.
      await gateway.ledger.record([
        { type: 'audit.searched', by: principal.id, clear: { found: found.length }, payload: { query: text } },
      ]).durable
      return { ...told, context: (await withContext(source, found, [principal.id])).length - found.length }
    }
    const record = async (clear: { found: number; first: number; last: number; files: string }): Promise<number> => {
      const { recorded, durable } = gateway.ledger.record([
        { type: 'audit.exported', by: principal.id, clear, payload: { query: text } },
      ])
      await durable
      return recorded[0]?.index ?? fail()
    }
    const ask = { query: text, found, ...span, who: principal.id, by: principal.name, at: gateway.now() }
    const { entry, ...made } = await gateway.spool.put(principal.id, (sink) => buildEvidence(source, ask, record, sink))
    return { ...told, ...made, people: [...made.people], entry: `j-${entry}` }
  },
})

const fail = (): never => {
  throw new Error('the journal gave no entry back')
}
