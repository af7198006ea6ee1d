// How answers and errors look: stdout is the answer, stderr everything else. Tables have no borders; piped they are
// tab-separated and whole. Text from targets and people loses its control characters before it is shown.
import { errorObject, errors, oneLine, type Refusal } from '../../core/error.ts'
import type { View } from '../../operations/operation.ts'
import type { ClientEnv } from './env.ts'

/** The streams of one run; tests give their own. */
export interface Io {
  readonly out: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number }
  readonly err: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number }
  readonly in: NodeJS.ReadableStream & { readonly isTTY?: boolean }
}

const paint = { x: '31', '~': '33', '!': '33', '*': '32' } as const
type Mark = keyof typeof paint

/** Symbol with its word beside it, so that nothing depends on colour. */
const marked = (mark: Mark, stream: { isTTY?: boolean }, env: ClientEnv): string =>
  env.colour(stream) ? `\u001b[${paint[mark]}m${mark}\u001b[0m` : mark

/** One line to stderr. */
export function tell(io: Io, env: ClientEnv, mark: Mark, text: string): void {
  io.err.write(`${marked(mark, io.err, env)} ${oneLine(text)}\n`)
}

/** A refusal in at most five lines: what did not happen, the rule, the next step. */
export function refusalText(refused: Refusal, mark: string = 'x'): string {
  const { exit } = errors[refused.code]
  const lines = [`${mark} ${refused.code} ${oneLine(refused.title)}`]
  if (refused.why) lines.push(`  ${exit === 5 ? 'rule   ' : 'why    '} ${oneLine(refused.why)}`)
  for (const [i, next] of refused.next.slice(0, 3).entries())
    lines.push(`  ${i === 0 ? 'next   ' : '       '} ${oneLine(next)}`)
  if (refused.ref) lines[lines.length - 1] += `      ref ${refused.ref}`
  return lines.join('\n') + '\n'
}

/** Writes a refusal to stderr and gives the exit code. */
export function showRefusal(io: Io, env: ClientEnv, refused: Refusal, json: boolean): number {
  const { exit } = errors[refused.code]
  if (json) io.err.write(JSON.stringify({ error: errorObject(refused) }) + '\n')
  else io.err.write(refusalText(refused, marked(exit === 8 ? '~' : 'x', io.err, env)))
  return exit
}

export const showJson = (io: Io, value: unknown): void => void io.out.write(JSON.stringify(value) + '\n')

/** A view for people; the one line of what to do next goes to stderr. */
export function showView(io: Io, view: View): void {
  const { isTTY } = io.out
  const shown = (text: string): string => (isTTY ? localTimes(text) : text)
  if (view.table)
    io.out.write(tableText({ columns: view.table.columns, rows: view.table.rows.map((row) => row.map(shown)) }, io.out))
  for (const line of view.lines ?? []) io.out.write(oneLine(shown(line)) + '\n')
  if (view.next && io.out.isTTY) io.err.write(`next  ${oneLine(view.next)}\n`)
}

/** Times in the reader's own zone, with its name; the date only when it is not today. Scripts (no terminal) get RFC 3339 in UTC. */
export function localTimes(text: string, now: Date = new Date()): string {
  return text.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (iso) => {
    const at = new Date(iso)
    const time = at.toLocaleTimeString('en-GB', { timeZoneName: 'short' })
    return at.toDateString() === now.toDateString() ? time : `${at.toLocaleDateString('sv-SE')} ${time}`
  })
}

/** Rows as text: aligned and cut to the width on a terminal, tab-separated and whole otherwise. */
export function tableText(
  table: NonNullable<View['table']>,
  stream: { readonly isTTY?: boolean; readonly columns?: number },
): string {
  const rows = [table.columns.map((column) => column.toUpperCase()), ...table.rows].map((row) =>
    row.map((cell) => oneLine(cell)),
  )
  if (!stream.isTTY) return rows.map((row) => row.join('\t')).join('\n') + '\n'
  const widths = table.columns.map((_, i) => Math.max(...rows.map((row) => [...(row[i] ?? '')].length)))
  const width = stream.columns ?? 100
  return (
    rows
      .map((row) =>
        cut(
          row
            .map((cell, i) =>
              i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] as number) - [...cell].length),
            )
            .join('  '),
          width,
        ),
      )
      .join('\n') + '\n'
  )
}

function cut(line: string, width: number): string {
  const marks = [...line.trimEnd()]
  return marks.length <= width ? marks.join('') : marks.slice(0, width - 1).join('') + '…'
}
