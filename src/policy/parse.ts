// From policy files to a checked set: syntax, schema, and our own rules on annotations. An error names file and line
// (GBX-1603); a set with one error is not used at all.
import {
  checkParseSchema,
  policySetTextToParts,
  policyToJson,
  preparseSchema,
  validate,
  type DetailedError,
  type PolicyJson,
} from '@cedar-policy/cedar-wasm/nodejs'
import { fail } from '../core/error.ts'
import { parseDuration } from '../lib/duration.ts'
import { nearest } from '../lib/nearest.ts'
import { approvedActions, schemaText, type ApprovedAction } from './schema.ts'

/** What a permit asks for beside its conditions. */
export interface Obligations {
  readonly approvals: number
  readonly from: readonly string[]
  readonly maxDurationMs: number
  readonly masksOff: boolean
}

export interface ParsedPolicy {
  readonly id: string
  readonly text: string
  readonly file: string
  readonly line: number
  readonly effect: 'permit' | 'forbid'
  /** Only for permits of actions that are asked for. */
  readonly obligations?: Obligations
}

/** A permit without @maxDuration gives at most this. */
const defaultMaxDurationMs = 8 * 3_600_000
const annotations = ['id', 'approvals', 'from', 'maxDuration', 'masksOff']

let schemaReady = false

/** Prepares the schema once per process; it is part of the program, so failing here is a defect of ours. */
function prepareSchema(): void {
  if (schemaReady) return
  const checked = checkParseSchema(schemaText)
  if (checked.type === 'failure') throw new Error(`policy schema: ${checked.errors[0]?.message}`)
  preparseSchema('glovebox', schemaText)
  schemaReady = true
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length

function invalid(file: string, line: number, what: string): never {
  fail('GBX-1603', { file: `${file}:${line}`, what })
}

function syntaxError(file: string, text: string, error: DetailedError | undefined): never {
  const at = error?.sourceLocations?.[0]
  // Cedar counts bytes of UTF-8.
  const offset = at ? Buffer.from(text).subarray(0, at.start).toString().length : 0
  invalid(file, lineAt(text, offset), [error?.message ?? 'not a policy', at?.label].filter(Boolean).join(': '))
}

/** The actions that are asked for and that this policy may decide on. */
function asked(json: PolicyJson): readonly ApprovedAction[] {
  const { action } = json
  if (action.op === 'All') return approvedActions
  const named = 'entities' in action ? action.entities : 'entity' in action ? [action.entity] : []
  const ids = named.map((uid) => ('__entity' in uid ? uid.__entity.id : uid.id))
  return approvedActions.filter((name) => ids.includes(name))
}

function obligationsOf(json: PolicyJson, wrong: (what: string) => never): Obligations | undefined {
  const said = json.annotations ?? {}
  for (const name of Object.keys(said)) {
    if (annotations.includes(name)) continue
    const meant = nearest(name, annotations)
    wrong(`unknown annotation @${name}${meant === undefined ? '' : `, did you mean @${meant}`}`)
  }
  const actions = asked(json)
  const given = annotations.filter((name) => name !== 'id' && Object.hasOwn(said, name))
  if (json.effect === 'forbid' || actions.length === 0) {
    if (given.length > 0) wrong(`@${given[0]} belongs on a permit of ${approvedActions.join(', ')}`)
    return undefined
  }
  const approvals = said['approvals'] ?? ''
  if (!/^[0-9]$/.test(approvals))
    wrong('a permit of something that is asked for needs @approvals("1") to @approvals("9")')
  // G4: a set of policies under which a person gets in alone is not loaded.
  if (approvals === '0' && actions.some((action) => action !== 'observe'))
    wrong('@approvals("0") lets a person in alone; only `observe` may go without approval')
  const from = (said['from'] ?? '')
    .split(',')
    .map((group) => group.trim())
    .filter((group) => group !== '')
  if (approvals !== '0' && from.length === 0) wrong('@from is missing: say of which groups the approvals come')
  const maxDurationMs = said['maxDuration'] === undefined ? defaultMaxDurationMs : parseDuration(said['maxDuration'])
  if (maxDurationMs === undefined) wrong(`@maxDuration("${said['maxDuration']}") is not a duration such as 30m or 2h`)
  const masksOff = said['masksOff'] ?? 'false'
  if (masksOff !== 'true' && masksOff !== 'false') wrong('@masksOff is "true" or "false"')
  if (masksOff === 'true' && actions.some((action) => action !== 'unmask'))
    wrong('@masksOff belongs on a permit of `unmask` only')
  return { approvals: Number(approvals), from, maxDurationMs, masksOff: masksOff === 'true' }
}

function parseFile(file: string, text: string): ParsedPolicy[] {
  const parts = policySetTextToParts(text)
  if (parts.type === 'failure') syntaxError(file, text, parts.errors[0])
  if (parts.policy_templates.length > 0) invalid(file, 1, 'templates are not used here; write a policy for each case')
  let cursor = 0
  return parts.policies.map((policy, i) => {
    const start = Math.max(cursor, text.indexOf(policy, cursor))
    cursor = start + policy.length
    const line = lineAt(text, start)
    const parsed = policyToJson(policy)
    if (parsed.type === 'failure') syntaxError(file, text, parsed.errors[0])
    const obligations = obligationsOf(parsed.json, (what) => invalid(file, line, what))
    return {
      id: parsed.json.annotations?.['id'] ?? `${file}#${i + 1}`,
      text: policy,
      file,
      line,
      effect: parsed.json.effect,
      ...(obligations === undefined ? {} : { obligations }),
    }
  })
}

/** Policies of all files (name -> text), by id. Throws GBX-1603 with file and line on the first error. */
export function parsePolicies(files: Readonly<Record<string, string>>): ReadonlyMap<string, ParsedPolicy> {
  prepareSchema()
  const policies = new Map<string, ParsedPolicy>()
  for (const [file, text] of Object.entries(files)) {
    for (const policy of parseFile(file, text)) {
      const other = policies.get(policy.id)
      if (other) invalid(file, policy.line, `@id("${policy.id}") is used twice, also in ${other.file}:${other.line}`)
      policies.set(policy.id, policy)
    }
  }
  const staticPolicies = Object.fromEntries([...policies.values()].map((policy) => [policy.id, policy.text]))
  const checked = validate({ schema: schemaText, policies: { staticPolicies } })
  if (checked.type === 'failure')
    fail('GBX-1603', { file: Object.keys(files)[0] ?? 'policies', what: checked.errors[0]?.message ?? 'not valid' })
  const [first] = checked.validationErrors
  const where = first && policies.get(first.policyId)
  if (first) {
    const hint = first.error.help ? `, ${first.error.help}` : ''
    const inside = first.error.sourceLocations?.[0]?.start ?? 0
    invalid(
      where?.file ?? 'policies',
      where ? where.line + lineAt(where.text, inside) - 1 : 1,
      `${first.error.message.replace(/^for policy `[^`]*`, /, '')}${hint}`,
    )
  }
  return policies
}
