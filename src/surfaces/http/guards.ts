// What stands before every route: is this host name ours (DNS rebinding), does a browser page of somebody else's ask
// (cross-site), and has this address failed to sign in too often.
import type { FastifyRequest } from 'fastify'
import { refusal, type Refusal } from '../../core/error.ts'

const isIp = (host: string): boolean => /^\d{1,3}(\.\d{1,3}){3}$/.test(host) || host.startsWith('[')

/** Host of a Host header without its port, in lower case; IPv6 keeps its brackets. */
const hostOf = (header: string): string =>
  (header.startsWith('[') ? header.slice(0, header.indexOf(']') + 1) : (header.split(':')[0] as string)).toLowerCase()

/** Was this page opened by an IP address, by a person in a browser? Such pages move to the public URL's name (passkeys need one). */
export const opensByIp = (request: FastifyRequest): boolean =>
  request.method === 'GET' &&
  (request.headers.accept ?? '').includes('text/html') &&
  isIp(hostOf(request.headers.host ?? '')) &&
  request.headers.authorization === undefined

/**
 * Refuses a host name that is not ours and a request that a page of another origin sent. IP addresses pass: no DNS name
 * can be rebound onto them. Fails closed: a missing or unreadable Host or Origin is refused.
 */
export function refuseForeign(request: FastifyRequest, publicUrl: URL): Refusal | undefined {
  const host = hostOf(request.headers.host ?? '')
  if (!isIp(host) && host !== 'localhost' && host !== publicUrl.hostname) {
    return refusal('GBX-1120', {
      host: host || 'no host',
      known: [...new Set(['localhost', publicUrl.hostname, 'IP addresses'])].join(', '),
    })
  }
  const site = request.headers['sec-fetch-site']
  const { origin } = request.headers
  if (site === 'cross-site' && request.headers['sec-fetch-mode'] === 'navigate' && request.method === 'GET')
    return undefined
  if (site === 'cross-site' || site === 'same-site') return refusal('GBX-1121', { origin: origin ?? 'another site' })
  if (origin === undefined) return undefined
  const from = URL.canParse(origin) ? new URL(origin).host : ''
  return from === request.headers.host || from === publicUrl.host ? undefined : refusal('GBX-1121', { origin })
}

/** Failed sign-ins by address within a window. In memory, one per gateway, bounded. */
export class SignInLimit {
  readonly #failed = new Map<string, { count: number; until: number }>()
  readonly #now: () => number
  readonly #max: number
  readonly #windowMs: number

  constructor(now: () => number, max = 20, windowMs = 60_000) {
    this.#now = now
    this.#max = max
    this.#windowMs = windowMs
  }

  /** A refusal when this address has used up its tries. */
  check(address: string): Refusal | undefined {
    const entry = this.#failed.get(address)
    if (!entry || entry.until <= this.#now()) return undefined
    return entry.count < this.#max
      ? undefined
      : refusal('GBX-1122', { wait: `${Math.ceil((entry.until - this.#now()) / 1000)}s` })
  }

  failed(address: string): void {
    const now = this.#now()
    const entry = this.#failed.get(address)
    if (entry && entry.until > now) entry.count++
    else this.#failed.set(address, { count: 1, until: now + this.#windowMs })
    // The oldest go first: an attacker with many addresses can't fill the memory.
    if (this.#failed.size > 10_000) this.#failed.delete(this.#failed.keys().next().value as string)
  }
}
