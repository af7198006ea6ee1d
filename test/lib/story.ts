// A true story in entries: people, a request, its approval, sessions with statements. Made with the same rules as the
// gateway, so that a verification of it is clean; tests then break one thing.
import type { Appender, Draft, Recorded } from '../../src/core/entry.ts'
import { isRefusal, type Refusal } from '../../src/core/error.ts'
import type { GrantId, PrincipalId, RequestId, SessionId } from '../../src/core/nouns.ts'
import { decideCreate } from '../../src/core/request.ts'
import { decideReview } from '../../src/core/review.ts'
import { emptyWorld, evolve, type World } from '../../src/core/world.ts'
import { newId } from '../../src/lib/ids.ts'

export const ada: PrincipalId = 'p-adaadaadaada'
export const ben: PrincipalId = 'p-benbenbenben'
const policies = 'a1'.repeat(32)

/** Takes a decision; a refusal is a mistake of the test. */
export function taken(decided: Draft[] | Refusal): Draft[] {
  if (isRefusal(decided)) throw new Error(`${decided.code} ${decided.title} ${decided.why ?? ''}`)
  return decided
}

export class Story {
  readonly journal: Appender
  readonly now: () => number
  readonly world: World
  readonly recorded: Recorded[] = []
  /** Content hashes of what was asked. */
  readonly hashes = new Map<RequestId, string>()
  #durable: Promise<unknown> = Promise.resolve()

  constructor(journal: Appender, now: () => number, world: World = emptyWorld()) {
    this.journal = journal
    this.now = now
    this.world = world
  }

  tell(...drafts: Draft[]): readonly Recorded[] {
    const { recorded, durable } = this.journal.append(drafts)
    this.#durable = Promise.all([this.#durable, durable])
    for (const one of recorded) {
      evolve(this.world, one)
      this.recorded.push(one)
    }
    return recorded
  }

  get durable(): Promise<unknown> {
    return this.#durable
  }

  start(gateway = 'gw-1'): void {
    this.tell({ type: 'gateway.started', by: 'gateway', clear: { gateway }, payload: { version: '0' } })
    this.tell({ type: 'policy.loaded', by: 'gateway', clear: { policies }, payload: { files: {} } })
  }

  people(): void {
    const person = (id: PrincipalId, name: string, groups: string[]): Draft => ({
      type: 'principal.set',
      by: 'gateway',
      clear: { principal: id, person: id, kind: 'user', groups },
      payload: { name },
    })
    this.tell(person(ada, 'Ada', ['engineers']), person(ben, 'Ben', ['engineers', 'platform-leads']))
  }

  /** The entry by which Ada asks for an hour (or what is said) on pg-orders; not told yet. */
  asked(request: RequestId, durationMs = 3_600_000): Draft[] {
    const facts = {
      maxLevel: 'read',
      needed: { count: 1, groups: ['platform-leads'] },
      maxDurationMs: 8 * 3_600_000,
      decidedBy: ['ask'],
      policies,
    } as const
    const wish = {
      id: request,
      grant: newId('g'),
      asker: ada,
      target: 'pg-orders',
      level: 'read',
      scope: {},
      durationMs,
      reason: 'two charges',
      ttlMs: 3_600_000,
      nonce: 'ab'.repeat(32),
    } as const
    const drafts = taken(decideCreate(this.world, wish, facts, this.now()))
    for (const draft of drafts) if (draft.type === 'request.created') this.hashes.set(request, draft.clear.contentHash)
    return drafts
  }

  /** Ada asks, Ben approves. Gives the grant. */
  grant(durationMs = 3_600_000): GrantId {
    const [request, grant] = [newId('r'), newId('g')]
    this.tell(...this.asked(request, durationMs))
    const contentHash = this.hashes.get(request) as string
    this.tell(
      ...taken(
        decideReview(
          this.world,
          { request, reviewer: ben, decision: 'approve', contentHash, grant },
          { mayReview: true, why: '', policies },
          this.now(),
        ),
      ),
    )
    return grant
  }

  open(grant: GrantId): SessionId {
    const session = newId('s')
    this.tell({
      type: 'session.opened',
      by: ada,
      clear: { session, principal: ada, grant, target: 'pg-orders', channel: 'native' },
      payload: { client: 'psql', address: '127.0.0.1' },
    })
    return session
  }

  /** `ends` = number of the action whose outcome rides along. */
  admit(session: SessionId, n: number, text = `select ${n}`, ends?: number): readonly Recorded[] {
    const last = ends === undefined ? {} : { last: { n: ends, rows: 1, bytes: 10, durationMs: 1 } }
    return this.tell({
      type: 'action.admitted',
      by: ada,
      clear: { session, n, effect: 'read', ...last },
      payload: { text, reads: [], masked: [] },
    })
  }

  settle(session: SessionId, n: number): void {
    this.tell({
      type: 'action.settled',
      by: 'gateway',
      clear: { session, n, outcome: 'ok', rows: 1, bytes: 10, durationMs: 1 },
      payload: {},
    })
  }

  close(session: SessionId, count: number): void {
    this.tell({ type: 'session.closed', by: 'gateway', clear: { session, count, cause: 'client' }, payload: {} })
  }

  stop(gateway = 'gw-1'): void {
    this.tell({ type: 'gateway.stopped', by: 'gateway', clear: { gateway }, payload: {} })
  }

  /** All of it, with `statements` statements in one session. */
  whole(statements: number): void {
    this.start()
    this.people()
    const session = this.open(this.grant())
    for (let n = 1; n <= statements; n++) {
      this.admit(session, n)
      this.settle(session, n)
    }
    this.close(session, statements)
    this.stop()
  }
}
