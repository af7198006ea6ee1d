// The text of a refused statement as it may stand on record. Nobody has worked out which of its literals meet labelled
// columns, so where it may touch one at all, none of them is kept (G9).
import type { Target } from '../../core/nouns.ts'
import type { Refusal } from '../../core/error.ts'
import { splitName } from '../../masking/labels.ts'
import { fromBytes, toBytes, tokens } from './walls/text/lexer.ts'

/** Refusals that say that a labelled column was met, by whatever name it was called in the statement. */
const aboutMasks: ReadonlySet<string> = new Set(['GBX-1206', 'GBX-1207', 'GBX-1208'])

/** Names of labelled tables and columns of a target, in lower case. */
const known = new WeakMap<Target, ReadonlySet<string>>()

function labelledNames(target: Target): ReadonlySet<string> {
  const held = known.get(target)
  if (held) return held
  const { mask = {} } = target.options as { mask?: Record<string, unknown> }
  const names = new Set(
    Object.keys(mask)
      .flatMap((key) => splitName(key)?.slice(1) ?? [])
      .map((name) => name.toLowerCase()),
  )
  known.set(target, names)
  return names
}

/** The text with every literal as `'…'` where it may belong to a labelled column; whole otherwise. What can't be cut into tokens is withheld. */
export function recordable(text: string, refused: Refusal, target: Target): string {
  const names = labelledNames(target)
  if (names.size === 0) return text
  try {
    const bytes = toBytes(text)
    const list = tokens(bytes)
    const touches =
      aboutMasks.has(refused.code) ||
      list.some(
        ({ kind, start, end }) =>
          (kind === 'name' || kind === 'quoted') &&
          names.has(fromBytes(bytes.slice(start, end)).replace(/^"|"$/g, '').toLowerCase()),
      )
    return touches ? withoutLiterals(bytes, list) : text
  } catch {
    return `(withheld: ${text.length} characters that could not be read)` // closed: what is not understood may hold a secret
  }
}

/** A text without any of its literals. What can't be cut into tokens is withheld. */
export function bare(text: string): string {
  try {
    const bytes = toBytes(text)
    return withoutLiterals(bytes, tokens(bytes))
  } catch {
    return `(withheld: ${text.length} characters that could not be read)` // closed
  }
}

/** Comments go with the literals: they are not tokens. */
function withoutLiterals(bytes: string, list: ReturnType<typeof tokens>): string {
  let out = ''
  let last = 0
  for (const { kind, start, end } of list) {
    if (kind === 'other' && `'"`.includes(bytes.slice(start, end))) throw new RangeError('a quote without end')
    if (start > last && out !== '') out += ' '
    out += kind === 'string' || kind === 'number' ? "'…'" : fromBytes(bytes.slice(start, end))
    last = end
  }
  return out
}
