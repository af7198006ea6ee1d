// `mask suggest`: what nobody labelled is proposed by name, type, counts and what the net met; no value is told or kept.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { withClient } from '../../src/demo/fernway.ts'
import { startDemo, type Demo, type Person } from '../../src/demo/demo.ts'

const bin = new URL('../../src/bin.ts', import.meta.url).pathname

describe('mask suggest', () => {
  let demo: Demo
  before(async () => {
    demo = await startDemo({ log: () => undefined, freePorts: true })
    await withClient(demo.adminUrl, (client) =>
      client.query(`
        create table leads (id int primary key, contact text, "Remark" text, first_name text, score int, extra jsonb);
        insert into leads select i, 'lead' || i || '@example.com', case when i % 9 = 0 then 'call +49 30 55500' || (100 + i) else 'nothing' end, 'x', i,
          jsonb_build_object('mail', 'lead' || i || '@example.com') from generate_series(1, 6000) i;
        grant select on leads to glovebox_ro; analyze leads`),
    )
  })
  after(() => demo.close())

  const glovebox = async (person: Person, ...args: string[]): Promise<string> => {
    const env = { ...process.env, GLOVEBOX_URL: demo.gateway.web, GLOVEBOX_TOKEN: demo.tokens[person] }
    return (await promisify(execFile)(process.execPath, [bin, ...args], { env })).stdout
  }

  test('counts, names, lines to paste; never a value', async () => {
    const said = await glovebox('ben', 'mask', 'suggest', 'pg-orders')
    assert.match(said, /public\.leads\.contact: pii\.email\s+# email in 100 of 100 sampled values/)
    assert.match(said, /public\.leads\.Remark: pii\.text\s+# phone in \d+ of 100 sampled values/)
    assert.match(said, /public\.leads\.first_name: pii\.name\s+# name matches, no sampled value does/)
    assert.match(said, /public\.leads\.extra: pii\.json\s+# email in 100 of 100 sampled values/)
    assert.doesNotMatch(said, /@example|55500|public\.customers\.|score/)
    const { mask, proposals } = JSON.parse(await glovebox('ben', 'mask', 'suggest', 'pg-orders', '--json')) as {
      mask: Record<string, string>
      proposals: unknown[]
    }
    assert.equal(mask['public.leads.contact'], 'pii.email')
    assert.doesNotMatch(JSON.stringify(proposals), /lead\d|@example|55500/)
  })

  test('what the net met in answers is counted among the reasons', async () => {
    const { id } = JSON.parse(
      await glovebox('ada', 'request', 'pg-orders', '--for', '30m', '-w', 'leads', '--json'),
    ) as { id: string }
    await glovebox('ben', 'review', 'approve', id)
    const shown = JSON.parse(
      await glovebox(
        'ada',
        'run',
        'pg-orders',
        'select contact, "Remark", extra from leads order by id limit 3',
        '--json',
      ),
    ) as { rows: string[][] }
    assert.deepEqual(shown.rows[0], ['[email]', 'nothing', '{"mail": "[email]"}'])
    const said = await glovebox('ben', 'mask', 'suggest', 'pg-orders')
    assert.match(
      said,
      /public\.leads\.contact: pii\.email\s+# email in 100 of 100 sampled values, email masked 3 times in answers of 1 session/,
    )
  })

  test('who has nothing to do with the target is told so', async () => {
    await assert.rejects(glovebox('scout', 'mask', 'suggest', 'pg-orders'))
  })
})
