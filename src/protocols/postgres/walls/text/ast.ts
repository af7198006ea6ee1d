// Reading the parser's trees. A node is `{ Kind: { field: … } }`; a field that is false, zero or empty is absent.
// Trees are never changed: what shall be different in the emitted text stands in side tables keyed by node object.

/** A tree, or a part of it, as JSON gave it. Read only. */
export interface Tree {
  readonly [field: string]: unknown
}

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The kind of a node: its only key; '' when it is no node. */
export function kindOf(node: Tree): string {
  const keys = Object.keys(node)
  return keys.length === 1 ? (keys[0] ?? '') : ''
}

/** The fields of a node of the given kind, or undefined for another kind. */
export function as(node: Tree | undefined, kind: string): Tree | undefined {
  if (node === undefined) return undefined
  const body = node[kind]
  return isTree(body) ? body : undefined
}

/** The fields of a node whatever its kind. */
export function bodyOf(node: Tree): Tree {
  const body = node[kindOf(node)]
  return isTree(body) ? body : {}
}

export function child(tree: Tree, field: string): Tree | undefined {
  const value = tree[field]
  return isTree(value) ? value : undefined
}

export function children(tree: Tree, field: string): readonly Tree[] {
  const value = tree[field]
  return Array.isArray(value) ? value.filter(isTree) : []
}

export function text(tree: Tree, field: string): string | undefined {
  const value = tree[field]
  return typeof value === 'string' ? value : undefined
}

export function flag(tree: Tree, field: string): boolean {
  return tree[field] === true
}

/** Byte offset of a node in its text; absent = 0, as the JSON leaves zero out. */
export function location(tree: Tree): number {
  const value = tree['location']
  return typeof value === 'number' ? value : 0
}

/** The value of a `String` node. */
export function stringOf(node: Tree | undefined): string | undefined {
  const body = as(node, 'String')
  return body === undefined ? undefined : (text(body, 'sval') ?? '')
}

/** A list of String nodes as names; undefined when one is something else (a star). */
export function names(nodes: readonly Tree[]): readonly string[] | undefined {
  const out: string[] = []
  for (const node of nodes) {
    const name = stringOf(node)
    if (name === undefined) return undefined
    out.push(name)
  }
  return out
}

/** Lists have empty nodes where an option was not given. */
export const isNode = (node: Tree): boolean => Object.keys(node).length > 0
