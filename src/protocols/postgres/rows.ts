// Reads row descriptions. Rows themselves are never taken apart: they were computed on masked values by the target.
import { Fields } from './wire.ts'
import type { Field } from './walls/types.ts'

/** The columns of a RowDescription body. Throws WireError when it is not well-formed. */
export function fieldsOf(bytes: Buffer, from = 0, to = bytes.length): Field[] {
  const fields = new Fields(bytes, from, to)
  const count = fields.u16()
  const all: Field[] = []
  for (let i = 0; i < count; i++) {
    const name = fields.zero().toString()
    const tableOid = fields.u32()
    const attnum = fields.i16()
    const typeOid = fields.u32()
    fields.take(8) // size, modifier, format
    all.push({ name, tableOid, attnum, typeOid })
  }
  fields.done()
  return all
}
