// Splunk's HTTP Event Collector: concatenated JSON objects to /services/collector/event. With acknowledgement (default) the
// cursor moves once the indexer says so; without it a 200 means parsed, not indexed. Duplicates are dropped at search time
// by event_id.
import { randomUUID } from 'node:crypto'
import { setTimeout as after } from 'node:timers/promises'
import { Trouble, type Item, type Receiver } from '../types.ts'
import { HttpClient, objectOf, troubleOf, type Answer, type HttpReceiver } from './http.ts'

export interface HecOptions extends HttpReceiver {
  readonly ack: boolean
  readonly index?: string
  readonly host: string
  /** How often and how long it is asked for an acknowledgement. */
  readonly pollMs?: number
  readonly ackMs?: number
}

/** About what was sent, not about us: no data, invalid format, event field missing or blank, bad fields. */
const aboutContent = new Set([5, 6, 12, 13, 15])

/** A collector on one channel per process, as acknowledgements are counted per channel. A balancer in front must be sticky. */
export function splunk(options: HecOptions): Receiver {
  const client = new HttpClient(options)
  const channel = randomUUID()
  const { pollMs = 1_000, ackMs = 50_000 } = options
  const headers = {
    'content-type': 'application/json',
    ...(options.ack ? { 'x-splunk-request-channel': channel } : {}),
  }
  return {
    most: { items: 1_000, bytes: 900_000 },
    lingerMs: 200,
    overlap: 0,
    async send(items, signal) {
      const body = items.map((item) => eventOf(item, options)).join('\n')
      const answer = await client.post('/services/collector/event', body, headers, signal)
      const trouble = hecTrouble(answer)
      if (trouble) throw trouble
      const said = objectOf(answer)
      if (said['code'] !== 0) throw new Trouble('busy', `it answered code ${String(said['code'])}`)
      if (!options.ack) return {}
      const id = said['ackId']
      if (typeof id !== 'number')
        throw new Trouble('setup', 'it gave no ackId: turn acknowledgement on for the token, or set ack: false')
      for (let waitedMs = 0; waitedMs <= ackMs; waitedMs += pollMs) {
        await after(pollMs, undefined, { signal })
        const polled = await client.post(
          `/services/collector/ack?channel=${channel}`,
          JSON.stringify({ acks: [id] }),
          headers,
          signal,
        )
        const wrong = hecTrouble(polled)
        if (wrong) throw wrong
        // True is told once and then forgotten; false is not yet.
        const acks = objectOf(polled)['acks'] as Readonly<Record<string, unknown>> | undefined
        if (acks?.[String(id)] === true) return {}
      }
      throw new Trouble('busy', `it took the events and did not acknowledge them within ${ackMs / 1000} s`)
    },
    close: () => client.close(),
  }
}

const eventOf = ({ time, event, id, type }: Item, { host, index }: HecOptions): string =>
  JSON.stringify({
    time: time / 1000,
    host,
    source: 'glovebox',
    sourcetype: 'glovebox:audit',
    ...(index === undefined ? {} : { index }),
    event,
    fields: { event_id: id, event_type: type },
  })

/** Codes say more than the status: 9 and 8 are later, 5, 6, 12, 13 and 15 are about the content, the others about us. */
function hecTrouble(answer: Answer): Trouble | undefined {
  const trouble = troubleOf(answer)
  if (!trouble || trouble.kind === 'busy') return trouble
  if (answer.status === 413) return trouble
  const code = /"code"\s*:\s*(\d+)/.exec(answer.text)?.[1]
  return new Trouble(code !== undefined && aboutContent.has(Number(code)) ? 'refused' : 'setup', trouble.message)
}
