// One writer per data folder. Node has no flock; an exclusive lock of SQLite is held instead, for the life of the process.
import { DatabaseSync } from 'node:sqlite'
import { fail } from '../core/error.ts'

/** Takes the lock or throws GBX-1404 at once. The kernel gives it back when the process ends, kill -9 included. */
export function takeLock(path: string, dir: string): { release(): void } {
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('pragma locking_mode = exclusive; pragma journal_mode = delete; begin exclusive')
    database.exec('create table if not exists held (by integer); delete from held')
    database.prepare('insert into held values (?)').run(process.pid)
    database.exec('commit')
  } catch (error) {
    database.close()
    const busy = error instanceof Error && 'errcode' in error && error.errcode === 5
    if (busy) fail('GBX-1404', { dir }, { cause: error })
    throw error // closed: not being able to take the lock stops the start
  }
  return { release: () => database.close() }
}
