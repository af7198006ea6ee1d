// What belongs to a person in the record: the keys that their payloads lie under, and the payloads of others that speak
// about them. Read through once, from the first entry to the last.
import type { Recorded } from '../../core/entry.ts'
import type { PrincipalId } from '../../core/nouns.ts'

export interface Collected {
  /** Ids whose keys are to be destroyed: the person, their accounts and agents, their sessions. */
  readonly owners: readonly string[]
  /** Payloads under other keys: comments and reasons about them, searches for them. */
  readonly entries: readonly number[]
  /** Accounts whose name goes. */
  readonly names: readonly PrincipalId[]
}

/** Statements are the text of whoever ran them, policies belong to nobody: neither is searched for a name. */
const left = new Set(['action.admitted', 'action.refused', 'action.settled', 'policy.loaded', 'gateway.started'])

const escaped = (name: string): string => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** What is known about a person while the entries go by. */
class Dossier {
  readonly accounts = new Set<PrincipalId>()
  readonly sessions = new Set<string>()
  readonly entries: number[] = []
  readonly #person: PrincipalId
  /** Requests and grants of theirs. */
  readonly #theirs = new Set<string>()
  readonly #names = new Set<string>()
  #pattern: RegExp | undefined

  constructor(person: PrincipalId, names: Iterable<string>) {
    this.#person = person
    for (const name of names) this.#named(name)
  }

  #named(name: string): void {
    if (this.#names.has(name)) return
    this.#names.add(name)
    this.#pattern = new RegExp(`(^|[^A-Za-z0-9_])(${[...this.#names].map(escaped).join('|')})($|[^A-Za-z0-9_])`, 'i')
  }

  take({ index, entry, payload }: Recorded): void {
    const isOwn = 'person' in entry && entry.person === this.#person
    switch (entry.type) {
      case 'principal.set':
        if (!isOwn && !this.accounts.has(entry.principal)) break
        this.accounts.add(entry.principal)
        if (payload) this.#named((payload as { name: string }).name)
        if (!isOwn) this.entries.push(index)
        return
      case 'session.opened':
        if (this.accounts.has(entry.principal as PrincipalId)) this.sessions.add(entry.session)
        break
      case 'request.created':
        if (isOwn) this.#theirs.add(entry.request)
        break
      case 'grant.started':
        if (isOwn) this.#theirs.add(entry.grant)
        break
      default:
    }
    if (this.#isTheirKey(entry) || payload === undefined || Object.keys(payload).length === 0) return
    if (this.#isAbout(entry) || (!left.has(entry.type) && this.#pattern?.test(JSON.stringify(payload))))
      this.entries.push(index)
  }

  /** Goes with a key that is destroyed anyway. */
  #isTheirKey(entry: Recorded['entry']): boolean {
    if ('session' in entry) return this.sessions.has(entry.session)
    if ('person' in entry) return entry.person === this.#person
    return this.accounts.has(entry.by as PrincipalId)
  }

  #isAbout(entry: Recorded['entry']): boolean {
    switch (entry.type) {
      case 'request.reviewed':
        return this.#theirs.has(entry.request)
      case 'grant.revoked':
        return this.#theirs.has(entry.grant)
      case 'lock.set':
        return this.accounts.has(entry.subject as PrincipalId)
      case 'redaction.requested':
      case 'hold.set':
        return entry.subject === this.#person
      default:
        return false
    }
  }
}

/** Everything about a person in `entries`; `names` = what their accounts are known to be called. */
export async function collectPerson(
  entries: AsyncIterable<Recorded>,
  person: PrincipalId,
  names: Iterable<string>,
): Promise<Collected> {
  const dossier = new Dossier(person, names)
  let seen = 0
  for await (const recorded of entries) {
    dossier.take(recorded)
    if (++seen % 2_000 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  const { accounts, sessions } = dossier
  return { owners: [...new Set([person, ...accounts, ...sessions])], entries: dossier.entries, names: [...accounts] }
}
