// What a gateway has outside of its data folder for the sake of the record: the memory that is asked before anything is
// signed (witnesses, a file on another disk), and the witness that it is for other logs. Reads the files that glovebox.yaml
// names and puts the parts together.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from './core/error.ts'
import { realDisk } from './journal/disk.ts'
import { FileMemory } from './journal/memory/file-memory.ts'
import type { MemoryOptions } from './journal/memory/guard.ts'
import type { Memory } from './journal/memory/memory.ts'
import { Witnesses } from './journal/memory/witnesses.ts'
import { isFault, meetsQuorum, parsePolicy, type WitnessPolicy } from './tlog/witness-policy.ts'

/** The block `journal:` of glovebox.yaml; paths are absolute. */
export interface JournalSettings {
  readonly witnesses: { readonly policy: string; readonly waitMs: number } | undefined
  readonly file: string | undefined
  readonly unreachable: 'refuse' | 'sign'
}

export interface Outside {
  readonly memory: MemoryOptions | undefined
  readonly policy: WitnessPolicy | undefined
  readonly policyText: string | undefined
}

/** Where a data folder says that its log has a memory outside, for whoever opens it without its configuration. */
const markPath = (data: string): string => join(data, 'keys', 'memory')
/** The policy in force, beside the key: for `audit verify`. */
export const keptPolicyPath = (data: string): string => join(data, 'keys', 'witness-policy.txt')

/** Reads a policy file. Throws GBX-1601 with the line where it is none. */
export function readPolicy(file: string): { policy: WitnessPolicy; text: string } {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    // closed: nobody is asked by a policy that cannot be read
    const what = `the file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`
    fail('GBX-1601', { file, line: 1, column: 1, what, hint: '' })
  }
  const policy = parsePolicy(text)
  if (isFault(policy)) fail('GBX-1601', { file, line: policy.line, column: 1, what: `${policy.why}.`, hint: '' })
  return { policy, text }
}

/** A policy that the gateway can have met. Throws GBX-1601 where its quorum asks for nobody, or for witnesses without an address. */
function askable(file: string): { policy: WitnessPolicy; text: string } {
  const read = readPolicy(file)
  const { policy } = read
  const line = read.text.split('\n').findIndex((one) => one.trim().startsWith('quorum')) + 1
  const refuse = (what: string): never => fail('GBX-1601', { file, line, column: 1, what, hint: '' })
  if (policy.quorum === undefined) refuse('"quorum none" asks nobody: name a witness or a group.')
  const reached = new Set(policy.witnesses.filter(({ url }) => url !== undefined).map(({ name }) => name))
  if (!meetsQuorum(policy, reached)) refuse('the quorum needs witnesses that have no address (witness NAME VKEY URL).')
  return read
}

/** The memory of a gateway's log, by its configuration. Throws GBX-1601. */
export function outsideOf(settings: JournalSettings, log: (line: string) => void): Outside {
  const read = settings.witnesses && askable(settings.witnesses.policy)
  const memories: Memory[] = [
    ...(read && settings.witnesses ? [new Witnesses(read.policy, settings.witnesses.waitMs)] : []),
    ...(settings.file === undefined ? [] : [new FileMemory(settings.file, realDisk)]),
  ]
  const { unreachable } = settings
  const memory = memories.length === 0 ? undefined : { memories, unreachable, log }
  return { memory, policy: read?.policy, policyText: read?.text }
}

/** Notes it in the data folder, so that nobody who opens that without the configuration signs behind its back. With the lock held. */
export function noteOutside(data: string, { memory, policyText }: Outside): void {
  keep(keptPolicyPath(data), policyText)
  keep(markPath(data), memory && `${memory.memories.map(({ name }) => name).join('\n')}\n`)
}

function keep(path: string, text: string | undefined): void {
  if (text === undefined) rmSync(path, { force: true })
  else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text, { mode: 0o600 })
}

/** For whoever opens a data folder without its configuration: nothing is signed where the log has a memory outside. */
export const withoutConfiguration = (data: string): MemoryOptions | undefined =>
  existsSync(markPath(data)) ? { memories: [], unreachable: 'refuse', log: () => undefined } : undefined
