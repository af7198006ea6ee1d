// What a verification has found, check by check, as a value and as lines to read.

import { oneLine } from '../core/error.ts'

export type Result = 'ok' | 'not ok' | 'not proved here'

/** One thing that is wrong: which entry, when, who (as far as the log says it). */
export interface Finding {
  readonly index?: number
  readonly ts?: string
  readonly by?: string
  /** What `by` was called, where the payload that says it can be read. */
  readonly name?: string
  readonly what: string
}

export interface Check {
  readonly name: string
  readonly result: Result
  /** What the check says, as a sentence. */
  readonly what: string
  /** The first findings; `total` counts all. */
  readonly found: readonly Finding[]
  readonly total: number
}

/** An entry that is durable here but that no published checkpoint covers yet. */
export interface Promised {
  readonly index: number
  readonly ts: string
  readonly by: string
  readonly type: string
}

export interface Report {
  /** Is no check `not ok`? */
  readonly ok: boolean
  readonly origin: string
  /** Entries that the checkpoint covers. */
  readonly size: number
  /** Lower-case hex of the signed root; empty when there is none. */
  readonly root: string
  readonly checks: readonly Check[]
  readonly promised: readonly Promised[]
}

const shown = 20
const lineLength = 600
const marks = { ok: 'ok      ', 'not ok': 'not ok  ', 'not proved here': '--      not proved here: ' } as const

/** Collects findings by check, in order of their first mention. */
export class Findings {
  readonly #checks = new Map<string, { what: string; result: Result; found: Finding[]; total: number }>()

  /** A check that is ok until something is found. */
  open(name: string, what: string): void {
    if (!this.#checks.has(name)) this.#checks.set(name, { what, result: 'ok', found: [], total: 0 })
  }

  /** A check that cannot be made with what is here; it never hides one that has failed. */
  unproved(name: string, what: string): void {
    const check = this.#checks.get(name)
    if (check?.result === 'not ok') return
    this.#checks.set(name, { what, result: 'not proved here', found: [], total: 0 })
  }

  add(name: string, finding: Finding): void {
    const check = this.#checks.get(name) ?? { what: name, result: 'not ok' as Result, found: [], total: 0 }
    check.result = 'not ok'
    check.total++
    if (check.found.length < shown) check.found.push(finding)
    this.#checks.set(name, check)
  }

  /** Something to know about a check, which leaves its result as it is. */
  note(name: string, finding: Finding): void {
    const check = this.#checks.get(name)
    if (!check) return
    check.total++
    if (check.found.length < shown) check.found.push(finding)
  }

  checks(): Check[] {
    return [...this.#checks].map(([name, check]) => ({ name, ...check }))
  }
}

/** The report as lines of text, without colours. What a forged log says can neither break a line nor steer a terminal. */
export function reportLines(report: Report): string[] {
  const lines = [
    `log ${report.origin === '' ? '(unknown)' : report.origin}, ${report.size} entries, root ${report.root === '' ? '(none)' : report.root}`,
  ]
  for (const check of report.checks) {
    lines.push(`${marks[check.result]}${check.what}`)
    for (const { index, ts, by, name, what } of check.found) {
      const where = [
        ...(index === undefined ? [] : [`j-${index}`]),
        ...(ts === undefined ? [] : [ts]),
        ...(by === undefined ? [] : [`by ${by}${name === undefined ? '' : ` (${name})`}`]),
      ].join(' ')
      lines.push(`        ${where === '' ? '' : `${where}: `}${what}`)
    }
    if (check.total > check.found.length) lines.push(`        and ${check.total - check.found.length} more`)
  }
  if (report.promised.length > 0) {
    const [first, last] = [report.promised[0] as Promised, report.promised.at(-1) as Promised]
    lines.push(
      `promised, not covered by a checkpoint yet: j-${first.index} to j-${last.index} (${report.promised.length} entries)`,
    )
  }
  return lines.map((line) => oneLine(line).slice(0, lineLength))
}
