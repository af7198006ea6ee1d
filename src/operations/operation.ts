// What can be asked of a gateway: one object per operation. The HTTP API, the CLI verbs, OpenAPI and the reference pages
// are made from these objects; nothing about an operation is written twice.
import type { z } from 'zod'
import type { Check } from '../core/check.ts'
import type { ErrorCode, Refusal } from '../core/error.ts'
import type { Recorded } from '../core/entry.ts'
import type { Sinks } from '../core/sink.ts'
import type { Channel, GrantId, Principal, Target } from '../core/nouns.ts'
import type { Access } from '../access/execute.ts'
import type { Gate } from '../gate/types.ts'
import type { Policy } from '../policy/policy.ts'
import type { Spool } from '../features/evidence/spool.ts'
import type { Shredder } from '../features/redaction/shredder.ts'
import type { Ledger } from '../store/ledger.ts'
import type { Reader as LogFiles } from '../tlog/reader.ts'
import type { Store } from '../store/store.ts'
import type { Protocol, Runner } from '../protocols/protocol.ts'

/** The read side of the journal. */
export interface JournalReader {
  /** Number of entries that have a place in the log. */
  readonly size: number
  /** The entry at `index` with its payload where the key still exists; undefined beyond the end. */
  read(index: number): Promise<Recorded | undefined>
  /** Calls back after each entry became durable, in order. Returns how to stop. */
  onDurable(listener: (recorded: Recorded) => void): () => void
  /** The newest signed checkpoint (a C2SP signed note), and the verifier key to check it with. */
  checkpoint(): Promise<{ note: string; vkey: string }>
  /** Entries with these indexes (ascending, each once), with their payloads as `read` gives them. */
  readEach(indexes: readonly number[]): AsyncIterable<Recorded>
  /** The entry at `index` as bytes: its leaf, and its payload with the salt of its commitment where the key still exists. */
  opened(
    index: number,
  ): Promise<{ readonly leaf: Buffer; readonly payload?: Buffer; readonly salt?: Buffer } | undefined>
  /** The same for many: ascending, each once. */
  openedEach(
    indexes: readonly number[],
  ): AsyncIterable<{ readonly index: number; readonly leaf: Buffer; readonly payload?: Buffer; readonly salt?: Buffer }>
  /** The files of the log: checkpoint, tiles, entries. */
  readonly log: LogFiles
  /** An inclusion proof of entry `index` in the newest checkpoint, as a C2SP tlog-proof text; undefined if it is not covered yet. */
  prove(index: number): Promise<string | undefined>
}

/** What a gateway gives to its operations. Made once per request by the surface; `gateway` parts are shared. */
export interface Context {
  /** Who asks. Operations that need 'nobody' must not read it. */
  readonly principal: Principal
  readonly channel: Channel
  readonly gateway: Parts
}

/** The parts of a running gateway, put together in gateway.ts. */
export interface Parts {
  readonly version: string
  readonly access: Access
  readonly ledger: Ledger
  readonly store: Store
  /** Where the record is delivered to, and how that fares. */
  readonly sinks: Sinks
  readonly policy: Policy
  readonly journal: JournalReader
  readonly gate: Gate
  /** Evidence files that wait to be fetched. */
  readonly spool: Spool
  /** Erases what was approved. */
  readonly shredder: Shredder
  readonly protocols: ReadonlyMap<string, Protocol>
  /** Targets of the loaded configuration, by name. */
  targets(): ReadonlyMap<string, Target>
  /** Where the door of a protocol listens, for connection strings; undefined when it is closed. */
  door(protocol: string): { readonly host: string; readonly port: number; readonly caFile?: string } | undefined
  /**
   * Starts a client over the in-memory stream into serve() of the target's protocol (law 3), signed in by a one-time
   * credential of the data door. `grant` absent = the best live one. The caller closes it.
   */
  drive(
    target: Target,
    as: { principal: Principal; grant?: GrantId; clientName: string },
    channel: Channel,
  ): Promise<Runner>
  /** Checks that the composition root knows about (doors, clock, disk), for `doctor`. */
  checks(): Promise<readonly Check[]>
  now(): number
}

/**
 * Who may call it at all: nobody in particular, whoever is signed in, or whoever the policy allows that action (on the
 * thing in question where there is one). What a person asks about their own things (their session, their grant, their
 * request) is theirs without a policy. The sweep test walks over this.
 */
export type Needs =
  | 'nobody'
  | 'signed-in'
  | 'review'
  | 'watch'
  | 'kill'
  | 'lock'
  | 'audit'
  | 'manage'
  | 'redact'
  | 'hold'

/** What people see instead of JSON: a table, or lines, and at most one line of what to do next. */
export interface View {
  readonly table?: { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] }
  readonly lines?: readonly string[]
  readonly next?: string
}

/** How the CLI offers an operation. Help texts are the `describe()` of the input fields. */
export interface Cli {
  /** Words after `glovebox`: ['review', 'approve']. */
  readonly verb: readonly string[]
  /** Input fields given by position, in order. `rest` takes all remaining words, joined by a space. */
  readonly args?: readonly { readonly field: string; readonly name: string; readonly rest?: true }[]
  /** Input fields given as flags: `-s, --long VALUE`; no `value` = a switch; `many` = may be repeated, gives an array. */
  readonly flags?: readonly {
    readonly field: string
    readonly long: string
    readonly short?: string
    readonly value?: string
    readonly many?: true
  }[]
  readonly examples: readonly string[]
}

export interface Operation<I extends z.ZodObject = z.ZodObject, O extends z.ZodObject = z.ZodObject> {
  /** noun.verb, e.g. requests.create. */
  readonly name: string
  readonly summary: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Path with `:field` for input fields, e.g. /v1/requests/:id. Other fields: query for GET and DELETE, else JSON body. */
  readonly path: string
  /** One strict object. Fields are JSON; numbers and booleans in a query arrive as text and are coerced by the schema. */
  readonly input: I
  readonly output: O
  /** Codes that this operation gives besides GBX-1002, GBX-1003, GBX-1401 and GBX-1901, which all may give. */
  readonly errors: readonly ErrorCode[]
  readonly needs: Needs
  readonly cli?: Cli
  /** For people. Method, so that a typed object fits into the table. */
  view?(output: z.output<O>): View
  /** Refusals are values; what it throws is a failure (GBX code inside a GloveboxError, else GBX-1901). */
  handle(context: Context, input: z.output<I>): Promise<z.input<O> | Refusal>
}

/** Gives an operation object its types. */
export const operation = <I extends z.ZodObject, O extends z.ZodObject>(object: Operation<I, O>): Operation =>
  object as unknown as Operation
