// A record with people, texts and sessions in it that can be looked for after they were erased: every text that people leave
// behind is a canary.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Draft } from '../../src/core/entry.ts'
import type { GrantId, PrincipalId, SessionId } from '../../src/core/nouns.ts'
import { newId } from '../../src/lib/ids.ts'
import { Store } from '../../src/store/store.ts'
import { openPeople, type People } from './people.ts'
import type { House } from '../../src/house.ts'

export const ana = 'anacanary4q7'
export const texts = {
  reason: 'CANARY-reason-7f31',
  ticket: 'CANARY-ticket-90ab',
  statement: 'CANARY_statement_55c2',
  parameter: 'CANARY-parameter-e310',
  address: 'CANARY-address-1188',
  comment: 'CANARY-comment-about-ana-6d2f',
  relation: 'public.canary_relation_03bb',
  column: 'public.canary_relation_03bb.canary_col_77',
}

export interface Opened {
  readonly dir: string
  readonly people: People<House>
  readonly store: Store
  close(): Promise<void>
}

export async function openAll(dir: string): Promise<Opened> {
  const people = await openPeople(dir)
  const store = await Store.open(join(dir, 'store.db'), people.house.journal)
  await people.house.shredder.begin([(erased) => store.erase(erased)])
  let closed: Promise<void> | undefined
  return {
    dir,
    people,
    store,
    close: () => (closed ??= store.close().then(() => people.close())),
  }
}

/** A session with one statement, told to the record the way the data door does. */
async function session({ people }: Opened, by: PrincipalId, grant: GrantId, text: string): Promise<SessionId> {
  const id: SessionId = newId('s')
  const drafts: Draft[] = [
    {
      type: 'session.opened',
      by,
      clear: { session: id, principal: by, grant, target: 'pg-orders', channel: 'native' },
      payload: { client: 'psql', address: text.includes(texts.statement) ? texts.address : '127.0.0.1' },
    },
    {
      type: 'action.admitted',
      by,
      clear: { session: id, n: 1, effect: 'read' },
      payload: text.includes(texts.statement)
        ? { text, reads: [texts.relation], masked: [texts.column], parameters: [texts.parameter] }
        : { text, reads: ['public.orders'], masked: [] },
    },
    {
      type: 'action.settled',
      by,
      clear: { session: id, n: 1, outcome: 'ok', rows: 1, bytes: 10, durationMs: 2 },
      payload: {},
    },
    { type: 'session.closed', by, clear: { session: id, count: 1, cause: 'client' }, payload: {} },
  ]
  await people.house.ledger.record(drafts).durable
  return id
}

async function granted({ people }: Opened, name: string, reason: string, ticket: string): Promise<GrantId> {
  const { request } = await people.must(name, {
    type: 'request.create',
    target: 'pg-orders',
    level: 'read',
    durationMs: 600_000,
    reason,
    ticket,
  })
  const { contentHash } = people.house.ledger.world.requests.get(request) as { contentHash: string }
  await people.must('ben', {
    type: 'request.review',
    request,
    decision: 'approve',
    contentHash,
    comment: name === ana ? texts.comment : 'fine',
  })
  return people.house.ledger.world.requests.get(request)?.grant as GrantId
}

export async function story(t: TestContext) {
  // Ends last: whatever a test opens on the folder again is closed before it goes.
  const closing: (() => Promise<void>)[] = []
  const root = mkdtempSync(join(tmpdir(), 'glovebox-redaction-'))
  t.after(async () => {
    for (const close of closing.reverse()) await close()
    rmSync(root, { recursive: true })
  })
  const opened = await openAll(join(root, 'data'))
  closing.push(() => opened.close())
  const { people } = opened
  await people.add(ana, ['engineers'])
  await people.add('eve', ['engineers'])
  await people.add('ben', ['platform-leads'])
  await people.add('sam', ['security'])
  await people.add('root', ['admins'])
  const hers = people.principal(ana).id
  const grant = await granted(opened, ana, texts.reason, texts.ticket)
  const one = await session(opened, hers, grant, `select ${texts.statement}`)
  const others = await granted(opened, 'eve', 'a reason that stays', 'T-1')
  const other = await session(opened, people.principal('eve').id, others, 'select 1 as stays')
  await people.house.ledger.record([
    { type: 'audit.searched', by: people.principal('sam').id, clear: { found: 3 }, payload: { query: `user:${ana}` } },
  ]).durable
  return { ...opened, hers, grant, one, other, closing }
}
