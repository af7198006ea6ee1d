// W3: what the planner says a statement would cost, asked on the same connection before it runs (G10). The question has
// its own entry first (law 2); where it fails, the statement fails as it would have by itself.
import { createHash } from 'node:crypto'
import { isRefusal, refusal, type Refusal } from '../../../core/error.ts'
import type { Action, Limits } from '../../../core/nouns.ts'
import type { Permit } from '../../../gate/types.ts'
import type { Connection } from '../connection.ts'
import { cleaned, messageFields } from '../errors.ts'
import { Fields, frame, fromClient, fromServer, int16, int32, WireError } from '../wire.ts'
import { fromBytes, toBytes, tokens } from '../walls/text/lexer.ts'
import type { Verdict } from '../walls/types.ts'

/** A question to the planner whose answer is still to come: an item of the connection's queue. */
export interface Asking {
  readonly kind: 'plan'
  readonly permit: Permit
  /** Ends with ReadyForQuery (simple protocol), or goes on in the client's own series of messages. */
  readonly sync: boolean
  readonly startedAt: number
  closes: number
  json: string
  error?: Buffer
  /** From a place in the question to the person's own text. */
  readonly place?: (found: number) => number | undefined
  readonly done: (answer: Asking) => void
}

/** Values of a Bind as they came: formats and values, without the formats of results. */
export interface Values {
  readonly types: Buffer
  readonly bound: Buffer
}
const noValues: Values = { types: int16(0), bound: Buffer.concat([int16(0), int16(0)]) }

/** Estimates of statements that were within the limits, by text and values. One for each snapshot of walls. */
export class Estimates {
  readonly #until = new Map<string, number>()

  knows(key: string): boolean {
    const until = this.#until.get(key)
    return until !== undefined && until > performance.now()
  }
  keep(key: string): void {
    if (this.#until.size >= mostKept) {
      const oldest = this.#until.keys().next()
      if (oldest.done !== true) this.#until.delete(oldest.value)
    }
    this.#until.set(key, performance.now() + keptMs)
  }
}
const mostKept = 5_000
const keptMs = 300_000

/** Has the planner to be asked about this one? `types` = those that Parse gave its parameters. */
export function isGuarded(at: Connection, { guard }: Verdict, types: Buffer | undefined): boolean {
  if (guard === undefined) return false
  if (guard.lookup === undefined || at.ownPlans) return true
  const count = types === undefined || types.length < 2 ? 0 : types.readUInt16BE(0)
  return !guard.lookup.every(({ parameter, types: fitting }) =>
    fitting.includes(parameter > count ? 0 : (types?.readUInt32BE(2 + (parameter - 1) * 4) ?? 0)),
  )
}

/** What has to be explained: the statement as it goes up. COPY and EXPLAIN ANALYZE: their query. */
export function explainable(sql: string): string {
  const bytes = toBytes(sql)
  const list = tokens(bytes)
  const word = (i: number): string => {
    const token = list[i]
    return token === undefined ? '' : bytes.slice(token.start, token.end).toUpperCase()
  }
  const closing = (open: number): number => {
    let depth = 0
    for (let i = open; i < list.length; i++) {
      if (word(i) === '(') depth++
      if (word(i) === ')' && --depth === 0) return i
    }
    throw new RangeError('a parenthesis without its end')
  }
  const from = (i: number): string => fromBytes(bytes.slice(list[i]?.start ?? bytes.length))
  if (word(0) === 'COPY') return fromBytes(bytes.slice(list[1]?.end, list[closing(1)]?.start))
  if (word(0) !== 'EXPLAIN') return sql
  let at = 1
  if (word(1) === '(' && !/^(SELECT|WITH|VALUES|TABLE|\()$/.test(word(2))) at = closing(1) + 1
  while (/^(ANALYZE|ANALYSE|VERBOSE)$/.test(word(at))) at++
  return from(at)
}

/**
 * Asks the planner unless it is known to be cheap. Undefined = the statement may run; a Refusal = it may not; bytes = the
 * target's own error, which is the statement's. The caller has made sure that everything before is answered; `flush`
 * waits for this answer in the same way. Everything that is not understood refuses.
 */
export async function estimate(
  at: Connection,
  { action, sql, placeOf }: Verdict,
  how: { readonly sync: boolean; readonly values?: Values; readonly flush: () => Promise<void> },
): Promise<Refusal | { readonly error: Buffer } | undefined> {
  const { types, bound } = how.values ?? noValues
  const key = createHash('sha256').update(`${at.walls.version}\0${sql}\0`).update(types).update(bound).digest('base64')
  if (!at.ownPlans && at.estimates.knows(key)) return undefined
  const asked: Action = {
    ...action,
    effect: 'observe',
    text: `EXPLAIN ${action.text}`,
    emitted: `EXPLAIN (FORMAT JSON) ${action.emitted}`,
  }
  const permit = await at.session.admit(asked)
  if (isRefusal(permit)) return permit
  const text = `EXPLAIN (FORMAT JSON) ${explainable(sql)}`
  const answered = new Promise<Asking>((done) => {
    const { sync } = how
    const asking = { permit, sync, startedAt: performance.now(), closes: 0, json: '', done }
    const before = text.length - sql.length
    const place = placeOf && text.endsWith(sql) ? (found: number) => placeOf(found - before) : undefined
    at.queue.push({ kind: 'plan', ...asking, ...(place === undefined ? {} : { place }) })
  })
  permit.send(
    Buffer.concat([
      frame(fromClient.close, 0x53, name), // left behind where the last question failed
      frame(fromClient.parse, name, text, types),
      frame(fromClient.bind, name, name, bound, int16(0)),
      frame(fromClient.execute, name, int32(0)),
      frame(fromClient.close, 0x50, name),
      frame(fromClient.close, 0x53, name),
      ...(how.sync ? [frame(fromClient.sync)] : []),
    ]),
  )
  await how.flush()
  if (at.isOver) return refusal('GBX-1210', { why: 'The session is over.' })
  const { json, error } = await answered
  if (error !== undefined) return { error }
  const refused = overBudget(json, at.session.on.limits)
  if (refused === undefined && !at.ownPlans) at.estimates.keep(key)
  return refused
}

const name = '_gbx_plan'

interface Message {
  readonly type: number
  readonly bytes: Buffer
  readonly from: number
  readonly to: number
}

/** Takes one message of the answer. True = it was the last. */
export function planned(at: Connection, asking: Asking, { type, bytes, from, to }: Message): boolean {
  switch (type) {
    case fromServer.parseComplete:
    case fromServer.bindComplete:
    case fromServer.commandComplete:
      return false
    case fromServer.dataRow: {
      const fields = new Fields(bytes, from + 5, to)
      if (fields.u16() !== 1) throw new WireError('a plan of more than one column')
      asking.json += fields.take(fields.i32()).toString('utf8')
      return false
    }
    case fromServer.error:
      asking.error = told(asking, messageFields(bytes, from + 5, to))
      if (!asking.sync) at.erred = true
      return !asking.sync && settled(asking)
    case fromServer.closeComplete:
      return ++asking.closes === 3 && !asking.sync && settled(asking)
    case fromServer.ready: {
      const status = bytes[from + 5]
      at.status = status === 0x54 ? 'T' : status === 0x45 ? 'E' : 'I'
      return settled(asking)
    }
    default:
      throw new WireError(`a plan was answered with type ${type}`)
  }
}

/** The target's error, with its place in the person's own text. */
function told({ place }: Asking, fields: ReturnType<typeof messageFields>): Buffer {
  const found = place?.(Number(fields.get('P')?.toString('latin1')))
  return cleaned(fromServer.error, fields, found?.toString())
}

function settled({ permit, error, startedAt, json }: Asking): true {
  const durationMs = Math.round(performance.now() - startedAt)
  permit.settle({ outcome: error === undefined ? 'ok' : 'error', rows: 0, bytes: json.length, durationMs })
  return true
}

interface Node {
  readonly 'Node Type'?: unknown
  readonly 'Relation Name'?: unknown
  readonly 'Total Cost'?: unknown
  readonly 'Plan Rows'?: unknown
  readonly Plans?: readonly Node[]
}

/** GBX-1330 where the plan is above the limits, and for a plan that can't be read. */
export function overBudget(json: string, limits: Pick<Limits, 'cost' | 'estimatedRows'>): Refusal | undefined {
  let top: Node | undefined
  try {
    top = (JSON.parse(json) as readonly { readonly Plan?: Node }[])[0]?.Plan
  } catch {
    top = undefined // closed: refused below
  }
  const cost = top?.['Total Cost']
  const rows = top?.['Plan Rows']
  if (top === undefined || typeof cost !== 'number' || typeof rows !== 'number')
    return refusal('GBX-1210', { why: 'The target gave no plan that could be read.' })
  const over = (what: string, limit: number): Refusal =>
    refusal('GBX-1330', { what, limit: counted(limit), ...hint(top) })
  if (!(cost <= limits.cost)) return over(`cost ${counted(cost)}`, limits.cost)
  return rows <= limits.estimatedRows ? undefined : over(`answer of ${counted(rows)} rows`, limits.estimatedRows)
}

const counted = (value: number): string => Math.round(value).toLocaleString('en-US')

/** The node that the cost comes from: down from the top, always into the dearest. Names only: conditions would show literals. */
function hint(top: Node): { node: string; way: string } {
  let at = top
  const own = (node: Node): number => (typeof node['Total Cost'] === 'number' ? node['Total Cost'] : 0)
  for (let next = dearest(at); next !== undefined && own(next) > own(at) / 2; next = dearest(at)) at = next
  const relation = at['Relation Name']
  const on = typeof relation === 'string' ? ` on ${relation}` : ''
  const kind = typeof at['Node Type'] === 'string' ? at['Node Type'] : 'Plan'
  return {
    node: `${kind}${on}: cost ${counted(own(at))}, ${counted(Number(at['Plan Rows']))} rows`,
    way:
      on === ''
        ? 'add a condition on an indexed column, or LIMIT'
        : `add a condition on an indexed column of ${String(relation)}, or LIMIT`,
  }
}

const dearest = ({ Plans = [] }: Node): Node | undefined =>
  Plans.toSorted((a, b) => Number(b['Total Cost']) - Number(a['Total Cost']))[0]
