// What a write makes of text that nobody labelled. It reads such text as it is, so that it stores what is there; nobody may
// learn by a dry run what the scrub of a reader would have hidden.
import { joinName } from '../../../../masking/labels.ts'
import type { ColumnLabel } from '../catalog.ts'
import type { Judge } from '../judge.ts'
import { unlabelledClass } from '../model.ts'
import { as, child, children, type Tree } from '../text/ast.ts'
import type { Walker } from '../walk.ts'

/** Columns that become more than a constant, with the names that these were made of. */
export type Computed = Map<string, ReadonlySet<string>>

export const isScrubbed = ({ class: name, mask }: ColumnLabel): boolean =>
  name === unlabelledClass && mask.form === 'scrub'

/** Is it made of rows? */
export const reads = (node: unknown): boolean =>
  typeof node === 'object' &&
  node !== null &&
  Object.entries(node).some(([kind, inner]) => kind === 'ColumnRef' || kind === 'SubLink' || reads(inner))

/** Is this output of a plain query over single tables a column of one, or a constant? Its own mask is for it then. */
export function isCopy(query: Tree, index: number): boolean {
  const item = child(as(children(query, 'targetList')[index], 'ResTarget') ?? {}, 'val')
  if (item === undefined || query['withClause'] !== undefined || query['larg'] !== undefined) return false
  const isPlain = children(query, 'fromClause').every((one) => as(one, 'RangeVar') !== undefined)
  return !reads(item) || (isPlain && as(item, 'ColumnRef') !== undefined)
}

/**
 * May the column become something that was computed from text which nobody labelled? Detectors know such text as it stands,
 * not turned around, so what it becomes is not shown. Where rows come from elsewhere, every name in the statement counts.
 */
export function isDerived(
  judge: Judge,
  of: { readonly walker: Walker; readonly computed: Computed; readonly column: string; readonly body: Tree },
): boolean {
  const { walker, computed, column, body } = of
  const own = computed.get(column)
  if (own === undefined) return false
  if (walker.whole) return true
  const isElsewhere = ['fromClause', 'usingClause', 'selectStmt'].some((field) => body[field] !== undefined)
  const names = isElsewhere ? walker.mentioned : own
  return [...judge.model.catalog.relations.values()].some(
    (one) =>
      walker.reads.has(joinName([one.schema, one.name])) &&
      [...judge.model.labelsOf(one)].some(([name, label]) => isScrubbed(label) && names.has(name)),
  )
}
