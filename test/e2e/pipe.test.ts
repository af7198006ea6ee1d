// `glovebox … | head`: a reader that goes away ends the command without a stack trace, as other tools end.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../src/bin.ts', import.meta.url))

test('nobody reads any more: 141, and not a word', async () => {
  const child = spawn(process.execPath, [bin, 'explain', 'GBX-1206'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  let err = ''
  child.stderr.on('data', (chunk) => (err += String(chunk)))
  const code = await new Promise((done) => child.once('close', done))
  assert.equal(code, 141)
  assert.equal(err, '')
})
