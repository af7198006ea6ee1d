// Certificates that somebody else keeps in files: checked when read, taken again when they change, never half.
import assert from 'node:assert/strict'
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { GloveboxError } from '../core/error.ts'
import { temporaryFolder } from '../../test/lib/folders.ts'
import { certificates } from './certificates.ts'
import { readTls, standsFor, watchTls, type TlsFiles } from './tls-files.ts'

const until = async (holds: () => boolean): Promise<void> => {
  for (let i = 0; i < 200 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 25))
  assert.ok(holds())
}

test('a pair is read, names are checked, and what does not fit is refused', async (t) => {
  const dir = temporaryFolder(t)
  const one = await certificates(join(dir, 'one'), ['gb.acme.dev'], Date.now())
  await certificates(join(dir, 'two'), ['gb.acme.dev'], Date.now())
  const files = { cert: join(dir, 'one', 'server.pem'), key: join(dir, 'one', 'server.key') }
  assert.equal(readTls(files).cert, one.cert)
  assert.ok(standsFor(one.cert, 'gb.acme.dev'))
  assert.ok(!standsFor(one.cert, 'other.acme.dev'))
  const code = (given: TlsFiles): string => {
    try {
      readTls(given)
    } catch (error) {
      assert.ok(error instanceof GloveboxError)
      return error.refusal.code
    }
    return assert.fail('accepted')
  }
  assert.equal(code({ ...files, key: join(dir, 'two', 'server.key') }), 'GBX-1601')
  assert.equal(code({ ...files, key: join(dir, 'none') }), 'GBX-1602')
})

test('a renewed pair is taken, a broken one is told and the old one stays', async (t) => {
  const dir = temporaryFolder(t)
  await certificates(join(dir, 'old'), ['localhost'], Date.now())
  const renewed = await certificates(join(dir, 'new'), ['localhost'], Date.now())
  const files = { cert: join(dir, 'cert.pem'), key: join(dir, 'key.pem') }
  const put = (from: string): void => {
    copyFileSync(join(dir, from, 'server.pem'), files.cert)
    copyFileSync(join(dir, from, 'server.key'), files.key)
  }
  put('old')
  const seen: string[] = []
  const failures: unknown[] = []
  t.after(
    watchTls(
      files,
      ({ cert }) => void seen.push(cert),
      (error) => void failures.push(error),
      30,
    ),
  )
  await new Promise((resolve) => setTimeout(resolve, 60))
  put('new')
  await until(() => seen.at(-1) === renewed.cert)
  const taken = seen.length
  writeFileSync(files.key, 'half a k')
  await until(() => failures.length > 0)
  assert.equal(seen.length, taken)
})
