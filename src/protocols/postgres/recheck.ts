// S3 for servers that do not report default_transaction_read_only when it changes (before 14): it is asked for at the
// start of the session and again whenever a transaction starts, and the statement waits for the answer. Costs a round trip.
import type { Permit } from '../../gate/types.ts'
import type { Connection } from './connection.ts'
import { Fields, frame, fromClient, fromServer, int16, int32 } from './wire.ts'

/** Statement that gives the setting of the second lock. */
export const showReadOnly = 'SHOW default_transaction_read_only'

/** From this version (as server_version_num) on the server reports the setting itself. */
export const reportsReadOnlySince = 140_000

/** The question on its way, by its place in the queue of answers. */
export interface Check {
  readonly kind: 'check'
  value: string | undefined
  /** Names that are still to be closed: the last one ends the answer. */
  open: number
}

const name = '_gbx_ro'
const question = Buffer.concat([
  frame(fromClient.parse, name, showReadOnly, int16(0)),
  frame(fromClient.bind, name, name, int16(0), int16(0), int16(0)),
  frame(fromClient.execute, name, int32(0)),
  frame(fromClient.close, 0x50, name),
  frame(fromClient.close, 0x53, name),
  frame(fromClient.flush),
])

/**
 * Asks where the server would not tell, and waits for the answer; it belongs to the entry of the statement that follows,
 * whose permit is given. Inside a transaction nothing is asked: every one is READ ONLY (W2). A wrong answer ends the session.
 */
export async function recheck(at: Connection, permit: Permit, caughtUp: () => Promise<void>): Promise<void> {
  if (at.reportsReadOnly) return
  await caughtUp()
  if (at.status !== 'I' || at.isOver) return
  at.queue.push({ kind: 'check', value: undefined, open: 2 })
  permit.send(question)
  await at.answered()
}

/** One message of the answer. 'off' = the setting is not what it has to be, or there was no answer: closed. */
export function checkStep(check: Check, type: number, bytes: Buffer, from: number): 'more' | 'on' | 'off' {
  if (type === fromServer.dataRow) {
    const fields = new Fields(bytes, from + 5)
    check.value = fields.u16() === 1 ? fields.take(fields.i32()).toString() : undefined
  } else if (type === fromServer.closeComplete && --check.open === 0) return check.value === 'on' ? 'on' : 'off'
  else if (type === fromServer.error || type === fromServer.ready) return 'off'
  return 'more'
}
