// Draws lines of a terminal as an SVG card: text stays text, every run has its own place and width, so that columns stand
// straight in whatever monospaced font the reader has. Dark on light pages and on dark ones. No font, no script, no link.

/** What a piece of a line is; the colours are below. */
export type Tone = 'plain' | 'dim' | 'raw' | 'mask' | 'type' | 'good' | 'bad' | 'title'

export interface Run {
  readonly text: string
  readonly tone: Tone
}

export type Line = readonly Run[]

/** Lines that belong together, with a bar of one colour at their left. */
export interface Block {
  readonly bar: Tone
  readonly lines: readonly Line[]
}

const colours: Readonly<Record<Tone, string>> = {
  plain: '#c9d4e3',
  dim: '#8e9db3',
  raw: '#ff9b85',
  mask: '#5fe0c3',
  type: '#f4f7fb',
  good: '#86d98a',
  bad: '#ffb4a8',
  title: '#ffd580',
}

/** Columns of the terminal; longer lines go on in the next one, as terminals do. */
export const columns = 95
const charPx = 8.4
const linePx = 20
const gapPx = 22
const padPx = 26
const headPx = 40

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const round = (px: number): number => Math.round(px * 100) / 100
const lengthOf = (text: string): number => [...text].length

/** Breaks a line at a blank before the last column; what goes on stands below the text of a first column, if there is one. */
export function wrapped(line: Line): Line[] {
  const lines: Run[][] = [[]]
  let used = 0
  const setIn = /^\S+ {2,}/.exec(line.map(({ text }) => text).join(''))?.[0].length ?? 2
  for (const { text, tone } of line)
    for (const word of text.split(/(?<= )(?=\S)/)) {
      if (used + lengthOf(word.trimEnd()) > columns && used > setIn) {
        lines.push([{ text: ' '.repeat(setIn), tone }])
        used = setIn
      }
      lines.at(-1)?.push({ text: word, tone })
      used += lengthOf(word)
    }
  return lines.map(joined)
}

/** Runs of one tone side by side become one. */
function joined(line: readonly Run[]): Run[] {
  const runs: Run[] = []
  for (const run of line) {
    const last = runs.at(-1)
    if (last?.tone === run.tone) runs[runs.length - 1] = { text: last.text + run.text, tone: run.tone }
    else runs.push(run)
  }
  return runs
}

/** Words that stand apart get a place of their own, so that no reader's rule for blanks moves them. */
function drawn(line: Line, y: number): string {
  let column = 0
  const spans: string[] = []
  for (const { text, tone } of line) {
    for (const { 0: words, index } of text.matchAll(/\S+(?: \S+)*/g)) {
      const from = column + lengthOf(text.slice(0, index))
      const place = `x="${round(padPx + from * charPx)}" textLength="${round(lengthOf(words) * charPx)}"`
      spans.push(`<tspan class="${tone}" ${place}>${escape(words)}</tspan>`)
    }
    column += lengthOf(text)
  }
  return spans.length === 0 ? '' : `<text y="${y}">${spans.join('')}</text>`
}

/** The whole card. `title` is read by screen readers and stands in the bar. */
export function terminalSvg(title: string, about: string, blocks: readonly Block[]): string {
  const width = round(columns * charPx + 2 * padPx)
  const body: string[] = []
  let y = headPx + padPx
  for (const { bar, lines } of blocks) {
    const all = lines.flatMap(wrapped)
    const top = y - 4
    for (const line of all) {
      body.push(drawn(line, y + 11))
      y += linePx
    }
    body.push(`<rect x="8" y="${top}" width="4" height="${y - top - 4}" rx="2" fill="${colours[bar]}"/>`)
    y += gapPx
  }
  const height = y - gapPx + padPx - 8
  const styles = Object.entries(colours).map(([tone, colour]) => `.${tone}{fill:${colour}}`)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="t d">
<title id="t">${escape(title)}</title>
<desc id="d">${escape(about)}</desc>
<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace}${styles.join('')}.title,.type{font-weight:600}</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="12" fill="#0e1624" stroke="#33435c"/>
<path d="M1 ${headPx}H${width - 1}" stroke="#223049"/>
<circle cx="24" cy="20" r="5.5" fill="#3b4c67"/><circle cx="42" cy="20" r="5.5" fill="#3b4c67"/><circle cx="60" cy="20" r="5.5" fill="#3b4c67"/>
<text x="${round(width / 2)}" y="25" text-anchor="middle" class="dim">${escape(title)}</text>
${body.filter((line) => line !== '').join('\n')}
</svg>
`
}
