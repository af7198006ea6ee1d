// Verbs that are one operation: fields from the words, one call, the answer as JSON or as the operation's own view.
import { call } from './client.ts'
import { cliOperations } from './operations.generated.ts'
import { showJson, showView } from './output.ts'
import type { Call, CliOperation, Verb } from './table.ts'

/** The operation of that name. Names are checked by the type of the generated table. */
export const operationNamed = (name: string): CliOperation =>
  cliOperations.find((operation) => operation.name === name) as CliOperation

export const operationVerbs = (): readonly Verb[] =>
  cliOperations.flatMap((operation): Verb[] =>
    operation.cli === undefined
      ? []
      : [
          {
            ...operation.cli,
            summary: operation.summary,
            run: async (given) => answer(given, operation, await call(given.env, operation, given.given)),
          },
        ],
  )

/** Writes an operation's answer; exit 10 where it says that checks do not hold (`ok: false`). The view is loaded only when people read it: scripts never pay for it. */
export async function answer(
  { io, json }: Pick<Call, 'io' | 'json'>,
  operation: CliOperation,
  output: Readonly<Record<string, unknown>>,
): Promise<number> {
  const exit = output.ok === false ? 10 : 0
  if (json) {
    showJson(io, output)
    return exit
  }
  const { operations } = await import('../../operations/registry.ts')
  const view = operations.find((one) => one.name === operation.name)?.view?.(output)
  if (view) showView(io, view)
  else showJson(io, output)
  return exit
}
