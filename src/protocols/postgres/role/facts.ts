// Questions about rights, for provisioning: what the role is already, and what everybody may. Answers of the server, read
// in a session of the gateway.
import { quoteText } from '../walls/text/lexer.ts'
import type { RoleFacts } from './provision.ts'

type Load = (sql: string) => Promise<readonly (readonly (string | null)[])[]>

/** Schemas of people, not of the server. */
export const userSchema = (alias: string): string =>
  `${alias}.nspname NOT IN ('pg_catalog', 'information_schema') AND ${alias}.nspname !~ '^pg_(toast|temp)'`

const relationsOfPublic = `SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), pg_catalog.string_agg(DISTINCT a.privilege_type, ', ')
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace, pg_catalog.aclexplode(c.relacl) a
  WHERE a.grantee = 0 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${userSchema('n')}
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
  GROUP BY 1 ORDER BY 1`

/** Functions that run with their owner's rights and that everybody may call. */
export const definersOfPublic = `SELECT pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)), o.rolname
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace JOIN pg_catalog.pg_roles o ON o.oid = p.proowner
  WHERE p.prosecdef AND p.prokind IN ('f', 'w') AND ${userSchema('n')}
    AND EXISTS (SELECT FROM pg_catalog.aclexplode(COALESCE(p.proacl, pg_catalog.acldefault('f', p.proowner))) a WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE')
  ORDER BY 1`

const schemasOfPublic = `SELECT pg_catalog.quote_ident(n.nspname) FROM pg_catalog.pg_namespace n, pg_catalog.aclexplode(n.nspacl) a
  WHERE a.grantee = 0 AND a.privilege_type = 'CREATE' AND ${userSchema('n')} ORDER BY 1`

const temporaryOfPublic = `SELECT EXISTS (SELECT FROM pg_catalog.pg_database d,
    pg_catalog.aclexplode(COALESCE(d.datacl, pg_catalog.acldefault('d', d.datdba))) a
  WHERE d.datname = pg_catalog.current_database() AND a.grantee = 0 AND a.privilege_type = 'TEMPORARY')`

/** Asks for everything, one statement after the other. */
export async function roleFacts(load: Load, major: number, role: string): Promise<RoleFacts> {
  const of = `r.rolname = ${quoteText(role)}`
  const first = (rows: Awaited<ReturnType<Load>>): string[] => rows.map((row) => row[0] ?? '')
  return {
    major,
    roleExists: (await load(`SELECT 1 FROM pg_catalog.pg_roles r WHERE ${of}`)).length > 0,
    memberOf: first(
      await load(
        `SELECT pg_catalog.quote_ident(g.rolname) FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r ON r.oid = m.member JOIN pg_catalog.pg_roles g ON g.oid = m.roleid WHERE ${of} ORDER BY 1`,
      ),
    ),
    publicRelations: (await load(relationsOfPublic)).map((row) => ({ name: row[0] ?? '', rights: row[1] ?? '' })),
    publicDefiners: first(await load(definersOfPublic)),
    publicCreate: first(await load(schemasOfPublic)),
    publicTemporary: (await load(temporaryOfPublic))[0]?.[0] === 't',
  }
}
