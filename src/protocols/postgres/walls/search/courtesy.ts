// Q4 in other words: functions and operators that ask of a mask what it can't answer. What they give is marked `absent`, and
// whoever compares it with a value is refused. A courtesy: what is overlooked here is answered for masks, never for values.
import { keepsMeaning } from '../../../../masking/forms.ts'
import { as, child, children, type Tree } from '../text/ast.ts'
import { combine, type Info } from '../scope.ts'
import type { Walker } from '../walk.ts'
import { arrayElements } from './values.ts'

/** Parts of a time that are still there when it is the start of its year, month, day. */
const yearly = ['year', 'decade', 'century', 'millennium']
const kept: Readonly<Record<string, ReadonlySet<string>>> = {
  year: new Set(yearly),
  month: new Set([...yearly, 'month', 'quarter']),
  day: new Set([...yearly, 'month', 'quarter', 'day', 'doy', 'dow', 'isodow', 'week', 'isoyear']),
}
const formats: Readonly<Record<string, RegExp>> = {
  year: /^(YYYY|yyyy|CC)$/,
  month: /^(YYYY|yyyy|MM|mm|[-/. ]|CC|Q|Mon|Month)+$/,
  day: /^([^Hh:]|SS)*$/,
}
/** Functions that give null for what they don't find. */
const finders = new Set(['regexp_match', 'regexp_substr', 'substring', 'array_position', 'array_positions'])
const extractors = new Set([
  'jsonb_extract_path',
  'jsonb_extract_path_text',
  'json_extract_path',
  'json_extract_path_text',
])
const paths = /^jsonb_path_(exists|match|query|query_first|query_array)(_tz)?$/

/** A constant under whatever cast. */
const constantOf = (walker: Walker, node: Tree | undefined): string | undefined => {
  const cast = as(node, 'TypeCast')
  return walker.constant(cast === undefined ? node : child(cast, 'arg'))
}

/** The first key of a path such as `$.plan ? (@ == 1)`; undefined where it isn't plain. */
const firstKey = (path: string | undefined): string | undefined =>
  /^\s*(?:lax |strict )?\s*\$\s*\.\s*(?:"([^"\\]+)"|([A-Za-z_][A-Za-z0-9_]*))/
    .exec(path ?? '')
    ?.slice(1)
    .find(Boolean)

/** What is known of a call's result, given what is known of its arguments. */
export function resultOf(walker: Walker, name: string, args: readonly Tree[], infos: readonly Info[]): Info {
  const first = infos[0]
  // Q5: the pseudonym is that of the lower-case value already.
  if ((name === 'lower' || name === 'upper') && first?.plain === true && first.label?.mask.canonical === 'lower')
    return { ...first, folded: name }
  const info = combine(infos)
  return isAnswered(walker, name, args, infos) ? info : { ...info, absent: true }
}

function isAnswered(walker: Walker, name: string, args: readonly Tree[], infos: readonly Info[]): boolean {
  const [first, second] = infos
  const unit = (first?.label ?? second?.label)?.mask.unit
  if (unit !== undefined && ['extract', 'date_part', 'date_trunc'].includes(name))
    return kept[unit]?.has((constantOf(walker, args[0]) ?? '').toLowerCase()) === true
  if (first?.label === undefined) return true
  const { form, keys } = first.label.mask
  if (unit !== undefined && name === 'to_char')
    return formats[unit]?.test(constantOf(walker, args[1]) ?? 'a parameter: HH') === true
  if (form === 'generalise' && (name === 'host' || name === 'abbrev')) return false
  if (finders.has(name)) return keepsMeaning(form)
  if (keys === undefined) return true
  if (extractors.has(name)) return keys.includes(constantOf(walker, args[1]) ?? '')
  return !paths.test(name) || keys.includes(firstKey(constantOf(walker, args[1])) ?? '')
}

/** Does an operator ask for a key of a JSON column that its mask leaves out, or can that not be known? */
export function asksForAbsentKey(walker: Walker, operator: string, left: Info, rexpr: Tree | undefined): boolean {
  const keys = left.plain ? left.label?.mask.keys : undefined
  if (keys === undefined) return false
  const has = (key: string | null | undefined): boolean => typeof key === 'string' && keys.includes(key)
  switch (operator) {
    case '->':
    case '->>':
    case '?': {
      const key = walker.constant(rexpr)
      return key !== undefined && !has(key)
    }
    case '#>':
    case '#>>':
      return !has(arrayOf(walker, rexpr)?.[0])
    case '?|':
    case '?&':
      return arrayOf(walker, rexpr)?.every(has) !== true
    case '@?':
    case '@@':
      return !has(firstKey(constantOf(walker, rexpr)))
    case '@>':
      return keysOf(constantOf(walker, rexpr))?.every(has) !== true
    default:
      return false
  }
}

function arrayOf(walker: Walker, node: Tree | undefined): readonly (string | null | undefined)[] | undefined {
  const cast = as(node, 'TypeCast')
  const array = as(cast === undefined ? node : child(cast, 'arg'), 'A_ArrayExpr')
  if (array !== undefined) return children(array, 'elements').map((element) => constantOf(walker, element))
  return arrayElements(constantOf(walker, node) ?? '')
}

function keysOf(text: string | undefined): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : undefined
  } catch {
    return undefined // closed: refused, for nobody knows what it asks for
  }
}

/** Functions in FROM that give one column, which is made of their arguments and nothing else. */
const single = new Set([
  'unnest',
  'generate_series',
  'regexp_split_to_table',
  'string_to_table',
  'json_array_elements',
  'json_array_elements_text',
  'jsonb_array_elements',
  'jsonb_array_elements_text',
  'jsonb_object_keys',
  'json_object_keys',
])

/** The name of such a function, when FROM has it alone and without WITH ORDINALITY. */
export function singleColumn(body: Tree): { readonly call: Tree; readonly name: string } | undefined {
  const functions = children(body, 'functions')
  const call = as(children(as(functions[0], 'List') ?? {}, 'items')[0], 'FuncCall')
  const path = call === undefined ? [] : children(call, 'funcname')
  const name = as(path.at(-1), 'String')?.['sval']
  const isAlone = functions.length === 1 && body['ordinality'] !== true && children(body, 'coldeflist').length === 0
  return call !== undefined &&
    isAlone &&
    typeof name === 'string' &&
    single.has(name) &&
    children(call, 'args').length > 0
    ? { call, name }
    : undefined
}
