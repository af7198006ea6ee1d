// keys/keys.db: the keys of the log and of its payloads, and the few secrets that a gateway makes for itself. It is apart
// from all else in the data folder because whoever holds it can read payloads and sign for the log, and because destroying
// a key here is what makes a payload unreadable: it needs a backup rule of its own.
import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { signerOf, type Signer } from '../tlog/note.ts'

const schema = `
  pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on;
  create table if not exists log (one integer primary key check (one = 1), origin text not null, seed blob not null, begun integer not null default 0) strict;
  create table if not exists payload_key (id text primary key, key blob not null) strict, without rowid;
  create table if not exists destroyed_key (id text primary key) strict, without rowid;
  create table if not exists erased (entry integer primary key) strict;
  create table if not exists secret (name text primary key, value blob not null) strict, without rowid;
  create table if not exists pseudonym_key (id text primary key, key blob not null, created_at integer not null) strict, without rowid;
`
/** How long a reader in another process, such as `audit verify`, may keep us waiting. */
const busyMs = 2_000
/** Keys kept open; beyond that they are read again. */
const cached = 20_000

export interface PseudonymKey {
  readonly id: string
  readonly createdAt: number
  /** 32 bytes. */
  readonly key: Buffer
}

/** Where the key store of a data folder lies. */
export const keysPath = (dir: string): string => join(dir, 'keys', 'keys.db')

/** Payload keys by id, for readers. */
export interface PayloadKeys {
  payloadKey(id: string): KeyObject | undefined
  close(): void
}

/** Owned by the journal. Every call is synchronous, and durable when it returns. Throws when the store cannot be written. */
export class Keyring implements PayloadKeys {
  /** Name of the log, made once with its key and independent of any address. */
  readonly origin: string
  readonly signer: Signer
  readonly #database: DatabaseSync
  readonly #keys = new Map<string, KeyObject>()
  /** Ids whose key was destroyed: nothing is ever sealed under them again. */
  readonly #destroyed: Set<string>

  private constructor(database: DatabaseSync, log: { origin: string; signer: Signer }) {
    this.#database = database
    const rows = database.prepare('select id from destroyed_key').all() as unknown as { id: string }[]
    this.#destroyed = new Set(rows.map((row) => row.id))
    this.origin = log.origin
    this.signer = log.signer
  }

  /** Opens the store, or makes it with a new log key. */
  static open(dir: string): Keyring {
    mkdirSync(join(dir, 'keys'), { recursive: true, mode: 0o700 })
    const database = new DatabaseSync(keysPath(dir), { timeout: busyMs })
    chmodSync(keysPath(dir), 0o600)
    database.exec(schema)
    database
      .prepare('insert into log (one, origin, seed) values (1, ?, ?) on conflict do nothing')
      .run(`glovebox.${randomBytes(4).toString('hex')}/journal`, randomBytes(32))
    const row = database.prepare('select origin, seed from log').get() as { origin: string; seed: Uint8Array }
    return new Keyring(database, { origin: row.origin, signer: signerOf(row.origin, row.seed) })
  }

  /** Has a first checkpoint of this log been signed? From then on a data folder without one has lost its log. */
  get hasBegun(): boolean {
    return (this.#database.prepare('select begun from log').get() as { begun: number }).begun === 1
  }
  begin(): void {
    this.#database.exec('update log set begun = 1')
  }

  /** The key of a session, a person or the gateway; undefined when it was never made, or was destroyed. */
  payloadKey(id: string): KeyObject | undefined {
    const known = this.#keys.get(id)
    if (known) return known
    const row = this.#database.prepare('select key from payload_key where id = ?').get(id) as
      | { key: Uint8Array }
      | undefined
    return row && this.#keep(id, row.key)
  }

  /** The key of `id`, made on first use. It is durable before any entry can be that it encrypts. */
  makePayloadKey(id: string): KeyObject {
    const known = this.payloadKey(id)
    if (known) return known
    const key = randomBytes(32)
    this.#database.prepare('insert into payload_key (id, key) values (?, ?)').run(id, key)
    return this.#keep(id, key)
  }

  /** Under which id the payloads of `id` are sealed now: another one each time its key was destroyed. */
  sealingId(id: string): string {
    let sealing = id
    for (let n = 2; this.#destroyed.has(sealing); n++) sealing = `${id}-${n}`
    return sealing
  }

  /** All ids under which payloads of `id` may lie. */
  sealedUnder(id: string): string[] {
    const ids = [id]
    for (let n = 2; this.#destroyed.has(ids.at(-1) as string); n++) ids.push(`${id}-${n}`)
    return ids
  }

  /** Was all that entry `done` speaks of erased here? An old copy of this file does not say so, and it is done again. */
  isErased(done: number): boolean {
    return this.#database.prepare('select 1 from erased where entry = ?').get(done) !== undefined
  }
  markErased(done: number): void {
    this.#database.prepare('insert into erased (entry) values (?) on conflict do nothing').run(done)
  }

  /** From now on nothing is sealed under these ids, also where writing that down throws. Durable when it returns. */
  retire(ids: readonly string[]): void {
    for (const id of ids) this.#destroyed.add(id)
    const insert = this.#database.prepare('insert into destroyed_key (id) values (?) on conflict do nothing')
    this.#database.exec('begin')
    for (const id of ids) insert.run(id)
    this.#database.exec('commit')
  }

  /**
   * Destroys keys: overwritten in the file, and its -wal cut to nothing. Copies of the file keep theirs. Throws when
   * somebody kept the file from being written over; they are unreachable here all the same, and calling it again helps.
   */
  destroyPayloadKeys(ids: readonly string[]): void {
    const remove = this.#database.prepare('delete from payload_key where id = ?')
    this.#database.exec('begin')
    for (const id of ids) remove.run(id)
    this.#database.exec('commit')
    for (const id of ids) this.#keys.delete(id)
    const cut = this.#database.prepare('pragma wal_checkpoint(truncate)').get() as { busy: number }
    if (cut.busy !== 0) throw new Error('keys.db is being read by somebody, so its -wal still holds what was in it')
  }

  #keep(id: string, key: Uint8Array): KeyObject {
    if (this.#keys.size >= cached) this.#keys.clear()
    const made = createSecretKey(key)
    this.#keys.set(id, made)
    return made
  }

  /** 32 random bytes, the same for the same name for ever. */
  secret(name: string): Buffer {
    this.#database
      .prepare('insert into secret (name, value) values (?, ?) on conflict do nothing')
      .run(name, randomBytes(32))
    const row = this.#database.prepare('select value from secret where name = ?').get(name) as { value: Uint8Array }
    return Buffer.from(row.value)
  }

  /** Keys of pseudonyms, newest first: one for each epoch that was not destroyed. */
  pseudonymKeys(): readonly PseudonymKey[] {
    const rows = this.#database
      .prepare('select id, key, created_at as createdAt from pseudonym_key order by created_at desc, id')
      .all() as unknown as { id: string; key: Uint8Array; createdAt: number }[]
    return rows.map((row) => ({ id: row.id, createdAt: row.createdAt, key: Buffer.from(row.key) }))
  }

  /** Makes the key of an epoch; does nothing where it has one. */
  makePseudonymKey(id: string, at: number): void {
    this.#database
      .prepare('insert into pseudonym_key (id, key, created_at) values (?, ?, ?) on conflict do nothing')
      .run(id, randomBytes(32), at)
  }

  /** Destroys the key of an epoch: overwritten in the file and in its -wal. Copies of the file keep theirs. */
  destroyPseudonymKey(id: string): void {
    this.#database.prepare('delete from pseudonym_key where id = ?').run(id)
    this.#database.exec('pragma wal_checkpoint(truncate)')
  }

  close(): void {
    this.#keys.clear()
    this.#database.close()
  }
}

/** Payload keys of a data folder for a reader beside the gateway; undefined when the folder has no key store. */
export function openKeys(dir: string): PayloadKeys | undefined {
  if (!existsSync(keysPath(dir))) return undefined
  // Without a -wal file nobody has the store open and all of it is in one file: then nothing beside it is made or needed,
  // so a copy on a read-only disk can be read, and stays as it was.
  const path = pathToFileURL(keysPath(dir))
  if (!existsSync(`${keysPath(dir)}-wal`)) path.searchParams.set('immutable', '1')
  const database = new DatabaseSync(path, { readOnly: true, timeout: busyMs })
  const find = database.prepare('select key from payload_key where id = ?')
  return {
    payloadKey(id) {
      const row = find.get(id) as { key: Uint8Array } | undefined
      return row && createSecretKey(row.key)
    },
    close: () => database.close(),
  }
}
