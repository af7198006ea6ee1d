// The last station before bytes leave: whole runs of answer frames pass here and become Masked. An Answer exists only
// after the alarm has looked at the columns, so rows of an answer that nobody checked cannot leave (G2).
import type { Refusal } from '../core/error.ts'
import { seen, type Masked } from './masked.ts'

const key = Symbol('checked')

/** An answer whose columns were checked. */
export class CheckedAnswer {
  readonly #net: Net | undefined
  private constructor(checked: typeof key, net: Net | undefined) {
    if (checked !== key) throw new TypeError('answers are checked by checkedAnswer')
    this.#net = net
  }
  /** Only checkedAnswer calls this. */
  static after(checked: typeof key, net?: Net): CheckedAnswer {
    return new CheckedAnswer(checked, net)
  }
  /**
   * A run of whole rows of this answer, as the target computed them on masked values, after the net. No copy where the net
   * finds nothing. What the net throws cuts the answer before these rows (G2).
   */
  pass(run: Buffer): Masked {
    return seen(this.#net === undefined ? run : this.#net(run))
  }
}

/** Looks at whole rows and gives what may leave (M10). */
export type Net = (run: Buffer) => Uint8Array

const checked = CheckedAnswer.after(key)

/**
 * Asks the alarm; its refusal means that the answer must be cut before its first row. What the alarm throws cuts as well.
 * `net` = what the rows pass; absent = none of the columns can hold what detectors find.
 */
export function checkedAnswer(alarm: () => Refusal | undefined, net?: Net): CheckedAnswer | Refusal {
  return alarm() ?? (net === undefined ? checked : CheckedAnswer.after(key, net))
}

/** Descriptions, tags and states of the protocol, which hold names but no values; and messages, which were cleaned before. */
export const passProtocol = (bytes: Uint8Array): Masked => seen(bytes)
