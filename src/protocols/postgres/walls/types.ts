// The narrow door between the wire and the walls: text goes in, verdicts or a refusal come out. The wire knows nothing of
// SQL, the walls know nothing of frames. What the walls throw counts as a refusal (fail closed).
import type { PlainParameter } from './ordinary.ts'
import type { Action, Form, Limits, Scope, Target } from '../../../core/nouns.ts'
import type { Level } from '../../../core/level.ts'
import type { Guard } from './rights/guard.ts'
import type { Refusal } from '../../../core/error.ts'
import type { WriteStep } from './write/rows.ts'

/** A labelled column that a statement touches. */
export interface Labelled {
  readonly tableOid: number
  readonly attnum: number
  /** schema.table.column */
  readonly column: string
  readonly class: string
  readonly form: Form
}

/** What the wire has to know about a statement in order to follow the state of the connection. */
export type Kind =
  | 'query'
  | 'copy'
  | 'begin'
  | 'commit'
  | 'rollback'
  | 'savepoint'
  | 'release'
  | 'rollback-to'
  | 'set'
  | 'discard'
  | 'prepare'
  | 'execute'
  | 'deallocate'
  | 'declare'
  | 'fetch'
  | 'close'
  | 'empty'

/** One statement that may go up, in the words in which it goes up. */
export interface Verdict {
  readonly kind: Kind
  readonly action: Action
  /** The emitted text: exactly one statement, without a trailing semicolon; '' for an empty statement. */
  readonly sql: string
  /** RESET ALL and DISCARD: these go up instead of `sql`, one by one; the client sees only `tag` (e.g. "DISCARD ALL"). */
  readonly emulate?: { readonly statements: readonly string[]; readonly tag: string }
  /** commit, rollback: AND CHAIN was given. */
  readonly chain?: boolean
  /** Name of the savepoint, cursor or prepared statement; absent = all of them (CLOSE ALL, DEALLOCATE ALL). */
  readonly name?: string
  /** set: what changes. `searchPath` only for that setting; absent there = back to the default of the session. */
  readonly setting?: { readonly name: string; readonly local: boolean; readonly searchPath?: readonly string[] }
  /** Where a place in `sql` stood in the person's text (characters from 1); undefined = nowhere. Absent = never. */
  readonly placeOf?: (place: number) => number | undefined
  readonly touched: readonly Labelled[]
  /** Numbers ($1 = 1) of parameters that meet a labelled column: recorded as type and length only. */
  readonly labelledParameters: readonly number[]
  /** Columns that the grant shows as they are and that this statement reads: values of each in one row of its answer. */
  readonly unmasked?: readonly { readonly column: string; readonly values: number }[]
  /** Set where the planner has to be asked what it would cost (W3). */
  readonly guard?: Guard
  /** Parameters that are compared with scrubbed texts: bind() refuses values that no scrubbed text can be. */
  readonly plainParameters?: readonly PlainParameter[]
  /** To tell once per session, in order (GBX-1201, one per labelled column). */
  readonly notices: readonly Refusal[]
  /** Values that the statement searches for in labelled columns (Q3). Its action names the literal ones; bind() those of parameters. */
  readonly searches?: readonly {
    readonly column: string
    readonly literal?: string
    readonly parameter?: number
    readonly list: boolean
    readonly type: string
    readonly tells: boolean
  }[]
  /** Columns of the answer as far as they are known, by name: masked by which class and form. */
  readonly outputs?: readonly {
    readonly name: string
    readonly class?: string
    readonly form?: Form
    readonly origin?: string
    /** schema.table.column that it comes from. */
    readonly column?: string
    /** Shown as it is, by the grant. */
    readonly unmasked?: true
  }[]
}

export type Judged = readonly Verdict[] | Refusal

/** State of the connection at the place where the text stands. */
export interface Place {
  /** As the target has it now: kept by the wire from `Verdict.setting` and from the answers. */
  readonly searchPath: readonly string[]
  readonly inTransaction: boolean
  /** Parse message (one statement, parameters) or Query message (any number of statements). */
  readonly extended: boolean
}

/** A value bound to $1, $2 …; null is SQL's NULL. */
export interface Bound {
  readonly value: Uint8Array | null
  readonly binary: boolean
}

/** Walls for one session. */
export interface WallsSession {
  /**
   * Judges every statement of the text; one that is refused refuses all. A value rather than a promise where it can be
   * (speed). Never called again before the last call has been answered.
   */
  judge(text: string, place: Place): Judged | Promise<Judged>
  /** Looks at the values of a Bind before they go up: what is searched for with them, to be counted at each Execute (Q3). */
  bind(verdict: Verdict, parameters: readonly Bound[]): Action['searches'] | Refusal
  close(): void
}

/** A column of an answer, as RowDescription names it. */
export interface Field {
  readonly name: string
  readonly tableOid: number
  readonly attnum: number
  readonly typeOid: number
}

/** A column as the walls see it. */
export interface SurveyColumn {
  readonly attnum: number
  readonly name: string
  /** As SQL writes it, with its bound. */
  readonly type: string
  readonly label?: {
    readonly class: string
    readonly form: Form
    readonly search: boolean
    /** The file's key, or what it came down from: "foreign key of public.people.email". */
    readonly origin: string
    /** The mask does not look at the column at all, so the role need not be able to read it. */
    readonly readsNothing: boolean
    /** The mask as SQL, of the column `ref`; of views nothing, they carry no masks of their own. */
    readonly sql: (ref: string) => string
    /** Views: the table's column that it shows, and whether unchanged. */
    readonly from?: { readonly column: string; readonly plain: boolean }
  }
}

/** A relation that is not the server's own. */
export interface SurveyRelation {
  readonly oid: number
  readonly schema: string
  readonly name: string
  /** pg_class.relkind: r p v m f S */
  readonly kind: string
  readonly isPartition: boolean
  /** Views: never read by name, because the masked definition stands in their place or they can't be read at all. */
  readonly isInlined: boolean
  /** Why it can't be read: a view that uses what is not allowed, a table whose masked view is not there (L2). */
  readonly refused?: Refusal
  /** Member of an extension. */
  readonly extension?: string
  readonly columns: readonly SurveyColumn[]
}

/** What a snapshot and the labels make of a database: for provisioning, doctor and `mask why`. */
export interface Survey {
  readonly user: string
  readonly database: string
  readonly relations: readonly SurveyRelation[]
}

/** Walls for one database of one target: one catalogue snapshot shared by all its sessions. */
export interface Walls {
  /** Grows with every new snapshot or change of labels: statements prepared under an older one are not run any more (R13). */
  readonly version: number
  /** search_path that a new session of this target has, as names. */
  readonly searchPath: readonly string[]
  /** default_transaction_isolation that a new session of this target has; absent = not known. */
  readonly isolation?: string
  session(of: { level: Level; scope: Scope; limits: Limits }): WallsSession
  /** The net behind the rewriting: does an answer show a labelled column raw that is not among `unmask`? Called before its first row. */
  alarm(fields: readonly Field[], unmask?: readonly string[]): Refusal | undefined
  /** schema.table.column that a field comes straight from; undefined = it is computed. */
  columnOf?(field: Field): string | undefined
  /** Names of the answer's columns that are masked (for `run --json` and the record). */
  maskedColumns(verdict: Verdict, fields: readonly Field[]): readonly string[]
  /** Text-like columns of users' tables that no label speaks of and that pass unmasked, sorted; absent = nobody asked the catalogue. */
  unlabelled?(): readonly string[]
  /** The snapshot as provisioning and doctor need it; absent = nobody asked the catalogue. */
  survey?(): Survey
  /** A statement with one known answer that proves the pseudonym key of a fresh connection; absent = nothing to prove. */
  readonly proof?: (pseudonymKey: Uint8Array) => { readonly sql: string; readonly expected: string }
  /** Are the names of a scope the catalogue's: relations that exist, columns that are masked? Absent = nobody knows. */
  names?(scope: Scope): Refusal | undefined
  /** A text that is asked for as a change (Q6): its statements in the words in which they go up. Absent = these walls let nothing change. */
  write?(text: string, level: 'write' | 'admin'): Promise<readonly WriteStep[] | Refusal>
  /** Compares the catalogue's digest and loads a new snapshot where it changed. Called at session start and on 42703/42P01/42883/0A000. */
  refresh(): Promise<void>
  /** Ends the parser's thread. Optional to call: it never keeps a process alive. */
  close?(): void
}

/** Runs one of our own statements on the target in a session of the gateway (recorded); values are PostgreSQL's text. */
export type Load = (sql: string) => Promise<readonly (readonly (string | null)[])[]>

export interface Opening {
  readonly target: Target
  readonly database: string
  /** As the server reports it, e.g. 150015. */
  readonly serverVersion: number
  readonly load: Load
  /** 32 bytes: replaces literals on record by their HMAC, so that equal values can be told apart from others only, and counts searches. Absent = random. */
  readonly recordKey?: Uint8Array
}

/**
 * What walls/index.ts exports, by these names:
 * - openWalls(opening): throws GloveboxError GBX-1311 when a mask key matches nothing, GBX-1309 for an unreviewed version.
 * - reviewedMajors: majors with reviewed lists, e.g. [15, 18].
 * - startupSettings(pseudonymKey, limits): S2, all settings that a session's connection starts with (sent in `options`).
 * - settingAllowed(name, value): W5 for startup parameters of clients; a refusal or undefined.
 */
export interface WallsModule {
  openWalls(opening: Opening): Promise<Walls>
  readonly reviewedMajors: readonly number[]
  startupSettings(pseudonymKey: Uint8Array, limits: Limits): Readonly<Record<string, string>>
  settingAllowed(name: string, value: string): Refusal | undefined
}
