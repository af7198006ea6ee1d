// One client from its first byte to its last: startup, proof of who it is, the gate, the target, and then the two pumps.
// Never throws: what breaks ends this connection with a clear error, and the others do not notice.
import type { Duplex } from 'node:stream'
import { GloveboxError, isRefusal, refusal, type Refusal } from '../../core/error.ts'
import { formatDuration } from '../../lib/duration.ts'
import type { Client, Ending, Gate, Session } from '../../gate/types.ts'
import { Answers } from './answers.ts'
import { Connection } from './connection.ts'
import { message, worded } from './errors.ts'
import { Intake } from './intake.ts'
import { endpointOf } from './options.ts'
import { ask } from './own-session.ts'
import { Shared } from './shared.ts'
import { prove, wishOf, write, type Wish } from './sign-in.ts'
import { receive, type Hello } from './startup.ts'
import { Frames, signIn, type SignedIn } from './upstream.ts'
import { frame, fromServer, int32, WireError } from './wire.ts'
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

export async function serve(module: WallsModule, client: Client, gate: Gate, signInWithinMs = signInMs): Promise<void> {
  let stream = client.stream
  const guard = setTimeout(
    () => leave(stream, refusal('GBX-1505', { limit: formatDuration(signInWithinMs) })),
    signInWithinMs,
  )
  const shared = gate.shared('postgres', () => new Shared())
  try {
    const opened = await receive(client)
    if ('gone' in opened) return void stream.destroy()
    if ('cancel' in opened) return void (await cancel(shared, opened.cancel, stream))
    if ('refused' in opened) return leave(opened.stream, opened.refused)
    stream = opened.hello.stream
    await welcome(module, shared, client, gate, opened.hello, () => clearTimeout(guard))
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

async function welcome(
  module: WallsModule,
  shared: Shared,
  client: Client,
  gate: Gate,
  hello: Hello,
  provedInTime: () => void,
): Promise<void> {
  const { stream, secure } = hello
  const wish = wishOf(hello.parameters, module.settingAllowed)
  const asked = isRefusal(wish)
    ? { user: hello.parameters.get('user') ?? '', target: hello.parameters.get('database') ?? '' }
    : wish
  const no = async (refused: Refusal): Promise<void> => {
    await gate.refused({ client, user: asked.user, target: asked.target }, refused)
    leave(stream, refused)
  }
  if (isRefusal(wish)) return no(wish)
  if (!secure && !client.local && !client.inMemory) return no(refusal('GBX-1119', { target: wish.target }))
  const proof = await prove(hello, wish.user, wish.target, gate)
  if (proof === undefined) return void stream.destroy()
  if (isRefusal(proof)) return no(proof)
  provedInTime()
  write(stream, frame(fromServer.authentication, int32(0)))
  const target = gate.target(wish.target)
  if (target === undefined || target.protocol !== 'postgres') return no(refusal('GBX-1115', { target: wish.target }))
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
  await run(module, shared, gate, session, hello, wish, proof.rest)
}

/** From the open session to its end. */
async function run(
  module: WallsModule,
  shared: Shared,
  gate: Gate,
  session: Session,
  hello: Hello,
  wish: Wish,
  rest: Buffer,
): Promise<void> {
  let tell = (bytes: Buffer): void => write(hello.stream, bytes)
  const stop = () => {
    const { cause, refused } = session.signal.reason as Ending
    tell(worded('FATAL', refused))
    void session.end(cause, undefined, refused)
  }
  session.signal.addEventListener('abort', stop, { once: true })
  let connection: Connection | undefined
  let key
  try {
    const { walls, signedIn, frames } = await prepare(module, shared, gate, session, wish)
    connection = new Connection({
      session,
      stream: hello.stream,
      inlet: hello.inlet,
      walls,
      judge: walls.session({ level: session.live.level, scope: session.live.scope, limits: session.on.limits }),
      settings: { quiet: wish.quiet, tellMasked: wish.tellMasked },
      upstreamKey: signedIn.key,
    })
    const at = connection
    tell = (bytes) => at.tell(bytes)
    key = shared.register(at)
    const answers = new Answers(at)
    session.signal.addEventListener('abort', () => {
      if (at.queue.length > 0) void at.cancelUpstream() // the target stops working for nobody (G10)
      at.wake(true)
    })
    gate.onWarning(session, ({ ms }) =>
      at.tell(
        message(
          'NOTICE',
          '00000',
          `glovebox: access to ${session.target} ends in ${formatDuration(Math.ceil(ms / 1000) * 1000)}.`,
          { hint: `glovebox extend ${session.grant ?? ''} --for 15m` },
        ),
      ),
    )
    const left = frames.handOver({ bytes: (chunk) => answers.bytes(chunk), closed: (why) => gone(at, why) })
    greet(at, signedIn, wish, key)
    answers.bytes(left)
    await new Intake(at, answers).serve(rest)
    if (at.queue.length > 0) void at.cancelUpstream()
    await session.end('client')
  } catch (error) {
    const refused = brokenBy(error)
    tell(worded('FATAL', refused))
    await session.end(
      error instanceof GloveboxError ? 'target' : 'protocol',
      error instanceof Error ? `${error.name}: ${error.message}` : undefined,
      refused,
    ) // closed
  } finally {
    connection?.wake(true)
    connection?.judge.close()
    if (key !== undefined) shared.forget(key)
  }
}

/** Signs in to the target and makes sure that it is one that the walls know, with the second lock closed. */
async function prepare(
  module: WallsModule,
  shared: Shared,
  gate: Gate,
  session: Session,
  wish: Wish,
): Promise<{ walls: Walls; signedIn: SignedIn; frames: Frames }> {
  const { target, on, pseudonymKey } = session
  // Ours come last: nothing that a client brings can replace them (S2).
  const frames = new Frames(session)
  const signedIn = await signIn(
    session,
    { ...wish.settings, ...module.startupSettings(pseudonymKey, on.limits) },
    frames,
  )
  const major = Math.floor(signedIn.version / 10_000)
  const known = module.reviewedMajors
  if (!known.includes(major))
    throw new GloveboxError(refusal('GBX-1309', { target, version: major, known: known.join(', ') }))
  if (signedIn.parameters.get('default_transaction_read_only') !== 'on')
    throw new GloveboxError(refusal('GBX-1310', { target, why: 'It dropped default_transaction_read_only.' }))
  const walls = await shared.walls(module, gate, on, signedIn.version)
  await walls.refresh()
  const proof = walls.proof?.(pseudonymKey)
  if (proof !== undefined) {
    const rows = await ask(session, frames, proof.sql, 'observe')
    if (rows[0]?.[0] !== proof.expected)
      throw new GloveboxError(refusal('GBX-1310', { target, why: 'It dropped the key of the pseudonyms.' }))
  }
  return { walls, signedIn, frames }
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
