// What the command line does on a data folder without a running gateway. Loaded only by the verbs that need it.
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Refusal } from './core/error.ts'
import { folderReader } from './journal/folder.ts'
import { openKeys } from './journal/keyring.ts'
import type { UserChange } from './surfaces/cli/host.ts'
import { askControl, type SetUser } from './surfaces/http/control.ts'
import { verifyEvidence, type EvidenceReport } from './tlog/evidence/verify.ts'
import { verify, type Report } from './tlog/verify.ts'

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

/** Verifies a data folder or a log's root. `key` is the text of a verifier key. Payloads are opened where the folder holds keys. */
export async function verifyFolder(dir: string, key: string | undefined): Promise<Report> {
  const keys = openKeys(dir)
  try {
    return await verify(folderReader(dir), {
      ...(key === undefined ? {} : { key }),
      ...(keys === undefined ? {} : { payloadKey: (id: string) => keys.payloadKey(id) }),
    })
  } finally {
    keys?.close()
  }
}

/** Verifies an evidence file, in pieces. `key` is the text of a verifier key. */
export async function verifyEvidenceFile(path: string, key: string | undefined): Promise<EvidenceReport> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const read = async (position: number, length: number): Promise<Buffer> => {
      const bytes = Buffer.alloc(length)
      const { bytesRead } = await file.read(bytes, 0, length, position)
      if (bytesRead !== length) throw new RangeError('the file became shorter while it was read')
      return bytes
    }
    return await verifyEvidence({ size, read }, key === undefined ? {} : { key })
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
