// A PostgreSQL client that sends exactly the frames it is told, for what ordinary clients never send.
import net from 'node:net'
import { ScramClient } from '../../src/protocols/postgres/scram.ts'
import { messageFields } from '../../src/protocols/postgres/errors.ts'
import {
  eachFrame,
  frame,
  fromClient,
  int16,
  int32,
  Splitter,
  startupMessage,
} from '../../src/protocols/postgres/wire.ts'

export interface RawFrame {
  readonly type: string
  readonly body: Buffer
}

export class RawPg {
  readonly socket: net.Socket
  readonly #splitter = new Splitter(() => 0x7fffffff)
  readonly #frames: RawFrame[] = []
  #wake: (() => void) | undefined
  closed = false

  constructor(port: number) {
    this.socket = net.connect({ port, host: '127.0.0.1', noDelay: true })
    this.socket.on('data', (chunk: Buffer) => {
      const bytes = this.#splitter.whole(chunk)
      eachFrame(bytes, (type, from, to) =>
        this.#frames.push({ type: String.fromCharCode(type), body: bytes.subarray(from + 5, to) }),
      )
      this.#wake?.()
    })
    this.socket.on('error', () => undefined)
    this.socket.on('close', () => {
      this.closed = true
      this.#wake?.()
    })
  }

  static async signedIn(port: number, parameters: Record<string, string> = {}): Promise<RawPg> {
    const client = new RawPg(port)
    client.send(startupMessage({ user: 'ada', database: 'pg', ...parameters }))
    const scram = new ScramClient('token', 'raw-client-nonce-0001')
    await client.until('R')
    client.send(frame(fromClient.password, 'SCRAM-SHA-256', int32(scram.first().length), Buffer.from(scram.first())))
    client.send(
      frame(
        fromClient.password,
        Buffer.from(await scram.answer((await client.until('R')).at(-1)?.body.subarray(4).toString() ?? '')),
      ),
    )
    await client.until('Z')
    return client
  }

  send(...frames: Buffer[]): void {
    this.socket.write(Buffer.concat(frames))
  }

  /** Frames up to and with the first of this type; fewer when the connection is closed before. */
  async until(type: string, timeoutMs = 5000): Promise<RawFrame[]> {
    const found: RawFrame[] = []
    const end = Date.now() + timeoutMs
    for (;;) {
      for (let next = this.#frames.shift(); next !== undefined; next = this.#frames.shift()) {
        found.push(next)
        if (next.type === type) return found
      }
      if (this.closed) return found
      if (Date.now() > end) throw new Error(`no ${type} after ${found.map((one) => one.type).join('')}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        setTimeout(resolve, 100).unref()
      })
    }
  }

  end(): void {
    this.socket.destroy()
  }
}

export const query = (text: string): Buffer => frame(fromClient.query, text)
export const parse = (name: string, text: string): Buffer => frame(fromClient.parse, name, text, int16(0))
export const bind = (portal: string, statement: string, ...values: (string | null)[]): Buffer =>
  frame(
    fromClient.bind,
    portal,
    statement,
    int16(0),
    int16(values.length),
    ...values.flatMap((value) =>
      value === null ? [int32(-1)] : [int32(Buffer.byteLength(value)), Buffer.from(value)],
    ),
    int16(0),
  )
export const describe = (kind: 'S' | 'P', name: string): Buffer => frame(fromClient.describe, kind.charCodeAt(0), name)
export const execute = (portal: string, rows = 0): Buffer => frame(fromClient.execute, portal, int32(rows))
export const close = (kind: 'S' | 'P', name: string): Buffer => frame(fromClient.close, kind.charCodeAt(0), name)
export const sync = (): Buffer => frame(fromClient.sync)
export const flush = (): Buffer => frame(fromClient.flush)

/** Types in order, with the SQLSTATE of errors and the status of ReadyForQuery: "1 2 D C Z(I)". */
export const shape = (frames: readonly RawFrame[]): string =>
  frames
    .filter((one) => one.type !== 'N' && one.type !== 'S')
    .map(({ type, body }) =>
      type === 'E' ? `E(${messageFields(body).get('C')?.toString()})` : type === 'Z' ? `Z(${body.toString()})` : type,
    )
    .join(' ')
