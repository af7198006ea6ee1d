// Random identifiers with a readable prefix, and the short forms that people read and type.
import { randomBytes } from 'node:crypto'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
const idLength = 12
/** People never see fewer characters of an id than this. */
const shortest = 4

// One call to the generator serves many ids; bytes are used once.
let pool = Buffer.alloc(0)
let used = 0

/** `<prefix>-` and 12 random lower-case RFC 4648 base32 characters (60 bits). A handle, never a capability. */
export function newId<P extends string>(prefix: P): `${P}-${string}` {
  if (used + idLength > pool.length) {
    pool = randomBytes(idLength * 64)
    used = 0
  }
  let id = ''
  for (let i = 0; i < idLength; i++) id += alphabet[(pool[used++] as number) & 31]
  return `${prefix}-${id}`
}

/** The prefix of an id with its dash, e.g. `r-`. Ids without a dash have none. */
const kindOf = (id: string): string => id.slice(0, id.indexOf('-') + 1)

/** Shortest form of `id` that no other id of `all` begins with: the prefix and at least 4 characters. */
export function shortId(id: string, all: Iterable<string>): string {
  let length = Math.min(id.length, kindOf(id).length + shortest)
  for (const other of all) {
    if (other === id) continue
    while (length < id.length && other.startsWith(id.slice(0, length))) length++
  }
  return id.slice(0, length)
}

/** All ids of `all` that begin with what a person typed: one = found, more = ambiguous. An exact match is the only answer. */
export function matchIds<T extends string>(typed: string, all: Iterable<T>): T[] {
  const wanted = typed.toLowerCase()
  if (wanted === '' || wanted === kindOf(wanted)) return []
  const found: T[] = []
  for (const id of all) {
    if (id === wanted) return [id]
    if (id.startsWith(wanted)) found.push(id)
  }
  return found
}
