// Makes the bytes of an entry from a draft: commitment, leaf, encrypted payload. About 15 microseconds; the journal's
// budget is spent here.
import { randomBytes } from 'node:crypto'
import type { Draft, Entry, Recorded } from '../core/entry.ts'
import { leafBytes } from '../tlog/leaf.ts'
import { commitment, nonceBytes, saltBytes, seal, type Sealed } from '../tlog/payload.ts'
import { maxEntryBytes } from '../tlog/tile.ts'
import type { Keyring } from './keyring.ts'
import type { Made } from './wal.ts'

const pooled = 256
/** Ids as newId makes them, and `gateway`: nothing else names a key or stands in a record. */
const keyIdForm = /^[a-z0-9-]{1,64}$/
const runBytes = 6

/** Whose key a payload is under, so that what a session or a person has left can be made unreadable as a whole. */
function keyIdOf({ by, clear }: Draft): string {
  if ('session' in clear) return clear.session
  if ('person' in clear) return clear.person
  return by
}

/** Orders of members that were seen, by the names as they came: entries of one kind come with the same ones. */
const orders = new Map<string, readonly string[]>()

/** The same members in the order of the leaf, so that it is written in one go; those that are undefined are left out. */
function inOrder(members: Record<string, unknown>): Entry {
  const names = Object.keys(members)
  const key = names.join()
  let order = orders.get(key)
  if (!order) {
    if (orders.size >= 200) orders.clear()
    orders.set(key, (order = names.sort()))
  }
  const entry: Record<string, unknown> = {}
  for (const name of order) if (members[name] !== undefined) entry[name] = members[name]
  return entry as Entry
}

export class Maker {
  readonly #keyring: Keyring
  // Nonces are 6 random bytes of this run and 6 of the index: an index that a crash leaves unused is used again by the next
  // run only, so no nonce is used twice under one key.
  readonly #run = randomBytes(runBytes)
  #salts = Buffer.alloc(0)
  #saltsUsed = 0
  #at = Number.NaN
  #ts = ''

  constructor(keyring: Keyring) {
    this.#keyring = keyring
  }

  /** Throws RangeError when the leaf is too long, TypeError when it has no canonical form or its id is none; the key store's errors too. */
  make(draft: Draft, index: number, at: number): Made {
    const { commit, sealed } = this.#bind(draft, index)
    const { type, by, clear } = draft
    const entry = inOrder({ v: 1, type, ts: this.#time(at), by, commit, ...clear })
    const leaf = leafBytes(entry)
    if (leaf.length > maxEntryBytes)
      throw new RangeError(`an entry of ${leaf.length} bytes; the limit is ${maxEntryBytes}`)
    return { recorded: { index, entry, payload: draft.payload } as Recorded, leaf, sealed }
  }

  /** Encrypts the payload and commits to it; an empty one needs neither. */
  #bind(draft: Draft, index: number): { commit?: string; sealed: Sealed | undefined } {
    const keyId = keyIdOf(draft)
    if (!keyIdForm.test(keyId)) throw new TypeError('that is not an id')
    const text = JSON.stringify(draft.payload)
    if (text === '{}') return { sealed: undefined }
    const payload = Buffer.from(text)
    const salt = this.#salt()
    const nonce = Buffer.allocUnsafe(nonceBytes)
    nonce.set(this.#run)
    nonce.writeUIntBE(index, runBytes, nonceBytes - runBytes)
    const key = this.#keyring.makePayloadKey(keyId)
    const bytes = seal(key, nonce, { origin: this.#keyring.origin, index }, salt, payload)
    return { commit: commitment(salt, payload), sealed: { keyId, nonce, bytes } }
  }

  /** Each salt is a part of the pool that is never handed out again. */
  #salt(): Buffer {
    if (this.#saltsUsed === this.#salts.length) {
      this.#salts = randomBytes(saltBytes * pooled)
      this.#saltsUsed = 0
    }
    const from = this.#saltsUsed
    this.#saltsUsed += saltBytes
    return this.#salts.subarray(from, from + saltBytes)
  }

  #time(at: number): string {
    if (at !== this.#at) {
      this.#at = at
      this.#ts = new Date(at).toISOString()
    }
    return this.#ts
  }
}
