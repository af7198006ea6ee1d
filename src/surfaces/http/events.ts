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

/** Tells changes from now on, or from after entry `after`, to whoever `reader` is at that moment. Returns how to stop. */
export type Watch = (reader: () => Principal, listener: (change: Change) => void, after?: number) => () => void

/** How soon a stream ends when its token was revoked or its reader locked, and sees new groups. */
const recheckMs = 1_000
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
   * Answers with a stream that lives until the client leaves, the token stops working (`recheck`, asked
   * every second), or the reader is too slow; a client comes back with the id of the last change that it saw.
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
    let reader = principal
    const stop = this.#watch(() => reader, send, after)
    const check = async (): Promise<void> => {
      const now = await recheck()
      if (isRefusal(now)) close()
      else reader = now
    }
    const timers = [
      setInterval(() => void check(), recheckMs),
      setInterval(() => raw.write(': still here\n\n'), heartbeatMs),
    ]
    const close = (): void => {
      for (const timer of timers) clearInterval(timer)
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
