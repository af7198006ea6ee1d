// One control that was looked at just now: what doctor and `target test` are made of, whoever makes the check.

export interface Check {
  readonly name: string
  /** False = a control that should hold does not: the command ends with exit 10. */
  readonly ok: boolean
  /** It holds, and somebody should look at it all the same. Absent = nothing to do. */
  readonly warning?: boolean
  readonly detail: string
  /** Heading that it stands under, e.g. "role". Absent = the gateway itself, or the target as a whole. */
  readonly group?: string
  /** Lines to paste that mend it: SQL, a line of glovebox.yaml, or a command. */
  readonly fix?: readonly string[]
}

/** How much a check weighs, for ordering and for counting. */
export const weightOf = (check: Pick<Check, 'ok' | 'warning'>): 'ok' | 'warning' | 'failed' =>
  check.ok ? (check.warning === true ? 'warning' : 'ok') : 'failed'
