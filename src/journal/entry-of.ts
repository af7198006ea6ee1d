// From the bytes of a record back to the entry and its payload.
import { fail } from '../core/error.ts'
import type { Recorded } from '../core/entry.ts'
import { parseLeaf } from '../tlog/leaf.ts'
import { unseal } from '../tlog/payload.ts'
import type { Stored } from '../tlog/segment.ts'
import type { PayloadKeys } from './keyring.ts'

/** The entry and, where its key exists, its payload. Throws GBX-1403 when the bytes are not an entry. */
export function recordedOf(stored: Stored, keys: PayloadKeys, at: { dir: string; origin: string }): Recorded {
  const parsed = parseLeaf(stored.leaf)
  if ('wrong' in parsed) fail('GBX-1403', { dir: at.dir, where: `entry ${stored.index}`, why: parsed.wrong })
  const key = keys.payloadKey(stored.keyId)
  const payload = key && unseal(key, stored.sealed, { origin: at.origin, index: stored.index }, parsed.entry.commit)
  if (key && !payload)
    fail('GBX-1403', { dir: at.dir, where: `entry ${stored.index}`, why: 'its payload is not what it was bound to.' })
  return { index: stored.index, entry: parsed.entry, payload: payload && JSON.parse(payload.toString()) } as Recorded
}
