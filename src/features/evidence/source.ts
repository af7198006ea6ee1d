// What an export needs of a gateway: entries as bytes and as facts, the index, and the files of the log.
import type { Recorded } from '../../core/entry.ts'
import type { Store } from '../../store/store.ts'
import type { Reader } from '../../tlog/reader.ts'

export interface EvidenceSource {
  readonly store: Pick<Store, 'sessionEntries' | 'about'>
  read(index: number): Promise<Recorded | undefined>
  /** The entry as bytes; payload and salt where the key still exists. */
  opened(index: number): Promise<{ leaf: Buffer; payload?: Buffer; salt?: Buffer } | undefined>
  /** The same entry without what nobody may see; the same object when all of it may be seen. */
  shown(recorded: Recorded): Recorded
  /** The same for many, ascending, each once. */
  openedEach(
    indexes: readonly number[],
  ): AsyncIterable<{ readonly index: number; readonly leaf: Buffer; readonly payload?: Buffer; readonly salt?: Buffer }>
  /** Entries as facts, ascending, each once. */
  readEach(indexes: readonly number[]): AsyncIterable<Recorded>
  /** A checkpoint that covers everything, and the key of the log. */
  checkpoint(): Promise<{ note: string; vkey: string }>
  readonly log: Reader
}
