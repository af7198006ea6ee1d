// M7: epochs of pseudonyms on a real key store: rotation by time and by hand, keys for one grant or session, destruction.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { temporaryFolder } from '../../test/lib/folders.ts'
import { memoryJournal } from '../../test/lib/memory-journal.ts'
import { emptyWorld, evolve } from '../core/world.ts'
import { Keyring } from '../journal/keyring.ts'
import { Ledger } from '../store/ledger.ts'
import { Epochs } from './epochs.ts'

const day = 86_400_000

function opened(t: TestContext) {
  const dir = temporaryFolder(t)
  const clock = { now: Date.parse('2026-01-01T00:00:00Z') }
  const journal = memoryJournal(() => clock.now)
  const start = () => {
    const keyring = Keyring.open(dir)
    const world = emptyWorld()
    for (const recorded of journal.all) evolve(world, recorded)
    const ledger = new Ledger(journal, world)
    const epochs = new Epochs({
      ledger,
      keyring,
      onDurable: (listener) => journal.onDurable(listener),
      now: () => clock.now,
    })
    const stop = (): void => {
      epochs.close()
      keyring.close()
    }
    return { epochs, keyring, ledger, stop }
  }
  return { dir, clock, journal, start }
}
const hex = (of: { key: Uint8Array }): string => Buffer.from(of.key).toString('hex')

test('one key for an epoch, over restarts, targets and sessions; 90 days later another', (t) => {
  const house = opened(t)
  const first = house.start()
  const one = first.epochs.keyOf({}, 90 * day, 's-1', 'g-1')
  assert.equal(hex(first.epochs.keyOf({ pseudonyms: 'epoch' }, 90 * day, 's-2', 'g-2')), hex(one))
  first.stop()
  house.clock.now += 89 * day
  const second = house.start()
  assert.equal(hex(second.epochs.keyOf({}, 90 * day, 's-3', undefined)), hex(one))
  house.clock.now += 2 * day
  const next = second.epochs.keyOf({}, 90 * day, 's-4', 'g-1')
  assert.notEqual(hex(next), hex(one))
  assert.notEqual(next.epoch, one.epoch)
  assert.equal(house.journal.all.filter(({ entry }) => entry.type === 'epoch.begun').length, 2)
  second.stop()
})

test('keys for a grant or a session: the same within it, unlike all others, and no way back to the epoch', (t) => {
  const house = opened(t).start()
  const key = (scope: 'epoch' | 'grant' | 'session', session: string, grant: string): string =>
    hex(house.epochs.keyOf({ pseudonyms: scope }, day, session, grant))
  assert.equal(key('grant', 's-1', 'g-1'), key('grant', 's-2', 'g-1'))
  assert.equal(key('session', 's-1', 'g-1'), key('session', 's-1', 'g-2'))
  const all = [key('epoch', 's-1', 'g-1'), key('grant', 's-1', 'g-1'), key('grant', 's-1', 'g-2')]
  all.push(key('session', 's-1', 'g-1'), key('session', 's-2', 'g-1'), key('session', 'g-1', 'g-1'))
  assert.equal(new Set(all).size, all.length)
  house.stop()
})

test('a destroyed key is nowhere, and no start brings it back', async (t) => {
  const house = opened(t)
  const first = house.start()
  const old = first.epochs.keyOf({}, day, 's-1', 'g-1')
  const bytes = Buffer.from(old.key)
  house.clock.now += 2 * day
  const now = first.epochs.keyOf({}, day, 's-2', 'g-1')
  const { durable } = first.ledger.record([
    { type: 'epoch.destroyed', by: 'p-ana', clear: { epoch: old.epoch }, payload: { reason: 'over' } },
  ])
  assert.equal(first.keyring.pseudonymKeys().length, 2) // not before it is on record
  await durable
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(
    first.keyring.pseudonymKeys().map(({ id }) => id),
    [now.epoch],
  )
  const keys = join(house.dir, 'keys')
  for (const name of readdirSync(keys)) assert.equal(readFileSync(join(keys, name)).includes(bytes), false, name)
  first.stop()
  // A crash between the entry and the destruction: the next start makes up for it.
  const between = Keyring.open(house.dir)
  between.makePseudonymKey(old.epoch, 0)
  between.close()
  const second = house.start()
  assert.equal(hex(second.epochs.keyOf({}, day, 's-3', 'g-1')), hex(now))
  assert.deepEqual(
    second.keyring.pseudonymKeys().map(({ id }) => id),
    [now.epoch],
  )
  second.stop()
})
