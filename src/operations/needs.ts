// May this person call this operation at all? Asked before the operation runs; what it does to one thing in particular is
// decided again at the door.
import { refusal, type Refusal } from '../core/error.ts'
import type { Context, Operation } from './operation.ts'

/** GBX-1117 for somebody whose groups have no such duty anywhere. One's own things (needs kill) and reviews are decided, and refused on record, at the door. */
export function allowed({ needs, summary }: Pick<Operation, 'needs' | 'summary'>, { principal, gateway }: Context): Refusal | undefined {
  if (needs === 'nobody' || needs === 'signed-in' || needs === 'kill' || needs === 'review') return undefined
  const { sight } = gateway.access
  const anywhere = sight.may(principal, needs) || [...gateway.targets().values()].some((target) => sight.may(principal, needs, target))
  if (anywhere) return undefined
  return refusal('GBX-1117', { what: `use this (${summary.replace(/[.;].*$/, '').toLowerCase()})`, why: `no policy allows ${needs} for your groups.` })
}
