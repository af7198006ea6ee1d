// Wide limits for tests that are not about limits.
import type { Limits } from '../../src/core/nouns.ts'

export const limits: Limits = {
  rows: 1_000_000,
  bytes: 100_000_000,
  statementTimeoutMs: 30_000,
  lockTimeoutMs: 2_000,
  idleTimeoutMs: 600_000,
  idleTransactionTimeoutMs: 60_000,
  connectionsPerPerson: 50,
  cost: 1e12,
  estimatedRows: 1e12,
  statementBytes: 262_144,
}
