// What `audit verify` must catch, each planted in a real log: every byte, every rule, and the forged tile that other
// verifiers have believed.
import assert from 'node:assert/strict'
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test, { type TestContext } from 'node:test'
import type { Draft } from '../core/entry.ts'
import type { PrincipalId, SessionId } from '../core/nouns.ts'
import { scopeHash } from '../core/request.ts'
import { approvalChallenge } from '../core/review.ts'
import { folderReader } from '../journal/folder.ts'
import { Journal } from '../journal/journal.ts'
import { Keyring, openKeys } from '../journal/keyring.ts'
import { temporaryFolder } from '../../test/lib/folders.ts'
import { ada, ben, Story } from '../../test/lib/story.ts'
import { signCheckpoint } from './checkpoint.ts'
import { leafHash, rootOf } from './merkle.ts'
import { signerOf } from './note.ts'
import { prove } from './prove.ts'
import { decodeBundle, encodeBundle } from './tile.ts'
import { reportLines, verify, type Reader, type Report } from './verify.ts'

/** A data folder with a story in it; `tell` adds what the test needs. */
async function log(t: TestContext, tell: (story: Story) => void, publish = true): Promise<string> {
  const dir = join(temporaryFolder(t), 'data')
  const journal = await Journal.open({ dir, now: Date.now, segmentBytes: 128 * 1024 })
  const story = new Story(journal, () => journal.now())
  tell(story)
  await story.durable
  if (publish) await journal.close()
  else {
    const copy = join(temporaryFolder(t), 'data')
    cpSync(dir, copy, { recursive: true })
    await journal.close()
    return copy
  }
  return dir
}

async function check(dir: string, key?: string): Promise<Report> {
  const keys = openKeys(dir)
  try {
    return await verify(folderReader(dir), {
      ...(key === undefined ? {} : { key }),
      ...(keys ? { payloadKey: (id: string) => keys.payloadKey(id) } : {}),
    })
  } finally {
    keys?.close()
  }
}

const failed = (report: Report): string[] =>
  report.checks.filter((one) => one.result === 'not ok').map((one) => one.name)

test('a true log is ok, and the report says what it does not prove', async (t) => {
  const dir = await log(t, (story) => story.whole(300))
  const report = await check(dir)
  assert.ok(report.ok, reportLines(report).join('\n'))
  const unproved = report.checks.filter((one) => one.result === 'not proved here').map((one) => one.name)
  assert.deepEqual(unproved, ['key', 'policies', 'split_view'])
  const vkey = readFileSync(join(dir, 'keys/journal.vkey'), 'utf8')
  const told = await check(dir, vkey)
  assert.ok(told.ok && !told.checks.some((one) => one.name === 'key'))
  // The log's root alone, as a stranger gets it.
  const alone = await verify(folderReader(join(dir, 'journal')), { key: vkey })
  assert.ok(alone.ok, reportLines(alone).join('\n'))
  assert.deepEqual(
    alone.checks.filter((one) => one.result === 'not proved here').map((one) => one.name),
    ['payloads', 'policies', 'split_view'],
  )
  const other = await verify(folderReader(join(dir, 'journal')), {
    key: signerOf('other/journal', Buffer.alloc(32, 1)).vkey,
  })
  assert.deepEqual(failed(other), ['signature'])
  assert.deepEqual(failed(await verify(folderReader(join(dir, 'journal')), { key: 'nonsense' })), ['signature'])
  assert.deepEqual(failed(await verify({ read: () => Promise.resolve(undefined) })), ['signature'])
})

test('entries that only the write-ahead log holds are checked and listed as promised', async (t) => {
  const dir = await log(t, (story) => story.whole(2), false)
  const report = await check(dir)
  assert.ok(report.ok, reportLines(report).join('\n'))
  assert.equal(report.size, 0)
  assert.equal(report.promised.length, 14)
  assert.match(reportLines(report).at(-1) as string, /promised.* j-0 to j-13 /)
})

test('every flipped byte of a small log is caught, and a flipped entry is named', async (t) => {
  const dir = await log(t, (story) => story.whole(1))
  const vkey = readFileSync(join(dir, 'keys/journal.vkey'), 'utf8')
  const files = (readdirSync(dir, { recursive: true }) as string[]).filter(
    (name) => /^(journal|blobs)\//.test(name) && statSync(join(dir, name)).isFile(),
  )
  const segment = readdirSync(join(dir, 'wal')).find((name) => name.endsWith('.wal')) as string
  assert.equal(files.length, 3)
  const reader = inMemory(folderReader(dir))
  const keys = openKeys(dir)
  t.after(() => keys?.close())
  for (const name of [...files, 'wal/last-signed', `wal/${segment}`]) {
    const bytes = readFileSync(join(dir, name))
    const used = name.endsWith('.wal') ? bytes.findLastIndex((byte) => byte !== 0) : bytes.length
    // One bit of each byte; of the long segment every seventh.
    for (let at = 0; at < used; at += name.endsWith('.wal') ? 7 : 1) {
      const flipped = Buffer.from(bytes)
      flipped[at]! ^= 1 << (at % 8)
      const read = (path: string): Promise<Uint8Array | undefined> =>
        path === name ? Promise.resolve(flipped) : reader.read(path)
      const report = await verify({ ...reader, read }, { key: vkey, payloadKey: (id) => keys?.payloadKey(id) })
      assert.ok(!report.ok, `${name} byte ${at}`)
      if (!name.includes('entries') || !failed(report).includes('segments')) continue
      const found = report.checks
        .flatMap((one) => one.found)
        .find((one) => one.index !== undefined && one.ts !== undefined && one.by !== undefined)
      assert.ok(found, `${name} byte ${at} is not named`)
    }
  }
})

/** Reads each file once. */
function inMemory(reader: Reader): Reader {
  const files = new Map<string, Promise<Uint8Array | undefined>>()
  return {
    ...reader,
    read(path) {
      let file = files.get(path)
      if (!file) files.set(path, (file = reader.read(path)))
      return file
    },
  }
}

test('a forged entry with its forged hash in the tile is refused, by verify and by the proof builder (CVE-2026-56865)', async (t) => {
  const dir = await log(t, (story) => story.whole(146))
  const root = join(dir, 'journal')
  const reader = folderReader(root)
  const { signer } = keysOf(dir)
  const { size } = await verify(reader, { key: signer.vkey })
  assert.equal(size, 302)
  assert.match(await prove(reader, signer, 3), /^c2sp/)
  const path = (name: string): string => join(root, 'tile', name)
  const entries = decodeBundle(readFileSync(path('entries/000')), 256)
  entries[3] = Buffer.from(String(entries[3]).replace('benbenbenben', 'benbenbenbex'))
  writeFileSync(path('entries/000'), encodeBundle(entries))
  const tile = readFileSync(path('0/000'))
  tile.set(leafHash(entries[3]), 3 * 32)
  writeFileSync(path('0/000'), tile)
  const report = await verify(reader, { key: signer.vkey })
  assert.ok(failed(report).includes('entries') && failed(report).includes('tiles'))
  await assert.rejects(prove(reader, signer, 3), RangeError)
  // With the tile above forged as well, only the signed root is left to say so.
  const above = readFileSync(path('1/000.p/1'))
  above.set(rootOf(entries.map(leafHash)))
  writeFileSync(path('1/000.p/1'), above)
  assert.deepEqual(failed(await verify(reader, { key: signer.vkey })), ['entries', 'four_eyes'])
  await assert.rejects(prove(reader, signer, 3), RangeError)
})

function keysOf(dir: string): Keyring {
  const keyring = Keyring.open(dir)
  keyring.close()
  return keyring
}

test('missing files, keys and payloads are not ok', async (t) => {
  const source = await log(t, (story) => story.whole(300))
  const without = async (change: (dir: string) => void): Promise<string[]> => {
    const dir = join(temporaryFolder(t), 'data')
    cpSync(source, dir, { recursive: true })
    change(dir)
    return failed(await check(dir))
  }
  const remove = (name: string) => (dir: string) => rmSync(join(dir, name), { recursive: true })
  assert.deepEqual(await without(remove('journal/checkpoint')), ['signature'])
  assert.deepEqual(await without(remove('journal/tile/0/001')), ['tiles'])
  assert.ok((await without(remove('journal/tile/entries/001'))).includes('entries'))
  assert.deepEqual(await without(remove('blobs/0000000000000000.wal')), ['segments'])
  assert.deepEqual(await without(remove('wal/last-signed')), ['last_signed', 'segments'])
  assert.deepEqual(await without((dir) => execute(dir, "delete from payload_key where id like 's-%'")), ['payloads'])
  assert.deepEqual(await without((dir) => execute(dir, 'update payload_key set key = randomblob(32)')), ['payloads'])
  // A smaller tree, signed by the true key: the folder remembers that more was signed.
  const { signer } = keysOf(source)
  const short = signCheckpoint({ origin: signer.name, size: 0, root: rootOf([]) }, signer)
  assert.deepEqual(await without((dir) => writeFileSync(join(dir, 'wal/last-signed'), short)), [])
})

function execute(dir: string, sql: string): void {
  const database = new DatabaseSync(join(dir, 'keys/keys.db'))
  database.exec(sql)
  database.close()
}

const eve: PrincipalId = 'p-eveeveeveeve'
const bot: PrincipalId = 'p-botbotbotbot'
const admitted = (session: SessionId, n: number, effect: 'read' | 'write' = 'read'): Draft => ({
  type: 'action.admitted',
  by: ada,
  clear: { session, n, effect },
  payload: { text: 'x', reads: [], masked: [] },
})

/** Each breaks one rule after an honest beginning: which check says so. */
const breaches: Record<string, [check: string, tell: (story: Story) => void]> = {
  'a session without a grant': ['admitted', (story) => void story.open('g-nonenonenone')],
  'an action in no session': ['admitted', (story) => void story.admit('s-nonenonenone', 1)],
  'an action above the level': ['admitted', (story) => story.tell(admitted(story.open(story.grant()), 1, 'write'))],
  'an action after revocation': [
    'admitted',
    (story) => {
      const grant = story.grant()
      const session = story.open(grant)
      story.tell({ type: 'grant.revoked', by: ben, clear: { grant }, payload: { reason: '' } })
      story.admit(session, 1)
    },
  ],
  'an action under a lock': [
    'admitted',
    (story) => {
      const session = story.open(story.grant())
      story.tell({
        type: 'lock.set',
        by: ben,
        clear: { lock: 'l-a', kind: 'user', subject: ada },
        payload: { reason: '' },
      })
      story.admit(session, 1)
    },
  ],
  'a session on another target': [
    'admitted',
    (story) =>
      story.tell({
        type: 'session.opened',
        by: ada,
        clear: {
          session: 's-aaaaaaaaaaaa',
          principal: ada,
          grant: story.grant(),
          target: 'pg-billing',
          channel: 'native',
        },
        payload: { client: '', address: '' },
      }),
  ],
  'the gateway itself writing': [
    'admitted',
    (story) => {
      const session: SessionId = 's-gggggggggggg'
      story.tell({
        type: 'session.opened',
        by: 'gateway',
        clear: { session, principal: 'gateway', target: 'pg-orders', channel: 'system' },
        payload: { client: '', address: '' },
      })
      story.tell({ ...admitted(session, 1, 'write'), by: 'gateway' } as Draft)
    },
  ],
  'a gap in a session': ['counters', (story) => void story.admit(story.open(story.grant()), 2)],
  'a number twice': [
    'counters',
    (story) => {
      const session = story.open(story.grant())
      story.admit(session, 1)
      story.admit(session, 1)
    },
  ],
  'an outcome of nothing': ['counters', (story) => story.settle(story.open(story.grant()), 1)],
  'an outcome of nothing that rides along': [
    'counters',
    (story) => story.admit(story.open(story.grant()), 1, undefined, 1),
  ],
  'a second outcome that rides along': [
    'counters',
    (story) => {
      const session = story.open(story.grant())
      story.admit(session, 1)
      story.settle(session, 1)
      story.admit(session, 2, undefined, 1)
    },
  ],
  'a session closed with an action unsettled': [
    'counters',
    (story) => {
      const session = story.open(story.grant())
      story.admit(session, 1)
      story.close(session, 1)
    },
  ],
  'a session closed with another count': ['counters', (story) => story.close(story.open(story.grant()), 1)],
  'a session closed twice': [
    'closed',
    (story) => {
      const session = story.open(story.grant())
      story.close(session, 0)
      story.close(session, 0)
    },
  ],
  'a crash that was not closed': [
    'closed',
    (story) => {
      story.open(story.grant())
      story.start('gw-2')
    },
  ],
  'a gateway stopped with a session open': [
    'closed',
    (story) => {
      story.open(story.grant())
      story.stop()
    },
  ],
  'a grant without approval': ['four_eyes', (story) => story.tell(...grantOf(story))],
  'a grant longer than approved': [
    'duration',
    (story) => {
      story.tell(...story.asked('r-aaaaaaaaaaaa'), approval(story, ben, 60_000))
      story.tell(...grantOf(story, 'r-aaaaaaaaaaaa'))
    },
  ],
  'an approval of other content': [
    'four_eyes',
    (story) => story.tell(...story.asked('r-aaaaaaaaaaaa'), approval(story, ben, 3_600_000, 'ff'.repeat(32))),
  ],
  'an approval by who asked': [
    'four_eyes',
    (story) => story.tell(...story.asked('r-aaaaaaaaaaaa'), approval(story, ada)),
  ],
  'an approval by a second account of who asked': [
    'four_eyes',
    (story) => {
      story.tell({
        type: 'principal.set',
        by: 'gateway',
        clear: { principal: eve, person: ada, kind: 'user', groups: ['platform-leads'] },
        payload: { name: 'Eve' },
      })
      story.tell(...story.asked('r-aaaaaaaaaaaa'), approval(story, eve, 3_600_000, undefined, ada))
    },
  ],
  'an approval by an agent': [
    'four_eyes',
    (story) => {
      story.tell({
        type: 'principal.set',
        by: 'gateway',
        clear: { principal: bot, person: ben, kind: 'agent', actsFor: ben, groups: ['platform-leads'] },
        payload: { name: 'bot' },
      })
      story.tell(...story.asked('r-aaaaaaaaaaaa'), approval(story, bot, 3_600_000, undefined, ben))
    },
  ],
  'an approval without its challenge': [
    'four_eyes',
    (story) => {
      story.tell(...story.asked('r-aaaaaaaaaaaa'))
      const draft = approval(story, ben) as Extract<Draft, { type: 'request.reviewed' }>
      story.tell({ ...draft, clear: { ...draft.clear, challenge: '00'.repeat(32) } })
    },
  ],
  'content that is not what the hash says': [
    'four_eyes',
    (story) => {
      const [draft] = story.asked('r-aaaaaaaaaaaa') as [Extract<Draft, { type: 'request.created' }>]
      story.tell({
        ...draft,
        payload: { ...draft.payload, canonical: draft.payload.canonical.replace('charges', 'changes') },
      })
    },
  ],
}

function approval(
  story: Story,
  reviewer: PrincipalId,
  durationMs = 3_600_000,
  contentHash?: string,
  person: PrincipalId = reviewer,
): Draft {
  const hash = contentHash ?? (story.hashes.get('r-aaaaaaaaaaaa') as string)
  return {
    type: 'request.reviewed',
    by: reviewer,
    clear: {
      request: 'r-aaaaaaaaaaaa',
      person,
      kind: reviewer === bot ? 'agent' : 'user',
      groups: ['platform-leads'],
      decision: 'approve',
      contentHash: hash,
      durationMs,
      challenge: approvalChallenge(hash, 'approve', durationMs, reviewer),
      policies: '',
    },
    payload: {},
  }
}

/** A grant of an hour for what Ada has asked, whoever agreed. */
function grantOf(story: Story, request: `r-${string}` = 'r-aaaaaaaaaaaa'): Draft[] {
  const asked = story.world.requests.has(request) ? [] : story.asked(request)
  const scope = scopeHash({})
  const now = story.now()
  return [
    ...asked,
    {
      type: 'grant.started',
      by: 'gateway',
      clear: {
        grant: 'g-aaaaaaaaaaaa',
        request,
        holder: ada,
        person: ada,
        target: 'pg-orders',
        level: 'read',
        scope,
        notBefore: new Date(now).toISOString(),
        notAfter: new Date(now + 3_600_000).toISOString(),
      },
      payload: {},
    },
  ]
}

for (const [name, [expected, tell]] of Object.entries(breaches)) {
  test(`caught: ${name}`, async (t) => {
    let before = 0
    const dir = await log(t, (story) => {
      story.start()
      story.people()
      before = story.recorded.length
      tell(story)
    })
    const report = await check(dir)
    assert.deepEqual(failed(report), [expected], reportLines(report).join('\n'))
    for (const finding of report.checks.flatMap((one) => one.found)) {
      assert.ok((finding.index as number) >= before && finding.ts && finding.by, JSON.stringify(finding))
    }
  })
}

test('a report names who it was where the keys tell it, and a forged log cannot steer the terminal', async (t) => {
  const dir = await log(t, (story) => {
    story.start()
    story.people()
    story.open('g-nonenonenone')
    const gateway = '\u001b[2J\u202e\nok everything'
    story.tell({ type: 'gateway.stopped', by: 'gateway', clear: { gateway }, payload: {} })
  })
  const lines = reportLines(await check(dir))
  assert.ok(
    lines.some((line) => /^ {8}j-4 \S+ by p-adaadaadaada \(Ada\): g-nonenonenone was never given$/.test(line)),
    lines.join('\n'),
  )
  // oxlint-disable-next-line no-control-regex
  for (const line of lines) assert.doesNotMatch(line, /[\u0000-\u001f\u202e]/)
})
