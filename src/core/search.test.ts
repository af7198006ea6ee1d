// Q3: budgets that neither a new connection nor a restart resets, and the alarm.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Draft, Recorded } from './entry.ts'
import { alarmAfterMisses, isAlarming, missesOf, overBudget, searchLimits } from './search.ts'
import { emptyWorld, evolve, type World } from './world.ts'

const day = '2026-11-24T10:00:00.000Z'

function worldOf(): { world: World; fold: (draft: Draft, ts?: string, keys?: boolean) => void } {
  const world = emptyWorld()
  let index = 0
  const fold = ({ type, by, clear, payload }: Draft, ts = day, keys = true): void =>
    evolve(world, {
      index: index++,
      entry: { v: 1, type, ts, by, commit: '', ...clear },
      payload: keys ? payload : undefined,
    } as Recorded)
  for (const [principal, person] of [
    ['p-ana', 'p-ana'],
    ['p-bot', 'p-ana'],
    ['p-ben', 'p-ben'],
  ] as const)
    fold({
      type: 'principal.set',
      by: 'gateway',
      clear: { principal, person, kind: 'user', groups: [] },
      payload: { name: principal },
    })
  return { world, fold }
}
const opened = (session: `s-${string}`, principal: `p-${string}`): Draft => ({
  type: 'session.opened',
  by: principal,
  clear: { session, principal, target: 'pg', channel: 'native' },
  payload: { client: '', address: '' },
})
const admitted = (session: `s-${string}`, n: number, searched: readonly string[], blind = false): Draft => ({
  type: 'action.admitted',
  by: 'p-ana',
  clear: { session, n, effect: 'read', searches: searched.length, ...(blind ? { blind: true } : {}) },
  payload: { text: '', reads: [], masked: [], searched },
})
const settled = (session: `s-${string}`, n: number, rows: number): Draft => ({
  type: 'action.settled',
  by: 'p-ana',
  clear: { session, n, outcome: 'ok', rows, bytes: 0, durationMs: 0 },
  payload: {},
})
const over = (world: World, session: `s-${string}`, values: readonly string[], at = day): string | undefined => {
  const open = world.sessions.get(session)
  assert.ok(open)
  return overBudget(world, open, values, at)?.title
}
const many = (from: number, count: number): string[] => Array.from({ length: count }, (_, i) => `h${from + i}`)

test('50 values a session; what was searched for before is free; all or nothing', () => {
  const { world, fold } = worldOf()
  fold(opened('s-1', 'p-ana'))
  fold(admitted('s-1', 1, many(0, 48)))
  assert.equal(over(world, 's-1', ['h1', 'h48', 'h49']), undefined)
  assert.match(over(world, 's-1', ['h1', 'h48', 'h49', 'h50']) ?? '', /this session has searched for 50/)
  assert.equal(over(world, 's-1', many(0, 48)), undefined)
})

test('200 values a person and day, over sessions and over all accounts of the person; the next day begins anew', () => {
  const { world, fold } = worldOf()
  for (let i = 0; i < 4; i++) {
    fold(opened(`s-${i}`, i % 2 === 0 ? 'p-ana' : 'p-bot'))
    fold(admitted(`s-${i}`, 1, many(i * 50, searchLimits.session)))
    fold({ type: 'session.closed', by: 'p-ana', clear: { session: `s-${i}`, count: 1, cause: 'client' }, payload: {} })
  }
  fold(opened('s-9', 'p-bot'))
  assert.equal(over(world, 's-9', ['h7']), undefined)
  assert.match(over(world, 's-9', ['new']) ?? '', /you have searched for 200 .* today/)
  assert.equal(over(world, 's-9', ['new'], '2026-11-25T00:00:00.000Z'), undefined)
  fold(opened('s-b', 'p-ben'))
  assert.equal(over(world, 's-b', ['new']), undefined)
})

test('values whose hashes cannot be read any more stay counted', () => {
  const { world, fold } = worldOf()
  fold(opened('s-1', 'p-ana'))
  fold(admitted('s-1', 1, many(0, 50)), day, false)
  assert.notEqual(over(world, 's-1', ['h0']), undefined)
})

test('misses in a row are counted over sessions, a hit ends the run, blind answers count as misses', () => {
  const { world, fold } = worldOf()
  fold(opened('s-1', 'p-ana'))
  fold(opened('s-2', 'p-bot'))
  const misses = (): number => missesOf(world, { person: 'p-ana' })
  fold(admitted('s-1', 1, many(0, 3)))
  assert.equal(misses(), 0)
  fold(settled('s-1', 1, 0))
  fold(admitted('s-2', 1, many(10, 4)))
  fold(settled('s-2', 1, 0))
  assert.equal(misses(), 7)
  fold(admitted('s-1', 2, ['x'], true))
  fold(settled('s-1', 2, 1))
  assert.equal(misses(), 8)
  fold(admitted('s-1', 3, ['y']))
  fold(settled('s-1', 3, 1))
  assert.equal(misses(), 0)
  fold(admitted('s-1', 4, many(20, 8)))
  fold(settled('s-1', 4, 1))
  assert.equal(misses(), 7, 'one known value among eight')
  assert.deepEqual(
    [isAlarming(9, 10), isAlarming(10, 19), isAlarming(15, 22), isAlarming(0, alarmAfterMisses - 1)],
    [true, false, true, false],
  )
})
