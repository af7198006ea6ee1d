// Q4 for scrubbed texts: they are compared as they are shown. Where the value holds nothing that a detector knows, the raw
// text is compared as well, inside the masked table, so that an index can be used (as Q1 does). A value that does hold
// something never gets there: whether the raw text equals it would be told by plan and time; and no scrubbed text equals it.
import { meaningOf } from '../../../masking/detect/patterns.ts'
import { as, child, text, type Tree } from './text/ast.ts'
import type { ColumnLabel } from './catalog.ts'
import { quoteName, quoteText } from './text/lexer.ts'
import type { Info } from './scope.ts'
import type { Walker } from './walk.ts'

/** A parameter that is compared with a scrubbed text: its value has to be an ordinary one. */
export interface PlainParameter {
  readonly parameter: number
  readonly column: string
  readonly class: string
}

const maxList = 20

/** How SQL reads a value beside a column of this type, so that the column's index serves. */
const read: Readonly<Record<string, string>> = {
  text: 'pg_catalog.text',
  varchar: 'pg_catalog.text',
  bpchar: 'pg_catalog.bpchar',
}

/** Judges `column = value` and `IN`; `values` undefined = they can't be told apart. Gives the raw test, where there can be one. */
export function equalTo(
  walker: Walker,
  label: ColumnLabel,
  masked: Info,
  values: readonly Tree[] | undefined,
): string | undefined {
  if (values === undefined || values.length > maxList) return undefined
  const raw: string[] = []
  let canPush = true
  for (const value of values) {
    const parameter = as(value, 'ParamRef')
    if (parameter !== undefined) {
      const number = Number(parameter['number'] ?? 0)
      if (walker.prepares) canPush = false
      else walker.plainParameters.push({ parameter: number, column: label.column, class: label.class })
      raw.push(`$${number}`)
      continue
    }
    const literal = literalOf(value)
    if (literal === undefined) {
      canPush = false
      continue
    }
    const meaning = meaningOf(literal)
    if (meaning === 'found') refuseFound(walker, label)
    if (meaning === 'unsure') canPush = false
    raw.push(quoteText(literal))
  }
  const { item, raw: name } = masked
  const type = item?.relation.columns.find((column) => column.name === name)?.type
  const as_ = type === undefined ? undefined : read[type]
  if (!canPush || as_ === undefined || name === undefined || raw.length === 0) return undefined
  return `gbx.${quoteName(name)} IN (${raw.map((one) => `(${one})::${as_}`).join(', ')})`
}

/** A string constant. Looking at it does not bind the verdict to this text: strings are part of a text's shape. */
const literalOf = (node: Tree): string | undefined => {
  const constant = as(node, 'A_Const')
  const sval = constant === undefined ? undefined : child(constant, 'sval')
  return sval === undefined ? undefined : (text(sval, 'sval') ?? '')
}

/** How to go on where a value was compared that scrubbing takes out. */
export const wayOn = (column: string): string =>
  `the text is shown without such values, so none equals it; label it under mask: in glovebox.yaml, with search: exact (glovebox mask suggest proposes labels for ${column})`

function refuseFound(walker: Walker, label: ColumnLabel): never {
  return walker.refuse('GBX-1206', {
    column: label.column,
    class: label.class,
    form: 'scrub',
    way: wayOn(label.column),
  })
}
