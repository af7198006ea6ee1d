// Words a refusal in PostgreSQL's dialect, and takes out of the target's own errors what quotes our SQL or its position.
import type { Item } from './connection.ts'
import { errors, refusal, type Refusal } from '../../core/error.ts'
import { frame, fromClient, fromServer, Fields } from './wire.ts'

type Severity = 'ERROR' | 'FATAL' | 'NOTICE' | 'WARNING'

/** An ErrorResponse or NoticeResponse of our own. The routine field carries the code, so that `\errverbose` shows it. */
export function message(
  severity: Severity,
  sqlstate: string,
  text: string,
  more: { detail?: string; hint?: string; routine?: string } = {},
): Buffer {
  const type = severity === 'ERROR' || severity === 'FATAL' ? fromServer.error : fromServer.notice
  const parts = [`S${severity}`, `V${severity}`, `C${sqlstate}`, `M${text}`]
  if (more.detail !== undefined) parts.push(`D${more.detail}`)
  if (more.hint !== undefined) parts.push(`H${more.hint}`)
  if (more.routine !== undefined) parts.push(`R${more.routine}`)
  return frame(type, ...parts, 0)
}

/** A refusal as PostgreSQL clients show it: message, DETAIL (why), HINT (next lines to paste). */
export function worded(severity: Severity, refused: Refusal): Buffer {
  const sqlstate = errors[refused.code].sqlstate
  return message(severity, sqlstate, `glovebox: ${refused.title}`, {
    ...(refused.why === undefined ? {} : { detail: refused.why }),
    ...(refused.next.length === 0 ? {} : { hint: refused.next.join('\n') }),
    routine: refused.code,
  })
}

/** Errors that PostgreSQL itself would give, where we answer in its place. */
export const plain = (sqlstate: string, text: string, hint?: string): Buffer =>
  message('ERROR', sqlstate, text, { routine: 'glovebox', ...(hint === undefined ? {} : { hint }) })

export const failedBlock = (): Buffer =>
  plain('25P02', 'current transaction is aborted, commands ignored until end of transaction block')

/** Fields of an error or notice by their letter. */
export function messageFields(bytes: Buffer, from = 0, to = bytes.length): Map<string, Buffer> {
  const fields = new Fields(bytes, from, to)
  const all = new Map<string, Buffer>()
  for (let type = fields.u8(); type !== 0; type = fields.u8()) all.set(String.fromCharCode(type), fields.zero())
  return all
}

/** P: position in text that the person never saw (`place` is where it stands in theirs); p, q: our inner query; W: where, which quotes it; F, L: the server's source. */
const dropped = new Set(['P', 'p', 'q', 'W', 'F', 'L'])

/** The target's error or notice without what belongs to our rewriting. */
export function cleaned(type: number, fields: ReadonlyMap<string, Buffer>, place?: string): Buffer {
  const parts: Buffer[] = place === undefined ? [] : [Buffer.from(`P${place}\0`)]
  for (const [letter, value] of fields) {
    if (!dropped.has(letter)) parts.push(Buffer.from(letter), value, Buffer.from([0]))
  }
  return frame(type, ...parts, 0)
}

/** GBX-1214 for a message of this type. */
export function unsupported(type: number): Refusal {
  const name = Object.entries(fromClient).find(([, code]) => code === type)?.[0] ?? `of type ${type}`
  const isCall = type === fromClient.functionCall
  const why = isCall ? 'It would call a function past the walls.' : 'Sessions read only: nothing is copied in.'
  return refusal('GBX-1214', { message: name, why })
}

/** Characters between two statements of one string, as they go up. */
const separator = 2

/** The field P for the client; undefined = it stands in nothing that they wrote. */
export function placeIn(head: Item, place: Buffer | undefined): string | undefined {
  const at = Number(place?.toString('latin1') ?? Number.NaN)
  if (Number.isNaN(at)) return undefined
  if (head.kind !== 'query') {
    const prepared = 'prepared' in head ? head.prepared : undefined
    return prepared?.verdict.placeOf?.(at)?.toString()
  }
  let before = 0
  for (const { verdict } of head.running) {
    if (verdict.emulate !== undefined) return undefined
    const size = Array.from(verdict.sql).length
    if (at <= before + size) return verdict.placeOf?.(at - before)?.toString()
    before += size + separator
  }
  return undefined
}
