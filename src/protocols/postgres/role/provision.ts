// Wall 2, level L1: the SQL that makes a role which can read what the gateway reads and nothing else. Text only; nothing
// here runs. The script can be run again at any time: it takes everything back first and gives it anew, in one transaction.
import type { Limits } from '../../../core/nouns.ts'
import type { Survey, SurveyRelation } from '../walls/types.ts'
import { quoteName, quoteText } from '../walls/text/lexer.ts'
import { rowColumns, viewSchema } from '../walls/through.ts'

export interface RoleWish {
  readonly role: string
  /** Connections that the role may have at once. */
  readonly connections: number
  /** Also pg_monitor: statistics of the whole server, with the statements of other sessions. */
  readonly monitor: boolean
  readonly limits: Limits
}

/** What the server says about the role and about rights that everybody has. Names are quoted where SQL needs it. */
export interface RoleFacts {
  readonly major: number
  readonly roleExists: boolean
  readonly memberOf: readonly string[]
  /** Relations with rights of PUBLIC, as SQL names them: whoever signs in can use these. */
  readonly publicRelations: readonly { readonly name: string; readonly rights: string }[]
  /** SECURITY DEFINER functions that PUBLIC may call. */
  readonly publicDefiners: readonly string[]
  readonly publicCreate: readonly string[]
  readonly publicTemporary: boolean
}

export interface Script {
  /** In one transaction, in this order. */
  readonly statements: readonly string[]
  /** The way back, in one transaction. */
  readonly undo: readonly string[]
  /** Changes that take rights from others as well: for people to decide, never applied by us. */
  readonly others: readonly string[]
  /** Sentences for whoever reads the script. */
  readonly notes: readonly string[]
}

export const roleName = /^[a-z_][a-z0-9_]{0,62}$/

/** `schema.table`, quoted. */
export const nameOf = ({ schema, name }: Pick<SurveyRelation, 'schema' | 'name'>): string =>
  `${quoteName(schema)}.${quoteName(name)}`

/** Kinds with rows of their own. */
const stored = new Set(['r', 'p', 'm'])

/** Columns that no statement of the gateway looks at: their mask is a constant. */
export const withheld = (relation: SurveyRelation): readonly string[] =>
  stored.has(relation.kind)
    ? relation.columns.filter(({ label }) => label?.readsNothing === true).map(({ name }) => name)
    : []

/** What the role gets on one relation; undefined = nothing. */
function grantOf(relation: SurveyRelation, role: string): string | undefined {
  const on = nameOf(relation)
  // Members of extensions have the rights that their extension gave to everybody.
  if (relation.extension !== undefined) return undefined
  // Of L2: read by their own role.
  if (relation.schema === viewSchema) return undefined
  if (relation.kind === 'S') return `GRANT SELECT ON SEQUENCE ${on} TO ${role};`
  if (relation.kind === 'v') return relation.isInlined ? undefined : `GRANT SELECT ON ${on} TO ${role};`
  if (!stored.has(relation.kind)) return undefined
  if (relation.columns.every(({ label }) => label === undefined)) return `GRANT SELECT ON ${on} TO ${role};`
  // Where a row lies and which partition it is in is no content, and asked for while debugging.
  // By name also where nothing is withheld: a column that is added later stays closed until somebody has looked at it.
  const open = relation.columns.filter(({ label }) => label?.readsNothing !== true).map(({ name }) => quoteName(name))
  return `GRANT SELECT (${[...open, ...rowColumns].join(', ')}) ON ${on} TO ${role};`
}

/** The role itself: made when it is missing, without the rights to make others, and with its settings. */
export function roleStatements(wish: RoleWish, facts: RoleFacts): string[] {
  const role = quoteName(wish.role)
  const { limits } = wish
  const settings = {
    default_transaction_read_only: 'on',
    statement_timeout: `${limits.statementTimeoutMs}ms`,
    lock_timeout: `${limits.lockTimeoutMs}ms`,
    idle_in_transaction_session_timeout: `${limits.idleTransactionTimeoutMs}ms`,
  }
  // Before 16 a membership is only of use to a role that inherits.
  const inherits = wish.monitor && facts.major < 16
  const kept = wish.monitor ? ['pg_monitor'] : []
  return [
    `DO $glovebox$ BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${quoteText(wish.role)}) THEN CREATE ROLE ${role} LOGIN; END IF; END $glovebox$;`,
    `ALTER ROLE ${role} LOGIN ${inherits ? 'INHERIT' : 'NOINHERIT'} CONNECTION LIMIT ${wish.connections};`,
    ...facts.memberOf.filter((name) => !kept.includes(name)).map((name) => `REVOKE ${name} FROM ${role};`),
    ...(wish.monitor ? [`GRANT pg_monitor TO ${role}${facts.major >= 16 ? ' WITH INHERIT TRUE' : ''};`] : []),
    ...Object.entries(settings).map(([name, value]) => `ALTER ROLE ${role} SET ${name} = ${quoteText(value)};`),
  ]
}

/** Takes everything from the role that it has by itself in these schemas. */
export const takeBack = (schemas: readonly string[], role: string): string[] =>
  schemas
    .map(quoteName)
    .flatMap((schema) => [
      `REVOKE ALL ON ALL TABLES IN SCHEMA ${schema} FROM ${role};`,
      `REVOKE ALL ON ALL SEQUENCES IN SCHEMA ${schema} FROM ${role};`,
      `REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ${schema} FROM ${role};`,
      `REVOKE ALL ON SCHEMA ${schema} FROM ${role};`,
    ])

export const schemasOf = (survey: Survey): readonly string[] => [
  ...new Set(survey.relations.map(({ schema }) => schema)),
]

/** The way back from a role: what it was given is taken, and it goes where we made it. */
export function undoRole(survey: Survey, wish: RoleWish, facts: RoleFacts): string[] {
  const role = quoteName(wish.role)
  return [
    ...takeBack(schemasOf(survey), role),
    `REVOKE ALL ON DATABASE ${quoteName(survey.database)} FROM ${role};`,
    ...(wish.monitor ? [`REVOKE pg_monitor FROM ${role};`] : []),
    ...(facts.roleExists
      ? [`ALTER ROLE ${role} RESET ALL;`, ...facts.memberOf.map((name) => `GRANT ${name} TO ${role};`)]
      : [`DROP ROLE ${role};`]),
  ]
}

/** Rights of everybody, which no role can be without: what they would have to lose. */
export function othersOf(survey: Survey, facts: RoleFacts): string[] {
  return [
    ...facts.publicRelations.map(({ name, rights }) => `REVOKE ${rights} ON ${name} FROM PUBLIC;`),
    ...facts.publicCreate.map((schema) => `REVOKE CREATE ON SCHEMA ${schema} FROM PUBLIC;`),
    ...(facts.publicTemporary ? [`REVOKE TEMPORARY ON DATABASE ${quoteName(survey.database)} FROM PUBLIC;`] : []),
    ...facts.publicDefiners.map((signature) => `REVOKE EXECUTE ON FUNCTION ${signature} FROM PUBLIC;`),
  ]
}

/** The script of L1. Total: every relation of the survey is either granted, or left out for a reason that a note tells. */
export function provisionL1(survey: Survey, wish: RoleWish, facts: RoleFacts): Script {
  const role = quoteName(wish.role)
  const schemas = schemasOf(survey)
  const hidden = survey.relations.flatMap((relation) => withheld(relation).map((name) => [relation, name] as const))
  const inlined = survey.relations.filter((relation) => relation.kind === 'v' && relation.isInlined)
  const readable = survey.relations.flatMap(({ kind, columns }) =>
    stored.has(kind) ? columns.filter(({ label }) => label?.form === 'redact' && !label.readsNothing) : [],
  )
  return {
    statements: [
      ...roleStatements(wish, facts),
      `GRANT CONNECT ON DATABASE ${quoteName(survey.database)} TO ${role};`,
      ...takeBack(schemas, role),
      ...schemas.map((schema) => `GRANT USAGE ON SCHEMA ${quoteName(schema)} TO ${role};`),
      ...survey.relations.flatMap((relation) => grantOf(relation, role) ?? []),
    ],
    undo: undoRole(survey, wish, facts),
    others: othersOf(survey, facts),
    notes: [
      ...(facts.roleExists
        ? ['The role exists: what it has now is taken from it first. The way back does not give it again.']
        : []),
      `${hidden.length} columns are withheld from the role: their masks are constants that read nothing.`,
      ...(inlined.length === 0
        ? []
        : [
            `${inlined.length} views are not granted: the gateway reads the tables below them, and by themselves they would show what is masked.`,
          ]),
      ...(readable.length === 0
        ? []
        : [
            `${readable.length} redacted columns stay readable for the role, since their mask shows whether there is a value. hideNull: true at their label withholds them too.`,
          ]),
    ],
  }
}
