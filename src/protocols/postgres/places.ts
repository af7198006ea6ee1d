// Where an error of the target stands in the person's own text: its position counts characters of what went up.
import type { Item } from './connection.ts'

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
