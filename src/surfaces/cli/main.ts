// From argv to an exit code: builds the commands from the two tables (operations and interactive verbs), runs one, and
// words whatever goes wrong in the one error shape on stderr.
import { Command, CommanderError, Option } from 'commander'
import { GloveboxError, refusal } from '../../core/error.ts'
import { newId } from '../../lib/ids.ts'
import { nearest } from '../../lib/nearest.ts'
import { clientEnv, type ClientEnv } from './env.ts'
import type { Host } from './host.ts'
import { operationVerbs } from './operation-verb.ts'
import { showRefusal, type Io } from './output.ts'
import type { CliArgument, CliFlag, Verb } from './table.ts'
import { interactiveVerbs } from './verbs/table.ts'

/** All verbs; an interactive one stands before the operation with the same words. */
export function allVerbs(): readonly Verb[] {
  const own = interactiveVerbs()
  const taken = new Set(own.map((verb) => verb.verb.join(' ')))
  return [...own, ...operationVerbs().filter((verb) => !taken.has(verb.verb.join(' ')))]
}

/** Runs the command line. Never throws; gives the exit code (0 done, others as in the reference). */
export async function main(argv: readonly string[], host: Host, io: Io = process_, given?: ClientEnv): Promise<number> {
  const env = given ?? clientEnv()
  const split = argv.indexOf('--')
  const words = split < 0 ? argv : argv.slice(0, split)
  const after = split < 0 ? [] : argv.slice(split + 1)
  const json = words.includes('--json')
  try {
    let code = 0
    const program = build(allVerbs(), { host, io, env, after, json }, (exit) => (code = exit))
    if (words.length === 0) {
      io.err.write(program.helpInformation())
      return 2
    }
    await program.parseAsync([...words], { from: 'user' })
    return code
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

interface Setting {
  readonly host: Host
  readonly io: Io
  readonly env: ClientEnv
  readonly after: readonly string[]
  readonly json: boolean
}

function build(verbs: readonly Verb[], setting: Setting, done: (exit: number) => void): Command {
  const program = quiet(new Command('glovebox'), setting.io)
    .description('Debug production without touching it: ask, approve, masked, expiring, provable.')
    .version(setting.host.version)
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 2 usage, 4 sign in, 5 not allowed, 6 denied, 7 ended, 8 waiting, 9 unreachable, 10 refused to protect, 11 not verified, 13 configuration.',
    )
  const groups = new Map<string, Command>()
  for (const verb of [...verbs].sort((a, b) => (a.verb.join(' ') < b.verb.join(' ') ? -1 : 1))) {
    const [first, second] = verb.verb as readonly [string, string?]
    const parent = second === undefined ? program : groupOf(program, groups, first, verbs, setting.io)
    addVerb(parent, verb, second ?? first, setting, done, groups)
  }
  program.on('command:*', ([word]: string[]) => unknownVerb(word ?? '', verbs))
  return program
}

const unknownVerb = (word: string, verbs: readonly Verb[]): never => {
  const near = nearest(word, new Set(verbs.map((verb) => verb.verb[0] as string)))
  throw new GloveboxError(refusal('GBX-1001', { what: `unknown verb ${word}${near ? `; did you mean ${near}?` : ''}` }))
}

/** Errors are ours to word; help goes to stdout when asked for. */
function quiet(command: Command, io: Io): Command {
  return command
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.out.write(text),
      writeErr: () => undefined,
      outputError: () => undefined,
    })
    .configureHelp({ helpWidth: 100 })
}

/** The command for a noun such as `review`, which only holds verbs. */
function groupOf(
  program: Command,
  groups: Map<string, Command>,
  word: string,
  verbs: readonly Verb[],
  io: Io,
): Command {
  const known = groups.get(word)
  if (known) return known
  const members = verbs.filter((verb) => verb.verb[0] === word && verb.verb.length > 1).map((verb) => verb.verb[1])
  const group = quiet(program.command(word), io).description(`${members.join(', ')}`)
  groups.set(word, group)
  return group
}

function addVerb(
  parent: Command,
  verb: Verb,
  word: string,
  setting: Setting,
  done: (exit: number) => void,
  groups: Map<string, Command>,
): void {
  const held = verb.verb.length === 1 ? groups.get(word) : undefined
  const command = (held ?? quiet(parent.command(word), setting.io)).description(verb.summary)
  if (verb.verb.length === 1) groups.set(word, command)
  for (const argument of verb.args) command.argument(argumentText(argument), argument.describe)
  for (const flag of verb.flags) command.addOption(optionOf(flag))
  command.addOption(new Option('--json', 'one JSON object on stdout; errors as JSON on stderr'))
  const usage = verb.after ? `${command.usage()} [-- command …]` : undefined
  if (usage) command.usage(usage)
  command.addHelpText('after', `\nExamples:\n${verb.examples.map((example) => `  ${example}`).join('\n')}`)
  command.action(async (...all: unknown[]) => {
    const options = all[verb.args.length] as Record<string, unknown>
    if (setting.after.length > 0 && !verb.after)
      throw new GloveboxError(refusal('GBX-1001', { what: `${verb.verb.join(' ')} takes no command after --` }))
    done(await verb.run({ ...setting, given: { ...positional(verb.args, all), ...flagsGiven(verb.flags, options) } }))
  })
}

const argumentText = ({ name, required, rest }: CliArgument): string =>
  required ? `<${name}${rest ? '...' : ''}>` : `[${name}${rest ? '...' : ''}]`

function optionOf(flag: CliFlag): Option {
  const long = flag.value === undefined ? `--${flag.long}` : `--${flag.long} <${flag.value}>`
  const option = new Option(flag.short === undefined ? long : `-${flag.short}, ${long}`, flag.describe)
  if (flag.many) option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value])
  if (flag.required) option.makeOptionMandatory()
  return option
}

function positional(args: readonly CliArgument[], all: readonly unknown[]): Record<string, unknown> {
  const values = args.map(({ field, rest }, i) => [
    field,
    rest && Array.isArray(all[i])
      ? (all[i] as string[]).length > 0
        ? (all[i] as string[]).join(' ')
        : undefined
      : all[i],
  ])
  return Object.fromEntries(values.filter(([, value]) => value !== undefined))
}

/** Flags by field; commander names them by their long form in camel case, and `--no-x` as x, true unless it was given. */
function flagsGiven(flags: readonly CliFlag[], options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const camel = (long: string): string => long.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  const values = flags.map(({ field, long }) => [
    field,
    long.startsWith('no-') ? options[camel(long.slice(3))] === false || undefined : options[camel(long)],
  ])
  return Object.fromEntries(values.filter(([, value]) => value !== undefined))
}
