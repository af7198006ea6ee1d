// The second wall in a target: the script that makes a role which can only read. Printed by itself; run only when somebody
// asks for it, with an administrator's connection string that is used once and kept nowhere.
import { z } from 'zod'
import { GloveboxError, refusal } from '../core/error.ts'
import { canonical } from '../lib/canonical-json.ts'
import { sha256Hex } from '../lib/hash.ts'
import { operation } from './operation.ts'

/** RFC 5803: what a server keeps of a password. */
const verifier = /^SCRAM-SHA-256\$\d{4,7}:[A-Za-z0-9+/=]{12,64}\$[A-Za-z0-9+/=]{44}:[A-Za-z0-9+/=]{44}$/

const applyField = z
  .strictObject({
    admin: z.string().min(1).max(4_096).describe('connection string of an administrator of the target'),
    digest: z.string().length(64).describe('of the script that was shown; another one is not run'),
    verifier: z.string().regex(verifier).optional().describe('SCRAM verifier of the new password of the role'),
  })
  .optional()

export const provisionTarget = operation({
  name: 'targets.provision',
  summary: 'The SQL of the second wall: a role on the target that can only read what Glovebox reads.',
  method: 'POST',
  path: '/v1/targets/:target/provision',
  input: z.strictObject({
    target: z.string().max(200).describe('name of the target'),
    level: z
      .enum(['l1', 'l2'])
      .default('l1')
      .describe('l1 = a role that reads by column; l2 = a role that reads masked views only'),
    role: z.string().max(63).default('glovebox_ro').describe('name of the role (glovebox_ro)'),
    connections: z.number().int().min(1).max(10_000).default(40).describe('connections it may have at once (40)'),
    monitor: z
      .boolean()
      .default(false)
      .describe('also pg_monitor: statistics of the whole server, with the statements of other sessions'),
    apply: applyField,
  }),
  output: z.object({
    target: z.string(),
    level: z.string(),
    role: z.string(),
    text: z.string().describe('the script as people read and paste it, with the way back in comments'),
    statements: z.array(z.string()),
    undo: z.array(z.string()),
    others: z.array(z.string()).describe('what would take rights from others too: never run by Glovebox'),
    notes: z.array(z.string()),
    digest: z.string(),
    applied: z.boolean(),
  }),
  errors: ['GBX-1004', 'GBX-1117', 'GBX-1301', 'GBX-1308', 'GBX-1309', 'GBX-1311', 'GBX-1312', 'GBX-1340'],
  needs: 'manage',
  view: ({ text }) => ({ lines: text.split('\n') }),
  async handle({ principal, gateway }, { target: typed, apply, ...wish }) {
    const target = gateway.targets().get(typed)
    const protocol = target && gateway.protocols.get(target.protocol)
    if (!target || !protocol?.provision) return refusal('GBX-1004', { what: `target ${typed}` })
    try {
      const { text, statements, undo, others, notes } = await protocol.provision(gateway.gate, target, wish)
      const digest = sha256Hex('glovebox/provision/v1\n', canonical({ target: target.name, wish, statements }))
      if (apply !== undefined) {
        if (protocol.apply === undefined) return refusal('GBX-1004', { what: `target ${typed}` })
        if (apply.digest !== digest) return refusal('GBX-1340', { target: target.name })
        const password = apply.verifier === undefined ? [] : [`ALTER ROLE "${wish.role}" PASSWORD '${apply.verifier}';`]
        await protocol.apply(gateway.gate, target, {
          statements: [...statements, ...password],
          admin: apply.admin,
          appliedBy: principal.name,
        })
      }
      return {
        target: target.name,
        level: wish.level,
        role: wish.role,
        text,
        statements: [...statements],
        undo: [...undo],
        others: [...others],
        notes: [...notes],
        digest,
        applied: apply !== undefined,
      }
    } catch (error) {
      // Closed: nothing of the script holds. What the target or the doors refused is told as it is.
      if (error instanceof GloveboxError) return error.refusal
      throw error
    }
  },
})
