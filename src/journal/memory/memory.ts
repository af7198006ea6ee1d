// What remembers, outside of the data folder, how far this log was signed: a folder can be put back or copied, and would then
// sign another future of the same past. Whoever remembers more than the folder, or something else, shows that.
import type { TreeHash } from '../../tlog/merkle.ts'

/** A tree that this log has signed, and what it can be proved with. */
export interface Signed {
  readonly origin: string
  readonly size: number
  readonly root: TreeHash
  /** Signed by the log, without cosignatures. */
  readonly note: string
  /** That it contains the tree of its first `older` entries. Rejects where tiles are missing. */
  prove(older: number): Promise<readonly TreeHash[]>
  /** Root of its first `older` entries. */
  rootOf(older: number): Promise<TreeHash>
}

/** `holds`: from now on it remembers this tree, durably. `contradicts`: it remembers more, or something else. */
export type Told =
  | { readonly kind: 'holds'; readonly lines: readonly string[] }
  | { readonly kind: 'contradicts'; readonly why: string }
  | { readonly kind: 'silent'; readonly why: string; readonly lines: readonly string[] }

export interface Memory {
  /** For people: `witness near`, `the file /mnt/x`. */
  readonly name: string
  /**
   * Asks it to remember a signed tree, and learns what it remembers. Asking again with the tree that was signed last is how it
   * is asked whether it still agrees. Never rejects; ends by itself within its time limit.
   */
  hold(signed: Signed): Promise<Told>
}

export const silent = (why: string): Told => ({ kind: 'silent', why, lines: [] })
