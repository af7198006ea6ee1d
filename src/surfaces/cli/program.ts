// The commands of the command line, built from the verbs: what they take, their help, and what runs.
import { Command, Option } from 'commander'
import { GloveboxError, refusal } from '../../core/error.ts'
import { nearest } from '../../lib/nearest.ts'
import type { Io } from './output.ts'
import type { Call, CliArgument, CliFlag, Verb } from './table.ts'

/** What every verb gets besides its own words. */
export type Setting = Omit<Call, 'given'>

const exits =
  '\nExit codes: 0 done, 2 usage, 4 sign in, 5 not allowed, 6 denied, 7 ended, 8 waiting, 9 unreachable, 10 refused to protect, 11 not verified, 12 versions, 13 configuration.'

/** Parses `words`, runs one verb and gives its exit code; 2 and the help on stderr when there are no words. */
export class Program {
  readonly #root: Command
  readonly #verbs: readonly Verb[]
  readonly #setting: Setting
  /** Commands by their words; each may hold others. */
  readonly #words = new Map<string, Command>()
  #exit = 0

  constructor(verbs: readonly Verb[], setting: Setting) {
    this.#verbs = [...verbs].sort((a, b) => (a.verb.join(' ') < b.verb.join(' ') ? -1 : 1))
    this.#setting = setting
    this.#root = this.#quiet(new Command('glovebox'))
      .description('Debug production without touching it: ask, approve, masked, expiring, provable.')
      .version(setting.host.version)
      .addHelpText('after', exits)
    for (const verb of this.#verbs) this.#add(verb)
    this.#root.on('command:*', ([word]: string[]) => this.#unknown(word ?? ''))
  }

  async run(words: readonly string[]): Promise<number> {
    if (words.length === 0) {
      this.#setting.io.err.write(this.#root.helpInformation())
      return 2
    }
    await this.#root.parseAsync([...words], { from: 'user' })
    return this.#exit
  }

  /** Errors are ours to word; help goes to stdout when asked for. */
  #quiet(command: Command): Command {
    const { io }: { io: Io } = this.#setting
    return command
      .exitOverride()
      .configureOutput({
        writeOut: (text) => void io.out.write(text),
        writeErr: () => undefined,
        outputError: () => undefined,
      })
      .configureHelp({ helpWidth: 100 })
  }

  #unknown(word: string): never {
    const near = nearest(word, new Set(this.#verbs.map((verb) => verb.verb[0] as string)))
    throw new GloveboxError(
      refusal('GBX-1001', { what: `unknown verb ${word}${near ? `; did you mean ${near}?` : ''}` }),
    )
  }

  /** The command of these words: a verb itself, or a noun such as `review` or `mask epoch` that only holds verbs. */
  #command(words: readonly string[]): Command {
    const [word] = words.slice(-1)
    if (word === undefined) return this.#root
    const key = words.join(' ')
    const known = this.#words.get(key)
    if (known) return known
    const members = this.#verbs
      .filter(({ verb }) => verb.length > words.length && words.every((one, i) => one === verb[i]))
      .map(({ verb }) => verb[words.length])
    const made = this.#quiet(this.#command(words.slice(0, -1)).command(word)).description(
      [...new Set(members)].join(', '),
    )
    this.#words.set(key, made)
    return made
  }

  #add(verb: Verb): void {
    const command = this.#command(verb.verb)
    command.description(verb.summary)
    for (const argument of verb.args) command.argument(argumentText(argument), argument.describe)
    for (const flag of verb.flags) command.addOption(optionOf(flag))
    command.addOption(new Option('--json', 'one JSON object on stdout; errors as JSON on stderr'))
    if (verb.after) command.usage(`${command.usage()} [-- command …]`)
    command.addHelpText('after', `\nExamples:\n${verb.examples.map((example) => `  ${example}`).join('\n')}`)
    command.action((...all: unknown[]) => this.#run(verb, all))
  }

  async #run(verb: Verb, all: readonly unknown[]): Promise<void> {
    const options = all[verb.args.length] as Record<string, unknown>
    if (this.#setting.after.length > 0 && !verb.after)
      throw new GloveboxError(refusal('GBX-1001', { what: `${verb.verb.join(' ')} takes no command after --` }))
    this.#exit = await verb.run({
      ...this.#setting,
      given: { ...positional(verb.args, all), ...flagsGiven(verb.flags, options) },
    })
  }
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
