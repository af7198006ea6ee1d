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
  { store, readEach }: Pick<EvidenceSource, 'store' | 'readEach'>,
  found: readonly number[],
  ids: readonly string[],
): Promise<number[]> {
  const all = new Set<number>()
  const known = new Set<string>(ids)
  const waiting = [...ids]
  const take = async (indexes: readonly number[]): Promise<void> => {
    const fresh = indexes.filter((index) => !all.has(index))
    for (const index of fresh) all.add(index)
    for await (const recorded of readEach(fresh)) {
      const isGone = recorded.entry.commit !== undefined && recorded.payload === undefined
      for (const id of [...refsOf(recorded.entry), ...(isGone ? redactionsOf(recorded) : [])]) {
        if (known.has(id)) continue
        known.add(id)
        waiting.push(id)
      }
    }
  }
  await take(found)
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (!id.startsWith('s-')) {
      await take(store.about(id))
      continue
    }
    // Statements of a session name nobody that its opening doesn't: they need not be read here.
    const entries = store.sessionEntries(id)
    await take(entries.filter((one) => !one.isAction).map((one) => one.index))
    for (const { index } of entries) all.add(index)
    await take(store.about(`key ${id}`))
  }
  return [...all].sort((a, b) => a - b)
}
