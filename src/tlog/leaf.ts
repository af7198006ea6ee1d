// The bytes of a leaf and the entry they stand for. Bytes are hashed as written; the canonical form is checked, so that one
// entry has one spelling.
import { canonical } from '../lib/canonical-json.ts'
import type { Entry } from '../core/entry.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Leaf bytes of an entry: RFC 8785 JSON. TypeError when it holds something that has no canonical form. */
export const leafBytes = (entry: Entry): Buffer => Buffer.from(leafText(entry))

/** Members that were seen together, in their canonical order with how each begins: entries of one kind have the same. */
const orders = new Map<string, readonly (readonly [name: string, begins: string])[]>()

/** The same as text. */
export function leafText(entry: Entry): string {
  const names = Object.keys(entry)
  const key = names.join()
  let order = orders.get(key)
  if (!order) {
    if (orders.size >= 200) orders.clear()
    orders.set(key, (order = names.sort().map((name) => [name, `${canonical(name)}:`] as const)))
  }
  let text = ''
  for (const [name, begins] of order) {
    const value = (entry as unknown as Record<string, unknown>)[name]
    if (value !== undefined) text += (text === '' ? '{' : ',') + begins + canonical(value)
  }
  return `${text}}`
}

/** The entry of a leaf, or why it is none. Members that later versions add are kept. */
export function parseLeaf(leaf: Uint8Array): { entry: Entry } | { wrong: string } {
  let value: unknown
  let text: string
  try {
    text = decoder.decode(leaf)
    value = JSON.parse(text)
    if (canonical(value) !== text) return { wrong: 'it is not in canonical form' }
  } catch {
    return { wrong: 'it is not JSON in UTF-8' } // closed: the caller reports it
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { wrong: 'it is not an object' }
  const { v, type, ts, by, commit } = value as Record<string, unknown>
  if (v !== 1) return { wrong: `version ${String(v)} is unknown` }
  if (typeof type !== 'string' || typeof ts !== 'string' || typeof by !== 'string')
    return { wrong: 'type, ts or by is missing' }
  if (commit !== undefined && typeof commit !== 'string') return { wrong: 'its commit is none' }
  if (!Number.isFinite(Date.parse(ts)) || new Date(ts).toISOString() !== ts)
    return { wrong: 'its time is not RFC 3339 in UTC with milliseconds' }
  return { entry: value as Entry }
}
