// What the command line does on a data folder without a running gateway. Loaded only by the verbs that need it.
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { fail, type Refusal } from './core/error.ts'
import { folderReader } from './journal/folder.ts'
import { openKeys } from './journal/keyring.ts'
import type { UserChange } from './surfaces/cli/host.ts'
import { askControl, type SetUser } from './surfaces/http/control.ts'
import { verifyEvidence, type EvidenceReport } from './tlog/evidence/verify.ts'
import { verify, type Report } from './tlog/verify.ts'
import { cosignedBy, cosignedText, isFault, parsePolicy, type WitnessPolicy } from './tlog/witness-policy.ts'

/** Through the socket when a gateway is up; else by opening the folder, which takes its lock (GBX-1404 when that is taken). */
export async function setUser(data: string, change: UserChange): Promise<SetUser | Refusal> {
  const answered = await askControl(data, change)
  if (answered !== undefined) return answered
  const [{ openHouse, setUserIn }, { Policy }] = await Promise.all([import('./house.ts'), import('./policy/policy.ts')])
  // The operator of the machine needs no policy; nobody else is here to ask.
  const house = await openHouse({ data, policy: new Policy({}) })
  try {
    return await setUserIn(house, change)
  } finally {
    await house.close()
  }
}

function policyOf(text: string | undefined): WitnessPolicy | undefined {
  const policy = text === undefined ? undefined : parsePolicy(text)
  if (policy && isFault(policy))
    return fail('GBX-1002', { field: '--policy', why: `line ${policy.line}: ${policy.why}` })
  return policy
}

/**
 * Verifies a data folder or a log's root. `key` is the text of a verifier key, `policyFile` that of a policy of witnesses.
 * Payloads are opened where the folder holds keys.
 */
export async function verifyFolder(dir: string, key: string | undefined, policyFile?: string): Promise<Report> {
  const policy = policyOf(policyFile)
  const keys = openKeys(dir)
  const reader = folderReader(dir)
  try {
    const report = await verify(reader, {
      ...(key === undefined ? {} : { key }),
      ...(keys === undefined ? {} : { payloadKey: (id: string) => keys.payloadKey(id) }),
    })
    const note = (await reader.read('checkpoint')) ?? (await reader.read('journal/checkpoint'))
    return policy && note ? cosignedReport(report, policy, Buffer.from(note).toString()) : report
  } finally {
    keys?.close()
  }
}

/** With a quorum of witnesses, that everybody was shown the same log is proved; without one, the verification fails. */
function cosignedReport(report: Report, policy: WitnessPolicy, note: string): Report {
  const cosigned = cosignedBy(policy, note)
  const what = `the checkpoint is ${cosignedText(policy, cosigned)}`
  const found = cosigned.ok ? [] : [{ what }]
  const result = cosigned.ok ? ('ok' as const) : ('not ok' as const)
  const checks = report.checks.filter((check) => check.name !== 'split_view' || !cosigned.ok)
  return {
    ...report,
    ok: report.ok && cosigned.ok,
    checks: [...checks, { name: 'witnesses', result, what, found, total: found.length }],
  }
}

/** Verifies an evidence file, in pieces. `key` is the text of a verifier key. */
export async function verifyEvidenceFile(
  path: string,
  key: string | undefined,
  policyFile?: string,
): Promise<EvidenceReport> {
  const policy = policyOf(policyFile)
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const read = async (position: number, length: number): Promise<Buffer> => {
      const bytes = Buffer.alloc(length)
      const { bytesRead } = await file.read(bytes, 0, length, position)
      if (bytesRead !== length) throw new RangeError('the file became shorter while it was read')
      return bytes
    }
    return await verifyEvidence(
      { size, read },
      { ...(key === undefined ? {} : { key }), ...(policy ? { policy } : {}) },
    )
  } finally {
    await file.close()
  }
}

/** Rebuilds the projections from the journal, with the gateway down. Gives the number of entries that were folded. */
export async function rebuildStore(data: string): Promise<number> {
  const [{ openHouse }, { Policy }, { Store }] = await Promise.all([
    import('./house.ts'),
    import('./policy/policy.ts'),
    import('./store/store.ts'),
  ])
  const house = await openHouse({ data, policy: new Policy({}) })
  try {
    const store = await Store.open(join(house.data, 'store.db'), house.journal)
    await store.rebuild(house.journal)
    await store.close()
    return house.journal.size
  } finally {
    await house.close()
  }
}
