// SCRAM-SHA-256, both sides (RFC 5802, RFC 7677), as PostgreSQL uses it: no channel binding, the user name stays empty.
// Pure but for the random nonces that are handed in. Secrets are compared in constant time.
import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { ScramSecrets } from '../../gate/types.ts'

export const mechanism = 'SCRAM-SHA-256'

/** A server that asks for more rounds than this is not answered: each costs us time (PostgreSQL's default is 4096). */
const mostIterations = 1_000_000

const hmac = (key: Uint8Array, text: string | Uint8Array): Buffer => createHmac('sha256', key).update(text).digest()
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()
const xor = (a: Uint8Array, b: Uint8Array): Buffer => Buffer.from(a.map((byte, i) => byte ^ (b[i] ?? 0)))
const derive = promisify(pbkdf2)

/** Attributes of a SCRAM message in order, e.g. [['r', nonce], ['s', salt]]. Undefined when it has another shape. */
function attributes(message: string): [string, string][] | undefined {
  const all: [string, string][] = []
  for (const part of message.split(',')) {
    if (part[1] !== '=' || !/[a-z]/i.test(part[0] ?? '')) return undefined
    all.push([part[0] as string, part.slice(2)])
  }
  return all
}

/** The server's side of one exchange. Each step gives what to send, or undefined: the exchange has failed, for good. */
export class ScramServer {
  readonly #secrets: ScramSecrets
  readonly #nonce: string
  #first = ''
  #bare = ''
  #header = ''

  constructor(secrets: ScramSecrets, nonce: string) {
    this.#secrets = secrets
    this.#nonce = nonce
  }

  /** client-first-message -> server-first-message. */
  first(message: string): string | undefined {
    const found = /^([ny],(?:a=[^,]*)?,)(n=[^,]*,r=([\x21-\x2b\x2d-\x7e]{8,256}))$/.exec(message)
    if (!found) return undefined // also `p=…`: we offered no channel binding
    const [, header = '', bare = '', nonce = ''] = found
    this.#header = header
    this.#bare = bare
    this.#first = `r=${nonce}${this.#nonce},s=${Buffer.from(this.#secrets.salt).toString('base64')},i=${this.#secrets.iterations}`
    return this.#first
  }

  /** client-final-message -> the token whose key was proved, and server-final-message. Tries every key, whatever fits. */
  final(message: string): { token: string; message: string } | undefined {
    const found = /^(c=([^,]*),r=([^,]*)),p=([^,]*)$/.exec(message)
    if (!found || this.#first === '') return undefined
    const [, withoutProof = '', binding = '', nonce = '', proofText = ''] = found
    const proof = Buffer.from(proofText, 'base64')
    if (
      binding !== Buffer.from(this.#header).toString('base64') ||
      `r=${nonce}` !== this.#first.split(',')[0] ||
      proof.length !== 32
    )
      return undefined
    const authMessage = `${this.#bare},${this.#first},${withoutProof}`
    let proved: { token: string; message: string } | undefined
    for (const key of this.#secrets.keys.slice(0, 64)) {
      const clientKey = xor(proof, hmac(key.storedKey, authMessage))
      if (timingSafeEqual(sha256(clientKey), key.storedKey)) {
        proved = { token: key.token, message: `v=${hmac(key.serverKey, authMessage).toString('base64')}` }
      }
    }
    return proved
  }
}

/** The client's side. Throws Error with a reason when the server does not prove that it knows the password too. */
export class ScramClient {
  readonly #password: string
  readonly #bare: string
  #serverSignature: Buffer | undefined

  constructor(password: string, nonce: string) {
    // SASLprep of printable ASCII is the identity; for the rest NFKC is the part of it that matters (RFC 4013 2.2).
    this.#password = password.normalize('NFKC')
    this.#bare = `n=,r=${nonce}`
  }

  first(): string {
    return `n,,${this.#bare}`
  }

  async answer(serverFirst: string): Promise<string> {
    const all = new Map(attributes(serverFirst) ?? [])
    const nonce = all.get('r') ?? ''
    const salt = Buffer.from(all.get('s') ?? '', 'base64')
    const iterations = Number(all.get('i'))
    const ours = this.#bare.slice('n=,r='.length)
    if (!nonce.startsWith(ours) || nonce === ours || salt.length === 0)
      throw new Error('its SCRAM answer does not fit the question')
    if (!Number.isSafeInteger(iterations) || iterations < 1 || iterations > mostIterations)
      throw new Error(`it asks for ${iterations} SCRAM rounds`)
    const salted = await derive(this.#password, salt, iterations, 32, 'sha256')
    const clientKey = hmac(salted, 'Client Key')
    const withoutProof = `c=biws,r=${nonce}`
    const authMessage = `${this.#bare},${serverFirst},${withoutProof}`
    this.#serverSignature = hmac(hmac(salted, 'Server Key'), authMessage)
    return `${withoutProof},p=${xor(clientKey, hmac(sha256(clientKey), authMessage)).toString('base64')}`
  }

  finish(serverFinal: string): void {
    const signature = Buffer.from(/^v=([^,]+)/.exec(serverFinal)?.[1] ?? '', 'base64')
    const expected = this.#serverSignature
    if (expected === undefined || signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
      throw new Error('it did not prove that it knows the password')
    }
  }
}
