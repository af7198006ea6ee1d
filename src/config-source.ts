// One YAML text with the place of every key and value in it, so that what is wrong can be shown by line and column.
// Nothing here knows a setting. Aliases are refused (a few lines of them can stand for gigabytes), and so are tags.
import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, visit, type Document } from 'yaml'
import { fail } from './core/error.ts'

/** Keys and list positions that lead to a value. */
export type Path = readonly (string | number)[]

/** 1 MB: thousands of targets; more is a mistake. */
const maxBytes = 1_048_576
const maxDepth = 40

/** A parsed file. `tree` is plain data with secrets still written as `${env:…}`. */
export class ConfigSource {
  readonly file: string
  readonly tree: unknown
  readonly #document: Document
  readonly #lines: LineCounter

  /** Throws GBX-1601 for anything that is not one plain YAML document. */
  constructor(file: string, text: string) {
    this.file = file
    this.#lines = new LineCounter()
    if (text.length > maxBytes) this.#stop(1, 1, `the file has ${text.length} characters; the limit is ${maxBytes}.`)
    this.#document = this.#parse(text)
    this.#refuseCleverness()
    this.tree = this.#document.toJS({ maxAliasCount: 0 }) ?? {}
  }

  #parse(text: string): Document {
    let document: Document
    try {
      document = parseDocument(text, {
        schema: 'core',
        version: '1.2',
        uniqueKeys: true,
        strict: true,
        lineCounter: this.#lines,
        prettyErrors: false,
      })
    } catch (error) {
      // Fails closed: thousands of nested brackets exhaust the parser's stack.
      if (error instanceof RangeError) this.#stop(1, 1, 'the file is nested too deeply.')
      throw error
    }
    // A warning (an unknown tag) is a mistake, too: what the parser was unsure of is not guessed at.
    const [first] = [...document.errors, ...document.warnings]
    if (first) {
      const { line, col } = this.#lines.linePos(first.pos[0])
      const said = this.#fault(first, text.split('\n')[line - 1] ?? '')
      this.#stop(line, col, said)
    }
    return document
  }

  #fault({ code, message }: { code: string; message: string }, line: string): string {
    if (code === 'DUPLICATE_KEY') return 'this key is there twice.'
    if (message.includes('call stack')) return 'the file is nested too deeply.'
    // A reference looks like the start of a map to YAML where a map is written in braces.
    if (line.includes('${') && code !== 'TAG_RESOLVE_FAILED')
      return 'inside { } a reference needs quotes: "${env:NAME}".'
    return `${message.replace(/\.?$/, '')}.`
  }

  #refuseCleverness(): void {
    visit(this.#document, {
      Node: (_, node, path) => {
        if (path.length > maxDepth * 2) this.#stopAt(node.range?.[0], 'the file is nested too deeply.')
        if (isAlias(node))
          this.#stopAt(node.range?.[0], `aliases (*${node.source}) are not accepted; write the value out.`)
        if (node.tag && !node.tag.startsWith('tag:yaml.org,2002:'))
          this.#stopAt(node.range?.[0], `the tag ${node.tag} is not accepted.`)
      },
      Pair: (_, pair) => {
        const plain = isScalar(pair.key) && pair.key.value !== null
        if (!plain) this.#stopAt(isNode(pair.key) ? pair.key.range?.[0] : 0, 'a key has to be a word.')
      },
    })
  }

  #stop(line: number, column: number, what: string): never {
    fail('GBX-1601', { file: this.file, line, column, what, hint: '' })
  }

  #stopAt(offset: number | undefined, what: string): never {
    const { line, col } = this.#lines.linePos(offset ?? 0)
    this.#stop(line || 1, col || 1, what)
  }

  /** Line and column (from 1) of what `path` leads to, or of its nearest parent. `key`: of the key itself, not of its value. */
  place(path: Path, key = false): { line: number; column: number } {
    let node: unknown = this.#document.contents
    let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0
    for (const [depth, step] of path.entries()) {
      if (isMap(node)) {
        const pair = node.items.find(
          (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
        )
        if (!pair) break
        const own = isNode(pair.key) ? pair.key : undefined
        node = pair.value
        const last = depth === path.length - 1
        const shown = (last && key) || !isNode(node) || !node.range ? own : node
        offset = (isNode(shown) ? shown.range?.[0] : undefined) ?? offset
      } else if (isSeq(node)) {
        node = node.items[Number(step)]
        if (isNode(node)) offset = node.range?.[0] ?? offset
      } else break
    }
    const { line, col } = this.#lines.linePos(offset)
    return { line: line || 1, column: col || 1 }
  }

  /** Throws GBX-1601 for the value at `path`, or for its key. */
  refuse(path: Path, what: string, options: { key?: boolean; hint?: string } = {}): never {
    const { line, column } = this.place(path, options.key)
    fail('GBX-1601', { file: this.file, line, column, what, hint: options.hint ?? '' })
  }
}
