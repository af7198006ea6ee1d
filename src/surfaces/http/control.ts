// The local socket in the data folder (mode 0600): who can open it owns the gateway's files already, so it needs no
// token. It does one thing: set accounts and issue their tokens while the gateway is up.
import { chmodSync, rmSync } from 'node:fs'
import http from 'node:http'
import { join, relative } from 'node:path'
import { errorObject, isRefusal, refusal, type Refusal } from '../../core/error.ts'
import type { UserChange } from '../cli/host.ts'

export interface SetUser {
  readonly user: string
  readonly token: string
}

/** Unix sockets hold 107 bytes of path. */
const maxPath = 100
const maxBody = 65_536

/** Path of the socket, by whichever name is short enough; undefined = none is, and there is no socket. */
function socketPath(data: string): string | undefined {
  const absolute = join(data, 'control.sock')
  const near = relative(process.cwd(), absolute)
  return [absolute, near].find((path) => Buffer.byteLength(path) <= maxPath)
}

/** Opens the socket. The caller holds the lock of the data folder, so a file of that name is left over and goes. */
export async function openControl(
  data: string,
  setUser: (change: UserChange) => Promise<SetUser | Refusal>,
  log: (line: string) => void,
): Promise<{ close(): Promise<void> }> {
  const path = socketPath(data)
  if (path === undefined) {
    log(`! the path of ${data} is too long for a socket: glovebox user add works only while the gateway is down`)
    return { close: async () => undefined }
  }
  rmSync(path, { force: true })
  const server = http.createServer((request, response) => {
    void answer(request, setUser).then((body) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    )
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  chmodSync(path, 0o600)
  return {
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      rmSync(path, { force: true })
    },
  }
}

async function answer(
  request: http.IncomingMessage,
  setUser: (change: UserChange) => Promise<SetUser | Refusal>,
): Promise<object> {
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > maxBody) break
  }
  try {
    const made = await setUser(JSON.parse(text) as UserChange)
    return isRefusal(made) ? { refused: made } : made
  } catch (error) {
    // Closed: nothing was issued, or what was issued is lost with this answer.
    const refused =
      error instanceof Error && 'refusal' in error && isRefusal(error.refusal)
        ? error.refusal
        : refusal('GBX-1901', { ref: 'control' })
    return { refused: { ...refused, ...errorObject(refused) } }
  }
}

/** Asks a gateway that is up. Undefined = none listens there. */
export function askControl(data: string, change: UserChange): Promise<SetUser | Refusal | undefined> {
  const path = socketPath(data)
  if (path === undefined) return Promise.resolve(undefined)
  return new Promise((resolve, reject) => {
    const request = http.request(
      { socketPath: path, method: 'POST', path: '/users', headers: { 'content-type': 'application/json' } },
      (response) => {
        let text = ''
        response.on('data', (chunk) => (text += String(chunk)))
        response.on('end', () => {
          const body = JSON.parse(text) as SetUser | { refused: Refusal }
          resolve('refused' in body ? body.refused : body)
        })
      },
    )
    request.on('error', (error: NodeJS.ErrnoException) =>
      ['ENOENT', 'ECONNREFUSED'].includes(error.code ?? '') ? resolve(undefined) : reject(error),
    )
    request.end(JSON.stringify(change))
  })
}
