// G7: people can be erased from the record without breaking it. What is shredded can be read back from nowhere; the log
// still verifies and says by whom it was redacted; what is missing without such an entry fails by name.
import assert from 'node:assert/strict'
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { Draft } from '../../src/core/entry.ts'
import { isRefusal, type Refusal } from '../../src/core/error.ts'
import type { PrincipalId } from '../../src/core/nouns.ts'
import type { Redaction, RedactionId, RedactionScope } from '../../src/core/redaction.ts'
import { buildEvidence } from '../../src/features/evidence/build.ts'
import { Retention } from '../../src/features/redaction/retention.ts'
import { folderReader } from '../../src/journal/folder.ts'
import { openKeys } from '../../src/journal/keyring.ts'
import { SinkMemory } from '../../src/store/sink-memory.ts'
import { evidenceLines } from '../../src/tlog/evidence/lines.ts'
import { readSegment } from '../../src/tlog/segment.ts'
import { reportLines, verify, type Report } from '../../src/tlog/verify.ts'
import { canary, findCanaries, filesIn, type Canary } from '../lib/canaries.ts'
import { verifyBytes } from '../lib/evidence.ts'
import { temporaryFolder } from '../lib/folders.ts'
import type { People } from '../lib/people.ts'
import type { House } from '../../src/house.ts'
import { ana, openAll, type Opened, story, texts } from '../lib/erasable.ts'

async function ask(
  people: People<House>,
  scope: RedactionScope,
  subject: string,
  about: object,
): Promise<Redaction | Refusal> {
  const answer = await people.as('sam', {
    type: 'redaction.ask',
    scope,
    subject,
    basis: 'art17',
    reason: 'case 118',
    about,
  })
  if (isRefusal(answer)) return answer
  return people.house.ledger.world.redactions.get(answer.redaction) as Redaction
}

const review = (people: People<House>, name: string, id: RedactionId, decision: 'approve' | 'deny' = 'approve') =>
  people.as(name, {
    type: 'redaction.review',
    redaction: id,
    decision,
    contentHash: people.house.ledger.world.redactions.get(id)?.contentHash ?? '',
  })

async function redact(
  people: People<House>,
  scope: RedactionScope,
  subject: string,
  about: object = {},
): Promise<Redaction> {
  const asked = await ask(people, scope, subject, about)
  assert.ok(!isRefusal(asked), JSON.stringify(asked))
  assert.ok(!isRefusal(await review(people, 'ben', asked.id)))
  const done = await people.house.shredder.finished(asked.id)
  assert.equal(done?.state, 'done')
  return done as Redaction
}

async function verified(dir: string): Promise<Report> {
  const keys = openKeys(dir)
  try {
    return await verify(folderReader(dir), keys ? { payloadKey: (id) => keys.payloadKey(id) } : {})
  } finally {
    keys?.close()
  }
}

/** Keys as they lie in keys.db, as things that must be found nowhere afterwards. */
function keysOf(dir: string, ids: readonly string[]): Canary[] {
  const database = new DatabaseSync(join(dir, 'keys', 'keys.db'), { readOnly: true })
  const rows = database.prepare('select id, key from payload_key').all() as unknown as { id: string; key: Uint8Array }[]
  database.close()
  return rows
    .filter((row) => ids.includes(row.id))
    .map((row) => ({ name: `key ${row.id}`, bytes: Buffer.from(row.key) }))
}

/** The ciphertext of an entry. */
function sealedOf(dir: string, origin: string, index: number): Canary {
  for (const path of filesIn(dir).filter((name) => name.endsWith('.wal'))) {
    const entry = readSegment(readFileSync(path), origin)?.entries.find((one) => one.index === index)
    if (entry?.sealed) return { name: `ciphertext of j-${index}`, bytes: Buffer.from(entry.sealed.bytes) }
  }
  throw new Error(`no payload of j-${index}`)
}

async function indexOf(
  { people }: Pick<Opened, 'people'>,
  found: (type: string, text: string) => boolean,
): Promise<number> {
  for await (const { index, entry, payload } of people.house.journal.entries())
    if (found(entry.type, JSON.stringify(payload ?? null))) return index
  throw new Error('no such entry')
}

const plain = (): Canary[] => [canary('name', ana), ...Object.entries(texts).map(([name, text]) => canary(name, text))]

void test('a person: nothing of them can be read back from any file, and the log verifies and says so', async (t) => {
  const opened = await story(t)
  const { people, dir, hers, one, store } = opened
  const keys = keysOf(dir, [hers, one])
  assert.equal(keys.length, 2)
  await store.dump() // what waits is written
  assert.ok(findCanaries(dir, [...plain(), ...keys]).length >= 3, 'the scan finds what is there')
  const before = people.house.journal.size
  const leaves = async (): Promise<string[]> => {
    const all = Array.from({ length: before }, (_, index) => people.house.journal.opened(index))
    return (await Promise.all(all)).map((one) => String(one?.leaf))
  }
  const leavesBefore = await leaves()
  const early = await ask(people, 'person', hers, {})
  assert.match((early as Refusal).why ?? '', /still has an account/)
  await people.must('root', { type: 'user.remove', name: ana })
  const comment = await indexOf(opened, (type, text) => type === 'request.reviewed' && text.includes(texts.comment))
  const searched = await indexOf(opened, (type, text) => type === 'audit.searched' && text.includes(ana))
  const sealed = [comment, searched].map((index) => sealedOf(dir, people.house.journal.origin, index))
  const done = await redact(people, 'person', hers)
  assert.equal(people.house.ledger.world.names.get(hers), undefined)
  const requests = [...people.house.ledger.world.requests.values()].filter((request) => request.person === hers)
  assert.deepEqual(
    requests.map((request) => [request.reason, request.ticket, request.reviews[0]?.comment]),
    [['', undefined, undefined]],
  )
  assert.ok(!/canary/i.test(JSON.stringify(await store.dump())), 'the index')
  assert.deepEqual(findCanaries(dir, [...plain(), ...keys, ...sealed]), [], 'while it runs')

  const report = await verified(dir)
  assert.ok(report.ok, reportLines(report).join('\n'))
  const lines = reportLines(report).join('\n')
  assert.match(
    lines,
    new RegExp(
      `redacted at j-${done.done} by ${people.principal('sam').id} \\(sam\\), approved by .*\\(ben\\) \\(art17\\)`,
    ),
  )
  assert.deepEqual(await leaves(), leavesBefore, 'ids, times, sizes and order are as they were')
  assert.ok(report.size + report.promised.length > before)

  await opened.close()
  assert.deepEqual(findCanaries(dir, [...plain(), ...keys, ...sealed]), [], 'when it is closed')
  const again = await openAll(dir)
  opened.closing.push(() => again.close())
  const { world } = again.people.house.ledger
  assert.deepEqual(
    [...world.requests.values()].filter((request) => request.person === hers),
    requests,
    'the world after a start is the one that was left',
  )
  assert.ok([...world.requests.values()].some((request) => request.reason === 'a reason that stays'))
  assert.ok((await verified(dir)).ok)
})

void test('a session and an entry: only they, and what else there is stays readable', async (t) => {
  const opened = await story(t)
  const { people, dir, one, other, hers } = opened
  const [key] = keysOf(dir, [one])
  const stays = await indexOf(opened, (type, text) => type === 'action.admitted' && text.includes('as stays'))
  await redact(people, 'session', one, { ofSession: one, ofPerson: hers })
  const sealed = sealedOf(dir, people.house.journal.origin, stays)
  await redact(people, 'entry', `j-${stays}`, { ofSession: other })
  assert.deepEqual(findCanaries(dir, [key as Canary, sealed]), [])
  assert.equal((await people.house.journal.read(stays))?.payload, undefined)
  assert.ok((await people.house.journal.read(stays - 1))?.payload, 'its neighbour')
  const report = await verified(dir)
  assert.ok(report.ok, reportLines(report).join('\n'))
  assert.equal(reportLines(report).filter((line) => line.includes('redacted at j-')).length, 2)
})

/** An evidence file of these entries, verified. */
async function evidenceOf({ people, store }: Opened, found: readonly number[]) {
  const { journal, ledger } = people.house
  let bytes = Buffer.alloc(0)
  await buildEvidence(
    {
      store,
      read: (index) => journal.read(index),
      opened: (index) => journal.opened(index),
      openedEach: (indexes) => journal.openedEach(indexes),
      readEach: (indexes) => journal.readEach(indexes),
      shown: (recorded) => recorded,
      log: journal.log,
      checkpoint: async () => {
        await journal.publish()
        return { note: journal.checkpoint, vkey: journal.vkey }
      },
    },
    {
      query: 'q',
      found,
      first: found[0] ?? 0,
      last: found.at(-1) ?? 0,
      who: people.principal('sam').id,
      by: 'sam',
      at: Date.now(),
    },
    async (clear) => {
      const made = ledger.record([
        { type: 'audit.exported', by: people.principal('sam').id, clear, payload: { query: 'q' } },
      ])
      await made.durable
      return made.recorded[0]?.index ?? -1
    },
    {
      write: async (piece, position) => {
        const end = position + piece.length
        if (end > bytes.length) bytes = Buffer.concat([bytes, Buffer.alloc(end - bytes.length)])
        bytes.set(piece, position)
      },
    },
  )
  const report = await verifyBytes(bytes, journal.vkey)
  return { report, lines: evidenceLines(report).join('\n') }
}

void test('evidence of what was redacted brings the redaction with it, and is refused without', async (t) => {
  const opened = await story(t)
  const { people, one, hers } = opened
  const statement = await indexOf(opened, (type, text) => type === 'action.admitted' && text.includes(texts.statement))
  const reason = await indexOf(opened, (type, text) => type === 'request.created' && text.includes(texts.reason))
  const done = await redact(people, 'session', one, { ofSession: one, ofPerson: hers })
  const after = await evidenceOf(opened, [statement])
  assert.ok(after.report.ok, after.lines)
  assert.match(
    after.lines,
    new RegExp(`entry ${statement} .*redacted at j-${done.done} by .*\\(sam\\), approved by .*\\(ben\\)`),
  )
  await people.must('root', { type: 'user.remove', name: ana })
  await redact(people, 'person', hers)
  const all = await evidenceOf(opened, [reason, statement])
  assert.ok(all.report.ok, all.lines)
  assert.match(all.lines, new RegExp(`entry ${reason} .*redacted at j-`))
  // Gone by nobody's word: the key of the other session.
  people.house.journal.keyring.destroyPayloadKeys([opened.other])
  const stays = await evidenceOf(opened, [statement + 7])
  assert.equal(stays.report.ok, false)
  assert.match(stays.lines, /lacks its payload, and no redaction says so/)
})

void test('a payload that is missing without a redaction fails by name', async (t) => {
  const opened = await story(t)
  const { dir, one, other } = opened
  await opened.close()
  const copy = join(temporaryFolder(t), 'copy')
  cpSync(dir, copy, { recursive: true })
  const database = new DatabaseSync(join(copy, 'keys', 'keys.db'))
  database.prepare('delete from payload_key where id = ?').run(one)
  database.close()
  const report = await verified(copy)
  assert.equal(report.ok, false)
  assert.match(
    reportLines(report).join('\n'),
    new RegExp(`the key ${one} of its payload is gone, and no redaction says so`),
  )

  // Overwritten by hand, sums and all: the gateway starts, and verify says which.
  const wal = filesIn(dir).find((name) => name.endsWith('.wal')) as string
  const { erasePayloads } = await import('../../src/tlog/segment.ts')
  const bytes = readFileSync(wal)
  const found = readSegment(bytes, opened.people.house.journal.origin)
  const index = found?.entries.find((entry) => entry.sealed?.keyId === other)?.index as number
  for (const patch of erasePayloads(bytes, { first: 0 }, new Set([index]))) patch.bytes.copy(bytes, patch.at)
  writeFileSync(wal, bytes)
  const second = await verified(dir)
  assert.equal(second.ok, false)
  assert.match(
    reportLines(second).join('\n'),
    new RegExp(`j-${index} .*its payload was overwritten, and no redaction says so`),
  )
})

void test('four eyes: not the asker, not without the group, not twice, not under a hold', async (t) => {
  const opened = await story(t)
  const { people, one, hers } = opened
  const about = { ofSession: one, ofPerson: hers }
  assert.equal(
    (
      (await people.as('eve', {
        type: 'redaction.ask',
        scope: 'session',
        subject: one,
        basis: 'art17',
        reason: 'x',
        about,
      })) as Refusal
    ).code,
    'GBX-1117',
  )
  const asked = (await ask(people, 'session', one, about)) as Redaction
  assert.equal(((await review(people, 'sam', asked.id)) as Refusal).code, 'GBX-1110')
  await people.add('sam', ['security', 'platform-leads'])
  assert.equal(((await review(people, 'sam', asked.id)) as Refusal).code, 'GBX-1105')
  assert.equal(((await review(people, 'eve', asked.id)) as Refusal).code, 'GBX-1110')
  const { hold } = await people.must('sam', { type: 'hold.set', kind: 'person', subject: hers, reason: 'case 4' })
  assert.equal(((await review(people, 'ben', asked.id)) as Refusal).code, 'GBX-1703')
  assert.ok((await people.house.journal.read(await indexOf(opened, (type) => type === 'session.opened')))?.payload)
  await people.must('sam', { type: 'hold.lift', hold, reason: 'closed' })
  assert.ok(!isRefusal(await review(people, 'ben', asked.id)))
  assert.equal((await people.house.shredder.finished(asked.id))?.state, 'done')
  assert.equal(((await review(people, 'ben', asked.id)) as Refusal).code, 'GBX-1107')
  assert.ok((await verified(opened.dir)).ok)
})

void test('a crash between the entry and the destruction is finished by the next start; an old keys.db is destroyed again', async (t) => {
  const opened = await story(t)
  const { people, dir, one, hers } = opened
  const copy = join(temporaryFolder(t), 'keys.db')
  people.house.journal.keyring.close = () => undefined
  const [key] = keysOf(dir, [one])
  await people.house.journal.publish()
  const source = new DatabaseSync(join(dir, 'keys', 'keys.db'), { readOnly: true })
  source.exec(`vacuum into '${copy}'`)
  source.close()
  const asked = (await ask(people, 'session', one, { ofSession: one, ofPerson: hers })) as Redaction
  // Dies after the entry and before the key: as if the process had been killed there.
  people.house.journal.shred = () => Promise.reject(new Error('killed here'))
  await review(people, 'ben', asked.id)
  await people.house.shredder.settled()
  assert.equal(people.house.ledger.world.redactions.get(asked.id)?.state, 'done')
  assert.ok(findCanaries(dir, [key as Canary]).length > 0)
  const half = await verified(dir)
  assert.match(reportLines(half).join('\n'), /and can still be read here: start the gateway once/)
  await opened.close()

  const again = await openAll(dir)
  assert.deepEqual(findCanaries(dir, [key as Canary]), [])
  assert.ok((await verified(dir)).ok)
  await again.close()

  // The backup of the keys comes back, and what the record says is done again before anybody can read.
  for (const name of ['keys.db', 'keys.db-wal', 'keys.db-shm']) rmSync(join(dir, 'keys', name), { force: true })
  cpSync(copy, join(dir, 'keys', 'keys.db'))
  assert.ok(findCanaries(dir, [key as Canary]).length > 0)
  const third = await openAll(dir)
  opened.closing.push(() => third.close())
  assert.deepEqual(findCanaries(dir, [key as Canary]), [])
  assert.ok(!existsSync(join(dir, 'wal', 'erasing')))
})

void test('an old copy of the payloads or of the index that is put back is erased again', async (t) => {
  const opened = await story(t)
  const { people, dir, other, store } = opened
  const stays = await indexOf(opened, (type, text) => type === 'action.admitted' && text.includes(texts.statement))
  const sealed = sealedOf(dir, people.house.journal.origin, stays)
  await store.dump()
  await opened.close()
  const copy = join(temporaryFolder(t), 'copy')
  cpSync(dir, copy, { recursive: true })
  const again = await openAll(dir)
  await redact(again.people, 'entry', `j-${stays}`, { ofSession: other })
  assert.deepEqual(findCanaries(dir, [sealed, canary('relation', texts.relation)]), [])
  await again.close()
  cpSync(join(copy, 'store.db'), join(dir, 'store.db'))
  const name = filesIn(copy).find((path) => path.endsWith('.wal')) as string
  const old = readFileSync(name)
  const now = filesIn(dir).find((path) => path.endsWith('.wal')) as string
  const newer = readFileSync(now)
  const used = readSegment(old, people.house.journal.origin)?.end as number
  old.copy(newer, 0, 0, used) // the frames of before, and behind them what was written since
  writeFileSync(now, newer)
  assert.equal(findCanaries(dir, [sealed, canary('relation', texts.relation)]).length, 2)
  const third = await openAll(dir)
  opened.closing.push(() => third.close())
  assert.deepEqual(findCanaries(dir, [sealed, canary('relation', texts.relation)]), [])
  assert.ok((await verified(dir)).ok)
})

void test('what a receiver quoted goes too', (t) => {
  const dir = temporaryFolder(t)
  const memory = new SinkMemory(join(dir, 'sinks.db'), 'origin')
  t.after(() => memory.close())
  memory.setAside('siem', { first: 3, last: 4, at: 1, why: `400 cannot parse "${texts.reason}"` })
  assert.equal(findCanaries(dir, [canary('reason', texts.reason)]).length, 1)
  memory.erase()
  assert.deepEqual(findCanaries(dir, [canary('reason', texts.reason)]), [])
  assert.equal(memory.count('siem'), 2, 'what is set aside is still known')
})

void test('retention erases what is old by class, on record, never what is held, and only once', async (t) => {
  const opened = await story(t)
  const { people, dir, one, other, hers } = opened
  const { journal, ledger, shredder, now } = people.house
  const retentions = { statements: 60_000, reasons: 60_000, searches: 60_000, refusals: 60_000 }
  const retention = new Retention({ ledger, journal, shredder, retentions, now, log: () => undefined })
  await retention.run()
  assert.equal(ledger.world.erased.length, 0, 'nothing is old')
  const { hold } = await people.must('sam', { type: 'hold.set', kind: 'person', subject: hers, reason: 'case 4' })
  people.clock.aheadMs += 3_600_000
  people.house.access.sweep()
  const [theirs] = keysOf(dir, [other])
  await retention.run()
  assert.deepEqual(findCanaries(dir, [theirs as Canary]), [])
  assert.equal(keysOf(dir, [one]).length, 1, 'held')
  assert.deepEqual(
    [...ledger.world.requests.values()].map((request) => request.reason),
    [texts.reason, ''],
  )
  const searched = await indexOf(opened, (type) => type === 'audit.searched')
  assert.equal((await journal.read(searched))?.payload, undefined)
  const times = ledger.world.erased.length
  await retention.run()
  assert.equal(ledger.world.erased.length, times, 'once')
  const said = reportLines(await verified(dir)).join('\n')
  assert.match(said, /redacted at j-\d+ by the retention of statements/)
  assert.ok((await verified(dir)).ok, said)

  await people.must('sam', { type: 'hold.lift', hold, reason: 'closed' })
  await retention.run()
  assert.equal(keysOf(dir, [one]).length, 0)
  assert.deepEqual(
    [...ledger.world.requests.values()].map((request) => request.reason),
    ['', ''],
  )
  assert.ok((await verified(dir)).ok)
  await retention.close()
})

void test('a gateway that redacts what nobody approved, something else, too early or under a hold is found', async (t) => {
  const opened = await story(t)
  const { people, dir, one, other, hers } = opened
  const { ledger, journal } = people.house
  journal.shred = async () => undefined // what the record says is enough
  const done = (more: Partial<Extract<Draft, { type: 'redaction.done' }>['clear']>): Draft => ({
    type: 'redaction.done',
    by: 'gateway',
    clear: {
      scope: 'session',
      subject: one,
      basis: 'art17',
      requestedBy: people.principal('sam').id,
      approvedBy: [people.principal('ben').id],
      keys: [],
      entries: [],
      ...more,
    },
    payload: {},
  })
  const tell = async (draft: Draft): Promise<number> => {
    const { recorded, durable } = ledger.record([draft])
    await durable
    return recorded[0]?.index as number
  }
  const asked = (await ask(people, 'session', one, { ofSession: one, ofPerson: hers })) as Redaction
  const bad: [number, RegExp][] = [
    [await tell(done({ keys: [other] })), /nobody had asked for it/],
    [await tell(done({ redaction: asked.id, keys: [one] })), /was pending/],
    [
      await tell(done({ scope: 'class', subject: 'reasons', class: 'reasons', basis: 'retention', requestedBy: 'gateway', approvedBy: [], olderThanMs: 60_000, entries: [11] })), // prettier-ignore
      /j-11 was younger than it says/,
    ],
    [
      await tell(done({ scope: 'class', subject: 'statements', class: 'statements', basis: 'retention', requestedBy: 'gateway', approvedBy: [], olderThanMs: 60_000, keys: [one] })), // prettier-ignore
      /had not ended so long ago/,
    ],
  ]
  const second = (await ask(people, 'session', other, { ofSession: other })) as Redaction
  const reviewed = people.house.shredder
  await people.must('ben', {
    type: 'redaction.review',
    redaction: second.id,
    decision: 'approve',
    contentHash: second.contentHash,
  })
  await reviewed.settled()
  await people.must('sam', { type: 'hold.set', kind: 'session', subject: one, of: hers, reason: 'case 4' })
  bad.push([
    await tell(done({ redaction: second.id, subject: other, keys: [one, other] })),
    /legal hold h-\S+ covered it/,
  ])
  await people.must('root', { type: 'user.remove', name: 'eve' })
  const eve = ledger.world.persons.get(
    (ledger.world.requests.get([...ledger.world.requests.keys()][1] as never) as { asker: PrincipalId }).asker,
  ) as PrincipalId
  const third = (await ask(people, 'person', eve, {})) as Redaction
  await people.house.shredder.close() // it is not done by the book
  await people.must('ben', {
    type: 'redaction.review',
    redaction: third.id,
    decision: 'approve',
    contentHash: third.contentHash,
  })
  bad.push([
    await tell(done({ redaction: third.id, scope: 'person', subject: eve, keys: [eve, one] })),
    /the key s-\S+ is not of p-/,
  ])
  await journal.publish()
  const found = (await verified(dir)).checks.find((check) => check.name === 'redactions')
  assert.equal(found?.result, 'not ok')
  for (const [index, what] of bad)
    assert.ok(
      found.found.some((one) => one.index === index && what.test(one.what)),
      `j-${index} ${String(what)}: ${JSON.stringify(found.found.filter((one) => one.index === index))}`,
    )
})
