// What belongs to entries that were found, so that the file explains itself: who the people are, what was asked and
// approved, and the whole of each session, so that its numbers show that nothing else ran in it.
import type { Entry } from '../../core/entry.ts'
import { redactionsOf } from '../../store/facets.ts'
import type { EvidenceSource } from './source.ts'

/** Ids that an entry names, of things that other entries tell more about. */
function refsOf(entry: Entry): string[] {
  const named = entry as unknown as Readonly<Record<string, unknown>>
  const members = [
    'by',
    'request',
    'grant',
    'extends',
    'commits',
    'session',
    'principal',
    'person',
    'holder',
    'actsFor',
    'lock',
    'redaction',
  ]
  const ids = members.map((name) => named[name])
  if (entry.type === 'lock.set' && entry.subject.startsWith('p-')) ids.push(entry.subject)
  if (entry.type === 'request.created' || entry.type === 'request.reviewed') ids.push(entry.policies)
  return ids.filter((id): id is string => typeof id === 'string' && id !== 'gateway')
}

/** Indexes of these entries and of all that belong to them, and to these ids, in order of the log. */
export async function withContext(
  { store, read }: Pick<EvidenceSource, 'store' | 'read'>,
  found: readonly number[],
  ids: readonly string[],
): Promise<number[]> {
  const all = new Set<number>()
  const known = new Set<string>(ids)
  const waiting = [...ids]
  const take = async (index: number): Promise<void> => {
    if (all.has(index)) return
    all.add(index)
    const recorded = await read(index)
    const isGone = recorded?.entry.commit !== undefined && recorded.payload === undefined
    for (const id of recorded ? [...refsOf(recorded.entry), ...(isGone ? redactionsOf(recorded) : [])] : []) {
      if (known.has(id)) continue
      known.add(id)
      waiting.push(id)
    }
  }
  for (const index of found) await take(index)
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (!id.startsWith('s-')) {
      for (const index of store.about(id)) await take(index)
      continue
    }
    // Statements of a session name nobody that its opening doesn't: they need not be read here.
    for (const { index, isAction } of store.sessionEntries(id))
      if (isAction) all.add(index)
      else await take(index)
    for (const index of store.about(`key ${id}`)) await take(index)
  }
  return [...all].sort((a, b) => a - b)
}
