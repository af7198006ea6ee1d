// Fetching an evidence file that was made (operations/record/export.ts): bytes, so it is no operation. Only whom it was made for
// gets it, once, and only while they may still read the record.
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { isRefusal, refusal } from '../../core/error.ts'
import { exportAudit } from '../../operations/record/export.ts'
import { allowed } from '../../operations/needs.ts'
import type { Parts } from '../../operations/operation.ts'
import { sendRefusal } from './problem.ts'
import type { Identify } from './routes.ts'

export function mountExports(app: FastifyInstance, parts: Parts, identify: Identify): void {
  app.get('/api/v1/audit/exports/:id', { config: { needs: exportAudit.needs } }, async (request, reply) => {
    const principal = await identify(request)
    if (isRefusal(principal)) return sendRefusal(reply, principal)
    const refused = await allowed(exportAudit, { principal, channel: 'web', gateway: parts })
    if (refused) return sendRefusal(reply, refused)
    const { id } = request.params as { id: string }
    const spooled = parts.spool.take(id, principal.id)
    if (!spooled) return sendRefusal(reply, refusal('GBX-1004', { what: id }))
    return reply
      .headers({
        'content-type': 'application/zip',
        'content-length': String(spooled.size),
        'content-disposition': `attachment; filename="${id}.evidence.zip"`,
        'cache-control': 'no-store',
      })
      .send(Readable.from(spooled.content, { objectMode: false }))
  })
}
