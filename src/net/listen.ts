// The doors: accepts TCP connections on the addresses of one protocol, bounds how many one address may hold, and can turn
// a connection into TLS in place. What is spoken on it is the protocol's business.
import net from 'node:net'
import tls from 'node:tls'
import { GloveboxError, refusal } from '../core/error.ts'
import type { Client } from '../gate/types.ts'

export interface Door {
  /** Port that is really bound (for port 0). */
  readonly port: number
  /** Stops accepting; connections that are open live on and are their owner's to end. */
  close(): Promise<void>
  /** Takes a new certificate for connections that come from now on. */
  secureWith(tlsOf: { cert: string; key: string }): void
}

export interface Listening {
  readonly hosts: readonly string[]
  readonly port: number
  /** Environment variable that moves this door, for the error's next step. */
  readonly env: string
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Names that TLS clients may offer by ALPN (RFC 7301): some protocols insist on theirs. */
  readonly alpn?: readonly string[]
  /** Connections that one remote address may hold at a time. Default 100. */
  readonly perAddress?: number
  readonly onClient: (client: Client) => void
}

/**
 * Listens on every host with one port. Throws GloveboxError GBX-1502 with nothing left open when one cannot be bound
 * (an address family that this machine lacks is passed over, as long as one host works).
 */
export async function listen(options: Listening): Promise<Door> {
  const held = new Map<string, number>()
  let context = options.tls === undefined ? undefined : tls.createSecureContext(options.tls)
  const servers: net.Server[] = []
  const accept = (socket: net.Socket) => {
    const address = socket.remoteAddress ?? ''
    const count = (held.get(address) ?? 0) + 1
    if (count > (options.perAddress ?? 100)) {
      socket.destroy()
      return
    }
    held.set(address, count)
    socket.once('close', () => {
      const left = (held.get(address) ?? 1) - 1
      if (left === 0) held.delete(address)
      else held.set(address, left)
    })
    socket.on('error', () => socket.destroy()) // closed: a broken connection is over for its owner too ('close' follows)
    options.onClient(clientOf(socket, context, options.alpn ?? []))
  }
  let port = options.port
  for (const host of options.hosts) {
    const server = net.createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 }, accept)
    try {
      await bind(server, host, port)
    } catch (error) {
      // closed: a door that cannot open stops the start; a machine without one of the two loopbacks keeps the other
      const code = error instanceof Error && 'code' in error ? error.code : ''
      if ((code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL') && options.hosts.length > 1) continue
      servers.forEach(shut)
      const why =
        code === 'EADDRINUSE'
          ? 'another program uses this port'
          : error instanceof Error
            ? error.message
            : String(error)
      throw new GloveboxError(refusal('GBX-1502', { address: `${host}:${port}`, why, env: options.env }), {
        cause: error,
      })
    }
    servers.push(server)
    const bound = server.address()
    if (bound !== null && typeof bound === 'object') port = bound.port
  }
  if (servers.length === 0)
    throw new GloveboxError(
      refusal('GBX-1502', { address: options.hosts.join(', '), why: 'no such address here', env: options.env }),
    )
  return {
    port,
    close: () => {
      servers.forEach(shut)
      return Promise.resolve()
    },
    secureWith: (next) => {
      context = tls.createSecureContext(next)
    },
  }
}

function bind(server: net.Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, backlog: 511 }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** Stops accepting. Does not wait for the connections that are open: they have owners. */
const shut = (server: net.Server): void => void server.close()

function clientOf(socket: net.Socket, context: tls.SecureContext | undefined, alpn: readonly string[]): Client {
  const address = `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? 0}`
  const local = isLoopback(socket.remoteAddress ?? '')
  if (context === undefined) return { stream: socket, secure: false, local, inMemory: false, address }
  return {
    stream: socket,
    secure: false,
    local,
    inMemory: false,
    address,
    startTls: () => startTls(socket, context, alpn),
  }
}

/** Is this remote address the machine itself? */
const isLoopback = (address: string): boolean =>
  address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.')

/** Upgrades the server side of an accepted connection. Bytes read before are lost to TLS on purpose: nothing may precede it. */
function startTls(socket: net.Socket, context: tls.SecureContext, alpn: readonly string[]): Promise<tls.TLSSocket> {
  const secure = new tls.TLSSocket(socket, { isServer: true, secureContext: context, ALPNProtocols: [...alpn] })
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => {
      socket.destroy()
      reject(error)
    }
    const closed = () => reject(new Error('the client closed the connection during the TLS handshake'))
    secure.once('error', failed).once('close', closed)
    secure.once('secure', () => {
      secure.off('error', failed).off('close', closed)
      secure.on('error', () => socket.destroy()) // closed: as for plain connections
      resolve(secure)
    })
  })
}
