// The walls with one rule switched off, rule by rule. Each has to make some test fail: a rule whose loss nobody notices is
// a rule that could be lost.

/** One rule less. `name` = a function or method that gives `gives` at once instead of what it would find out. */
export interface Mutant {
  readonly rule: string
  /** Under src/protocols/postgres/walls/. */
  readonly file: string
  readonly name: string
  /** An expression of its own parameters; nothing = undefined. */
  readonly gives?: string
  /** In the fixed subset that runs each time. */
  readonly always?: boolean
}

export const mutants: readonly Mutant[] = [
  { rule: 'F1 to F3: the reviewed list', file: 'functions.ts', name: 'isAllowed', gives: 'true', always: true },
  { rule: 'R8: every function is judged', file: 'functions.ts', name: 'judgeFunction', gives: `'keep'` },
  { rule: 'F6: operators', file: 'functions.ts', name: 'judgeOperator', always: true },
  { rule: 'F6: types', file: 'functions.ts', name: 'judgeType' },
  { rule: 'R4: attributes that may be calls', file: 'functions.ts', name: 'deniedByName' },
  { rule: 'F5: arguments', file: 'arguments.ts', name: 'checkArguments' },
  { rule: 'F5: the name of a setting', file: 'arguments.ts', name: 'settingName' },
  { rule: 'F5: lengths', file: 'arguments.ts', name: 'length' },
  { rule: 'F5: series', file: 'arguments.ts', name: 'series' },
  { rule: 'P4: fields of nodes', file: 'walk.ts', name: 'fields' },
  { rule: 'R1: what comes before a name', file: 'model.ts', name: 'searchOrder', gives: 'path' },
  { rule: 'R1: WITH', file: 'scope.ts', name: 'findCte' },
  { rule: 'R2, K1: which relations are readable', file: 'model.ts', name: 'mayRead', gives: 'relation', always: true },
  { rule: 'R3: masked relations', file: 'labelled.ts', name: 'labelsOf', gives: 'new Map()' },
  { rule: 'R3: GROUP BY a key', file: 'group.ts', name: 'completeGroups' },
  { rule: 'C2: inheritance, partitions, keys', file: 'labelled.ts', name: 'spread' },
  { rule: 'C2: generated columns', file: 'labelled.ts', name: 'generate', gives: 'false', always: true },
  { rule: 'C2: materialised views', file: 'labelled.ts', name: 'markMaterialised' },
  { rule: 'K2: masks of catalogues', file: 'catalogs.ts', name: 'catalogMasks' },
  { rule: 'K3: bounds of partitions', file: 'labelled.ts', name: 'boundsOf', gives: '[]' },
  { rule: 'W2: modes of transactions', file: 'statements.ts', name: 'modes', gives: '[]', always: true },
  { rule: 'W5: settings', file: 'settings.ts', name: 'settingAllowed' },
  { rule: 'Q4: comparison with a value', file: 'compare.ts', name: 'compareOne', always: true },
  { rule: 'Q4: a mask as a condition', file: 'compare.ts', name: 'asCondition' },
  { rule: 'Q5: column against column', file: 'compare.ts', name: 'comparePair' },
  { rule: 'Q4: set operations', file: 'compare.ts', name: 'compareSets' },
  { rule: 'Q3, scope, observe: what a session adds', file: 'session.ts', name: '#refused' },
  { rule: 'The alarm over answers', file: 'index.ts', name: 'alarm' },
  { rule: 'The net for older servers', file: 'judge.ts', name: 'noOtherCalls' },
  { rule: 'R10: reading back what was emitted', file: 'text/emit.ts', name: 'isMeant', gives: 'true' },
  {
    rule: 'M2: redact',
    file: 'forms/forms-sql.ts',
    name: 'redactOf',
    gives: '({ form: "redact", sql: (ref) => ref })',
  },
  {
    rule: 'M3: partial',
    file: 'forms/forms-sql.ts',
    name: 'partialOf',
    gives: '({ form: "partial", sql: (ref) => ref })',
  },
  {
    rule: 'M3: generalise',
    file: 'forms/forms-sql.ts',
    name: 'generaliseOf',
    gives: '({ form: "generalise", sql: (ref) => ref })',
  },
  { rule: 'M4: keep', file: 'forms/forms-sql.ts', name: 'jsonKeep', gives: '({ form: "keep", sql: (ref) => ref })' },
  {
    rule: 'M6: pseudonym',
    file: 'forms/forms-sql.ts',
    name: 'textPseudonym',
    gives: '({ form: "pseudonym", sql: (ref) => ref })',
  },
  { rule: 'M5: scrub', file: 'forms/scrub-sql.ts', name: 'scrubOf', gives: '({ form: "scrub", sql: (ref) => ref })' },
]

/** The source without the rule. Throws where the function is not there any more: the list has to follow the code. */
export function applied({ file, name, gives = '' }: Mutant, text: string): string {
  const quoted = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const head = new RegExp(`(\\n(?:export )?(?:async )?function ${quoted}\\(|\\n {2}${quoted}\\()[^]*?\\{\\n`)
  const found = head.exec(text)
  if (found === null) throw new Error(`no function ${name} in ${file}`)
  const at = found.index + found[0].length
  return `${text.slice(0, at)}  if (Number('1') === 1) return ${gives}\n${text.slice(at)}`
}
