// The blocks `journal` and `witness` of glovebox.yaml, and the files they name: what is accepted, and what is refused by line.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { temporaryFolder } from '../test/lib/folders.ts'
import { parseConfig } from './config.ts'
import { GloveboxError } from './core/error.ts'
import { keptPolicyPath, noteOutside, outsideOf, withoutConfiguration } from './outside.ts'
import { cosignerOf } from './tlog/cosignature.ts'
import { readLogs } from './witness.ts'

const w = [1, 2].map((seed) => cosignerOf(`w.example/${seed}`, Buffer.alloc(32, seed)).vkey)
const yaml = (text: string, folder: string) => parseConfig(text, { file: join(folder, 'glovebox.yaml'), env: {} })
const none = (): void => undefined
const codeOf = (run: () => unknown): string => {
  try {
    run()
    return 'nothing thrown'
  } catch (error) {
    return error instanceof GloveboxError ? `${error.refusal.code} ${error.refusal.title}` : String(error)
  }
}

test('without a word about it there is no memory outside; with one, paths start from the file', (t) => {
  const folder = temporaryFolder(t)
  const { journal, witnessLogs } = yaml('', folder)
  assert.deepEqual(
    [journal, witnessLogs],
    [{ witnesses: undefined, file: undefined, unreachable: 'refuse' }, undefined],
  )
  assert.equal(outsideOf(journal, none).memory, undefined)
  const given = yaml(
    'witness: { logs: l.txt }\njournal: { witnesses: { policy: p.txt, wait: 1m }, memory: { file: m, unreachable: sign } }',
    folder,
  )
  assert.equal(given.witnessLogs, join(folder, 'l.txt'))
  assert.deepEqual(given.journal, {
    witnesses: { policy: join(folder, 'p.txt'), waitMs: 60_000 },
    file: join(folder, 'm'),
    unreachable: 'sign',
  })
  assert.match(
    codeOf(() => yaml('journal: { memory: { fil: x } }', folder)),
    /GBX-1601 .*1:\d+ .*Did you mean "file"/,
  )
})

test('a policy that nobody can meet, or that asks nobody, is refused by line', (t) => {
  const folder = temporaryFolder(t)
  const file = join(folder, 'p.txt')
  const settings = { witnesses: { policy: file, waitMs: 1_000 }, file: undefined, unreachable: 'refuse' as const }
  const read = (text: string): string => {
    writeFileSync(file, text)
    return codeOf(() => outsideOf(settings, none))
  }
  assert.match(
    codeOf(() => outsideOf(settings, none)),
    /GBX-1601 .*p\.txt:1:1 the file cannot be read \(ENOENT\)/,
  )
  assert.match(read(`witness a ${w[0]} https://x\nwitness a ${w[1]}\nquorum a`), /p\.txt:2:1 "a" is defined already/)
  assert.match(read(`witness a ${w[0]} https://x\n\nquorum none`), /p\.txt:3:1 "quorum none" asks nobody/)
  assert.match(read(`witness a ${w[0]}\nquorum a`), /p\.txt:2:1 the quorum needs witnesses that have no address/)
  assert.match(
    read(`witness a ${w[0]} https://x\nwitness b ${w[1]}\ngroup g all a b\nquorum g`),
    /:4:1 the quorum needs witnesses/,
  )
  assert.equal(read(`witness a ${w[0]} https://x\nwitness b ${w[1]}\ngroup g any a b\nquorum g`), 'nothing thrown')
})

test('what was chosen is noted in the folder, for whoever opens it without the configuration', (t) => {
  const data = temporaryFolder(t)
  mkdirSync(join(data, 'keys'))
  const file = join(data, 'p.txt')
  writeFileSync(file, `witness a ${w[0]} https://x\nquorum a\n`)
  assert.equal(withoutConfiguration(data), undefined)
  const settings = { witnesses: { policy: file, waitMs: 1_000 }, file: join(data, 'm'), unreachable: 'refuse' as const }
  const outside = outsideOf(settings, none)
  assert.deepEqual(
    outside.memory?.memories.map(({ name }) => name),
    ['the witnesses', `the file ${join(data, 'm')}`],
  )
  noteOutside(data, outside)
  assert.equal(readFileSync(keptPolicyPath(data), 'utf8'), readFileSync(file, 'utf8'))
  assert.deepEqual(withoutConfiguration(data)?.memories, [])
  noteOutside(data, outsideOf({ witnesses: undefined, file: undefined, unreachable: 'refuse' }, none))
  assert.equal(withoutConfiguration(data), undefined)
  assert.equal(existsSync(keptPolicyPath(data)), false)
})

test('a file of logs names logs, and nothing else', (t) => {
  const file = join(temporaryFolder(t), 'logs.txt')
  for (const [text, why] of [
    ['', /names no log/],
    [`witness a ${w[0]}`, /1:1 "witness" is not log/],
    [`# x\nlog ${w[0]}`, /2:1 .*not the key of a log/],
  ] as const) {
    writeFileSync(file, text)
    assert.match(
      codeOf(() => readLogs(file)),
      why,
    )
  }
})
