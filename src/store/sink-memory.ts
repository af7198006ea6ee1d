// sinks.db: how far each sink has acknowledged the record, and what it refused. A file of its own: it is neither a secret
// nor a projection. Behind, a sink is sent some entries again; lost, all of them; with the same ids each time.
import { Database } from './sqlite.ts'

interface SetAside {
  readonly first: number
  readonly last: number
  readonly at: number
  readonly why: string
}

/**
 * Owned by the composition root; synchronous. What it says survives a crash of the process; a power cut may take the last
 * calls back, in order: an acknowledgement that is forgotten costs a second delivery, and no statement ever waits for a
 * sync of this file.
 */
export class SinkMemory {
  readonly #database: Database
  readonly #origin: string

  /** Cursors belong to one log: those of another one in the same file are left alone. Throws what SQLite says. */
  constructor(file: string, origin: string) {
    this.#database = new Database(file, { durable: 'soon' })
    this.#origin = origin
    this.#database.exec(`
      create table if not exists cursor (origin text, sink text, next integer not null, primary key (origin, sink)) strict;
      create table if not exists aside (origin text, sink text, first integer, last integer not null, at integer not null,
        why text not null, primary key (origin, sink, first)) strict, without rowid;
    `)
  }

  cursor(sink: string): number | undefined {
    const [row] = this.#all('select next from cursor where origin = ? and sink = ?', [sink]) as { next: number }[]
    return row?.next
  }

  move(sink: string, cursor: number): void {
    this.#run(
      'insert into cursor (origin, sink, next) values (?, ?, ?) on conflict do update set next = excluded.next',
      [sink, cursor],
    )
  }

  setAside(sink: string, { first, last, at, why }: SetAside): void {
    this.#run(
      'insert into aside (origin, sink, first, last, at, why) values (?, ?, ?, ?, ?, ?) on conflict do update set last = excluded.last, at = excluded.at, why = excluded.why',
      [sink, first, last, at, why.slice(0, 500)],
    )
  }

  forget(sink: string, from: number): void {
    this.#run('delete from aside where origin = ? and sink = ? and last >= ?', [sink, from])
  }

  list(sink: string, limit: number): readonly SetAside[] {
    return this.#all('select first, last, at, why from aside where origin = ? and sink = ? order by first limit ?', [
      sink,
      limit,
    ]) as SetAside[]
  }

  count(sink: string): number {
    const [row] = this.#all('select coalesce(sum(last - first + 1), 0) as n from aside where origin = ? and sink = ?', [
      sink,
    ]) as { n: number }[]
    return row?.n ?? 0
  }

  /** What receivers have said about what they refused goes: it may quote what was erased. From the file and its -wal too. */
  erase(): void {
    this.#run("update aside set why = '' where origin = ?", [])
    this.#database.exec('pragma wal_checkpoint(truncate)')
  }

  close(): void {
    this.#database.close()
  }

  #all = (sql: string, values: readonly (string | number)[]): unknown[] =>
    this.#database.prepare(sql).all([this.#origin, ...values])
  #run = (sql: string, values: readonly (string | number)[]): void =>
    void this.#database.prepare(sql).run([this.#origin, ...values])
}
