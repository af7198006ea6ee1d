// What is PostgreSQL's own: both protocols frame by frame, transactions after a refusal, TLS, cancel, and bad input.
import assert from 'node:assert/strict'
import net from 'node:net'
import tls from 'node:tls'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { duplexPair } from 'node:stream'
import { after, before, describe as suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { openDoor, type House } from '../../../test/lib/door.ts'
import { openWalls } from '../../../test/lib/open-walls.ts'
import { bind, close, describe, execute, flush, parse, query, RawPg, shape, sync } from '../../../test/lib/raw-pg.ts'
import { startPostgres, type Postgres } from '../../../test/lib/servers.ts'
import { GloveboxError } from '../../core/error.ts'
import { certificates } from '../../net/certificates.ts'
import { frame, fromClient, int32, sslRequest, startupMessage } from './wire.ts'

let server: Postgres
let house: House
const walls = openWalls({ refuse: /forbidden/ })

before(async () => {
  server = await startPostgres({ settings: { log_statement: 'all' } })
  house = await openDoor({ url: server.url, walls })
})
after(async () => {
  await house.close()
  await server.stop()
})

async function raw(body: (client: RawPg) => Promise<void>): Promise<void> {
  const client = await RawPg.signedIn(house.port)
  try {
    await body(client)
  } finally {
    client.end()
  }
}

const answer = async (client: RawPg, ...frames: Buffer[]): Promise<string> => {
  client.send(...frames)
  return shape(await client.until('Z'))
}

suite('simple protocol', () => {
  test('several statements in one string, an error in the middle', () =>
    raw(async (client) => {
      assert.equal(await answer(client, query('select 1; select 2')), 'T D C T D C Z(I)')
      assert.equal(await answer(client, query('select 1; select 1/0; select 2')), 'T D C E(22012) Z(I)')
      assert.equal(await answer(client, query('')), 'I Z(I)')
      assert.equal(await answer(client, query(' ; ')), 'I Z(I)')
    }))

  test('one refused statement refuses all of the string, and nothing goes up', () =>
    raw(async (client) => {
      assert.equal(await answer(client, query("select 'before_refused'; select 'forbidden'")), 'E(42501) Z(I)')
      assert.ok(!(await server.log()).includes('before_refused'))
    }))

  test('after a refusal in a transaction the block has failed until its end', () =>
    raw(async (client) => {
      assert.equal(await answer(client, query('begin')), 'C Z(T)')
      assert.equal(await answer(client, query("select 'forbidden'")), 'E(42501) Z(E)')
      assert.equal(await answer(client, query('select 1')), 'E(25P02) Z(E)')
      assert.equal(await answer(client, query('commit')), 'C Z(I)')
      assert.equal(await answer(client, query('select 1')), 'T D C Z(I)')
    }))

  test('COMMIT of a block that failed by a refusal says ROLLBACK, as PostgreSQL does', () =>
    raw(async (client) => {
      await answer(client, query('begin'))
      await answer(client, query("select 'forbidden'"))
      client.send(query('commit'))
      const [done] = await client.until('Z')
      assert.equal(done?.body.toString('latin1', 0, done.body.length - 1), 'ROLLBACK')
    }))

  test('ROLLBACK TO a savepoint takes the failure back', () =>
    raw(async (client) => {
      await answer(client, query('begin'))
      await answer(client, query('savepoint a'))
      assert.equal(await answer(client, query("select 'forbidden'")), 'E(42501) Z(E)')
      assert.equal(await answer(client, query('rollback to a')), 'C Z(T)')
      assert.equal(await answer(client, query('select 1')), 'T D C Z(T)')
    }))

  test('search_path is followed through transactions and savepoints', () =>
    raw(async (client) => {
      const now = async () => {
        await answer(client, query('select 1'))
        return walls.seen.at(-1)
      }
      await answer(client, query('set search_path = a, b'))
      assert.deepEqual(await now(), ['a', 'b'])
      await answer(client, query('begin'))
      await answer(client, query('set search_path = c'))
      await answer(client, query('savepoint s'))
      await answer(client, query('set local search_path = d'))
      assert.deepEqual(await now(), ['d'])
      await answer(client, query('rollback to s'))
      assert.deepEqual(await now(), ['c'])
      await answer(client, query('rollback'))
      assert.deepEqual(await now(), ['a', 'b'])
      await answer(client, query('begin; set local search_path = e; commit'))
      assert.deepEqual(await now(), ['a', 'b'])
      await answer(client, query('set search_path = f; select 1/0'))
      assert.deepEqual(await now(), ['a', 'b'])
    }))

  test('a string that begins with the end of a failed block runs on behind it', () =>
    raw(async (client) => {
      await answer(client, query('begin'))
      await answer(client, query("select 'forbidden'"))
      assert.equal(await answer(client, query('rollback; select 1')), 'C T D C Z(I)')
    }))

  test('COPY out, and its data stops at the row limit like rows', () =>
    raw(async (client) => {
      assert.equal(await answer(client, query('copy (values (1),(2)) to stdout')), 'H d d c C Z(I)')
    }))
})

suite('extended protocol', () => {
  test('parse, bind, describe, execute, sync in one flight', () =>
    raw(async (client) => {
      assert.equal(
        await answer(client, parse('', 'select $1::int'), bind('', '', '5'), describe('P', ''), execute(''), sync()),
        '1 2 T D C Z(I)',
      )
    }))

  test('named statements, executed again without a description', () =>
    raw(async (client) => {
      assert.equal(await answer(client, parse('s', 'select $1::int'), describe('S', 's'), sync()), '1 t T Z(I)')
      assert.equal(
        await answer(client, bind('', 's', '1'), execute(''), bind('', 's', null), execute(''), sync()),
        '2 D C 2 D C Z(I)',
      )
      assert.equal(await answer(client, close('S', 's'), sync()), '3 Z(I)')
      assert.equal(await answer(client, bind('', 's', '1'), execute(''), sync()), 'E(26000) Z(I)')
    }))

  test('rows that nobody asked to describe are checked all the same', () =>
    raw(async (client) => {
      assert.equal(await answer(client, parse('', 'select 1'), bind('', ''), execute(''), sync()), '1 2 D C Z(I)')
    }))

  test('portals give their rows in parts', () =>
    raw(async (client) => {
      await answer(client, query('begin'))
      assert.equal(
        await answer(client, parse('', 'select generate_series(1,5)'), bind('p', ''), execute('p', 2), sync()),
        '1 2 D D s Z(T)',
      )
      assert.equal(await answer(client, execute('p', 2), execute('p', 2), sync()), 'D D s D C Z(T)')
      await answer(client, query('commit'))
      assert.equal(await answer(client, execute('p', 2), sync()), 'E(34000) Z(I)')
    }))

  test('flush brings answers before sync', () =>
    raw(async (client) => {
      client.send(parse('', 'select 1'), describe('S', ''), flush())
      assert.equal(shape(await client.until('T')), '1 t T')
      assert.equal(await answer(client, bind('', ''), execute(''), sync()), '2 D C Z(I)')
    }))

  test('after an error everything is skipped until sync: the target’s error, and ours', () =>
    raw(async (client) => {
      const flight = (text: string) => [
        parse('', 'select 1'),
        bind('', ''),
        execute(''),
        parse('', text),
        bind('', ''),
        execute(''),
        parse('', 'select 2'),
        bind('', ''),
        execute(''),
        sync(),
      ]
      assert.equal(await answer(client, ...flight('select 1/0')), '1 2 D C 1 E(22012) Z(I)')
      assert.equal(await answer(client, ...flight("select 'forbidden'")), '1 2 D C E(42501) Z(I)')
      assert.equal(await answer(client, ...flight('select 3')), '1 2 D C 1 2 D C 1 2 D C Z(I)')
    }))

  test('a refusal in a transaction fails the block for the extended protocol too', () =>
    raw(async (client) => {
      const run = (text: string) => [parse('', text), bind('', ''), execute('')]
      assert.equal(await answer(client, ...run('begin'), sync()), '1 2 C Z(T)')
      assert.equal(await answer(client, ...run("select 'forbidden'"), sync()), 'E(42501) Z(E)')
      assert.equal(await answer(client, ...run('select 1'), sync()), 'E(25P02) Z(E)')
      assert.equal(await answer(client, ...run('rollback'), sync()), '1 2 C Z(I)')
      assert.equal(
        await answer(
          client,
          ...run('begin'),
          ...run("select 'forbidden'"),
          ...run('select 1'),
          sync(),
          ...run('select 1'),
          sync(),
        ),
        '1 2 C E(42501) Z(E)',
      )
      assert.equal(shape(await client.until('Z')), 'E(25P02) Z(E)')
      assert.equal(await answer(client, query('rollback')), 'C Z(I)')
    }))

  test('more than one statement in a Parse, and names that are taken', () =>
    raw(async (client) => {
      assert.equal(await answer(client, parse('', 'select 1; select 2'), sync()), 'E(42601) Z(I)')
      assert.equal(await answer(client, parse('n', 'select 1'), parse('n', 'select 2'), sync()), '1 E(42P05) Z(I)')
    }))

  test('an empty statement', () =>
    raw(async (client) =>
      assert.equal(
        await answer(client, parse('', ''), bind('', ''), describe('P', ''), execute(''), sync()),
        '1 2 n I Z(I)',
      ),
    ))

  test('DISCARD ALL is emulated under one tag, in both protocols', () =>
    raw(async (client) => {
      await answer(client, parse('gone', 'select 1'), sync())
      assert.equal(await answer(client, query('discard all')), 'C Z(I)')
      assert.equal(await answer(client, bind('', 'gone'), execute(''), sync()), 'E(26000) Z(I)')
      assert.equal(await answer(client, parse('', 'discard all'), bind('', ''), execute(''), sync()), '1 2 C Z(I)')
    }))

  test('COPY out', () =>
    raw(async (client) =>
      assert.equal(
        await answer(client, parse('', 'copy (select 1) to stdout'), bind('', ''), execute(''), sync()),
        '1 2 H d c C Z(I)',
      ),
    ))

  test('frames cut at every byte give the same answers', () =>
    raw(async (client) => {
      const bytes = Buffer.concat([
        parse('', 'select $1::int'),
        bind('', '', '5'),
        describe('P', ''),
        execute(''),
        sync(),
        query('select 1; select 2'),
      ])
      for (const byte of bytes) {
        client.socket.write(Buffer.of(byte))
        await new Promise((resolve) => setImmediate(resolve))
      }
      assert.equal(shape(await client.until('Z')), '1 2 T D C Z(I)')
      assert.equal(shape(await client.until('Z')), 'T D C T D C Z(I)')
    }))

  test('each statement is on record once: by its execution, or by its text alone', async () => {
    const before = house.entries.length
    await raw(async (client) => {
      await answer(client, parse('', 'select 1'), bind('', ''), execute(''), sync())
      await answer(client, parse('later', 'select 2'), sync())
      await answer(client, bind('', 'later'), execute(''), sync())
    })
    const texts = house.entries
      .slice(before)
      .flatMap(({ entry, payload }) =>
        entry.type === 'action.admitted' && payload !== undefined && 'text' in payload ? [payload.text] : [],
      )
    assert.deepEqual(texts, ['select 1', 'select 2', 'select 2'])
  })

  test('bound values are on record', async () => {
    await raw(async (client) => {
      await answer(client, parse('', 'select $1::text, $2::int'), bind('', '', 'tea', null), execute(''), sync())
    })
    const admitted = house.entries.findLast(({ entry }) => entry.type === 'action.admitted')
    assert.ok(admitted?.payload !== undefined && 'parameters' in admitted.payload)
    assert.deepEqual(admitted.payload.parameters, ['tea', 'null'])
  })
})

test('what was made under other walls does not run any more', () =>
  raw(async (client) => {
    await answer(client, query('begin'))
    await answer(client, query('declare c cursor for select 1'))
    await answer(client, query('prepare q as select 1'))
    assert.equal(
      await answer(client, parse('p', 'select generate_series(1,9)'), bind('o', 'p'), execute('o', 1), sync()),
      '1 2 D s Z(T)',
    )
    await answer(client, query('savepoint s'))
    walls.bump()
    assert.equal(await answer(client, query('fetch 1 from c')), 'E(34000) Z(E)')
    await answer(client, query('rollback to s'))
    assert.equal(await answer(client, query('execute q')), 'E(26000) Z(E)')
    await answer(client, query('rollback to s'))
    assert.equal(await answer(client, execute('o', 1), sync()), 'E(34000) Z(E)')
    await answer(client, query('rollback to s'))
    assert.equal(await answer(client, bind('', 'p'), execute(''), sync()), 'E(26000) Z(E)')
    await answer(client, query('rollback'))
    assert.equal(await answer(client, query('execute q; deallocate q; prepare q as select 1')), 'E(26000) Z(I)')
    assert.equal(await answer(client, query('deallocate q; prepare q as select 1; execute q')), 'C C T D C Z(I)')
  }))

suite('limits', () => {
  test('a cut in a pipeline and in a transaction leaves honest states', async () => {
    const small = await openDoor({ url: server.url, walls, limits: { rows: 10 } })
    const client = await RawPg.signedIn(small.port)
    const many = (text: string) => [parse('', text), bind('', ''), execute('')]
    const cut = await answer(client, ...many('select generate_series(1,100000)'), ...many('select 2'), sync())
    assert.match(cut, /^1 2( D){10} E\(54000\) Z\(I\)$/)
    assert.equal(await answer(client, query('begin')), 'C Z(T)')
    assert.match(
      await answer(client, query('select generate_series(1,11); select 1')),
      /^T( D){10} E\((54000)\) Z\(E\)$/,
    )
    assert.equal(await answer(client, query('select 1')), 'E(25P02) Z(E)')
    assert.equal(await answer(client, query('rollback')), 'C Z(I)')
    assert.equal(await answer(client, query('select 1')), 'T D C Z(I)')
    client.end()
    await small.close()
  })

  test('a statement over its size is refused before it is read whole', async () => {
    const client = await RawPg.signedIn(house.port)
    client.send(Buffer.concat([Buffer.from('Q'), int32(0x10000000)]))
    assert.equal(shape(await client.until('never')), 'E(54000)')
  })
})

suite('who may knock', () => {
  test('TLS on request, straight away, and verified by the CA that we print', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'glovebox-tls-'))
    const made = await certificates(dir, ['localhost', '127.0.0.1'], Date.now())
    const again = await certificates(dir, ['127.0.0.1', 'localhost'], Date.now())
    assert.equal(again.cert, made.cert)
    const secured = await openDoor({ url: server.url, walls, tls: made })
    const ca = await readFile(made.caFile, 'utf8')
    const client = new pg.Client({ connectionString: secured.dsn, ssl: { ca } })
    await client.connect()
    assert.equal((await client.query<{ one: number }>('select 1 as one')).rows[0]?.one, 1)
    await client.end()
    const direct = tls.connect({ host: '127.0.0.1', port: secured.port, ca, ALPNProtocols: ['postgresql'] })
    await new Promise((resolve, reject) => direct.once('secureConnect', resolve).once('error', reject))
    assert.equal(direct.alpnProtocol, 'postgresql')
    direct.write(startupMessage({ user: 'ada', database: 'pg' }))
    const [first] = await new Promise<Buffer>((resolve) => direct.once('data', resolve))
    assert.equal(first, 'R'.charCodeAt(0))
    direct.destroy()
    await secured.close()
    await rm(dir, { recursive: true })
  })

  const said = async (bytes: Buffer, keepOpen = false): Promise<string> => {
    const socket = net.connect({ port: house.port, host: '127.0.0.1' })
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', () => undefined)
    socket.write(bytes)
    if (!keepOpen) setTimeout(() => socket.end(), 300).unref()
    await new Promise((resolve) => socket.once('close', resolve))
    return Buffer.concat(chunks).toString('latin1')
  }

  test('HTTP, SSH, garbage, old protocols: a clear error, and the door stays open', async () => {
    assert.match(await said(Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')), /GBX-1504/)
    assert.match(await said(Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')), /what arrived is HTTP/)
    assert.match(await said(Buffer.from('SSH-2.0-x\r\n')), /what arrived is SSH/)
    assert.match(await said(Buffer.alloc(64, 0xff)), /GBX-1504/)
    assert.match(await said(frame(0, int32(0x20000), 0)), /protocol 2\.0/)
    assert.match(await said(frame(0, int32(0x30000), 'user')), /GBX-1504/)
    await raw(async (client) => assert.equal(await answer(client, query('select 1')), 'T D C Z(I)'))
  })

  test('data behind a question for TLS is not taken for protected', async () => {
    assert.match(await said(Buffer.concat([sslRequest(), startupMessage({ user: 'ada', database: 'pg' })])), /GBX-1504/)
  })

  test('a sign-in that takes too long is ended', async () => {
    const impatient = await openDoor({ url: server.url, walls, signInMs: 300 })
    for (const bytes of [Buffer.from([0, 0]), startupMessage({ user: 'ada', database: 'pg' })]) {
      const slow = net.connect({ port: impatient.port, host: '127.0.0.1' })
      slow.on('error', () => undefined)
      const startedAt = Date.now()
      const drip = setInterval(() => slow.write(Buffer.from([0])), 100)
      slow.write(bytes)
      await new Promise((resolve) => slow.once('close', resolve).resume())
      clearInterval(drip)
      assert.ok(Date.now() - startedAt < 1500)
    }
    await impatient.close()
  })

  test('a newer protocol is negotiated down, unknown options are named', async () => {
    const client = new RawPg(house.port)
    client.send(frame(0, int32(0x30002), 'user', 'ada', 'database', 'pg', '_pq_.new', '1', 0))
    assert.equal(shape(await client.until('R')), 'v R')
    client.end()
  })

  test('options: ours and the allow-listed, nothing else', async () => {
    const set = await RawPg.signedIn(house.port, {
      options: '-c timezone=UTC -c glovebox.quiet=on --glovebox.why=double\\ charge',
      DateStyle: 'German',
    })
    set.send(query('show timezone'))
    assert.equal(
      (await set.until('Z'))
        .find((one) => one.type === 'D')
        ?.body.subarray(6)
        .toString(),
      'UTC',
    )
    set.end()
    const opened = house.entries.findLast(({ entry }) => entry.type === 'session.opened' && entry.by === 'p-ada')
    assert.ok(opened?.payload !== undefined && 'client' in opened.payload)
    assert.match(opened.payload.client, /double charge/)
    const refused = new RawPg(house.port)
    refused.send(startupMessage({ user: 'ada', database: 'pg', options: '-c role=postgres' }))
    assert.match(shape(await refused.until('never')), /E\(42501\)/)
    const wrong = new pg.Client({
      ...{ host: '127.0.0.1', port: house.port, user: 'ada', password: 'token', database: 'pg' },
      options: '-c timezone=Nowhere/Else',
    })
    await assert.rejects(
      wrong.connect(),
      /setting TimeZone cannot be changed/,
      'a value that only the target knows to be wrong',
    )
    const replication = new RawPg(house.port)
    replication.send(startupMessage({ user: 'ada', database: 'pg', replication: 'database' }))
    assert.match(shape(await replication.until('never')), /E\(42501\)/)
  })

  test('function calls and copied-in data are refused', async () => {
    for (const one of [
      frame(fromClient.functionCall, int32(1), 0, 0, 0, 0, 0, 0),
      frame(fromClient.copyData, Buffer.from('1')),
    ]) {
      const client = await RawPg.signedIn(house.port)
      client.send(one)
      assert.equal(shape(await client.until('never')), 'E(08P01)')
    }
  })

  test('text that is not UTF-8 ends the connection', async () => {
    const client = await RawPg.signedIn(house.port)
    client.send(frame(fromClient.query, Buffer.from([0x27, 0xff, 0x27, 0])))
    assert.equal(shape(await client.until('never')), 'E(08P01)')
  })

  test('a cancel request with a wrong key does nothing', () =>
    raw(async (client) => {
      const running = answer(client, query('select pg_sleep(0.5)'))
      await sleep(100)
      const other = net.connect({ port: house.port, host: '127.0.0.1' })
      other.write(frame(0, int32(80877102), int32(1), int32(2)))
      await new Promise((resolve) => other.once('close', resolve).resume())
      assert.equal(await running, 'T D C Z(I)')
    }))
})

suite('in memory', () => {
  const told = (code: string) => (error: unknown) => error instanceof GloveboxError && error.refusal.code === code

  test('drive() is an ordinary client with a credential for one use', async () => {
    const run = async (password: string) => {
      const [near, far] = duplexPair()
      void house.protocol.serve(
        { stream: far, secure: true, local: true, inMemory: true, address: 'in memory' },
        house.door,
      )
      return house.protocol.drive(near, { user: 'ada', password, target: 'pg', clientName: 'glovebox run' })
    }
    const password = await house.door.invite('ada', { principal: 'p-ada', target: 'pg', channel: 'cli' })
    const runner = await run(password)
    const found = await runner.run(
      "select 1 as a, 1::bigint as b, 1.5::float8 as c, true as d, null as e, 'x' as f, 'NaN'::float4 as g",
    )
    assert.deepEqual(found.rows, [[1, '1', 1.5, true, null, 'x', 'NaN']])
    assert.deepEqual(found.columns, ['a', 'b', 'c', 'd', 'e', 'f', 'g'])
    assert.deepEqual(found.masked, [])
    await assert.rejects(runner.run("select 'forbidden'"), told('GBX-1202'))
    await runner.close()
    await assert.rejects(run(password), told('GBX-1115'))
    await assert.rejects(run('token'), told('GBX-1115')) // a token of the network does not work in memory
    const opened = house.entries.findLast(({ entry }) => entry.type === 'session.opened')
    assert.ok(opened?.entry.type === 'session.opened')
    assert.equal(opened.entry.channel, 'cli')
  })

  test('a one-time credential does not work over the network', async () => {
    const password = await house.door.invite('ada', { principal: 'p-ada', target: 'pg', channel: 'web' })
    const client = new pg.Client({ host: '127.0.0.1', port: house.port, user: 'ada', password, database: 'pg' })
    await assert.rejects(client.connect(), { routine: 'GBX-1115' })
  })
})

suite('the target', () => {
  test('down, wrong password, wrong database, no TLS where TLS is wanted: the sentence says which', async () => {
    const at = new URL(server.url)
    const cases: [string, string][] = [
      [`postgresql://postgres:x@127.0.0.1:1/postgres`, 'GBX-1301'],
      [`postgresql://postgres:wrong@127.0.0.1:${at.port}/postgres`, 'GBX-1308'],
      [`${server.url.replace(/\/[^/]*$/, '')}/nowhere`, 'GBX-1308'],
      [`${server.url}?sslmode=require`, 'GBX-1307'],
    ]
    for (const [url, code] of cases) {
      const other = await openDoor({ url, walls })
      const client = new pg.Client({ connectionString: other.dsn })
      await assert.rejects(client.connect(), { routine: code })
      const closed = other.entries.at(-1)?.entry
      assert.equal(closed?.type, 'session.closed')
      await other.close()
    }
  })

  test('a target that accepts and says nothing is given up, and takes nobody with it', async () => {
    const silent = net.createServer((socket) => void socket.on('error', () => undefined))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as net.AddressInfo
    const other = await openDoor({ url: `postgresql://u:p@127.0.0.1:${port}/d?sslmode=disable`, walls })
    const client = new RawPg(other.port)
    const connecting = new pg.Client({ connectionString: other.dsn })
    connecting.on('error', () => undefined)
    const failed = assert.rejects(connecting.connect())
    await sleep(300)
    other.grant({ notAfter: Date.now() }) // G3 holds while the target is silent too
    await failed
    client.end()
    await other.close()
    silent.close()
  })

  test('a restart of the target ends its connections with a reason, the next one works', async () => {
    const client = new pg.Client({ connectionString: house.dsn })
    const { promise, resolve } = Promise.withResolvers<Error & { code?: string }>()
    client.on('error', resolve)
    await client.connect()
    await server.down()
    assert.match((await promise).code ?? '', /57P01|08006/)
    await server.up()
    await raw(async (next) => assert.equal(await answer(next, query('select 1')), 'T D C Z(I)'))
  })
})
