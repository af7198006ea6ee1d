// The first packets of a client, until it has said who it is and what it wants: TLS, GSS, cancel, or a startup message.
// Nothing here is believed; what cannot be PostgreSQL ends with a clear error (GBX-1504).
import type { Duplex } from 'node:stream'
import { refusal, type Refusal } from '../../core/error.ts'
import { isRefusal } from '../../core/error.ts'
import { own } from '../../masking/masked.ts'
import type { Client } from '../../gate/types.ts'
import { Inlet } from './inlet.ts'
import { Fields, frame, fromServer, int32, startupCodes, WireError, type BackendKey } from './wire.ts'

/** A startup packet is at most this long (PostgreSQL's own MAX_STARTUP_PACKET_LENGTH). */
const longest = 10_000

export interface Hello {
  readonly stream: Duplex
  readonly inlet: Inlet
  readonly secure: boolean
  readonly parameters: ReadonlyMap<string, string>
  /** Bytes that the client sent after its startup packet without waiting. */
  readonly rest: Buffer
}

export type Opened =
  | { readonly hello: Hello }
  | { readonly cancel: BackendKey }
  | { readonly refused: Refusal; readonly stream: Duplex }
  | { readonly gone: true }

/** Reads up to and with the startup message, answering the questions for TLS and GSS on the way. */
export async function receive(client: Client): Promise<Opened> {
  let { stream } = client
  let { secure } = client
  let inlet = new Inlet(stream)
  let bytes = Buffer.alloc(0)
  let asked = 0
  for (;;) {
    const packet = await nextPacket(inlet, bytes, secure)
    if (packet === undefined) return { gone: true }
    if (isRefusal(packet)) return { refused: packet, stream }
    if ('tls' in packet) {
      if (client.startTls === undefined) return { refused: notPostgres('TLS, which this door does not offer'), stream }
      inlet.release()
      stream.unshift(packet.tls)
      stream = await client.startTls()
      ;[secure, inlet, bytes] = [true, new Inlet(stream), Buffer.alloc(0)]
      continue
    }
    const { code, body, rest } = packet
    if (code === startupCodes.cancel)
      return body.length === 8 ? { cancel: { pid: body.readInt32BE(0), secret: body.readInt32BE(4) } } : { gone: true }
    if (code === startupCodes.ssl || code === startupCodes.gss) {
      // Anything that came along with the question was not protected and is never taken for protected (CVE-2021-23214).
      if (rest.length > 0 || ++asked > 2)
        return { refused: notPostgres('data behind a question for encryption'), stream }
      if (code === startupCodes.gss || client.startTls === undefined || secure) {
        stream.write(own(Buffer.from('N')))
        bytes = Buffer.alloc(0)
        continue
      }
      inlet.release()
      stream.write(own(Buffer.from('S')))
      stream = await client.startTls()
      ;[secure, inlet, bytes] = [true, new Inlet(stream), Buffer.alloc(0)]
      continue
    }
    if (code >>> 16 !== startupCodes.protocol3)
      return { refused: notPostgres(`protocol ${code >>> 16}.${code & 0xffff}`), stream }
    const parameters = parametersOf(body)
    if (parameters === undefined) return { refused: notPostgres('a startup message that is not well-formed'), stream }
    negotiate(stream, code & 0xffff, parameters)
    return { hello: { stream, inlet, secure, parameters, rest } }
  }
}

type Packet = { readonly code: number; readonly body: Buffer; readonly rest: Buffer } | { readonly tls: Buffer }

/** One packet without a type byte. Its length is checked before more is read for it. */
async function nextPacket(inlet: Inlet, start: Buffer, secure: boolean): Promise<Packet | Refusal | undefined> {
  let bytes = start
  for (;;) {
    if (bytes.length >= 1 && bytes[0] === 0x16 && !secure) return { tls: bytes } // a TLS ClientHello: direct TLS
    if (bytes.length >= 4) {
      const length = bytes.readUInt32BE(0)
      if (length < 8 || length > longest) return notPostgres(guess(bytes))
      if (bytes.length >= length)
        return { code: bytes.readUInt32BE(4), body: bytes.subarray(8, length), rest: bytes.subarray(length) }
    }
    const chunk = await inlet.next()
    if (chunk === undefined) return undefined
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
  }
}

const notPostgres = (got: string): Refusal => refusal('GBX-1504', { speaks: 'PostgreSQL', got })

function guess(bytes: Buffer): string {
  const text = bytes.subarray(0, 8).toString('latin1')
  if (/^(GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|CONNECT|PRI) ?/.test(text)) return 'HTTP'
  if (text.startsWith('SSH-')) return 'SSH'
  return 'something else'
}

/** Name and value pairs; undefined when they are not. Names that come twice: the last one counts, as in PostgreSQL. */
function parametersOf(body: Buffer): Map<string, string> | undefined {
  const parameters = new Map<string, string>()
  try {
    const fields = new Fields(body)
    for (let name = fields.text(); name !== ''; name = fields.text()) parameters.set(name, fields.text())
    fields.done()
    return parameters
  } catch (error) {
    if (error instanceof WireError) return undefined // closed
    throw error
  }
}

/** We speak 3.0: newer minors and protocol options are declined as the protocol says, and the client goes on with 3.0. */
function negotiate(stream: Duplex, minor: number, parameters: Map<string, string>): void {
  const unknown = [...parameters.keys()].filter((name) => name.startsWith('_pq_.'))
  for (const name of unknown) parameters.delete(name)
  if (minor > 0 || unknown.length > 0)
    stream.write(
      own(frame(fromServer.negotiate, int32(startupCodes.protocol3 << 16), int32(unknown.length), ...unknown)),
    )
}
