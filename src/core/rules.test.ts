// The rules of asking, deciding, granting and locking on a world folded from entries, as `audit verify` folds it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonical } from '../lib/canonical-json.ts'
import { sha256Hex } from '../lib/hash.ts'
import type { Draft, Entry, Recorded } from './entry.ts'
import { isRefusal, type Refusal } from './error.ts'
import { decideRevoke, decideSweep, isLive, liveGrants } from './grant.ts'
import { decideLock, decideUnlock, lockOn } from './lock.ts'
import type { GrantId, PrincipalId } from './nouns.ts'
import { decideCreate, decideWithdraw, findReusable, stateOf, type AskFacts, type CreateRequest } from './request.ts'
import { approvalChallenge, decideReview } from './review.ts'
import { isLiveToken } from './session.ts'
import { emptyWorld, evolve, type World } from './world.ts'

const t0 = Date.UTC(2026, 10, 24, 3)
const minute = 60_000
let index = 0

function fold(world: World, drafts: readonly Draft[] | Refusal, now: number, keyed = true): void {
  assert.ok(!isRefusal(drafts), JSON.stringify(drafts))
  for (const { type, by, clear, payload } of drafts as readonly Draft[]) {
    const entry = { v: 1, type, ts: new Date(now).toISOString(), by, commit: '', ...clear } as Entry
    evolve(world, { index: index++, entry, payload: keyed ? payload : undefined } as Recorded)
  }
}

function person(
  world: World,
  name: string,
  groups: string[],
  more: { person?: PrincipalId; kind?: 'user' | 'agent'; actsFor?: PrincipalId } = {},
): PrincipalId {
  const principal: PrincipalId = `p-${name}`
  fold(
    world,
    [
      {
        type: 'principal.set',
        by: 'gateway',
        clear: { principal, person: principal, kind: 'user', groups, ...more },
        payload: { name },
      },
    ],
    t0,
  )
  return principal
}

const facts: AskFacts = {
  maxLevel: 'read',
  needed: { count: 1, groups: ['leads'] },
  maxDurationMs: 8 * 60 * minute,
  decidedBy: ['x'],
  policies: 'f'.repeat(64),
}
const wish = (asker: PrincipalId, more: Partial<CreateRequest> = {}): CreateRequest => ({
  id: 'r-aaaaaaaaaaaa',
  grant: 'g-aaaaaaaaaaaa',
  asker,
  target: 'pg',
  level: 'read',
  scope: {},
  durationMs: 30 * minute,
  reason: 'why',
  ttlMs: 60 * minute,
  nonce: 'ab'.repeat(32),
  ...more,
})
const may = { mayReview: true, why: '', policies: 'f'.repeat(64) }

function scene(): { world: World; ana: PrincipalId; ben: PrincipalId } {
  const world = emptyWorld()
  return { world, ana: person(world, 'ana', ['engineers']), ben: person(world, 'ben', ['leads']) }
}

function ask(world: World, asker: PrincipalId, more: Partial<CreateRequest> = {}, now = t0, keyed = true): void {
  fold(world, decideCreate(world, wish(asker, more), facts, now), now, keyed)
}

function approve(
  world: World,
  reviewer: PrincipalId,
  now: number,
  more: { request?: `r-${string}`; grant?: GrantId; durationMs?: number } = {},
): readonly Draft[] | Refusal {
  const request = more.request ?? 'r-aaaaaaaaaaaa'
  const contentHash = world.requests.get(request)?.contentHash ?? ''
  return decideReview(
    world,
    {
      request,
      reviewer,
      decision: 'approve',
      contentHash,
      grant: more.grant ?? 'g-aaaaaaaaaaaa',
      ...(more.durationMs === undefined ? {} : { durationMs: more.durationMs }),
    },
    may,
    now,
  )
}

void test('the hash covers every member of the canonical request, and the challenge every member of the decision', () => {
  const { world, ana } = scene()
  const hash = (more: Partial<CreateRequest>): string => {
    const drafts = decideCreate(world, wish(ana, more), facts, t0)
    assert.ok(!isRefusal(drafts) && drafts[0]?.type === 'request.created')
    assert.equal(drafts[0].clear.contentHash, sha256Hex(`glovebox/request/v1\n${drafts[0].payload.canonical}`))
    assert.equal(canonical(JSON.parse(drafts[0].payload.canonical)), drafts[0].payload.canonical)
    return drafts[0].clear.contentHash
  }
  const changes: Partial<CreateRequest>[] = [
    {},
    { id: 'r-bbbbbbbbbbbb' },
    { target: 'pg2' },
    { level: 'observe' },
    { scope: { tables: ['a.b'] } },
    { durationMs: 31 * minute },
    { reason: 'why not' },
    { ticket: 'T' },
    { nonce: 'cd'.repeat(32) },
  ]
  assert.equal(new Set(changes.map(hash)).size, changes.length)
  const challenges = [
    approvalChallenge('a', 'approve', 1, 'p-a'),
    approvalChallenge('b', 'approve', 1, 'p-a'),
    approvalChallenge('a', 'deny', 1, 'p-a'),
    approvalChallenge('a', 'approve', 2, 'p-a'),
    approvalChallenge('a', 'approve', 1, 'p-b'),
  ]
  assert.equal(new Set(challenges).size, challenges.length)
})

void test('a grant starts at approval, lasts as approved, and is over at notAfter itself', () => {
  const { world, ana, ben } = scene()
  ask(world, ana)
  assert.equal(world.requests.get('r-aaaaaaaaaaaa')?.state, 'pending')
  const at = t0 + 10 * minute
  fold(world, approve(world, ben, at, { durationMs: 20 * minute }), at)
  const grant = world.grants.get('g-aaaaaaaaaaaa')
  assert.ok(grant)
  assert.deepEqual([grant.notBefore, grant.notAfter, grant.holder, grant.level], [at, at + 20 * minute, ana, 'read'])
  assert.deepEqual(
    [isLive(grant, at - 1), isLive(grant, at), isLive(grant, grant.notAfter - 1), isLive(grant, grant.notAfter)],
    [false, true, true, false],
  )
  assert.equal(world.requests.get('r-aaaaaaaaaaaa')?.state, 'approved')
  assert.equal(liveGrants(world, ana, 'pg', at)[0]?.id, grant.id)
})

void test('what time has ended is written once: requests nobody decided, grants that ran out', () => {
  const { world, ana, ben } = scene()
  ask(world, ana)
  assert.deepEqual(decideSweep(world, t0 + 60 * minute - 1), [])
  const late = approve(world, ben, t0 + 60 * minute)
  assert.ok(isRefusal(late) && late.code === 'GBX-1107', 'expired before the sweep has written it')
  fold(world, decideSweep(world, t0 + 60 * minute), t0 + 60 * minute)
  assert.equal(world.requests.get('r-aaaaaaaaaaaa')?.state, 'expired')
  ask(world, ana, { id: 'r-bbbbbbbbbbbb' })
  fold(world, approve(world, ben, t0, { request: 'r-bbbbbbbbbbbb' }), t0)
  fold(world, decideSweep(world, t0 + 30 * minute), t0 + 30 * minute)
  assert.equal(world.grants.get('g-aaaaaaaaaaaa')?.ended, 'expired')
  assert.deepEqual(decideSweep(world, t0 + 1e9), [])
  const revoked = decideRevoke(world, { grant: 'g-aaaaaaaaaaaa', by: ana, reason: '' })
  assert.ok(isRefusal(revoked) && revoked.code === 'GBX-1107')
})

void test('an equal request that is pending or live is found again; an ended, other or expired one is not', () => {
  const { world, ana, ben } = scene()
  const find = (more: Partial<CreateRequest> = {}, now = t0): string | undefined =>
    findReusable(world, wish(ana, more), now)?.id
  ask(world, ana)
  assert.equal(find({ reason: 'in other words', durationMs: 5 * minute }), 'r-aaaaaaaaaaaa')
  assert.equal(find({ level: 'observe' }), undefined)
  assert.equal(find({ scope: { tables: ['a.b'] } }), undefined)
  assert.equal(find({ asker: ben }), undefined)
  assert.equal(find({}, t0 + 60 * minute), undefined)
  fold(world, approve(world, ben, t0), t0)
  assert.equal(find(), 'r-aaaaaaaaaaaa')
  assert.equal(find({ level: 'observe' }), 'r-aaaaaaaaaaaa', 'what is granted covers less')
  assert.equal(find({ scope: { tables: ['a.b'] } }), 'r-aaaaaaaaaaaa')
  assert.equal(find({ level: 'write' }), undefined)
  assert.equal(find({}, t0 + 30 * minute), undefined)
  fold(world, decideRevoke(world, { grant: 'g-aaaaaaaaaaaa', by: ana, reason: '' }), t0)
  assert.equal(find(), undefined)
})

void test('more time: asked for what is live, decided like anything else, added to the end, bounded by the policy', () => {
  const { world, ana, ben } = scene()
  ask(world, ana)
  fold(world, approve(world, ben, t0), t0)
  const extend = (more: Partial<CreateRequest>, now: number): readonly Draft[] | Refusal =>
    decideCreate(world, wish(ana, { id: 'r-eeeeeeeeeeee', extends: 'g-aaaaaaaaaaaa', ...more }), facts, now)
  const code = (drafts: readonly Draft[] | Refusal): string => (isRefusal(drafts) ? drafts.code : 'allowed')
  assert.equal(code(extend({ level: 'observe' }, t0)), 'GBX-1002')
  assert.equal(code(extend({ scope: { tables: ['x.y'] } }, t0)), 'GBX-1002')
  assert.equal(code(extend({ durationMs: 7.5 * 60 * minute + 1 }, t0)), 'GBX-1113')
  assert.equal(code(extend({}, t0 + 30 * minute)), 'GBX-1103')
  assert.equal(code(extend({ asker: ben }, t0)), 'GBX-1004')
  fold(world, extend({ durationMs: 15 * minute }, t0 + 20 * minute), t0 + 20 * minute)
  fold(
    world,
    approve(world, ben, t0 + 25 * minute, { request: 'r-eeeeeeeeeeee', grant: 'g-zzzzzzzzzzzz' }),
    t0 + 25 * minute,
  )
  assert.equal(world.grants.get('g-aaaaaaaaaaaa')?.notAfter, t0 + 45 * minute)
  assert.equal(world.grants.size, 1)
})

void test('what is asked has a form: reason, duration, time to live, scope, level', () => {
  const { world, ana } = scene()
  const code = (more: Partial<CreateRequest>, other: Partial<AskFacts> = {}): string => {
    const drafts = decideCreate(world, wish(ana, more), { ...facts, ...other }, t0)
    return isRefusal(drafts) ? drafts.code : 'allowed'
  }
  for (const wrong of [
    { reason: ' ' },
    { reason: 'x'.repeat(2_001) },
    { reason: '\ud800' },
    { durationMs: 0 },
    { durationMs: 1.5 },
    { durationMs: Number.NaN },
    { ttlMs: 1e12 },
    { nonce: 'ab' },
    { scope: { tables: [] } },
  ])
    assert.equal(code(wrong as Partial<CreateRequest>), 'GBX-1002', JSON.stringify(wrong))
  assert.equal(code({ level: 'write' }), 'GBX-1112')
  assert.equal(code({ durationMs: 9 * 60 * minute }), 'GBX-1113')
  assert.equal(code({ asker: 'p-nobody' }), 'GBX-1003')
  // G4: a policy that asks for nobody lets a person look at structure, and at nothing else.
  assert.equal(code({}, { needed: { count: 0, groups: [] } }), 'GBX-1101')
  assert.equal(code({ level: 'observe' }, { needed: { count: 0, groups: [] } }), 'allowed')
})

void test('only who asked takes a request back, once', () => {
  const { world, ana, ben } = scene()
  ask(world, ana)
  assert.ok(isRefusal(decideWithdraw(world, { request: 'r-aaaaaaaaaaaa', by: ben }, t0)))
  fold(world, decideWithdraw(world, { request: 'r-aaaaaaaaaaaa', by: ana }, t0), t0)
  const again = decideWithdraw(world, { request: 'r-aaaaaaaaaaaa', by: ana }, t0)
  assert.ok(isRefusal(again) && again.code === 'GBX-1107')
  assert.equal((approve(world, ben, t0) as Refusal).code, 'GBX-1107')
})

void test('locks hold for the person with all accounts and agents, the group, the target; nobody lifts their own', () => {
  const { world, ana, ben } = scene()
  const second = person(world, 'ana2', ['engineers'], { person: ana })
  const scout = person(world, 'scout', [], { kind: 'agent', person: ana, actsFor: ana })
  ask(world, ana)
  const set = (kind: 'user' | 'group' | 'target' | 'agent', subject: string, durationMs?: number): void =>
    fold(
      world,
      decideLock(
        {
          id: 'l-aaaaaaaaaaaa',
          by: ben,
          kind,
          subject,
          reason: 'x',
          ...(durationMs === undefined ? {} : { durationMs }),
        },
        t0,
      ),
      t0,
    )
  const stopped = (now = t0): string[] =>
    [ana, second, scout, ben]
      .filter((id) => lockOn(world, world.principals.get(id)!, 'pg', now))
      .map((id) => id.slice(2))
  set('user', second)
  assert.deepEqual(stopped(), ['ana', 'ana2', 'scout'])
  assert.equal((approve(world, ben, t0) as Refusal).code, 'GBX-1108', 'nothing is granted to somebody who is locked')
  assert.ok(isRefusal(decideUnlock(world, { lock: 'l-aaaaaaaaaaaa', by: world.principals.get(ana)! })))
  fold(world, decideUnlock(world, { lock: 'l-aaaaaaaaaaaa', by: world.principals.get(ben)! }), t0)
  assert.deepEqual(stopped(), [])
  set('group', 'engineers', minute)
  assert.deepEqual([stopped(), stopped(t0 + minute)], [['ana', 'ana2'], []])
  set('agent', scout)
  assert.deepEqual(stopped(), ['scout'])
  set('target', 'pg')
  assert.deepEqual(stopped(), ['ana', 'ana2', 'scout', 'ben'])
  assert.equal(lockOn(world, world.principals.get(ana)!, 'other', t0), undefined)
})

void test('a token dies with its owner, its grant and its own end', () => {
  const { world, ana, ben } = scene()
  ask(world, ana)
  fold(world, approve(world, ben, t0), t0)
  const issue = (token: `t-${string}`, more: { use?: 'connection'; grant?: GrantId; notAfter?: string } = {}): void =>
    fold(
      world,
      [{ type: 'token.issued', by: ana, clear: { token, principal: ana, use: 'personal', ...more }, payload: {} }],
      t0,
    )
  issue('t-personal')
  issue('t-short', { notAfter: new Date(t0 + minute).toISOString() })
  issue('t-bound', { use: 'connection', grant: 'g-aaaaaaaaaaaa' })
  issue('t-loose', { use: 'connection' })
  const alive = (now: number): string[] =>
    (['t-personal', 't-short', 't-bound', 't-loose', 't-unknown'] as const).filter((token) =>
      isLiveToken(world, token, now),
    )
  assert.deepEqual(alive(t0), ['t-personal', 't-short', 't-bound'])
  assert.deepEqual(alive(t0 + minute), ['t-personal', 't-bound'])
  assert.deepEqual(alive(t0 + 30 * minute), ['t-personal'])
  fold(world, [{ type: 'principal.removed', by: 'gateway', clear: { principal: ana }, payload: {} }], t0)
  assert.deepEqual(alive(t0), [])
})

void test('folding needs no payload: states are the same, and a scope that cannot be read covers nothing', () => {
  for (const keyed of [true, false]) {
    const { world, ana, ben } = scene()
    ask(world, ana, {}, t0, keyed)
    ask(world, ana, { id: 'r-bbbbbbbbbbbb', scope: { tables: ['public.orders'] } }, t0, keyed)
    fold(world, approve(world, ben, t0), t0, keyed)
    fold(world, approve(world, ben, t0, { request: 'r-bbbbbbbbbbbb', grant: 'g-bbbbbbbbbbbb' }), t0, keyed)
    assert.deepEqual(world.grants.get('g-aaaaaaaaaaaa')?.scope, {}, 'the whole target is known by its hash')
    assert.deepEqual(world.grants.get('g-bbbbbbbbbbbb')?.scope, { tables: keyed ? ['public.orders'] : [] })
    assert.equal(world.requests.get('r-bbbbbbbbbbbb')?.state, 'approved')
  }
})

void test('evolve is total: entries in any order, of any kind, without payload, never throw', () => {
  const id = fc.constantFrom('x-a', 'x-b')
  const any = fc.record({
    type: fc.constantFrom(
      'principal.set',
      'principal.removed',
      'token.issued',
      'token.revoked',
      'request.created',
      'request.reviewed',
      'request.withdrawn',
      'request.expired',
      'grant.started',
      'grant.extended',
      'grant.revoked',
      'grant.expired',
      'lock.set',
      'lock.lifted',
      'session.opened',
      'session.closed',
      'action.admitted',
      'action.settled',
      'action.refused',
      'future.kind',
      '__proto__',
      'constructor',
    ),
    by: fc.constantFrom('gateway', 'x-a', 'x-b'),
    id,
    other: id,
    canonical: fc.option(fc.string()),
  })
  fc.assert(
    fc.property(fc.array(any), (all) => {
      const world = emptyWorld()
      for (const one of all) {
        const entry = {
          v: 1,
          type: one.type,
          ts: new Date(t0).toISOString(),
          by: one.by,
          commit: '',
          principal: one.id,
          person: one.other,
          kind: 'user',
          groups: [],
          token: one.id,
          use: 'personal',
          request: one.id,
          grant: one.other,
          holder: one.id,
          target: 't',
          level: 'read',
          scope: '',
          durationMs: 1,
          contentHash: '',
          expiresAt: 'x',
          needed: { count: 1, groups: [] },
          policies: '',
          decision: 'approve',
          lock: one.id,
          subject: one.other,
          session: one.id,
          n: 1,
          channel: 'cli',
        }
        evolve(world, {
          index: 0,
          entry,
          payload: one.canonical === null ? undefined : { canonical: one.canonical, name: 'n' },
        } as unknown as Recorded)
      }
      for (const request of world.requests.values()) assert.ok(stateOf(request, t0))
    }),
  )
})
