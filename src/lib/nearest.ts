// "Did you mean …?": the known word that is nearest to what was typed.

/** Edits (insert, delete, replace, swap of neighbours) between two words; stops counting above `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, (last[j - 1] as number) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] as number) + 1)
      row.push(best)
    }
    before = last
    last = row
  }
  return last[b.length] as number
}

/** The known word within a third of the typed word's length (at least 1 edit), or undefined. The first wins among equals. */
export function nearest(typed: string, known: Iterable<string>): string | undefined {
  const word = typed.slice(0, 64).toLowerCase()
  let best: string | undefined
  let edits = Math.max(1, Math.ceil(word.length / 3)) + 1
  for (const candidate of known) {
    const needed = distance(word, candidate.toLowerCase(), edits - 1)
    if (needed < edits) {
      best = candidate
      edits = needed
    }
  }
  return best
}
