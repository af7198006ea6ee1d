// The control door over a real journal in a temporary folder, with people who sign in by their tokens.
import { readFileSync } from 'node:fs'
import type { Command, Answer } from '../../src/access/commands.ts'
import { isRefusal, type Refusal } from '../../src/core/error.ts'
import type { Principal, Target } from '../../src/core/nouns.ts'
import { Access } from '../../src/access/execute.ts'
import { emptyWorld } from '../../src/core/world.ts'
import { openHouse, type House } from '../../src/house.ts'
import { Policy } from '../../src/policy/policy.ts'
import { openCredentials } from '../../src/store/credentials.ts'
import { Ledger } from '../../src/store/ledger.ts'
import { limits } from './limits.ts'
import { memoryJournal, type MemoryJournal } from './memory-journal.ts'

const shipped = (name: string): string => readFileSync(new URL(`../../policies/${name}`, import.meta.url), 'utf8')

/** The policies that come with Glovebox. */
export const starterPolicies = {
  'engineers.cedar': shipped('engineers.cedar'),
  'duties.cedar': shipped('duties.cedar'),
}

export const aTarget = (name: string, more: Partial<Target> = {}): Target => ({
  name,
  protocol: 'postgres',
  labels: { env: 'production' },
  maxLevel: 'read',
  limits,
  classes: {},
  options: {},
  ...more,
})

export interface People<H = Pick<House, 'access' | 'ledger' | 'close'>> {
  readonly house: H
  /** Closes the house. Idempotent. */
  close(): Promise<void>
  /** What the journal's clock adds to the real one; tests move it forward. */
  clock: { aheadMs: number }
  /** Makes an account as the operator of the machine does, with a token. */
  add(
    name: string,
    groups: string[],
    more?: { kind?: 'user' | 'service' | 'agent'; of?: string; person?: string },
  ): Promise<string>
  /** The account behind a token, as the API finds it. */
  signIn(token: string): Principal | Refusal
  /** Executes as the account of that name. */
  as<C extends Command>(name: string, command: C): Promise<Answer<C['type']> | Refusal>
  /** The same, for what must work. */
  must<C extends Command>(name: string, command: C): Promise<Answer<C['type']>>
  principal(name: string): Principal
}

interface Options {
  readonly policies?: Readonly<Record<string, string>>
  readonly targets?: readonly Target[]
  /** Of the record in memory: throws where an append shall fail. */
  readonly fail?: Parameters<typeof memoryJournal>[1]
  readonly journalDown?: (why: Refusal) => void
}

const inputs = (options: Options) => {
  const targets = new Map((options.targets ?? [aTarget('pg-orders')]).map((target) => [target.name, target]))
  const clock = { aheadMs: 0 }
  return {
    clock,
    policy: new Policy(options.policies ?? starterPolicies),
    targets: () => targets,
    now: () => Date.now() + clock.aheadMs,
    journalDown: options.journalDown ?? (() => undefined),
  }
}

/** Over a real journal in a folder; the caller ends it by `close`, before the folder goes. */
export async function openPeople(data: string, options: Options = {}): Promise<People<House>> {
  const { clock, ...given } = inputs(options)
  return people(await openHouse({ data, ...given }), clock)
}

/** Over a record in memory: the same door, a hundred times quicker. */
export function peopleInMemory(
  options: Options = {},
): People<Pick<House, 'access' | 'ledger' | 'close'> & { journal: MemoryJournal }> {
  const { clock, ...given } = inputs(options)
  const journal = memoryJournal(given.now, options.fail)
  const ledger = new Ledger(journal, emptyWorld())
  const credentials = openCredentials(':memory:', new Uint8Array(32))
  const access = new Access({ ledger, credentials, ...given })
  return people({ access, ledger, journal, close: async () => credentials.close() }, clock)
}

function people<H extends Pick<House, 'access' | 'ledger' | 'close'>>(house: H, clock: { aheadMs: number }): People<H> {
  const { access, ledger } = house
  const principal = (name: string): Principal => {
    const found = [...ledger.world.principals.values()].find((one) => one.name === name)
    if (!found) throw new Error(`${name} does not exist`)
    return found
  }
  let closed: Promise<void> | undefined
  return {
    house,
    close: () => (closed ??= house.close()),
    clock,
    async add(name, groups, more = {}) {
      const set = await access.execute('gateway', { type: 'user.set', name, groups, ...more })
      if (isRefusal(set)) throw new Error(set.title)
      const issued = await access.execute('gateway', { type: 'token.issue', name })
      if (isRefusal(issued)) throw new Error(issued.title)
      return issued.text
    },
    signIn(token) {
      const signed = access.signIns.byToken(token)
      return isRefusal(signed) ? signed : signed.principal
    },
    as: (name, command) => access.execute(principal(name), command),
    async must(name, command) {
      const answer = await access.execute(principal(name), command)
      if (isRefusal(answer)) throw new Error(`${answer.code} ${answer.title} ${answer.why ?? ''}`)
      return answer
    },
    principal,
  }
}
