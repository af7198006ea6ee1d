// Reviews: somebody else decides, on exactly what they were shown.
import { z } from 'zod'
import { isRefusal, type ErrorCode } from '../core/error.ts'
import { durationField, idField, millis } from './fields.ts'
import { operation, type Context } from './operation.ts'
import { findRequest, requestShape, toldRequest, viewRequest } from './requests.ts'

const hashField = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'the hash is 64 hex digits')
  .optional()
  .describe('hash of what you were shown; a decision on anything else is refused')
const commentField = z.string().max(2_000).optional().describe('said to whoever asked, kept on record')
const errors: ErrorCode[] = ['GBX-1004', 'GBX-1105', 'GBX-1106', 'GBX-1107', 'GBX-1108', 'GBX-1110', 'GBX-1111']

async function decide(
  context: Context,
  decision: 'approve' | 'deny',
  input: { id: string; hash?: string | undefined; comment?: string | undefined; for?: string | undefined },
) {
  const request = findRequest(context, input.id)
  if (isRefusal(request)) return request
  const answer = await context.gateway.access.execute(context.principal, {
    type: 'request.review',
    request: request.id,
    decision,
    contentHash: input.hash ?? request.contentHash,
    ...(input.for === undefined ? {} : { durationMs: millis(input.for) }),
    ...(input.comment === undefined ? {} : { comment: input.comment }),
  })
  return isRefusal(answer) ? answer : toldRequest(context, answer.request)
}

export const approve = operation({
  name: 'reviews.approve',
  summary: 'Approve a request of somebody else; the grant starts at the last approval that was needed.',
  method: 'POST',
  path: '/v1/requests/:id/approve',
  input: z.strictObject({
    id: idField('request'),
    hash: hashField,
    for: durationField('shorter than asked').optional(),
    comment: commentField,
  }),
  output: requestShape,
  errors,
  needs: 'review',
  cli: {
    verb: ['review', 'approve'],
    args: [{ field: 'id', name: 'REQUEST' }],
    flags: [
      { field: 'for', long: 'for', value: 'DURATION' },
      { field: 'comment', long: 'comment', short: 'm', value: 'TEXT' },
      { field: 'hash', long: 'hash', value: 'SHA256' },
    ],
    examples: [
      'glovebox review approve r-9c21',
      'glovebox review approve r-9c21 --for 15m -m "only the orders table, please"',
    ],
  },
  view: viewRequest,
  handle: (context, input) => decide(context, 'approve', input),
})

export const deny = operation({
  name: 'reviews.deny',
  summary: 'Deny a request of somebody else; one denial decides.',
  method: 'POST',
  path: '/v1/requests/:id/deny',
  input: z.strictObject({ id: idField('request'), hash: hashField, comment: commentField }),
  output: requestShape,
  errors,
  needs: 'review',
  cli: {
    verb: ['review', 'deny'],
    args: [{ field: 'id', name: 'REQUEST' }],
    flags: [
      { field: 'comment', long: 'comment', short: 'm', value: 'TEXT' },
      { field: 'hash', long: 'hash', value: 'SHA256' },
    ],
    examples: ['glovebox review deny r-9c21 -m "use the replica"'],
  },
  view: viewRequest,
  handle: (context, input) => decide(context, 'deny', input),
})
