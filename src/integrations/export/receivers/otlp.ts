// OpenTelemetry logs over HTTP as JSON: POST /v1/logs, lowerCamelCase, 64-bit integers as text. A 200 acknowledges;
// what `partialSuccess` says was rejected is dropped there and must not be sent again, so it is set aside here.
import { quoted, Trouble, type Item, type Receiver } from '../types.ts'
import { HttpClient, objectOf, troubleOf, type HttpReceiver } from './http.ts'

export interface OtlpOptions extends HttpReceiver {
  readonly version: string
  readonly host: string
  /** Name of the log. */
  readonly origin: string
}

/** OCSF severity -> OTLP severityNumber and its text. */
const severities: readonly (readonly [number, string])[] = [
  [9, 'INFO'],
  [9, 'INFO'],
  [10, 'INFO2'],
  [13, 'WARN'],
  [17, 'ERROR'],
  [21, 'FATAL'],
]

/** What a collector may answer to be asked again; other 4xx and 5xx are final for what was sent. */
const later = new Set([429, 502, 503, 504])

export function otlp(options: OtlpOptions): Receiver {
  const client = new HttpClient(options)
  return {
    most: { items: 2_000, bytes: 3_000_000 },
    lingerMs: 200,
    overlap: 0,
    async send(items, signal) {
      const body = JSON.stringify(exportOf(items, options))
      const answer = await client.post('/v1/logs', body, { 'content-type': 'application/json' }, signal)
      const trouble = troubleOf(answer)
      if (trouble) {
        const isFinal = answer.status >= 500 && !later.has(answer.status)
        throw isFinal ? new Trouble('setup', trouble.message) : trouble
      }
      // Nothing at all is the empty message in the other encoding of the same answer.
      if (answer.text === '') return {}
      const { partialSuccess } = objectOf(answer)
      const { rejectedLogRecords = 0, errorMessage = '' } = (partialSuccess ?? {}) as Record<string, unknown>
      const rejected = Number(rejectedLogRecords)
      if (!Number.isSafeInteger(rejected) || rejected < 0)
        throw new Trouble('busy', 'its partialSuccess is not understood')
      return rejected === 0 ? {} : { dropped: `${rejected} rejected${quoted(String(errorMessage))}` }
    },
    close: () => client.close(),
  }
}

type Attribute = { readonly key: string; readonly value: Readonly<Record<string, unknown>> }

const text = (key: string, stringValue: string): Attribute => ({ key, value: { stringValue } })

function exportOf(items: readonly Item[], { version, host, origin }: OtlpOptions): object {
  const resource = [
    text('service.name', 'glovebox'),
    text('service.version', version),
    text('service.instance.id', origin),
    text('host.name', host),
  ]
  return {
    resourceLogs: [
      {
        resource: { attributes: resource },
        scopeLogs: [{ scope: { name: 'glovebox.journal', version }, logRecords: items.map(recordOf) }],
      },
    ],
  }
}

function recordOf({ index, id, time, type, severity, hash, text: body }: Item): object {
  const [severityNumber, severityText] = severities[severity] ?? [9, 'INFO']
  const timeUnixNano = `${time}000000`
  return {
    timeUnixNano,
    observedTimeUnixNano: timeUnixNano,
    severityNumber,
    severityText,
    eventName: type,
    body: { stringValue: body },
    attributes: [
      text('log.record.uid', id),
      { key: 'glovebox.index', value: { intValue: String(index) } },
      text('glovebox.leaf_hash', hash),
    ],
  }
}
