// The completion scripts: bash runs its own for real; the others are checked for what they name.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { clientEnv } from './env.ts'
import type { Host } from './host.ts'
import { allVerbs, main } from './main.ts'

async function script(shell: string): Promise<string> {
  let out = ''
  const io = { out: { write: (text: string) => (out += text) }, err: { write: () => undefined }, in: process.stdin }
  assert.equal(await main(['completion', shell], { version: '0' } as Host, io, clientEnv({})), 0)
  return out
}

const hasBash = spawnSync('bash', ['--version']).status === 0

test('bash completes verbs, second words and flags', { skip: !hasBash && 'needs bash' }, async () => {
  const text = await script('bash')
  const complete = (...words: string[]): string[] => {
    const list = words.map((word) => `'${word}'`).join(' ')
    const run = spawnSync(
      'bash',
      [
        '-c',
        `${text}\nCOMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _glovebox; printf '%s\\n' "\${COMPREPLY[@]}"`,
      ],
      { encoding: 'utf8' },
    )
    assert.equal(run.stderr, '')
    return run.stdout
      .trim()
      .split('\n')
      .filter((word) => word !== '')
  }
  assert.deepEqual(complete('glovebox', 'conn'), ['connect'])
  assert.deepEqual(complete('glovebox', 'review', ''), ['approve', 'deny'])
  assert.ok(complete('glovebox', 'connect', 'pg', '--').includes('--why'))
  assert.ok(complete('glovebox', 'audit', 'verify', '--').includes('--key'))
  assert.ok(!complete('glovebox', 'audit', 'verify', '--').includes('--user'))
  for (const verb of allVerbs())
    assert.ok(complete('glovebox', verb.verb[0] as string).includes(verb.verb[0] as string))
})

test('zsh and fish know every verb and flag', async () => {
  for (const shell of ['zsh', 'fish']) {
    const text = await script(shell)
    for (const { verb, flags } of allVerbs()) {
      assert.ok(text.includes(verb.at(-1) as string), `${shell}: ${verb.join(' ')}`)
      for (const { long } of flags)
        assert.ok(text.includes(shell === 'zsh' ? `--${long}` : `-l ${long}`), `${shell}: ${long}`)
    }
  }
})
