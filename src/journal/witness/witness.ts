// A witness for other people's logs (c2sp.org/tlog-witness): it cosigns a checkpoint when it contains everything that it has
// cosigned before, and remembers it first. In this order, for every request: parse; is the log known; is it signed by its
// key; in one transaction compare with the memory and write the new one (commit = synced); sign; answer. A kill in between
// leaves a memory that is ahead of what was told, never behind.
import { parseCheckpoint, type Checkpoint } from '../../tlog/checkpoint.ts'
import { openNote, parseNote, type Verifier } from '../../tlog/note.ts'
import type { PolicyLog } from '../../tlog/witness-policy.ts'
import {
  answer,
  isFork,
  nothingSeen,
  originHash,
  parseAddCheckpoint,
  refusalOf,
  type AddCheckpoint,
  type Answer,
  type WitnessDoor,
} from '../../tlog/witness.ts'
import type { Book, Page } from './book.ts'

export interface WitnessOptions {
  readonly book: Book
  /** Logs that may ask, with their keys; the name of a key is the origin of its log. */
  readonly logs: readonly PolicyLog[]
  /** Epoch milliseconds. */
  readonly now: () => number
  /** One line for the operator. */
  readonly log: (line: string) => void
}

export class Witness implements WitnessDoor {
  readonly #options: WitnessOptions
  readonly #keys = new Map<string, Verifier[]>()
  readonly #origins = new Map<string, string>()

  constructor(options: WitnessOptions) {
    this.#options = options
    for (const { key } of options.logs) {
      this.#keys.set(key.name, [...(this.#keys.get(key.name) ?? []), key])
      this.#origins.set(originHash(key.name), key.name)
    }
  }

  /** The public half of its key, for policies. */
  get vkey(): string {
    return this.#options.book.cosigner.vkey
  }

  /** Logs that it listens to, with the size that it has seen. */
  seen(): readonly { readonly origin: string; readonly size: number | undefined; readonly forks: number }[] {
    const { book } = this.#options
    return [...this.#keys.keys()].map((origin) => ({
      origin,
      size: book.page(origin)?.size,
      forks: book.forks(origin).length,
    }))
  }

  /** Throws when the memory cannot be written: then nothing was signed, and nothing is answered. */
  add(body: Uint8Array): Answer {
    const request = parseAddCheckpoint(body)
    const unsigned = request && parseNote(request.note)
    const checkpoint = unsigned && parseCheckpoint(unsigned.text)
    if (!request || !checkpoint) return answer(400, 'this is not a request to add a checkpoint\n')
    const keys = this.#keys.get(checkpoint.origin)
    if (!keys) return answer(404, 'this witness does not know that log\n')
    const opened = openNote(request.note, keys)
    if (!opened) return answer(403, 'the checkpoint is not signed by a key of that log\n')
    const note = ownLines(request.note, opened.text, opened.by)
    const judged = this.#options.book.alone(() => this.#judge(request, checkpoint, note))
    return 'status' in judged ? judged : answer(200, this.#line(judged))
  }

  /** Inside the transaction: a refusal, or the page as it is from now on. */
  #judge(request: AddCheckpoint, { origin, size, root }: Checkpoint, note: string): Answer | Page {
    const { book, now, log } = this.#options
    const before = book.page(origin)
    // A clock that was put back does not take a word back: time stands still until it catches up.
    const time = Math.max(Math.floor(now() / 1000), before?.time ?? 0)
    const page: Page = { size, root, time, note }
    const seen = before ?? nothingSeen()
    const refused = refusalOf(seen, request, page)
    if (refused) {
      if (refused.status === 422) log(`! ${origin}: ${refused.body.trimEnd()}`)
      if (refused.status === 422 && isFork(seen, page)) book.keepFork(origin, page)
      return refused
    }
    book.put(origin, page)
    return page
  }

  newest(hash: string): Answer {
    const origin = this.#origins.get(hash)
    const page = origin === undefined ? undefined : this.#options.book.page(origin)
    if (!page) return answer(404, 'this witness has seen nothing of that log\n')
    return answer(200, page.note + this.#line(page))
  }

  /** Ed25519 says the same of the same: what was remembered is signed again as it was, also by the next process. */
  #line({ note, time }: Page): string {
    return this.#options.book.cosigner.line(parseNote(note)?.text ?? '', time)
  }
}

/** The note with the lines of the log's own keys alone: whatever else was sent along is not ours to hand on. */
function ownLines(note: string, text: string, by: readonly Verifier[]): string {
  const signatures = parseNote(note)?.signatures ?? []
  const lines = by.map(({ name, keyId }) => {
    const { bytes } = signatures.find((one) => one.name === name && one.keyId === keyId) as { bytes: Buffer }
    return `— ${name} ${Buffer.concat([Buffer.from(keyId, 'hex'), bytes]).toString('base64')}\n`
  })
  return `${text}\n${lines.join('')}`
}
