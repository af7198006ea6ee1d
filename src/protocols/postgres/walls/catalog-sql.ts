// The questions that make a snapshot of a database's catalogue. Each is one statement that stands alone and empties
// the search_path for itself first, so that every definition that the server deparses is fully qualified (C1).

/** Ahead of each question: a set-returning item that must run before the rest of the statement. */
const bare = `WITH gbx AS MATERIALIZED (SELECT pg_catalog.set_config('search_path', '', true))`

/** Where reading stops: the server's own objects have smaller oids. */
export const firstUserOid = 16384

/** One line that changes whenever user-made schemas, relations, columns, defaults, functions, rules or inheritance change (C3). */
export const digestSql = `SELECT pg_catalog.concat_ws('.', ${[
  'pg_namespace',
  'pg_class',
  'pg_attribute',
  'pg_attrdef',
  'pg_proc',
  'pg_rewrite',
  'pg_inherits',
  'pg_operator',
  'pg_cast',
  'pg_type',
  'pg_constraint',
]
  .map((relation) => {
    const oid = { pg_attribute: 'attrelid', pg_inherits: 'inhrelid' }[relation] ?? 'oid'
    return `(SELECT pg_catalog.concat_ws(':', pg_catalog.count(*), pg_catalog.sum(pg_catalog.hashtext(${oid}::text || '/' || xmin::text)::bigint)) FROM pg_catalog.${relation} WHERE ${oid} >= ${firstUserOid})`
  })
  .join(', ')})`

export const databaseSql = `SELECT pg_catalog.current_setting('server_encoding'), s.reset_val, pg_catalog.current_database(), current_user::text,
    pg_catalog.current_setting('default_transaction_isolation')
  FROM pg_catalog.pg_settings s WHERE s.name = 'search_path'`

export const relationsSql = `${bare} SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition, c.relpersistence,
    CASE WHEN c.relkind = 'v' AND c.oid >= ${firstUserOid} OR c.relkind = 'm' THEN pg_catalog.pg_get_viewdef(c.oid) END, e.extname,
    CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END,
    CASE WHEN c.relkind = 'v' AND c.oid >= ${firstUserOid} THEN (SELECT r.oid::text || '/' || r.xmin::text FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND r.rulename = '_RETURN') END
  FROM gbx, pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname !~ '^pg_(toast|temp)'`

/** Columns with their base type: domains are followed down, for a mask can't be bound by a domain's check (M9). */
export const columnsSql = `${bare}, base_types AS (
    WITH RECURSIVE base AS (
      SELECT oid AS domain, oid AS type, typtypmod AS typmod, typbasetype FROM pg_catalog.pg_type
      UNION ALL SELECT b.domain, t.oid, CASE WHEN t.typtype = 'd' AND t.typtypmod >= 0 THEN t.typtypmod ELSE b.typmod END, t.typbasetype
      FROM base b JOIN pg_catalog.pg_type t ON t.oid = b.typbasetype)
    SELECT domain, type, typmod FROM base WHERE typbasetype = 0)
  SELECT a.attrelid, a.attnum, a.attname, t.typname, tn.nspname,
    pg_catalog.format_type(b.type, CASE WHEN d.typtype = 'd' THEN b.typmod ELSE a.atttypmod END),
    t.typtype, t.typcategory, a.attgenerated, CASE WHEN d.typtype = 'd' THEN b.typmod ELSE a.atttypmod END, et.typname,
    CASE WHEN a.attcollation NOT IN (0, 100, 950) THEN (SELECT pg_catalog.quote_ident(ln.nspname) || '.' || pg_catalog.quote_ident(l.collname)
      FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace WHERE l.oid = a.attcollation) END
  FROM gbx, pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_type d ON d.oid = a.atttypid JOIN base_types b ON b.domain = d.oid
  JOIN pg_catalog.pg_type t ON t.oid = b.type JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
  LEFT JOIN pg_catalog.pg_type et ON et.oid = t.typelem AND t.typcategory = 'A'
  WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname !~ '^pg_(toast|temp)'
  ORDER BY a.attrelid, a.attnum`

export const inheritsSql = `SELECT inhrelid, inhparent FROM pg_catalog.pg_inherits`

export const foreignKeysSql = `SELECT conrelid, conkey::text, confrelid, confkey::text FROM pg_catalog.pg_constraint WHERE contype = 'f'`

/** Keys that GROUP BY may stand on: a deferrable one may be broken for a while. */
export const primaryKeysSql = `SELECT k.conrelid, a.attname FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
  WHERE k.contype = 'p' AND NOT k.condeferrable`

/** Columns of whole, plain unique indexes; false = one of them is not compared the column's own way. */
export const uniqueKeysSql = `SELECT i.indrelid, i.indexrelid, a.attname, o.opcdefault AND i.indcollation[k] = a.attcollation
  FROM pg_catalog.pg_index i CROSS JOIN LATERAL pg_catalog.generate_series(0, i.indnkeyatts - 1) AS k
  JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k]
  JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[k]
  WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indrelid >= ${firstUserOid}`

/** Generated columns and the columns they are made of: what their expression depends on; before PostgreSQL 15 the column itself does. */
export const generatedSql = `SELECT a.attrelid, a.attnum, d.refobjsubid
  FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
  JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = a.attrelid
    AND (d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.objid = f.oid
      OR d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = a.attrelid AND d.objsubid = a.attnum)
  WHERE a.attgenerated <> '' AND d.refobjsubid > 0 AND d.refobjsubid <> a.attnum`

export const functionsSql = `${bare} SELECT n.nspname, p.proname, p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')',
    l.lanname, p.provolatile, p.prokind, p.pronargs, p.pronargdefaults, p.provariadic <> 0, p.oid >= ${firstUserOid},
    EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
      JOIN pg_catalog.pg_available_extension_versions v ON v.name = e.extname AND v.version = e.extversion
      WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e' AND p.oid >= ${firstUserOid} AND v.trusted),
    p.proargtypes::text, p.proretset
  FROM gbx, pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace JOIN pg_catalog.pg_language l ON l.oid = p.prolang`

export const operatorsSql = `SELECT o.oprname, n.nspname, l.lanname FROM pg_catalog.pg_operator o
  JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode
  JOIN pg_catalog.pg_language l ON l.oid = p.prolang WHERE o.oid >= ${firstUserOid}`

/** User-made types: which of them run code of others when a value is made, and the types that they are made of (F6). Multiranges are younger than PostgreSQL 13. */
export const typesSql = `SELECT n.nspname, t.typname, t.typtype, l.lanname,
    EXISTS (SELECT FROM pg_catalog.pg_constraint c WHERE c.contypid = t.oid),
    EXISTS (SELECT FROM pg_catalog.pg_cast k JOIN pg_catalog.pg_proc kp ON kp.oid = k.castfunc JOIN pg_catalog.pg_language kl ON kl.oid = kp.prolang
      WHERE (k.casttarget = t.oid OR k.castsource = t.oid) AND kl.lanname NOT IN ('internal', 'c')),
    t.oid, pg_catalog.array_to_string(ARRAY[t.typelem, t.typbasetype] ||
      ARRAY(SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE t.oid = r.rngtypid OR t.oid::text = pg_catalog.to_jsonb(r) ->> 'rngmultitypid') ||
      ARRAY(SELECT a.atttypid FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), ' ')
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_catalog.pg_proc p ON p.oid = t.typinput LEFT JOIN pg_catalog.pg_language l ON l.oid = p.prolang
  WHERE t.oid >= ${firstUserOid} OR EXISTS (SELECT FROM pg_catalog.pg_cast k WHERE k.oid >= ${firstUserOid} AND k.casttarget = t.oid)`
