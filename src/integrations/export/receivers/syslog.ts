// Syslog by RFC 5424, framed by octet counting (RFC 6587 3.4.1), over TLS (RFC 5425) or TCP. The protocol acknowledges
// nothing, so we make the stream do it: after each batch we wait a moment, end the stream, and want the receiver's own end
// of it without an error. A receiver that went away with unread bytes resets the connection instead, and the batch is
// sent again. What it read and then lost in its own memory is covered by sending the last entries again after a break.
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { setImmediate as turn, setTimeout as after } from 'node:timers/promises'
import { Trouble, type Connect, type Item, type Receiver } from '../types.ts'

export interface SyslogOptions {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly ca?: string
  readonly connect: Connect
  readonly hostname: string
  /** Private enterprise number of the structured data's name; 32473 is the one for examples. */
  readonly enterprise: number
  /** Octets of one message: receivers should take 8192. */
  readonly most?: number
  /** Between the last byte and our end of the stream: longer than a packet's way there. */
  readonly quietMs?: number
}

const sliceItems = 100
const logAudit = 13
/** OCSF severity 0 to 5 -> syslog severity: informational, notice, warning, error, critical. */
const syslogSeverity = [6, 6, 5, 4, 3, 2] as const
const bom = Buffer.from([0xef, 0xbb, 0xbf])

/** Printable US-ASCII without blanks, at most `most` characters; `-` where nothing is left (RFC 5424 section 6). */
const word = (text: string, most: number): string => text.replaceAll(/[^\x21-\x7e]/g, '').slice(0, most) || '-'
/** PARAM-VALUE: `"`, `\` and `]` are escaped, nothing else (RFC 5424 section 6.3.3). */
const value = (text: string): string => text.replaceAll(/["\\\]]/g, (one) => `\\${one}`)

export interface Message {
  readonly facility: number
  readonly severity: number
  readonly timestamp: string
  readonly hostname: string
  readonly procId: string
  readonly msgId: string
  readonly data: { readonly id: string; readonly params: readonly (readonly [string, string])[] }
  readonly text: string
}

/** One message with its octet count. MSG is cut at a character where the whole would be longer than `most`; never the data. */
export function frameOf(message: Message, most = 8_192): Buffer {
  const { facility, severity, timestamp, hostname, procId, msgId, data, text } = message
  const params = data.params.map(([name, given]) => ` ${name}="${value(given)}"`).join('')
  const head = Buffer.from(
    `<${facility * 8 + severity}>1 ${timestamp} ${word(hostname, 255)} glovebox ${word(procId, 128)} ${word(msgId, 32)} [${data.id}${params}] `,
  )
  const body = Buffer.from(text)
  const room = Math.max(0, most - head.length - bom.length)
  const cut = body.length <= room ? body : body.subarray(0, wholeCharacters(body, room))
  const length = head.length + bom.length + cut.length
  return Buffer.concat([Buffer.from(`${length} `), head, bom, cut])
}

/** The largest count of bytes up to `room` that ends between two UTF-8 characters. */
function wholeCharacters(bytes: Buffer, room: number): number {
  let end = room
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return end
}

const messageOf = (item: Item, { hostname, enterprise }: SyslogOptions): Message => ({
  facility: logAudit,
  severity: syslogSeverity[item.severity] ?? 6,
  timestamp: new Date(item.time).toISOString(),
  hostname,
  procId: String(process.pid),
  msgId: item.type,
  data: {
    id: `glovebox@${enterprise}`,
    params: [
      ['id', item.id],
      ['idx', String(item.index)],
      ['leaf', item.hash],
    ],
  },
  text: item.text,
})

/** A connection per batch; a batch waits a second for company. */
export function syslog(options: SyslogOptions): Receiver {
  const { quietMs = 250, most = 8_192 } = options
  return {
    most: { items: 10_000, bytes: 4_000_000 },
    lingerMs: 1_000,
    overlap: 500,
    async send(items, signal) {
      const stream = await options.connect(options, signal)
      try {
        await write(stream, () => frames(items, options, most), quietMs, signal)
      } finally {
        stream.destroy()
      }
      return {}
    },
    close: () => undefined,
  }
}

/** The batch in pieces, with room for others to run in between. */
async function* frames(items: readonly Item[], options: SyslogOptions, most: number): AsyncGenerator<Buffer> {
  for (let i = 0; i < items.length; i += sliceItems) {
    yield Buffer.concat(items.slice(i, i + sliceItems).map((item) => frameOf(messageOf(item, options), most)))
    await turn()
  }
}

/** Resolves when the receiver has read everything and ended its side; throws when it went away before. */
async function write(
  stream: Duplex,
  pieces: () => AsyncIterable<Buffer>,
  quietMs: number,
  signal: AbortSignal,
): Promise<void> {
  let hasEnded = false
  let failure: Error | undefined
  stream.on('error', (error) => (failure ??= error))
  stream.once('end', () => (hasEnded = true))
  stream.resume()
  const check = (): void => {
    if (failure) throw new Trouble('busy', `the connection broke: ${failure.message}`)
    if (hasEnded) throw new Trouble('busy', 'it closed the connection while it was written to')
  }
  const closed = new Promise<void>((resolve) => stream.once('close', resolve))
  const cut = (): void => void stream.destroy(new Error('no answer in time'))
  signal.addEventListener('abort', cut, { once: true })
  try {
    for await (const piece of pieces()) {
      await Promise.race([new Promise<void>((resolve) => stream.write(piece, () => resolve())), closed])
      check()
    }
    await after(quietMs, undefined, { signal })
    check()
    if (stream.destroyed) throw new Trouble('busy', 'the connection broke')
    stream.end()
    await Promise.race([once(stream, 'end', { signal }), closed])
    if (failure) throw new Trouble('busy', `the connection broke: ${(failure as Error).message}`)
    if (!hasEnded) throw new Trouble('busy', 'it did not end the connection, so it may not have read everything')
  } finally {
    signal.removeEventListener('abort', cut)
  }
}
