// Shapes of the command line's tables: operations as the CLI needs them (generated, so that starting needs neither zod
// nor the gateway), and verbs.
import type { ClientEnv } from './env.ts'
import type { Host } from './host.ts'
import type { Io } from './output.ts'

/** An operation's row, made by scripts/gen.ts from the operations table. */
export interface CliOperation {
  readonly name: string
  readonly summary: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly cli?: CliVerb
}

export interface CliVerb {
  readonly verb: readonly string[]
  readonly args: readonly CliArgument[]
  readonly flags: readonly CliFlag[]
  readonly examples: readonly string[]
}

export interface CliArgument {
  readonly field: string
  readonly name: string
  readonly describe: string
  readonly required: boolean
  readonly rest?: boolean
}

export interface CliFlag {
  readonly field: string
  readonly long: string
  readonly short?: string
  /** Absent = a switch. */
  readonly value?: string
  readonly many?: boolean
  readonly describe: string
  readonly required?: boolean
}

/** What a verb gets to work with. */
export interface Call {
  /** By field: positional arguments and flags that were given. */
  readonly given: Readonly<Record<string, unknown>>
  /** Words after `--`. */
  readonly after: readonly string[]
  readonly json: boolean
  readonly io: Io
  readonly env: ClientEnv
  readonly host: Host
}

/** A verb of the command line. `run` gives the exit code; what it throws is shown in the one error shape. */
export interface Verb {
  readonly verb: readonly string[]
  readonly summary: string
  readonly args: readonly CliArgument[]
  readonly flags: readonly CliFlag[]
  readonly examples: readonly string[]
  /** Takes a command after `--`. */
  readonly after?: boolean
  readonly run: (call: Call) => Promise<number>
}
