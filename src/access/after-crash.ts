// What the last run left open when it was killed, closed on record at the next start: nobody can say how its statements
// ended, so their outcome is `unknown` (G8).
import type { Draft } from '../core/entry.ts'
import type { World } from '../core/world.ts'

/** Entries that close every session and every gateway run that is still open in the world. Empty after a clean end. */
export function afterCrash(world: World): Draft[] {
  const drafts: Draft[] = []
  for (const session of world.sessions.values()) {
    const by = session.principal
    for (const n of session.open) {
      drafts.push({
        type: 'action.settled',
        by,
        clear: { session: session.id, n, outcome: 'unknown', rows: 0, bytes: 0, durationMs: 0 },
        payload: {},
      })
    }
    drafts.push({
      type: 'session.closed',
      by: 'gateway',
      clear: { session: session.id, count: session.count, cause: 'crash' },
      payload: {},
    })
  }
  for (const gateway of world.gateways)
    drafts.push({ type: 'gateway.stopped', by: 'gateway', clear: { gateway }, payload: {} })
  return drafts
}
