// The linter is not silent: every wall and every rule that the house counts on is shown a breach, in a copy of the
// configuration over a small tree of its own.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { allowed } from '../../scripts/walls.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'glovebox-lint-'))
after(() => rmSync(dir, { recursive: true, force: true }))
symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'))
for (const name of ['.oxlintrc.json', 'tsconfig.json', 'package.json']) copyFileSync(join(root, name), join(dir, name))

/** Lints a tree and gives, per file, the rules that complained. */
function lint(tree: Record<string, string>): Map<string, string> {
  rmSync(join(dir, 'src'), { recursive: true, force: true })
  for (const [file, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(dir, file)), { recursive: true })
    writeFileSync(join(dir, file), text)
  }
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/oxlint/bin/oxlint'), '--type-aware', '-f', 'unix', 'src'],
    { cwd: dir, encoding: 'utf8' },
  )
  const found = new Map<string, string>()
  for (const [, file = '', rest = ''] of stdout.matchAll(/^(.+?):\d+:\d+: (.*)$/gm))
    found.set(file, `${found.get(file) ?? ''}${rest}\n`)
  assert.equal(stderr, '')
  return found
}

test('walls: every pair of folders that is not allowed is caught, every allowed one passes', () => {
  const tree: Record<string, string> = {}
  const bad: string[] = []
  const good: string[] = []
  const folders = Object.keys(allowed).filter((folder) => folder !== 'features' && folder !== 'integrations')
  for (const from of folders)
    for (const to of folders) {
      if (from === to) continue
      const may = allowed[from]?.includes(to) === true
      const inner = from === 'protocols' ? 'redis/' : ''
      const file = `src/${from}/${inner}to-${to}.ts`
      tree[file] = `import { x } from '${inner ? '../../' : '../'}${to}/x.ts'\nexport const y = x\n`
      ;(may ? good : bad).push(file)
      tree[`src/${to}/x.ts`] = 'export const x = 1\n'
    }
  for (const [from, what] of [
    ['core', 'node:crypto'],
    ['core', 'zod'],
    ['lib', 'zod'],
    ['tlog', 'zod'],
    ['gate', 'node:net'],
    ['protocols/redis', 'node:net'],
    ['protocols/redis', 'node:fs'],
    ['protocols/redis', 'node:tls'],
  ] as const) {
    const file = `src/${from}/uses-${what.replace(':', '-')}.ts`
    tree[file] = `import * as x from '${what}'\nexport const y = x\n`
    bad.push(file)
  }
  tree['src/protocols/redis/uses-gate.ts'] = `import { x } from '../../gate/gate.ts'\nexport const y = x\n`
  bad.push('src/protocols/redis/uses-gate.ts')
  tree['src/protocols/redis/uses-types.ts'] = `import type { X } from '../../gate/types.ts'\nexport type Y = X\n`
  good.push('src/protocols/redis/uses-types.ts')
  tree['src/gate/gate.ts'] = 'export const x = 1\n'
  tree['src/gate/types.ts'] = 'export type X = 1\n'
  const found = lint(tree)
  assert.deepEqual(
    bad.filter((file) => !found.get(file)?.includes('no-restricted-imports')),
    [],
    'breaches that the linter let through',
  )
  assert.deepEqual(
    good.filter((file) => found.get(file)?.includes('no-restricted-imports')),
    [],
    'allowed imports that it refused',
  )
})

test('rules: floating promises, cycles, any, long functions', () => {
  const found = lint({
    'src/gate/floating.ts': `async function append(): Promise<void> { await Promise.resolve() }\nexport function admit(): void {\n  append()\n}\n`,
    'src/gate/a.ts': `import { b } from './b.ts'\nexport const a = (): number => b()\n`,
    'src/gate/b.ts': `import { a } from './a.ts'\nexport const b = (): number => a()\n`,
    'src/gate/loose.ts': `export const x = (value: any): number => value.y\n`,
    'src/gate/long.ts': `export function long(): number {\n  let x = 0\n${'  x += 1\n'.repeat(60)}  return x\n}\n`,
    'src/gate/fine.ts': `export const fine = async (): Promise<number> => 1\n`,
  })
  assert.match(found.get('src/gate/floating.ts') ?? '', /no-floating-promises/)
  assert.match(found.get('src/gate/a.ts') ?? '', /no-cycle/)
  assert.match(found.get('src/gate/loose.ts') ?? '', /no-explicit-any/)
  assert.match(found.get('src/gate/long.ts') ?? '', /max-lines-per-function/)
  assert.equal(found.get('src/gate/fine.ts'), undefined)
})
