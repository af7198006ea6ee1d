// Fernway is the same everywhere and holds what it says: counts, planted data, look-alikes and the bug.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { need } from '../../test/lib/optional.ts'
import { startPostgres } from '../../test/lib/servers.ts'
import { sha256Hex } from '../lib/hash.ts'
import { bug, counts, fernway, healthNotes, iban, lookAlikes, luhnDigit, testCards } from './fernway-rows.ts'
import { loadFernway, withClient } from './fernway.ts'

const passesLuhn = (card: string): boolean => luhnDigit(card.slice(0, -1)) === card.slice(-1)

test('the generator: check digits are right, and the rows never change', () => {
  for (const card of testCards) assert.equal(passesLuhn(card), true, card)
  assert.equal(iban('37040044', '0532013000'), 'DE89370400440532013000')
  assert.equal(sha256Hex(JSON.stringify(fernway())), sha256Hex(JSON.stringify(fernway())))
})

for (const major of [18, 15] as const)
  test(`PostgreSQL ${major}: loads within seconds and holds what it says`, async (t) => {
    if (major === 15 && !need(t, 'postgres15')) return
    const server = await startPostgres({ major })
    t.after(() => server.stop())
    const started = performance.now()
    const { url } = await loadFernway(server)
    const seconds = (performance.now() - started) / 1_000
    t.diagnostic(`loaded in ${seconds.toFixed(1)} s`)
    assert.equal(seconds < 20, true)
    await withClient(url, async (client) => {
      const one = async (sql: string): Promise<unknown> =>
        Object.values((await client.query<Record<string, unknown>>(sql)).rows[0] ?? {})[0]
      for (const table of ['customers', 'orders', 'payments', 'tickets', 'staff', 'consultations'] as const)
        assert.equal(await one(`select count(*)::int from ${table}`), counts[table], table)
      assert.equal(await one('select count(*)::int from double_charges'), bug.orders)
      assert.equal(await one(`select count(*)::int from double_charges where release < ${bug.release}`), 0)
      assert.equal(await one(`select count(*)::int from orders where reference ~ '^[0-9]{16}$'`), lookAlikes)
      assert.equal(await one(`select count(*)::int from consultations where topic = 'health'`), healthNotes)
      const cards = await client.query<{ card: string }>(
        'select distinct card_number as card from payments where card_number is not null',
      )
      assert.deepEqual(
        cards.rows.filter(({ card }) => !passesLuhn(card)),
        [],
      )
      assert.equal(Number(await one(`select count(*)::int from tickets where body ~ '[0-9]{4} [0-9]{4}'`)) > 100, true)
      assert.equal(
        await one(`select count(*)::int from tickets where body like '%fw_live_%' or body like '%eyJhbG%'`),
        2,
      )
      assert.equal(await one(`select count(*)::int from error_log where message like '%4111 1111%'`), 1)
      assert.equal(
        await one(`select count(distinct md5(name)) > 100 from customers where name !~ '^[[:ascii:]]+$'`),
        true,
      )
      await assert.rejects(client.query('update orders set status = status where id = 1'), { code: '25006' })
      await client.query('set default_transaction_read_only = off')
      await assert.rejects(client.query('update orders set status = status where id = 1'), { code: '42501' })
    })
  })
