// A process that writes a journal until it is done or dies: arguments are the data folder, how many statements, a fault as
// JSON, whether to say things early, and a file that remembers the log outside. It says on stdout what it was promised: `step <name>` and `durable <index>`.
import { realDisk } from '../../src/journal/disk.ts'
import { FileMemory } from '../../src/journal/memory/file-memory.ts'
import { Journal } from '../../src/journal/journal.ts'
import { faultyDisk, say, type Fault } from './faults.ts'
import { Story } from './story.ts'

const [dir = '', statements = '0', planted = 'null', early = '', outside = ''] = process.argv.slice(2)
const fault = JSON.parse(planted) as Fault | null

const disk = faultyDisk(realDisk, fault ?? undefined, (step) => say(`step ${step}`))
const journal = await Journal.open({
  dir,
  now: Date.now,
  segmentBytes: 32 * 1024,
  disk,
  memory:
    outside === ''
      ? undefined
      : { memories: [new FileMemory(outside, disk)], unreachable: 'refuse', log: (line) => say(`memory ${line}`) },
})
const story = new Story(journal, () => journal.now())
// The fault that the guarantee's own test plants: saying "durable" without having waited.
const wait = early === 'early' ? () => Promise.resolve() : () => story.durable
story.start('gw-child')
story.people()
const grant = story.grant()
await wait()
// Three sessions at a time share their writes, as clients do.
await Promise.all(
  [0, 1, 2].map(async () => {
    const session = story.open(grant)
    for (let n = 1; n <= Number(statements); n++) {
      const [admitted] = story.admit(session, n)
      await wait()
      say(`durable ${admitted?.index}`)
      story.settle(session, n)
    }
    story.close(session, Number(statements))
  }),
)
story.stop('gw-child')
await wait()
await journal.publish()
say(`published ${journal.size}`)
await journal.close()
say('closed')
