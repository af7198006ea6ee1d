// What happened since this gateway started, counted off the entries themselves: what is not on record is not counted, and
// nothing here knows of people.
import type { Recorded } from '../../core/entry.ts'
import { outcomeIn, type Settled } from '../../core/rides.ts'
import type { World } from '../../core/world.ts'
import { Counter, Histogram, type Family } from './text.ts'

const durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Owned by the composition root; `take` is called once per entry, in order, and costs well below a microsecond's worth. */
export class Counts {
  readonly #statements = new Counter('target', 'effect')
  readonly #settled = new Counter('outcome')
  readonly #refused = new Counter('code', 'what')
  readonly #opened = new Counter('target', 'channel')
  readonly #closed = new Counter('cause')
  readonly #requests = new Counter('target', 'level')
  readonly #reviews = new Counter('decision')
  readonly #alarms = new Counter('kind')
  readonly #duration = new Histogram(durations)
  #rows = 0
  #bytes = 0
  #masked = 0

  /** `world` as it is after the entry was folded. */
  take({ entry }: Recorded, world: World): void {
    switch (entry.type) {
      case 'action.admitted': {
        const target = world.sessions.get(entry.session)?.target ?? ''
        this.#statements.add([target, entry.effect])
        const rode = outcomeIn(entry)
        if (rode) this.#settle(rode)
        break
      }
      case 'action.settled':
        this.#settle(entry)
        break
      case 'action.refused':
        this.#refused.add([entry.code, 'statement'])
        break
      case 'access.refused':
        this.#refused.add([entry.code, 'command'])
        break
      case 'session.refused':
        this.#refused.add([entry.code, 'session'])
        break
      case 'session.opened':
        this.#opened.add([entry.target, entry.channel])
        break
      case 'session.closed':
        this.#closed.add([entry.cause])
        break
      case 'request.created':
        this.#requests.add([entry.target, entry.level])
        break
      case 'request.reviewed':
        this.#reviews.add([entry.decision])
        break
      case 'detector.hit':
      case 'search.alarm':
        this.#alarms.add([entry.type])
        break
      default:
    }
  }

  #settle({ outcome, rows, bytes, durationMs, masked = 0 }: Settled): void {
    this.#settled.add([outcome])
    this.#duration.add(durationMs / 1000)
    this.#rows += rows
    this.#bytes += bytes
    this.#masked += masked
  }

  get families(): readonly Family[] {
    const counter = (name: string, help: string, samples: Family['samples']): Family => ({
      name: `glovebox_${name}`,
      help,
      kind: 'counter',
      samples,
    })
    return [
      counter('statements', 'Statements that were admitted, by target and effect.', this.#statements.samples),
      counter('statement_outcomes', 'Statements that ended, by outcome.', this.#settled.samples),
      {
        name: 'glovebox_statement_duration_seconds',
        help: 'From admission to the end of the answer.',
        kind: 'histogram',
        unit: 'seconds',
        samples: this.#duration.samples,
      },
      counter('refusals', 'What was refused, by error code.', this.#refused.samples),
      counter('rows', 'Rows that left.', [{ value: this.#rows }]),
      { ...counter('answer_bytes', 'Bytes of answers that left.', [{ value: this.#bytes }]), unit: 'bytes' },
      counter('masked_values', 'Values that left masked, where it was counted.', [{ value: this.#masked }]),
      counter('sessions_opened', 'Sessions that began, by target and channel.', this.#opened.samples),
      counter('sessions_closed', 'Sessions that ended, by cause.', this.#closed.samples),
      counter('requests', 'Requests for access, by target and level.', this.#requests.samples),
      counter('reviews', 'Decisions on requests.', this.#reviews.samples),
      counter('alarms', 'Detectors and search alarms that went off.', this.#alarms.samples),
    ]
  }
}
