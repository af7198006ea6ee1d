// `glovebox up`: one gateway in the foreground. stdout carries the one line `ready …`; SIGTERM and SIGINT end it cleanly.
import { fail } from '../../../core/error.ts'
import { giveBackMemory } from '../../../lib/memory.ts'
import type { Call } from '../table.ts'

/** Lives until a signal; 0 after a clean end. A second signal ends at once (the journal survives that, too). */
export async function up({ given, host, io, env }: Call): Promise<number> {
  const log = (line: string): void => void io.err.write(line + '\n')
  const kept = (given.data as string | undefined) ?? env.data
  const named = (given.config as string | undefined) ?? env.config
  if (given.demo && given.config !== undefined)
    fail('GBX-1001', { what: '--demo has one target of its own and takes no --config, so nothing was started' })
  // Before anything starts, so that a signal in the first moment ends it cleanly, too.
  const signal = firstSignal()
  const gateway = given.demo
    ? await host.demo({ data: kept, log })
    : await host.up({
        config: named ?? './glovebox.yaml',
        optional: named === undefined,
        data: kept ?? './.glovebox',
        log,
      })
  giveBackMemory()
  io.out.write(gateway.ready + '\n')
  log(`* ${await signal}: ending sessions and closing the journal`)
  await gateway.close()
  return 0
}

/** The first signal that asks us to end. The second one ends the process at once. */
export const firstSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    let asked = false
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      process.on(name, () => {
        if (asked) process.exit(130)
        asked = true
        resolve(name)
      })
  })
