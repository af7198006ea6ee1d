// Which label a column without one should have: by its name, its type, what was found in a sample of its values, and what
// the detectors met in answers. Counts and names come in, a class and the reason for it go out; values never do.
import { wordsOf } from './detect/names.ts'

export interface Seen {
  readonly table: string
  readonly column: string
  readonly type: string
  readonly sampled: number
  readonly found: readonly { readonly class: string; readonly count: number; readonly whole: number }[]
  /** What the net met in answers. */
  readonly met: readonly { readonly class: string; readonly count: number; readonly sessions: number }[]
}

export interface Proposal {
  readonly class: string
  /** In the words of a person: "email in 97 of 100 sampled values, name matches". */
  readonly evidence: string
  /** Values were seen; else only the name speaks for it. */
  readonly isSeen: boolean
}

const text = /char|text|citext|name/
const json = /json|hstore|xml/

interface NameRule {
  readonly class: string
  readonly types: RegExp
  readonly words: RegExp
}

/** Words of names, joined by blanks, that say what a column holds; the first that fits counts. */
const nameRules: readonly NameRule[] = [
  {
    class: 'secret.key',
    types: text,
    words: /(^| )(password|passwd|secret|api key|apikey|access key|private key|token|credential|passphrase)( hash)?$/,
  },
  { class: 'pii.email', types: text, words: /(^| )(e ?mail)( address)?$/ },
  { class: 'pii.phone', types: text, words: /(^| )(phone|telephone|mobile|cell|fax|msisdn)( number| no)?$/ },
  { class: 'pci.cvv', types: /./, words: /(^| )(cvv|cvc|cvv2|card code|security code)$/ },
  { class: 'pci.pan', types: text, words: /(^| )(pan|card number|cc number|card no|credit card)$/ },
  { class: 'pii.iban', types: text, words: /(^| )(iban|bank account|account iban)$/ },
  {
    class: 'pii.id',
    types: /./,
    words:
      /(^| )(ssn|social security( number)?|national id|tax id|passport( number| no)?|id card|nino|personal number)$/,
  },
  {
    class: 'pii.birthdate',
    types: /date|timestamp|text|char/,
    words: /(^| )(birth ?date|date of birth|dob|birthday|born( on)?)$/,
  },
  {
    class: 'pii.salary',
    types: /numeric|int|money|real|double/,
    words: /(^| )(salary|wage|income|pay grade|compensation)( [a-z]{3})?$/,
  },
  { class: 'pii.ip', types: /inet|cidr|text|char/, words: /(^| )(ip|ip address|remote addr|client ip|ip addr)$/ },
  {
    class: 'pii.address',
    types: text,
    words: /(^| )(address|street|address line ?[12]?|postcode|postal code|zip|zip code|house number)$/,
  },
  {
    class: 'pii.name',
    types: text,
    words: /(^| )(first|last|full|given|family|middle|maiden) ?name$|(^| )(surname|forename)$/,
  },
  { class: 'phi.code', types: text, words: /(^| )(icd( 10)?|diagnosis( code)?)$/ },
]

/** Tables whose `name` is somebody's. */
const people =
  /(^| )(user|customer|person|people|staff|employee|patient|contact|member|client|subscriber|applicant|candidate|guest|driver|student)s?$/

/** The class that a column's name speaks of; undefined = none. */
export function classByName(table: string, column: string, type: string): string | undefined {
  const words = wordsOf(column).join(' ')
  const rule = nameRules.find((one) => one.words.test(words) && one.types.test(type))
  if (rule !== undefined) return rule.class
  const isPersons = people.test(wordsOf(table).join(' '))
  return words === 'name' && isPersons && text.test(type) ? 'pii.name' : undefined
}

/** Fewer hits than this share are single mistakes of people, and a reason to look, not to label as that class. */
const mostly = 0.5

/** The label to propose; undefined = nothing speaks for one. */
export function propose(seen: Seen): Proposal | undefined {
  const named = classByName(seen.table, seen.column, seen.type)
  const best = seen.found.toSorted((a, b) => b.count - a.count)[0]
  const met = seen.met.toSorted((a, b) => b.count - a.count)[0]
  const reasons: string[] = []
  if (best !== undefined)
    for (const one of seen.found) reasons.push(`${wordOf(one.class)} in ${one.count} of ${seen.sampled} sampled values`)
  if (named !== undefined)
    reasons.push(best === undefined && seen.sampled > 0 ? 'name matches, no sampled value does' : 'name matches')
  for (const one of seen.met)
    reasons.push(
      `${wordOf(one.class)} masked ${times(one.count)} in answers of ${one.sessions} session${one.sessions === 1 ? '' : 's'}`,
    )
  const evidence = reasons.join(', ')
  const isSeen = best !== undefined || met !== undefined
  if (best !== undefined) return { class: classOfSample(seen, best, named), evidence, isSeen }
  if (named !== undefined) return { class: named, evidence, isSeen }
  return met === undefined ? undefined : { class: json.test(seen.type) ? 'pii.json' : 'pii.text', evidence, isSeen }
}

function classOfSample(seen: Seen, best: Seen['found'][number], named: string | undefined): string {
  if (json.test(seen.type)) return 'pii.json'
  if (best.whole >= seen.sampled * mostly)
    return named !== undefined && named.split('.')[0] === 'secret' ? named : best.class
  // Here and there within texts: the text itself is what should not be read.
  return named ?? 'pii.text'
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)

/** `pii.email` as people say it. */
const wordOf = (className: string): string => className.split('.')[1] ?? className
