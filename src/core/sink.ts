// Where the record is delivered to, as everybody may see it: each sink's place in the journal and how it fares. What a
// sink is told and how is the exporters' business (integrations/export/).

export type SinkState = 'following' | 'catching-up' | 'failing'

export interface SinkStatus {
  readonly name: string
  readonly kind: string
  readonly format: 'ocsf' | 'ecs'
  /** Does it get what the record keeps encrypted? */
  readonly payload: boolean
  /** Where it delivers to; holds no credential. */
  readonly to: string
  readonly state: SinkState
  /** Index of the first entry that is not acknowledged. */
  readonly cursor: number
  /** Durable entries that are not acknowledged. */
  readonly behind: number
  /** Age of the oldest of them in seconds; 0 when there is none. */
  readonly lagSeconds: number
  /** Entries acknowledged since this gateway started. */
  readonly delivered: number
  /** Attempts that failed since this gateway started. */
  readonly failures: number
  /** Entries that the receiver refused and that were set aside. */
  readonly setAside: number
  /** Why the last attempt failed; absent once one succeeded. */
  readonly problem?: string
}

/** One run of entries that a receiver refused. */
export interface SetAside {
  readonly first: number
  readonly last: number
  /** Epoch milliseconds. */
  readonly at: number
  readonly why: string
}

/** The board of all sinks. Calls may run at once. */
export interface Sinks {
  list(): readonly SinkStatus[]
  /** Entries set aside by a sink, oldest first, at most `limit`. */
  setAside(name: string, limit: number): readonly SetAside[]
  /** Delivers again from entry `from` on. False = no such sink. */
  resend(name: string, from: number): boolean
}
