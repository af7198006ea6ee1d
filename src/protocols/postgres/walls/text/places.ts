// From a place in the emitted text back to the person's own, so that a client's caret points at what they wrote. Places
// are PostgreSQL's: characters (code points), counted from 1. What stands in no piece of the person's text has none.
import type { Template } from './shape.ts'

/** How an emitted text came from the person's: kept pieces as [place in the source, place in the output, length], in bytes. */
export interface Origin {
  readonly text: string
  readonly sql: string
  readonly kept: readonly (readonly [number, number, number])[]
}

const bytesBefore = (text: string, characters: number): number =>
  Buffer.byteLength(Array.from(text).slice(0, characters).join(''))

/** The place in the person's text, or undefined. */
export function originalPlace({ text, sql, kept }: Origin, place: number): number | undefined {
  if (!Number.isSafeInteger(place) || place < 1) return undefined
  const at = bytesBefore(sql, place - 1)
  const home = kept.find(([, out, size]) => out <= at && at < out + size)
  if (home === undefined) return undefined
  const source = home[0] + (at - home[1])
  return Array.from(Buffer.from(text).subarray(0, source).toString()).length + 1
}

/** A place (from 0) in a text made of `pieces` and `from` between them, as a place in the one made with `to`. */
function moved(pieces: readonly string[], from: readonly string[], to: readonly string[], at: number): number {
  let before = 0
  let after = 0
  for (const [index, piece] of pieces.entries()) {
    if (at < before + piece.length) return after + (at - before)
    before += piece.length
    after += piece.length
    const old = from[index]?.length ?? 0
    if (at < before + old) return after
    before += old
    after += to[index]?.length ?? 0
  }
  return after
}

/** The same for a text of a known shape with other integers: by way of the text that was judged. ASCII only, as templates are. */
export function shapedPlace(
  judged: Origin & { readonly integers: readonly string[]; readonly shape: string; readonly template: Template },
  integers: readonly string[],
  place: number,
): number | undefined {
  const emitted = moved(judged.template.pieces, integers, judged.integers, place - 1)
  const own = originalPlace(judged, emitted + 1)
  return own === undefined ? undefined : moved(judged.shape.split('?'), judged.integers, integers, own - 1) + 1
}
