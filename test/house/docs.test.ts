// The documents keep up with the product: examples load, links lead somewhere, commands, flags, variables and codes exist.
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { environmentTable, parseConfig } from '../../src/config.ts'
import { errors } from '../../src/core/error.ts'
import { Policy } from '../../src/policy/policy.ts'
import { allVerbs } from '../../src/surfaces/cli/main.ts'
import type { Verb } from '../../src/surfaces/cli/table.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const files = [...globSync('*.md', { cwd: root }), ...globSync('docs/**/*.md', { cwd: root })]
  .map((file) => file.replaceAll('\\', '/'))
  .toSorted()
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const texts = new Map(files.map((file) => [file, read(file)]))

interface Block {
  readonly file: string
  readonly language: string
  readonly text: string
}

/** Fenced blocks, also those that stand in a list, with that list's blanks taken off. */
function blocksOf(file: string, text: string): Block[] {
  return [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)\n\1```$/gm)].map(
    ([, blanks = '', language = '', inner = '']) => ({
      file,
      language,
      text: inner
        .split('\n')
        .map((line) => (line.startsWith(blanks) ? line.slice(blanks.length) : line))
        .join('\n'),
    }),
  )
}

const blocks = [...texts].flatMap(([file, text]) => blocksOf(file, text))
const inLanguage = (language: string): Block[] => blocks.filter((block) => block.language === language)

/** Command lines: of shell blocks, and of inline code that begins with the command. */
const commands = [
  ...inLanguage('sh').flatMap(({ file, text }) => text.split('\n').map((line) => ({ file, line }))),
  ...[...texts].flatMap(([file, text]) =>
    [...text.replace(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, line = '']) => ({ file, line })),
  ),
]
  .flatMap(({ file, line }) => line.split(/&&|\|/).map((one) => ({ file, line: one.replace(/\s#.*$/, '').trim() })))
  .filter(({ line }) => /^(GLOVEBOX_\w+=\S+ )*(npx )?glovebox /.test(line))
  .map(({ file, line }) => ({ file, words: line.replace(/^.*?glovebox /, '').split(/\s+/) }))

const verbs = allVerbs()
const verbOf = (words: readonly string[]): Verb | undefined =>
  verbs
    .filter(({ verb }) => verb.every((word, i) => word === words[i]))
    .toSorted((a, b) => b.verb.length - a.verb.length)[0]

test('every glovebox.yaml of the documents loads', () => {
  const configs = inLanguage('yaml').filter(({ text }) => /^(gateway|targets|users|classes|sinks):/m.test(text))
  assert.equal(configs.length >= 2, true, 'there are examples')
  for (const { file, text } of configs) {
    const { targets, users, sinks, metricsToken, warnings } = parseConfig(text, {
      file: join(root, file),
      env: {
        PG_ORDERS_URL: 'postgresql://glovebox_ro:secret@localhost/orders',
        PG_ORDERS_WRITE_URL: 'postgresql://glovebox_rw:secret@localhost/orders',
        ES_API_KEY: 'secret',
        SCRAPE_TOKEN: 'a secret of the scraper',
      },
      readFile: () => 'what stands in the file',
    })
    assert.equal(targets.size + users.size + sinks.length > 0 || metricsToken !== undefined, true, file)
    assert.deepEqual(warnings, [], file)
  }
})

test('every policy of the documents loads, beside those that come with Glovebox', () => {
  const policies = inLanguage('cedar')
  assert.equal(policies.length >= 2, true, 'there are examples')
  const starters = Object.fromEntries(
    globSync('policies/*.cedar', { cwd: root }).map((file) => [file.replaceAll('\\', '/'), read(file)]),
  )
  for (const { file, text } of policies) {
    const policy = new Policy({ ...starters, [file]: text })
    assert.equal(policy.policies.size > new Policy(starters).policies.size, true, file)
  }
})

test('every relative link leads to a file, and every anchor to a heading', () => {
  const slugs = (text: string): string[] =>
    [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    )
  const broken: string[] = []
  for (const [file, text] of texts)
    for (const [, to = ''] of text.replace(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(to)) continue
      const [path = '', anchor] = to.split('#')
      const at = path === '' ? file : join(dirname(file), path).replaceAll('\\', '/')
      if (!existsSync(join(root, at))) broken.push(`${file}: ${to}`)
      else if (anchor !== undefined && !slugs(read(at)).includes(anchor)) broken.push(`${file}: ${to}`)
    }
  assert.deepEqual(broken, [])
})

test('every command of the documents exists, with its flags', () => {
  assert.equal(commands.length > 40, true, 'the documents have commands')
  const wrong: string[] = []
  for (const { file, words } of commands) {
    const verb = verbOf(words)
    const noun = verbs.some(({ verb: [first] }) => first === words[0]) && words.length === 1
    const flags = verb?.flags.map(({ long }) => `--${long}`) ?? []
    const before = words.includes('--') ? words.slice(0, words.indexOf('--')) : words
    const unknown = before.filter((word) => word.startsWith('--') && ![...flags, '--json', '--help'].includes(word))
    if (words[0] === '--version' || noun) continue
    if (verb === undefined || unknown.length > 0) wrong.push(`${file}: glovebox ${words.join(' ')}`)
  }
  assert.deepEqual(wrong, [])
})

test('what does not exist is noticed', () => {
  assert.equal(verbOf(['teleport', 'pg-orders']), undefined)
  assert.deepEqual(verbOf(['audit', 'verify', 'copy'])?.verb, ['audit', 'verify'])
  assert.deepEqual(blocksOf('x.md', '1. a\n   ```yaml\n   a:\n     b: 1\n   ```\n'), [
    { file: 'x.md', language: 'yaml', text: 'a:\n  b: 1' },
  ])
  const mistyped = 'targets:\n  a:\n    protocol: postgres\n    url: postgresql://x@localhost/y\n    masks: {}\n'
  assert.throws(() => parseConfig(mistyped, { file: 'x.yaml', env: {} }))
  assert.throws(() => new Policy({ 'x.cedar': '@approval("1") permit (principal, action, resource);' }))
})

test('every script, variable and code that the documents name exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> }
  const variables = new Set(environmentTable().map(({ name }) => name))
  // The page about the tests may name what the tests themselves read.
  const ofTests = globSync('test/**/*.test.ts', { cwd: root })
    .map((file) => read(file))
    .join('\n')
  const wrong: string[] = []
  for (const [file, text] of texts) {
    for (const [, name = ''] of text.matchAll(/\bnpm run ([\w:]+)/g))
      if (!(name in scripts)) wrong.push(`${file}: ${name}`)
    for (const [name] of text.matchAll(/\bGLOVEBOX_[A-Z_]*[A-Z]\b/g))
      if (!variables.has(name) && !(file.endsWith('testing.md') && ofTests.includes(name)))
        wrong.push(`${file}: ${name}`)
    for (const [code] of text.matchAll(/\bGBX-\d{4}\b/g)) if (!(code in errors)) wrong.push(`${file}: ${code}`)
  }
  assert.deepEqual(wrong, [])
})

test('nothing of the machine that it was written on', () => {
  const forbidden = /(?<![\w.])\/(work|root|home|tmp)\/|https?:\/\/(127\.|localhost|[^/\s)]*(registry|mirror|proxy)\b)/
  for (const [file, text] of texts)
    for (const [i, line] of text.split('\n').entries())
      assert.doesNotMatch(line.replace(/http:\/\/(127\.0\.0\.1|localhost):7480/g, ''), forbidden, `${file}:${i + 1}`)
})

test('each guarantee has its tests, and each test of a guarantee its line', () => {
  const table = [...read('README.md').matchAll(/^\| G(\d+) \|.*\]\((test\/guarantees\/[\w.-]+)\) \|$/gm)]
  assert.deepEqual(
    table.map(([, n]) => Number(n)),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  )
  for (const [, n = '', file = ''] of table) assert.match(file, new RegExp(`/g0?${n}-`))
  const known = new Set(table.map(([, , file]) => /g\d\d/.exec(file ?? '')?.[0]))
  for (const file of globSync('test/guarantees/*.ts', { cwd: root }))
    assert.equal(known.has(/g\d\d/.exec(file)?.[0]), true, file)
})

test('decision records are numbered without a gap, and each says its status', () => {
  const records = globSync('docs/adr/*.md', { cwd: root }).toSorted()
  for (const [i, file] of records.entries()) {
    const number = String(i + 1).padStart(4, '0')
    assert.match(file, new RegExp(`adr[/\\\\]${number}-[a-z0-9-]+\\.md$`))
    assert.match(read(file), new RegExp(`^# ${number} \\S.*\n\\*\\*Status\\*\\* \\w+`))
  }
})

test('every rule of the walls that the code cites is explained', () => {
  const explained = new Set(
    [...read('docs/explanation/walls.md').matchAll(/^- \*\*([^*]+)\*\*/gm)].flatMap(([, ids = '']) => ids.split(', ')),
  )
  const cited = globSync('src/protocols/postgres/**/*.ts', { cwd: root, exclude: ['**/lists/*'] }).flatMap((file) =>
    [...read(file).matchAll(/^.*?\/[/*].*$/gm)].flatMap(([line]) =>
      [...line.matchAll(/(?<![\w.'"])[SCPRFKQMW]\d{1,2}(?![\w'"])/g)].map(([id]) => `${id} ${file}`),
    ),
  )
  assert.equal(cited.length > 30, true, 'the code cites rules')
  assert.deepEqual(
    cited.filter((one) => !explained.has(one.split(' ')[0] ?? '')),
    [],
  )
})

test('every page is reached from the list of pages', () => {
  const list = read('docs/README.md')
  for (const file of files.filter((one) => /^docs\/\w+\/.*\.md$/.test(one) && !one.startsWith('docs/adr/')))
    assert.equal(list.includes(`(${file.slice('docs/'.length)})`), true, `${file} stands in docs/README.md`)
})

test('the picture is text, small, and asks nobody for anything', () => {
  const file = 'docs/pictures/first-look.svg'
  const svg = read(file)
  assert.equal(statSync(join(root, file)).size < 200_000, true)
  assert.equal(svg.match(/<text /g)?.length !== undefined && /masked\.invalid/.test(svg), true)
  assert.doesNotMatch(svg.replace('http://www.w3.org/2000/svg', ''), /https?:|<script|<image|@import|url\(|gbx_/)
  assert.match(read('README.md'), /!\[[^\]]{40,}\]\(docs\/pictures\/first-look\.svg\)/)
})
