// What each type of entry means to somebody who watches many products: its OCSF 1.8.0 class and activity, and its ECS
// category and types. One table for both forms, pure. What the record encrypts is only ever read through `told` (told.ts).
import type { Entry, EntryType } from '../../../core/entry.ts'
import type { Surroundings } from '../types.ts'

/** Identifiers of what the entry is about, found out once for both forms. */
export interface About {
  readonly entry: Entry
  readonly around: Surroundings
  /** The session's target and account, or the entry's own. */
  readonly target?: string
  readonly session?: string
  readonly grant?: string
  readonly request?: string
  /** An OCSF user of this account; its name only for sinks that may have it. */
  user(id: string): Readonly<Record<string, unknown>>
  /** What the sink may know of the payload. */
  readonly told: Readonly<Record<string, unknown>>
}

export interface Meaning {
  /** class_uid, activity_id and, where that is 99, what it was. */
  readonly ocsf: readonly [classUid: number, activity: number, name?: string]
  readonly ecs: { readonly category: readonly string[]; readonly type: readonly string[]; readonly alert?: true }
  /** OCSF severity_id: 1 informational (default), 2 low, 3 medium, 4 high. */
  readonly severity?: number
  readonly outcome?: 'success' | 'failure' | 'unknown'
  /** OCSF profile security_control: action_id and disposition_id. */
  readonly control?: readonly [action: number, disposition: number]
  /** Members of the OCSF class. */
  readonly more?: Readonly<Record<string, unknown>>
}

type Of<T extends EntryType> = Extract<Entry, { type: T }>
type Row<T extends EntryType> = (entry: Of<T>, about: About) => Meaning

const entity = (type: string, uid: string): { entity: { type: string; uid: string } } => ({ entity: { type, uid } })
const log = { log_name: 'glovebox.journal', log_provider: 'glovebox' }
const allowed = [1, 1] as const
const modified = [4, 1] as const
const blocked = [2, 2] as const

const iam = (...type: string[]) => ({ category: ['iam'], type })
const session = (...type: string[]) => ({ category: ['session'], type })
const database = (...type: string[]) => ({ category: ['database'], type })
const configuration = (...type: string[]) => ({ category: ['configuration'], type })

/** OCSF Datastore Activity: what was done, by the effect that the walls found. */
const activityOf = { observe: 4, read: 4, write: 5, admin: 99, unknown: 4 } as const

const datastore = ({ target, told, entry }: About): Readonly<Record<string, unknown>> => ({
  database: { name: target ?? 'unknown', type_id: 0, type: 'Unknown' },
  query_info: {
    query_string: typeof told['text'] === 'string' ? told['text'] : 'not delivered (payload: false)',
    ...('fingerprint' in entry && entry.fingerprint !== undefined ? { uid: entry.fingerprint } : {}),
  },
})

const grantOf = (about: About): Readonly<Record<string, unknown>> => {
  const { grant } = about
  const known = grant === undefined ? undefined : about.around.grant(grant)
  return {
    user: about.user(known?.holder ?? about.entry.by),
    privileges: [known === undefined ? 'unknown' : `${known.level} ${known.target}`],
  }
}

const finding = (about: About, uid: string, title: string): Readonly<Record<string, unknown>> => ({
  finding_info: {
    uid,
    title,
    created_time: Date.parse(about.entry.ts),
    analytic: { type_id: 1, type: 'Rule', name: about.entry.type },
  },
})

export const meanings: { readonly [T in EntryType]?: Row<T> } = {
  'gateway.started': (e) => ({
    ocsf: [6002, 3],
    ecs: { category: ['process'], type: ['start'] },
    more: { app: { name: 'glovebox', uid: e.gateway } },
  }),
  'gateway.stopped': (e) => ({
    ocsf: [6002, 4],
    ecs: { category: ['process'], type: ['end'] },
    more: { app: { name: 'glovebox', uid: e.gateway } },
  }),
  'gateway.beat': () => ({ ocsf: [1008, 99, 'Heartbeat'], ecs: { category: ['process'], type: ['info'] }, more: log }),
  'config.loaded': (e) => ({ ocsf: [3004, 3], ecs: configuration('change'), more: entity('configuration', e.config) }),
  'policy.loaded': (e) => ({
    ocsf: [3004, 3],
    ecs: configuration('change'),
    severity: 2,
    more: entity('policies', e.policies),
  }),
  'principal.set': (e, about) => ({
    ocsf: [3001, 99, 'Set'],
    ecs: iam('user', 'change'),
    more: { user: { ...about.user(e.principal), groups: e.groups.map((name) => ({ name })) } },
  }),
  'principal.removed': (e, about) => ({
    ocsf: [3001, 6],
    ecs: iam('user', 'deletion'),
    more: { user: about.user(e.principal) },
  }),
  'token.issued': (e, about) => ({
    ocsf: [3001, 99, 'Token Issued'],
    ecs: iam('user', 'creation'),
    more: { user: about.user(e.principal) },
  }),
  // The entry does not say whose it was, so it is about the token and not about an account.
  'token.revoked': (e) => ({ ocsf: [3004, 4], ecs: iam('deletion'), more: entity('token', e.token) }),
  'password.set': (e, about) => ({
    ocsf: [3001, 3],
    ecs: iam('user', 'change'),
    more: { user: about.user(e.principal) },
  }),
  'request.created': (e) => ({ ocsf: [3004, 1], ecs: iam('creation'), more: entity('access request', e.request) }),
  'request.reviewed': (e) => ({
    ocsf: [3004, 3],
    ecs: iam('admin', 'change'),
    control: e.decision === 'approve' ? [1, 8] : [2, 25],
    more: entity('access request', e.request),
  }),
  'request.withdrawn': (e) => ({ ocsf: [3004, 11], ecs: iam('change'), more: entity('access request', e.request) }),
  'request.expired': (e) => ({ ocsf: [3004, 11], ecs: iam('change'), more: entity('access request', e.request) }),
  'grant.started': (e, about) => ({
    ocsf: [3003, 1],
    ecs: iam('admin', 'change'),
    severity: e.level === 'write' || e.level === 'admin' ? 3 : 1,
    more: {
      user: about.user(e.holder),
      privileges: [`${e.level} ${e.target}`],
      session: { uid: e.grant, expiration_time: Date.parse(e.notAfter), expiration_reason: 'end of the grant' },
    },
  }),
  'grant.extended': (e, about) => ({
    ocsf: [3003, 1],
    ecs: iam('admin', 'change'),
    more: {
      ...grantOf(about),
      session: { uid: e.grant, expiration_time: Date.parse(e.notAfter), expiration_reason: 'end of the grant' },
    },
  }),
  'grant.revoked': (_, about) => ({
    ocsf: [3005, 2],
    ecs: iam('admin', 'change'),
    severity: 2,
    control: [2, 24],
    more: grantOf(about),
  }),
  'grant.expired': (_, about) => ({ ocsf: [3005, 2], ecs: iam('admin', 'change'), more: grantOf(about) }),
  'lock.set': (e) => ({
    ocsf: [7001, 1],
    ecs: iam('admin', 'change'),
    severity: 3,
    more: { command_uid: e.lock },
  }),
  'lock.lifted': (e) => ({
    ocsf: [7001, 99, 'Lift'],
    ecs: iam('admin', 'change'),
    severity: 2,
    more: { command_uid: e.lock },
  }),
  'access.refused': (e) => ({
    ocsf: [6003, 99, 'Refused'],
    ecs: { category: ['api'], type: ['denied'] },
    severity: 2,
    outcome: 'failure',
    control: blocked,
    more: { api: { operation: e.command, response: { error: e.code } } },
  }),
  'audit.searched': () => ({ ocsf: [1008, 99, 'Search'], ecs: { category: ['api'], type: ['access'] }, more: log }),
  'audit.exported': () => ({
    ocsf: [1008, 3],
    ecs: { category: ['api'], type: ['access'] },
    severity: 2,
    more: log,
  }),
  'redaction.requested': (e) => ({
    ocsf: [3004, 1],
    ecs: iam('creation'),
    severity: 2,
    more: entity('redaction', e.redaction),
  }),
  'redaction.reviewed': (e) => ({
    ocsf: [3004, 3],
    ecs: iam('admin', 'change'),
    severity: 2,
    control: e.decision === 'approve' ? [1, 8] : [2, 25],
    more: entity('redaction', e.redaction),
  }),
  'redaction.done': () => ({ ocsf: [1008, 99, 'Redact'], ecs: configuration('deletion'), severity: 3, more: log }),
  'hold.set': (e) => ({
    ocsf: [3004, 1],
    ecs: configuration('creation'),
    severity: 2,
    more: entity('legal hold', e.hold),
  }),
  'hold.lifted': (e) => ({
    ocsf: [3004, 4],
    ecs: configuration('deletion'),
    severity: 2,
    more: entity('legal hold', e.hold),
  }),
  'sink.resent': () => ({ ocsf: [1008, 99, 'Resend'], ecs: { category: ['api'], type: ['change'] }, more: log }),
  'session.opened': (_, about) => ({
    ocsf: [6005, 3],
    ecs: session('start'),
    control: allowed,
    more: datastore(about),
  }),
  'session.refused': (_, about) => ({
    ocsf: [6005, 3],
    ecs: { category: ['authentication'], type: ['start'] },
    severity: 2,
    outcome: 'failure',
    control: blocked,
    more: datastore(about),
  }),
  'session.closed': (_, about) => ({ ocsf: [6005, 99, 'Disconnect'], ecs: session('end'), more: datastore(about) }),
  'session.killed': (e) => ({
    ocsf: [7001, 2],
    ecs: session('end'),
    severity: 3,
    more: { command_uid: e.session },
  }),
  'detector.hit': (e, about) => ({
    ocsf: [2006, 1],
    ecs: { category: ['database'], type: ['info'], alert: true },
    severity: 3,
    control: [4, 19],
    more: finding(about, `${e.session}/${e.class}`, `values of class ${e.class} in a column without a label`),
  }),
  'search.alarm': (e, about) => ({
    ocsf: [2004, 1],
    ecs: { category: ['intrusion_detection'], type: ['info'], alert: true },
    severity: 4,
    control: [3, 19],
    more: {
      ...finding(about, `${e.session}/search`, `${e.misses} values in a row were searched for and not found`),
      is_alert: true,
    },
  }),
  'action.admitted': (e, about) => ({
    ocsf: e.effect === 'admin' ? [6005, 99, 'Administer'] : [6005, activityOf[e.effect]],
    ecs: database(e.effect === 'write' || e.effect === 'admin' ? 'change' : 'access'),
    severity: e.effect === 'write' || e.effect === 'admin' ? 2 : 1,
    outcome: 'unknown',
    control: allowed,
    more: datastore(about),
  }),
  'action.settled': (e, about) => ({
    ocsf: [6005, 99, 'Settled'],
    ecs: e.outcome === 'ok' ? database('access') : database('error'),
    outcome: e.outcome === 'ok' ? 'success' : e.outcome === 'unknown' ? 'unknown' : 'failure',
    control: (e.masked ?? 0) > 0 ? modified : allowed,
    more: { ...datastore(about), duration: e.durationMs },
  }),
  'action.refused': (_, about) => ({
    ocsf: [6005, 4],
    ecs: database('access'),
    severity: 2,
    outcome: 'failure',
    control: blocked,
    more: datastore(about),
  }),
  'epoch.begun': (e) => ({ ocsf: [3004, 1], ecs: configuration('creation'), more: entity('pseudonym key', e.epoch) }),
  'epoch.destroyed': (e) => ({
    ocsf: [3004, 4],
    ecs: configuration('deletion'),
    severity: 2,
    more: entity('pseudonym key', e.epoch),
  }),
}

/** Of a type that this version has no row for: an event of the log, under its own name. Nothing is left out of a delivery. */
const unlisted: Meaning = { ocsf: [1008, 99, 'Other'], ecs: { category: ['api'], type: ['info'] }, more: log }

export function meaningOf(entry: Entry, about: About): Meaning {
  const row = Object.hasOwn(meanings, entry.type) ? (meanings[entry.type] as Row<EntryType> | undefined) : undefined
  return row?.(entry as never, about) ?? unlisted
}
