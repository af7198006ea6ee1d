// G4: nobody approves their own request by any route. Compared are people, not accounts: whoever an account was ever
// declared to be, and whoever handed out a sign-in for it (they have seen it, so they could act as that account).
import type { PrincipalId } from './nouns.ts'
import type { World } from './world.ts'

const nobody: ReadonlySet<PrincipalId> = new Set()

/** Every person who may be acting through this account. Only grows while the account exists: undeclaring does not help. */
export const behind = (world: World, principal: PrincipalId): ReadonlySet<PrincipalId> =>
  world.behind.get(principal) ?? nobody

/** Could one human act through both accounts? An unknown account counts as anybody's, so the answer fails closed. */
export function mayBeSamePerson(world: World, a: PrincipalId, b: PrincipalId): boolean {
  if (a === b || !world.principals.has(a) || !world.principals.has(b)) return true
  const people = behind(world, b)
  for (const person of behind(world, a)) if (people.has(person)) return true
  return false
}

/** Notes that `people` may act through `principal`. Only `evolve` calls this. */
export function addBehind(world: World, principal: PrincipalId, people: Iterable<PrincipalId>): void {
  const known = world.behind.get(principal) ?? new Set<PrincipalId>()
  for (const person of people) known.add(person)
  world.behind.set(principal, known)
}
