// How answers and errors look: on a terminal, in a pipe, without colour, and with hostile text in them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errors, refusal, type ErrorCode, type Refusal } from '../../core/error.ts'
import { clientEnv } from './env.ts'
import { localTimes, refusalText, showRefusal, showView, tableText, type Io } from './output.ts'

function stream(isTTY: boolean, columns = 60): { io: Io; said: { out: string; err: string } } {
  const said = { out: '', err: '' }
  const to = (name: 'out' | 'err') => ({ write: (text: string) => (said[name] += text), isTTY, columns })
  return { io: { out: to('out'), err: to('err'), in: process.stdin }, said }
}

const table = {
  columns: ['id', 'why'],
  rows: [
    ['r-1', 'short'],
    ['r-22', 'a reason that is much longer than the narrow terminal that it is shown on'],
  ],
}

test('tables: aligned and cut to the width on a terminal, whole and tab-separated in a pipe', () => {
  assert.equal(
    tableText(table, { isTTY: true, columns: 30 }),
    'ID    WHY\nr-1   short\nr-22  a reason that is much l…\n',
  )
  assert.equal(tableText(table, {}), `ID\tWHY\nr-1\tshort\nr-22\t${table.rows[1]?.[1]}\n`)
})

test('text of targets and people cannot drive the terminal', () => {
  const hostile = 'a\u001b[2Jb\u0007c\u202ed\u0000e\nf\u009bg'
  const { io, said } = stream(true)
  showView(io, { table: { columns: ['x'], rows: [[hostile]] }, lines: [hostile], next: hostile })
  const refused: Refusal = { code: 'GBX-1104', title: hostile, why: hostile, next: [hostile] }
  showRefusal(io, clientEnv({ NO_COLOR: '1' }), refused, false)
  // oxlint-disable-next-line no-control-regex
  assert.doesNotMatch(said.out + said.err, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
})

test('colour only on a terminal, and only when nobody said no', () => {
  const coloured = (env: Record<string, string>, isTTY: boolean): boolean => {
    const { io, said } = stream(isTTY)
    showRefusal(io, clientEnv(env), refusal('GBX-1001', { what: 'x' }), false)
    return said.err.includes('\u001b[')
  }
  assert.ok(coloured({}, true))
  assert.ok(coloured({ CLICOLOR_FORCE: '1' }, false))
  for (const env of [{ NO_COLOR: '1' }, { CLICOLOR: '0' }, { TERM: 'dumb' }]) assert.ok(!coloured(env, true))
  assert.ok(!coloured({}, false))
})

test('every error has at most five lines and its exit code; pending is marked as waiting', () => {
  for (const code of Object.keys(errors) as ErrorCode[]) {
    const { title, exit, ...rest } = errors[code]
    const refused: Refusal = {
      code,
      title,
      next: 'next' in rest ? rest.next : [],
      ...('why' in rest ? { why: rest.why } : {}),
      ref: 'r-aaaa',
    }
    const text = refusalText(refused)
    assert.ok(text.trimEnd().split('\n').length <= 5, text)
    assert.ok(text.startsWith(`x ${code} `))
    const { io, said } = stream(false)
    assert.equal(showRefusal(io, clientEnv({}), refused, false), exit)
    assert.equal(said.out, '')
    assert.equal(said.err.startsWith('~'), exit === 8)
  }
})

test('times: the reader’s own zone on a terminal, RFC 3339 in a pipe', () => {
  const iso = '2026-11-24T19:50:56.189Z'
  const now = new Date('2026-11-24T21:00:00Z')
  assert.match(localTimes(`until ${iso}`, now), /^until \d\d:\d\d:\d\d \S+$/)
  assert.match(localTimes(iso, new Date('2027-01-01T00:00:00Z')), /^2026-11-2\d \d\d:\d\d:\d\d \S+$/)
  const { io, said } = stream(false)
  showView(io, { lines: [iso] })
  assert.equal(said.out, `${iso}\n`)
})

test('no secret of ours goes to a child', () => {
  const env = clientEnv({ GLOVEBOX_TOKEN: 'gbx_secret', PATH: '/bin' })
  assert.deepEqual(env.forChild, { PATH: '/bin' })
})
