// `glovebox user add` and `user token`: accounts of this gateway, from the machine that it runs on. The token is the
// answer and is shown once; only its hash is kept.
import { fail, isRefusal } from '../../../core/error.ts'
import type { UserChange } from '../host.ts'
import { showJson, showRefusal, tell } from '../output.ts'
import type { Call } from '../table.ts'

const kinds = ['user', 'service', 'agent'] as const

/** Adds or changes the account (an upsert) and prints its new token. */
export async function setUser({ given, env, host, io, json }: Call, tokenOnly: boolean): Promise<number> {
  const data = (given.data as string | undefined) ?? env.data ?? './.glovebox'
  const made = await host.setUser(data, changeOf(given, tokenOnly))
  if (isRefusal(made)) return showRefusal(io, env, made, json)
  if (json) {
    showJson(io, made)
    return 0
  }
  io.out.write(made.token + '\n')
  tell(io, env, '*', `new token for ${made.user}, shown once. Use it as GLOVEBOX_TOKEN.`)
  return 0
}

function changeOf(given: Call['given'], tokenOnly: boolean): UserChange {
  const kind = kinds.find((one) => one === given.kind)
  if (given.kind !== undefined && kind === undefined)
    fail('GBX-1002', { field: '--kind', why: `expected ${kinds.join(', ')}` })
  const groups = (given.groups as string[] | undefined)
    ?.flatMap((text) => text.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '')
  const text = (field: 'of' | 'person') => (given[field] === undefined ? {} : { [field]: String(given[field]) })
  return {
    name: String(given.name),
    ...(groups === undefined ? {} : { groups }),
    ...(kind === undefined ? {} : { kind }),
    ...text('of'),
    ...text('person'),
    ...(tokenOnly ? { tokenOnly } : {}),
  }
}
