// `glovebox mask why` and `mask preview`: one call each; here are only the words, which people type in either order.
import { call } from '../client.ts'
import { answer, operationNamed } from '../operation-verb.ts'
import type { Call } from '../table.ts'

/** `mask why COLUMN [--target T]` and `mask why TARGET COLUMN`. */
export async function why(given: Call): Promise<number> {
  const { first, column, target } = given.given
  const input =
    column === undefined
      ? { column: String(first), ...(target === undefined ? {} : { target: String(target) }) }
      : { column: String(column), target: String(first) }
  const operation = operationNamed('masks.why')
  return answer(given, operation, await call(given.env, operation, input))
}

/** Exit 5 when the statement would be refused, as running it would give. */
export async function preview(given: Call): Promise<number> {
  const { target, text, full } = given.given
  const operation = operationNamed('masks.preview')
  const input = { target: String(target), text: String(text), ...(full === true ? { full } : {}) }
  const output = await call(given.env, operation, input)
  await answer(given, operation, output)
  return output.ok === false ? 5 : 0
}
