// Asks the parser thread for trees, with a time limit. Whatever goes wrong there is a refusal here, never a pass:
// a text that has no tree has no verdict, and nothing of it reaches the database.
import { Worker } from 'node:worker_threads'
import { fail, type GloveboxError, refusal } from '../../../../core/error.ts'
import { GloveboxError as Failure } from '../../../../core/error.ts'
import type { Tree } from './ast.ts'

export interface Question {
  readonly id: number
  readonly texts: readonly string[]
}
export interface Answer {
  readonly id: number
  readonly trees?: readonly string[]
  readonly error?: string
  /** The thread can't be trusted any more. */
  readonly broken?: boolean
  readonly memoryBytes: number
}

interface Waiting {
  readonly texts: readonly string[]
  readonly resolve: (trees: readonly Tree[]) => void
  readonly reject: (error: GloveboxError) => void
}

/** A thread that has grown beyond this is replaced after its answer. */
const recycleAtBytes = 200 * 1024 * 1024
/** For one question, once the thread is at it; a thread has longer to start. */
const parseTimeoutMs = 2000
const startTimeoutMs = 30_000

const notUnderstood = (why: string): GloveboxError => new Failure(refusal('GBX-1210', { why }))

// An unpaired surrogate has no UTF-8; NUL ends a C string, so the parser and the server would see different texts.
// oxlint-disable-next-line no-control-regex
const unparsable = /\u0000/

/**
 * One parser thread, started on first use. `parse` may be called concurrently; answers come in order.
 * Rejects with GBX-1210 for what the grammar does not know, for NUL, for time-out and for a crash of the thread.
 */
export class Parser {
  #worker: Worker | undefined
  #next = 1
  #closed = false
  /** The thread said that it is ready. */
  #ready = false
  /** Runs for the oldest question only: the others wait for it. */
  #timer: NodeJS.Timeout | undefined
  readonly #waiting = new Map<number, Waiting>()
  readonly #recycleAtBytes: number
  /** Threads started so far. */
  threads = 0

  constructor(recycleAtMemoryBytes = recycleAtBytes) {
    this.#recycleAtBytes = recycleAtMemoryBytes
  }

  /** The trees of the texts (each the parser's whole output: `{ version, stmts }`), asked for in one round trip. */
  parse(texts: readonly string[]): Promise<readonly Tree[]> {
    for (const text of texts) {
      if (unparsable.test(text) || !text.isWellFormed())
        return Promise.reject(notUnderstood('it holds a NUL or is not valid UTF-8'))
    }
    const worker = this.#start()
    return new Promise((resolve, reject) => {
      const id = this.#next++
      this.#waiting.set(id, { texts, resolve, reject })
      if (this.#waiting.size === 1) this.#arm(worker)
      worker.ref()
      worker.postMessage({ id, texts } satisfies Question)
    })
  }

  /** Ends the thread; whoever waits is refused. */
  close(): void {
    this.#closed = true
    if (this.#worker !== undefined) this.#drop(this.#worker, 'the gateway is stopping')
    this.#closed = false
  }

  /** Starts the clock for the oldest question, or stops it when there is none. */
  #arm(worker: Worker): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#waiting.size === 0) return
    const limitMs = this.#ready ? parseTimeoutMs : startTimeoutMs
    this.#timer = setTimeout(() => this.#drop(worker, 'it took too long to parse'), limitMs).unref()
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker
    const url = new URL(import.meta.url.endsWith('.ts') ? './parser-worker.ts' : './parser-worker.js', import.meta.url)
    const worker = new Worker(url, { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 256, stackSizeMb: 4 } })
    worker.unref()
    worker.on('message', (answer: Answer) => this.#take(worker, answer))
    worker.on('error', () => this.#drop(worker, 'the parser failed'))
    worker.on('exit', () => this.#drop(worker, 'the parser ended'))
    this.#worker = worker
    this.threads++
    this.#ready = false
    return worker
  }

  #take(worker: Worker, answer: Answer): void {
    if (worker !== this.#worker) return
    this.#ready = true
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    this.#arm(worker)
    if (waiting !== undefined) {
      if (answer.trees !== undefined) this.#resolve(waiting, answer.trees)
      else waiting.reject(notUnderstood(answer.error ?? 'the parser gave no answer'))
    }
    if (this.#waiting.size === 0) worker.unref()
    // Not before it has answered something: what a fresh one needs is no reason to make another.
    if (answer.broken === true || (answer.id !== 0 && answer.memoryBytes > this.#recycleAtBytes)) this.#drop(worker)
  }

  #resolve(waiting: Waiting, trees: readonly string[]): void {
    try {
      if (trees.length !== waiting.texts.length) fail('GBX-1210', { why: 'the parser gave an incomplete answer' })
      waiting.resolve(trees.map((tree) => JSON.parse(tree) as Tree))
    } catch {
      // Closed: a tree that can't be read is no tree.
      waiting.reject(notUnderstood('the parser gave an unreadable answer'))
    }
  }

  /** Forgets the thread. With a reason, who it was busy with is refused (the oldest); the others are asked again in a fresh one. */
  #drop(worker: Worker, why?: string): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    this.#arm(worker)
    void worker.terminate()
    for (const [index, { texts, resolve, reject }] of waiting.entries()) {
      if (why !== undefined && (index === 0 || this.#closed)) reject(notUnderstood(why))
      else this.parse(texts).then(resolve, reject)
    }
  }
}
