// OCSF 1.8.0 (schema.ocsf.io): base event, the class that the entry has, and the profile security_control. What OCSF has no
// member for stands under `unmapped.glovebox`, clear facts as the leaf has them.
import { factsOf, type Subject } from './subject.ts'

/** Version of the schema that events say they follow. */
export const ocsfVersion = '1.8.0'

const severities = ['Unknown', 'Informational', 'Low', 'Medium', 'High', 'Critical'] as const
const statuses = { success: [1, 'Success'], failure: [2, 'Failure'], unknown: [0, 'Unknown'] } as const
const actions = ['Unknown', 'Allowed', 'Denied', 'Observed', 'Modified'] as const
const dispositions: Readonly<Record<number, string>> = {
  1: 'Allowed',
  2: 'Blocked',
  8: 'Approved',
  19: 'Alert',
  24: 'Access Revoked',
  25: 'Rejected',
}

/** `host:port`, `[v6]:port` or a word such as `cli`, as an OCSF network endpoint. */
export function endpointOf(address: unknown, otherwise: string): Readonly<Record<string, unknown>> {
  const parts = typeof address === 'string' ? /^(?:\[([0-9a-f:.]+)\]|([0-9a-f:.]+?)):(\d{1,5})$/i.exec(address) : null
  if (parts) return { ip: parts[1] ?? parts[2], port: Number(parts[3]) }
  return typeof address === 'string' && address !== '' ? { name: address } : { uid: otherwise }
}

/** One OCSF event. `src_endpoint` is the session where the address may not be told. */
export function ocsfEvent(subject: Subject): Readonly<Record<string, unknown>> {
  const { entry, index, id, hash, time, about, meaning, product } = subject
  const [classUid, activity, activityName] = meaning.ocsf
  const severity = meaning.severity ?? 1
  const [statusId, status] = statuses[meaning.outcome ?? 'success']
  const profiles = meaning.control === undefined ? [] : ['security_control']
  return {
    activity_id: activity,
    ...(activityName === undefined ? {} : { activity_name: activityName }),
    category_uid: Math.floor(classUid / 1000),
    class_uid: classUid,
    type_uid: classUid * 100 + activity,
    severity_id: severity,
    severity: severities[severity],
    status_id: statusId,
    status,
    ...('code' in entry && entry.code !== undefined ? { status_code: entry.code } : {}),
    time,
    metadata: {
      version: ocsfVersion,
      product: { name: 'Glovebox', vendor_name: 'Glovebox', version: product.version },
      uid: id,
      sequence: index,
      log_name: 'glovebox.journal',
      original_time: entry.ts,
      tenant_uid: product.origin,
      ...(about.request === undefined ? {} : { correlation_uid: about.request }),
      ...(profiles.length === 0 ? {} : { profiles }),
    },
    actor: {
      user: about.user(entry.by),
      ...(about.session === undefined ? {} : { session: { uid: about.session } }),
      app_name: 'glovebox',
    },
    src_endpoint: endpointOf(about.told['address'], about.session ?? product.origin),
    ...(meaning.control === undefined ? {} : controlOf(meaning.control)),
    ...meaning.more,
    unmapped: {
      glovebox: {
        type: entry.type,
        leaf_hash: hash,
        ...factsOf(entry),
        ...(about.target === undefined ? {} : { target: about.target }),
        ...(Object.keys(about.told).length === 0 ? {} : { payload: about.told }),
      },
    },
  }
}

const controlOf = ([action, disposition]: readonly [number, number]): Readonly<Record<string, unknown>> => ({
  action_id: action,
  action: actions[action],
  disposition_id: disposition,
  disposition: dispositions[disposition],
})
