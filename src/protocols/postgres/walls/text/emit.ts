// R10: what goes up is the person's own text with some pieces replaced at token positions. The result is parsed again
// and its tree compared with the one that was meant; a difference is a refusal.
import { refusal, type Refusal } from '../../../../core/error.ts'
import { as, bodyOf, child, children, kindOf, type Tree } from './ast.ts'

/** Replaces bytes [start, end) of the text. Positions are those of latin1 strings over UTF-8 bytes. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly sql: string
  /** What stands on record instead, where that differs (literals compared with labelled columns). */
  readonly recorded?: string
  /** Stands on record of the person's own text instead of these bytes; absent = they stand as they are. */
  readonly typed?: string
}

/** The node that was meant where the text was edited: a node kind of its own wins over the parsed original. */
export type Meant = ReadonlyMap<Tree, Tree>

export interface Spliced {
  readonly text: string
  /** Start of each kept piece: [place in the source, place in the output, length]. */
  readonly kept: readonly (readonly [number, number, number])[]
}

/** Applies edits to [start, end) of a source. Throws RangeError when two edits touch the same bytes. */
export function splice(
  source: string,
  start: number,
  end: number,
  edits: readonly Edit[],
  pick: (edit: Edit) => string,
): Spliced {
  const sorted = edits.toSorted((a, b) => a.start - b.start || a.end - b.end)
  const kept: [number, number, number][] = []
  let text = ''
  let at = start
  for (const edit of sorted) {
    if (edit.start < at || edit.end > end) throw new RangeError('edits overlap')
    kept.push([at, text.length, edit.start - at])
    text += source.slice(at, edit.start) + pick(edit)
    at = edit.end
  }
  kept.push([at, text.length, end - at])
  return { text: text + source.slice(at, end), kept }
}

/** Fields that say where something stood. */
const places = new Set([
  'location',
  'stmt_location',
  'stmt_len',
  'list_start',
  'list_end',
  'rexpr_list_start',
  'rexpr_list_end',
  'name_location',
])

/** Is `actual` the tree that was meant? Walks both; never recurses into what is not a tree of the parser. */
export function isMeant(meant: unknown, actual: unknown, changes: Meant): boolean {
  const changed = typeof meant === 'object' && meant !== null ? changes.get(meant as Tree) : undefined
  if (changed !== undefined) return isMeant(changed, actual, changes)
  if (Array.isArray(meant)) {
    return (
      Array.isArray(actual) &&
      actual.length === meant.length &&
      meant.every((one, index) => isMeant(one, actual[index], changes))
    )
  }
  if (typeof meant !== 'object' || meant === null) return meant === actual
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) return false
  const left = Object.entries(meant).filter(([field]) => !places.has(field))
  const right = Object.keys(actual).filter((field) => !places.has(field))
  return (
    left.length === right.length &&
    left.every(([field, value]) => isMeant(value, (actual as Record<string, unknown>)[field], changes))
  )
}

/** The only statement of a parser's output. */
export function onlyStatement(parsed: Tree): Tree | undefined {
  const statements = children(parsed, 'stmts')
  const only = statements[0]
  return statements.length === 1 && only !== undefined ? child(only, 'stmt') : undefined
}

/** The expression of `SELECT <fragment>`. */
export function onlyExpression(parsed: Tree): Tree | undefined {
  const select = as(onlyStatement(parsed), 'SelectStmt')
  const target = select === undefined ? undefined : as(children(select, 'targetList')[0], 'ResTarget')
  return target === undefined ? undefined : child(target, 'val')
}

/** A node with some of its fields replaced; undefined takes a field away. */
export function withFields(node: Tree, fields: Readonly<Record<string, unknown>>): Tree {
  const body = Object.fromEntries(
    Object.entries({ ...bodyOf(node), ...fields }).filter(([, value]) => value !== undefined),
  )
  return { [kindOf(node)]: body }
}

export const notFaithful = (): Refusal =>
  refusal('GBX-1210', { why: 'its rewritten form did not read back as it was meant' })
