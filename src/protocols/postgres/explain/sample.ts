// Looks at some values of the columns that nobody labelled and counts what the detectors find: for `mask suggest`. The
// values come in a session of the gateway, are looked at and dropped; only counts are kept.
import { joinName } from '../../../masking/labels.ts'
import { detect } from '../../../masking/detect/detect.ts'
import { classOf } from '../../../masking/detect/hit.ts'
import { hintOf } from '../../../masking/detect/names.ts'
import type { ColumnSample } from '../../protocol.ts'
import { quoteName } from '../walls/text/lexer.ts'
import { viewSchema } from '../walls/through.ts'
import type { Load, Survey, SurveyColumn, SurveyRelation } from '../walls/types.ts'

/** Values of one column that are looked at. */
const sampleRows = 100
/** Bytes of one value that are looked at. */
const sampleLength = 2000
/** Tables with fewer rows are read from their start, others here and there. */
const smallTable = 5000

const unlabelledClass = 'unlabelled'
const isOpen = ({ label }: SurveyColumn): boolean => label === undefined || label.class === unlabelledClass
/** Types whose values could be one of a class's. */
const looksLikeText = /char|text|json|xml|name|hstore|citext/

/** One statement a table, one table after the other: a sample is no load (G10). A table that can't be read has no values. */
export async function sampled(survey: Survey, load: Load): Promise<readonly ColumnSample[]> {
  const sizes = new Map(
    (
      await load(
        `SELECT oid::pg_catalog.text, reltuples::pg_catalog.int8::pg_catalog.text FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p', 'm')`,
      )
    ).map(([oid, rows]) => [Number(oid), Number(rows)]),
  )
  const out: ColumnSample[] = []
  for (const relation of survey.relations) {
    if (!'rpm'.includes(relation.kind) || relation.isPartition || relation.schema === viewSchema) continue
    const open = relation.columns.filter(isOpen)
    if (open.length > 0) out.push(...(await table(relation, open, sizes.get(relation.oid) ?? 0, load)))
  }
  return out
}

async function table(
  relation: SurveyRelation,
  open: readonly SurveyColumn[],
  size: number,
  load: Load,
): Promise<ColumnSample[]> {
  const read = open.filter(({ type }) => looksLikeText.test(type))
  const rows = read.length === 0 ? [] : await rowsOf(relation, read, size, load)
  return open.map((column) => {
    const at = read.indexOf(column)
    const values = at < 0 ? [] : rows.flatMap((row) => row[at] ?? [])
    return {
      column: joinName([relation.schema, relation.name, column.name]),
      type: column.type.replace('pg_catalog.', ''),
      sampled: values.length,
      found: counted(values, column.name),
    }
  })
}

async function rowsOf(
  { schema, name }: SurveyRelation,
  read: readonly SurveyColumn[],
  size: number,
  load: Load,
): ReturnType<Load> {
  const list = read
    .map((column) => `pg_catalog.left(${quoteName(column.name)}::pg_catalog.text, ${sampleLength})`)
    .join(', ')
  const from = `SELECT ${list} FROM ${quoteName(schema)}.${quoteName(name)}`
  try {
    if (size > smallTable) {
      // Pages here and there, about three times as many rows as are wanted.
      const percent = Math.min(100, Math.max(0.001, (sampleRows * 300) / size)).toFixed(4)
      const rows = await load(`${from} TABLESAMPLE SYSTEM (${percent}) LIMIT ${sampleRows}`)
      if (rows.length >= sampleRows / 4) return rows
    }
    return await load(`${from} LIMIT ${sampleRows}`)
  } catch {
    return [] // open to: nothing; a table that our role may not read is proposed by its names only
  }
}

function counted(values: readonly string[], name: string): ColumnSample['found'] {
  const hint = hintOf(name)
  const found = new Map<string, { count: number; whole: number }>()
  for (const value of values) {
    const bytes = Buffer.from(value)
    const hits = detect(bytes, 0, bytes.length, hint)
    for (const className of new Set(hits.map(({ detector }) => classOf[detector]))) {
      const one = found.get(className) ?? { count: 0, whole: 0 }
      found.set(className, one)
      one.count++
      if (hits.length === 1 && hits[0] !== undefined && hits[0].to - hits[0].from >= bytes.length * 0.8) one.whole++
    }
  }
  return [...found].map(([className, counts]) => ({ class: className, ...counts }))
}
