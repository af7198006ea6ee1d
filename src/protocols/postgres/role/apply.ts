// Runs a script of ours on the target, signed in with an administrator's connection string that is used once and kept
// nowhere. All of it in one transaction: what fails leaves nothing behind. Each statement is on record before it runs (G1).
import { fail, GloveboxError, isRefusal, oneLine } from '../../../core/error.ts'
import type { Target } from '../../../core/nouns.ts'
import type { Gate, Session } from '../../../gate/types.ts'
import { messageFields } from '../errors.ts'
import { dsnOf, endpointOf, options } from '../options.ts'
import { Frames, signIn } from '../upstream.ts'
import { frame, fromClient, fromServer } from '../wire.ts'

/** What stands on record where a statement sets a password (G9). */
const secret = /\bPASSWORD\s+'[^']*'/gi

export interface Applying {
  readonly statements: readonly string[]
  /** Connection string of somebody who may make roles and grant on the tables. */
  readonly admin: string
  readonly appliedBy: string
}

/** Throws GBX-1002 for a connection string that is none, GBX-1308 when it does not sign in, GBX-1312 for what the target refused. */
export async function apply(gate: Gate, target: Target, applying: Applying): Promise<void> {
  const given = target.options as Readonly<Record<string, unknown>>
  const checked = options.safeParse({ ...given, url: applying.admin })
  if (!checked.success)
    return fail('GBX-1002', {
      field: 'admin',
      why: 'It is not a connection string like postgresql://admin:password@host:5432/database.',
    })
  const asAdmin: Target = { ...target, options: checked.data }
  // The script is for this database; nobody makes the gateway dial another one.
  const [here, there] = [dsnOf(target), dsnOf(asAdmin)]
  if (here.host !== there.host || here.port !== there.port || here.database !== there.database)
    return fail('GBX-1002', {
      field: 'admin',
      why: `It names another database than ${target.name} (${here.host}:${here.port}/${here.database}). Run the script there by hand.`,
    })
  const session = await gate.enterAsGateway(asAdmin, endpointOf(asAdmin), { appliedBy: applying.appliedBy })
  if (isRefusal(session)) throw new GloveboxError(session)
  try {
    const frames = new Frames(session)
    await signIn(session, { lock_timeout: `${target.limits.lockTimeoutMs}`, standard_conforming_strings: 'on' }, frames)
    try {
      for (const statement of ['BEGIN READ WRITE', ...applying.statements, 'COMMIT'])
        await run(session, frames, statement)
    } catch (error) {
      // Closed: the transaction is open or failed; leaving takes all of it back.
      session.permit.send(frame(fromClient.terminate))
      throw error
    }
  } finally {
    await session.end('client')
  }
}

async function run(session: Session, frames: Frames, sql: string): Promise<void> {
  const text = sql.replace(secret, "PASSWORD '…'")
  const action = { protocol: 'postgres', effect: 'admin', text, emitted: text, reads: [], masked: [] } as const
  const permit = await session.admit(action)
  if (isRefusal(permit)) throw new GloveboxError(permit)
  const startedAt = performance.now()
  let refused: { message: string; sqlstate: string } | undefined
  permit.send(frame(fromClient.query, sql))
  for (;;) {
    const { type, body } = await frames.next()
    if (type === fromServer.error) {
      const fields = messageFields(body)
      refused = { message: oneLine(String(fields.get('M') ?? '')), sqlstate: String(fields.get('C') ?? '') }
    } else if (type === fromServer.ready) break
  }
  const durationMs = Math.round(performance.now() - startedAt)
  const outcome = refused === undefined ? 'ok' : 'error'
  permit.settle({
    outcome,
    rows: 0,
    bytes: 0,
    durationMs,
    ...(refused === undefined ? {} : { error: `${refused.sqlstate} ${refused.message}` }),
  })
  if (refused !== undefined)
    fail('GBX-1312', {
      target: session.target,
      message: `${refused.message}, at: ${text.slice(0, 160)}; nothing of the script holds`,
      sqlstate: refused.sqlstate,
    })
}
