// The control door over a record in memory: what it records, when it takes effect, and what it keeps from whom.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { aTarget, peopleInMemory } from '../../test/lib/people.ts'
import { GloveboxError, isRefusal, refusal, type Refusal } from '../core/error.ts'
import type { Grant, Principal, Target } from '../core/nouns.ts'
import { Policy } from '../policy/policy.ts'

const minute = 60_000
const wish = {
  type: 'request.create',
  target: 'pg-orders',
  level: 'read',
  durationMs: 30 * minute,
  reason: 'checkout 500s',
} as const
const hidden = aTarget('hr', { labels: { secret: 'yes' } })

async function open(t: TestContext, options: Parameters<typeof peopleInMemory>[0] = {}) {
  const people = peopleInMemory(options)
  t.after(() => people.close())
  const tokens = {
    ana: await people.add('ana', ['engineers']),
    ben: await people.add('ben', ['platform-leads']),
    sam: await people.add('sam', ['security']),
    root: await people.add('root', ['admins']),
    eve: await people.add('eve', []),
  }
  const { world } = people.house.ledger
  const grant = async (): Promise<Grant> => {
    const { request } = await people.must('ana', wish)
    await people.must('ben', {
      type: 'request.review',
      request,
      decision: 'approve',
      contentHash: world.requests.get(request)?.contentHash ?? '',
    })
    return world.grants.get(world.requests.get(request)?.grant ?? 'g-') as Grant
  }
  const types = (): string[] => people.house.journal.all.map(({ entry }) => entry.type)
  return { ...people, world, tokens, grant, types, access: people.house.access }
}

const code = (answer: unknown): string => (isRefusal(answer) ? answer.code : 'done')

void test('what is asked twice is one request; every refusal is an entry with its reason', async (t) => {
  const { must, as, types, house } = await open(t)
  const first = await must('ana', wish)
  const second = await must('ana', { ...wish, reason: 'said otherwise', durationMs: minute })
  assert.deepEqual(second, { request: first.request, reused: true })
  const before = types().length
  assert.equal(code(await as('ana', { ...wish, target: 'nope' })), 'GBX-1004')
  assert.equal(code(await as('eve', wish)), 'GBX-1004', 'a target that one may not see is like none')
  assert.equal(code(await as('ana', { ...wish, level: 'write' })), 'GBX-1112')
  assert.equal(code(await as('ana', { ...wish, durationMs: 9 * 60 * minute, level: 'observe' })), 'GBX-1113')
  assert.equal(code(await as('ben', wish)), 'GBX-1101')
  assert.deepEqual(
    types().slice(before),
    Array.from({ length: 5 }, () => 'access.refused'),
  )
  const last = house.journal.all.at(-1)
  assert.ok(last?.entry.type === 'access.refused' && last.payload && 'title' in last.payload)
  assert.deepEqual(
    [last.entry.command, last.entry.code, last.entry.target],
    ['request.create', 'GBX-1101', 'pg-orders'],
  )
  assert.match(String('why' in last.payload ? last.payload.why : ''), /no policy allows read/)
})

void test('more access is refused when it cannot be recorded; less access ends everything instead', async (t) => {
  let full = false
  const down: string[] = []
  const { must, as, grant, world, access, clock } = await open(t, {
    fail: () => {
      if (full) throw new GloveboxError(refusal('GBX-1401', { why: 'disk full' }))
    },
    journalDown: (why) => down.push(why.code),
  })
  const live = await grant()
  const { request } = await must('ana', { ...wish, extends: live.id })
  full = true
  const contentHash = world.requests.get(request)?.contentHash ?? ''
  await assert.rejects(as('ben', { type: 'request.review', request, decision: 'approve', contentHash }), GloveboxError)
  assert.equal(world.grants.get(live.id)?.notAfter, live.notAfter)
  assert.deepEqual(down, [])
  assert.equal(code(await as('eve', wish)), 'GBX-1004', 'a refusal stays one without its record')
  await assert.rejects(as('ana', { type: 'grant.revoke', grant: live.id, reason: '' }), GloveboxError)
  await assert.rejects(as('ben', { type: 'lock.set', kind: 'user', subject: 'ana', reason: 'x' }), GloveboxError)
  clock.aheadMs += 31 * minute
  access.sweep()
  assert.deepEqual(down, ['GBX-1401', 'GBX-1401', 'GBX-1401'])
})

void test('less access has taken effect before the record is durable', async (t) => {
  const { as, grant, world } = await open(t)
  const live = await grant()
  const revoking = as('ana', { type: 'grant.revoke', grant: live.id, reason: '' })
  assert.equal(world.grants.get(live.id)?.ended, 'revoked')
  await revoking
  const locking = as('ben', { type: 'lock.set', kind: 'target', subject: 'pg-orders', reason: 'incident' })
  assert.equal(world.locks.size, 1)
  await locking
})

void test('the sweep puts expiry on record by itself', async (t) => {
  const { must, grant, world, clock, access } = await open(t)
  const live = await grant()
  const { request } = await must('ana', { ...wish, extends: live.id, ttlMs: minute })
  access.start()
  t.after(() => access.stop())
  clock.aheadMs += 31 * minute
  for (let waits = 0; world.live.size + world.pending.size > 0 && waits < 200; waits++)
    await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(world.grants.get(live.id)?.ended, 'expired')
  assert.equal(world.requests.get(request)?.state, 'expired')
})

void test('a token signs in until it is revoked, its account is locked or removed; a connection password never does', async (t) => {
  const { must, as, access, tokens, grant, world, signIn } = await open(t)
  assert.equal((signIn(tokens.ana) as Principal).name, 'ana')
  assert.equal(code(access.signIns.byToken('gbx_u' + 'x'.repeat(38))), 'GBX-1003')
  const live = await grant()
  const connection = await must('ana', { type: 'token.connect', grant: live.id })
  assert.match(connection.text, /^gbx_d/)
  assert.equal(code(signIn(connection.text)), 'GBX-1003')
  assert.deepEqual(
    access.signIns
      .scram('ana')
      .keys.map((key) => key.token)
      .sort(),
    [...world.tokens.values()]
      .filter((token) => token.principal === live.holder)
      .map((token) => token.id)
      .sort(),
  )
  assert.equal(code(await as('ben', { type: 'token.connect', grant: live.id })), 'GBX-1004')
  const { lock } = await must('ben', { type: 'lock.set', kind: 'user', subject: 'ana', reason: 'laptop lost' })
  assert.equal(code(signIn(tokens.ana)), 'GBX-1108')
  assert.equal(code(await as('ana', wish)), 'GBX-1108')
  await must('sam', { type: 'lock.lift', lock })
  assert.equal(code(signIn(tokens.ana)), 'done')
  await must('ana', {
    type: 'token.revoke',
    token: (access.signIns.byToken(tokens.ana) as { token: `t-${string}` }).token,
  })
  assert.equal(code(signIn(tokens.ana)), 'GBX-1003')
  await must('root', { type: 'user.remove', name: 'ben' })
  assert.equal(code(signIn(tokens.ben)), 'GBX-1003')
})

void test('after its grant a connection password opens nothing, and is still known for a day so that its holder hears why', async (t) => {
  const { must, access, grant, clock, world } = await open(t)
  const live = await grant()
  const { token } = await must('ana', { type: 'token.connect', grant: live.id })
  await must('ana', { type: 'grant.revoke', grant: live.id, reason: '' })
  const known = (): boolean => access.signIns.scram('ana').keys.some((key) => key.token === token)
  assert.equal(known(), true)
  assert.equal(access.signIns.scram('ana').keys.at(-1)?.token, token, 'tried last')
  assert.equal(
    code(
      await access.execute(world.principals.get(live.holder) as Principal, { type: 'token.connect', grant: live.id }),
    ),
    'GBX-1103',
  )
  clock.aheadMs += 25 * 60 * minute
  assert.equal(known(), false)
})

void test('people are managed by whoever may, never oneself; agents and strangers manage nothing', async (t) => {
  const { must, as, principal, add } = await open(t)
  await add('scout', ['admins'], { kind: 'agent', of: 'root' })
  assert.equal(
    code(await as('root', { type: 'user.set', name: 'root', groups: ['admins', 'platform-leads'] })),
    'GBX-1117',
  )
  assert.equal(code(await as('root', { type: 'user.remove', name: 'root' })), 'GBX-1117')
  assert.equal(code(await as('scout', { type: 'user.set', name: 'x', groups: ['platform-leads'] })), 'GBX-1117')
  assert.equal(code(await as('scout', { type: 'token.issue', name: 'scout' })), 'GBX-1117')
  assert.equal(code(await as('ana', { type: 'user.set', name: 'ana', groups: ['platform-leads'] })), 'GBX-1117')
  assert.equal(code(await as('ana', { type: 'token.issue', name: 'ben' })), 'GBX-1117')
  assert.equal(code(await as('ana', { type: 'token.issue', name: 'ana' })), 'done')
  assert.equal(code(await as('root', { type: 'token.issue', name: 'scout' })), 'done')
  for (const name of ['', 'Ana', 'a b', '-a', 'a'.repeat(64), 'a@b'])
    assert.equal(code(await as('root', { type: 'user.set', name })), 'GBX-1002', name)
  assert.equal(code(await as('root', { type: 'user.set', name: 'bot', kind: 'agent' })), 'GBX-1002')
  assert.equal(code(await as('root', { type: 'user.set', name: 'bot', kind: 'agent', of: 'scout' })), 'GBX-1002')
  const { principal: id } = await must('root', { type: 'user.set', name: 'dan', groups: ['engineers'] })
  assert.deepEqual(
    await must('root', { type: 'user.set', name: 'dan' }),
    { principal: id },
    'an upsert keeps the account and its groups',
  )
  assert.deepEqual(principal('dan').groups, ['engineers'])
})

void test('groups of people in the file come from the file', async (t) => {
  const { must, access, principal, world, types } = await open(t)
  const users = new Map([
    ['ana', { groups: ['engineers', 'oncall'] }],
    ['ana2', { groups: ['engineers'], person: 'ana' }],
    ['zoe', { groups: ['engineers'], person: 'ana2' }],
  ])
  await access.loadConfig({ hash: 'c'.repeat(64), users })
  assert.deepEqual(principal('ana').groups, ['engineers', 'oncall'])
  assert.deepEqual([principal('ana2').person, principal('zoe').person], [principal('ana').id, principal('ana').id])
  await must('root', { type: 'user.set', name: 'ana', groups: ['admins'] })
  assert.deepEqual(principal('ana').groups, ['engineers', 'oncall'])
  assert.equal(world.config, 'c'.repeat(64))
  const before = types().length
  await access.loadConfig({ hash: 'c'.repeat(64), users })
  assert.equal(types().length, before, 'nothing changed, nothing written')
  await assert.rejects(
    access.loadConfig({ hash: 'd', users: new Map([['x', { groups: [], person: 'nobody' }]]) }),
    GloveboxError,
  )
})

void test('who may not see a target, a request or a session is answered as if there were none', async (t) => {
  const { must, as, access, principal } = await open(t, {
    targets: [aTarget('pg-orders'), hidden],
    policies: {
      'a.cedar': `
        @approvals("1") @from("platform-leads") permit (principal in Glovebox::Group::"engineers", action == Glovebox::Action::"read", resource) unless { resource.hasTag("secret") };
        @approvals("1") @from("hr-leads") permit (principal in Glovebox::Group::"hr", action == Glovebox::Action::"read", resource == Glovebox::Target::"hr");
        permit (principal in Glovebox::Group::"hr-leads", action == Glovebox::Action::"review", resource == Glovebox::Target::"hr");
        permit (principal in Glovebox::Group::"platform-leads", action == Glovebox::Action::"review", resource == Glovebox::Target::"pg-orders");`,
    },
  })
  await access.execute('gateway', { type: 'user.set', name: 'eve', groups: ['hr'] })
  const { request } = await must('eve', { ...wish, target: 'hr' })
  assert.deepEqual(
    access.sight.targets(principal('ana')).map((target) => target.name),
    ['pg-orders'],
  )
  assert.deepEqual(
    access.sight.targets(principal('ben')).map((target) => target.name),
    ['pg-orders'],
  )
  assert.deepEqual(
    access.sight.targets(principal('eve')).map((target) => target.name),
    ['hr'],
  )
  const same = async (target: string): Promise<Refusal> => (await as('ana', { ...wish, target })) as Refusal
  assert.equal((await same('hr')).title.replace('hr', 'xx'), (await same('xx')).title)
  assert.equal(
    code(await as('ben', { type: 'request.review', request, decision: 'approve', contentHash: '' })),
    'GBX-1004',
  )
  assert.equal(code(await as('ana', { type: 'request.withdraw', request })), 'GBX-1004')
})

void test('the data door hears at once when a policy, a group, a lock or the target changed', async (t) => {
  const targets = [aTarget('pg-orders')]
  const { access, grant, principal } = await open(t, { targets })
  const live = await grant()
  const ask = (target: Target = targets[0] as Target): string | undefined =>
    access.mayEnter({ principal: principal('ana'), target, grant: live, now: Date.now() })?.cause
  assert.equal(ask(), undefined)
  await access.execute('gateway', { type: 'user.set', name: 'ana', groups: [] })
  assert.equal(ask(), 'role-lost')
  await access.execute('gateway', { type: 'user.set', name: 'ana', groups: ['engineers'] })
  assert.equal(ask(), undefined)
  const { policy } = access
  await access.loadPolicy(new Policy({}))
  assert.equal(ask(), 'role-lost')
  await access.loadPolicy(policy)
  assert.equal(ask(), undefined)
  await access.execute('gateway', {
    type: 'lock.set',
    kind: 'group',
    subject: 'engineers',
    reason: 'x',
    durationMs: minute,
  })
  assert.equal(ask(), 'locked')
  assert.equal(
    access.mayEnter({
      principal: principal('ana'),
      target: targets[0] as Target,
      grant: live,
      now: Date.now() + 2 * minute,
    }),
    undefined,
  )
})

void test('a password signs in for a day; wrong ones are one sentence, on record, and slower each time', async (t) => {
  const { must, as, access, world, clock, house, signIn, add } = await open(t)
  await add('scout', ['engineers'], { kind: 'agent', of: 'ana' })
  assert.equal(code(await as('ana', { type: 'password.set', password: 'too short' })), 'GBX-1002')
  assert.equal(code(await as('scout', { type: 'password.set', password: 'correct horse battery' })), 'GBX-1117')
  await must('ana', { type: 'password.set', password: 'correct horse battery' })
  assert.doesNotMatch(JSON.stringify(house.journal.all), /horse/)
  const signed = await access.signIns.byPassword('ana', 'correct horse battery')
  assert.ok(!isRefusal(signed))
  assert.equal((signIn(signed.text) as Principal).name, 'ana')
  const [wrongName, wrongPassword] = [
    await access.signIns.byPassword('nobody', 'correct horse battery'),
    await access.signIns.byPassword('ana', 'wrong horse battery x'),
  ]
  assert.deepEqual(wrongName, wrongPassword)
  assert.equal(code(wrongName), 'GBX-1003')
  assert.equal(house.journal.all.at(-1)?.entry.type, 'access.refused')
  for (let i = 0; i < 4; i++) await access.signIns.byPassword('ana', 'wrong horse battery x')
  assert.equal(code(await access.signIns.byPassword('ana', 'correct horse battery')), 'GBX-1122')
  clock.aheadMs += 3_000
  assert.equal(code(await access.signIns.byPassword('ana', 'correct horse battery')), 'done')
  clock.aheadMs += 9 * 60 * minute
  assert.equal(code(signIn(signed.text)), 'GBX-1003', 'the token has ended')
  await must('ben', { type: 'lock.set', kind: 'user', subject: 'ana', reason: 'x' })
  assert.equal(code(await access.signIns.byPassword('ana', 'correct horse battery')), 'GBX-1108')
  assert.ok([...world.tokens.values()].every((token) => token.use === 'personal'))
})
