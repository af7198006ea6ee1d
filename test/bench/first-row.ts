// How long a newcomer waits: from starting the demo to the first masked row, through request and approval.
import assert from 'node:assert/strict'
import { Client } from 'pg'
import { glovebox } from '../lib/cli.ts'
import { startGatewayProcess } from '../lib/gateway-process.ts'

/** Seconds. Throws when the row is not masked. */
export async function firstMaskedRow(): Promise<number> {
  const started = performance.now()
  const demo = await startGatewayProcess(['--demo'])
  try {
    const tokens = [...demo.said().err.matchAll(/GLOVEBOX_TOKEN=(gbx_\w+)/g)].map((match) => match[1] ?? '')
    const as = (token: string | undefined): Record<string, string> => ({
      GLOVEBOX_URL: demo.web,
      GLOVEBOX_TOKEN: token ?? '',
    })
    const asked = await glovebox(['request', 'pg-orders', '--for', '30m', '-w', 'first row', '--json'], as(tokens[0]))
    await glovebox(['review', 'approve', (JSON.parse(asked.out) as { id: string }).id, '--json'], as(tokens[1]))
    const printed = await glovebox(['connect', 'pg-orders', '--print', '--json'], as(tokens[0]))
    const client = new Client({ connectionString: (JSON.parse(printed.out) as { dsn: string }).dsn })
    client.on('error', () => undefined)
    await client.connect()
    const { rows } = await client.query<{ email: string }>('select email from customers limit 1')
    await client.end()
    assert.doesNotMatch(rows[0]?.email ?? '', /@mail\.example$/)
    return (performance.now() - started) / 1_000
  } finally {
    await demo.term()
  }
}
