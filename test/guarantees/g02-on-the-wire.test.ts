// G2 over the whole path, frame by frame: two gateways in front of two worlds that differ in labelled values only send
// the same bytes, whatever the protocol: simple, extended with text and binary results, cursors, COPY in each format,
// errors and notices. With forms that say something, for worlds that agree on what the form may say; with search on, for
// worlds that agree on the values that are searched for.
import assert from 'node:assert/strict'
import { after, before, describe as suite, test } from 'node:test'
import type { MaskBlock } from '../../src/masking/labels.ts'
import { messageFields } from '../../src/protocols/postgres/errors.ts'
import * as walls from '../../src/protocols/postgres/walls/index.ts'
import { frame, fromClient, int16, int32 } from '../../src/protocols/postgres/wire.ts'
import { openDoor, type House } from '../lib/door.ts'
import { describe, execute, parse, query, RawPg, type RawFrame, sync } from '../lib/raw-pg.ts'
import { startPostgres, type Postgres } from '../lib/servers.ts'
import { constant, makeShop, makeWorlds } from '../lib/walls-shop.ts'
import { chance, statement } from '../lib/walls-statements.ts'

// A long run by hand: GLOVEBOX_TEST_STATEMENTS=20000.
const count = Number(process.env['GLOVEBOX_TEST_STATEMENTS'] ?? 120)

/** One gateway in front of one world, and a client that sends what it is told. */
interface Side {
  readonly house: House
  readonly client: RawPg
}

/** Statements that raise on the values that they meet: the sentence must not differ either. */
const raising = [
  'SELECT email::int FROM people',
  'SELECT 1 / (length(name) - length(name)) FROM people',
  `SELECT (note || 'x')::date FROM people`,
  'SELECT prefs::text::int FROM people',
  'SELECT ip::text::uuid FROM people',
  `SELECT to_date(email, 'YYYY') FROM people`,
  'SELECT substr(phone, -1, -5) FROM people',
  'SELECT (born::text || email)::timestamp FROM people',
  'SELECT array_to_string(tags, NULL)::numeric FROM people',
  `SELECT xmlparse(document '<' || name) FROM people`,
  `SELECT regexp_replace(note, '(', '') FROM people`,
  'SELECT email FROM people LIMIT (SELECT length(note) - 1000 FROM people LIMIT 1)',
  `SELECT json(note) FROM people`,
]

const bind = (binary: 0 | 1, ...values: string[]): Buffer =>
  frame(
    fromClient.bind,
    '',
    '',
    int16(0),
    int16(values.length),
    ...values.flatMap((value) => [int32(Buffer.byteLength(value)), Buffer.from(value)]),
    int16(1),
    int16(binary),
  )

/** Each way to ask a statement, as rounds: what is sent, up to the next ReadyForQuery. */
const ways: Readonly<Record<string, (text: string) => readonly Buffer[][]>> = {
  simple: (text) => [[query(text)]],
  text: (text) => [[parse('', text), describe('S', ''), bind(0), describe('P', ''), execute(''), sync()]],
  binary: (text) => [[parse('', text), bind(1), describe('P', ''), execute('', 2), execute(''), sync()]],
  cursor: (text) => [
    [query('BEGIN')],
    [query(`DECLARE c SCROLL CURSOR FOR ${text}`)],
    [query('FETCH 3 FROM c')],
    [query('FETCH BACKWARD 1 FROM c')],
    [query('MOVE 1 IN c')],
    [query('FETCH ALL FROM c')],
    [query('ROLLBACK')],
  ],
  copy: (text) => [[query(`COPY (${text}) TO STDOUT (FORMAT csv, HEADER)`)]],
  'copy binary': (text) => [[query(`COPY (${text}) TO STDOUT (FORMAT binary)`)]],
  function: (text) => [[query(`SELECT row_to_json(s), s::text, md5(s::text) FROM (${text}) s`)]],
}
const only = (text: string): boolean => /^(COPY|EXPLAIN)/.test(text)

async function asked(side: Side, rounds: readonly Buffer[][]): Promise<RawFrame[]> {
  const frames: RawFrame[] = []
  for (const round of rounds) {
    side.client.send(...round)
    frames.push(...(await side.client.until('Z')))
    assert.equal(frames.at(-1)?.type, 'Z', 'the connection lives on')
  }
  return frames
}

const shown = (frames: readonly RawFrame[]): string =>
  frames.map(({ type, body }) => `${type} ${body.toString('latin1')}`).join('\n')
const failed = (frames: readonly RawFrame[]): string | undefined => {
  const error = frames.find((one) => one.type === 'E')
  return error === undefined ? undefined : messageFields(error.body).get('C')?.toString()
}

suite('two worlds on the wire', () => {
  let server: Postgres
  const open: Side[] = []
  const side = async (database: string, mask: MaskBlock, unlabelled: 'pass' | 'scrub' = 'pass'): Promise<Side> => {
    const url = new URL(server.url)
    url.pathname = `/${database}`
    const house = await openDoor({ url: url.href, walls, mask, unlabelled })
    const made = { house, client: await RawPg.signedIn(house.port) }
    open.push(made)
    return made
  }
  before(async () => {
    server = await startPostgres()
    await makeWorlds(server)
  })
  after(async () => {
    for (const { house, client } of open) {
      client.end()
      await house.close()
    }
    await server.stop()
  })

  /** Every way of asking each statement, of both; gives how many ran and what raised. */
  const compare = async (a: Side, b: Side, texts: readonly string[]): Promise<{ ran: number; raised: Set<string> }> => {
    let ran = 0
    const raised = new Set<string>()
    for (const text of texts)
      for (const [way, rounds] of Object.entries(ways)) {
        if (only(text) && way !== 'simple' && way !== 'text') continue
        const [one, other] = [await asked(a, rounds(text)), await asked(b, rounds(text))]
        assert.equal(shown(one), shown(other), `${way}: ${text}`)
        const error = failed(one)
        if (error === undefined) ran++
        else raised.add(error)
      }
    return { ran, raised }
  }

  test('constant forms: the same bytes, by every way of asking', async (t) => {
    const random = chance(11)
    const texts = [...raising, ...Array.from({ length: count }, () => statement(random))]
    const { ran, raised } = await compare(await side('shop_a', constant), await side('shop_b', constant), texts)
    t.diagnostic(`${ran} answers of ${texts.length} statements, errors ${[...raised].toSorted().join(' ')}`)
    assert.ok(ran > count * 3, `only ${ran} answers`)
    assert.ok(raised.size > 4, `only ${[...raised].join(' ')} were raised`)
  })

  test('forms that say something: the same bytes where worlds agree on what is said', async (t) => {
    // Each form's allowance is equal in both, and everything else of the value is not.
    const ip = 'UPDATE people SET ip = ip + '
    await makeShop(server, 'shop_c', {}, `${ip}0; ANALYZE`)
    await makeShop(
      server,
      'shop_d',
      {
        canary: 'heronx',
        Nameless: 'Fameless',
        '555': '444',
        '1970-03-04': '1970-03-05',
        '50000': '60000',
        'secret note': 'public memo',
        '999-88': '111-22',
        tagsecret: 'tagpublic',
        '00000000': '11111111',
        x: 'w',
        Ci: 'Di',
      },
      `${ip}3; ANALYZE`,
    )
    const mask: MaskBlock = {
      ...constant,
      'public.people.phone': { class: 'pii.phone', form: 'partial', keepLast: 4 },
      'public.people.born': { class: 'pii.birthdate', form: 'generalise' },
      'public.people.ip': { class: 'pii.ip', form: 'generalise' },
      'public.people.prefs': { class: 'pii.json', form: 'keep', keep: ['plan'] },
      'public.people.salary': { class: 'pii.salary', form: 'generalise', unit: '100000' },
    }
    const [c, d] = [await side('shop_c', mask), await side('shop_d', mask)]
    const random = chance(12)
    const { ran } = await compare(c, d, [...raising, ...Array.from({ length: count }, () => statement(random))])
    t.diagnostic(`${ran} answers`)
    assert.ok(ran > count * 3, `only ${ran} answers`)
    // And the forms do say something.
    const told = shown(await asked(c, [[query('SELECT phone, born, ip, prefs, salary FROM people WHERE id = 7')]]))
    for (const part of ['0007', '1970-01-01', '10.7.7.0/24', '"plan": "pro"'])
      assert.ok(told.includes(part), `${part} in ${told}`)
  })

  test('scrub: the same bytes where only what detectors know differs, and the rest is shown', async () => {
    await makeShop(server, 'shop_e', { 'secret note': 'call jo.low@one.example about DE89370400440532013000 on' })
    await makeShop(server, 'shop_f', { 'secret note': 'call al.tall@two.example about GB82WEST12345698765432 on' })
    const { 'public.people.note': _, ...rest } = constant
    const [e, f] = [await side('shop_e', rest, 'scrub'), await side('shop_f', rest, 'scrub')]
    const texts = [
      'SELECT note FROM people ORDER BY id',
      'SELECT id, upper(note), length(note), reverse(note) FROM people ORDER BY id',
      'SELECT * FROM people ORDER BY id',
      'SELECT note, count(*) FROM people GROUP BY 1 ORDER BY 1',
      'SELECT md5(string_agg(note, note ORDER BY id)) FROM people',
      `SELECT id FROM people WHERE note LIKE '%one%' ORDER BY id`,
      'SELECT note::date FROM people',
      'SELECT p FROM people p ORDER BY p.note',
    ]
    const { ran } = await compare(e, f, texts)
    assert.ok(ran > texts.length * 3, `only ${ran} answers`)
    const told = shown(await asked(e, [[query('SELECT note FROM people WHERE id = 7')]]))
    assert.match(told, /call .* about .* on 7/)
    assert.doesNotMatch(told, /jo\.low|one\.example|DE8937/)
  })

  test('search: equality with values that both worlds hold, and nothing else', async (t) => {
    const mask: MaskBlock = { ...constant, 'public.people.email': { class: 'pii.email', search: 'exact' } }
    const [a, b] = [await side('shop_a', mask), await side('shop_b', mask)]
    const plain = await RawPg.signedIn((await side('shop_a', {})).house.port)
    const random = chance(13)
    let found = 0
    for (let n = 0; n < count; n++) {
      const [text, values] = search(random)
      for (const binary of [0, 1] as const) {
        const round = [parse('', text), bind(binary, ...values), describe('P', ''), execute(''), sync()]
        const [one, other] = [await asked(a, [round]), await asked(b, [round])]
        assert.equal(shown(one), shown(other), text)
        assert.equal(failed(one), undefined, `${text} ${shown(one)}`)
        // The answer is the one that the data gives.
        plain.send(...round)
        const rows = (frames: readonly RawFrame[]): string => shown(frames.filter((frame) => frame.type === 'D'))
        assert.equal(rows(one), rows(await plain.until('Z')), text)
        if (rows(one) !== '') found++
      }
    }
    plain.end()
    t.diagnostic(`${found} answers with rows`)
    assert.ok(found > count * 0.3, `only ${found} answers with rows`)
  })

  test('able to fail: without labels the worlds differ', async () => {
    const [a, b] = [await side('shop_a', {}), await side('shop_b', {})]
    const random = chance(11)
    let differ = 0
    const control = Math.min(count, 200)
    for (let n = 0; n < control; n++) {
      const text = statement(random)
      const [one, other] = [await asked(a, [[query(text)]]), await asked(b, [[query(text)]])]
      if (shown(one) !== shown(other)) differ++
    }
    assert.ok(differ > control * 0.2, `only ${differ} of ${control} differ`)
  })
})

/** A random statement that searches for values that both worlds have, or neither, and shows only what is not labelled. */
function search(random: () => number): [text: string, values: string[]] {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const values: string[] = []
  const value = (): string => {
    const one = pick(['shared@both.example', 'nobody@both.example', 'neither@both.example'])
    if (random() < 0.5) return `'${one}'`
    values.push(one)
    return `$${values.length}`
  }
  const test = (column: string): string =>
    pick([
      () => `${column} = ${value()}`,
      () => `${value()} = ${column}`,
      () => `${column} IN (${value()}, ${value()})`,
      () => `${column} <> ${value()}`,
      () => `NOT (${column} = ${value()})`,
      () => `${column} NOT IN (${value()}, ${value()})`,
      () => `${column} IS DISTINCT FROM ${value()}`,
      () => `(${column} = ${value()} OR p.id = 3)`,
      () => `${column} = ${value()} AND p.city IS NOT NULL`,
      () => `(${column} = ${value()}) IS NOT TRUE`,
      () => `p.id IN (SELECT q.id FROM people q WHERE q.email = ${value()})`,
      () => `EXISTS (SELECT 1 FROM people q WHERE q.email = ${value()} AND q.id = p.id)`,
    ])()
  const from = pick([
    'people p',
    'ONLY people p',
    '(SELECT * FROM people) p',
    'v_people p',
    'people p JOIN orders o ON o.person = p.id',
    'orders o LEFT JOIN people p ON p.id = o.person',
    'people p RIGHT JOIN orders o ON o.person = p.id AND o.id < 9',
    '(SELECT id, email, city FROM people UNION ALL SELECT id, email, city FROM people) p',
  ])
  const shows = pick(['p.id, p.city', 'count(*)', 'p.city, count(*)', 'p.id'])
  const where = test('p.email')
  const group = shows === 'p.city, count(*)' ? ' GROUP BY p.city' : ''
  const order = shows.startsWith('count') ? '' : ' ORDER BY 1, 2'.slice(0, shows === 'p.id' ? 11 : undefined)
  return [`SELECT ${shows} FROM ${from} WHERE ${where}${group}${order}`, values]
}
