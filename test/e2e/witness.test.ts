// Witnesses as people run them: two gateways that witness each other, in processes of their own; one of them put back from an
// older copy of its data folder; a witness that is killed between remembering and answering; a log that forks.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { signCheckpoint } from '../../src/tlog/checkpoint.ts'
import { cosignaturesOf, parseCosignerVkey } from '../../src/tlog/cosignature.ts'
import { consistencyProof, leafHash, rootOf } from '../../src/tlog/merkle.ts'
import { signerOf } from '../../src/tlog/note.ts'
import { subtreesOf } from '../../src/tlog/tile.ts'
import { formatAddCheckpoint, originHash } from '../../src/tlog/witness.ts'
import { glovebox } from '../lib/cli.ts'
import { temporaryFolder } from '../lib/folders.ts'
import { startGatewayProcess, type GatewayProcess } from '../lib/gateway-process.ts'

const bin = fileURLToPath(new URL('../../src/bin.ts', import.meta.url))

/** A port that nobody has now. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

interface Side {
  readonly dir: string
  readonly data: string
  readonly port: number
  readonly journal: string
  readonly witness: string
}

async function side(t: TestContext): Promise<Side> {
  const dir = temporaryFolder(t)
  const data = join(dir, 'state')
  for (const [name, group] of [
    ['ada', 'engineers'],
    ['ben', 'platform-leads'],
    ['cleo', 'security'],
    ['root', 'admins'],
  ])
    assert.equal((await glovebox(['user', 'add', name as string, '--group', group as string, '--data', data])).code, 0)
  const { out } = await glovebox(['witness', '--key', '--data', data])
  const journal = readFileSync(join(data, 'keys/journal.vkey'), 'utf8').trim()
  return { dir, data, port: await freePort(), journal, witness: out.trim() }
}

function configure(own: Side, other: Side): void {
  writeFileSync(join(own.dir, 'logs.txt'), `# the other one\nlog ${other.journal}\n`)
  writeFileSync(
    join(own.dir, 'policy.txt'),
    `log ${own.journal}\nwitness other ${other.witness} http://127.0.0.1:${other.port}/witness\nquorum other\n`,
  )
  writeFileSync(
    join(own.dir, 'glovebox.yaml'),
    `witness: { logs: logs.txt }
journal: { witnesses: { policy: policy.txt, wait: 3s } }
targets:
  pg-shop: { protocol: postgres, url: 'postgresql://app:${'${env:APP_PASSWORD}'}@127.0.0.1:1/shop' }
`,
  )
}

const start = (at: Side, data = at.data): Promise<GatewayProcess> =>
  startGatewayProcess(['--config', join(at.dir, 'glovebox.yaml'), '--data', data], {
    GLOVEBOX_LISTEN_WEB: `127.0.0.1:${at.port}`,
    APP_PASSWORD: 'x',
  })

const shown = (data: string): string => readFileSync(join(data, 'journal/checkpoint'), 'utf8')
const sizeOf = (note: string): number => Number(note.split('\n')[1])

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  assert.fail(what)
}

const verified = (at: Side, data = at.data) =>
  glovebox(['audit', 'verify', data, '--key', at.journal, '--policy', join(at.dir, 'policy.txt')])

test('two gateways witness each other; one that is put back from an old copy signs nothing and says why', async (t) => {
  const [one, two] = [await side(t), await side(t)]
  configure(one, two)
  configure(two, one)
  const first = await start(one)
  t.after(() => first.kill9())
  assert.match(first.said().err, /! the memory of the record outside is not reached, so nothing is signed until it is/)
  const second = await start(two)
  t.after(() => second.kill9())
  for (const at of [one, two]) {
    const key = parseCosignerVkey(at === one ? two.witness : one.witness)!
    await until('cosigned', () => (cosignaturesOf(shown(at.data), [key])?.length ?? 0) === 1)
  }
  for (const at of [one, two]) {
    const ran = await verified(at)
    assert.equal(ran.code, 0, ran.out + ran.err)
    assert.match(ran.out, /cosigned by 1 of 1 witness \(/)
  }
  assert.equal(existsSync(join(one.data, 'keys/witness-policy.txt')), true)

  // An old copy of the second: taken while it was down, before it went on.
  assert.equal(await second.term(), 0)
  const old = join(two.dir, 'old')
  cpSync(two.data, old, { recursive: true })
  const kept = shown(old)
  const on = await start(two)
  t.after(() => on.kill9())
  const token = async (name: string, data: string): Promise<string> =>
    (JSON.parse((await glovebox(['user', 'token', name, '--data', data, '--json'])).out) as { token: string }).token
  assert.equal((await glovebox(['user', 'add', 'dan', '--group', 'engineers', '--data', two.data])).code, 0)
  await until('grown', () => sizeOf(shown(two.data)) >= sizeOf(kept) + 2)
  assert.equal(await on.term(), 0)
  const newest = shown(two.data)
  renameSync(two.data, join(two.dir, 'lost'))
  renameSync(old, two.data)

  const back = await start(two)
  t.after(() => back.kill9())
  assert.match(back.said().err, /^x GBX-1406 .*witness other has seen \d+ signed entries, and here are \d+/m)
  const env = async (name: string) => ({
    GLOVEBOX_URL: back.web,
    GLOVEBOX_TOKEN: await token(name, two.data),
  })
  const [ada, ben, cleo, root] = [await env('ada'), await env('ben'), await env('cleo'), await env('root')]
  // Readable: searches, verification, the status itself.
  assert.equal((await glovebox(['audit', 'search', 'action:user.set'], cleo)).code, 0)
  assert.equal((await glovebox(['audit', 'prove', 'j-1'], cleo)).code, 0)
  const doctor = await glovebox(['doctor', '--json'], root)
  const memory = (JSON.parse(doctor.out) as { checks: { name: string; ok: boolean; detail: string }[] }).checks.find(
    ({ name }) => name === 'memory',
  )
  assert.equal(memory?.ok, false)
  assert.match(memory?.detail ?? '', /nothing is signed, no session begins: witness other has seen/)
  assert.equal((await verified(two)).code, 0)
  // Closed: no session, in the client's own words.
  const { out } = await glovebox(['request', 'pg-shop', '--for', '30m', '-w', 'PD-1', '--json'], ada)
  const { id } = JSON.parse(out) as { id: string }
  assert.equal((await glovebox(['review', 'approve', id], ben)).code, 0)
  const printed = await glovebox(['connect', 'pg-shop', '--print', '--json'], ada)
  const { dsn } = JSON.parse(printed.out) as { dsn: string }
  const client = new Client({ connectionString: dsn })
  client.on('error', () => undefined)
  await assert.rejects(client.connect(), /not the newest one, so nothing is signed and no session begins/)
  assert.equal(await back.term(), 0)
  assert.equal(shown(two.data), kept, 'nothing was shown that the witness does not know')
  // Offline commands do not sign behind its back.
  assert.equal((await glovebox(['user', 'add', 'eve', '--group', 'engineers', '--data', two.data])).code, 0)
  assert.equal(shown(two.data), kept)

  // The newest folder goes on.
  rmSync(two.data, { recursive: true })
  renameSync(join(two.dir, 'lost'), two.data)
  const good = await start(two)
  t.after(() => good.kill9())
  await until('goes on', () => sizeOf(shown(two.data)) > sizeOf(newest))
  assert.equal(good.said().err.includes('GBX-1406'), false)
  assert.equal(await good.term(), 0)
  assert.equal(await first.term(), 0)
})

/** `glovebox witness` in a process of its own. */
async function startWitness(
  t: TestContext,
  data: string,
  logs: string,
): Promise<{ url: string; err: () => string; end(): Promise<number | null> }> {
  const child = spawn(process.execPath, [bin, 'witness', '--data', data, '--logs', logs, '--listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let err = ''
  child.stderr.on('data', (piece: Buffer) => (err += piece.toString()))
  const exited = new Promise<number | null>((done) => child.once('exit', done))
  t.after(() => child.kill('SIGKILL'))
  const line = await new Promise<string>((done, failed) => {
    createInterface({ input: child.stdout }).once('line', done)
    void exited.then((code) => failed(new Error(`ended with ${code}: ${err}`)))
  })
  return {
    url: /^ready witness=(\S+) vkey=/.exec(line)?.[1] ?? line,
    err: () => err,
    end: () => {
      child.kill('SIGTERM')
      return exited
    },
  }
}

test('a witness killed between remembering and answering is ahead of what it told, and refuses a fork by name', async (t) => {
  const dir = temporaryFolder(t)
  const log = signerOf('gb.example/journal', Buffer.alloc(32, 5))
  const leaves = Array.from({ length: 20 }, (_, i) => leafHash(Buffer.from(`entry-${i}`)))
  const forked = leaves.with(2, leafHash(Buffer.from('another')))
  const body = (old: number, size: number, of = leaves): string => {
    const tree = of.slice(0, size)
    const note = signCheckpoint({ origin: log.name, size, root: rootOf(tree) }, log)
    return formatAddCheckpoint({ old, proof: consistencyProof(subtreesOf([tree]), old, size), note })
  }
  const logs = join(dir, 'logs.txt')
  writeFileSync(logs, `log ${log.vkey}\n`)
  writeFileSync(join(dir, 'body'), body(0, 7))
  const child = spawn(process.execPath, [
    fileURLToPath(new URL('../lib/witness-child.ts', import.meta.url)),
    dir,
    logs,
    join(dir, 'body'),
  ])
  let out = ''
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()))
  const signal = await new Promise((done) => child.once('exit', (_, by) => done(by)))
  assert.deepEqual([signal, out], ['SIGKILL', ''])

  const witness = await startWitness(t, dir, logs)
  assert.match(witness.err(), /witness of gb\.example\/journal, seen up to 7 entries/)
  const post = async (text: string) => {
    const got = await fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body: text })
    return [got.status, await got.text()] as const
  }
  assert.deepEqual(await post(body(0, 7)), [409, '7\n'])
  assert.deepEqual(await post(body(0, 3, forked)), [409, '7\n'])
  const [status, why] = await post(body(7, 7, forked))
  assert.equal(status, 422)
  assert.match(why, /^fork: this log has signed another tree of 7 entries: root \S+, and now \S+\n$/)
  assert.equal((await post(body(7, 9, forked)))[0], 422)
  assert.equal((await post(body(7, 9)))[0], 200)
  const { out: vkey } = await glovebox(['witness', '--key', '--data', dir])
  const newest = await (await fetch(`${witness.url}/${originHash(log.name)}/checkpoint`)).text()
  assert.equal(cosignaturesOf(newest, [parseCosignerVkey(vkey.trim())!])?.length, 1)
  assert.equal(await witness.end(), 0)
  assert.match(witness.err(), /! gb\.example\/journal: fork: this log has signed another tree/)
})

test('what glovebox witness refuses to start with', async (t) => {
  const dir = temporaryFolder(t)
  const run = (...args: string[]) => glovebox(['witness', '--data', dir, ...args])
  assert.equal((await run()).code, 2)
  assert.match((await run('--logs', join(dir, 'none'))).err, /GBX-1601.*cannot be read/)
  writeFileSync(join(dir, 'logs'), '# nobody\n')
  assert.match((await run('--logs', join(dir, 'logs'))).err, /GBX-1601.*names no log/)
  writeFileSync(join(dir, 'logs'), '\nlog x\n')
  assert.match((await run('--logs', join(dir, 'logs'))).err, /GBX-1601.*logs:2:1.*not the key of a log/)
  writeFileSync(join(dir, 'logs'), `log ${signerOf('a.example/j', Buffer.alloc(32, 1)).vkey}\n`)
  assert.equal((await run('--logs', join(dir, 'logs'), '--listen', 'here')).code, 2)
})
