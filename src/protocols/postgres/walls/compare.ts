// Q1 to Q5: comparisons that meet a masked column. A search by exact value becomes a search by pseudonym; what would
// give a silently wrong answer is refused, for nobody should conclude "no such customer" from a mask.
import { GloveboxError } from '../../../core/error.ts'
import { isInjective, keepsMeaning, looksPseudonymous } from '../../../masking/forms.ts'
import { splitName } from '../../../masking/labels.ts'
import { asksForAbsentKey } from './search/courtesy.ts'
import { as, children, type Tree } from './text/ast.ts'
import type { ColumnLabel } from './catalog.ts'
import { judgeOperator } from './functions.ts'
import { aLiteral, combine, type Info, infoOf, type Output, type Scope } from './scope.ts'
import {
  arrayItems,
  elementsOf,
  hideOnRecord,
  isPseudonym,
  foldedValue,
  searchArray,
  searchEach,
  valueOf,
  wholeArray,
  type Wanted,
} from './search/exact.ts'
import { equalTo } from './ordinary.ts'
import type { Walker } from './walk.ts'

export interface Comparison {
  readonly kind: string
  readonly operator: string
  readonly lexpr: Tree | undefined
  readonly rexpr: Tree | undefined
  readonly left: Info
  readonly right: Info
  /** An AND part of WHERE or of an inner join's ON. */
  readonly pushable: boolean
  readonly scope: Scope
}

const comparing = new Set([
  '=',
  '<>',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
  '~~',
  '!~~',
  '~~*',
  '!~~*',
  '~',
  '~*',
  '!~',
  '!~*',
  '^@',
  '@>',
  '<@',
  '&&',
  '?',
  '?|',
  '?&',
  '@@',
  '@?',
  '<<',
  '>>',
  '<<=',
  '>>=',
  '%',
  '<->',
])
const kinds = new Set([
  'AEXPR_OP',
  'AEXPR_OP_ANY',
  'AEXPR_OP_ALL',
  'AEXPR_DISTINCT',
  'AEXPR_NOT_DISTINCT',
  'AEXPR_NULLIF',
  'AEXPR_IN',
  'AEXPR_LIKE',
  'AEXPR_ILIKE',
  'AEXPR_SIMILAR',
  'AEXPR_BETWEEN',
  'AEXPR_NOT_BETWEEN',
  'AEXPR_BETWEEN_SYM',
  'AEXPR_NOT_BETWEEN_SYM',
])
const equality = new Set([
  'AEXPR_OP',
  'AEXPR_NULLIF',
  'AEXPR_IN',
  'AEXPR_DISTINCT',
  'AEXPR_NOT_DISTINCT',
  'AEXPR_OP_ANY',
  'AEXPR_OP_ALL',
])
const maxList = 20

/** Judges one comparison and gives what is known of its result. */
export function compare(walker: Walker, comparison: Comparison): Info {
  const { kind, operator, left, right } = comparison
  const whole = combine([left, right])
  if (kind.includes('BETWEEN')) for (const bound of ['<=', '>=']) mustBeOwn(walker, bound)
  const isComparison = kinds.has(kind) && (kind !== 'AEXPR_OP' || comparing.has(operator))
  if (!isComparison) return isAbsent(walker, comparison) ? { ...whole, absent: true } : whole
  const result: Info = { plain: false, literal: whole.literal }
  if (left.label !== undefined && right.label !== undefined) comparePair(walker, operator, left, right)
  else if (left.label !== undefined) compareOne(walker, comparison, left.label, 'left')
  else if (right.label !== undefined) compareOne(walker, comparison, right.label, 'right')
  return kind === 'AEXPR_NULLIF' ? whole : result
}

/** `doc -> 'key'` and its like with a key that the mask leaves out. */
const isAbsent = (walker: Walker, { operator, left, rexpr }: Comparison): boolean =>
  asksForAbsentKey(walker, operator, left, rexpr)

/** A masked value that is a condition by itself is compared with true: a column, or what a function makes of one (Q4). */
export function asCondition(walker: Walker, { label, absent }: Info): void {
  if (label !== undefined && (absent === true || !keepsMeaning(label.mask.form))) refuseMasked(walker, label)
}

/** What stands before IN or ANY: one value, or a row's parts. */
export function parts(walker: Walker, test: Tree | undefined, scope: Scope): readonly Info[] {
  const row = as(test, 'RowExpr')
  if (row !== undefined) walker.kind('RowExpr', { ...row, args: undefined }, scope)
  return row !== undefined
    ? walker.all(children(row, 'args'), scope)
    : test === undefined
      ? []
      : [walker.expression(test, scope)]
}

/** Against the columns of a subquery. */
export function compareIn(
  walker: Walker,
  operator: string,
  left: readonly Info[],
  outputs: readonly Output[] | undefined,
): void {
  for (const [index, output] of (outputs ?? []).entries()) {
    const one = left[index]
    if (one !== undefined) comparePair(walker, operator, one, infoOf(output))
  }
}

/** INTERSECT and EXCEPT compare column by column. */
export function compareSets(
  walker: Walker,
  left: readonly Output[] | undefined,
  right: readonly Output[] | undefined,
): void {
  for (const [index, one] of (left ?? []).entries()) {
    const other = right?.[index]
    if (other !== undefined) comparePair(walker, '=', infoOf(one), infoOf(other))
  }
}

/** F6 for an operator that stands in the statement by another word: BETWEEN, USING, IN. */
function mustBeOwn(walker: Walker, operator: string): void {
  const refused = judgeOperator(walker.model.catalog, [operator])
  if (refused !== undefined) throw new GloveboxError(refused)
}

const formOf = (label: ColumnLabel): string => label.mask.form

/** Column against column (Q5), also by USING, NATURAL and IN (SELECT …). */
export function comparePair(walker: Walker, operator: string, left: Info, right: Info): void {
  mustBeOwn(walker, operator)
  if (!comparing.has(operator)) return
  const one = left.label
  const other = right.label
  if (one === undefined && other === undefined) return
  if (one === undefined || other === undefined) {
    const label = one ?? other
    const open = one === undefined ? left : right
    if (label !== undefined && !keepsMeaning(label.mask.form) && open.known === true) refuseMasked(walker, label)
    return
  }
  if (keepsMeaning(one.mask.form) && keepsMeaning(other.mask.form)) return
  if (
    isInjective(one.mask.form) &&
    one.mask.injective &&
    other.mask.injective &&
    one.mask.form === other.mask.form &&
    one.class === other.class
  )
    return
  walker.refuse('GBX-1207', {
    left: one.column,
    right: other.column,
    form: one.mask.injective ? formOf(other) : formOf(one),
  })
}

function refuseMasked(walker: Walker, label: ColumnLabel): never {
  const way = label.search
    ? `write the value itself: ${splitName(label.column)?.[2]} = 'value'`
    : `filter on an unmasked column, or: glovebox mask why ${label.column}`
  return walker.refuse('GBX-1206', { column: label.column, class: label.class, form: formOf(label), way })
}

function compareOne(walker: Walker, comparison: Comparison, label: ColumnLabel, side: 'left' | 'right'): void {
  const [masked, other, node] =
    side === 'left'
      ? [comparison.left, comparison.right, comparison.rexpr]
      : [comparison.right, comparison.left, comparison.lexpr]
  if (!other.literal) return comparePair(walker, comparison.operator, masked, other)
  const wrapped = new Set<Tree>()
  const values = valuesOf(comparison, node, masked.folded, wrapped)
  if (masked.absent === true || isAbsent(walker, comparison)) refuseMasked(walker, label)
  if (label.mask.form === 'scrub') return compareScrubbed(walker, comparison, label, masked, values)
  if (keepsMeaning(label.mask.form)) {
    // Nothing but the start of a year, a network or a step equals one; what stands for others would find nothing.
    const { isStep } = label.mask
    if (
      isStep !== undefined &&
      masked.plain &&
      equality.has(comparison.kind) &&
      (comparison.operator === '=' || comparison.operator === '<>') &&
      values?.every((value) => isNull(value) || isStep(walker.constant(value) ?? 'a parameter')) !== true
    )
      walker.refuse('GBX-1206', {
        column: label.column,
        class: label.class,
        form: formOf(label),
        way: `compare by range (>= and <), or with a value as it is shown`,
      })
    for (const value of values ?? []) hideOnRecord(walker, value)
    noteParameters(walker, node)
    return
  }
  if (values?.every(isNull) === true) return
  const isEquality =
    masked.plain && equality.has(comparison.kind) && (comparison.operator === '=' || comparison.operator === '<>')
  // Q2: a pseudonym that was seen before is compared with the mask as it stands, and says nothing new.
  if (isEquality && label.mask.form === 'pseudonym' && values?.every((value) => isPseudonym(walker, value)) === true)
    return
  const { search } = label.mask
  const array = comparison.kind.startsWith('AEXPR_OP_A') ? wholeArray(node) : undefined
  if (!isEquality || !label.search || search === undefined) return refuseMasked(walker, label)
  const isPlain = comparison.operator === '=' && ['AEXPR_OP', 'AEXPR_IN', 'AEXPR_OP_ANY'].includes(comparison.kind)
  const tells = comparison.pushable && isPlain && comparison.scope === walker.top
  const wanted: Wanted = { walker, label, search, masked, tells, wrapped }
  const { item, raw, type } = masked
  const canPush = comparison.pushable && isPlain && item !== undefined && raw !== undefined && type !== undefined
  let test
  if (values !== undefined && values.length <= maxList) test = searchEach(wanted, values)
  else if (array !== undefined && canSearchArray(walker, array)) {
    if (isAllPseudonyms(walker, array)) return
    test = searchArray(wanted, array)
  } else return refuseMasked(walker, label)
  if (canPush) item.pushed.push(test)
}

function compareScrubbed(
  walker: Walker,
  { kind, operator, pushable }: Comparison,
  label: ColumnLabel,
  masked: Info,
  values: readonly Tree[] | undefined,
): void {
  if (!masked.plain || !equality.has(kind) || (operator !== '=' && operator !== '<>')) return
  const test = equalTo(walker, label, masked, values)
  const isPlain = operator === '=' && (kind === 'AEXPR_OP' || kind === 'AEXPR_IN')
  if (test !== undefined && isPlain && pushable) masked.item?.pushed.push({ sql: test, recorded: test })
}

const canSearchArray = (walker: Walker, node: Tree): boolean =>
  as(node, 'ParamRef') !== undefined || elementsOf(walker, node) !== undefined

const isAllPseudonyms = (walker: Walker, node: Tree): boolean =>
  as(node, 'A_Const') !== undefined &&
  elementsOf(walker, node)?.every((value) => value === null || looksPseudonymous(value)) === true

/** The single values on the other side; undefined when they can't be told apart. `wrapped` takes those that stand in lower(…), as the column does. */
function valuesOf(
  comparison: Comparison,
  node: Tree | undefined,
  folded: Info['folded'],
  wrapped: Set<Tree>,
): readonly Tree[] | undefined {
  const list = as(node, 'List')
  const nodes =
    list !== undefined
      ? children(list, 'items')
      : comparison.kind.startsWith('AEXPR_OP_A')
        ? arrayItems(node)
        : node === undefined
          ? []
          : [node]
  const values = nodes?.map((one) => {
    const bare = valueOf(one)
    const value = bare ?? foldedValue(one, folded)
    if (value !== undefined && bare === undefined) wrapped.add(value)
    return value
  })
  return values === undefined || values.includes(undefined) ? undefined : (values as readonly Tree[])
}

const isNull = (node: Tree): boolean => as(node, 'A_Const')?.['isnull'] === true

function noteParameters(walker: Walker, node: unknown): void {
  if (typeof node !== 'object' || node === null) return
  for (const [key, value] of Object.entries(node)) {
    if (key === 'ParamRef' && typeof value === 'object' && value !== null)
      walker.parameters.add(Number((value as Tree)['number'] ?? 0))
    noteParameters(walker, value)
  }
}

/** Row against row, item by item. */
export function compareRows(
  walker: Walker,
  operator: string,
  [lexpr, rexpr]: readonly [Tree, Tree],
  scope: Scope,
): Info {
  const left = children(as(lexpr, 'RowExpr') ?? {}, 'args')
  const right = children(as(rexpr, 'RowExpr') ?? {}, 'args')
  for (const [index, one] of left.entries()) {
    const other = right[index]
    if (other !== undefined)
      compare(walker, {
        kind: 'AEXPR_OP',
        operator,
        lexpr: one,
        rexpr: other,
        left: walker.expression(one, scope),
        right: walker.expression(other, scope),
        pushable: false,
        scope,
      })
  }
  return { ...aLiteral, literal: false }
}
