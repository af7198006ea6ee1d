// Targets: what there is for you, whether it answers, and running one statement on it.
import { z } from 'zod'
import { builtLevels } from '../access/decide.ts'
import type { Check } from '../core/check.ts'
import { GloveboxError, isRefusal, refusal } from '../core/error.ts'
import { isLive, liveGrants } from '../core/grant.ts'
import { isHigher } from '../core/level.ts'
import { checkField, checksOut, checksView } from './checks/checks-view.ts'
import { levelField, time, timeField } from './fields.ts'
import { liveGrant } from './grants.ts'
import { operation, type Parts } from './operation.ts'
import { changeLines, changeNext, changeShape, runWrite, toldRun, writeOf } from './writes.ts'

const targetField = z.string().max(200).describe('name of the target')

export const listTargets = operation({
  name: 'targets.list',
  summary: 'Targets that you may ask for, and your access to them now.',
  method: 'GET',
  path: '/v1/targets',
  input: z.strictObject({}),
  output: z.object({
    targets: z.array(
      z.object({
        name: z.string(),
        protocol: z.string(),
        labels: z.record(z.string(), z.string()),
        maxLevel: levelField,
        may: z.array(z.string()).describe('what you may ask for'),
        access: z.object({ level: levelField, grant: z.string(), expires: timeField('when it ends') }).optional(),
        pending: z.string().optional().describe('your request that waits for a decision'),
      }),
    ),
  }),
  errors: [],
  needs: 'signed-in',
  cli: { verb: ['ls'], examples: ['glovebox ls', 'glovebox ls --json'] },
  view: ({ targets }) => ({
    table: {
      columns: ['TARGET', 'PROTOCOL', 'LABELS', 'YOU MAY ASK', 'YOUR ACCESS'],
      rows: targets.map(({ name, protocol, labels, may, access, pending }) => [
        name,
        protocol,
        Object.entries(labels)
          .map(([key, value]) => `${key}=${value}`)
          .join(' '),
        may.join(' '),
        access ? `${access.level} until ${access.expires}` : pending ? `waiting, ${pending}` : '-',
      ]),
    },
  }),
  async handle({ principal, gateway }) {
    const { access, ledger, now } = gateway
    const { world } = ledger
    const pending = [...world.pending]
      .flatMap((id) => world.requests.get(id) ?? [])
      .filter((request) => request.asker === principal.id && request.expiresAt > now())
    const targets = access.sight.targets(principal).map((target) => {
      const grant = liveGrants(world, principal.id, target.name, now()).find((one) => isLive(one, now()))
      const waiting = pending.find((request) => request.target === target.name)
      const may = builtLevels.filter(
        (level) => !isHigher(level, target.maxLevel) && access.sight.ask(principal, level, target).kind === 'allow',
      )
      return {
        name: target.name,
        protocol: target.protocol,
        labels: { ...target.labels },
        maxLevel: target.maxLevel,
        may: [...may],
        ...(grant === undefined
          ? {}
          : { access: { level: grant.level, grant: grant.id, expires: time(grant.notAfter) } }),
        ...(waiting === undefined ? {} : { pending: waiting.id }),
      }
    })
    return { targets }
  },
})

/** Groups of checks that name nothing which is not everybody's. */
const forAll = new Set(['read-only'])

/** Probes that run now: a target is never asked twice at once (G10). Keyed by the parts, so nothing outlives its gateway. */
const probing = new WeakMap<Parts, Map<string, Promise<readonly Check[]>>>()

export const testTarget = operation({
  name: 'targets.test',
  summary: 'Check a target as a whole: does it answer, may Glovebox sign in, is its masking in place?',
  method: 'POST',
  path: '/v1/targets/:target/test',
  input: z.strictObject({ target: targetField }),
  output: z.object({
    target: z.string(),
    ok: z.boolean(),
    checks: z.array(checkField),
  }),
  errors: ['GBX-1004', 'GBX-1301', 'GBX-1307', 'GBX-1308', 'GBX-1309', 'GBX-1310', 'GBX-1311'],
  needs: 'signed-in',
  cli: {
    verb: ['target', 'test'],
    args: [{ field: 'target', name: 'TARGET' }],
    examples: ['glovebox target test pg-orders'],
  },
  view: ({ checks }) => checksView(checks),
  async handle({ principal, gateway }, input) {
    const managed = gateway.access.sight.may(principal, 'manage') ? gateway.targets().get(input.target) : undefined
    const target = managed ?? gateway.access.sight.target(principal, input.target)
    const protocol = target && gateway.protocols.get(target.protocol)
    if (!target || !protocol) return refusal('GBX-1004', { what: `target ${input.target}` })
    const running = probing.get(gateway) ?? new Map<string, Promise<readonly Check[]>>()
    probing.set(gateway, running)
    const probe =
      running.get(target.name) ?? protocol.probe(gateway.gate, target).finally(() => running.delete(target.name))
    running.set(target.name, probe)
    const found = await probe
    // What a role could do wrong, and which columns pass unmasked, is for whoever can mend it.
    const checks = managed ? found : found.filter(({ group }) => group === undefined || forAll.has(group))
    return { target: target.name, ok: checks.every((check) => check.ok), checks: checksOut(checks) }
  },
})

export const run = operation({
  name: 'run',
  summary: 'Run one statement on a target, as your own client would: same policy, same masking, same record.',
  method: 'POST',
  path: '/v1/targets/:target/run',
  input: z.strictObject({
    target: z.string().max(200).describe('name of the target; or the request of an approved write, to run it once'),
    text: z.string().min(1).optional().describe('the statement'),
  }),
  output: z.object({
    columns: z.array(z.string()),
    types: z.array(z.string()),
    rows: z.array(z.array(z.union([z.string(), z.number(), z.boolean(), z.null()]))),
    masked: z.array(z.string()).describe('columns that came back masked'),
    notices: z.array(z.string()),
    change: changeShape.optional().describe('of a write: what it changed'),
  }),
  errors: [
    'GBX-1220',
    'GBX-1221',
    'GBX-1223',
    'GBX-1225',
    'GBX-1004',
    'GBX-1102',
    'GBX-1103',
    'GBX-1104',
    'GBX-1108',
    'GBX-1109',
    'GBX-1116',
  ],
  needs: 'signed-in',
  cli: {
    verb: ['run'],
    args: [
      { field: 'target', name: 'TARGET' },
      { field: 'text', name: 'STATEMENT', rest: true },
    ],
    examples: [
      'glovebox run pg-orders "select id, status from orders limit 5"',
      'glovebox run pg-orders "select 1" --json',
      'glovebox run r-9c21',
    ],
  },
  view: ({ columns, rows, masked, change }) => ({
    ...(change === undefined ? {} : { lines: changeLines(change), next: changeNext(change) }),
    table: { columns, rows: rows.map((row) => row.map((value) => (value === null ? '' : String(value)))) },
    ...(masked.length > 0 ? { next: `masked: ${masked.join(', ')}` } : {}),
  }),
  async handle(context, { target, text }) {
    const write = writeOf(context, target, text)
    if (isRefusal(write)) return write
    if (write !== undefined) return toldRun(write, await runWrite(context, write))
    if (text === undefined) return refusal('GBX-1002', { field: 'text', why: 'write the statement to run.' })
    const found = liveGrant(context, target)
    if (isRefusal(found)) return found
    const { principal, channel, gateway } = context
    try {
      const runner = await gateway.drive(
        found.target,
        { principal, grant: found.grant.id, clientName: 'glovebox run' },
        channel,
      )
      try {
        const { columns, types, rows, masked, notices } = await runner.run(text)
        return {
          columns: [...columns],
          types: [...types],
          rows: rows.map((row) => [...row]),
          masked: [...masked],
          notices: [...notices],
        }
      } finally {
        await runner.close()
      }
    } catch (error) {
      // Closed: whatever broke, no row is answered. What the doors refused is told as it is.
      if (error instanceof GloveboxError) return error.refusal
      throw error
    }
  },
})
