// `glovebox open REF`: the address of anything with an id. Prints it first, opens a browser second and only where one is.
import { spawn } from 'node:child_process'
import { fail } from '../../../core/error.ts'
import { showJson } from '../output.ts'
import type { Call } from '../table.ts'

const places = { r: 'requests', g: 'grants', s: 'sessions', j: 'journal' } as const

/** Only http and https addresses of the gateway that is set are ever opened. */
export async function open({ given, env, io, json }: Call): Promise<number> {
  const ref = String(given.ref)
  const [, kind] = /^([rgsj])-[a-z0-9]+$/.exec(ref) ?? []
  const path = /^GBX-\d{4}$/i.test(ref)
    ? `/errors#${ref.toLowerCase()}`
    : kind
      ? `/api#${places[kind as keyof typeof places]}`
      : undefined
  if (path === undefined || !/^https?:\/\//.test(env.url))
    return fail('GBX-1002', { field: ref, why: 'expected r-… g-… s-… j-… or GBX-nnnn' })
  const url = env.url + path
  if (json) showJson(io, { url })
  else io.out.write(url + '\n')
  if (io.out.isTTY && !json) {
    const opener = process.platform === 'darwin' ? 'open' : 'xdg-open'
    // The address is on the screen already; without a browser nothing is lost.
    spawn(opener, [url], { stdio: 'ignore', detached: true })
      .on('error', () => undefined)
      .unref()
  }
  return 0
}
