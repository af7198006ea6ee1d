// `glovebox audit export --query '…' --out F.evidence.zip`: says what it holds, and writes it. The file appears under its name
// only when it is whole.
import { existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { fail } from '../../../core/error.ts'
import { call, fetchFile } from '../client.ts'
import { operationNamed } from '../operation-verb.ts'
import { showJson, tell } from '../output.ts'
import type { Call } from '../table.ts'

/** A large export is made in minutes. */
const patienceMs = 3_600_000
const grouped = (n: unknown): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',')
const many = (n: unknown, one: string, more = `${one}s`): string => `${grouped(n)} ${n === 1 ? one : more}`

/** 214 entries (+ 31 that tell who and why), 11 sessions, names of 3 people, 1.9 MB; what travels as hashes. */
function described(made: Record<string, unknown>): string {
  const people = made.people as readonly string[] | undefined
  const parts = [
    `${many(made.found, 'entry', 'entries')} (and ${grouped(made.context)} that tell who, why and with whose approval)`,
    ...(made.sessions === undefined ? [] : [many(made.sessions, 'session')]),
    ...(made.recordings ? [many(made.recordings, 'recording')] : []),
    ...(people === undefined ? [] : [`names of ${many(people.length, 'account')}`]),
    ...(made.size === undefined ? [] : [`${grouped(made.size)} bytes`]),
  ]
  return `${parts.join(', ')}; the other ${many(made.hashesOnly, 'leaf', 'leaves')} of ${grouped(made.first)}..${grouped(made.last)} as hashes only`
}

export async function exportEvidence(given: Call): Promise<number> {
  const { env, io, json } = given
  const { query = '', out, preview = false } = given.given
  if (preview !== true && out === undefined)
    fail('GBX-1001', { what: 'audit export needs --out FILE, or --preview' }, undefined)
  const path = String(out)
  if (preview !== true && existsSync(path))
    fail('GBX-1002', { field: '--out', why: `${path} exists already; evidence is never written over` })
  const made = await call(env, operationNamed('audit.export'), { query, preview }, patienceMs)
  if (preview === true) {
    if (json) showJson(io, made)
    else io.out.write(`${described(made)}\n`)
    return 0
  }
  await save(await fetchFile(env, `/v1/audit/exports/${encodeURIComponent(String(made.id))}`), path, Number(made.size))
  const { id: _, ...told } = made
  if (json) showJson(io, { ...told, file: path })
  else {
    io.out.write(`${path}\n`)
    tell(io, env, '*', `${described(made)}; on record as ${String(made.entry)}`)
    if (io.out.isTTY) io.err.write(`next  glovebox audit verify ${path} --key KEY\n`)
  }
  return 0
}

/** Everything or nothing: a cut transfer leaves no file. */
async function save(body: ReadableStream<Uint8Array>, path: string, size: number): Promise<void> {
  const part = `${path}.part`
  const file = await open(part, 'w', 0o600)
  try {
    let at = 0
    for await (const piece of body) {
      await file.write(piece)
      at += piece.length
    }
    if (at !== size) throw new Error(`${at} of ${size} bytes came`)
    await file.sync()
    await file.close()
    await rename(part, path)
  } catch (error) {
    // closed: no half file under its name
    await file.close().catch(() => undefined)
    await rm(part, { force: true })
    throw error
  }
}
