// The target's answers on their way down: matched with what was asked, checked by the alarm before the first row, counted,
// and passed on in whole runs without a copy. Runs synchronously on each chunk; what throws here ends the session (G2).
import { isRefusal, refusal, type Refusal } from '../../core/error.ts'
import type { Outcome } from '../../core/nouns.ts'
import { checkedAnswer, passProtocol, type CheckedAnswer } from '../../masking/scan.ts'
import { own } from '../../masking/masked.ts'
import { formatDuration } from '../../lib/duration.ts'
import type { Connection, Item, Running } from './connection.ts'
import { cleaned, messageFields, plain, worded, placeIn } from './errors.ts'
import { checkStep } from './recheck.ts'
import { columnsOf, copyNet, messageNet, type Report, rowNet } from './detect/net.ts'
import { planned } from './rights/estimate.ts'
import { emptyVerdict, forget } from './rights/running.ts'
import { fieldsOf } from './rows.ts'
import { viewChanged } from './walls/model.ts'
import { Fields, frame, fromServer, Splitter, WireError } from './wire.ts'
import type { Verdict } from './walls/types.ts'

/** Parameters that are passed on when the target reports a change. */
const reported = new Set([
  'DateStyle',
  'IntervalStyle',
  'TimeZone',
  'application_name',
  'extra_float_digits',
  'in_hot_standby',
  'search_path',
])
/** S3: when one of these leaves its value, the second lock is open and the session ends. */
const fixed: Readonly<Record<string, string>> = {
  default_transaction_read_only: 'on',
  standard_conforming_strings: 'on',
  client_encoding: 'UTF8',
}

export class Answers {
  readonly #at: Connection
  readonly #splitter: Splitter
  #out: Buffer[] = []
  #paused = false
  /** The row description that was checked last, to save the work where the same comes again. */
  #known:
    | {
        readonly bytes: Buffer
        readonly version: number
        readonly checked: CheckedAnswer
        readonly masked: number
        readonly outputs: Verdict['outputs']
      }
    | undefined

  constructor(connection: Connection) {
    this.#at = connection
    const largest = connection.session.on.limits.bytes + 65_536
    this.#splitter = new Splitter(() => largest)
  }

  /** One chunk of the target. */
  bytes(chunk: Buffer): void {
    let whole
    try {
      whole = this.#splitter.whole(chunk)
    } catch (error) {
      if (error instanceof WireError && error.tooLarge !== undefined) {
        return this.#end('limit', refusal('GBX-1303', { limit: this.#at.session.on.limits.bytes })) // closed: one row alone is over the limit
      }
      throw error
    }
    for (let at = 0; at < whole.length;) at = this.#frame(whole, at)
    this.own()
    this.flush()
  }

  /** Emits our own answers that stand at the front of the queue, then tells those who wait for an empty queue. */
  own(): void {
    const { queue } = this.#at
    for (let [head] = queue; head?.kind === 'own'; [head] = queue) {
      queue.shift()
      if (!this.#at.swallowing) this.#push(head.bytes())
    }
    this.#at.wake()
  }

  /** Sends what has gathered, and holds the target while the client is slow (G10). */
  flush(): void {
    if (this.#out.length === 0) return
    const [first] = this.#out
    const bytes = this.#out.length === 1 && first !== undefined ? first : Buffer.concat(this.#out)
    this.#out = []
    const { session } = this.#at
    if (session.send(passProtocol(bytes)) || this.#paused) return
    this.#paused = true
    session.upstream.pause()
    void session.drained().then(() => {
      this.#paused = false
      session.upstream.resume()
    })
  }

  #push(bytes: Buffer | undefined): void {
    if (bytes !== undefined && bytes.length > 0) this.#out.push(bytes)
  }

  /** Handles the frame at `from`, or the run of rows that begins there; returns where the next one starts. */
  #frame(bytes: Buffer, from: number): number {
    const type = bytes[from] as number
    const to = from + 1 + bytes.readUInt32BE(from + 1)
    if (type === fromServer.notice || type === fromServer.parameterStatus || type === fromServer.notification) {
      this.#aside(type, bytes, from, to)
      return to
    }
    this.own()
    const [head] = this.#at.queue
    if (head === undefined) {
      if (type === fromServer.error) this.#fatal(bytes, from, to)
      else throw new WireError(`the target sent a message of type ${type} that nobody asked for`)
      return to
    }
    if (head.kind === 'check') {
      const step = checkStep(head, type, bytes, from)
      if (step === 'off') this.#opened('default_transaction_read_only', head.value ?? 'something unknown')
      if (step === 'on') this.#at.queue.shift()
    } else if (head.kind === 'plan') {
      if (planned(this.#at, head, { type, bytes, from, to })) {
        this.#at.queue.shift()
        head.done(head)
      }
    } else if (type === fromServer.error) this.#error(head, bytes, from, to)
    else if (type === fromServer.ready) this.#ready(head, bytes[from + 5] as number)
    else if (this.#at.swallowing) this.#swallow(head, type)
    else if (type === fromServer.dataRow || type === fromServer.copyData) return this.#rows(head, type, bytes, from)
    else this.#step(head, type, bytes, from, to)
    return to
  }

  /** Messages that can come at any time. */
  #aside(type: number, bytes: Buffer, from: number, to: number): void {
    if (type === fromServer.notification) return // never passed on
    const at = this.#at
    if (type === fromServer.notice) {
      const fields = this.#fields(bytes, from, to)
      const severity = (fields.get('V') ?? fields.get('S'))?.toString() ?? ''
      if (/^(NOTICE|WARNING|INFO)$/.test(severity) && !at.swallowing) this.#push(cleaned(type, fields))
      return
    }
    const fields = new Fields(bytes, from + 5, to)
    const name = fields.text()
    const value = fields.text()
    const expected = fixed[name]
    if ((expected !== undefined && value !== expected) || name === 'session_authorization') {
      return this.#opened(name, value)
    }
    if (reported.has(name)) this.#push(bytes.subarray(from, to))
  }

  /** S3: the second lock is open, so the session ends. */
  #opened(name: string, value: string): never {
    const why = `the setting ${name} changed to ${value}`
    return this.#end('protocol', refusal('GBX-1310', { target: this.#at.session.target, why }))
  }

  /** A run of DataRow or CopyData frames: passed on in one piece as far as the limits go. */
  #rows(head: Item, type: number, bytes: Buffer, from: number): number {
    const at = this.#at
    const running = runningOf(head)
    const checked = head.kind === 'query' ? head.checked : head.kind === 'execute' ? head.prepared.checked : undefined
    if (running === undefined || checked === undefined) throw new WireError('rows of an answer that was not checked') // G2
    const { rows: mostRows, bytes: mostBytes } = at.session.on.limits
    let to = from
    let over: Refusal | undefined
    while (to < bytes.length && bytes[to] === type) {
      const size = 1 + bytes.readUInt32BE(to + 1)
      if (at.cut === undefined && mostRows > 0 && running.rows >= mostRows)
        over = refusal('GBX-1302', { limit: mostRows })
      else if (at.cut === undefined && running.bytes + size > mostBytes)
        over = refusal('GBX-1303', { limit: mostBytes })
      else if (at.cut === undefined && running.shows !== undefined && !showRow(at, running, running.shows))
        over = unmaskedLimit(at)
      if (over !== undefined) break
      running.rows++
      running.bytes += size
      to += size
    }
    if (to > from && at.cut === undefined && !at.swallowing && !hiddenItem(head)) {
      this.#out.push(checked.pass(bytes.subarray(from, to)) as Uint8Array as Buffer)
    }
    if (over !== undefined) this.#cut(running, over)
    return to
  }

  /** G10: no more rows of this statement, and its end is an error: a partial answer never looks whole. */
  #cut(running: Running, refused: Refusal): void {
    const at = this.#at
    at.cut = { running, error: worded('ERROR', refused) }
    running.permit.settle(outcome(running, 'cut', { code: refused.code }))
    void at.cancelUpstream()
  }

  #step(head: Item, type: number, bytes: Buffer, from: number, to: number): void {
    const at = this.#at
    const pass = () => {
      if (!hiddenItem(head)) this.#push(bytes.subarray(from, to))
    }
    switch (type) {
      case fromServer.rowDescription:
        return this.#describe(head, bytes, from, to)
      case fromServer.noData:
        if (head.kind !== 'describe') break
        if (head.prepared !== undefined) head.prepared.checked = passing
        at.queue.shift()
        return pass()
      case fromServer.parameterDescription:
        if (head.kind !== 'describe') break
        return pass()
      case fromServer.parseComplete:
      case fromServer.bindComplete:
      case fromServer.closeComplete:
        if (head.kind !== 'parse' && head.kind !== 'bind' && head.kind !== 'close') break
        at.queue.shift()
        settleText(head, 'ok')
        return pass()
      case fromServer.copyOut:
        // COPY names no columns: what it reads was rewritten like everything else.
        if (head.kind === 'query') head.checked = this.#copied(head, bytes, from, to)
        else if (head.kind === 'execute') head.prepared.checked = this.#copied(head, bytes, from, to)
        else break
        return pass()
      case fromServer.copyDone:
        if (at.cut === undefined) pass()
        return
      case fromServer.commandComplete:
      case fromServer.suspended:
      case fromServer.emptyQuery:
        return this.#complete(head, type, bytes, from, to)
    }
    throw new WireError(`the target answered with type ${type} where ${head.kind} was asked`)
  }

  readonly #report: Report = (column, className) => this.#at.session.found(column, className)

  #copied(head: Item, bytes: Buffer, from: number, to: number): CheckedAnswer {
    const verdict = runningOf(head)?.verdict
    // Values that the grant shows are shown: COPY does not tell which columns they are in.
    if (verdict?.unmasked !== undefined) return passing
    const reads = verdict?.action.reads ?? []
    const net = copyNet(bytes.subarray(from + 5, to), `(copy) ${reads.join(', ')}`, this.#report)
    const answer = checkedAnswer(() => undefined, net)
    if (isRefusal(answer)) throw new TypeError('unreachable')
    return answer
  }

  /** A message's fields behind the net. */
  #fields(bytes: Buffer, from: number, to: number): Map<string, Buffer> {
    return messageNet(messageFields(bytes, from + 5, to), this.#report)
  }

  /** The alarm: before any row, the columns are compared with the labels. */
  #describe(head: Item, bytes: Buffer, from: number, to: number): void {
    const at = this.#at
    const prepared = head.kind === 'describe' ? head.prepared : undefined
    const verdict = prepared?.verdict ?? runningOf(head)?.verdict ?? (head.kind === 'describe' ? cursors : undefined)
    if (verdict === undefined) throw new WireError('a row description that nobody asked for')
    const known = this.#known
    let checked: CheckedAnswer
    let masked: number
    if (
      known !== undefined &&
      known.version === at.walls.version &&
      verdict.touched.length === 0 &&
      known.masked === 0 &&
      known.outputs === verdict.outputs &&
      known.bytes.length === to - from &&
      bytes.compare(known.bytes, 0, known.bytes.length, from, to) === 0
    ) {
      ;({ checked, masked } = known)
    } else {
      const fields = fieldsOf(bytes, from + 5, to)
      const columns = columnsOf(fields, verdict, (field) => at.walls.columnOf?.(field), at.unmasked?.columns)
      const answer = checkedAnswer(
        () => at.walls.alarm(fields, at.unmasked?.columns),
        columns === undefined ? undefined : rowNet(columns, this.#report),
      )
      if (isRefusal(answer)) return this.#end('masker', answer)
      const names = verdict.touched.length === 0 ? [] : at.walls.maskedColumns(verdict, fields)
      checked = answer
      masked = names.length
      this.#known = {
        bytes: Buffer.from(bytes.subarray(from, to)),
        version: at.walls.version,
        checked,
        masked,
        outputs: verdict.outputs,
      }
      if (at.settings.tellMasked)
        this.#push(frame(fromServer.parameterStatus, 'glovebox.masked', JSON.stringify(names)))
    }
    if (head.kind === 'describe') {
      at.queue.shift()
      if (prepared !== undefined) prepared.checked = checked
      if (!head.hidden) this.#push(bytes.subarray(from, to))
      return
    }
    const running = runningOf(head)
    if (running !== undefined) running.maskedColumns = masked
    if (head.kind === 'query') head.checked = checked
    else if (head.kind === 'execute') head.prepared.checked = checked
    this.#push(bytes.subarray(from, to))
  }

  #complete(head: Item, type: number, bytes: Buffer, from: number, to: number): void {
    const at = this.#at
    const running = runningOf(head)
    if (running === undefined) throw new WireError('an end of a statement that nobody asked for')
    if (at.cut?.running === running) return this.#wasCut(head)
    const tag = type === fromServer.commandComplete ? bytes.toString('latin1', from + 5, to - 1) : ''
    if (head.kind === 'query') {
      head.at++
      delete head.checked
      if (head.emulated !== undefined) {
        if (--head.emulated.left > 0) return
        this.#push(frame(fromServer.commandComplete, head.emulated.tag))
      } else this.#push(bytes.subarray(from, to))
    } else if (head.kind === 'execute') {
      at.queue.shift()
      if (head.tag !== undefined) this.#push(frame(fromServer.commandComplete, head.tag))
      else if (!head.hidden) this.#push(bytes.subarray(from, to))
    }
    follow(at, running, tag)
    running.permit.settle(outcome(running, 'ok'))
  }

  /** The cut statement has come to its end before the cancel request arrived. */
  #wasCut(head: Item): void {
    const at = this.#at
    const error = at.cut?.error
    at.cut = undefined
    this.#push(error)
    at.failing = true
    this.#dropToSync(head)
  }

  #error(head: Item, bytes: Buffer, from: number, to: number): void {
    const at = this.#at
    const fields = this.#fields(bytes, from, to)
    const running = runningOf(head)
    const severity = (fields.get('V') ?? fields.get('S'))?.toString()
    if (at.swallowing && severity !== 'FATAL' && severity !== 'PANIC') return
    const sqlstate = fields.get('C')?.toString() ?? ''
    if (running !== undefined && at.cut?.running === running) {
      this.#push(at.cut.error)
      at.cut = undefined
    } else {
      this.#push(
        hinted(
          at,
          sqlstate,
          sayable(at, running, sqlstate, cleaned(fromServer.error, fields, placeIn(head, fields.get('P')))),
        ),
      )
      running?.permit.settle(
        outcome(running, sqlstate === '57014' ? 'cancelled' : 'error', {
          error: running.shows === undefined ? `${sqlstate} ${fields.get('M')?.toString() ?? ''}` : sqlstate,
        }),
      )
    }
    const changed = fields.get('M')?.toString().includes(viewChanged) === true
    if (changed || stale.has(sqlstate)) void at.walls.refresh().catch(() => undefined) // open to: an older snapshot, which only knows fewer columns
    if (severity === 'FATAL' || severity === 'PANIC') {
      this.flush()
      void at.session.end('target', `${sqlstate} ${fields.get('M')?.toString() ?? ''}`)
      return
    }
    this.#dropToSync(head, true)
  }

  /** After an error the target skips everything up to the next Sync: so do its items, with what they hold settled. */
  #dropToSync(head: Item, byTarget = false): void {
    const at = this.#at
    at.erred = byTarget
    if (head.kind === 'query') {
      for (const rest of head.running.slice(head.at)) rest.permit.settle(outcome(rest, 'cancelled'))
      head.running.length = 0
      if (!byTarget) at.swallowing = true // the target goes on with the rest of the string: nobody sees it
      return
    }
    if (!byTarget) {
      // The target knows of no error: what it still answers up to the Sync is swallowed.
      if (at.queue[0] === head) at.queue.shift()
      at.swallowing = true
      if (!at.queue.some((item) => item.kind === 'sync')) at.skipping = true
      return
    }
    for (let [item] = at.queue; item !== undefined && item.kind !== 'sync'; [item] = at.queue) {
      at.queue.shift()
      forget(at, item)
      settleText(item, 'cancelled')
      if (item.kind === 'execute') item.running.permit.settle(outcome(item.running, 'cancelled'))
      if (item.kind === 'query') throw new WireError('an error reached into the next query')
    }
    if (at.queue.length === 0) at.skipping = true
  }

  /** An answer that nobody may see: only its place in the queue counts. */
  #swallow(head: Item, type: number): void {
    if (head.kind === 'query' || head.kind === 'sync' || !lastOf.has(type)) return
    this.#at.queue.shift()
    settleText(head, 'ok')
    if (head.kind === 'execute') head.running.permit.settle(outcome(head.running, 'cancelled'))
  }

  #ready(head: Item, status: number): void {
    const at = this.#at
    if (head.kind !== 'sync' && head.kind !== 'query') throw new WireError('the target is ready too early')
    at.queue.shift()
    at.swallowing = false
    at.status = status === 0x54 ? 'T' : status === 0x45 ? 'E' : 'I'
    if ((at.failing && at.inBlock) || (at.erred && at.lazy)) at.failed = true
    at.failing = false
    if (at.status === 'I') {
      if (!at.lazy) at.failed = at.lazyRan = false
      at.path.end(at.erred ? 'rollback' : 'commit')
      for (const name of at.cursors.keys()) if (!at.held.has(name)) at.cursors.delete(name)
      for (const [name, portal] of at.portals)
        if (head.kind === 'query' || portal.sync <= head.number) at.portals.delete(name)
    }
    at.erred = false
    this.#push(frame(fromServer.ready, at.shown.charCodeAt(0)))
  }

  #fatal(bytes: Buffer, from: number, to: number): void {
    const fields = this.#fields(bytes, from, to)
    this.#push(cleaned(fromServer.error, fields))
    this.flush()
    void this.#at.session.end('target', `${fields.get('C')?.toString() ?? ''} ${fields.get('M')?.toString() ?? ''}`)
  }

  /** Ends the session from within an answer: what was not sent yet is thrown away. */
  #end(cause: 'limit' | 'masker' | 'protocol', refused: Refusal): never {
    this.#out = []
    this.#at.session.send(own(worded('FATAL', refused)))
    void this.#at.session.end(cause, undefined, refused)
    throw new WireError(refused.title)
  }
}

/** A cursor that was made by SQL is described without its statement: the alarm sees its columns at each FETCH. */
const cursors = emptyVerdict('')

/** Messages that end the answer to one client message. */
const lastOf: ReadonlySet<number> = new Set([
  fromServer.parseComplete,
  fromServer.bindComplete,
  fromServer.closeComplete,
  fromServer.rowDescription,
  fromServer.noData,
  fromServer.commandComplete,
  fromServer.suspended,
  fromServer.emptyQuery,
])

/** After these the catalogue may have changed under our snapshot (C3). */
const stale = new Set(['42703', '42P01', '42883', '0A000'])

/** Answers without columns: nothing for the alarm to compare. */
const passing = (() => {
  const answer = checkedAnswer(() => undefined)
  if (isRefusal(answer)) throw new TypeError('unreachable')
  return answer
})()

const runningOf = (item: Item): Running | undefined =>
  item.kind === 'query'
    ? item.running[Math.min(item.at, item.running.length - 1)]
    : item.kind === 'execute'
      ? item.running
      : item.kind === 'parse'
        ? item.prepared?.text
        : undefined

/** The outcome of a text that was only prepared. Does nothing where its execution is what stands on record. */
const settleText = (item: Item, how: Outcome['outcome']): void => {
  const text = item.kind === 'parse' ? item.prepared?.text : undefined
  text?.permit.settle(outcome(text, how))
}

const hiddenItem = (item: Item): boolean => 'hidden' in item && item.hidden

/** Counts a row's unmasked values before it leaves; false = the grant shows no more. */
function showRow(at: Connection, running: Running, values: readonly number[]): boolean {
  if (at.unmasked?.take(values) !== true) return false
  running.unmasked = values.map((value, i) => value + (running.unmasked?.[i] ?? 0))
  return true
}

/** An error may quote a value: under an unmask it counts as one of each, and is on record by its code only. */
function sayable(at: Connection, running: Running | undefined, sqlstate: string, error: Buffer): Buffer {
  if (running?.shows === undefined || showRow(at, running, running.shows)) return error
  return plain(sqlstate, 'the message is withheld: it may quote an unmasked value, and no more of them may be shown')
}

function unmaskedLimit({ session, unmasked: shown }: Connection): Refusal {
  const { id } = session.live
  const columns = shown?.columns.join(',') ?? ''
  return refusal('GBX-1331', { grant: id, limit: shown?.limit ?? 0, target: session.target, columns })
}

/** What goes on record when a statement has ended. */
export function outcome(
  running: Running,
  how: Outcome['outcome'],
  more: { error?: string; code?: Refusal['code'] } = {},
): Outcome {
  const masked = running.maskedColumns * running.rows
  return {
    outcome: how,
    rows: running.rows,
    bytes: running.bytes,
    durationMs: Math.round(performance.now() - running.startedAt),
    ...(masked > 0 ? { masked } : {}),
    ...(running.unmasked === undefined ? {} : { unmasked: running.unmasked }),
    ...more,
  }
}

/** The target's own timeout, with the limit that it stands for (G10: each refusal names its limit). */
function hinted(at: Connection, sqlstate: string, otherwise: Buffer): Buffer {
  const text = otherwise.toString('latin1')
  if (sqlstate === '57014' && text.includes('statement timeout')) {
    return worded('ERROR', refusal('GBX-1305', { limit: formatDuration(at.session.on.limits.statementTimeoutMs) }))
  }
  return otherwise
}

/** Follows what a completed statement changed on the connection. */
function follow(at: Connection, { verdict }: Running, tag: string): void {
  const { path } = at
  const name = verdict.name
  switch (verdict.kind) {
    case 'begin':
      at.status = 'T' // the target says so only at the next Sync
      return path.begin()
    case 'set':
      path.begin() // an implicit transaction, where none is open
      if (verdict.setting?.name === 'search_path') path.set(verdict.setting.searchPath, verdict.setting.local)
      return
    case 'savepoint':
      return path.savepoint(name ?? '')
    case 'release':
      return path.release(name ?? '')
    case 'rollback-to':
      at.failed = false
      return path.rollbackTo(name ?? '')
    case 'commit':
    case 'rollback':
      at.failed = false
      at.status = verdict.chain === true ? 'T' : 'I'
      path.end(tag === 'ROLLBACK' ? 'rollback' : 'commit')
      if (verdict.chain === true) path.begin()
      return
    case 'declare':
      if (name !== undefined) at.cursors.set(name, at.walls.version)
      if (name !== undefined && /\bWITH\s+HOLD\b/i.test(verdict.sql)) at.held.add(name)
      return
    case 'prepare':
      if (name !== undefined) at.prepares.set(name, at.walls.version)
      return
    case 'close':
      if (name === undefined) at.cursors.clear()
      else at.cursors.delete(name)
      return
    case 'discard':
      path.set(undefined, false)
      at.cursors.clear()
      if (verdict.emulate?.tag === 'DISCARD ALL') for (const held of [at.statements, at.prepares]) held.clear()
      return
    case 'deallocate':
      for (const held of [at.statements, at.prepares]) {
        if (name === undefined) held.clear()
        else held.delete(name)
      }
      return
    default:
      return
  }
}
