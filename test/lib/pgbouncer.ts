// Debian's pgbouncer before a server of ours, for comparison. It ends with us, also when we are killed: a shell between
// us and it waits for our end of a pipe.
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Postgres } from './servers.ts'

export interface Pgbouncer {
  readonly url: string
  stop(): Promise<void>
}

/** Session pooling, no TLS, clients are let in without a password; `need(t, 'pgbouncer')` first. */
export async function startPgbouncer(server: Postgres, clients: number): Promise<Pgbouncer> {
  const dir = mkdtempSync(join(tmpdir(), 'glovebox-pgbouncer-'))
  chmodSync(dir, 0o755)
  const port = randomInt(15_000, 32_000)
  const ini = join(dir, 'pgbouncer.ini')
  const user = process.getuid?.() === 0 ? 'user = nobody\n' : ''
  writeFileSync(
    ini,
    `[databases]
* = host=127.0.0.1 port=${server.port} dbname=${server.database} user=${server.user} password=${server.password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
auth_type = any
pool_mode = session
default_pool_size = ${clients}
max_client_conn = ${clients * 2}
unix_socket_dir =
ignore_startup_parameters = extra_float_digits
${user}`,
  )
  // The shell reads until our pipe closes, then ends pgbouncer and itself.
  const child = spawn('sh', ['-c', 'pgbouncer "$1" & pid=$!; read -r _; kill -INT $pid; wait $pid', 'sh', ini], {
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const up = await new Promise<boolean>((done) => {
    child.once('exit', () => done(false))
    const look = setInterval(() => {
      if (!/process up/.test(said)) return
      clearInterval(look)
      done(true)
    }, 20)
    setTimeout(() => {
      clearInterval(look)
      done(/process up/.test(said))
    }, 15_000).unref()
  })
  const stop = async (): Promise<void> => {
    child.stdin.end()
    if (child.exitCode === null) await new Promise((done) => child.once('exit', done))
    rmSync(dir, { recursive: true, force: true })
  }
  if (!up) {
    await stop()
    throw new Error(`pgbouncer did not start: ${said}`)
  }
  return { url: `postgresql://anybody@127.0.0.1:${port}/${server.database}`, stop }
}
