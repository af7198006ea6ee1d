// May this person call this operation at all? Asked before the operation runs; what it does to one thing in particular is
// decided again at the door.
import { refusal, type Refusal } from '../core/error.ts'
import type { Context, Operation } from './operation.ts'

/** GBX-1117, on record, for somebody whose groups have no such duty anywhere. One's own things (needs kill) and reviews are decided, and refused, at the door. */
export async function allowed(
  { name, needs, cli }: Pick<Operation, 'name' | 'needs' | 'cli'>,
  { principal, gateway }: Context,
): Promise<Refusal | undefined> {
  if (needs === 'nobody' || needs === 'signed-in' || needs === 'kill' || needs === 'review') return undefined
  const { sight } = gateway.access
  const anywhere =
    sight.may(principal, needs) || [...gateway.targets().values()].some((target) => sight.may(principal, needs, target))
  if (anywhere) return undefined
  const refused = refusal('GBX-1117', {
    what: cli === undefined ? `use ${name}` : `use "glovebox ${cli.verb.join(' ')}"`,
    why: `no policy allows ${needs} for your groups.`,
  })
  await gateway.access.refused(principal, refused, { command: name })
  return refused
}
