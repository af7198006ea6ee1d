// F1 to F7: which functions, operators and types a statement may use. Arguments are masked before they get there, so
// what counts is whether a function reads or changes something by itself, or burns resources.
import { refusal, type Refusal } from '../../../core/error.ts'
import type { Catalog, Routine } from './catalog.ts'
import type { Lists } from './lists/read.ts'

/** May this very function be called? Closed: what is on no list may not (F7). */
export function isAllowed(lists: Lists, routine: Routine): boolean {
  if (routine.schema === 'pg_catalog' && !routine.user) return lists.functions.has(routine.signature)
  if (routine.schema === 'information_schema' && !routine.user)
    return lists.functions.has(`information_schema.${routine.signature}`)
  if (lists.allowed?.has(`${routine.schema}.${routine.signature}`) === true) return routine.kind !== 'p'
  return (
    routine.trusted &&
    routine.language === 'c' &&
    routine.volatility === 'i' &&
    routine.kind !== 'p' &&
    !routine.types.split(' ').some((oid) => oid === '2281' || oid === '2275')
  )
}

/** keep: as written. qualify: put pg_catalog in front, so that nothing else by that name can be meant. */
export type FunctionVerdict = 'keep' | 'qualify' | Refusal

const notAllowed = (routine: Routine | undefined, name: string): Refusal =>
  refusal('GBX-1204', {
    function: routine === undefined ? name : `${routine.schema}.${routine.signature}`,
    why:
      routine === undefined
        ? 'No function of that name is known here.'
        : routine.user
          ? `It may read or change data out of the sight of Glovebox. Whoever knows that it does not allows it at the target: functions: ["${routine.schema}.${routine.signature}"]`
          : 'It is not on the reviewed list for this PostgreSQL version: it reads, changes or burns something by itself.',
  })

/** R8: every function that a call could mean has to be allowed. `args` = how many are given; undefined = a VARIADIC call. */
export function judgeFunction(
  catalog: Catalog,
  lists: Lists,
  path: readonly string[],
  args: number | undefined,
): FunctionVerdict {
  const name = path.at(-1) ?? ''
  const schema = path.length > 1 ? path.at(-2) : undefined
  const fits = (routine: Routine): boolean => args === undefined || (args >= routine.argsMin && args <= routine.argsMax)
  const all = (catalog.routines.get(name) ?? []).filter(
    (routine) => (schema === undefined || routine.schema === schema) && fits(routine),
  )
  // In FROM, unnest of several arrays is PostgreSQL's own unnest of each, whatever else has that name.
  if (all.length === 0 && path.length === 1 && name === 'unnest' && args !== undefined && args > 1)
    return judgeFunction(catalog, lists, ['pg_catalog', 'unnest'], 1)
  if (all.length === 0)
    return notAllowed(
      catalog.routines.get(name)?.find((routine) => schema === undefined || routine.schema === schema),
      path.join('.'),
    )
  const own = all.filter((routine) => routine.schema === 'pg_catalog')
  const others = all.filter((routine) => routine.schema !== 'pg_catalog')
  const bad = own.find((routine) => !isAllowed(lists, routine))
  if (bad !== undefined) return notAllowed(bad, name)
  const foreign = others.find((routine) => !isAllowed(lists, routine))
  if (foreign === undefined) return 'keep'
  return own.length > 0 && schema === undefined ? 'qualify' : notAllowed(foreign, name)
}

/** A function by this name that may not be called, if there is one: `t.f` could be such a call (R4). */
export function deniedByName(catalog: Catalog, lists: Lists, name: string): Routine | undefined {
  return catalog.routines
    .get(name)
    ?.find(
      (routine) =>
        routine.argsMin <= 1 && routine.argsMax >= 1 && !isAllowed(lists, routine) && !takesOnlyInternal(routine),
    )
}

// Input and output functions take cstring or internal, which no value of a query has.
const takesOnlyInternal = (routine: Routine): boolean => /^(2275|2281|2287)\b/.test(routine.types)

/** F6: an operator that is not the server's own must be written in C. */
export function judgeOperator(catalog: Catalog, path: readonly string[]): Refusal | undefined {
  const name = path.at(-1) ?? ''
  if (path.length > 1 && path.at(-2) === 'pg_catalog') return undefined
  if (catalog.operators.get(name) !== false) return undefined
  return refusal('GBX-1204', {
    function: `operator ${name}`,
    why: 'This database defines an operator of that name that runs code of its own. Write OPERATOR(pg_catalog.…) for the built-in one.',
  })
}

/** F6: making a value of a user's type must not run anybody's code. */
export function judgeType(catalog: Catalog, path: readonly string[]): Refusal | undefined {
  const name = path.at(-1) ?? ''
  const schema = path.length > 1 ? path.at(-2) : undefined
  const runs = catalog.types.find(
    (type) => type.name === name && type.runs && (schema === undefined || type.schema === schema),
  )
  if (runs === undefined) return undefined
  return refusal('GBX-1204', {
    function: `type ${runs.schema}.${runs.name}`,
    why: 'Making a value of it runs code of its own (a check, a cast or an input function). Cast to its base type.',
  })
}
