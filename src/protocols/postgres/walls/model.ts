// What a statement is judged against: catalogue, labels, views in their masked form, reviewed lists. Immutable; one per
// snapshot and configuration. Also: what a name means (R1), and the text that stands in for a masked relation (R3).
import { refusal, type Refusal } from '../../../core/error.ts'
import { type Catalog, type Column, type ColumnLabel, type Relation, relationKey } from './catalog.ts'
import { catalogMasks, isStatementStatistics } from './catalogs.ts'
import { quoteName, quoteText } from './text/lexer.ts'
import type { Lists } from './lists/read.ts'
import type { Item, Output } from './scope.ts'
import { hasView, type ThroughViews, viewName, viewSchema } from './through.ts'

/** A view as statements see it. */
export interface ViewForm {
  /** The masked definition, without parentheses; absent = nothing in it is masked, the view itself is read. */
  readonly sql?: string
  readonly outputs: readonly Output[]
  /** Why the view can't be read (it uses something that is not allowed). */
  readonly refused?: Refusal
  /** Labelled columns behind it, and relations: for the record. */
  readonly touched: ReadonlyMap<string, Touch>
  readonly reads: ReadonlySet<string>
  readonly partitions?: ReadonlyMap<string, readonly string[]>
  /** Views in it that are read by name. */
  readonly kept?: ReadonlySet<Relation>
}

/** A labelled column that a statement meets. */
export interface Touch {
  readonly tableOid: number
  readonly attnum: number
  readonly label: ColumnLabel
}

export interface Model {
  readonly target: string
  readonly catalog: Catalog
  readonly lists: Lists
  /** Labels by relation oid and column name. */
  labelsOf(relation: Relation): ReadonlyMap<string, ColumnLabel>
  viewOf(relation: Relation): ViewForm
  /** The second wall's views, where the target is read through them (L2). */
  readonly through?: ThroughViews
  /** Source code (functions, views, checks, defaults) is hidden (K3). */
  readonly hideSource: boolean
  /** Partitions whose bounds are values of labelled columns (K3). */
  readonly boundsOf: readonly number[]
}

/** Schemas in the order in which an unqualified name is looked for: pg_catalog first unless it is named. */
export function searchOrder(path: readonly string[], user: string): readonly string[] {
  const named = path
    .map((schema) => (schema === '$user' ? user : schema))
    .filter((schema) => !schema.startsWith('pg_temp') && !schema.startsWith('pg_toast'))
  return named.includes('pg_catalog') ? named : ['pg_catalog', ...named]
}

/** search_path as PostgreSQL shows it, as names. */
export function splitPath(path: string): readonly string[] {
  return [...path.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^",\s]+))\s*(?:,|$)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain?.toLowerCase() ?? '',
  )
}

const unreadable = (name: string): Refusal => refusal('GBX-1211', { relation: name })

/** The class of columns that nobody labelled. */
export const unlabelledClass = 'unlabelled'

/** A column that is only scrubbed because nobody labelled it: no news to anybody, and no label on record. */
export const isOnlyScrubbed = ({ class: className, mask }: ColumnLabel): boolean =>
  className === unlabelledClass && mask.form === 'scrub'

/** The relation that a name means, or why it may not be read (R1, R2, K1). */
export function resolve(
  model: Model,
  schema: string | undefined,
  name: string,
  path: readonly string[],
): Relation | Refusal {
  const { catalog } = model
  const schemas = schema === undefined ? searchOrder(path, catalog.user) : [schema]
  for (const one of schemas) {
    const relation = catalog.relations.get(relationKey(one, name))
    if (relation !== undefined) return mayRead(model, relation)
  }
  return unreadable(schema === undefined ? name : `${schema}.${name}`)
}

function mayRead(model: Model, relation: Relation): Relation | Refusal {
  const name = `${relation.schema}.${relation.name}`
  if (relation.schema === 'pg_catalog' || relation.schema === 'information_schema') {
    if (relation.system && model.lists.relations.has(name)) return relation
    return refusal('GBX-1205', {
      relation: name,
      why: 'It holds values, secrets or statements of others, or it is not on the reviewed list of this PostgreSQL version.',
    })
  }
  if (relation.kind === 'f')
    return refusal('GBX-1205', { relation: name, why: 'It is a foreign table: reading it would reach another server.' })
  return 'rpvmS'.includes(relation.kind) ? relation : unreadable(name)
}

/** Is it read through its view (L2)? */
export const isThrough = (model: Model, relation: Relation): boolean => model.through !== undefined && hasView(relation)

/** Has the relation to be replaced by a masked subquery? */
export const isMasked = (model: Model, relation: Relation): boolean =>
  relation.kind === 'v' && !relation.system && !isStatementStatistics(relation)
    ? model.viewOf(relation).sql !== undefined
    : isThrough(model, relation) || model.labelsOf(relation).size > 0 || catalogMasks(relation, model) !== undefined

const systemColumns = new Set(['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid'])
export const isSystemColumn = (name: string): boolean => systemColumns.has(name)

/** The subquery that yields a relation's masked rows, in parentheses, without alias (R3, R5). */
export function maskedSubquery(model: Model, item: Item, pick: 'sql' | 'recorded'): string {
  const { relation } = item
  if (relation.kind === 'v' && !relation.system && !isStatementStatistics(relation)) {
    const names = relation.columns.map((column) => quoteName(column.name)).join(', ')
    const shown =
      item.needed === undefined
        ? '*'
        : relation.columns
            .filter(({ name }) => item.needed?.has(name))
            .map(({ name }) => `gbx.${quoteName(name)}`)
            .join(', ')
    const { sql } = model.viewOf(relation)
    const source =
      sql === undefined
        ? `${quoteName(relation.schema)}.${quoteName(relation.name)} AS gbx`
        : `(${sql}) AS gbx(${names})`
    return `(SELECT ${shown} FROM ${source}${item.pins.length === 0 ? '' : ` WHERE ${pinned(item.pins)}`})`
  }
  // The view holds the masks, and all rows are behind it: a test that was pushed in would meet masks (L2).
  if (isThrough(model, relation)) return throughSubquery(item)
  const labels = model.labelsOf(relation)
  const masks = catalogMasks(relation, model)
  const columns = relation.columns
    .filter(({ name }) => item.needed?.has(name) !== false)
    .map((column) => {
      const name = quoteName(column.name)
      const ref = `gbx.${name}`
      const label = labels.get(column.name)
      const mask = label === undefined ? masks?.[column.name]?.(ref, column) : label.mask.sql(ref)
      return mask === undefined ? ref : `${mask} AS ${name}`
    })
  for (const name of item.system) columns.push(`gbx.${name}`)
  const where = item.pushed.length === 0 ? '' : ` WHERE ${item.pushed.map((one) => one[pick]).join(' AND ')}`
  return `(SELECT ${columns.join(', ')} FROM ${item.only ? 'ONLY ' : ''}${quoteName(relation.schema)}.${quoteName(relation.name)} AS gbx${item.sample}${where})`
}

/** Views that a relation's reading depends on by name (C3): itself, where it is a view that nothing masks, and those in it. */
export function pinsOf(model: Model, relation: Relation): readonly Relation[] {
  if (relation.kind !== 'v' || relation.system || isStatementStatistics(relation)) return []
  const { sql, kept = [] } = model.viewOf(relation)
  return [...(sql === undefined ? [relation] : []), ...kept].filter((view) => view.rule !== undefined)
}

/** What a statement says when a view is not the one that was judged; answers.ts looks at the catalogue again then. */
export const viewChanged = 'glovebox: a view of this statement was changed meanwhile; run it again'

/**
 * True when these views are what they were when they were judged, else an error: asked in the statement itself, once, so that
 * nothing can come between (C3). A name that means another view now is another view.
 */
function pinned(views: readonly Relation[]): string {
  const rules = quoteText(`{${views.map(({ rule }) => rule).join(',')}}`)
  const oids = quoteText(`{${views.map(({ rule = '' }) => rule.split('/', 1)[0]).join(',')}}`)
  const same = views.map(
    (view) =>
      `${quoteText(`${quoteName(view.schema)}.${quoteName(view.name)}`)}::pg_catalog.regclass::pg_catalog.oid OPERATOR(pg_catalog.=) ${view.oid}::pg_catalog.oid`,
  )
  return (
    `(SELECT CASE WHEN ${[`pg_catalog.count(*) OPERATOR(pg_catalog.=) ${views.length}`, ...same].join(' AND ')} THEN true ` +
    `ELSE pg_catalog.concat(${quoteText(viewChanged)}, ' ', pg_catalog.count(*))::pg_catalog.bool END FROM pg_catalog.pg_rewrite AS r ` +
    `WHERE r.oid OPERATOR(pg_catalog.=) ANY (${oids}::pg_catalog.oid[]) AND pg_catalog.concat(r.oid, '/', r.xmin) OPERATOR(pg_catalog.=) ANY (${rules}::pg_catalog.text[]))`
  )
}

function throughSubquery({ relation, needed, system }: Item): string {
  const columns = relation.columns
    .filter(({ name }) => needed?.has(name) !== false)
    .map(({ name }) => `gbx.${quoteName(name)}`)
  return `(SELECT ${[...columns, ...[...system].map((name) => `gbx.${name}`)].join(', ')} FROM ${quoteName(viewSchema)}.${quoteName(viewName(relation))} AS gbx)`
}

/** A column's type without its bound; the word `character` alone would be one of length 1. */
export const unbounded = ({ type, cast }: Column): string =>
  type === 'bpchar' ? 'pg_catalog.bpchar' : cast.replace(/\(.*\)$/, '')

/** What is known of a relation's columns. */
export function outputsOf(model: Model, relation: Relation, item?: Item): readonly Output[] {
  if (relation.kind === 'v' && !relation.system && !isStatementStatistics(relation))
    return model.viewOf(relation).outputs
  const labels = model.labelsOf(relation)
  return relation.columns.map((column) => {
    const label = labels.get(column.name)
    return {
      name: column.name,
      raw: column.name,
      plain: true,
      type: unbounded(column),
      ...(label === undefined ? {} : { label }),
      ...(label?.unmasked === true ? { values: 1 } : {}),
      ...(item === undefined ? {} : { item }),
    }
  })
}
