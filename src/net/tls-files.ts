// A certificate and key that somebody else keeps in files (gateway.tls): read, checked to belong together, and read
// again when they change, so that a renewed certificate needs no restart.
import { X509Certificate } from 'node:crypto'
import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import tls from 'node:tls'
import { fail } from '../core/error.ts'

export interface TlsFiles {
  readonly cert: string
  readonly key: string
}

/** PEM texts. Throws GBX-1602 for a file that can't be read, GBX-1601 for a pair that does not belong together. */
export function readTls(files: TlsFiles): TlsFiles {
  const pair = { cert: read(files.cert), key: read(files.key) }
  try {
    tls.createSecureContext(pair)
  } catch (error) {
    // Closed: nothing listens with half a certificate. The message of OpenSSL names no key material.
    fail(
      'GBX-1601',
      {
        file: files.cert,
        line: 1,
        column: 1,
        what: `gateway.tls: certificate and key cannot be used together (${error instanceof Error ? error.message : 'unknown'}).`,
        hint: '',
      },
      { cause: error },
    )
  }
  return pair
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    // closed: no door without its certificate
    return fail('GBX-1602', { file: 'gateway.tls', line: 1, column: 1, secret: `file ${file}` }, { cause: error })
  }
}

/** Does this certificate stand for that host name (RFC 9525)? */
export const standsFor = (pem: string, host: string): boolean => new X509Certificate(pem).checkHost(host) !== undefined

/** Tells of changed files until it is stopped; a pair that can't be used (a renewal half-written) is told to `failed` and the old one stays. */
export function watchTls(
  files: TlsFiles,
  changed: (pair: TlsFiles) => void,
  failed: (error: unknown) => void,
  everyMs = 5_000,
): () => void {
  const look = (): void => {
    try {
      changed(readTls(files))
    } catch (error) {
      // open to: the certificate of before stays, and the log says why
      failed(error)
    }
  }
  for (const file of [files.cert, files.key]) watchFile(file, { interval: everyMs, persistent: false }, look)
  return () => {
    for (const file of [files.cert, files.key]) unwatchFile(file, look)
  }
}
