// The parts that hold state, put together the same way for a gateway and for `user add` without one: the journal, the
// world folded from it, credentials, and the control door. Whoever opens a house holds the lock of its data folder.
import { chmodSync, mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { Epochs } from './access/epochs.ts'
import { Access } from './access/execute.ts'
import { GloveboxError, isRefusal, refusal, type Refusal } from './core/error.ts'
import type { Target } from './core/nouns.ts'
import { emptyWorld, evolve } from './core/world.ts'
import type { MemoryOptions } from './journal/memory/guard.ts'
import { Journal } from './journal/journal.ts'
import { keysPath } from './journal/keyring.ts'
import { withoutConfiguration } from './outside.ts'
import { Shredder } from './features/redaction/shredder.ts'
import type { Policy } from './policy/policy.ts'
import { openCredentials } from './store/credentials.ts'
import { Ledger } from './store/ledger.ts'
import type { UserChange } from './surfaces/cli/host.ts'
import type { SetUser } from './surfaces/http/control.ts'

export interface House {
  /** Absolute path of the data folder. */
  readonly data: string
  readonly journal: Journal
  readonly ledger: Ledger
  readonly access: Access
  readonly epochs: Epochs
  readonly shredder: Shredder
  /** Epoch milliseconds, never behind the last entry. */
  readonly now: () => number
  close(): Promise<void>
}

export interface HouseOptions {
  readonly data: string
  readonly policy: Policy
  readonly targets?: () => ReadonlyMap<string, Target>
  /** Less access could not be recorded: all sessions have to end. */
  readonly journalDown?: (why: Refusal) => void
  readonly now?: () => number
  /** What remembers the log outside; not given = as the folder was left: where it has one, nothing is signed. */
  readonly memory?: MemoryOptions | undefined
}

/** Takes the lock, recovers, folds. Throws GBX-1403, GBX-1404, GBX-1405, or GBX-1401 when the folder cannot be written. */
export async function openHouse(options: HouseOptions): Promise<House> {
  const data = resolve(options.data)
  makePrivate(data)
  const world = emptyWorld()
  /** Entries whose payload can't be read. */
  const closed = new Set<number>()
  const journal = await Journal.open({
    dir: data,
    now: options.now ?? Date.now,
    memory: 'memory' in options ? options.memory : withoutConfiguration(data),
    replay: (recorded) => {
      evolve(world, recorded)
      if (recorded.payload === undefined && recorded.entry.commit !== undefined) closed.add(recorded.index)
    },
  })
  const now = (): number => journal.now()
  const ledger = new Ledger(journal, world)
  const credentials = openCredentials(keysPath(data), journal.keyring.secret('scram'))
  const access = new Access({
    ledger,
    credentials,
    policy: options.policy,
    targets: options.targets ?? (() => new Map()),
    now,
    journalDown: options.journalDown ?? (() => undefined),
  })
  const epochs = new Epochs({
    ledger,
    keyring: journal.keyring,
    onDurable: (listener) => journal.onDurable(listener),
    now,
  })
  const shredder = new Shredder({ ledger, journal, log: (line) => process.stderr.write(`${line}\n`) })
  await shredder.restore(closed) // what is on record as erased can't be read, whatever copies were put back here
  return {
    data,
    journal,
    ledger,
    access,
    epochs,
    shredder,
    now,
    close: async () => {
      await shredder.close()
      access.stop()
      epochs.close()
      await journal.close()
      credentials.close()
    },
  }
}

/** The data folder is its owner's alone. Fails closed: keys and payloads never lie in a folder that others can read. */
function makePrivate(data: string): void {
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 })
    chmodSync(data, 0o700)
  } catch (error) {
    // closed: a folder that cannot be written keeps no record
    const why = `${data}: ${(error as NodeJS.ErrnoException).code ?? 'not writable'}`
    throw new GloveboxError(refusal('GBX-1401', { why }), { cause: error })
  }
}

/** Sets an account and issues a token for it, as the operator of this machine. An upsert: always a new token. */
export async function setUserIn({ access }: Pick<House, 'access'>, change: UserChange): Promise<SetUser | Refusal> {
  const { tokenOnly, ...account } = change
  if (!tokenOnly) {
    const set = await access.execute('gateway', { type: 'user.set', ...account })
    if (isRefusal(set)) return set
  }
  const issued = await access.execute('gateway', { type: 'token.issue', name: change.name })
  return isRefusal(issued) ? issued : { user: change.name, token: issued.text }
}
