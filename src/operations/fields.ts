// Fields that several operations share: how ids, durations and times look at the edge, and how a typed id is found.
import { z } from 'zod'
import { refusal, type Refusal } from '../core/error.ts'
import { formatDuration, parseDuration } from '../lib/duration.ts'
import { matchIds } from '../lib/ids.ts'

/** Ids and unique beginnings of them: the prefix and at least 4 characters. */
export const idField = (what: string) =>
  z.string().max(40).describe(`id of the ${what}, or a beginning of it that is unique (at least 4 characters)`)

export const durationField = (what: string) =>
  z
    .string()
    .max(40)
    .refine((text) => parseDuration(text) !== undefined, 'write a duration such as 90s, 30m or 2h')
    .describe(what)

/** Milliseconds of a field that durationField has checked. */
export const millis = (text: string): number => parseDuration(text) ?? 0
export const duration = formatDuration

export const timeField = (what: string) => z.string().describe(`${what} (RFC 3339, UTC)`)
export const time = (at: number): string => new Date(at).toISOString()

export const reasonField = z.string().min(1).max(2_000).describe('why: shown to whoever decides, kept on record')

export const levelField = z
  .enum(['observe', 'read', 'write', 'admin'])
  .describe(
    'observe = structure, plans, statistics; read = masked rows; write = one exact change of rows, admin = a script or DDL (with `run`)',
  )

/** The one id among those that this person may see (`sees`); GBX-1004 for none, GBX-1002 for several. */
export function findId<T extends string>(typed: string, ids: Iterable<T>, sees: (id: T) => boolean): T | Refusal {
  const found = matchIds(typed, ids).filter(sees)
  const [only] = found
  if (found.length > 1)
    return refusal('GBX-1002', { field: typed, why: `${found.length} ids begin with that; type more of it.` })
  const enough = typed.length >= typed.indexOf('-') + 5
  return only !== undefined && enough ? only : refusal('GBX-1004', { what: typed })
}

/** A switch: true or false in JSON, `true` or `false` in a query. */
export const flagField = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])
