// Elastic Common Schema 9.4.0. What it has no field for stands under `glovebox.*`, clear facts as the leaf has them, so that
// no custom field can collide with one of a later version.
import { endpointOf } from './ocsf.ts'
import { factsOf, type Subject } from './subject.ts'

/** Version of the schema that events say they follow. */
export const ecsVersion = '9.4.0'

/** One ECS event for the data stream logs-glovebox.audit-default. */
export function ecsEvent(subject: Subject): Readonly<Record<string, unknown>> {
  const { entry, index, id, hash, about, meaning, product } = subject
  const user = about.user(entry.by)
  const name = typeof user['name'] === 'string' ? { name: user['name'] } : {}
  const { ip, port } = endpointOf(about.told['address'], '')
  const reason = about.told['reason'] ?? about.told['title'] ?? about.told['comment']
  return {
    '@timestamp': entry.ts,
    ecs: { version: ecsVersion },
    message: messageOf(subject),
    event: {
      id,
      sequence: index,
      hash,
      kind: meaning.ecs.alert ? 'alert' : 'event',
      category: meaning.ecs.category,
      type: meaning.ecs.type,
      outcome: meaning.outcome ?? 'success',
      action: entry.type,
      module: 'glovebox',
      dataset: 'glovebox.audit',
      severity: meaning.severity ?? 1,
      ...(typeof reason === 'string' ? { reason } : {}),
      ...('code' in entry && entry.code !== undefined ? { code: entry.code } : {}),
      ...('durationMs' in entry && entry.type === 'action.settled' ? { duration: entry.durationMs * 1_000_000 } : {}),
    },
    user: { id: entry.by, ...name },
    related: { user: [...new Set([entry.by, ...Object.values(name), ...others(subject)])] },
    ...(ip === undefined ? {} : { source: { ip, port } }),
    ...(about.target === undefined ? {} : { destination: { address: about.target } }),
    service: { name: 'glovebox' },
    host: { name: product.host },
    observer: {
      type: 'proxy',
      vendor: 'Glovebox',
      product: 'Glovebox',
      version: product.version,
      name: product.origin,
    },
    labels: {
      ...(about.request === undefined ? {} : { request_id: about.request }),
      ...(about.session === undefined ? {} : { session_id: about.session }),
      ...(about.grant === undefined ? {} : { grant_id: about.grant }),
    },
    data_stream: { type: 'logs', dataset: 'glovebox.audit', namespace: 'default' },
    glovebox: {
      ...factsOf(entry),
      ...(Object.keys(about.told).length === 0 ? {} : { payload: about.told }),
    },
  }
}

const others = ({ entry }: Subject): readonly string[] => [
  ...('principal' in entry ? [entry.principal] : []),
  ...('holder' in entry ? [entry.holder] : []),
  ...('person' in entry ? [entry.person] : []),
]

const messageOf = ({ entry, about }: Subject): string =>
  [entry.type, 'by', entry.by, ...(about.target === undefined ? [] : ['on', about.target])].join(' ')
