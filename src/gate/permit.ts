// The proof that something is on record. Only this folder can make one: protocols import gate/types.ts, which holds no
// value, and a look-alike object is not assignable where the private field is asked for (G1).
import type { Outcome } from '../core/nouns.ts'
import type { Permit } from './types.ts'

/** What a permit needs of its session. */
export interface Way {
  send(bytes: Uint8Array): boolean
  drained(): Promise<void>
  settled(n: number, outcome: Outcome): void
}

const minting = Symbol('minting')

export class SendPermit implements Permit {
  readonly entry: number
  readonly n: number
  readonly #way: Way
  #open = true

  private constructor(key: typeof minting, entry: number, n: number, way: Way) {
    if (key !== minting) throw new TypeError('permits are made by the gate')
    this.entry = entry
    this.n = n
    this.#way = way
  }

  /** Called by the gate after the entry became durable, and by nobody else. */
  static mint(entry: number, n: number, way: Way): SendPermit {
    return new SendPermit(minting, entry, n, way)
  }

  send(bytes: Uint8Array): boolean {
    return this.#open ? this.#way.send(bytes) : true
  }
  drained(): Promise<void> {
    return this.#way.drained()
  }
  settle(outcome: Outcome): void {
    if (!this.#open) return
    this.#open = false
    this.#way.settled(this.n, outcome)
  }
}
