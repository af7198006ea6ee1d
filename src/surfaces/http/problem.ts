// Refusals as HTTP answers: RFC 9457 problem details with the members of the one error shape beside them.
import type { FastifyReply } from 'fastify'
import { errorObject, errors, GloveboxError, refusal, type Refusal } from '../../core/error.ts'
import { newId } from '../../lib/ids.ts'

/** Body of a refusal. `instance` is the path that was asked. */
export const problem = (refused: Refusal, instance: string) => ({
  type: `/errors#${refused.code.toLowerCase()}`,
  status: errors[refused.code].http,
  detail: refused.why ?? refused.title,
  instance,
  ...errorObject(refused),
})

/** Sends a refusal. 401 names the scheme (RFC 6750), 429 and 503 say when to come back. */
export function sendRefusal(reply: FastifyReply, refused: Refusal): FastifyReply {
  const { http } = errors[refused.code]
  // "Not approved yet" is an answer to a question, not a success: as a refusal it travels as a conflict.
  const status = http < 400 ? 409 : http
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="glovebox"')
  if (status === 429 || status === 503) reply.header('retry-after', '30')
  const instance = reply.request.url.split('?')[0] as string
  return reply
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify({ ...problem(refused, instance), status }))
}

/**
 * What broke, as a refusal that a person may see. An error without a code is ours: it is logged whole under `ref`, and
 * only `ref` is shown (G9).
 */
export function refusalOf(error: unknown, log: (line: string) => void): Refusal {
  if (error instanceof GloveboxError) {
    if (error.refusal.code === 'GBX-1901') log(`${error.refusal.code} ${describe(error)}`)
    return error.refusal
  }
  const { statusCode, code } = error as { statusCode?: number; code?: string }
  if (statusCode !== undefined && statusCode < 500) return clientFault(statusCode, code ?? '')
  const ref = newId('e')
  log(`GBX-1901 ${ref} ${describe(error)}`)
  return refusal('GBX-1901', { ref }, { ref })
}

/** A fault that the HTTP server found before any operation was asked. */
function clientFault(status: number, code: string): Refusal {
  if (status === 413) return refusal('GBX-1005', { limit: '1 MiB' })
  const why =
    status === 415
      ? 'the content type has to be application/json'
      : code.includes('JSON_BODY') || status === 400
        ? 'the body is not JSON'
        : `HTTP ${status}`
  return refusal('GBX-1002', { field: 'the request', why })
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))
