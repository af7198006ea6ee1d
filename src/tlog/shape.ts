// Which members an entry of each type has, and of what kind. The compiler keeps this table complete; `audit verify` needs
// it because a rule asked about an entry without a member it needs would answer anything.
import type { Clear, Entry, EntryType } from '../core/entry.ts'
import { levels } from '../core/level.ts'

const kinds = {
  text: (value: unknown): boolean => typeof value === 'string',
  number: (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0,
  time: (value: unknown): boolean => typeof value === 'string' && Number.isFinite(Date.parse(value)),
  flag: (value: unknown): boolean => typeof value === 'boolean',
  numbers: (value: unknown): boolean => Array.isArray(value) && value.every((one) => kinds.number(one)),
  texts: (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  level: (value: unknown): boolean => (levels as readonly unknown[]).includes(value),
  effect: (value: unknown): boolean => value === 'unknown' || (levels as readonly unknown[]).includes(value),
  needed: (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    'count' in value &&
    'groups' in value &&
    kinds.number(value.count) &&
    kinds.texts(value.groups),
  last: (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    (['n', 'rows', 'bytes', 'durationMs'] as const).every((name) => name in value) &&
    Object.values(value).every((one) => kinds.number(one)),
}
type Kind = keyof typeof kinds
type Shape<T extends EntryType> = {
  readonly [K in keyof Clear<T>]-?: undefined extends Clear<T>[K] ? `${Kind}?` : Kind
}

/** Members of each type besides those that every entry has: kind, with ? where it may be absent. */
export const shapes: { readonly [T in EntryType]: Shape<T> } = {
  'gateway.started': { gateway: 'text' },
  'gateway.stopped': { gateway: 'text' },
  'gateway.beat': { gateway: 'text' },
  'config.loaded': { config: 'text' },
  'policy.loaded': { policies: 'text' },
  'principal.set': { principal: 'text', person: 'text', kind: 'text', groups: 'texts', actsFor: 'text?' },
  'principal.removed': { principal: 'text' },
  'token.issued': { token: 'text', principal: 'text', use: 'text', grant: 'text?', notAfter: 'time?' },
  'token.revoked': { token: 'text' },
  'password.set': { principal: 'text' },
  'request.created': {
    request: 'text',
    person: 'text',
    target: 'text',
    level: 'level',
    scope: 'text',
    durationMs: 'number',
    contentHash: 'text',
    expiresAt: 'time',
    needed: 'needed',
    policies: 'text',
    extends: 'text?',
    statement: 'text?',
  },
  'request.reviewed': {
    request: 'text',
    person: 'text',
    kind: 'text',
    groups: 'texts',
    decision: 'text',
    contentHash: 'text',
    durationMs: 'number',
    challenge: 'text',
    policies: 'text',
  },
  'request.withdrawn': { request: 'text' },
  'request.expired': { request: 'text' },
  'grant.started': {
    grant: 'text',
    request: 'text',
    holder: 'text',
    person: 'text',
    target: 'text',
    level: 'level',
    scope: 'text',
    notBefore: 'time',
    notAfter: 'time',
  },
  'grant.extended': { grant: 'text', request: 'text', notAfter: 'time' },
  'grant.revoked': { grant: 'text' },
  'grant.expired': { grant: 'text' },
  'lock.set': { lock: 'text', kind: 'text', subject: 'text', notAfter: 'time?' },
  'lock.lifted': { lock: 'text' },
  'access.refused': { command: 'text', code: 'text', target: 'text?', request: 'text?' },
  'audit.searched': { found: 'number' },
  'audit.exported': { found: 'number', first: 'number', last: 'number', files: 'text' },
  'sink.resent': { sink: 'text', from: 'number' },
  'session.opened': { session: 'text', principal: 'text', grant: 'text?', target: 'text', channel: 'text' },
  'session.refused': { target: 'text', code: 'text', channel: 'text' },
  'detector.hit': { session: 'text', target: 'text', class: 'text', count: 'number' },
  'session.killed': { session: 'text' },
  'session.closed': { session: 'text', count: 'number', cause: 'text', code: 'text?' },
  'action.admitted': {
    session: 'text',
    n: 'number',
    effect: 'effect',
    fingerprint: 'text?',
    searches: 'number?',
    blind: 'flag?',
    rehearsal: 'flag?',
    statement: 'text?',
    commits: 'text?',
    last: 'last?',
  },
  'search.alarm': { session: 'text', target: 'text', misses: 'number' },
  'epoch.begun': { epoch: 'text' },
  'epoch.destroyed': { epoch: 'text' },
  'action.settled': {
    session: 'text',
    n: 'number',
    outcome: 'text',
    rows: 'number',
    bytes: 'number',
    durationMs: 'number',
    masked: 'number?',
    unmasked: 'numbers?',
    code: 'text?',
  },
  'redaction.requested': {
    redaction: 'text',
    person: 'text',
    scope: 'text',
    subject: 'text',
    basis: 'text',
    contentHash: 'text',
    needed: 'needed',
    expiresAt: 'time',
    policies: 'text',
    ofPerson: 'text?',
    ofSession: 'text?',
  },
  'redaction.reviewed': {
    redaction: 'text',
    person: 'text',
    kind: 'text',
    groups: 'texts',
    decision: 'text',
    contentHash: 'text',
    challenge: 'text',
    policies: 'text',
  },
  'redaction.done': {
    redaction: 'text?',
    scope: 'text',
    subject: 'text',
    basis: 'text',
    requestedBy: 'text',
    approvedBy: 'texts',
    keys: 'texts',
    entries: 'numbers',
    names: 'texts?',
    olderThanMs: 'number?',
    class: 'text?',
  },
  'hold.set': { hold: 'text', kind: 'text', subject: 'text', of: 'text?' },
  'hold.lifted': { hold: 'text' },
  'action.refused': { session: 'text', n: 'number', effect: 'effect', code: 'text' },
}

/** What keeps an entry from being one of its type; undefined = nothing. Members that are not in the table are left alone. */
export function misshapen(entry: Entry): string | undefined {
  if (!Object.hasOwn(shapes, entry.type)) return `its type ${entry.type} is unknown to this version`
  for (const [name, kind] of Object.entries(shapes[entry.type] as Record<string, string>)) {
    const value = (entry as unknown as Record<string, unknown>)[name]
    const isOptional = kind.endsWith('?')
    if (isOptional && value === undefined) continue
    if (!kinds[(isOptional ? kind.slice(0, -1) : kind) as Kind](value))
      return `its member ${name} is missing or of the wrong kind`
  }
  return undefined
}
