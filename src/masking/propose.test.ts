// Which labels are proposed, and that the reasons are counts.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { builtinClasses, ruleOf } from './classes.ts'
import { classByName, propose, type Seen } from './propose.ts'

const seen = (more: Partial<Seen>): Seen => ({
  table: 't',
  column: 'c',
  type: 'text',
  sampled: 100,
  found: [],
  met: [],
  ...more,
})

describe('names', () => {
  test('what a name says, with the type', () => {
    const cases: readonly (readonly [string, string, string, string | undefined])[] = [
      ['users', 'email', 'text', 'pii.email'],
      ['orders', 'billingEmailAddress', 'character varying(200)', 'pii.email'],
      ['orders', 'email_count', 'integer', undefined],
      ['users', 'name', 'text', 'pii.name'],
      ['products', 'name', 'text', undefined],
      ['x', 'LastName', 'text', 'pii.name'],
      ['x', 'date_of_birth', 'date', 'pii.birthdate'],
      ['staff', 'salary_eur', 'numeric(10,2)', 'pii.salary'],
      ['x', 'client_ip', 'inet', 'pii.ip'],
      ['x', 'password_hash', 'text', 'secret.key'],
      ['x', 'zip_code', 'text', 'pii.address'],
      ['x', 'status', 'text', undefined],
      ['x', 'description', 'text', undefined],
    ]
    for (const [table, column, type, wanted] of cases) assert.equal(classByName(table, column, type), wanted, column)
  })
})

describe('proposals', () => {
  test('values and name agree', () => {
    const proposal = propose(seen({ column: 'email', found: [{ class: 'pii.email', count: 97, whole: 97 }] }))
    assert.deepEqual(proposal, {
      class: 'pii.email',
      evidence: 'email in 97 of 100 sampled values, name matches',
      isSeen: true,
    })
  })

  test('values alone, here and there, in JSON', () => {
    assert.equal(propose(seen({ found: [{ class: 'pci.pan', count: 90, whole: 88 }] }))?.class, 'pci.pan')
    assert.equal(propose(seen({ found: [{ class: 'pii.email', count: 7, whole: 0 }] }))?.class, 'pii.text')
    assert.equal(
      propose(seen({ type: 'jsonb', found: [{ class: 'pii.email', count: 90, whole: 0 }] }))?.class,
      'pii.json',
    )
  })

  test('the name alone, the net alone, nothing at all', () => {
    const named = propose(seen({ column: 'first_name' }))
    assert.deepEqual(named, { class: 'pii.name', evidence: 'name matches, no sampled value does', isSeen: false })
    const met = propose(seen({ met: [{ class: 'pii.email', count: 12, sessions: 3 }] }))
    assert.deepEqual(met, {
      class: 'pii.text',
      evidence: 'email masked 12 times in answers of 3 sessions',
      isSeen: true,
    })
    assert.equal(propose(seen({})), undefined)
  })

  test('each proposed class is one that has a rule', () => {
    for (const column of [
      'email',
      'phone',
      'cvv',
      'iban',
      'ssn',
      'dob',
      'salary',
      'ip',
      'street',
      'surname',
      'diagnosis',
      'token',
    ])
      for (const type of ['text', 'date', 'numeric', 'inet']) {
        const proposal = propose(seen({ column, type }))
        if (proposal !== undefined) assert.ok(ruleOf(builtinClasses, proposal.class).form)
      }
  })
})
