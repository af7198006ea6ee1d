// Labels: which column holds which class of data. Reads the `mask:` block of a target; says nothing about any dialect
// and does not know whether a column exists (the target's catalogue does).
import { z } from 'zod'
import { type ClassRule, type Form, forms } from '../core/nouns.ts'
import { classFault, ruleOf } from './classes.ts'

/** One line of `mask:`, with the rule of its class filled in. */
export interface Label {
  /** The key as it stands in the file. */
  readonly key: string
  readonly path: readonly string[]
  readonly class: string
  readonly form: Form
  readonly search: boolean
  readonly keepFirst: number
  readonly keepLast: number
  readonly unit?: string
  /** Pseudonyms of values that differ in capitals only are the same. */
  readonly canonical?: 'lower'
  /** Not even whether there is a value is shown: the mask does not look at the column, so the target's role need not read it. */
  readonly hideNull?: boolean
  /** Keys of a JSON value that stay readable. */
  readonly keep: readonly string[]
  /** `form: keep` was written at this very label, so a plain value may pass. */
  readonly explicit: boolean
  readonly optional: boolean
}

const className = z.string().superRefine((name, context) => {
  const fault = classFault(name)
  if (fault !== undefined) context.addIssue({ code: 'custom', message: fault })
})

/** In YAML an unquoted `null` is the value null, and it is the name of a form all the same. */
export const formField = z.union([z.enum(forms), z.null()]).transform((form): Form => form ?? 'null')

const labelObject = z.strictObject({
  class: className,
  form: formField.optional(),
  search: z.literal('exact').optional(),
  canonical: z.literal('lower').optional(),
  keep: z.array(z.string().min(1)).min(1).optional(),
  keepFirst: z.int().min(0).max(6).optional(),
  keepLast: z.int().min(0).max(6).optional(),
  unit: z.string().optional(),
  hideNull: z.boolean().optional(),
  optional: z.boolean().optional(),
})

/** The `mask:` block: catalogue name of a column -> class, or an object with the class and what differs from it. */
export const maskSchema = z.record(z.string(), z.union([className, labelObject])).superRefine((block, context) => {
  for (const key of Object.keys(block)) {
    if (splitName(key) === undefined)
      context.addIssue({
        code: 'custom',
        path: [key],
        message: `"${key}" is not a column's name: write schema.table.column, with "quotes" around parts that hold a dot`,
      })
  }
})
export type MaskBlock = z.infer<typeof maskSchema>

const part = /(?:"((?:[^"]|"")+)"|([^".]+))(\.|$)/y

/** `schema.table.column` as three names, quoted parts as in SQL; undefined when it is none. Unquoted parts are taken as written. */
export function splitName(key: string): readonly [string, string, string] | undefined {
  const parts: string[] = []
  const scan = new RegExp(part)
  for (let more = true; more;) {
    const found = scan.exec(key)
    if (found === null) return undefined
    parts.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '')
    more = found[3] === '.'
  }
  const [schema, table, column, ...rest] = parts
  return schema === undefined || table === undefined || column === undefined || rest.length > 0
    ? undefined
    : [schema, table, column]
}

/** Names joined the way keys are written. */
export const joinName = (path: readonly string[]): string =>
  path.map((name) => (/[".]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)).join('.')

/** The labels of a `mask:` block. Keys that are no names are left out: maskSchema has refused them before. */
export function readLabels(block: MaskBlock, classes: Readonly<Record<string, ClassRule>>): readonly Label[] {
  return Object.entries(block).flatMap(([key, value]) => {
    const path = splitName(key)
    if (path === undefined) return []
    const given = typeof value === 'string' ? { class: value } : value
    const rule = ruleOf(classes, given.class)
    const unit = given.unit ?? rule.unit
    const canonical = given.canonical ?? rule.canonical
    return [
      {
        key,
        path,
        class: given.class,
        form: given.form ?? rule.form,
        search: (given.search ?? rule.search) === 'exact',
        keepFirst: given.keepFirst ?? rule.keepFirst ?? 0,
        keepLast: given.keepLast ?? rule.keepLast ?? 0,
        ...(unit === undefined ? {} : { unit }),
        ...(canonical === undefined ? {} : { canonical }),
        ...((given.hideNull ?? rule.hideNull) === true ? { hideNull: true } : {}),
        keep: given.keep ?? [],
        explicit: given.form === 'keep',
        optional: given.optional ?? false,
      },
    ]
  })
}
