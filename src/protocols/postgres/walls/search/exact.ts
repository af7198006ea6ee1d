// Q1 and Q2: a search by exact value becomes a search by pseudonym outside, and where it can be pushed a raw test inside
// the masked subquery, so that an index can be used. Each value is noted, to be counted (Q3). Part of compare.ts.
import { looksPseudonymous } from '../../../../masking/forms.ts'
import { searchLimits } from '../../../../core/search.ts'
import { as, bodyOf, child, children, location, names, stringOf, type Tree } from '../text/ast.ts'
import type { ColumnLabel } from '../catalog.ts'
import type { Search } from '../forms/forms-sql.ts'
import { onlyExpression } from '../text/emit.ts'
import { quoteName, quoteText, tokenAt } from '../text/lexer.ts'
import type { Info } from '../scope.ts'
import { arrayElements } from './values.ts'
import type { Walker } from '../walk.ts'

/** A value that is searched for in a labelled column (Q3): a literal, or the number of a parameter. */
export interface Searching {
  readonly column: string
  readonly literal?: string
  readonly parameter?: number
  /** The parameter is an array of values. */
  readonly list: boolean
  readonly type: string
  /** Do the rows of the answer tell whether it was found? */
  readonly tells: boolean
}

interface Made {
  readonly sql: string
  readonly recorded: string
}
/** One raw test, and what stands on record in its place. */
interface Test {
  readonly sql: string
  readonly recorded: string
}

export interface Wanted {
  readonly walker: Walker
  readonly label: ColumnLabel
  readonly search: Search
  readonly masked: Info
  /** Rows of the answer tell whether it was found. */
  readonly tells: boolean
  /** Values that stand in the same function as the column: lower(column) = lower(value). */
  readonly wrapped: ReadonlySet<Tree>
}

const plainCasts = new Set(['text', 'varchar', 'uuid', 'int8', 'date', 'timestamp', 'timestamptz', 'inet', 'cidr'])

/** The constant or parameter under plain casts to text. */
export function valueOf(node: Tree): Tree | undefined {
  if (as(node, 'A_Const') !== undefined || as(node, 'ParamRef') !== undefined) return node
  const inner = castOf(node, 0)
  return inner === undefined ? undefined : valueOf(inner)
}

/** The constant or parameter in lower(…) or upper(…), where the column stands in the same. */
export function foldedValue(node: Tree, folded: Info['folded']): Tree | undefined {
  const call = folded === undefined ? undefined : as(node, 'FuncCall')
  const path = call === undefined ? [] : (names(children(call, 'funcname')) ?? [])
  const args = call === undefined ? [] : children(call, 'args')
  const [only] = args
  const isSame = path.at(-1) === folded && (path.length === 1 || path[0] === 'pg_catalog')
  return isSame && args.length === 1 && only !== undefined ? valueOf(only) : undefined
}

/** What stands under a cast to a plain type (`bounds` = 1: to an array of one). */
function castOf(node: Tree, bounds: 0 | 1): Tree | undefined {
  const cast = as(node, 'TypeCast')
  const typeName = cast === undefined ? undefined : child(cast, 'typeName')
  if (cast === undefined || typeName === undefined || children(typeName, 'typmods').length > 0) return undefined
  if (children(typeName, 'arrayBounds').length !== bounds) return undefined
  const type = stringOf(children(typeName, 'names').at(-1))
  return type !== undefined && plainCasts.has(type) ? child(cast, 'arg') : undefined
}

/** The elements of ARRAY[…], under a cast to an array as well. */
export function arrayItems(node: Tree | undefined): readonly Tree[] | undefined {
  const inner = node === undefined ? undefined : (castOf(node, 1) ?? node)
  const array = as(inner, 'A_ArrayExpr')
  return array === undefined ? undefined : children(array, 'elements')
}

/** An array that is one constant or one parameter: `ANY ('{…}')`, `ANY ($1::text[])`. */
export function wholeArray(node: Tree | undefined): Tree | undefined {
  const inner = node === undefined ? undefined : (castOf(node, 1) ?? node)
  return as(inner, 'ParamRef') !== undefined || as(inner, 'A_Const') !== undefined ? inner : undefined
}

export const isPseudonym = (walker: Walker, node: Tree): boolean => looksPseudonymous(walker.constant(node) ?? '')

/** A value or what it is already: whoever looks for a pseudonym that was shown means that very one (Q2). */
const eitherOf = (search: Search, sql: string): string =>
  search.shape === undefined
    ? search.of(sql)
    : `CASE WHEN ${shown(search, sql)} THEN ((${sql})::${search.given})::${search.cast} ELSE ${search.of(sql)} END`
const shown = (search: Search, sql: string): string =>
  `((${sql})::${search.given})::pg_catalog.text OPERATOR(pg_catalog.~) ${quoteText(`^(${search.shape ?? ''})$`)}`

/** What stands in the value's place. lower(column) = value is true for nothing when the value has capitals; in lower(value) it has none. */
function outside(wanted: Wanted, sql: string, made: string, isWrapped: boolean): string {
  const { folded } = wanted.masked
  if (folded === undefined || isWrapped) return made
  const fold = (text: string): string => `pg_catalog.${folded}((${text})::pg_catalog.text)`
  return `CASE WHEN ${fold(sql)} OPERATOR(pg_catalog.=) (${sql})::pg_catalog.text THEN ${folded === 'lower' ? made : fold(made)} END`
}

/** The server's own equality, whatever the search_path holds; a type of an extension has its own. */
const equals = ({ masked }: Wanted): string =>
  masked.type?.includes('citext') === true ? '=' : 'OPERATOR(pg_catalog.=)'

const rawOf = ({ masked }: Wanted): string => {
  const column = `gbx.${quoteName(masked.raw ?? '')}`
  return masked.folded === undefined ? column : `pg_catalog.${masked.folded}(${column})`
}

/** Each value for itself: `=`, IN, ANY (ARRAY[…]). Gives the raw test, if it can be pushed. */
export function searchEach(wanted: Wanted, nodes: readonly Tree[]): Test {
  const made = nodes.map((node) => one(wanted, node))
  const type = wanted.masked.type ?? 'pg_catalog.text'
  const test = (pick: 'sql' | 'recorded'): string => {
    const { folded } = wanted.masked
    const list = made
      .map((value, i) => {
        const given = `(${value[pick]})::${type}`
        const node = nodes[i]
        return folded !== undefined && node !== undefined && wanted.wrapped.has(node)
          ? `pg_catalog.${folded}(${given})`
          : given
      })
      .join(', ')
    const pseudonyms = made.filter(
      (_, i) => as(nodes[i], 'ParamRef') !== undefined && wanted.search.shape !== undefined,
    )
    const plain = `${rawOf(wanted)} ${equals(wanted)} ANY (ARRAY[${list}])`
    return pseudonyms.length === 0
      ? plain
      : `(${[plain, ...pseudonyms.map((value) => shown(wanted.search, value[pick]))].join(' OR ')})`
  }
  return { sql: test('sql'), recorded: test('recorded') }
}

/** One value: noted, and replaced by its pseudonym in the text. */
function one(wanted: Wanted, node: Tree): Made {
  const { walker, label, search, tells } = wanted
  walker.sensitive = true
  if (walker.searches.length >= searchLimits.session)
    walker.refuse('GBX-1208', { who: 'this statement has', limit: searchLimits.session, when: '' })
  const parameter = as(node, 'ParamRef')
  if (parameter !== undefined) {
    const number = Number(parameter['number'] ?? 0)
    walker.parameters.add(number)
    walker.searches.push({ column: label.column, parameter: number, list: false, type: search.given, tells })
    const make = (sql: string): string => outside(wanted, sql, eitherOf(search, sql), wanted.wrapped.has(node))
    return replace(wanted, node, make, `$${number}`, undefined)
  }
  const value = walker.constant(node)
  if (value === undefined) return walker.refuse('GBX-1210', { why: 'a value to search for was not understood' })
  walker.searches.push({ column: label.column, literal: value, list: false, type: search.given, tells })
  return replace(
    wanted,
    node,
    (sql) => outside(wanted, sql, search.of(sql), wanted.wrapped.has(node)),
    quoteText(value),
    quoteText(walker.input.hide(value)),
  )
}

/** The elements of an array constant when they can be searched for: at most as many as a session's budget; undefined = no. */
export function elementsOf(walker: Walker, node: Tree): readonly (string | null)[] | undefined {
  const elements = arrayElements(walker.constant(node) ?? '')
  return elements === undefined || elements.length > searchLimits.session ? undefined : elements
}

/** A whole array at once. Its elements are counted one by one; a parameter's when it is bound. */
export function searchArray(wanted: Wanted, node: Tree): Test {
  const { walker, label, search, tells } = wanted
  walker.sensitive = true
  const parameter = as(node, 'ParamRef')
  const type = wanted.masked.type ?? 'pg_catalog.text'
  const each = (sql: string): string =>
    `ARRAY(SELECT ${outside(wanted, 'gbx_e', eitherOf(search, 'gbx_e'), false)} FROM pg_catalog.unnest((${sql})::${search.given}[]) AS gbx_u(gbx_e))`
  let made: Made
  if (parameter === undefined) {
    const elements = elementsOf(walker, node) ?? []
    for (const value of elements)
      if (value !== null && !looksPseudonymous(value))
        walker.searches.push({ column: label.column, literal: value, list: false, type: search.given, tells })
    const hidden = quoteText(
      `{${elements.map((value) => (value === null ? 'NULL' : walker.input.hide(value))).join(',')}}`,
    )
    made = replace(wanted, node, each, quoteText(walker.constant(node) ?? ''), hidden)
  } else {
    const number = Number(parameter['number'] ?? 0)
    walker.parameters.add(number)
    walker.searches.push({ column: label.column, parameter: number, list: true, type: search.given, tells })
    made = replace(wanted, node, each, `$${number}`, undefined)
  }
  const test = (sql: string): string => `${rawOf(wanted)} ${equals(wanted)} ANY ((${sql})::${type}[])`
  return { sql: test(made.sql), recorded: test(made.recorded) }
}

function replace(
  { walker }: Wanted,
  node: Tree,
  make: (sql: string) => string,
  sql: string,
  hidden: string | undefined,
): Made {
  const token = walker.input.tokens[tokenAt(walker.input.tokens, location(bodyOf(node)))]
  if (token === undefined) return walker.refuse('GBX-1210', { why: 'a constant was not found where it should stand' })
  walker.edits.push({
    start: token.start,
    end: token.end,
    sql: make(sql),
    ...(hidden === undefined ? {} : { recorded: make(hidden), typed: hidden }),
  })
  walker.fragments.push({ node, sql: () => `SELECT ${make(sql)}`, use: onlyExpression, isStable: () => false })
  return { sql, recorded: hidden ?? sql }
}

/** A constant that meets a labelled column and stays in the statement: only the record is spared. */
export function hideOnRecord(walker: Walker, node: Tree): void {
  const value = walker.constant(node)
  const token = walker.input.tokens[tokenAt(walker.input.tokens, location(bodyOf(node)))]
  if (value === undefined || token === undefined || as(node, 'A_Const')?.['isnull'] === true) return
  const sql = walker.input.source.slice(token.start, token.end)
  const hidden = quoteText(walker.input.hide(value))
  walker.edits.push({ start: token.start, end: token.end, sql, recorded: hidden, typed: hidden })
}
