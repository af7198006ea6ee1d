// Keys of pseudonyms by epoch (M7). One random key for each epoch, and nothing it could be made from again: when it is
// destroyed, nobody can make that epoch's pseudonyms, and recordings that show them are unlinkable. A session's key is its
// epoch's own, or one derived from it for the session or the grant alone.
import { hkdfSync } from 'node:crypto'
import type { Target } from '../core/nouns.ts'
import { newId } from '../lib/ids.ts'
import type { Keyring, PseudonymKey } from '../journal/keyring.ts'
import type { Ledger } from '../store/ledger.ts'

export interface EpochsParts {
  readonly ledger: Ledger
  readonly keyring: Keyring
  /** Tells of each entry when it is durable: a key is destroyed only then. */
  readonly onDurable: (listener: (recorded: Parameters<Parameters<Ledger['subscribe']>[0]>[0]) => void) => () => void
  readonly now: () => number
}

export interface SessionKey {
  readonly epoch: string
  /** 32 bytes. */
  readonly key: Uint8Array
}

export class Epochs {
  readonly #parts: EpochsParts
  /** The keys of epochs that can still be used, newest first. Owned here; read from the key store at each change. */
  #keys: readonly PseudonymKey[] = []
  readonly #stops: (() => void)[]

  constructor(parts: EpochsParts) {
    this.#parts = parts
    const { ledger, keyring, onDurable } = parts
    this.#stops = [
      ledger.subscribe(({ entry }) => {
        if (entry.type === 'epoch.begun') this.#begin(entry.epoch, Date.parse(entry.ts))
      }),
      onDurable(({ entry }) => {
        if (entry.type === 'epoch.destroyed') this.#destroy(entry.epoch)
      }),
    ]
    // What a crash left undone: a destruction that is on record.
    for (const [id, { destroyed }] of ledger.world.epochs) if (destroyed !== undefined) keyring.destroyPseudonymKey(id)
    this.#keys = keyring.pseudonymKeys()
  }

  /** The key for a new session on a target. Begins a new epoch where the newest is older than `epochMs`. */
  keyOf(
    { pseudonyms: scope }: Pick<Target, 'pseudonyms'>,
    epochMs: number,
    session: string,
    grant: string | undefined,
  ): SessionKey {
    const { id, key } = this.#current(epochMs)
    if (scope === undefined || scope === 'epoch') return { epoch: id, key }
    const own = scope === 'grant' && grant !== undefined ? `grant\n${grant}` : `session\n${session}`
    return { epoch: id, key: Buffer.from(hkdfSync('sha256', key, '', `glovebox/pseudonym/v1\n${own}`, 32)) }
  }

  close(): void {
    for (const stop of this.#stops) stop()
    this.#keys = []
  }

  #current(epochMs: number): PseudonymKey {
    // Keys that no entry names: of a version that did not put them on record.
    for (const { id } of this.#keys.toReversed()) if (!this.#parts.ledger.world.epochs.has(id)) this.#record(id)
    const newest = this.#usable()
    if (newest !== undefined && this.#parts.now() - newest.createdAt < epochMs) return newest
    this.#record(newId('e'))
    const made = this.#usable()
    if (made === undefined) throw new TypeError('an epoch without a key') // closed: no session without one
    return made
  }

  #usable(): PseudonymKey | undefined {
    const { epochs } = this.#parts.ledger.world
    return this.#keys.find(({ id }) => epochs.get(id)?.destroyed === undefined)
  }

  /** Throws GBX-1401 when there is no room for the entry: then there is no session either. */
  #record(epoch: string): void {
    this.#parts.ledger.record([{ type: 'epoch.begun', by: 'gateway', clear: { epoch }, payload: {} }], { lazy: true })
  }

  #begin(id: string, at: number): void {
    this.#parts.keyring.makePseudonymKey(id, at)
    this.#keys = this.#parts.keyring.pseudonymKeys()
  }

  #destroy(id: string): void {
    this.#keys.find((one) => one.id === id)?.key.fill(0)
    this.#parts.keyring.destroyPseudonymKey(id)
    this.#keys = this.#parts.keyring.pseudonymKeys()
  }
}
