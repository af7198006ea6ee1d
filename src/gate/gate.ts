// The data door: nobody reaches a target but through enter(), and nothing runs there but through admit(). Both decide on
// the newest state, record durably, and only then act (G1). Protocols see gate/types.ts and none of this.
import { Duplex } from 'node:stream'
import type { Channel, Grant, Principal, PrincipalId, RequestId, Target, TokenId } from '../core/nouns.ts'
import { GloveboxError, isRefusal, oneLine, refusal, type Refusal } from '../core/error.ts'
import type { Draft } from '../core/entry.ts'
import { endedRefusal, isLiveToken, mayEnter } from '../core/session.ts'
import { liveGrants } from '../core/grant.ts'
import { isHigher } from '../core/level.ts'
import { newId } from '../lib/ids.ts'
import type { Ledger } from '../store/ledger.ts'
import { dial, type Line } from '../net/dial.ts'
import { Deadlines } from './deadline.ts'
import { Invitations, type Invitation } from './invitations.ts'
import { LiveSession } from './session.ts'
import type { Ending, Endpoint, Gate, Knock, ScramSecrets, Session } from './types.ts'

/** What the composition root gives the gate. */
export interface GateParts {
  readonly ledger: Ledger
  readonly target: (name: string) => Target | undefined
  /** SCRAM keys of a name's live tokens; stable useless ones for a name that nobody has. */
  readonly scram: (user: string) => Promise<ScramSecrets>
  /** Policy and locks: why this principal may not use this grant on this target now. Undefined = may. Must not throw. */
  readonly mayEnter: (question: {
    principal: Principal
    target: Target
    grant: Grant
    now: number
  }) => { refused: Refusal; cause: 'locked' | 'role-lost' } | undefined
  /** The key of the current epoch, 32 bytes (G9). */
  readonly pseudonymKey: () => Uint8Array
  /** The journal's clock (epoch ms) and one that only grows. */
  readonly now: () => number
  readonly monotonic?: () => number
  readonly dialTimeoutMs?: number
  readonly log: (line: string) => void
}

interface Entrant {
  readonly principal: Principal
  readonly grant: Grant
  readonly target: Target
  readonly channel: Channel
}

/** While somebody has to decide first, a connection is held this long. */
const holdMs = 600_000

export class DataDoor implements Gate {
  readonly #parts: GateParts
  readonly #deadlines: Deadlines
  readonly #invitations = new Invitations()
  readonly #shared = new Map<string, object>()
  /** Sessions that are open or about to be; owned here. */
  readonly #live = new Set<LiveSession>()
  /** Connections per person that were let in and have not ended (G10). */
  readonly #held = new Map<PrincipalId, number>()
  readonly #closing = new AbortController()

  constructor(parts: GateParts) {
    this.#parts = parts
    this.#deadlines = new Deadlines(parts.ledger, {
      now: parts.now,
      monotonic: parts.monotonic ?? (() => performance.now()),
    })
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
    let entrant = this.#entrant(knock, invitation)
    if (isRefusal(entrant) && entrant.code === 'GBX-1102' && knock.onWait !== undefined) {
      knock.onWait(entrant)
      entrant = await this.#hold(knock, invitation, entrant)
    }
    if (isRefusal(entrant)) {
      await this.refused(knock, entrant)
      return entrant
    }
    const { principal, grant, target, channel } = entrant
    return this.#open(knock.client.stream, endpoint, {
      principal,
      grant,
      target,
      channel,
      client: knock.why === undefined ? knock.clientName : `${knock.clientName}: ${knock.why}`,
      address: knock.client.address,
    })
  }

  async enterAsGateway(target: Target, endpoint: Endpoint): Promise<Session | Refusal> {
    return this.#open(nowhere(), endpoint, {
      principal: ourselves,
      grant: ownGrant(target),
      target,
      channel: 'system',
      client: 'gateway',
      address: '',
    })
  }

  /** Ends all sessions and stops: what was sent is flushed, each is closed on record. */
  async close(): Promise<void> {
    this.#closing.abort()
    const ending: Ending = {
      cause: 'shutdown',
      refused: refusal(
        'GBX-1103',
        { grant: 'the session', at: this.#at(), cause: 'the gateway is shutting down', target: '' },
        { next: [] },
      ),
    }
    for (const session of [...this.#live]) session.stop(ending)
    while (this.#live.size > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    this.#deadlines.close()
  }

  /** Live sessions, for `sessions` and `watch`. */
  get sessions(): readonly Session[] {
    return [...this.#live]
  }

  #at(): string {
    return new Date(this.#parts.now()).toISOString()
  }

  /** Token -> principal -> live grant, on the newest state. Synchronous: nothing can come between this and the record. */
  #entrant(knock: Knock, invitation: Invitation | undefined): Entrant | Refusal {
    const { world } = this.#parts.ledger
    const unknown = refusal('GBX-1115', { target: knock.target })
    if (this.closing.aborted) return refusal('GBX-1301', { target: knock.target, why: 'the gateway is shutting down' })
    const target = this.#parts.target(knock.target)
    if (target === undefined) return unknown
    // Only in-memory clients hold one-time credentials, and they hold nothing else.
    if (knock.client.inMemory) return this.#invited(invitation, target)
    const token = world.tokens.get(knock.token as TokenId)
    const principal = token === undefined ? undefined : world.principals.get(token.principal)
    if (token === undefined || principal === undefined) return unknown
    const now = this.#parts.now()
    const bound = token.grant === undefined ? undefined : world.grants.get(token.grant)
    // The right key of a grant that is over: its holder hears that, everybody else hears nothing.
    if (
      bound !== undefined &&
      bound.holder === principal.id &&
      bound.target === target.name &&
      !isLiveToken(world, token.id, now)
    )
      return this.#over(bound)
    const grant = mayEnter(world, { principal: principal.id, target, token: token.id }, now)
    if (!isRefusal(grant)) return this.#withGrant(principal, target, grant, 'native')
    return grant.code === 'GBX-1109' ? (this.#waiting(principal, target) ?? grant) : grant
  }

  /** An in-memory client: who it is was settled when it was invited. */
  #invited(invitation: Invitation | undefined, target: Target): Entrant | Refusal {
    const { world } = this.#parts.ledger
    const principal = invitation === undefined ? undefined : world.principals.get(invitation.principal)
    if (invitation === undefined || principal === undefined || invitation.target !== target.name)
      return refusal('GBX-1115', { target: target.name })
    const live = liveGrants(world, principal.id, target.name, this.#parts.now()).filter(
      (grant) => invitation.grant === undefined || grant.id === invitation.grant,
    )
    const grant = live.reduce<Grant | undefined>(
      (best, other) => (best && !isHigher(other.level, best.level) ? best : other),
      undefined,
    )
    if (grant !== undefined) return this.#withGrant(principal, target, grant, invitation.channel)
    const asked = invitation.grant === undefined ? undefined : world.grants.get(invitation.grant)
    if (asked !== undefined && asked.holder === principal.id) return this.#over(asked)
    return this.#waiting(principal, target) ?? refusal('GBX-1109', { target: target.name })
  }

  #withGrant(principal: Principal, target: Target, grant: Grant, channel: Channel): Entrant | Refusal {
    if (this.#deadlines.left(grant) <= 0) return this.#over(grant)
    const not = this.#parts.mayEnter({ principal, target, grant, now: this.#parts.now() })
    if (not !== undefined) return not.refused
    const limit = target.limits.connectionsPerPerson
    if ((this.#held.get(principal.person) ?? 0) >= limit) return refusal('GBX-1116', { limit }) // G10
    return { principal, grant, target, channel }
  }

  #over(grant: Grant): Refusal {
    return endedRefusal(grant, this.#parts.now(), grant.ended === 'revoked' ? 'it was revoked' : 'its time was over')
  }

  #waiting(principal: Principal, target: Target): Refusal | undefined {
    const asked = [...this.#parts.ledger.world.requests.values()].find(
      (request) => request.asker === principal.id && request.target === target.name && request.state === 'pending',
    )
    if (asked === undefined) return undefined
    const have = asked.reviews.filter((review) => review.decision === 'approve').length
    return refusal(
      'GBX-1102',
      { request: asked.id, have, need: asked.needed.count, reviewers: asked.needed.groups.join(', ') },
      { ref: asked.id },
    )
  }

  /** The sentence of a denial, where that is what became of the request that was waited for. */
  #denied({ ref }: Refusal): Refusal | undefined {
    const { world } = this.#parts.ledger
    const request = world.requests.get(ref as RequestId)
    const review =
      request?.state === 'denied' ? request.reviews.findLast(({ decision }) => decision === 'deny') : undefined
    if (request === undefined || review === undefined) return undefined
    const reviewer = world.principals.get(review.reviewer)?.name ?? review.reviewer
    return refusal(
      'GBX-1104',
      { request: request.id, reviewer, comment: review.comment ?? '', target: request.target, level: request.level },
      { ref: request.id },
    )
  }

  /** Holds a client until its request is decided, it goes away, or ten minutes are over. */
  #hold(knock: Knock, invitation: Invitation | undefined, waiting: Refusal): Promise<Entrant | Refusal> {
    const { promise, resolve } = Promise.withResolvers<Entrant | Refusal>()
    const look = () => {
      const now = this.#entrant(knock, invitation)
      if (!isRefusal(now)) resolve(now)
      else if (now.code !== 'GBX-1102') resolve(this.#denied(waiting) ?? now)
    }
    const stop = this.#parts.ledger.subscribe(() => setImmediate(look))
    const timer = setTimeout(() => resolve(waiting), holdMs)
    const gone = () => resolve(waiting)
    knock.client.stream.once('close', gone)
    this.closing.addEventListener('abort', gone, { once: true })
    return promise.finally(() => {
      stop()
      clearTimeout(timer)
      knock.client.stream.off('close', gone)
      this.closing.removeEventListener('abort', gone)
    })
  }

  async #open(
    client: Duplex,
    endpoint: Endpoint,
    of: { principal: Principal; grant: Grant; target: Target; channel: Channel; client: string; address: string },
  ): Promise<Session | Refusal> {
    const { ledger } = this.#parts
    const system = of.channel === 'system'
    const by = system ? 'gateway' : of.principal.id
    const id = newId('s')
    const release = this.#count(of.principal.person, system)
    let line: Line | undefined
    let opened = false
    try {
      const { recorded, durable } = ledger.record([
        {
          type: 'session.opened',
          by,
          clear: {
            session: id,
            principal: by,
            ...(system ? {} : { grant: of.grant.id }),
            target: of.target.name,
            channel: of.channel,
          },
          payload: { client: oneLine(of.client).slice(0, 200), address: of.address },
        },
      ])
      opened = true
      await durable // G1: on record before the target hears of it
      const timeoutMs = this.#parts.dialTimeoutMs ?? 10_000
      line = await dial(of.target.name, endpoint, timeoutMs)
      const check = () => this.#check(of)
      const session = new LiveSession({
        id,
        principal: by,
        holder: of.principal,
        ...(system ? {} : { grant: of.grant.id }),
        live: of.grant,
        on: of.target,
        channel: of.channel,
        openedAt: this.#parts.now(),
        entry: recorded[0]?.index ?? -1,
        client,
        line,
        pseudonymKey: this.#parts.pseudonymKey(),
        ledger,
        now: this.#parts.now,
        again: () => dial(of.target.name, endpoint, 1000),
        check,
        journalDown: (why) => this.#journalDown(why),
        onEnd: (ended) => {
          release()
          this.#live.delete(ended)
          this.#deadlines.forget(ended)
        },
      })
      this.#live.add(session)
      this.#deadlines.keep(session, check)
      client.once('close', () => void session.end('client'))
      const late = check()
      if (late === undefined && !this.closing.aborted) return session
      // It ended while it was being opened.
      const refused =
        late?.refused ?? refusal('GBX-1301', { target: of.target.name, why: 'the gateway is shutting down' })
      await session.end(late?.cause ?? 'shutdown', undefined, refused)
      return refused
    } catch (error) {
      release()
      line?.socket.destroy()
      const refused = asRefusal(error, of.target.name)
      if (!opened) this.#journalDown(refused) // closed: not recorded, so not opened
      else await this.#closeOnRecord(by, id, refused)
      return refused
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

  /** Why an open session may not go on: its grant, its person, locks and policy as they are now. Sessions of the gateway always may. */
  #check(of: { principal: Principal; grant: Grant; target: Target; channel: Channel }): Ending | undefined {
    if (of.channel === 'system') return undefined
    const { world } = this.#parts.ledger
    const now = this.#parts.now()
    const grant = world.grants.get(of.grant.id) ?? { ...of.grant, ended: 'revoked' as const }
    if (grant.ended === 'revoked') return { cause: 'revoked', refused: this.#over(grant) }
    if (grant.ended !== undefined || this.#deadlines.left(grant) <= 0)
      return { cause: 'expired', refused: this.#over(grant) }
    const principal = world.principals.get(of.principal.id)
    if (principal === undefined) {
      return {
        cause: 'role-lost',
        refused: refusal(
          'GBX-1103',
          { grant: grant.id, at: this.#at(), cause: 'the person was removed', target: grant.target },
          { ref: grant.id },
        ),
      }
    }
    const target = this.#parts.target(of.target.name)
    if (target === undefined)
      return {
        cause: 'target',
        refused: refusal('GBX-1311', { target: of.target.name, why: 'it was taken out of the configuration' }),
      }
    const not = this.#parts.mayEnter({ principal, target, grant, now })
    if (not === undefined) return undefined
    const cause = not.cause === 'locked' ? 'a lock was set' : 'the policy or the groups changed'
    return {
      cause: not.cause,
      refused: refusal('GBX-1103', { grant: grant.id, at: this.#at(), cause, target: grant.target }, { ref: grant.id }),
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

const refusedDraft = (knock: Pick<Knock, 'client' | 'user' | 'target'>, refused: Refusal, channel: Channel): Draft => ({
  type: 'session.refused',
  by: 'gateway',
  clear: { target: oneLine(knock.target).slice(0, 100), code: refused.code, channel },
  payload: { user: oneLine(knock.user).slice(0, 100), address: knock.client.address, title: refused.title },
})

/** Who the gateway is in its own sessions. */
const ourselves: Principal = { id: 'p-gateway', kind: 'service', name: 'gateway', person: 'p-gateway', groups: [] }

/** Level read, for the target, without an end: nobody can hold it, it stands in no record. */
const ownGrant = (target: Target): Grant => ({
  id: 'g-gateway',
  request: 'r-gateway',
  holder: ourselves.id,
  person: ourselves.person,
  target: target.name,
  level: 'read',
  scope: {},
  notBefore: 0,
  notAfter: Number.MAX_SAFE_INTEGER,
})

/** The client of our own sessions: takes everything, says nothing. */
const nowhere = (): Duplex => new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
