// M10: what the detectors find leaves neither in rows (text and binary), nor by COPY, nor in errors and notices; and
// every frame stays one that clients can read.
import assert from 'node:assert/strict'
import { after, before, describe as suite, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { openDoor, type House } from '../../../../test/lib/door.ts'
import { openWalls } from '../../../../test/lib/open-walls.ts'
import { query, RawPg } from '../../../../test/lib/raw-pg.ts'
import { startPostgres, type Postgres } from '../../../../test/lib/servers.ts'
import { columnsOf, copyNet, messageNet, rowNet } from './net.ts'
import type { Field, Verdict } from '../walls/types.ts'
import { eachFrame, Fields, frame, int16, int32 } from '../wire.ts'

const card = '4111111111111111'
const mail = 'ana@example.com'
const raw = /4111111111111111|ana@example\.com|hunter2/

const verdict = { outputs: [] } as unknown as Verdict
const field = (name: string, typeOid: number): Field => ({ name, typeOid, tableOid: 0, attnum: 0 })
const nobody = (): undefined => undefined

function dataRow(values: readonly (Buffer | null)[]): Buffer {
  const parts = values.flatMap((value) => (value === null ? [int32(-1)] : [int32(value.length), value]))
  return frame(0x44, int16(values.length), ...parts)
}

function valuesOf(run: Buffer): (string | null)[][] {
  const rows: (string | null)[][] = []
  eachFrame(run, (type, from, to) => {
    assert.equal(type, 0x44)
    const fields = new Fields(run, from + 5, to)
    const row = Array.from({ length: fields.u16() }, () => {
      const length = fields.i32()
      return length < 0 ? null : fields.take(length).toString()
    })
    fields.done()
    rows.push(row)
  })
  return rows
}

suite('frames', () => {
  test('only texts are looked at; lengths are right; runs without hits are not copied', () => {
    const columns = columnsOf([field('n', 20), field('t', 25), field('j', 3802)], verdict, nobody)
    assert.ok(columns)
    const found: string[] = []
    const net = rowNet(columns, (column, className) => found.push(`${column} ${className}`))
    const clean = Buffer.concat([
      dataRow([Buffer.from(card), Buffer.from('paid'), null]),
      dataRow([null, Buffer.alloc(0), Buffer.from('{}')]),
    ])
    assert.equal(net(clean), clean)
    const hit = dataRow([Buffer.from(card), Buffer.from(`to ${mail}`), Buffer.from(`{"n": ${card}, "c": "${card}"}`)])
    assert.deepEqual(valuesOf(net(Buffer.concat([clean, hit, clean]))), [
      [card, 'paid', null],
      [null, '', '{}'],
      [card, 'to [email]', `{"n": ${card}, "c": "[pan]"}`],
      [card, 'paid', null],
      [null, '', '{}'],
    ])
    assert.deepEqual(found, ['(computed) t pii.email', '(computed) j pci.pan'])
    assert.equal(columnsOf([field('n', 23), field('d', 1082)], verdict, nobody), undefined)
  })

  test('a value whose length looks like part of it is found all the same', () => {
    const columns = columnsOf([field('t', 25)], verdict, nobody)
    assert.ok(columns)
    const net = rowNet(columns, () => undefined)
    // Lengths of 48 to 57 and of 65 to 122 are digits and letters as bytes.
    for (let pad = 1; pad < 130; pad++) {
      const value = `${card}${' '.repeat(pad)}`
      const run = Buffer.concat([dataRow([Buffer.from(value)]), dataRow([Buffer.from(value.trim())])])
      assert.deepEqual(valuesOf(net(run)), [[`[pan]${' '.repeat(pad)}`], ['[pan]']])
    }
  })

  test('whatever is in a row, what comes out is rows of as many columns, or an exception', () => {
    const value = fc.option(
      fc.oneof(fc.constantFrom(card, mail, '{"password":"hunter2"}'), fc.string()).map((text) => Buffer.from(text)),
      { nil: null },
    )
    const types = [25, 3802, 1009, 2249, 20, 99999]
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value, value, value, value, value), { maxLength: 4 }), (rows) => {
        const columns = columnsOf(
          types.map((type, i) => field(`c${i}`, type)),
          verdict,
          nobody,
        )
        assert.ok(columns)
        const after = valuesOf(rowNet(columns, () => undefined)(Buffer.concat(rows.map(dataRow))))
        assert.equal(after.length, rows.length)
        for (const row of after) {
          assert.equal(row.length, types.length)
          row.forEach((one, i) =>
            types[i] === 20 || types[i] === 3802 ? undefined : assert.doesNotMatch(one ?? '', raw),
          )
        }
      }),
    )
    const columns = columnsOf([field('t', 25)], verdict, nobody)
    assert.ok(columns)
    const net = rowNet(columns, () => undefined)
    assert.throws(() => net(dataRow([null, null])))
    assert.throws(() => net(frame(0x44, int16(1), int32(40), Buffer.from(card))))
  })

  test('COPY in text and binary form', () => {
    const found: string[] = []
    const text = copyNet(Buffer.from([0, 0, 1, 0, 0]), '(copy)', (_column, className) => found.push(className))
    const line = frame(0x64, Buffer.from(`1\tline\\n${card}\t${mail}\n`))
    assert.equal(text(line).toString('latin1', 5), '1\tline\\n[pan]\t[email]\n')
    const binary = copyNet(Buffer.from([1, 0, 1, 0, 1]), '(copy)', (_column, className) => found.push(className))
    const tuple = Buffer.concat([int16(2), int32(4), int32(7), int32(card.length), Buffer.from(card)])
    const head = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), int32(0), int32(0)])
    const shown = binary(Buffer.concat([frame(0x64, head, tuple), frame(0x64, tuple), frame(0x64, int16(-1))]))
    assert.doesNotMatch(shown.toString('latin1'), raw)
    const masked = Buffer.concat([int16(2), int32(4), int32(7), int32(5), Buffer.from('[pan]')])
    assert.ok(shown.equals(Buffer.concat([frame(0x64, head, masked), frame(0x64, masked), frame(0x64, int16(-1))])))
    assert.deepEqual(found, ['pci.pan', 'pii.email', 'pci.pan', 'pci.pan'])
  })

  test('messages', () => {
    const fields = new Map([
      ['S', Buffer.from('ERROR')],
      ['C', Buffer.from('22P02')],
      ['M', Buffer.from(`invalid input syntax for type integer: "${mail}"`)],
    ])
    const shown = messageNet(fields, () => undefined)
    assert.equal(shown.get('M')?.toString(), 'invalid input syntax for type integer: "[email]"')
    assert.equal(shown.get('C')?.toString(), '22P02')
  })
})

suite('through a session', () => {
  let server: Postgres
  let house: House
  before(async () => {
    server = await startPostgres({ major: 18 })
    house = await openDoor({ url: server.url, walls: openWalls({}) })
    const admin = new pg.Client(server.url)
    await admin.connect()
    await admin.query(
      `create table people (id int, note text, tags text[], doc jsonb, doc2 json, code varchar(40));
       insert into people values (1, 'write to ${mail}', array['${card}', 'x'], '{"password": "hunter2", "n": 1}', '{"a": "${mail}"}', '${card}')`,
    )
    await admin.end()
  })
  after(async () => {
    await house.close()
    await server.stop()
  })

  const shown = {
    note: 'write to [email]',
    tags: ['[pan]', 'x'],
    doc: { password: '[secret]', n: 1 },
    doc2: { a: '[email]' },
    code: '[pan]',
  }

  for (const binary of [false, true])
    test(`rows in ${binary ? 'binary' : 'text'} form, simple and prepared`, async () => {
      const client = new pg.Client({ connectionString: house.dsn, binary } as pg.ClientConfig)
      client.on('error', () => undefined)
      await client.connect()
      const prepared = await client.query({
        text: 'select note, tags, doc, doc2, code from people where id = $1',
        values: [1],
      })
      if (!binary) assert.deepEqual(prepared.rows, [shown])
      else assert.doesNotMatch(JSON.stringify(prepared.rows), raw)
      const simple = await client.query('select note, tags, doc, doc2, code from people')
      assert.deepEqual(simple.rows, [shown])
      await assert.rejects(
        client.query('select note::int from people'),
        /invalid input syntax for type integer: "write to \[email\]"/,
      )
      await client.end()
    })

  test('COPY, and one entry for each column and class when the session ends', async () => {
    const before = house.entries.length
    const client = await RawPg.signedIn(house.port)
    client.send(
      query('copy people to stdout'),
      query('copy (select note, doc from people) to stdout (format csv)'),
      query('copy people to stdout (format binary)'),
    )
    const bytes: Buffer[] = []
    for (let i = 0; i < 3; i++) bytes.push(...(await client.until('Z')).map((one) => one.body))
    assert.doesNotMatch(Buffer.concat(bytes).toString('latin1'), raw)
    client.send(query('select note, code from people'), query('select note, code from people'))
    await client.until('Z')
    await client.until('Z')
    client.end()
    for (let i = 0; i < 100 && !house.entries.slice(before).some(({ entry }) => entry.type === 'session.closed'); i++)
      await new Promise((resolve) => setTimeout(resolve, 20))
    const hits = house.entries
      .slice(before)
      .flatMap(({ entry, payload }) =>
        entry.type === 'detector.hit'
          ? [`${(payload as { column: string }).column} ${entry.class} ${entry.count}`]
          : [],
      )
    assert.ok(
      hits.includes('(computed) note pii.email 2') || hits.includes('public.people.note pii.email 2'),
      hits.join('; '),
    )
    assert.equal(new Set(hits.map((hit) => hit.replace(/ \d+$/, ''))).size, hits.length)
    assert.doesNotMatch(JSON.stringify(house.entries), raw)
  })
})
