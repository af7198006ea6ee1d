// A Glovebox as a witness: in a process of its own (`glovebox witness`), or beside a gateway's web door (`witness.logs` in
// glovebox.yaml). Puts together the memory, the logs that it listens to, and the door.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isLoopback, parseAddress } from './config-schema.ts'
import { fail, GloveboxError } from './core/error.ts'
import { Book } from './journal/witness/book.ts'
import { Witness } from './journal/witness/witness.ts'
import { listenWeb, type WebListening } from './surfaces/http/listen.ts'
import type { WebServer } from './surfaces/http/server.ts'
import { witnessPrefix, witnessServer } from './surfaces/http/witness.ts'
import type { Started, WitnessRun } from './surfaces/cli/host.ts'
import { isFault, parseLogs, type PolicyLog } from './tlog/witness-policy.ts'

/** The file of logs, or GBX-1601 with the line. */
export function readLogs(file: string): readonly PolicyLog[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    // closed: a witness that knows no log is none
    const what = `the file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`
    fail('GBX-1601', { file, line: 1, column: 1, what, hint: `echo "log $(cat journal.vkey)" >> ${file}` })
  }
  const logs = parseLogs(text)
  if (isFault(logs)) fail('GBX-1601', { file, line: logs.line, column: 1, what: `${logs.why}.`, hint: '' })
  if (logs.length === 0)
    fail('GBX-1601', {
      file,
      line: 1,
      column: 1,
      what: 'it names no log.',
      hint: `echo "log $(cat journal.vkey)" >> ${file}`,
    })
  return logs
}

export interface OpenWitness {
  readonly witness: Witness
  close(): void
}

/** Opens the memory below `data`, with the logs of `file`. Throws GBX-1401 when the memory cannot be opened, GBX-1601. */
export function openWitness(data: string, file: string, log: (line: string) => void, now: () => number): OpenWitness {
  const logs = readLogs(file)
  const book = openBook(data)
  return { witness: new Witness({ book, logs, now, log }), close: () => book.close() }
}

function openBook(data: string): Book {
  try {
    return Book.open(resolve(data))
  } catch (error) {
    // closed: without a memory nothing is signed
    return fail('GBX-1401', { why: error instanceof Error ? error.message : 'its memory' }, { cause: error })
  }
}

/** The public key of the witness below `data`, made where there is none. */
export function witnessKey(data: string): string {
  const book = openBook(data)
  const { vkey } = book.cosigner
  book.close()
  return vkey
}

/** As listenWeb, with the flag to change and not the variable of a gateway. */
async function listening(server: WebServer, at: { host: string; port: number }): Promise<WebListening> {
  try {
    return await listenWeb(server, at, undefined, '')
  } catch (error) {
    if (!(error instanceof GloveboxError) || error.refusal.code !== 'GBX-1502') throw error
    throw new GloveboxError({ ...error.refusal, next: ['glovebox witness --listen 127.0.0.1:0 …'] }, { cause: error }) // closed
  }
}

/** Runs a witness alone. Throws GBX-1502 when it cannot listen. */
export async function runWitness({ data, logs, listen, log }: WitnessRun): Promise<Started> {
  const at = parseAddress(listen)
  if (!at) fail('GBX-1002', { field: '--listen', why: 'expected host:port, such as 127.0.0.1:7481' })
  const { witness, close } = openWitness(data, logs, log, Date.now)
  try {
    const web = await listening(await witnessServer(witness, log), at)
    const host = isLoopback(at.host) ? 'localhost' : at.host
    for (const { origin, size } of witness.seen())
      log(`* witness of ${origin}${size === undefined ? '' : `, seen up to ${size} entries`}`)
    if (!isLoopback(at.host)) log(`! ${listen} is not loopback: put a proxy that ends TLS in front of it`)
    return {
      ready: `ready witness=http://${host.includes(':') ? `[${host}]` : host}:${web.port}${witnessPrefix} vkey=${witness.vkey}`,
      close: async () => {
        await web.close()
        close()
      },
    }
  } catch (error) {
    close()
    throw error // closed: nothing listens
  }
}
