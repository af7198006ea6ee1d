// What belongs to one statement on its way: its outcome to be, its values as they came and as the record keeps them.
import type { Permit } from '../../../gate/types.ts'
import type { Connection, Item, Portal, Prepared, Running } from '../connection.ts'
import { plain } from '../errors.ts'
import { showsOf } from './shown.ts'
import type { Bound, Verdict } from '../walls/types.ts'
import { Fields, frame, fromClient, int16, int32, WireError } from '../wire.ts'

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

/** PostgreSQL takes longer names for their first bytes, so two names would be one. */
const longestName = 63

/**
 * Parse, Bind and Close name a statement or portal: what SQL made under that name is not taken for it any more. The error to
 * answer where the name is too long. Throws WireError.
 */
export function protocolName(at: Connection, type: number, bytes: Buffer): Buffer | undefined {
  if (type !== fromClient.parse && type !== fromClient.bind && type !== fromClient.close) return undefined
  const fields = new Fields(bytes, 5)
  const isPortal = type === fromClient.close ? fields.u8() !== 0x53 : type === fromClient.bind
  const name = fields.text()
  const made = isPortal ? at.cursors : at.prepares
  made.delete(name)
  return Buffer.byteLength(name) > longestName
    ? plain('42622', `a name is longer than ${longestName} bytes`, 'Use a shorter one.')
    : undefined
}

/** Is it about a name that is not known here yet, but may be when all that was asked before is answered? */
export const isNameOpen = (at: Connection, { kind, name = '' }: Verdict): boolean =>
  (kind === 'fetch' && !at.cursors.has(name)) || (kind === 'execute' && !at.prepares.has(name))

/**
 * FETCH and EXECUTE run what DECLARE and PREPARE made, and nothing else: values of what the protocol made are counted and
 * put on record when they are bound (Q3, G1). What was made under other walls is not run any more (R13). The error to
 * answer, or undefined. To be asked when isNameOpen says no, or all that was asked is answered.
 */
export function staleOf(at: Connection, { kind, name }: Verdict): Buffer | undefined {
  if (name === undefined || (kind !== 'fetch' && kind !== 'execute')) return undefined
  const [state, what, verb] =
    kind === 'fetch' ? (['34000', 'cursor', 'opened'] as const) : (['26000', 'prepared statement', 'prepared'] as const)
  const made = (kind === 'fetch' ? at.cursors : at.prepares).get(name)
  if (made === undefined || (kind === 'fetch' ? at.portals : at.statements).has(name))
    return plain(state, `${what} "${name}" does not exist`, 'What your driver has made is run by your driver only.')
  if (made === at.walls.version) return undefined
  const hint = kind === 'fetch' ? 'Open it again.' : 'Prepare it again.'
  return plain(state, `${what} "${name}" was ${verb} before the rules or the catalogue changed`, hint)
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
