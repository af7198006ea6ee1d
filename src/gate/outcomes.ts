// Outcomes that wait for the next entry of their session to ride in. One timer for all sessions: what has waited through
// a whole turn of it gets an entry of its own.

/** One session, as far as its waiting outcome goes. */
export interface Waiting {
  /** Writes the outcome that waits, if it was there at the last turn already. False = none waits any more. */
  flushBefore(turn: number): boolean
}

/** How long an outcome waits at least; twice this at most. */
const turnMs = 5

/** Owned by the gate; every method is synchronous. */
export class Outcomes {
  turn = 0
  readonly #sessions = new Set<Waiting>()
  #timer: NodeJS.Timeout | undefined

  /** Looks after this session until it has nothing waiting at a turn. */
  add(session: Waiting): void {
    this.#sessions.add(session)
    this.#timer ??= setInterval(() => this.#next(), turnMs)
  }

  #next(): void {
    const before = this.turn++
    for (const session of this.#sessions) if (!session.flushBefore(before)) this.#sessions.delete(session)
    if (this.#sessions.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
