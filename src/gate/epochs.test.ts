// M7 at the data door: a session ends when the key of its pseudonyms is destroyed; others go on.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { openDoor } from '../../test/lib/door.ts'
import { startPostgres } from '../../test/lib/servers.ts'
import * as walls from '../protocols/postgres/walls/index.ts'

test('destroying an epoch ends the sessions that use it, and no other', async () => {
  const server = await startPostgres()
  let current = { epoch: 'e-1', key: Buffer.alloc(32, 1) }
  const house = await openDoor({ url: server.url, walls, parts: { pseudonymKey: () => current } })
  try {
    for (const epoch of ['e-1', 'e-2'])
      house.record({ type: 'epoch.begun', by: 'gateway', clear: { epoch }, payload: {} })
    const old = new pg.Client(house.dsn)
    const told: string[] = []
    old.on('error', (error) => told.push(error.message))
    const gone = new Promise<void>((resolve) => old.once('end', resolve))
    await old.connect()
    current = { epoch: 'e-2', key: Buffer.alloc(32, 2) }
    const young = new pg.Client(house.dsn)
    await young.connect()
    const { durable } = house.ledger.record([
      { type: 'epoch.destroyed', by: 'p-ada', clear: { epoch: 'e-1' }, payload: { reason: 'retention' } },
    ])
    await durable
    await gone
    assert.match(told.join(), /the key of its pseudonyms was destroyed/)
    assert.equal((await young.query('SELECT 1 AS one')).rows[0]?.one, 1)
    await young.end()
  } finally {
    await house.close()
    await server.stop()
  }
})
