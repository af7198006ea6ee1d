// From the bytes of a record back to the entry and its payload.
import { fail } from '../core/error.ts'
import type { Recorded } from '../core/entry.ts'
import { parseLeaf } from '../tlog/leaf.ts'
import { openSealed, unseal } from '../tlog/payload.ts'
import { isErased, type Stored } from '../tlog/segment.ts'
import type { PayloadKeys } from './keyring.ts'

/** The entry and, where its key exists, its payload. Throws GBX-1403 when the bytes are not an entry. */
export function recordedOf(stored: Stored, keys: PayloadKeys, at: { dir: string; origin: string }): Recorded {
  const parsed = parseLeaf(stored.leaf)
  if ('wrong' in parsed) fail('GBX-1403', { dir: at.dir, where: `entry ${stored.index}`, why: parsed.wrong })
  const { index, sealed } = stored
  const { entry } = parsed
  if (entry.commit === undefined && !sealed) return { index, entry, payload: {} } as Recorded
  const key = sealed && !isErased(sealed) && keys.payloadKey(sealed.keyId)
  const payload = key && unseal(key, sealed, { origin: at.origin, index }, entry.commit)
  if (!payload && (key || !sealed))
    fail('GBX-1403', { dir: at.dir, where: `entry ${index}`, why: 'its payload is not what it was bound to.' })
  return { index, entry, payload: payload ? JSON.parse(payload.toString()) : undefined } as Recorded
}

/** An entry as bytes: its leaf, and its payload with the salt of its commitment where both are there and the key still is. */
export interface Opened {
  readonly index: number
  readonly leaf: Buffer
  readonly payload?: Buffer
  readonly salt?: Buffer
}

/** Throws GBX-1403 when the payload is not what the leaf binds. */
export function openedOf(stored: Stored, keys: PayloadKeys, at: { dir: string; origin: string }): Opened {
  const { index, leaf, sealed } = stored
  const parsed = parseLeaf(leaf)
  if ('wrong' in parsed) fail('GBX-1403', { dir: at.dir, where: `entry ${index}`, why: parsed.wrong })
  const key = sealed && !isErased(sealed) && keys.payloadKey(sealed.keyId)
  if (!sealed || !key) return { index, leaf }
  const opened = openSealed(key, sealed, { origin: at.origin, index }, parsed.entry.commit)
  if (!opened)
    fail('GBX-1403', { dir: at.dir, where: `entry ${index}`, why: 'its payload is not what it was bound to.' })
  return { index, leaf, ...opened }
}
