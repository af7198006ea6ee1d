// Makes an evidence file: entries as they are in the log with what they were bound to, the report, the entry of the export
// itself, and then the proof that all of them are in the log. In memory is what the report shows, and a number per entry.
import { createHash, type Hash } from 'node:crypto'
import { fail } from '../../core/error.ts'
import type { Recorded } from '../../core/entry.ts'
import type { PrincipalId } from '../../core/nouns.ts'
import { ZipWriter, type ByteSink } from '../../lib/zip.ts'
import { openCheckpoint, type Checkpoint } from '../../tlog/checkpoint.ts'
import {
  entryLine,
  members,
  recordingsFolder,
  sumLine,
  type EvidenceEntry,
  type Part,
} from '../../tlog/evidence/format.ts'
import { foldInclusion, inclusionLines } from '../../tlog/evidence/inclusion.ts'
import { parseLeaf } from '../../tlog/leaf.ts'
import { parseVkey } from '../../tlog/note.ts'
import { withContext } from './context.ts'
import { howToVerify } from './how.ts'
import { reportHtml } from './report.ts'
import type { EvidenceSource } from './source.ts'
import { Story } from './story.ts'
import { subtreeOf } from './tree.ts'

export interface ExportAsk {
  /** The query as it was understood. */
  readonly query: string
  /** Entries that it found, in order of the log. Not empty. */
  readonly found: readonly number[]
  /** First and last entry of its span of time. */
  readonly first: number
  readonly last: number
  /** Who exports; the name is for the report. */
  readonly who: PrincipalId
  readonly by: string
  readonly at: number
  /** Sessions' recordings to put in: a name ending, and the bytes. Absent = none were asked for. */
  readonly recordings?: (
    session: string,
  ) => AsyncIterable<{ readonly name: string; readonly content: AsyncIterable<Uint8Array> }>
}

/** Puts `audit.exported` on record and resolves when it is durable, with its index. */
export type RecordExport = (entry: { found: number; first: number; last: number; files: string }) => Promise<number>

export interface Made {
  /** The entry of the export. */
  readonly entry: number
  readonly found: number
  readonly context: number
  readonly sessions: number
  readonly people: readonly string[]
  readonly recordings: number
  readonly size: number
  readonly root: string
}

/** A member that is hashed while it is written. */
async function hashed(zip: ZipWriter, name: string, pieces: AsyncIterable<Uint8Array>, sums: string[]): Promise<void> {
  const hash: Hash = createHash('sha256')
  await zip.begin(name)
  for await (const piece of pieces) {
    hash.update(piece)
    await zip.write(piece)
  }
  sums.push(sumLine(name, hash.digest('hex')))
}

async function* once(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text)
}

/** Small pieces together, so that a line is no write of its own. */
async function* together(pieces: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let held: string[] = []
  let length = 0
  for await (const piece of pieces) {
    held.push(piece)
    length += piece.length
    if (length < 65_536) continue
    yield Buffer.from(held.join(''))
    held = []
    length = 0
  }
  yield Buffer.from(held.join(''))
}

interface OpenedEntry {
  readonly index: number
  readonly leaf: Buffer
  readonly payload?: Buffer
  readonly salt?: Buffer
}

/** Reads entries and tells the story of them. */
class Entries {
  readonly #source: EvidenceSource
  readonly #found: ReadonlySet<number>
  /** Statements that were found, so that their outcomes are opened too. */
  readonly #actions = new Set<string>()
  readonly story = new Story()

  constructor(source: EvidenceSource, found: readonly number[]) {
    this.#source = source
    this.#found = new Set(found)
  }

  async *lines(indexes: readonly number[]): AsyncGenerator<string> {
    let count = 0
    for await (const opened of this.#source.openedEach(indexes)) {
      count++
      yield `${entryLine(this.#one(opened, this.#found.has(opened.index) ? 'found' : 'context'))}\n`
    }
    if (count !== indexes.length) fail('GBX-1702', { why: 'an entry is not in the journal' })
  }

  #one(opened: OpenedEntry, part: Part): EvidenceEntry {
    const { index, leaf, payload } = opened
    const parsed = parseLeaf(leaf)
    if ('wrong' in parsed) return fail('GBX-1702', { why: `entry ${index} is not well-formed` })
    const { entry } = parsed
    const said = entry.commit === undefined ? {} : payload && (JSON.parse(payload.toString()) as unknown)
    const read = { index, entry, payload: said } as Recorded
    const shown = this.#source.shown(read)
    const isAsked = part === 'found' || this.#isTold(read)
    if (part === 'found') this.#note(read)
    const told = isAsked ? shown : ({ ...read, payload: undefined } as Recorded)
    this.story.tell(told, part)
    return { index, part, leaf: leaf.toString(), ...payloadOf(opened, read, isAsked ? shown : undefined) }
  }

  /** Of what only explains: everything but statements that were not asked for. */
  #isTold({ entry }: Recorded): boolean {
    const key = 'session' in entry && 'n' in entry ? `${entry.session} ${entry.n}` : undefined
    return !entry.type.startsWith('action.') || (key !== undefined && this.#actions.has(key))
  }

  /** Remembers a found statement. */
  #note(recorded: Recorded): void {
    const { entry } = recorded
    if (entry.type === 'action.admitted') this.#actions.add(`${entry.session} ${entry.n}`)
  }
}

/** `shown` = what may be seen of it; undefined = it was not asked for. */
function payloadOf(
  { payload, salt }: OpenedEntry,
  read: Recorded,
  shown: Recorded | undefined,
): Pick<EvidenceEntry, 'payload' | 'salt' | 'closed' | 'shown'> {
  if (read.entry.commit === undefined) return {}
  if (!payload || !salt) return { closed: 'gone' }
  if (shown === undefined) return { closed: 'withheld' }
  // The bytes that the commitment binds hold values that nobody may see: they stay closed, and what may be seen is told.
  if (shown !== read) return { closed: 'withheld', shown: shown.payload }
  return { payload: payload.toString(), salt: salt.toString('base64') }
}

/** Writes the archive. Nothing of it may be handed out before this resolves; then the export is on record. */
export async function buildEvidence(
  source: EvidenceSource,
  ask: ExportAsk,
  record: RecordExport,
  sink: ByteSink,
): Promise<Made> {
  const zip = new ZipWriter(sink)
  const sums: string[] = []
  const indexes = await withContext(source, ask.found, [ask.who])
  const entries = new Entries(source, ask.found)
  await hashed(zip, members.entries, together(entries.lines(indexes)), sums)
  const { story } = entries
  let recordings = 0
  for (const session of ask.recordings ? story.sessions.keys() : [])
    for await (const { name, content } of ask.recordings?.(session) ?? []) {
      await hashed(zip, `${recordingsFolder}${name}`, content, sums)
      recordings++
    }
  await hashed(zip, members.report, once(reportHtml(story, ask, recordings)), sums)
  await hashed(zip, members.how, once(howToVerify), sums)
  const list = sums.join('')
  await zip.add(members.sums, list)
  const files = createHash('sha256').update(list).digest('hex')
  const entry = await record({ found: ask.found.length, first: ask.first, last: ask.last, files })
  const exported = await source.opened(entry)
  if (!exported?.payload || !exported.salt) return fail('GBX-1702', { why: 'its own entry cannot be read' })
  const own = { payload: exported.payload.toString(), salt: exported.salt.toString('base64') }
  await zip.add(
    members.exported,
    `${entryLine({ index: entry, part: 'export', leaf: exported.leaf.toString(), ...own })}\n`,
  )
  const checkpoint = await prove(zip, source, [...indexes, entry])
  return {
    entry,
    found: ask.found.length,
    context: indexes.length - ask.found.length,
    sessions: story.sessions.size,
    people: [...story.people.values()].map((one) => one.name),
    recordings,
    size: await zip.end(),
    root: checkpoint.root.toString('hex'),
  }
}

/** The proof and the checkpoint it leads to. It leaves here only if it holds: tiles are read from a disk. */
async function prove(zip: ZipWriter, source: EvidenceSource, indexes: readonly number[]): Promise<Checkpoint> {
  const { note, vkey } = await source.checkpoint()
  const verifier = parseVkey(vkey)
  const checkpoint = verifier && openCheckpoint(note, verifier)
  if (!checkpoint || !(checkpoint.size > (indexes.at(-1) as number)))
    return fail('GBX-1702', {
      why: 'no checkpoint covers the export yet (a full disk, or a memory outside that does not agree: see glovebox doctor)',
    })
  const { size, root } = checkpoint
  const made = inclusionLines(subtreeOf(source.log, size), size, indexes)
  // The same lines go into the file and through the check.
  async function* written(): AsyncGenerator<string> {
    let held: string[] = []
    for await (const line of made) {
      held.push(line)
      if (held.length === 500) {
        await zip.write(Buffer.from(held.join('')))
        held = []
      }
      yield line.slice(0, -1)
    }
    await zip.write(Buffer.from(held.join('')))
  }
  await zip.begin(members.inclusion)
  const folded = await foldInclusion(written(), size, async () => {})
  if (!folded.equals(root))
    fail('GBX-1702', { why: 'the files of the log do not fit its signed root; see glovebox audit verify' })
  await zip.add(members.checkpoint, note)
  await zip.add(members.vkey, `${vkey}\n`)
  return checkpoint
}
