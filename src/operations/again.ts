// What is asked for, filled up from something earlier: the same once more (`again`), or what was refused last (`last`).
import { isRefusal, refusal, type Refusal } from '../core/error.ts'
import type { Level } from '../core/level.ts'
import type { AccessRequest, GrantId, Scope } from '../core/nouns.ts'
import { scopeOf } from '../core/scope.ts'
import { findId, millis } from './fields.ts'
import type { Context } from './operation.ts'

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
}

export interface Wish {
  readonly target: string
  readonly level: Level
  readonly scope: Scope
  readonly durationMs: number
  readonly reason: string
  readonly ticket?: string
}

const defaultMs = 1_800_000
/** Values without masks are wanted for a moment. */
const defaultUnmaskMs = 600_000

type Earlier = Partial<Pick<AccessRequest, 'target' | 'level' | 'scope' | 'durationMs' | 'reason' | 'ticket'>>

function earlierOf({ principal, gateway }: Context, typed: string): Earlier | Refusal {
  const { requests, grants } = gateway.ledger.world
  const own = [...requests.values()].filter((request) => request.asker === principal.id)
  const ids = own.flatMap((request) => (request.grant ? [request.id, request.grant] : [request.id]))
  const id = findId(typed, ids, () => true)
  if (isRefusal(id)) return id
  const request = own.find((other) => other.id === id) ?? requests.get(grants.get(id as GrantId)?.request ?? 'r-')
  return request ?? refusal('GBX-1004', { what: typed })
}

/** The newest thing that was refused to this person and that a request can ask for. */
async function refusedLast({ principal, gateway }: Context): Promise<Earlier | Refusal> {
  const found = await gateway.store.lastRefusal(principal.id)
  if (!found) return refusal('GBX-1004', { what: 'a refusal to ask about' })
  return { target: found.target, ...(found.level === undefined ? {} : { level: found.level }) }
}

/** Names that were given one by one or joined by commas; a comma within quotes belongs to its name. */
const listed = (given: readonly string[] | undefined): readonly string[] | undefined =>
  given?.flatMap((text) => (text.match(/(?:"(?:[^"]|"")*"|[^,"])+/g) ?? ['']).map((name) => name.trim()))

/** The wish in full; GBX-1002 names what is missing. */
export async function wishOf(context: Context, asked: Asked): Promise<Wish | Refusal> {
  const earlier =
    asked.again !== undefined ? earlierOf(context, asked.again) : asked.last ? await refusedLast(context) : {}
  if (isRefusal(earlier)) return earlier
  const target = asked.target ?? earlier.target
  const reason = asked.why ?? earlier.reason
  if (target === undefined) return refusal('GBX-1002', { field: 'target', why: 'say what you want access to.' })
  if (reason === undefined) return refusal('GBX-1002', { field: 'why', why: 'say why you need it: -w "…"' })
  const ticket = asked.ticket ?? earlier.ticket
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
    level: asked.level ?? earlier.level ?? 'read',
    scope,
    durationMs: asked.for === undefined ? (earlier.durationMs ?? otherwiseMs) : millis(asked.for),
    ...(ticket === undefined ? {} : { ticket }),
  }
}
