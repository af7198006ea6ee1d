// Asking the policies: may this principal do that to this target, and what does it take? Everything that is not a clear
// yes is a no: no policy, a forbid, any Cedar diagnostic, an agent whose human may not.
import {
  preparsePolicySet,
  statefulIsAuthorized,
  type CedarValueJson,
  type EntityJson,
  type EntityUid,
} from '@cedar-policy/cedar-wasm/nodejs'
import { fail } from '../core/error.ts'
import type { Needed, Principal, Target } from '../core/nouns.ts'
import { canonical } from '../lib/canonical-json.ts'
import { sha256Hex } from '../lib/hash.ts'
import { parsePolicies, type Obligations, type ParsedPolicy } from './parse.ts'
import { approvedActions, namespace, type PolicyAction } from './schema.ts'

/** What is known about the moment; what is absent a policy must test with `has`. */
export interface Circumstances {
  readonly level?: string
  readonly durationMs?: number
  readonly reason?: string
  readonly ticket?: string
  readonly tables?: readonly string[]
  readonly columns?: readonly string[]
  readonly channel?: string
  readonly sourceIp?: string
  /** Epoch milliseconds. */
  readonly now?: number
  readonly onCall?: boolean
}

export interface Question {
  readonly principal: Principal
  /** The human an agent acts for; an agent without one is denied everything. */
  readonly human?: Principal | undefined
  readonly action: PolicyAction
  /** Absent = the gateway as a whole. */
  readonly target?: Pick<Target, 'name' | 'protocol' | 'labels'> | undefined
  readonly context?: Circumstances
}

export interface Allowed {
  readonly kind: 'allow'
  /** For actions that are asked for; nobody and 0 for duties. */
  readonly needed: Needed
  readonly maxDurationMs: number
  readonly masksOff: boolean
  /** Ids of the policies that decided. */
  readonly policies: readonly string[]
}
export interface Denied {
  readonly kind: 'deny'
  readonly why: string
  readonly policies: readonly string[]
}
export type Answer = Allowed | Denied

const types = { user: 'User', service: 'Service', agent: 'Agent' } as const
const uid = (type: string, id: string): EntityUid => ({ type: `${namespace}::${type}`, id })

/** Answers kept at most; the oldest goes first. */
const cacheSize = 10_000

export class Policy {
  /** SHA-256 over the names and texts of all files: what entries call the policy set. */
  readonly hash: string
  readonly files: Readonly<Record<string, string>>
  readonly policies: ReadonlyMap<string, ParsedPolicy>
  /** Owned by this object. The set never changes; what changes is in the key: principal with groups, target with labels, circumstances. */
  readonly #answers = new Map<string, Answer>()

  /** Throws GBX-1603 with file and line; then nothing of the set is used. */
  constructor(files: Readonly<Record<string, string>>) {
    this.files = files
    this.policies = parsePolicies(files)
    this.hash = sha256Hex('glovebox/policies/v1\n', canonical(files))
    const staticPolicies = Object.fromEntries([...this.policies.values()].map((policy) => [policy.id, policy.text]))
    const prepared = preparsePolicySet(this.hash, { staticPolicies })
    if (prepared.type === 'failure')
      fail('GBX-1603', { file: 'policies', what: prepared.errors[0]?.message ?? 'not valid' })
  }

  /** Synchronous and cached; about 0.7 ms when not. Never throws: what fails denies. */
  ask(question: Question): Answer {
    // A policy that looks at the clock sees minutes, so that answers can be kept.
    const now = question.context?.now === undefined ? undefined : Math.floor(question.context.now / 60_000) * 60_000
    const rounded: Question = { ...question, ...(now === undefined ? {} : { context: { ...question.context, now } }) }
    const key = canonical({
      ...rounded,
      target: question.target && {
        name: question.target.name,
        protocol: question.target.protocol,
        labels: question.target.labels,
      },
    })
    const known = this.#answers.get(key)
    if (known) return known
    const answer = this.#answer(rounded)
    const [oldest] = this.#answers.keys()
    if (this.#answers.size >= cacheSize && oldest !== undefined) this.#answers.delete(oldest)
    this.#answers.set(key, answer)
    return answer
  }

  /** Forgets all answers: the questions hold names and reasons. */
  forget(): void {
    this.#answers.clear()
  }

  /** Which of these principals may do it, with their answers. */
  whoCan(
    principals: Iterable<Principal>,
    question: Omit<Question, 'principal' | 'human'>,
  ): { principal: Principal; answer: Allowed }[] {
    const all = [...principals]
    return all.flatMap((principal) => {
      const answer = this.ask({ ...question, principal, human: all.find((other) => other.id === principal.actsFor) })
      return answer.kind === 'allow' ? [{ principal, answer }] : []
    })
  }

  #answer(question: Question): Answer {
    const { principal, human, action } = question
    if (principal.kind !== 'agent') return this.#evaluate(principal, undefined, question)
    if (!human || human.id !== principal.actsFor || human.kind !== 'user')
      return { kind: 'deny', why: 'an agent needs the person it acts for', policies: [] }
    // An agent never gets more than its human: both must be allowed, and the agent's own answer says what it takes.
    const theirs = this.#evaluate(human, undefined, question)
    if (theirs.kind === 'deny')
      return { ...theirs, why: `${theirs.why} (asked for ${human.name}, for whom this agent acts)` }
    const own = this.#evaluate(principal, human, question)
    if (own.kind === 'deny' || !(approvedActions as readonly string[]).includes(action)) return own
    const harder = own.needed.count >= theirs.needed.count ? own : { ...own, needed: theirs.needed }
    return {
      ...harder,
      maxDurationMs: Math.min(own.maxDurationMs, theirs.maxDurationMs),
      masksOff: own.masksOff && theirs.masksOff,
    }
  }

  #evaluate(principal: Principal, human: Principal | undefined, question: Question): Answer {
    const { action, target } = question
    const resource = target ? uid('Target', target.name) : uid('Gateway', 'gateway')
    let answer
    try {
      answer = statefulIsAuthorized({
        principal: uid(types[principal.kind], principal.name),
        action: uid('Action', action),
        resource,
        context: contextOf(question.context ?? {}),
        preparsedSchemaName: 'glovebox',
        validateRequest: true,
        preparsedPolicySetId: this.hash,
        entities: [...principalEntities(principal, human), ...targetEntities(target)],
      })
    } catch {
      // Fails closed: an engine that breaks denies.
      return { kind: 'deny', why: 'the policies could not be evaluated', policies: [] }
    }
    if (answer.type === 'failure')
      return {
        kind: 'deny',
        why: `the policies could not be evaluated: ${answer.errors[0]?.message ?? 'unknown'}`,
        policies: [],
      }
    const { decision, diagnostics } = answer.response
    const [broken] = diagnostics.errors
    // A policy that errs is skipped by Cedar; a skipped forbid would be a hole, so any diagnostic denies.
    if (broken)
      return { kind: 'deny', why: `policy ${broken.policyId} could not be evaluated`, policies: [broken.policyId] }
    if (decision === 'deny') return this.#denied(principal, action, diagnostics.reason)
    return this.#leastAsking(diagnostics.reason, question)
  }

  #denied(principal: Principal, action: PolicyAction, forbidding: readonly string[]): Denied {
    const groups = principal.groups.length > 0 ? principal.groups.join(', ') : 'none'
    const why =
      forbidding.length > 0
        ? `rule ${forbidding.join(', ')} forbids it.`
        : `no policy allows ${action} here for your groups (${groups}).`
    return { kind: 'deny', why, policies: forbidding }
  }

  /** Permits are alternatives: of those that fit the asked duration the one with fewest approvals wins, then the longest. */
  #leastAsking(ids: readonly string[], question: Question): Answer {
    const permits = ids.flatMap((id) => {
      const obligations = this.policies.get(id)?.obligations
      return obligations ? [{ id, obligations }] : []
    })
    if (!(approvedActions as readonly string[]).includes(question.action))
      return { kind: 'allow', needed: { count: 0, groups: [] }, maxDurationMs: 0, masksOff: false, policies: ids }
    const askedMs = question.context?.durationMs ?? 0
    const fits = permits.filter((permit) => permit.obligations.maxDurationMs >= askedMs)
    const least = (a: Obligations, b: Obligations): number =>
      a.approvals - b.approvals || b.maxDurationMs - a.maxDurationMs
    // Where nothing fits, the longest is answered, so that the refusal can name it.
    const sorted = (fits.length > 0 ? fits : permits).sort((a, b) =>
      fits.length > 0 ? least(a.obligations, b.obligations) : b.obligations.maxDurationMs - a.obligations.maxDurationMs,
    )
    const [best] = sorted
    if (!best) return { kind: 'deny', why: 'the policy that allows it does not say who approves', policies: ids }
    const { approvals, from, maxDurationMs, masksOff } = best.obligations
    return { kind: 'allow', needed: { count: approvals, groups: from }, maxDurationMs, masksOff, policies: [best.id] }
  }
}

function contextOf(said: Circumstances): Record<string, CedarValueJson> {
  const { now, sourceIp, tables, columns, ...plain } = said
  return {
    ...(Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)) as Record<
      string,
      CedarValueJson
    >),
    ...(tables === undefined ? {} : { tables: [...tables] }),
    ...(columns === undefined ? {} : { columns: [...columns] }),
    ...(now === undefined ? {} : { now: { __extn: { fn: 'datetime', arg: new Date(now).toISOString() } } }),
    ...(sourceIp === undefined ? {} : { sourceIp: { __extn: { fn: 'ip', arg: sourceIp } } }),
  }
}

function principalEntities(principal: Principal, human: Principal | undefined): EntityJson[] {
  const entity: EntityJson = {
    uid: uid(types[principal.kind], principal.name),
    attrs: {
      name: principal.name,
      ...(principal.kind === 'agent' && human
        ? { actsFor: { __entity: { type: `${namespace}::User`, id: human.name } } }
        : {}),
    },
    parents: principal.groups.map((group) => uid('Group', group)),
  }
  return human ? [entity, ...principalEntities(human, undefined)] : [entity]
}

function targetEntities(target: Question['target']): EntityJson[] {
  if (!target) return []
  return [
    {
      uid: uid('Target', target.name),
      attrs: { name: target.name, protocol: target.protocol },
      parents: Object.entries(target.labels).map(([key, value]) => uid('TargetGroup', `${key}=${value}`)),
      tags: { ...target.labels },
    },
  ]
}
