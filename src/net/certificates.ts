// Our own certificate authority for the doors: made once, kept in the data folder, so that TLS is there from the first
// start and people can verify it (ca.pem is what they point sslrootcert at).
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'

const dayMs = 86_400_000
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

export interface Certificates {
  readonly cert: string
  readonly key: string
  /** Path of the CA's certificate, to be printed. */
  readonly caFile: string
}

/**
 * Loads or makes the CA (10 years) and makes a server certificate (395 days) for `names` where it is absent, near its
 * end or for other names. Keys are files of mode 0600 under `dir`. Throws when the folder cannot be written.
 */
export async function certificates(dir: string, names: readonly string[], now: number): Promise<Certificates> {
  x509.cryptoProvider.set(webcrypto)
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const caFile = join(dir, 'ca.pem')
  const ca = (await load(caFile, join(dir, 'ca.key'))) ?? (await makeCa(dir, now))
  const held = await load(join(dir, 'server.pem'), join(dir, 'server.key'))
  if (held !== undefined && fits(held.certificate, ca.certificate, names, now))
    return { cert: held.pem, key: held.keyPem, caFile }
  const made = await makeServer(dir, ca, names, now)
  return { cert: made.pem, key: made.keyPem, caFile }
}

interface Held {
  readonly certificate: x509.X509Certificate
  readonly pem: string
  readonly keyPem: string
}

/** Undefined when there is none yet; a file that is there but cannot be read as a certificate throws. */
async function load(certFile: string, keyFile: string): Promise<Held | undefined> {
  try {
    const pem = await readFile(certFile, 'utf8')
    return { certificate: new x509.X509Certificate(pem), pem, keyPem: await readFile(keyFile, 'utf8') }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error // closed: a damaged CA is never silently replaced
  }
}

const wanted = (names: readonly string[]): string => [...names].sort().join(' ')

function fits(
  certificate: x509.X509Certificate,
  ca: x509.X509Certificate,
  names: readonly string[],
  now: number,
): boolean {
  const alternative = certificate.getExtension(x509.SubjectAlternativeNameExtension)
  const held = alternative?.names.items.map((name) => name.value) ?? []
  return (
    certificate.issuer === ca.subject &&
    certificate.notAfter.getTime() > now + 30 * dayMs &&
    wanted(held) === wanted(names)
  )
}

const keyPair = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>

async function keep(
  dir: string,
  name: string,
  certificate: x509.X509Certificate,
  key: webcrypto.CryptoKey,
): Promise<Held> {
  const pem = `${certificate.toString('pem')}\n`
  const keyPem = `${x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`
  await writeFile(join(dir, `${name}.key`), keyPem, { mode: 0o600 })
  await writeFile(join(dir, `${name}.pem`), pem, { mode: 0o644 })
  return { certificate, pem, keyPem }
}

async function makeCa(dir: string, now: number): Promise<Held> {
  const keys = await keyPair()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=Glovebox CA ${Buffer.from(webcrypto.getRandomValues(new Uint8Array(4))).toString('hex')}`,
    notBefore: new Date(now - dayMs),
    notAfter: new Date(now + 3650 * dayMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return keep(dir, 'ca', certificate, keys.privateKey)
}

async function makeServer(dir: string, ca: Held, names: readonly string[], now: number): Promise<Held> {
  const keys = await keyPair()
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    x509.PemConverter.decodeFirst(ca.keyPem),
    algorithm,
    false,
    ['sign'],
  )
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=Glovebox gateway',
    issuer: ca.certificate.subject,
    notBefore: new Date(now - dayMs),
    notAfter: new Date(now + 395 * dayMs),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: /^[\d.]+$|:/.test(value) ? 'ip' : 'dns', value }) as const),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(ca.certificate.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return keep(dir, 'server', certificate, keys.privateKey)
}
