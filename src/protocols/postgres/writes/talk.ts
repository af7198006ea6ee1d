// One conversation with the target in a session that changes things: each statement is on record before it is sent, goes
// by the extended protocol (so that one text is one statement, whatever is in it), and its errors lose what rows would
// show in them (Q6).
import { createHash } from 'node:crypto'
import { fail, GloveboxError, isRefusal, oneLine, refusal, type Refusal } from '../../../core/error.ts'
import type { Action, Target } from '../../../core/nouns.ts'
import type { Ending, Permit, Session } from '../../../gate/types.ts'
import { messageFields } from '../errors.ts'
import { dsnOf } from '../options.ts'
import { Frames, signIn, type SignedIn } from '../upstream.ts'
import { Fields, frame, fromClient, fromServer, int16, int32 } from '../wire.ts'
import type { WallsModule } from '../walls/types.ts'

export type Rows = readonly (readonly (string | null)[])[]
export interface Answered {
  readonly rows: Rows
  readonly tag: string
}

/** What the target said is wrong, in words that quote no row. */
export class TargetError extends Error {
  readonly sqlstate: string
  constructor(sqlstate: string, told: string) {
    super(told)
    this.name = 'TargetError'
    this.sqlstate = sqlstate
  }
}

/** An answer of a write may be this large: keys and images of rows. */
const largest = 64 * 1024 * 1024

/** Classes whose messages name objects and settings, not values. */
const withoutValues = /^(08|25|28|40|42|53|55|57)/

/** Q6: the message of an error that may quote a row becomes its code and what was violated. */
function toldError(fields: ReadonlyMap<string, Buffer>): TargetError {
  const field = (letter: string): string | undefined => fields.get(letter)?.toString()
  const sqlstate = field('C') ?? 'XX000'
  const about = [
    ['constraint', field('n')],
    ['column', field('c')],
    ['table', field('t')],
  ].flatMap(([word, name]) => (name === undefined ? [] : [`${word} ${name}`]))
  const words = withoutValues.test(sqlstate) ? (field('M') ?? '') : about.join(' of ')
  return new TargetError(sqlstate, oneLine(words === '' ? 'the target refused it' : words).slice(0, 200))
}

export class Talk {
  readonly session: Session
  readonly signedIn: SignedIn
  readonly #frames: Frames

  private constructor(session: Session, frames: Frames, signedIn: SignedIn) {
    this.session = session
    this.#frames = frames
    this.signedIn = signedIn
  }

  /** Signs in to the target in this session. Throws GloveboxError; the session is then over. */
  static async open(module: WallsModule, session: Session | Refusal, target: Target): Promise<Talk> {
    if (isRefusal(session)) throw new GloveboxError(session)
    session.signal.addEventListener(
      'abort',
      () =>
        void session.end((session.signal.reason as Ending).cause, undefined, (session.signal.reason as Ending).refused),
      { once: true },
    )
    try {
      const frames = new Frames(session, largest)
      const settings = module.startupSettings(session.pseudonymKey, session.on.limits)
      const signedIn = await signIn(session, settings, frames, undefined, dsnOf(target))
      return new Talk(session, frames, signedIn)
    } catch (error) {
      await session.end('target', error instanceof Error ? error.message : undefined) // closed
      throw error
    }
  }

  /** Puts an action on record. Throws the refusal. */
  async admit(action: Omit<Action, 'protocol'>): Promise<Permit> {
    const permit = await this.session.admit({ protocol: 'postgres', ...action })
    if (isRefusal(permit)) throw new GloveboxError(permit)
    return permit
  }

  /** One statement under an entry of its own. Throws TargetError, GloveboxError. `recorded` stands on record instead of it. */
  async run(
    sql: string,
    of: Pick<Action, 'effect'> & Partial<Pick<Action, 'write' | 'reads'>> & { readonly recorded?: string },
  ): Promise<Answered> {
    const { recorded = sql, reads = [], ...action } = of
    const permit = await this.admit({ text: recorded, emitted: recorded, reads, masked: [], ...action })
    const startedAt = performance.now()
    const since = () => Math.round(performance.now() - startedAt)
    try {
      const answered = await this.send(permit, sql)
      permit.settle({ outcome: 'ok', rows: answered.rows.length, bytes: 0, durationMs: since() })
      return answered
    } catch (error) {
      // closed: settled as it ended, and thrown on; nothing after it runs
      const why = error instanceof TargetError ? { error: `${error.sqlstate} ${error.message}` } : {}
      permit.settle({
        outcome: error instanceof TargetError ? 'error' : 'cut',
        rows: 0,
        bytes: 0,
        durationMs: since(),
        ...why,
      })
      throw error // closed: the caller rolls back
    }
  }

  /** Sends one statement under a permit and collects its answer. Throws TargetError; GloveboxError when the target or the session is gone. */
  async send(permit: Permit, sql: string): Promise<Answered> {
    permit.send(
      Buffer.concat([
        frame(fromClient.parse, '', sql, int16(0)),
        frame(fromClient.bind, '', '', int16(0), int16(0), int16(0)),
        frame(fromClient.execute, '', int32(0)),
        frame(fromClient.sync),
      ]),
    )
    const rows: (string | null)[][] = []
    let tag = ''
    let failed: TargetError | undefined
    for (;;) {
      const { type, body } = await this.#next()
      if (type === fromServer.dataRow) rows.push(valuesOf(body))
      else if (type === fromServer.commandComplete) tag = new Fields(body).text()
      else if (type === fromServer.error) failed ??= toldError(messageFields(body))
      else if (type === fromServer.ready) break
    }
    if (failed !== undefined) throw failed
    return { rows, tag }
  }

  async #next(): Promise<{ readonly type: number; readonly body: Buffer }> {
    try {
      return await this.#frames.next()
    } catch (error) {
      const ending = this.session.signal.aborted ? (this.session.signal.reason as Ending) : undefined
      if (ending !== undefined) throw new GloveboxError(ending.refused, { cause: error })
      const why = error instanceof Error ? error.message : 'unknown'
      return fail('GBX-1301', { target: this.session.target, why }, { cause: error }) // closed
    }
  }

  /** Leaves without a word more: what was not committed is rolled back by the target. */
  async close(): Promise<void> {
    this.session.permit.send(frame(fromClient.terminate))
    await this.session.end('client')
  }
}

function valuesOf(body: Buffer): (string | null)[] {
  const fields = new Fields(body)
  return Array.from({ length: fields.u16() }, () => {
    const length = fields.i32()
    return length < 0 ? null : fields.take(length).toString()
  })
}

/** A failure of a write as a refusal: `what` was rolled back. */
export function rolledBack(what: string, error: unknown): Refusal {
  if (error instanceof TargetError) return refusal('GBX-1225', { what, how: `${error.message} (${error.sqlstate})` })
  if (error instanceof GloveboxError) return error.refusal
  throw error
}

/** SHA-256 over a set of keys, in no particular order. */
export function keysHash(keys: Rows): string {
  const hash = createHash('sha256').update('glovebox/keys/v1\n')
  for (const line of keys.map((key) => JSON.stringify(key)).sort()) hash.update(line).update('\n')
  return hash.digest('hex')
}
