// Verifies a journal without a gateway, a network or a store: `import { verify } from 'glovebox/verify'`. Everything is
// recomputed from the bytes of the entries. Tiles are compared, never believed: a verifier that starts from them can be
// shown a forged entry with its forged hash (CVE-2026-56865 is one that was).
import type { KeyObject } from 'node:crypto'
import type { Recorded } from '../core/entry.ts'
import { emptyWorld, evolve } from '../core/world.ts'
import { openCheckpoint, parseCheckpoint, type Checkpoint } from './checkpoint.ts'
import { parseLeaf } from './leaf.ts'
import { Frontier, leafHash, rootOf, type TreeHash } from './merkle.ts'
import { parseNote, parseVkey, type Verifier } from './note.ts'
import { unseal } from './payload.ts'
import { readWidth } from './prove.ts'
import { Gone } from './gone.ts'
import { Redacted, redactionCheck } from './redaction-rules.ts'
import type { Reader } from './reader.ts'
import { Findings, type Finding, type Promised, type Report } from './report.ts'
import { breachOf, ruleChecks, Runs, type Breach } from './rules.ts'
import { isErased, readSegment, segmentFirst, type Segment, type Stored } from './segment.ts'
import { misshapen } from './shape.ts'
import { bundlePath, decodeBundle, tilePath, tileWidth } from './tile.ts'

export { reportLines, type Check, type Finding, type Promised, type Report, type Result } from './report.ts'
export type { Reader } from './reader.ts'
export { checkProof } from './proof.ts'
export { parseVkey } from './note.ts'

export interface VerifyOptions {
  /** The vkey that the log was announced with. Without it the folder's own is used, which proves no more than the folder's word. */
  readonly key?: string
  /** Keys of payloads by id, where the key store is at hand: then payloads are checked against their commitments. */
  readonly payloadKey?: (id: string) => KeyObject | undefined
}

const what = {
  signature: 'the checkpoint is signed by the key of the log',
  entries: 'the entries hash to the signed root',
  tiles: 'the tiles are what the entries hash to',
  form: 'every entry is well-formed, and time never goes back',
  last_signed: 'what was signed last agrees with the entries',
  segments: 'the write-ahead log and the payload segments hold the same entries, and all of them',
  payloads: 'every payload is there and is what its entry is bound to',
} as const

/** Walks along the segments beside the log. */
class Copies {
  readonly #stored: AsyncGenerator<Stored>
  #next: Promise<Stored | undefined> | undefined

  constructor(stored: AsyncGenerator<Stored>) {
    this.#stored = stored
  }

  /** The copy of entry `index`, which only grows from call to call; undefined = there is none. */
  async at(index: number): Promise<Stored | undefined> {
    const next = async (): Promise<Stored | undefined> => (await this.#stored.next()).value as Stored | undefined
    let copy = await (this.#next ??= next())
    while (copy && copy.index < index) copy = await (this.#next = next())
    return copy?.index === index ? copy : undefined
  }
}

/** One run of verify. */
class Verification {
  readonly #log: Reader
  readonly #data: Reader | undefined
  readonly #options: VerifyOptions
  readonly #findings = new Findings()
  readonly #world = emptyWorld()
  readonly #runs = new Runs()
  readonly #redacted = new Redacted()
  readonly #gone = new Gone()
  readonly #tree = new Frontier()
  readonly #promised: Promised[] = []
  #leaves: TreeHash[] = []
  #last: Recorded | undefined
  #signed: { checkpoint: Checkpoint; root: TreeHash | undefined } | undefined
  #lastTs = ''

  constructor(log: Reader, data: Reader | undefined, options: VerifyOptions) {
    this.#log = log
    this.#data = data
    this.#options = options
  }

  async run(): Promise<Report> {
    for (const name of ['signature', 'entries', 'tiles', 'form'] as const) this.#findings.open(name, what[name])
    for (const [name, text] of Object.entries(ruleChecks)) this.#findings.open(name, text)
    const verifier = await this.#verifier()
    const checkpoint = await this.#checkpoint(verifier)
    await this.#lastSigned(verifier)
    const size = checkpoint?.size ?? 0
    this.#reached()
    const copies = new Copies(this.#segments())
    await this.#bundles(size, copies)
    if (checkpoint && this.#tree.size === size && !this.#tree.root().equals(checkpoint.root)) {
      this.#findings.add('entries', {
        what: `the first ${size} entries hash to ${this.#tree.root().toString('hex')}, and ${checkpoint.root.toString('hex')} is signed`,
      })
    }
    await this.#tiles()
    for (
      let copy = await copies.at(size);
      copy && copy.index === this.#tree.size;
      copy = await copies.at(copy.index + 1)
    )
      this.#promise(copy)
    this.#compareLastSigned()
    this.#gone.settle(this.#redacted, this.#findings)
    this.#rule(this.#runs.atEnd(), this.#last)
    this.#unproved()
    const checks = this.#findings.checks()
    return {
      ok: checks.every((check) => check.result !== 'not ok'),
      origin: checkpoint?.origin ?? verifier?.name ?? '',
      size,
      root: checkpoint?.root.toString('hex') ?? '',
      checks,
      promised: this.#promised,
    }
  }

  /** The key to verify with: the one given, else the folder's own. */
  async #verifier(): Promise<Verifier | undefined> {
    const { key } = this.#options
    const own = key === undefined ? await this.#data?.read('keys/journal.vkey') : undefined
    const text = key ?? (own && Buffer.from(own).toString())
    const verifier = text === undefined ? undefined : parseVkey(text.trim())
    if (text !== undefined && !verifier)
      this.#findings.add('signature', { what: 'the key is not a vkey of an Ed25519 key' })
    if (own)
      this.#findings.unproved(
        'key',
        "that the key is the gateway's: it was found in the folder itself; give the one you were told with --key",
      )
    if (text === undefined)
      this.#findings.unproved('signature', 'that the checkpoint is signed by the log: no key was given')
    return verifier
  }

  async #checkpoint(verifier: Verifier | undefined): Promise<Checkpoint | undefined> {
    const note = await this.#log.read('checkpoint')
    if (!note) {
      this.#findings.add('signature', { what: 'there is no checkpoint' })
      return undefined
    }
    if (verifier) {
      const checkpoint = openCheckpoint(note, verifier)
      if (!checkpoint)
        this.#findings.add('signature', {
          what: `the checkpoint is not signed by ${verifier.name} (${verifier.keyId})`,
        })
      if (checkpoint) return checkpoint
    }
    const parsed = parseNote(Buffer.from(note).toString())
    const checkpoint = parsed && parseCheckpoint(parsed.text)
    if (!checkpoint) this.#findings.add('signature', { what: 'the checkpoint cannot be read' })
    return checkpoint
  }

  async #lastSigned(verifier: Verifier | undefined): Promise<void> {
    if (!this.#data || !verifier) return
    this.#findings.open('last_signed', what.last_signed)
    const note = await this.#data.read('wal/last-signed')
    const checkpoint = note && openCheckpoint(note, verifier)
    if (checkpoint) this.#signed = { checkpoint, root: undefined }
    else
      this.#findings.add('last_signed', {
        what: note ? 'wal/last-signed is not signed by the log' : 'wal/last-signed is missing',
      })
  }

  #compareLastSigned(): void {
    if (!this.#signed) return
    const { checkpoint, root } = this.#signed
    if (!root)
      this.#findings.add('last_signed', {
        what: `${checkpoint.size} entries were signed, and ${this.#tree.size} are here`,
      })
    else if (!root.equals(checkpoint.root))
      this.#findings.add('last_signed', {
        what: `the first ${checkpoint.size} entries are not the ones that were signed last`,
      })
  }

  /**
   * Entries of the payload segments and of the write-ahead log, in order, one segment in memory at a time. The gateway may
   * be writing meanwhile: it only adds, and moves segments from wal/ to blobs/.
   */
  async *#segments(): AsyncGenerator<Stored> {
    const origin = this.#signed?.checkpoint.origin
    if (!this.#data?.list || origin === undefined) return
    this.#findings.open('segments', what.segments)
    const found = new Set<string>()
    for (const folder of ['wal', 'blobs'])
      for (const name of await this.#data.list(folder)) if (segmentFirst(name) !== undefined) found.add(name)
    const names = [...found].sort()
    let expected = 0
    for (const [i, name] of names.entries()) {
      const isLast = i === names.length - 1
      let { segment, isEmpty } = await this.#segment(name, origin)
      // Read while it was written, a segment may look broken: it does not the second time.
      if (segment?.tail === 'damaged') ({ segment, isEmpty } = await this.#segment(name, origin))
      if (!segment) {
        if (!isLast || !isEmpty)
          this.#findings.add('segments', {
            index: Number(segmentFirst(name)),
            what: `${name} is not a segment of this log`,
          })
        continue
      }
      if (segment.first !== expected) {
        this.#findings.add('segments', {
          index: expected,
          what: `${name} begins with entry ${segment.first}, and ${expected} was expected`,
        })
      }
      expected = segment.first + segment.entries.length
      yield* segment.entries
      if (segment.tail === 'damaged' || (segment.tail === 'torn' && !isLast)) {
        this.#findings.add('segments', {
          index: segment.first + segment.entries.length,
          what: `a record in ${name} is broken`,
        })
      }
    }
  }

  async #segment(name: string, origin: string): Promise<{ segment: Segment | undefined; isEmpty: boolean }> {
    const data = this.#data as Reader
    // It may move while we look.
    const bytes =
      (await data.read(`wal/${name}`)) ?? (await data.read(`blobs/${name}`)) ?? (await data.read(`wal/${name}`))
    return {
      segment: bytes && readSegment(bytes, origin),
      isEmpty: bytes === undefined || !Buffer.from(bytes).includes('GBX1'),
    }
  }

  async #bundles(size: number, copies: Copies): Promise<void> {
    for (let n = 0; n * tileWidth < size; n++) {
      const width = Math.min(tileWidth, size - n * tileWidth)
      const path = bundlePath(n, width)
      const bundle = await readWidth(this.#log, (w) => bundlePath(n, w), width)
      let entries: Buffer[]
      try {
        if (!bundle) throw new RangeError('it is missing')
        entries = decodeBundle(bundle.bytes, width, bundle.wider)
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        // closed: a finding, which fails the verification
        this.#findings.add('entries', {
          index: n * tileWidth,
          what: `${path} cannot be read, so nothing after it is checked: ${error.message}`,
        }) // closed: not ok
        return
      }
      const tile = await readWidth(this.#log, (w) => tilePath(0, n, w), width)
      for (const [i, leaf] of entries.entries())
        this.#entry(leaf, await copies.at(n * tileWidth + i), tile?.bytes.subarray(i * 32, i * 32 + 32))
    }
  }

  /** An entry that the checkpoint covers: `copy` is the same from a segment, `hash` from the tile. */
  #entry(leaf: Buffer, copy: Stored | undefined, hash: Uint8Array | undefined): void {
    const index = this.#tree.size
    const known = [copy?.leaf, leaf]
      .map((bytes) => bytes && parseLeaf(bytes))
      .find((parsed) => parsed && 'entry' in parsed)
    const named = this.#named(index, known && 'entry' in known ? known.entry : undefined)
    const own = leafHash(leaf)
    if (hash && !own.equals(hash))
      this.#findings.add('entries', {
        ...named,
        what: 'its bytes are not the ones that its leaf hash in the tiles was made of',
      })
    if (this.#data?.list && !copy)
      this.#findings.add('segments', { ...named, what: 'it is in no segment, so its payload is missing' })
    if (copy && !copy.leaf.equals(leaf))
      this.#findings.add('segments', { ...named, what: 'its bytes in the log are not those in its segment' })
    this.#replay(leaf, copy)
  }

  /** Which entry, when and who, as far as the log says it; a name only where a payload told it. */
  #named(index: number | undefined, entry: Recorded['entry'] | undefined): Omit<Finding, 'what'> {
    if (!entry) return index === undefined ? {} : { index }
    const name = entry.by === 'gateway' ? undefined : this.#world.principals.get(entry.by)?.name
    const known = name === undefined || name === entry.by ? {} : { name }
    return { ...(index === undefined ? {} : { index }), ts: entry.ts, by: entry.by, ...known }
  }

  #promise(stored: Stored): void {
    const entry = this.#replay(stored.leaf, stored)?.entry
    this.#promised.push({ index: stored.index, ts: entry?.ts ?? '', by: entry?.by ?? '', type: entry?.type ?? '' })
  }

  /** Takes the next entry into the tree and the world, and asks the rules. */
  #replay(leaf: Buffer, copy: Stored | undefined): Recorded | undefined {
    const index = this.#tree.size
    const hash = leafHash(leaf)
    this.#tree.append(hash)
    this.#leaves.push(hash)
    this.#reached()
    const parsed = parseLeaf(leaf)
    if ('wrong' in parsed) {
      this.#findings.add('form', { index, what: parsed.wrong })
      return undefined
    }
    const { entry } = parsed
    const wrong = misshapen(entry)
    if (wrong !== undefined) {
      this.#findings.add('form', { ...this.#named(index, entry), what: wrong })
      return undefined
    }
    if (entry.ts < this.#lastTs)
      this.#findings.add('form', {
        ...this.#named(index, entry),
        what: `it is older than the entry before it (${this.#lastTs})`,
      })
    this.#lastTs = entry.ts
    const recorded = { index, entry, payload: copy && this.#payload(copy, entry) } as Recorded
    try {
      this.#rule(this.#runs.before(this.#world, recorded), recorded)
      this.#redaction(recorded)
      this.#rule(breachOf(this.#world, recorded), recorded)
      evolve(this.#world, recorded)
    } catch (error) {
      // closed: an entry that the rules cannot even be asked about is not well-formed
      this.#findings.add('form', {
        ...this.#named(index, entry),
        what: `it cannot be replayed: ${error instanceof Error ? error.message : String(error)}`,
      })
    }
    this.#last = recorded
    return recorded
  }

  /** Keeps the root at the size that was signed last. */
  #reached(): void {
    if (this.#signed?.checkpoint.size === this.#tree.size) this.#signed.root ??= this.#tree.root()
  }

  #rule(breach: Breach | undefined, recorded: Recorded | undefined): void {
    if (!breach) return
    const { index, entry } = recorded ?? {}
    this.#findings.add(breach.check, {
      ...this.#named(index, entry),
      what: breach.what,
    })
  }

  #redaction(recorded: Recorded): void {
    const { index, entry } = recorded
    if (entry.type.startsWith('redaction.') || entry.type.startsWith('hold.'))
      this.#findings.open(redactionCheck.name, redactionCheck.what)
    const wrong = this.#redacted.before(this.#world, recorded)
    if (wrong !== undefined) this.#findings.add(redactionCheck.name, { ...this.#named(index, entry), what: wrong })
  }

  #payload(copy: Stored, entry: Recorded['entry']): unknown {
    const { payloadKey } = this.#options
    if (!payloadKey || !this.#signed) return undefined
    this.#findings.open('payloads', what.payloads)
    const { sealed } = copy
    if (entry.commit === undefined && !sealed) return {}
    const key = sealed && payloadKey(sealed.keyId)
    const erased = sealed !== undefined && entry.commit !== undefined && isErased(sealed)
    // Whether it may be gone is known only at the end: the entry that says so comes later.
    if (sealed && (erased || !key)) {
      this.#gone.add(sealed.keyId, erased, { ...this.#named(copy.index, entry), what: '' })
      return undefined
    }
    const payload =
      key && unseal(key, sealed, { origin: this.#signed.checkpoint.origin, index: copy.index }, entry.commit)
    const named = this.#named(copy.index, entry)
    if (!payload) {
      this.#findings.add('payloads', {
        ...named,
        what: 'its payload is not what the entry is bound to',
      })
      return undefined
    }
    this.#gone.opened(copy.index, sealed?.keyId ?? '')
    try {
      return JSON.parse(payload.toString())
    } catch {
      this.#findings.add('payloads', { ...named, what: 'its payload is not JSON' }) // closed: not ok
      return undefined
    }
  }

  /** Every hash of every tile, from the leaves upward. */
  async #tiles(): Promise<void> {
    let hashes = this.#leaves
    this.#leaves = []
    for (let level = 0; hashes.length > 0; level++) {
      const up: TreeHash[] = []
      for (let n = 0; n * tileWidth < hashes.length; n++) {
        const slots = hashes.slice(n * tileWidth, (n + 1) * tileWidth)
        const tile = await readWidth(this.#log, (w) => tilePath(level, n, w), slots.length)
        const path = tilePath(level, n, slots.length)
        const wanted = Buffer.concat(slots)
        const got = tile && Buffer.from(tile.bytes)
        if (!got) this.#findings.add('tiles', { what: `${path} is missing` })
        else if (!(tile.wider ? got.subarray(0, wanted.length) : got).equals(wanted))
          this.#findings.add('tiles', { what: `${path} is not what the entries hash to` })
        if (slots.length === tileWidth) up.push(rootOf(slots))
      }
      hashes = up
    }
  }

  #unproved(): void {
    if (!this.#data)
      this.#findings.unproved(
        'payloads',
        'that payloads are what their entries are bound to: this is a log without its data folder',
      )
    else if (!this.#options.payloadKey)
      this.#findings.unproved(
        'payloads',
        'that payloads are what their entries are bound to: the key store is not here',
      )
    const policies = this.#world.policies === '' ? '' : ` ${this.#world.policies.slice(0, 12)}`
    this.#findings.unproved(
      'policies',
      `that policy${policies} asked for these approvals, and allowed who set people, tokens and locks`,
    )
    this.#findings.unproved(
      'split_view',
      'that everybody was shown this same log: compare the root with one that somebody else has kept',
    )
  }
}

/**
 * Verifies the log that `reader` reads: a data folder (with journal/ in it) or the root of a log. Never throws for what it
 * finds; only errors of the reader come through. A check that fails says which entry, when and by whom.
 */
export async function verify(reader: Reader, options: VerifyOptions = {}): Promise<Report> {
  const isData =
    (await reader.read('checkpoint')) === undefined && (await reader.read('journal/checkpoint')) !== undefined
  const log: Reader = isData ? { read: (path) => reader.read(`journal/${path}`) } : reader
  return new Verification(log, isData ? reader : undefined, options).run()
}
