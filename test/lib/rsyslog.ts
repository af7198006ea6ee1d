// rsyslog from Debian as a receiver over TLS on a port of its own, in a folder of its own; it can be stopped and started.
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'

export interface Rsyslog {
  readonly port: number
  /** What it has written so far: structured data and message of each, one a line. */
  lines(): string[]
  start(): Promise<void>
  /** SIGTERM, as a service manager does it. */
  stop(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo
      server.close(() => resolve(port))
    })
  })

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

/** Not started yet. `files` are PEM files. */
export async function rsyslog(dir: string, files: { ca: string; cert: string; key: string }): Promise<Rsyslog> {
  const port = await freePort()
  const out = join(dir, 'received.log')
  writeFileSync(
    join(dir, 'rsyslog.conf'),
    `global(workDirectory="${dir}" maxMessageSize="8k" defaultNetstreamDriver="gtls"
  defaultNetstreamDriverCAFile="${files.ca}" defaultNetstreamDriverCertFile="${files.cert}" defaultNetstreamDriverKeyFile="${files.key}")
module(load="imtcp" streamDriver.mode="1" streamDriver.authMode="anon")
input(type="imtcp" address="127.0.0.1" port="${port}")
template(name="whole" type="string" string="%structured-data% %msg%\\n")
action(type="omfile" file="${out}" template="whole")
`,
  )
  let child: ChildProcess | undefined
  let said = ''
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    const one = child
    if (!one) return
    const gone = new Promise((resolve) => one.once('exit', resolve))
    one.kill(signal)
    await gone
    child = undefined
  }
  return {
    port,
    lines: () => (existsSync(out) ? readFileSync(out, 'utf8').split('\n').slice(0, -1) : []),
    async start() {
      const one = spawn('/usr/sbin/rsyslogd', ['-n', '-f', join(dir, 'rsyslog.conf'), '-i', join(dir, 'pid')], {
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child = one
      for (const stream of [one.stdout, one.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
      for (let i = 0; i < 200; i++) {
        if (await answers(port)) return
        if (one.exitCode !== null) break
        await after(50)
      }
      throw new Error(`rsyslogd did not start: ${said}`)
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}
