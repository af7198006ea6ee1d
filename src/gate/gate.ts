// The data door: nobody reaches a target but through enter(), and nothing runs there but through admit(). Both decide on
// the newest state, record durably, and only then act (G1). Protocols see gate/types.ts and none of this.
import { randomBytes } from 'node:crypto'
import { Duplex } from 'node:stream'
import type { Channel, Grant, GrantId, Principal, PrincipalId, RequestId, SessionId, Target } from '../core/nouns.ts'
import type { Level } from '../core/level.ts'
import { GloveboxError, isRefusal, oneLine, refusal, type Refusal } from '../core/error.ts'
import type { Draft } from '../core/entry.ts'
import { newId } from '../lib/ids.ts'
import { dial, type Line } from '../net/dial.ts'
import { Deadlines } from './deadline.ts'
import { Outcomes } from './outcomes.ts'
import { Entrance, type Entrant, type EntranceParts } from './entrance.ts'
import { Invitations, type Invitation } from './invitations.ts'
import { LiveSession } from './session.ts'
import type { Ending, Endpoint, Gate, Knock, ScramSecrets, Session } from './types.ts'

/** What the composition root gives the gate. */
export interface GateParts extends EntranceParts {
  /** SCRAM keys of a name's live tokens; stable useless ones for a name that nobody has. */
  readonly scram: (user: string) => Promise<ScramSecrets>
  /** The key of the current epoch, 32 bytes (G9). */
  readonly pseudonymKey: (
    target: Target,
    session: SessionId,
    grant: GrantId | undefined,
  ) => { readonly epoch: string; readonly key: Uint8Array }
  /** Values that are searched for stand on record as their HMAC under this key; absent = random, new at each start. */
  readonly literalKey?: Uint8Array
  /** Milliseconds that only ever grow. */
  readonly monotonic?: () => number
  readonly dialTimeoutMs?: number
  readonly log: (line: string) => void
}

/** A session about to be opened: who, and what the record says about the client. */
interface Opening extends Entrant {
  readonly client: string
  readonly address: string
  /** For dry runs of ours. */
  readonly rehearses?: boolean
}

/** How long, and of how many people, a refused text is remembered. */
const rememberedMs = 3_600_000
const rememberedPeople = 1_000

export class DataDoor implements Gate {
  readonly #parts: GateParts
  readonly #deadlines: Deadlines
  readonly #outcomes = new Outcomes()
  readonly #entrance: Entrance
  readonly #invitations = new Invitations()
  readonly #shared = new Map<string, object>()
  /** Sessions that are open or about to be; owned here. */
  readonly #live = new Set<LiveSession>()
  /** Connections per person that were let in and have not ended (G10). */
  readonly #held = new Map<PrincipalId, number>()
  readonly #closing = new AbortController()
  readonly literalKey: Uint8Array
  /** What the walls refused last, by person: in memory only, for `request --last` (G9). */
  readonly #refusedTexts = new Map<PrincipalId, { target: string; text: string; request: RequestId; at: number }>()

  constructor(parts: GateParts) {
    this.#parts = parts
    this.literalKey = parts.literalKey ?? randomBytes(32)
    this.#deadlines = new Deadlines(parts.ledger, {
      now: parts.now,
      monotonic: parts.monotonic ?? (() => performance.now()),
    })
    this.#entrance = new Entrance(parts, this.#deadlines, (person) => this.#held.get(person) ?? 0, this.closing)
  }

  get closing(): AbortSignal {
    return this.#closing.signal
  }
  target(name: string): Target | undefined {
    return this.#parts.target(name)
  }
  shared<T extends object>(protocol: string, make: () => T): T {
    const held = this.#shared.get(protocol) as T | undefined
    if (held !== undefined) return held
    const made = make()
    this.#shared.set(protocol, made)
    return made
  }

  async scram(user: string): Promise<ScramSecrets> {
    const secrets = await this.#parts.scram(user)
    const once = this.#invitations.keys(user, this.#parts.now())
    return once.length === 0 ? secrets : { ...secrets, keys: [...once, ...secrets.keys] }
  }

  /** A password for one in-memory client of somebody who is signed in already. Not for protocols: surfaces and features use it. */
  async invite(user: string, invitation: Invitation): Promise<string> {
    return this.#invitations.make(user, invitation, await this.#parts.scram(user), this.#parts.now())
  }

  onWarning(session: Session, warn: (left: { ms: number; notAfter: number }) => void): void {
    if (session instanceof LiveSession) this.#deadlines.warn(session, warn)
  }

  async refused(knock: Pick<Knock, 'client' | 'user' | 'target'>, refused: Refusal): Promise<void> {
    try {
      const { durable } = this.#parts.ledger.record([refusedDraft(knock, refused, 'native')])
      await durable
    } catch (error) {
      this.#parts.log(`a refusal could not be recorded: ${String(error)}`) // closed: it was refused anyway
    }
  }

  async enter(knock: Knock, endpoint: Endpoint): Promise<Session | Refusal> {
    const invitation = knock.client.inMemory ? this.#invitations.take(knock.token, this.#parts.now()) : undefined
    let entrant = this.#entrance.entrant(knock, invitation)
    if (isRefusal(entrant) && entrant.code === 'GBX-1102' && knock.onWait !== undefined) {
      knock.onWait(entrant)
      entrant = await this.#entrance.hold(knock, invitation, entrant)
    }
    if (isRefusal(entrant)) {
      await this.refused(knock, entrant)
      return entrant
    }
    return this.#open(knock.client.stream, endpoint, {
      ...entrant,
      client: knock.why === undefined ? knock.clientName : `${knock.clientName}: ${knock.why}`,
      address: knock.client.address,
    })
  }

  async enterAsGateway(
    target: Target,
    endpoint: Endpoint,
    admin?: { readonly appliedBy: string },
  ): Promise<Session | Refusal> {
    return this.#open(nowhere(), endpoint, {
      principal: ourselves,
      grant: ownGrant(target, admin === undefined ? 'read' : 'admin'),
      target,
      channel: 'system',
      client: admin === undefined ? 'gateway' : `gateway, for ${admin.appliedBy}`,
      address: '',
    })
  }

  async enterToRehearse(
    target: Target,
    endpoint: Endpoint,
    of: { level: Level; client: string },
  ): Promise<Session | Refusal> {
    return this.#open(nowhere(), endpoint, {
      principal: ourselves,
      grant: ownGrant(target, of.level),
      target,
      channel: 'system',
      client: oneLine(of.client),
      address: '',
      rehearses: true,
    })
  }

  async enterToWrite(
    of: { principal: Principal; grant: GrantId; channel: Channel; client: string },
    endpoint: (target: Target) => Endpoint,
  ): Promise<Session | Refusal> {
    const entrant = this.#entrance.writer(of)
    if (isRefusal(entrant)) return entrant
    const writing = { ...entrant, client: of.client, address: of.channel }
    return this.#open(nowhere(), endpoint(entrant.target), writing)
  }

  lastRefused(principal: PrincipalId): { target: string; text: string; request: RequestId } | undefined {
    const held = this.#refusedTexts.get(principal)
    return held !== undefined && held.at > this.#parts.now() - rememberedMs ? held : undefined
  }

  /** Keeps what was refused last, for one person one text. */
  #remember(session: LiveSession, text: string): void {
    this.#refusedTexts.delete(session.holder.id)
    const { target, live } = session
    this.#refusedTexts.set(session.holder.id, { target, text, request: live.request, at: this.#parts.now() })
    const [oldest] = this.#refusedTexts.keys()
    if (this.#refusedTexts.size > rememberedPeople && oldest !== undefined) this.#refusedTexts.delete(oldest)
  }

  /** Ends all sessions and stops: what was sent is flushed, each is closed on record. */
  async close(): Promise<void> {
    this.#closing.abort()
    for (const session of [...this.#live]) session.stop(this.#closingDown())
    while (this.#live.size > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    this.#deadlines.close()
  }

  /** Live sessions, for `sessions` and `watch`. */
  get sessions(): readonly Session[] {
    return [...this.#live]
  }

  #closingDown(): Ending {
    const at = new Date(this.#parts.now()).toISOString()
    const values = { grant: 'the session', at, cause: 'the gateway is shutting down', target: '' }
    return { cause: 'shutdown', refused: refusal('GBX-1103', values, { next: [] }) }
  }

  async #open(client: Duplex, endpoint: Endpoint, of: Opening): Promise<Session | Refusal> {
    const system = of.channel === 'system'
    const by = system ? 'gateway' : of.principal.id
    const id = newId('s')
    const release = this.#count(of.principal.person, system)
    let line: Line | undefined
    let opened = false
    try {
      const { recorded, durable } = this.#parts.ledger.record([openedDraft(id, by, of)])
      opened = true
      await durable // G1: on record before the target hears of it
      line = await dial(of.target.name, endpoint, this.#parts.dialTimeoutMs ?? 10_000)
      return await this.#keep({ id, by, entry: recorded[0]?.index ?? -1, client, endpoint, line, release }, of)
    } catch (error) {
      release()
      line?.socket.destroy()
      const refused = asRefusal(error, of.target.name)
      if (!opened) this.#journalDown(refused) // closed: not recorded, so not opened
      else await this.#closeOnRecord(by, id, refused)
      return refused
    }
  }

  /** Makes the session, arms its deadline, and looks once more: it may have ended while it was being opened. */
  async #keep(
    on: {
      id: SessionId
      by: PrincipalId | 'gateway'
      entry: number
      client: Duplex
      endpoint: Endpoint
      line: Line
      release: () => void
    },
    of: Opening,
  ): Promise<Session | Refusal> {
    const { id, by, entry, client, endpoint, line, release } = on
    const grant = by === 'gateway' ? undefined : of.grant.id
    const { epoch, key } = this.#parts.pseudonymKey(of.target, id, grant)
    const check = (): Ending | undefined =>
      this.#epochOver(epoch, of) ?? (of.channel === 'system' ? undefined : this.#entrance.check(of))
    const session = new LiveSession({
      id,
      principal: by,
      holder: of.principal,
      ...(grant === undefined ? {} : { grant }),
      live: of.grant,
      on: of.target,
      channel: of.channel,
      openedAt: this.#parts.now(),
      entry,
      client,
      line,
      pseudonymKey: key,
      ledger: this.#parts.ledger,
      outcomes: this.#outcomes,
      now: this.#parts.now,
      again: () => dial(of.target.name, endpoint, 1000),
      check,
      journalDown: (why) => this.#journalDown(why),
      onRefused: (on, exact) => this.#remember(on, exact),
      ...(of.rehearses === true ? { rehearses: true } : {}),
      onEnd: (ended) => {
        release()
        this.#live.delete(ended)
        this.#deadlines.forget(ended)
      },
    })
    this.#live.add(session)
    this.#deadlines.keep(session, check)
    client.once('close', () => void session.end('client'))
    const late = this.closing.aborted ? this.#closingDown() : check()
    if (late !== undefined) session.stop(late)
    if (!session.signal.aborted) return session
    const { cause, refused } = session.signal.reason as Ending
    await session.end(cause, undefined, refused)
    return refused
  }

  /** M7: nobody goes on with a key that was destroyed; the target forgets it with the connection. */
  #epochOver(epoch: string, of: Opening): Ending | undefined {
    if (this.#parts.ledger.world.epochs.get(epoch)?.destroyed === undefined) return undefined
    const at = new Date(this.#parts.now()).toISOString()
    const cause = 'the key of its pseudonyms was destroyed'
    return {
      cause: 'revoked',
      refused: refusal('GBX-1103', { grant: of.grant.id, at, cause, target: of.target.name }),
    }
  }

  async #closeOnRecord(by: PrincipalId | 'gateway', session: `s-${string}`, refused: Refusal): Promise<void> {
    try {
      const draft: Draft = {
        type: 'session.closed',
        by,
        clear: { session, count: 0, cause: 'target', code: refused.code },
        payload: { detail: refused.title },
      }
      await this.#parts.ledger.record([draft], { reserve: true }).durable
    } catch (error) {
      this.#journalDown(asRefusal(error, '')) // closed already
    }
  }

  #count(person: PrincipalId, system: boolean): () => void {
    if (system) return () => {}
    this.#held.set(person, (this.#held.get(person) ?? 0) + 1)
    let released = false
    return () => {
      if (released) return
      released = true
      const left = (this.#held.get(person) ?? 1) - 1
      if (left <= 0) this.#held.delete(person)
      else this.#held.set(person, left)
    }
  }

  /** Without a record nothing goes on: all sessions end at once, and nobody enters. */
  #journalDown(why: Refusal): void {
    if (why.code !== 'GBX-1401') return
    this.#parts.log(`the journal cannot be written, all sessions end: ${why.title}`)
    for (const session of [...this.#live]) session.stop({ cause: 'journal', refused: why })
  }
}

const asRefusal = (error: unknown, target: string): Refusal =>
  error instanceof GloveboxError
    ? error.refusal
    : refusal('GBX-1301', { target, why: error instanceof Error ? error.message : 'unknown' })

const openedDraft = (session: SessionId, by: PrincipalId | 'gateway', of: Opening): Draft => ({
  type: 'session.opened',
  by,
  clear: {
    session,
    principal: by,
    ...(by === 'gateway' ? {} : { grant: of.grant.id }),
    target: of.target.name,
    channel: of.channel,
  },
  payload: { client: oneLine(of.client).slice(0, 200), address: of.address },
})

const refusedDraft = (knock: Pick<Knock, 'client' | 'user' | 'target'>, refused: Refusal, channel: Channel): Draft => ({
  type: 'session.refused',
  by: 'gateway',
  clear: { target: oneLine(knock.target).slice(0, 100), code: refused.code, channel },
  payload: { user: oneLine(knock.user).slice(0, 100), address: knock.client.address, title: refused.title },
})

/** Who the gateway is in its own sessions. */
const ourselves: Principal = { id: 'p-gateway', kind: 'service', name: 'gateway', person: 'p-gateway', groups: [] }

/** For the target, without an end: nobody can hold it, it stands in no record. */
const ownGrant = (target: Target, level: Level): Grant => ({
  id: 'g-gateway',
  request: 'r-gateway',
  holder: ourselves.id,
  person: ourselves.person,
  target: target.name,
  level,
  scope: {},
  notBefore: 0,
  notAfter: Number.MAX_SAFE_INTEGER,
})

/** The client of our own sessions: takes everything, says nothing. */
const nowhere = (): Duplex => new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
