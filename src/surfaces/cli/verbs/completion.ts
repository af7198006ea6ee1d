// `glovebox completion SHELL`: a static script of verbs and flags for bash, zsh and fish. It asks no gateway, so a Tab
// never waits.
import { fail } from '../../../core/error.ts'
import type { Call, Verb } from '../table.ts'

const shells = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof shells)[number]

/** Prints the script. Without a name the shell is taken from SHELL. */
export async function completion({ given, env, io }: Call): Promise<number> {
  const typed = given.shell === undefined ? env.shell.split('/').at(-1) : String(given.shell)
  const shell =
    shells.find((one) => one === typed) ?? fail('GBX-1002', { field: 'shell', why: `expected ${shells.join(', ')}` })
  const { allVerbs } = await import('../main.ts')
  io.out.write(scripts[shell](allVerbs()))
  return 0
}

const flagsOf = (verb: Verb): string[] => [...verb.flags.map((flag) => `--${flag.long}`), '--json', '--help']

/** First words, for nouns their second words, and for pairs of words their third ones. */
function words(verbs: readonly Verb[]): {
  firsts: string[]
  seconds: Map<string, string[]>
  thirds: Map<string, string[]>
} {
  const after = (count: number): Map<string, string[]> => {
    const map = new Map<string, string[]>()
    for (const { verb } of verbs) {
      const word = verb[count]
      const before = verb.slice(0, count).join(' ')
      if (word !== undefined) map.set(before, [...new Set([...(map.get(before) ?? []), word])])
    }
    return map
  }
  const firsts = [...new Set(verbs.map(({ verb }) => verb[0] as string)), 'help'].sort()
  return { firsts, seconds: after(1), thirds: after(2) }
}

const quote = (text: string): string => text.replace(/['\\]/g, '').replace(/[:[\]]/g, ' ')

const scripts: Record<Shell, (verbs: readonly Verb[]) => string> = {
  bash: (verbs) => {
    const { firsts, seconds, thirds } = words(verbs)
    const nouns = [...seconds].map(([noun, list]) => `    ${noun}) known="${list.join(' ')}";;`)
    const pairs = [...thirds].map(([pair, list]) => `    "${pair}") known="${list.join(' ')}";;`)
    const flags = verbs.map((verb) => `    "${verb.verb.join(' ')}") flags="${flagsOf(verb).join(' ')}";;`)
    return `# glovebox completion for bash
_glovebox() {
  local word="\${COMP_WORDS[COMP_CWORD]}" known="" flags="--json --help"
  case "$COMP_CWORD" in 1) known="${firsts.join(' ')}";; 2) case "\${COMP_WORDS[1]}" in
${nouns.join('\n')}
  esac;; 3) case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
${pairs.join('\n')}
  esac;; esac
  case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
${flags.filter((line) => / \w+"\)/.test(line)).join('\n')}
  *) case "\${COMP_WORDS[1]}" in
${flags.filter((line) => !/ \w+"\)/.test(line)).join('\n')}
  esac;; esac
  [[ "$word" == -* ]] && known="$flags"
  COMPREPLY=($(compgen -W "$known" -- "$word"))
}
complete -o default -F _glovebox glovebox
`
  },
  zsh: (verbs) => {
    const { firsts, seconds, thirds } = words(verbs)
    const pairs = [...thirds].map(([pair, list]) => `      '${pair}') compadd ${list.join(' ')};;`)
    const nouns = [...seconds].map(([noun, list]) => `      ${noun}) compadd ${list.join(' ')};;`)
    const flags = verbs.map((verb) => `      '${verb.verb.join(' ')}') compadd -- ${flagsOf(verb).join(' ')};;`)
    return `#compdef glovebox
_glovebox() {
  if [[ "$PREFIX" == -* ]]; then
    case "$words[2] $words[3]" in
${flags.filter((line) => / \w+'\)/.test(line)).join('\n')}
      *) case "$words[2]" in
${flags.filter((line) => !/ \w+'\)/.test(line)).join('\n')}
      esac;;
    esac
  elif (( CURRENT == 2 )); then compadd ${firsts.join(' ')}
  elif (( CURRENT == 3 )); then
    case "$words[2]" in
${nouns.join('\n')}
      *) _files;;
    esac
  elif (( CURRENT == 4 )); then
    case "$words[2] $words[3]" in
${pairs.join('\n')}
      *) _files;;
    esac
  else _files; fi
}
_glovebox "$@"
`
  },
  fish: (verbs) => {
    const { firsts, seconds, thirds } = words(verbs)
    const lines = [`complete -c glovebox -n __fish_use_subcommand -f -a '${firsts.join(' ')}'`]
    for (const [before, list] of [...seconds, ...thirds]) {
      const noun = before.split(' ').at(-1)
      lines.push(`complete -c glovebox -n '__fish_seen_subcommand_from ${noun}' -f -a '${list.join(' ')}'`)
    }
    for (const verb of verbs) {
      for (const flag of verb.flags) {
        const short = flag.short ? ` -s ${flag.short}` : ''
        lines.push(
          `complete -c glovebox -n '__fish_seen_subcommand_from ${verb.verb.at(-1)}' -l ${flag.long}${short}${flag.value ? ' -r' : ''} -d '${quote(flag.describe)}'`,
        )
      }
    }
    return `# glovebox completion for fish\n${lines.join('\n')}\n`
  },
}
