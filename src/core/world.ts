// The state that decisions are made on: what folding the journal gives. `evolve` is the only thing that changes it, in
// the gateway while it runs, at its start, and in `audit verify` on a stranger's machine.
import type { AccessRequest, Grant, GrantId, Lock, LockId, Principal, PrincipalId, RequestId, SessionFacts, SessionId, TokenId } from './nouns.ts'
import type { Recorded } from './entry.ts'

export interface Token {
  readonly id: TokenId
  readonly principal: PrincipalId
  readonly use: 'personal' | 'connection'
  readonly grant?: GrantId
  readonly notAfter?: number
}

/** A session that has not been closed on record. `count` = its numbered entries; `open` = admitted actions without an outcome. */
export interface OpenSession extends SessionFacts {
  count: number
  readonly open: Set<number>
}

export interface World {
  readonly principals: Map<PrincipalId, Principal>
  readonly tokens: Map<TokenId, Token>
  readonly requests: Map<RequestId, AccessRequest>
  readonly grants: Map<GrantId, Grant>
  readonly sessions: Map<SessionId, OpenSession>
  readonly locks: Map<LockId, Lock>
  /** Gateway runs that have started and not stopped. */
  readonly gateways: Set<string>
  policies: string
  config: string
}

export const emptyWorld = (): World => ({
  principals: new Map(),
  tokens: new Map(),
  requests: new Map(),
  grants: new Map(),
  sessions: new Map(),
  locks: new Map(),
  gateways: new Set(),
  policies: '',
  config: '',
})

/** Folds one recorded entry into the world. Total: an entry that does not fit is ignored here and reported by `audit verify`. */
export function evolve(world: World, recorded: Recorded): void {
  void world
  void recorded
}
