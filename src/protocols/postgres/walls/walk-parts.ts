// What the walker is given, and what it notes beside the tree.
import type { Tree } from './text/ast.ts'
import type { Token } from './text/lexer.ts'
import type { Model } from './model.ts'
import type { Item } from './scope.ts'

/** A fragment that stands in the emitted text and whose tree has to be found out. */
export interface Fragment {
  readonly node: Tree
  /** Parsed as one statement; `use` makes of its tree what the node becomes. */
  readonly sql: () => string
  readonly use: (parsed: Tree) => Tree | undefined
  /** Nothing of the person's own text is in it, so it will come again. */
  readonly isStable: () => boolean
}

/** A masked relation's place in the text. */
export interface Pending {
  readonly start: number
  readonly end: number
  readonly before: string
  readonly after: string
  readonly item: Item
}

/** A text to walk, and what it is judged against. */
export interface Input {
  readonly model: Model
  /** UTF-8 bytes, one character each. */
  readonly source: string
  readonly tokens: readonly Token[]
  readonly searchPath: readonly string[]
  /** The text is a view's definition: what it reads by name is pinned where the view is read (C3). */
  readonly isDefinition?: true
  /** The query whose rows are the answer, where it is a plain one. */
  readonly answer?: Tree
  /** Replaces a literal on record. */
  readonly hide: (literal: string) => string
}
