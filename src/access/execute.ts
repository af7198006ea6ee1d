// The control door: whatever changes state goes through `execute`. Four steps, always in this order: decide (pure, on the
// newest state), record (durable), do (what listens to the ledger), answer. A refusal is recorded too.
import type { Draft } from '../core/entry.ts'
import { GloveboxError, isRefusal, refusal, type Refusal } from '../core/error.ts'
import { decideSweep, isLive } from '../core/grant.ts'
import { isHigher } from '../core/level.ts'
import { lockedRefusal, lockOn } from '../core/lock.ts'
import type { Grant, Hash, Principal, RequestId, Target, TokenId } from '../core/nouns.ts'
import { endedRefusal, isLiveToken } from '../core/session.ts'
import { formatDuration } from '../lib/duration.ts'
import { newId } from '../lib/ids.ts'
import type { Policy } from '../policy/policy.ts'
import type { Credentials, ScramKeys } from '../store/credentials.ts'
import type { Ledger } from '../store/ledger.ts'
import { draftOfUser, findAccount, tokenOwner } from './accounts.ts'
import type { Answer, Command, CommandType, Origin } from './commands.ts'
import { deciders, type Actor, type Decided, type Facts, type PlainCommand } from './decide.ts'
import { Sight } from './sight.ts'
import { Tries } from './tries.ts'

export interface AccessParts {
  readonly ledger: Ledger
  readonly credentials: Credentials
  readonly policy: Policy
  /** Targets of the configuration in force. */
  readonly targets: () => ReadonlyMap<string, Target>
  /** The journal's clock, epoch milliseconds. */
  readonly now: () => number
  /** Called when less access could not be recorded (GBX-1401): whoever holds sessions must end them all. */
  readonly journalDown: (why: Refusal) => void
}

/** People of the configuration file: groups come from there. */
export type FileUsers = ReadonlyMap<
  string,
  {
    readonly groups: readonly string[]
    readonly person?: string | undefined
    readonly kind?: Principal['kind'] | undefined
    readonly of?: string | undefined
  }
>

/** How often time alone is looked at for entries of expiry. Ending at the very moment is the data door's work (G3). */
const sweepMs = 250

/** A password is all that stands before an account here: NIST SP 800-63B-4, section 3.1.1.2. */
const shortestPassword = 15
const longestPassword = 256
/** A sign-in by password lasts a working day. */
const loginMs = 8 * 3_600_000

/** How long the password of a grant that is over is still recognised, to say so. */
const rememberedMs = 86_400_000

interface Held {
  readonly generation: number
  readonly minute: number
  readonly refused: { refused: Refusal; cause: 'locked' | 'role-lost' } | undefined
}

export class Access {
  readonly sight: Sight
  readonly #parts: AccessParts
  #policy: Policy
  #fileUsers: ReadonlySet<string> = new Set()
  #timer: NodeJS.Timeout | undefined
  /** Changes whenever groups, policies or configuration may have changed an answer. */
  #generation = 0
  readonly #tries = new Tries()
  /** Answers of mayEnter by grant. */
  readonly #held = new Map<string, Held>()

  constructor(parts: AccessParts) {
    this.#parts = parts
    this.#policy = parts.policy
    this.sight = new Sight(parts.ledger.world, () => this.#policy, parts.targets)
    parts.ledger.subscribe(({ entry }) => {
      if (
        entry.type === 'policy.loaded' ||
        entry.type === 'config.loaded' ||
        entry.type === 'principal.set' ||
        entry.type === 'principal.removed'
      )
        this.#generation++
      if (entry.type === 'grant.expired' || entry.type === 'grant.revoked') this.#held.delete(entry.grant)
      if (entry.type === 'token.revoked') parts.credentials.forget({ token: entry.token })
      if (entry.type === 'principal.removed') parts.credentials.forget({ principal: entry.principal })
    })
  }

  get policy(): Policy {
    return this.#policy
  }

  /**
   * The only way to change state. Refusals are values; throws GBX-1401 when more access could not be recorded, with
   * nothing changed. Calls may run at once: each decides on the newest state in one synchronous step.
   */
  async execute<C extends Command>(
    actor: Actor,
    command: C,
    origin: Origin = {},
  ): Promise<Answer<C['type']> | Refusal> {
    const done = await this.#run(actor, command, origin)
    if (isRefusal(done)) await this.#recordRefusal(actor, command, done)
    return done as Answer<C['type']> | Refusal
  }

  #run(actor: Actor, command: Command, origin: Origin): Promise<Answer<CommandType> | Refusal> {
    switch (command.type) {
      case 'token.issue':
        return this.#issueToken(actor, command, origin)
      case 'token.connect':
        return this.#connectToken(actor, command)
      case 'password.set':
        return this.#setPassword(actor, command)
      default:
        return this.#record(this.#decide(actor, command, origin))
    }
  }

  #facts(origin: Origin): Facts {
    const { ledger, targets, now } = this.#parts
    return {
      world: ledger.world,
      sight: this.sight,
      policy: this.#policy,
      targets: targets(),
      fileUsers: this.#fileUsers,
      now: now(),
      origin,
    }
  }

  #decide<T extends PlainCommand>(actor: Actor, command: Command<T>, origin: Origin): Decided<T> | Refusal {
    const facts = this.#facts(origin)
    const gone = this.#refusedActor(actor, facts.now)
    return gone ?? deciders[command.type as T](facts, this.#newest(actor), command)
  }

  /** The account as it is now, not as it was when the caller looked it up. */
  #newest(actor: Actor): Actor {
    return actor === 'gateway' ? actor : (this.#parts.ledger.world.principals.get(actor.id) ?? actor)
  }

  #refusedActor(actor: Actor, now: number): Refusal | undefined {
    if (actor === 'gateway') return undefined
    const { world } = this.#parts.ledger
    const found = world.principals.get(actor.id)
    if (!found) return refusal('GBX-1003', { why: 'this account does not exist.' })
    const lock = lockOn(world, found, undefined, now)
    return lock && lockedRefusal(lock, undefined)
  }

  async #record<T extends CommandType>(decided: Decided<T> | Refusal): Promise<Answer<T> | Refusal> {
    if (isRefusal(decided)) return decided
    if (decided.drafts.length === 0) return decided.answer
    const { durable } = this.#write(decided.drafts, decided.less)
    // G1: more access is not answered before it is on record. Less access has taken effect already in `record`.
    await durable
    return decided.answer
  }

  #write(drafts: readonly Draft[], less: true | undefined): { durable: Promise<void> } {
    try {
      return this.#parts.ledger.record(drafts, less ? { reserve: true } : {})
    } catch (error) {
      // Fails closed: what could not be recorded did not happen; and if it would have taken access away, all sessions end.
      if (less && error instanceof GloveboxError) this.#parts.journalDown(error.refusal)
      throw error
    }
  }

  #recordRefusal(actor: Actor, command: Command, refused: Refusal): Promise<void> {
    const target = 'target' in command && this.#parts.targets().has(command.target) ? { target: command.target } : {}
    const request =
      'request' in command && this.#parts.ledger.world.requests.has(command.request) ? { request: command.request } : {}
    return this.refused(actor, refused, { command: command.type, ...target, ...request })
  }

  /** Puts on record that somebody was told no before it came to a command. Never throws. */
  async refused(
    actor: Actor,
    refused: Refusal,
    about: { command: string; target?: string; request?: RequestId },
  ): Promise<void> {
    const draft: Draft = {
      type: 'access.refused',
      by: actor === 'gateway' ? actor : actor.id,
      clear: { ...about, code: refused.code },
      payload: { title: refused.title, ...(refused.why === undefined ? {} : { why: refused.why }) },
    }
    try {
      await this.#parts.ledger.record([draft]).durable
    } catch {
      // Closed already: it was refused, and stays refused without a record.
    }
  }

  /** What a bearer token stands for. Refuses GBX-1003, GBX-1108. Connection passwords open targets, not the API. */
  signIn(text: string): { principal: Principal; token: TokenId } | Refusal {
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

  /** Why this grant may not be used now: locks, the target's highest level, and the policy as it is today. For the data door; quick. */
  mayEnter(question: {
    principal: Principal
    target: Target
    grant: Grant
    now: number
  }): { refused: Refusal; cause: 'locked' | 'role-lost' } | undefined {
    const { principal, target, grant, now } = question
    const { world } = this.#parts.ledger
    const lock = world.locks.size === 0 ? undefined : lockOn(world, principal, target.name, now)
    if (lock) return { refused: lockedRefusal(lock, target.name), cause: 'locked' }
    const minute = Math.floor(now / 60_000)
    const held = this.#held.get(grant.id)
    if (held && held.generation === this.#generation && held.minute === minute) return held.refused
    const refused = this.#refusedByPolicy(world.principals.get(principal.id) ?? principal, target, grant, now)
    this.#held.set(grant.id, {
      generation: this.#generation,
      minute,
      refused: refused && { refused, cause: 'role-lost' },
    })
    return refused && { refused, cause: 'role-lost' }
  }

  #refusedByPolicy(principal: Principal, target: Target, grant: Grant, now: number): Refusal | undefined {
    if (isHigher(grant.level, target.maxLevel))
      return refusal('GBX-1112', { target: target.name, level: grant.level, max: target.maxLevel })
    const request = this.#parts.ledger.world.requests.get(grant.request)
    const answer = this.sight.ask(principal, grant.level, target, {
      level: grant.level,
      durationMs: request?.durationMs ?? grant.notAfter - grant.notBefore,
      reason: request?.reason ?? '',
      ...(request?.ticket === undefined ? {} : { ticket: request.ticket }),
      ...(grant.scope.tables === undefined ? {} : { tables: grant.scope.tables }),
      now,
    })
    return answer.kind === 'allow'
      ? undefined
      : refusal('GBX-1101', { target: target.name, level: grant.level, why: answer.why })
  }

  async #issueToken(
    actor: Actor,
    command: Command<'token.issue'>,
    origin: Origin,
  ): Promise<Answer<'token.issue'> | Refusal> {
    const gone = this.#refusedActor(actor, this.#parts.now())
    const owner = gone ?? tokenOwner(this.#facts(origin), this.#newest(actor), command.name)
    if (isRefusal(owner)) return owner
    const id = newId('t')
    const { credentials, now, ledger } = this.#parts
    const text = await credentials.issue({
      id,
      principal: owner.id,
      name: owner.name,
      kind: owner.kind === 'user' ? 'u' : 's',
      now: now(),
    })
    // Without its entry the stored key opens nothing; with it, it must still be somebody's.
    if (!ledger.world.principals.has(owner.id)) return refusal('GBX-1004', { what: `user ${command.name}` })
    const by = actor === 'gateway' ? actor : actor.id
    const draft: Draft = {
      type: 'token.issued',
      by,
      clear: { token: id, principal: owner.id, use: 'personal' },
      payload: {},
    }
    return this.#record<'token.issue'>({ drafts: [draft], answer: { token: id, text } })
  }

  async #setPassword(actor: Actor, command: Command<'password.set'>): Promise<Answer<'password.set'> | Refusal> {
    const gone = this.#refusedActor(actor, this.#parts.now())
    if (gone) return gone
    if (actor === 'gateway' || actor.kind !== 'user')
      return refusal('GBX-1117', { what: 'have a password', why: 'services and agents sign in by token.' })
    const length = [...command.password].length
    if (length < shortestPassword || length > longestPassword)
      return refusal('GBX-1002', {
        field: 'password',
        why: `use ${shortestPassword} to ${longestPassword} characters; a few words do well.`,
      })
    await this.#parts.credentials.setPassword(actor.id, command.password)
    return this.#record<'password.set'>({
      drafts: [{ type: 'password.set', by: actor.id, clear: { principal: actor.id }, payload: {} }],
      answer: { principal: actor.id },
    })
  }

  /**
   * Signs in by password and gives a token that ends by itself. Refuses GBX-1003 with one sentence for a wrong name and a
   * wrong password, and GBX-1122 after too many tries for that name; both on record. Costs the same work either way.
   */
  async login(
    name: string,
    password: string,
  ): Promise<{ principal: Principal; text: string; notAfter: number } | Refusal> {
    const { ledger, credentials, now } = this.#parts
    const waitMs = this.#tries.waitMs(name, now())
    if (waitMs > 0) return refusal('GBX-1122', { wait: formatDuration(Math.ceil(waitMs / 1_000) * 1_000) })
    this.#tries.note(name, now())
    const known = findAccount(ledger.world, name)
    const isRight = await credentials.verifyPassword(known?.id, password)
    const principal = known && ledger.world.principals.get(known.id)
    const lock = isRight && principal ? lockOn(ledger.world, principal, undefined, now()) : undefined
    const refused = lock
      ? lockedRefusal(lock, undefined)
      : isRight && principal
        ? undefined
        : refusal('GBX-1003', { why: 'this name and password do not fit.' })
    if (refused || !principal) {
      const why = refused ?? refusal('GBX-1003', { why: 'this name and password do not fit.' })
      await this.refused(principal ?? 'gateway', why, { command: 'login' })
      return why
    }
    this.#tries.forget(name)
    const id = newId('t')
    const notAfter = now() + loginMs
    const text = await credentials.issue({ id, principal: principal.id, name: principal.name, kind: 'u', now: now() })
    const clear = {
      token: id,
      principal: principal.id,
      use: 'personal' as const,
      notAfter: new Date(notAfter).toISOString(),
    }
    await ledger.record([{ type: 'token.issued', by: principal.id, clear, payload: {} }]).durable
    return { principal, text, notAfter }
  }

  async #connectToken(actor: Actor, command: Command<'token.connect'>): Promise<Answer<'token.connect'> | Refusal> {
    const { credentials, now, ledger } = this.#parts
    const grant = ledger.world.grants.get(command.grant)
    if (actor === 'gateway' || !grant || grant.holder !== actor.id) return refusal('GBX-1004', { what: command.grant })
    const gone = this.#refusedActor(actor, now())
    if (gone) return gone
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
    const live = ledger.world.grants.get(grant.id)
    if (!live || !isLive(live, now())) {
      credentials.forget({ token: id })
      return endedRefusal(live ?? grant, now())
    }
    // No end of its own: it lives exactly as long as its grant, extensions included.
    const clear = { token: id, principal: actor.id, use: 'connection' as const, grant: live.id }
    return this.#record<'token.connect'>({
      drafts: [{ type: 'token.issued', by: actor.id, clear, payload: {} }],
      answer: { token: id, text },
    })
  }

  /** Puts policies in force, on record when they differ. Live sessions are looked at again by whoever listens. */
  async loadPolicy(policy: Policy): Promise<void> {
    this.#policy = policy
    this.#generation++
    if (this.#parts.ledger.world.policies === policy.hash) return
    await this.#parts.ledger.record([
      { type: 'policy.loaded', by: 'gateway', clear: { policies: policy.hash }, payload: { files: policy.files } },
    ]).durable
  }

  /** Puts people of the configuration file on record, and the version of the file when it differs. Throws GBX-1002 inside for a wrong person. */
  async loadConfig(config: { hash: Hash; users: FileUsers }): Promise<void> {
    const { ledger, targets } = this.#parts
    this.#fileUsers = new Set(config.users.keys())
    this.#generation++
    const written: Promise<void>[] = []
    if (ledger.world.config !== config.hash)
      written.push(
        ledger.record([
          {
            type: 'config.loaded',
            by: 'gateway',
            clear: { config: config.hash },
            payload: { targets: [...targets().keys()] },
          },
        ]).durable,
      )
    for (const [name, { groups, person, kind, of }] of sortedByNeed(config.users)) {
      const drafted = draftOfUser(ledger.world, 'gateway', {
        name,
        groups,
        ...(person === undefined ? {} : { person }),
        ...(kind === undefined ? {} : { kind }),
        ...(of === undefined ? {} : { of }),
      })
      if (isRefusal(drafted)) throw new GloveboxError(drafted)
      if (drafted.drafts.length > 0) written.push(ledger.record(drafted.drafts).durable)
    }
    await Promise.all(written)
  }

  /** Writes down what time alone has ended. Never throws: time ends access whether or not it can be recorded. */
  sweep(): void {
    const drafts = decideSweep(this.#parts.ledger.world, this.#parts.now())
    if (drafts.length === 0) return
    try {
      this.#write(drafts, true).durable.catch(() => undefined) // a failed fdatasync has ended the process by itself
    } catch {
      // Told to journalDown already; the live check looks at the clock, so access is over all the same.
    }
  }

  /** Starts the sweep; forgets keys that no entry knows. */
  start(): void {
    const { world } = this.#parts.ledger
    this.#parts.credentials.retain((token) => world.tokens.has(token))
    this.#timer ??= setInterval(() => this.sweep(), sweepMs).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

/** Accounts that others name (persons, humans of agents) first. */
function sortedByNeed(users: FileUsers): [string, ReturnType<FileUsers['get']> & object][] {
  return [...users].sort(
    ([, a], [, b]) =>
      Number(a.person !== undefined || a.of !== undefined) - Number(b.person !== undefined || b.of !== undefined),
  )
}
