// An action that ended well says so in the next entry of its session, where one follows within milliseconds: half as many
// entries to hash, seal and store. Everybody who looks for outcomes asks here, so that both spellings mean the same.
import type { Entry } from './entry.ts'

export type Settled = Extract<Entry, { type: 'action.settled' }>

/** How an action ended with `ok`, in the `last` of the entry after it. */
export interface Last {
  readonly n: number
  readonly rows: number
  readonly bytes: number
  readonly durationMs: number
  readonly masked?: number
}

/** The outcome that this entry brings along for the action before it, as an `action.settled` of its own would say it. */
export function outcomeIn(entry: Entry): Settled | undefined {
  if (entry.type !== 'action.admitted' || entry.last === undefined) return undefined
  const { ts, by, session, last } = entry
  return { v: 1, type: 'action.settled', ts, by, session, outcome: 'ok', ...last }
}
