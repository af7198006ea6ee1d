// Redactions and legal holds at the control door: the policies say who may ask, who approves and who holds. What the gateway
// then erases is features/redaction's.
import { randomBytes } from 'node:crypto'
import { refusal } from '../core/error.ts'
import type { Draft } from '../core/entry.ts'
import { decideRedact, decideRedactionReview } from '../core/redaction.ts'
import { newId } from '../lib/ids.ts'
import type { Command } from './commands.ts'
import type { Actor, Decided, Facts } from './decide.ts'
import type { Refusal } from '../core/error.ts'

const person = (what: string): Refusal => refusal('GBX-1117', { what, why: 'a person does that, not the gateway.' })

export function askRedaction(
  facts: Facts,
  actor: Actor,
  { scope, subject, basis, reason, about }: Command<'redaction.ask'>,
): Decided<'redaction.ask'> | Refusal {
  if (actor === 'gateway') return person('ask for a redaction')
  const { world, sight, now, policy, origin } = facts
  const answer = sight.ask(actor, 'redact', undefined, { reason, ...origin, now })
  if (answer.kind === 'deny') return refusal('GBX-1117', { what: 'redact the record', why: answer.why })
  const id = newId('x')
  const nonce = randomBytes(32).toString('hex')
  const drafts = decideRedact(
    world,
    { id, asker: actor.id, scope, subject, basis, reason, nonce, ...about },
    { needed: answer.needed, policies: policy.hash },
    now,
  )
  return 'code' in drafts ? drafts : { drafts, answer: { redaction: id } }
}

export function reviewRedaction(
  facts: Facts,
  actor: Actor,
  command: Command<'redaction.review'>,
): Decided<'redaction.review'> | Refusal {
  if (actor === 'gateway') return person('decide a redaction')
  const { world, sight, now, policy } = facts
  const answer = sight.ask(actor, 'review', undefined, { now })
  const said = {
    mayReview: answer.kind === 'allow',
    why: answer.kind === 'allow' ? '' : answer.why,
    policies: policy.hash,
  }
  const drafts = decideRedactionReview(world, { ...command, reviewer: actor.id }, said, now)
  return 'code' in drafts ? drafts : { drafts, answer: { redaction: command.redaction } }
}

export function setHold(facts: Facts, actor: Actor, command: Command<'hold.set'>): Decided<'hold.set'> | Refusal {
  if (actor !== 'gateway' && !facts.sight.may(actor, 'hold'))
    return refusal('GBX-1117', { what: 'set legal holds', why: 'no policy allows hold for your groups.' })
  const { kind, subject, of, reason } = command
  const hold = newId('h')
  const draft: Draft = {
    type: 'hold.set',
    by: actor === 'gateway' ? actor : actor.id,
    clear: { hold, kind, subject, ...(of === undefined ? {} : { of }) },
    payload: { reason },
  }
  return { drafts: [draft], answer: { hold } }
}

export function liftHold(facts: Facts, actor: Actor, command: Command<'hold.lift'>): Decided<'hold.lift'> | Refusal {
  if (actor !== 'gateway' && !facts.sight.may(actor, 'hold'))
    return refusal('GBX-1117', { what: 'lift legal holds', why: 'no policy allows hold for your groups.' })
  const found = facts.world.holds.get(command.hold)
  if (!found) return refusal('GBX-1004', { what: command.hold })
  const draft: Draft = {
    type: 'hold.lifted',
    by: actor === 'gateway' ? actor : actor.id,
    clear: { hold: found.id },
    payload: { reason: command.reason },
  }
  return { drafts: [draft], answer: { hold: found.id } }
}
