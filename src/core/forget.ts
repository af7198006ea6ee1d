// What the state in memory loses when payloads are erased: the same as it never has after a start without those keys. Only
// texts and names go; what rules are asked about (ids, times, levels, hashes) stays.
import type { Clear } from './entry.ts'
import type { AccessRequest, LockId, RequestId, Review, Scope } from './nouns.ts'
import type { RedactionId } from './redaction.ts'
import { scopeHash } from './request.ts'
import type { World } from './world.ts'

const wholeTarget = scopeHash({})

const bareScope = (scope: Scope): Scope => (scopeHash(scope) === wholeTarget ? {} : { tables: [] })

/** Without the comment of that reviewer; without any where none is named. */
const uncommented = (reviews: readonly Review[], by?: string): Review[] =>
  reviews.map(({ comment, ...review }) =>
    comment === undefined || by === undefined || by === review.reviewer ? review : { ...review, comment },
  )

/** A request of which nobody can read what was asked: of its scope only "everything" shows, by its hash. */
function bare(world: World, { ticket: _ticket, statement, ...request }: AccessRequest): void {
  world.requests.set(request.id, {
    ...request,
    scope: bareScope(request.scope),
    reason: '',
    ...(statement === undefined ? {} : { statement: { hash: statement.hash, entry: statement.entry } }),
  })
  const grant = request.grant && world.grants.get(request.grant)
  if (grant) world.grants.set(grant.id, { ...grant, scope: bareScope(grant.scope) })
}

/** What entry number `index` has told. */
function untell(world: World, index: number): void {
  const [id, by] = world.told.get(index)?.split(' ') ?? []
  world.told.delete(index)
  const request = world.requests.get(id as RequestId)
  if (request && by === undefined) bare(world, request)
  else if (request) world.requests.set(request.id, { ...request, reviews: uncommented(request.reviews, by) })
  const lock = world.locks.get(id as LockId)
  if (lock) world.locks.set(lock.id, { ...lock, reason: '' })
  const asked = world.redactions.get(id as RedactionId)
  if (asked && by === undefined) world.redactions.set(asked.id, { ...asked, reason: '' })
  else if (asked) world.redactions.set(asked.id, { ...asked, reviews: uncommented(asked.reviews, by) })
}

/** Folds `redaction.done`. Only `evolve` calls this. */
export function forget(world: World, index: number, done: Clear<'redaction.done'>): void {
  world.erased.push({ done: index, keys: done.keys, entries: done.entries })
  for (const id of done.names ?? []) {
    world.names.delete(id)
    const principal = world.principals.get(id)
    if (principal) world.principals.set(id, { ...principal, name: id })
  }
  const keys = new Set(done.keys)
  if (keys.size > 0) {
    for (const request of world.requests.values()) if (keys.has(request.person)) bare(world, request)
    for (const request of world.requests.values())
      for (const review of request.reviews)
        if (review.comment !== undefined && keys.has(review.person))
          world.requests.set(request.id, { ...request, reviews: uncommented(request.reviews, review.reviewer) })
  }
  for (const entry of done.entries) untell(world, entry)
}
