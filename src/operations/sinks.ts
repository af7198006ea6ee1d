// Where the record is delivered to: how each sink fares, and sending it the record again.
import { z } from 'zod'
import type { Check } from '../core/check.ts'
import { refusal } from '../core/error.ts'
import type { SinkStatus, Sinks } from '../core/sink.ts'
import { nearest } from '../lib/nearest.ts'
import { operation } from './operation.ts'

const asideShape = z.object({
  first: z.string().describe('j-N'),
  last: z.string(),
  at: z.string(),
  why: z.string().describe("the receiver's own words"),
})

const sinkShape = z.object({
  name: z.string(),
  kind: z.string(),
  format: z.enum(['ocsf', 'ecs']),
  payload: z.boolean().describe('gets what the record keeps encrypted'),
  to: z.string(),
  state: z.enum(['following', 'catching-up', 'failing']),
  cursor: z.string().describe('j-N, the first entry that is not acknowledged'),
  behind: z.number().describe('entries on record that are not acknowledged'),
  lagSeconds: z.number().describe('age of the oldest of them'),
  delivered: z.number().describe('since this gateway started'),
  failures: z.number().describe('attempts that failed since this gateway started'),
  setAside: z.number().describe('entries that the receiver refused'),
  problem: z.string().optional().describe('why the last attempt failed'),
  refused: z.array(asideShape).describe('runs of entries set aside, oldest first, at most 20'),
})

const shownAside = 20

const told = (sinks: Sinks, { cursor, problem, ...status }: SinkStatus): z.input<typeof sinkShape> => ({
  ...status,
  cursor: `j-${cursor}`,
  ...(problem === undefined ? {} : { problem }),
  refused: sinks.setAside(status.name, shownAside).map(({ first, last, at, why }) => ({
    first: `j-${first}`,
    last: `j-${last}`,
    at: new Date(at).toISOString(),
    why,
  })),
})

/** `12 s`, `3 min`, `5 h`: as a person says how late something is. */
const since = (seconds: number): string =>
  seconds < 120
    ? `${seconds} s`
    : seconds < 7_200
      ? `${Math.round(seconds / 60)} min`
      : `${Math.round(seconds / 3_600)} h`

export const listSinks = operation({
  name: 'sinks.list',
  summary: 'Where the record is delivered to: how far, how late, and what was refused there.',
  method: 'GET',
  path: '/v1/sinks',
  input: z.strictObject({}),
  output: z.object({ sinks: z.array(sinkShape) }),
  errors: ['GBX-1117'],
  needs: 'audit',
  cli: { verb: ['sinks'], examples: ['glovebox sinks', 'glovebox sinks --json'] },
  view: ({ sinks }) =>
    sinks.length === 0
      ? { lines: ['the record is delivered nowhere'], next: 'see docs/how-to/deliver-to-a-siem.md' }
      : {
          table: {
            columns: ['SINK', 'KIND', 'TO', 'STATE', 'NEXT', 'BEHIND', 'LAG', 'SET ASIDE', ''],
            rows: sinks.map((sink) => [
              sink.name,
              `${sink.kind} ${sink.format}${sink.payload ? ' +payload' : ''}`,
              sink.to,
              sink.state,
              sink.cursor,
              String(sink.behind),
              since(sink.lagSeconds),
              String(sink.setAside),
              sink.problem ?? sink.refused[0]?.why ?? '',
            ]),
          },
        },
  handle: async ({ gateway: { sinks } }) => ({ sinks: sinks.list().map((status) => told(sinks, status)) }),
})

export const resendSink = operation({
  name: 'sinks.resend',
  summary: 'Deliver the record to a sink again from an entry on. That you did is put on record.',
  method: 'POST',
  path: '/v1/sinks/:sink/resend',
  input: z.strictObject({
    sink: z.string().describe('name of the sink'),
    from: z
      .string()
      .regex(/^(j-)?\d{1,15}$/, { error: 'expected an entry such as j-120' })
      .describe('first entry to send, e.g. j-120'),
  }),
  output: z.object({ sink: z.string(), from: z.string(), entries: z.number().describe('to be sent again') }),
  errors: ['GBX-1004', 'GBX-1117'],
  needs: 'manage',
  cli: {
    verb: ['sinks', 'resend'],
    args: [{ field: 'sink', name: 'SINK' }],
    flags: [{ field: 'from', long: 'from', value: 'ENTRY' }],
    examples: ['glovebox sinks resend siem --from j-120'],
  },
  view: ({ sink, from, entries }) => ({ lines: [`${sink} is sent ${entries} entries again, from ${from}`] }),
  async handle({ principal, gateway: { sinks, ledger, journal } }, input) {
    const known = sinks.list().map(({ name }) => name)
    if (!known.includes(input.sink)) {
      const near = nearest(input.sink, known)
      return refusal('GBX-1004', { what: `sink ${input.sink}${near ? ` (there is ${near})` : ''}` })
    }
    const from = Number(input.from.replace(/^j-/, ''))
    if (from >= journal.size) return refusal('GBX-1004', { what: `j-${from}` })
    const entries = journal.size - from
    await ledger.record([{ type: 'sink.resent', by: principal.id, clear: { sink: input.sink, from }, payload: {} }])
      .durable
    sinks.resend(input.sink, from)
    return { sink: input.sink, from: `j-${from}`, entries }
  },
})

/** Older than this, somebody should look at it. */
const lateSeconds = 300

/** One check per sink, for `doctor`. */
export function sinkChecks(sinks: Sinks): readonly Check[] {
  return sinks.list().map((sink) => {
    const { name, cursor, behind, lagSeconds, setAside, problem } = sink
    const isLate = lagSeconds > lateSeconds
    const [first] = setAside > 0 ? sinks.setAside(name, 1) : []
    const detail = [
      `${sink.kind} to ${sink.to}: next is j-${cursor}, ${behind} behind`,
      ...(lagSeconds > 0 ? [`${since(lagSeconds)} late`] : []),
      ...(problem === undefined ? [] : [problem]),
      ...(first === undefined ? [] : [`${setAside} set aside, the first j-${first.first}: ${first.why}`]),
    ].join('; ')
    return {
      name: `sink ${name}`,
      group: 'delivery',
      ok: !(isLate && problem !== undefined),
      ...(problem !== undefined || isLate || setAside > 0 ? { warning: true } : {}),
      detail,
      ...(first === undefined
        ? {}
        : { fix: [`glovebox sinks resend ${name} --from j-${first.first}   (once the receiver takes it)`] }),
    }
  })
}
