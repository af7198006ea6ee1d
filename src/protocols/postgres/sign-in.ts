// Proves who the client is: SCRAM-SHA-256 against the person's live tokens. Tells nothing about which names exist.
import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { refusal, type Refusal } from '../../core/error.ts'
import type { Gate } from '../../gate/types.ts'
import { own } from '../../masking/masked.ts'
import type { Hello } from './startup.ts'
import { mechanism, ScramServer } from './scram.ts'
import { Fields, frame, fromClient, fromServer, int32, Splitter, WireError } from './wire.ts'

/** What the client wants, out of its startup packet. */
export interface Wish {
  readonly user: string
  readonly target: string
  readonly clientName: string
  readonly why?: string
  readonly quiet: boolean
  readonly tellMasked: boolean
  /** Allow-listed settings, to start the connection with. */
  readonly settings: Readonly<Record<string, string>>
}

/** Parameters of the startup packet that are not settings of the session. */
const notSettings = new Set(['user', 'database', 'application_name', 'client_encoding', 'options', 'replication'])

/** Clients that a person sits at see notices; programs do not. */
const interactive = /psql|dbeaver|pgadmin|datagrip|pgcli|navicat|tableplus|postico|beekeeper|azure data studio/i

/** Reads the startup parameters. `allowed` = the settings list (W5); nothing else of `options` is taken, and nothing is forwarded as it is. */
export function wishOf(
  parameters: ReadonlyMap<string, string>,
  allowed: (name: string, value: string) => Refusal | undefined,
): Wish | Refusal {
  const user = parameters.get('user') ?? ''
  const replication = parameters.get('replication') ?? 'false'
  if (!['false', 'off', 'no', '0'].includes(replication))
    return refusal('GBX-1202', { what: 'replication', why: 'It would read everything past the walls.' })
  const settings: Record<string, string> = {}
  for (const [name, value] of parameters) {
    if (!notSettings.has(name) && allowed(name, value) === undefined) settings[name] = value
  }
  const clientName = parameters.get('application_name') ?? ''
  let [quiet, tellMasked, why] = [!interactive.test(clientName), false, undefined as string | undefined]
  const asked = optionsOf(parameters.get('options') ?? '')
  if (asked === undefined) return refusal('GBX-1209', { setting: 'options', why: 'Only -c name=value is read.' })
  for (const [name, value] of asked) {
    if (name === 'glovebox.why') why = value
    else if (name === 'glovebox.quiet') quiet = value !== 'off'
    else if (name === 'glovebox.masked') tellMasked = value === 'on'
    else {
      const refused = allowed(name, value)
      if (refused !== undefined) return refused
      settings[name] = value
    }
  }
  return {
    user,
    target: parameters.get('database') ?? user,
    clientName,
    quiet,
    tellMasked,
    settings,
    ...(why === undefined ? {} : { why }),
  }
}

/** `-c name=value -cname=value --name=value`, with backslash before a blank as libpq has it. Undefined for anything else. */
export function optionsOf(text: string): [string, string][] | undefined {
  const words: string[] = []
  let word: string | undefined
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string
    if (/\s/.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + (char === '\\' && i + 1 < text.length ? text[++i] : char)
  }
  if (word !== undefined) words.push(word)
  const all: [string, string][] = []
  for (let i = 0; i < words.length; i++) {
    let one = words[i] as string
    if (one === '-c') one = words[++i] ?? ''
    else if (one.startsWith('--')) one = one.slice(2).replaceAll('-', '_')
    else if (one.startsWith('-c')) one = one.slice(2)
    else return undefined
    const found = /^([A-Za-z_][\w.]*)=(.*)$/s.exec(one)
    if (!found) return undefined
    all.push([(found[1] as string).toLowerCase(), found[2] as string])
  }
  return all
}

/**
 * The SCRAM exchange. Gives the id of the token whose key the client holds, and what it sent behind; undefined = it went
 * away; a refusal that is the same for an unknown name, a wrong password and a broken exchange.
 */
export async function prove(
  hello: Hello,
  user: string,
  target: string,
  gate: Gate,
): Promise<{ token: string; rest: Buffer } | Refusal | undefined> {
  const { stream } = hello
  const unknown = refusal('GBX-1115', { target })
  const words = new Passwords(hello)
  const secrets = await gate.scram(user)
  write(stream, frame(fromServer.authentication, int32(10), mechanism, 0))
  const initial = await words.next()
  if (initial === undefined) return undefined
  const fields = new Fields(initial)
  const chosen = fields.text()
  const length = fields.i32()
  if (chosen !== mechanism || length < 0) return unknown
  const exchange = new ScramServer(secrets, randomBytes(18).toString('base64'))
  const first = exchange.first(fields.take(length).toString())
  if (first === undefined) return unknown
  write(stream, frame(fromServer.authentication, int32(11), Buffer.from(first)))
  const answer = await words.next()
  if (answer === undefined) return undefined
  const final = exchange.final(answer.toString())
  if (final === undefined) return unknown
  write(stream, frame(fromServer.authentication, int32(12), Buffer.from(final.message)))
  return { token: final.token, rest: words.rest }
}

/** Password messages of the client, one by one. */
class Passwords {
  readonly #hello: Hello
  readonly #splitter = new Splitter((type) => (type === fromClient.password ? 4096 : 0))
  #bytes: Buffer

  constructor(hello: Hello) {
    this.#hello = hello
    this.#bytes = this.#splitter.whole(hello.rest)
  }

  get rest(): Buffer {
    return this.#bytes
  }

  async next(): Promise<Buffer | undefined> {
    while (this.#bytes.length === 0) {
      const chunk = await this.#hello.inlet.next()
      if (chunk === undefined) return undefined
      this.#bytes = this.#splitter.whole(chunk)
    }
    const end = 1 + this.#bytes.readUInt32BE(1)
    if (this.#bytes[0] !== fromClient.password) throw new WireError('something else than a password')
    const body = this.#bytes.subarray(5, end)
    this.#bytes = this.#bytes.subarray(end)
    return body
  }
}

/** Before there is a session, our own bytes go straight to the stream. */
export const write = (stream: Duplex, bytes: Buffer): void => void (stream.destroyed || stream.write(own(bytes)))
