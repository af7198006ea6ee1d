// Every column of a target with what stands in its place and where that was said: for `mask why`.
import { joinName } from '../../../masking/labels.ts'
import type { ColumnMask } from '../../protocol.ts'
import { viewSchema } from '../walls/through.ts'
import type { Survey, SurveyColumn } from '../walls/types.ts'
import { exampleOf } from './example.ts'

export const columnMasks = (survey: Survey): readonly ColumnMask[] =>
  survey.relations.flatMap(({ schema, name, kind, refused, columns }) =>
    kind === 'S' || schema === viewSchema
      ? []
      : columns.map(({ name: column, type, label }): ColumnMask => ({
          column: joinName([schema, name, column]),
          type: type.replace('pg_catalog.', ''),
          ...(refused === undefined ? {} : { refused: refused.title }),
          ...(label === undefined
            ? {}
            : {
                mask: {
                  class: label.class,
                  form: label.form,
                  search: label.search,
                  origin: originOf(label),
                  example: exampleOf(label.form, label.class, type),
                  isConstant: label.readsNothing,
                },
              }),
        })),
  )

/** A view has no label of its own: what it shows has one. */
function originOf({ origin, from }: NonNullable<SurveyColumn['label']>): string {
  if (from === undefined) return origin
  const word = from.plain ? 'view of' : 'made in a view from'
  return from.column === origin ? `${word} ${origin}` : `${word} ${from.column}, ${origin}`
}
