// The OpenAPI 3.1 document, made from the operations table: what the API answers and what the document says cannot drift.
import { z } from 'zod'
import { errors, type ErrorCode } from '../../core/error.ts'
import type { Operation } from '../../operations/operation.ts'

type Json = Record<string, unknown>

/** Fields of the path, in order. */
const pathFields = (path: string): string[] => [...path.matchAll(/:(\w+)/g)].map(([, field]) => field as string)

/** Do the other fields travel in the query? */
const inQuery = (operation: Operation): boolean => operation.method === 'GET' || operation.method === 'DELETE'

const always: readonly ErrorCode[] = ['GBX-1002', 'GBX-1401', 'GBX-1901']

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    target: 'draft-2020-12',
  }) as Json
  return json
}

function parameters(operation: Operation, input: Json): Json[] {
  const inPath = pathFields(operation.path)
  const required = (input.required ?? []) as string[]
  return Object.entries((input.properties ?? {}) as Record<string, Json>)
    .filter(([field]) => inPath.includes(field) || inQuery(operation))
    .map(([name, { description, ...schema }]) => ({
      name,
      in: inPath.includes(name) ? 'path' : 'query',
      required: inPath.includes(name) || required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema,
    }))
}

function bodyOf(operation: Operation, input: Json): Json | undefined {
  if (inQuery(operation)) return undefined
  const inPath = pathFields(operation.path)
  const properties = Object.fromEntries(
    Object.entries((input.properties ?? {}) as Json).filter(([field]) => !inPath.includes(field)),
  )
  if (Object.keys(properties).length === 0) return undefined
  const required = ((input.required ?? []) as string[]).filter((field) => !inPath.includes(field))
  const schema = { ...input, properties, required, additionalProperties: false }
  return { required: required.length > 0, content: { 'application/json': { schema } } }
}

function responses(operation: Operation): Json {
  const byStatus = new Map<number, ErrorCode[]>()
  const codes = [...operation.errors, ...always, ...(operation.needs === 'nobody' ? [] : (['GBX-1003'] as const))]
  for (const code of codes) {
    const http = errors[code].http < 400 ? 409 : errors[code].http
    byStatus.set(http, [...(byStatus.get(http) ?? []), code])
  }
  const refusals = [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, list]) => [
      String(status),
      {
        description: [...new Set(list)].map((code) => `${code} ${errors[code].name}`).join(', '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ])
  return {
    '200': {
      description: operation.summary,
      content: { 'application/json': { schema: schemaOf(operation.output, 'output') } },
    },
    ...Object.fromEntries(refusals),
  }
}

const problemSchema: Json = {
  type: 'object',
  description: 'RFC 9457 problem details, with the error shape that every path of Glovebox shares.',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'next', 'docs'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string', description: 'What did not happen, to what.' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string', enum: Object.keys(errors) },
    why: { type: 'string' },
    next: { type: 'array', items: { type: 'string' }, description: 'Lines to paste.' },
    ref: { type: 'string' },
    docs: { type: 'string' },
  },
}

const events: Json = {
  get: {
    operationId: 'events.stream',
    summary: 'State changes as server-sent events, only those that concern you or that you may watch.',
    responses: {
      '200': {
        description: 'event: the kind; data: {"id","state",…}; id: the index of the entry',
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      },
      '401': {
        description: 'GBX-1003 sign-in-first',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  },
}

/** The whole document. */
export function openApi(operations: readonly Operation[], version: string): Json {
  const paths: Record<string, Json> = {}
  for (const operation of [...operations].sort((a, b) =>
    a.path < b.path ? -1 : a.path > b.path ? 1 : a.method < b.method ? -1 : 1,
  )) {
    const input = schemaOf(operation.input, 'input')
    const body = bodyOf(operation, input)
    const path = `/api${operation.path.replace(/:(\w+)/g, '{$1}')}`
    paths[path] = {
      ...paths[path],
      [operation.method.toLowerCase()]: {
        operationId: operation.name,
        summary: operation.summary,
        'x-needs': operation.needs,
        ...(operation.needs === 'nobody' ? { security: [] } : {}),
        parameters: parameters(operation, input),
        ...(body === undefined ? {} : { requestBody: body }),
        responses: responses(operation),
      },
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Glovebox',
      version,
      description: 'Debug production without touching it: ask, approve, masked, expiring, provable.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ token: [] }],
    paths: { ...paths, '/api/v1/events': events },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'A token of `glovebox user add`.' } },
      schemas: { Problem: problemSchema },
    },
  }
}
