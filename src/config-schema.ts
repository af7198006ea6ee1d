// The settings of glovebox.yaml that belong to no protocol: their schema, their units and their defaults. A target's
// other settings come from its protocol's own schema, so a new protocol changes nothing here.
import { z } from 'zod'
import { levels } from './core/level.ts'
import type { Limits } from './core/nouns.ts'
import { parseDuration } from './lib/duration.ts'
import { sinkSchema } from './integrations/export/settings.ts'
import { formField } from './masking/labels.ts'

const unitBytes = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9, kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3 } as const

/** Bytes of `50MB`, `256KiB`, `1024`; undefined for anything else, also for 0. MB = 1,000,000, MiB = 1,048,576. */
export function parseSize(text: string): number | undefined {
  const parts = /^(\d+(?:\.\d+)?)\s*(b|[kmg]i?b)?$/i.exec(text.trim())
  if (!parts) return undefined
  const bytes = Math.floor(Number(parts[1]) * unitBytes[(parts[2] ?? 'b').toLowerCase() as keyof typeof unitBytes])
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined
}

/** `127.0.0.1:7480`, `[::1]:7480`, `0.0.0.0:0`, `localhost:7480` -> host and port; undefined for anything else. */
export function parseAddress(text: string): { host: string; port: number } | undefined {
  const parts = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+)):(\d{1,5})$/i.exec(text)
  const port = Number(parts?.[3])
  return parts && port <= 65_535 ? { host: (parts[1] ?? parts[2]) as string, port } : undefined
}

/** Is this host the machine itself and nothing else? */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

const duration = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, { error: 'expected a duration like 30s, 5m or 1h30m' })
  .describe('a duration: 30s, 5m, 1h30m')
const size = z
  .union([z.number().int().positive(), z.string()])
  .refine((value) => parseSize(String(value)) !== undefined, {
    error: 'expected a size like 50MB, 256KiB or a number of bytes',
  })
  .describe('a size: 50MB, 256KiB, or a number of bytes')
const address = z
  .string()
  .refine((text) => parseAddress(text) !== undefined, { error: 'expected host:port, such as 127.0.0.1:7480' })
  .describe('host:port; port 0 picks a free one')

const limitsSchema = z
  .strictObject({
    rows: z.number().int().positive().optional().describe('rows of one answer (10000)'),
    bytes: size.optional().describe('bytes of one answer (50MB)'),
    statementTimeout: duration.optional().describe('longest run of one statement (30s)'),
    lockTimeout: duration.optional().describe('longest wait for a lock on the target (2s)'),
    idleTimeout: duration.optional().describe('an idle connection ends after this (15m)'),
    idleTransactionTimeout: duration.optional().describe('an idle transaction ends after this (20s)'),
    connectionsPerPerson: z
      .number()
      .int()
      .positive()
      .max(1000)
      .optional()
      .describe('open connections of one person to this target (10)'),
    statementBytes: size.optional().describe('longest statement text (256KiB)'),
    cost: z.number().positive().optional().describe("the planner's cost above which a statement is not run (100000)"),
    estimatedRows: z
      .number()
      .int()
      .positive()
      .optional()
      .describe("the planner's rows of an answer above which a statement is not run (5000000)"),
  })
  .describe('bounds that keep debugging from hurting production')

const defaults: Limits = {
  rows: 10_000,
  bytes: 50e6,
  statementTimeoutMs: 30_000,
  lockTimeoutMs: 2_000,
  idleTimeoutMs: 900_000,
  idleTransactionTimeoutMs: 20_000,
  connectionsPerPerson: 10,
  statementBytes: 256 * 1024,
  cost: 100_000,
  estimatedRows: 5_000_000,
}

/** A target's limits: what the file says over the defaults. */
export function limitsOf(given: z.infer<typeof limitsSchema> = {}): Limits {
  const ms = (text: string | undefined, fallback: number): number =>
    text === undefined ? fallback : (parseDuration(text) ?? fallback)
  const bytes = (value: string | number | undefined, fallback: number): number =>
    value === undefined ? fallback : (parseSize(String(value)) ?? fallback)
  return {
    rows: given.rows ?? defaults.rows,
    bytes: bytes(given.bytes, defaults.bytes),
    statementTimeoutMs: ms(given.statementTimeout, defaults.statementTimeoutMs),
    lockTimeoutMs: ms(given.lockTimeout, defaults.lockTimeoutMs),
    idleTimeoutMs: ms(given.idleTimeout, defaults.idleTimeoutMs),
    idleTransactionTimeoutMs: ms(given.idleTransactionTimeout, defaults.idleTransactionTimeoutMs),
    connectionsPerPerson: given.connectionsPerPerson ?? defaults.connectionsPerPerson,
    statementBytes: bytes(given.statementBytes, defaults.statementBytes),
    cost: given.cost ?? defaults.cost,
    estimatedRows: given.estimatedRows ?? defaults.estimatedRows,
  }
}

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, { error: 'expected a name of lower-case letters, digits, ".", "_" and "-"' })
const personName = name
const groupName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,62}$/, {
  error: 'expected a group: letters, digits, dots, colons, slashes and dashes',
})

const classSchema = z
  .strictObject({
    form: formField.describe('how a masked value looks'),
    search: z
      .literal('exact')
      .optional()
      .describe('allow  where column = value  within a budget: 50 different values a session, 200 a person and day'),
    canonical: z
      .literal('lower')
      .optional()
      .describe(
        'pseudonym: the same for values that differ in capitals only, so that lower(column) = value can be asked',
      ),
    keepFirst: z.number().int().min(0).max(64).optional().describe('partial: characters kept at the start'),
    keepLast: z.number().int().min(0).max(64).optional().describe('partial: characters kept at the end'),
    unit: z.string().max(16).optional().describe('generalise: what remains (year, month, /24)'),
    hideNull: z
      .boolean()
      .optional()
      .describe('redact: also what is null, so that the target can withhold the column from Glovebox'),
  })
  .describe('form of a class of data')

/** What every target has, whatever its protocol. */
const targetShape = {
  labels: z
    .record(name, z.string().max(256))
    .default({})
    .describe('words that policies may ask for, e.g. env: production'),
  maxLevel: z.enum(levels).default('read').describe('nobody is granted more on this target'),
  limits: limitsSchema.optional(),
  pseudonyms: z
    .enum(['epoch', 'grant', 'session'])
    .default('epoch')
    .describe('how long a value keeps its pseudonym: an epoch, one grant, or one session'),
}

/** Known keys below a target at `path`, for suggestions. */
export const targetKeys = (path: readonly (string | number)[]): readonly string[] =>
  path.length === 0
    ? ['protocol', ...Object.keys(targetShape)]
    : path[0] === 'limits' && path.length === 1
      ? Object.keys(limitsSchema.shape)
      : []

const journalSchema = z
  .strictObject({
    witnesses: z
      .strictObject({
        policy: z.string().min(1).describe('file of witnesses and their quorum (c2sp.org/tlog-policy)'),
        wait: duration.default('5s').describe('a checkpoint that has no quorum by then is published without'),
      })
      .optional()
      .describe('who cosigns the checkpoints of this log, and remembers them'),
    memory: z
      .strictObject({
        file: z.string().min(1).optional().describe('a file on another disk that remembers what was signed'),
        unreachable: z
          .enum(['refuse', 'sign'])
          .default('refuse')
          .describe('while witnesses or file do not answer: sign nothing, or go on without'),
      })
      .prefault({})
      .describe('what remembers outside of the data folder'),
  })
  .prefault({})

const witnessSchema = z
  .strictObject({ logs: z.string().min(1).describe('file with a line "log VKEY" for each log') })
  .optional()
  .describe('be a witness for other logs, below /witness of the web door')

const retentionSchema = z
  .strictObject({
    statements: duration
      .optional()
      .describe('what sessions that ended so long ago have said: statements, values, addresses'),
    reasons: duration.optional().describe('reasons, tickets and comments of requests, reviews, locks and redactions'),
    searches: duration.optional().describe('what was searched for in the record, and exported'),
    refusals: duration.optional().describe('what was refused at the doors, and why'),
  })
  .prefault({})
  .describe('payloads that are older are erased; nothing is unless said. Entries stay, and a legal hold keeps theirs')

/** The file without the protocols' own settings; `protocols` are the known names. */
export function fileSchema(protocols: readonly string[]) {
  const doors = Object.fromEntries(['web', ...protocols].map((door) => [door, address.optional()]))
  return z.strictObject({
    gateway: z
      .strictObject({
        publicUrl: z
          .url({ protocol: /^https?$/, error: 'expected a URL such as https://gb.acme.dev' })
          .optional()
          .describe('address that people open; passkeys are bound to its host name (http://localhost:7480)'),
        listen: z.strictObject(doors).default({}).describe('where the doors listen; loopback unless told otherwise'),
        tls: z
          .strictObject({ cert: z.string().min(1), key: z.string().min(1) })
          .optional()
          .describe('certificate and key files (PEM)'),
        trustedProxies: z
          .array(z.string().regex(/^[0-9a-f.:]+(\/\d{1,3})?$/i))
          .optional()
          .describe('addresses of proxies that end TLS'),
        epoch: duration
          .default('90d')
          .describe('pseudonyms are made with a new key after this; see glovebox mask epoch'),
        metrics: z
          .strictObject({
            token: z
              .string()
              .min(16, { error: 'expected at least 16 characters' })
              .describe('bearer token of whoever reads /metrics'),
          })
          .optional()
          .describe('without it /metrics answers to this machine alone'),
        policies: z.string().min(1).default('./policies').describe('folder of *.cedar files'),
      })
      .prefault({}),
    classes: z.record(z.string(), classSchema).default({}).describe('change the form of a class of data'),
    targets: z
      .record(name, z.looseObject({ protocol: z.enum(protocols as [string, ...string[]]), ...targetShape }))
      .default({}),
    journal: journalSchema,
    retention: retentionSchema,
    witness: witnessSchema,
    sinks: z.record(name, sinkSchema).default({}).describe('where the record is delivered to'),
    users: z
      .record(
        personName,
        z.strictObject({
          groups: z.array(groupName).default([]).describe('groups; rights come from policies'),
          kind: z.enum(['user', 'service', 'agent']).default('user'),
          person: personName.optional().describe('this account belongs to that person'),
          of: personName.optional().describe('an agent acts for this person'),
        }),
      )
      .default({}),
  })
}
