// Searching a real journal by its index and its payloads, compared with looking at every entry.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { evidenceHouse } from '../../../test/lib/evidence.ts'
import { ada, type Story } from '../../../test/lib/story.ts'
import type { Recorded } from '../../core/entry.ts'
import { findAll, findPage, idsOf, soughtBy, type Sought } from './find.ts'

const words = ['orders', 'Customers', 'refund', 'late', 'müsli']

function tell(story: Story, texts: readonly (readonly number[])[]): void {
  story.start()
  story.people()
  const session = story.open(story.grant())
  for (const [i, picked] of texts.entries()) {
    story.admit(session, i + 1, `select ${picked.map((n) => words[n]).join(' ')}`, i === 0 ? undefined : i)
  }
}

const sought = (text: string, story: Story): Sought => {
  const one = soughtBy(text, story.world, Date.now())
  assert.ok('conditions' in one)
  return one
}

test('text is found newest first, page by page, as if every entry were looked at', async (t) => {
  const texts = fc.array(fc.uniqueArray(fc.nat(words.length - 1), { maxLength: 3 }), { minLength: 1, maxLength: 60 })
  const query = fc.array(fc.tuple(fc.boolean(), fc.nat(words.length - 1)), { maxLength: 2 })
  await fc.assert(
    fc.asyncProperty(
      texts,
      query,
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      async (given, terms, limit, narrow) => {
        const { journal, store, story } = await evidenceHouse(t)
        tell(story, given)
        await story.durable
        const text = `${terms.map(([not, n]) => `${not ? '-' : ''}${words[n]?.toUpperCase()}`).join(' ')}${narrow ? ' action:read' : ''}`
        const isFound = ({ entry, payload }: Recorded): boolean => {
          const said = JSON.stringify([entry, payload]).toLowerCase()
          const fits = terms.every(([not, n]) => said.includes(words[n]?.toLowerCase() as string) !== not)
          return fits && (!narrow || ('effect' in entry && entry.effect === 'read'))
        }
        const wanted = story.recorded.filter(isFound).map((one) => one.index).reverse() // prettier-ignore
        const got: number[] = []
        let before: number | undefined
        do {
          const page = await findPage({ store, journal: journal as never }, sought(text, story), { before, limit })
          assert.ok(page.found.length <= limit)
          got.push(...page.found.map((one) => one.index))
          before = page.before
        } while (before !== undefined)
        assert.deepEqual(got, wanted)
        assert.deepEqual(await findAll({ store, journal: journal as never }, sought(text, story)), wanted.toReversed())
      },
    ),
    { numRuns: 12 },
  )
})

test('entries far apart are found too', async (t) => {
  const { journal, store, story } = await evidenceHouse(t)
  story.start()
  story.people()
  const session = story.open(story.grant())
  for (let n = 1; n <= 600; n++) {
    const isOne = n % 60 === 0
    story.tell({
      type: 'action.admitted',
      by: ada,
      clear: {
        session,
        n,
        effect: 'read',
        ...(n === 1 ? {} : { last: { n: n - 1, rows: 1, bytes: 1, durationMs: 1 } }),
      },
      payload: { text: n === 300 ? 'select the needle' : 'select', reads: isOne ? ['shop.rare'] : [], masked: [] },
    })
  }
  await story.durable
  const found = await findPage({ store, journal: journal as never }, sought('table:rare needle', story), { limit: 5 })
  assert.equal(found.found.length, 1)
  assert.equal(found.before, undefined)
})

test('a name stands for all accounts that had it, and for what acts for that person', (t) => {
  void t
  const world = {
    names: new Map([['p-a', 'ana'], ['p-b', 'ben'], ['p-s', 'scout']]),
    principals: new Map([
      ['p-a', { id: 'p-a', person: 'p-a' }],
      ['p-s', { id: 'p-s', person: 'p-a' }],
      ['p-b', { id: 'p-b', person: 'p-b' }],
    ]),
  } // prettier-ignore
  assert.deepEqual(idsOf(world as never, 'ana'), ['p-a', 'p-s'])
  assert.deepEqual(idsOf(world as never, 'scout'), ['p-s'])
  assert.deepEqual(idsOf(world as never, 'p-b'), ['p-b'])
})
