// What an evidence file is made of. It is a zip archive (lib/zip.ts) with these members; docs/reference/evidence.md is the
// description for strangers, and VERIFY.md inside says how to check it by hand.
import { fromBase64 } from '../../lib/bytes.ts'

export const members = {
  checkpoint: 'checkpoint',
  vkey: 'journal.vkey',
  entries: 'entries.jsonl',
  exported: 'export.json',
  inclusion: 'proofs/inclusion',
  sums: 'SHA256SUMS',
  report: 'report.html',
  how: 'VERIFY.md',
} as const
/** Recordings of sessions, one member each. */
export const recordingsFolder = 'recordings/'

/** found = the query found it; context = it says who, why and with whose approval; export = that this file was made. */
export const parts = ['found', 'context', 'export'] as const
export type Part = (typeof parts)[number]

/** One entry in an evidence file. An entry whose leaf has a `commit` has either its payload, opened, or why it stays closed. */
export interface EvidenceEntry {
  readonly index: number
  readonly part: Part
  /** The bytes that are hashed into the tree: UTF-8 text. */
  readonly leaf: string
  /** The bytes that the leaf's `commit` binds, under `salt` (base64 of 32 bytes). */
  readonly payload?: string
  readonly salt?: string
  /** withheld = not asked for, or holds values that nobody may see; gone = its key was destroyed. */
  readonly closed?: 'withheld' | 'gone'
  /** What may be seen of a payload that is withheld, as the gateway tells it: bound to the export, not to the entry. */
  readonly shown?: unknown
}

/** An entry as its line, without the newline: one spelling. */
export const entryLine = ({ index, part, leaf, payload, salt, closed, shown }: EvidenceEntry): string =>
  JSON.stringify({ index, part, leaf, payload, salt, closed, shown })

/** Undefined when the line is not in the one spelling. */
export function parseEntryLine(line: string): EvidenceEntry | undefined {
  let value: EvidenceEntry
  try {
    value = JSON.parse(line) as EvidenceEntry
    if (typeof value !== 'object' || value === null || entryLine(value) !== line) return undefined
  } catch {
    return undefined // no JSON, or nested too deeply: closed, the caller names the line
  }
  const { index, part, leaf, payload, salt, closed } = value
  const isOpened = typeof payload === 'string' && typeof salt === 'string' && fromBase64(salt)?.length === 32
  const isClosed = payload === undefined && salt === undefined
  const isFine =
    Number.isSafeInteger(index) &&
    index >= 0 &&
    parts.includes(part) &&
    typeof leaf === 'string' &&
    (closed === undefined ? isOpened || isClosed : isClosed && (closed === 'withheld' || closed === 'gone'))
  return isFine ? value : undefined
}

/** A line of SHA256SUMS, as sha256sum prints it. */
export const sumLine = (name: string, hex: string): string => `${hex}  ${name}\n`

/** Names with their hashes; undefined when a line is not one. */
export function parseSums(text: string): Map<string, string> | undefined {
  const sums = new Map<string, string>()
  for (const line of text.split('\n').slice(0, -1)) {
    const [, hex, name] = /^([0-9a-f]{64}) {2}(\S+)$/.exec(line) ?? []
    if (hex === undefined || name === undefined || sums.has(name)) return undefined
    sums.set(name, hex)
  }
  return [...sums].map(([name, hex]) => sumLine(name, hex)).join('') === text ? sums : undefined
}
