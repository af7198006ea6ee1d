// `npm run picture`: docs/pictures/first-look.svg from what really happens. Starts the demo, asks its database directly,
// asks the same through Glovebox in psql, tries a guess and a write, verifies the record, and draws what was printed.
// Only what is different each time (ids, times, pseudonyms) is replaced, each by one of the same shape. Needs psql.
import { spawn } from 'node:child_process'
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startDemo, type Demo, type Person } from '../src/demo/demo.ts'
import { sha256Hex } from '../src/lib/hash.ts'
import { terminalSvg, type Block, type Line, type Run, type Tone } from './terminal-svg.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const file = join(root, 'docs/pictures/first-look.svg')
const query = 'select id, name, email, phone, city from customers where id in (1, 2, 4);'
const guess = 'select count(*) from staff where salary_eur > 90000;'
const write = "update orders set status = 'refund' where id = 40000;"
const ask = ['connect', 'pg-orders', '-w', 'PD-4412 charged twice', '--for', '30m']
const verify = ['audit', 'verify', 'copy', '--key', 'journal.vkey']
/** What stands for what in the picture, in the order in which it was seen. */
const seen = new Map<string, string>()
/** Columns that the demo labels, by their place in `query`. */
const labelled = new Set([1, 2, 3])
/** The checks of `audit verify` that the picture has room for. */
const shownChecks =
  /^ok +(the checkpoint is|the entries hash|nobody decided|every action that ran|the entries of every)/

function holds(isSo: boolean, what: string): asserts isSo {
  if (!isSo) throw new Error(`no picture: this did not hold: ${what}`)
}

/** Ada asks and waits in place, Ben approves, psql opens and gets three statements. */
async function throughGlovebox({ tokens }: Demo): Promise<string> {
  const session = glovebox('ada', ask, `${query}\n${guess}\n${write}\n`)
  for (let i = 0; i < 100; i++) {
    const [request] = /r-[a-z2-7]{12}/.exec(await glovebox('ben', ['requests', '--inbox'])) ?? []
    if (request !== undefined) {
      await sleep(500)
      await glovebox('ben', ['review', 'approve', request])
      break
    }
    await sleep(100)
  }
  const said = await session
  holds(!Object.values(tokens).some((token) => said.includes(token)), 'no token is shown')
  return said
}

function glovebox(as: Person | undefined, args: readonly string[], input = ''): Promise<string> {
  const who = as === undefined ? {} : { GLOVEBOX_URL: demo.gateway.web, GLOVEBOX_TOKEN: demo.tokens[as] }
  // Notices that a column is masked are for whoever has not read the picture's title.
  const env = { ...who, NO_COLOR: '1', PGOPTIONS: '-c glovebox.quiet=on', PSQLRC: join(folder, 'psqlrc') }
  return output(process.execPath, [join(root, 'bin/glovebox.mjs'), ...args], env, input)
}

/** Everything that a program prints, in its order. */
async function output(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input = '',
): Promise<string> {
  const path = join(folder, `out-${sha256Hex(command, ...args).slice(0, 8)}`)
  const out = openSync(path, 'w')
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(command, args, {
    cwd: folder,
    env: { PATH, HOME, LANG: 'C.UTF-8', PGCLIENTENCODING: 'UTF8', ...env },
    stdio: ['pipe', out, out],
    timeout: 60_000,
  })
  child.stdin?.on('error', () => undefined).end(input)
  await new Promise((done, failed) => child.once('error', failed).once('close', done))
  closeSync(out)
  return readFileSync(path, 'utf8')
}

/** The session's output, cut at the statements that psql echoes. */
function parts(said: string): { asked: string; masked: string; guessed: string; written: string } {
  const [asked = '', rest = ''] = said.split(`${query}\n`)
  const [masked = '', other = ''] = rest.split(`${guess}\n`)
  const [guessed = '', written = ''] = other.split(`${write}\n`)
  holds(masked !== '' && guessed !== '' && written !== '', `psql answers three statements:\n${said}`)
  return { asked, masked, guessed, written }
}

/** Ids, times and pseudonyms of this run by ones that stay, equal ones by equal ones. */
function frozen(text: string): string {
  const made = (found: string): string => {
    if (!seen.has(found)) seen.set(found, sha256Hex('picture', String(seen.size)))
    return seen.get(found) ?? ''
  }
  return text
    .replace(/\b([rgs])-[a-z2-7]{12}\b/g, (found, kind: string) => `${kind}-${base32(made(found))}`)
    .replace(/\btok_[0-9a-f]{16}\b/g, (found) => `tok_${made(found).slice(0, 16)}`)
    .replace(/\bu[0-9a-f]{16}@/g, (found) => `u${made(found).slice(0, 16)}@`)
    .replace(/\bglovebox\.[0-9a-f]{8}\b/g, (found) => `glovebox.${made(found).slice(0, 8)}`)
    .replace(/\b[0-9a-f]{64}\b/g, made)
    .replace(/expires \d\d:\d\d:\d\d/g, 'expires 10:41:07')
    .replace(/ at \d\d:\d\d:\d\d/g, ' at 09:42:30')
    .replace(/until \d\d:\d\d:\d\d/g, 'until 10:12:30')
}

const base32 = (hex: string): string =>
  [...Buffer.from(hex, 'hex').subarray(0, 12)].map((byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte & 31]).join('')

const cells = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => /^ +\d+ \|/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))

const plain = (text: string, tone: Tone = 'plain'): Line => [{ text, tone }]
const lines = (text: string, tone: Tone): Line[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => plain(line, line.startsWith('HINT:') ? 'plain' : tone))

const typed = (prompt: string, text: string): Line[] => [
  [
    { text: prompt, tone: 'dim' },
    { text, tone: 'type' },
  ],
]

/** psql's table; labelled columns of its rows have a colour. */
const table = (text: string, tone: Tone): Line[] =>
  text
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Line => {
      if (!/^ +\d+ \|/.test(line)) return plain(line, 'dim')
      return line
        .split('|')
        .flatMap((cell, i): Run[] => [
          ...(i === 0 ? [] : [{ text: '|', tone: 'dim' as const }]),
          { text: cell, tone: labelled.has(i) ? tone : 'plain' },
        ])
    })

function checks(proof: string): Line[] {
  const all = proof.split('\n').filter((line) => line.startsWith('ok'))
  const shown = all.filter((line) => shownChecks.test(line))
  const more = all.length - shown.length
  return [
    plain(frozen(proof.split('\n')[0] ?? ''), 'dim'),
    ...shown.map((line): Line => [
      { text: 'ok', tone: 'good' },
      { text: line.slice(2), tone: 'plain' },
    ]),
    plain(`        … and ${more} more checks, all ok`, 'dim'),
  ]
}

function block(bar: Tone, title: string, content: readonly Line[]): Block {
  return { bar, lines: [plain(title, 'title'), ...content] }
}

const folder = mkdtempSync(join(tmpdir(), 'glovebox-picture-'))
const demo = await startDemo({ log: () => undefined, freePorts: true })
try {
  writeFileSync(join(folder, 'psqlrc'), '\\set ECHO all\n') // a terminal shows what is typed
  const direct = await output('psql', ['-X', '-c', query, demo.adminUrl], {})
  const through = await throughGlovebox(demo)
  await demo.gateway.close()
  cpSync(demo.data, join(folder, 'copy'), { recursive: true })
  cpSync(join(demo.data, 'keys', 'journal.vkey'), join(folder, 'journal.vkey'))
  const proof = await glovebox(undefined, verify)
  const { asked, masked, guessed, written } = parts(through)
  for (const [, name = '', email = '', phone = ''] of cells(direct))
    holds(name !== '' && ![name, email, phone].some((real) => through.includes(real)), `${name} stays inside`)
  holds(guessed.includes('comparing masked column'), 'the guess is refused')
  holds(written.includes('this session is read-only'), 'the write is refused')
  holds(!/^not ok/m.test(proof) && /^log .*\nok /.test(proof), 'the record verifies')
  const svg = terminalSvg(
    'Glovebox, first look',
    'The same query as the database answers it and as Glovebox answers it; a guess and a write refused; the record verified.',
    [
      block('raw', 'The database, asked directly', [...typed('fernway=> ', query), ...table(direct, 'raw')]),
      block('mask', 'The same through Glovebox: asked for, approved by somebody else, masked', [
        ...typed('$ ', `glovebox ${ask.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ')}`),
        ...lines(frozen(asked), 'dim'),
        ...typed('pg-orders=> ', query),
        ...table(frozen(masked), 'mask'),
      ]),
      block('bad', 'Guess what is masked? Change something? Neither reaches the database', [
        ...typed('pg-orders=> ', guess),
        ...lines(frozen(guessed), 'bad'),
        ...typed('pg-orders=> ', write),
        ...lines(frozen(written), 'bad'),
      ]),
      block('good', 'The record, verified from a copy: no gateway, no network', [
        ...typed('$ ', `glovebox ${verify.join(' ')}`),
        ...checks(proof),
      ]),
    ],
  )
  mkdirSync(join(root, 'docs/pictures'), { recursive: true })
  writeFileSync(file, svg)
  console.log(`${file}  ${svg.length} bytes`)
} finally {
  await demo.close()
  rmSync(folder, { recursive: true, force: true })
}
