// Durations as people write them: `30m`, `1h30m`, `7d`.

const unitsMs = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const
const pattern = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/

/** Milliseconds of `30m`, `1h30m`, `250ms` …; units from large to small, each once. Undefined for anything else, also for 0. */
export function parseDuration(text: string): number | undefined {
  const parts = pattern.exec(text.trim())
  if (!parts) return undefined
  let total = 0
  for (const [i, unit] of (['d', 'h', 'm', 's', 'ms'] as const).entries())
    total += Number(parts[i + 1] ?? 0) * unitsMs[unit]
  return total > 0 && Number.isSafeInteger(total) ? total : undefined
}

/** Shortest exact text for milliseconds, e.g. 5_400_000 -> `1h30m`. Fractions are dropped; 0 and below is `0s`. */
export function formatDuration(durationMs: number): string {
  let left = Math.floor(durationMs)
  if (left <= 0) return '0s'
  let text = ''
  for (const [unit, sizeMs] of Object.entries(unitsMs)) {
    const count = Math.floor(left / sizeMs)
    if (count > 0) text += `${count}${unit}`
    left -= count * sizeMs
  }
  return text
}
