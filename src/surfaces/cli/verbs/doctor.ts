// `glovebox doctor`: asks the gateway for its checks; with --rebuild folds the journal into a fresh store.db, gateway down.
import { call } from '../client.ts'
import { answer, operationNamed } from '../operation-verb.ts'
import { showJson, tell } from '../output.ts'
import type { Call } from '../table.ts'

/** Exit 0 when every check holds, 10 when one does not. */
export async function doctor(given: Call): Promise<number> {
  const { given: words, env, host, io, json } = given
  if (words.rebuild) {
    const entries = await host.rebuild((words.data as string | undefined) ?? env.data ?? './.glovebox')
    if (json) showJson(io, { rebuilt: true, entries })
    else tell(io, env, '*', `store.db was rebuilt from ${entries} entries`)
    return 0
  }
  const operation = operationNamed('doctor.run')
  return answer(given, operation, await call(env, operation, {}))
}
