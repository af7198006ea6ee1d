// From a query to entries: names become ids, times become moments, everything but text is asked of the projections, and
// text is looked for in the payloads of what is left, newest first.
import { isRefusal, type Refusal } from '../../core/error.ts'
import type { Recorded } from '../../core/entry.ts'
import { parseQuery, timeOf, type Query, type Term } from '../../core/query.ts'
import type { World } from '../../core/world.ts'
import type { Condition } from '../../store/search.ts'
import type { Parts } from '../operation.ts'
import { shownEntry } from '../writes.ts'

/** Time that one call may spend on opening payloads; the answer then says where to go on. */
const workMs = 2_000
/** Payloads that are opened between two looks at the clock. */
const textPage = 2_000
const effects = ['observe', 'read', 'write', 'admin', 'unknown']

/** Ids of all accounts that have or had that name, with the accounts and agents of that person; or that id itself. */
export function idsOf(world: World, user: string): string[] {
  const named = [...world.names].flatMap(([id, name]) => (name === user ? [id as string] : []))
  const ids = new Set(named.length > 0 ? named : [user])
  for (const { id, person } of world.principals.values()) if (ids.has(person)) ids.add(id)
  return [...ids]
}

/** The condition of a term that is not text. */
function conditionOf({ key, values, not }: Term, world: World, now: number): Condition {
  switch (key) {
    case 'user':
      return { kind: 'by', ids: values.flatMap((value) => idsOf(world, value)), not }
    case 'action': {
      const kindOf = (value: string): Condition =>
        effects.includes(value)
          ? { kind: 'effect', values: [value] }
          : value.includes('.')
            ? { kind: 'type', values: [value] }
            : { kind: 'types', values: [value] }
      return { kind: 'any', of: values.map(kindOf), not }
    }
    case 'masked': {
      const kindOf = (value: string): Condition =>
        value === 'yes'
          ? { kind: 'masked' }
          : value === 'no'
            ? { kind: 'masked', not: true }
            : { kind: 'column', values: [value] }
      return { kind: 'any', of: values.map(kindOf), not }
    }
    case 'from':
    case 'to':
      return { kind: key, at: timeOf(values[0] as string, now) ?? now }
    case 'request':
      return { kind: 'about', ids: values, not }
    case 'table':
    case 'target':
    case 'session':
    case 'decision':
      return { kind: key, values, not }
    case 'text':
      throw new TypeError('text is looked for in payloads')
  }
}

export interface Sought {
  readonly query: Query
  readonly conditions: readonly Condition[]
  /** Its conditions of time alone. */
  readonly span: readonly Condition[]
  /** Does the text of an entry fit? Undefined = nothing is asked of it. */
  readonly matches: ((recorded: Recorded) => boolean) | undefined
}

/** What a query asks for now; GBX-1002 says what is wrong with it. */
export function soughtBy(text: string, world: World, now: number): Sought | Refusal {
  const query = parseQuery(text)
  if (isRefusal(query)) return query
  const conditions = query.filter((term) => term.key !== 'text').map((term) => conditionOf(term, world, now))
  const texts = query.filter((term) => term.key === 'text')
  const wanted = texts.map(({ values, not }) => ({ values: values.map((value) => value.toLowerCase()), not }))
  const matches = (recorded: Recorded): boolean => {
    const said = [...valuesIn(recorded.payload), ...valuesIn(recorded.entry)].join('\n').toLowerCase()
    return wanted.every(({ values, not }) => values.some((value) => said.includes(value)) !== not)
  }
  return {
    query,
    conditions,
    span: conditions.filter(({ kind }) => kind === 'from' || kind === 'to'),
    matches: texts.length === 0 ? undefined : matches,
  }
}

/** Every text and number in a value, to look for something in it. */
export const valuesIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(valuesIn)
      : typeof value === 'number'
        ? [String(value)]
        : []

export interface Found {
  readonly found: readonly Recorded[]
  /** Where to go on with older entries; absent = that was all. */
  readonly before?: number
}

const step = 5_000

/** Indexes of all entries that fit, in order of the log. Looks at the index in steps, so that nobody waits for it. */
export async function findAll({ store, journal }: Pick<Parts, 'store' | 'journal'>, sought: Sought): Promise<number[]> {
  const { conditions, matches } = sought
  const found: number[] = []
  for (let after = -1; ;) {
    const indexes = store.find([...conditions, { kind: 'after', index: after }], { limit: step, ascending: true })
    if (!matches) found.push(...indexes)
    else for await (const read of journal.readEach(indexes)) if (matches(shownEntry(read))) found.push(read.index)
    if (indexes.length < step) return found
    after = indexes.at(-1) as number
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Of these entries (newest first), the newest `limit` whose text fits, as they may be shown. */
async function matching(
  { journal }: Pick<Parts, 'journal'>,
  indexes: readonly number[],
  matches: (recorded: Recorded) => boolean,
  limit: number,
): Promise<Recorded[]> {
  const found: Recorded[] = []
  for await (const read of journal.readEach(indexes.toReversed())) {
    const recorded = shownEntry(read)
    if (matches(recorded)) found.push(recorded)
    if (found.length > limit) found.shift()
  }
  return found.reverse()
}

/** A page of entries that fit, newest first, as they may be shown. Text is looked for during `workMs` at most. */
export async function findPage(
  parts: Pick<Parts, 'store' | 'journal'>,
  { conditions, matches }: Sought,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<Found> {
  const { store, journal } = parts
  const found: Recorded[] = []
  const started = performance.now()
  let { before } = page
  for (;;) {
    const left = page.limit - found.length
    const limit = matches ? textPage : left
    const bounds: Condition[] = before === undefined ? [] : [{ kind: 'before', index: before }]
    const indexes = store.find([...conditions, ...bounds], { limit })
    if (matches) found.push(...(await matching(parts, indexes, matches, left)))
    else {
      const page: Recorded[] = []
      for await (const read of journal.readEach(indexes.toReversed())) page.push(shownEntry(read))
      found.push(...page.reverse())
    }
    const isFull = found.length >= page.limit
    before = (isFull ? found.at(-1)?.index : indexes.at(-1)) ?? before
    if (!isFull && indexes.length < limit) return { found }
    if (isFull || performance.now() - started > workMs) return before === undefined ? { found } : { found, before }
  }
}
