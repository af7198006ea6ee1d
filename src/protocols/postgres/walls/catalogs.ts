// K2: columns of the server's own relations that hold values, secrets or other people's statements, and what is shown
// instead. Everything else of a relation on the reviewed list passes.
import { quoteText } from './text/lexer.ts'
import type { Column, Relation } from './catalog.ts'

export type Masker = (ref: string, column: Column) => string

// A table's own values of any type: no constant of type anyarray can be written, so an empty CASE makes the null.
const nothing: Masker = (ref, column) =>
  column.cast.endsWith('anyarray') ? `CASE WHEN false THEN ${ref} END` : `NULL::${column.cast}`

/**
 * A statement's text without its constants; names in quotes stay. It may be cut anywhere: from a quote without partner
 * on everything goes. Where one pass of patterns could lose its step (backslashes, dollar strings, comments within
 * comments) everything from the first quote, dollar or comment on goes.
 */
export const literals: Masker = (ref, column) => {
  const text = `${ref}::pg_catalog.text`
  const replace = (sql: string, pattern: string, by: string): string =>
    `pg_catalog.regexp_replace(${sql}, ${quoteText(pattern)}, ${quoteText(by)}, 'g')`
  const comment = `(--[^\n]*)|(/\\*([^*]|\\*+[^*/])*\\*+/)`
  const plain = replace(
    replace(replace(text, `${comment}|('([^']|'')*')|("([^"]|"")*")`, `\\6`), `('|/\\*).*$`, '?'),
    `\\m[0-9][0-9A-Za-z_.]*`,
    '?',
  )
  const hard = `${text} OPERATOR(pg_catalog.~) ${quoteText(`\\\\|\\$([^0-9$\\s'"][^$\\s'"]*)?\\$|/\\*([^*]|\\*[^/])*/\\*`)}`
  return `(CASE WHEN ${hard} THEN ${replace(text, `(['"$]|--|/\\*).*$`, '?')} ELSE ${plain} END)::${column.cast}`
}

/** name=value settings: values of custom names (with a dot) may be secrets of an application. */
const configs: Masker = (ref, column) =>
  `(CASE WHEN ${ref} IS NOT NULL THEN ARRAY(SELECT pg_catalog.regexp_replace(e, '^([^=]*\\.[^=]*)=.*$', '\\1=[redacted]') FROM pg_catalog.unnest(${ref}) WITH ORDINALITY AS u(e, o) ORDER BY o) END)::${column.cast}`

/** Settings that carry passwords or commands. */
export const secretSettings: readonly string[] = [
  'primary_conninfo',
  'archive_command',
  'restore_command',
  'ssl_passphrase_command',
  'archive_cleanup_command',
  'recovery_end_command',
]
const setting: Masker = (ref, column) =>
  `(CASE WHEN gbx."name" OPERATOR(pg_catalog.=) ANY (ARRAY[${secretSettings.map(quoteText).join(', ')}]) OR pg_catalog.strpos(gbx."name", '.') OPERATOR(pg_catalog.>) 0 THEN NULL ELSE ${ref} END)::${column.cast}`

const valuesOfStats = [
  'most_common_vals',
  'most_common_freqs',
  'histogram_bounds',
  'correlation',
  'most_common_elems',
  'most_common_elem_freqs',
  'elem_count_histogram',
  'range_length_histogram',
  'range_bounds_histogram',
]
const all = (names: readonly string[], masker: Masker): Readonly<Record<string, Masker>> =>
  Object.fromEntries(names.map((name) => [name, masker]))

const masks: Readonly<Record<string, Readonly<Record<string, Masker>>>> = {
  'pg_catalog.pg_stats': all(valuesOfStats, nothing),
  'pg_catalog.pg_attribute': all(['attmissingval', 'attfdwoptions'], nothing),
  'pg_catalog.pg_stat_activity': { query: literals },
  'pg_catalog.pg_foreign_server': { srvoptions: nothing },
  'pg_catalog.pg_foreign_data_wrapper': { fdwoptions: nothing },
  'pg_catalog.pg_foreign_table': { ftoptions: nothing },
  'pg_catalog.pg_user_mappings': { umoptions: nothing },
  'pg_catalog.pg_subscription': { subconninfo: nothing },
  'pg_catalog.pg_db_role_setting': { setconfig: configs },
  'pg_catalog.pg_roles': { rolconfig: configs },
  'pg_catalog.pg_user': { useconfig: configs },
  'pg_catalog.pg_settings': all(['setting', 'boot_val', 'reset_val'], setting),
  'information_schema.user_mapping_options': { option_value: nothing },
  'information_schema.foreign_server_options': { option_value: nothing },
  'information_schema.foreign_table_options': { option_value: nothing },
  'information_schema.foreign_data_wrapper_options': { option_value: nothing },
  'information_schema.column_options': { option_value: nothing },
  'information_schema._pg_user_mappings': all(['umoptions'], nothing),
  'information_schema._pg_foreign_servers': all(['srvoptions'], nothing),
  'information_schema._pg_foreign_tables': all(['ftoptions'], nothing),
  'information_schema._pg_foreign_table_columns': all(['attfdwoptions'], nothing),
  'information_schema._pg_foreign_data_wrappers': all(['fdwoptions'], nothing),
}
const statements = { query: literals }

/** Other sessions' statements, shown by an extension that most servers have. */
export const isStatementStatistics = (relation: Relation): boolean =>
  relation.extension === 'pg_stat_statements' && relation.name.startsWith('pg_stat_statements')

/** Columns that hold code, or the trees that the server makes of it (K3). */
const sources: Readonly<Record<string, readonly string[]>> = {
  'pg_catalog.pg_proc': ['prosrc', 'probin', 'prosqlbody', 'proargdefaults'],
  'pg_catalog.pg_rewrite': ['ev_qual', 'ev_action'],
  'pg_catalog.pg_views': ['definition'],
  'pg_catalog.pg_matviews': ['definition'],
  'pg_catalog.pg_rules': ['definition'],
  'pg_catalog.pg_constraint': ['conbin'],
  'pg_catalog.pg_attrdef': ['adbin'],
  'pg_catalog.pg_trigger': ['tgqual', 'tgargs'],
  'pg_catalog.pg_policy': ['polqual', 'polwithcheck'],
  'pg_catalog.pg_policies': ['qual', 'with_check'],
  'pg_catalog.pg_index': ['indexprs', 'indpred'],
  'pg_catalog.pg_indexes': ['indexdef'],
  'pg_catalog.pg_type': ['typdefaultbin', 'typdefault'],
  'pg_catalog.pg_publication_rel': ['prqual'],
  'pg_catalog.pg_publication_tables': ['rowfilter'],
  'pg_catalog.pg_partitioned_table': ['partexprs'],
  'pg_catalog.pg_statistic_ext': ['stxexprs'],
  'information_schema.views': ['view_definition'],
  'information_schema.routines': ['routine_definition'],
  'information_schema.check_constraints': ['check_clause'],
  'information_schema.columns': ['column_default', 'generation_expression'],
  'information_schema.domains': ['domain_default'],
  'information_schema.parameters': ['parameter_default'],
  'information_schema.attributes': ['attribute_default'],
  'information_schema.triggers': ['action_condition', 'action_statement'],
}

/** Functions that give such code; under `hideSource` they are asked about nothing. */
export const sourceFunctions: ReadonlySet<string> = new Set([
  'pg_get_constraintdef',
  'pg_get_function_arg_default',
  'pg_get_function_arguments',
  'pg_get_function_sqlbody',
  'pg_get_functiondef',
  'pg_get_indexdef',
  'pg_get_partition_constraintdef',
  'pg_get_ruledef',
  'pg_get_statisticsobjdef',
  'pg_get_statisticsobjdef_columns',
  'pg_get_statisticsobjdef_expressions',
  'pg_get_triggerdef',
  'pg_get_viewdef',
])

/** Masks by column name of a relation of the server; undefined = it passes whole. `boundsOf`: partitions whose bounds are labelled values (K3). */
export function catalogMasks(
  relation: Relation,
  { boundsOf, hideSource }: { readonly boundsOf: readonly number[]; readonly hideSource: boolean },
): Readonly<Record<string, Masker>> | undefined {
  if (isStatementStatistics(relation)) return statements
  if (!relation.system) return undefined
  const name = `${relation.schema}.${relation.name}`
  const own = Object.hasOwn(masks, name) ? masks[name] : undefined
  const bounds: Readonly<Record<string, Masker>> | undefined =
    name === 'pg_catalog.pg_class' && boundsOf.length > 0
      ? {
          relpartbound: (ref) =>
            `CASE WHEN gbx."oid" OPERATOR(pg_catalog.=) ANY (ARRAY[${boundsOf.join(', ')}]::pg_catalog.oid[]) THEN NULL ELSE ${ref} END`,
        }
      : undefined
  const source = hideSource && Object.hasOwn(sources, name) ? all(sources[name] ?? [], nothing) : undefined
  return own === undefined && bounds === undefined && source === undefined
    ? undefined
    : { ...own, ...bounds, ...source }
}
