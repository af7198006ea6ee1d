// From a query to entries: names become ids, times become moments, everything but text is asked of the projections, and
// text is looked for in the payloads of what is left, newest first.
import { isRefusal, type Refusal } from '../../core/error.ts'
import type { Recorded } from '../../core/entry.ts'
import { parseQuery, timeOf, type Query, type Term } from '../../core/query.ts'
import type { World } from '../../core/world.ts'
import type { Condition } from '../../store/search.ts'
import type { Parts } from '../operation.ts'
import { shownEntry } from '../writes.ts'

/** Payloads opened for one call at most; the answer then says where to go on. */
const openedAtMost = 20_000
const pageSize = 500
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
    for (const index of indexes) {
      const read = matches && (await journal.read(index))
      if (!matches || (read && matches(shownEntry(read)))) found.push(index)
    }
    if (indexes.length < step) return found
    after = indexes.at(-1) as number
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** A page of entries that fit, newest first, as they may be shown. */
export async function findPage(
  { store, journal }: Pick<Parts, 'store' | 'journal'>,
  { conditions, matches }: Sought,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<Found> {
  const found: Recorded[] = []
  let { before } = page
  for (let opened = 0; opened < openedAtMost;) {
    const limit = matches ? pageSize : page.limit - found.length
    const indexes = store.find(before === undefined ? conditions : [...conditions, { kind: 'before', index: before }], {
      limit,
    })
    for (const index of indexes) {
      before = index
      opened++
      const read = await journal.read(index)
      const recorded = read && shownEntry(read)
      if (!recorded || matches?.(recorded) === false) continue
      found.push(recorded)
      if (found.length >= page.limit) return { found, before }
    }
    if (indexes.length < limit) return { found }
  }
  return before === undefined ? { found } : { found, before }
}
