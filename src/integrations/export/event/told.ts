// What leaves of an encrypted payload, and only for a sink with `payload: true`: by name, type by type. What is not named
// here stays in the record: nonces, hashes of searched values, dry runs, and the SQL that takes a change back (G9).
import type { EntryType, Recorded } from '../../../core/entry.ts'

const told: { readonly [T in EntryType]?: readonly string[] } = {
  'gateway.started': ['version'],
  'config.loaded': ['targets'],
  'principal.set': ['name'],
  'request.reviewed': ['comment'],
  'grant.revoked': ['reason'],
  'lock.set': ['reason'],
  'access.refused': ['title', 'why'],
  'audit.searched': ['query'],
  'audit.exported': ['query'],
  'redaction.reviewed': ['comment'],
  'hold.set': ['reason'],
  'hold.lifted': ['reason'],
  'session.opened': ['client', 'address'],
  'session.refused': ['user', 'address', 'title'],
  'detector.hit': ['column'],
  'session.killed': ['reason'],
  'session.closed': ['detail'],
  'action.admitted': ['text', 'reads', 'masked', 'parameters'],
  'action.settled': ['error'],
  'search.alarm': ['columns'],
  'epoch.destroyed': ['reason'],
  'action.refused': ['text', 'title', 'why'],
}

/** Members of the payload that may be delivered; none where its key was destroyed. */
export function toldOf({ entry, payload }: Recorded): Readonly<Record<string, unknown>> {
  if (payload === undefined) return {}
  if (entry.type === 'request.created' || entry.type === 'redaction.requested')
    return wish((payload as { canonical?: unknown }).canonical)
  // The text of an approved write may be one that takes a change back: it then holds values that nobody typed.
  const holdsValues = entry.type === 'action.admitted' && entry.statement !== undefined
  const names = (told[entry.type] ?? []).filter((name) => !(holdsValues && (name === 'text' || name === 'parameters')))
  const from = payload as Readonly<Record<string, unknown>>
  return Object.fromEntries(names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]))
}

function wish(canonical: unknown): Readonly<Record<string, unknown>> {
  if (typeof canonical !== 'string') return {}
  try {
    const { reason, ticket, scope } = JSON.parse(canonical) as Record<string, unknown>
    return {
      ...(reason === undefined ? {} : { reason }),
      ...(ticket === undefined ? {} : { ticket }),
      ...(scope === undefined ? {} : { scope }),
    }
  } catch {
    return {} // closed: what is not ours is not passed on
  }
}
