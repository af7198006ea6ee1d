// Everything that can be asked of a gateway, one line each; the API, the CLI and the reference pages are made from this list.
import { checkpoint, proveEntry, searchAudit } from './audit.ts'
import { exportAudit } from './record/export.ts'
import { doctor } from './checks/doctor.ts'
import { destroyEpoch, listEpochs, rotateEpoch } from './masks/epochs.ts'
import { health, whoami } from './gateway.ts'
import { connect, extend, listGrants, revoke } from './grants.ts'
import { liftLock, listLocks, setLock } from './locks.ts'
import { previewMask, whyMask } from './masks/masks.ts'
import type { Operation } from './operation.ts'
import { liftHold, listHolds, setHold } from './record/holds.ts'
import { approveRedaction, askRedaction, denyRedaction, listRedactions } from './record/redactions.ts'
import { explainPolicy, whoCan } from './policies.ts'
import { createRequest, getRequest, listRequests, withdrawRequest } from './requests.ts'
import { provisionTarget } from './provisions.ts'
import { approve, deny } from './reviews.ts'
import { killSession, listSessions, replaySession } from './sessions.ts'
import { listSinks, resendSink } from './sinks.ts'
import { suggestMasks } from './masks/suggestions.ts'
import { listTargets, run, testTarget } from './targets.ts'
import { issueToken, listTokens, listUsers, login, removeUser, revokeToken, setPassword, setUser } from './users.ts'

export const operations: readonly Operation[] = [
  health,
  whoami,
  doctor,
  login,
  setPassword,
  listTargets,
  testTarget,
  provisionTarget,
  whyMask,
  previewMask,
  suggestMasks,
  listEpochs,
  rotateEpoch,
  destroyEpoch,
  connect,
  run,
  createRequest,
  listRequests,
  getRequest,
  withdrawRequest,
  approve,
  deny,
  listGrants,
  extend,
  revoke,
  listSessions,
  replaySession,
  killSession,
  listLocks,
  setLock,
  liftLock,
  listUsers,
  setUser,
  removeUser,
  issueToken,
  listTokens,
  revokeToken,
  explainPolicy,
  whoCan,
  searchAudit,
  exportAudit,
  askRedaction,
  listRedactions,
  approveRedaction,
  denyRedaction,
  setHold,
  listHolds,
  liftHold,
  proveEntry,
  checkpoint,
  listSinks,
  resendSink,
]
