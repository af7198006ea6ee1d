// What the journal holds: one kind of fact per line. `Clear` is what stands readable in the leaf, so that a stranger
// can replay the rules without a key; `Payload` is encrypted beside it. Facts only, never instructions; a change of
// meaning is a new `v`, and old entries fold for ever.
import type {
  Change,
  Channel,
  EndCause,
  GrantId,
  Hash,
  Lock,
  LockId,
  Needed,
  Outcome,
  PrincipalId,
  RequestId,
  SessionId,
  TokenId,
} from './nouns.ts'
import type { Effect, Level } from './level.ts'
import type { ErrorCode } from './error.ts'
import type { HoldId, RedactionId, RedactionScope, RetentionClass } from './redaction.ts'
import type { Last } from './rides.ts'

interface Kinds {
  'gateway.started': { clear: { gateway: string }; payload: { version: string } }
  'gateway.stopped': { clear: { gateway: string }; payload: Record<string, never> }
  /** Every few minutes while the record is delivered somewhere, so that silence there is news. */
  'gateway.beat': { clear: { gateway: string }; payload: Record<string, never> }
  'config.loaded': { clear: { config: Hash }; payload: { targets: readonly string[] } }
  'policy.loaded': { clear: { policies: Hash }; payload: { files: Readonly<Record<string, string>> } }
  'principal.set': {
    clear: {
      principal: PrincipalId
      person: PrincipalId
      kind: 'user' | 'service' | 'agent'
      actsFor?: PrincipalId
      groups: readonly string[]
    }
    payload: { name: string }
  }
  'principal.removed': { clear: { principal: PrincipalId }; payload: Record<string, never> }
  'token.issued': {
    clear: {
      token: TokenId
      principal: PrincipalId
      use: 'personal' | 'connection'
      grant?: GrantId
      notAfter?: string
    }
    payload: Record<string, never>
  }
  'token.revoked': { clear: { token: TokenId }; payload: Record<string, never> }
  /** That a password was set, never what checks it. */
  'password.set': { clear: { principal: PrincipalId }; payload: Record<string, never> }
  'request.created': {
    clear: {
      request: RequestId
      person: PrincipalId
      target: string
      level: Level
      scope: Hash
      durationMs: number
      contentHash: Hash
      /** End of the request's time to live, RFC 3339. */
      expiresAt: string
      needed: Needed
      policies: Hash
      extends?: GrantId
      /** Of a request for one statement: binds its text and its dry run (core/statement.ts). */
      statement?: Hash
    }
    /** `rehearsal`: what the dry run showed, as RFC 8785 text; its hash stands in `canonical`. */
    payload: { canonical: string; decidedBy: readonly string[]; rehearsal?: string }
  }
  'request.reviewed': {
    clear: {
      request: RequestId
      person: PrincipalId
      kind: 'user' | 'service' | 'agent'
      groups: readonly string[]
      decision: 'approve' | 'deny'
      contentHash: Hash
      durationMs: number
      challenge: Hash
      policies: Hash
    }
    payload: { comment?: string }
  }
  'request.withdrawn': { clear: { request: RequestId }; payload: Record<string, never> }
  'request.expired': { clear: { request: RequestId }; payload: Record<string, never> }
  'grant.started': {
    clear: {
      grant: GrantId
      request: RequestId
      holder: PrincipalId
      person: PrincipalId
      target: string
      level: Level
      scope: Hash
      notBefore: string
      notAfter: string
    }
    payload: Record<string, never>
  }
  'grant.extended': { clear: { grant: GrantId; request: RequestId; notAfter: string }; payload: Record<string, never> }
  'grant.revoked': { clear: { grant: GrantId }; payload: { reason: string } }
  'grant.expired': { clear: { grant: GrantId }; payload: Record<string, never> }
  'lock.set': {
    clear: { lock: LockId; kind: Lock['kind']; subject: string; notAfter?: string }
    payload: { reason: string }
  }
  'lock.lifted': { clear: { lock: LockId }; payload: Record<string, never> }
  'access.refused': {
    clear: { command: string; code: ErrorCode; target?: string; request?: RequestId }
    payload: { title: string; why?: string }
  }
  'audit.searched': { clear: { found: number }; payload: { query: string } }
  /** An evidence file, before anybody has it. `files` = SHA-256 of its SHA256SUMS; `first` to `last` = the span of its query. */
  'audit.exported': { clear: { found: number; first: number; last: number; files: Hash }; payload: { query: string } }
  /** A sink is told the record again from entry `from` on. */
  'sink.resent': { clear: { sink: string; from: number }; payload: Record<string, never> }
  'session.opened': {
    clear: { session: SessionId; principal: PrincipalId | 'gateway'; grant?: GrantId; target: string; channel: Channel }
    payload: { client: string; address: string }
  }
  'session.refused': {
    clear: { target: string; code: ErrorCode; channel: Channel }
    payload: { user: string; address: string; title: string }
  }
  /** Values of an answer that looked like this class and were masked, though no label spoke of them: one for each column of a session. */
  'detector.hit': {
    clear: { session: SessionId; target: string; class: string; count: number }
    payload: { column: string }
  }
  'session.killed': { clear: { session: SessionId }; payload: { reason: string } }
  /** `count` = number of this session's numbered entries (action.admitted and action.refused). */
  'session.closed': {
    clear: { session: SessionId; count: number; cause: EndCause; code?: ErrorCode }
    payload: { detail?: string }
  }
  /** `n` counts 1, 2, 3 … within the session over action.admitted and action.refused: gap-free. */
  'action.admitted': {
    /** `searches` = different values searched for in labelled columns (Q3); `blind` = its rows don't tell whether one was found. */
    clear: {
      session: SessionId
      n: number
      effect: Effect
      fingerprint?: string
      searches?: number
      blind?: boolean
      /** A dry run of the gateway's: it is rolled back. */
      rehearsal?: boolean
      /** The approved statement that this is, or is the COMMIT of. */
      statement?: Hash
      /** On the COMMIT: the grant that is used up by it. */
      commits?: GrantId
      /** How the action before it ended, where that was `ok` and has no entry of its own (core/rides.ts). */
      last?: Last
    }
    /** `searched`: keyed hashes of those values. */
    payload: {
      text: string
      reads: readonly string[]
      masked: readonly string[]
      parameters?: readonly string[]
      searched?: readonly string[]
      change?: Change
    }
  }
  /** Outcome of this session's action `n`; exactly one for each admitted one, here or in the `last` of the next. */
  'action.settled': { clear: { session: SessionId; n: number } & Omit<Outcome, 'error'>; payload: { error?: string } }
  /** So many different values in a row were searched for and not found (Q3). */
  'search.alarm': {
    clear: { session: SessionId; target: string; misses: number }
    payload: { columns: readonly string[] }
  }
  /** Pseudonyms are made with a new key from here on; `epoch` is its handle (M7). */
  'epoch.begun': { clear: { epoch: string }; payload: Record<string, never> }
  /** Nobody can make the pseudonyms of that epoch again. On record before the key is destroyed. */
  'epoch.destroyed': { clear: { epoch: string }; payload: { reason: string } }
  /** Somebody asks that payloads be erased. `ofPerson`, `ofSession` = what holds are compared with. */
  'redaction.requested': {
    clear: {
      redaction: RedactionId
      person: PrincipalId
      scope: RedactionScope
      subject: string
      basis: string
      contentHash: Hash
      needed: Needed
      expiresAt: string
      policies: Hash
      ofPerson?: PrincipalId
      ofSession?: string
    }
    payload: { canonical: string }
  }
  'redaction.reviewed': {
    clear: {
      redaction: RedactionId
      person: PrincipalId
      kind: 'user' | 'service' | 'agent'
      groups: readonly string[]
      decision: 'approve' | 'deny'
      contentHash: Hash
      challenge: Hash
      policies: Hash
    }
    payload: { comment?: string }
  }
  /**
   * Payloads are gone for good: those under `keys`, and those of `entries`, of entries before this one. On record before
   * anything is destroyed. Without `redaction` it was time: all of them are older than `olderThanMs`.
   */
  'redaction.done': {
    clear: {
      redaction?: RedactionId
      scope: RedactionScope | 'class'
      subject: string
      basis: string
      requestedBy: PrincipalId | 'gateway'
      approvedBy: readonly PrincipalId[]
      keys: readonly string[]
      entries: readonly number[]
      /** Accounts whose name is gone. */
      names?: readonly PrincipalId[]
      olderThanMs?: number
      class?: RetentionClass
    }
    payload: Record<string, never>
  }
  /** Nothing that it covers is erased until it is lifted. `of` = whose session it is. */
  'hold.set': {
    clear: { hold: HoldId; kind: 'all' | 'person' | 'session'; subject: string; of?: PrincipalId }
    payload: { reason: string }
  }
  'hold.lifted': { clear: { hold: HoldId }; payload: { reason: string } }
  'action.refused': {
    clear: { session: SessionId; n: number; effect: Effect; code: ErrorCode }
    payload: { text: string; title: string; why?: string }
  }
}

export type EntryType = keyof Kinds
export type Clear<T extends EntryType> = Kinds[T]['clear']
export type Payload<T extends EntryType> = Kinds[T]['payload']

/** A fact before the journal has stamped it. `by` is who caused it: a principal, or the gateway itself. */
export type Draft = {
  [T in EntryType]: { type: T; by: PrincipalId | 'gateway'; clear: Clear<T>; payload: Payload<T> }
}[EntryType]

/**
 * The leaf: RFC 8785 JSON of exactly these members, hashed as written. `commit` binds the encrypted payload; an entry that
 * keeps nothing from strangers has neither.
 */
export type Entry = {
  [T in EntryType]: { v: 1; type: T; ts: string; by: PrincipalId | 'gateway'; commit?: string } & Clear<T>
}[EntryType]

/** An entry with its place in the log and, where the key still exists, its payload. */
export type Recorded = {
  [T in EntryType]: { index: number; entry: Extract<Entry, { type: T }>; payload: Payload<T> | undefined }
}[EntryType]

/** What both doors need of the journal. Defined here so that store/ can hold it without knowing journal/. */
export interface Appender {
  /**
   * Stamps the drafts, gives them consecutive indexes and puts them into one write: all of them become durable or none.
   * Synchronous up to there; `durable` resolves after the fdatasync that covers them (shared with whoever waits).
   * Throws GBX-1401 before anything changed when there is no room on disk; `reserve` may then still use the space that
   * is kept for closing entries; `lazy` entries ride the next write that somebody waits for, or start one after a few
   * milliseconds. A failed fdatasync ends the process: nothing can be promised after it.
   */
  append(
    drafts: readonly Draft[],
    options?: { reserve?: boolean },
  ): { recorded: readonly Recorded[]; durable: Promise<void> }
}
