// Oddities of people and policies: told where they are, and not where they are not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aTarget, peopleInMemory, starterPolicies } from '../../../test/lib/people.ts'
import type { Check } from '../../core/check.ts'
import type { Target } from '../../core/nouns.ts'
import type { Parts } from '../operation.ts'
import { peopleChecks } from './people-checks.ts'

type Account = readonly [name: string, groups: string[], more?: { kind?: 'agent'; of?: string; person?: string }]

async function look(
  accounts: readonly Account[],
  policies: Readonly<Record<string, string>> = starterPolicies,
): Promise<ReadonlyMap<string, Check>> {
  const target: Target = aTarget('pg-orders')
  const people = peopleInMemory({ targets: [target], policies })
  try {
    for (const [name, groups, more] of accounts) await people.add(name, groups, more)
    const { access, ledger } = people.house
    const parts: Pick<Parts, 'access' | 'ledger' | 'targets'> = {
      access,
      ledger,
      targets: () => new Map([[target.name, target]]),
    }
    return new Map((await peopleChecks(parts)).map((check) => [check.name, check]))
  } finally {
    await people.close()
  }
}

test('nothing odd: an engineer, leads, an admin apart', async () => {
  const checks = await look([
    ['ana', ['engineers']],
    ['ben', ['platform-leads']],
    ['root', ['admins']],
    ['scout', [], { kind: 'agent', of: 'ana' }],
  ])
  for (const [name, check] of checks) assert.deepEqual([check.ok, check.warning ?? false], [true, false], name)
})

test('nobody but the asker can decide: second accounts of one person do not count', async () => {
  const alone = await look([['ana', ['engineers', 'platform-leads']]])
  assert.match(alone.get('reviewers')?.detail ?? '', /ana observe on pg-orders, ana read on pg-orders/)
  assert.equal(alone.get('people')?.ok, false)
  const twice = await look([
    ['ana', ['engineers']],
    ['ana2', ['platform-leads'], { person: 'ana' }],
  ])
  assert.equal(twice.get('reviewers')?.warning, true)
})

test('what needs nobody is told, and who holds two keys', async () => {
  const free = `@id("free") @approvals("0") @from("platform-leads") @maxDuration("1h")
    permit (principal in Glovebox::Group::"oncall", action == Glovebox::Action::"observe", resource);`
  const checks = await look(
    [
      ['ana', ['oncall']],
      ['dan', ['platform-leads', 'admins']],
      ['ben', ['platform-leads']],
    ],
    { ...starterPolicies, 'free.cedar': free },
  )
  assert.match(checks.get('four eyes')?.detail ?? '', /ana observe on pg-orders/)
  assert.match(checks.get('two keys')?.detail ?? '', /: dan$/)
  assert.ok((checks.get('two keys')?.fix ?? []).length > 0)
})

test('no policies: that alone does not hold', async () => {
  const checks = await look(
    [
      ['ana', []],
      ['ben', []],
    ],
    {},
  )
  assert.equal(checks.get('policies')?.ok, false)
})
