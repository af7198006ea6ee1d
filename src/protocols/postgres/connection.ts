// The state of one client's connection, in one object: what was asked and not answered yet, prepared statements, portals,
// and the transaction as the client has to see it. intake.ts writes to the back of the queue, answers.ts takes from its front.
import type { Duplex } from 'node:stream'
import type { Permit, Session } from '../../gate/types.ts'
import { own } from '../../masking/masked.ts'
import type { CheckedAnswer } from '../../masking/scan.ts'
import { SearchPath } from './search-path.ts'
import type { Inlet } from './inlet.ts'
import type { Asking, Estimates } from './rights/estimate.ts'
import type { Shown } from './rights/shown.ts'
import type { Check } from './recheck.ts'
import { cancelRequest, type BackendKey } from './wire.ts'
import type { Verdict, Walls, WallsSession } from './walls/types.ts'

/** A statement by its protocol name ('' = the unnamed one). */
export interface Prepared {
  readonly verdict: Verdict
  /** Version of the walls under which it was judged (R13). */
  readonly version: number
  /** Is its text on record? A statement is recorded when it is first sent. */
  recorded: boolean
  /** Types of its parameters as Parse gave them. */
  readonly types: Buffer
  /** Its entry, where the text was sent without being executed in the same flight. */
  text?: Running
  /** Has the alarm seen the columns of its answer, or will it before any row? */
  described: boolean
  /** Set by the alarm: rows of this statement may leave. */
  checked?: CheckedAnswer
}

export interface Portal {
  readonly prepared: Prepared
  readonly parameters: readonly string[]
  /** Its values as they came, where the planner is asked about them (W3). */
  readonly bound?: Buffer
  /** What is searched for with them (Q3). */
  readonly searches?: NonNullable<Verdict['action']['searches']>
  /** Number of the Sync that follows it: portals do not outlive their transaction. */
  readonly sync: number
  /** It has not been executed to its end, so it stays open until its transaction ends. */
  isOpen: boolean
}

/** One statement that runs: what its outcome needs. */
export interface Running {
  readonly verdict: Verdict
  readonly permit: Permit
  readonly startedAt: number
  rows: number
  bytes: number
  /** Columns of the answer that are masked. */
  maskedColumns: number
  /** Values of each unmasked column in one row, and those that were shown; absent = it shows none. */
  readonly shows?: readonly number[] | undefined
  unmasked?: number[]
}

/** What was sent up (or would have been) and whose answer is still to come, in order. */
export type Item =
  | { readonly kind: 'own'; readonly bytes: () => Buffer | undefined }
  | { readonly kind: 'parse'; readonly hidden: boolean; readonly prepared?: Prepared }
  | { readonly kind: 'bind'; readonly hidden: boolean; readonly portal?: Portal }
  | { readonly kind: 'close'; readonly hidden: boolean }
  | { readonly kind: 'describe'; readonly hidden: boolean; readonly prepared: Prepared | undefined }
  | {
      readonly kind: 'execute'
      readonly hidden: boolean
      readonly prepared: Prepared
      readonly running: Running
      readonly tag?: string
    }
  | {
      readonly kind: 'query'
      readonly running: Running[]
      at: number
      checked?: CheckedAnswer
      readonly emulated?: { readonly tag: string; left: number }
    }
  | { readonly kind: 'sync'; readonly number: number }
  | Asking
  | Check

export interface Settings {
  readonly quiet: boolean
  /** Tell which columns were masked, by ParameterStatus (our own clients ask for it). */
  readonly tellMasked: boolean
}

export class Connection {
  readonly session: Session
  readonly stream: Duplex
  readonly inlet: Inlet
  readonly walls: Walls
  readonly judge: WallsSession
  readonly settings: Settings
  readonly upstreamKey: BackendKey
  /** Does the target say by itself when the read-only default changes (S3)? */
  readonly reportsReadOnly: boolean
  readonly path: SearchPath
  /** Answers to come, oldest first. Owned by intake (push) and answers (shift). */
  readonly queue: Item[] = []
  readonly statements = new Map<string, Prepared>()
  readonly portals = new Map<string, Portal>()
  /** Cursors and statements made by SQL, with the version of the walls that they were made under (R13). */
  readonly cursors = new Map<string, number>()
  /** Those of them that outlive their transaction. */
  readonly held = new Set<string>()
  readonly prepares = new Map<string, number>()
  /** What the grant may show unmasked, shared with its other connections; undefined = everything is masked. */
  readonly unmasked: Shown | undefined
  /** What fetching from a cursor or executing a prepared statement shows. */
  readonly shows = new Map<string, readonly number[]>()
  toldUnmasked = false
  /** Statements that the planner was asked about; shared by the sessions of a target. */
  readonly estimates: Estimates
  /** The session has changed the planner's settings: what others were told does not hold for it. */
  ownPlans = false
  /** The client is in a transaction that the target knows nothing of (W4), and a statement has run in it. */
  lazy = false
  lazyRan = false
  /** Something of the client's own was sent since its last Sync. */
  midFlight = false
  /** A change of that is among the answers to come: who depends on it waits. */
  blocksChanging = false
  /** Every transaction of this session is a real one. */
  realBlocks = false
  /** Notices that this session has had: each once. */
  readonly told = new Set<string>()
  /** Transaction status as the target last said it. */
  status: 'I' | 'T' | 'E' = 'I'
  /** We refused something inside a transaction: for the client the block has failed, though the target knows nothing of it. */
  failed = false
  /** An error of ours stands before the next ReadyForQuery: if that says "in a transaction", the block has failed. */
  failing = false
  /** After an error: client frames are ignored until Sync. */
  skipping = false
  /** Answers are swallowed until the next sync item: their statement was cut by us. */
  swallowing = false
  /** Did the target report an error since it was last ready? Then an implicit transaction was rolled back. */
  erred = false
  syncs = 0
  /** A cancel request of ours that is on its way: nothing new is sent up before it has arrived, or it would hit that. */
  cancelling: Promise<void> | undefined
  /** The statement that is being cut because of a limit: its rows are swallowed, its end becomes this error. */
  cut: { readonly running: Running; readonly error: Buffer } | undefined
  #idle: (() => void)[] = []
  /** The session has ended: nobody waits for answers any more. */
  #over = false

  constructor(of: {
    session: Session
    stream: Duplex
    inlet: Inlet
    walls: Walls
    judge: WallsSession
    settings: Settings
    upstreamKey: BackendKey
    unmasked?: Shown | undefined
    estimates: Estimates
    realBlocks: boolean
    reportsReadOnly: boolean
  }) {
    this.session = of.session
    this.stream = of.stream
    this.inlet = of.inlet
    this.walls = of.walls
    this.judge = of.judge
    this.settings = of.settings
    this.upstreamKey = of.upstreamKey
    this.unmasked = of.unmasked
    this.estimates = of.estimates
    this.realBlocks = of.realBlocks
    this.reportsReadOnly = of.reportsReadOnly
    this.path = new SearchPath(of.walls.searchPath)
  }

  /** Asks the target to cancel what runs now. Best effort: if it does not arrive, the target works on for nobody. */
  cancelUpstream(): Promise<void> {
    const done = (): void => {
      if (this.cancelling === cancelling) this.cancelling = undefined
    }
    const cancelling: Promise<void> = this.session.aside(cancelRequest(this.upstreamKey)).then(done, done)
    this.cancelling = cancelling
    return cancelling
  }

  get isOver(): boolean {
    return this.#over
  }

  /** Sends bytes of our own to the client. */
  tell(bytes: Buffer): void {
    this.session.send(own(bytes))
  }

  /** Is the client in a transaction that has not failed on the target? */
  get inBlock(): boolean {
    return this.lazy || this.status === 'T'
  }

  /** The status that ReadyForQuery has to show. */
  get shown(): 'I' | 'T' | 'E' {
    if (this.failed && this.inBlock) return 'E'
    return this.lazy ? 'T' : this.status
  }

  /** Resolves when everything that was asked has been answered. */
  answered(): Promise<void> {
    if (this.queue.length === 0 || this.#over) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  /** Called by answers when the queue may have become empty, and when the connection is over. */
  wake(over = false): void {
    if (over) this.#over = true
    if (this.queue.length > 0 && !over) return
    this.path.settle()
    this.blocksChanging = false
    const waiting = this.#idle
    this.#idle = []
    for (const resolve of waiting) resolve()
  }
}
