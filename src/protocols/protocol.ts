// What a target protocol is: one folder that exports one of these, and one line in registry.ts.
import type { Duplex } from 'node:stream'
import type { z } from 'zod'
import type { Client, Gate } from '../gate/types.ts'
import type { Check } from '../core/check.ts'
import type { Refusal } from '../core/error.ts'
import type { Level } from '../core/level.ts'
import type { Change, Channel, Form, GrantId, Principal, RequestId, Scope, SessionId, Target } from '../core/nouns.ts'
import type { Rehearsal } from '../core/statement.ts'

export interface Runner {
  /** Runs one statement as an ordinary client of this protocol would. Values are JSON-safe: whole numbers and floats, booleans, null; all else as the target's text. */
  run(text: string): Promise<RunResult>
  close(): Promise<void>
}
export interface RunResult {
  readonly columns: readonly string[]
  readonly types: readonly string[]
  readonly rows: readonly (readonly (string | number | boolean | null)[])[]
  /** Names of the columns that came back masked. */
  readonly masked: readonly string[]
  readonly notices: readonly string[]
  /** What the target says it did, e.g. "SELECT 3". */
  readonly tag: string
}

/** What a second lock in the target should be like. */
export interface ProvisionWish {
  readonly level: 'l1' | 'l2'
  /** Name of the role that the gateway signs in with afterwards. */
  readonly role: string
  readonly connections: number
  readonly monitor: boolean
}

/** A script for the target: what it does, and the way back. */
export interface Provisioning {
  /** As people read and paste it, the way back in comments. */
  readonly text: string
  /** What is run when it is applied: in one transaction, in this order. */
  readonly statements: readonly string[]
  readonly undo: readonly string[]
  readonly others: readonly string[]
  readonly notes: readonly string[]
}

/** A column of a target and what stands in its place; no mask = it passes as it is. */
export interface ColumnMask {
  /** schema.table.column */
  readonly column: string
  readonly type: string
  readonly mask?: {
    readonly class: string
    readonly form: Form
    readonly search: boolean
    /** The file's key, or what it came down from. */
    readonly origin: string
    /** Made up, never from data. */
    readonly example: string
    /** The mask does not look at the value. */
    readonly isConstant: boolean
  }
  /** Why nobody can read it. */
  readonly refused?: string
}

/** What was seen of a column without a label in a sample of its values. Counts only: no value leaves the protocol. */
export interface ColumnSample {
  /** schema.table.column */
  readonly column: string
  readonly type: string
  /** Values that were looked at, nulls left out. */
  readonly sampled: number
  /** By class: values that hold one, and values that are one from end to end. */
  readonly found: readonly { readonly class: string; readonly count: number; readonly whole: number }[]
}

export interface PreviewColumn {
  readonly name: string
  readonly class?: string
  readonly form?: Form
  readonly example?: string
  /** From what the statement names down to the rule: view's column, table's column, what its label came from. */
  readonly origin: readonly string[]
  /** Shown as it is, by the grant. */
  readonly unmasked?: true
}

/** What would become of a text; nothing of it was run. */
export interface Preview {
  readonly statements: readonly {
    readonly kind: string
    /** Empty = not known before it runs. */
    readonly columns: readonly PreviewColumn[]
    readonly reads: readonly string[]
    /** What goes to the target, with masks folded for reading. */
    readonly sql: string
    readonly emitted: string
    /** Values that it searches for in masked columns. */
    readonly searches: number
  }[]
  readonly refused?: Refusal
  /** Ids of the rules that refused it. */
  readonly rules: readonly string[]
}

/** A text to try for somebody, before it can be asked for. */
export interface Rehearsing {
  readonly text: string
  readonly level: 'write' | 'admin'
  readonly by: Principal
  /** No literal of the text may be shown or recorded: nobody typed them. */
  readonly isHidden?: boolean
}
/** An approved text to run, once, for its holder. */
export interface Committing {
  readonly principal: Principal
  readonly request: RequestId
  readonly grant: GrantId
  readonly channel: Channel
  readonly text: string
  readonly level: 'write' | 'admin'
  readonly rehearsal: Rehearsal
  readonly isHidden?: boolean
}
export interface Committed {
  readonly session: SessionId
  /** Number of the COMMIT in that session. */
  readonly n: number
  readonly rows: number
  readonly change: Omit<Change, 'undo'>
  /** What RETURNING gave. */
  readonly columns: readonly string[]
  readonly returned: readonly (readonly (string | null)[])[]
  readonly masked: readonly string[]
  /** Why no undo is kept; absent = one is. */
  readonly undo: string | undefined
  /** Tables that an undo leaves as they are now. */
  readonly notUndone: readonly string[]
}

export interface Protocol<Options = unknown> {
  readonly name: string
  readonly port: number
  /** Its name in TLS (ALPN), where it has one. */
  readonly alpn?: string
  /** Its block in glovebox.yaml; JSON schema and reference page come from it. */
  readonly options: z.ZodType<Options>
  /** Serves one client until its session is over. Never throws: what breaks ends this connection with a clear error. */
  serve(client: Client, gate: Gate): Promise<void>
  /** A client library over our own serve(): the console, `run` and agents use this (law 3). */
  drive(stream: Duplex, as: { user: string; password: string; target: string; clientName: string }): Promise<Runner>
  /** The connection strings that people paste into their clients. */
  address(at: {
    host: string
    port: number
    target: string
    user: string
    password: string
    caFile?: string
  }): Readonly<Record<string, string>>
  /** The client that `glovebox connect` starts when none is named, and the environment that points any client at the target. */
  client(at: { host: string; port: number; target: string; user: string; password: string; caFile?: string }): {
    readonly command: string
    readonly args: readonly string[]
    readonly env: Readonly<Record<string, string>>
  }
  /**
   * Are the names of this scope the catalogue's own: relations that exist, columns that are masked? The refusal names
   * the first that is not. Absent = this protocol's targets have no names to check. Throws GloveboxError where the
   * target can't be asked.
   */
  names?(gate: Gate, target: Target, scope: Scope): Promise<Refusal | undefined>
  /**
   * Changes (Q6): a dry run that is always rolled back, and the one run of an approved text. Absent = nothing is changed
   * through this protocol. The refusal of `commit` says whether anything can have changed.
   */
  readonly writes?: {
    rehearse(gate: Gate, target: Target, of: Rehearsing): Promise<Rehearsal | Refusal>
    commit(gate: Gate, target: Target, of: Committing): Promise<Committed | Refusal>
  }
  /** Checks a target as a whole, with canaries; changes nothing there: used by `target test`, `doctor` and `apply`. */
  probe(gate: Gate, target: Target): Promise<readonly Check[]>
  /** Every column with its mask, from the snapshot; absent = this protocol has no columns. Throws GloveboxError where the target can't be asked. */
  columns?(gate: Gate, target: Target): Promise<readonly ColumnMask[]>
  /** Looks at some values of every column without a label, in a session of the gateway (recorded). Throws like `columns`. */
  sample?(gate: Gate, target: Target): Promise<readonly ColumnSample[]>
  /** What would become of a text at that level; runs nothing. */
  preview?(
    gate: Gate,
    target: Target,
    text: string,
    as: { readonly level: Level; readonly scope: Scope },
  ): Promise<Preview>
  /** The script that makes the second lock in the target; runs nothing. Absent = there is none for this protocol. */
  provision?(gate: Gate, target: Target, wish: ProvisionWish): Promise<Provisioning>
  /**
   * Runs the statements of a script in one transaction, signed in by `admin` (a connection string that is kept nowhere).
   * Each is on record before it runs. Throws GloveboxError; then nothing of it holds.
   */
  apply?(
    gate: Gate,
    target: Target,
    applying: { readonly statements: readonly string[]; readonly admin: string; readonly appliedBy: string },
  ): Promise<void>
}
