// Opens the connection to a target: TCP without Nagle, and TLS where the target's sslmode wants it. Errors are sentences
// of the catalogue (GBX-1301, GBX-1307); nothing that carries a credential is sent here.
import net from 'node:net'
import tls from 'node:tls'
import { GloveboxError, refusal } from '../core/error.ts'
import type { Endpoint } from '../gate/types.ts'

/** An open connection. Only gate/ holds it; protocols see the reading half. */
export interface Line {
  readonly socket: net.Socket
  readonly secure: boolean
  /** The server's certificate in DER where the line is inside TLS. */
  readonly certificate?: Uint8Array
}

const why = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ECONNREFUSED') return 'nothing listens there (connection refused)'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its host name is not known'
  if (code === 'ETIMEDOUT') return 'no answer in time'
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'no route to it'
  return error instanceof Error ? error.message : String(error)
}

/**
 * Connects within `timeoutMs`, asks for TLS where wanted and checks the certificate by mode (libpq's words: `require`
 * encrypts and believes anybody, `verify-ca` checks the chain, `verify-full` the name too; with `ca` given, `require`
 * checks the chain as libpq does). Throws GloveboxError GBX-1301 (not reached) or GBX-1307 (certificate). Fails closed:
 * a target that declines TLS is only spoken to in clear when the mode is `prefer` or `disable`.
 */
export async function dial(target: string, endpoint: Endpoint, timeoutMs: number, signal?: AbortSignal): Promise<Line> {
  const socket = net.connect({
    host: endpoint.host,
    port: endpoint.port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
  })
  const guard = setTimeout(
    () => socket.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })),
    timeoutMs,
  )
  const cut = () => socket.destroy(new Error('the session ended'))
  signal?.addEventListener('abort', cut, { once: true })
  try {
    await once(socket, 'connect')
    if (endpoint.tls === 'disable') return { socket, secure: false }
    socket.write(endpoint.ask)
    const answer = await firstByte(socket)
    if (answer === endpoint.granted) return await secured(target, endpoint, socket)
    if (endpoint.tls === 'prefer') return { socket, secure: false }
    throw new GloveboxError(
      refusal('GBX-1307', { target, why: `it offers no TLS, and its url says sslmode=${endpoint.tls}` }),
    )
  } catch (error) {
    socket.destroy() // closed: a line that is not wholly set up is never used
    if (error instanceof GloveboxError) throw error
    throw new GloveboxError(refusal('GBX-1301', { target, why: why(error) }), { cause: error })
  } finally {
    clearTimeout(guard)
    signal?.removeEventListener('abort', cut)
  }
}

async function secured(target: string, endpoint: Endpoint, socket: net.Socket): Promise<Line> {
  const checkChain =
    endpoint.tls === 'verify-ca' ||
    endpoint.tls === 'verify-full' ||
    (endpoint.tls === 'require' && endpoint.ca !== undefined)
  const secure = tls.connect({
    socket,
    ...(net.isIP(endpoint.host) === 0 ? { servername: endpoint.host } : {}),
    ...(endpoint.ca === undefined ? {} : { ca: endpoint.ca }),
    rejectUnauthorized: checkChain,
    minVersion: 'TLSv1.2',
    checkServerIdentity: (_host, certificate) =>
      endpoint.tls === 'verify-full' ? tls.checkServerIdentity(endpoint.host, certificate) : undefined,
  })
  try {
    await once(secure, 'secureConnect')
  } catch (error) {
    // closed: without a certificate that is accepted nothing is sent
    throw new GloveboxError(refusal('GBX-1307', { target, why: why(error) }), { cause: error })
  }
  const certificate = secure.getPeerCertificate().raw as Buffer | undefined
  return { socket: secure, secure: true, ...(certificate === undefined ? {} : { certificate }) }
}

function once(socket: net.Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(error)
    const closed = () => reject(new Error('it closed the connection'))
    socket.once('error', failed).once('close', closed)
    socket.once(event, () => {
      socket.off('error', failed).off('close', closed)
      resolve()
    })
  })
}

/** Exactly one byte: what comes after it belongs to TLS, and anything sent before TLS began is refused (CVE-2021-23222). */
function firstByte(socket: net.Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(error)
    const closed = () => reject(new Error('it closed the connection'))
    socket.once('error', failed).once('close', closed)
    socket.once('data', (bytes: Buffer) => {
      socket.pause()
      socket.off('error', failed).off('close', closed)
      const [byte] = bytes
      if (byte === undefined || bytes.length !== 1)
        reject(new Error('it answered the question for TLS with something else'))
      else resolve(byte)
    })
  })
}
