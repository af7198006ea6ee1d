// Puts tokens in place of what was detected: in texts, and in the strings of JSON, which stays JSON.
import { detect, type Hint } from './detect.ts'
import { type Detector, type Hit, tokenOf } from './hit.ts'

/** The bytes with a token in place of each hit. Valid UTF-8 stays valid: detectors never cut a character. */
export function replaced(bytes: Uint8Array, hits: readonly Hit[], from = 0, to = bytes.length): Buffer {
  const parts: Uint8Array[] = []
  let last = from
  for (const hit of hits) {
    parts.push(bytes.subarray(last, hit.from), Buffer.from(tokenOf[hit.detector], 'latin1'))
    last = hit.to
  }
  parts.push(bytes.subarray(last, to))
  return Buffer.concat(parts)
}

/**
 * Of the hits in a JSON text those that lie inside one string. Numbers are left as they are: a token in their place would
 * be no JSON, and clients count on their type.
 */
export function insideStrings(bytes: Uint8Array, hits: readonly Hit[], from = 0): readonly Hit[] {
  const inside: Hit[] = []
  let at = from
  let open = false
  const step = (to: number): boolean => {
    const before = open
    let crossed = false
    for (; at < to; at++) {
      const byte = bytes[at]
      if (open && byte === 0x5c) at++
      else if (byte === 0x22) {
        open = !open
        crossed = true
      }
    }
    return before && !crossed && at === to
  }
  for (const hit of hits) {
    step(hit.from)
    if (at === hit.from && step(hit.to)) inside.push(hit)
  }
  return inside
}

/** More passes than any value needs: each leaves fewer places where something could begin. */
const passes = 4

export interface Scrub {
  /** The text is JSON and stays it. */
  readonly json?: boolean
  readonly hint?: Hint | undefined
  /** Called for each value that is replaced. */
  readonly onHit?: (detector: Detector) => void
}

/**
 * The bytes of [from, to) without what the detectors find in them; undefined = they find nothing. What is left has nothing
 * to find: taking one value away can show the edge of another, so it looks again.
 */
export function scrubbedBytes(bytes: Uint8Array, from: number, to: number, how: Scrub): Buffer | undefined {
  const look = (text: Uint8Array, start: number, end: number): readonly Hit[] => {
    const hits = detect(text, start, end, how.hint)
    return hits.length > 0 && how.json === true ? insideStrings(text, hits, start) : hits
  }
  let hits = look(bytes, from, to)
  if (hits.length === 0) return undefined
  let out = replaced(bytes, hits, from, to)
  for (let pass = 1; hits.length > 0 && pass < passes; pass++) {
    for (const { detector } of hits) how.onHit?.(detector)
    hits = look(out, 0, out.length)
    if (hits.length > 0) out = replaced(out, hits)
  }
  return out
}

/** A text without what the detectors find in it. */
export function scrubbed(text: string, how: Scrub = {}): string {
  const bytes = Buffer.from(text)
  return scrubbedBytes(bytes, 0, bytes.length, how)?.toString() ?? text
}
