// A statement's shape: its text with the integers cut out. Where no rule looked at the value of a constant, the verdict
// of one text holds for every text of its shape, and only the digits have to be put in again (pgbench sends another
// number each time). Conservative: what is not plainly simple has no shape.

export interface Shape {
  readonly shape: string
  readonly integers: readonly string[]
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57
const isWord = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || isDigit(code)
const maxDigits = 9
const maxLength = 4096
/** Between a shape's pieces; can't stand in a text that has a shape. */
const hole = '?'

// Space, newline and ( ) * + , . / < = > [ ] %: no quote, no dollar, no backslash, no semicolon, no minus (-- and folded signs).
const allowed = new Set([32, 10, 40, 41, 42, 43, 44, 46, 47, 60, 61, 62, 91, 93, 37])

/**
 * The shape of a text, or undefined. Every integer of at most 9 digits that stands alone as a token is cut out; a digit
 * anywhere else than in an identifier means no shape. A single `;` at the very end is not part of it.
 */
export function shapeOf(text: string): Shape | undefined {
  const end = text.endsWith(';') ? text.length - 1 : text.length
  if (end > maxLength) return undefined
  const integers: string[] = []
  let shape = ''
  let from = 0
  for (let at = 0; at < end;) {
    const code = text.charCodeAt(at)
    if (isDigit(code)) {
      let stop = at + 1
      while (stop < end && isDigit(text.charCodeAt(stop))) stop++
      const next = stop < end ? text.charCodeAt(stop) : 32
      const before = at > 0 ? text.charCodeAt(at - 1) : 32
      if (stop - at > maxDigits || isWord(next) || next === 46 || before === 46) return undefined
      shape += text.slice(from, at) + hole
      integers.push(text.slice(at, stop))
      from = at = stop
    } else if (isWord(code)) {
      do at++
      while (at < end && isWord(text.charCodeAt(at)))
    } else if (allowed.has(code)) {
      if ((code === 47 && text.charCodeAt(at + 1) === 42) || (code === 42 && text.charCodeAt(at + 1) === 47))
        return undefined
      at++
    } else return undefined
  }
  return { shape: shape + text.slice(from, end), integers }
}

/** An emitted text with holes where integers stood: `pieces[0] int pieces[1] int …`,. */
export interface Template {
  readonly pieces: readonly string[]
}

/** The text that a template gives for other integers. */
export function fill(template: Template, integers: readonly string[]): string {
  let out = template.pieces[0] ?? ''
  for (let index = 1; index < template.pieces.length; index++)
    out += (integers[index - 1] ?? '') + (template.pieces[index] ?? '')
  return out
}

/**
 * Makes a template of an emitted ASCII text: `kept` says which bytes of the source stand where in it. Undefined when one
 * of the integers was replaced rather than kept.
 */
export function templateOf(
  source: string,
  emitted: string,
  kept: readonly (readonly [number, number, number])[],
): Template | undefined {
  const pieces: string[] = []
  let from = 0
  const integer = /(?<![A-Za-z0-9_])[0-9]+/g
  for (let found = integer.exec(source); found !== null; found = integer.exec(source)) {
    const start = found.index
    const length = found[0].length
    const home = kept.find(([at, , size]) => at <= start && start + length <= at + size)
    if (home === undefined) return undefined
    const place = home[1] + (start - home[0])
    pieces.push(emitted.slice(from, place))
    from = place + length
  }
  pieces.push(emitted.slice(from))
  return { pieces }
}
