// An outgoing stream that is TCP, or TLS from its first byte, for whoever delivers something to a server that is no target.
import net from 'node:net'
import tls from 'node:tls'

/**
 * Connects. With TLS (1.2 or newer) the chain and the name are always checked, against `ca` (PEM) where it is given. Throws
 * the system's or the certificate's words; nothing was sent then. The signal destroys a connection that is not set up yet.
 */
export async function openStream(
  at: { readonly host: string; readonly port: number; readonly tls: boolean; readonly ca?: string },
  signal: AbortSignal,
): Promise<net.Socket> {
  const { host, port, ca } = at
  const socket = at.tls
    ? tls.connect({
        host,
        port,
        minVersion: 'TLSv1.2',
        ...(net.isIP(host) === 0 ? { servername: host } : {}),
        ...(ca === undefined ? {} : { ca }),
      })
    : net.connect({ host, port })
  socket.setNoDelay(true).setKeepAlive(true, 30_000)
  const cut = (): void => void socket.destroy(new Error('no answer in time'))
  signal.addEventListener('abort', cut, { once: true })
  try {
    await new Promise<void>((resolve, reject) => {
      const closed = (): void => reject(new Error('it closed the connection'))
      socket.once('error', reject).once('close', closed)
      socket.once(at.tls ? 'secureConnect' : 'connect', () => {
        socket.off('error', reject).off('close', closed)
        resolve()
      })
    })
    return socket
  } catch (error) {
    socket.destroy() // closed: a stream that is not wholly set up is never used
    throw error
  } finally {
    signal.removeEventListener('abort', cut)
  }
}
