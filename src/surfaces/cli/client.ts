// The gateway as the command line sees it: one call per operation, and the stream of state changes. Whatever comes back
// that is not an answer becomes the one error shape.
import { errors, fail, GloveboxError, isRefusal, refusal, type Refusal } from '../../core/error.ts'
import type { CliOperation } from './table.ts'
import type { ClientEnv } from './env.ts'

/** Longer than any operation may take, shorter than patience. */
const timeoutMs = 60_000

const headers = (env: ClientEnv): Record<string, string> => ({
  'user-agent': 'glovebox-cli',
  accept: 'application/json',
  ...(env.token === undefined ? {} : { authorization: `Bearer ${env.token}` }),
})

/**
 * Runs one operation. Throws GloveboxError: what the gateway refused, or GBX-1503 when it does not answer within `patienceMs`.
 */
export async function call(
  env: ClientEnv,
  operation: CliOperation,
  input: Readonly<Record<string, unknown>>,
  patienceMs = timeoutMs,
): Promise<Record<string, unknown>> {
  const rest: Record<string, unknown> = { ...input }
  const path = operation.path.replace(/:(\w+)/g, (_, field: string) => {
    const value = String(rest[field] ?? '')
    delete rest[field]
    return encodeURIComponent(value)
  })
  const reads = operation.method === 'GET' || operation.method === 'DELETE'
  const query = new URLSearchParams()
  if (reads)
    for (const [field, value] of Object.entries(rest))
      for (const one of [value].flat()) if (one !== undefined) query.append(field, String(one))
  const url = `${env.url}/api${path}${query.size > 0 ? `?${query}` : ''}`
  const body = reads ? undefined : JSON.stringify(rest)
  const response = await ask(env, url, {
    method: operation.method,
    headers: { ...headers(env), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(patienceMs),
  })
  return answerOf(env, response)
}

/** The bytes of a file that the gateway keeps for us. Throws as `call` does; a cut answer is an error while it is read. */
export async function fetchFile(env: ClientEnv, path: string): Promise<ReadableStream<Uint8Array>> {
  const response = await ask(env, `${env.url}/api${path}`, { headers: { ...headers(env), accept: 'application/zip' } })
  if (response.ok && response.body && response.headers.get('content-type') === 'application/zip') return response.body
  await answerOf(env, response)
  return fail('GBX-1503', { url: env.url, why: 'it did not answer with a file' })
}

async function ask(env: ClientEnv, url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    const { cause, name } = error as Error & { cause?: { code?: string; message?: string } }
    const why =
      name === 'TimeoutError'
        ? 'no answer in time'
        : cause?.code === 'ECONNREFUSED'
          ? 'it refused the connection'
          : (cause?.code ?? cause?.message ?? 'no connection')
    return fail('GBX-1503', { url: env.url, why }, { cause: error })
  }
}

async function answerOf(env: ClientEnv, response: Response): Promise<Record<string, unknown>> {
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  const json = type.includes('json') ? parse(text) : undefined
  if (response.ok && json !== undefined) return json
  throw new GloveboxError(
    refusalIn(json) ??
      refusal('GBX-1503', { url: env.url, why: `it answered HTTP ${response.status}, which is not Glovebox` }),
  )
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined // not our gateway: the caller says so
  }
}

/** The refusal inside problem details. Codes that this version does not know keep their sentence. */
function refusalIn(problem: Record<string, unknown> | undefined): Refusal | undefined {
  if (!problem || typeof problem.title !== 'string') return undefined
  const { code, title, why, next = [], ref } = problem
  const refused = {
    code,
    title,
    next,
    ...(typeof why === 'string' ? { why } : {}),
    ...(typeof ref === 'string' ? { ref } : {}),
  }
  if (typeof code === 'string' && !(code in errors)) return { ...(refused as Refusal), code: 'GBX-1901' }
  return isRefusal(refused) ? refused : undefined
}

export interface StreamEvent {
  readonly id: number | undefined
  readonly event: string
  readonly data: Readonly<Record<string, unknown>>
}

/** State changes as they come, after an `open` for each connection, over reconnects, until `signal` aborts. Throws what the gateway refuses (sign-in). */
export async function* changes(env: ClientEnv, signal: AbortSignal, after?: number): AsyncGenerator<StreamEvent> {
  let last = after
  for (let failures = 0; !signal.aborted;) {
    const response = await fetch(`${env.url}/api/v1/events`, {
      headers: {
        ...headers(env),
        accept: 'text/event-stream',
        ...(last === undefined ? {} : { 'last-event-id': String(last) }),
      },
      signal,
    }).catch(() => undefined)
    if (response && !response.ok) await answerOf(env, response)
    if (response?.body) {
      failures = 0
      yield { id: undefined, event: 'open', data: {} }
      for await (const event of eventsOf(response.body, signal)) {
        last = event.id ?? last
        yield event
      }
    }
    // A gateway that restarts is back in seconds; one that is gone is told to the person.
    if (!signal.aborted && ++failures > 20) fail('GBX-1503', { url: env.url, why: 'the stream of events ended' })
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

async function* eventsOf(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder()
  let held = ''
  try {
    for await (const chunk of body) {
      held += decoder.decode(chunk, { stream: true })
      const blocks = held.split('\n\n')
      held = blocks.pop() ?? ''
      for (const block of blocks) {
        const event = eventIn(block)
        if (event) yield event
      }
    }
  } catch (error) {
    if (!signal.aborted && !(error instanceof TypeError)) throw error // a cut stream: the caller connects again
  }
}

function eventIn(block: string): StreamEvent | undefined {
  const fields = new Map(
    block
      .split('\n')
      .map(
        (line) => [line.slice(0, Math.max(0, line.indexOf(':'))), line.slice(line.indexOf(':') + 1).trim()] as const,
      ),
  )
  const data = parse(fields.get('data') ?? '')
  const id = fields.get('id')
  return data && { id: id === undefined ? undefined : Number(id), event: fields.get('event') ?? 'message', data }
}
