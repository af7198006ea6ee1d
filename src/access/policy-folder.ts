// Policies live in a folder of *.cedar files; a missing folder is written with the shipped ones, an existing one is never touched.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Policy } from '../policy/policy.ts'

const shipped = fileURLToPath(new URL('../../policies/', import.meta.url))

const cedarFiles = (dir: string): string[] =>
  readdirSync(dir)
    .filter((name) => name.endsWith('.cedar'))
    .sort()

/**
 * Reads and checks all policies of `dir`, in order of their names. Throws GBX-1603 with file and line; then nothing of
 * the folder is in force. A folder without policies is a set that denies everything.
 */
export function openPolicy(dir: string): Policy {
  if (!existsSync(dir)) {
    mkdirSync(dir, { recursive: true })
    for (const name of cedarFiles(shipped)) copyFileSync(join(shipped, name), join(dir, name))
  }
  return new Policy(Object.fromEntries(cedarFiles(dir).map((name) => [name, readFileSync(join(dir, name), 'utf8')])))
}
