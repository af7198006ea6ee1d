// Masks: what stands in place of a column and why, who could lift it, and what would become of a statement.
import { z } from 'zod'
import { GloveboxError, refusal, type Refusal } from '../../core/error.ts'
import { isLive, liveGrants } from '../../core/grant.ts'
import type { Principal, Target } from '../../core/nouns.ts'
import { plural } from '../../lib/plural.ts'
import { keepsMeaning } from '../../masking/forms.ts'
import { readLabels, splitName, type Label, type MaskBlock } from '../../masking/labels.ts'
import type { ColumnMask } from '../../protocols/protocol.ts'
import { duration } from '../fields.ts'
import { operation, type Parts } from '../operation.ts'

const maskShape = z.object({
  target: z.string(),
  column: z.string(),
  masked: z.boolean().describe('false = the value passes as it is'),
  class: z.string().optional(),
  form: z.string().optional(),
  search: z.boolean().describe('may equality with a value be asked, within a budget?'),
  compare: z.string().describe('what becomes of  column = value'),
  looks: z.string().describe('what remains of a value'),
  example: z.string().optional().describe('made up, never from data'),
  source: z.string().describe('where the mask comes from'),
  lift: z.string().describe('what it takes to see the value'),
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

/** Of masks that came down from a column: what the form leaves, without the numbers that only a label has. */
const looksOf = (form: Label['form']): string =>
  form === 'partial' ? 'only some characters at its ends' : looks({ form, keep: ['some keys'] } as unknown as Label)

/** Labels of a target; protocols without labels have none. */
function labelsOf({ options, classes }: Target): readonly Label[] {
  const { mask } = options as { mask?: MaskBlock }
  return mask === undefined ? [] : readLabels(mask, classes)
}

/** `column`, `table.column` or `schema.table.column`, as far as it was typed. */
function fits(path: readonly string[], typed: string): boolean {
  const wanted = (splitName(typed) ?? typed.split('.')).map((part) => part.toLowerCase())
  return wanted.every((part, i) => path.at(i - wanted.length)?.toLowerCase() === part)
}

/** May this person know the structure of the target? Whoever has access to it now, and whoever looks after it. */
export function seesStructure(gateway: Parts, principal: Principal, target: Target): boolean {
  const { sight } = gateway.access
  const { world } = gateway.ledger
  return (
    sight.may(principal, 'manage') ||
    sight.may(principal, 'audit') ||
    sight.may(principal, 'review', target) ||
    liveGrants(world, principal.id, target.name, gateway.now()).some((grant) => isLive(grant, gateway.now()))
  )
}

/** The columns as the target has them, for those who may know; undefined = the file's labels have to do. */
async function columnsOf(
  gateway: Parts,
  principal: Principal,
  target: Target,
): Promise<readonly ColumnMask[] | undefined> {
  if (!seesStructure(gateway, principal, target)) return undefined
  try {
    return await gateway.protocols.get(target.protocol)?.columns?.(gateway.gate, target)
  } catch {
    return undefined // open: labels of the file are no secret, and a target that is down can still be explained
  }
}

/** What the policies ask for before this person sees the value. */
function liftOf(gateway: Parts, principal: Principal, target: Target, column: string): string {
  const answer = gateway.access.sight.ask(principal, 'unmask', target, { columns: [column] })
  if (answer.kind === 'deny') return `not for you: ${answer.why}`
  const { count, groups } = answer.needed
  return `${plural(count, 'approval')} from ${groups.join(', ')}, at most ${duration(answer.maxDurationMs)}: glovebox request ${target.name} --unmask ${column} -w "…"`
}

/** Class of what nobody labelled. */
const unlabelledClass = 'unlabelled'

type Why = z.input<typeof maskShape>

function whyOf(gateway: Parts, principal: Principal, target: Target, column: ColumnMask): Why {
  const { mask } = column
  const file = labelsOf(target)
  const own = mask === undefined ? undefined : file.find(({ key }) => mask.origin.endsWith(key))
  const common = { target: target.name, column: column.column }
  if (mask === undefined)
    return {
      ...common,
      masked: false,
      search: false,
      compare: 'compares the values',
      looks: column.refused === undefined ? 'the value itself' : 'nothing: it can’t be read',
      source: column.refused ?? sourceOfNothing(target, file, column),
      lift: 'nothing is masked here',
    }
  return {
    ...common,
    masked: true,
    class: mask.class,
    form: mask.form,
    search: mask.search,
    compare: compareOf(mask.form, mask.search),
    looks: own?.form === mask.form ? looks(own) : looksOf(mask.form),
    example: mask.example,
    source: sourceOf(target, mask.origin, own),
    lift:
      mask.class === unlabelledClass
        ? `a label: glovebox mask suggest ${target.name}   (or, if it holds nothing personal, mask: { ${column.column}: { class: pii.text, form: keep } })`
        : liftOf(gateway, principal, target, column.column),
  }
}

const compareOf = (form: Label['form'], search: boolean): string =>
  search
    ? 'finds it, within a budget'
    : keepsMeaning(form)
      ? 'compares what remains'
      : 'is refused: it would test the mask'

/** Where in the file, and by which way from there. */
function sourceOf(target: Target, origin: string, own: Label | undefined): string {
  if (own === undefined) return origin.startsWith(unlabelledClass) ? `no label speaks of it (${origin})` : origin
  const place = target.places?.[own.key]
  const line = `mask: ${own.key}${place === undefined ? '' : ` (${place})`}`
  const way = origin.slice(0, origin.length - own.key.length).trim()
  return way === '' ? line : `${way} ${line}`
}

const sourceOfNothing = ({ options }: Target, file: readonly Label[], { column, type }: ColumnMask): string =>
  file.some(({ key }) => key === column)
    ? 'its label keeps the value on purpose (form: keep)'
    : `no label speaks of it, and ${type} passes (unlabelled: ${String((options as { unlabelled?: string }).unlabelled ?? 'scrub')})`

/** From the file alone, where the catalogue is not known or not this person's to know. */
const fromFile = (gateway: Parts, principal: Principal, target: Target, label: Label): Why => ({
  target: target.name,
  column: label.key,
  masked: label.form !== 'keep' || label.keep.length > 0,
  class: label.class,
  form: label.form,
  search: label.search,
  compare: compareOf(label.form, label.search),
  looks: looks(label),
  source: sourceOf(target, label.key, label),
  lift: liftOf(gateway, principal, target, label.key),
})

export const whyMask = operation({
  name: 'masks.why',
  summary: 'Why a column is masked: its class, its form, where that was said, and who may lift it.',
  method: 'GET',
  path: '/v1/masks',
  input: z.strictObject({
    column: z.string().min(1).max(300).describe('schema.table.column, or its last parts'),
    target: z.string().max(200).optional().describe('on this target; absent = on every target that you see'),
  }),
  output: z.object({ masks: z.array(maskShape) }),
  errors: ['GBX-1004'],
  needs: 'signed-in',
  view: ({ masks }) => ({
    lines: masks.flatMap((one, index) => [
      ...(index > 0 ? [''] : []),
      `${one.target}  ${one.column}`,
      ...(one.masked
        ? [
            `  class    ${one.class}, form ${one.form}`,
            `  remains  ${one.looks}${one.example === undefined ? '' : `, such as  ${one.example}`}`,
            `  from     ${one.source}`,
            `  search   = a value ${one.compare}`,
            `  lift     ${one.lift}`,
          ]
        : ['  passes   as it is', `  because  ${one.source}`]),
    ]),
  }),
  async handle({ principal, gateway }, { column, target: typed }) {
    const { sight } = gateway.access
    const visible =
      typed === undefined
        ? sight.targets(principal)
        : [
            (sight.may(principal, 'manage') ? gateway.targets().get(typed) : undefined) ??
              sight.target(principal, typed),
          ]
    const masks: Why[] = []
    for (const target of visible) {
      if (target === undefined) continue
      const columns = await columnsOf(gateway, principal, target)
      if (columns === undefined)
        masks.push(
          ...labelsOf(target)
            .filter(({ path }) => fits(path, column))
            .map((label) => fromFile(gateway, principal, target, label)),
        )
      else
        masks.push(
          ...columns
            .filter((one) => fits(splitName(one.column) ?? [], column))
            .map((one) => whyOf(gateway, principal, target, one)),
        )
    }
    return masks.length > 0 ? { masks } : refusal('GBX-1004', { what: `a label for ${column}` })
  },
})

const previewColumn = z.object({
  name: z.string(),
  masked: z.boolean(),
  class: z.string().optional(),
  form: z.string().optional(),
  example: z.string().optional().describe('made up, never from data'),
  origin: z.array(z.string()).describe('from what the statement names down to the rule'),
})

export const previewMask = operation({
  name: 'masks.preview',
  summary:
    'What would become of a statement: each column’s mask and origin, and the SQL that goes to the target. Runs nothing.',
  method: 'POST',
  path: '/v1/targets/:target/preview',
  input: z.strictObject({
    target: z.string().max(200).describe('name of the target'),
    text: z.string().min(1).max(262_144).describe('the statement'),
    full: z.boolean().default(false).describe('the whole SQL, with the masks written out'),
  }),
  output: z.object({
    target: z.string(),
    ok: z.boolean().describe('false = it would be refused'),
    statements: z.array(
      z.object({
        kind: z.string(),
        columns: z.array(previewColumn),
        reads: z.array(z.string()),
        searches: z.number().int().describe('values that it would look for in masked columns'),
        sql: z.string().describe('what goes to the target'),
      }),
    ),
    refused: z
      .object({ code: z.string(), title: z.string(), why: z.string().optional(), next: z.array(z.string()) })
      .optional(),
    rules: z.array(z.string()).describe('ids of the rules that refuse it, see docs/explanation/walls.md'),
  }),
  errors: ['GBX-1004', 'GBX-1109', 'GBX-1301', 'GBX-1308', 'GBX-1309', 'GBX-1311'],
  needs: 'signed-in',
  view: ({ statements, refused, rules }) => ({
    lines:
      refused === undefined
        ? statements.flatMap((one, index) => [...(index > 0 ? [''] : []), ...shown(one)])
        : [
            `refused  ${refused.code} ${refused.title}`,
            ...(refused.why === undefined ? [] : [`why      ${refused.why}`]),
            ...(rules.length === 0 ? [] : [`rules    ${rules.join(', ')}   docs/explanation/walls.md`]),
            ...refused.next.map((line) => `next     ${line}`),
          ],
  }),
  async handle({ principal, gateway }, { target: typed, text, full }) {
    const { sight } = gateway.access
    const target =
      (sight.may(principal, 'manage') ? gateway.targets().get(typed) : undefined) ?? sight.target(principal, typed)
    const protocol = target && gateway.protocols.get(target.protocol)
    if (!target || !protocol?.preview) return refusal('GBX-1004', { what: `target ${typed}` })
    if (!seesStructure(gateway, principal, target)) return refusal('GBX-1109', { target: target.name })
    try {
      const found = await protocol.preview(gateway.gate, target, text, { level: 'read', scope: {} })
      return {
        target: target.name,
        ok: found.refused === undefined,
        statements: found.statements.map(({ kind, columns, reads, searches, sql, emitted }) => ({
          kind,
          columns: columns.map(({ name, class: className, form, example, origin }) => ({
            name,
            masked: form !== undefined,
            ...(className === undefined ? {} : { class: className }),
            ...(form === undefined ? {} : { form }),
            ...(example === undefined ? {} : { example }),
            origin: [...origin],
          })),
          reads: [...reads],
          searches,
          sql: full ? emitted : sql,
        })),
        ...(found.refused === undefined ? {} : { refused: told(found.refused) }),
        rules: [...found.rules],
      }
    } catch (error) {
      // Closed: nothing is known of the statement. What the doors refused is told as it is.
      if (error instanceof GloveboxError) return error.refusal
      throw error
    }
  },
})

const told = ({ code, title, why, next }: Refusal) => ({
  code,
  title,
  ...(why === undefined ? {} : { why }),
  next: [...next],
})

interface Statement {
  readonly columns: readonly z.output<typeof previewColumn>[]
  readonly sql: string
  readonly searches: number
}

function shown({ columns, sql, searches }: Statement): string[] {
  const width = Math.max(0, ...columns.map(({ name }) => name.length))
  const form = Math.max(0, ...columns.map((one) => (one.masked ? `${one.class} ${one.form}`.length : 0)))
  const example = Math.max(0, ...columns.map((one) => one.example?.length ?? 0))
  return [
    ...columns.map((one) =>
      one.masked
        ? `◌ ${one.name.padEnd(width)}  ${`${one.class} ${one.form}`.padEnd(form)}  ${(one.example ?? '').padEnd(example)}  from ${one.origin.join(' > ')}`
        : `  ${one.name.padEnd(width)}  as it is`,
    ),
    ...(columns.length === 0 ? ['  its columns are not known before it runs'] : []),
    ...(searches > 0 ? [`  searches for ${plural(searches, 'value')} in masked columns, which counts`] : []),
    '',
    sql,
  ]
}
