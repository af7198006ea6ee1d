// How checks look, and how they are counted.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checksOut, checksView } from './checks-view.ts'

test('groups in order, a sign each, what mends it below, and a count', () => {
  const checks = [
    { name: 'sign-in', ok: true, detail: 'as ro' },
    { name: 'canaries', group: 'masking', ok: false, detail: 'came back raw: a.b.c', fix: ['mend', 'this'] },
    { name: 'unlabelled', group: 'masking', ok: true, warning: true, detail: 'two' },
  ]
  assert.deepEqual(checksView(checks).lines, [
    '✓ sign-in     as ro',
    '',
    'masking',
    '  ✗ canaries    came back raw: a.b.c',
    '                mend',
    '                this',
    '  ! unlabelled  two',
    '',
    '1 hold, 1 to look at (!), 1 does not hold (✗)',
  ])
})

test('long sentences are cut at blanks, lines to paste never', () => {
  const long = 'word '.repeat(60).trim()
  const { lines = [] } = checksView([{ name: 'x', ok: true, detail: long, fix: [long] }])
  const own = lines.filter((line) => line.includes('word'))
  assert.ok(own.length > 3)
  assert.ok(own.slice(0, -1).every((line) => line.length <= 110))
  assert.ok(own.at(-1)?.trim() === long)
  assert.equal(own.slice(0, -1).join(' ').match(/word/g)?.length, 60)
})

test('on the way out nothing is invented', () => {
  assert.deepEqual(checksOut([{ name: 'x', ok: true, detail: 'y', fix: [] }]), [{ name: 'x', ok: true, detail: 'y' }])
})
