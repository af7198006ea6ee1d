// What belongs to one statement on its way: its outcome to be, its values as they came and as the record keeps them.
import type { Permit } from '../../../gate/types.ts'
import type { Connection, Item, Portal, Prepared, Running } from '../connection.ts'
import { plain } from '../errors.ts'
import { showsOf } from './shown.ts'
import type { Bound, Verdict } from '../walls/types.ts'
import { frame, fromClient, int16, int32, WireError, type Fields } from '../wire.ts'

/** A recorded parameter is cut at this many bytes. */
const recordedParameter = 256

/** A statement that begins to run under its permit. */
export const runningOf = (at: Connection, verdict: Verdict, permit: Permit): Running => ({
  verdict,
  shows: showsOf(at, verdict),
  permit,
  startedAt: performance.now(),
  rows: 0,
  bytes: 0,
  maskedColumns: 0,
})

/** A step of an emulated statement: the outcome is that of the last one. */
export const silent = (permit: Permit): Permit => ({
  entry: permit.entry,
  n: permit.n,
  send: (bytes) => permit.send(bytes),
  drained: () => permit.drained(),
  settle: () => undefined,
})

/** Nothing to run. */
export const emptyVerdict = (text: string): Verdict => ({
  kind: 'empty',
  action: { protocol: 'postgres', effect: 'observe', text, emitted: '', reads: [], masked: [] },
  sql: '',
  touched: [],
  labelledParameters: [],
  notices: [],
})

/** The action of a portal: with its values, as the record keeps them. */
export const withParameters = ({ action }: Verdict, { parameters, searches }: Portal): Verdict['action'] =>
  parameters.length === 0 ? action : { ...action, parameters, ...(searches === undefined ? {} : { searches }) }

/** The values of a Bind. Throws WireError when the frame is not well-formed. */
export function boundOf(fields: Fields): Bound[] {
  const formats = Array.from({ length: fields.u16() }, () => fields.i16())
  return Array.from({ length: fields.u16() }, (_, i) => {
    const length = fields.i32()
    if (length < -1) throw new WireError('a parameter of negative length')
    return {
      value: length === -1 ? null : fields.take(length),
      binary: (formats.length > 1 ? formats[i] : formats[0]) === 1,
    }
  })
}

/** A bound value as the record keeps it: text cut short, binary as hex; one that meets a labelled column by its length only. */
export function recordedAs({ value, binary }: Bound, labelled: boolean): string {
  if (value === null) return 'null'
  if (labelled) return `<${binary ? 'binary' : 'text'}, ${value.length} bytes>`
  const bytes = Buffer.from(value.buffer, value.byteOffset, Math.min(value.length, recordedParameter))
  return binary ? `\\x${bytes.toString('hex')}` : bytes.toString('utf8')
}

/** A Parse or Bind that never took place: its name is free again. */
export function forget(at: Connection, item: Item): void {
  if (item.kind === 'bind') for (const [name, portal] of at.portals) if (portal === item.portal) at.portals.delete(name)
  if (item.kind !== 'parse' || item.prepared === undefined) return
  for (const [name, prepared] of at.statements) if (prepared === item.prepared) at.statements.delete(name)
}

/** Frames that the client never asked for, with their items. */
export interface Hidden {
  readonly frames: readonly Buffer[]
  readonly items: readonly Item[]
}

/** One statement of ours in the extended protocol, unseen but for its tag, if it has one. */
export function hiddenStep(text: string, prepared: Prepared, running: Running, tag?: string): Hidden {
  return {
    frames: [
      frame(fromClient.parse, '_gbx', text, int16(0)),
      frame(fromClient.bind, '_gbx', '_gbx', int16(0), int16(0), int16(0)),
      frame(fromClient.execute, '_gbx', int32(0)),
      frame(fromClient.close, 0x50, '_gbx'),
      frame(fromClient.close, 0x53, '_gbx'),
    ],
    items: [
      { kind: 'parse', hidden: true },
      { kind: 'bind', hidden: true },
      { kind: 'execute', hidden: true, prepared, running, ...(tag === undefined ? {} : { tag }) },
      { kind: 'close', hidden: true },
      { kind: 'close', hidden: true },
    ],
  }
}

/** What was made under other walls is not run any more (R13): the error to answer, or undefined. */
export function staleOf(at: Connection, { kind, name }: Verdict): Buffer | undefined {
  if (name === undefined || (kind !== 'fetch' && kind !== 'execute')) return undefined
  const made = (kind === 'fetch' ? at.cursors : at.prepares).get(name)
  if (made === undefined || made === at.walls.version) return undefined
  return kind === 'fetch'
    ? plain('34000', `cursor "${name}" was opened before the rules or the catalogue changed`, 'Open it again.')
    : plain(
        '26000',
        `prepared statement "${name}" was prepared before the rules or the catalogue changed`,
        'Prepare it again.',
      )
}

/** The same for a string of statements; what one makes anew, the later ones may use. */
export function firstStale(at: Connection, verdicts: readonly Verdict[]): Buffer | undefined {
  const made = new Set<string | undefined>()
  for (const verdict of verdicts) {
    if (verdict.kind === 'declare' || verdict.kind === 'prepare') made.add(verdict.name)
    if (verdict.kind === 'execute' && verdict.guard !== undefined && made.has(verdict.name))
      return plain(
        '0A000',
        'EXECUTE of what the same text prepares: its plan is not known yet',
        'Send them one by one.',
      )
    const stale = made.has(verdict.name) ? undefined : staleOf(at, verdict)
    if (stale !== undefined) return stale
  }
  return undefined
}
