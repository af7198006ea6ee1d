// Q3: exact search in labelled columns confirms guesses, so guesses are counted: per session, and per person and day
// whatever they reconnect to. Pure: the counts are folded from the record, so neither a new connection nor a restart of
// the gateway gives anybody more. Values stand here as keyed hashes only.
import { refusal, type Refusal } from './error.ts'
import type { Effect } from './level.ts'
import type { OpenSession, World } from './world.ts'
import type { Outcome, PrincipalId } from './nouns.ts'

/** Different values that one session, and one person on one day (UTC), may search for. */
export const searchLimits = { session: 50, day: 200 }
/** So many different values in a row that were not found raise the alarm, and as many more raise it again. */
export const alarmAfterMisses = 10

/** What was searched for. `lost` counts values whose hash can't be read any more (a destroyed key): they stay counted. */
export interface Searched {
  readonly values: Set<string>
  lost: number
}

/** Searches of one person on one day, in all their sessions and on all targets. */
export interface SearchDay extends Searched {
  readonly day: string
  /** Different values since one was found. */
  misses: number
}

export const noneSearched = (): Searched => ({ values: new Set(), lost: 0 })

const counted = ({ values, lost }: Searched): number => values.size + lost
const freshIn = (searched: Searched, values: readonly string[]): number =>
  values.filter((value) => !searched.values.has(value)).length

/** The person's searches on the day of `at` (RFC 3339). A new day begins at none. */
function dayOf(world: World, person: PrincipalId, at: string): SearchDay {
  const day = at.slice(0, 10)
  const held = world.searches.get(person)
  if (held?.day === day) return held
  const fresh = { ...noneSearched(), day, misses: held?.misses ?? 0 }
  world.searches.set(person, fresh)
  return fresh
}

/** GBX-1208 when these values are more than what is left of a budget. All or nothing; a value searched for before is free. */
export function overBudget(
  world: World,
  session: OpenSession,
  values: readonly string[],
  at: string,
): Refusal | undefined {
  const distinct = [...new Set(values)]
  if (counted(session.searched) + freshIn(session.searched, distinct) > searchLimits.session)
    return refusal('GBX-1208', { who: 'this session has', limit: searchLimits.session, when: '' })
  const held = world.searches.get(session.person)
  const today = held?.day === at.slice(0, 10) ? held : noneSearched()
  return counted(today) + freshIn(today, distinct) > searchLimits.day
    ? refusal('GBX-1208', { who: 'you have', limit: searchLimits.day, when: ' today' })
    : undefined
}

/** Folds an admitted search: `count` different values, their hashes where the payload can still be read. */
export function foldSearch(
  world: World,
  session: OpenSession,
  entry: {
    readonly n: number
    readonly ts: string
    readonly effect: Effect
    readonly searches: number
    readonly blind?: boolean
  },
  hashes: readonly string[] | undefined,
): void {
  for (const searched of [session.searched, dayOf(world, session.person, entry.ts)]) {
    if (!Array.isArray(hashes)) searched.lost += Number(entry.searches) || 0
    else for (const hash of hashes) searched.values.add(hash)
  }
  // A plan finds nothing and misses nothing: it is counted, and that is all.
  if (entry.effect !== 'observe') session.searching.set(entry.n, { count: entry.searches, blind: entry.blind === true })
}

/**
 * Folds the outcome of a search: found, or one more miss for each value. Where the rows of an answer don't tell (a count is
 * always one row), it counts as a miss: the alarm rather speaks once too often.
 */
export function foldFound(
  world: World,
  session: OpenSession,
  entry: { readonly n: number; readonly ts: string } & Pick<Outcome, 'rows'>,
): void {
  const search = session.searching.get(entry.n)
  if (search === undefined) return
  session.searching.delete(entry.n)
  const day = dayOf(world, session.person, entry.ts)
  const found = search.blind ? 0 : entry.rows
  // A known value among many does not hide that the others were not there.
  const missed = Math.max(0, search.count - found)
  day.misses = found > 0 ? missed : day.misses + missed
  session.misses += missed
}

/** Misses of a session's person in a row. */
export const missesOf = (world: World, session: Pick<OpenSession, 'person'>): number =>
  world.searches.get(session.person)?.misses ?? 0

/** Did the misses go past the next step of the alarm between `before` and `after`? */
export const isAlarming = (before: number, after: number): boolean =>
  Math.floor(after / alarmAfterMisses) > Math.floor(before / alarmAfterMisses)
