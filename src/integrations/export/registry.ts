// The kinds of receivers, one line each.
import { thisHost } from './event/event.ts'
import { elasticsearch } from './receivers/elasticsearch.ts'
import { jsonLines } from './receivers/file.ts'
import { otlp } from './receivers/otlp.ts'
import { splunk } from './receivers/splunk.ts'
import { syslog } from './receivers/syslog.ts'
import type { SinkKind, SinkSettings } from './settings.ts'
import type { Connect, Receiver } from './types.ts'

export interface ReceiverParts {
  readonly connect: Connect
  readonly origin: string
  readonly version: string
}

type Open = (sink: SinkSettings, parts: ReceiverParts) => Receiver

const defaultStream = 'logs-glovebox.audit-default'
const syslogTlsPort = 6514
const syslogPort = 514

/** Basic where the URL has a user, else the scheme of the kind with the token. */
function http(sink: SinkSettings, scheme: string): { url: URL; authorization?: string; ca?: string } {
  const url = new URL(sink.url ?? '')
  const basic =
    url.username === ''
      ? undefined
      : `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}`
  const authorization = basic ?? (sink.token === undefined ? undefined : `${scheme} ${sink.token}`)
  return {
    url,
    ...(authorization === undefined ? {} : { authorization }),
    ...(sink.ca === undefined ? {} : { ca: sink.ca }),
  }
}

const kinds: Readonly<Record<SinkKind, Open>> = {
  syslog: (sink, { connect }) => {
    const { hostname, port, protocol } = new URL(sink.url ?? '')
    const tls = protocol === 'tls:'
    return syslog({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (tls ? syslogTlsPort : syslogPort) : Number(port),
      tls,
      ...(sink.ca === undefined ? {} : { ca: sink.ca }),
      connect,
      hostname: thisHost(),
      enterprise: sink.enterprise,
    })
  },
  file: (sink) => jsonLines(sink.path ?? ''),
  elasticsearch: (sink) => elasticsearch({ ...http(sink, 'ApiKey'), index: sink.index ?? defaultStream }),
  splunk: (sink) =>
    splunk({
      ...http(sink, 'Splunk'),
      ack: sink.ack,
      host: thisHost(),
      ...(sink.index === undefined ? {} : { index: sink.index }),
    }),
  otlp: (sink, { origin, version }) => otlp({ ...http(sink, 'Bearer'), origin, version, host: thisHost() }),
}

/** A receiver of the sink's kind. Opens nothing yet. */
export const openReceiver: Open = (sink, parts) => kinds[sink.kind](sink, parts)
