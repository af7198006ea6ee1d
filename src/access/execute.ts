// The control door: whatever changes state goes through `execute`. Four steps, always in this order: decide (pure, on the
// newest state), record (durable), do (what listens to the ledger), answer. A refusal is recorded too.
import type { Draft } from '../core/entry.ts'
import { GloveboxError, isRefusal, refusal, type Refusal } from '../core/error.ts'
import { decideSweep } from '../core/grant.ts'
import { lockedRefusal, lockOn } from '../core/lock.ts'
import type { Hash, Principal, RequestId, Target } from '../core/nouns.ts'
import type { Policy } from '../policy/policy.ts'
import type { Credentials } from '../store/credentials.ts'
import type { Ledger } from '../store/ledger.ts'
import { draftOfUser } from './accounts.ts'
import type { Answer, Command, CommandType, Origin } from './commands.ts'
import { deciders, type Actor, type Decided, type Facts, type PlainCommand } from './decide.ts'
import { Sight } from './sight.ts'
import { SignIns } from './sign-in.ts'
import { Standing, type Entering, type NotStanding } from './standing.ts'

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

export class Access {
  readonly sight: Sight
  /** Who is behind a token, a password or a name. */
  readonly signIns: SignIns
  readonly #standing: Standing
  readonly #parts: AccessParts
  #policy: Policy
  #fileUsers: ReadonlySet<string> = new Set()
  #timer: NodeJS.Timeout | undefined

  constructor(parts: AccessParts) {
    this.#parts = parts
    this.#policy = parts.policy
    this.sight = new Sight(parts.ledger.world, () => this.#policy, parts.targets)
    this.signIns = new SignIns(parts, (actor, refused) => this.refused(actor, refused, { command: 'login' }))
    this.#standing = new Standing(parts.ledger, this.sight)
  }

  get policy(): Policy {
    return this.#policy
  }

  /**
   * Would a request be refused, and if so how; or the equal one that there is already. Records and changes nothing: for
   * what is done before a request can be complete, such as a dry run.
   */
  foresee(actor: Actor, command: Command<'request.create'>, origin: Origin = {}): { reused?: RequestId } | Refusal {
    const decided = this.#decide(actor, command, origin)
    if (isRefusal(decided)) return decided
    return decided.answer.reused ? { reused: decided.answer.request } : {}
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
        return this.#prepared(actor, origin, (facts) => this.signIns.prepareToken(facts, this.#newest(actor), command))
      case 'token.connect':
        return this.#prepared(actor, origin, (facts) =>
          this.signIns.prepareConnection(facts, this.#newest(actor), command),
        )
      case 'password.set':
        return this.#prepared(actor, origin, () => this.signIns.preparePassword(this.#newest(actor), command))
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

  /** For commands that derive a key between deciding and recording; they look again before they give their entry. */
  async #prepared<T extends CommandType>(
    actor: Actor,
    origin: Origin,
    prepare: (facts: Facts) => Promise<Decided<T> | Refusal>,
  ): Promise<Answer<T> | Refusal> {
    const facts = this.#facts(origin)
    const gone = this.#refusedActor(actor, facts.now)
    if (gone) return gone
    const decided = await prepare(facts)
    return this.#refusedActor(actor, this.#parts.now()) ?? this.#record(decided)
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

  /** Why this grant may not be used now: locks, the target's highest level, and the policy as it is today. For the data door; quick. */
  mayEnter(question: Entering): NotStanding | undefined {
    return this.#standing.mayEnter(question)
  }

  /** Puts policies in force, on record when they differ. Live sessions are looked at again by whoever listens. */
  async loadPolicy(policy: Policy): Promise<void> {
    this.#policy = policy
    this.#standing.changed()
    if (this.#parts.ledger.world.policies === policy.hash) return
    await this.#parts.ledger.record([
      { type: 'policy.loaded', by: 'gateway', clear: { policies: policy.hash }, payload: { files: policy.files } },
    ]).durable
  }

  /** Puts people of the configuration file on record, and the version of the file when it differs. Throws GBX-1002 inside for a wrong person. */
  async loadConfig(config: { hash: Hash; users: FileUsers }): Promise<void> {
    const { ledger, targets } = this.#parts
    this.#fileUsers = new Set(config.users.keys())
    this.#standing.changed()
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
