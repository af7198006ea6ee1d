// Payloads that are not there: rightly, where a later entry says that they were redacted; else each is a finding by name.
import { doneBy, redactionCheck, type Done, type Redacted } from './redaction-rules.ts'
import type { Finding, Findings } from './report.ts'

interface Missing {
  readonly keyId: string
  /** Overwritten; else its key is not here. */
  readonly erased: boolean
  readonly named: Finding
}

export class Gone {
  readonly #missing: Missing[] = []
  /** The first entry that opened under each key: one that was redacted and still opens is a finding, too. */
  readonly #opened = new Map<string, number>()

  add(keyId: string, erased: boolean, named: Finding): void {
    this.#missing.push({ keyId, erased, named })
  }

  opened(index: number, keyId: string): void {
    if (!this.#opened.has(keyId)) this.#opened.set(keyId, index)
  }

  /** At the end of the log, when every redaction is known. */
  settle(redacted: Redacted, findings: Findings): void {
    const groups = new Map<Done, { readonly first: Finding; count: number }>()
    for (const { keyId, erased, named } of this.#missing) {
      const done = redacted.of(named.index as number, keyId)
      const group = done && groups.get(done)
      if (group) group.count++
      else if (done) groups.set(done, { first: named, count: 1 })
      else
        findings.add('payloads', {
          ...named,
          what: `${erased ? 'its payload was overwritten' : `the key ${keyId} of its payload is gone`}, and no redaction says so`,
        })
    }
    for (const [done, { first, count }] of groups)
      findings.note('payloads', {
        ...first,
        what: `${doneBy(done)}${count === 1 ? '' : `; so are ${count - 1} more payloads`}`,
      })
    for (const [keyId, index] of this.#opened) {
      const done = redacted.of(index, keyId)
      if (done && done.entry.keys.includes(keyId))
        findings.add(redactionCheck.name, {
          index,
          what: `it was ${doneBy(done)}, and can still be read here: start the gateway once, which finishes it`,
        })
    }
  }
}
