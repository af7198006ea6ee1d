// What proves who somebody is: tokens and passwords, in private tables of keys/keys.db. Never in the journal, never in
// the clear (G9): tokens as SHA-256 and SCRAM keys, passwords by argon2id. Whether a token is alive is said by the
// folded journal, not here: a row without its entry opens nothing.
import { argon2, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { GrantId, PrincipalId, TokenId } from '../core/nouns.ts'
import { hmac256, sha256, sha256Hex } from '../lib/hash.ts'
import { Database } from './sqlite.ts'
import { looksLikeToken, newTokenText, type TokenKind } from './token-text.ts'

const deriveKey = promisify(pbkdf2)
const argon = promisify(argon2)

/** RFC 5802; the count that PostgreSQL uses. Tokens are random, so more would only cost. */
const scramIterations = 4_096
/** Keys tried for one sign-in at most. */
const maxScramKeys = 64
// OWASP's second choice for argon2id: 19 MiB, 2 passes, 1 lane.
const argonCost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 }

const schema = `
  create table if not exists token (
    id text primary key, principal text not null, grant_id text, hash text not null unique,
    stored_key blob not null, server_key blob not null, issued_at integer not null) strict;
  create index if not exists token_by_principal on token (principal, issued_at desc);
  create table if not exists password (principal text primary key, salt blob not null, hash blob not null) strict;
`

export interface ScramKeys {
  readonly salt: Uint8Array
  readonly iterations: number
  readonly keys: readonly { readonly token: string; readonly storedKey: Uint8Array; readonly serverKey: Uint8Array }[]
}

export interface NewToken {
  readonly id: TokenId
  readonly principal: PrincipalId
  /** Name the person signs in with: the SCRAM salt belongs to it. */
  readonly name: string
  readonly kind: TokenKind
  readonly grant?: GrantId
  readonly now: number
}

export class Credentials {
  readonly #database: Database
  /** 32 bytes that never leave the machine: salts are made from it, so a name that nobody has gets one like any other. */
  readonly #secret: Uint8Array

  constructor(database: Database, secret: Uint8Array) {
    this.#database = database
    this.#secret = secret
    database.exec(schema)
  }

  /** Makes a token and keeps what checks it. The text is returned once and is nowhere else. Durable when it resolves. */
  async issue(token: NewToken): Promise<string> {
    const text = newTokenText(token.kind)
    const salted = await deriveKey(text, this.#salt(token.name), scramIterations, 32, 'sha256')
    const storedKey = sha256(hmac256(salted, 'Client Key'))
    const serverKey = hmac256(salted, 'Server Key')
    this.#database
      .prepare(
        'insert into token (id, principal, grant_id, hash, stored_key, server_key, issued_at) values (?, ?, ?, ?, ?, ?, ?)',
      )
      .run([token.id, token.principal, token.grant ?? null, sha256Hex(text), storedKey, serverKey, token.now])
    return text
  }

  /** The id of a presented token. Looked up by its hash, so timing tells nothing about the text. */
  find(text: string): TokenId | undefined {
    if (!looksLikeToken(text)) return undefined
    const [row] = this.#database.prepare('select id from token where hash = ?').all([sha256Hex(text)]) as {
      id: TokenId
    }[]
    return row?.id
  }

  /**
   * SCRAM secrets of a name (RFC 5802). `rank` says which tokens are tried and which first (0); personal ones come before
   * others of their rank, then the newest.
   */
  scram(name: string, principal: PrincipalId | undefined, rank: (token: TokenId) => 0 | 1 | undefined): ScramKeys {
    type Row = { id: TokenId; stored_key: Uint8Array; server_key: Uint8Array }
    const rows = this.#database
      .prepare(
        'select id, stored_key, server_key from token where principal = ? order by grant_id is not null, issued_at desc',
      )
      .all([principal ?? '']) as Row[]
    const keys = [...rows.filter((row) => rank(row.id) === 0), ...rows.filter((row) => rank(row.id) === 1)].slice(
      0,
      maxScramKeys,
    )
    return {
      salt: this.#salt(name),
      iterations: scramIterations,
      keys: keys.map((row) => ({ token: row.id, storedKey: row.stored_key, serverKey: row.server_key })),
    }
  }

  /** Forgets what checks these tokens; they stop working at once. */
  forget(which: { token: TokenId } | { principal: PrincipalId }): void {
    if ('token' in which) this.#database.prepare('delete from token where id = ?').run([which.token])
    else {
      this.#database.prepare('delete from token where principal = ?').run([which.principal])
      this.#database.prepare('delete from password where principal = ?').run([which.principal])
    }
  }

  /** Forgets every token that the folded journal does not know: what a crash left between the two. */
  retain(alive: (token: TokenId) => boolean): void {
    const rows = this.#database.prepare('select id from token').all() as { id: TokenId }[]
    for (const { id } of rows) if (!alive(id)) this.forget({ token: id })
  }

  async setPassword(principal: PrincipalId, password: string): Promise<void> {
    const salt = randomBytes(16)
    const hash = await this.#hash(password, salt)
    this.#database
      .prepare(
        'insert into password (principal, salt, hash) values (?, ?, ?) on conflict do update set salt = excluded.salt, hash = excluded.hash',
      )
      .run([principal, salt, hash])
  }

  /** False for a wrong password, and, after the same work, for somebody who has none. */
  async verifyPassword(principal: PrincipalId | undefined, password: string): Promise<boolean> {
    const [row] = this.#database
      .prepare('select salt, hash from password where principal = ?')
      .all([principal ?? '']) as { salt: Uint8Array; hash: Uint8Array }[]
    const hash = await this.#hash(password, row?.salt ?? this.#salt('no password'))
    return row !== undefined && timingSafeEqual(hash, row.hash)
  }

  close(): void {
    this.#database.close()
  }

  #hash(password: string, salt: Uint8Array): Promise<Buffer> {
    return argon('argon2id', { message: password.normalize('NFKC'), nonce: salt, ...argonCost })
  }

  #salt(name: string): Uint8Array {
    return hmac256(this.#secret, 'glovebox/scram-salt/v1\n', name).subarray(0, 16)
  }
}

/** `file` is keys/keys.db of the data folder (tables of its own), `secret` 32 bytes kept in there. */
export const openCredentials = (file: string, secret: Uint8Array): Credentials =>
  new Credentials(new Database(file, { durable: true }), secret)
