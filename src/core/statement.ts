// A write is one exact text that others approved, together with what its dry run did. Both are bound by one hash, which
// stands in clear on the request, on the entry that runs it and on the one that commits it, so that a stranger can see
// that what ran is what was approved, and that it ran once.
import { canonical } from '../lib/canonical-json.ts'
import { sha256Hex } from '../lib/hash.ts'
import type { AccessRequest, Grant, Hash } from './nouns.ts'
import type { World } from './world.ts'

/** Rows of one table that a dry run added, changed and took away, by whatever way: itself, a trigger, a cascade. */
export interface TableEffect {
  readonly table: string
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
  /** Named by the statement itself; false = reached by a trigger, a rule or a foreign key. */
  readonly named: boolean
}

/** One row before and after; absent = there was none. Values as others may see them: labelled ones are masks. */
export interface RowEffect {
  readonly table: string
  readonly key: string
  readonly before?: Readonly<Record<string, string | null>>
  readonly after?: Readonly<Record<string, string | null>>
}

/** Which rows a statement reached, so that the commit can tell whether it reaches the same ones. */
export interface KeySet {
  readonly table: string
  readonly columns: readonly string[]
  readonly count: number
  /** SHA-256 over the sorted keys. */
  readonly hash: Hash
}

/** What a dry run found. JSON: it is shown, hashed and kept as it stands. */
export interface Rehearsal {
  readonly v: 1
  /** The text as others may see it: values written to labelled columns are left out. */
  readonly shown: string
  readonly steps: readonly { readonly what: string; readonly rows: number }[]
  /** Columns that it writes (schema.table.column). */
  readonly columns: readonly string[]
  readonly tables: readonly TableEffect[]
  readonly rows: readonly RowEffect[]
  readonly keys?: KeySet
  /** Relations with the strongest lock that was held on each. */
  readonly locks: readonly { readonly relation: string; readonly mode: string }[]
  /** Sequences that a dry run moves on for good. */
  readonly sequences: readonly string[]
  readonly plan: readonly string[]
  readonly durationMs: number
  /** What a reviewer should know: no primary key, triggers, tables that are not counted, no undo … */
  readonly warnings: readonly string[]
}

/** The text of a rehearsal as it is hashed: RFC 8785. */
export const rehearsalText = (rehearsal: Rehearsal): string => canonical(rehearsal)
export const rehearsalHash = (text: string): Hash => sha256Hex('glovebox/rehearsal/v1\n', text)

/** Binds a text to the effect that was shown with it. `nonce` keeps a short text from being guessed from the hash. */
export const statementHash = (of: { nonce: string; text: string; rehearsal: Hash }): Hash =>
  sha256Hex('glovebox/statement/v1\n', canonical({ nonce: of.nonce, text: of.text, rehearsal: of.rehearsal }))

/** The statement that a grant is for; undefined = an ordinary grant. */
export const statementOf = (world: World, grant: Pick<Grant, 'request'>): AccessRequest['statement'] =>
  world.requests.get(grant.request)?.statement

/** More rows than this times the dry run's are not what was approved. */
const tolerance = 1.2

/** Why a run is not what its dry run showed; undefined = it is. Both were made by the same code on the same target. */
export function divergence(
  approved: Pick<Rehearsal, 'keys' | 'steps' | 'tables'>,
  found: Pick<Rehearsal, 'keys' | 'steps' | 'tables'>,
): string | undefined {
  for (const [index, step] of found.steps.entries()) {
    const rows = approved.steps[index]?.rows ?? 0
    if (step.rows > rows * tolerance) return `${step.what} reached ${step.rows} rows, and the dry run ${rows}`
  }
  for (const one of found.tables) {
    const before = approved.tables.find((other) => other.table === one.table)
    const rows = one.inserted + one.updated + one.deleted
    const most = before === undefined ? 0 : before.inserted + before.updated + before.deleted
    if (rows > most * tolerance) return `${one.table} has ${rows} changed rows, and the dry run had ${most}`
  }
  if (approved.keys?.hash !== found.keys?.hash)
    return `other rows than in the dry run are reached (${found.keys?.count ?? 0}, then ${approved.keys?.count ?? 0})`
  return undefined
}
