// How an entry becomes rows of store.db. Plain prepared statements in one transaction per batch: it runs beside every
// statement of every session, so it has to cost microseconds.
import type { Entry, Recorded } from '../core/entry.ts'
import { outcomeIn, type Settled } from '../core/rides.ts'
import { aboutOf, decisionOf, forgetRows, touchedBy } from './facets.ts'
import type { Database } from './sqlite.ts'

export class Projector {
  readonly #database: Database
  /** Targets of open sessions, as their rows say: entries of a session don't repeat it. A cache, nothing rests on it. */
  readonly #targets = new Map<string, string>()
  /** Numbers of names of relations and columns. A cache like it. */
  readonly #names = new Map<string, number>()

  constructor(database: Database) {
    this.#database = database
  }

  /** Claims the tables for a log. The tables exist. */
  begin(origin: string): void {
    this.#database.prepare("insert into meta (name, value) values ('origin', ?) on conflict do nothing").run([origin])
  }

  clear(): void {
    this.#targets.clear()
    this.#names.clear()
    for (const table of ['meta', 'entry', 'session', 'action', 'touched', 'name', 'about'])
      this.#database.exec(`delete from ${table}`)
  }

  /** All of the batch or nothing; throws what the disk says. */
  write(batch: readonly Recorded[]): void {
    this.#database.exec('begin')
    try {
      const outcomes = outcomesOf(batch)
      const written = new Set<Entry>()
      for (const recorded of batch) {
        const { index, entry } = recorded
        const settled = entry.type === 'action.settled' ? entry : outcomeIn(entry)
        if (settled !== undefined && !written.has(entry)) this.#settle(settled, index)
        // Found with its action; a row of its own would double the index for nothing.
        if (entry.type === 'action.settled') continue
        const ended = outcomes.get(entry)
        if (this.#one(recorded, ended) && ended) written.add(ended.in.entry)
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

  /** `ended` = the outcome of the action that this is, where it is known. True = it was written. */
  #one(recorded: Recorded, ended: Ended | undefined): boolean {
    const { index, entry, payload } = recorded
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
        settles = this.#action(index, entry, null, ended)
        break
      case 'action.refused':
        this.#action(index, entry, entry.code)
        break
      default:
    }
    const session = 'session' in entry ? entry.session : null
    const target = 'target' in entry && entry.target !== undefined ? entry.target : this.#targetOf(session)
    this.#database
      .prepare(
        'insert into entry ("index", at, type, by, target, session, code, effect, decision, masked) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run([
        index,
        at,
        entry.type,
        entry.by,
        target,
        session,
        'code' in entry ? (entry.code ?? null) : null,
        'effect' in entry ? entry.effect : null,
        decisionOf(entry),
        payload !== undefined && 'masked' in payload ? payload.masked.length : null,
      ])
    this.#facets(recorded)
    if (entry.type === 'session.closed') this.#targets.delete(entry.session)
    return settles
  }

  /** Relations and columns that it touched, and what it is about. */
  #facets(recorded: Recorded): void {
    const { index } = recorded
    for (const [kind, name] of touchedBy(recorded))
      this.#database
        .prepare('insert into touched (name, entry) values (?, ?) on conflict do nothing')
        .run([this.#nameId(kind, name), index])
    for (const id of aboutOf(recorded.entry))
      this.#database.prepare('insert into about (id, entry) values (?, ?) on conflict do nothing').run([id, index])
  }

  #nameId(kind: string, name: string): number {
    const key = `${kind} ${name}`
    let id = this.#names.get(key)
    if (id !== undefined) return id
    this.#database.prepare('insert into name (kind, name) values (?, ?) on conflict do nothing').run([kind, name])
    const [row] = this.#database.prepare('select id from name where kind = ? and name = ?').all([kind, name]) as {
      id: number
    }[]
    id = (row as { id: number }).id
    if (this.#names.size >= 10_000) this.#names.clear()
    this.#names.set(key, id)
    return id
  }

  /** Takes away all that came from the payloads of these entries (a shred). All of it or nothing. */
  forget(indexes: readonly number[]): void {
    this.#names.clear() // some of their rows go
    this.#database.exec('begin')
    try {
      forgetRows(this.#database, indexes)
      this.#database.exec('commit')
    } catch (error) {
      // closed: the caller hears that nothing was taken away
      this.#database.exec('rollback')
      throw error
    }
  }

  /** `index` = the entry that says so. */
  #settle({ outcome, code, rows, bytes, durationMs, session, n }: Settled, index: number): void {
    this.#database
      .prepare(
        'update action set outcome = ?, code = ?, rows = ?, bytes = ?, "durationMs" = ?, "settledEntry" = ? where session = ? and n = ?',
      )
      .run([outcome, code ?? null, rows, bytes, durationMs, index, session, n])
  }

  /**
   * `refusedBy` = the code with which it was refused, if it was; `ended` = its outcome where that is known already.
   * False = there was such an action, and nothing was written.
   */
  #action(
    index: number,
    { session, n, effect }: { session: string; n: number; effect: string },
    refusedBy: string | null,
    ended?: Ended,
  ): boolean {
    const settled = ended?.settled
    const { changes } = this.#database
      .prepare(
        'insert into action (entry, session, n, effect, refused, code, outcome, rows, bytes, "durationMs", "settledEntry") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing',
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
        ended?.in.index ?? null,
      ])
    return changes === 1
  }
}

/** An outcome, and the entry that says it. */
interface Ended {
  readonly settled: Settled
  readonly in: Recorded
}

/**
 * Outcomes that come in the same batch as their action, so that one row is written once: by the entry of the action, with
 * the entry that says so.
 */
function outcomesOf(batch: readonly Recorded[]): Map<Entry, Ended> {
  const newest = new Map<string, { readonly n: number; readonly entry: Entry }>()
  const outcomes = new Map<Entry, Ended>()
  for (const recorded of batch) {
    const { entry } = recorded
    const settled = entry.type === 'action.settled' ? entry : outcomeIn(entry)
    if (settled !== undefined) {
      const admitted = newest.get(settled.session)
      if (admitted?.n === settled.n && !outcomes.has(admitted.entry))
        outcomes.set(admitted.entry, { settled, in: recorded })
    }
    if (entry.type === 'action.admitted') newest.set(entry.session, { n: entry.n, entry })
  }
  return outcomes
}
