// The words of the command line hang together: every verb has help and examples that parse, and every line that an error
// offers to paste is a verb that exists.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errors, type ErrorCode } from '../../core/error.ts'
import { operations } from '../../operations/registry.ts'
import { clientEnv } from './env.ts'
import type { Host } from './host.ts'
import { allVerbs, main } from './main.ts'
import { cliOperations } from './operations.generated.ts'
import type { Verb } from './table.ts'

const verbs = allVerbs()

/** The verb that a line of words begins with, the longest one. */
const verbOf = (words: readonly string[]): Verb | undefined =>
  verbs
    .filter(({ verb }) => verb.every((word, i) => words[i] === word))
    .sort((a, b) => b.verb.length - a.verb.length)[0]

/** Words after `glovebox` in a line to paste; [] where the line is not one of ours. */
const wordsOf = (line: string): string[] => {
  const at = line.split(/(?:^|\s|=|\()glovebox /)[1]
  return at === undefined ? [] : [...at.matchAll(/"[^"]*"|\S+/g)].map(([word]) => word.replace(/[),;:]+$/, ''))
}

/** Why this line can't be pasted. */
function fault(words: readonly string[]): string | undefined {
  if (words[0] === 'help' && words.length === 1) return undefined
  const verb = verbOf(words)
  if (!verb) return `no verb ${words.slice(0, 2).join(' ')}`
  const cut = words.indexOf('--')
  const own = cut < 0 ? words : words.slice(0, cut)
  const unknown = own.filter(
    (word) => /^--\w/.test(word) && word !== '--json' && !verb.flags.some(({ long }) => `--${long}` === word),
  )
  return unknown.length > 0 ? `${verb.verb.join(' ')} has no ${unknown.join(' ')}` : undefined
}

test('every line that an error offers to paste is a verb that exists', () => {
  for (const code of Object.keys(errors) as ErrorCode[]) {
    const { next = [], why } = errors[code] as { next?: readonly string[]; why?: string }
    for (const line of [...next, ...(why === undefined ? [] : [why])]) {
      const words = wordsOf(line)
      if (words.length > 0) assert.equal(fault(words), undefined, `${code}: ${line}`)
    }
  }
})

test('every verb has a summary that ends, described words, and examples that parse', () => {
  for (const verb of verbs) {
    const name = verb.verb.join(' ')
    assert.match(verb.summary, /\S.*[.?]$/, name)
    assert.ok(verb.examples.length > 0, `${name} has no example`)
    for (const { describe } of [...verb.args, ...verb.flags]) assert.ok(describe.length > 3, name)
    for (const example of verb.examples) {
      const words = wordsOf(example)
      assert.equal(verbOf(words), verb, `${name}: ${example}`)
      assert.equal(fault(words), undefined, `${name}: ${example}`)
    }
  }
})

test('the generated table is the operations table', () => {
  assert.deepEqual(
    cliOperations.map(({ name }) => name),
    operations.map(({ name }) => name).sort(),
  )
  const paths = operations.map(({ method, path }) => `${method} ${path}`)
  assert.equal(new Set(paths).size, paths.length)
})

const host = { version: '0' } as Host

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' }
  const io = {
    out: { write: (text: string) => (said.out += text) },
    err: { write: (text: string) => (said.err += text) },
    in: process.stdin,
  }
  const code = await main(words, host, io, clientEnv({}))
  return { code, ...said }
}

test('help goes to stdout with 0 for every verb; no words at all is usage', async () => {
  for (const verb of verbs) {
    const { code, out, err } = await run(...verb.verb, '--help')
    assert.equal(code, 0)
    assert.match(out, /Examples:/)
    assert.equal(err, '')
  }
  const none = await run()
  assert.equal(none.code, 2)
  assert.match(none.err, /Usage: glovebox/)
  assert.equal((await run('--version')).out, '0\n')
})

test('mistakes are told in one shape with 2, and JSON stays JSON', async () => {
  const cases: [string[], RegExp][] = [
    [['conect', 'x'], /unknown verb conect; did you mean connect\?/],
    [['review', 'aprove', 'r-1'], /did you mean approve\?/],
    [['request', 'x', '--levl', 'read'], /unknown option '--levl'; did you mean --level\?/],
    [['connect'], /missing required argument 'target'/],
    [['whoami', '--', 'ls'], /whoami takes no command after --/],
    [['completion', 'tcsh'], /expected bash, zsh, fish/],
  ]
  for (const [words, said] of cases) {
    const { code, out, err } = await run(...words)
    assert.equal(code, 2, words.join(' '))
    assert.equal(out, '')
    assert.match(err, said)
    assert.match(err, /^x GBX-100[12] /)
    const json = await run(...words.slice(0, 1), '--json', ...words.slice(1))
    assert.equal(json.out, '')
    assert.equal(Object.keys(JSON.parse(json.err) as object).join(), 'error')
  }
})
