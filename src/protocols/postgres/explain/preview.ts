// What would become of a statement: judged by the walls as they stand, run by nobody. Column by column where it comes
// from and what stands in its place; the lineage is a courtesy to the reader, masking does not depend on it.
import { isRefusal } from '../../../core/error.ts'
import type { Level } from '../../../core/level.ts'
import type { Scope, Target } from '../../../core/nouns.ts'
import { joinName } from '../../../masking/labels.ts'
import type { Preview, PreviewColumn } from '../../protocol.ts'
import { quoteName } from '../walls/text/lexer.ts'
import type { Survey, Verdict, Walls } from '../walls/types.ts'
import { exampleOf } from './example.ts'
import { rulesOf } from './rules.ts'

/** Never throws for what the text is. */
export async function preview(
  walls: Walls,
  target: Target,
  text: string,
  as: { readonly level: Level; readonly scope: Scope },
): Promise<Preview> {
  const session = walls.session({ ...as, limits: target.limits })
  try {
    const judged = await session.judge(text, { searchPath: walls.searchPath, inTransaction: false, extended: false })
    if (isRefusal(judged)) return { statements: [], refused: judged, rules: rulesOf(judged.code) }
    const survey = walls.survey?.() ?? { user: '', database: '', relations: [] }
    return {
      statements: judged
        .filter(({ kind }) => kind !== 'empty')
        .map((verdict) => ({
          kind: verdict.kind,
          columns: (verdict.outputs ?? []).map((output) => columnOf(output, verdict, survey)),
          reads: [...verdict.action.reads],
          sql: folded(verdict.sql, survey),
          emitted: verdict.sql,
          searches: verdict.searches?.length ?? 0,
        })),
      rules: [],
    }
  } finally {
    session.close()
  }
}

type Output = NonNullable<Verdict['outputs']>[number]

function columnOf(output: Output, verdict: Verdict, survey: Survey): PreviewColumn {
  const { name, class: className, form, column, origin } = output
  if (output.unmasked === true) return { name, origin: column === undefined ? [] : [column], unmasked: true }
  if (className === undefined || form === undefined) return { name, origin: [] }
  const views = viewsOf(column, verdict, survey)
  return {
    name,
    class: className,
    form,
    example: exampleOf(form, className, typeOf(column, survey)),
    origin: [
      ...views,
      ...(column === undefined ? [] : [column]),
      ...(origin === undefined || origin === column ? [] : [origin]),
    ],
  }
}

/** Columns of views in the statement that show this column. */
const viewsOf = (column: string | undefined, verdict: Verdict, survey: Survey): string[] =>
  survey.relations
    .filter(({ kind, schema, name }) => kind === 'v' && verdict.action.reads.includes(joinName([schema, name])))
    .flatMap(({ schema, name, columns }) =>
      columns
        .filter(({ label }) => label?.from !== undefined && label.from.column === column)
        .map((one) => joinName([schema, name, one.name])),
    )

const typeOf = (column: string | undefined, survey: Survey): string =>
  survey.relations
    .flatMap(({ schema, name, columns }) =>
      columns.filter((one) => joinName([schema, name, one.name]) === column).map(({ type }) => type),
    )
    .at(0) ?? 'text'

/** Stands where a mask names its column. */
const hole = 'gbx.\u0001'
/** Masks shorter than this are readable as they are. */
const short = 24
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** The text that goes up, with each mask written as mask(column) or mask(value): for reading. */
function folded(sql: string, survey: Survey): string {
  let text = sql
  const masks = new Map<string, readonly string[]>()
  for (const { columns, kind } of survey.relations) {
    if (kind === 'v') continue
    for (const { name, label } of columns) {
      const parts = label?.sql(hole).split(hole) ?? []
      if (parts.join('').length < short) continue
      // A mask that names its column once is also what a value that is searched for becomes.
      if (parts.length === 2) masks.set(parts.join(hole), parts)
      else if (label !== undefined) text = text.replaceAll(label.sql(`gbx.${quoteName(name)}`), () => `mask(${name})`)
    }
  }
  for (const [before = '', after = ''] of masks.values())
    text = text.replace(new RegExp(`${escaped(before)}(.{1,200}?)${escaped(after)}`, 'gs'), 'mask($1)')
  return plainNames(text)
}

/** Quotes and schemas that nobody needs for reading. */
const plainNames = (text: string): string =>
  text
    .replaceAll(/gbx\."([a-z_][a-z0-9_]*)"/g, '$1')
    .replaceAll(/mask\((\w+)\) AS "\1"/g, 'mask($1)')
    .replaceAll(/"([a-z_][a-z0-9_]*)"\."([a-z_][a-z0-9_]*)"/g, '$1.$2')
    .replaceAll(/ {2,}|\n\s*/g, ' ')
