// Answers the query language over the projections: SQL for everything that is not text. Reads only; may run beside writes.
import type { Database } from './sqlite.ts'

/** A condition; `not` turns it round. Ids and names as they are stored. */
export type Condition = { readonly not?: boolean } & (
  | { readonly kind: 'by'; readonly ids: readonly string[] }
  | { readonly kind: 'target' | 'session'; readonly values: readonly string[] }
  | { readonly kind: 'effect' | 'decision' | 'type'; readonly values: readonly string[] }
  /** First words of types: `request` = every request.*. */
  | { readonly kind: 'types'; readonly values: readonly string[] }
  /** Relations: schema.table or table; labelled columns likewise. */
  | { readonly kind: 'table' | 'column'; readonly values: readonly string[] }
  | { readonly kind: 'masked' }
  | { readonly kind: 'about'; readonly ids: readonly string[] }
  | { readonly kind: 'from' | 'to'; readonly at: number }
  | { readonly kind: 'before' | 'after'; readonly index: number }
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
)

interface Sql {
  readonly text: string
  readonly values: readonly (string | number)[]
}

const marks = (list: readonly unknown[]): string => list.map(() => '?').join(', ')
const within = (column: string, values: readonly string[]): Sql => ({ text: `${column} in (${marks(values)})`, values })

/** Numbers of the names that end so: few, since a gateway knows few relations and columns. */
function namesLike(kind: string, values: readonly string[]): Sql {
  const one = "(name = ? or name like ? escape '\\')"
  return {
    text: `select id from name where kind = '${kind}' and (${values.map(() => one).join(' or ')})`,
    values: values.flatMap((value) => [value, `%.${value.replace(/[\\%_]/g, '\\$&')}`]),
  }
}

/** The first entry at or after a time; behind the last one when there is none. */
const placeOf = `coalesce((select "index" from entry where at >= ? order by at, "index" limit 1), 9007199254740991)`

/** What few entries have is found by an index over those alone (0002-search.ts has the same words). */
const common = { effect: ['observe', 'read'], decision: ['allowed'] } as const
export const isRare = {
  effect: `effect not in ('observe', 'read')`,
  decision: `decision <> 'allowed'`,
} as const

function rare(kind: 'effect' | 'decision', values: readonly string[]): Sql {
  const sql = within(kind, values)
  const isSearched = values.every((value) => !(common[kind] as readonly string[]).includes(value))
  return isSearched ? { ...sql, text: `(${isRare[kind]} and ${sql.text})` } : sql
}

function positive(condition: Condition): Sql {
  switch (condition.kind) {
    case 'by': {
      const { ids } = condition
      return {
        text: `(by in (${marks(ids)}) or session in (select id from session where principal in (${marks(ids)})))`,
        values: [...ids, ...ids],
      }
    }
    case 'types':
      return {
        text: `(${condition.values.map(() => '(type >= ? and type < ?)').join(' or ')})`,
        values: condition.values.flatMap((word) => [`${word}.`, `${word}/`]),
      }
    case 'table':
    case 'column': {
      const names = namesLike(condition.kind === 'table' ? 't' : 'm', condition.values)
      return { text: `"index" in (select entry from touched where name in (${names.text}))`, values: names.values }
    }
    case 'masked':
      return { text: 'masked > 0', values: [] }
    case 'about': {
      // What a request led to: its grant, and the sessions of that.
      const ids = marks(condition.ids)
      const grants = `select id from about where id >= 'g-' and id < 'g.' and entry in (select entry from about where id in (${ids}))`
      return {
        text: `("index" in (select entry from about where id in (${ids})) or session in (select id from session where "grant" in (${grants})) or "index" in (select entry from about where id in (${grants})))`,
        values: [...condition.ids, ...condition.ids, ...condition.ids],
      }
    }
    // Time never goes back in the log, so a time is a place in it: nothing beyond it is looked at.
    case 'from':
      return { text: `"index" >= ${placeOf}`, values: [condition.at] }
    case 'to':
      return { text: `"index" < ${placeOf}`, values: [condition.at] }
    case 'before':
      return { text: '"index" < ?', values: [condition.index] }
    case 'after':
      return { text: '"index" > ?', values: [condition.index] }
    case 'effect':
    case 'decision':
      return rare(condition.kind, condition.values)
    case 'any': {
      const [only] = condition.of
      if (only && condition.of.length === 1) return sqlOf(only)
      const parts = condition.of.map(sqlOf)
      return {
        text: `(${parts.map((part) => part.text).join(' or ') || '0'})`,
        values: parts.flatMap((part) => part.values),
      }
    }
    default:
      return within(condition.kind, condition.values)
  }
}

function sqlOf(condition: Condition): Sql {
  const sql = positive(condition)
  // What has no such member does not have that value either.
  return condition.not ? { ...sql, text: `coalesce(not ${sql.text}, 1)` } : sql
}

/** Indexes of entries that fit all conditions; newest first unless `ascending`. */
export function searchIndexes(
  database: Database,
  conditions: readonly Condition[],
  page: { readonly limit?: number; readonly ascending?: boolean } = {},
): IterableIterator<{ index: number }> {
  const parts = conditions.map(sqlOf)
  const where = parts.length === 0 ? '' : ` where ${parts.map((part) => part.text).join(' and ')}`
  const limit = page.limit === undefined ? '' : ` limit ${page.limit}`
  return database
    .prepare(`select "index" from entry${where} order by "index" ${page.ascending ? 'asc' : 'desc'}${limit}`)
    .iterate(parts.flatMap((part) => part.values)) as IterableIterator<{ index: number }>
}

/** First and last entry of a span of time; undefined = there is none in it. */
export function spanOf(
  database: Database,
  conditions: readonly Condition[],
): { first: number; last: number } | undefined {
  const [first] = [...searchIndexes(database, conditions, { limit: 1, ascending: true })]
  const [last] = [...searchIndexes(database, conditions, { limit: 1 })]
  return first && last && { first: first.index, last: last.index }
}

export interface SessionEntry {
  readonly index: number
  /** A statement, or an outcome of one. */
  readonly isAction: boolean
}

/** All entries of a session, in order, also the ones that only say an outcome. */
export function entriesOfSession(database: Database, session: string): SessionEntry[] {
  const rows = database
    .prepare(
      `select "index" as at, type like 'action.%' as action from entry where session = ?
       union select "settledEntry", 1 from action where session = ? and "settledEntry" is not null order by 1`,
    )
    .all([session, session]) as { at: number; action: number }[]
  return rows.map((row) => ({ index: row.at, isAction: row.action === 1 }))
}

/** Entries that speak about a request, a grant, an account or a policy, in order. */
export function entriesAbout(database: Database, id: string): number[] {
  const rows = database.prepare('select entry as at from about where id = ? order by entry').all([id]) as {
    at: number
  }[]
  return rows.map((row) => row.at)
}
