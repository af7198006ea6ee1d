// The report on an evidence file as lines of text, without colours. When something differs, nothing else is claimed.
import { oneLine } from '../../core/error.ts'
import type { EvidenceReport } from './verify.ts'

const lineLength = 600
const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',')

/** What a forged file says can neither break a line nor steer a terminal. */
export function evidenceLines({ ok, checks }: EvidenceReport): string[] {
  const lines: string[] = []
  for (const check of checks) {
    if (!ok && check.result !== 'not ok') continue
    if (check.result === 'ok') lines.push(`ok      ${check.what}`)
    else if (check.result === 'not proved here') lines.push(`--      not proved here: ${check.what}`)
    for (const { index, ts, by, name, what } of check.found) {
      const when = ts === undefined ? '' : ` (${ts.slice(0, 19).replace('T', ' ')}, ${name ?? by ?? ''})`
      lines.push(
        `${check.result === 'not ok' ? 'not ok  ' : '        '}${index === undefined ? '' : `entry ${grouped(index)}${when} `}${what}`,
      )
    }
    if (check.total > check.found.length) lines.push(`        and ${check.total - check.found.length} more`)
  }
  if (ok) lines.push('        Verified without contacting the gateway.')
  return lines.map((line) => oneLine(line).slice(0, lineLength))
}
