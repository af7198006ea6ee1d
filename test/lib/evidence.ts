// A journal with its index, and evidence files made of it in memory, for tests.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { buildEvidence, type ExportAsk, type Made } from '../../src/features/evidence/build.ts'
import type { EvidenceSource } from '../../src/features/evidence/source.ts'
import { Journal } from '../../src/journal/journal.ts'
import type { ByteSource } from '../../src/lib/zip.ts'
import { Store } from '../../src/store/store.ts'
import { verifyEvidence, type EvidenceReport } from '../../src/tlog/evidence/verify.ts'
import { ben, Story } from './story.ts'

export const sourceOf = (bytes: Buffer): ByteSource => ({
  size: bytes.length,
  read: (position, length) =>
    position < 0 || position + length > bytes.length
      ? Promise.reject(new RangeError('beyond the end'))
      : Promise.resolve(bytes.subarray(position, position + length)),
})

export const verifyBytes = (bytes: Buffer, key?: string): Promise<EvidenceReport> =>
  verifyEvidence(sourceOf(bytes), key === undefined ? {} : { key })

export interface EvidenceHouse {
  readonly dir: string
  readonly journal: Journal
  readonly store: Store
  readonly story: Story
  readonly source: EvidenceSource
  /** Exports these entries, by Ben. */
  make(found: readonly number[], more?: Partial<ExportAsk>): Promise<{ bytes: Buffer; made: Made }>
}

export async function evidenceHouse(t: TestContext): Promise<EvidenceHouse> {
  const dir = mkdtempSync(join(tmpdir(), 'glovebox-evidence-'))
  const journal = await Journal.open({ dir, now: Date.now })
  const store = await Store.open(':memory:', journal)
  t.after(async () => {
    await store.close()
    await journal.close()
    rmSync(dir, { recursive: true })
  })
  const story = new Story(journal, () => journal.now())
  const source: EvidenceSource = {
    store,
    read: (index) => journal.read(index),
    opened: (index) => journal.opened(index),
    openedEach: (indexes) => journal.openedEach(indexes),
    readEach: (indexes) => journal.readEach(indexes),
    shown: (recorded) => recorded,
    checkpoint: async () => {
      await journal.publish()
      return { note: journal.checkpoint, vkey: journal.vkey }
    },
    log: journal.log,
  }
  const make: EvidenceHouse['make'] = async (found, more = {}) => {
    let bytes = Buffer.alloc(0)
    const write = (piece: Uint8Array, position: number): Promise<void> => {
      const end = position + piece.length
      if (end > bytes.length) bytes = Buffer.concat([bytes, Buffer.alloc(end - bytes.length)])
      bytes.set(piece, position)
      return Promise.resolve()
    }
    const record = async (clear: { found: number; first: number; last: number; files: string }): Promise<number> => {
      const [recorded] = story.tell({ type: 'audit.exported', by: ben, clear, payload: { query: 'q' } })
      await story.durable
      return recorded?.index ?? -1
    }
    const ask: ExportAsk = {
      query: 'q',
      found,
      first: found[0] ?? 0,
      last: found.at(-1) ?? 0,
      who: ben,
      by: 'Ben',
      at: Date.now(),
      ...more,
    }
    return { made: await buildEvidence(source, ask, record, { write }), bytes }
  }
  return { dir, journal, store, story, source, make }
}
