// The web door: one fastify server for the API, its documents and the plain pages. Knows who asks by bearer token only;
// there are no cookies, so a browser page of somebody else's has nothing to ride on.
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import helmet from '@fastify/helmet'
import { isRefusal, refusal } from '../../core/error.ts'
import type { Needs, Operation, Parts } from '../../operations/operation.ts'
import { EventStreams, type Watch } from './events.ts'
import { mountExports } from './exports.ts'
import { opensByIp, refuseForeign, SignInLimit } from './guards.ts'
import { openApi } from './openapi.ts'
import { apiPage, errorsPage, startPage, styleHash } from './pages.ts'
import { isProbe, mountProbes, type Probes } from './probes.ts'
import { refusalOf, sendRefusal } from './problem.ts'
import type { WitnessDoor } from '../../tlog/witness.ts'
import { mountWitness } from './witness.ts'
import { mountOperations, type Identify, type Rows, type Signed } from './routes.ts'

export interface WebDoor extends Signed {
  readonly parts: Parts
  readonly operations: readonly Operation[]
  readonly watch: Watch
  /** Requests that come before everything is up wait for this. */
  readonly opened: Promise<void>
  /** Name by which people open the gateway; known only after the port is bound when it was 0. */
  readonly publicUrl: () => URL
  readonly tls?: { readonly cert: string; readonly key: string }
  readonly trustedProxies: readonly string[]
  /** Mounted below /witness where the gateway is one. */
  readonly witness?: WitnessDoor | undefined
  /** For machines: alive, ready, metrics. */
  readonly probes: Probes
  readonly log: (line: string) => void
}

export interface WebServer {
  readonly app: FastifyInstance
  /** `METHOD /path` -> who may call it, for every route that exists. */
  readonly rows: Rows
  close(): Promise<void>
}

/** Builds the server; it does not listen yet. Throws when a route without a row in the table was added. */
export async function webServer(door: WebDoor): Promise<WebServer> {
  const rows: Rows = new Map()
  const app = fastify({
    bodyLimit: 1_048_576,
    requestTimeout: 30_000,
    connectionTimeout: 0,
    keepAliveTimeout: 30_000,
    forceCloseConnections: true,
    trustProxy: door.trustedProxies.length > 0 ? [...door.trustedProxies] : false,
    routerOptions: { maxParamLength: 200 },
    logger: false,
    ...(door.tls === undefined
      ? {}
      : { https: { cert: door.tls.cert, key: door.tls.key, minVersion: 'TLSv1.2' as const } }),
  }) as unknown as FastifyInstance
  // A client that sends its headers slowly, or holds many connections, costs little and is let go (G10).
  app.server.headersTimeout = 15_000
  app.server.maxConnections = 2_000
  app.addHook('onRoute', ({ method, url, config }) => {
    const needs = config?.needs
    for (const one of [method].flat()) {
      // HEAD comes with GET and answers without a body: same row.
      if (needs === undefined) throw new Error(`route ${one} ${url} says not who may call it`)
      rows.set(`${one} ${url}`, needs)
    }
  })
  await app.register(helmet, helmetOptions(door))
  app.addHook('onRequest', async (request, reply) => {
    if (isProbe(request.url)) return undefined
    await door.opened
    if (opensByIp(request)) return reply.redirect(new URL(request.url, door.publicUrl()).href, 307)
    const foreign = refuseForeign(request, door.publicUrl())
    return foreign ? sendRefusal(reply, foreign) : undefined
  })
  app.setErrorHandler((error, _, reply) => sendRefusal(reply, refusalOf(error, door.log)))
  app.setNotFoundHandler((request, reply) =>
    sendRefusal(reply, refusal('GBX-1004', { what: `${request.method} ${request.url.split('?')[0]}` })),
  )
  const identify = identifier(door)
  mountOperations(app, door.operations, door.parts, identify)
  mountExports(app, door.parts, identify)
  const streams = mountEvents(app, door, identify)
  mountPages(app, door)
  let isOpen = false
  void door.opened.then(() => (isOpen = true)).catch(() => undefined) // closed: it is never said to be ready
  mountProbes(app, door.probes, () => isOpen)
  if (door.witness) await mountWitness(app, door.witness, door.log)
  await app.ready()
  return {
    app,
    rows,
    close: async () => {
      streams.close()
      await app.close()
    },
  }
}

const helmetOptions = (door: WebDoor) => ({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      styleSrc: [styleHash],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  crossOriginEmbedderPolicy: true,
  referrerPolicy: { policy: 'no-referrer' as const },
  xFrameOptions: { action: 'deny' as const },
  // Only where we end TLS ourselves: a proxy says it for its own name.
  strictTransportSecurity: door.tls === undefined ? (false as const) : { maxAge: 31_536_000, includeSubDomains: false },
})

/** Reads `Authorization: Bearer …` (RFC 6750). Tokens in URLs are never looked at: they would end in logs. */
function identifier(door: WebDoor): Identify {
  const limit = new SignInLimit(() => door.parts.now())
  return async (request) => {
    const token = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(request.headers.authorization ?? '')?.[1]
    if (token === undefined) return refusal('GBX-1003', { why: 'No bearer token came with the request.' })
    const principal = await door.authenticate(token)
    // Locked people have a token that works: that is no failed sign-in.
    if (!isRefusal(principal) || principal.code !== 'GBX-1003') return principal
    // A token that works always gets in: people behind one address can't be locked out by a neighbour's mistakes.
    limit.failed(request.ip)
    return limit.check(request.ip) ?? principal
  }
}

function mountEvents(app: FastifyInstance, door: WebDoor, identify: Identify): EventStreams {
  const streams = new EventStreams(door.watch)
  app.get('/api/v1/events', { config: { needs: 'signed-in' } }, async (request, reply) => {
    const principal = await identify(request)
    if (isRefusal(principal)) return sendRefusal(reply, principal)
    reply.hijack()
    streams.serve(reply, principal, lastSeen(request), () => identify(request))
    return reply
  })
  return streams
}

function lastSeen(request: FastifyRequest): number | undefined {
  const given = request.headers['last-event-id'] ?? (request.query as Record<string, unknown>).after
  return typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : undefined
}

function mountPages(app: FastifyInstance, door: WebDoor): void {
  const open: { config: { needs: Needs } } = { config: { needs: 'nobody' } }
  const html = 'text/html; charset=utf-8'
  const document = JSON.stringify(openApi(door.operations, door.parts.version))
  const reference = apiPage(door.operations)
  const catalogue = errorsPage()
  app.get('/', open, (_, reply) => reply.type(html).send(startPage()))
  app.get('/api', open, (_, reply) => reply.type(html).send(reference))
  app.get('/errors', open, (_, reply) => reply.type(html).send(catalogue))
  app.get('/api/openapi.json', open, (_, reply) => reply.type('application/json; charset=utf-8').send(document))
}
