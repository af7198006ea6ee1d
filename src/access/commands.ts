// What can be asked of the control door, and what each command answers. Ids of new things are made at the door.
import type {
  Channel,
  GrantId,
  Lock,
  LockId,
  PrincipalId,
  RequestId,
  Scope,
  SessionId,
  TokenId,
} from '../core/nouns.ts'
import type { Level } from '../core/level.ts'
import type { About, Hold, HoldId, RedactionId, RedactionScope } from '../core/redaction.ts'

interface Commands {
  'request.create': {
    input: {
      target: string
      level: Level
      scope?: Scope
      durationMs: number
      reason: string
      ticket?: string
      ttlMs?: number
      extends?: GrantId
      /** For write and admin: the exact text, and what its dry run showed. */
      statement?: { text: string; rehearsal: string; undoes?: RequestId }
    }
    /** `reused` = the person had asked already, or has it already. */
    output: { request: RequestId; reused: boolean }
  }
  'request.withdraw': { input: { request: RequestId }; output: { request: RequestId } }
  'request.review': {
    input: {
      request: RequestId
      decision: 'approve' | 'deny'
      contentHash: string
      durationMs?: number
      comment?: string
    }
    output: { request: RequestId }
  }
  'grant.revoke': { input: { grant: GrantId; reason: string }; output: { grant: GrantId } }
  'session.kill': { input: { session: SessionId; reason: string }; output: { session: SessionId } }
  'lock.set': {
    input: { kind: Lock['kind']; subject: string; reason: string; durationMs?: number }
    output: { lock: LockId }
  }
  'lock.lift': { input: { lock: LockId }; output: { lock: LockId } }
  /** Makes or changes an account by its name. `person` and `of` are names of other accounts. */
  'user.set': {
    input: {
      name: string
      kind?: 'user' | 'service' | 'agent'
      groups?: readonly string[]
      person?: string
      of?: string
    }
    output: { principal: PrincipalId }
  }
  /** Pseudonyms are made with a new key from now on; open sessions keep theirs. */
  'epoch.rotate': { input: object; output: { epoch: string } }
  /** Nobody can make the pseudonyms of that epoch again; sessions that still use it end. */
  'epoch.destroy': { input: { epoch: string; reason: string }; output: { epoch: string } }
  /** Asks that payloads be erased. `about` = what holds are compared with. */
  'redaction.ask': {
    input: { scope: RedactionScope; subject: string; basis: string; reason: string; about: About }
    output: { redaction: RedactionId }
  }
  'redaction.review': {
    input: { redaction: RedactionId; decision: 'approve' | 'deny'; contentHash: string; comment?: string }
    output: { redaction: RedactionId }
  }
  'hold.set': {
    input: { kind: Hold['kind']; subject: string; of?: PrincipalId; reason: string }
    output: { hold: HoldId }
  }
  'hold.lift': { input: { hold: HoldId; reason: string }; output: { hold: HoldId } }
  'user.remove': { input: { name: string }; output: { principal: PrincipalId } }
  /** The text is shown once and kept nowhere. */
  'token.issue': { input: { name: string }; output: { token: TokenId; text: string } }
  /** A password for connection strings: opens this grant's target for its holder, as long as the grant lives. */
  'token.connect': { input: { grant: GrantId }; output: { token: TokenId; text: string } }
  /** One's own password; 15 to 256 characters. */
  'password.set': { input: { password: string }; output: { principal: PrincipalId } }
  'token.revoke': { input: { token: TokenId }; output: { token: TokenId } }
}

export type CommandType = keyof Commands
export type Command<T extends CommandType = CommandType> = {
  [K in T]: { readonly type: K } & Readonly<Commands[K]['input']>
}[T]
export type Answer<T extends CommandType> = Commands[T]['output']

/** From where a command came: circumstances that a policy may look at. */
export interface Origin {
  readonly channel?: Channel
  readonly sourceIp?: string
}
