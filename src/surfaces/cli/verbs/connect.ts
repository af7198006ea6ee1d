// `glovebox connect TARGET`: from nothing to a client's prompt in one command. Asks when there is no grant, shows who can
// decide, waits in place, then starts the client with everything set and says what ends when.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline/promises'
import { errors, fail, GloveboxError, refusal } from '../../../core/error.ts'
import { formatDuration } from '../../../lib/duration.ts'
import { call } from '../client.ts'
import { operationNamed } from '../operation-verb.ts'
import { showJson, showRefusal, tell } from '../output.ts'
import type { Call } from '../table.ts'
import { decided } from './request.ts'

interface Connection {
  readonly grant: string
  readonly expires: string
  readonly level: string
  /** Connection strings by kind: dsn, jdbc, … */
  readonly addresses: Readonly<Record<string, string>>
  readonly client?: {
    readonly command: string
    readonly args: readonly string[]
    readonly env: Readonly<Record<string, string>>
  }
}

/** Our own failures with a child command waiting: the child's codes and ours must not be mixed up. */
const ownFailure = 125

/** Exit: the child's own code; 0 after --print; 4, 5, 6, 8, 9 as in the reference, or 125 where a command was given. */
export async function connect(given: Call): Promise<number> {
  try {
    const connection = await connected(given)
    return given.given.print ? print(given, connection) : await start(given, connection)
  } catch (error) {
    if (!(error instanceof GloveboxError)) throw error
    const exit = showRefusal(given.io, given.env, error.refusal, given.json)
    return given.after.length > 0 && !given.given.print ? ownFailure : exit
  }
}

/** A connection by a live grant; asks for one when there is none and a reason was given. */
async function connected(given: Call): Promise<Connection> {
  const { target, why, again, for: duration, level } = given.given
  const wish = again === undefined ? {} : { again }
  const ask = why !== undefined || again !== undefined
  try {
    return await open(given, String(target))
  } catch (error) {
    const code = error instanceof GloveboxError ? error.refusal.code : undefined
    if (code === 'GBX-1102' && given.given.noWait) throw error
    // What ended or was denied is asked for again only by somebody who gives a reason; a script that prints asks with `request`.
    const asks =
      code === 'GBX-1109'
        ? ask || !given.given.print
        : code === 'GBX-1102'
          ? ask || !given.given.print
          : code === 'GBX-1103' || code === 'GBX-1104'
            ? ask
            : false
    if (!asks) throw error
    if (code === 'GBX-1102' && !ask && error instanceof GloveboxError && error.refusal.ref) {
      await approved(given, await call(given.env, operationNamed('requests.get'), { id: error.refusal.ref }))
      return open(given, String(target))
    }
  }
  const reason = ask ? why : await reasonFromTerminal(given)
  const made = await call(given.env, operationNamed('requests.create'), {
    target,
    ...wish,
    ...(reason === undefined ? {} : { why: reason }),
    ...(duration === undefined ? {} : { for: duration }),
    ...(level === undefined ? {} : { level }),
    ...(given.given.ticket === undefined ? {} : { ticket: given.given.ticket }),
  })
  if (made.state === 'pending') await approved(given, made)
  return open(given, String(target))
}

/** No prompt without a terminal: then the missing flag is named. */
async function reasonFromTerminal({ io, json, given }: Call): Promise<string> {
  if (!io.in.isTTY || json)
    return fail('GBX-1001', { what: `connect ${String(given.target)} has to ask first and needs a reason: -w "…"` })
  const lines = createInterface({ input: io.in, output: io.err as NodeJS.WritableStream })
  const reason = (await lines.question('why do you need it? ')).trim()
  lines.close()
  return reason === '' ? fail('GBX-1001', { what: 'without a reason nothing was asked' }) : reason
}

async function open({ env }: Call, target: string): Promise<Connection> {
  const made = await call(env, operationNamed('grants.connect'), { target })
  const { grant, expires, level, client, ...rest } = made
  const addresses = Object.fromEntries(
    Object.entries(rest).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  )
  return {
    grant: String(grant),
    expires: String(expires),
    level: String(level),
    addresses,
    ...(client === undefined ? {} : { client: client as Connection['client'] & object }),
  }
}

/** Waits in place for the approval. Throws the denial. */
async function approved(given: Call, made: Record<string, unknown>): Promise<void> {
  const { io, env } = given
  const id = String(made.id)
  const who = Array.isArray(made.reviewers) ? made.reviewers.join(', ') : String(made.reviewers ?? 'somebody else')
  if (given.given.noWait)
    throw new GloveboxError(
      refusal('GBX-1102', { request: id, have: 0, need: Number(made.needed ?? 1), reviewers: who }),
    )
  const line = `waiting for ${who} . ${id} . expires ${local(String(made.expires ?? ''))}`
  tell(io, env, '~', line)
  let shown = ''
  const state = await decided(given, id, (now) => {
    const approvals = `${String(now.approvals ?? 0)} of ${String(now.needed ?? made.needed ?? 1)} approvals`
    if (approvals !== shown && shown !== '') tell(io, env, '~', approvals)
    shown = approvals
  })
  const reviewer = state.reviewer ?? 'a reviewer'
  if (state.state === 'denied')
    fail('GBX-1104', {
      request: id,
      reviewer,
      comment: state.comment ?? '',
      target: String(given.given.target),
      level: String(made.level ?? 'read'),
    })
  if (state.state !== 'approved') fail('GBX-1107', { what: id, state: state.state })
  tell(io, env, '*', `approved by ${reviewer} at ${local(new Date().toISOString())}`)
}

function print({ io, json }: Call, { grant, expires, addresses }: Connection): number {
  if (json) showJson(io, { ...addresses, expires, grant })
  else io.out.write(`${addresses.dsn ?? Object.values(addresses)[0]}\n`)
  return 0
}

/** Starts the client: the given command, or the one that the target's protocol names. Its exit code is ours. */
async function start(given: Call, { grant, expires, level, addresses, client }: Connection): Promise<number> {
  const { io, env, after } = given
  const [command, ...args] = after.length > 0 ? after : client ? [client.command, ...client.args] : []
  if (command === undefined)
    return fail('GBX-1001', { what: 'this target has no client of its own; name one after --, or take --print' })
  const left = formatDuration(Math.max(0, Math.round((Date.parse(expires) - Date.now()) / 60_000)) * 60_000)
  tell(
    io,
    env,
    '*',
    `${level} on ${String(given.given.target)} until ${local(expires)} (${left}) . masked . recorded . ref ${grant}`,
  )
  if (io.err.isTTY) io.err.write(`  more time: glovebox extend ${grant} --for 15m\n`)
  const child = spawn(command, args, {
    stdio: 'inherit',
    env: { ...env.forChild, ...client?.env, ...(addresses.dsn === undefined ? {} : { DATABASE_URL: addresses.dsn }) },
  })
  const relay = (signal: NodeJS.Signals): void => void child.kill(signal)
  // psql uses SIGINT itself to cancel a statement: we only must not die of it first.
  const ignore = (): void => undefined
  process.on('SIGTERM', relay).on('SIGINT', ignore)
  return new Promise((resolve) => {
    const done = (code: number): void => {
      process.off('SIGTERM', relay).off('SIGINT', ignore)
      resolve(code)
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      const what =
        error.code === 'ENOENT'
          ? `${command} is not installed here; take --print, or name a client after --`
          : `${command} could not be started (${error.code ?? error.message})`
      showRefusal(io, env, refusal('GBX-1001', { what }), given.json)
      done(after.length > 0 ? ownFailure : errors['GBX-1001'].exit)
    })
    child.on('exit', (code, signal) => done(code ?? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGKILL' ? 9 : 15)))
  })
}

/** Local time with its zone, for people. */
const local = (iso: string): string => {
  const at = new Date(iso)
  return Number.isNaN(at.getTime()) ? iso : at.toLocaleTimeString('en-GB', { timeZoneName: 'short' })
}
