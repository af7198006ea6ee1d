// Puts tokens in place of what was detected: in texts, and in the strings of JSON, which stays JSON.
import { detect, type Hint } from './detect.ts'
import { type Hit, tokenOf } from './hit.ts'

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

/** A text without what the detectors find in it. `json` = the text is JSON and stays it. */
export function scrubbed(text: string, { json = false, hint }: { json?: boolean; hint?: Hint } = {}): string {
  const bytes = Buffer.from(text)
  const all = detect(bytes, 0, bytes.length, hint)
  const hits = json ? insideStrings(bytes, all) : all
  return hits.length === 0 ? text : replaced(bytes, hits).toString()
}
