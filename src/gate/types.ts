// The data door as protocols see it: types only, no value, so that no adapter can mint a Permit or reach a socket.
// Everything sent to a target belongs to a journal entry (G1); everything sent to a client is Masked (G2).
import type { Duplex } from 'node:stream'
import type {
  Action,
  Channel,
  EndCause,
  Grant,
  GrantId,
  Outcome,
  Principal,
  PrincipalId,
  RequestId,
  SessionFacts,
  Target,
} from '../core/nouns.ts'
import type { Level } from '../core/level.ts'
import type { Refusal } from '../core/error.ts'
import type { Masked } from '../masking/masked.ts'

/** Proof that an action is on record, durably. The only way bytes go up. */
export interface Permit {
  /** Journal index of the entry that this permit stands for. */
  readonly entry: number
  /** Number of the action within its session; 0 for the session's own permit. */
  readonly n: number
  /** Sends towards the target. After the session ended, or after settle(), it does nothing. False = wait for drained(). */
  send(bytes: Uint8Array): boolean
  drained(): Promise<void>
  /** Puts the outcome on record (rides the next commit; not awaited before the client goes on). Once; later calls do nothing. */
  settle(outcome: Outcome): void
}

/** A client as it arrived: a TCP connection or one end of an in-memory stream. */
export interface Client {
  readonly stream: Duplex
  /** Is it inside TLS? */
  readonly secure: boolean
  /** Does it come from this machine? */
  readonly local: boolean
  /** One end of an in-memory stream (the console, `run`): signs in with a one-time credential, and only such a client does. */
  readonly inMemory: boolean
  readonly address: string
  /** Only a door of net/ can do this: answers are read from the returned stream from then on. Absent = no TLS here (in memory). */
  readonly startTls?: () => Promise<Duplex>
}

/** SCRAM-SHA-256 secrets of one person's live tokens; for an unknown name stable and useless ones. RFC 5802. */
export interface ScramSecrets {
  readonly salt: Uint8Array
  readonly iterations: number
  /** At most 64. The protocol tries the client's proof against each. */
  readonly keys: readonly { readonly token: string; readonly storedKey: Uint8Array; readonly serverKey: Uint8Array }[]
}

export interface Knock {
  readonly client: Client
  /** Name typed by the client; target asked for. */
  readonly user: string
  readonly target: string
  /** Id of the token whose key the client proved to hold (from ScramSecrets.keys). */
  readonly token: string
  /** What the client calls itself (application_name), and the reason it brought, if any (glovebox.why). */
  readonly clientName: string
  readonly why?: string
  /** Called while somebody has to decide first: tell the client once; the connection is held, at most 10 minutes. */
  readonly onWait?: (waiting: Refusal) => void
}

/** Where and how to reach a target; made by its protocol from `target.options`. */
export interface Endpoint {
  readonly host: string
  readonly port: number
  readonly tls: 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full'
  readonly ca?: string
  /** Bytes that ask for TLS in this protocol, and the one-byte answer that grants it (PostgreSQL: SSLRequest, "S"). */
  readonly ask: Uint8Array
  readonly granted: number
}

/** The connection to the target. Reading is free; writing needs a Permit. */
export interface Upstream {
  /**
   * Bytes from the target, as they come; the newest reader gets them. Never give them to the client unmasked: only
   * masking/ makes them Masked. `closed` is called once, when the target is gone. What a reader throws ends the session.
   */
  listen(reader: { bytes(chunk: Buffer): void; closed(why: string): void }): void
  readonly secure: boolean
  /** The TLS server certificate in DER, for channel binding. */
  readonly certificate?: Uint8Array
  pause(): void
  resume(): void
}

/** A grant in use. */
export interface Session extends SessionFacts {
  readonly holder: Principal
  readonly live: Grant
  readonly on: Target
  /** Aborts when the session has to end, with `signal.reason` = Ending. Within 250 ms both sockets are destroyed (G3). */
  readonly signal: AbortSignal
  /** The session's own permit: handshake, Sync, Flush, Terminate, and nothing that carries a statement. */
  readonly permit: Permit
  readonly upstream: Upstream
  /** 32 bytes, the pseudonym key of the current epoch. Goes to the target as settings at connection start, nowhere else (G9). */
  readonly pseudonymKey: Uint8Array
  /** Records, then permits. A Refusal is recorded too; word it for the client. Safe to call concurrently; order of calls = order of n. */
  admit(action: Action): Promise<Permit | Refusal>
  /**
   * Records that the walls refused this text before it became an admissible action. `exact` = what was really sent: kept in
   * memory only, for the person who wants to ask for just that.
   */
  refuse(text: string, refused: Refusal, exact?: string): Promise<void>
  /** The only bytes that go down. Counts, and paces: false = wait for drained(). After the end it does nothing. */
  send(bytes: Masked): boolean
  drained(): Promise<void>
  /** Counts a value that the detectors found in an answer, by column and class; on record when the session ends. */
  found(column: string, className: string): void
  /** Opens a second connection to the same target, sends `bytes` (a cancel request), and closes it. Belongs to the session's permit. */
  aside(bytes: Uint8Array): Promise<void>
  /** Ends the session: flushes what was sent, closes both sides, writes session.closed. Idempotent. */
  end(cause: EndCause, detail?: string, refused?: Refusal): Promise<void>
}

/** Why a session has to end now. `refused` is what to tell the client, in its dialect. */
export interface Ending {
  readonly cause: EndCause
  readonly refused: Refusal
}

export interface Gate {
  scram(user: string): Promise<ScramSecrets>
  /** Checks token, grant, policy, locks and limits; records session.opened durably; dials; arms the deadline. */
  enter(knock: Knock, endpoint: Endpoint): Promise<Session | Refusal>
  /**
   * A session of the gateway itself on a target (catalogue, probes, EXPLAIN): recorded like any other (law 2). Level read;
   * `admin` names the person who had a script of ours applied, and is for that alone.
   */
  enterAsGateway(target: Target, endpoint: Endpoint, admin?: { readonly appliedBy: string }): Promise<Session | Refusal>
  /** A session of the gateway itself for a dry run at this level: everything in it is rolled back. `client` says for whom. */
  enterToRehearse(target: Target, endpoint: Endpoint, of: { level: Level; client: string }): Promise<Session | Refusal>
  /**
   * The one session of a grant for one statement, in which the gateway runs it for its holder. Refuses what enter() would
   * refuse, and GBX-1220 when the grant is used up or in use.
   */
  enterToWrite(
    of: { principal: Principal; grant: GrantId; channel: Channel; client: string },
    endpoint: (target: Target) => Endpoint,
  ): Promise<Session | Refusal>
  /** The exact text that was last refused to this person on a target, if it was within the last hour. */
  lastRefused(
    principal: PrincipalId,
  ): { readonly target: string; readonly text: string; readonly request: RequestId } | undefined
  target(name: string): Target | undefined
  /** Warnings before the end (5 min, 1 min) for a live session; the protocol words them as notices. */
  onWarning(session: Session, warn: (left: { ms: number; notAfter: number }) => void): void
  /** For connections that ended before enter(): records session.refused. Never throws. */
  refused(knock: Pick<Knock, 'client' | 'user' | 'target'>, refused: Refusal): Promise<void>
  /** What all connections of one protocol share (cancel keys, catalogue snapshots): made once, lives as long as the gate. */
  shared<T extends object>(protocol: string, make: () => T): T
  /** 32 bytes, the same for ever: values that are searched for stand on record as their HMAC (Q3). Never leaves the gateway. */
  readonly literalKey: Uint8Array
  /** Aborts when the gateway is closing. */
  readonly closing: AbortSignal
}
