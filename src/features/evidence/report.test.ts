// The page: whatever people and targets say in it stays text, nothing in it asks a network, and it says the same to everybody.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { escaped, reportHtml } from './report.ts'
import { Story } from './story.ts'

const ask = { query: 'user:"<script>alert(1)</script>"', by: '"><img src=x>', at: 1_790_000_000_000, first: 0, last: 9 }

function hostile(text: string): Story {
  const story = new Story()
  const tell = (index: number, type: string, clear: object, payload: object): void =>
    story.tell(
      { index, entry: { v: 1, type, ts: '2026-08-14T09:12:03.000Z', by: 'p-ada', ...clear }, payload } as never,
      'found',
    )
  tell(0, 'principal.set', { principal: 'p-ada', person: 'p-ada', kind: 'user', groups: [text] }, { name: text })
  const canonical = JSON.stringify({ reason: text, ticket: text, scope: { tables: [text], unmask: ['a.b.c'] } })
  const needed = { count: 1, groups: [text] }
  tell(
    1,
    'request.created',
    { request: 'r-a', target: text, level: 'read', durationMs: 1_800_000, needed },
    { canonical },
  )
  tell(2, 'request.reviewed', { request: 'r-a', decision: 'approve', durationMs: 1_800_000 }, { comment: text })
  const times = { notBefore: '2026-08-14T09:00:00.000Z', notAfter: '2026-08-14T10:00:00.000Z' }
  tell(3, 'grant.started', { grant: 'g-a', request: 'r-a', ...times }, {})
  tell(4, 'session.opened', { session: 's-a', principal: 'p-ada', grant: 'g-a', target: text, channel: 'native' }, {})
  tell(5, 'action.admitted', { session: 's-a', n: 1, effect: 'read' }, { text, reads: [], masked: [text, 'a.b.c'] })
  tell(6, 'action.settled', { session: 's-a', n: 1, outcome: 'ok', rows: 2, bytes: 1, unmasked: [2] }, {})
  tell(7, 'action.refused', { session: 's-a', n: 2, effect: 'write', code: 'GBX-1203' }, { text, title: text })
  return story
}

test('what people and targets say stays text', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('</pre><script>x</script>', '" onload="x', '\u202egnp.exe', '<!--', ']]>', '&lt;'),
  )
  fc.assert(
    fc.property(text, (said) => {
      const html = reportHtml(hostile(said), ask, 0)
      assert.doesNotMatch(html, /<script|<img|<link|<iframe|onload="|https?:\/\/|url\((?!#hatch)/i)
      // oxlint-disable-next-line no-control-regex
      assert.doesNotMatch(html, /[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069]/)
      assert.doesNotMatch(escaped(said), /[<>"']/)
    }),
  )
})

test('it tells who, why, with whose approval, what was masked and what was shown', () => {
  const html = reportHtml(hostile('Ada'), ask, 2)
  for (const part of [
    '<b>Ada</b> asked for <b>read</b>',
    '✓ approved</span> for 30m',
    '2 values</span> allowed by <code>r-a</code>',
    '✕ refused</span> <code>GBX-1203</code>',
    '<dd>2</dd><dt>recordings</dt>',
    "default-src 'none'",
  ])
    assert.ok(html.includes(part), part)
  assert.equal(html, reportHtml(hostile('Ada'), ask, 2), 'the same story gives the same bytes')
})
