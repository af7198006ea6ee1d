// The walls of one database: a snapshot of its catalogue with the labels of the file on it, and the sessions that
// statements are judged in. See docs/explanation/walls.md for the rules by their ids.
import { fail, refusal, type Refusal } from '../../../core/error.ts'
import type { Scope } from '../../../core/nouns.ts'
import { joinName, maskSchema, readLabels, splitName } from '../../../masking/labels.ts'
import { firstUserOid } from './catalog-sql.ts'
import { type Catalog, loadCatalog, loadDigest } from './catalog.ts'
import { keyProof, textLike } from './forms/forms-sql.ts'
import { deniedNamesOf, hider, type Judge } from './judge.ts'
import { buildModel, type Unlabelled } from './labelled.ts'
import { linesOf, readLists } from './lists/read.ts'
import { reviewedMajors, signatures } from './lists/signatures.ts'
import { type Model, splitPath, unlabelledClass } from './model.ts'
import { Parser } from './text/parser.ts'
import type { WriteStep } from './write/rows.ts'
import { planWrite } from './write/script.ts'
import { Cache, Session } from './session.ts'
import { loadViews } from './through.ts'
import { surveyOf } from './survey.ts'
import { wrongNames } from './rights/unmask.ts'
import type { Field, Opening, Survey, Verdict, Walls, WallsSession } from './types.ts'

export { settingAllowed, startupSettings } from './settings.ts'
export { reviewedMajors } from './lists/signatures.ts'

/** How long a snapshot is trusted while statements run before its digest is looked at again (C3). */
const recheckMs = 5000

interface Options {
  readonly mask: ReturnType<typeof maskSchema.parse>
  readonly unlabelled: Unlabelled
  readonly strict: boolean
  readonly functions: readonly string[]
  readonly hideSource: boolean
  readonly through: 'tables' | 'views'
}

function optionsOf({ target }: Opening): Options {
  const raw =
    typeof target.options === 'object' && target.options !== null
      ? (target.options as Readonly<Record<string, unknown>>)
      : {}
  const mask = maskSchema.safeParse(raw['mask'] ?? {})
  if (!mask.success)
    return fail('GBX-1311', {
      target: target.name,
      why: `its mask block is not valid: ${mask.error.issues[0]?.message ?? ''}`,
    })
  const unlabelled = raw['unlabelled'] ?? 'scrub'
  if (unlabelled !== 'pass' && unlabelled !== 'redact' && unlabelled !== 'scrub')
    return fail('GBX-1311', { target: target.name, why: 'unlabelled can be pass, redact or scrub' })
  // Any other word than the one that opens the tables: closed.
  const strict = raw['strict'] === true
  const functions = Array.isArray(raw['functions']) ? raw['functions'].map(String) : []
  const hideSource = raw['hideSource'] === true
  return {
    mask: mask.data,
    unlabelled,
    strict,
    functions,
    hideSource,
    through: (raw['through'] ?? 'tables') === 'tables' ? 'tables' : 'views',
  }
}

/** Opens the walls of a database. Throws GBX-1309 for a version without lists, GBX-1311 for labels that match nothing. */
export async function openWalls(opening: Opening): Promise<Walls> {
  const major = Math.floor(opening.serverVersion / 10_000)
  if (!reviewedMajors.includes(major))
    return fail('GBX-1309', { target: opening.target.name, version: major, known: reviewedMajors.join(', ') })
  const walls = new DatabaseWalls(opening, optionsOf(opening), major)
  try {
    await walls.reload()
  } catch (error) {
    // Closed: no snapshot, no walls, no statement.
    walls.close()
    throw error
  }
  return walls
}

/** A snapshot's judge, its cache, and the judges of grants that unmask columns, by their names. */
interface State {
  readonly judge: Judge
  readonly cache: Cache
  readonly unmasked: Map<string, Promise<State> | State>
}

/** Judges of different unmasked columns that one snapshot keeps. */
const maxUnmasked = 16

/** Only under the net for texts that nobody labelled. */
const isNet = (one: { readonly class?: string; readonly form?: string }): boolean =>
  one.class === unlabelledClass && one.form === 'scrub'

/** F4: an allowed function that is not there may be one that somebody makes later. Throws GBX-1311. */
function mustExist(target: string, catalog: Catalog, functions: readonly string[]): void {
  const known = new Set([...catalog.routines.values()].flat().map(({ schema, signature }) => `${schema}.${signature}`))
  for (const one of functions)
    if (!known.has(one))
      fail('GBX-1311', {
        target,
        why: `functions allows ${one}, which this database does not have (write it as a refusal does)`,
      })
}

class DatabaseWalls implements Walls {
  readonly #opening: Opening
  readonly #options: Options
  readonly #lists
  readonly #parser = new Parser()
  readonly #hide
  /** Marks of the second wall's views (L2); with the snapshot. */
  #views: ReadonlyMap<string, string> | undefined
  #version = 0
  #state: State | undefined
  #checkedAt = 0
  #refreshing: Promise<boolean> | undefined

  constructor(opening: Opening, options: Options, major: number) {
    this.#opening = opening
    this.#options = options
    this.#lists = { ...readLists(linesOf(signatures, major)), allowed: new Set(options.functions) }
    this.#hide = hider(opening.recordKey)
  }

  get version(): number {
    return this.#version
  }

  get isolation(): string {
    return this.#model().catalog.isolation
  }

  get searchPath(): readonly string[] {
    return splitPath(this.#model().catalog.searchPath)
  }

  #current(): State {
    return this.#state ?? fail('GBX-1402', { why: 'there is no snapshot of the catalogue' })
  }

  #model(): Model {
    return this.#current().judge.model
  }

  session(of: Parameters<Walls['session']>[0]): WallsSession {
    const { unmask } = of.scope
    const current = (): State => {
      if (performance.now() - this.#checkedAt > recheckMs) {
        this.#checkedAt = performance.now()
        // Open or closed does not matter here: columns that the snapshot lacks are not shown, and the next call tries again.
        this.refresh().catch(() => undefined)
      }
      const state = this.#current()
      const made = unmask === undefined ? state : state.unmasked.get(unmask.join())
      // Closed: until the judge of this grant is made, everything is masked.
      return made === undefined || made instanceof Promise ? state : made
    }
    const ready = unmask === undefined ? {} : { ready: () => this.#unmasked(unmask) }
    return new Session({ ...of, current, ...ready, refresh: () => this.#refreshed() })
  }

  /** Makes the judge of a grant that unmasks columns; undefined = it is there. Throws what buildModel throws. */
  #unmasked(unmask: readonly string[]): Promise<unknown> | undefined {
    const { unmasked } = this.#current()
    const key = unmask.join()
    const held = unmasked.get(key)
    if (held !== undefined) return held instanceof Promise ? held : undefined
    const [oldest] = unmasked.keys()
    if (unmasked.size >= maxUnmasked && oldest !== undefined) unmasked.delete(oldest)
    const making = this.#judged(this.#model().catalog, new Set(unmask)).then(
      (made) => {
        if (unmasked.has(key)) unmasked.set(key, made)
        return made
      },
      (error: unknown) => {
        unmasked.delete(key) // closed: who waits gets the error, the next one tries again
        throw error
      },
    )
    unmasked.set(key, making)
    return making
  }

  names(scope: Scope): Refusal | undefined {
    return wrongNames(this.#model(), scope)
  }

  /** The net behind the rewriting: a labelled column that comes straight from its table was not masked. */
  alarm(fields: readonly Field[], unmask?: readonly string[]): Refusal | undefined {
    const model = this.#model()
    for (const field of fields) {
      if (field.tableOid === 0) continue
      const relation = model.catalog.byOid.get(field.tableOid)
      // C3: a name that meant a known relation when the statement was judged means one now that nobody has looked at.
      if (relation === undefined && field.tableOid >= firstUserOid) return refusal('GBX-1216', {})
      if (relation === undefined || relation.system || relation.kind === 'v') continue
      const name = relation.columns.find((column) => column.attnum === field.attnum)?.name
      const label = name === undefined ? undefined : model.labelsOf(relation).get(name)
      if (label !== undefined && unmask?.includes(label.column) !== true)
        return refusal('GBX-1212', { column: label.column })
    }
    return undefined
  }

  columnOf(field: Field): string | undefined {
    const relation = field.tableOid === 0 ? undefined : this.#model().catalog.byOid.get(field.tableOid)
    const name = relation?.columns.find((column) => column.attnum === field.attnum)?.name
    return relation === undefined || name === undefined ? undefined : joinName([relation.schema, relation.name, name])
  }

  maskedColumns(verdict: Verdict, fields: readonly Field[]): readonly string[] {
    // A text that nobody labelled comes as it is, but for what looks like a secret: it is not called masked.
    const labels = verdict.touched.filter((label) => !isNet(label))
    if (labels.length === 0) return []
    const outputs = verdict.outputs ?? []
    const known = new Set(
      outputs.filter((output) => output.form !== undefined && !isNet(output)).map((output) => output.name),
    )
    const touched = new Set(labels.map((label) => splitName(label.column)?.[2]))
    return fields
      .filter(
        (field) =>
          (field.tableOid === 0 || this.#views !== undefined) &&
          (known.has(field.name) || (outputs.length === 0 && touched.has(field.name))),
      )
      .map((field) => field.name)
  }

  /** For doctor: what `unlabelled: pass` lets pass. Partitions are their table's. */
  unlabelled(): readonly string[] {
    if (this.#options.unlabelled !== 'pass' || this.#options.strict) return []
    const model = this.#model()
    const decided = new Set(Object.keys(this.#options.mask).map((key) => splitName(key)?.join('\0')))
    const open: string[] = []
    for (const relation of model.catalog.relations.values()) {
      if (relation.system || relation.isPartition || !['r', 'p', 'm'].includes(relation.kind)) continue
      const labels = model.labelsOf(relation)
      for (const { name, type } of relation.columns)
        if (textLike.has(type) && !labels.has(name) && !decided.has([relation.schema, relation.name, name].join('\0')))
          open.push(`${relation.schema}.${relation.name}.${name}`)
    }
    return open.sort()
  }

  survey(): Survey {
    return surveyOf(this.#model())
  }

  proof(pseudonymKey: Uint8Array): { readonly sql: string; readonly expected: string } {
    return keyProof(pseudonymKey)
  }

  write(text: string, level: 'write' | 'admin'): Promise<readonly WriteStep[] | Refusal> {
    return planWrite(this.#current().judge, text, level)
  }

  async refresh(): Promise<void> {
    await this.#refreshed()
  }

  /** One at a time; who comes meanwhile shares its answer. */
  #refreshed(): Promise<boolean> {
    this.#refreshing ??= this.#compare().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  async #compare(): Promise<boolean> {
    this.#checkedAt = performance.now()
    if ((await loadDigest(this.#opening.load)) === this.#state?.judge.model.catalog.digest) return false
    await this.reload()
    return true
  }

  /** Loads a snapshot and puts it in place whole, with an empty cache. */
  async reload(): Promise<void> {
    const catalog = await loadCatalog(this.#opening.load)
    mustExist(this.#opening.target.name, catalog, this.#options.functions)
    this.#views = this.#options.through === 'views' ? await loadViews(this.#opening.load) : undefined
    this.#state = await this.#judged(catalog)
    this.#checkedAt = performance.now()
    this.#version++
  }

  async #judged(catalog: Catalog, unmask?: ReadonlySet<string>): Promise<State> {
    const { target } = this.#opening
    const labels = readLabels(this.#options.mask, target.classes)
    const model = await buildModel({
      target: target.name,
      catalog,
      lists: this.#lists,
      labels,
      unlabelled: this.#options.unlabelled,
      strict: this.#options.strict,
      hideSource: this.#options.hideSource,
      parser: this.#parser,
      ...(this.#views === undefined ? {} : { through: this.#views }),
      ...(unmask === undefined ? {} : { unmask }),
    })
    const judge: Judge = {
      model,
      parser: this.#parser,
      limits: target.limits,
      hide: this.#hide,
      fragments: new Map(),
      deniedNames: deniedNamesOf(model),
    }
    return { judge, cache: new Cache(), unmasked: new Map() }
  }

  close(): void {
    this.#parser.close()
  }
}
