// Puts a walked statement together: its edits, the masked subqueries, and the proof that the result reads back as it
// was meant (R10).
import type { Refusal } from '../../../core/error.ts'
import type { Tree } from './text/ast.ts'
import { type Edit, isMeant, notFaithful, onlyStatement, type Spliced, splice } from './text/emit.ts'
import { fromBytes, toBytes } from './text/lexer.ts'
import { maskedSubquery } from './model.ts'
import type { Parser } from './text/parser.ts'
import type { Walker } from './walk.ts'

/** `sql` goes up, `recorded` stands on record as emitted, `typed` as what the person wrote. */
export type Form = 'sql' | 'recorded' | 'typed'

/** The text of [start, end) of the walker's source in one of its forms. Throws RangeError when edits overlap. */
export function assemble(walker: Walker, start: number, end: number, form: Form): Spliced {
  const { source } = walker.input
  const edits: Edit[] = form === 'typed' ? walker.edits.filter((edit) => edit.typed !== undefined) : [...walker.edits]
  if (form !== 'typed') {
    for (const { start: from, end: to, before, after, item } of walker.pending)
      edits.push({ start: from, end: to, sql: `${before}${maskedSubquery(walker.model, item, form)}${after}` })
  }
  const pick = (edit: Edit): string =>
    toBytes(form === 'typed' ? (edit.typed ?? '') : form === 'recorded' ? (edit.recorded ?? edit.sql) : edit.sql)
  const spliced = splice(source, start, end, edits, pick)
  return { ...spliced, text: fromBytes(spliced.text) }
}

export interface Emitted {
  readonly tree: Tree
  readonly walker: Walker
  readonly text: string
}

const maxCached = 500

/** R10: parses what was emitted and compares. `cache` keeps trees of fragments that come again; owned by the caller. */
export async function verify(
  parser: Parser,
  emitted: readonly Emitted[],
  cache = new Map<string, Tree>(),
): Promise<Refusal | undefined> {
  const wanted = new Map<string, boolean>()
  for (const { walker } of emitted)
    for (const fragment of walker.fragments) wanted.set(fragment.sql(), fragment.isStable())
  const missing = [...wanted.keys()].filter((sql) => !cache.has(sql))
  const parsed = await parser.parse([...emitted.map((one) => one.text), ...missing])
  const fresh = new Map<string, Tree>()
  missing.forEach((sql, index) => {
    const tree = parsed[emitted.length + index]
    if (tree === undefined) return
    fresh.set(sql, tree)
    if (wanted.get(sql) === true && cache.size < maxCached) cache.set(sql, tree)
  })
  for (const [index, { tree, walker }] of emitted.entries()) {
    const meant = new Map(walker.meant)
    for (const fragment of walker.fragments) {
      const sql = fragment.sql()
      const part = fresh.get(sql) ?? cache.get(sql)
      const becomes = part === undefined ? undefined : fragment.use(part)
      if (becomes === undefined) return notFaithful()
      meant.set(fragment.node, becomes)
    }
    const actual = parsed[index]
    if (actual === undefined || !isMeant(tree, onlyStatement(actual), meant)) return notFaithful()
  }
  return undefined
}
