// What is asked for, filled up from something earlier: the same once more (`again`), or what was refused last (`last`).
import { isRefusal, refusal, type Refusal } from '../core/error.ts'
import type { Level } from '../core/level.ts'
import type { AccessRequest, GrantId, RequestId, Scope } from '../core/nouns.ts'
import { scopeOf } from '../core/scope.ts'
import { findId, millis } from './fields.ts'
import type { Context } from './operation.ts'
import { undoText } from './writes.ts'

interface Asked {
  readonly target?: string | undefined
  readonly level?: Level | undefined
  readonly for?: string | undefined
  readonly why?: string | undefined
  readonly ticket?: string | undefined
  readonly tables?: readonly string[] | undefined
  readonly unmask?: readonly string[] | undefined
  readonly rows?: number | undefined
  readonly again?: string | undefined
  readonly last?: boolean | undefined
  readonly run?: string | undefined
  readonly undo?: string | undefined
}

export interface Wish {
  readonly target: string
  readonly level: Level
  readonly scope: Scope
  readonly durationMs: number
  readonly reason: string
  readonly ticket?: string
  /** The exact text, for write and admin; and the request whose change it takes back. */
  readonly run?: string
  readonly undoes?: RequestId
}

const defaultMs = 1_800_000
/** Values without masks are wanted for a moment. */
const defaultUnmaskMs = 600_000

type Earlier = Partial<Pick<AccessRequest, 'target' | 'level' | 'scope' | 'durationMs' | 'reason' | 'ticket'>> & {
  readonly run?: string
  readonly undoes?: RequestId
}

function earlierOf({ principal, gateway }: Context, typed: string): Earlier | Refusal {
  const { requests, grants } = gateway.ledger.world
  const own = [...requests.values()].filter((request) => request.asker === principal.id)
  const ids = own.flatMap((request) => (request.grant ? [request.id, request.grant] : [request.id]))
  const id = findId(typed, ids, () => true)
  if (isRefusal(id)) return id
  const request = own.find((other) => other.id === id) ?? requests.get(grants.get(id as GrantId)?.request ?? 'r-')
  if (request === undefined) return refusal('GBX-1004', { what: typed })
  const { statement, ...rest } = request
  const { text: run, undoes } = statement ?? {}
  return { ...rest, ...(run === undefined ? {} : { run }), ...(undoes === undefined ? {} : { undoes }) }
}

/** What takes back the change of a request, as a wish. */
async function undoOf(context: Context, typed: string): Promise<Earlier | Refusal> {
  const { requests } = context.gateway.ledger.world
  const id = findId(typed, requests.keys(), (one) =>
    context.gateway.access.sight.request(context.principal, requests.get(one) as AccessRequest),
  )
  if (isRefusal(id)) return id
  const request = requests.get(id) as AccessRequest
  const undo = await undoText(context, request)
  if (isRefusal(undo)) return undo
  return { target: request.target, level: 'write', reason: `take back ${id}`, run: undo.text, undoes: id }
}

/** A statement that was refused because it changes something is what is asked for now, in the very same words. */
async function refusedText({ principal, gateway }: Context, entry: number): Promise<Earlier | Refusal | undefined> {
  const held = gateway.gate.lastRefused(principal.id)
  const recorded = await gateway.journal.read(entry)
  const payload = recorded?.entry.type === 'action.refused' ? recorded.payload : undefined
  if (recorded === undefined || !('code' in recorded.entry) || recorded.entry.code !== 'GBX-1203') return undefined
  const text = held?.text ?? (payload !== undefined && 'text' in payload ? payload.text : undefined)
  const target = held?.target ?? '…'
  const no = (what: string): Refusal => refusal('GBX-1227', { what, target })
  if (text === undefined || (held === undefined && text.includes("'…'")))
    return no('the refused text is on record without its values, and the gateway was started anew since')
  if (/\$\d/.test(text)) return no('the refused statement has parameters: write the values into it')
  const reason = held && gateway.ledger.world.requests.get(held.request)?.reason
  const level = /^\s*(insert|update|delete|merge|with)\b/i.test(text) ? 'write' : 'admin'
  return { level, run: text, ...(held === undefined ? {} : { target }), ...(reason === undefined ? {} : { reason }) }
}

/** The newest thing that was refused to this person and that a request can ask for. */
async function refusedLast(context: Context): Promise<Earlier | Refusal> {
  const { principal, gateway } = context
  const found = await gateway.store.lastRefusal(principal.id)
  if (!found) return refusal('GBX-1004', { what: 'a refusal to ask about' })
  const text = await refusedText(context, found.entry)
  if (text !== undefined) return isRefusal(text) ? text : { target: found.target, ...text }
  return { target: found.target, ...(found.level === undefined ? {} : { level: found.level }) }
}

/** Names that were given one by one or joined by commas; a comma within quotes belongs to its name. */
const listed = (given: readonly string[] | undefined): readonly string[] | undefined =>
  given?.flatMap((text) => (text.match(/(?:"(?:[^"]|"")*"|[^,"])+/g) ?? ['']).map((name) => name.trim()))

/** The wish in full; GBX-1002 names what is missing. */
export async function wishOf(context: Context, asked: Asked): Promise<Wish | Refusal> {
  const earlier =
    asked.again !== undefined
      ? earlierOf(context, asked.again)
      : asked.undo !== undefined
        ? await undoOf(context, asked.undo)
        : asked.last
          ? await refusedLast(context)
          : {}
  if (isRefusal(earlier)) return earlier
  // Its values are real and shown to nobody: they go where they came from, and no other text hides behind them.
  for (const field of ['target', 'run'] as const)
    if (earlier.undoes !== undefined && asked[field] !== undefined && asked[field] !== earlier[field])
      return refusal('GBX-1002', { field, why: `what takes back ${earlier.undoes} is what it is, where it was.` })
  const target = asked.target ?? earlier.target
  const reason = asked.why ?? earlier.reason
  if (target === undefined) return refusal('GBX-1002', { field: 'target', why: 'say what you want access to.' })
  if (reason === undefined) return refusal('GBX-1002', { field: 'why', why: 'say why you need it: -w "…"' })
  const ticket = asked.ticket ?? earlier.ticket
  const run = asked.run ?? earlier.run
  const tables = listed(asked.tables) ?? earlier.scope?.tables
  const unmask = listed(asked.unmask) ?? earlier.scope?.unmask
  const rows = asked.rows ?? (asked.unmask === undefined ? earlier.scope?.rows : undefined)
  const scope = scopeOf({
    ...(tables === undefined ? {} : { tables }),
    ...(unmask === undefined ? {} : { unmask }),
    ...(rows === undefined ? {} : { rows }),
  })
  if (unmask === undefined && rows !== undefined)
    return refusal('GBX-1002', { field: 'rows', why: 'it counts rows with unmasked values, so it goes with --unmask.' })
  const otherwiseMs = unmask === undefined ? defaultMs : defaultUnmaskMs
  return {
    target,
    reason,
    level: asked.level ?? earlier.level ?? (run === undefined ? 'read' : 'write'),
    ...(run === undefined ? {} : { run }),
    ...(earlier.undoes === undefined ? {} : { undoes: earlier.undoes }),
    scope,
    durationMs: asked.for === undefined ? (earlier.durationMs ?? otherwiseMs) : millis(asked.for),
    ...(ticket === undefined ? {} : { ticket }),
  }
}
