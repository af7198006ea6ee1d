// P4: the parts of the grammar that the walls know. A node kind or a field that is not here is refused, so new grammar
// stays closed until somebody has read it. `trees` are walked (`field:Kind` where the tree leaves the
// wrapper out), `plain` are values without a rule of their own.

interface Shape {
  readonly trees?: readonly string[]
  readonly plain?: readonly string[]
}

/** Expressions that need no more than their parts to be allowed. Others have their own rule in walk.ts. */
export const nodes: Readonly<Record<string, Shape>> = {
  A_ArrayExpr: { trees: ['elements'], plain: ['location', 'list_start', 'list_end'] },
  A_Const: { plain: ['ival', 'fval', 'boolval', 'sval', 'bsval', 'isnull', 'location'] },
  A_Indices: { trees: ['lidx', 'uidx'], plain: ['is_slice'] },
  A_Star: {},
  Boolean: { plain: ['boolval'] },
  BoolExpr: { trees: ['args'], plain: ['boolop', 'location'] },
  BooleanTest: { trees: ['arg'], plain: ['booltesttype', 'location'] },
  CaseWhen: { trees: ['expr', 'result'], plain: ['location'] },
  CoalesceExpr: { trees: ['args'], plain: ['location'] },
  CollateClause: { trees: ['arg'], plain: ['collname', 'location'] },
  Float: { plain: ['fval'] },
  GroupingFunc: { trees: ['args'], plain: ['location'] },
  GroupingSet: { trees: ['content'], plain: ['kind', 'location'] },
  Integer: { plain: ['ival'] },
  JsonAggConstructor: { trees: ['output:JsonOutput', 'agg_filter', 'agg_order', 'over:WindowDef'], plain: ['location'] },
  JsonArgument: { trees: ['val:JsonValueExpr'], plain: ['name'] },
  JsonArrayAgg: { trees: ['constructor:JsonAggConstructor', 'arg:JsonValueExpr'], plain: ['absent_on_null'] },
  JsonArrayConstructor: { trees: ['exprs', 'output:JsonOutput'], plain: ['absent_on_null', 'location'] },
  JsonBehavior: { trees: ['expr'], plain: ['btype', 'coerce', 'location'] },
  JsonFormat: { plain: ['format_type', 'encoding', 'location'] },
  JsonFuncExpr: { trees: ['context_item:JsonValueExpr', 'pathspec', 'passing', 'output:JsonOutput', 'on_empty:JsonBehavior', 'on_error:JsonBehavior'], plain: ['op', 'column_name', 'wrapper', 'quotes', 'location'] },
  JsonIsPredicate: { trees: ['expr', 'format:JsonFormat'], plain: ['item_type', 'unique_keys', 'location'] },
  JsonKeyValue: { trees: ['key', 'value:JsonValueExpr'] },
  JsonObjectAgg: { trees: ['constructor:JsonAggConstructor', 'arg:JsonKeyValue'], plain: ['absent_on_null', 'unique'] },
  JsonObjectConstructor: { trees: ['exprs', 'output:JsonOutput'], plain: ['absent_on_null', 'unique', 'location'] },
  JsonOutput: { trees: ['typeName:TypeName', 'returning:JsonReturning'] },
  JsonParseExpr: { trees: ['expr:JsonValueExpr', 'output:JsonOutput'], plain: ['unique_keys', 'location'] },
  JsonReturning: { trees: ['format:JsonFormat'], plain: ['typid', 'typmod'] },
  JsonScalarExpr: { trees: ['expr', 'output:JsonOutput'], plain: ['location'] },
  JsonSerializeExpr: { trees: ['expr:JsonValueExpr', 'output:JsonOutput'], plain: ['location'] },
  JsonTablePathSpec: { trees: ['string'], plain: ['name', 'name_location', 'location'] },
  JsonTableColumn: {
    trees: ['typeName:TypeName', 'pathspec:JsonTablePathSpec', 'format:JsonFormat', 'columns', 'on_empty:JsonBehavior', 'on_error:JsonBehavior'],
    plain: ['coltype', 'name', 'wrapper', 'quotes', 'location'],
  },
  JsonValueExpr: { trees: ['raw_expr', 'formatted_expr', 'format:JsonFormat'] },
  List: { trees: ['items'] },
  MinMaxExpr: { trees: ['args'], plain: ['op', 'location'] },
  NamedArgExpr: { trees: ['arg'], plain: ['name', 'argnumber', 'location'] },
  NullTest: { trees: ['arg'], plain: ['nulltesttype', 'argisrow', 'location'] },
  ParamRef: { plain: ['number', 'location'] },
  RangeTableFuncCol: { trees: ['typeName:TypeName', 'colexpr', 'coldefexpr'], plain: ['colname', 'for_ordinality', 'is_not_null', 'location'] },
  RowExpr: { trees: ['args'], plain: ['row_format', 'colnames', 'location'] },
  SQLValueFunction: { plain: ['op', 'type', 'typmod', 'location'] },
  String: { plain: ['sval'] },
  WindowDef: { trees: ['partitionClause', 'orderClause', 'startOffset', 'endOffset'], plain: ['name', 'refname', 'frameOptions', 'location'] },
  XmlExpr: { trees: ['named_args', 'args'], plain: ['op', 'name', 'arg_names', 'xmloption', 'indent', 'type', 'typmod', 'location'] },
  XmlSerialize: { trees: ['expr', 'typeName:TypeName'], plain: ['xmloption', 'indent', 'location'] },
  ColumnDef: { trees: ['typeName:TypeName', 'collClause:CollateClause'], plain: ['colname', 'is_local', 'location'] },
}

/** Nodes with their own rule: every field that the rule reads or may pass over. */
export const ruled: Readonly<Record<string, readonly string[]>> = {
  A_Expr: ['kind', 'name', 'lexpr', 'rexpr', 'rexpr_list_start', 'rexpr_list_end', 'location'],
  A_Indirection: ['arg', 'indirection'],
  Alias: ['aliasname', 'colnames'],
  CaseExpr: ['arg', 'args', 'defresult', 'location'],
  ColumnRef: ['fields', 'location'],
  CommonTableExpr: ['ctename', 'aliascolnames', 'ctematerialized', 'ctequery', 'location'],
  FuncCall: ['funcname', 'args', 'agg_order', 'agg_filter', 'over', 'agg_within_group', 'agg_star', 'agg_distinct', 'func_variadic', 'funcformat', 'location'],
  JoinExpr: ['jointype', 'isNatural', 'larg', 'rarg', 'usingClause', 'join_using_alias', 'quals', 'alias', 'rtindex'],
  JsonTable: ['context_item', 'pathspec', 'passing', 'columns', 'on_error', 'alias', 'lateral', 'location'],
  JsonArrayQueryConstructor: ['query', 'output', 'format', 'absent_on_null', 'location'],
  RangeFunction: ['lateral', 'ordinality', 'is_rowsfrom', 'functions', 'alias', 'coldeflist'],
  RangeSubselect: ['lateral', 'subquery', 'alias'],
  RangeTableFunc: ['lateral', 'docexpr', 'rowexpr', 'namespaces', 'columns', 'alias', 'location'],
  RangeTableSample: ['relation', 'method', 'args', 'repeatable', 'location'],
  RangeVar: ['schemaname', 'relname', 'inh', 'relpersistence', 'alias', 'location'],
  ResTarget: ['name', 'val', 'location'],
  SelectStmt: [
    'distinctClause', 'targetList', 'fromClause', 'whereClause', 'groupClause', 'groupDistinct', 'havingClause', 'windowClause', 'valuesLists',
    'sortClause', 'limitOffset', 'limitCount', 'limitOption', 'withClause', 'op', 'all', 'larg', 'rarg',
  ],
  SortBy: ['node', 'sortby_dir', 'sortby_nulls', 'useOp', 'location'],
  SubLink: ['subLinkType', 'testexpr', 'operName', 'subselect', 'location'],
  TypeCast: ['arg', 'typeName', 'location'],
  TypeName: ['names', 'setof', 'typmods', 'typemod', 'arrayBounds', 'location'],
  WithClause: ['ctes', 'recursive', 'location'],
}
