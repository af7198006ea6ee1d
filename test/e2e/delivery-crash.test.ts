// A gateway that is killed while it delivers: afterwards everything that is on record has arrived, each entry under one id.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isRefusal } from '../../src/core/error.ts'
import { setUser } from '../../src/offline.ts'
import { until } from '../lib/delivery.ts'
import { startGatewayProcess, type GatewayProcess } from '../lib/gateway-process.ts'

test('kill -9 in the middle of a delivery, three times: nothing is missing, nothing has two ids', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'glovebox-deliver-crash-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const out = join(dir, 'audit.jsonl')
  const data = join(dir, 'data')
  writeFileSync(join(dir, 'glovebox.yaml'), `sinks: { lines: { kind: file, path: ${out} } }\n`)
  const set = await setUser(data, { name: 'sam', groups: ['security'] })
  assert.ok(!isRefusal(set))
  const { token } = set
  const search = (gateway: GatewayProcess): Promise<unknown> =>
    fetch(`${gateway.web}/api/v1/audit/entries?limit=1`, { headers: { authorization: `Bearer ${token}` } })
      .then((answer) => answer.text())
      .catch(() => undefined)
  const start = (): Promise<GatewayProcess> =>
    startGatewayProcess(['--config', join(dir, 'glovebox.yaml'), '--data', data])
  let size = 0
  for (let round = 0; round < 3; round++) {
    const gateway = await start()
    const load = Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let i = 0; i < 40; i++) await search(gateway)
      }),
    )
    // Not before a line of this round has arrived, so that the kill comes between two batches or within one.
    const before = existsSync(out) ? readFileSync(out).length : 0
    await until(() => existsSync(out) && readFileSync(out).length > before + 20_000)
    await gateway.kill9()
    await load
  }
  const gateway = await start()
  const sinks = async (): Promise<{ cursor: string; behind: number } | undefined> => {
    const answer = await fetch(`${gateway.web}/api/v1/sinks`, { headers: { authorization: `Bearer ${token}` } })
    return ((await answer.json()) as { sinks: { cursor: string; behind: number }[] }).sinks[0]
  }
  for (let i = 0; i < 500; i++) {
    const one = await sinks()
    if (one?.behind === 0) {
      size = Number(one.cursor.slice(2))
      break
    }
  }
  assert.ok(size > 100)
  assert.equal(await gateway.term(), 0)
  const ids = new Map<number, string>()
  const lines = readFileSync(out, 'utf8').split('\n').slice(0, -1)
  for (const line of lines) {
    const { metadata } = JSON.parse(line) as { metadata: { sequence: number; uid: string } }
    assert.ok((ids.get(metadata.sequence) ?? metadata.uid) === metadata.uid)
    ids.set(metadata.sequence, metadata.uid)
  }
  for (let i = 0; i < size; i++) assert.ok(ids.has(i), `entry ${i} is missing`)
  t.diagnostic(`${ids.size} entries, ${lines.length} lines`)
})
