// Proofs on the real target: statements as a person would type them go through the walls as they stand, and up in a
// session of the gateway. Reads come back masked, or the check fails; writes must be refused before the target hears of
// them. Values are looked at for their shape and dropped; nothing of them is kept, shown or recorded.
import type { Check } from '../../../core/check.ts'
import { isRefusal } from '../../../core/error.ts'
import type { Action, Form, Target } from '../../../core/nouns.ts'
import { detect } from '../../../masking/detect/detect.ts'
import { looksPseudonymous, redacted } from '../../../masking/forms.ts'
import { quoteName } from '../walls/text/lexer.ts'
import type { Field, Survey, SurveyColumn, SurveyRelation, Walls } from '../walls/types.ts'
import { nameOf } from './provision.ts'
import { some } from './rights.ts'

/** Runs what the walls emitted, on record. */
export type Run = (
  sql: string,
  action: Action,
) => Promise<{
  readonly fields: readonly Field[]
  readonly rows: readonly (readonly (string | null)[])[]
}>

export interface Proving {
  readonly walls: Walls
  readonly target: Target
  readonly run: Run
}

/** Tables that are read at most, and rows of each: enough for a proof, too little to notice. */
const tables = 60
const rowsEach = 5
const group = 'masking'
const readOnly = 'read-only'

type Shape = 'masked' | 'raw' | 'unclear'

const ofWidth = (value: string, whole: string): boolean => value.trimEnd() !== '' && whole.startsWith(value.trimEnd())
const pseudonyms = /^\{?((tok_[0-9a-f]{8,16}|u[0-9a-f]{16}@masked\.invalid|[0-9a-f]{1,16}|NULL|\[redacted\])(,|\}?$))+$/

/** Could this be what the form leaves of a value? `unclear` where a raw value could look the same. */
export function shapeOf(form: Form, value: string): Shape {
  const is = (masked: boolean): Shape => (masked ? 'masked' : 'raw')
  switch (form) {
    case 'null':
      return 'raw' // a value where there can be none
    case 'redact':
      return is(ofWidth(value, redacted))
    case 'pseudonym':
      if (/^-?\d+$/.test(value)) return 'unclear'
      return is(looksPseudonymous(value) || pseudonyms.test(value))
    case 'partial':
      return is(ofWidth(value, redacted) || /^.{0,6}\*\*\*.{0,6}$/s.test(value))
    case 'generalise':
      if (/^\d+-\d\d-01( |$)/.test(value) || /^[0-9a-f.:]+\/\d{1,3}$/i.test(value)) return 'masked'
      // A whole address, or a day that is not the first: what the form would have taken away.
      return /^\d{1,3}(\.\d{1,3}){3}$|^\d{4}-\d\d-\d\d$/.test(value) ? 'raw' : 'unclear'
    case 'scrub':
      // What the detectors find was left in; a text without a find proves nothing.
      return detect(Buffer.from(value)).length > 0 ? 'raw' : 'unclear'
    case 'keep':
      return 'unclear'
  }
}

interface Seen {
  columns: number
  tables: number
  values: number
  readonly empty: string[]
  readonly unclear: string[]
  readonly raw: string[]
  readonly failed: string[]
  left: number
}

const labelledOf = (relation: SurveyRelation): readonly SurveyColumn[] =>
  relation.columns.filter(({ label }) => label !== undefined)

/** Every labelled column is asked for by name, table by table. Never throws for what the target says. */
export async function maskingChecks({ walls, target, run }: Proving, survey: Survey): Promise<Check[]> {
  const seen: Seen = { columns: 0, tables: 0, values: 0, empty: [], unclear: [], raw: [], failed: [], left: 0 }
  const wanted = survey.relations.filter(
    (relation) =>
      'rpm'.includes(relation.kind) &&
      !relation.isPartition &&
      relation.refused === undefined &&
      labelledOf(relation).length > 0,
  )
  seen.left = Math.max(0, wanted.length - tables)
  const session = walls.session({ level: 'read', scope: {}, limits: target.limits })
  try {
    for (const relation of wanted.slice(0, tables)) await prove(walls, session, run, relation, seen)
  } finally {
    session.close()
  }
  return checksOf(seen, wanted.length)
}

async function prove(
  walls: Walls,
  session: ReturnType<Walls['session']>,
  run: Run,
  relation: SurveyRelation,
  seen: Seen,
): Promise<void> {
  const columns = labelledOf(relation)
  const name = `${relation.schema}.${relation.name}`
  const text = `SELECT ${columns.map((one) => quoteName(one.name)).join(', ')} FROM ${nameOf(relation)} LIMIT ${rowsEach}`
  const judged = await session.judge(text, { searchPath: walls.searchPath, inTransaction: false, extended: false })
  if (isRefusal(judged)) return void seen.failed.push(`${name}: ${judged.title}`)
  const [verdict] = judged
  if (verdict === undefined) return void seen.failed.push(`${name}: no verdict`)
  try {
    const { fields, rows } = await run(verdict.sql, verdict.action)
    const alarm = walls.alarm(fields)
    if (alarm !== undefined) return void seen.raw.push(`${name}: ${alarm.title}`)
    seen.tables++
    for (const [at, column] of columns.entries())
      look(
        `${name}.${column.name}`,
        column,
        rows.map((row) => row[at] ?? null),
        seen,
      )
  } catch (error) {
    // closed: what could not be proved is told as not proved
    seen.failed.push(`${name}: ${error instanceof Error ? error.message : 'it failed'}`)
  }
}

/** One column's values: their shapes are counted, the values go. */
function look(name: string, { label }: SurveyColumn, values: readonly (string | null)[], seen: Seen): void {
  if (label === undefined) return
  seen.columns++
  const shapes = values.filter((value) => value !== null).map((value) => shapeOf(label.form, value))
  if (shapes.includes('raw')) seen.raw.push(`${name} (${label.form})`)
  else if (shapes.includes('unclear')) seen.unclear.push(name)
  else if (shapes.length === 0 && label.form !== 'null') seen.empty.push(name)
  seen.values += shapes.length
}

function checksOf(seen: Seen, all: number): Check[] {
  if (all === 0)
    return [
      {
        name: 'labels',
        group,
        ok: true,
        warning: true,
        detail: 'no column has a label, so nothing is masked',
        fix: ['mask: { public.customers.email: pii.email }   at the target in glovebox.yaml'],
      },
    ]
  const said = [
    `${seen.columns} columns came back masked (tables read: ${seen.tables}, values looked at: ${seen.values}, kept: none)`,
    ...(seen.unclear.length > 0
      ? [`${seen.unclear.length} scrubbed or kept, where nothing was found and nothing is proved`]
      : []),
    ...(seen.empty.length > 0 ? [`${seen.empty.length} without a value to prove it with`] : []),
    ...(seen.left > 0 ? [`${seen.left} more tables were not read`] : []),
  ]
  const ok = seen.raw.length === 0 && seen.failed.length === 0
  return [
    ok
      ? { name: 'canaries', group, ok, detail: said.join('; ') }
      : {
          name: 'canaries',
          group,
          ok,
          detail: [
            ...(seen.raw.length > 0 ? [`came back raw: ${some(seen.raw)}`] : []),
            ...(seen.failed.length > 0 ? [`could not be read: ${some(seen.failed)}`] : []),
          ].join('; '),
        },
  ]
}

/** What a person might try. None of it may reach the target; WHERE false makes it harmless if one ever did. */
const writes = (on: string, column: string): Readonly<Record<string, string>> => ({
  INSERT: `INSERT INTO ${on} SELECT * FROM ${on} WHERE false`,
  UPDATE: `UPDATE ${on} SET ${column} = ${column} WHERE false`,
  DELETE: `DELETE FROM ${on} WHERE false`,
  'DELETE in WITH': `WITH gone AS (DELETE FROM ${on} WHERE false RETURNING 1) SELECT * FROM gone`,
  TRUNCATE: `TRUNCATE ${on}`,
  'CREATE TABLE': 'CREATE TABLE glovebox_canary ()',
  'DROP TABLE': `DROP TABLE ${on}`,
  'COPY FROM': `COPY ${on} FROM STDIN`,
  'SELECT FOR UPDATE': `SELECT 1 FROM ${on} WHERE false FOR UPDATE`,
  'SET ROLE': 'SET ROLE postgres',
  'read-write': 'SET default_transaction_read_only = off',
  set_config: `SELECT pg_catalog.set_config('transaction_read_only', 'off', true)`,
  pg_terminate_backend: 'SELECT pg_catalog.pg_terminate_backend(0)',
  DO: `DO 'BEGIN END'`,
})

/** The first lock of read-only: every kind of write is refused by the walls, at level read. Nothing goes up. */
export async function writeCheck({ walls, target }: Omit<Proving, 'run'>, survey: Survey | undefined): Promise<Check> {
  const relation = survey?.relations.find(({ kind, columns }) => kind === 'r' && columns.length > 0)
  const on = relation === undefined ? 'glovebox_canary' : nameOf(relation)
  const statements = writes(on, quoteName(relation?.columns[0]?.name ?? 'id'))
  const session = walls.session({ level: 'read', scope: {}, limits: target.limits })
  const passed: string[] = []
  try {
    for (const [name, text] of Object.entries(statements)) {
      const judged = await session.judge(text, { searchPath: walls.searchPath, inTransaction: false, extended: false })
      if (!isRefusal(judged)) passed.push(name)
    }
  } finally {
    session.close()
  }
  return passed.length === 0
    ? {
        name: 'first wall',
        group: readOnly,
        ok: true,
        detail: `${Object.keys(statements).length} kinds of write (UPDATE, DELETE in WITH, COPY FROM, SET ROLE, DO …): refused before the target hears of them`,
      }
    : { name: 'first wall', group: readOnly, ok: false, detail: `would reach the target: ${passed.join(', ')}` }
}

/** The second lock: what the target itself says about our connections. */
export function transactionCheck(value: string | null | undefined): Check {
  return value === 'on'
    ? {
        name: 'transaction',
        group: readOnly,
        ok: true,
        detail: 'every connection of ours starts read-only; the target says so itself',
      }
    : {
        name: 'transaction',
        group: readOnly,
        ok: false,
        detail: `default_transaction_read_only is ${value ?? 'unknown'} on our connection`,
      }
}
