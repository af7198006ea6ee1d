// One HTTP request to a receiver and its whole answer, bounded; and what its status means for a delivery.
import http from 'node:http'
import https from 'node:https'
import { quoted, Trouble } from '../types.ts'

export interface HttpReceiver {
  readonly url: URL
  /** Whole value of the header, where there is one. */
  readonly authorization?: string
  /** PEM of the authority that the receiver's certificate is checked with, besides none other. */
  readonly ca?: string
}

export interface Answer {
  readonly status: number
  readonly text: string
  readonly retryAfterMs: number | undefined
}

/** More than any answer to one of our batches. */
const mostAnswerBytes = 32_000_000

/** A receiver over HTTP/1.1 with one connection that is kept open. Certificates are always checked. */
export class HttpClient {
  readonly #to: HttpReceiver
  readonly #agent: http.Agent

  constructor(to: HttpReceiver) {
    this.#to = to
    const settings = { keepAlive: true, maxSockets: 1, keepAliveMsecs: 30_000 }
    this.#agent =
      to.url.protocol === 'https:'
        ? new https.Agent({ ...settings, minVersion: 'TLSv1.2', ...(to.ca === undefined ? {} : { ca: to.ca }) })
        : new http.Agent(settings)
  }

  /** Throws what broke on the way (closed: no acknowledgement). `path` is added to the receiver's own, as is its query. */
  post(path: string, body: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
    const { url, authorization } = this.#to
    const bytes = Buffer.from(body)
    const target = new URL(url)
    const [pathname = '', query] = path.split('?')
    target.pathname = target.pathname.replace(/\/+$/, '') + pathname
    if (query !== undefined)
      for (const [name, value] of new URLSearchParams(query)) target.searchParams.set(name, value)
    target.username = ''
    target.password = ''
    return new Promise((resolve, reject) => {
      const request = (url.protocol === 'https:' ? https : http).request(
        target,
        {
          method: 'POST',
          agent: this.#agent,
          signal,
          headers: {
            ...headers,
            'content-length': String(bytes.length),
            'user-agent': 'glovebox',
            ...(authorization === undefined ? {} : { authorization }),
          },
        },
        (response) => {
          answerOf(response).then(resolve, reject)
        },
      )
      request.on('error', (error) => reject(new Trouble('busy', wordsOf(error))))
      request.end(bytes)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

async function answerOf(response: http.IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > mostAnswerBytes) throw new Trouble('busy', 'its answer is too long to be one')
    chunks.push(chunk)
  }
  if (!response.complete) throw new Trouble('busy', 'its answer was cut')
  const after = response.headers['retry-after']
  const seconds =
    after === undefined ? Number.NaN : /^\d+$/.test(after) ? Number(after) : (Date.parse(after) - Date.now()) / 1000
  return {
    status: response.statusCode ?? 0,
    text: Buffer.concat(chunks).toString('utf8'),
    retryAfterMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined,
  }
}

const wordsOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ECONNREFUSED') return 'nothing listens there (connection refused)'
  if (code === 'ECONNRESET') return 'it closed the connection before it answered'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its host name is not known'
  return error instanceof Error ? error.message || code : String(error)
}

/** The trouble that a status means; undefined for 2xx. 4xx about the content are `refused`, about us are `setup`. */
export function troubleOf({ status, text, retryAfterMs }: Answer): Trouble | undefined {
  if (status >= 200 && status < 300) return undefined
  const what = `it answered ${status}${quoted(text)}`
  if (status === 400 || status === 413 || status === 422) return new Trouble('refused', what)
  if (status === 429 || status >= 500) return new Trouble('busy', what, retryAfterMs)
  return new Trouble('setup', what)
}

/** The object that a JSON text is. Throws Trouble: garbage is no acknowledgement. */
export function objectOf({ text }: Answer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // closed: not understood is not acknowledged
  }
  throw new Trouble('busy', `its answer is not the JSON that it should be${quoted(text)}`)
}
