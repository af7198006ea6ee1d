// The policy of a log's witnesses (c2sp.org/tlog-policy): which keys may cosign, in which groups, and how many have to. A
// text file that people keep, read here with every rule of the format, and asked whether a note meets its quorum.
import { cosignaturesOf, parseCosignerVkey, type CosignatureVerifier } from './cosignature.ts'
import { parseVkey, type Verifier } from './note.ts'

export interface PolicyWitness {
  /** What the file calls it; the name in its key may be another. */
  readonly name: string
  readonly key: CosignatureVerifier
  /** Submission prefix: `add-checkpoint` is below it. Undefined: it is asked by somebody else. */
  readonly url: string | undefined
}

export interface PolicyLog {
  readonly key: Verifier
  readonly vkey: string
  readonly url: string | undefined
}

interface Group {
  readonly name: string
  readonly members: readonly string[]
  /** How many of them have to. */
  readonly needed: number
}

export interface WitnessPolicy {
  readonly logs: readonly PolicyLog[]
  readonly witnesses: readonly PolicyWitness[]
  /** In the order of the file: a group comes after what is in it. */
  readonly groups: readonly Group[]
  /** A witness or a group; undefined = `quorum none`. */
  readonly quorum: string | undefined
}

/** What is wrong with a policy file, and where (lines from 1). */
export interface PolicyFault {
  readonly line: number
  readonly why: string
}

/** More than any honest policy needs. */
const maxBytes = 256 * 1024

class Fault extends Error {}

const urlIn = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.hash !== '' || url.search !== '')
    throw new Fault(`"${text}" is not an http or https address`)
  return text.replace(/\/+$/, '')
}

/** Reads the file line by line. Owned by one call of parsePolicy. */
class Parser {
  readonly logs: PolicyLog[] = []
  readonly witnesses: PolicyWitness[] = []
  readonly groups: Group[] = []
  quorum: string | undefined
  hasQuorum = false
  readonly #names = new Set<string>()
  readonly #members = new Set<string>()
  readonly #keys = new Set<string>()

  /** Throws Fault. */
  take([word, ...rest]: readonly string[]): void {
    if (word === 'log') return this.#log(rest)
    if (word === 'witness') return this.#witness(rest)
    if (word === 'group') return this.#group(rest)
    if (word === 'quorum') return this.#quorum(rest)
    throw new Fault(`"${word}" is not log, witness, group or quorum`)
  }

  #log(words: readonly string[]): void {
    const [vkey = '', url] = words
    if (words.length < 1 || words.length > 2) throw new Fault('expected: log VKEY [URL]')
    const key = parseVkey(vkey)
    if (!key) throw new Fault(`"${vkey}" is not the key of a log (an Ed25519 vkey)`)
    this.#once(vkey)
    this.logs.push({ key, vkey, url: urlIn(url) })
  }

  #witness(words: readonly string[]): void {
    const [name = '', vkey = '', url] = words
    if (words.length < 2 || words.length > 3) throw new Fault('expected: witness NAME VKEY [URL]')
    const key = parseCosignerVkey(vkey)
    if (!key) throw new Fault(`"${vkey}" is not the key of a witness (a cosignature/v1 Ed25519 vkey)`)
    this.#name(name)
    this.#once(vkey)
    this.witnesses.push({ name, key, url: urlIn(url) })
  }

  #group(words: readonly string[]): void {
    const [name = '', how = '', ...members] = words
    if (members.length === 0) throw new Fault('expected: group NAME all|any|K NAMES…')
    const needed = how === 'all' ? members.length : how === 'any' ? 1 : /^[1-9]\d{0,8}$/.test(how) ? Number(how) : 0
    if (needed < 1 || needed > members.length)
      throw new Fault(`"${how}" is not all, any, or a number from 1 to ${members.length}`)
    for (const member of members) {
      if (!this.#names.has(member)) throw new Fault(`"${member}" is not defined above`)
      if (this.#members.has(member)) throw new Fault(`"${member}" is a member already`)
      this.#members.add(member)
    }
    this.#name(name)
    this.groups.push({ name, members, needed })
  }

  #quorum(words: readonly string[]): void {
    const [name = ''] = words
    if (words.length !== 1) throw new Fault('expected: quorum NAME, or quorum none')
    if (this.hasQuorum) throw new Fault('there is a quorum already')
    if (name !== 'none' && !this.#names.has(name)) throw new Fault(`"${name}" is not defined above`)
    this.hasQuorum = true
    this.quorum = name === 'none' ? undefined : name
  }

  #name(name: string): void {
    if (name === 'none') throw new Fault('"none" cannot be a name')
    if (this.#names.has(name)) throw new Fault(`"${name}" is defined already`)
    this.#names.add(name)
  }

  /** One key under two names would count twice. */
  #once(vkey: string): void {
    if (this.#keys.has(vkey)) throw new Fault('this key is there already')
    this.#keys.add(vkey)
  }
}

/** Reads a policy file; the first fault when it is not one. Never throws. */
export function parsePolicy(text: string): WitnessPolicy | PolicyFault {
  const parser = new Parser()
  const fault = eachLine(text, (words) => parser.take(words))
  if (fault) return fault
  if (!parser.hasQuorum) return { line: text.split('\n').length, why: 'there is no line "quorum"' }
  const { logs, witnesses, groups, quorum } = parser
  return { logs, witnesses, groups, quorum }
}

/** Reads a file of `log VKEY [URL]` lines alone: whom a witness listens to. */
export function parseLogs(text: string): readonly PolicyLog[] | PolicyFault {
  const parser = new Parser()
  const fault = eachLine(text, (words) => {
    if (words[0] !== 'log') throw new Fault(`"${words[0]}" is not log`)
    parser.take(words)
  })
  return fault ?? parser.logs
}

export const isFault = (read: object): read is PolicyFault => 'why' in read

function eachLine(text: string, take: (words: readonly string[]) => void): PolicyFault | undefined {
  if (text.length > maxBytes) return { line: 1, why: `the file is longer than ${maxBytes} bytes` }
  if (!text.isWellFormed()) return { line: 1, why: 'the file is not text' }
  for (const [i, line] of text.split('\n').entries()) {
    const words = line.trim().split(/[ \t]+/)
    if (words[0] === '' || words[0]?.startsWith('#')) continue
    try {
      take(words)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return { line: i + 1, why: error.message } // closed: half a policy is none
    }
  }
  return undefined
}

/** Do these witnesses, by the names of the file, meet the quorum? */
export function meetsQuorum({ groups, quorum }: WitnessPolicy, names: ReadonlySet<string>): boolean {
  if (quorum === undefined) return true
  const met = new Set(names)
  // What is in a group stands above it, so one pass is enough however deep they are.
  for (const { name, members, needed } of groups) {
    if (members.filter((member) => met.has(member)).length >= needed) met.add(name)
    else met.delete(name)
  }
  return met.has(quorum)
}

export interface Cosigned {
  /** Does the note meet the quorum, and does no line of a known witness fail? */
  readonly ok: boolean
  /** By the names of the file. `time` in seconds since 1970. */
  readonly by: readonly { readonly name: string; readonly time: number }[]
  /** Is a line of a known witness forged or broken? */
  readonly isSpoiled: boolean
}

/** Looks at the cosignatures on a note. The log's own signature is for others to check. */
export function cosignedBy(policy: WitnessPolicy, note: string): Cosigned {
  const found = cosignaturesOf(
    note,
    policy.witnesses.map(({ key }) => key),
  )
  const by = (found ?? []).map(({ by: key, time }) => ({
    name: (policy.witnesses.find((one) => one.key === key) as PolicyWitness).name,
    time,
  }))
  const isMet = meetsQuorum(policy, new Set(by.map(({ name }) => name)))
  return { ok: found !== undefined && isMet, by, isSpoiled: found === undefined }
}

/** `cosigned by 2 of 3 witnesses (2026-10-01T00:00:04Z)`, or what it lacks; a sentence's part for reports. */
export function cosignedText(policy: WitnessPolicy, { ok, by, isSpoiled }: Cosigned): string {
  const of = policy.witnesses.length
  const count = `${by.length} of ${of} witness${of === 1 ? '' : 'es'}`
  if (isSpoiled) return 'with a line of a known witness that does not verify'
  const newest = Math.max(...by.map(({ time }) => time))
  const when = by.length === 0 ? '' : ` (${timeText(newest)})`
  return ok ? `cosigned by ${count}${when}` : `cosigned by ${count}${when}, which is no quorum`
}

/** Any 53-bit number may stand there. */
const timeText = (seconds: number): string => {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime()) ? `${seconds} s` : date.toISOString().replace('.000Z', 'Z')
}
