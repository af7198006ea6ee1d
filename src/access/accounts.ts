// Accounts: who may make and change them, and who may hand out a sign-in. Managing people never gives the manager a
// second pair of eyes: four-eyes.ts counts whoever made a sign-in as being behind that account (G4).
import type { Draft } from '../core/entry.ts'
import { refusal, type Refusal } from '../core/error.ts'
import type { Principal, PrincipalId } from '../core/nouns.ts'
import type { World } from '../core/world.ts'
import { newId } from '../lib/ids.ts'
import type { Command } from './commands.ts'
import type { Actor, Decided, Facts } from './decide.ts'

/** Letters that every client, URL and policy file takes as they are. */
const namePattern = /^[a-z0-9][a-z0-9._-]{0,62}$/
const groupPattern = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,62}$/

const invalid = (field: string, why: string): Refusal => refusal('GBX-1002', { field, why })

export const findAccount = (world: World, name: string): Principal | undefined => {
  for (const principal of world.principals.values()) if (principal.name === name) return principal
  return undefined
}

interface Wanted {
  readonly name: string
  readonly kind?: Principal['kind']
  readonly groups?: readonly string[]
  readonly person?: string
  readonly of?: string
}

/** The person behind the account as it is declared now: its own, another account's, or for an agent its human's. */
function personOf(
  world: World,
  wanted: Wanted,
  id: PrincipalId,
  kind: Principal['kind'],
  existing: Principal | undefined,
): { person: PrincipalId; actsFor?: PrincipalId } | Refusal {
  if (kind === 'agent') {
    const human =
      wanted.of === undefined
        ? existing?.actsFor && world.principals.get(existing.actsFor)
        : findAccount(world, wanted.of)
    if (!human || human.kind !== 'user') return invalid('of', 'an agent needs the name of the person it acts for.')
    return { person: human.person, actsFor: human.id }
  }
  if (wanted.of !== undefined) return invalid('of', 'only an agent acts for somebody.')
  if (wanted.person === undefined) return { person: existing?.person ?? id }
  const same = findAccount(world, wanted.person)
  if (!same || same.kind !== 'user' || kind !== 'user')
    return invalid('person', 'name another account of the same person.')
  return { person: same.person }
}

/** The entry that makes or changes an account; no entry when nothing changes. Used for commands and for the configuration file. */
export function draftOfUser(
  world: World,
  by: PrincipalId | 'gateway',
  wanted: Wanted,
): { drafts: Draft[]; principal: PrincipalId } | Refusal {
  if (!namePattern.test(wanted.name))
    return invalid('name', 'use 1 to 63 of a-z, 0-9, dot, dash and underscore, beginning with a letter or digit.')
  const existing = findAccount(world, wanted.name)
  const kind = wanted.kind ?? existing?.kind ?? 'user'
  if (existing && existing.kind !== kind) return invalid('kind', `${wanted.name} is a ${existing.kind} already.`)
  const groups = [...new Set(wanted.groups ?? existing?.groups ?? [])].sort()
  const wrong = groups.find((group) => !groupPattern.test(group))
  if (wrong !== undefined || groups.length > 100)
    return invalid('groups', 'a group is 1 to 63 letters, digits, dots, colons, slashes or dashes; at most 100 groups.')
  const id = existing?.id ?? newId('p')
  const who = personOf(world, wanted, id, kind, existing)
  if ('code' in who) return who
  const same =
    existing &&
    existing.person === who.person &&
    existing.actsFor === who.actsFor &&
    existing.groups.join('\n') === groups.join('\n')
  if (same) return { drafts: [], principal: id }
  return {
    drafts: [
      { type: 'principal.set', by, clear: { principal: id, kind, groups, ...who }, payload: { name: wanted.name } },
    ],
    principal: id,
  }
}

/** Whether this actor may manage that account. Nobody but the machine's own operator changes their own account. */
function refusedManager(facts: Facts, actor: Actor, name: string): Refusal | undefined {
  if (actor === 'gateway') return undefined
  if (actor.kind === 'agent' || !facts.sight.may(actor, 'manage'))
    return refusal('GBX-1117', { what: 'manage people', why: 'no policy allows manage for your groups.' })
  if (findAccount(facts.world, name)?.person === actor.person)
    return refusal('GBX-1117', {
      what: 'change your own account',
      why: 'rule four-eyes: somebody else who manages people must do it.',
    })
  return undefined
}

export function decideSetUser(facts: Facts, actor: Actor, command: Command<'user.set'>): Decided<'user.set'> | Refusal {
  const refused = refusedManager(facts, actor, command.name)
  if (refused) return refused
  const { name, kind, groups, person, of } = command
  const fromFile = facts.fileUsers.has(name)
  const drafted = draftOfUser(facts.world, actor === 'gateway' ? actor : actor.id, {
    name,
    ...(kind === undefined ? {} : { kind }),
    ...(groups === undefined || fromFile ? {} : { groups }),
    ...(person === undefined ? {} : { person }),
    ...(of === undefined ? {} : { of }),
  })
  return 'code' in drafted ? drafted : { drafts: drafted.drafts, answer: { principal: drafted.principal } }
}

export function decideRemoveUser(
  facts: Facts,
  actor: Actor,
  command: Command<'user.remove'>,
): Decided<'user.remove'> | Refusal {
  const refused = refusedManager(facts, actor, command.name)
  if (refused) return refused
  const found = findAccount(facts.world, command.name)
  if (!found) return refusal('GBX-1004', { what: `user ${command.name}` })
  const draft: Draft = {
    type: 'principal.removed',
    by: actor === 'gateway' ? actor : actor.id,
    clear: { principal: found.id },
    payload: {},
  }
  return { drafts: [draft], answer: { principal: found.id }, less: true }
}

/** The account that a token is asked for: one's own, one's own agent's, or anybody's for whoever manages people. */
export function tokenOwner(facts: Facts, actor: Actor, name: string): Principal | Refusal {
  const found = findAccount(facts.world, name)
  const unknown = refusal('GBX-1004', { what: `user ${name}` })
  if (actor === 'gateway') return found ?? unknown
  if (actor.kind === 'agent')
    return refusal('GBX-1117', { what: 'make tokens', why: 'an agent uses the one it was given.' })
  const own = found !== undefined && (found.id === actor.id || found.actsFor === actor.id)
  if (!own && !facts.sight.may(actor, 'manage'))
    return refusal('GBX-1117', { what: 'make tokens for others', why: 'no policy allows manage for your groups.' })
  return found ?? unknown
}
