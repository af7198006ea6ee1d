// What a witness remembers: its own key and, for each log, the newest tree that it has vouched for. SQLite with every commit
// synced, since forgetting is the one thing that a witness must never do. Never put this file back from a copy: make a new
// witness instead, or it would vouch for a fork of what it has forgotten.
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Seen } from '../../tlog/witness.ts'
import { cosignerOf, type Cosigner } from '../../tlog/cosignature.ts'

const schema = `
  pragma journal_mode = wal; pragma synchronous = full;
  create table if not exists witness (one integer primary key check (one = 1), name text not null, seed blob not null) strict;
  create table if not exists log (origin text primary key, size integer not null, root blob not null, time integer not null, note text not null) strict, without rowid;
  create table if not exists fork (origin text not null, size integer not null, note text not null, time integer not null, primary key (origin, note)) strict, without rowid;
`
const busyMs = 5_000
/** Proofs of forks that are kept for one log: one is enough, a few more do not fill a disk. */
const maxForks = 16

/** The newest tree of a log, and when it was vouched for. */
export interface Page extends Seen {
  /** Seconds since 1970; never goes back. */
  readonly time: number
  /** Signed by the log, without cosignatures. */
  readonly note: string
}

/** Where the witness of a data folder keeps its memory. */
const bookPath = (data: string): string => join(data, 'witness', 'witness.db')

/** Every call is synchronous, and durable when it returns. Several processes may hold the same book. */
export class Book {
  readonly cosigner: Cosigner
  readonly #database: DatabaseSync
  readonly #find: StatementSync
  readonly #put: StatementSync

  private constructor(database: DatabaseSync, cosigner: Cosigner) {
    this.#database = database
    this.cosigner = cosigner
    this.#find = database.prepare('select size, root, time, note from log where origin = ?')
    this.#put = database.prepare('insert or replace into log (origin, size, root, time, note) values (?, ?, ?, ?, ?)')
  }

  /** Opens the book below `data`, or makes it with a key of its own, apart from that of any log. Throws when it cannot be written. */
  static open(data: string): Book {
    mkdirSync(join(data, 'witness'), { recursive: true, mode: 0o700 })
    const database = new DatabaseSync(bookPath(data), { timeout: busyMs })
    try {
      chmodSync(bookPath(data), 0o600)
      database.exec(schema)
      database
        .prepare('insert into witness (one, name, seed) values (1, ?, ?) on conflict do nothing')
        .run(`glovebox.${randomBytes(4).toString('hex')}/witness`, randomBytes(32))
      const row = database.prepare('select name, seed from witness').get() as { name: string; seed: Uint8Array }
      return new Book(database, cosignerOf(row.name, row.seed))
    } catch (error) {
      database.close()
      throw error // closed: a witness without a memory vouches for nothing
    }
  }

  /** Runs `work` as the only writer, in one transaction: what it has put is durable when this returns, or nothing is. */
  alone<T>(work: () => T): T {
    this.#database.exec('begin immediate')
    try {
      const result = work()
      this.#database.exec('commit')
      return result
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('rollback')
      throw error // closed: what is not durable is not signed
    }
  }

  page(origin: string): Page | undefined {
    const row = this.#find.get(origin) as { size: number; root: Uint8Array; time: number; note: string } | undefined
    return row && { ...row, root: Buffer.from(row.root) }
  }

  put(origin: string, { size, root, time, note }: Page): void {
    this.#put.run(origin, size, root, time, note)
  }

  /** Keeps a signed tree that contradicts the one on the page: with it, a proof that the log has forked. */
  keepFork(origin: string, { size, note, time }: Page): void {
    const { count } = this.#database.prepare('select count(*) as count from fork where origin = ?').get(origin) as {
      count: number
    }
    if (count >= maxForks) return
    this.#database
      .prepare('insert or ignore into fork (origin, size, note, time) values (?, ?, ?, ?)')
      .run(origin, size, note, time)
  }

  /** Contradictions of a log that were seen. */
  forks(origin: string): readonly string[] {
    const rows = this.#database.prepare('select note from fork where origin = ? order by size').all(origin)
    return (rows as { note: string }[]).map(({ note }) => note)
  }

  /** Idempotent. */
  close(): void {
    if (this.#database.isOpen) this.#database.close()
  }
}
