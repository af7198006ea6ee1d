// Elasticsearch and OpenSearch: POST _bulk, newline-delimited JSON, into a data stream, which takes nothing but `create`.
// The fixed _id makes a second delivery a conflict (409), which is a success; receivers that roll their index over in
// between keep both, told apart by event.id.
import { quoted, Trouble, type Item, type Receiver, type Verdict } from '../types.ts'
import { HttpClient, objectOf, troubleOf, type HttpReceiver } from './http.ts'

export interface BulkOptions extends HttpReceiver {
  /** Data stream or index. */
  readonly index: string
}

/** A bulk receiver. One verdict per item: 409 has arrived, 400 is set aside, all else is tried again. */
export function elasticsearch(options: BulkOptions): Receiver {
  const client = new HttpClient(options)
  const { index } = options
  return {
    most: { items: 2_000, bytes: 8_000_000 },
    lingerMs: 200,
    overlap: 0,
    async send(items, signal) {
      const body = items
        .map(({ id, text }) => `${JSON.stringify({ create: { _index: index, _id: id } })}\n${text}\n`)
        .join('')
      const answer = await client.post('/_bulk', body, { 'content-type': 'application/x-ndjson' }, signal)
      // A whole bulk that is too long is cut in two; any other 4xx is about us, since items are judged one by one.
      const trouble = troubleOf(answer)
      if (trouble)
        throw trouble.kind === 'refused' && answer.status !== 413 ? new Trouble('setup', trouble.message) : trouble
      return verdictOf(items, objectOf(answer))
    },
    close: () => client.close(),
  }
}

function verdictOf(items: readonly Item[], answer: Readonly<Record<string, unknown>>): Verdict {
  const told = answer['items']
  if (!Array.isArray(told) || told.length !== items.length)
    throw new Trouble('busy', `it answered for ${Array.isArray(told) ? told.length : 'none'} of ${items.length} items`)
  const retry = new Map<number, string>()
  const refused = new Map<number, string>()
  items.forEach(({ index, id }, i) => {
    const { create } = (told[i] ?? {}) as { create?: { _id?: unknown; status?: unknown; error?: unknown } }
    const status = typeof create?.status === 'number' ? create.status : 0
    if (create?._id !== undefined && create._id !== id) throw new Trouble('busy', 'it answered for another document')
    if ((status >= 200 && status < 300) || status === 409) return
    const why = `its status is ${status}${quoted(JSON.stringify(create?.error ?? ''))}`
    // About the document: 400 and its like. Anything else, such as an index that is not there, is about the receiver.
    if (status === 400 || status === 413 || status === 422) refused.set(index, why)
    else retry.set(index, why)
  })
  return { retry, refused }
}
