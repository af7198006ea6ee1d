// A receiver over HTTP that a test writes: it hears each request whole and answers what the test says, rightly or not.
import http from 'node:http'

export interface Heard {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** An answer; `hang` = none ever, `reset` = the connection breaks in the middle of it. */
export type Said =
  | { readonly status?: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  | 'hang'
  | 'reset'

export interface HttpReceiver {
  readonly url: string
  readonly heard: Heard[]
  /** Stops listening and cuts what is open; `up` listens on the same port again. */
  down(): Promise<void>
  up(): Promise<void>
}

/** Answers by `answer`, which may be replaced by assigning to `receiver.answer` while it runs. */
export async function httpReceiver(
  answer: (heard: Heard, count: number) => Said,
): Promise<HttpReceiver & { answer: (heard: Heard, count: number) => Said }> {
  const heard: Heard[] = []
  let server: http.Server
  let port = 0
  const receiver = {
    answer,
    heard,
    get url() {
      return `http://127.0.0.1:${port}`
    },
    async up() {
      server = http.createServer((request, response) => {
        const chunks: Buffer[] = []
        request.on('data', (chunk: Buffer) => chunks.push(chunk))
        request.on('error', () => undefined)
        request.on('end', () => {
          const one = {
            method: request.method ?? '',
            path: request.url ?? '',
            headers: request.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }
          heard.push(one)
          const said = receiver.answer(one, heard.length)
          if (said === 'hang') return
          if (said === 'reset') {
            response.writeHead(200, { 'content-length': '1000' })
            response.write('{"took":1,', () => request.socket.resetAndDestroy())
            return
          }
          response.writeHead(said.status ?? 200, { 'content-type': 'application/json', ...said.headers })
          response.end(said.body ?? '{}')
        })
      })
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
      port = (server.address() as { port: number }).port
    },
    async down() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
  await receiver.up()
  return receiver
}
