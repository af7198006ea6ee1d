// Signing in: who is behind a token, a password or a name at the data door, and making new tokens and passwords. Keys are
// derived off the main thread, so what was decided before is looked at again before its entry is given.
import { refusal, type Refusal } from '../core/error.ts'
import { isLive } from '../core/grant.ts'
import { lockedRefusal, lockOn } from '../core/lock.ts'
import type { Principal, TokenId } from '../core/nouns.ts'
import { endedRefusal, isLiveToken } from '../core/session.ts'
import { formatDuration } from '../lib/duration.ts'
import { newId } from '../lib/ids.ts'
import type { Credentials, ScramKeys } from '../store/credentials.ts'
import type { Ledger } from '../store/ledger.ts'
import { findAccount, tokenOwner } from './accounts.ts'
import type { Command } from './commands.ts'
import type { Actor, Decided, Facts } from './decide.ts'
import { Tries } from './tries.ts'

/** A password is all that stands before an account here: NIST SP 800-63B-4, section 3.1.1.2. */
const shortestPassword = 15
const longestPassword = 256
/** Passwords checked at the same time; who comes meanwhile is told to try again. */
const hashedAtOnce = 2
/** A sign-in by password lasts a working day. */
const loginMs = 8 * 3_600_000

/** How long the password of a grant that is over is still recognised, to say so. */
const rememberedMs = 86_400_000

interface Parts {
  readonly ledger: Ledger
  readonly credentials: Credentials
  readonly now: () => number
}

const wrong = (): Refusal => refusal('GBX-1003', { why: 'this name and password do not fit.' })

export class SignIns {
  readonly #parts: Parts
  readonly #tries = new Tries()
  #hashing = 0
  /** Puts a failed sign-in on record. */
  readonly #refused: (actor: Actor, refused: Refusal) => Promise<void>

  constructor(parts: Parts, refused: (actor: Actor, refused: Refusal) => Promise<void>) {
    this.#parts = parts
    this.#refused = refused
    parts.ledger.subscribe(({ entry }) => {
      if (entry.type === 'token.revoked') parts.credentials.forget({ token: entry.token })
      if (entry.type === 'principal.removed') parts.credentials.forget({ principal: entry.principal })
    })
  }

  /** What a bearer token stands for. Refuses GBX-1003, GBX-1108. Connection passwords open targets, not the API. */
  byToken(text: string): { principal: Principal; token: TokenId } | Refusal {
    const { ledger, credentials, now } = this.#parts
    const { world } = ledger
    const id = credentials.find(text)
    const token = id && world.tokens.get(id)
    const principal = token && world.principals.get(token.principal)
    if (!token || !principal || token.use !== 'personal' || !isLiveToken(world, token.id, now()))
      return refusal('GBX-1003', { why: 'this token is unknown or was revoked.' })
    const lock = lockOn(world, principal, undefined, now())
    return lock ? lockedRefusal(lock, undefined) : { principal, token: token.id }
  }

  /**
   * SCRAM secrets of a name's tokens, for the data door: live ones, then those of grants that ended lately, which open
   * nothing but let their holder hear why. Never says whether the name exists.
   */
  scram(name: string): ScramKeys {
    const { ledger, credentials, now } = this.#parts
    const { world } = ledger
    const rank = (id: TokenId): 0 | 1 | undefined => {
      if (isLiveToken(world, id, now())) return 0
      const token = world.tokens.get(id)
      const grant = token?.grant && world.grants.get(token.grant)
      return grant && grant.notAfter > now() - rememberedMs ? 1 : undefined
    }
    return credentials.scram(name, findAccount(world, name)?.id, rank)
  }

  /**
   * Signs in by password and gives a token that ends by itself. Refuses GBX-1003 with one sentence for a wrong name and a
   * wrong password, and GBX-1122 after too many tries for that name. Costs the same work either way.
   */
  async byPassword(
    name: string,
    password: string,
  ): Promise<{ principal: Principal; text: string; notAfter: number } | Refusal> {
    const { ledger, credentials, now } = this.#parts
    const { world } = ledger
    const waitMs = this.#tries.waitMs(name, now())
    if (waitMs > 0) return refusal('GBX-1122', { wait: formatDuration(Math.ceil(waitMs / 1_000) * 1_000) })
    // Hashing holds a thread and 19 MiB; strangers must not keep the journal's writes waiting for one.
    if (this.#hashing >= hashedAtOnce) return refusal('GBX-1122', { wait: '1s' })
    this.#tries.note(name, now())
    const known = findAccount(world, name)
    this.#hashing++
    const fits = await credentials.verifyPassword(known?.id, password).finally(() => this.#hashing--)
    const principal = fits && known ? world.principals.get(known.id) : undefined
    const lock = principal && lockOn(world, principal, undefined, now())
    if (!principal || lock) {
      const refused = lock ? lockedRefusal(lock, undefined) : wrong()
      await this.#refused(known ?? 'gateway', refused)
      return refused
    }
    this.#tries.forget(name)
    const id = newId('t')
    const notAfter = now() + loginMs
    const text = await credentials.issue({ id, principal: principal.id, name: principal.name, kind: 'u', now: now() })
    const clear = {
      token: id,
      principal: principal.id,
      use: 'personal',
      notAfter: new Date(notAfter).toISOString(),
    } as const
    await ledger.record([{ type: 'token.issued', by: principal.id, clear, payload: {} }]).durable
    return { principal, text, notAfter }
  }

  /** A new personal token. Without its entry the stored key opens nothing. */
  async prepareToken(
    facts: Facts,
    actor: Actor,
    command: Command<'token.issue'>,
  ): Promise<Decided<'token.issue'> | Refusal> {
    const owner = tokenOwner(facts, actor, command.name)
    if ('code' in owner) return owner
    const { credentials, now, ledger } = this.#parts
    const id = newId('t')
    const kind = owner.kind === 'user' ? 'u' : 's'
    const text = await credentials.issue({ id, principal: owner.id, name: owner.name, kind, now: now() })
    if (!ledger.world.principals.has(owner.id)) return refusal('GBX-1004', { what: `user ${command.name}` })
    const by = actor === 'gateway' ? actor : actor.id
    const clear = { token: id, principal: owner.id, use: 'personal' } as const
    return { drafts: [{ type: 'token.issued', by, clear, payload: {} }], answer: { token: id, text } }
  }

  /** A password for one grant's target. It has no end of its own: it lives as long as its grant, extensions included. */
  async prepareConnection(
    facts: Facts,
    actor: Actor,
    command: Command<'token.connect'>,
  ): Promise<Decided<'token.connect'> | Refusal> {
    const grant = facts.world.grants.get(command.grant)
    if (actor === 'gateway' || !grant || grant.holder !== actor.id) return refusal('GBX-1004', { what: command.grant })
    const { credentials, now } = this.#parts
    const id = newId('t')
    const text = await credentials.issue({
      id,
      principal: actor.id,
      name: actor.name,
      kind: 'd',
      grant: grant.id,
      now: now(),
    })
    // The grant may have ended while the key was made: then there is nothing to open.
    const live = facts.world.grants.get(grant.id)
    if (!live || !isLive(live, now())) {
      credentials.forget({ token: id })
      return endedRefusal(live ?? grant, now())
    }
    const clear = { token: id, principal: actor.id, use: 'connection', grant: live.id } as const
    return { drafts: [{ type: 'token.issued', by: actor.id, clear, payload: {} }], answer: { token: id, text } }
  }

  /** One's own password. */
  async preparePassword(actor: Actor, command: Command<'password.set'>): Promise<Decided<'password.set'> | Refusal> {
    if (actor === 'gateway' || actor.kind !== 'user')
      return refusal('GBX-1117', { what: 'have a password', why: 'services and agents sign in by token.' })
    const length = [...command.password].length
    if (length < shortestPassword || length > longestPassword) {
      const why = `use ${shortestPassword} to ${longestPassword} characters; a few words do well.`
      return refusal('GBX-1002', { field: 'password', why })
    }
    await this.#parts.credentials.setPassword(actor.id, command.password)
    const draft = { type: 'password.set', by: actor.id, clear: { principal: actor.id }, payload: {} } as const
    return { drafts: [draft], answer: { principal: actor.id } }
  }
}
