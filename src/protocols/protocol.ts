// What a target protocol is: one folder that exports one of these, and one line in registry.ts.
import type { Duplex } from 'node:stream'
import type { z } from 'zod'
import type { Client, Gate } from '../gate/types.ts'
import type { Target } from '../core/nouns.ts'

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
  /** Checks a target as a whole (sign-in, version, catalogue, labels): used by `target test`, `doctor` and `apply`. */
  probe(
    gate: Gate,
    target: Target,
  ): Promise<readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[]>
}
