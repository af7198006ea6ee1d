// `glovebox request`: asks, and with --wait stays until somebody has decided. Without --wait it never waits.
import { fail } from '../../../core/error.ts'
import { call, changes } from '../client.ts'
import { answer, operationNamed } from '../operation-verb.ts'
import { showJson, tell } from '../output.ts'
import type { Call } from '../table.ts'

/** Fields of the operation from the words; `--last` and `--again` stand for a target. */
export function asked(given: Call['given']): Record<string, unknown> {
  const { wait: _, print: __, noWait: ___, ...fields } = given
  if ([fields.target, fields.last, fields.again, fields.undo].every((one) => one === undefined)) {
    fail('GBX-1001', { what: 'request needs a target, --again REF, --undo REQUEST or --last' }, undefined)
  }
  return fields
}

/** Asks. Exit 0 for created, reused or approved; with --wait 6 when it was denied, 7 when it ended, 8 when nobody decided in time. */
export async function request(given: Call): Promise<number> {
  const operation = operationNamed('requests.create')
  const made = await call(given.env, operation, asked(given.given))
  if (given.given.wait !== true || made.state !== 'pending') return answer(given, operation, made)
  const state = await decided(given, String(made.id))
  if (given.json) showJson(given.io, { ...made, ...state })
  else given.io.out.write(`${String(made.id)}\t${state.state}\n`)
  return exitOf(state.state)
}

/** Exit code of a request's state. */
const exitOf = (state: string): number => ({ approved: 0, denied: 6, withdrawn: 7, expired: 7, pending: 8 })[state] ?? 1

export interface Decided {
  readonly state: string
  readonly grant?: string
  readonly reviewer?: string
  readonly comment?: string
}

/** Somebody pressed Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/**
 * Waits until the request is not pending any more. Told by the stream of changes; the state itself is always read from
 * the gateway, also once after the stream began, so that a decision in between is not missed. Throws Interrupted at Ctrl-C.
 */
export async function decided(
  { env, io }: Call,
  id: string,
  onChange: (state: Record<string, unknown>) => void = () => undefined,
): Promise<Decided> {
  const stop = new AbortController()
  const interrupted = (): void => stop.abort()
  process.once('SIGINT', interrupted)
  try {
    const read = async (): Promise<Decided | undefined> => {
      const now = await call(env, operationNamed('requests.get'), { id })
      onChange(now)
      return now.state === 'pending' ? undefined : (now as unknown as Decided)
    }
    const before = await read()
    if (before) return before
    for await (const change of changesAndBeats(env, stop.signal)) {
      if (change !== undefined && change !== id) continue
      const now = await read()
      if (now) return now
    }
    tell(io, env, '~', `${id} is still waiting; it goes on without this terminal`)
    throw new Interrupted()
  } finally {
    process.off('SIGINT', interrupted)
    stop.abort()
  }
}

/** Ids of requests that changed; undefined when the stream begins and every 15 s, so that a lost stream delays but never loses a decision. */
async function* changesAndBeats(env: Call['env'], signal: AbortSignal): AsyncGenerator<string | undefined> {
  const stream = changes(env, signal)
  let next = stream.next()
  while (!signal.aborted) {
    let timer: NodeJS.Timeout | undefined
    const beat = new Promise<'beat'>((resolve) => (timer = setTimeout(() => resolve('beat'), 15_000)))
    const came = await Promise.race([next, beat, aborted(signal)])
    clearTimeout(timer)
    if (came === 'aborted') return
    if (came === 'beat') yield undefined
    else {
      if (came.done) return
      next = stream.next()
      const { data } = came.value
      yield typeof data.request === 'string' ? data.request : typeof data.id === 'string' ? data.id : undefined
    }
  }
}

const aborted = (signal: AbortSignal): Promise<'aborted'> =>
  new Promise((resolve) =>
    signal.aborted ? resolve('aborted') : signal.addEventListener('abort', () => resolve('aborted'), { once: true }),
  )
