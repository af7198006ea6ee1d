// Labels that a target should have: proposed by names, types, counts over a sample and what the net met in answers.
import { z } from 'zod'
import { GloveboxError, refusal } from '../../core/error.ts'
import { splitName } from '../../masking/labels.ts'
import { propose } from '../../masking/propose.ts'
import type { ColumnSample } from '../../protocols/protocol.ts'
import { seesStructure } from './masks.ts'
import { operation, type Parts } from '../operation.ts'

const proposalShape = z.object({
  column: z.string(),
  type: z.string(),
  class: z.string(),
  evidence: z.string().describe('why, in counts; never a value'),
  sampled: z.number().int().describe('values that were looked at; none is kept'),
  seen: z.boolean().describe('false = only the name speaks for it'),
})

/** Samples that run now: a target is never asked twice at once (G10). Keyed by the parts, so nothing outlives its gateway. */
const sampling = new WeakMap<Parts, Map<string, Promise<readonly ColumnSample[]>>>()

export const suggestMasks = operation({
  name: 'masks.suggest',
  summary:
    'Labels to paste for columns without one: by names, types and counts over a sample. Values are never kept or shown.',
  method: 'POST',
  path: '/v1/targets/:target/suggest',
  input: z.strictObject({ target: z.string().max(200).describe('name of the target') }),
  output: z.object({
    target: z.string(),
    /** Columns without a label that could hold a text, proposed or not. */
    open: z.number().int().describe('columns without a label'),
    proposals: z.array(proposalShape),
    mask: z.record(z.string(), z.string()).describe('the mask: lines, as an object'),
  }),
  errors: ['GBX-1004', 'GBX-1109', 'GBX-1301', 'GBX-1308', 'GBX-1309', 'GBX-1311'],
  needs: 'signed-in',
  cli: {
    verb: ['mask', 'suggest'],
    args: [{ field: 'target', name: 'TARGET' }],
    examples: ['glovebox mask suggest pg-orders', 'glovebox mask suggest pg-orders --json'],
  },
  view: ({ target, open, proposals }) => {
    if (proposals.length === 0)
      return {
        lines: [
          `${target}: nothing to propose; ${open} columns without a label, and nothing in them that looks like a person's`,
        ],
      }
    const width = Math.max(...proposals.map((one) => `${keyOf(one.column)}: ${one.class}`.length))
    return {
      lines: [
        `# ${target}: ${proposals.length} of ${open} columns without a label should have one. Values were counted, not kept.`,
        'mask:',
        ...proposals.map((one) => `  ${`${keyOf(one.column)}: ${one.class}`.padEnd(width)}  # ${one.evidence}`),
      ],
      next: `paste what fits under targets: ${target}: mask: in glovebox.yaml, then: glovebox apply`,
    }
  },
  async handle({ principal, gateway }, { target: typed }) {
    const { sight } = gateway.access
    const target =
      (sight.may(principal, 'manage') ? gateway.targets().get(typed) : undefined) ?? sight.target(principal, typed)
    const protocol = target && gateway.protocols.get(target.protocol)
    if (!target || !protocol?.sample) return refusal('GBX-1004', { what: `target ${typed}` })
    if (!seesStructure(gateway, principal, target)) return refusal('GBX-1109', { target: target.name })
    const running = sampling.get(gateway) ?? new Map<string, Promise<readonly ColumnSample[]>>()
    sampling.set(gateway, running)
    try {
      const sample =
        running.get(target.name) ?? protocol.sample(gateway.gate, target).finally(() => running.delete(target.name))
      running.set(target.name, sample)
      const samples = await sample
      const proposals = samples.flatMap((one) => proposed(gateway, target.name, one))
      return {
        target: target.name,
        open: samples.length,
        proposals,
        mask: Object.fromEntries(proposals.map((one) => [one.column, one.class])),
      }
    } catch (error) {
      // Closed: nothing is proposed. What the doors refused is told as it is.
      if (error instanceof GloveboxError) return error.refusal
      throw error
    }
  },
})

function proposed(gateway: Parts, target: string, sample: ColumnSample): z.input<typeof proposalShape>[] {
  const { column, type, sampled, found } = sample
  const [, table = '', name = ''] = splitName(column) ?? []
  const met = [...gateway.ledger.world.detected.values()].filter(
    (one) => one.target === target && one.column === column,
  )
  const proposal = propose({ table, column: name, type, sampled, found, met })
  return proposal === undefined
    ? []
    : [{ column, type, class: proposal.class, evidence: proposal.evidence, sampled, seen: proposal.isSeen }]
}

/** A key as YAML reads it. */
const keyOf = (column: string): string => (/^[\w.]+$/.test(column) ? column : `'${column.replaceAll("'", "''")}'`)
