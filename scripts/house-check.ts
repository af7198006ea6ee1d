// Checks the rules of the house that a linter cannot see, over the text of the sources alone, so that it also holds when
// a linter goes silent. Run by `npm run check`; each rule has a planted breach in test/house/.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  allowed,
  environment,
  guarded,
  longFiles,
  protocolNames,
  protocolPlaces,
  pure,
  withoutPackages,
} from './walls.ts'

/** Path from the repository's root, with forward slashes -> text. */
export type Sources = ReadonlyMap<string, string>

/** One broken rule. `line` is 1-based. */
export interface Breach {
  readonly file: string
  readonly line: number
  readonly what: string
}

const MAX_LINES = 600
const MAX_FILES_IN_FOLDER = 25

/** All rules over all files. Pure: tests hand in a tree with a breach. */
export function houseCheck(sources: Sources): Breach[] {
  return [...sources]
    .flatMap(([file, text]) => (isCode(file) ? checkCode(file, text) : checkText(file, text)))
    .concat(folderSizes(sources))
}

const isCode = (file: string): boolean => /\.(ts|mts|mjs)$/.test(file)
const isTest = (file: string): boolean => file.startsWith('test/') || file.endsWith('.test.ts')

function checkCode(file: string, text: string): Breach[] {
  const code = withoutComments(text)
  const found: Breach[] = checkText(file, text)
  const add = (index: number, what: string): void => void found.push({ file, line: lineOf(text, index), what })
  const each = (pattern: RegExp, what: string): void => {
    for (const match of code.matchAll(pattern)) add(match.index, what)
  }
  if (!/^(#!.*\n)?\/\/ \S/.test(text)) add(0, 'the first lines of a file say what it is for')
  if (text.split('\n').length > MAX_LINES + 1 && !longFiles.test(file)) add(0, `longer than ${MAX_LINES} lines`)
  if (/(^|\/)(utils?|helpers?|common|misc|manager|service)\.ts$/.test(file) || !/^[a-z0-9./-]+$/i.test(file))
    add(0, 'name a file after its main export, in kebab-case')
  for (const match of text.matchAll(/@ts-(ignore|nocheck|expect-error)\b(?!\||\))/g))
    add(match.index, 'no suppressed type errors')
  if (!file.startsWith('src/') || isTest(file)) return found
  for (const { specifier, index } of imports(code)) {
    const breach = importBreach(file, specifier)
    if (breach) add(index, breach)
  }
  if (file !== 'src/gate/permit.ts')
    each(/\bas\s+(unknown\s+as\s+)?Permit\b/g, 'a Permit is minted by the gate alone (G1)')
  if (file !== 'src/masking/masked.ts')
    each(/\bas\s+(unknown\s+as\s+)?Masked\b/g, 'bytes become Masked in masking/masked.ts alone (G2)')
  if (!environment.includes(file))
    each(
      /\bprocess\s*(\?\.|\.)\s*env\b|\bprocess\s*\[|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b/g,
      'only config.ts and surfaces/cli/env.ts read the environment',
    )
  if (pure.includes(folderOf(file)))
    each(
      /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bperformance\.now\b|\brandom(UUID|Bytes|Int)\b|\bset(Timeout|Interval|Immediate)\b/g,
      'no clock and no chance here: they come in as arguments',
    )
  if (!/^src\/protocols\/[^/]+\//.test(file) && !protocolPlaces.some((place) => file.startsWith(place))) {
    const stray = new RegExp(protocolNames.source, 'gi')
    each(stray, 'a protocol is named only in its own folder and in protocols/registry.ts')
  } else if (file.startsWith('src/protocols/') && file !== 'src/protocols/registry.ts') {
    const own = file.split('/')[2] ?? ''
    for (const match of code.matchAll(new RegExp(protocolNames.source, 'gi')))
      if (match[0].toLowerCase() !== own) add(match.index, `${own} does not know ${match[0]}`)
  }
  return found
}

// Words that belong to where something was written, not to the product. Split, so that this file is no breach itself.
const forbidden: readonly RegExp[] = [
  /(?<![\w.-])\/(home|Users|root)\/\w[\w.-]*/,
  new RegExp(`\\b(${'TO'}${'DO'}|${'FIX'}${'ME'})\\b`),
]
const registry = /https?:\/\/[^/\s"']*(registry|npm|mirror|proxy|artifactory|nexus)[^/\s"']*/gi

function checkText(file: string, text: string): Breach[] {
  const found: Breach[] = []
  const add = (index: number, what: string): void => void found.push({ file, line: lineOf(text, index), what })
  for (let at = text.indexOf(checkout); at >= 0; at = text.indexOf(checkout, at + 1))
    add(at, 'names a place on this machine')
  for (const pattern of forbidden)
    for (const match of text.matchAll(new RegExp(pattern, 'g'))) add(match.index, `"${match[0]}" does not belong here`)
  if (!file.endsWith('package-lock.json'))
    for (const match of text.matchAll(registry)) add(match.index, `names a registry host: ${match[0]}`)
  else
    for (const match of text.matchAll(/"resolved": "(?!https:\/\/registry\.npmjs\.org\/)[^"]*"/g))
      add(match.index, 'the lock file names another registry')
  if (file.startsWith('docs/guide/'))
    for (const match of text.matchAll(/`((?:src|test|bin|scripts|policies)\/[\w./-]+\.\w+)`/g))
      if (!existsSync(join(root, match[1] ?? ''))) add(match.index, `${match[1]} does not exist`)
  return found
}

/** Why `file` may not import `specifier`; undefined = it may. */
export function importBreach(file: string, specifier: string): string | undefined {
  const from = folderOf(file)
  if (!specifier.startsWith('.')) {
    if (from === 'core') return `core imports nothing but lib, not ${specifier}`
    if (!specifier.startsWith('node:') && withoutPackages.includes(from))
      return `${from} has no dependencies, not even ${specifier}`
    const guard = guarded.find(({ modules }) => modules.test(specifier))
    return guard && !guard.only.includes(from) ? `${from} may not use ${specifier}` : undefined
  }
  const to = normalize(join(dirname(file), specifier))
    .replaceAll('\\', '/')
    .replace(/^src\//, '')
  const [folder = ''] = to.split('/')
  if (from === '' || from === 'demo') return undefined // the composition root and the demo on top of it see everything
  if (!to.includes('/')) return `${from} may not import ${to}: it is above it`
  if (from === 'protocols' && folder === 'protocols') {
    const own = file.split('/')[2] ?? ''
    const isRegistry = file === 'src/protocols/registry.ts'
    return isRegistry || to === 'protocols/protocol.ts' || to.startsWith(`protocols/${own}/`)
      ? undefined
      : `${own} may not import ${to}: protocols do not know each other`
  }
  if (folder === from) return undefined
  const may = allowed[from]
  if (!may) return `src/${from} is no folder of this house`
  return may.includes(folder) || may.includes(to) ? undefined : `${from} may not import ${to}`
}

/** Folder below src/, '' for the files beside it. */
const folderOf = (file: string): string => {
  const parts = file.split('/')
  return parts.length > 2 ? (parts[1] ?? '') : ''
}

/** Specifiers of static, re-exporting, type and dynamic imports. */
export function imports(code: string): { specifier: string; index: number }[] {
  const pattern =
    /\b(?:import|export)\b[^'"`;]*?\bfrom\s*(['"])(.+?)\1|\bimport\s*(['"])(.+?)\3|\bimport\s*\(\s*(['"`])(.+?)\5/g
  return [...code.matchAll(pattern)].map((match) => ({
    specifier: match[2] ?? match[4] ?? match[6] ?? '',
    index: match.index,
  }))
}

/** Comments blanked, so that positions stay. Strings, templates and regular expressions are stepped over. */
export function withoutComments(text: string): string {
  const token =
    /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*|(?<=[=(,:[!&|?{};\n]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+\/\w*/g
  return text.replace(token, (found) =>
    found.startsWith('//') || found.startsWith('/*') ? found.replace(/[^\n]/g, ' ') : found,
  )
}

function folderSizes(sources: Sources): Breach[] {
  const count = new Map<string, number>()
  for (const file of sources.keys())
    if (file.startsWith('src/') && isCode(file) && !isTest(file))
      count.set(dirname(file), (count.get(dirname(file)) ?? 0) + 1)
  return [...count]
    .filter(([, n]) => n > MAX_FILES_IN_FOLDER)
    .map(([file, n]) => ({ file, line: 0, what: `${n} files in one folder (at most ${MAX_FILES_IN_FOLDER})` }))
}

const lineOf = (text: string, index: number): number => text.slice(0, index).split('\n').length

const root = fileURLToPath(new URL('..', import.meta.url))
/** Where this checkout lies: a path that means nothing to anybody else. */
const checkout = root.replace(/\/$/, '')

/** The repository's own texts: sources, tests, scripts, documents, configuration. Data of tests is not read. */
export function readSources(from = root): Map<string, string> {
  const sources = new Map<string, string>()
  const skip = /(^|\/)(node_modules|dist|\.git|\.glovebox|testdata)$/
  const walk = (dir: string): void => {
    for (const name of readdirSync(dir)) {
      const path = join(dir, name)
      const file = relative(from, path).replaceAll('\\', '/')
      if (skip.test(file)) continue
      if (statSync(path).isDirectory()) walk(path)
      else if (/\.(ts|mts|mjs|md|json|ya?ml|cedar|go|py|sh)$/.test(file) || file === '.ci/run')
        sources.set(file, readFileSync(path, 'utf8'))
    }
  }
  walk(from)
  return sources
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const breaches = houseCheck(readSources())
  for (const { file, line, what } of breaches) console.error(`${file}:${line} ${what}`)
  process.exitCode = breaches.length > 0 ? 1 : 0
}
