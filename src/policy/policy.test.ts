// How policies answer, and how mistakes in them are told.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { GloveboxError } from '../core/error.ts'
import type { Principal, PrincipalId } from '../core/nouns.ts'
import { Policy } from './policy.ts'

const shipped = Object.fromEntries(
  ['engineers.cedar', 'duties.cedar'].map((name) => [
    name,
    readFileSync(new URL(`../../policies/${name}`, import.meta.url), 'utf8'),
  ]),
)
const who = (name: string, groups: string[], more: Partial<Principal> = {}): Principal => ({
  id: `p-${name}`,
  kind: 'user',
  name,
  person: `p-${name}` as PrincipalId,
  groups,
  ...more,
})
const ana = who('ana', ['engineers'])
const ben = who('ben', ['platform-leads'])
const scout = who('scout', ['engineers'], { kind: 'agent', person: ana.id, actsFor: ana.id })
const orders = { name: 'pg-orders', protocol: 'postgres', labels: { env: 'production', team: 'checkout' } }
const refusedBy = (files: Record<string, string>): string => {
  try {
    new Policy(files)
  } catch (error) {
    assert.ok(error instanceof GloveboxError)
    assert.equal(error.refusal.code, 'GBX-1603')
    return error.refusal.title
  }
  return 'loaded'
}
const permit = (
  annotations: string,
  rest = 'permit (principal, action == Glovebox::Action::"read", resource);',
): string => `${annotations}\n${rest}\n`

void test('the shipped policies: engineers ask, leads decide, nobody else does anything', () => {
  const policy = new Policy(shipped)
  const read = policy.ask({ principal: ana, action: 'read', target: orders, context: { durationMs: 60_000 } })
  assert.ok(read.kind === 'allow')
  assert.deepEqual([read.needed, read.policies], [{ count: 1, groups: ['platform-leads'] }, ['engineers-look']])
  const write = policy.ask({ principal: ana, action: 'write', target: orders })
  assert.ok(write.kind === 'allow' && write.needed.count === 2)
  const unmask = policy.ask({ principal: ana, action: 'unmask', target: orders, context: { columns: ['a.b.c'] } })
  assert.ok(unmask.kind === 'allow' && unmask.needed.count === 2 && unmask.maxDurationMs === 3_600_000)
  assert.equal(policy.ask({ principal: scout, human: ana, action: 'unmask', target: orders }).kind, 'deny')
  const answers = (principal: Principal): string[] =>
    (
      [
        'observe',
        'read',
        'write',
        'admin',
        'unmask',
        'breakGlass',
        'review',
        'watch',
        'kill',
        'lock',
        'audit',
        'manage',
      ] as const
    ).filter(
      (action) =>
        policy.ask({ principal, action, target: action === 'audit' || action === 'manage' ? undefined : orders })
          .kind === 'allow',
    )
  assert.deepEqual(answers(ana), ['observe', 'read', 'write', 'admin', 'unmask'])
  assert.deepEqual(answers(ben), ['review', 'watch', 'kill', 'lock'])
  assert.deepEqual(answers(who('sam', ['security'])), ['watch', 'kill', 'lock', 'audit'])
  assert.deepEqual(answers(who('root', ['admins'])), ['manage'])
  assert.deepEqual(answers(who('eve', [])), [])
  assert.match(
    (policy.ask({ principal: ben, action: 'read', target: orders }) as { why: string }).why,
    /no policy allows read here for your groups \(platform-leads\)/,
  )
})

void test('an agent gets no more than its human, and nothing without one', () => {
  const policy = new Policy(shipped)
  assert.equal(policy.ask({ principal: scout, human: ana, action: 'read', target: orders }).kind, 'allow')
  assert.equal(policy.ask({ principal: scout, action: 'read', target: orders }).kind, 'deny')
  assert.equal(policy.ask({ principal: scout, human: ben, action: 'read', target: orders }).kind, 'deny')
  const idle = { ...ana, groups: [] }
  assert.equal(policy.ask({ principal: scout, human: idle, action: 'read', target: orders }).kind, 'deny')
  assert.equal(
    policy.ask({ principal: { ...scout, groups: ['platform-leads'] }, human: ana, action: 'review', target: orders })
      .kind,
    'deny',
  )
})

void test('permits are alternatives, the one that asks least and fits the duration wins; a forbid always holds', () => {
  const policy = new Policy({
    'a.cedar':
      permit('@id("long") @approvals("2") @from("a,b") @maxDuration("8h")') +
      permit('@id("short") @approvals("1") @from("a") @maxDuration("30m")') +
      'forbid (principal, action, resource) when { resource in Glovebox::TargetGroup::"env=lab" };' +
      'forbid (principal, action == Glovebox::Action::"read", resource) when { context has reason && context.reason == "no" };',
  })
  const ask = (durationMs: number, labels: Record<string, string> = {}, reason = 'x'): unknown => {
    const answer = policy.ask({
      principal: ana,
      action: 'read',
      target: { ...orders, labels },
      context: { durationMs, reason },
    })
    return answer.kind === 'allow' ? [answer.policies[0], answer.needed.count, answer.maxDurationMs] : answer.policies
  }
  assert.deepEqual(ask(60_000), ['short', 1, 1_800_000])
  assert.deepEqual(ask(3_600_000), ['long', 2, 28_800_000])
  assert.deepEqual(ask(90_000_000), ['long', 2, 28_800_000])
  assert.deepEqual(ask(60_000, { env: 'lab' }), ['a.cedar#3'])
  assert.deepEqual(ask(60_000, {}, 'no'), ['a.cedar#4'])
})

void test('what is known of the moment reaches the policies; a wrong value denies', () => {
  const policy = new Policy({
    'a.cedar': permit(
      '@approvals("1") @from("a")',
      'permit (principal, action == Glovebox::Action::"read", resource) when { context has now && context.now > datetime("2026-01-01") && context has sourceIp && context.sourceIp.isLoopback() && resource.hasTag("env") && resource.getTag("env") == "production" };',
    ),
  })
  const ask = (sourceIp: string, now: number): string =>
    policy.ask({ principal: ana, action: 'read', target: orders, context: { sourceIp, now } }).kind
  assert.equal(ask('127.0.0.1', Date.UTC(2026, 5, 1)), 'allow')
  assert.equal(ask('10.0.0.1', Date.UTC(2026, 5, 1)), 'deny')
  assert.equal(ask('127.0.0.1', Date.UTC(2025, 5, 1)), 'deny')
  assert.equal(ask('nonsense', Date.UTC(2026, 5, 1)), 'deny')
})

void test('a policy that errs while it is evaluated denies, also where another one permits', () => {
  const policy = new Policy({
    'a.cedar':
      permit('@approvals("1") @from("a")') +
      'forbid (principal, action == Glovebox::Action::"read", resource) when { context has durationMs && context.durationMs * 9223372036854775807 > 0 };',
  })
  const answer = policy.ask({ principal: ana, action: 'read', target: orders, context: { durationMs: 60_000 } })
  assert.ok(answer.kind === 'deny')
  assert.match(answer.why, /could not be evaluated/)
})

void test('mistakes are refused at load with file and line', () => {
  const at = (text: string): string => refusedBy({ 'x.cedar': `// first\n${text}` })
  assert.match(at('permit (principal, bad'), /^x\.cedar:2: /)
  assert.match(
    at('\npermit (principal, action == Glovebox::Action::"audit", resource)\nwhen { resource.foo };'),
    /^x\.cedar:4: attribute `foo`/,
  )
  assert.match(at(permit('@approvals("0") @from("a")')), /^x\.cedar:2: @approvals\("0"\) lets a person in alone/)
  assert.match(at(permit('@aprovals("1") @from("a")')), /unknown annotation @aprovals, did you mean @approvals/)
  assert.match(at(permit('@from("a")')), /needs @approvals/)
  assert.match(at(permit('@approvals("-1") @from("a")')), /needs @approvals/)
  assert.match(at(permit('@approvals("1")')), /@from is missing/)
  assert.match(at(permit('@approvals("1") @from("a") @maxDuration("soon")')), /not a duration/)
  assert.match(at(permit('@approvals("1") @from("a") @masksOff("true")')), /belongs on a permit of `unmask`/)
  assert.match(at(permit('', 'permit (principal, action, resource);')), /needs @approvals/)
  assert.match(
    at(permit('@approvals("1")', 'permit (principal, action == Glovebox::Action::"audit", resource);')),
    /belongs on a permit of/,
  )
  assert.match(
    at(permit('@id("a") @approvals("1") @from("a")') + permit('@id("a") @approvals("1") @from("a")')),
    /used twice/,
  )
  assert.match(at('permit (principal == ?principal, action, resource);'), /templates/)
  assert.equal(
    at(permit('@approvals("0")', 'permit (principal, action == Glovebox::Action::"observe", resource);')),
    'loaded',
  )
  assert.equal(refusedBy({}), 'loaded')
})

void test('no policy at all denies everything', () => {
  assert.equal(new Policy({}).ask({ principal: ana, action: 'observe', target: orders }).kind, 'deny')
})

void test('the example of the reference page is a set of policies', () => {
  const page = readFileSync(new URL('../../docs/reference/policies.md', import.meta.url), 'utf8')
  const [, example = ''] = /```cedar\n([\s\S]*?)```/.exec(page) ?? []
  const policy = new Policy({ 'example.cedar': example })
  const kim = who('kim', ['oncall'])
  assert.equal(policy.ask({ principal: kim, action: 'read', target: orders }).kind, 'allow')
  const payroll = { ...orders, labels: { ...orders.labels, data: 'payroll' } }
  assert.deepEqual(policy.ask({ principal: kim, action: 'read', target: payroll }).policies, ['payroll-is-for-hr'])
})
