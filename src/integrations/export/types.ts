// What an exporter is made of: a source of entries, a mapping to events, a receiver that acknowledges, and a place that
// keeps the cursor. The pump (pump.ts) knows these and nothing else.
import type { Recorded } from '../../core/entry.ts'
import type { SetAside } from '../../core/sink.ts'

/** One entry on its way out. */
export interface Item {
  readonly index: number
  /** The same for the same entry whenever it is sent: receivers drop the second of two by it. At most 512 bytes. */
  readonly id: string
  /** Epoch milliseconds of the occurrence. */
  readonly time: number
  readonly type: string
  /** OCSF severity: 1 informational, 2 low, 3 medium, 4 high, 5 critical. */
  readonly severity: number
  /** Hash of the leaf, lower-case hex: what proofs are about. */
  readonly hash: string
  readonly event: Readonly<Record<string, unknown>>
  /** JSON of `event`. */
  readonly text: string
}

/** What became of the items of one send that were not taken: by index, why. All others are acknowledged. */
export interface Verdict {
  /** Not now: send them again. */
  readonly retry?: ReadonlyMap<number, string>
  /** Never: set them aside. */
  readonly refused?: ReadonlyMap<number, string>
  /** The receiver took the request, dropped some of it and does not say which. */
  readonly dropped?: string
}

/**
 * Why nothing of a send counts as acknowledged. `busy` = later, perhaps. `setup` = somebody has to mend something (token,
 * certificate, address); tried again all the same. `refused` = it is about what was sent: smaller pieces find the item.
 */
export class Trouble extends Error {
  readonly kind: 'busy' | 'setup' | 'refused'
  readonly retryAfterMs: number | undefined
  constructor(kind: Trouble['kind'], message: string, retryAfterMs?: number) {
    super(message)
    this.kind = kind
    this.retryAfterMs = retryAfterMs
  }
}

/** A receiver's own words inside a message of ours. They may repeat what it was sent. */
export const quoted = (words: string): string => {
  const line = words
    .replaceAll(/[\s«»]+/g, ' ')
    .trim()
    .slice(0, 200)
  return line === '' ? '' : ` «${line}»`
}

/** A message without a receiver's words: for whoever may not read what the record encrypts (G9). */
export const unquoted = (message: string): string => message.replaceAll(/ «[^»]*»/g, '')

/** One connection to a receiver. `send` is never called twice at once. */
export interface Receiver {
  /** Resolves when the receiver has acknowledged, as its protocol understands that. Throws Trouble, or anything = busy. */
  send(items: readonly Item[], signal: AbortSignal): Promise<Verdict>
  /** Most of one send. */
  readonly most: { readonly items: number; readonly bytes: number }
  /** Waits this long for more to send together. */
  readonly lingerMs: number
  /** After a break this many acknowledged entries are sent again: its acknowledgement is weaker than a stored event. */
  readonly overlap: number
  close(): void
}

/** The read side of the journal as exporters see it. */
export interface EntryFeed {
  readonly origin: string
  /** Durable entries; the next index. */
  readonly size: number
  entries(from?: number): AsyncIterable<Recorded>
  /** Calls back after each entry became durable, in order. Returns how to stop. */
  onDurable(listener: (recorded: Recorded) => void): () => void
}

/** Cursors and what was set aside. May be behind after a power cut, never ahead. */
export interface SinkMemory {
  cursor(sink: string): number | undefined
  /** Every entry before `cursor` is acknowledged or set aside. */
  move(sink: string, cursor: number): void
  setAside(sink: string, aside: SetAside): void
  /** What was set aside from `from` on is tried again. */
  forget(sink: string, from: number): void
  list(sink: string, limit: number): readonly SetAside[]
  count(sink: string): number
}

/** What the mapping may look up about an entry's surroundings. All of it is in clear in the record, names excepted. */
export interface Surroundings {
  session(
    id: string,
  ):
    | { readonly principal: string; readonly target: string; readonly grant?: string; readonly channel: string }
    | undefined
  grant(id: string): { readonly holder: string; readonly target: string; readonly level: string } | undefined
  /** Name of an account: kept encrypted, so it is asked only for sinks with `payload: true`. */
  name(principal: string): string | undefined
}

/** Opens a stream to `host:port`; TLS checks the certificate's chain and name. Given by net/. Throws what broke. */
export type Connect = (
  at: { readonly host: string; readonly port: number; readonly tls: boolean; readonly ca?: string },
  signal: AbortSignal,
) => Promise<import('node:stream').Duplex>
