// What every target protocol has to keep, on a real server: the same cases for each, in the words that its adapter gives.
// A protocol that passes here is refused, recorded, cut and ended like the others; what is its own, it tests beside itself.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { outcomeIn } from '../../src/core/rides.ts'
import type { House } from './door.ts'

/** How one statement ended, as an ordinary client saw it. */
export interface Ended {
  readonly rows: readonly (readonly string[])[]
  /** The client's own error code, and our code where it stands. */
  readonly error?: { readonly code: string; readonly ours: string; readonly message: string }
}

export interface Asker {
  ask(text: string): Promise<Ended>
  /** Stops what runs, as this protocol does it. */
  cancel(): Promise<void>
  /** Resolves when the connection is gone. */
  readonly gone: Promise<void>
  close(): Promise<void>
}

/** What the house can be opened with. */
export interface Faults {
  readonly refuses?: RegExp
  readonly wallsBreak?: boolean
  readonly alarm?: string
  readonly limits?: Partial<
    Record<
      'rows' | 'bytes' | 'idleTimeoutMs' | 'connectionsPerPerson' | 'statementTimeoutMs' | 'statementBytes',
      number
    >
  >
}

export interface Subject {
  readonly name: string
  /** Starts the real server; called once. */
  start(): Promise<void>
  stop(): Promise<void>
  open(faults?: Faults): Promise<House>
  connect(house: House, as?: { user?: string; password?: string }): Promise<Asker>
  /** Everything that reached the server so far, as its own log has it. */
  reached(): Promise<string>
  /** Statements in this protocol's language. `marked(x)` holds the text x, so that the server's log can be searched for it. */
  readonly says: {
    readonly one: string
    marked(mark: string): string
    readonly slow: string
    rows(count: number): string
    /** An endless answer. */
    readonly endless: string
    readonly broken: string
    write(mark: string): string
    readonly labelled: string
  }
  /** The client's code for: refused · over · not recorded · limit · cancelled. */
  readonly codes: {
    readonly refused: string
    readonly over: string
    readonly notRecorded: string
    readonly limit: string
    readonly cancelled: string
    readonly readOnly: string
  }
}

const withinMs = async <T>(ms: number, promise: Promise<T>): Promise<T> => {
  const timer = new AbortController()
  const late = sleep(ms, undefined, { signal: timer.signal }).then(() => assert.fail(`not within ${ms} ms`))
  try {
    return await Promise.race([promise, late])
  } finally {
    timer.abort()
    late.catch(() => undefined)
  }
}

export function protocolContract(subject: Subject): void {
  const { says, codes } = subject
  const types = (house: House) => house.entries.map(({ entry }) => entry.type)

  /** One house and one client for a case, closed whatever happens. */
  const asked = (name: string, faults: Faults, body: (at: { house: House; client: Asker }) => Promise<void>): void =>
    void test(name, async () => {
      const house = await subject.open(faults)
      try {
        const client = await subject.connect(house)
        await body({ house, client })
        await client.close()
      } finally {
        await house.close()
      }
    })

  describe(`contract: ${subject.name}`, () => {
    before(() => subject.start())
    after(() => subject.stop())

    asked('an ordinary statement gives its rows', {}, async ({ client }) => {
      assert.deepEqual((await client.ask(says.one)).rows, [['1']])
    })

    asked(
      'the session is on record before the first statement, and closed with its count',
      {},
      async ({ house, client }) => {
        await client.ask(says.one)
        await client.close()
        await sleep(50)
        const mine = house.entries.filter(({ entry }) => 'session' in entry && entry.by === 'p-ada')
        assert.equal(mine[0]?.entry.type, 'session.opened')
        const closed = mine.at(-1)
        assert.ok(closed?.entry.type === 'session.closed')
        assert.equal(closed.entry.cause, 'client')
        assert.equal(
          closed.entry.count,
          mine.filter(({ entry }) => entry.type === 'action.admitted' || entry.type === 'action.refused').length,
        )
      },
    )

    asked('each admitted statement has exactly one outcome', {}, async ({ house, client }) => {
      for (let i = 0; i < 5; i++) await client.ask(i % 2 === 0 ? says.one : says.broken)
      await client.close()
      await sleep(50)
      const entries = house.entries.flatMap(({ entry }) => [entry, outcomeIn(entry)].filter((one) => one !== undefined))
      const numbers = (type: string) =>
        entries.flatMap((entry) => (entry.type === type && 'n' in entry && entry.by === 'p-ada' ? [entry.n] : []))
      assert.deepEqual(
        numbers('action.settled').sort((a, b) => a - b),
        numbers('action.admitted').sort((a, b) => a - b),
      )
    })

    asked(
      'a refused statement gets an error in the dialect, sends nothing up, and the session goes on',
      { refuses: /planted_refusal/ },
      async ({ house, client }) => {
        const refused = await client.ask(says.marked('planted_refusal'))
        assert.equal(refused.error?.code, codes.refused)
        assert.match(refused.error.ours, /^GBX-/)
        assert.ok(!(await subject.reached()).includes('planted_refusal'))
        assert.ok(types(house).includes('action.refused'))
        assert.deepEqual((await client.ask(says.one)).rows, [['1']])
      },
    )

    asked('what is above the level is refused and sends nothing up', {}, async ({ client }) => {
      const refused = await client.ask(says.write('planted_write'))
      assert.equal(refused.error?.code, codes.readOnly)
      assert.ok(!(await subject.reached()).includes('planted_write'))
    })

    asked('walls that break refuse', { wallsBreak: true }, async ({ client }) => {
      const refused = await client.ask(says.marked('planted_break'))
      assert.equal(refused.error?.ours, 'GBX-1210')
      assert.ok(!(await subject.reached()).includes('planted_break'))
    })

    asked('a statement that cannot be recorded does not run, and every session ends', {}, async ({ house, client }) => {
      const other = await subject.connect(house)
      house.journalDown = true
      const refused = await client.ask(says.marked('planted_unrecorded'))
      assert.equal(refused.error?.code, codes.notRecorded)
      await withinMs(1000, Promise.all([client.gone, other.gone]))
      assert.ok(!(await subject.reached()).includes('planted_unrecorded'))
      house.journalDown = false
    })

    test('nobody enters when the session cannot be recorded', async () => {
      const house = await subject.open()
      house.journalDown = true
      await assert.rejects(subject.connect(house))
      house.journalDown = false
      await house.close()
    })

    asked('the record is durable before the statement is sent', {}, async ({ house, client }) => {
      house.fsyncMs = 300
      const answer = client.ask(says.marked('planted_order'))
      await sleep(150)
      assert.ok(!(await subject.reached()).includes('planted_order'))
      await answer
      assert.ok((await subject.reached()).includes('planted_order'))
    })

    asked(
      'an answer that would show a labelled column is cut before its first row',
      { alarm: 'planted_alarm' },
      async ({ client }) => {
        const cut = await client.ask(says.labelled)
        assert.deepEqual(cut.rows, [])
        assert.equal(cut.error?.ours, 'GBX-1212')
        await withinMs(1000, client.gone)
      },
    )

    asked('an error of the target is passed on and the session goes on', {}, async ({ house, client }) => {
      assert.ok((await client.ask(says.broken)).error)
      assert.deepEqual((await client.ask(says.one)).rows, [['1']])
      await sleep(20)
      const settled = house.entries.find(({ entry }) => entry.type === 'action.settled' && entry.outcome === 'error')
      assert.ok(settled?.entry.type === 'action.settled')
    })

    asked(
      'the row limit ends the answer with an error, never with a partial answer that looks whole',
      { limits: { rows: 100 } },
      async ({ client }) => {
        const cut = await client.ask(says.rows(5000))
        assert.equal(cut.error?.code, codes.limit)
        assert.ok(cut.rows.length <= 100)
        assert.deepEqual((await client.ask(says.one)).rows, [['1']])
        assert.equal((await client.ask(says.rows(100))).rows.length, 100)
      },
    )

    asked('the byte limit does too', { limits: { bytes: 100_000 } }, async ({ client }) => {
      assert.equal((await client.ask(says.endless)).error?.code, codes.limit)
      assert.deepEqual((await client.ask(says.one)).rows, [['1']])
    })

    asked('a cancelled statement ends, the session goes on', {}, async ({ client }) => {
      const answer = client.ask(says.slow)
      await sleep(200)
      await client.cancel()
      assert.equal((await withinMs(2000, answer)).error?.code, codes.cancelled)
      assert.deepEqual((await client.ask(says.one)).rows, [['1']])
    })

    asked('expiry ends an idle connection', {}, async ({ house, client }) => {
      house.grant({ notAfter: Date.now() + 200 })
      await withinMs(1200, client.gone)
      await sleep(300)
      assert.ok(house.entries.some(({ entry }) => entry.type === 'session.closed' && entry.cause === 'expired'))
    })

    asked('expiry ends a running statement with its reason', {}, async ({ house, client }) => {
      const answer = client.ask(says.slow)
      house.grant({ notAfter: Date.now() + 200 })
      const ended = await withinMs(1200, answer)
      assert.equal(ended.error?.code, codes.over)
      assert.equal(ended.error.ours, 'GBX-1103')
    })

    asked('expiry ends an answer in its middle, and it does not look whole', {}, async ({ house, client }) => {
      const answer = client.ask(says.endless)
      house.grant({ notAfter: Date.now() + 200 })
      assert.ok((await withinMs(1500, answer)).error)
    })

    asked('a revoked grant ends at once', {}, async ({ house, client }) => {
      house.grant({ ended: 'revoked' })
      house.record({ type: 'grant.revoked', by: 'p-ada', clear: { grant: 'g-1' }, payload: { reason: 'test' } })
      await withinMs(1000, client.gone)
    })

    asked('a killed session ends at once, the others do not', {}, async ({ house, client }) => {
      const other = await subject.connect(house)
      const opened = house.entries.find(({ entry }) => entry.type === 'session.opened' && entry.by === 'p-ada')
      assert.ok(opened?.entry.type === 'session.opened')
      house.record({
        type: 'session.killed',
        by: 'p-ada',
        clear: { session: opened.entry.session },
        payload: { reason: 'test' },
      })
      await withinMs(1000, client.gone)
      assert.deepEqual((await other.ask(says.one)).rows, [['1']])
      await other.close()
    })

    asked('an idle connection ends at its limit', { limits: { idleTimeoutMs: 300 } }, async ({ client }) => {
      await withinMs(1500, client.gone)
    })

    test('connections per person are bounded, and a closed one makes room', async () => {
      const house = await subject.open({ limits: { connectionsPerPerson: 2 } })
      const [first] = [await subject.connect(house), await subject.connect(house)]
      await assert.rejects(subject.connect(house), /limit/)
      await first?.close()
      await sleep(100)
      await subject.connect(house)
      await house.close()
    })

    test('a wrong secret, and a name that nobody has, are refused alike', async () => {
      const house = await subject.open()
      const said: string[] = []
      for (const as of [{ password: 'wrong' }, { user: 'nobody' }]) {
        await assert.rejects(subject.connect(house, as), (error: Error) => said.push(error.message) > 0)
      }
      assert.equal(said[0], said[1])
      assert.equal(house.entries.filter(({ entry }) => entry.type === 'session.refused').length, 2)
      await house.close()
    })

    asked('a client that does not read does not fill our memory', {}, async ({ client }) => {
      const before = process.memoryUsage().rss
      void client.ask(says.endless)
      await sleep(300)
      assert.ok(process.memoryUsage().rss - before < 300_000_000)
    })

    asked('many statements one after the other come back in order', {}, async ({ client }) => {
      const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => client.ask(says.rows(i))))
      assert.deepEqual(
        answers.map((answer) => answer.rows.length),
        Array.from({ length: 50 }, (_, i) => i),
      )
    })
  })
}
