// The last station before bytes leave: whole runs of answer frames pass here and become Masked. An Answer exists only
// after the alarm has looked at the columns, so rows of an answer that nobody checked cannot leave (G2).
import type { Refusal } from '../core/error.ts'
import { seen, type Masked } from './masked.ts'

const key = Symbol('checked')

/** An answer whose columns were checked. */
export class CheckedAnswer {
  private constructor(checked: typeof key) {
    if (checked !== key) throw new TypeError('answers are checked by checkedAnswer')
  }
  /** Only checkedAnswer calls this. */
  static after(checked: typeof key): CheckedAnswer {
    return new CheckedAnswer(checked)
  }
  /** A run of whole rows of this answer, as the target computed them on masked values. No copy. */
  pass(run: Uint8Array): Masked {
    return seen(run)
  }
}

const checked = CheckedAnswer.after(key)

/** Asks the alarm; its refusal means that the answer must be cut before its first row. What the alarm throws cuts as well. */
export function checkedAnswer(alarm: () => Refusal | undefined): CheckedAnswer | Refusal {
  return alarm() ?? checked
}

/** Descriptions, tags and states of the protocol, which hold names but no values; and messages, which were cleaned before. */
export const passProtocol = (bytes: Uint8Array): Masked => seen(bytes)
