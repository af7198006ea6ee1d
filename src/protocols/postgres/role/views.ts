// Wall 2, level L2: the SQL that makes the masked views, their owner, and a role that can read them and no table. Text
// only. The owner can't sign in; it alone may read the tables, and of those only the columns that a mask looks at.
import type { Survey, SurveyRelation } from '../walls/types.ts'
import { quoteName, quoteText } from '../walls/text/lexer.ts'
import { hasView, rowColumns, type ViewColumn, viewMark, viewName, viewSchema, viewText } from '../walls/through.ts'
import {
  nameOf,
  othersOf,
  roleStatements,
  type RoleFacts,
  type RoleWish,
  schemasOf,
  type Script,
  takeBack,
  undoRole,
  withheld,
} from './provision.ts'

/** Owner of the views. */
const viewOwner = 'glovebox_views'
const owner = quoteName(viewOwner)
const into = quoteName(viewSchema)

/** Without our own schema: it is made anew. */
const without = (survey: Survey): Survey => ({
  ...survey,
  relations: survey.relations.filter(({ schema }) => schema !== viewSchema),
})

const columnsOf = (relation: SurveyRelation): ViewColumn[] =>
  relation.columns.map(({ name, label }) => (label === undefined ? { name } : { name, mask: label.sql }))

/** The script of L2. Everything is made anew, in one transaction: nobody sees a moment without views. */
export function provisionL2(whole: Survey, wish: RoleWish, facts: RoleFacts): Script {
  const survey = without(whole)
  const role = quoteName(wish.role)
  const schemas = schemasOf(survey)
  const relations = survey.relations.filter(hasView)
  // One by one and never by CASCADE: what others have made in this schema or on top of a view stays, and stops us.
  const old = whole.relations
    .filter(({ schema, kind }) => schema === viewSchema && kind === 'v')
    .map(({ name }) => name)
  const dropped = [...new Set([...old, ...relations.map(viewName)])].map(
    (name) => `DROP VIEW IF EXISTS ${into}.${quoteName(name)};`,
  )
  return {
    statements: [
      ...roleStatements(wish, facts),
      `GRANT CONNECT ON DATABASE ${quoteName(survey.database)} TO ${role};`,
      ...takeBack(schemas, role),
      // Names are looked up in these schemas ('public.orders'::regclass); nothing in them can be read.
      ...schemas.map((schema) => `GRANT USAGE ON SCHEMA ${quoteName(schema)} TO ${role};`),
      ...readable(survey, role),
      ...ownerStatements(schemas, relations),
      ...dropped,
      `CREATE SCHEMA IF NOT EXISTS ${into};`,
      `GRANT USAGE, CREATE ON SCHEMA ${into} TO ${owner};`,
      ...relations.flatMap((relation) => viewStatements(relation, role)),
      `REVOKE CREATE ON SCHEMA ${into} FROM ${owner};`,
      `GRANT USAGE ON SCHEMA ${into} TO ${role};`,
      `REVOKE ${owner} FROM CURRENT_USER;`,
    ],
    undo: [
      ...dropped,
      `DROP SCHEMA IF EXISTS ${into};`,
      ...takeBack(schemas, owner),
      `DROP ROLE ${owner};`,
      ...undoRole(survey, wish, facts),
    ],
    others: othersOf(survey, facts),
    notes: [
      ...(facts.roleExists
        ? ['The role exists: what it has now is taken from it first. The way back does not give it again.']
        : []),
      `${relations.length} views hold the masks; ${wish.role} reads them and no table. They are to be made again after each migration, and after each change of labels:`,
      'until then the gateway refuses the tables that differ, and nothing else.',
      `Write at the target in glovebox.yaml:  through: views`,
    ],
  }
}

/** What has no rows of people: sequences. */
const readable = (survey: Survey, role: string): string[] =>
  survey.relations
    .filter(({ kind, extension }) => kind === 'S' && extension === undefined)
    .map((relation) => `GRANT SELECT ON SEQUENCE ${nameOf(relation)} TO ${role};`)

function ownerStatements(schemas: readonly string[], relations: readonly SurveyRelation[]): string[] {
  return [
    `DO $glovebox$ BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${quoteText(viewOwner)}) THEN CREATE ROLE ${owner} NOLOGIN; END IF; END $glovebox$;`,
    `ALTER ROLE ${owner} NOLOGIN NOINHERIT;`,
    `GRANT ${owner} TO CURRENT_USER;`,
    ...takeBack(schemas, owner),
    ...schemas.map((schema) => `GRANT USAGE ON SCHEMA ${quoteName(schema)} TO ${owner};`),
    ...relations.map((relation) => {
      const closed = withheld(relation)
      const open = relation.columns.filter(({ name }) => !closed.includes(name)).map(({ name }) => quoteName(name))
      return `GRANT SELECT (${[...open, ...rowColumns].join(', ')}) ON ${nameOf(relation)} TO ${owner};`
    }),
  ]
}

function viewStatements(relation: SurveyRelation, role: string): string[] {
  const view = `${into}.${quoteName(viewName(relation))}`
  const text = viewText(relation, columnsOf(relation))
  return [
    `CREATE VIEW ${view} WITH (security_barrier) AS ${text};`,
    `COMMENT ON VIEW ${view} IS ${quoteText(viewMark(text))};`,
    `ALTER VIEW ${view} OWNER TO ${owner};`,
    `GRANT SELECT ON ${view} TO ${role};`,
  ]
}
