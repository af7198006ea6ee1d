// Stands before and behind each signature of the log. Before: does the memory outside still agree with what was signed last?
// Behind: it is told of the new one, and what it says (cosignatures) goes with it; a tree that it contradicts is shown to
// nobody. So of two trees of this log that contradict each other, at most one is held by its memory and shown, whatever was put
// back or copied (G7). A memory that falls silent between both gets one tree shown without it, and no second one.
import { refusal, type Refusal } from '../../core/error.ts'
import { parseCheckpoint } from '../../tlog/checkpoint.ts'
import { parseNote } from '../../tlog/note.ts'
import { proveConsistency, rootWithin } from '../../tlog/prove.ts'
import type { Reader } from '../../tlog/reader.ts'
import type { Memory, Signed, Told } from './memory.ts'

export interface MemoryOptions {
  /** All of them have to hold a tree. None: nothing is signed here (somebody else asks). */
  readonly memories: readonly Memory[]
  /** What to do while one is silent: sign nothing, or go on without. One that contradicts always stops. */
  readonly unreachable: 'refuse' | 'sign'
  /** One line for the operator. */
  readonly log: (line: string) => void
}

/** `new`: nobody was asked yet. */
export type Outside =
  | { readonly kind: 'new' }
  | { readonly kind: 'agrees'; readonly size: number }
  | { readonly kind: 'silent'; readonly why: string }
  | { readonly kind: 'contradicts'; readonly why: string }

/** As long as this after it has agreed, the memory is not asked again before a signature: it is told of each one anyway. */
const freshMs = 30_000
const firstBackOffMs = 1_000
const maxBackOffMs = 15_000

/** Owned by the journal's publisher: one call at a time. */
export class Guard {
  readonly #options: MemoryOptions
  readonly #log: Reader
  readonly #now: () => number
  #outside: Outside = { kind: 'new' }
  /** Has it agreed in this run? */
  #hasAgreed = false
  /** The note that it holds, with its lines, and since when. */
  #held: { note: string; shown: string; at: number } | undefined
  #backOffMs = firstBackOffMs
  #notBefore = Number.NEGATIVE_INFINITY

  /** `log` = the files of the log; `now` in ms, never back. */
  constructor(options: MemoryOptions, log: Reader, now: () => number = () => performance.now()) {
    this.#options = options
    this.#log = log
    this.#now = now
  }

  get outside(): Outside {
    return this.#outside
  }

  /** Why no session may begin; undefined = it may. */
  get refused(): Refusal | undefined {
    if (this.#outside.kind === 'contradicts') return this.unsigned
    if (this.#hasAgreed || this.#options.unreachable === 'sign') return undefined
    return this.unsigned
  }

  /** Why something is not signed. */
  get unsigned(): Refusal {
    const { kind } = this.#outside
    if (kind === 'contradicts') return refusal('GBX-1406', { why: this.#outside.why })
    return refusal('GBX-1407', { why: kind === 'silent' ? this.#outside.why : 'It is being asked' })
  }

  /** Does the memory outside hold this signed note? */
  holds(note: string): boolean {
    return this.#held?.note === note
  }

  /** May something be signed that follows `note`, the one that was signed last (empty: there is none)? Never rejects. */
  async maySign(note: string): Promise<boolean> {
    if (note === '') return true // the key is new: there is nothing to contradict
    if (this.holds(note) && this.#now() - (this.#held?.at ?? 0) < freshMs) return true
    if (this.#options.memories.length === 0) return false
    if (this.#now() >= this.#notBefore) await this.#hold(note)
    const { kind } = this.#outside
    return kind === 'agrees' || (kind === 'silent' && this.#options.unreachable === 'sign')
  }

  /** What to show of a note that was signed: with the cosignatures that it got. Undefined: nothing, to nobody. Never rejects. */
  async show(note: string): Promise<string | undefined> {
    const signed = this.#signed(note)
    if (signed.size === 0) return note // a tree of nothing contradicts nobody
    if (this.#held?.note === note) return this.#held.shown
    if (this.#now() < this.#notBefore) return note // just asked in vain, and told to go on without
    const lines = await this.#hold(note)
    return this.#outside.kind === 'contradicts' ? undefined : note + lines.join('')
  }

  /** Asks all at once. Gives the lines to add to the note. */
  async #hold(note: string): Promise<readonly string[]> {
    const signed = this.#signed(note)
    const told = await Promise.all(this.#options.memories.map((memory) => memory.hold(signed)))
    const lines = told.flatMap((one) => (one.kind === 'contradicts' ? [] : one.lines))
    const outside = sumOf(told, signed.size)
    this.#tell(outside)
    if (outside.kind === 'agrees') {
      this.#hasAgreed = true
      this.#held = { note, shown: note + lines.join(''), at: this.#now() }
      this.#backOffMs = firstBackOffMs
      this.#notBefore = Number.NEGATIVE_INFINITY
      return lines
    }
    this.#held = undefined
    this.#notBefore = this.#now() + this.#backOffMs
    this.#backOffMs = Math.min(maxBackOffMs, this.#backOffMs * 2)
    return lines
  }

  /** Says what has changed, once. */
  #tell(outside: Outside): void {
    const before = this.#outside
    this.#outside = outside
    if (outside.kind === 'contradicts' && before.kind !== 'contradicts')
      this.#options.log(
        `x GBX-1406 the record here is not the newest one, so nothing is signed and no session begins. ${outside.why}.`,
      )
    if (outside.kind === 'silent' && before.kind !== 'silent') {
      const how = this.#options.unreachable === 'refuse' ? 'nothing is signed until it is' : 'signing goes on without'
      this.#options.log(`! the memory of the record outside is not reached, so ${how}: ${outside.why}`)
    }
    if (outside.kind === 'agrees' && (before.kind === 'silent' || before.kind === 'contradicts'))
      this.#options.log(`* the memory of the record outside agrees again: ${outside.size} entries`)
  }

  #signed(note: string): Signed {
    const { origin, size, root } = parseCheckpoint(parseNote(note)?.text ?? '') ?? unsigned()
    return {
      origin,
      size,
      root,
      note,
      prove: (older) => proveConsistency(this.#log, older, size),
      rootOf: (older) => (older === size ? Promise.resolve(root) : rootWithin(this.#log, older, size)),
    }
  }
}

/** The note comes from the signer: it can be read. */
const unsigned = (): never => {
  throw new Error('what was signed is no checkpoint')
}

/** One that contradicts outweighs all; else all have to hold it. */
function sumOf(told: readonly Told[], size: number): Outside {
  const against = told.find((one) => one.kind === 'contradicts')
  if (against) return { kind: 'contradicts', why: against.why }
  const missing = told.flatMap((one) => (one.kind === 'silent' ? [one.why] : []))
  return missing.length > 0 ? { kind: 'silent', why: missing.join('; ') } : { kind: 'agrees', size }
}
