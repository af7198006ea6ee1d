// Masks: why a column comes back masked, by which class and form, and what one may do with it.
import { z } from 'zod'
import { refusal } from '../core/error.ts'
import type { Target } from '../core/nouns.ts'
import { readLabels, splitName, type Label, type MaskBlock } from '../masking/labels.ts'
import { operation } from './operation.ts'

const maskShape = z.object({
  target: z.string(),
  column: z.string(),
  class: z.string(),
  form: z.string(),
  search: z.boolean().describe('may equality with a value be asked, within a budget?'),
  looks: z.string().describe('what remains of a value'),
})

const looks = (label: Label): string => {
  switch (label.form) {
    case 'null':
      return 'null'
    case 'redact':
      return '[redacted]'
    case 'pseudonym':
      return 'a pseudonym: equal values have equal ones, so it can be joined and counted'
    case 'partial':
      return `only the ${label.keepFirst > 0 ? `first ${label.keepFirst} and ` : ''}last ${label.keepLast} characters`
    case 'generalise':
      return `only its ${label.unit ?? 'outline'}`
    case 'keep':
      return label.keep.length > 0 ? `only ${label.keep.join(', ')}` : 'the value itself'
    case 'scrub':
      return 'the text without what looks personal'
  }
}

/** Labels of a target; protocols without labels have none. */
function labelsOf({ options, classes }: Target): readonly Label[] {
  const { mask } = options as { mask?: MaskBlock }
  return mask === undefined ? [] : readLabels(mask, classes)
}

/** `column`, `table.column` or `schema.table.column`, as far as it was typed. */
function fits({ path }: Label, typed: string): boolean {
  const wanted = (splitName(typed) ?? typed.split('.')).map((part) => part.toLowerCase())
  return wanted.every((part, i) => path.at(i - wanted.length)?.toLowerCase() === part)
}

export const whyMask = operation({
  name: 'masks.why',
  summary: 'Why a column is masked: its class, its form, and what remains.',
  method: 'GET',
  path: '/v1/masks',
  input: z.strictObject({
    column: z.string().min(1).max(300).describe('schema.table.column, or its last parts'),
    target: z.string().max(200).optional().describe('on this target; absent = on every target that you see'),
  }),
  output: z.object({ masks: z.array(maskShape) }),
  errors: ['GBX-1004'],
  needs: 'signed-in',
  cli: {
    verb: ['mask', 'why'],
    args: [{ field: 'column', name: 'COLUMN' }],
    flags: [{ field: 'target', long: 'target', value: 'TARGET' }],
    examples: ['glovebox mask why public.customers.email', 'glovebox mask why email --target pg-orders'],
  },
  view: ({ masks }) => ({
    table: {
      columns: ['TARGET', 'COLUMN', 'CLASS', 'FORM', 'WHAT REMAINS'],
      rows: masks.map((one) => [one.target, one.column, one.class, one.form, one.looks]),
    },
  }),
  async handle({ principal, gateway }, { column, target }) {
    const visible = gateway.access.sight
      .targets(principal)
      .filter(({ name }) => target === undefined || name === target)
    const masks = visible.flatMap((one) =>
      labelsOf(one)
        .filter((label) => fits(label, column))
        .map((label) => ({
          target: one.name,
          column: label.key,
          class: label.class,
          form: label.form,
          search: label.search,
          looks: looks(label),
        })),
    )
    return masks.length > 0 ? { masks } : refusal('GBX-1004', { what: `a label for ${column}` })
  },
})
