// Constants that are written to labelled columns, or searched for in them: they go up as they are, for that is what was
// approved, and stand nowhere else.
import { bodyOf, kindOf, location, type Tree } from '../text/ast.ts'
import { fromBytes, tokenAt } from '../text/lexer.ts'
import type { Walker } from '../walk.ts'

const hidden = "'…'"

/** Leaves the constants within these nodes out of what is shown and recorded. False = one was not found in the text. */
export function hiddenConstants(walker: Walker, nodes: readonly Tree[]): boolean {
  return nodes.every((node) => within(walker, node))
}

function within(walker: Walker, node: unknown): boolean {
  if (Array.isArray(node)) return node.every((one) => within(walker, one))
  if (typeof node !== 'object' || node === null) return true
  const tree = node as Tree
  if (kindOf(tree) !== 'A_Const') return Object.values(tree).every((one) => within(walker, one))
  return bodyOf(tree)['isnull'] === true || hide(walker, location(bodyOf(tree)))
}

function hide(walker: Walker, at: number): boolean {
  const { tokens, source } = walker.input
  const index = tokenAt(tokens, at)
  const first = tokens[index]
  // A negative number begins at its sign.
  const last = first?.kind === 'other' && source[first.start] === '-' ? tokens[index + 1] : first
  if (first === undefined || last === undefined) return false
  if (walker.edits.some((edit) => edit.start < last.end && first.start < edit.end)) return false
  const sql = fromBytes(source.slice(first.start, last.end))
  walker.edits.push({ start: first.start, end: last.end, sql, recorded: hidden, typed: hidden })
  return true
}
