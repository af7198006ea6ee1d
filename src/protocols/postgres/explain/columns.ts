// Every column of a target with what stands in its place and where that was said: for `mask why`.
import { joinName } from '../../../masking/labels.ts'
import type { ColumnMask } from '../../protocol.ts'
import type { Survey } from '../walls/types.ts'
import { exampleOf } from './example.ts'

export const columnMasks = (survey: Survey): readonly ColumnMask[] =>
  survey.relations.flatMap(({ schema, name, kind, refused, columns }) =>
    kind === 'S'
      ? []
      : columns.map(({ name: column, type, label }): ColumnMask => ({
          column: joinName([schema, name, column]),
          type,
          ...(refused === undefined ? {} : { refused: refused.title }),
          ...(label === undefined
            ? {}
            : {
                mask: {
                  class: label.class,
                  form: label.form,
                  search: label.search,
                  // A view has no label of its own: what it shows has one.
                  origin:
                    label.from === undefined
                      ? label.origin
                      : `${label.from.plain ? '' : 'made from '}${label.from.column}, ${label.origin}`,
                  example: exampleOf(label.form, label.class, type),
                  isConstant: label.readsNothing,
                },
              }),
        })),
  )
