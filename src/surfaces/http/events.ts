// State changes as server-sent events (WHATWG HTML, section 9.2). Which changes somebody gets is decided by
// operations/events.ts; they come only after their entry is durable, so that nobody ever sees a decision that a crash
// could take back (G1).
import type { FastifyReply } from 'fastify'
import { isRefusal, type Refusal } from '../../core/error.ts'
import type { Principal } from '../../core/nouns.ts'

/** One change; `id` is the index of its entry, `type` names it. */
export interface Change {
  readonly id: number
  readonly type: string
}

/** Tells a principal's changes from now on, or from after entry `after`. Returns how to stop. */
export type Watch = (principal: Principal, listener: (change: Change) => void, after?: number) => () => void

const heartbeatMs = 15_000
const maxReaders = 500
const maxBufferedBytes = 1_048_576

/** All open streams of one gateway. */
export class EventStreams {
  readonly #watch: Watch
  readonly #open = new Set<() => void>()

  constructor(watch: Watch) {
    this.#watch = watch
  }

  /**
   * Answers with a stream that lives until the client leaves, the token stops working (`recheck`, asked at every
   * heartbeat), or the reader is too slow; a client comes back with the id of the last change that it saw.
   */
  serve(
    reply: FastifyReply,
    principal: Principal,
    after: number | undefined,
    recheck: () => Promise<Principal | Refusal>,
  ): void {
    const { raw } = reply
    if (this.#open.size >= maxReaders) {
      raw.writeHead(503, { 'retry-after': '30' }).end()
      return
    }
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-accel-buffering': 'no',
    })
    raw.write(': glovebox events\nretry: 1000\n\n')
    const send = (change: Change): void => {
      const { id, type, ...data } = change
      raw.write(`id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`)
      if (raw.writableLength > maxBufferedBytes) close()
    }
    let stop = this.#watch(principal, send, after)
    const beat = async (): Promise<void> => {
      const now = await recheck()
      if (isRefusal(now)) return close()
      // Groups may have changed: the filter asks with who they are now.
      stop()
      stop = this.#watch(now, send)
      raw.write(': still here\n\n')
    }
    const timer = setInterval(() => void beat(), heartbeatMs)
    const close = (): void => {
      clearInterval(timer)
      stop()
      this.#open.delete(close)
      raw.end()
    }
    this.#open.add(close)
    raw.on('close', close)
  }

  close(): void {
    for (const close of this.#open) close()
  }
}
