// `glovebox audit verify`: a stranger's check of a journal or of an evidence file. First what is to be compared, then a line
// a check; exit 11 when one fails.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { fail } from '../../../core/error.ts'
import { evidenceLines } from '../../../tlog/evidence/lines.ts'
import { reportLines } from '../../../tlog/report.ts'
import { showJson } from '../output.ts'
import type { Call } from '../table.ts'

/** Exit 0: every check holds. Exit 11: the first entry that differs is named; nothing else is claimed. */
export async function verifyFolder({ given, host, io, json }: Call): Promise<number> {
  const dir = String(given.dir)
  if (!existsSync(dir)) fail('GBX-1004', { what: dir })
  const policy = policyText(given.policy)
  if (statSync(dir).isFile()) {
    const report = await host.verifyEvidence(dir, keyText(given.key), policy)
    if (json) showJson(io, report)
    else io.out.write(evidenceLines(report).join('\n') + '\n')
    return report.ok ? 0 : 11
  }
  const report = await host.verify(dir, keyText(given.key), policy)
  if (json) showJson(io, report)
  else io.out.write(reportLines(report).join('\n') + '\n')
  return report.ok ? 0 : 11
}

/** The key may be the text itself or a file that holds it. */
function keyText(given: unknown): string | undefined {
  if (given === undefined) return undefined
  const text = String(given)
  if (existsSync(text)) return readFileSync(text, 'utf8').trim()
  return /^\S+\+[0-9a-f]{8}\+\S+$/.test(text)
    ? text
    : fail('GBX-1002', { field: '--key', why: 'neither a file nor the text of a verifier key' })
}

function policyText(given: unknown): string | undefined {
  if (given === undefined) return undefined
  const path = String(given)
  return existsSync(path) ? readFileSync(path, 'utf8') : fail('GBX-1004', { what: path })
}
