// What the command line can do on this machine without asking a gateway. The composition root (bin.ts) fills it with
// lazy imports, so that a verb loads only what it needs.
import type { Refusal } from '../../core/error.ts'
import type { EvidenceReport } from '../../tlog/evidence/verify.ts'
import type { Report } from '../../tlog/verify.ts'

export interface Started {
  /** The one line for stdout. */
  readonly ready: string
  close(): Promise<void>
}

export interface UserChange {
  readonly name: string
  readonly groups?: readonly string[]
  readonly kind?: 'user' | 'service' | 'agent'
  /** Agents: who they act for. */
  readonly of?: string
  /** The person that this account belongs to. */
  readonly person?: string
  /** Only a new token; nothing else changes. */
  readonly tokenOnly?: boolean
}

export interface WitnessRun {
  /** Folder of its memory and key. */
  readonly data: string
  /** File of the logs that it listens to. */
  readonly logs: string
  /** host:port */
  readonly listen: string
  readonly log: (line: string) => void
}

export interface Host {
  readonly version: string
  up(options: { config: string; optional: boolean; data: string; log: (line: string) => void }): Promise<Started>
  /** `data` undefined = a folder of its own, gone at the end. */
  demo(options: { data: string | undefined; log: (line: string) => void }): Promise<Started>
  tour(options: { log: (line: string) => void; out: (line: string) => void; plain: boolean }): Promise<number>
  /** Through the socket when a gateway is up, by taking the data folder's lock itself when none is. */
  setUser(data: string, change: UserChange): Promise<{ readonly user: string; readonly token: string } | Refusal>
  /** `policy` = text of a policy of witnesses; GBX-1002 when it is none. */
  verify(dir: string, key: string | undefined, policy: string | undefined): Promise<Report>
  verifyEvidence(file: string, key: string | undefined, policy: string | undefined): Promise<EvidenceReport>
  /** A witness in a process of its own. */
  witness(run: WitnessRun): Promise<Started>
  /** Its public key, made where there is none. */
  witnessKey(data: string): Promise<string>
  /** Rebuilds store.db from the journal of a gateway that is down. Gives the number of entries folded. */
  rebuild(data: string): Promise<number>
}
