// The second wall, level L2: base tables are read through views that hold the masks, so that the role on the target need
// not be able to read a table at all. The rewriter names the view where it would else write the masks (R3). A view that
// was made for other labels or other columns is not used: its comment holds the hash of the text it was made from.
import { refusal, type Refusal } from '../../../core/error.ts'
import { sha256Hex } from '../../../lib/hash.ts'
import type { Relation } from './catalog.ts'
import type { Model } from './model.ts'
import { quoteName } from './text/lexer.ts'
import type { Load } from './types.ts'

/** Where the views are. Nobody reads it by name: the views' definitions name settings that hold the key (F5). */
export const viewSchema = 'glovebox'
const mark = 'glovebox/view/v1 '
/** What names can hold. */
const maxNameBytes = 63

/** Names of a table's row, beside its columns. A view may call its columns so. */
export const rowColumns = ['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid'] as const

/** `schema.table`; where that is too long, its beginning and a hash. */
export function viewName({ schema, name }: Pick<Relation, 'schema' | 'name'>): string {
  const whole = `${schema}.${name}`
  return Buffer.byteLength(whole) <= maxNameBytes
    ? whole
    : `${[...whole].slice(0, 10).join('')}~${sha256Hex(whole).slice(0, 16)}`
}

export interface ViewColumn {
  readonly name: string
  /** Absent = as it is. */
  readonly mask?: (ref: string) => string
}

/** The query that the view of a relation is: every column in its order, labelled ones as their masks. */
export function viewText(relation: Pick<Relation, 'schema' | 'name'>, columns: readonly ViewColumn[]): string {
  const list = [
    ...columns.map(({ name, mask }) => {
      const ref = `gbx.${quoteName(name)}`
      return mask === undefined ? ref : `${mask(ref)} AS ${quoteName(name)}`
    }),
    ...rowColumns.map((name) => `gbx.${name}`),
  ]
  return `SELECT ${list.join(', ')} FROM ${quoteName(relation.schema)}.${quoteName(relation.name)} AS gbx`
}

/** The comment that a view of this text has. */
export const viewMark = (text: string): string => mark + sha256Hex('glovebox/view/v1\n', text)

/** Relations that are read through a view: everything with rows of its own that people made. */
export const hasView = ({
  kind,
  system,
  extension,
  schema,
}: Pick<Relation, 'kind' | 'extension' | 'schema'> & { system?: boolean }): boolean =>
  'rpm'.includes(kind) && system !== true && extension === undefined && schema !== viewSchema

/** Comments of the views that stand on the target, by name. */
export async function loadViews(load: Load): Promise<ReadonlyMap<string, string>> {
  const rows = await load(
    `SELECT c.relname, pg_catalog.obj_description(c.oid, 'pg_class') FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '${viewSchema}' AND c.relkind = 'v'`,
  )
  return new Map(rows.map((row) => [row[0] ?? '', row[1] ?? '']))
}

/** The views of one snapshot. */
export class ThroughViews {
  readonly #marks: ReadonlyMap<string, string>
  readonly #fits = new Map<number, boolean>()

  constructor(marks: ReadonlyMap<string, string>) {
    this.#marks = marks
  }

  /** Why this reference can't be read through its view; undefined = it can. */
  fault(model: Model, relation: Relation, use: { only: boolean; sampled: boolean }): Refusal | undefined {
    const name = `${relation.schema}.${relation.name}`
    const labels = model.labelsOf(relation)
    if ([...labels.values()].some(({ unmasked }) => unmasked === true))
      return refusal('GBX-1205', {
        relation: name,
        why: 'The role on the target reads masked views only (through: views), so nobody can be shown a column there.',
      })
    if (use.sampled)
      return refusal('GBX-1202', { what: 'TABLESAMPLE', why: 'This target is read through views (through: views).' })
    if (use.only && [...model.catalog.parents.values()].some((parents) => parents.includes(relation.oid)))
      return refusal('GBX-1202', {
        what: 'ONLY',
        why: 'This target is read through views, which hold what inherits as well.',
      })
    return this.#isFresh(model, relation)
      ? undefined
      : refusal('GBX-1205', {
          relation: name,
          why: `Its masked view is missing, or was made for other labels or columns: glovebox provision ${model.target} --level l2`,
        })
  }

  #isFresh(model: Model, relation: Relation): boolean {
    const known = this.#fits.get(relation.oid)
    if (known !== undefined) return known
    const labels = model.labelsOf(relation)
    const columns = relation.columns.map(({ name }): ViewColumn => {
      const label = labels.get(name)
      return label === undefined ? { name } : { name, mask: label.mask.sql }
    })
    const fits = this.#marks.get(viewName(relation)) === viewMark(viewText(relation, columns))
    this.#fits.set(relation.oid, fits)
    return fits
  }
}
