// Opens the web door on every host with one port. 127.0.0.1 means ::1 as well, so that `localhost` works however a
// machine resolves it.
import http from 'node:http'
import https from 'node:https'
import { GloveboxError, refusal } from '../../core/error.ts'
import type { WebServer } from './server.ts'

export interface WebListening {
  readonly port: number
  /** Takes a new certificate for connections that come from now on. */
  secureWith(tls: { cert: string; key: string }): void
  close(): Promise<void>
}

/** Hosts that one configured host stands for. */
export const hostsOf = (host: string): readonly string[] =>
  host === '127.0.0.1' || host === 'localhost' ? ['127.0.0.1', '::1'] : [host]

/** Throws GBX-1502 with nothing left open. An address family that this machine lacks is passed over while one host works. */
export async function listenWeb(
  web: WebServer,
  at: { host: string; port: number },
  tls: { cert: string; key: string } | undefined,
  env: string,
): Promise<WebListening> {
  const [first, ...others] = hostsOf(at.host) as [string, ...string[]]
  const extra: http.Server[] = []
  const close = async (): Promise<void> => {
    for (const server of extra) {
      server.closeAllConnections()
      server.close()
    }
    await web.close()
  }
  try {
    await web.app.listen({ host: first, port: at.port, backlog: 511 })
    const { port } = web.app.server.address() as { port: number }
    for (const host of others) {
      const handle = (request: http.IncomingMessage, response: http.ServerResponse): void =>
        web.app.routing(request, response)
      const server =
        tls === undefined
          ? http.createServer(handle)
          : https.createServer({ cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' }, handle)
      server.requestTimeout = 30_000
      server.headersTimeout = 15_000
      server.maxConnections = 2_000
      if (await bind(server, host, port)) extra.push(server)
    }
    const secureWith = (next: { cert: string; key: string }): void => {
      for (const server of [web.app.server, ...extra])
        if (server instanceof https.Server) server.setSecureContext({ ...next, minVersion: 'TLSv1.2' })
    }
    return { port, secureWith, close }
  } catch (error) {
    // closed: nothing was started
    await close()
    const { code, message } = error as NodeJS.ErrnoException
    const why =
      code === 'EADDRINUSE'
        ? 'another program uses this port'
        : code === 'EACCES'
          ? 'this user may not listen there'
          : message
    throw new GloveboxError(refusal('GBX-1502', { address: `${at.host}:${at.port}`, why, env }), { cause: error })
  }
}

/** False where this machine has no such address. */
function bind(server: http.Server, host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT' ? resolve(false) : reject(error),
    )
    server.listen({ host, port, backlog: 511 }, () => resolve(true))
  })
}
