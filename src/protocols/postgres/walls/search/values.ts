// The values of a search as text, however a client writes them: constants, arrays in PostgreSQL's notation, bound
// parameters in text or binary form. What is not understood is undefined, and then nothing is searched for.

/** Elements of `{a,"b c",NULL}`, one dimension; null = SQL's NULL. Undefined for anything else. */
export function arrayElements(text: string): readonly (string | null)[] | undefined {
  const body = /^\s*\{([\s\S]*)\}\s*$/.exec(text)?.[1]
  if (body === undefined) return undefined
  if (body.trim() === '') return []
  const element = /\s*(?:"((?:[^"\\]|\\[\s\S])*)"|((?:[^",{}\\\s]|\\[\s\S]|\s+(?=[^\s,]))+))\s*(,|$)/y
  const out: (string | null)[] = []
  for (let more = true; more;) {
    const found = element.exec(body)
    if (found === null) return undefined
    const [, quoted, plain = '', end] = found
    const value = (quoted ?? plain).replace(/\\([\s\S])/g, '$1')
    out.push(quoted === undefined && plain.toUpperCase() === 'NULL' ? null : value)
    more = end === ','
    if (!more && element.lastIndex !== body.length) return undefined
  }
  return out
}

/** A value of one of the types that can be searched for, as text. */
function valueText(bytes: Uint8Array, type: string): string | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (type.endsWith('uuid')) {
    const hex = buffer.toString('hex')
    return hex.length === 32 ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') : undefined
  }
  if (type.endsWith('int8'))
    return buffer.length === 8
      ? String(buffer.readBigInt64BE())
      : buffer.length === 4
        ? String(buffer.readInt32BE())
        : undefined
  return buffer.toString('utf8')
}

/** Elements of an array in binary form (PostgreSQL's array_recv), one dimension. */
function binaryElements(bytes: Uint8Array, type: string): readonly (string | null)[] | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (buffer.length === 12 && buffer.readInt32BE(0) === 0) return []
  if (buffer.length < 20 || buffer.readInt32BE(0) !== 1) return undefined
  const count = buffer.readInt32BE(12)
  const out: (string | null)[] = []
  let at = 20
  for (let index = 0; index < count; index++) {
    if (at + 4 > buffer.length) return undefined
    const length = buffer.readInt32BE(at)
    at += 4
    if (length === -1) {
      out.push(null)
      continue
    }
    if (length < 0 || at + length > buffer.length) return undefined
    const value = valueText(buffer.subarray(at, at + length), type)
    if (value === undefined) return undefined
    out.push(value)
    at += length
  }
  return at === buffer.length ? out : undefined
}

/** What was bound to a parameter: one value, or the elements of an array. Undefined = not understood. */
export function boundValues(
  { value, binary }: { readonly value: Uint8Array | null; readonly binary: boolean },
  { type, list }: { readonly type: string; readonly list: boolean },
): readonly (string | null)[] | undefined {
  if (value === null) return []
  if (list) return binary ? binaryElements(value, type) : arrayElements(Buffer.from(value).toString('utf8'))
  const one = binary ? valueText(value, type) : Buffer.from(value).toString('utf8')
  return one === undefined ? undefined : [one]
}
