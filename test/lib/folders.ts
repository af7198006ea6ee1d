// Temporary folders that are gone after the test.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

export function temporaryFolder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'glovebox-test-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}
