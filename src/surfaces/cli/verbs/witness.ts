// `glovebox witness`: a witness for other logs, alone and in the foreground. stdout carries the one line `ready …`, or with
// --key its public key for the policies of those logs.
import { fail } from '../../../core/error.ts'
import { showJson } from '../output.ts'
import type { Call } from '../table.ts'
import { firstSignal } from './up.ts'

/** Lives until a signal; 0 after a clean end. What it has vouched for survives any other end, too. */
export async function witness({ given, host, io, env, json }: Call): Promise<number> {
  const log = (line: string): void => void io.err.write(line + '\n')
  const data = (given.data as string | undefined) ?? env.data ?? './.glovebox'
  if (given.key) {
    const vkey = await host.witnessKey(data)
    if (json) showJson(io, { vkey })
    else io.out.write(vkey + '\n')
    return 0
  }
  const logs = given.logs as string | undefined
  if (logs === undefined) fail('GBX-1001', { what: 'which logs? --logs FILE, with a line "log VKEY" for each' })
  const signal = firstSignal()
  const running = await host.witness({ data, logs, listen: String(given.listen ?? '127.0.0.1:7481'), log })
  io.out.write(running.ready + '\n')
  log(`* ${await signal}: the witness ends`)
  await running.close()
  return 0
}
