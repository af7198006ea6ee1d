// What stands in glovebox.yaml about a PostgreSQL target, and what is made of it: where to dial, with which credential.
import { z } from 'zod'
import type { Target } from '../../core/nouns.ts'
import { maskSchema } from '../../masking/labels.ts'
import type { Endpoint } from '../../gate/types.ts'
import { sslRequest } from './wire.ts'

const modes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const

const url = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol),
    'not of the form postgresql://user:password@host:5432/database?sslmode=require',
  )

export const options = z.strictObject({
  url: url.describe(
    'Where the database is: postgresql://user:password@host:5432/database?sslmode=verify-full. Take it from the environment: ${env:PG_ORDERS_URL}.',
  ),
  writeUrl: url
    .optional()
    .describe(
      'The account that runs what was approved at level write or admin, and its dry runs. Absent = the account of `url`, which should be able to read only.',
    ),
  ca: z
    .string()
    .optional()
    .describe('Certificate authority of the target in PEM, for sslmode require, verify-ca and verify-full.'),
  mask: maskSchema
    .default({})
    .describe('Labels: schema.table.column -> class of data, or { class, form, search, keep, … }.'),
  transactions: z
    .enum(['lazy', 'real'])
    .default('lazy')
    .describe(
      'lazy: a READ COMMITTED transaction begins on the target only when something needs it, so an idle one holds nothing; real: every BEGIN goes to the target.',
    ),
  through: z
    .enum(['tables', 'views'])
    .default('tables')
    .describe(
      'What the role on the target reads: tables, or only the masked views that glovebox provision --level l2 makes.',
    ),
  functions: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Functions of the database that may be called, each as a refusal writes it: public.f(a bigint). They get masked arguments; what they read by themselves comes unmasked.',
    ),
  strict: z
    .boolean()
    .default(false)
    .describe('Every column without a label is hidden, whatever its type; a label with form: keep shows one.'),
  hideSource: z
    .boolean()
    .default(false)
    .describe('Source code in the catalogue (functions, views, rules, checks, defaults, indexes) is hidden, too.'),
  unlabelled: z
    .enum(['pass', 'redact', 'scrub'])
    .default('scrub')
    .describe(
      'Text-like columns without a label: scrub (cards, accounts, addresses, telephones, ids and secrets become tokens; bytes are null), redact (nothing is left), or pass.',
    ),
})
export type PostgresOptions = z.infer<typeof options>

export interface Dsn {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  readonly sslmode: Endpoint['tls']
}

/** The parts of a target's url, with libpq's defaults (sslmode: prefer). */
export function dsnOf(target: Target): Dsn {
  const { url: text } = target.options as PostgresOptions
  const parsed = new URL(text)
  const asked = parsed.searchParams.get('sslmode')
  const user = decodeURIComponent(parsed.username) || 'postgres'
  return {
    host: decodeURIComponent(parsed.hostname).replace(/^\[(.*)\]$/, '$1') || '127.0.0.1',
    port: parsed.port === '' ? 5432 : Number(parsed.port),
    user,
    password: decodeURIComponent(parsed.password),
    database: decodeURIComponent(parsed.pathname.slice(1)) || user,
    sslmode: modes.find((mode) => mode === asked) ?? 'prefer',
  }
}

/** The same target by the account that may change things. */
export function writable(target: Target): Target {
  const given = target.options as PostgresOptions
  return given.writeUrl === undefined ? target : { ...target, options: { ...given, url: given.writeUrl } }
}

export function endpointOf(target: Target): Endpoint {
  const { host, port, sslmode } = dsnOf(target)
  const { ca } = target.options as PostgresOptions
  return { host, port, tls: sslmode, ask: sslRequest(), granted: 0x53, ...(ca === undefined ? {} : { ca }) }
}
