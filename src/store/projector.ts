// How an entry becomes rows of store.db. Plain prepared statements in one transaction per batch: it runs beside every
// statement of every session, so it has to cost microseconds.
import type { Entry, Recorded } from '../core/entry.ts'
import type { Database } from './sqlite.ts'

type Settled = Extract<Entry, { type: 'action.settled' }>

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
      for (const recorded of batch) this.#one(recorded, outcomes)
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

  #one(recorded: Recorded, outcomes: Map<Recorded['entry'], Settled>): void {
    const { index, entry } = recorded
    const at = Date.parse(entry.ts)
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
      case 'action.admitted': {
        const settled = outcomes.get(entry)
        if (this.#action(index, entry, null, settled) && settled) outcomes.set(settled, settled)
        break
      }
      case 'action.refused':
        this.#action(index, entry, entry.code)
        break
      case 'action.settled':
        // Found with its action; a row of its own would double the index for nothing.
        if (outcomes.has(entry)) return // written with its action
        this.#database
          .prepare(
            'update action set outcome = ?, code = ?, rows = ?, bytes = ?, "durationMs" = ? where session = ? and n = ?',
          )
          .run([entry.outcome, entry.code ?? null, entry.rows, entry.bytes, entry.durationMs, entry.session, entry.n])
        return
      default:
    }
    const session = 'session' in entry ? entry.session : null
    const target = 'target' in entry && entry.target !== undefined ? entry.target : this.#targetOf(session)
    this.#database
      .prepare('insert into entry ("index", at, type, by, target, session, code) values (?, ?, ?, ?, ?, ?, ?)')
      .run([index, at, entry.type, entry.by, target, session, 'code' in entry ? (entry.code ?? null) : null])
    if (entry.type === 'session.closed') this.#targets.delete(entry.session)
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

/** For each admitted action of the batch its first outcome, if that comes in the same batch: then one row is written once. */
function outcomesOf(batch: readonly Recorded[]): Map<Recorded['entry'], Settled> {
  const open = new Map<string, Recorded['entry']>()
  const outcomes = new Map<Recorded['entry'], Settled>()
  for (const { entry } of batch) {
    if (entry.type === 'action.admitted') open.set(`${entry.session} ${entry.n}`, entry)
    else if (entry.type === 'action.settled') {
      const key = `${entry.session} ${entry.n}`
      const admitted = open.get(key)
      if (admitted && open.delete(key)) outcomes.set(admitted, entry)
    }
  }
  return outcomes
}
