// A snapshot as those see it who write SQL for the target, look for holes or explain masks: every relation that is not
// the server's own, its columns, and what stands in their place. Pure.
import type { ColumnLabel, Relation } from './catalog.ts'
import { readsNothing } from './forms/forms-sql.ts'
import { isMasked, isThrough, type Model } from './model.ts'
import type { Survey, SurveyColumn, SurveyRelation } from './types.ts'

/** Relations sorted by schema and name. */
export function surveyOf(model: Model): Survey {
  const relations: SurveyRelation[] = []
  for (const relation of model.catalog.relations.values()) {
    if (relation.system || relation.schema === 'pg_catalog' || relation.schema === 'information_schema') continue
    relations.push(relation.kind === 'v' ? viewSurvey(model, relation) : tableSurvey(model, relation))
  }
  const { user, database } = model.catalog
  const key = (one: SurveyRelation): string => `${one.schema}\0${one.name}`
  return { user, database, relations: relations.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)) }
}

const common = ({ oid, schema, name, kind, isPartition, extension }: Relation) => ({
  oid,
  schema,
  name,
  kind,
  isPartition,
  ...(extension === undefined ? {} : { extension }),
})

const labelOf = ({ class: className, mask, search, origin }: ColumnLabel): NonNullable<SurveyColumn['label']> => ({
  class: className,
  form: mask.form,
  search,
  origin,
  readsNothing: readsNothing(mask),
  sql: mask.sql,
})

function tableSurvey(model: Model, relation: Relation): SurveyRelation {
  const labels = model.labelsOf(relation)
  const refused = isThrough(model, relation)
    ? model.through?.fault(model, relation, { only: false, sampled: false })
    : undefined
  return {
    ...common(relation),
    isInlined: false,
    ...(refused === undefined ? {} : { refused }),
    columns: relation.columns.map(({ attnum, name, cast }): SurveyColumn => {
      const label = labels.get(name)
      return { attnum, name, type: cast, ...(label === undefined ? {} : { label: labelOf(label) }) }
    }),
  }
}

function viewSurvey(model: Model, relation: Relation): SurveyRelation {
  const view = model.viewOf(relation)
  return {
    ...common(relation),
    isInlined: view.refused !== undefined || isMasked(model, relation),
    ...(view.refused === undefined ? {} : { refused: view.refused }),
    columns: relation.columns.map(({ attnum, name, cast }, index): SurveyColumn => {
      const output = view.outputs[index]
      const label = output?.label
      if (label === undefined) return { attnum, name, type: cast }
      const from = { column: label.column, plain: output?.plain === true }
      return { attnum, name, type: cast, label: { ...labelOf(label), sql: (ref) => ref, from } }
    }),
  }
}
