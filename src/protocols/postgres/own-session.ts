// Our own statements on a target (catalogue, probes): in a session of the gateway itself, admitted and recorded like any
// other. One connection per target, opened when needed, closed by the idle limit like everybody's.
import { fail, GloveboxError, isRefusal, oneLine } from '../../core/error.ts'
import type { Action, Target } from '../../core/nouns.ts'
import type { Gate, Session } from '../../gate/types.ts'
import { messageFields } from './errors.ts'
import { endpointOf } from './options.ts'
import { fieldsOf } from './rows.ts'
import { Frames, signIn, type SignedIn } from './upstream.ts'
import { Fields, frame, fromClient, fromServer } from './wire.ts'
import type { Field, WallsModule } from './walls/types.ts'

type Rows = readonly (readonly (string | null)[])[]

export interface Answer {
  readonly fields: readonly Field[]
  readonly rows: Rows
}

/** A catalogue answer row is at most this large. */
const largest = 64 * 1024 * 1024

interface Open {
  readonly session: Session
  readonly frames: Frames
  readonly signedIn: SignedIn
}

export class OwnSession {
  readonly #module: WallsModule
  readonly #gate: Gate
  readonly #target: Target
  /** Statements run one after the other: the tail of the line. */
  #last: Promise<unknown> = Promise.resolve()
  #open: Open | undefined

  constructor(module: WallsModule, gate: Gate, target: Target) {
    this.#module = module
    this.#gate = gate
    this.#target = target
  }

  /** Rows of one statement, as text. Throws GloveboxError; concurrent calls wait for each other. */
  async rows(sql: string): Promise<Rows> {
    return (await this.answer(sql, ownAction(sql, 'read'))).rows
  }

  /** The same for a statement that the walls emitted, with its columns; it is on record as `action` says. */
  answer(sql: string, action: Action): Promise<Answer> {
    const run = this.#last.then(
      () => this.#answer(sql, action),
      () => this.#answer(sql, action),
    )
    this.#last = run
    return run
  }

  /** What the server said about itself when we signed in. */
  async signedIn(): Promise<SignedIn> {
    return (await this.#ensure()).signedIn
  }

  async close(): Promise<void> {
    const { session } = this.#open ?? {}
    this.#open = undefined
    session?.permit.send(frame(fromClient.terminate))
    await session?.end('client')
  }

  async #ensure(): Promise<Open> {
    if (this.#open !== undefined && !this.#open.session.signal.aborted && this.#open.frames.closed === undefined)
      return this.#open
    const session = await this.#gate.enterAsGateway(this.#target, endpointOf(this.#target))
    if (isRefusal(session)) throw new GloveboxError(session)
    try {
      const frames = new Frames(session, largest)
      const signedIn = await signIn(
        session,
        this.#module.startupSettings(session.pseudonymKey, session.on.limits),
        frames,
      )
      this.#open = { session, frames, signedIn }
      session.signal.addEventListener('abort', () => void session.end('shutdown'), { once: true })
      return this.#open
    } catch (error) {
      await session.end('target', error instanceof Error ? error.message : undefined) // closed
      throw error
    }
  }

  async #answer(sql: string, action: Action): Promise<Answer> {
    const open = await this.#ensure()
    try {
      return await answer(open.session, open.frames, sql, action)
    } catch (error) {
      this.#open = undefined
      await open.session.end('target', error instanceof Error ? error.message : undefined) // closed: its state is not known
      throw error
    }
  }
}

const ownAction = (sql: string, effect: Action['effect']): Action => ({
  protocol: 'postgres',
  effect,
  text: sql,
  emitted: sql,
  reads: [],
  masked: [],
})

/** Admits one statement of ours, runs it by the simple protocol and collects its rows. Throws GloveboxError GBX-1311 with the target's reason. */
export const ask = async (session: Session, frames: Frames, sql: string, effect: 'observe' | 'read'): Promise<Rows> =>
  (await answer(session, frames, sql, ownAction(sql, effect))).rows

async function answer(session: Session, frames: Frames, sql: string, action: Action): Promise<Answer> {
  const permit = await session.admit(action)
  if (isRefusal(permit)) throw new GloveboxError(permit)
  const startedAt = performance.now()
  const rows: (string | null)[][] = []
  let fields: readonly Field[] = []
  let bytes = 0
  let failed: string | undefined
  permit.send(frame(fromClient.query, sql))
  for (;;) {
    const { type, body } = await frames.next()
    if (type === fromServer.dataRow) {
      bytes += body.length
      rows.push(valuesOf(body))
    } else if (type === fromServer.rowDescription) {
      fields = fieldsOf(body)
    } else if (type === fromServer.error) {
      const said = messageFields(body)
      failed = oneLine(`${said.get('C')?.toString() ?? ''} ${said.get('M')?.toString() ?? ''}`)
    } else if (type === fromServer.ready) break
  }
  const durationMs = Math.round(performance.now() - startedAt)
  permit.settle({
    outcome: failed === undefined ? 'ok' : 'error',
    rows: rows.length,
    bytes,
    durationMs,
    ...(failed === undefined ? {} : { error: failed }),
  })
  if (failed !== undefined) fail('GBX-1311', { target: session.target, why: failed })
  return { fields, rows }
}

function valuesOf(body: Buffer): (string | null)[] {
  const fields = new Fields(body)
  return Array.from({ length: fields.u16() }, () => {
    const length = fields.i32()
    return length < 0 ? null : fields.take(length).toString()
  })
}
