// A snapshot as those see it who write SQL for the target or look for holes: every relation that is not the server's
// own, its columns, and what stands in their place. Pure.
import { readsNothing } from './forms-sql.ts'
import { isMasked, type Model } from './model.ts'
import type { Survey, SurveyColumn, SurveyRelation } from './types.ts'

/** Relations sorted by schema and name. */
export function surveyOf(model: Model): Survey {
  const relations: SurveyRelation[] = []
  for (const relation of model.catalog.relations.values()) {
    if (relation.system || relation.schema === 'pg_catalog' || relation.schema === 'information_schema') continue
    const labels = model.labelsOf(relation)
    const view = relation.kind === 'v' ? model.viewOf(relation) : undefined
    relations.push({
      oid: relation.oid,
      schema: relation.schema,
      name: relation.name,
      kind: relation.kind,
      isPartition: relation.isPartition,
      isInlined: view !== undefined && (view.refused !== undefined || isMasked(model, relation)),
      ...(relation.extension === undefined ? {} : { extension: relation.extension }),
      columns: relation.columns.map((column): SurveyColumn => {
        const label = labels.get(column.name)
        return {
          attnum: column.attnum,
          name: column.name,
          type: column.cast,
          ...(label === undefined
            ? {}
            : {
                label: {
                  class: label.class,
                  form: label.mask.form,
                  search: label.search,
                  origin: label.origin,
                  readsNothing: readsNothing(label.mask),
                  sql: label.mask.sql,
                },
              }),
        }
      }),
    })
  }
  const { user, database } = model.catalog
  const key = (one: SurveyRelation): string => `${one.schema}\0${one.name}`
  return { user, database, relations: relations.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)) }
}
