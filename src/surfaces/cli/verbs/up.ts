// `glovebox up`: one gateway in the foreground. stdout carries the one line `ready …`; SIGTERM and SIGINT end it cleanly.
import { fail } from '../../../core/error.ts'
import type { Call } from '../table.ts'

/** Lives until a signal; 0 after a clean end. A second signal ends at once (the journal survives that, too). */
export async function up({ given, host, io, env }: Call): Promise<number> {
  const log = (line: string): void => void io.err.write(line + '\n')
  const kept = (given.data as string | undefined) ?? env.data
  const data = kept ?? './.glovebox'
  const named = (given.config as string | undefined) ?? env.config
  if (given.demo && given.config !== undefined)
    fail('GBX-1001', { what: '--demo has one target of its own and takes no --config, so nothing was started' })
  const gateway = given.demo
    ? await host.demo({ data: kept, log })
    : await host.up({
        config: named ?? './glovebox.yaml',
        optional: named === undefined,
        data: data ?? './.glovebox',
        log,
      })
  io.out.write(gateway.ready + '\n')
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(name, () => resolve(name))
  })
  log(`* ${signal}: ending sessions and closing the journal`)
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => process.exit(130))
  await gateway.close()
  return 0
}
