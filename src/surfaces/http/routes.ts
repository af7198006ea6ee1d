// Interprets the operations table over HTTP: who asks, is the input well formed, run it, let out only what the output
// schema declares. Each route has a row in `needsOf`; the sweep test walks the router and fails on one without (G6).
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isRefusal, refusal, type Refusal } from '../../core/error.ts'
import type { Principal } from '../../core/nouns.ts'
import { nearest } from '../../lib/nearest.ts'
import { allowed } from '../../operations/needs.ts'
import type { Needs, Operation, Parts } from '../../operations/operation.ts'
import { sendRefusal } from './problem.ts'

export interface Signed {
  /** Who holds this token now; a refusal for an unknown, ended or locked one. */
  authenticate(token: string): Promise<Principal | Refusal> | Principal | Refusal
}

/** Finds out who asks, or why not. Counts failures by address. */
export type Identify = (request: FastifyRequest) => Promise<Principal | Refusal>

/** Rows of all routes, `METHOD /path` -> who may call it. */
export type Rows = Map<string, Needs>

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Absent = the route was not declared; the server refuses to start with it. */
    readonly needs?: Needs
  }
}

/** Mounts every operation under /api. */
export function mountOperations(
  app: FastifyInstance,
  operations: readonly Operation[],
  parts: Parts,
  identify: Identify,
): void {
  for (const operation of operations) {
    const many = arrayFields(operation.input)
    app.route({
      method: operation.method,
      url: `/api${operation.path}`,
      config: { needs: operation.needs },
      handler: async (request, reply) => {
        // Operations that need nobody must not read the principal; they get none that could be mistaken for somebody.
        const principal = operation.needs === 'nobody' ? nobody : await identify(request)
        if (isRefusal(principal)) return sendRefusal(reply, principal)
        const channel = (request.headers['user-agent'] ?? '').startsWith('glovebox-cli') ? 'cli' : 'web'
        const context = { principal, channel, gateway: parts } as const
        // Who has no such duty anywhere learns nothing about the input either.
        const refused = await allowed(operation, context)
        if (refused) return sendRefusal(reply, refused)
        const input = inputOf(operation, request, many)
        if (isRefusal(input)) return sendRefusal(reply, input)
        const output = await operation.handle(context, input as never)
        return isRefusal(output) ? sendRefusal(reply, output) : sendOutput(reply, operation, output)
      },
    })
  }
}

const nobody: Principal = { id: 'p-nobody', kind: 'service', name: 'nobody', person: 'p-nobody', groups: [] }

/** What is not declared in the output schema stays inside (G9). An output that does not fit is our fault: GBX-1901. */
function sendOutput(reply: FastifyReply, operation: Operation, output: unknown): FastifyReply {
  const declared = operation.output.parse(output)
  return reply
    .code(200)
    .type('application/json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(declared))
}

const arrayFields = (schema: z.ZodObject): ReadonlySet<string> => {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return new Set(
    Object.entries(properties).flatMap(([field, of]) => (typeof of === 'object' && of.type === 'array' ? [field] : [])),
  )
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function inputOf(operation: Operation, request: FastifyRequest, many: ReadonlySet<string>): unknown {
  const query = request.query as Record<string, unknown>
  const reads = operation.method === 'GET' || operation.method === 'DELETE'
  if (!reads && Object.keys(query).length > 0)
    return refusal('GBX-1002', { field: 'the query', why: 'fields of this operation travel in the JSON body' })
  const given = reads ? query : (request.body ?? {})
  if (!isPlain(given)) return refusal('GBX-1002', { field: 'the body', why: 'expected one JSON object' })
  const fields: Record<string, unknown> = { ...given, ...(request.params as object) }
  for (const field of many) if (typeof fields[field] === 'string') fields[field] = [fields[field]]
  return checkInput(operation, fields)
}

/** The input that the operation's schema accepts, or GBX-1002 with the first field that it does not. */
function checkInput(operation: Operation, fields: unknown): unknown {
  const parsed = operation.input.safeParse(fields)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  if (!issue) return refusal('GBX-1002', { field: 'the input', why: 'not understood' })
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] as string
    const near = nearest(key, Object.keys(operation.input.shape))
    return refusal('GBX-1002', { field: key, why: near ? `no such field; did you mean ${near}?` : 'no such field' })
  }
  return refusal('GBX-1002', {
    field: issue.path.join('.') || 'the input',
    why: issue.message.replace(/^Invalid input: /, ''),
  })
}
