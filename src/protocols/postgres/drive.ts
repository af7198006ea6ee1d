// The ordinary `pg` client over an in-memory stream into our own serve(): the console, `run` and agents go this way, so
// nothing they do can pass by the walls or the record (law 3).
import type { Duplex } from 'node:stream'
import pg from 'pg'
import { errors, GloveboxError, refusal, type ErrorCode, type Refusal } from '../../core/error.ts'
import type { Runner, RunResult } from '../protocol.ts'

type Value = string | number | boolean | null

/** int2, int4, float4, float8 become numbers where JSON can hold them, bool a boolean; everything else stays PostgreSQL's text. */
const asNumber = new Set([21, 23, 700, 701])
const boolOid = 16

function parse(oid: number): (text: string) => Value {
  if (oid === boolOid) return (text) => text === 't'
  if (!asNumber.has(oid)) return (text) => text
  return (text) => {
    const value = Number(text)
    return Number.isFinite(value) ? value : text
  }
}

/** What `pg` wants of a socket, on a stream that is connected already. */
function asSocket(stream: Duplex): Duplex {
  const nothing = () => stream
  return Object.assign(stream, {
    setNoDelay: nothing,
    setKeepAlive: nothing,
    ref: nothing,
    unref: nothing,
    connect: () => (process.nextTick(() => stream.emit('connect')), stream),
  })
}

/** What an error on this stream says: our own refusals as they were (their code travels as `routine`), the target's with GBX-1312. */
function told(error: unknown, target: string): unknown {
  if (!(error instanceof pg.DatabaseError)) return error
  const { routine, message, detail, hint, code } = error
  if (routine === undefined || !Object.hasOwn(errors, routine))
    return new GloveboxError(refusal('GBX-1312', { target, message, sqlstate: code ?? '' }), { cause: error })
  const refused: Refusal = {
    code: routine as ErrorCode,
    title: message.replace(/^glovebox: /, ''),
    ...(detail === undefined ? {} : { why: detail }),
    next: hint === undefined ? [] : hint.split('\n'),
  }
  return new GloveboxError(refused, { cause: error })
}

/** Signs in over `stream`. It and its run() throw a GloveboxError for what was refused and for what the target says is wrong. */
export async function drive(
  stream: Duplex,
  as: { user: string; password: string; target: string; clientName: string },
): Promise<Runner> {
  const client = new pg.Client({
    stream: () => asSocket(stream) as never,
    user: as.user,
    password: as.password,
    database: as.target,
    application_name: as.clientName,
    options: '-c glovebox.masked=on -c glovebox.quiet=off',
    ssl: false,
    types: { getTypeParser: ((oid: number) => parse(oid)) as never },
  })
  const notices: string[] = []
  let masked: string[] = []
  client.on('notice', (notice) => notices.push(notice.message ?? ''))
  client.on('error', () => undefined) // the next run() fails with it
  const { connection } = client as unknown as { connection: NodeJS.EventEmitter }
  connection.on('parameterStatus', (status: { parameterName: string; parameterValue: string }) => {
    if (status.parameterName === 'glovebox.masked') masked = JSON.parse(status.parameterValue) as string[]
  })
  const orTold = (error: unknown): never => {
    throw told(error, as.target) // closed: no answer
  }
  await client.connect().catch(orTold)
  const types = new Map<number, string>()
  return {
    async run(text) {
      masked = []
      const result = await client.query<Value[]>({ text, rowMode: 'array' }).catch(orTold)
      // Several statements in one text: the last one's answer counts.
      const last = Array.isArray(result) ? (result as (typeof result)[]).at(-1) : result
      const found: RunResult = {
        columns: last?.fields.map((field) => field.name) ?? [],
        types: last?.fields.map((field) => nameOf(field.dataTypeID)) ?? [],
        rows: last?.rows ?? [],
        masked,
        notices: notices.splice(0),
        tag: last === undefined ? '' : [last.command, last.rowCount].filter((part) => part !== null).join(' '),
      }
      return found
    },
    close: () => client.end(),
  }

  function nameOf(oid: number): string {
    const known =
      types.get(oid) ??
      Object.entries(pg.types.builtins)
        .find(([, value]) => value === oid)?.[0]
        .toLowerCase() ??
      `oid ${oid}`
    types.set(oid, known)
    return known
  }
}
