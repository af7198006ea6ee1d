// From argv to an exit code: builds the commands from the two tables (operations and interactive verbs), runs one, and
// words whatever goes wrong in the one error shape on stderr.
import { CommanderError } from 'commander'
import { GloveboxError, refusal } from '../../core/error.ts'
import { newId } from '../../lib/ids.ts'
import { clientEnv, type ClientEnv } from './env.ts'
import type { Host } from './host.ts'
import { operationVerbs } from './operation-verb.ts'
import { showRefusal, type Io } from './output.ts'
import { Program } from './program.ts'
import type { Verb } from './table.ts'
import { interactiveVerbs } from './verbs/table.ts'

/** All verbs; an interactive one stands before the operation with the same words. */
export function allVerbs(): readonly Verb[] {
  const taken = new Set(interactiveVerbs.map((verb) => verb.verb.join(' ')))
  return [...interactiveVerbs, ...operationVerbs().filter((verb) => !taken.has(verb.verb.join(' ')))]
}

/** Runs the command line. Never throws; gives the exit code (0 done, others as in the reference). */
export async function main(argv: readonly string[], host: Host, io: Io = process_, given?: ClientEnv): Promise<number> {
  const env = given ?? clientEnv()
  const split = argv.indexOf('--')
  const words = split < 0 ? argv : argv.slice(0, split)
  const after = split < 0 ? [] : argv.slice(split + 1)
  const json = words.includes('--json')
  try {
    return await new Program(allVerbs(), { host, io, env, after, json }).run(words)
  } catch (error) {
    return failed(error, io, env, json)
  }
}

const process_: Io = { out: process.stdout, err: process.stderr, in: process.stdin }

function failed(error: unknown, io: Io, env: ClientEnv, json: boolean): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0
    const what = error.message.replace(/^error: /, '').replace(/\s*\(Did you mean (.+?)\?\)/s, '; did you mean $1?')
    return showRefusal(io, env, refusal('GBX-1001', { what }), json)
  }
  if (error instanceof GloveboxError) return showRefusal(io, env, error.refusal, json)
  if (error instanceof Error && error.name === 'Interrupted') return 130
  const ref = newId('e')
  // A bug of ours: the person gets the whole of it on their own terminal, once, to report it.
  if (!json) io.err.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  return showRefusal(io, env, refusal('GBX-1901', { ref }, { ref }), json)
}
