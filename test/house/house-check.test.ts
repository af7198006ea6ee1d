// The house check can fail: each of its rules is shown a breach, and a twin that is none.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { houseCheck, imports, readSources, withoutComments } from '../../scripts/house-check.ts'
import { allowed } from '../../scripts/walls.ts'

const says = (file: string, text: string): string[] =>
  houseCheck(new Map([[file, `// What it is for.\n${text}`]])).map(({ what }) => what)
const breaks = (file: string, text: string, what: RegExp): void => {
  const found = says(file, text)
  assert.equal(found.length > 0, true, `${file}: ${text} is a breach`)
  assert.match(found.join('\n'), what)
}
const keeps = (file: string, text: string): void => assert.deepEqual(says(file, text), [], `${file}: ${text} is none`)

test('imports: every pair of folders that is not allowed is a breach, in every form of import', () => {
  const folders = Object.keys(allowed)
  let pairs = 0
  for (const from of folders)
    for (const to of folders) {
      const file = from === 'protocols' ? 'src/protocols/redis/x.ts' : `src/${from}/x.ts`
      const up = from === 'protocols' ? '../..' : '..'
      if (from === to || allowed[from]?.includes(to)) continue
      pairs++
      for (const line of [
        `import { x } from '${up}/${to}/y.ts'`,
        `import type { X } from "${up}/${to}/y.ts"`,
        `export * from '${up}/${to}/y.ts'`,
        `export { x } from '${up}/${to}/y.ts'`,
        `import '${up}/${to}/y.ts'`,
        `const x = await import('${up}/${to}/y.ts')`,
        `import {\n  x,\n} from '${up}/${to}/y.ts'`,
      ])
        breaks(file, line, /may not import/)
    }
  assert.equal(pairs > 100, true)
})

test('imports: what is allowed passes', () => {
  keeps('src/gate/x.ts', `import { x } from '../core/error.ts'\nimport { y } from './y.ts'\nimport z from 'zod'`)
  keeps(
    'src/protocols/redis/walls/x.ts',
    `import type { Gate } from '../../../gate/types.ts'\nimport { x } from '../wire.ts'`,
  )
  keeps('src/protocols/registry.ts', `import { redis } from './redis/index.ts'`)
  keeps('src/gateway.ts', `import { x } from './gate/gate.ts'\nimport { createServer } from 'fastify'`)
  keeps('src/core/x.test.ts', `import assert from 'node:assert'\nimport fc from 'fast-check'`)
})

test('imports: siblings, the composition root, the gate itself, sockets, packages', () => {
  breaks('src/protocols/redis/x.ts', `import { x } from '../mysql/wire.ts'`, /do not know each other|does not know/)
  breaks('src/protocols/redis/x.ts', `import { admit } from '../../gate/gate.ts'`, /may not import gate\/gate.ts/)
  breaks('src/gate/x.ts', `import { config } from '../config.ts'`, /above it/)
  breaks('src/surfaces/cli/x.ts', `import { startGateway } from '../../gateway.ts'`, /above it/)
  breaks('src/protocols/redis/x.ts', `import net from 'node:net'`, /may not use node:net/)
  breaks('src/protocols/redis/x.ts', `import { readFile } from 'node:fs/promises'`, /may not use/)
  breaks('src/gate/x.ts', `import tls from 'tls'`, /may not use tls/)
  breaks('src/core/x.ts', `import { createHash } from 'node:crypto'`, /core imports nothing but lib/)
  breaks('src/core/x.ts', `import { z } from 'zod'`, /core imports nothing but lib/)
  breaks('src/tlog/x.ts', `import { z } from 'zod'`, /no dependencies/)
  breaks('src/lib/x.ts', `import { z } from 'zod'`, /no dependencies/)
  breaks('src/sixteenth/x.ts', `import { x } from '../core/x.ts'`, /no folder of this house/)
})

test('proofs, environment, clock and chance', () => {
  breaks('src/gate/gate.ts', `const p = {} as Permit`, /Permit/)
  breaks('src/gate/gate.ts', `const p = {} as unknown as Permit`, /Permit/)
  keeps('src/gate/permit.ts', `const p = {} as Permit`)
  breaks('src/protocols/redis/x.ts', `send(bytes as Masked)`, /Masked/)
  keeps('src/masking/masked.ts', `return bytes as Masked`)
  breaks('src/gate/x.ts', `const x = process.env.HOME`, /environment/)
  breaks('src/gate/x.ts', `const { env } = process`, /environment/)
  breaks('src/gate/x.ts', `const x = process['env']`, /environment/)
  keeps('src/config.ts', `const x = process.env`)
  for (const line of ['Date.now()', 'new Date()', 'Math.random()', 'setTimeout(f, 1)', 'randomUUID()'])
    breaks('src/core/x.ts', `const x = ${line}`, /no clock and no chance/)
  keeps('src/core/x.ts', `const x = new Date(at)\n// Date.now() is not used here\n`)
})

test('protocol names stay at home', () => {
  breaks('src/gate/x.ts', `if (target.protocol === 'postgres') x()`, /named only in its own folder/)
  breaks('src/core/x.ts', `const title = 'runs PostgreSQL 9'`, /named only/)
  breaks('src/protocols/redis/x.ts', `const other = 'mysql'`, /redis does not know mysql/)
  keeps('src/gate/x.ts', `// as PostgreSQL does\nconst x = 1`)
  keeps('src/protocols/redis/x.ts', `const name = 'redis'`)
})

test('size, first lines, names, words', () => {
  assert.match(
    houseCheck(new Map([['src/core/x.ts', 'const x = 1\n']]))
      .map(({ what }) => what)
      .join(),
    /first lines/,
  )
  breaks('src/core/x.ts', 'const x = 1\n'.repeat(601), /longer than 600/)
  breaks('src/core/utils.ts', 'const x = 1', /main export/)
  breaks('src/core/x.ts', `// ${'TO'}DO later`, /does not belong/)
  breaks('src/core/x.ts', `// @ts-${'ignore'}\nconst x = 1`, /suppressed/)
  breaks('docs/guide/x.md', `see \`src/core/nowhere.ts\``, /does not exist/)
  breaks('docs/x.md', `in ${'/ho'}me/ada/glovebox`, /does not belong/)
  breaks('docs/x.md', `in ${fileURLToPath(new URL('../..', import.meta.url))}src`, /place on this machine/)
  breaks('docs/x.md', `from https://${'registry'}.example.org/x`, /registry/)
  const many = new Map(Array.from({ length: 26 }, (_, i) => [`src/core/x${i}.ts`, '// x\n']))
  assert.match(
    houseCheck(many)
      .map(({ what }) => what)
      .join(),
    /26 files/,
  )
})

test('the reader of sources: comments are no code, strings are no comments, and all files are seen', () => {
  assert.deepEqual(
    imports(
      withoutComments(`// import x from 'a'\n/* import 'b' */ const s = '// not a comment'; import y from 'c'`),
    ).map(({ specifier }) => specifier),
    ['c'],
  )
  const seen = [...readSources().keys()]
  assert.equal(
    seen.includes('src/core/error.ts') &&
      seen.includes('package.json') &&
      seen.includes('test/house/house-check.test.ts'),
    true,
  )
  assert.equal(
    seen.some((file) => file.includes('node_modules')),
    false,
  )
})
