// The door to a witness (c2sp.org/tlog-witness): two routes, no sign-in, since only checkpoints that a known log has signed
// get anything. The same below the gateway's web door and alone.
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { answer, maxBodyBytes, type Answer, type WitnessDoor } from '../../tlog/witness.ts'
import type { WebServer } from './server.ts'
import type { Rows } from './routes.ts'

/** Submission and monitoring prefix, below the origin of the door. */
export const witnessPrefix = '/witness'

const burst = 60
const perSecond = 20
const maxAddresses = 10_000

/** Requests by address: a bucket that fills at a steady rate. In memory, bounded. */
export class Buckets {
  readonly #left = new Map<string, { tokens: number; at: number }>()
  readonly #now: () => number

  /** `now` in ms, and never back. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Takes one; false when there is none left. */
  take(address: string): boolean {
    const now = this.#now()
    const before = this.#left.get(address) ?? { tokens: burst, at: now }
    const tokens = Math.min(burst, before.tokens + ((now - before.at) * perSecond) / 1_000)
    this.#left.delete(address)
    this.#left.set(address, { tokens: Math.max(0, tokens - 1), at: now })
    if (this.#left.size > maxAddresses) this.#left.delete(this.#left.keys().next().value as string)
    return tokens >= 1
  }
}

const send = (reply: FastifyReply, { status, type, body }: Answer): FastifyReply =>
  reply.code(status).header('content-type', type).header('cache-control', 'no-store').send(Buffer.from(body))

/** Adds the two routes below `/witness`. */
export async function mountWitness(
  app: FastifyInstance,
  door: WitnessDoor,
  log: (line: string) => void,
): Promise<void> {
  const buckets = new Buckets(() => performance.now())
  /** Whatever breaks is a 503 without a word more: what is not remembered was not signed. */
  const guarded = (request: FastifyRequest, reply: FastifyReply, ask: () => Answer): FastifyReply => {
    if (!buckets.take(request.ip)) return send(reply.header('retry-after', '1'), answer(429, 'too many requests\n'))
    try {
      return send(reply, ask())
    } catch (error) {
      // closed: nothing was signed
      log(`! the witness could not remember, so it signed nothing: ${error instanceof Error ? error.message : error}`)
      return send(reply.header('retry-after', '30'), answer(503, 'the witness cannot remember, so it signs nothing\n'))
    }
  }
  await app.register(
    async (scope) => {
      scope.removeAllContentTypeParsers()
      // Clients name the type as they like, or not at all.
      scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxBodyBytes }, (_, body, done) =>
        done(null, body),
      )
      const open = { config: { needs: 'nobody' as const } }
      scope.setErrorHandler((error: { statusCode?: number }, _, reply) =>
        send(reply, answer(error.statusCode === 413 ? 413 : 400, 'this is not a request to a witness\n')),
      )
      scope.post('/add-checkpoint', open, (request, reply) =>
        guarded(request, reply, () => door.add(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0))),
      )
      scope.get('/:hash/checkpoint', open, (request, reply) =>
        guarded(request, reply, () => door.newest((request.params as { hash: string }).hash)),
      )
    },
    { prefix: witnessPrefix },
  )
}

/** A server with a witness and nothing else. It does not listen yet. */
export async function witnessServer(door: WitnessDoor, log: (line: string) => void): Promise<WebServer> {
  const rows: Rows = new Map()
  const app = fastify({
    bodyLimit: maxBodyBytes,
    requestTimeout: 10_000,
    keepAliveTimeout: 30_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 100 },
    logger: false,
  }) as unknown as FastifyInstance
  app.server.headersTimeout = 10_000
  app.server.maxConnections = 1_000
  app.setNotFoundHandler((_, reply) => send(reply, answer(404, 'there is nothing here\n')))
  await mountWitness(app, door, log)
  app.get('/healthz', { config: { needs: 'nobody' } }, (_, reply) => reply.type('application/json').send('{"ok":true}'))
  await app.ready()
  return { app, rows, close: () => app.close() }
}
