// People, services and agents, and the tokens by which they sign in.
import { z } from 'zod'
import { isRefusal, refusal } from '../core/error.ts'
import type { PrincipalId } from '../core/nouns.ts'
import { findId, idField, time, timeField } from './fields.ts'
import { operation } from './operation.ts'

const nameField = z.string().min(1).max(63).describe('name of the account')

export const setUser = operation({
  name: 'users.set',
  summary: 'Make or change an account; always answers with a new token, shown once.',
  method: 'PUT',
  path: '/v1/users/:name',
  input: z.strictObject({
    name: nameField,
    groups: z.array(z.string()).optional().describe('groups; rights come from policies on these'),
    kind: z.enum(['user', 'service', 'agent']).optional().describe('user unless said'),
    of: z.string().optional().describe('the person that an agent acts for'),
    person: z.string().optional().describe('another account of the same person'),
  }),
  output: z.object({ user: z.string(), token: z.string().describe('shown once, kept nowhere') }),
  errors: ['GBX-1117'],
  needs: 'manage',
  cli: {
    verb: ['user', 'add'],
    args: [{ field: 'name', name: 'NAME' }],
    flags: [
      { field: 'groups', long: 'group', value: 'GROUP', many: true },
      { field: 'kind', long: 'kind', value: 'KIND' },
      { field: 'of', long: 'of', value: 'NAME' },
      { field: 'person', long: 'person', value: 'NAME' },
    ],
    examples: [
      'glovebox user add ana --group engineers',
      'glovebox user add scout --kind agent --of ana --group engineers',
    ],
  },
  view: ({ user, token }) => ({ lines: [token], next: `export GLOVEBOX_TOKEN=…   for ${user}` }),
  async handle({ principal, gateway }, { name, groups, kind, of, person }) {
    const set = await gateway.access.execute(principal, {
      type: 'user.set',
      name,
      ...(groups === undefined ? {} : { groups }),
      ...(kind === undefined ? {} : { kind }),
      ...(of === undefined ? {} : { of }),
      ...(person === undefined ? {} : { person }),
    })
    if (isRefusal(set)) return set
    const token = await gateway.access.execute(principal, { type: 'token.issue', name })
    return isRefusal(token) ? token : { user: name, token: token.text }
  },
})

export const listUsers = operation({
  name: 'users.list',
  summary: 'All accounts with their groups.',
  method: 'GET',
  path: '/v1/users',
  input: z.strictObject({}),
  output: z.object({
    users: z.array(
      z.object({
        user: z.string(),
        id: z.string(),
        kind: z.string(),
        groups: z.array(z.string()),
        tokens: z.number().int(),
      }),
    ),
  }),
  errors: ['GBX-1117'],
  needs: 'manage',
  cli: { verb: ['users'], examples: ['glovebox users'] },
  view: ({ users }) => ({
    table: {
      columns: ['USER', 'KIND', 'GROUPS', 'TOKENS'],
      rows: users.map((one) => [one.user, one.kind, one.groups.join(' '), String(one.tokens)]),
    },
  }),
  async handle({ gateway }) {
    const { principals, tokens } = gateway.ledger.world
    const personal = [...tokens.values()].filter((token) => token.use === 'personal')
    return {
      users: [...principals.values()].map(({ id, name, kind, groups }) => ({
        user: name,
        id,
        kind,
        groups: [...groups],
        tokens: personal.filter((token) => token.principal === id).length,
      })),
    }
  },
})

export const removeUser = operation({
  name: 'users.remove',
  summary: 'Remove an account: its tokens stop working and its sessions end.',
  method: 'DELETE',
  path: '/v1/users/:name',
  input: z.strictObject({ name: nameField }),
  output: z.object({ user: z.string(), state: z.literal('removed') }),
  errors: ['GBX-1004', 'GBX-1117'],
  needs: 'manage',
  cli: { verb: ['user', 'remove'], args: [{ field: 'name', name: 'NAME' }], examples: ['glovebox user remove ana'] },
  view: ({ user, state }) => ({ lines: [`${user}  ${state}`] }),
  async handle({ principal, gateway }, { name }) {
    const answer = await gateway.access.execute(principal, { type: 'user.remove', name })
    return isRefusal(answer) ? answer : { user: name, state: 'removed' as const }
  },
})

export const issueToken = operation({
  name: 'users.token',
  summary: 'A new token: for yourself, for your own agent, or for others if you manage people. Shown once.',
  method: 'POST',
  path: '/v1/users/:name/tokens',
  input: z.strictObject({ name: nameField }),
  output: z.object({ user: z.string(), id: z.string(), token: z.string().describe('shown once, kept nowhere') }),
  errors: ['GBX-1004', 'GBX-1117'],
  needs: 'signed-in',
  cli: { verb: ['user', 'token'], args: [{ field: 'name', name: 'NAME' }], examples: ['glovebox user token ana'] },
  view: ({ token }) => ({ lines: [token] }),
  async handle({ principal, gateway }, { name }) {
    const answer = await gateway.access.execute(principal, { type: 'token.issue', name })
    return isRefusal(answer) ? answer : { user: name, id: answer.token, token: answer.text }
  },
})

export const revokeToken = operation({
  name: 'tokens.revoke',
  summary: 'Stop a token from working; your own, or anybody’s if you manage people.',
  method: 'DELETE',
  path: '/v1/tokens/:id',
  input: z.strictObject({ id: idField('token') }),
  output: z.object({ id: z.string(), state: z.literal('revoked') }),
  errors: ['GBX-1004'],
  needs: 'signed-in',
  cli: {
    verb: ['token', 'revoke'],
    args: [{ field: 'id', name: 'TOKEN' }],
    examples: ['glovebox token revoke t-4k2m'],
  },
  view: ({ id, state }) => ({ lines: [`${id}  ${state}`] }),
  async handle({ principal, gateway }, { id }) {
    const { world } = gateway.ledger
    const manages = gateway.access.sight.may(principal, 'manage')
    const own = (owner: PrincipalId | undefined): boolean =>
      owner !== undefined && world.principals.get(owner)?.person === principal.person
    const found = findId(id, world.tokens.keys(), (one) => manages || own(world.tokens.get(one)?.principal))
    if (isRefusal(found)) return found
    const answer = await gateway.access.execute(principal, { type: 'token.revoke', token: found })
    return isRefusal(answer) ? answer : { id: answer.token, state: 'revoked' as const }
  },
})

export const listTokens = operation({
  name: 'tokens.list',
  summary: 'Tokens that are alive: your own, or somebody’s if you manage people. Never their texts.',
  method: 'GET',
  path: '/v1/users/:name/tokens',
  input: z.strictObject({ name: nameField }),
  output: z.object({
    tokens: z.array(
      z.object({ id: z.string(), use: z.enum(['personal', 'connection']), grant: z.string().optional() }),
    ),
  }),
  errors: ['GBX-1004'],
  needs: 'signed-in',
  cli: { verb: ['tokens'], args: [{ field: 'name', name: 'NAME' }], examples: ['glovebox tokens ana'] },
  view: ({ tokens }) => ({
    table: { columns: ['ID', 'USE', 'GRANT'], rows: tokens.map((token) => [token.id, token.use, token.grant ?? '-']) },
  }),
  async handle({ principal, gateway }, { name }) {
    const { world } = gateway.ledger
    const owner = [...world.principals.values()].find((one) => one.name === name)
    if (!owner || (owner.person !== principal.person && !gateway.access.sight.may(principal, 'manage')))
      return refusal('GBX-1004', { what: `user ${name}` })
    const tokens = [...world.tokens.values()].filter((token) => token.principal === owner.id)
    return { tokens: tokens.map(({ id, use, grant }) => ({ id, use, ...(grant === undefined ? {} : { grant }) })) }
  },
})

export const login = operation({
  name: 'login',
  summary: 'Sign in by name and password; answers with a token that ends by itself.',
  method: 'POST',
  path: '/v1/login',
  input: z.strictObject({ user: nameField, password: z.string().max(1_024).describe('never in a command line') }),
  output: z.object({
    user: z.string(),
    token: z.string().describe('shown once, kept nowhere'),
    expires: timeField('when the token ends'),
  }),
  errors: ['GBX-1003', 'GBX-1108', 'GBX-1122'],
  needs: 'nobody',
  async handle({ gateway }, { user, password }) {
    const signed = await gateway.access.signIns.byPassword(user, password)
    return isRefusal(signed)
      ? signed
      : { user: signed.principal.name, token: signed.text, expires: time(signed.notAfter) }
  },
})

export const setPassword = operation({
  name: 'users.password',
  summary: 'Set your own password.',
  method: 'PUT',
  path: '/v1/password',
  input: z.strictObject({ password: z.string().max(1_024).describe('15 to 256 characters; a few words do well') }),
  output: z.object({ user: z.string() }),
  errors: ['GBX-1117'],
  needs: 'signed-in',
  async handle({ principal, gateway }, { password }) {
    const set = await gateway.access.execute(principal, { type: 'password.set', password })
    return isRefusal(set) ? set : { user: principal.name }
  },
})
