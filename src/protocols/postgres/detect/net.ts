// M10, the net behind the rewriting: values of an answer pass the detectors before they leave, in rows, COPY, errors and
// notices. Frames stay as they are where nothing is found; a frame with a hit is made anew with the right lengths. What
// throws here ends the session before the row leaves (G2).
import { classOf, type Detector, tokenAt } from '../../../masking/detect/hit.ts'
import type { Hint } from '../../../masking/detect/detect.ts'
import { hintOf } from '../../../masking/detect/names.ts'
import { detect } from '../../../masking/detect/detect.ts'
import { scrubbedBytes } from '../../../masking/detect/replace.ts'
import { frame, WireError } from '../wire.ts'
import { oids, type Shape, shapeOf } from './value-shape.ts'
import type { Field, Verdict } from '../walls/types.ts'

/** Told for each hit: where it stood, which class of data it is. Never the value. */
export type Report = (column: string, className: string) => void

/** No detector finds anything in fewer bytes. */
const least = 6

interface Column {
  readonly shape: Shape
  readonly hint: Hint | undefined
  /** schema.table.column, or what it is called where it is no column. */
  readonly name: string
  /** Its text was scrubbed in the target: tokens there are hits, too. */
  readonly isScrubbed: boolean
}

/** Forms that leave nothing to find. */
const closedForms = new Set(['null', 'redact', 'pseudonym', 'partial', 'generalise'])

/** The columns of an answer as the net sees them; undefined = none of them can hold a text. */
export function columnsOf(
  fields: readonly Field[],
  verdict: Verdict,
  nameOf: (field: Field) => string | undefined,
  unmasked: readonly string[] = [],
): readonly Column[] | undefined {
  const outputs = verdict.outputs?.length === fields.length ? verdict.outputs : undefined
  const columns = fields.map((field, i): Column => {
    const output = outputs?.[i]
    const name = nameOf(field)
    const isShown = output?.unmasked === true || (name !== undefined && unmasked.includes(name))
    const isLabelled = isShown || (output?.form !== undefined && closedForms.has(output.form))
    return {
      shape: isLabelled ? 'skip' : shapeOf(field.typeOid),
      hint: hintOf(field.name),
      name: name ?? output?.column ?? `(computed) ${field.name}`,
      isScrubbed: output?.form === 'scrub',
    }
  })
  return columns.some(({ shape }) => shape !== 'skip') ? columns : undefined
}

/** The net of one answer: takes a run of whole DataRow frames, gives what may leave. */
export function rowNet(columns: readonly Column[], report: Report): (run: Buffer) => Buffer {
  const checked = columns.map(({ shape }) => shape !== 'skip')
  return (run) => {
    const parts: Buffer[] = []
    let clean = 0
    for (let at = 0; at < run.length;) {
      const end = at + 1 + run.readUInt32BE(at + 1)
      if (hasHit(run, at + 5, end, columns, checked)) {
        if (at > clean) parts.push(run.subarray(clean, at))
        parts.push(rowAnew(run, at + 5, end, columns, report))
        clean = end
      }
      at = end
    }
    if (clean === 0) return run
    parts.push(run.subarray(clean))
    return Buffer.concat(parts)
  }
}

/** Looks at the values of one row, whose body is [from, end). */
function hasHit(
  run: Buffer,
  from: number,
  end: number,
  columns: readonly Column[],
  checked: readonly boolean[],
): boolean {
  if (run.readUInt16BE(from) !== columns.length)
    throw new WireError('a row with other columns than it was described with')
  let at = from + 2
  let found = false
  for (let i = 0; i < columns.length; i++) {
    if (at + 4 > end) throw new WireError('a row that is shorter than its columns')
    const length = run.readInt32BE(at)
    at += 4
    if (length <= 0) continue
    if (at + length > end) throw new WireError('a value that is longer than its row')
    if (length >= least && checked[i] === true && !found) {
      const column = columns[i] as Column
      found =
        detect(run, at, at + length, column.hint).length > 0 ||
        (column.isScrubbed && tokens(run, at, at + length, undefined) > 0)
    }
    at += length
  }
  return found
}

function rowAnew(run: Buffer, from: number, end: number, columns: readonly Column[], report: Report): Buffer {
  const parts: Buffer[] = [run.subarray(from, from + 2)]
  let at = from + 2
  for (const column of columns) {
    const length = run.readInt32BE(at)
    const value = run.subarray(at + 4, at + 4 + Math.max(length, 0))
    const shown = length < least || column.shape === 'skip' ? value : valueAnew(value, column, report)
    parts.push(lengthOf(length < 0 ? null : shown))
    if (length >= 0 && shown !== null) parts.push(shown)
    at += 4 + value.length
  }
  if (at !== end) throw new WireError('a row that is longer than its columns')
  return frame(0x44, Buffer.concat(parts))
}

const lengthOf = (value: Buffer | null): Buffer => {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeInt32BE(value === null ? -1 : value.length)
  return bytes
}

/** One value without what was found in it; null where its type has no room for a token. */
function valueAnew(value: Buffer, column: Column, report: Report): Buffer | null {
  const onHit = (detector: Detector): void => report(column.name, classOf[detector])
  const { hint } = column
  if (column.isScrubbed) tokens(value, 0, value.length, onHit)
  switch (column.shape) {
    case 'text':
      return scrubbedBytes(value, 0, value.length, { hint, onHit }) ?? value
    case 'json': {
      // jsonb in binary form has its version before it.
      const head = value[0] === 1 ? 1 : 0
      const rest = scrubbedBytes(value, head, value.length, { json: true, hint, onHit })
      return rest === undefined ? value : Buffer.concat([value.subarray(0, head), rest])
    }
    case 'texts':
      if (value[0] === 0) return arrayAnew(value, { hint, onHit })
      return scrubbedBytes(value, 0, value.length, { hint, onHit }) ?? value
    default: {
      const hits = detect(value, 0, value.length, hint)
      for (const { detector } of hits) onHit(detector)
      return hits.length > 0 ? null : value
    }
  }
}

/** Tokens that stand in a text that the target scrubbed. */
function tokens(bytes: Buffer, from: number, to: number, onHit: ((detector: Detector) => void) | undefined): number {
  let count = 0
  for (let at = from; at < to; at++) {
    if (bytes[at] !== 0x5b) continue
    const detector = tokenAt(bytes, at, to)
    if (detector === undefined) continue
    count++
    onHit?.(detector)
  }
  return count
}

/** A one-dimensional or deeper array of texts in binary form: number of dimensions, flags, type, dimensions, values. */
function arrayAnew(value: Buffer, how: { hint: Hint | undefined; onHit: (detector: Detector) => void }): Buffer | null {
  const head = 12 + 8 * value.readInt32BE(0)
  if (head > value.length || !oids.text.has(value.readUInt32BE(8))) return null
  const parts: Buffer[] = [value.subarray(0, head)]
  for (let at = head; at < value.length;) {
    const length = value.readInt32BE(at)
    const to = at + 4 + Math.max(length, 0)
    if (to > value.length) throw new WireError('an array that is shorter than its values')
    const element = length <= 0 ? undefined : scrubbedBytes(value, at + 4, to, how)
    parts.push(...(element === undefined ? [value.subarray(at, to)] : [lengthOf(element), element]))
    at = to
  }
  return Buffer.concat(parts)
}

// --- COPY ----------------------------------------------------------------------------------------------------------

const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')

/** The net of COPY … TO STDOUT; `head` = body of CopyOutResponse. One CopyData frame is one row (PostgreSQL manual, COPY). */
export function copyNet(head: Buffer, name: string, report: Report): (run: Buffer) => Buffer {
  const isBinary = head[0] === 1
  const onHit = (detector: Detector): void => report(name, classOf[detector])
  return (run) => {
    const parts: Buffer[] = []
    let clean = 0
    for (let at = 0; at < run.length;) {
      const end = at + 1 + run.readUInt32BE(at + 1)
      const shown = isBinary ? tupleAnew(run, at + 5, end, onHit) : scrubbedBytes(run, at + 5, end, { onHit })
      if (shown !== undefined) {
        if (at > clean) parts.push(run.subarray(clean, at))
        parts.push(frame(0x64, shown))
        clean = end
      }
      at = end
    }
    if (clean === 0) return run
    parts.push(run.subarray(clean))
    return Buffer.concat(parts)
  }
}

/** A row in COPY's binary format; undefined = nothing found. Types are not told: arrays and rows become null, JSON stays JSON. */
function tupleAnew(run: Buffer, from: number, end: number, onHit: (detector: Detector) => void): Buffer | undefined {
  if (detect(run, from, end).length === 0 && !mayHide(run, from, end)) return undefined
  let at = from
  if (run.subarray(at, at + signature.length).equals(signature)) at += 19 + run.readUInt32BE(at + 15)
  const parts: Buffer[] = [run.subarray(from, at)]
  if (at + 2 > end) return undefined
  const count = run.readInt16BE(at)
  parts.push(run.subarray(at, at + 2))
  at += 2
  let changed = false
  for (let i = 0; i < count; i++) {
    if (at + 4 > end) throw new WireError('a copied row that is shorter than its columns')
    const length = run.readInt32BE(at)
    const to = at + 4 + Math.max(length, 0)
    if (to > end) throw new WireError('a copied value that is longer than its row')
    const value = run.subarray(at + 4, to)
    const shape = value[0] === 0 ? 'other' : value[0] === 1 ? 'json' : 'text'
    const column: Column = { shape, hint: undefined, name: '', isScrubbed: false }
    const shown = length < least ? value : valueAnew(value, column, (_name, _class) => undefined)
    if (shown !== value) {
      changed = true
      for (const { detector } of detect(value)) onHit(detector)
    }
    parts.push(lengthOf(length < 0 ? null : shown))
    if (length >= 0 && shown !== null) parts.push(shown)
    at = to
  }
  return changed ? Buffer.concat([...parts, run.subarray(at, end)]) : undefined
}

/** Lengths between values may look like part of them: a row with a digit or an @ in it is looked at value by value. */
function mayHide(run: Buffer, from: number, end: number): boolean {
  for (let at = from; at < end; at++) {
    const byte = run[at] as number
    if ((byte >= 0x30 && byte <= 0x3a) || byte === 0x40 || byte === 0x2d || byte === 0x3d || byte === 0x5f) return true
  }
  return false
}

// --- errors and notices --------------------------------------------------------------------------------------------

/** Fields that hold no data: severity, SQLSTATE, names of constraints' parts are kept as well, for they are names. */
const plainFields = new Set(['S', 'V', 'C', 'R', 'P'])

/** An error's or notice's fields without what is found in them. */
export function messageNet(fields: ReadonlyMap<string, Buffer>, report: Report): Map<string, Buffer> {
  const onHit = (detector: Detector): void => report('(message)', classOf[detector])
  return new Map(
    [...fields].map(([letter, value]) => [
      letter,
      plainFields.has(letter) ? value : (scrubbedBytes(value, 0, value.length, { onHit }) ?? value),
    ]),
  )
}
