// Follows search_path through transactions and savepoints, as the target has it: the walls resolve names with it.
import type { Verdict } from './walls/types.ts'

type Path = readonly string[]

interface State {
  /** Value of the session, and the one that holds now (SET LOCAL ends with the transaction). */
  readonly session: Path
  readonly now: Path
}

export class SearchPath {
  readonly #start: Path
  #state: State
  /** State before the transaction that is open, and at each of its savepoints. */
  #begin: State | undefined
  #expected = 0
  #savepoints: { readonly name: string; readonly state: State }[] = []

  constructor(start: Path) {
    this.#start = start
    this.#state = { session: start, now: start }
  }

  get now(): Path {
    return this.#state.now
  }

  /** Statements that may change the path were sent and are not answered yet: names must not be resolved before. */
  get stale(): boolean {
    return this.#expected > 0
  }
  /** Called when statements are sent. The path is known again when the target is ready (settle). */
  expect(verdicts: readonly Verdict[]): void {
    if (verdicts.some((verdict) => this.#touches(verdict))) this.#expected++
  }
  /** Everything that was sent has been answered. */
  settle(): void {
    this.#expected = 0
  }
  #touches(verdict: Verdict): boolean {
    if (verdict.kind === 'set') return verdict.setting?.name === 'search_path'
    if (verdict.kind === 'discard') return true
    // The end of a transaction matters where the path was changed in it.
    return (
      ['commit', 'rollback', 'rollback-to'].includes(verdict.kind) &&
      this.#begin !== undefined &&
      this.#begin !== this.#state
    )
  }

  /** A transaction starts, also an implicit one. Within an open one it changes nothing. */
  begin(): void {
    this.#begin ??= this.#state
  }
  /** SET [LOCAL] search_path; undefined = to the default. */
  set(path: Path | undefined, local: boolean): void {
    const now = path ?? this.#start
    this.#state = local ? { ...this.#state, now } : { session: now, now }
  }
  savepoint(name: string): void {
    this.#savepoints.push({ name, state: this.#state })
  }
  release(name: string): void {
    const at = this.#savepoints.findLastIndex((savepoint) => savepoint.name === name)
    if (at >= 0) this.#savepoints.length = at
  }
  rollbackTo(name: string): void {
    const at = this.#savepoints.findLastIndex((savepoint) => savepoint.name === name)
    const found = this.#savepoints[at]
    if (found === undefined) return
    this.#state = found.state
    this.#savepoints.length = at + 1
  }
  /** The transaction is over. */
  end(how: 'commit' | 'rollback'): void {
    if (how === 'rollback' && this.#begin !== undefined) this.#state = this.#begin
    this.#state = { session: this.#state.session, now: this.#state.session }
    this.#begin = undefined
    this.#savepoints = []
  }
}
