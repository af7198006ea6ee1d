// What a grant reaches: which relations, and which labelled columns it shows as they are. Both narrow or widen one
// grant only, are part of what was asked and hashed, and are looked at again at every action (rights).
import { refusal, type Refusal } from './error.ts'
import type { Action, Grant, Scope } from './nouns.ts'

/** Rows with an unmasked value that a grant may show when its request names no number. */
const unmaskedRows = 1_000
export const maxUnmaskedRows = 1_000_000
const maxNames = 100

/** A scope in its one spelling: names sorted and once each, the row budget written out. */
export function scopeOf({ tables, unmask, rows }: Scope): Scope {
  const once = (names: readonly string[]): readonly string[] => [...new Set(names)].sort()
  return {
    ...(tables === undefined ? {} : { tables: once(tables) }),
    ...(unmask === undefined ? {} : { unmask: once(unmask), rows: rows ?? unmaskedRows }),
  }
}

/** Rows with unmasked values that a grant may still show; undefined = it unmasks nothing. */
export const rowsLeft = ({ scope, shown = [] }: Pick<Grant, 'scope' | 'shown'>): number | undefined =>
  scope.unmask === undefined ? undefined : Math.max(0, (scope.rows ?? 0) - Math.max(0, ...shown))

/** What is wrong with a scope that somebody asks for, GBX-1002. Whether its names exist is for the protocol to say. */
export function wrongScope({ tables, unmask, rows }: Scope): Refusal | undefined {
  const invalid = (field: string, why: string): Refusal => refusal('GBX-1002', { field, why })
  if (tables?.length === 0) return invalid('scope', 'name at least one table, or leave it out.')
  if (unmask?.length === 0) return invalid('unmask', 'name at least one column, or leave it out.')
  if (unmask === undefined && rows !== undefined)
    return invalid('rows', 'it counts rows with unmasked values, so it goes with --unmask.')
  if (rows !== undefined && (!Number.isSafeInteger(rows) || rows < 1 || rows > maxUnmaskedRows))
    return invalid('rows', `a number from 1 to ${maxUnmaskedRows} is needed.`)
  if ((tables?.length ?? 0) > maxNames || (unmask?.length ?? 0) > maxNames)
    return invalid('scope', `at most ${maxNames} names fit into one request.`)
  return undefined
}

/**
 * The first relation of an action that lies outside a scope; undefined = all are inside. A partition is inside with the
 * table that it is a part of; a view only together with every table that it reads. Fails closed.
 */
export function outsideScope(
  { tables }: Scope,
  action: Pick<Action, 'reads' | 'partitions'>,
  isSystem: (name: string) => boolean = () => false,
): string | undefined {
  if (tables === undefined) return undefined
  const inside = (name: string): boolean =>
    tables.includes(name) || action.partitions?.[name]?.some((whole) => tables.includes(whole)) === true
  return action.reads.find((name) => !inside(name) && !isSystem(name))
}
