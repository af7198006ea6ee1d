// Reads the list of what statements may use: one file for all majors, its format written by scripts/lists.ts.

/** The reviewed list of one PostgreSQL version. */
export interface Lists {
  readonly functions: ReadonlySet<string>
  readonly relations: ReadonlySet<string>
  /** Functions of users that the configuration allows, as schema.signature (F4). */
  readonly allowed?: ReadonlySet<string>
}

/** The lines, sign first, that hold for one of the reviewed majors. */
export function linesOf(text: string, major: number): string[] {
  const lines: string[] = []
  for (const line of text.split('\n')) {
    if (!line.startsWith('+') && !line.startsWith('-')) continue
    const at = line.lastIndexOf(' @')
    if (at === -1) lines.push(line)
    else if (within(line.slice(at + 2), major)) lines.push(line.slice(0, at))
  }
  return lines
}

const within = (ranges: string, major: number): boolean =>
  ranges.split(',').some((range) => {
    const [from = '', to = from] = range.split('-')
    return Number(from) <= major && major <= Number(to)
  })

/** What may be used: signatures have parentheses, relations have none. What no line allows may not be used (F7). */
export function readLists(lines: readonly string[]): Lists {
  const functions = new Set<string>()
  const relations = new Set<string>()
  for (const line of lines) {
    if (!line.startsWith('+')) continue
    if (line.endsWith(')')) functions.add(line.slice(1))
    else relations.add(line.slice(1))
  }
  return { functions, relations }
}
