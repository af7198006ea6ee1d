// Values that leave without a mask: counted row by row, against what the grant may show. One count for each grant, shared
// by all its connections; the record is its memory across restarts.
import { refusal, type Refusal } from '../../../core/error.ts'
import type { Grant } from '../../../core/nouns.ts'
import type { Connection } from '../connection.ts'
import type { Verdict } from '../walls/types.ts'

export class Shown {
  readonly columns: readonly string[]
  /** Rows that may show a value of any one column. */
  readonly limit: number
  readonly #counts: number[]

  constructor({ scope, shown }: Pick<Grant, 'scope' | 'shown'>) {
    this.columns = scope.unmask ?? []
    this.limit = scope.rows ?? 0
    this.#counts = this.columns.map((_, i) => shown?.[i] ?? 0)
  }

  get left(): number {
    return Math.max(0, this.limit - Math.max(0, ...this.#counts))
  }

  /** Counts one row that shows so many values of each column. False = it would be more than is granted: it must not leave. */
  take(values: readonly number[]): boolean {
    if (values.some((value, i) => value > 0 && (this.#counts[i] ?? 0) + value > this.limit)) return false
    for (const [i, value] of values.entries()) this.#counts[i] = (this.#counts[i] ?? 0) + value
    return true
  }
}

/** Values of each unmasked column in one row of what a statement answers; undefined = it shows none. */
export function showsOf(at: Connection, verdict: Verdict): readonly number[] | undefined {
  const { unmasked: shown } = at
  if (shown === undefined) return undefined
  const { kind, name = '', unmasked } = verdict
  // A cursor or prepared statement shows what it was made of; made twice, the more of both counts.
  if (kind === 'fetch') return at.shows.get(`cursor ${name}`)
  if (kind === 'execute') return at.shows.get(`statement ${name}`)
  if (unmasked === undefined) return undefined
  const values = shown.columns.map((column) => unmasked.find((one) => one.column === column)?.values ?? 0)
  if (kind === 'declare') noteShows(at, `cursor ${name}`, values)
  if (kind === 'prepare') noteShows(at, `statement ${name}`, values)
  return values
}

/** Remembers what fetching from a name would show. */
export function noteShows(at: Connection, name: string, values: readonly number[] | undefined): void {
  const before = at.shows.get(name)
  if (values !== undefined)
    at.shows.set(
      name,
      values.map((value, i) => Math.max(value, before?.[i] ?? 0)),
    )
}

/** GBX-1231 once per session. */
export function unmaskedNotice(at: Connection, verdicts: readonly Verdict[]): readonly Refusal[] {
  const { unmasked: shown, session } = at
  if (shown === undefined || at.toldUnmasked || !verdicts.some((one) => one.unmasked !== undefined)) return []
  at.toldUnmasked = true
  const { columns, limit, left } = shown
  return [refusal('GBX-1231', { columns: columns.join(', '), grant: session.live.id, rows: limit, left })]
}
