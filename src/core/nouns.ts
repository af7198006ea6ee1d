// The nouns of the house as plain data. Times are epoch milliseconds (UTC) inside and RFC 3339 at every edge; ids are
// random, typed by their prefix, and handles only: knowing one gives no right.
import type { Level } from './level.ts'
import type { Refusal } from './error.ts'

export type PrincipalId = `p-${string}`
export type RequestId = `r-${string}`
export type GrantId = `g-${string}`
export type SessionId = `s-${string}`
export type LockId = `l-${string}`
export type TokenId = `t-${string}`
/** Lower-case hex of a SHA-256. */
export type Hash = string
export type Millis = number

/** Who acts. `person` is the human behind it: two accounts of one human share it, an agent has its human's. */
export interface Principal {
  readonly id: PrincipalId
  readonly kind: 'user' | 'service' | 'agent'
  readonly name: string
  readonly person: PrincipalId
  readonly groups: readonly string[]
  readonly actsFor?: PrincipalId
}

/** What is acted on. `options` is the block of its protocol in glovebox.yaml, parsed by that protocol's schema. */
export interface Target {
  readonly name: string
  readonly protocol: string
  readonly labels: Readonly<Record<string, string>>
  readonly maxLevel: Level
  readonly limits: Limits
  /** Pseudonyms are the same within an epoch (default), a grant, or one session only (M7). */
  readonly pseudonyms?: 'epoch' | 'grant' | 'session'
  /** Classes of data and their forms: the built-in ones with the file's changes. */
  readonly classes: Readonly<Record<string, ClassRule>>
  readonly options: unknown
  /** Where each label stands in the file: key -> file:line. */
  readonly places?: Readonly<Record<string, string>>
}

/** How a masked value looks. Closed list; each dialect knows how to make each form for each of its types. */
export const forms = ['null', 'redact', 'pseudonym', 'partial', 'generalise', 'keep', 'scrub'] as const
export type Form = (typeof forms)[number]

/** The form of a class of data, e.g. pii.email -> pseudonym with exact search. */
export interface ClassRule {
  readonly form: Form
  readonly search?: 'exact'
  /** pseudonym: `lower` = values that differ in capitals only have the same one, and lower(column) can be searched. */
  readonly canonical?: 'lower'
  readonly keepFirst?: number
  readonly keepLast?: number
  /** generalise: what remains (year, month, /24 …). */
  readonly unit?: string
  /** redact: null is redacted too, so that the mask need not read the column. */
  readonly hideNull?: boolean
}

/** Bounds that keep debugging from hurting production (G10). */
export interface Limits {
  readonly rows: number
  readonly bytes: number
  readonly statementTimeoutMs: number
  readonly lockTimeoutMs: number
  /** Idle connection, and idle transaction on the target. */
  readonly idleTimeoutMs: number
  readonly idleTransactionTimeoutMs: number
  readonly connectionsPerPerson: number
  readonly statementBytes: number
  /** The planner's estimate above which a statement is not run: cost units, and rows of the answer. */
  readonly cost: number
  readonly estimatedRows: number
}

/** What a grant reaches. Part of what is asked, hashed and reviewed. */
export interface Scope {
  /** Only these relations (schema.table); absent = the whole target. */
  readonly tables?: readonly string[]
  /** Labelled columns that are shown as they are (schema.table.column, sorted); absent = none. */
  readonly unmask?: readonly string[]
  /** At most this many rows with such a value over the whole grant; there whenever `unmask` is. */
  readonly rows?: number
}

export interface Review {
  readonly reviewer: PrincipalId
  readonly person: PrincipalId
  readonly decision: 'approve' | 'deny'
  readonly at: Millis
  readonly durationMs: Millis
  readonly comment?: string
}

/** The one text that a request for `write` or `admin` is about. */
export interface Statement {
  /** Binds the text and what its dry run showed (core/statement.ts). */
  readonly hash: Hash
  /** Absent where its key was destroyed, or is not here. */
  readonly text?: string
  /** Index of the entry that holds it and its dry run. */
  readonly entry: number
  /** The request whose change it takes back; its text then holds values that nobody typed. */
  readonly undoes?: RequestId
}

export type RequestState = 'pending' | 'approved' | 'denied' | 'withdrawn' | 'expired'

/** A wish for access, bound by `contentHash` to exactly what was asked. `extends` makes it a wish for more time. */
export interface AccessRequest {
  readonly id: RequestId
  readonly asker: PrincipalId
  readonly person: PrincipalId
  readonly target: string
  readonly level: Level
  readonly scope: Scope
  readonly durationMs: Millis
  readonly reason: string
  readonly ticket?: string
  readonly contentHash: Hash
  readonly createdAt: Millis
  readonly expiresAt: Millis
  readonly needed: Needed
  readonly extends?: GrantId
  readonly statement?: Statement
  readonly state: RequestState
  readonly reviews: readonly Review[]
  readonly grant?: GrantId
}

/** Who has to approve: `count` people other than the asker, each a member of one of `groups`. */
export interface Needed {
  readonly count: number
  readonly groups: readonly string[]
}

/** Permission in time. Ended by time, or by `ended` (revoked, locked). */
export interface Grant {
  readonly id: GrantId
  readonly request: RequestId
  readonly holder: PrincipalId
  readonly person: PrincipalId
  readonly target: string
  readonly level: Level
  readonly scope: Scope
  readonly notBefore: Millis
  readonly notAfter: Millis
  /** Values of each unmasked column that are on record as shown, in the order of `scope.unmask`. */
  readonly shown?: readonly number[]
  readonly ended?: 'expired' | 'revoked'
  /** Of a grant for one statement: the action that committed it. It is on record before COMMIT is sent, so there is no second one. */
  readonly used?: {
    readonly session: SessionId
    readonly n: number
    readonly entry: number
    readonly outcome?: Outcome['outcome']
  }
}

const channels = ['native', 'web', 'cli', 'mcp', 'runbook', 'system'] as const
export type Channel = (typeof channels)[number]

/** A grant in use. `system` sessions are the gateway's own and have no grant. */
export interface SessionFacts {
  readonly id: SessionId
  readonly principal: PrincipalId | 'gateway'
  readonly grant?: GrantId
  readonly target: string
  readonly channel: Channel
  readonly openedAt: Millis
}

/** Stops a person, a group, a target or an agent at once, until lifted or until `notAfter`. */
export interface Lock {
  readonly id: LockId
  readonly kind: 'user' | 'group' | 'target' | 'agent'
  /** Principal id, group name or target name. */
  readonly subject: string
  readonly notAfter?: Millis
  readonly reason: string
}

/** Why a session ended. */
export type EndCause =
  | 'client'
  | 'target'
  | 'expired'
  | 'revoked'
  | 'killed'
  | 'locked'
  | 'role-lost'
  | 'idle'
  | 'limit'
  | 'masker'
  | 'journal'
  | 'protocol'
  | 'shutdown'
  | 'crash'

/** One thing about to happen on a target, as its protocol's walls understood it. */
export interface Action {
  readonly protocol: string
  readonly effect: import('./level.ts').Effect
  /** What the person sent. */
  readonly text: string
  /** What will reach the target: recorded as text, literals compared with labelled columns already replaced. */
  readonly emitted: string
  /** Relations read, as schema.table; labelled columns among them as schema.table.column. */
  readonly reads: readonly string[]
  readonly masked: readonly string[]
  /** Partitions among `reads`, each with the tables that it is a part of. */
  readonly partitions?: Readonly<Record<string, readonly string[]>>
  /**
   * Part of a write: its dry run, the approved statement itself, or its COMMIT. `effect` is then what the write is, and
   * `change` goes on record with it.
   */
  readonly write?: 'rehearsal' | 'statement' | 'commit'
  readonly change?: Change
  /** Values bound to $1, $2 … as the record keeps them; those that meet a labelled column as type and length only. */
  readonly parameters?: readonly string[]
  /** Values that it searches for in labelled columns, as keyed hashes (Q3), and whether its rows tell if one was found. */
  readonly searches?: {
    readonly values: readonly string[]
    readonly columns: readonly string[]
    readonly blind: boolean
  }
  /** Stable over literals; for the journal and statistics only, never for a decision. */
  readonly fingerprint?: string
}

/** What a commit changes, as it goes on record before it. */
export interface Change {
  /** Rows before and after, masked. */
  readonly rows: readonly import('./statement.ts').RowEffect[]
  readonly tables: readonly import('./statement.ts').TableEffect[]
  /** Takes it back. Holds values in clear: never shown, only asked for as a write of its own. */
  readonly undo?: { readonly text: string } | { readonly missing: string }
}

/** How an action ended. `cut` = we ended it; `unknown` = a crash came between. */
export interface Outcome {
  readonly outcome: 'ok' | 'error' | 'cut' | 'cancelled' | 'unknown'
  readonly rows: number
  readonly bytes: number
  readonly durationMs: number
  /** Values that left masked, where it was counted. */
  readonly masked?: number
  /** Values that left unmasked, one count for each column that the grant unmasks, in the order of its names. */
  readonly unmasked?: readonly number[]
  readonly error?: string
  readonly code?: Refusal['code']
}
