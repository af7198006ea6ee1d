// From an entry to the event that a sink is told: looks up what it is about, once, and words it as OCSF or ECS.
import { hostname } from 'node:os'
import type { Entry, Recorded } from '../../../core/entry.ts'
import { canonical } from '../../../lib/canonical-json.ts'
import { sha256Hex } from '../../../lib/hash.ts'
import type { Item, Surroundings } from '../types.ts'
import { ecsEvent } from './ecs.ts'
import { meaningOf, type About } from './meaning.ts'
import { ocsfEvent } from './ocsf.ts'
import type { Product, Subject } from './subject.ts'
import { toldOf } from './told.ts'

export interface Telling {
  readonly format: 'ocsf' | 'ecs'
  readonly payload: boolean
  readonly product: Product
  readonly around: Surroundings
}

export const thisHost = (): string => hostname()

/**
 * The same for the same entry of the same log, for ever: what receivers drop duplicates by. The leaf's hash is part of it,
 * so that after a restore from an old copy another entry at the same index is not taken for a duplicate.
 */
export const eventId = (origin: string, index: number, hash: string): string =>
  `${sha256Hex(origin).slice(0, 16)}-${index}-${hash.slice(0, 16)}`

/** RFC 6962 section 2.1: SHA-256 of 0x00 and the leaf, which is the entry as RFC 8785 text. */
export const leafHash = (entry: Entry): string => sha256Hex('\0', canonical(entry))

const systemIds: ReadonlySet<string> = new Set(['gateway'])

function aboutOf(recorded: Recorded, { payload, around }: Telling): About {
  const { entry } = recorded
  const session = 'session' in entry ? entry.session : undefined
  const known = session === undefined ? undefined : around.session(session)
  const grant = 'grant' in entry ? entry.grant : known?.grant
  const target =
    'target' in entry && entry.target !== undefined
      ? entry.target
      : (known?.target ?? (grant === undefined ? undefined : around.grant(grant)?.target))
  return {
    entry,
    around,
    ...(target === undefined ? {} : { target }),
    ...(session === undefined ? {} : { session }),
    ...(grant === undefined ? {} : { grant }),
    ...('request' in entry && entry.request !== undefined ? { request: entry.request } : {}),
    user(id) {
      const name = payload ? around.name(id) : undefined
      return {
        uid: id,
        ...(name === undefined || name === id ? {} : { name }),
        ...(systemIds.has(id) ? { type_id: 3, type: 'System' } : { type_id: 1, type: 'User' }),
      }
    },
    told: payload ? toldOf(recorded) : {},
  }
}

/** The item of an entry. Pure but for what `around` looks up; throws nothing for any entry that the journal holds. */
export function itemOf(recorded: Recorded, telling: Telling): Item {
  const { index, entry } = recorded
  const about = aboutOf(recorded, telling)
  const meaning = meaningOf(entry, about)
  const { product, format } = telling
  const hash = leafHash(entry)
  const subject: Subject = {
    index,
    entry,
    id: eventId(product.origin, index, hash),
    hash,
    time: Date.parse(entry.ts),
    about,
    meaning,
    product,
  }
  const event = format === 'ocsf' ? ocsfEvent(subject) : ecsEvent(subject)
  const { id, time } = subject
  return {
    index,
    id,
    time,
    hash,
    type: entry.type,
    severity: meaning.severity ?? 1,
    event,
    text: JSON.stringify(event),
  }
}
