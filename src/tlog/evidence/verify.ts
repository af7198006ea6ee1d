// Verifies an evidence file without a gateway and without a network: that its entries stand in the signed log where it says,
// that what is opened of them is what they were bound to, and that the approvals in it were given as the rules want it.
import { createHash } from 'node:crypto'
import type { Recorded } from '../../core/entry.ts'
import { emptyWorld, evolve } from '../../core/world.ts'
import { sealOwner } from '../../core/redaction.ts'
import { fromBase64 } from '../../lib/bytes.ts'
import { ZipError, ZipReader, type ByteSource } from '../../lib/zip.ts'
import { openCheckpoint, parseCheckpoint, type Checkpoint } from '../checkpoint.ts'
import { parseLeaf } from '../leaf.ts'
import { leafHash, type TreeHash } from '../merkle.ts'
import { parseNote, parseVkey, type Verifier } from '../note.ts'
import { commitment } from '../payload.ts'
import { doneBy, redactionCheck, Redacted } from '../redaction-rules.ts'
import { Findings, type Check, type Finding } from '../report.ts'
import { breachOf } from '../rules.ts'
import { misshapen } from '../shape.ts'
import { cosignedBy, cosignedText, type WitnessPolicy } from '../witness-policy.ts'
import { members, parseEntryLine, parseSums, recordingsFolder, type EvidenceEntry } from './format.ts'
import { foldInclusion, InclusionError } from './inclusion.ts'

export interface EvidenceOptions {
  /** The vkey that the log was announced with. Without it the file's own is used, which proves no more than the file's word. */
  readonly key?: string
  /** Witnesses, and how many of them have to have cosigned the checkpoint. */
  readonly policy?: WitnessPolicy
}

export interface EvidenceReport {
  readonly ok: boolean
  readonly origin: string
  /** Entries that the checkpoint covers. */
  readonly size: number
  /** Lower-case hex of the signed root. */
  readonly root: string
  readonly counts: {
    readonly found: number
    readonly context: number
    readonly withheld: number
    readonly gone: number
    readonly approvals: number
    readonly sessions: number
    readonly recordings: number
  }
  readonly checks: readonly Check[]
}

const smallBytes = 1_048_576
const maxLineBytes = 33_554_432
const known = new Set<string>(Object.values(members))
const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',')
const many = (n: number, one: string, more = `${one}s`): string => `${grouped(n)} ${n === 1 ? one : more}`

/** Lines of a member, without their newlines. ZipError when it is broken, too long a line, not UTF-8 or not ended by a newline. */
async function* linesOf(zip: ZipReader, name: string, onPiece?: (piece: Buffer) => void): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let number = 0
  const text = (bytes: Buffer): string => {
    number++
    try {
      return decoder.decode(bytes)
    } catch (error) {
      throw new ZipError(`line ${number} of ${name} is not UTF-8`, { cause: error }) // closed
    }
  }
  let held: Buffer[] = []
  let length = 0
  for await (const piece of zip.content(name)) {
    onPiece?.(piece)
    let from = 0
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, from)) {
      yield text(Buffer.concat([...held, piece.subarray(from, at)]))
      held = []
      length = 0
      from = at + 1
    }
    held.push(piece.subarray(from))
    length += piece.length - from
    if (length > maxLineBytes) throw new ZipError(`a line of ${name} is longer than ${maxLineBytes} bytes`)
  }
  if (length > 0) throw new ZipError(`${name} is cut within a line`)
}

/** One run of verifyEvidence. */
class EvidenceVerification {
  readonly #zip: ZipReader
  readonly #options: EvidenceOptions
  readonly #findings = new Findings()
  readonly #world = emptyWorld()
  readonly #counts = { found: 0, context: 0, withheld: 0, gone: 0, approvals: 0, sessions: 0, recordings: 0 }
  readonly #redacted = new Redacted(true)
  readonly #gone: { readonly owner: string; readonly finding: Finding }[] = []
  readonly #entriesHash = createHash('sha256')
  #exported: Recorded | undefined
  #inSpan = 0
  #lastTs = ''

  constructor(zip: ZipReader, options: EvidenceOptions) {
    this.#zip = zip
    this.#options = options
  }

  async run(): Promise<EvidenceReport> {
    for (const name of this.#zip.names)
      if (!known.has(name) && !name.startsWith(recordingsFolder))
        this.#findings.add('files', { what: `${name} does not belong into an evidence file` })
    const checkpoint = await this.#checkpoint()
    const exported = await this.#exportEntry()
    if (checkpoint && exported) await this.#entries(checkpoint, exported)
    if (this.#exported) await this.#files(this.#exported)
    if (checkpoint) this.#conclude(checkpoint)
    const checks = this.#findings.checks()
    return {
      ok: checkpoint !== undefined && exported !== undefined && checks.every((check) => check.result !== 'not ok'),
      origin: checkpoint?.origin ?? '',
      size: checkpoint?.size ?? 0,
      root: checkpoint?.root.toString('hex') ?? '',
      counts: this.#counts,
      checks,
    }
  }

  async #key(): Promise<Verifier | undefined> {
    const own = (await this.#zip.read(members.vkey, smallBytes)).toString()
    const { key } = this.#options
    const verifier = parseVkey((key ?? own).trim())
    if (!verifier) this.#findings.add('signature', { what: 'the key is not a vkey of an Ed25519 key' })
    else if (key !== undefined && own !== `${key.trim()}\n`)
      this.#findings.add('signature', { what: 'the file names another key than the one that you gave' })
    if (key === undefined)
      this.#findings.unproved(
        'key',
        "that the key is the gateway's: it was found in the file itself; give the one you were told with --key",
      )
    return verifier
  }

  async #checkpoint(): Promise<Checkpoint | undefined> {
    const verifier = await this.#key()
    const note = (await this.#zip.read(members.checkpoint, smallBytes)).toString()
    const checkpoint = verifier && openCheckpoint(note, verifier)
    if (verifier && !checkpoint)
      this.#findings.add('signature', { what: `the checkpoint is not signed by ${verifier.name} (${verifier.keyId})` })
    if (!checkpoint || !verifier) return undefined
    const parsed = parseNote(note)
    const others = (parsed?.signatures ?? []).filter(
      ({ name, keyId }) => name !== verifier.name || keyId !== verifier.keyId,
    )
    const { policy } = this.#options
    const cosigned = policy && cosignedBy(policy, note)
    const said = policy && cosigned && cosignedText(policy, cosigned)
    if (said !== undefined && cosigned?.ok === false)
      this.#findings.add('witnesses', { what: `the checkpoint is ${said}` })
    this.#findings.open(
      'signature',
      `checkpoint ${grouped(checkpoint.size)} signed by ${verifier.name}${said === undefined ? '' : `, ${said}`}`,
    )
    if (!cosigned)
      this.#findings.unproved(
        'witnesses',
        others.length === 0
          ? 'that everybody was shown this same log: no witness has cosigned the checkpoint; compare its root with one that somebody else has kept'
          : `that everybody was shown this same log: ${many(others.length, 'cosignature')} not checked; give the policy of witnesses with --policy`,
      )
    return parseCheckpoint(parsed?.text ?? '') && checkpoint
  }

  async #exportEntry(): Promise<EvidenceEntry | undefined> {
    const text = (await this.#zip.read(members.exported, smallBytes)).toString()
    const entry = text.endsWith('\n') ? parseEntryLine(text.slice(0, -1)) : undefined
    if (entry?.part === 'export') return entry
    this.#findings.add('files', { what: `${members.exported} is not the entry of an export` })
    return undefined
  }

  /** Entries and their proof, side by side: neither is ever in memory as a whole. */
  async #entries(checkpoint: Checkpoint, exported: EvidenceEntry): Promise<void> {
    const lines = this.#lines(exported)
    const take = async (): Promise<EvidenceEntry | undefined> => (await lines.next()).value as EvidenceEntry | undefined
    let next = await take()
    const wrong: { finding: Finding; check: string }[] = []
    const onLeaf = async (index: number, hash: TreeHash): Promise<void> => {
      while (next && next.index < index) {
        wrong.push({ check: 'included', finding: { index: next.index, what: 'has no proof of its place in the log' } })
        next = await take()
      }
      if (next?.index !== index) return
      const entry = next
      next = await take()
      const bytes = Buffer.from(entry.leaf)
      if (leafHash(bytes).equals(hash)) this.#entry(entry, bytes)
      else wrong.push({ check: 'included', finding: this.#named(entry, 'differs from the signed tree') })
    }
    try {
      const root = await foldInclusion(linesOf(this.#zip, members.inclusion), checkpoint.size, onLeaf)
      if (!root.equals(checkpoint.root))
        this.#findings.add('included', { what: `${members.inclusion} does not lead to the signed root` })
      else for (const one of wrong) this.#findings.add(one.check, one.finding)
      // Whatever is left has no proof; its bytes count for SHA256SUMS.
      for (; next; next = await take())
        this.#findings.add('included', { index: next.index, what: 'has no proof of its place in the log' })
    } catch (error) {
      if (!(error instanceof InclusionError)) throw error
      this.#findings.add('included', { what: `${members.inclusion} proves nothing: ${error.message}` }) // closed: not ok
    }
  }

  /** Entries in order of the log, the export itself last. */
  async *#lines(exported: EvidenceEntry): AsyncGenerator<EvidenceEntry> {
    let last = -1
    let number = 0
    try {
      for await (const line of linesOf(this.#zip, members.entries, (piece) => this.#entriesHash.update(piece))) {
        number++
        const entry = parseEntryLine(line)
        if (entry && entry.part !== 'export' && entry.index > last && entry.index < exported.index) {
          last = entry.index
          yield entry
          continue
        }
        const [, index] = /^\{"index":(\d{1,15}),/.exec(line) ?? []
        const what = `line ${number} of ${members.entries} is not an entry, or not in its place`
        this.#findings.add('included', { ...(index === undefined ? {} : { index: Number(index) }), what })
      }
    } catch (error) {
      if (!(error instanceof ZipError)) throw error
      this.#findings.add('file', { what: error.message }) // closed: not ok; what was read so far may name the entry
    }
    yield exported
  }

  /** Which entry, when, who and what, as far as it can be read. */
  #named({ index, leaf }: EvidenceEntry, what: string): Finding {
    const parsed = parseLeaf(Buffer.from(leaf))
    if ('wrong' in parsed) return { index, what }
    const { ts, by, type } = parsed.entry
    const name = by === 'gateway' ? undefined : this.#world.names.get(by)
    return { index, ts, by, ...(name === undefined || name === by ? {} : { name }), what: `(${type}) ${what}` }
  }

  /** An entry whose bytes are the ones in the tree. */
  #entry(told: EvidenceEntry, bytes: Buffer): void {
    const parsed = parseLeaf(bytes)
    const wrong = 'wrong' in parsed ? parsed.wrong : misshapen(parsed.entry)
    if ('wrong' in parsed || wrong !== undefined) {
      this.#findings.add('included', { index: told.index, what: `is in the log, and is not well-formed: ${wrong}` })
      return
    }
    const { entry } = parsed
    if (entry.ts < this.#lastTs) this.#findings.add('included', this.#named(told, 'is older than the entry before it'))
    this.#lastTs = entry.ts
    const recorded = { index: told.index, entry, payload: this.#payload(told, entry.commit) } as Recorded
    if (told.part === 'export') this.#exported = recorded
    else this.#count(told, recorded)
    try {
      const breach = breachOf(this.#world, recorded)
      if (breach) this.#findings.add(breach.check, this.#named(told, breach.what))
      const wrong = this.#redacted.before(this.#world, recorded)
      if (wrong !== undefined) this.#findings.add(redactionCheck.name, this.#named(told, wrong))
      evolve(this.#world, recorded)
    } catch (error) {
      // closed: an entry that the rules cannot even be asked about is not well-formed
      const why = error instanceof Error ? error.message : String(error)
      this.#findings.add('included', this.#named(told, `cannot be replayed: ${why}`))
    }
  }

  #count(told: EvidenceEntry, { entry }: Recorded): void {
    this.#counts[told.part === 'found' ? 'found' : 'context']++
    if (told.closed) this.#counts[told.closed]++
    if (told.closed === 'gone')
      this.#gone.push({ owner: sealOwner(entry), finding: this.#named(told, 'lacks its payload') })
    if (entry.type === 'request.reviewed' && entry.decision === 'approve') this.#counts.approvals++
    if (entry.type === 'session.opened') this.#counts.sessions++
  }

  #payload(told: EvidenceEntry, commit: string | undefined): unknown {
    const { payload, salt, closed } = told
    if (commit === undefined) {
      if (payload !== undefined || closed !== undefined || told.shown !== undefined)
        this.#findings.add('payloads', this.#named(told, 'has a payload that it was never bound to'))
      return {}
    }
    if (payload === undefined || salt === undefined) {
      if (closed === undefined)
        this.#findings.add('payloads', this.#named(told, 'lacks its payload, and nobody says why'))
      return undefined
    }
    if (commitment(fromBase64(salt) as Buffer, Buffer.from(payload)) !== commit) {
      this.#findings.add('payloads', this.#named(told, 'has a payload that is not what the entry is bound to'))
      return undefined
    }
    try {
      return JSON.parse(payload)
    } catch {
      this.#findings.add('payloads', this.#named(told, 'has a payload that is not JSON')) // closed: not ok
      return undefined
    }
  }

  /** Everything else in the file is what the export put into it, by the hashes that its entry binds. */
  async #files({ index, entry }: Recorded): Promise<void> {
    if (entry.type !== 'audit.exported') {
      this.#findings.add('files', { index, what: 'is not the entry of an export' })
      return
    }
    if (entry.found !== this.#counts.found)
      this.#findings.add('files', {
        index,
        what: `speaks of ${entry.found} entries, and ${this.#counts.found} are here`,
      })
    const text = await this.#zip.read(members.sums, smallBytes)
    const sums = parseSums(text.toString())
    if (createHash('sha256').update(text).digest('hex') !== entry.files || !sums)
      this.#findings.add('files', { what: `${members.sums} is not the one that entry ${grouped(index)} binds` })
    else await this.#sums(sums)
    this.#inSpan = Math.max(0, entry.last - entry.first + 1)
  }

  async #sums(sums: ReadonlyMap<string, string>): Promise<void> {
    const bound = this.#zip.names.filter(
      (name) =>
        name === members.report ||
        name === members.how ||
        name === members.entries ||
        name.startsWith(recordingsFolder),
    )
    for (const name of new Set([...sums.keys(), ...bound])) {
      if (!bound.includes(name)) this.#findings.add('files', { what: `${name} is missing` })
      else if ((await this.#sha256(name)) !== (sums.get(name) ?? ''))
        this.#findings.add('files', { what: `${name} is not the one that the export put into the file` })
      if (name.startsWith(recordingsFolder)) this.#counts.recordings++
    }
  }

  async #sha256(name: string): Promise<string | undefined> {
    if (name === members.entries) return this.#entriesHash.digest('hex')
    const hash = createHash('sha256')
    try {
      for await (const piece of this.#zip.content(name)) hash.update(piece)
    } catch (error) {
      if (!(error instanceof ZipError)) throw error
      return undefined // closed: no hash is that of the export
    }
    return hash.digest('hex')
  }

  /** What is gone has to be gone by an entry in this file that says so. */
  #redactions(): void {
    for (const { owner, finding } of this.#gone) {
      const done = this.#redacted.ofOwner(finding.index as number, owner)
      if (done) this.#findings.note('payloads', { ...finding, what: doneBy(done) })
      else this.#findings.add('payloads', { ...finding, what: `${finding.what}, and no redaction says so` })
    }
  }

  /** What holds, in the words of the report, and what nobody can prove from such a file. */
  #conclude({ size }: Checkpoint): void {
    const { found, context, withheld, gone, approvals, sessions, recordings } = this.#counts
    const exported = this.#exported?.entry.type === 'audit.exported' ? this.#exported.entry : undefined
    const open = this.#findings.open.bind(this.#findings)
    open(
      'included',
      `${many(found + context + 1, 'entry', 'entries')} included at their places (${grouped(found)} found, ${grouped(context)} that tell who, why and with whose approval, and the export itself)`,
    )
    if (exported && exported.last >= exported.first)
      open(
        'span',
        `all ${many(this.#inSpan, 'leaf', 'leaves')} of ${grouped(exported.first)}..${grouped(exported.last)} accounted for, of ${grouped(size)} in the log`,
      )
    open('payloads', 'what is opened is what its entry was bound to')
    this.#redactions()
    open(
      'counters',
      `${many(sessions, 'session')} whole: their entries count without a gap, and every action that ran is among them`,
    )
    open(
      'four_eyes',
      `${many(approvals, 'approval')}: bound by hash to what was asked, never by who asked, as many as were needed`,
    )
    open('duration', 'no grant is longer or more than what was asked and approved')
    open('admitted', 'every action that ran belongs to a session with a live grant that covers it')
    open(
      'files',
      `the report, the entries${recordings > 0 ? ` and ${many(recordings, 'recording')}` : ''} are the ones that the export bound${exported ? ` (entry ${grouped(this.#exported?.index ?? 0)}, ${exported.ts})` : ''}`,
    )
    open('passkeys', 'passkey approvals: none in this range')
    if (withheld > 0)
      this.#findings.unproved(
        'withheld',
        `what ${many(withheld, 'entry', 'entries')} hold${withheld === 1 ? 's' : ''}: given as bound, not opened, because the query did not ask for them or nobody may see it`,
      )
    if (gone > 0) this.#findings.unproved('gone', `what ${many(gone, 'entry', 'entries')} held: it was redacted`)
    this.#findings.unproved('completeness', 'that no leaf given only as a hash fits the query: the gateway says so')
    this.#findings.unproved(
      'policies',
      'that the policies asked for these approvals, allowed who set people, tokens and locks, and that nobody has a second account that was not declared',
    )
  }
}

const failed = (what: string): EvidenceReport => ({
  ok: false,
  origin: '',
  size: 0,
  root: '',
  counts: { found: 0, context: 0, withheld: 0, gone: 0, approvals: 0, sessions: 0, recordings: 0 },
  checks: [{ name: 'file', result: 'not ok', what: 'it is an evidence file', found: [{ what }], total: 1 }],
})

/** Verifies an evidence file. Never throws for what it finds in it; only errors of the source other than RangeError come through. */
export async function verifyEvidence(source: ByteSource, options: EvidenceOptions = {}): Promise<EvidenceReport> {
  try {
    return await new EvidenceVerification(await ZipReader.open(source), options).run()
  } catch (error) {
    // closed: a file that cannot be read through proves nothing
    if (error instanceof ZipError || error instanceof RangeError) return failed(error.message)
    throw error
  }
}
