// `glovebox provision`: prints the SQL of a target's second wall. With --apply it shows the SQL, asks, and has the gateway
// run it in one transaction, signed in with an administrator's connection string that is given by reference (env: or
// file:), used once and kept nowhere.
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fail } from '../../../core/error.ts'
import { call } from '../client.ts'
import { operationNamed } from '../operation-verb.ts'
import { showJson, tell } from '../output.ts'
import type { Call } from '../table.ts'

/** Exit 0 when it was printed or applied, 130 when somebody said no. */
export async function provision(given: Call): Promise<number> {
  const { given: words, env, io, json } = given
  const operation = operationNamed('targets.provision')
  const wish = {
    target: String(words.target),
    ...(words.level === undefined ? {} : { level: String(words.level).toLowerCase() }),
    ...(words.role === undefined ? {} : { role: words.role }),
    ...(words.connections === undefined ? {} : { connections: Number(words.connections) }),
    ...(words.monitor === true ? { monitor: true } : {}),
  }
  const wants = words.apply === true
  if (!wants && (words.admin !== undefined || words.yes === true || words.passwordFile !== undefined))
    fail('GBX-1001', { what: '--admin, --yes and --password-file are for --apply; without it nothing is run' })
  // Read before anything is asked, so that a wrong reference is told at once.
  const admin = wants ? referenced(given, words.admin) : undefined
  const shown = await call(env, operation, wish)
  if (admin === undefined) {
    if (json) showJson(io, shown)
    else io.out.write(`${String(shown.text)}\n`)
    return 0
  }
  if (!json) io.err.write(`${String(shown.text)}\n`)
  if (words.yes !== true && !(await agreed(given, shown))) {
    tell(io, env, '!', 'nothing was run')
    return 130
  }
  const password = words.passwordFile === undefined ? undefined : passwordIn(String(words.passwordFile))
  const applied = await call(env, operation, {
    ...wish,
    apply: {
      admin,
      digest: String(shown.digest),
      ...(password === undefined ? {} : { verifier: scramVerifier(password) }),
    },
  })
  if (json) showJson(io, applied)
  else {
    tell(io, env, '*', `applied to ${String(applied.target)} in one transaction, and on record`)
    io.err.write(
      `next  glovebox target test ${String(applied.target)}   (once its url names ${String(applied.role)})\n`,
    )
  }
  return 0
}

/** `env:NAME` or `file:PATH`: a connection string never stands on a command line, where others read it. */
function referenced({ env }: Call, reference: unknown): string {
  const [, kind, name = ''] = /^(env|file):(.+)$/s.exec(String(reference ?? '')) ?? []
  const refuse = (why: string): never => fail('GBX-1002', { field: '--admin', why })
  if (kind === undefined)
    return refuse(
      'Say where the connection string is: --admin env:PG_ADMIN_URL or --admin file:/run/secrets/admin-url.',
    )
  const value = kind === 'env' ? env.forChild[name] : existsSync(name) ? readFileSync(name, 'utf8').trim() : undefined
  return value === undefined || value === ''
    ? refuse(`${kind === 'env' ? 'The variable' : 'The file'} ${name} is not there or empty.`)
    : value
}

async function agreed({ io }: Call, shown: Readonly<Record<string, unknown>>): Promise<boolean> {
  if (io.in.isTTY !== true)
    return fail('GBX-1002', {
      field: '--apply',
      why: 'There is nobody to ask here. Look at the SQL without --apply, then add --yes.',
    })
  const target = String(shown.target)
  const count = Array.isArray(shown.statements) ? shown.statements.length : 0
  io.err.write(`Run these ${count} statements on ${target}? Type its name to go on: `)
  for await (const line of createInterface({ input: io.in })) return line.trim() === target
  return false // the input ended without an answer
}

/** The password in a file; made, 24 random bytes, where there is none yet. Its owner alone can read it. */
function passwordIn(file: string): string {
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  const password = readFileSync(file, 'utf8').trim()
  return password.length >= 16
    ? password
    : fail('GBX-1002', { field: '--password-file', why: 'The password is shorter than 16 characters.' })
}

/** What the server keeps of a password (RFC 5803), made here: the password itself is sent nowhere. ASCII passwords need no SASLprep. */
function scramVerifier(password: string, salt: Uint8Array = randomBytes(16), iterations = 4096): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const hmac = (text: string): Buffer => createHmac('sha256', salted).update(text).digest()
  const stored = createHash('sha256').update(hmac('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${iterations}:${Buffer.from(salt).toString('base64')}$${stored}:${hmac('Server Key').toString('base64')}`
}
