// `glovebox tour`: the whole story on a demo of its own, by itself. Each step does the real thing through the real command
// line and over the real wire, checks it against the database itself, and says what that proves. Nothing is left behind.
import { spawn, spawnSync } from 'node:child_process'
import { cp, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client, DatabaseError } from 'pg'
import { processEnvironment } from '../config.ts'
import { startDemo, type Demo, type Person } from './demo.ts'
import { bug, counts } from './fernway-rows.ts'
import { withClient } from './fernway.ts'

export interface TourOptions {
  /** For stderr: what the parts say. */
  readonly log: (line: string) => void
  /** For stdout: one line a step. */
  readonly out: (line: string) => void
  readonly plain?: boolean
  readonly version?: string
}

/** A step that did not hold. The tour ends here, with exit 1. */
class NotSo extends Error {}

const TARGET = 'pg-orders'
const REASON = 'PD-4412 customers are charged twice since release 412'
/** A step that takes longer has failed. */
const STEP_TIMEOUT_MS = 20_000
const TOUR_TIMEOUT_MS = 85_000
const SHORT_GRANT = '4s'
/** G3: a session is over this long after its grant, at the latest. */
const CUT_WITHIN_MS = 1_000
/** Longer than any grant here, and cheap in the eyes of the planner, which guards the limits of cost. */
const LONG_QUERY =
  'with recursive n(i) as (select 1::bigint union all select i + 1 from n where i < 4000000000) select count(*) from n'

/** Exit code: 0 when every step held, 1 at the first that did not. */
export async function tour(options: TourOptions): Promise<number> {
  const started = performance.now()
  const story = new Story(options)
  let code = 0
  const stopped = Promise.withResolvers<never>()
  const late = setTimeout(
    () => stopped.reject(new NotSo(`it took longer than ${TOUR_TIMEOUT_MS / 1_000} s`)),
    TOUR_TIMEOUT_MS,
  )
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => stopped.reject(new NotSo(`it was stopped by ${signal}`)))
  try {
    await Promise.race([story.tell(), stopped.promise])
  } catch (error) {
    // Fails closed: whatever went wrong, the tour did not pass.
    options.out(`not ok  ${error instanceof Error ? error.message : String(error)}`)
    if (!(error instanceof NotSo) && error instanceof Error && error.stack) options.log(error.stack)
    code = 1
  } finally {
    clearTimeout(late)
    code = Math.max(code, await story.end())
  }
  const seconds = ((performance.now() - started) / 1_000).toFixed(0)
  options.out(
    code === 0
      ? `all ${story.steps} steps held in ${seconds} s. A gateway of your own: glovebox up`
      : `the tour did not hold (${seconds} s)`,
  )
  return code
}

class Story {
  steps = 0
  readonly #options: TourOptions
  #demo: Demo | undefined
  #copy: string | undefined
  readonly #clients: Client[] = []

  constructor(options: TourOptions) {
    this.#options = options
  }

  get demo(): Demo {
    if (!this.#demo) throw new NotSo('the demo is not there')
    return this.#demo
  }

  /** Writes a step that held. `what` was checked; `proves` is why it matters. */
  ok(what: string, proves: string): void {
    this.steps++
    this.#options.out(`ok  ${String(this.steps).padStart(2)}  ${what}\n        ${proves}`)
  }

  async tell(): Promise<void> {
    const { log, version } = this.#options
    this.#demo = await startDemo({
      log,
      freePorts: true,
      settings: { log_statement: 'all' },
      ...(version === undefined ? {} : { version }),
    })
    this.ok(
      `a gateway and a PostgreSQL ${this.demo.server.major} with ${counts.orders} orders are up, on loopback`,
      'No Docker, no account: everything came with npm.',
    )
    const request = await this.ask('30m')
    await this.waits(request)
    await this.notAlone(request)
    const dsn = await this.approved(request)
    await this.masked(dsn)
    await this.findsTheBug(dsn)
    await this.guessing(dsn)
    await this.writing(dsn)
    await this.changed()
    await this.recorded()
    await this.revoked(dsn)
    await this.expires()
    const evidence = await this.exported()
    await this.verified()
    await this.handedOver(evidence)
  }

  async ask(duration: string): Promise<string> {
    const { id, state } = await this.cli('ada', [
      'request',
      TARGET,
      '--level',
      'read',
      '--for',
      duration,
      '-w',
      REASON,
      '--json',
    ])
    check(typeof id === 'string' && state === 'pending', `Ada's request is pending, not ${state}`)
    return id
  }

  async waits(request: string): Promise<void> {
    this.ok(`Ada asks for ${TARGET}, 30 minutes, level read: ${request} is pending`, 'Asking gives no access.')
    const { code, error } = await this.run('ada', ['run', TARGET, 'select 1', '--json'])
    check(code !== 0 && error !== undefined, `Ada's query before the approval is refused, exit ${code}`)
    check(!(await this.demo.server.log()).includes('glovebox_ro@'), 'nothing has reached the database as Ada')
    this.ok(`before anybody approved, her query is refused: ${error?.code}`, 'No grant, no way in.')
  }

  async notAlone(request: string): Promise<void> {
    const own = await this.run('ada', ['review', 'approve', request, '--json'])
    check(own.code === 5, `Ada approving her own request exits with 5, not ${own.code}`)
    const agent = await this.run('scout', ['review', 'approve', request, '--json'])
    check(agent.code === 5, `Ada's agent approving it exits with 5, not ${agent.code}`)
    this.ok(
      `Ada cannot approve it (${own.error?.code}), and neither can her agent (${agent.error?.code})`,
      'G4: four eyes, by person, on every route.',
    )
  }

  async approved(request: string): Promise<string> {
    const approved = await this.cli('ben', ['review', 'approve', request, '--json'])
    check(approved['state'] === 'approved' && typeof approved['grant'] === 'string', 'Ben approves and a grant starts')
    const { dsn } = await this.cli('ada', ['connect', TARGET, '--print', '--json'])
    check(typeof dsn === 'string', 'Ada gets a DSN')
    this.ok(
      `Ben approves; Ada's own client gets a DSN that works until ${String(approved['grant'])} ends`,
      'Any PostgreSQL client takes it: no plug-in, no new tool.',
    )
    return dsn
  }

  async masked(dsn: string): Promise<void> {
    const sql =
      'select id, name, email, phone, birth_date::text, city, country from customers where id <= 50 order by id'
    const client = await this.connect(dsn)
    const seen = (await client.query<Record<string, string | null>>(sql)).rows
    const real = (await withClient(this.demo.adminUrl, (admin) => admin.query<Record<string, string | null>>(sql))).rows
    check(seen.length === 50 && real.length === 50, '50 rows come back')
    for (const [i, row] of seen.entries()) {
      const truth = real[i] ?? {}
      for (const column of ['id', 'city', 'country']) check(row[column] === truth[column], `${column} is in clear`)
      for (const column of ['name', 'email', 'phone', 'birth_date'])
        check(truth[column] === null || row[column] !== truth[column], `${column} of row ${i + 1} is masked`)
    }
    const wire = JSON.stringify(seen)
    for (const { name, email } of real)
      check(
        !wire.includes(String(name)) && !wire.includes(String(email)),
        'no real name or address is anywhere in the answer',
      )
    this.ok(
      `50 customers over the wire: ${seen[0]?.['name']}, ${seen[0]?.['email']}, ${seen[0]?.['phone']}; cities in clear`,
      'G2: masked by the database itself, before the rows leave it.',
    )
    if (spawnSync('psql', ['--version'], { stdio: 'ignore' }).status === 0) await this.psql(dsn, real)
  }

  async psql(dsn: string, real: readonly Record<string, string | null>[]): Promise<void> {
    const { code, stdout } = await output(
      'psql',
      ['-X', '-A', '-t', '-c', 'select name, email from customers where id <= 50 order by id', dsn],
      {},
    )
    check(code === 0 && stdout.trim().split('\n').length === 50, 'psql gets 50 rows')
    for (const { name, email } of real)
      check(!stdout.includes(String(name)) && !stdout.includes(String(email)), 'psql sees no real name or address')
    this.ok('psql sees the same masks', 'G6: one enforcement for all paths.')
  }

  async findsTheBug(dsn: string): Promise<void> {
    const client = await this.connect(dsn)
    const { rows } = await client.query<{ n: number }>(
      `select count(*)::int as n from double_charges where release >= ${bug.release}`,
    )
    check(rows[0]?.n === bug.orders, `the double charges are ${bug.orders}, not ${rows[0]?.n}`)
    this.ok(
      `the bug is found behind the masks: ${bug.orders} orders charged twice since release ${bug.release}`,
      'Joins, views and aggregates work; masking is no wall against work.',
    )
  }

  async guessing(dsn: string): Promise<void> {
    const client = await this.connect(dsn)
    const error = await refused(client, 'select count(*) from staff where salary_eur > 90000')
    check(error.code === '42501', `a guess through WHERE is refused with 42501, not ${error.code}`)
    await this.reached('salary_eur > 90000', false)
    this.ok(
      `a guess through WHERE is refused: ${error.message.slice(0, 72)}…`,
      'A mask that can be asked yes-or-no questions is none.',
    )
  }

  async writing(dsn: string): Promise<void> {
    const client = await this.connect(dsn)
    const error = await refused(client, `update orders set status = 'refund' where id = 40000`)
    check(error.code === '25006', `an UPDATE is refused with 25006, not ${error.code}`)
    await this.reached('update orders', false)
    const { rows } = await withClient(this.demo.adminUrl, (admin) =>
      admin.query<{ n: number }>(`select count(*)::int as n from orders where status = 'refund'`),
    )
    check(rows[0]?.n === 0, 'no row was changed')
    this.ok(
      `an UPDATE is refused: ${error.message.slice(0, 72)}`,
      "G5: the database's log shows that it never arrived.",
    )
  }

  /** The refused statement as a request: two decide on its effect, it runs once, and it can be taken back. */
  async changed(): Promise<void> {
    const made = await this.cli('ada', ['request', '--last', '--json'])
    const id = String(made['id'])
    const write = made['write'] as { steps: { rows: number }[]; rows: { before: object; after: object }[] } | undefined
    const [step] = write?.steps ?? []
    const [row] = write?.rows ?? []
    check(step?.rows === 1 && row !== undefined, 'the dry run shows one row, before and after')
    await this.cli('ben', ['review', 'approve', id, '--json'])
    const early = await this.run('ada', ['run', id, '--json'])
    check(early.code === 8, `with one of two approvals it is pending, exit ${early.code}`)
    await this.cli('dan', ['review', 'approve', id, '--json'])
    const { change } = await this.cli('ada', ['run', id, '--json'])
    const refunds = (): Promise<number> =>
      withClient(this.demo.adminUrl, async (admin) => {
        const { rows } = await admin.query<{ n: number }>(
          `select count(*)::int as n from orders where status = 'refund'`,
        )
        return rows[0]?.n ?? -1
      })
    check((await refunds()) === 1, 'one row was changed')
    const again = await this.run('ada', ['run', id, '--json'])
    check(again.code === 7, `a second run is refused with exit 7, not ${again.code}`)
    const { session } = change as { session: string }
    const { stdout } = await this.run('ada', ['replay', session])
    check(stdout.includes('-> refund'), 'replay shows the row before and after')
    this.ok(
      `asked for by its hint, the UPDATE needs Ben and Dan: they see ${JSON.stringify(row.before)} become ${JSON.stringify(row.after)}`,
      'Approved is an exact text with the effect that its dry run had; it ran once, compared with that.',
    )
    const undo = await this.cli('ada', ['request', '--undo', id, '--json'])
    for (const lead of ['ben', 'dan'] as const)
      await this.cli(lead, ['review', 'approve', String(undo['id']), '--json'])
    await this.cli('ada', ['run', String(undo['id']), '--json'])
    check((await refunds()) === 0, 'the row is as it was')
    this.ok('its undo is a request of its own, and leaves the row as it was', 'Taking back takes the same two people.')
  }

  async recorded(): Promise<void> {
    const found = await this.run('cleo', ['audit', 'search', 'double_charges', '--json'])
    check(found.code === 0 && found.stdout.includes('double_charges'), 'Cleo finds the statement in the record')
    this.ok(
      'Cleo, security, finds who ran what, and why, in the record',
      'G1: each statement was durable in the journal before it ran.',
    )
  }

  async revoked(dsn: string): Promise<void> {
    const client = await this.connect(dsn)
    const { grant } = await this.cli('ada', ['connect', TARGET, '--print', '--json'])
    const ended = closed(client)
    const at = performance.now()
    await this.cli('ben', ['revoke', String(grant), '--json'])
    await Promise.race([ended, sleep(CUT_WITHIN_MS + 4_000)])
    const took = performance.now() - at
    check(took < CUT_WITHIN_MS + 2_000, `the idle session ended ${Math.round(took)} ms after Ben began to revoke`)
    const again = await new Client({ connectionString: dsn }).connect().then(
      () => 'let in',
      (error: unknown) => (error instanceof DatabaseError ? error.code : String(error)),
    )
    check(
      again !== undefined && ['28000', '28P01', '57P01'].includes(again),
      `the old DSN is refused afterwards, not ${again}`,
    )
    this.ok(
      'Ben revokes: the idle session ends, and its DSN opens nothing any more',
      'G3: also when nothing is running.',
    )
  }

  async expires(): Promise<void> {
    const request = await this.ask(SHORT_GRANT)
    await this.cli('ben', ['review', 'approve', request, '--json'])
    const { dsn, expires } = await this.cli('ada', ['connect', TARGET, '--print', '--json'])
    const client = await this.connect(String(dsn))
    const ended = closed(client)
    const error = await refused(client, LONG_QUERY)
    await ended
    const late = Date.now() - Date.parse(String(expires))
    check(error.code === '57P01', `the running query ends with 57P01, not ${error.code}`)
    check(late >= -50 && late <= CUT_WITHIN_MS, `it ended ${late} ms after the grant, within ${CUT_WITHIN_MS} ms`)
    await sleep(Math.max(0, CUT_WITHIN_MS - late))
    const { rows } = await withClient(this.demo.adminUrl, (admin) =>
      admin.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity where usename = 'glovebox_ro' and state = 'active'`,
      ),
    )
    check(rows[0]?.n === 0, 'nothing of it is running in the database')
    this.ok(
      `a grant of ${SHORT_GRANT} ends in the middle of a query: cut ${Math.max(0, late)} ms after its end, in the database too`,
      `G3: ${error.message.slice(0, 90)}`,
    )
  }

  /** Another folder, as on another machine. */
  async #elsewhere(): Promise<string> {
    return (this.#copy ??= await mkdtemp(join(tmpdir(), 'glovebox-tour-copy-')))
  }

  async exported(): Promise<string> {
    const file = join(await this.#elsewhere(), 'ada.evidence.zip')
    const query = 'user:ada masked:email -decision:refused'
    const made = await this.cli('cleo', ['audit', 'export', '--query', query, '--out', file, '--json'])
    const [entries, people] = [made['found'], made['people'] as string[]]
    check(typeof entries === 'number' && entries > 0, 'what Ada saw of customers.email is found')
    check(people.includes('ben'), 'with who approved it')
    this.ok(
      `Cleo exports what Ada saw of an e-mail column: ${entries} statements, with who asked, why, and who approved, in one file`,
      `The export is itself entry ${String(made['entry'])} of the record, and in the file.`,
    )
    return file
  }

  async handedOver(file: string): Promise<void> {
    const key = join(this.demo.data, 'keys', 'journal.vkey')
    const right = await this.run(undefined, ['audit', 'verify', file, '--key', key])
    check(right.code === 0, `the evidence verifies, exit ${right.code}:\n${right.stdout}${right.stderr}`)
    const bytes = await readFile(file)
    const at = bytes.indexOf('"part":"found","leaf":"')
    check(at > 0, 'an entry is in the file')
    bytes.writeUInt8(bytes.readUInt8(at + 60) ^ 1, at + 60)
    await writeFile(file, bytes)
    const wrong = await this.run(undefined, ['audit', 'verify', file, '--key', key])
    check(wrong.code === 11, `the evidence with one changed byte fails with exit 11, not ${wrong.code}`)
    const named = /^not ok {2}(entry [\d,]+)/m.exec(wrong.stdout)?.[1]
    check(named !== undefined, `verify names the entry:\n${wrong.stdout}`)
    this.ok(
      `the file verifies on its own, without gateway and network; with one bit flipped, verify names ${named}`,
      'A stranger needs the file and the public key; sixty lines of Python do it, too.',
    )
  }

  async verified(): Promise<void> {
    const { data } = this.demo
    await this.demo.gateway.close()
    const key = join(data, 'keys', 'journal.vkey')
    const right = await this.run(undefined, ['audit', 'verify', data, '--key', key])
    check(right.code === 0, `audit verify says ok (exit 0), not exit ${right.code}:\n${right.stdout}${right.stderr}`)
    this.ok(
      'the gateway is down, and its journal verifies offline, by its public key alone',
      `G7: ${right.stdout.split('\n').filter((line) => line.startsWith('ok')).length} checks, recomputed from the entries.`,
    )
    const copy = join(await this.#elsewhere(), 'journal')
    await cp(join(data, 'journal'), copy, { recursive: true })
    const intact = await this.run(undefined, ['audit', 'verify', copy, '--key', key])
    check(intact.code === 0, `the untouched copy verifies, exit ${intact.code}`)
    const entry = await flipOneBit(copy)
    const wrong = await this.run(undefined, ['audit', 'verify', copy, '--key', key])
    check(wrong.code === 11, `the copy with one changed byte fails with exit 11, not ${wrong.code}`)
    check(
      new RegExp(`\\b(entry |j-)${entry}\\b`).test(wrong.stdout + wrong.stderr),
      `verify names entry ${entry}:\n${wrong.stdout}${wrong.stderr}`,
    )
    this.ok(
      `one bit of entry ${entry} flipped in a copy: verify fails and names entry ${entry}`,
      'G7: what was recorded cannot be changed unseen.',
    )
  }

  /** Whether the database's own log has the text, as the gateway's account sent it. */
  async reached(text: string, expected: boolean): Promise<void> {
    const log = await this.demo.server.log()
    check(
      log.toLowerCase().includes(text.toLowerCase()) === expected,
      `"${text}" ${expected ? 'reached' : 'never reached'} the database`,
    )
  }

  async connect(dsn: string): Promise<Client> {
    const client = new Client({ connectionString: dsn })
    client.on('error', () => undefined) // sessions are cut on purpose here; what was running says so itself
    await client.connect()
    this.#clients.push(client)
    return client
  }

  /** Runs our own command line, as a person would, and wants it to succeed. Gives the object that it prints. */
  async cli(as: Person, args: readonly string[]): Promise<Record<string, unknown>> {
    const { code, stdout, stderr } = await this.run(as, args)
    check(code === 0, `glovebox ${args.join(' ')} (as ${as}) exits with 0, not ${code}: ${stderr.trim()}`)
    return JSON.parse(stdout) as Record<string, unknown>
  }

  async run(
    as: Person | undefined,
    args: readonly string[],
  ): Promise<{ code: number; stdout: string; stderr: string; error?: { code: string } }> {
    const { PATH = '', HOME = '' } = processEnvironment()
    const env = {
      PATH,
      HOME,
      NO_COLOR: '1',
      ...(as === undefined ? {} : { GLOVEBOX_URL: this.demo.gateway.web, GLOVEBOX_TOKEN: this.demo.tokens[as] }),
    }
    const bin = fileURLToPath(new URL('../../bin/glovebox.mjs', import.meta.url))
    const { code, stdout, stderr } = await output(process.execPath, [bin, ...args], env)
    const json = /^\{.*\}$/m.exec(stderr)?.[0]
    const error = json === undefined ? undefined : (JSON.parse(json) as { error: { code: string } }).error
    return { code, stdout, stderr, ...(error === undefined ? {} : { error }) }
  }

  /** Ends everything and looks whether anything stayed. 0 = nothing did. */
  async end(): Promise<number> {
    for (const client of this.#clients) await Promise.race([client.end().catch(() => undefined), sleep(500)])
    const demo = this.#demo
    await demo?.close()
    if (this.#copy !== undefined) await rm(this.#copy, { recursive: true, force: true })
    if (!demo) return 0
    const left = await stat(demo.data).then(
      () => true,
      () => false,
    )
    const up = await new Client({ connectionString: demo.server.url }).connect().then(
      () => true,
      () => false,
    )
    if (left || up) this.#options.out(`not ok  ${left ? demo.data : 'the database'} is still there`)
    else this.ok('the demo is gone: no process, no folder', 'Nothing was changed on this machine.')
    return left || up ? 1 : 0
  }
}

/** Runs a program to its end, with nothing of our environment but where programs and homes are. */
async function output(
  command: string,
  args: readonly string[],
  more: Record<string, string>,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { PATH = '', HOME = '' } = processEnvironment()
  const child = spawn(command, args, {
    env: { PATH, HOME, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: STEP_TIMEOUT_MS,
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const code = await new Promise<number>((done, failed) =>
    child.once('error', failed).once('close', (exit) => done(exit ?? 1)),
  )
  return { code, stdout, stderr }
}

function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new NotSo(`this did not hold: ${what}`)
}

/** The error that a statement gives; a statement that succeeds is a step that failed. */
async function refused(client: Client, sql: string): Promise<DatabaseError> {
  try {
    await client.query(sql)
  } catch (error) {
    if (error instanceof DatabaseError) return error
    throw new NotSo(
      `${sql}: the connection broke without a message (${error instanceof Error ? error.message : String(error)})`,
    )
  }
  throw new NotSo(`this ran and should have been refused: ${sql}`)
}

const closed = (client: Client): Promise<void> => new Promise((done) => client.once('end', () => done()))

/** Flips one bit in the middle of an entry of a log. Gives the entry's number. */
async function flipOneBit(log: string): Promise<number> {
  const folder = join(log, 'tile', 'entries')
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name))
  // The full bundle of the first 256 entries, else the partial one that the checkpoint speaks of, which is the longest.
  const width = (name: string): number =>
    /[\\/]000$/.test(name) ? 256 : Number(/[\\/]000\.p[\\/](\d+)$/.exec(name)?.[1] ?? 0)
  const bundle = names
    .filter((name) => width(name) > 0)
    .toSorted((a, b) => width(a) - width(b))
    .at(-1)
  check(bundle !== undefined, 'the log has entries')
  const bytes = await readFile(bundle)
  let offset = 0
  let entry = 0
  const wanted = 5
  while (entry < wanted && offset < bytes.length) {
    offset += 2 + bytes.readUInt16BE(offset)
    entry++
  }
  const middle = offset + 2 + Math.floor(bytes.readUInt16BE(offset) / 2)
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
  await writeFile(bundle, bytes)
  return entry
}
