// Where evidence lies until it is fetched: by whom it was made for, once, never after a redaction, with nothing by its name
// on the disk.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { temporaryFolder } from '../../../test/lib/folders.ts'
import { GloveboxError } from '../../core/error.ts'
import type { ByteSink } from '../../lib/zip.ts'
import { Spool } from './spool.ts'

const isRefused = (error: unknown, why: RegExp): boolean =>
  error instanceof GloveboxError && error.refusal.code === 'GBX-1702' && why.test(error.refusal.why ?? '')

const make = (text: string) => async (sink: ByteSink) => {
  await sink.write(Buffer.from(text), 0)
  return { size: text.length }
}

async function read(taken: ReturnType<Spool['take']>): Promise<string | undefined> {
  if (!taken) return undefined
  const pieces: Buffer[] = []
  for await (const piece of taken.content) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

test('fetched once, by whom it was made for; no name is on the disk meanwhile', async (t) => {
  const dir = temporaryFolder(t)
  const spool = new Spool(dir)
  t.after(() => spool.close())
  const { id } = await spool.put('p-cleo', make('evidence'))
  assert.deepEqual(readdirSync(dir), [])
  assert.equal(await read(spool.take(id, 'p-ben')), undefined)
  assert.equal(await read(spool.take('x-unknown', 'p-cleo')), undefined)
  assert.equal(await read(spool.take(id, 'p-cleo')), 'evidence')
  assert.equal(await read(spool.take(id, 'p-cleo')), undefined)
})

test('a redaction takes what waits and what is being made', async (t) => {
  const spool = new Spool(temporaryFolder(t))
  t.after(() => spool.close())
  const { id } = await spool.put('p-cleo', make('personal'))
  const during = spool.put('p-cleo', async (sink) => {
    await spool.clear()
    return make('personal')(sink)
  })
  await assert.rejects(during, (error) => isRefused(error, /redacted meanwhile/))
  assert.equal(spool.take(id, 'p-cleo'), undefined)
  const after = await spool.put('p-cleo', make('clean'))
  assert.equal(await read(spool.take(after.id, 'p-cleo')), 'clean')
})

test('at most eight wait; one that fails leaves its place', async (t) => {
  const dir = temporaryFolder(t)
  const spool = new Spool(dir)
  t.after(() => spool.close())
  await assert.rejects(
    spool.put('p-cleo', () => Promise.reject(new Error('broke'))),
    /broke/,
  )
  for (let i = 0; i < 8; i++) await spool.put('p-cleo', make(`${i}`))
  await assert.rejects(spool.put('p-cleo', make('9')), (error) => isRefused(error, /8 exports/))
  assert.deepEqual(readdirSync(dir), [])
})
