// What belongs to one statement on its way: its outcome to be, its values as they came and as the record keeps them.
import type { Permit } from '../../gate/types.ts'
import type { Connection, Item, Portal, Running } from './connection.ts'
import { showsOf } from './rights/shown.ts'
import type { Bound, Verdict } from './walls/types.ts'
import { WireError, type Fields } from './wire.ts'

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

/** A Parse that never took place: its name is free again. */
export function forget(at: Connection, item: Item): void {
  if (item.kind !== 'parse' || item.prepared === undefined) return
  for (const [name, prepared] of at.statements) if (prepared === item.prepared) at.statements.delete(name)
}
