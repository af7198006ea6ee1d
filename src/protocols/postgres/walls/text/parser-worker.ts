// The parser's own thread: PostgreSQL's real grammar as WebAssembly. A hostile text can at most end this thread, which
// parser.ts then replaces. Knows nothing of sessions, labels or catalogues.
import { parentPort } from 'node:worker_threads'
import startParser from 'libpg-query/wasm/libpg-query.js'
import type { Answer, Question } from './parser.ts'

interface Wasm {
  readonly HEAPU8: Uint8Array
  _malloc(size: number): number
  _free(pointer: number): void
  _wasm_parse_query_raw(text: number): number
  _wasm_free_parse_result(result: number): void
  getValue(pointer: number, type: 'i32'): number
  UTF8ToString(pointer: number): string
  stringToUTF8(text: string, pointer: number, size: number): void
  lengthBytesUTF8(text: string): number
}

const wasm = (await startParser()) as unknown as Wasm

/** One text to its tree as JSON text; throws what the grammar says. */
function parse(text: string): string {
  const size = wasm.lengthBytesUTF8(text) + 1
  const pointer = wasm._malloc(size)
  if (pointer === 0) throw new Error('the parser is out of memory')
  wasm.stringToUTF8(text, pointer, size)
  const result = wasm._wasm_parse_query_raw(pointer)
  wasm._free(pointer)
  if (result === 0) throw new Error('the parser is out of memory')
  try {
    const error = wasm.getValue(result + 8, 'i32')
    if (error !== 0) {
      const message = wasm.getValue(error, 'i32')
      throw new SyntaxError(message === 0 ? 'syntax error' : wasm.UTF8ToString(message))
    }
    const tree = wasm.getValue(result, 'i32')
    if (tree === 0) throw new Error('the parser gave no tree')
    return wasm.UTF8ToString(tree)
  } finally {
    wasm._wasm_free_parse_result(result)
  }
}

const port = parentPort
if (port === null) throw new Error('runs as a worker only')
port.on('message', ({ id, texts }: Question) => {
  let answer: Answer
  try {
    answer = { id, trees: texts.map(parse), memoryBytes: wasm.HEAPU8.length }
  } catch (error) {
    // Closed: no tree, so no verdict. Anything but the grammar's own complaint makes parser.ts replace this thread.
    answer = {
      id,
      error: error instanceof Error ? error.message : 'unknown',
      broken: !(error instanceof SyntaxError),
      memoryBytes: wasm.HEAPU8.length,
    }
  }
  port.postMessage(answer)
})
port.postMessage({ id: 0, trees: [], memoryBytes: wasm.HEAPU8.length } satisfies Answer)
