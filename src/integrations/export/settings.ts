// The block `sinks` of glovebox.yaml: what a sink may say about itself, and what is right where it says nothing.
import { z } from 'zod'

export const sinkKinds = ['syslog', 'file', 'elasticsearch', 'splunk', 'otlp'] as const
export type SinkKind = (typeof sinkKinds)[number]

/** URL schemes of each kind. A file has a path instead. */
const schemes: Readonly<Record<SinkKind, readonly string[]>> = {
  syslog: ['tls:', 'tcp:'],
  file: [],
  elasticsearch: ['https:', 'http:'],
  splunk: ['https:', 'http:'],
  otlp: ['https:', 'http:'],
}

export const sinkShape = {
  kind: z.enum(sinkKinds).describe('what the receiver speaks'),
  url: z
    .string()
    .optional()
    .describe('tls://host:6514 or tcp://host:514 for syslog; https://host:port for the others; no file has one'),
  path: z.string().min(1).optional().describe('of a file: where the JSON lines go'),
  token: z
    .string()
    .min(1)
    .optional()
    .describe('API key of elasticsearch, token of splunk, bearer token of otlp; write ${env:NAME} or ${file:/path}'),
  ca: z.string().min(1).optional().describe("PEM file of the authority that signed the receiver's certificate"),
  format: z.enum(['ocsf', 'ecs']).optional().describe('form of the events: ecs for elasticsearch, else ocsf'),
  payload: z
    .boolean()
    .default(false)
    .describe('also deliver what the record keeps encrypted: statements, reasons, names, addresses'),
  index: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,200}$/, { error: 'expected a name of lower-case letters, digits, ".", "_" and "-"' })
    .optional()
    .describe('data stream of elasticsearch (logs-glovebox.audit-default), index of splunk'),
  ack: z.boolean().default(true).describe('splunk: wait until the indexer acknowledges; the token must have it on'),
  enterprise: z
    .number()
    .int()
    .positive()
    .default(32473)
    .describe('syslog: private enterprise number in the name of the structured data'),
}

export const sinkSchema = z.strictObject(sinkShape).superRefine((sink, context) => {
  const add = (field: string, message: string): void => context.addIssue({ code: 'custom', path: [field], message })
  const wanted = schemes[sink.kind]
  if (sink.kind === 'file') {
    if (sink.path === undefined) add('path', 'a file needs a path')
    if (sink.url !== undefined) add('url', 'a file has a path and no url')
    return
  }
  if (sink.path !== undefined) add('path', 'only kind: file has a path')
  if (sink.url === undefined || !URL.canParse(sink.url) || !wanted.includes(new URL(sink.url).protocol))
    add('url', `expected a URL that begins with ${wanted.map((scheme) => `${scheme}//`).join(' or ')}`)
  if (sink.kind === 'splunk' && sink.token === undefined) add('token', 'splunk needs a token')
  if (sink.kind === 'syslog' && sink.token !== undefined) add('token', 'syslog has no token')
})

/** One sink as configured: secrets put in, files read. Never logged whole (G9). */
export interface SinkSettings {
  readonly name: string
  readonly kind: SinkKind
  readonly url?: string
  /** Absolute. */
  readonly path?: string
  readonly token?: string
  /** PEM text. */
  readonly ca?: string
  readonly format: 'ocsf' | 'ecs'
  readonly payload: boolean
  readonly index?: string
  readonly ack: boolean
  readonly enterprise: number
}

/** Where a sink delivers to, without any credential. */
export function placeOf({ url, path }: Pick<SinkSettings, 'url' | 'path'>): string {
  if (path !== undefined) return path
  if (url === undefined || !URL.canParse(url)) return ''
  const shown = new URL(url)
  shown.username = ''
  shown.password = ''
  shown.search = ''
  return shown.href
}

/** Why people should look at how this sink is configured; undefined = nothing. */
export function worryOf({ name, url }: Pick<SinkSettings, 'name' | 'url'>): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined
  const { protocol, hostname } = new URL(url)
  const isHere = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
  return (protocol === 'http:' || protocol === 'tcp:') && !isHere
    ? `sink ${name}: ${protocol}// to ${hostname} is in clear: whoever is on the way can read and change it`
    : undefined
}
