// node:sqlite behind one small wall: a wrong bind value throws here instead of being stored as something else (a Date as
// first value would be taken for named parameters and leave (1, NULL) behind), and Kysely gets the shape it asks for.
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { SqliteDatabase, SqliteStatement } from 'kysely'

/** Throws TypeError on everything that SQLite has no exact type for. */
function checked(values: readonly unknown[]): SQLInputValue[] {
  for (const value of values) {
    const fine =
      value === null ||
      typeof value === 'string' ||
      typeof value === 'bigint' ||
      value instanceof Uint8Array ||
      (typeof value === 'number' && Number.isFinite(value))
    if (!fine) throw new TypeError(`a value of type ${typeof value} cannot be bound; convert it first`)
  }
  return values as SQLInputValue[]
}

/** One prepared statement with checked values. */
export class Statement implements SqliteStatement {
  readonly #statement: StatementSync
  readonly reader: boolean
  constructor(statement: StatementSync) {
    this.#statement = statement
    this.reader = statement.columns().length > 0
  }
  all(values: readonly unknown[] = []): unknown[] {
    return this.#statement.all(...checked(values))
  }
  run(values: readonly unknown[] = []): { changes: number | bigint; lastInsertRowid: number | bigint } {
    return this.#statement.run(...checked(values))
  }
  iterate(values: readonly unknown[] = []): IterableIterator<unknown> {
    return this.#statement.iterate(...checked(values))
  }
}

/** A database file. Statements are prepared once per text. Not for concurrent use by several processes that write. */
export class Database implements SqliteDatabase {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, Statement>()

  /**
   * `durable` = every commit is on disk when it returns; `soon` = in order, and a power cut (not a crash of the process)
   * may lose the last ones; else a power cut may lose the file (projections are rebuilt).
   */
  constructor(file: string, options: { durable: boolean | 'soon' }) {
    this.#database = new DatabaseSync(file, { timeout: 5_000 })
    this.#database.exec(
      `pragma journal_mode = wal; pragma synchronous = ${options.durable === 'soon' ? 'normal' : options.durable ? 'full' : 'off'}; pragma foreign_keys = on; pragma secure_delete = on;`,
    )
  }
  prepare(sql: string): Statement {
    let statement = this.#statements.get(sql)
    if (!statement) {
      if (this.#statements.size >= 500) this.#statements.clear()
      statement = new Statement(this.#database.prepare(sql))
      this.#statements.set(sql, statement)
    }
    return statement
  }
  exec(sql: string): void {
    this.#database.exec(sql)
  }
  close(): void {
    this.#statements.clear()
    this.#database.close()
  }
}
