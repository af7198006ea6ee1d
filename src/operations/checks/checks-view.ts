// How checks look: grouped, a sign and a word each, and below what does not hold the lines that mend it.
import { z } from 'zod'
import { type Check, weightOf } from '../../core/check.ts'
import type { View } from '../operation.ts'

/** A check on its way out. */
export const checkField = z.object({
  name: z.string(),
  ok: z.boolean().describe('false = a control that should hold does not'),
  warning: z.boolean().optional().describe('it holds, and somebody should look at it'),
  detail: z.string(),
  group: z.string().optional(),
  fix: z.array(z.string()).optional().describe('lines to paste that mend it'),
})

/** Checks without the members that nobody set. */
export const checksOut = (checks: readonly Check[]): z.input<typeof checkField>[] =>
  checks.map(({ name, ok, warning, detail, group, fix }) => ({
    name,
    ok,
    ...(warning === undefined ? {} : { warning }),
    detail,
    ...(group === undefined ? {} : { group }),
    ...(fix === undefined || fix.length === 0 ? {} : { fix: [...fix] }),
  }))

const signs = { ok: '✓', warning: '!', failed: '✗' } as const
const lineWidth = 110
/** A name longer than this stands alone and does not push the others away. */
const widest = 24

interface Shown {
  readonly name: string
  readonly ok: boolean
  readonly warning?: boolean | undefined
  readonly detail: string
  readonly group?: string | undefined
  readonly fix?: readonly string[] | undefined
}

/** Groups in the order in which they first come; a last line counts. */
export function checksView(checks: readonly Shown[]): View {
  const groups = new Map<string, Shown[]>()
  for (const check of checks) groups.set(check.group ?? '', [...(groups.get(check.group ?? '') ?? []), check])
  const width = Math.min(widest, Math.max(0, ...checks.map(({ name }) => name.length)))
  const lines = [...groups].flatMap(([group, members], index) => [
    ...(index > 0 ? [''] : []),
    ...(group === '' ? [] : [group]),
    ...members.flatMap((check) => linesOf(check, group === '' ? '' : '  ', width)),
  ])
  const count = (weight: keyof typeof signs): number =>
    checks.filter((check) => weightOf({ ok: check.ok, warning: check.warning === true }) === weight).length
  const [held, warned, failed] = [count('ok'), count('warning'), count('failed')]
  const said = [
    `${held} hold`,
    ...(warned > 0 ? [`${warned} to look at (!)`] : []),
    ...(failed > 0 ? [`${failed} ${failed === 1 ? 'does' : 'do'} not hold (✗)`] : []),
  ]
  return { lines: [...lines, '', said.join(', ')] }
}

function linesOf(check: Shown, indent: string, width: number): string[] {
  const sign = signs[weightOf({ ok: check.ok, warning: check.warning === true })]
  const head = `${indent}${sign} ${check.name.padEnd(width)}  `
  const under = ' '.repeat([...head].length)
  const [first = '', ...more] = wrapped(check.detail, lineWidth - under.length)
  return [
    head + first,
    ...more.map((line) => under + line),
    // Never wrapped: they are there to be pasted.
    ...(check.fix ?? []).map((line) => `${under}${line}`),
  ]
}

/** Text cut at blanks into lines of at most `width`; a word that is longer stays whole. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
