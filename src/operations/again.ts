// What is asked for, filled up from something earlier: the same once more (`again`), or what was refused last (`last`).
import { isRefusal, refusal, type Refusal } from '../core/error.ts'
import type { Level } from '../core/level.ts'
import type { AccessRequest, GrantId, Scope } from '../core/nouns.ts'
import { findId, millis } from './fields.ts'
import type { Context } from './operation.ts'

interface Asked {
  readonly target?: string | undefined
  readonly level?: Level | undefined
  readonly for?: string | undefined
  readonly why?: string | undefined
  readonly ticket?: string | undefined
  readonly tables?: readonly string[] | undefined
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
  return {
    target,
    reason,
    level: asked.level ?? earlier.level ?? 'read',
    scope: asked.tables === undefined ? (earlier.scope ?? {}) : { tables: asked.tables },
    durationMs: asked.for === undefined ? (earlier.durationMs ?? defaultMs) : millis(asked.for),
    ...(ticket === undefined ? {} : { ticket }),
  }
}
