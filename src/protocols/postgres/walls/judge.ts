// From a text to verdicts: parse, walk, rewrite, read back (P1 to P4, R1 to R10). Pure but for the parser; knows no
// session. What a session adds (level, scope, budget, notices) stands in session.ts.
import { randomBytes } from 'node:crypto'
import { GloveboxError, refusal, type Refusal } from '../../../core/error.ts'
import type { Effect } from '../../../core/level.ts'
import type { Form, Limits } from '../../../core/nouns.ts'
import { hmac256, sha256Hex } from '../../../lib/hash.ts'
import { as, child, children, type Tree } from './text/ast.ts'
import { assemble, verify } from './assemble.ts'
import type { Spliced } from './text/emit.ts'
import { isAllowed } from './functions.ts'
import { fromBytes, type Token, toBytes, tokens } from './text/lexer.ts'
import { isOnlyScrubbed, type Model, splitPath, type Touch } from './model.ts'
import type { Parser } from './text/parser.ts'
import type { Output } from './scope.ts'
import { type Origin, originalPlace } from './text/places.ts'
import { templateOf, type Template } from './text/shape.ts'
import { type Plan, planStatement } from './statements.ts'
import { guardOf } from './rights/guard.ts'
import { noGathering, shownOf, withoutLiterals } from './rights/unmask.ts'
import type { Verdict } from './types.ts'
import type { Searching } from './search/exact.ts'
import { Walker } from './walk.ts'

/** A judged statement before any session has a say. */
export interface Judgement {
  readonly verdict: Verdict
  readonly effect: Effect
  readonly what: string
  /** Set where the verdict holds for every text of this one's shape, with how this one was emitted. */
  readonly template?: Template
  readonly origin?: Origin
}

export interface Judge {
  readonly model: Model
  readonly parser: Parser
  readonly limits: Limits
  readonly hide: (literal: string) => string
  readonly fragments: Map<string, Tree>
  /** Names of functions outside pg_catalog that may not be called. */
  readonly deniedNames: ReadonlySet<string>
}

/** How literals stand on record: equal ones alike, none readable. */
export function hider(key: Uint8Array = randomBytes(32)): (literal: string) => string {
  return (literal) => `h:${hmac256(key, 'glovebox/literal/v1\n', literal).toString('hex').slice(0, 16)}`
}

export function deniedNamesOf(model: Model): ReadonlySet<string> {
  const out = new Set<string>()
  for (const routines of model.catalog.routines.values()) {
    for (const routine of routines)
      if (routine.schema !== 'pg_catalog' && !isAllowed(model.lists, routine)) out.add(routine.name)
  }
  return out
}

/** Judges every statement of a text. Never throws for what the text is: a refusal refuses all of it. */
export async function judgeText(
  judge: Judge,
  text: string,
  searchPath: readonly string[],
): Promise<readonly Judgement[] | Refusal> {
  try {
    return await judged(judge, text, searchPath, false)
  } catch (error) {
    // Closed: whatever goes wrong here, the text does not go up.
    if (error instanceof GloveboxError) return error.refusal
    return refusal('GBX-1210', {
      why: error instanceof RangeError ? 'it is nested too deeply or cut off' : 'its check failed',
    })
  }
}

const maxStatements = 200
/** Words and signs of a text: what a list of some thousand values needs. */
const maxTokens = 10_000
/** Comments make PostgreSQL's own lexer slow: some thousands take it seconds. */
const maxComments = 500

function hasMoreTokens(source: string, most: number): boolean {
  try {
    return tokens(source, most + 1).length > most
  } catch {
    return false // open to: the parser, which refuses what can't be cut into tokens with better words
  }
}

interface Walked {
  readonly plan: Plan
  readonly walker: Walker
  readonly tree: Tree
  readonly start: number
  readonly end: number
}

async function judged(
  judge: Judge,
  text: string,
  searchPath: readonly string[],
  isAgain: boolean,
): Promise<readonly Judgement[] | Refusal> {
  const source = toBytes(text)
  // Before anything that costs more: what is walked here runs beside everybody else's work (G10).
  if (text.length > 2 * maxComments && text.split('/*', maxComments + 2).length > maxComments + 1)
    return refusal('GBX-1202', { what: `a text of more than ${maxComments} comments`, why: 'Leave them out.' })
  if (text.length > maxTokens && hasMoreTokens(source, maxTokens))
    return refusal('GBX-1202', {
      what: `a text of more than ${maxTokens} words and signs`,
      why: 'Ask in pieces, or with a parameter that holds the list: = ANY ($1).',
    })
  const [parsed] = await judge.parser.parse([text])
  const statements = parsed === undefined ? [] : children(parsed, 'stmts')
  if (statements.length === 0) return [empty(text)]
  const all = tokens(source)
  if (statements.length > maxStatements)
    return refusal('GBX-1202', {
      what: `a text of more than ${maxStatements} statements`,
      why: 'Send them one by one.',
    })
  const walked: Walked[] = []
  let path = searchPath
  for (const statement of statements) {
    const one = walk(judge, statement, source, all, path)
    // What stands behind SET search_path in one text is resolved as it will be.
    if (one.plan.setting?.name === 'search_path')
      path = one.plan.setting.searchPath ?? splitPath(judge.model.catalog.searchPath)
    if (one.plan.again !== undefined) {
      if (statements.length > 1 || isAgain)
        return refusal('GBX-1202', { what: 'COPY of a table among other statements', why: 'Send it alone.' })
      return judged(judge, one.plan.again, searchPath, true)
    }
    walked.push(one)
  }
  const emitted = walked.map((one) => assemble(one.walker, one.start, one.end, 'sql'))
  // Nothing to read back where every byte goes up as it came.
  const isWhole = walked.length === 1 && emitted[0]?.text === text.trim().replace(/;$/, '').trimEnd()
  if (!isWhole) {
    const refused = await verify(
      judge.parser,
      walked.map((one, index) => ({ tree: one.tree, walker: one.walker, text: emitted[index]?.text ?? '' })),
      judge.fragments,
    )
    if (refused !== undefined) return refused
  }
  return walked.map((one, index) =>
    judgementOf(one, emitted[index], { isAlone: walked.length === 1 && source === text, isAgain, hide: judge.hide }),
  )
}

/** A template is made only of ASCII texts of one statement whose constants nobody looked at. */
function judgementOf(
  one: Walked,
  spliced: Spliced | undefined,
  { isAlone, isAgain, hide }: { isAlone: boolean; isAgain: boolean; hide: Judge['hide'] },
): Judgement {
  const { plan, walker, start, end } = one
  const isBare = [...walker.touched.values()].some(({ label }) => label.unmasked === true)
  const isTemplate = isAlone && !walker.sensitive && !isBare && plan.fixed === undefined && plan.emulate === undefined
  const template =
    isTemplate && spliced !== undefined
      ? templateOf(
          walker.input.source.slice(start, end),
          spliced.text,
          spliced.kept.map(([at, to, size]) => [at - start, to, size] as const),
        )
      : undefined
  const verdict = verdictOf({ ...one, emitted: spliced?.text ?? '' }, hide)
  // What we wrote ourselves has no place in the person's text.
  const isOwn = isAgain || plan.fixed !== undefined || spliced === undefined
  const origin = isOwn ? undefined : { text: fromBytes(walker.input.source), sql: spliced.text, kept: spliced.kept }
  return {
    verdict: origin === undefined ? verdict : { ...verdict, placeOf: (place) => originalPlace(origin, place) },
    effect: plan.effect,
    what: plan.what,
    ...(template === undefined || origin === undefined ? {} : { template, origin }),
  }
}

function walk(
  judge: Judge,
  statement: Tree,
  source: string,
  all: readonly Token[],
  searchPath: readonly string[],
): Walked {
  const tree = child(statement, 'stmt')
  const from = typeof statement['stmt_location'] === 'number' ? statement['stmt_location'] : 0
  const length = typeof statement['stmt_len'] === 'number' ? statement['stmt_len'] : 0
  const within = all.filter((token) => token.start >= from && (length === 0 || token.end <= from + length))
  while (within.length > 0 && source[within.at(-1)?.start ?? 0] === ';') within.pop()
  const first = within[0]
  const last = within.at(-1)
  if (tree === undefined || first === undefined || last === undefined) throw new RangeError('no statement')
  const answer = plainQuery(tree)
  const walker = new Walker({
    model: judge.model,
    source,
    tokens: all,
    searchPath,
    ...(answer === undefined ? {} : { answer }),
    hide: judge.hide,
  })
  const plan = planStatement(tree, walker, judge.limits)
  walker.finish()
  noGathering(judge.model, walker.touched, tree)
  noOtherCalls(judge, walker, within, source)
  return { plan, walker, tree, start: first.start, end: last.end }
}

/** A SELECT whose every row is one that its WHERE has found: then no row means that nothing was (Q3). */
function plainQuery(tree: Tree): Tree | undefined {
  const body = as(tree, 'SelectStmt')
  const isPlain =
    body?.['op'] === 'SETOP_NONE' &&
    !['withClause', 'groupClause', 'havingClause'].some((field) => body[field] !== undefined)
  return isPlain ? body : undefined
}

/**
 * A net for older servers: what this grammar reads as a keyword may be a call of a user's function there. Every name
 * before a parenthesis that such a function has must be a call that was judged.
 */
export function noOtherCalls(judge: Judge, walker: Walker, within: readonly Token[], source: string): void {
  if (judge.deniedNames.size === 0) return
  for (const [index, token] of within.entries()) {
    const next = within[index + 1]
    if ((token.kind !== 'name' && token.kind !== 'quoted') || next === undefined || source[next.start] !== '(') continue
    const name =
      token.kind === 'quoted'
        ? source.slice(token.start + 1, token.end - 1).replaceAll('""', '"')
        : source.slice(token.start, token.end).toLowerCase()
    if (!judge.deniedNames.has(fromBytes(name))) continue
    let start = token.start
    for (let at = index; source[within[at - 1]?.start ?? -1] === '.' && within[at - 1]?.kind === 'other'; at -= 2)
      start = within[at - 2]?.start ?? start
    if (!walker.calls.has(start))
      walker.refuse('GBX-1204', {
        function: fromBytes(name),
        why: 'This database has a function of that name that may not be called; name things otherwise.',
      })
  }
}

/** What is to be counted (Q3): the keyed hashes of `values`. Undefined when there are none. */
export function searchesOf(searches: readonly Searching[], values: readonly string[]): Verdict['action']['searches'] {
  if (values.length === 0) return undefined
  return {
    values,
    columns: [...new Set(searches.map((one) => one.column))],
    blind: !searches.every((one) => one.tells),
  }
}

function verdictOf(one: Walked & { readonly emitted: string }, hide: Judge['hide']): Verdict {
  const { plan, walker, start, end } = one
  const { kind, fixed, emulate, chain, name, setting } = plan
  const guard = guardOf(plan, walker, one.tree)
  const unmasked = shownOf(walker, plan.outputs, one.tree)
  // Nobody follows which literal is looked for in an unmasked column, so none of them is kept (G9).
  const recorded = (sql: string): string => (unmasked.length === 0 ? sql : withoutLiterals(sql, hide))
  const masked = [...walker.touched.values()].filter(({ label }) => label.unmasked !== true)
  const touched = masked.map(({ tableOid, attnum, label }) => ({
    tableOid,
    attnum,
    column: label.column,
    class: label.class,
    form: label.mask.form,
  }))
  const hides = walker.edits.some((edit) => edit.recorded !== undefined)
  const typed = hides ? assemble(walker, start, end, 'typed').text : fromBytes(walker.input.source.slice(start, end))
  const sql = fixed ?? one.emitted
  const searches = walker.searches.map((search) => ({
    ...search,
    tells: search.tells && !walker.aggregates,
  }))
  const literal = searches.flatMap(({ column, literal: value }) =>
    value === undefined ? [] : [hide(`${column}\0${value}`)],
  )
  const counted = searchesOf(searches, literal)
  return {
    kind,
    sql,
    action: {
      protocol: 'postgres',
      effect: plan.effect,
      text: recorded(typed),
      emitted: recorded(hides && fixed === undefined ? assemble(walker, start, end, 'recorded').text : sql),
      reads: [...walker.reads],
      ...(walker.partitions.size === 0 ? {} : { partitions: Object.fromEntries(walker.partitions) }),
      masked: masked.flatMap(({ label }) => (isOnlyScrubbed(label) ? [] : [label.column])),
      fingerprint: fingerprint(walker, start, end),
      ...(counted === undefined ? {} : { searches: counted }),
    },
    touched,
    labelledParameters: (unmasked.length === 0 ? [...walker.parameters] : parametersOf(walker)).toSorted(
      (a, b) => a - b,
    ),
    ...(unmasked.length === 0 ? {} : { unmasked }),
    notices: noticesOf(masked),
    searches,
    outputs: (plan.outputs ?? []).map(outputOf),
    ...(walker.plainParameters.length === 0 ? {} : { plainParameters: walker.plainParameters }),
    ...(guard === undefined ? {} : { guard }),
    ...(emulate === undefined ? {} : { emulate }),
    ...(chain === undefined ? {} : { chain }),
    ...(name === undefined ? {} : { name }),
    ...(setting === undefined ? {} : { setting }),
  }
}

/** What to tell of labelled columns: how each looks, and what works on such a mask. The net under unlabelled texts is none. */
const noticesOf = (masked: readonly Touch[]): readonly Refusal[] =>
  masked
    .filter(({ label }) => !isOnlyScrubbed(label))
    .map(({ label: { column, class: name, search, mask } }) => {
      const said = search && mask.search !== undefined ? searchWorks : works[mask.form]
      return refusal('GBX-1201', { column, class: name, form: mask.form, works: said })
    })

const searchWorks = `= 'value', IN and joins work; LIKE and < do not: they would see the pseudonym.`
const works: Readonly<Record<Form, string>> = {
  pseudonym: 'Equal values have equal pseudonyms: joins and GROUP BY work, LIKE and < do not.',
  partial: 'Sorting, grouping and DISTINCT see the mask, not the value.',
  redact: 'All values look alike, so sorting, grouping and DISTINCT say nothing.',
  null: 'All values are null, so sorting, grouping and DISTINCT say nothing.',
  generalise: 'Comparing, sorting and grouping work in steps.',
  keep: 'Only the keys that the label names are there.',
  scrub: 'The text is there without what looks personal or secret.',
}

/** All parameters of a text. */
const parametersOf = ({ input }: Walker): number[] => [
  ...new Set([...input.source.matchAll(/\$([0-9]{1,5})/g)].map(([, number]) => Number(number))),
]

const outputOf = ({ name, label }: Output): NonNullable<Verdict['outputs']>[number] =>
  label === undefined
    ? { name }
    : label.unmasked === true
      ? { name, column: label.column, unmasked: true }
      : { name, class: label.class, form: label.mask.form, origin: label.origin, column: label.column }

/** Same for texts that differ in constants only. */
function fingerprint(walker: Walker, start: number, end: number): string {
  const { source } = walker.input
  const words: string[] = []
  for (const token of walker.input.tokens) {
    if (token.start < start || token.end > end) continue
    words.push(token.kind === 'string' || token.kind === 'number' ? '?' : source.slice(token.start, token.end))
  }
  return sha256Hex(words.join(' ')).slice(0, 16)
}

const empty = (text: string): Judgement => ({
  effect: 'observe',
  what: 'an empty statement',
  verdict: {
    kind: 'empty',
    sql: '',
    action: { protocol: 'postgres', effect: 'observe', text: text.slice(0, 200), emitted: '', reads: [], masked: [] },
    touched: [],
    labelledParameters: [],
    notices: [],
    searches: [],
    outputs: [],
  },
})
