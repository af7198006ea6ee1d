// A witness in a process that dies by kill -9 between remembering and signing: arguments are its folder, a file with logs,
// and a file with the body of add-checkpoint.
import { readFileSync } from 'node:fs'
import { Book } from '../../src/journal/witness/book.ts'
import { Witness } from '../../src/journal/witness/witness.ts'
import { readLogs } from '../../src/witness.ts'

const [dir = '', logs = '', body = ''] = process.argv.slice(2)
const book = Book.open(dir)
const dying = new Proxy(book, {
  get: (target, name) => {
    // Asked for only after the commit.
    if (name === 'cosigner') process.kill(process.pid, 'SIGKILL')
    const value: unknown = Reflect.get(target, name, target)
    return typeof value === 'function' ? value.bind(target) : value
  },
})
const witness = new Witness({ book: dying, logs: readLogs(logs), now: Date.now, log: () => undefined })
const { status } = witness.add(readFileSync(body))
process.stdout.write(`answered ${status}\n`)
