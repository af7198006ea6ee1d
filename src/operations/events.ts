// State changes as they become durable, each told only to whom it concerns or who may watch. No statement, reason or name
// travels here: ids and states, to be looked up by whoever may.
import type { Recorded } from '../core/entry.ts'
import type { AccessRequest, Principal } from '../core/nouns.ts'
import { outcomeIn } from '../core/rides.ts'
import { nameOf } from '../core/world.ts'
import type { Context } from './operation.ts'

/** `id` is the index of the entry, `type` its type; the rest are ids, states and times. */
export interface Event {
  readonly id: number
  readonly type: string
  readonly at: string
  readonly [field: string]: string | number | boolean | undefined
}

/** Entries that a reader who comes back can miss at most; older ones are looked up instead. */
const replayed = 1_000

/** Members of an entry that say nothing to a reader, or too much. */
const inside = new Set([
  'v',
  'ts',
  'type',
  'by',
  'commit',
  'person',
  'scope',
  'contentHash',
  'challenge',
  'policies',
  'groups',
  'needed',
  'kind',
  'fingerprint',
])

/** Tells this person's changes from now on, and before that those after entry `after`. Returns how to stop. */
export function watchEvents(context: Context, listener: (event: Event) => void, after?: number): () => void {
  const { journal } = context.gateway
  let stopped = false
  let next = after === undefined ? journal.size : Math.max(after + 1, journal.size - replayed)
  const tell = (recorded: Recorded): void => {
    if (stopped || recorded.index < next) return
    next = recorded.index + 1
    const ended = outcomeIn(recorded.entry)
    for (const one of ended === undefined ? [recorded] : [{ ...recorded, entry: ended, payload: {} }, recorded]) {
      const event = eventOf(context, one)
      if (event) listener(event)
    }
  }
  const waiting: Recorded[] = []
  let reading = after !== undefined
  const stop = journal.onDurable((recorded) => (reading ? void waiting.push(recorded) : tell(recorded)))
  const readOld = async (): Promise<void> => {
    for (const end = journal.size; next < end && !stopped;) {
      const recorded = await journal.read(next)
      if (!recorded) break
      tell(recorded)
    }
  }
  if (reading) {
    // Fails open: what could not be read again is missing from the stream, not from the record.
    void readOld()
      .catch(() => undefined)
      .finally(() => {
        reading = false
        for (const recorded of waiting) tell(recorded)
      })
  }
  return () => {
    stopped = true
    stop()
  }
}

function eventOf(context: Context, recorded: Recorded): Event | undefined {
  const { entry, index } = recorded
  if (!concerns(context, recorded)) return undefined
  const { world } = context.gateway.ledger
  const said = Object.entries(entry).filter(([field, value]) => !inside.has(field) && typeof value !== 'object')
  const who = nameOf(world, entry.by)
  const request = 'request' in entry && entry.request !== undefined ? world.requests.get(entry.request) : undefined
  return {
    id: index,
    type: entry.type,
    at: entry.ts,
    who,
    ...Object.fromEntries(said),
    ...(request === undefined ? {} : { target: request.target, state: request.state }),
  }
}

function concerns({ principal, gateway }: Context, { entry }: Recorded): boolean {
  const { world } = gateway.ledger
  const { sight } = gateway.access
  switch (entry.type) {
    case 'request.created':
    case 'request.reviewed':
    case 'request.withdrawn':
    case 'request.expired': {
      const request: AccessRequest | undefined = world.requests.get(entry.request)
      return request !== undefined && sight.request(principal, request)
    }
    case 'grant.started':
    case 'grant.extended': {
      const request = world.requests.get(entry.request)
      return request !== undefined && sight.request(principal, request)
    }
    case 'grant.revoked':
    case 'grant.expired': {
      const grant = world.grants.get(entry.grant)
      return grant !== undefined && sight.grant(principal, grant)
    }
    case 'session.opened':
      return sight.session(principal, entry)
    case 'session.closed':
    case 'session.killed':
    case 'action.admitted':
    case 'action.refused':
    case 'action.settled':
    case 'search.alarm':
    case 'detector.hit':
      return sees(principal, gateway, entry.session, entry.by)
    case 'lock.set':
    case 'lock.lifted':
      return sight.may(principal, 'lock') || ('subject' in entry && entry.subject === principal.id)
    default:
      return false
  }
}

/** A session that is over is no longer in the world; then its own entries say whose it was. */
function sees(
  principal: Principal,
  { ledger, access }: Context['gateway'],
  session: Parameters<typeof ledger.world.sessions.get>[0],
  by: Principal['id'] | 'gateway',
): boolean {
  const open = ledger.world.sessions.get(session)
  if (open) return access.sight.session(principal, open)
  return by === principal.id || access.sight.may(principal, 'audit')
}
