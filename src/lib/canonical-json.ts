// JSON in one fixed form (RFC 8785, JSON Canonicalization Scheme), so that equal values give equal bytes to hash.

/**
 * Canonical JSON text of `value`. Members that are undefined are left out, as JSON.stringify does. Throws TypeError on
 * what JSON cannot hold: non-finite numbers, bigint, functions, undefined in arrays, text with a lone surrogate.
 */
export function canonical(value: unknown): string {
  // What is in its canonical order already, as most entries are made, needs no second way through it.
  if (isOrdered(value)) return JSON.stringify(value)
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw new TypeError('text with a lone surrogate has no canonical form')
      return JSON.stringify(value)
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${value} has no canonical form`)
      return JSON.stringify(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      break
    default:
      throw new TypeError(`${typeof value} has no canonical form`)
  }
  if (value === null) return 'null'
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  let text = ''
  // The default sort compares UTF-16 code units, as section 3.2.3 asks.
  for (const key of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[key]
    if (member !== undefined) text += `${text === '' ? '' : ','}${canonical(key)}:${canonical(member)}`
  }
  return `{${text}}`
}

/** Would JSON.stringify give the canonical form? Only plain data counts, with all keys in order. */
function isOrdered(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed()
    case 'number':
      return Number.isFinite(value)
    case 'boolean':
      return true
    case 'object':
      break
    default:
      return false
  }
  if (value === null) return true
  if (Array.isArray(value)) return value.every(isOrdered)
  if ('toJSON' in value) return false
  let before: string | undefined
  for (const key in value) {
    if (before !== undefined && before >= key) return false
    if (!key.isWellFormed() || !isOrdered((value as Record<string, unknown>)[key])) return false
    before = key
  }
  return true
}
