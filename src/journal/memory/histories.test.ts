// Random histories of a log and its memory: work, copies put back, two copies at once, a memory that falls silent, a kill
// between signing and telling. Whatever happens, all trees that were shown with the memory's consent are one story.
import assert from 'node:assert/strict'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import fc from 'fast-check'
import { temporaryFolder } from '../../../test/lib/folders.ts'
import { Story } from '../../../test/lib/story.ts'
import { parseCheckpoint } from '../../tlog/checkpoint.ts'
import { parseNote } from '../../tlog/note.ts'
import { rootWithin } from '../../tlog/prove.ts'
import { folderReader } from '../folder.ts'
import { realDisk } from '../disk.ts'
import { Journal } from '../journal.ts'
import { FileMemory } from './file-memory.ts'
import { silent, type Memory, type Signed, type Told } from './memory.ts'

/** A real memory that says nothing where it is told so, and what it has held. */
class Moody implements Memory {
  readonly name = 'memory'
  readonly #file: FileMemory
  isSilent = false
  /** It remembers, and its answer is lost. */
  losesAnswers = false
  readonly held = new Set<string>()
  constructor(path: string) {
    this.#file = new FileMemory(path, realDisk)
  }
  async hold(signed: Signed): Promise<Told> {
    if (this.isSilent) return silent('asleep')
    const told = await this.#file.hold(signed)
    if (told.kind === 'holds') this.held.add(signed.note)
    return this.losesAnswers ? silent('its answer was lost') : told
  }
}

type Step =
  | { do: 'work'; on: number; entries: number }
  | { do: 'copy'; from: number; to: number }
  | { do: 'both'; one: number; two: number }
  | { do: 'mood'; mood: 'well' | 'silent' | 'loses' }

const place = fc.integer({ min: 0, max: 2 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('work' as const), on: place, entries: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('copy' as const), from: place, to: place }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('both' as const), one: place, two: place }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('mood' as const), mood: fc.constantFrom('well', 'silent', 'loses') }),
  },
)

test('random histories of copies: what the memory consented to is one story', async (t) => {
  const base = temporaryFolder(t)
  let shownTrees = 0
  let contradicted = 0
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 9 }), async (steps) => {
      const root = join(base, String(run++))
      const dirs = [0, 1, 2].map((n) => join(root, String(n)))
      await (await Journal.open({ dir: dirs[0] as string, now: Date.now })).close()
      for (const n of [1, 2]) cpSync(dirs[0] as string, dirs[n] as string, { recursive: true })
      writeFileSync(join(root, 'outside'), '')
      const memory = new Moody(join(root, 'outside'))
      const story = new Map<number, string>()
      let wasAway = false
      const open = (dir: string): Promise<Journal> =>
        Journal.open({
          dir,
          now: Date.now,
          memory: { memories: [memory], unreachable: 'refuse', log: () => undefined },
        })
      const write = async (journal: Journal, entries: number): Promise<void> => {
        const told = new Story(journal, () => journal.now())
        told.whole(entries)
        await told.durable
        await journal.publish()
      }
      /** What this folder shows now has to fit everything that was shown with consent before. */
      const look = async (dir: string): Promise<void> => {
        const note = readFileSync(join(dir, 'journal/checkpoint'), 'utf8')
        const tree = parseCheckpoint(parseNote(note)?.text ?? '')
        assert.ok(tree)
        // Only while it was away may something be shown that it does not hold.
        if (tree.size === 0 || (wasAway && !memory.held.has(note))) return
        shownTrees++
        for (const [size, hash] of story) {
          if (size > tree.size) continue
          const ours = await rootWithin(folderReader(join(dir, 'journal')), size, tree.size)
          assert.equal(ours.toString('hex'), hash, `the tree of ${size} entries is another one in ${dir}`)
        }
        story.set(tree.size, tree.root.toString('hex'))
      }
      for (const one of steps) {
        if (one.do === 'mood') {
          memory.isSilent = one.mood === 'silent'
          memory.losesAnswers = one.mood === 'loses'
          wasAway ||= one.mood !== 'well'
        } else if (one.do === 'copy' && one.from !== one.to) {
          rmSync(dirs[one.to] as string, { recursive: true })
          cpSync(dirs[one.from] as string, dirs[one.to] as string, { recursive: true })
        } else if (one.do === 'work' || (one.do === 'both' && one.one !== one.two)) {
          const places = one.do === 'work' ? [one.on] : [one.one, one.two]
          const journals = await Promise.all(places.map((n) => open(dirs[n] as string)))
          for (const [i, journal] of journals.entries()) await write(journal, one.do === 'work' ? one.entries : i + 1)
          for (const journal of journals) {
            if (journal.guard?.refused?.code === 'GBX-1406') contradicted++
            await journal.close()
          }
          for (const n of places) await look(dirs[n] as string)
        }
      }
      // Awake again, at most one of the histories can still grow.
      memory.isSilent = memory.losesAnswers = false
      for (const dir of dirs) {
        const journal = await open(dir)
        await write(journal, 1)
        await journal.close()
        await look(dir)
      }
      const sizes = [...story.keys()]
      const newest = dirs.find((dir) =>
        readFileSync(join(dir, 'journal/checkpoint'), 'utf8').includes(`\n${Math.max(...sizes)}\n`),
      )
      if (sizes.length > 0 && newest) await look(newest)
      rmSync(root, { recursive: true })
    }),
    { numRuns: 12, endOnFailure: true },
  )
  t.diagnostic(`${shownTrees} trees shown, ${contradicted} openings contradicted`)
  assert.ok(shownTrees > 20 && contradicted > 0)
})
