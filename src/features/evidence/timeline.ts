// When it happened: bars over time as inline SVG, and the same numbers as a table.
const hourMs = 3_600_000
const dayMs = 24 * hourMs

export interface Bin {
  allowed: number
  refused: number
}

/** Width of a bar: an hour, a day, a week, or more, so that at most 120 stand side by side. */
const steps = [hourMs, dayMs, 7 * dayMs, 28 * dayMs, 364 * dayMs]
const stepNames = ['hour', 'day', 'week', '4 weeks', 'year']
const barsAtMost = 120
const weekStart = 4 * dayMs

function binned(hours: ReadonlyMap<number, Bin>): { step: number; name: string; from: number; bins: Bin[] } {
  const times = [...hours.keys()]
  const [first, last] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))]
  const at = steps.findIndex((step) => (last - first) / step < (step === hourMs ? 49 : barsAtMost - 1))
  const step = steps[at] ?? (steps.at(-1) as number)
  // Weeks begin on Monday.
  const origin = step > dayMs ? weekStart : 0
  const from = Math.floor((first - origin) / step) * step + origin
  const bins = Array.from({ length: Math.floor((last - from) / step) + 1 }, () => ({ allowed: 0, refused: 0 }))
  for (const [hour, { allowed, refused }] of hours) {
    const bin = bins[Math.floor((hour - from) / step)] as Bin
    bin.allowed += allowed
    bin.refused += refused
  }
  return { step, name: stepNames[at] ?? 'year', from, bins }
}

const width = 960
const height = 160
const floor = 132

/** `hours` is not empty. */
export function timeline(hours: ReadonlyMap<number, Bin>): string {
  const { step, name, from, bins } = binned(hours)
  const label = (i: number): string => {
    const iso = new Date(from + i * step).toISOString()
    return step === hourMs ? `${iso.slice(5, 10)} ${iso.slice(11, 16)}` : iso.slice(0, 10)
  }
  const most = bins.reduce((max, bin) => Math.max(max, bin.allowed + bin.refused), 1)
  const slot = (width - 56) / bins.length
  const bar = Math.max(2, Math.min(40, slot - 2))
  const tall = (n: number): number => (n / most) * (floor - 18)
  const bars = bins.map((bin, i) => {
    const x = (56 + i * slot + (slot - bar) / 2).toFixed(1)
    const [good, bad] = [tall(bin.allowed), tall(bin.refused)]
    const rect = (y: number, h: number, kind: string): string =>
      h === 0
        ? ''
        : `<rect class="${kind}" x="${x}" y="${y.toFixed(1)}" width="${bar.toFixed(1)}" height="${h.toFixed(1)}"/>`
    return rect(floor - good, good, 'allowed') + rect(floor - good - bad, bad, 'refused')
  })
  const every = Math.max(1, Math.ceil(bins.length / 8))
  const ticks = bins.map((_, i) =>
    i % every === 0 ? `<text x="${(56 + i * slot).toFixed(1)}" y="${height - 8}">${label(i)}</text>` : '',
  )
  const rows = bins.flatMap(({ allowed, refused }, i) =>
    allowed + refused === 0
      ? []
      : [`<tr><th scope="row">${label(i)}</th><td class="n">${allowed}</td><td class="n">${refused}</td></tr>`],
  )
  const total = bins.reduce((sum, bin) => sum + bin.refused, 0)
  return `<figure><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Statements by ${name}; the table below has the same numbers">
<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="under" width="5" height="5"/><rect class="stripe" width="2.5" height="5"/></pattern></defs>
<line class="axis" x1="56" x2="${width}" y1="${floor}" y2="${floor}"/><line class="grid" x1="56" x2="${width}" y1="18" y2="18"/>
<text class="y" x="48" y="22" text-anchor="end">${most}</text><text class="y" x="48" y="${floor + 4}" text-anchor="end">0</text>
${bars.join('')}${ticks.join('')}</svg>
<figcaption>Statements by ${name} (UTC). <span class="key allowed"></span> ran${total > 0 ? ' <span class="key refused"></span> refused' : ''}</figcaption></figure>
<div class="wide"><table class="narrow"><caption>The same as numbers</caption><thead><tr><th scope="col">${name === 'hour' ? 'Hour' : `From (${name})`}</th><th scope="col" class="n">Ran</th><th scope="col" class="n">Refused</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}
