// store.db: what people look up that the folded world does not hold in memory: an index over all entries, and sessions
// with their actions. A projection of the journal and nothing else: disposable, written in batches behind the log,
// rebuilt whenever it does not fit. It holds no payload, so destroying a key in keys.db leaves nothing to read here.
import { existsSync, rmSync } from 'node:fs'
import { Kysely, SqliteDialect, type Selectable } from 'kysely'
import { Migrator } from 'kysely/migration'
import type { EntryType, Recorded } from '../core/entry.ts'
import type { Effect, Level } from '../core/level.ts'
import type { PrincipalId, SessionId } from '../core/nouns.ts'
import * as entries from './migrations/0001-entries.ts'
import * as facets from './migrations/0002-search.ts'
import { Projector } from './projector.ts'
import { entriesAbout, entriesOfSession, searchIndexes, spanOf, type Condition, type SessionEntry } from './search.ts'
import { Database } from './sqlite.ts'

interface Tables {
  meta: { name: string; value: string }
  entry: {
    index: number
    at: number
    type: string
    by: string
    target: string | null
    session: string | null
    code: string | null
    effect: string | null
    decision: string | null
    /** Labelled columns that it touched; null where nobody can tell. */
    masked: number | null
  }
  session: {
    id: string
    principal: string
    grant: string | null
    target: string
    channel: string
    openedEntry: number
    openedAt: number
    closedAt: number | null
    cause: string | null
  }
  action: {
    entry: number
    session: string
    n: number
    effect: string
    /** 1 = never ran. */
    refused: number
    code: string | null
    outcome: string | null
    rows: number | null
    bytes: number | null
    durationMs: number | null
    /** The entry that says how it ended. */
    settledEntry: number | null
  }
  touched: { name: number; entry: number }
  name: { id: number; kind: string; name: string }
  about: { id: string; entry: number }
}
export type EntryRow = Selectable<Tables['entry']>
export type SessionRow = Selectable<Tables['session']>
export type ActionRow = Selectable<Tables['action']>
export type SessionSummary = SessionRow & { actions: number; refused: number; rows: number; bytes: number }

export interface EntrySearch {
  readonly by?: readonly string[]
  readonly target?: string
  readonly session?: string
  readonly types?: readonly EntryType[]
  readonly since?: number
  readonly until?: number
  /** Entries before this index only; newest first. */
  readonly before?: number
  readonly limit: number
}

/** The read side of the journal, as far as a rebuild needs it. */
export interface EntrySource {
  readonly origin: string
  readonly size: number
  entries(from?: number): AsyncIterable<Recorded>
  /** Calls back after each entry became durable, in order. Returns how to stop. */
  onDurable(listener: (recorded: Recorded) => void): () => void
}

/** Whoever reads flushes first, so only the work counts: larger batches cost less. */
const batchMs = 250
const batchSize = 500
const migrations = { '0001-entries': { up: entries.up }, '0002-search': { up: facets.up } }

export class Store {
  readonly #database: Database
  readonly #db: Kysely<Tables>
  #projector: Projector
  /** Entries waiting for their batch; owned here. */
  #waiting: Recorded[] = []
  #timer: NodeJS.Timeout | undefined
  #next = 0
  #failed: unknown
  #stop: () => void = () => undefined

  private constructor(database: Database) {
    this.#database = database
    this.#db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) })
    this.#projector = new Projector(database)
  }

  /**
   * Opens `file` or makes it, catches up with the journal and follows it. A file of another log, ahead of this one, or
   * that cannot be read is thrown away and rebuilt; only a disk that cannot be written throws.
   */
  static async open(file: string, source: EntrySource): Promise<Store> {
    try {
      return await Store.#open(file, source)
    } catch (error) {
      if (!existsSync(file)) throw error
      // Projections are disposable: a second, fresh file must work, or the error is one of the disk.
      for (const name of [file, `${file}-wal`, `${file}-shm`]) rmSync(name, { force: true })
      return await Store.#open(file, source)
    }
  }

  static async #open(file: string, source: EntrySource): Promise<Store> {
    const store = new Store(new Database(file, { durable: false }))
    try {
      await store.#catchUp(source)
      return store
    } catch (error) {
      // closed: no half-open store
      await store.close()
      throw error
    }
  }

  async #catchUp(source: EntrySource): Promise<void> {
    const { error } = await new Migrator({
      db: this.#db,
      provider: { getMigrations: () => Promise.resolve(migrations) },
    }).migrateToLatest()
    if (error) throw error
    const meta = await this.#db.selectFrom('meta').selectAll().execute()
    const value = (name: string): string | undefined => meta.find((row) => row.name === name)?.value
    this.#next = Number(value('next') ?? 0)
    if ((value('origin') ?? source.origin) !== source.origin || this.#next > source.size)
      throw new Error('the projections belong to another journal')
    this.#projector.begin(source.origin)
    this.#stop()
    this.#stop = source.onDurable((recorded) => this.#apply(recorded))
    for await (const recorded of source.entries(this.#next)) this.#apply(recorded)
    this.#flush()
    if (this.#failed !== undefined) throw this.#failed
  }

  /** What is not the next entry has been seen already, or comes again from the journal while it is being read. */
  #apply(recorded: Recorded): void {
    if (recorded.index !== this.#next + this.#waiting.length) return
    this.#waiting.push(recorded)
    if (this.#waiting.length >= batchSize) this.#flush()
    else this.#timer ??= setTimeout(() => this.#flush(), batchMs).unref()
  }

  /** Writes what waits, in one transaction of a few milliseconds at most. */
  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const batch = this.#waiting
    this.#waiting = []
    if (batch.length === 0 || this.#failed !== undefined) return
    try {
      this.#projector.write(batch)
      this.#next += batch.length
      // An index that is older than a redaction still shows what it took away; one made anew never has it.
      for (const { entry } of batch) if (entry.type === 'redaction.done') this.erase(entry)
    } catch (error) {
      // Fails open on purpose: no guarantee rests on projections, and the next start folds the journal again.
      this.#failed = error
    }
  }

  /** What stopped the projections, if anything; then look-ups miss the newest entries until the gateway restarts. */
  get health(): unknown {
    return this.#failed
  }

  /** Next entry of the journal that is not in the projections yet; `journal.size` minus it is how far they are behind. */
  get next(): number {
    this.#flush()
    return this.#next
  }

  /** Indexes of entries that fit all conditions, newest first. Outcomes of actions are found with their actions. */
  find(conditions: readonly Condition[], page: { limit?: number; ascending?: boolean } = {}): number[] {
    this.#flush()
    return [...searchIndexes(this.#database, conditions, page)].map((row) => row.index)
  }

  /** First and last entry that fit; undefined = none does. */
  span(conditions: readonly Condition[]): { first: number; last: number } | undefined {
    this.#flush()
    return spanOf(this.#database, conditions)
  }

  /** All entries of a session in order, outcomes too. */
  sessionEntries(session: string): SessionEntry[] {
    this.#flush()
    return entriesOfSession(this.#database, session)
  }

  /** Entries that speak about this request, grant, account or policy set, in order. */
  about(id: string): number[] {
    this.#flush()
    return entriesAbout(this.#database, id)
  }

  /** Takes away what came from the payloads of these entries, which are destroyed; then from the file and its -wal too. */
  forget(indexes: readonly number[]): void {
    this.#flush()
    this.#projector.forget(indexes)
    this.#database.exec('pragma wal_checkpoint(truncate)')
  }

  /** The same for all that a redaction has erased: single entries, and sessions by their key. */
  erase({ keys, entries }: { readonly keys: readonly string[]; readonly entries: readonly number[] }): void {
    const sessions = keys.filter((key) => key.startsWith('s-'))
    this.forget([...entries, ...sessions.flatMap((id) => this.sessionEntries(id).map((one) => one.index))])
  }

  /** Entries that fit, newest first. Outcomes of actions are found with their actions. */
  async entries(search: EntrySearch): Promise<EntryRow[]> {
    this.#flush()
    let query = this.#db.selectFrom('entry').selectAll()
    if (search.by) query = query.where('by', 'in', [...search.by])
    if (search.target !== undefined) query = query.where('target', '=', search.target)
    if (search.session !== undefined) query = query.where('session', '=', search.session)
    if (search.types) query = query.where('type', 'in', [...search.types])
    if (search.since !== undefined) query = query.where('at', '>=', search.since)
    if (search.until !== undefined) query = query.where('at', '<', search.until)
    if (search.before !== undefined) query = query.where('index', '<', search.before)
    return query.orderBy('index', 'desc').limit(search.limit).execute()
  }

  /** Sessions, newest first, with what their actions add up to. */
  async sessions(search: {
    open?: boolean
    before?: number
    limit: number
    id?: SessionId
  }): Promise<SessionSummary[]> {
    this.#flush()
    let query = this.#db
      .selectFrom('session')
      .leftJoin('action', 'action.session', 'session.id')
      .selectAll('session')
      .select(({ fn, lit }) => [
        fn.count<number>('action.n').as('actions'),
        fn.count<number>('action.code').filterWhere('action.refused', '=', 1).as('refused'),
        fn.coalesce(fn.sum<number>('action.rows'), lit(0)).as('rows'),
        fn.coalesce(fn.sum<number>('action.bytes'), lit(0)).as('bytes'),
      ])
      .groupBy('session.id')
    if (search.open) query = query.where('session.closedAt', 'is', null)
    if (search.id !== undefined) query = query.where('session.id', '=', search.id)
    if (search.before !== undefined) query = query.where('session.openedEntry', '<', search.before)
    return query.orderBy('session.openedEntry', 'desc').limit(search.limit).execute()
  }

  /** Whose a session was, and where; for whoever reads about the past. Synchronous: one row by its key. */
  placeOf(
    session: string,
  ):
    | { readonly principal: string; readonly target: string; readonly grant?: string; readonly channel: string }
    | undefined {
    const look = (): Pick<SessionRow, 'principal' | 'target' | 'grant' | 'channel'> | undefined =>
      this.#database
        .prepare('select principal, target, "grant", channel from session where id = ?')
        .all([session])[0] as Pick<SessionRow, 'principal' | 'target' | 'grant' | 'channel'> | undefined
    let row = look()
    if (row === undefined) {
      this.#flush()
      row = look()
    }
    if (row === undefined) return undefined
    const { grant, ...known } = row
    return { ...known, ...(grant === null ? {} : { grant }) }
  }

  /** Ids of sessions that begin with this, at most 50. */
  async sessionIds(prefix: string): Promise<SessionId[]> {
    this.#flush()
    const rows = await this.#db
      .selectFrom('session')
      .select('id')
      .where('id', '>=', prefix)
      .where('id', '<', `${prefix}~`)
      .limit(50)
      .execute()
    return rows.map((row) => row.id as SessionId)
  }

  /** A session's actions in order. */
  async actions(session: SessionId, search: { after?: number; limit: number }): Promise<ActionRow[]> {
    this.#flush()
    return this.#db
      .selectFrom('action')
      .selectAll()
      .where('session', '=', session)
      .where('n', '>', search.after ?? 0)
      .orderBy('n')
      .limit(search.limit)
      .execute()
  }

  /** Where the newest refusal of a person was, and the level that it would have taken. */
  async lastRefusal(principal: PrincipalId): Promise<{ target: string; level?: Level; entry: number } | undefined> {
    const [row] = await this.entries({
      by: [principal],
      types: ['action.refused', 'access.refused', 'session.refused'],
      limit: 1,
    })
    if (row?.target == null) return undefined
    const action = await this.#db
      .selectFrom('action')
      .select('effect')
      .where('entry', '=', row.index)
      .executeTakeFirst()
    const effect = action?.effect as Effect | undefined
    const found = { target: row.target, entry: row.index }
    return effect === undefined || effect === 'unknown' ? found : { ...found, level: effect }
  }

  /** All rows of all tables, to compare a rebuilt store with the one that it replaces. */
  async dump(): Promise<unknown> {
    this.#flush()
    const [meta, entry, session, action, about, touched] = await Promise.all([
      this.#db.selectFrom('meta').selectAll().orderBy('name').execute(),
      this.#db.selectFrom('entry').selectAll().orderBy('index').execute(),
      this.#db.selectFrom('session').selectAll().orderBy('id').execute(),
      this.#db.selectFrom('action').selectAll().orderBy('entry').execute(),
      this.#db.selectFrom('about').selectAll().orderBy('id').orderBy('entry').execute(),
      // Numbers of names depend on who came first; names don't.
      this.#db
        .selectFrom('touched')
        .innerJoin('name', 'name.id', 'touched.name')
        .select(['name.kind', 'name.name', 'touched.entry'])
        .orderBy('entry')
        .orderBy('kind')
        .orderBy('name.name')
        .execute(),
    ])
    return { meta, entry, session, action, about, touched }
  }

  /** Throws all rows away and folds the journal again. Look-ups meanwhile see a part. */
  async rebuild(source: EntrySource): Promise<void> {
    this.#stop()
    this.#waiting = []
    this.#failed = undefined
    this.#projector.clear()
    this.#projector = new Projector(this.#database)
    await this.#catchUp(source)
  }

  async close(): Promise<void> {
    this.#stop()
    this.#flush()
    await this.#db.destroy()
  }
}
