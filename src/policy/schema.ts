// The Cedar schema that every policy is checked against, and the words of the questions that are asked.

/** Actions that a person asks for; each is granted for a time. */
export const askActions = ['observe', 'read', 'write', 'admin', 'unmask'] as const

/** Actions whose permits say who approves: redacting is asked for, too, and given to nobody for a time. */
export const approvedActions = [...askActions, 'redact'] as const
export type ApprovedAction = (typeof approvedActions)[number]

/** Actions that a person does at once. Those on the gateway as a whole have no target. */
export const dutyActions = ['review', 'watch', 'kill', 'lock', 'audit', 'manage', 'hold', 'breakGlass'] as const
export type DutyAction = (typeof dutyActions)[number]

export type PolicyAction = ApprovedAction | DutyAction

export const namespace = 'Glovebox'

/** Labels of a target are its tags, and `resource in Glovebox::TargetGroup::"env=production"` holds for label env: production. */
export const schemaText = `namespace Glovebox {
  entity Group;
  entity TargetGroup;
  entity Gateway;
  entity User in [Group] { name: String };
  entity Service in [Group] { name: String };
  entity Agent in [Group] { name: String, actsFor: User };
  entity Target in [TargetGroup] { name: String, protocol: String } tags String;
  type Circumstances = {
    level?: String, durationMs?: Long, reason?: String, ticket?: String, tables?: Set<String>, columns?: Set<String>,
    channel?: String, sourceIp?: ipaddr, now?: datetime, onCall?: Bool
  };
  action observe, read, write, "admin", unmask, breakGlass
    appliesTo { principal: [User, Service, Agent], resource: [Target], context: Circumstances };
  action review, watch, kill, lock, audit, manage
    appliesTo { principal: [User, Service, Agent], resource: [Target, Gateway], context: Circumstances };
  action redact, hold
    appliesTo { principal: [User, Service, Agent], resource: [Gateway], context: Circumstances };
}`
