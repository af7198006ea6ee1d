// Evidence files of random stories verify, and nothing in one can be changed without verify saying where: neither by
// accident (a flipped bit) nor on purpose (a forger who makes the archive anew around a changed member).
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { evidenceHouse, sourceOf, verifyBytes } from '../../../test/lib/evidence.ts'
import { ada, ben, type Story } from '../../../test/lib/story.ts'
import { ZipReader, ZipWriter } from '../../lib/zip.ts'
import { entryLine, parseEntryLine, type EvidenceEntry } from '../../tlog/evidence/format.ts'
import { evidenceLines } from '../../tlog/evidence/lines.ts'
import { verifyEvidence, type EvidenceReport } from '../../tlog/evidence/verify.ts'
import { cosignerOf } from '../../tlog/cosignature.ts'
import { signerOf } from '../../tlog/note.ts'
import { parsePolicy } from '../../tlog/witness-policy.ts'

type Members = Map<string, Buffer>

async function unpacked(bytes: Buffer): Promise<Members> {
  const zip = await ZipReader.open(sourceOf(bytes))
  const members: Members = new Map()
  for (const name of zip.names) members.set(name, await zip.read(name, 1e9))
  return members
}

async function packed(members: Members): Promise<Buffer> {
  const pieces: Buffer[] = []
  let bytes = Buffer.alloc(0)
  const writer = new ZipWriter({
    write: (piece, position) => {
      if (position < bytes.length) bytes.set(piece, position)
      else bytes = Buffer.concat([bytes, piece])
      return Promise.resolve()
    },
  })
  for (const [name, content] of members) await writer.add(name, content)
  await writer.end()
  return Buffer.concat([...pieces, bytes])
}

const wrongs = (report: EvidenceReport): string => {
  assert.equal(report.ok, false)
  const lines = evidenceLines(report)
  assert.ok(
    lines.every((line) => line.startsWith('not ok  ') || line.startsWith('        and ')),
    'nothing else is claimed',
  )
  return lines.join('\n')
}

/** Sessions side by side, some of them open, with outcomes that ride along or stand alone. */
function tellAll(story: Story, steps: readonly (readonly [number, boolean])[]): void {
  const grants = [story.grant(), story.grant()]
  const open: ({ id: ReturnType<Story['open']>; n: number; waits: boolean } | undefined)[] = []
  for (const [which, flag] of steps) {
    const session = open[which % 3]
    if (!session) {
      open[which % 3] = { id: story.open(grants[which % 2] ?? 'g-none'), n: 0, waits: false }
    } else if (flag && session.n > 2) {
      if (session.waits) story.settle(session.id, session.n)
      story.close(session.id, session.n)
      open[which % 3] = undefined
    } else {
      const ends = session.waits ? session.n : undefined
      session.n++
      story.admit(session.id, session.n, `select ${session.n} -- "ü" \u2028`, ends)
      session.waits = !flag
      if (flag) story.settle(session.id, session.n)
    }
  }
}

const steps = fc.array(fc.tuple(fc.nat(5), fc.boolean()), { maxLength: 60 })

test('evidence of any entries of any story verifies, and counts them', async (t) => {
  await fc.assert(
    fc.asyncProperty(steps, fc.array(fc.nat(1_000), { minLength: 1, maxLength: 30 }), async (given, picks) => {
      const { story, make, journal } = await evidenceHouse(t)
      story.start()
      story.people()
      tellAll(story, given)
      await story.durable
      const found = [...new Set(picks.map((pick) => pick % journal.size))].sort((a, b) => a - b)
      // Outcomes are found with their actions.
      const asked = found.filter((index) => story.recorded[index]?.entry.type !== 'action.settled')
      if (asked.length === 0) return
      const { bytes, made } = await make(asked)
      const report = await verifyBytes(bytes, journal.vkey)
      assert.ok(report.ok, evidenceLines(report).join('\n'))
      assert.equal(report.counts.found, asked.length)
      assert.equal(report.counts.context, made.context)
      assert.equal(report.size, made.entry + 1)
      assert.equal(report.root, made.root)
    }),
    { numRuns: 15 },
  )
})

async function anExport(t: Parameters<typeof evidenceHouse>[0]) {
  const house = await evidenceHouse(t)
  const { story, make, journal } = house
  story.start()
  story.people()
  const session = story.open(story.grant())
  for (let n = 1; n <= 5; n++) {
    story.admit(session, n)
    story.settle(session, n)
  }
  story.close(session, 5)
  await story.durable
  const found = story.recorded.filter(({ entry }) => entry.type === 'action.admitted' && entry.n < 4)
  const recording = { name: `${session}.rec`, content: (async function* () { yield Buffer.from('frames') })() } // prettier-ignore
  const { bytes } = await make(
    found.map((one) => one.index),
    { recordings: async function* () { yield recording } }, // prettier-ignore
  )
  return { ...house, session, bytes, key: journal.vkey }
}

test('every flipped bit of the file is caught, and the ones in an entry by its name', async (t) => {
  const { bytes, key } = await anExport(t)
  assert.ok((await verifyBytes(bytes, key)).ok)
  const at = bytes.indexOf('entries.jsonl')
  const end = bytes.indexOf('PK\u0003\u0004', at)
  for (let position = 0; position < bytes.length; position += 29) {
    const bit = position % 8
    const other = Buffer.from(bytes)
    other[position] = (other[position] as number) ^ (1 << bit)
    const said = wrongs(await verifyBytes(other, key))
    if (position > at + 13 && position < end)
      assert.match(said, /not ok {2}(entry \d+|line \d+ of entries\.jsonl)/, `position ${position}: ${said}`)
  }
})

test('a forger who makes the archive anew is caught by name', async (t) => {
  const { bytes, key, journal } = await anExport(t)
  const good = await unpacked(bytes)
  const lines = (): EvidenceEntry[] =>
    String(good.get('entries.jsonl')).trimEnd().split('\n').map((line) => parseEntryLine(line) as EvidenceEntry) // prettier-ignore
  const forged = async (change: (members: Members) => void): Promise<string> => {
    const members = new Map(good)
    change(members)
    return wrongs(await verifyBytes(await packed(members), key))
  }
  const withEntries = (change: (entries: EvidenceEntry[]) => EvidenceEntry[]): Promise<string> =>
    forged((members) => {
      const text = change(lines()).map((one) => `${entryLine(one)}\n`).join('') // prettier-ignore
      members.set('entries.jsonl', Buffer.from(text))
      // Even the list of hashes is made to fit.
      const sum = createHash('sha256').update(text).digest('hex')
      members.set('SHA256SUMS', Buffer.from(String(members.get('SHA256SUMS')).replace(/^[0-9a-f]{64}/, sum)))
    })
  const found = lines().filter((one) => one.part === 'found')
  const target = found[1] as EvidenceEntry
  const at = (one: EvidenceEntry): boolean => one.index === target.index
  const named = new RegExp(`entry ${target.index} \\(20[^)]*, Ada\\) \\(action.admitted\\)`)
  assert.match(
    await withEntries((all) => all.map((one) => (at(one) ? { ...one, leaf: one.leaf.replace('"read"', '"observe"') } : one))), // prettier-ignore
    new RegExp(`${named.source} differs from the signed tree`),
  )
  const otherText = { payload: (target.payload as string).replace('select', 'delete') }
  assert.match(
    await withEntries((all) => all.map((one) => (at(one) ? { ...one, ...otherText } : one))),
    new RegExp(`${named.source} has a payload that is not what`),
  )
  assert.match(
    await withEntries((all) => all.filter((one) => !at(one))),
    /SHA256SUMS is not the one that entry \d+ binds/,
  )
  assert.match(
    await withEntries((all) =>
      all.map((one) => (at(one) ? { index: one.index, part: one.part, leaf: one.leaf } : one)),
    ),
    /lacks its payload, and nobody says why/,
  )
  assert.match(
    await withEntries((all) => all.map((one) => (at(one) ? { index: one.index, part: one.part, leaf: one.leaf, closed: 'gone' } : one))), // prettier-ignore
    /SHA256SUMS/,
  )
  assert.match(
    await withEntries((all) => all.map((one) => (at(one) ? { ...one, part: 'context' } : one))),
    /SHA256SUMS/,
  )
  assert.match(await withEntries((all) => [...all, { ...target, index: 999_999 }]), /not in its place|no proof/)
  for (const name of ['report.html', 'VERIFY.md', [...good.keys()].find((one) => one.startsWith('recordings/')) as string])
    assert.match(await forged((members) => members.set(name, Buffer.from('other'))), new RegExp(`${name} is not the one that the export put`)) // prettier-ignore
  assert.match(await forged((members) => members.delete('report.html')), /report.html is missing/)
  assert.match(await forged((members) => members.set('more.txt', Buffer.alloc(1))), /more.txt does not belong/)
  assert.match(await forged((members) => members.set('recordings/x', Buffer.alloc(1))), /recordings\/x is not the one/)
  assert.match(await forged((members) => members.delete('checkpoint')), /checkpoint is missing/)
  const own = signerOf(journal.origin, Buffer.alloc(32, 7))
  assert.match(await forged((members) => members.set('journal.vkey', Buffer.from(`${own.vkey}\n`))), /another key/)
  const note = String(good.get('checkpoint'))
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1)
  assert.match(await forged((members) => members.set('checkpoint', Buffer.from(`${text}\n${own.line(text)}`))), /not signed by/) // prettier-ignore
  const proof = String(good.get('proofs/inclusion')).split('\n')
  for (let line = 0; line < proof.length; line++)
    assert.match(
      await forged((members) => members.set('proofs/inclusion', Buffer.from(proof.toSpliced(line, 1).join('\n')))),
      /proofs\/inclusion/,
    )
  const swapped = proof.toSpliced(1, 1, (proof[1] as string).replace(/ .{4}/, ' AAAA'))
  assert.match(await forged((members) => members.set('proofs/inclusion', Buffer.from(swapped.join('\n')))), /does not lead to the signed root/) // prettier-ignore
})

test('whatever a member holds, verify answers with what is wrong, and with nothing else', async (t) => {
  const { bytes, key } = await anExport(t)
  const good = await unpacked(bytes)
  const leaf = fc.json().map((text) => JSON.stringify({ index: 3, part: 'found', leaf: text }))
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((one) => Buffer.from(one)),
    fc
      .array(fc.oneof(fc.json(), leaf, fc.constantFrom('', '0-1 x', 'glovebox/inclusion/v1 9')))
      .map((lines) => Buffer.from(`${lines.join('\n')}\n`)),
    fc.constantFrom(
      Buffer.from('['.repeat(200_000)),
      Buffer.from(`{"index":1,"shown":${'['.repeat(90_000)}${']'.repeat(90_000)}}\n`),
    ),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...good.keys()), content, fc.boolean(), async (name, other, isAdded) => {
      const members = new Map(good)
      members.set(name, isAdded ? Buffer.concat([good.get(name) as Buffer, other]) : other)
      if (members.get(name)?.equals(good.get(name) as Buffer)) return
      wrongs(await verifyBytes(await packed(members), key))
    }),
    { numRuns: 150 },
  )
})

test('cosignatures are checked against a policy of witnesses', async (t) => {
  const { bytes, key } = await anExport(t)
  const [first, second] = [1, 2].map((seed) => cosignerOf(`witness-${seed}`, Buffer.alloc(32, seed)))
  assert.ok(first && second)
  const policy = parsePolicy(`witness a ${first.vkey}\nwitness b ${second.vkey}\ngroup both 2 a b\nquorum both\n`)
  assert.ok('quorum' in policy)
  const members = await unpacked(bytes)
  const note = String(members.get('checkpoint'))
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1)
  const cosigned = async (...lines: string[]): Promise<EvidenceReport> => {
    members.set('checkpoint', Buffer.from(note + lines.join('')))
    return verifyEvidence(sourceOf(await packed(members)), { key, policy })
  }
  const both = await cosigned(first.line(text, 1_790_000_000), second.line(text, 1_790_000_001))
  assert.ok(both.ok, evidenceLines(both).join('\n'))
  assert.match(evidenceLines(both)[0] ?? '', /^ok {6}checkpoint \d+ signed by \S+, cosigned by 2 of 2 witnesses \(2026/)
  assert.ok(!both.checks.some((check) => check.name === 'witnesses'))
  assert.match(wrongs(await cosigned(first.line(text, 1_790_000_000))), /cosigned by 1 of 2 witnesses .*no quorum/)
  assert.match(wrongs(await cosigned()), /no quorum/)
  const unchecked = await verifyBytes(
    await packed(members.set('checkpoint', Buffer.from(note + first.line(text, 1)))),
    key,
  )
  assert.ok(unchecked.ok)
  assert.match(evidenceLines(unchecked).join('\n'), /1 cosignature not checked; give the policy of witnesses/)
})

test('a gateway that let somebody decide their own request is found in the file', async (t) => {
  const { story, make, journal } = await evidenceHouse(t)
  story.start()
  story.people()
  const session = story.open(story.grant())
  story.admit(session, 1)
  story.settle(session, 1)
  // A second person's account turns out to be Ada's: its review counts for nobody, and then it is used.
  const request = 'r-selfselfself'
  story.tell(...story.asked(request))
  story.tell({
    type: 'grant.started',
    by: ben,
    clear: {
      grant: 'g-selfselfself',
      request,
      holder: ada,
      person: ada,
      target: 'pg-orders',
      level: 'read',
      scope: story.recorded.map(({ entry }) => entry).find((entry) => entry.type === 'grant.started')?.scope ?? '',
      notBefore: new Date(story.now()).toISOString(),
      notAfter: new Date(story.now() + 60_000).toISOString(),
    },
    payload: {},
  })
  const own = story.open('g-selfselfself')
  story.admit(own, 1)
  story.settle(own, 1)
  await story.durable
  const found = story.recorded.filter(({ entry }) => entry.type === 'action.admitted').map((one) => one.index)
  const { bytes } = await make(found)
  assert.match(wrongs(await verifyBytes(bytes, journal.vkey)), /\(grant.started\) r-selfselfself had 0 of 1 approvals/)
})

test('a payload that is gone without a redaction is named, and hidden values stay closed', async (t) => {
  const { story, make, journal, source } = await evidenceHouse(t)
  story.start()
  story.people()
  const session = story.open(story.grant())
  story.admit(session, 1, 'select secret')
  story.settle(session, 1)
  await story.durable
  const found = story.recorded.filter(({ entry }) => entry.type === 'action.admitted').map((one) => one.index)
  Object.assign(source, {
    shown: (recorded: object) => ({ ...recorded, payload: { text: 'told', masked: [], reads: [] } }),
  })
  const hidden = await make(found)
  assert.doesNotMatch(hidden.bytes.toString('latin1'), /select secret/)
  assert.match(hidden.bytes.toString('latin1'), /"closed":"withheld","shown":\{"text":"told"/)
  assert.ok((await verifyBytes(hidden.bytes, journal.vkey)).ok)
  const { openedEach } = source
  Object.assign(source, {
    shown: (recorded: object) => recorded,
    openedEach: async function* (indexes: readonly number[]) {
      for await (const one of openedEach(indexes))
        yield one.index === found[0] ? { index: one.index, leaf: one.leaf } : one
    },
  })
  const gone = await verifyBytes((await make(found)).bytes, journal.vkey)
  assert.equal(gone.counts.gone, 1)
  assert.match(wrongs(gone), new RegExp(`entry ${found[0]} .*lacks its payload, and no redaction says so`))
})
