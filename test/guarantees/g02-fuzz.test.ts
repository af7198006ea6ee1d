// Fuzz with a fixed seed: bytes at the door before and after the sign-in, texts that no grammar made, and statements
// made of pieces of others. Nothing crashes or hangs, the next client is served, no labelled value comes out, and both
// worlds answer alike. A long run by hand: GLOVEBOX_FUZZ=200000 (rounds), GLOVEBOX_FUZZ_SEED=7.
import assert from 'node:assert/strict'
import net from 'node:net'
import { after, before, describe as suite, test } from 'node:test'
import * as walls from '../../src/protocols/postgres/walls/index.ts'
import { frame, fromClient, int16, int32, sslRequest, startupMessage } from '../../src/protocols/postgres/wire.ts'
import { openDoor, type House } from '../lib/door.ts'
import { bind, close, describe, execute, flush, parse, query, RawPg, sync } from '../lib/raw-pg.ts'
import { startPostgres, type Postgres } from '../lib/servers.ts'
import { canaries, constant, corpus, makeWorlds, openWorld, usual, type Answer, type World } from '../lib/walls-shop.ts'
import { chance, statement } from '../lib/walls-statements.ts'

const seed = Number(process.env['GLOVEBOX_FUZZ_SEED'] ?? 4)
const rounds = (usually: number): number => Number(process.env['GLOVEBOX_FUZZ'] ?? usually)
const answerMs = 5000

suite('fuzz', () => {
  let server: Postgres
  before(async () => {
    server = await startPostgres()
    await makeWorlds(server)
  })
  after(() => server.stop())

  suite('the door', () => {
    let house: House
    const random = chance(seed)
    const upTo = (n: number): number => Math.floor(random() * n)
    const pick = <T>(list: readonly T[]): T => list[upTo(list.length)] as T
    before(async () => {
      const url = new URL(server.url)
      url.pathname = '/shop_a'
      house = await openDoor({ url: url.href, walls, mask: usual, limits: { connectionsPerPerson: 1000 } })
    })
    after(() => house.close())

    /** Bytes with a few of them changed, left out, doubled or put in. */
    const bent = (bytes: Buffer): Buffer => {
      let out = Buffer.from(bytes)
      for (let n = upTo(4); n > 0 && out.length > 0; n--) {
        const at = upTo(out.length)
        const some = Buffer.from([upTo(256)])
        const kind = upTo(5)
        if (kind === 0) out[at] = upTo(256)
        else if (kind === 1) out = Buffer.concat([out.subarray(0, at), out.subarray(at + 1 + upTo(4))])
        else if (kind === 2) out = Buffer.concat([out.subarray(0, at), some, out.subarray(at)])
        else if (kind === 3) out = Buffer.concat([out, out.subarray(at)])
        else
          out.writeUInt32BE(
            pick([0, 3, 4, 0x7fffffff, 0xffffffff, 65536]),
            Math.min(at, out.length - 4 < 0 ? 0 : out.length - 4),
          )
        if (out.length < 4) break
      }
      return out
    }
    const frames = (): Buffer[] => {
      const text = pick([...corpus('leaks'), statement(random), 'BEGIN', 'COMMIT', '', ';', 'select $1::text'])
      const name = pick(['', 'a', 'b'])
      return pick([
        () => [query(text)],
        () => [parse(name, text), bind('', name), describe('P', ''), execute('', upTo(3)), sync()],
        () => [parse(name, text), describe('S', name), flush(), sync()],
        () => [bind(name, name, text, null), execute(name), close('P', name), sync()],
        () => [frame(fromClient.functionCall, int32(upTo(70000)), int16(0), int16(0), int16(1)), sync()],
        () => [frame(upTo(256), Buffer.from(text)), sync()],
        () => [frame(fromClient.bind, '', '', int16(upTo(3)), int16(1), int16(upTo(32000))), sync()],
        () => [frame(0x64, text), frame(0x63), frame(0x66, 'x'), sync()],
        () => [close('S', name), execute(name), sync(), query(text)],
      ])()
    }
    const isServed = async (): Promise<void> => {
      const client = await RawPg.signedIn(house.port)
      client.send(query('select 42'))
      assert.ok((await client.until('Z')).some(({ type, body }) => type === 'D' && body.includes('42')))
      client.end()
    }

    test('before the sign-in', async () => {
      const starts = [
        startupMessage({ user: 'ada', database: 'pg' }),
        Buffer.concat([sslRequest(), startupMessage({ user: 'ada', database: 'pg' })]),
        Buffer.concat([
          startupMessage({ user: 'ada', database: 'pg' }),
          frame(fromClient.password, 'SCRAM-SHA-256', int32(5), 'n,,n='),
        ]),
        Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
        Buffer.alloc(64, 0xff),
        frame(0, int32(80877102), int32(1), int32(2)),
      ]
      for (let n = rounds(150); n > 0; n--) {
        const socket = net.connect({ port: house.port, host: '127.0.0.1' })
        socket.on('error', () => undefined)
        const bytes = bent(pick(starts))
        const at = upTo(bytes.length + 1)
        socket.write(bytes.subarray(0, at))
        socket.end(bytes.subarray(at))
        socket.resume()
        await gone(socket)
        if (n % 50 === 0) await isServed()
      }
    })

    test('after it', async () => {
      for (let n = rounds(150); n > 0; n--) {
        const client = await RawPg.signedIn(house.port)
        const got: Buffer[] = []
        client.socket.on('data', (chunk: Buffer) => got.push(chunk))
        let typed = ''
        for (let more = 1 + upTo(4); more > 0; more--) {
          const whole = Buffer.concat(frames())
          const bytes = random() < 0.7 ? bent(whole) : whole
          typed += bytes.toString('latin1')
          const at = upTo(bytes.length + 1)
          client.send(bytes.subarray(0, at))
          if (upTo(3) === 0) await new Promise((done) => setTimeout(done, 2))
          client.send(bytes.subarray(at))
        }
        client.socket.end()
        await gone(client.socket)
        let said = Buffer.concat(got).toString('latin1')
        // What the person typed comes back in errors, and is no secret of the database.
        for (const found of said.match(new RegExp(canaries, 'gi')) ?? [])
          if (typed.toLowerCase().includes(found.toLowerCase())) said = said.replaceAll(found, '')
        assert.doesNotMatch(said, canaries, JSON.stringify(typed))
        if (n % 50 === 0) await isServed()
      }
    })

    /** Every connection comes to its end, on its own. */
    async function gone(socket: net.Socket): Promise<void> {
      if (socket.closed) return
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error('the connection hangs')), 2 * answerMs)
        socket.once('close', () => {
          clearTimeout(late)
          resolve()
        })
      })
    }
  })

  suite('the walls', () => {
    let a: World
    let b: World
    before(async () => {
      a = await openWorld(server, 'shop_a', constant)
      b = await openWorld(server, 'shop_b', constant)
    })
    after(() => Promise.all([a.close(), b.close()]))
    const pieces = [...corpus('leaks'), ...corpus('usable'), ...corpus('writes')].flatMap(
      (text) => text.match(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\$\w*\$|[\p{L}_][\p{L}\p{N}_$]*|\d+|\s+|[^\s]/gu) ?? [],
    )
    const odd = [
      '\0',
      '\u0001',
      '\ud800',
      '\uffff',
      '\u202e',
      '$$',
      '$a$',
      '/*',
      '*/',
      '--',
      "E'\\",
      "U&'\\",
      '"',
      "'",
      '::',
      '((((',
      '😀',
    ]
    const unsteady =
      /now|timestamp|clock|random|gen_random|pg_stat|pg_locks|pid|size|xmin|wal|age|placed|SHOW|pg_settings|SYSTEM|pg_|current_(date|time|database)|local|n_distinct|ANALYZE|information_schema|uuid|cost|timing|current_setting|txid|snapshot|ctid|tableoid|TABLESAMPLE/i
    const kindOf = (token: string): string =>
      /^['"\s]/.exec(token)?.[0] ?? (/^[\p{L}_]/u.test(token) ? 'a' : /^\d/.test(token) ? '0' : 'x')
    const shown = (answer: Answer): string => JSON.stringify([answer.fields, answer.rows, answer.error, answer.beside])

    test('texts that no grammar made get a verdict or a refusal, in time', async () => {
      const random = chance(seed + 1)
      const upTo = (n: number): number => Math.floor(random() * n)
      for (let n = rounds(1500); n > 0; n--) {
        const text = Array.from({ length: 1 + upTo(40) }, () =>
          random() < 0.1 ? (odd[upTo(odd.length)] ?? '') : (pieces[upTo(pieces.length)] ?? ''),
        ).join(random() < 0.3 ? '' : ' ')
        const before = performance.now()
        const judged = await a.session.judge(text, {
          searchPath: a.walls.searchPath,
          inTransaction: false,
          extended: false,
        })
        assert.ok('code' in judged || Array.isArray(judged), text)
        assert.ok(performance.now() - before < answerMs, `${text} took too long`)
      }
    })

    test('statements made of pieces of others: both worlds answer alike', async (t) => {
      const random = chance(seed + 2)
      const upTo = (n: number): number => Math.floor(random() * n)
      const whole = [...corpus('leaks'), ...corpus('usable')]
      const any = (): string => (random() < 0.5 ? statement(random) : (whole[upTo(whole.length)] ?? ''))
      const split = (text: string): string[] =>
        text.match(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*|\d+|\s+|[^\s]/gu) ?? []
      let [ran, refused, failed] = [0, 0, 0]
      for (let n = rounds(1500); n > 0; n--) {
        const base = split(any())
        for (let k = 1 + upTo(2); k > 0; k--) {
          const other = split(any())
          const from = upTo(other.length)
          const token = other[from] ?? ''
          // Mostly a word for a word and a sign for a sign, so that the whole has a chance to be a statement.
          const alike = base.flatMap((one, i) => (kindOf(one) === kindOf(token) ? [i] : []))
          if (random() < 0.8 && alike.length > 0) base[alike[upTo(alike.length)] ?? 0] = token
          else base.splice(upTo(base.length), upTo(4), ...other.slice(from, from + 1 + upTo(8)))
        }
        const text = base.join('')
        if (unsteady.test(text)) continue
        const one = await a.ask(text)
        if (one.refused !== undefined) {
          refused++
          continue
        }
        const other = await b.ask(text)
        assert.equal(shown(one), shown(other), text)
        if (one.error === undefined) ran++
        else failed++
        for (const world of [a, b]) await world.client.query('ROLLBACK').catch(() => undefined)
        if (n % 25 === 0)
          for (const world of [a, b])
            await world.client.query('CLOSE ALL; DEALLOCATE ALL; RESET search_path').catch(() => undefined)
      }
      t.diagnostic(`${ran} ran, ${failed} failed, ${refused} refused`)
      assert.ok(ran > rounds(1500) * 0.02, `only ${ran} ran`)
    })
  })
})
