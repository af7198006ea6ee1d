// Gives a verifier the files below a folder on disk, and nothing outside of it.
import { join } from 'node:path'
import type { Reader } from '../tlog/reader.ts'
import { namesIn, readIfThere } from './disk.ts'

/** Reader of a data folder or of a log's root. Errors of the disk other than "not there" are thrown. */
export const folderReader = (dir: string): Reader => ({
  read: (path) => readIfThere(join(dir, path)),
  list: (path) => namesIn(join(dir, path)),
})
