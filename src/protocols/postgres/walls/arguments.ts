// F5: functions that are allowed, but not with every argument.
import { as, children, location, type Tree } from './text/ast.ts'
import { secretSettings, sourceFunctions } from './catalogs.ts'
import { quoteText, tokenAt } from './text/lexer.ts'
import type { Walker } from './walk.ts'

const maxRepeat = 10_000
const maxSeries = 1_000_000

/** Functions that checkArguments has a rule for. Called as an attribute, `(x).f`, they would get past it (R4). */
export const guarded: ReadonlySet<string> = new Set([
  'array_fill',
  'current_setting',
  'format',
  ...sourceFunctions,
  'pg_input_error_info',
  'pg_input_is_valid',
])

/** Judges the arguments of a call whose function is allowed. Throws the refusal. */
export function checkArguments(walker: Walker, name: string, call: Tree): void {
  const args = children(call, 'args')
  switch (name) {
    case 'current_setting':
      return settingName(walker, call, args[0])
    case 'repeat':
    case 'lpad':
    case 'rpad':
      return length(walker, name, args)
    case 'generate_series':
      return series(walker, args)
    case 'array_fill':
      return fill(walker, args[1])
    case 'format':
      return width(walker, args[0])
    case 'jsonb_populate_record':
    case 'jsonb_populate_recordset':
    case 'jsonb_populate_record_valid':
    case 'json_populate_record':
    case 'json_populate_recordset':
    case 'pg_input_error_info':
    case 'pg_input_is_valid':
      // The type is known to the server alone: a row with a domain in it, or a name that an expression gives.
      if (walker.model.catalog.types.some((type) => type.runs))
        walker.refuse('GBX-1204', {
          function: name,
          why: 'This database has types whose values run code of its own (a check, a cast or an input function).',
        })
      return
    default:
      // K3: asked about nothing, it says nothing; its column keeps its name, and clients that ask for it go on.
      if (sourceFunctions.has(name) && (walker.model.hideSource || (isBound(name) && walker.model.boundsOf.length > 0)))
        aboutNothing(walker, call, args[0])
  }
}

/** The bounds of a partition as a condition. */
const isBound = (name: string): boolean => name === 'pg_get_partition_constraintdef'

/** Makes the first argument null, of its own type and without looking at it. */
function aboutNothing(walker: Walker, call: Tree, arg: Tree | undefined): void {
  if (arg === undefined) return
  if (as(arg, 'NamedArgExpr') !== undefined || call['func_variadic'] === true)
    walker.notAllowed('this function with named arguments', 'Give them by place.')
  const { first, last } = firstArgument(walker, call)
  walker.edits.push({ start: first, end: first, sql: 'CASE WHEN false THEN ' }, { start: last, end: last, sql: ' END' })
  const result: Tree = { ...arg }
  walker.meant.set(arg, { CaseExpr: { args: [{ CaseWhen: { expr: { A_Const: { boolval: {} } }, result } }] } })
}

/** Is a setting's name one that nobody may read? The pseudonym key is such a one (M6). */
export const isSecretSetting = (name: string): boolean =>
  name.includes('.') || secretSettings.includes(name.toLowerCase())

/** A constant is judged here; anything else is made harmless by an expression that evaluates it once. */
function settingName(walker: Walker, call: Tree, arg: Tree | undefined): void {
  const fixed = walker.constant(arg)
  if (fixed !== undefined) {
    if (isSecretSetting(fixed))
      walker.refuse('GBX-1209', { setting: fixed, why: 'It may hold a secret, so it is not shown either.' })
    return
  }
  if (arg === undefined || as(arg, 'NamedArgExpr') !== undefined)
    walker.notAllowed('current_setting() in this form', 'Give the name as the first argument.')
  const { first, last } = firstArgument(walker, call)
  const { length } = secretSettings
  walker.edits.push(
    { start: first, end: first, sql: `${'NULLIF('.repeat(length)}pg_catalog.lower(pg_catalog.split_part(` },
    { start: last, end: last, sql: `, '.', 1))${secretSettings.map((name) => `, ${quoteText(name)})`).join('')}` },
  )
  // A copy of the wrapper: the argument's own parts keep their identity, and with it their own changes.
  const kept: Tree = { ...arg }
  const bare = callOf('lower', [callOf('split_part', [kept, textNode('.'), { A_Const: { ival: { ival: 1 } } }])])
  walker.meant.set(
    arg,
    secretSettings.reduce<Tree>(
      (lexpr, name) => ({
        A_Expr: { kind: 'AEXPR_NULLIF', name: [{ String: { sval: '=' } }], lexpr, rexpr: textNode(name) },
      }),
      bare,
    ),
  )
}

/** Where a call's first argument stands in the text. */
function firstArgument(walker: Walker, call: Tree): { first: number; last: number } {
  const { tokens, source } = walker.input
  const at = location(call)
  let open = tokenAt(tokens, at)
  while (open >= 0 && source[tokens[open]?.start ?? -1] !== '(') open++
  const close = walker.closing(open)
  let end = close
  for (let index = open + 1, depth = 0; index < close; index++) {
    const character = source[tokens[index]?.start ?? -1]
    const isOther = tokens[index]?.kind === 'other'
    if (isOther && (character === '(' || character === '[')) depth++
    if (isOther && (character === ')' || character === ']')) depth--
    if (isOther && character === ',' && depth === 0) {
      end = index
      break
    }
  }
  const first = tokens[open + 1]?.start ?? at
  const last = tokens[end - 1]?.end ?? at
  return { first, last }
}

const textNode = (sval: string): Tree => ({ A_Const: { sval: { sval } } })
const callOf = (name: string, args: readonly Tree[]): Tree => ({
  FuncCall: {
    funcname: [{ String: { sval: 'pg_catalog' } }, { String: { sval: name } }],
    args,
    funcformat: 'COERCE_EXPLICIT_CALL',
  },
})

function length(walker: Walker, name: string, args: readonly Tree[]): void {
  const given = walker.constant(args[1])
  if (given === undefined || !/^[0-9]+$/.test(given) || Number(given) > maxRepeat)
    walker.notAllowed(`${name}() with this length`, `The length has to be a constant of at most ${maxRepeat}.`)
  if (args.some((arg) => contains(arg, ['repeat', 'lpad', 'rpad'])))
    walker.notAllowed(`${name}() within another`, 'The result could be very long.')
}

function contains(value: unknown, calls: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false
  const call = as(value as Tree, 'FuncCall')
  const last = call === undefined ? undefined : as(children(call, 'funcname').at(-1), 'String')
  if (last !== undefined && calls.includes(String(last['sval']))) return true
  return Object.values(value).some((part) => contains(part, calls))
}

function series(walker: Walker, args: readonly Tree[]): void {
  const [from, to, step] = args.map((arg) =>
    as(arg, 'A_Const') === undefined ? undefined : Number(walker.constant(arg)),
  )
  if (from === undefined || to === undefined || Number.isNaN(from) || Number.isNaN(to)) return
  if (Math.abs(to - from) / Math.max(1e-9, Math.abs(step ?? 1)) > maxSeries)
    walker.notAllowed('generate_series() over this range', `The limit is ${maxSeries} rows.`)
}

/** array_fill(value, ARRAY[…]): as many elements as the dimensions say, made at once. */
function fill(walker: Walker, arg: Tree | undefined): void {
  const cast = as(arg, 'TypeCast')
  const array = as(cast === undefined ? arg : (cast['arg'] as Tree | undefined), 'A_ArrayExpr')
  const sizes = array === undefined ? [] : children(array, 'elements').map((one) => Number(walker.constant(one)))
  if (sizes.length === 0 || !(sizes.reduce((all, one) => all * one, 1) <= maxSeries))
    walker.notAllowed(
      'array_fill() of this size',
      `The dimensions have to be constants of at most ${maxSeries} elements together.`,
    )
}

function width(walker: Walker, arg: Tree | undefined): void {
  const pattern = walker.constant(arg)
  if (pattern !== undefined && /%[0-9$-]*([0-9]{5,}|\*)/.test(pattern))
    walker.notAllowed('format() with this width', 'Widths have at most 4 digits.')
}
