// Locks stop a person, a group, a target or an agent at once. A lock that names a user holds for every account of that
// person and for the agents that act for them.
import type { Draft } from './entry.ts'
import { refusal, type Refusal } from './error.ts'
import { mayBeSamePerson } from './four-eyes.ts'
import type { Lock, LockId, Millis, Principal, PrincipalId } from './nouns.ts'
import type { World } from './world.ts'

export interface SetLock {
  readonly id: LockId
  readonly by: PrincipalId | 'gateway'
  readonly kind: Lock['kind']
  /** Principal id, group name or target name. */
  readonly subject: string
  readonly reason: string
  readonly durationMs?: Millis
}

const inForce = (lock: Lock, now: Millis): boolean => lock.notAfter === undefined || now < lock.notAfter

function concerns(world: World, lock: Lock, principal: Principal, target: string | undefined): boolean {
  switch (lock.kind) {
    case 'target':
      return target !== undefined && lock.subject === target
    case 'group':
      return principal.groups.includes(lock.subject)
    case 'agent':
      return principal.id === lock.subject
    case 'user': {
      const locked = world.principals.get(lock.subject as PrincipalId)
      return principal.id === lock.subject || principal.actsFor === lock.subject || locked?.person === principal.person
    }
  }
}

/** The lock that stops this principal (on this target) now, if any. */
export function lockOn(world: World, principal: Principal, target: string | undefined, now: Millis): Lock | undefined {
  for (const lock of world.locks.values())
    if (inForce(lock, now) && concerns(world, lock, principal, target)) return lock
  return undefined
}

/** GBX-1108 for that lock. */
export const lockedRefusal = (lock: Lock, target: string | undefined): Refusal =>
  refusal('GBX-1108', {
    what: lock.kind === 'target' ? (target ?? lock.subject) : 'your access',
    why: `${lock.reason === '' ? 'locked' : lock.reason} (${lock.id})`,
  })

/** Setting a lock is less access: it is never refused for what the world looks like. */
export const decideLock = (command: SetLock, now: Millis): Draft[] => [
  {
    type: 'lock.set',
    by: command.by,
    clear: {
      lock: command.id,
      kind: command.kind,
      subject: command.subject,
      ...(command.durationMs === undefined ? {} : { notAfter: new Date(now + command.durationMs).toISOString() }),
    },
    payload: { reason: command.reason },
  },
]

/** Lifting gives access back, so nobody lifts a lock that stops themselves. Refuses GBX-1004, GBX-1117. */
export function decideUnlock(world: World, command: { lock: LockId; by: Principal }): Draft[] | Refusal {
  const lock = world.locks.get(command.lock)
  if (!lock) return refusal('GBX-1004', { what: command.lock })
  const own =
    lock.kind === 'user'
      ? mayBeSamePerson(world, command.by.id, lock.subject as PrincipalId)
      : lock.kind !== 'target' && concerns(world, lock, command.by, undefined)
  if (own)
    return refusal('GBX-1117', { what: 'lift a lock on yourself', why: 'rule four-eyes: somebody else must lift it.' })
  return [{ type: 'lock.lifted', by: command.by.id, clear: { lock: lock.id }, payload: {} }]
}
