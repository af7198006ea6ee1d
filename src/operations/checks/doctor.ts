// `glovebox doctor`: the whole installation, control by control, with what mends each one that does not hold.
import { z } from 'zod'
import { checkField, checksOut, checksView } from './checks-view.ts'
import { operation } from '../operation.ts'
import { sinkChecks } from '../sinks.ts'
import { peopleChecks } from './people-checks.ts'

export const doctor = operation({
  name: 'doctor.run',
  summary: 'What holds in this gateway and on its targets, proved now; and what mends the rest.',
  method: 'GET',
  path: '/v1/doctor',
  input: z.strictObject({}),
  output: z.object({ ok: z.boolean(), checks: z.array(checkField) }),
  errors: ['GBX-1117'],
  needs: 'manage',
  cli: { verb: ['doctor'], examples: ['glovebox doctor'] },
  view: ({ checks }) => checksView(checks),
  async handle({ gateway }) {
    const { store } = gateway
    const found = await gateway.checks()
    const isOwn = ({ group }: { group?: string }): boolean => group === 'gateway'
    const checks = [
      ...found.filter(isOwn),
      {
        name: 'projections',
        group: 'gateway',
        ok: store.health === undefined,
        detail: store.health === undefined ? 'follow the journal' : 'stopped: lists and searches are behind the record',
        ...(store.health === undefined
          ? {}
          : { fix: ['restart the gateway, or with it down: glovebox doctor --rebuild'] }),
      },
      ...(await peopleChecks(gateway)),
      ...sinkChecks(gateway.sinks),
      ...found.filter((check) => !isOwn(check)),
    ]
    return { ok: checks.every(({ ok }) => ok), checks: checksOut(checks) }
  },
})
