// What an entry can be found by besides who, when and where, and how that is taken away again when its payload is
// destroyed: nothing that came from a payload may outlive it here.
import type { Entry, Recorded } from '../core/entry.ts'
import { ownerOf, sealOwner } from '../core/redaction.ts'
import type { Database } from './sqlite.ts'

/** Kinds of names: t = relation, m = labelled column. */
export type NameKind = 't' | 'm'

/** What was decided by it, as the query language says it. */
export function decisionOf(entry: Entry): string | null {
  switch (entry.type) {
    case 'action.admitted':
      return 'allowed'
    case 'action.refused':
    case 'access.refused':
    case 'session.refused':
      return 'refused'
    case 'request.reviewed':
      return entry.decision === 'approve' ? 'approved' : 'denied'
    default:
      return null
  }
}

/** Relations and labelled columns that a statement touched; from its payload, so nothing where that is gone. */
export function touchedBy(recorded: Recorded): readonly (readonly [NameKind, string])[] {
  const { payload } = recorded
  if (recorded.entry.type !== 'action.admitted' || payload === undefined || !('reads' in payload)) return []
  const changed = payload.change?.tables.map((one) => one.table) ?? []
  return [
    ...[...payload.reads, ...changed].map((name) => ['t', name] as const),
    ...payload.masked.map((name) => ['m', name] as const),
  ]
}

/** Ids of requests, grants, accounts, locks and policies that it speaks about. Entries of sessions are found by their session. */
export function aboutOf(entry: Entry): readonly string[] {
  const ids = new Set<string>()
  if ('request' in entry && entry.request !== undefined) ids.add(entry.request)
  if ('grant' in entry && entry.grant !== undefined && entry.type !== 'token.issued') ids.add(entry.grant)
  if (entry.type === 'request.created' && entry.extends !== undefined) ids.add(entry.extends)
  if (entry.type === 'principal.set' || entry.type === 'principal.removed') ids.add(entry.principal)
  if (entry.type === 'lock.set' || entry.type === 'lock.lifted') ids.add(entry.lock)
  if (entry.type === 'policy.loaded') ids.add(entry.policies)
  if ('redaction' in entry && entry.redaction !== undefined) ids.add(entry.redaction)
  if (entry.type === 'redaction.done') for (const id of erasedBy(entry)) ids.add(id)
  if (entry.type === 'hold.set' || entry.type === 'hold.lifted') ids.add(entry.hold)
  return [...ids]
}

/** What it has erased, as what lost it is asked about: `key OWNER` and `j-N`. */
const erasedBy = ({ keys, entries }: { keys: readonly string[]; entries: readonly number[] }): string[] => [
  ...keys.map((key) => `key ${ownerOf(key)}`),
  ...entries.map((index) => `j-${index}`),
]

/** Under which ids of `about` the redaction stands that took the payload of an entry. */
export const redactionsOf = ({ index, entry }: Recorded): string[] => [`key ${sealOwner(entry)}`, `j-${index}`]

/** Inside a transaction of the caller. */
export function forgetRows(database: Database, indexes: readonly number[]): void {
  for (const index of indexes) {
    database.prepare('delete from touched where entry = ?').run([index])
    database.prepare('update entry set masked = null where "index" = ?').run([index])
  }
  database.exec('delete from name where id not in (select name from touched)')
}
