// Tokens, SCRAM keys, passwords, and the wall around bind values.
import assert from 'node:assert/strict'
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openCredentials } from './credentials.ts'
import { Database } from './sqlite.ts'
import { looksLikeToken, newTokenText } from './token-text.ts'

const yes = (): 0 => 0

void test('tokens are found by their text only, checked by SCRAM, and forgotten', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'glovebox-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const file = join(dir, 'keys.db')
  const credentials = openCredentials(file, randomBytes(32))
  t.after(() => credentials.close())
  const text = await credentials.issue({ id: 't-1', principal: 'p-1', name: 'ana', kind: 'u', now: 1 })
  const bound = await credentials.issue({ id: 't-2', principal: 'p-1', name: 'ana', kind: 'd', grant: 'g-1', now: 2 })
  assert.match(text, /^gbx_u[0-9A-Za-z]{38}$/)
  assert.equal(credentials.find(text), 't-1')
  assert.equal(credentials.find(bound), 't-2')
  assert.equal(credentials.find(newTokenText('u')), undefined)
  assert.equal(credentials.find(`${text}x`), undefined)

  const { salt, iterations, keys } = credentials.scram('ana', 'p-1', yes)
  const salted = pbkdf2Sync(text, salt, iterations, 32, 'sha256')
  const storedKey = createHash('sha256').update(createHmac('sha256', salted).update('Client Key').digest()).digest()
  assert.deepEqual(
    keys.map((key) => key.token),
    ['t-1', 't-2'],
  )
  assert.ok(storedKey.equals(keys[0]?.storedKey as Uint8Array))
  assert.deepEqual(
    credentials.scram('ana', 'p-1', (token) => (token === 't-2' ? 0 : undefined)).keys.map((key) => key.token),
    ['t-2'],
  )
  assert.deepEqual(
    credentials.scram('ana', 'p-1', (token) => (token === 't-2' ? 0 : 1)).keys.map((key) => key.token),
    ['t-2', 't-1'],
  )

  const nobody = credentials.scram('mallory', undefined, yes)
  assert.deepEqual(nobody, credentials.scram('mallory', undefined, yes), 'a name that nobody has keeps its salt')
  assert.deepEqual([nobody.keys.length, nobody.salt.length, nobody.iterations], [0, salt.length, iterations])
  assert.notDeepEqual(nobody.salt, salt)

  // G9: neither text is anywhere in the file.
  for (const name of [file, `${file}-wal`]) {
    const bytes = readFileSync(name)
    assert.ok(!bytes.includes(text) && !bytes.includes(bound))
  }
  credentials.forget({ token: 't-2' })
  assert.equal(credentials.find(bound), undefined)
  credentials.retain(() => false)
  assert.equal(credentials.find(text), undefined)
})

void test('passwords by argon2id', async (t) => {
  const credentials = openCredentials(':memory:', randomBytes(32))
  t.after(() => credentials.close())
  await credentials.setPassword('p-1', 'correct horse')
  assert.equal(await credentials.verifyPassword('p-1', 'correct horse'), true)
  assert.equal(await credentials.verifyPassword('p-1', 'correct horsf'), false)
  assert.equal(await credentials.verifyPassword('p-2', 'correct horse'), false)
  assert.equal(await credentials.verifyPassword(undefined, ''), false)
  await credentials.setPassword('p-1', 'other')
  assert.equal(await credentials.verifyPassword('p-1', 'correct horse'), false)
})

void test('a typing mistake in a token shows in its checksum', () => {
  const text = newTokenText('s')
  assert.ok(looksLikeToken(text))
  for (let i = 5; i < text.length; i++)
    assert.ok(!looksLikeToken(text.slice(0, i) + (text[i] === 'a' ? 'b' : 'a') + text.slice(i + 1)), `at ${i}`)
})

void test('a bind value that SQLite has no type for throws and stores nothing', (t) => {
  const database = new Database(':memory:', { durable: false })
  t.after(() => database.close())
  database.exec('create table x (a, b)')
  const insert = database.prepare('insert into x values (?, ?)')
  for (const wrong of [new Date(), undefined, true, Number.NaN, Infinity, {}, [], Symbol('x'), () => 1])
    assert.throws(() => insert.run([wrong, 1]), TypeError)
  assert.deepEqual(database.prepare('select * from x').all(), [])
  for (const right of [null, 'a', 1, 1.5, 10n, new Uint8Array([1])]) insert.run([right, 1])
  assert.equal(database.prepare('select * from x').all().length, 6)
})
