// `glovebox watch`: what happens now, a line each, until Ctrl-C. JSON Lines with --json.
import { oneLine } from '../../../core/error.ts'
import { changes, type StreamEvent } from '../client.ts'
import { showJson } from '../output.ts'
import type { Call } from '../table.ts'

/** Follows the stream of changes; ends with 130 when interrupted, and with 0 when the one session that it follows is over. */
export async function watch({ given, env, io, json }: Call): Promise<number> {
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  process.once('SIGTERM', () => stop.abort())
  const only = given.session === undefined ? undefined : String(given.session)
  for await (const change of changes(env, stop.signal)) {
    if (change.event === 'open') continue
    const session = String(change.data.session ?? '')
    if (only !== undefined && !session.startsWith(only)) continue
    if (json) showJson(io, { event: change.event, ...change.data })
    else io.out.write(line(change) + '\n')
    if (only !== undefined && change.event === 'session.closed') return 0
  }
  return 130
}

/** One change as one line: time, kind, and what it says. */
function line({ event, data }: StreamEvent): string {
  const { at, type: _, id: __, ...rest } = data
  const time =
    typeof at === 'string' ? new Date(at).toLocaleTimeString('en-GB') : new Date().toLocaleTimeString('en-GB')
  const said = Object.entries(rest).flatMap(([name, value]) =>
    value === undefined || value === null
      ? []
      : [`${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`],
  )
  return oneLine(`${time}  ${event.padEnd(17)} ${said.join('  ')}`)
}
