// What both forms of an event are worded from.
import type { Entry } from '../../../core/entry.ts'
import type { About, Meaning } from './meaning.ts'

/** One event with everything that both forms say. */
export interface Subject {
  readonly index: number
  readonly entry: Entry
  readonly id: string
  /** RFC 6962 leaf hash, lower-case hex. */
  readonly hash: string
  /** Epoch milliseconds. */
  readonly time: number
  readonly about: About
  readonly meaning: Meaning
  readonly product: Product
}

export interface Product {
  /** Name of the log. */
  readonly origin: string
  readonly version: string
  readonly host: string
}

/** Members of the entry that are its own: not those that every entry has. */
export function factsOf(entry: Entry): Readonly<Record<string, unknown>> {
  const { v: _v, type: _type, ts: _ts, by: _by, commit: _commit, ...facts } = entry
  return facts
}
