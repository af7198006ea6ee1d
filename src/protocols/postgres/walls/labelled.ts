// C2 and C4: from the labels of the file to the labels of a catalogue. A label comes down to partitions and inheriting
// tables and up from them, along foreign keys, into generated columns and materialised views; views carry none, they
// are rewritten (R5). Done once per snapshot; every view's rewritten text is read back before it is used (R10).
import { fail, GloveboxError, refusal } from '../../../core/error.ts'
import { builtForms } from '../../../masking/forms.ts'
import { joinName, type Label } from '../../../masking/labels.ts'
import { as, type Tree } from './text/ast.ts'
import { type Catalog, type Column, type ColumnLabel, type Relation, relationKey } from './catalog.ts'
import { isTextLike, maskOf, readsNothing } from './forms/forms-sql.ts'
import { assemble, verify } from './assemble.ts'
import { onlyStatement } from './text/emit.ts'
import type { Lists } from './lists/read.ts'
import { toBytes, tokens } from './text/lexer.ts'
import { isStatementStatistics } from './catalogs.ts'
import { type Model, unbounded, unlabelledClass, type ViewForm } from './model.ts'
import { bare, noGathering } from './rights/unmask.ts'
import type { Parser } from './text/parser.ts'
import { ThroughViews } from './through.ts'
import type { Output } from './scope.ts'
import { Walker } from './walk.ts'

/** What happens to text-like columns without a label (C4). */
export type Unlabelled = 'pass' | 'redact' | 'scrub'

export interface ModelInput {
  readonly target: string
  readonly catalog: Catalog
  readonly lists: Lists
  readonly labels: readonly Label[]
  readonly unlabelled: Unlabelled
  /** C4: columns of any type that nobody labelled are hidden. */
  readonly strict?: boolean
  /** K3: source code is hidden, too. */
  readonly hideSource?: boolean
  readonly parser: Parser
  /** Marks of the second wall's views by name, where the target is read through them (L2). */
  readonly through?: ReadonlyMap<string, string>
  /** Columns that are shown as they are: the model of a grant that unmasks them. */
  readonly unmask?: ReadonlySet<string>
}

type Rule = Parameters<typeof maskOf>[0]
interface Marked {
  readonly class: string
  readonly rule: Rule
  readonly search: boolean
  readonly origin: string
}

const hiding: Omit<Rule, 'class'> = { form: 'redact', keepFirst: 0, keepLast: 0, keep: [], explicit: false }
const closed = (target: string, why: string): never => fail('GBX-1311', { target, why })

class Marks {
  readonly #byRelation = new Map<number, Map<string, Marked>>()

  of(oid: number): ReadonlyMap<string, Marked> {
    return this.#byRelation.get(oid) ?? new Map()
  }

  /** Adds a mark where there is none; says whether it did. */
  add(oid: number, column: string, mark: Marked): boolean {
    const marks = this.#byRelation.get(oid) ?? new Map<string, Marked>()
    this.#byRelation.set(oid, marks)
    if (marks.has(column)) return false
    marks.set(column, mark)
    return true
  }
}

/** The labels of the file at their columns. A key that matches nothing closes the target (GBX-1311). */
function direct(input: ModelInput): Marks {
  const marks = new Marks()
  for (const label of input.labels) {
    const [schema = '', table = '', name = ''] = label.path
    const relation = input.catalog.relations.get(relationKey(schema, table))
    const column = relation?.columns.find((one) => one.name === name)
    if (!builtForms.includes(label.form))
      closed(input.target, `mask key ${label.key} asks for form ${label.form}, which this version does not have`)
    if (relation === undefined || column === undefined) {
      if (label.optional) continue
      return closed(input.target, `mask key ${label.key} matches no column (write optional: true to allow that)`)
    }
    if (relation.kind === 'v')
      closed(input.target, `mask key ${label.key} names a column of a view: label the table's column, views follow`)
    marks.add(relation.oid, name, { class: label.class, rule: label, search: label.search, origin: label.key })
  }
  return marks
}

/** Carries marks along inheritance (both ways), foreign keys and generated columns until nothing changes. */
function spread(catalog: Catalog, marks: Marks): void {
  const links: { from: number; to: number; name: (column: string) => string | undefined; word: string }[] = []
  const byName =
    (oid: number) =>
    (column: string): string | undefined =>
      catalog.byOid.get(oid)?.columns.some((one) => one.name === column) === true ? column : undefined
  for (const [kid, parents] of catalog.parents) {
    for (const parent of parents)
      links.push(
        { from: parent, to: kid, name: byName(kid), word: 'parent' },
        { from: kid, to: parent, name: byName(parent), word: 'child' },
      )
  }
  for (const key of catalog.foreignKeys)
    links.push({
      from: key.to,
      to: key.from,
      name: mapped(catalog, key.to, key.toColumns, key.from, key.fromColumns),
      word: 'foreign key',
    })
  for (let changed = true; changed;) {
    changed = false
    for (const { from, to, name, word } of links) {
      for (const [column, mark] of marks.of(from)) {
        const target = name(column)
        if (target !== undefined && marks.add(to, target, { ...mark, origin: `${word} of ${mark.origin}` }))
          changed = true
      }
    }
    if (generate(catalog, marks)) changed = true
  }
}

const nameAt = (catalog: Catalog, oid: number, attnum: number | undefined): string | undefined =>
  catalog.byOid.get(oid)?.columns.find((column) => column.attnum === attnum)?.name

const mapped =
  (catalog: Catalog, from: number, fromColumns: readonly number[], to: number, toColumns: readonly number[]) =>
  (column: string): string | undefined => {
    const index = fromColumns.findIndex((attnum) => nameAt(catalog, from, attnum) === column)
    return index < 0 ? undefined : nameAt(catalog, to, toColumns[index])
  }

function generate(catalog: Catalog, marks: Marks): boolean {
  let changed = false
  for (const [key, sources] of catalog.generated) {
    const [oid = 0, attnum = 0] = key.split('.').map(Number)
    const columns = catalog.byOid.get(oid)?.columns.filter((column) => sources.includes(column.attnum)) ?? []
    const source = columns.map((column) => marks.of(oid).get(column.name)).find((mark) => mark !== undefined)
    // What is made of a column that no mask looks at is not looked at either, or the second wall would have a hole (L1).
    const isUnread = columns.some((column) => {
      const mark = marks.of(oid).get(column.name)
      return mark !== undefined && readsNothing(maskOf(mark.rule, column))
    })
    const name = nameAt(catalog, oid, attnum)
    if (source === undefined || name === undefined) continue
    if (
      marks.add(oid, name, {
        class: source.class,
        rule: { ...hiding, class: source.class, ...(isUnread ? { hideNull: true } : {}) },
        search: false,
        origin: `generated from ${source.origin}`,
      })
    )
      changed = true
  }
  return changed
}

const toLabel = (relation: Relation, column: Column, mark: Marked): ColumnLabel => ({
  column: joinName([relation.schema, relation.name, column.name]),
  class: mark.class,
  mask: maskOf(mark.rule, column),
  search: mark.search,
  origin: mark.origin,
})

const rowKinds = new Set(['r', 'p', 'm'])

/** C4: does what holds for columns without a label hold for this one? */
const isCovered = (input: ModelInput, relation: Relation, column: Column): boolean =>
  !relation.system &&
  rowKinds.has(relation.kind) &&
  (input.strict === true || (input.unlabelled !== 'pass' && isTextLike(column)))

function labelsOf(
  input: ModelInput,
  relation: Relation,
  marks: ReadonlyMap<string, Marked>,
): ReadonlyMap<string, ColumnLabel> {
  const out = new Map<string, ColumnLabel>()
  for (const column of relation.columns) {
    const mark = marks.get(column.name)
    if (mark !== undefined) {
      // A label that shows the value is a decision on record, not a mask: it only keeps C4 away.
      const label = toLabel(relation, column, mark)
      if (label.mask.form !== 'keep' || column.type.startsWith('json'))
        out.set(column.name, input.unmask?.has(label.column) === true ? bare(label) : label)
    } else if (isCovered(input, relation, column)) {
      const form = input.strict === true || input.unlabelled === 'pass' ? 'redact' : input.unlabelled
      const label = toLabel(relation, column, {
        class: unlabelledClass,
        rule: { ...hiding, class: unlabelledClass, form },
        search: false,
        origin: input.strict === true ? 'strict' : `unlabelled: ${form}`,
      })
      out.set(column.name, input.unmask?.has(label.column) === true ? bare(label) : label)
    }
  }
  return out
}

interface Rewritten {
  readonly relation: Relation
  readonly tree: Tree
  readonly walker: Walker
  readonly text: string
}

/** Views and materialised views, rewritten on demand: one may stand on another. */
class Views {
  readonly forms = new Map<number, ViewForm>()
  readonly rewritten: Rewritten[] = []
  readonly trees: ReadonlyMap<number, Tree>
  readonly model: Model
  readonly #open = new Set<number>()

  constructor(model: Model, trees: ReadonlyMap<number, Tree>) {
    this.model = model
    this.trees = trees
  }

  of(relation: Relation): ViewForm {
    const known = this.forms.get(relation.oid)
    if (known !== undefined) return known
    const form = this.#make(relation)
    this.forms.set(relation.oid, form)
    return form
  }

  #make(relation: Relation): ViewForm {
    const nothing = { outputs: [], touched: new Map(), reads: new Set<string>() }
    const name = `${relation.schema}.${relation.name}`
    if (this.#open.size > 16 || this.#open.has(relation.oid))
      return { ...nothing, refused: refusal('GBX-1205', { relation: name, why: 'Views are nested too deeply.' }) }
    this.#open.add(relation.oid)
    try {
      const { walker, outputs, text } = this.walk(relation)
      const named = relation.columns.map((column, index): Output => ({
        ...(outputs?.[index] ?? { plain: false }),
        name: column.name,
        type: unbounded(column),
      }))
      const kept = {
        outputs: named.map(({ item: _item, raw: _raw, ...output }) => output),
        touched: walker.touched,
        reads: walker.reads,
        partitions: walker.partitions,
        kept: walker.kept,
      }
      return walker.pending.length === 0 ? kept : { ...kept, sql: text }
    } catch (error) {
      // Closed: a view whose definition can't be judged can't be read.
      const why =
        error instanceof GloveboxError
          ? error.refusal
          : refusal('GBX-1205', { relation: name, why: 'Its definition was not understood.' })
      return { ...nothing, refused: { ...why, title: `view ${name}: ${why.title}` } }
    } finally {
      this.#open.delete(relation.oid)
    }
  }

  /** Walks a definition with an empty search_path: it was deparsed with one (C1). */
  walk(relation: Relation): { walker: Walker; outputs: readonly Output[] | undefined; text: string } {
    const tree = this.trees.get(relation.oid)
    const select = as(tree, 'SelectStmt')
    if (tree === undefined || select === undefined)
      return fail('GBX-1205', {
        relation: `${relation.schema}.${relation.name}`,
        why: 'Its definition was not understood.',
      })
    const source = toBytes((relation.definition ?? '').trim().replace(/;$/, ''))
    const walker = new Walker({
      model: this.model,
      source,
      tokens: tokens(source),
      searchPath: [],
      isDefinition: true,
      hide: () => '?',
    })
    const outputs = walker.select(select, undefined, undefined)
    walker.finish()
    noGathering(this.model, walker.touched, tree)
    const text = assemble(walker, 0, source.length, 'sql').text
    this.rewritten.push({ relation, tree, walker, text })
    return { walker, outputs, text }
  }
}

/** A materialised view's columns: a plain labelled column keeps its label, whatever else comes from labelled data is hidden. */
function markMaterialised(views: Views, relation: Relation, marks: Marks): void {
  // Where nothing is known of its making, nothing of it is read (L1).
  let isUnread = true
  const hide = (from: string, classOf = 'pii.text'): Marked => ({
    class: classOf,
    rule: { ...hiding, class: classOf, ...(isUnread ? { hideNull: true } : {}) },
    search: false,
    origin: `made from ${from}`,
  })
  let outputs: readonly Output[] | undefined
  try {
    const walked = views.walk(relation)
    if (walked.walker.pending.length === 0 && outputs === undefined && walked.walker.touched.size === 0) return
    outputs = walked.outputs
    isUnread = [...walked.walker.touched.values()].some(({ label }) => readsNothing(label.mask))
  } catch {
    // Closed: what it is made of is not known, so all of it is hidden.
    outputs = undefined
  }
  for (const [index, column] of relation.columns.entries()) {
    const output = outputs?.[index]
    const label = output?.label
    if (label !== undefined && output?.plain === true) {
      const source = sourceMark(views.model, marks, label)
      marks.add(
        relation.oid,
        column.name,
        source === undefined
          ? hide(label.column, label.class)
          : { ...source, origin: `materialised from ${label.column}` },
      )
    } else if (label !== undefined || output?.plain !== true || output.type === undefined) {
      marks.add(relation.oid, column.name, hide(label?.column ?? 'labelled columns', label?.class))
    }
  }
}

function sourceMark(model: Model, marks: Marks, label: ColumnLabel): Marked | undefined {
  for (const relation of model.catalog.byOid.values()) {
    for (const [name, mark] of marks.of(relation.oid))
      if (joinName([relation.schema, relation.name, name]) === label.column) return mark
  }
  return undefined
}

/** Builds the model of a snapshot. Throws GBX-1311 for labels that match nothing. */
export async function buildModel(input: ModelInput): Promise<Model> {
  const { catalog } = input
  const marks = direct(input)
  spread(catalog, marks)
  const defined = [...catalog.byOid.values()].filter((relation) => relation.definition !== undefined)
  const trees = await parseAll(input.parser, defined)
  const made = new Map<number, ReadonlyMap<string, ColumnLabel>>()
  const none: ReadonlyMap<string, ColumnLabel> = new Map()
  const marking = new Set<number>()
  const model: Model = {
    target: input.target,
    catalog,
    lists: input.lists,
    boundsOf: boundsOf(catalog, marks),
    hideSource: input.hideSource === true,
    ...(input.through === undefined ? {} : { through: new ThroughViews(input.through) }),
    viewOf: (relation) => views.of(relation),
    labelsOf: (relation) => {
      if (relation.system || relation.kind === 'v') return none
      const known = made.get(relation.oid)
      if (known !== undefined) return known
      if (relation.kind === 'm' && !marking.has(relation.oid)) {
        marking.add(relation.oid)
        markMaterialised(views, relation, marks)
      }
      const labels = labelsOf(input, relation, marks.of(relation.oid))
      made.set(relation.oid, labels)
      return labels
    },
  }
  const views = new Views(model, trees)
  for (const relation of defined) {
    if (relation.kind === 'm') model.labelsOf(relation)
    else if (!isStatementStatistics(relation)) views.of(relation)
  }
  for (const { relation, tree, walker, text } of views.rewritten) {
    if (walker.edits.length === 0 && walker.pending.length === 0) continue
    const refused = await verify(input.parser, [{ tree, walker, text }])
    const form = views.forms.get(relation.oid)
    if (refused !== undefined && form !== undefined) views.forms.set(relation.oid, { ...form, refused })
  }
  return model
}

async function parseAll(parser: Parser, relations: readonly Relation[]): Promise<ReadonlyMap<number, Tree>> {
  const out = new Map<number, Tree>()
  const texts = relations.map((relation) => (relation.definition ?? '').trim().replace(/;$/, ''))
  const parsed = await parser.parse(texts).catch(() => undefined)
  for (const [index, relation] of relations.entries()) {
    // One that is not understood (closed: it can't be read then) must not close the others.
    const one = parsed?.[index] ?? (await parser.parse([texts[index] ?? '']).catch(() => []))[0]
    const statement = one === undefined ? undefined : onlyStatement(one)
    if (statement !== undefined) out.set(relation.oid, statement)
  }
  return out
}

/** Partitions whose bounds are values of a labelled column (K3). */
function boundsOf(catalog: Catalog, marks: Marks): readonly number[] {
  const hidden = (oid: number): boolean => {
    const relation = catalog.byOid.get(oid)
    return (
      relation?.partitionKey !== undefined &&
      [...marks.of(oid).keys()].some((name) => relation.partitionKey?.includes(name) === true)
    )
  }
  return [...catalog.parents]
    .filter(([kid, parents]) => catalog.byOid.get(kid)?.isPartition === true && parents.some(hidden))
    .map(([kid]) => kid)
}
