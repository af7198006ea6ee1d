// Makes an entry from a draft: its leaf as text, with room for the commitment, and its payload as text. What takes long
// (sealing, hashing) is the scribe's.
import { randomBytes } from 'node:crypto'
import type { Draft, Entry, Recorded } from '../core/entry.ts'
import { leafText } from '../tlog/leaf.ts'
import { noCommitment, nonceBytes } from '../tlog/payload.ts'
import { maxEntryBytes } from '../tlog/tile.ts'
import type { Keyring } from './keyring.ts'
import type { Made } from './wal.ts'

/** Ids as newId makes them, and `gateway`: nothing else names a key or stands in a record. */
const keyIdForm = /^[a-z0-9-]{1,64}$/
const runBytes = 6

/** Whose key a payload is under, so that what a session or a person has left can be made unreadable as a whole. */
function keyIdOf({ by, clear }: Draft): string {
  if ('session' in clear) return clear.session
  if ('person' in clear) return clear.person
  return by
}

/** One nonce, filled anew for each entry: 6 random bytes of this run and 6 of the index. */
export class Nonces {
  // An index that a crash leaves unused is used again by the next run only, so no nonce is used twice under one key.
  readonly #nonce = Buffer.concat([randomBytes(runBytes), Buffer.alloc(nonceBytes - runBytes)])

  /** Valid until the next call. */
  at(index: number): Buffer {
    this.#nonce.writeUIntBE(index, runBytes, nonceBytes - runBytes)
    return this.#nonce
  }
}

export class Maker {
  readonly #keyring: Keyring
  /** The id that was looked at last, and whose key it is sealed under: entries of one session come in runs. */
  #known = ''
  #sealing = ''
  #at = Number.NaN
  #ts = ''

  constructor(keyring: Keyring) {
    this.#keyring = keyring
  }

  /** Throws RangeError when the leaf is too long, TypeError when it has no canonical form or its id is none; the key store's errors too. */
  make(draft: Draft, index: number, at: number): Made {
    const { type, by, clear } = draft
    const payload = JSON.stringify(draft.payload)
    const isOpen = payload === '{}' // it keeps nothing from strangers
    const keyId = this.#keyId(draft, isOpen)
    const ts = this.#time(at)
    const entry = (
      isOpen ? { v: 1, type, ts, by, ...clear } : { v: 1, type, ts, by, commit: noCommitment, ...clear }
    ) as Entry
    const leaf = leafText(entry)
    const leafBytes = Buffer.byteLength(leaf)
    if (leafBytes > maxEntryBytes) throw new RangeError(`an entry of ${leafBytes} bytes; the limit is ${maxEntryBytes}`)
    const recorded = { index, entry, payload: draft.payload } as Recorded
    return { recorded, leaf, leafBytes, keyId, payload, payloadBytes: isOpen ? 0 : Buffer.byteLength(payload) }
  }

  /** Whose key it is under, with that key there; '' where nothing is kept from strangers. */
  #keyId(draft: Draft, isOpen: boolean): string {
    const keyId = keyIdOf(draft)
    if (keyId !== this.#known && !keyIdForm.test(keyId)) throw new TypeError('that is not an id')
    if (isOpen) return ''
    if (keyId === this.#known) return this.#sealing
    const sealing = this.#keyring.sealingId(keyId)
    this.#keyring.makePayloadKey(sealing) // durable before the entry can be
    this.#known = keyId
    return (this.#sealing = sealing)
  }

  /** Keys were destroyed. */
  forget(): void {
    this.#known = ''
  }

  #time(at: number): string {
    if (at !== this.#at) {
      this.#at = at
      this.#ts = new Date(at).toISOString()
    }
    return this.#ts
  }
}
