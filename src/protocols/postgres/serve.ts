// One client from its first byte to its last: startup, proof of who it is, the gate, the target, and then the two pumps.
// Never throws: what breaks ends this connection with a clear error, and the others do not notice.
import type { Duplex } from 'node:stream'
import { fail, GloveboxError, isRefusal, refusal, type Refusal } from '../../core/error.ts'
import { formatDuration } from '../../lib/duration.ts'
import type { Client, Ending, Gate, Session } from '../../gate/types.ts'
import { Answers } from './answers.ts'
import { Connection } from './connection.ts'
import { message, worded } from './errors.ts'
import { Intake } from './intake.ts'
import { endpointOf, type PostgresOptions } from './options.ts'
import { ask } from './own-session.ts'
import { reportsReadOnlySince, showReadOnly } from './recheck.ts'
import { Shared } from './shared.ts'
import type { Estimates } from './rights/estimate.ts'
import type { Shown } from './rights/shown.ts'
import { prove, wishOf, write, type Wish } from './sign-in.ts'
import { receive, type Hello } from './startup.ts'
import { Frames, signIn, type SignedIn } from './upstream.ts'
import { frame, fromServer, int32, WireError, type BackendKey } from './wire.ts'
import type { Walls, WallsModule } from './walls/types.ts'

/** From the first byte to the proof of who it is. */
const signInMs = 10_000

/** What the server says about itself that clients rely on. */
const passedOn = [
  'server_version',
  'server_encoding',
  'DateStyle',
  'IntervalStyle',
  'TimeZone',
  'integer_datetimes',
  'is_superuser',
  'session_authorization',
  'in_hot_standby',
  'default_transaction_read_only',
  'scram_iterations',
  'search_path',
]

/** Serves one client; `signInWithinMs` = from its first byte to the proof of who it is. Never throws. */
export async function serve(module: WallsModule, client: Client, gate: Gate, signInWithinMs = signInMs): Promise<void> {
  let stream = client.stream
  const late = () => leave(stream, refusal('GBX-1505', { limit: formatDuration(signInWithinMs) }))
  const guard = setTimeout(late, signInWithinMs)
  const shared = gate.shared('postgres', () => new Shared())
  try {
    const opened = await receive(client)
    if ('gone' in opened) return void stream.destroy()
    if ('cancel' in opened) return void (await cancel(shared, opened.cancel, stream))
    if ('refused' in opened) return leave(opened.stream, opened.refused)
    stream = opened.hello.stream
    await new Visit({ module, shared, client, gate, hello: opened.hello }).welcome(() => clearTimeout(guard))
  } catch (error) {
    leave(stream, brokenBy(error)) // closed
  } finally {
    clearTimeout(guard)
  }
}

/** The sentence for what was thrown: garbage gets one about garbage, our own failures tell no detail. */
function brokenBy(error: unknown): Refusal {
  if (error instanceof GloveboxError) return error.refusal
  if (error instanceof WireError) return refusal('GBX-1504', { speaks: 'PostgreSQL', got: error.message })
  return refusal('GBX-1901', { ref: 'the time of this error' })
}

/** Says why and closes. For connections that have no session (a session has its own end). */
function leave(stream: Duplex, refused: Refusal): void {
  write(stream, worded('FATAL', refused))
  stream.end()
  setTimeout(() => stream.destroy(), 250).unref()
}

async function cancel(shared: Shared, key: { pid: number; secret: number }, stream: Duplex): Promise<void> {
  const connection = shared.find(key)
  if (connection !== undefined && connection.queue.length > 0) await connection.cancelUpstream()
  stream.destroy()
}

interface Visiting {
  readonly module: WallsModule
  readonly shared: Shared
  readonly client: Client
  readonly gate: Gate
  readonly hello: Hello
}

/** One client, from its startup message to its end. */
class Visit {
  readonly #of: Visiting

  constructor(of: Visiting) {
    this.#of = of
  }

  /** Who is it, may they, and then their session. `provedInTime` is called when the sign-in is done. */
  async welcome(provedInTime: () => void): Promise<void> {
    const { module, client, gate, hello } = this.#of
    const { stream, secure } = hello
    const wish = wishOf(hello.parameters, module.settingAllowed)
    if (isRefusal(wish)) return this.#no(wish)
    if (!secure && !client.local && !client.inMemory) return this.#no(refusal('GBX-1119', { target: wish.target }))
    const proof = await prove(hello, wish.user, wish.target, gate)
    if (proof === undefined) return void stream.destroy()
    if (isRefusal(proof)) return this.#no(proof)
    provedInTime()
    write(stream, frame(fromServer.authentication, int32(0)))
    const target = gate.target(wish.target)
    if (target === undefined || target.protocol !== 'postgres') {
      return this.#no(refusal('GBX-1115', { target: wish.target }))
    }
    const knock = {
      client: { ...client, stream, secure },
      user: wish.user,
      target: wish.target,
      token: proof.token,
      clientName: wish.clientName,
      ...(wish.why === undefined ? {} : { why: wish.why }),
      onWait: (waiting: Refusal) => write(stream, worded('NOTICE', waiting)),
    }
    const session = await gate.enter(knock, endpointOf(target))
    if (isRefusal(session)) return leave(stream, session)
    await this.#run(session, wish, proof.rest)
  }

  /** Refused before there was a session: on record, and said. */
  async #no(refused: Refusal): Promise<void> {
    const { gate, client, hello } = this.#of
    const user = hello.parameters.get('user') ?? ''
    await gate.refused({ client, user, target: hello.parameters.get('database') ?? user }, refused)
    leave(hello.stream, refused)
  }

  /** From the open session to its end. */
  async #run(session: Session, wish: Wish, rest: Buffer): Promise<void> {
    const { shared, hello } = this.#of
    let connection: Connection | undefined
    const tell = (bytes: Buffer): void =>
      connection === undefined ? write(hello.stream, bytes) : connection.tell(bytes)
    const stop = (): void => {
      const { cause, refused } = session.signal.reason as Ending
      tell(worded('FATAL', refused))
      if (connection !== undefined && connection.queue.length > 0) void connection.cancelUpstream() // it would work for nobody (G10)
      connection?.wake(true)
      void session.end(cause, undefined, refused)
    }
    session.signal.addEventListener('abort', stop, { once: true })
    let key: BackendKey | undefined
    try {
      const ready = await this.#prepare(session, wish)
      connection = connectionOf(session, hello, wish, {
        ...ready,
        shown: shared.shown(session.live),
        estimates: shared.estimates(ready.walls),
      })
      key = shared.register(connection)
      await this.#talk(connection, ready, wish, key, rest)
      await session.end('client')
    } catch (error) {
      const refused = brokenBy(error)
      tell(worded('FATAL', refused))
      const detail = error instanceof Error ? `${error.name}: ${error.message}` : undefined
      await session.end(error instanceof GloveboxError ? 'target' : 'protocol', detail, refused) // closed
    } finally {
      connection?.wake(true)
      connection?.judge.close()
      if (key !== undefined) shared.forget(key)
    }
  }

  /** The two pumps, until the client goes away. */
  async #talk(at: Connection, ready: Ready, wish: Wish, key: BackendKey, rest: Buffer): Promise<void> {
    const answers = new Answers(at)
    this.#of.gate.onWarning(at.session, ({ ms }) => at.tell(endsIn(at.session, ms)))
    const reader = { bytes: (chunk: Buffer) => answers.bytes(chunk), closed: (why: string) => gone(at, why) }
    const left = ready.frames.handOver(reader)
    greet(at, ready.signedIn, wish, key)
    answers.bytes(left)
    await new Intake(at, answers).serve(rest)
    if (at.queue.length > 0) void at.cancelUpstream()
  }

  /** Signs in to the target and makes sure that it is one that the walls know, with the second lock closed. */
  async #prepare(session: Session, wish: Wish): Promise<Ready> {
    const { module, shared, gate } = this.#of
    const { target, on, pseudonymKey } = session
    const no = (why: string): never => fail('GBX-1310', { target, why })
    const frames = new Frames(session)
    // Ours come last: nothing that a client brings can replace them (S2).
    const settings = { ...wish.settings, ...module.startupSettings(pseudonymKey, on.limits) }
    const signedIn = await signIn(session, settings, frames)
    const version = Math.floor(signedIn.version / 10_000)
    const known = module.reviewedMajors
    if (!known.includes(version)) fail('GBX-1309', { target, version, known: known.join(', ') })
    const readOnly =
      signedIn.version < reportsReadOnlySince
        ? (await ask(session, frames, showReadOnly, 'observe'))[0]?.[0]
        : signedIn.parameters.get('default_transaction_read_only')
    if (readOnly !== 'on') no('It dropped default_transaction_read_only.')
    const walls = await shared.walls(module, gate, on, signedIn.version)
    await walls.refresh()
    const proof = walls.proof?.(pseudonymKey)
    if (proof !== undefined) {
      const rows = await ask(session, frames, proof.sql, 'observe')
      if (rows[0]?.[0] !== proof.expected) no('It dropped the key of the pseudonyms.')
    }
    return { walls, signedIn, frames }
  }
}

interface Ready {
  readonly walls: Walls
  readonly signedIn: SignedIn
  readonly frames: Frames
}

const connectionOf = (
  session: Session,
  hello: Hello,
  wish: Wish,
  { walls, signedIn, shown, estimates }: Ready & { shown: Shown | undefined; estimates: Estimates },
): Connection =>
  new Connection({
    session,
    stream: hello.stream,
    inlet: hello.inlet,
    walls,
    judge: walls.session({ level: session.live.level, scope: session.live.scope, limits: session.on.limits }),
    settings: { quiet: wish.quiet, tellMasked: wish.tellMasked },
    upstreamKey: signedIn.key,
    unmasked: shown,
    estimates,
    realBlocks: !mayBeLazy(session, wish, walls),
    reportsReadOnly: signedIn.version >= reportsReadOnlySince,
  })

/** W4: are transactions READ COMMITTED unless a statement says otherwise, and may they be answered here? */
const mayBeLazy = ({ on }: Session, { settings }: Wish, { isolation }: Walls): boolean =>
  (on.options as Partial<PostgresOptions>).transactions !== 'real' &&
  /^read (un)?committed$/.test(isolation ?? '') &&
  !Object.keys(settings).some((name) => name.startsWith('default_transaction_'))

const endsIn = (session: Session, ms: number): Buffer => {
  const left = formatDuration(Math.ceil(ms / 1000) * 1000)
  const hint = `glovebox extend ${session.grant ?? ''} --for 15m`
  return message('NOTICE', '00000', `glovebox: access to ${session.target} ends in ${left}.`, { hint })
}

function greet(at: Connection, signedIn: SignedIn, wish: Wish, key: { pid: number; secret: number }): void {
  const parts = [
    frame(fromServer.parameterStatus, 'client_encoding', 'UTF8'),
    frame(fromServer.parameterStatus, 'standard_conforming_strings', 'on'),
    frame(fromServer.parameterStatus, 'application_name', wish.clientName),
  ]
  for (const name of passedOn) {
    const value = signedIn.parameters.get(name)
    if (value !== undefined) parts.push(frame(fromServer.parameterStatus, name, value))
  }
  parts.push(frame(fromServer.backendKey, int32(key.pid), int32(key.secret)))
  if (!wish.quiet) {
    const { live, target } = at.session
    const until = new Date(live.notAfter).toISOString().slice(11, 16)
    parts.push(
      message(
        'NOTICE',
        '00000',
        `glovebox: ${target}, level ${live.level}, until ${until} UTC (${live.id}). Statements are recorded, labelled columns masked.`,
      ),
    )
  }
  parts.push(frame(fromServer.ready, 0x49))
  at.tell(Buffer.concat(parts))
}

/** The target closed the connection. */
function gone(at: Connection, why: string): void {
  if (at.session.signal.aborted) return
  const refused = refusal('GBX-1301', { target: at.session.target, why })
  at.tell(worded('FATAL', refused))
  at.wake(true)
  void at.session.end('target', why, refused)
}
