// The walk stays true: every file that it names exists, and every function is defined in the file that it is said to be in.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const root = new URL('../../', import.meta.url)
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8')
const walk = read('docs/guide/walk.md')

interface Named {
  readonly file: string
  readonly name: string
}

/** "`src/x.ts` (`a`, `b`)" and "`a` in `src/x.ts`", also over the end of a line. */
function namesIn(text: string): Named[] {
  const found: Named[] = []
  for (const [, file = '', list = ''] of text.matchAll(/`([\w./-]+\.(?:ts|mjs))` \(((?:`#?\w+`(?:, )?)+)\)/g))
    for (const [, name = ''] of list.matchAll(/`(#?\w+)`/g)) found.push({ file, name })
  for (const [, name = '', file = ''] of text.matchAll(/`(#?\w+)` in\s+`([\w./-]+\.(?:ts|mjs))`/g))
    found.push({ file, name })
  return found
}

/** A function, method, class or constant of that name, not just a call. */
const defines = (source: string, name: string): boolean =>
  new RegExp(
    `^(export )?(async )?(function\\*?|class|const) ${name}\\b|^ *(static )?(async )?(get )?${name}(<[^>]*>)?\\(.*\\{$|^ *(async )?${name}(<.*>)?\\($|^ +const ${name} = \\(`,
    'm',
  ).test(source)

test('every file of the walk exists', () => {
  const files = [...walk.matchAll(/`((?:src|test|bin|scripts|docs)\/[\w./-]+)`/g)].map(([, file = '']) => file)
  assert.equal(files.length > 40, true, 'the walk names files')
  assert.deepEqual(
    files.filter((file) => !existsSync(new URL(file, root))),
    [],
  )
})

test('every function of the walk is defined in the file that it names', () => {
  const named = namesIn(walk)
  assert.equal(named.length > 50, true, `the walk names functions: ${named.length}`)
  assert.deepEqual(
    named.filter(({ file, name }) => !defines(read(file), name)).map(({ file, name }) => `${name} in ${file}`),
    [],
  )
})

test('a name that is only called, or that is nowhere, is noticed', () => {
  assert.deepEqual(namesIn('1. `src/a.ts` (`x`, `#y`). See `z` in\n   `src/b.ts`.'), [
    { file: 'src/a.ts', name: 'x' },
    { file: 'src/a.ts', name: '#y' },
    { file: 'src/b.ts', name: 'z' },
  ])
  assert.equal(defines('  await x()\n  y(1)\n', 'x'), false)
  assert.equal(defines('  async x(of: T): Promise<void> {\n', 'x'), true)
})

test('it is short, and says where the first three guarantees are kept', () => {
  assert.equal(walk.split('\n').length < 150, true)
  for (const guarantee of ['G1', 'G2', 'G3']) assert.match(walk, new RegExp(`\\*\\*${guarantee}\\*\\*`))
})
