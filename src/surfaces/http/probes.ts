// What machines ask the web door: is it alive, is it ready to serve, and its metrics. None of it knows of people.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { refusal } from '../../core/error.ts'
import { equalSecrets } from '../../lib/bytes.ts'
import { sha256 } from '../../lib/hash.ts'
import { sendRefusal } from './problem.ts'

export interface Probes {
  /** Why the gateway cannot serve now; undefined = it can. */
  ready(): Promise<string | undefined>
  /** The page and its content type. */
  metrics(openMetrics: boolean): { readonly type: string; readonly text: string }
  /** Bearer token of whoever reads the metrics; undefined = this machine alone reads them. */
  readonly metricsToken: string | undefined
}

/** Answered before the gateway serves anything else. */
export const isProbe = (url: string): boolean => url === '/healthz' || url === '/readyz'

const json = 'application/json; charset=utf-8'

/** /healthz, /readyz and /metrics. */
export function mountProbes(app: FastifyInstance, probes: Probes, isOpen: () => boolean): void {
  const open = { config: { needs: 'nobody' as const } }
  app.get('/healthz', open, (_, reply) => reply.type(json).send('{"ok":true}'))
  app.get('/readyz', open, async (_, reply) => {
    const why = isOpen() ? await probes.ready() : 'it is starting'
    reply.header('cache-control', 'no-store').type(json)
    return why === undefined
      ? reply.send('{"ready":true}')
      : reply.code(503).send(JSON.stringify({ ready: false, why }))
  })
  app.get('/metrics', open, (request, reply) => {
    if (!mayRead(request, probes.metricsToken))
      return sendRefusal(
        reply,
        refusal('GBX-1003', {
          why: 'metrics are read with gateway.metrics.token, and without one from this machine alone.',
        }),
      )
    const openMetrics = (request.headers.accept ?? '').includes('application/openmetrics-text')
    const { type, text } = probes.metrics(openMetrics)
    return reply.header('cache-control', 'no-store').type(type).send(text)
  })
}

/** Closed: what came through a proxy is not from this machine, whatever its address says. */
function mayRead({ headers, socket }: FastifyRequest, token: string | undefined): boolean {
  if (token !== undefined) {
    const given = /^Bearer (\S{1,512})$/i.exec(headers.authorization ?? '')?.[1]
    return given !== undefined && equalSecrets(sha256(given), sha256(token))
  }
  const address = socket.remoteAddress ?? ''
  const isHere = address === '::1' || /^(::ffff:)?127\./.test(address)
  return (
    isHere && headers['x-forwarded-for'] === undefined && headers.forwarded === undefined && headers.via === undefined
  )
}
