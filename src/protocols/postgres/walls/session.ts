// What one session adds to a judgement: its level, and what it binds to searches.
// Also the caches: by text, and by shape (R11). Both hold for one snapshot, one search_path and all sessions.
import { meaningOf } from '../../../masking/detect/patterns.ts'
import { wayOn } from './ordinary.ts'
import { refusal, type Refusal } from '../../../core/error.ts'
import { covers, type Level } from '../../../core/level.ts'
import type { Limits, Scope } from '../../../core/nouns.ts'
import { looksPseudonymous } from '../../../masking/forms.ts'
import { type Judge, type Judgement, judgeText, searchesOf } from './judge.ts'
import { boundValues } from './search/values.ts'
import { shapedPlace } from './text/places.ts'
import { fill, shapeOf } from './text/shape.ts'
import type { Bound, Judged, Place, Verdict, WallsSession } from './types.ts'

const maxEntries = 2000
const maxCachedText = 8192

/** Judgements of one snapshot: by text and by shape. Oldest out first. Shared by the sessions of a target. */
export class Cache {
  readonly #texts = new Map<string, readonly Judgement[]>()
  readonly #shapes = new Map<string, Judgement>()

  find(text: string, path: string): readonly Judgement[] | undefined {
    const known = this.#texts.get(path + text)
    if (known !== undefined) return known
    const shaped = shapeOf(text)
    if (shaped === undefined) return undefined
    const judgement = this.#shapes.get(path + shaped.shape)
    return judgement?.template === undefined ? undefined : [refilled(judgement, text, shaped.integers)]
  }

  keep(text: string, path: string, judgements: readonly Judgement[]): void {
    if (text.length > maxCachedText) return
    const [only] = judgements
    const shaped = only?.template === undefined ? undefined : shapeOf(text)
    if (shaped !== undefined && only !== undefined) put(this.#shapes, path + shaped.shape, only)
    else put(this.#texts, path + text, judgements)
  }
}

function put<V>(map: Map<string, V>, key: string, value: V): void {
  if (map.size >= maxEntries) {
    const oldest = map.keys().next()
    if (oldest.done !== true) map.delete(oldest.value)
  }
  map.set(key, value)
}

/** The judgement of a text whose shape was judged before: only its digits are others. */
function refilled(judgement: Judgement, text: string, integers: readonly string[]): Judgement {
  const { template, origin } = judgement
  const typed = text.trim().replace(/;$/, '').trimEnd()
  const sql = template === undefined ? judgement.verdict.sql : fill(template, integers)
  const placeOf = (place: number): number | undefined => {
    const judged = origin === undefined ? undefined : shapeOf(origin.text)
    return origin === undefined || template === undefined || judged === undefined
      ? undefined
      : shapedPlace({ ...origin, ...judged, template }, integers, place)
  }
  return {
    ...judgement,
    verdict: { ...judgement.verdict, sql, placeOf, action: { ...judgement.verdict.action, text: typed, emitted: sql } },
  }
}

export interface SessionInput {
  readonly level: Level
  readonly scope: Scope
  readonly limits: Limits
  /** The newest snapshot's judge and cache. */
  readonly current: () => { readonly judge: Judge; readonly cache: Cache }
  /** Set while the judge of this session's unmasked columns is being made. */
  readonly ready?: () => Promise<unknown> | undefined
  /** Loads a new snapshot where the catalogue changed; true = there is one. */
  readonly refresh: () => Promise<boolean>
}

export class Session implements WallsSession {
  readonly #input: SessionInput

  constructor(input: SessionInput) {
    this.#input = input
  }

  judge(text: string, place: Place): Judged | Promise<Judged> {
    const sizeBytes = text.length * 3 <= this.#input.limits.statementBytes ? 0 : Buffer.byteLength(text)
    if (sizeBytes > this.#input.limits.statementBytes)
      return refusal('GBX-1304', { size: sizeBytes, limit: this.#input.limits.statementBytes })
    const making = this.#input.ready?.()
    if (making !== undefined) return making.then(() => this.judge(text, place))
    const path = `${place.searchPath.join('\0')}\0\0`
    const known = this.#input.current().cache.find(text, path)
    return known !== undefined ? this.#finish(known) : this.#cold(text, place, path)
  }

  async #cold(text: string, place: Place, path: string): Promise<Judged> {
    const { judge, cache } = this.#input.current()
    let judgements = await judgeText({ ...judge, limits: this.#input.limits }, text, place.searchPath)
    // A name that this snapshot does not know may be newer than it.
    if ('code' in judgements && judgements.code === 'GBX-1211' && (await this.#input.refresh())) {
      await this.#input.ready?.()
      judgements = await judgeText(
        { ...this.#input.current().judge, limits: this.#input.limits },
        text,
        place.searchPath,
      )
    }
    if ('code' in judgements) return judgements
    // Timeouts differ from session to session, so what SET may do is not shared.
    if (judge === this.#input.current().judge && judgements.every(({ verdict }) => verdict.kind !== 'set'))
      cache.keep(text, path, judgements)
    return this.#finish(judgements)
  }

  #finish(judgements: readonly Judgement[]): Judged {
    const refused = this.#refused(judgements)
    if (refused !== undefined) return refused
    return judgements.map(({ verdict }) => verdict)
  }

  #refused(judgements: readonly Judgement[]): Refusal | undefined {
    const { level } = this.#input
    for (const { effect, what } of judgements) {
      if (!covers(level, effect)) return refusal('GBX-1213', { what, target: this.#input.current().judge.model.target })
    }
    return undefined
  }

  bind(verdict: Verdict, parameters: readonly Bound[]): ReturnType<WallsSession['bind']> {
    for (const { parameter, column, class: className } of verdict.plainParameters ?? []) {
      const value = parameters[parameter - 1]?.value
      if (value != null && meaningOf(Buffer.from(value).toString()) !== 'ordinary')
        return refusal('GBX-1206', { column, class: className, form: 'scrub', way: wayOn(column) })
    }
    const { searches = [], action } = verdict
    if (!searches.some((one) => one.parameter !== undefined)) return action.searches
    const { hide } = this.#input.current().judge
    const values = [...(action.searches?.values ?? [])]
    for (const search of searches) {
      const bound = search.parameter === undefined ? undefined : parameters[search.parameter - 1]
      if (bound === undefined) continue
      const given = boundValues(bound, search)
      const shown = given?.filter((value) => value !== null && looksPseudonymous(value)) ?? []
      // Closed: what can't be read can't be counted. A list of pseudonyms would meet the raw test inside and find nothing.
      if (given === undefined || (search.list && shown.length > 0)) return unbindable(verdict, search.column, given)
      for (const value of given)
        if (value !== null && !looksPseudonymous(value)) values.push(hide(`${search.column}\0${value}`))
    }
    return searchesOf(searches, values)
  }

  close(): void {
    // holds nothing
  }
}

function unbindable(verdict: Verdict, column: string, given: unknown): Refusal {
  const label = verdict.touched.find((one) => one.column === column)
  const way =
    given === undefined
      ? 'bind the value as text, or an array of one dimension'
      : "write the pseudonyms into the statement: = ANY ('{…}')"
  return refusal('GBX-1206', { column, class: label?.class ?? '', form: label?.form ?? 'pseudonym', way })
}
