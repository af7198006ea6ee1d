// One-time credentials for in-memory clients (the console, `run`, agents): somebody who is signed in already drives an
// ordinary client into the same serve(), and this is how the gate knows whose it is. Never written anywhere.
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import type { Channel, GrantId, PrincipalId } from '../core/nouns.ts'
import type { ScramSecrets } from './types.ts'

export interface Invitation {
  readonly principal: PrincipalId
  readonly grant?: GrantId
  readonly target: string
  readonly channel: Channel
}

interface Held extends Invitation {
  readonly id: string
  readonly user: string
  readonly key: ScramSecrets['keys'][number]
  readonly notAfter: number
}

/** A credential that nobody used dies after this time. */
const lifeMs = 30_000

export class Invitations {
  /** Owned here, by token id. */
  readonly #held = new Map<string, Held>()

  /** Makes a password that opens one session. `salt` and `iterations` are those of the user's other tokens (one SCRAM salt per name). */
  make(user: string, invitation: Invitation, secrets: ScramSecrets, now: number): string {
    this.#sweep(now)
    const password = randomBytes(24).toString('base64url')
    const salted = pbkdf2Sync(password, secrets.salt, secrets.iterations, 32, 'sha256')
    const storedKey = createHash('sha256').update(createHmac('sha256', salted).update('Client Key').digest()).digest()
    const serverKey = createHmac('sha256', salted).update('Server Key').digest()
    const id = `once-${randomBytes(12).toString('hex')}`
    this.#held.set(id, { ...invitation, id, user, key: { token: id, storedKey, serverKey }, notAfter: now + lifeMs })
    return password
  }

  /** Keys to try for a user, besides those of the store. */
  keys(user: string, now: number): ScramSecrets['keys'] {
    this.#sweep(now)
    return [...this.#held.values()].filter((held) => held.user === user).map((held) => held.key)
  }

  /** Takes an invitation out: it opens one door, once. */
  take(token: string, now: number): Invitation | undefined {
    this.#sweep(now)
    const held = this.#held.get(token)
    this.#held.delete(token)
    return held
  }

  #sweep(now: number): void {
    for (const held of this.#held.values()) if (held.notAfter <= now) this.#held.delete(held.id)
  }
}
