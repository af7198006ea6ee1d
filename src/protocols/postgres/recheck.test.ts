// S3 where the server is silent about the read-only default: PostgreSQL 13 is asked at each start of a transaction, the
// client sees nothing of it, and when the default is off, what was to run does not.
import assert from 'node:assert/strict'
import { after, before, describe as suite, test } from 'node:test'
import { openDoor, type House } from '../../../test/lib/door.ts'
import { openWalls } from '../../../test/lib/open-walls.ts'
import { bind, describe, execute, flush, parse, query, RawPg, shape, sync } from '../../../test/lib/raw-pg.ts'
import { lacks, startPostgres, type Postgres } from '../../../test/lib/servers.ts'

const questions = async (server: Postgres): Promise<number> =>
  (await server.log()).split('SHOW default_transaction_read_only').length - 1

suite('PostgreSQL 13', { skip: lacks(13) }, () => {
  let server: Postgres
  let house: House
  before(async () => {
    server = await startPostgres({ major: 13, settings: { log_statement: 'all' } })
    house = await openDoor({ url: server.url, walls: openWalls({ refuse: /forbidden/ }) })
  })
  after(async () => {
    await house.close()
    await server.stop()
  })
  async function raw(body: (client: RawPg, ask: (...frames: Buffer[]) => Promise<string>) => Promise<void>) {
    const client = await RawPg.signedIn(house.port)
    try {
      await body(client, async (...frames) => {
        client.send(...frames)
        return shape(await client.until('Z'))
      })
    } finally {
      client.end()
    }
  }

  test('is asked once for each transaction, and the client sees nothing of it', () =>
    raw(async (_, ask) => {
      const before = await questions(server)
      assert.equal(await ask(query('select 1; select 2')), 'T D C T D C Z(I)')
      assert.equal(
        await ask(parse('', 'select 1'), bind('', ''), describe('P', ''), execute(''), sync()),
        '1 2 T D C Z(I)',
      )
      assert.equal(await questions(server), before + 2)
      assert.equal(await ask(query('begin')), 'C Z(T)')
      assert.equal(await ask(query('select 1')), 'T D C Z(T)')
      assert.equal(await ask(query('select 1/0')), 'E(22012) Z(E)')
      assert.equal(await ask(query('rollback')), 'C Z(I)')
      assert.equal(await questions(server), before + 3, 'inside the transaction nothing is asked')
    }))

  test('the unnamed statement, portals and pipelines live through it', () =>
    raw(async (client, ask) => {
      assert.equal(await ask(parse('', 'select generate_series(1, 3)'), describe('S', ''), sync()), '1 t T Z(I)')
      assert.equal(await ask(bind('', ''), execute('', 2), execute('', 2), sync()), '2 D D s D C Z(I)')
      assert.equal(await ask(query('select 7')), 'T D C Z(I)')
      const one = [parse('', 'select 1'), bind('', ''), execute(''), sync()]
      client.send(...one, ...one, query('begin'), query('select 2'), query('commit'))
      const shapes: string[] = []
      for (let n = 0; n < 5; n++) shapes.push(shape(await client.until('Z')))
      assert.deepEqual(shapes, ['1 2 D C Z(I)', '1 2 D C Z(I)', 'C Z(T)', 'T D C Z(T)', 'C Z(I)'])
      client.send(parse('a', 'select 1'), flush())
      assert.equal(shape(await client.until('1')), '1')
      assert.equal(await ask(bind('', 'a'), execute(''), sync()), '2 D C Z(I)')
      assert.equal(await ask(parse('', `select 'forbidden'`), bind('', ''), execute(''), sync()), 'E(42501) Z(I)')
      assert.equal(await ask(query('begin; select 1/0')), 'C E(22012) Z(E)')
      assert.equal(await ask(query('rollback')), 'C Z(I)')
    }))

  for (const [how, frames] of [
    ['simple', (text: string) => [query(text)]],
    ['extended', (text: string) => [parse('', text), bind('', ''), execute(''), sync()]],
  ] as const)
    test(`a default that was switched off ends the session before anything runs, ${how} protocol`, () =>
      raw(async (client, ask) => {
        // These walls let it pass; the real ones do not.
        assert.equal(await ask(query('set default_transaction_read_only = off')), 'C Z(I)')
        client.send(...frames(`select 'past_${how}'`))
        const said = await client.until('Z')
        assert.match(shape(said), /^E\(08006\)$/)
        assert.match(said.map((one) => one.body.toString()).join(''), /default_transaction_read_only changed to off/)
        assert.equal(client.closed, true)
        assert.ok(!(await server.log()).includes(`past_${how}`))
      }))
})
