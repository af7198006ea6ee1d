// Signs in to the target through the session's own permit, with the settings that make the second lock of G5, and learns
// what the server is. The person's startup packet is never forwarded (S1).
import { createHash, randomBytes } from 'node:crypto'
import { fail, oneLine } from '../../core/error.ts'
import type { Session } from '../../gate/types.ts'
import { messageFields } from './errors.ts'
import { dsnOf, type Dsn } from './options.ts'
import { mechanism, ScramClient } from './scram.ts'
import {
  eachFrame,
  Fields,
  frame,
  fromClient,
  fromServer,
  int32,
  Splitter,
  startupMessage,
  type BackendKey,
} from './wire.ts'

export interface SignedIn {
  readonly parameters: ReadonlyMap<string, string>
  readonly key: BackendKey
  /** As server_version_num, e.g. 150015. */
  readonly version: number
}

type Frame = { readonly type: number; readonly body: Buffer; readonly raw: Buffer }

/** Frames of the target one by one, for conversations of question and answer. */
export class Frames {
  readonly #queue: Frame[] = []
  #wake: (() => void) | undefined
  readonly #session: Session
  readonly #splitter: Splitter
  /** Why the target is gone, once it is. */
  closed: string | undefined

  constructor(session: Session, largest = 1_000_000) {
    this.#session = session
    const splitter = new Splitter(() => largest)
    this.#splitter = splitter
    session.upstream.listen({
      bytes: (chunk) => {
        const bytes = splitter.whole(chunk)
        eachFrame(bytes, (type, from, to) =>
          this.#queue.push({ type, body: bytes.subarray(from + 5, to), raw: bytes.subarray(from, to) }),
        )
        this.#wake?.()
      },
      closed: (why) => {
        this.closed = why
        this.#wake?.()
      },
    })
  }

  /** Waits no longer: next() throws this reason. */
  giveUp(why: string): void {
    this.closed ??= why
    this.#wake?.()
  }

  /** Lets somebody else read from here on; gives the bytes that came already. */
  handOver(reader: Parameters<Session['upstream']['listen']>[0]): Buffer {
    const left = Buffer.concat([...this.#queue.map((one) => one.raw), this.#splitter.rest()])
    this.#queue.length = 0
    this.#session.upstream.listen(reader)
    return left
  }

  /** The next frame. Throws Error when the target is gone. */
  async next(): Promise<Frame> {
    for (;;) {
      const found = this.#queue.shift()
      if (found !== undefined) return found
      if (this.closed !== undefined) throw new Error(this.closed)
      await new Promise<void>((resolve) => (this.#wake = resolve))
      this.#wake = undefined
    }
  }
}

/**
 * Signs in and reads up to the first ReadyForQuery. `settings` go as `options`: they hold from the first statement on and
 * stand in no log (the pseudonym key is among them). Throws GloveboxError: GBX-1308 credential, GBX-1310 pooler, GBX-1209 a
 * client's setting that the target does not take, GBX-1301 gone or too busy.
 */
export async function signIn(
  session: Session,
  settings: Readonly<Record<string, string>>,
  frames: Frames,
  withinMs = 10_000,
  dsn: Dsn = dsnOf(session.on),
): Promise<SignedIn> {
  const options = Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replace(/[\\\s]/g, '\\$&')}`)
    .join(' ')
  session.permit.send(
    startupMessage({
      user: dsn.user,
      database: dsn.database,
      application_name: `glovebox ${session.id}`,
      client_encoding: 'UTF8',
      options,
    }),
  )
  const guard = setTimeout(() => frames.giveUp('no answer to the sign-in in time'), withinMs)
  const parameters = new Map<string, string>()
  let key: BackendKey = { pid: 0, secret: 0 }
  try {
    for (;;) {
      const { type, body } = await frames.next()
      if (type === fromServer.authentication) await authenticate(session, dsn, frames, body)
      else if (type === fromServer.parameterStatus) {
        const fields = new Fields(body)
        parameters.set(fields.text(), fields.text())
      } else if (type === fromServer.backendKey) key = { pid: body.readInt32BE(0), secret: body.readInt32BE(4) }
      else if (type === fromServer.error) refused(session, messageFields(body))
      else if (type === fromServer.ready) break
      else if (type !== fromServer.notice) throw new Error(`it sent a message of type ${type} during the sign-in`)
    }
  } catch (error) {
    if (error instanceof Error && 'refusal' in error) throw error
    fail(
      'GBX-1301',
      { target: session.target, why: error instanceof Error ? error.message : 'unknown' },
      { cause: error },
    ) // closed
  } finally {
    clearTimeout(guard)
  }
  return { parameters, key, version: versionOf(parameters.get('server_version') ?? '') }
}

/** 150015 from "15.15 (Debian 15.15-1)"; 180000 from "18beta1". */
function versionOf(text: string): number {
  const found = /^(\d+)(?:\.(\d+))?/.exec(text)
  return found ? Number(found[1]) * 10_000 + Number(found[2] ?? 0) : 0
}

async function authenticate(session: Session, dsn: Dsn, frames: Frames, body: Buffer): Promise<void> {
  const kind = body.readInt32BE(0)
  const send = (...parts: Parameters<typeof frame> extends [number, ...infer P] ? P : never) =>
    session.permit.send(frame(fromClient.password, ...parts))
  if (kind === 0) return
  if (kind === 3) {
    // In clear only inside TLS: a password is never shown to the network.
    if (!session.upstream.secure)
      fail('GBX-1308', { target: session.target, why: 'it asks for the password in clear on a connection without TLS' })
    send(dsn.password)
  } else if (kind === 5) {
    const md5 = (text: string | Buffer) => createHash('md5').update(text).digest('hex')
    send(`md5${md5(Buffer.concat([Buffer.from(md5(dsn.password + dsn.user)), body.subarray(4, 8)]))}`)
  } else if (kind === 10) await scram(session, dsn, frames, body, send)
  else fail('GBX-1308', { target: session.target, why: `it asks for a kind of sign-in that is not built (${kind})` })
}

async function scram(
  session: Session,
  dsn: Dsn,
  frames: Frames,
  body: Buffer,
  send: (...parts: (string | Buffer)[]) => void,
): Promise<void> {
  const offered = body.subarray(4).toString('latin1').split('\0')
  if (!offered.includes(mechanism)) fail('GBX-1308', { target: session.target, why: `it offers no ${mechanism}` })
  const client = new ScramClient(dsn.password, randomBytes(18).toString('base64'))
  const first = client.first()
  send(mechanism, int32(first.length), Buffer.from(first))
  try {
    send(Buffer.from(await client.answer((await saslMessage(session, frames, 11)).toString())))
    client.finish((await saslMessage(session, frames, 12)).toString())
  } catch (error) {
    if (error instanceof Error && 'refusal' in error) throw error
    fail(
      'GBX-1308',
      { target: session.target, why: error instanceof Error ? error.message : 'unknown' },
      { cause: error },
    ) // closed: not signed in
  }
}

async function saslMessage(session: Session, frames: Frames, kind: number): Promise<Buffer> {
  const { type, body } = await frames.next()
  if (type === fromServer.error) refused(session, messageFields(body))
  if (type !== fromServer.authentication || body.readInt32BE(0) !== kind) throw new Error('it left the SCRAM exchange')
  return body.subarray(4)
}

/** The target's FATAL during the sign-in, in our words. Its text may name our user and database, never a password. */
function refused(session: Session, fields: ReadonlyMap<string, Buffer>): never {
  const code = fields.get('C')?.toString() ?? ''
  const text = oneLine(fields.get('M')?.toString() ?? 'no reason given')
  const target = session.target
  if (code === '53300' || code === '57P03' || code === '57P01') fail('GBX-1301', { target, why: text })
  if (code === '08P01' || (code === '0A000' && /startup|options/i.test(text))) fail('GBX-1310', { target, why: text })
  // A value that came from the client (PGTZ, PGDATESTYLE …) and that only the target knows to be wrong.
  const setting = code === '22023' ? /parameter "([A-Za-z_]+)"/.exec(text)?.[1] : undefined
  if (setting !== undefined) fail('GBX-1209', { setting, why: text })
  fail('GBX-1308', { target, why: text })
}
