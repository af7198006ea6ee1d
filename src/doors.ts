// The doors of the protocols: which certificate each presents, opening them, and where clients find them.
import { hostname } from 'node:os'
import { join } from 'node:path'
import { listenVariable, type Config } from './config.ts'
import { isLoopback } from './config-schema.ts'
import type { Gate } from './gate/types.ts'
import type { House } from './house.ts'
import { certificates, type Certificates } from './net/certificates.ts'
import { listen, type Door } from './net/listen.ts'
import { readTls, standsFor, type TlsFiles } from './net/tls-files.ts'
import type { Parts } from './operations/operation.ts'
import type { Protocol } from './protocols/protocol.ts'
import { protocols } from './protocols/registry.ts'
import { hostsOf, type WebListening } from './surfaces/http/listen.ts'

/** How to end what was started, in the order it was started. */
export type Ending = (() => Promise<void> | void)[]

/** Certificates of this gateway. */
export interface Tls {
  /** From gateway.tls. */
  readonly given: TlsFiles | undefined
  /** The gateway's own certificate authority and certificate, for doors that the given one does not stand for. */
  readonly own: Certificates
  /** Name by which people reach this machine from others. */
  readonly host: string
}

/** Reads gateway.tls and loads or makes our own certificate. Throws as readTls does. */
export async function tlsOf({ data, now }: House, config: Config): Promise<Tls> {
  const given = config.tls && readTls(config.tls)
  const host = config.publicUrl === undefined ? hostname() : new URL(config.publicUrl).hostname
  const hosts = [...config.doors.values()].map((at) => at.host).filter((one) => one !== '0.0.0.0' && one !== '::')
  const own = await certificates(
    join(data, 'keys', 'tls'),
    [...new Set(['localhost', '127.0.0.1', '::1', hostname(), host, ...hosts])],
    now(),
  )
  return { given, own, host }
}

/** The given certificate where its name fits, else our own; `caFile` is what clients verify it with. */
export const doorTls = ({ given, own, host }: Tls): TlsFiles & { caFile: string } =>
  given && standsFor(given.cert, host) ? { ...given, caFile: 'system' } : own

/** Puts a renewed certificate into every door that the old one was in. */
export function renew(pair: TlsFiles, tls: Tls, doors: ReadonlyMap<string, OpenDoor>, web: WebListening): void {
  web.secureWith(pair)
  for (const door of doors.values()) door.secureWith(doorTls({ ...tls, given: pair }))
}

export interface OpenDoor extends Door {
  readonly host: string
  readonly protocol: Protocol
}

/** Connections that never got as far as a session don't hold up the end longer than this. */
const lingerMs = 2_000

/**
 * Opens the door of each protocol that the configuration names. They accept at once and serve only when `opened` resolves.
 * Throws GBX-1502; how to close what is open already is told to `ending`.
 */
export async function openDoors(
  config: Config,
  tls: Tls,
  gate: Gate,
  opened: Promise<void>,
  ending: Ending,
): Promise<ReadonlyMap<string, OpenDoor>> {
  const doors = new Map<string, OpenDoor>()
  for (const [name, at] of config.doors) {
    const protocol = protocols.find((one) => one.name === name) as Protocol
    const door = await listen({
      hosts: hostsOf(at.host),
      port: at.port,
      env: listenVariable(name),
      tls: doorTls(tls),
      ...(protocol.alpn === undefined ? {} : { alpn: [protocol.alpn] }),
      onClient: (client) => void opened.then(() => protocol.serve(client, gate)),
    })
    ending.push(() =>
      Promise.race([door.close(), new Promise<void>((resolve) => setTimeout(resolve, lingerMs).unref())]),
    )
    doors.set(name, { ...door, host: at.host, protocol })
  }
  return doors
}

/** Where a door is reached from: this machine, or by name from others, who then need TLS and its authority. */
export function addressOf(door: OpenDoor, tls: Tls): ReturnType<Parts['door']> {
  if (isLoopback(door.host)) return { host: door.host, port: door.port }
  const any = door.host === '0.0.0.0' || door.host === '::'
  return {
    host: any || doorTls(tls).caFile === 'system' ? tls.host : door.host,
    port: door.port,
    caFile: doorTls(tls).caFile,
  }
}
