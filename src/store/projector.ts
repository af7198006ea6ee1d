// How an entry becomes rows of store.db. Plain prepared statements in one transaction per batch: it runs beside every
// statement of every session, so it has to cost microseconds.
import type { Entry, Recorded } from '../core/entry.ts'
import { outcomeIn, type Settled } from '../core/rides.ts'
import type { Database } from './sqlite.ts'

export class Projector {
  readonly #database: Database
  /** Targets of open sessions, as their rows say: entries of a session don't repeat it. A cache, nothing rests on it. */
  readonly #targets = new Map<string, string>()

  constructor(database: Database) {
    this.#database = database
  }

  /** Claims the tables for a log. The tables exist. */
  begin(origin: string): void {
    this.#database.prepare("insert into meta (name, value) values ('origin', ?) on conflict do nothing").run([origin])
  }

  clear(): void {
    this.#targets.clear()
    for (const table of ['meta', 'entry', 'session', 'action']) this.#database.exec(`delete from ${table}`)
  }

  /** All of the batch or nothing; throws what the disk says. */
  write(batch: readonly Recorded[]): void {
    this.#database.exec('begin')
    try {
      const outcomes = outcomesOf(batch)
      const written = new Set<Entry>()
      for (const recorded of batch) {
        const { entry } = recorded
        const settled = entry.type === 'action.settled' ? entry : outcomeIn(entry)
        if (settled !== undefined && !written.has(entry)) this.#settle(settled)
        // Found with its action; a row of its own would double the index for nothing.
        if (entry.type === 'action.settled') continue
        const ended = outcomes.get(entry)
        if (this.#one(recorded, ended?.settled) && ended) written.add(ended.in)
      }
      const next = (batch.at(-1)?.index ?? -1) + 1
      this.#database
        .prepare("insert into meta (name, value) values ('next', ?) on conflict do update set value = excluded.value")
        .run([String(next)])
      this.#database.exec('commit')
    } catch (error) {
      // closed: all of the batch or nothing
      this.#database.exec('rollback')
      throw error
    }
  }

  /** Where a session is, by its row; the same whether it was read now or before a restart. */
  #targetOf(session: string | null): string | null {
    if (session === null) return null
    const known = this.#targets.get(session)
    if (known !== undefined) return known
    const [row] = this.#database.prepare('select target from session where id = ?').all([session]) as {
      target: string
    }[]
    if (row) this.#targets.set(session, row.target)
    return row?.target ?? null
  }

  /** `settled` = the outcome of the action that this is, where it is known. True = it was written. */
  #one(recorded: Recorded, settled: Settled | undefined): boolean {
    const { index, entry } = recorded
    const at = Date.parse(entry.ts)
    let settles = false
    switch (entry.type) {
      case 'session.opened':
        this.#database
          .prepare(
            'insert into session (id, principal, "grant", target, channel, "openedEntry", "openedAt") values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing',
          )
          .run([entry.session, entry.principal, entry.grant ?? null, entry.target, entry.channel, index, at])
        break
      case 'session.closed':
        this.#database
          .prepare('update session set "closedAt" = ?, cause = ? where id = ?')
          .run([at, entry.cause, entry.session])
        break
      case 'action.admitted':
        settles = this.#action(index, entry, null, settled)
        break
      case 'action.refused':
        this.#action(index, entry, entry.code)
        break
      default:
    }
    const session = 'session' in entry ? entry.session : null
    const target = 'target' in entry && entry.target !== undefined ? entry.target : this.#targetOf(session)
    this.#database
      .prepare('insert into entry ("index", at, type, by, target, session, code) values (?, ?, ?, ?, ?, ?, ?)')
      .run([index, at, entry.type, entry.by, target, session, 'code' in entry ? (entry.code ?? null) : null])
    if (entry.type === 'session.closed') this.#targets.delete(entry.session)
    return settles
  }

  #settle({ outcome, code, rows, bytes, durationMs, session, n }: Settled): void {
    this.#database
      .prepare(
        'update action set outcome = ?, code = ?, rows = ?, bytes = ?, "durationMs" = ? where session = ? and n = ?',
      )
      .run([outcome, code ?? null, rows, bytes, durationMs, session, n])
  }

  /**
   * `refusedBy` = the code with which it was refused, if it was; `settled` = its outcome where that is known already.
   * False = there was such an action, and nothing was written.
   */
  #action(
    index: number,
    { session, n, effect }: { session: string; n: number; effect: string },
    refusedBy: string | null,
    settled?: Settled,
  ): boolean {
    const { changes } = this.#database
      .prepare(
        'insert into action (entry, session, n, effect, refused, code, outcome, rows, bytes, "durationMs") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing',
      )
      .run([
        index,
        session,
        n,
        effect,
        refusedBy === null ? 0 : 1,
        refusedBy ?? settled?.code ?? null,
        settled?.outcome ?? null,
        settled?.rows ?? null,
        settled?.bytes ?? null,
        settled?.durationMs ?? null,
      ])
    return changes === 1
  }
}

/**
 * Outcomes that come in the same batch as their action, so that one row is written once: by the entry of the action, with
 * the entry that says so.
 */
function outcomesOf(batch: readonly Recorded[]): Map<Entry, { readonly settled: Settled; readonly in: Entry }> {
  const newest = new Map<string, { readonly n: number; readonly entry: Entry }>()
  const outcomes = new Map<Entry, { readonly settled: Settled; readonly in: Entry }>()
  for (const { entry } of batch) {
    const settled = entry.type === 'action.settled' ? entry : outcomeIn(entry)
    if (settled !== undefined) {
      const admitted = newest.get(settled.session)
      if (admitted?.n === settled.n && !outcomes.has(admitted.entry))
        outcomes.set(admitted.entry, { settled, in: entry })
    }
    if (entry.type === 'action.admitted') newest.set(entry.session, { n: entry.n, entry })
  }
  return outcomes
}
