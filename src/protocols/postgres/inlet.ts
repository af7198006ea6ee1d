// Pulls chunks out of a stream, one by one, so that a connection reads only when it is ready for more (back-pressure by
// not reading). Works for sockets, TLS and in-memory streams alike.
import type { Duplex } from 'node:stream'

export class Inlet {
  readonly #stream: Duplex
  #wake: (() => void) | undefined
  #ended = false
  readonly #readable = () => {
    if (this.#wake !== undefined) this.#wake()
    else if (this.#stream.readableLength === 0) this.#stream.read() // nobody reads now, but a client that leaves is noticed
  }
  readonly #over = () => {
    this.#ended = true
    this.#wake?.()
  }

  constructor(stream: Duplex) {
    this.#stream = stream
    stream.on('readable', this.#readable)
    stream.on('end', this.#over)
    stream.on('close', this.#over)
    stream.on('error', this.#over)
  }

  /** The next bytes, or undefined when there will be none: the client went away. One reader at a time. */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      const chunk = this.#stream.read() as Buffer | null
      if (chunk !== null) return chunk
      if (this.#ended || this.#stream.destroyed) return undefined
      await new Promise<void>((resolve) => (this.#wake = resolve))
      this.#wake = undefined
    }
  }

  /** Gives the stream back untouched, e.g. to TLS. */
  release(): void {
    this.#stream
      .off('readable', this.#readable)
      .off('end', this.#over)
      .off('close', this.#over)
      .off('error', this.#over)
    this.#stream.on('error', () => this.#stream.destroy())
  }
}
