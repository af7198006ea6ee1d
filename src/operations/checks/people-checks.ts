// What is odd about people and policies: who can get in without anybody, whom nobody can approve, who holds two keys.
// Asked of the policies as they are; nothing here decides anything.
import type { Check } from '../../core/check.ts'
import { isHigher, levels } from '../../core/level.ts'
import type { Principal, Target } from '../../core/nouns.ts'
import { mayBeSamePerson } from '../../core/four-eyes.ts'
import type { Parts } from '../operation.ts'

type Asked = Pick<Parts, 'access' | 'ledger' | 'targets'>

const group = 'people and policies'
/** Names shown when many are meant. */
const shown = 5
const some = (names: readonly string[]): string =>
  names.length <= shown ? names.join(', ') : `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`

/** Never throws: policies that can't be asked deny. Lets others run in between: a question costs up to a millisecond. */
export async function peopleChecks(gateway: Asked): Promise<Check[]> {
  const { access, ledger } = gateway
  const people = [...ledger.world.principals.values()]
  const { policies, files } = access.policy
  return [
    {
      name: 'policies',
      group,
      ok: policies.size > 0,
      detail:
        policies.size > 0
          ? `${policies.size} in ${Object.keys(files).length} files`
          : 'there are none, so nobody may do anything',
      ...(policies.size > 0
        ? {}
        : { fix: ['delete the empty folder and restart: the starter policies are written again'] }),
    },
    {
      name: 'people',
      group,
      ok: people.length > 1,
      detail:
        people.length > 1
          ? `${people.length} accounts`
          : `${people.length} account: nobody can decide what somebody else asks`,
      ...(people.length > 1 ? {} : { fix: ['glovebox user add NAME --group platform-leads'] }),
    },
    ...(await asking(gateway, people)),
    twoKeys(gateway, people),
  ]
}

interface Ask {
  readonly who: Principal
  readonly level: string
  readonly target: Target
}

const askText = ({ who, level, target }: Ask): string => `${who.name} ${level} on ${target.name}`

/** Every wish that the policies know of: does it need somebody, and is there somebody? */
async function asking(gateway: Asked, people: readonly Principal[]): Promise<Check[]> {
  const { sight } = gateway.access
  const alone: Ask[] = []
  const never: Ask[] = []
  for (const target of gateway.targets().values()) {
    const reviewers = people.filter((one) => one.kind === 'user' && sight.may(one, 'review', target))
    for (const who of people) {
      await new Promise((resolve) => setImmediate(resolve))
      for (const level of levels.filter((one) => !isHigher(one, target.maxLevel))) {
        const answer = sight.ask(who, level, target)
        if (answer.kind !== 'allow') continue
        const { count, groups } = answer.needed
        const able = reviewers.filter(
          (one) =>
            one.groups.some((name) => groups.includes(name)) && !mayBeSamePerson(gateway.ledger.world, one.id, who.id),
        )
        if (count === 0) alone.push({ who, level, target })
        else if (new Set(able.map(({ person }) => person)).size < count) never.push({ who, level, target })
      }
    }
  }
  return [
    {
      name: 'four eyes',
      group,
      ok: true,
      ...(alone.length > 0 ? { warning: true } : {}),
      detail:
        alone.length === 0
          ? 'whatever anybody asks for needs somebody else'
          : `no approval is needed for: ${some(alone.map(askText))}`,
      ...(alone.length > 0 ? { fix: ['@approvals("1")   at the policy that glovebox policy explain names'] } : {}),
    },
    {
      name: 'reviewers',
      group,
      ok: true,
      ...(never.length > 0 ? { warning: true } : {}),
      detail:
        never.length === 0
          ? 'whatever may be asked for, enough others can decide it'
          : `too few others can decide: ${some(never.map(askText))}`,
      ...(never.length > 0 ? { fix: ['glovebox user add NAME --group platform-leads   (or lower @approvals)'] } : {}),
    },
  ]
}

/** Whoever manages accounts can make a token for somebody else: with the right to review that is two keys in one hand. */
function twoKeys({ access: { sight }, targets }: Asked, people: readonly Principal[]): Check {
  const both = people.filter(
    (one) =>
      one.kind === 'user' &&
      sight.may(one, 'manage') &&
      [...targets().values()].some((target) => sight.may(one, 'review', target)),
  )
  return {
    name: 'two keys',
    group,
    ok: true,
    ...(both.length > 0 ? { warning: true } : {}),
    detail:
      both.length === 0
        ? 'nobody both manages accounts and decides requests'
        : `manages accounts and decides requests: ${some(both.map(({ name }) => name))}`,
    ...(both.length > 0
      ? { fix: ['give one of the two groups to somebody else: users.NAME.groups in glovebox.yaml'] }
      : {}),
  }
}
