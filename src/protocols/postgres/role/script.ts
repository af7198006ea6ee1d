// A script as people read it and paste it: what it does, the statements in one transaction, what is left to decide, and
// the way back.
import { oneLine } from '../../../core/error.ts'
import type { Script } from './provision.ts'

const transaction = (statements: readonly string[]): string[] => ['BEGIN;', ...statements, 'COMMIT;']
const asComment = (line: string): string => `--   ${line}`

/** Names of the target stand in comments too: a line break in one must not end the comment. */
const comment = (text: string): string => `-- ${oneLine(text)}`

export function scriptText(title: string, script: Script, after: readonly string[]): string {
  return [
    comment(title),
    ...script.notes.map(comment),
    '',
    ...transaction(script.statements),
    '',
    ...after.map(comment),
    ...(script.others.length === 0
      ? []
      : [
          '',
          comment(
            'To decide: rights of everybody, which the role has with everybody else. Taking them changes what others can do.',
          ),
          ...script.others.map(oneLine).map(asComment),
        ]),
    '',
    comment('Undo:'),
    ...transaction(script.undo).map(oneLine).map(asComment),
    '',
  ].join('\n')
}
