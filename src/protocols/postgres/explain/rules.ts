// Which rules of the walls a refusal comes from, by the ids under which docs/explanation/walls.md explains them.
import type { ErrorCode } from '../../../core/error.ts'

const rules: Partial<Record<ErrorCode, readonly string[]>> = {
  'GBX-1202': ['P3', 'P4'],
  'GBX-1203': ['P3', 'W1'],
  'GBX-1204': ['F1', 'F2', 'F3'],
  'GBX-1205': ['K1', 'R2'],
  'GBX-1206': ['Q4'],
  'GBX-1207': ['Q5'],
  'GBX-1208': ['Q3'],
  'GBX-1209': ['W5'],
  'GBX-1210': ['P1', 'R10'],
  'GBX-1211': ['R1', 'R2'],
  'GBX-1213': ['P3'],
}

/** None for what is no rule of the walls (sign-in, limits, scope). */
export const rulesOf = (code: ErrorCode): readonly string[] => rules[code] ?? []
