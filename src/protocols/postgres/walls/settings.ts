// W5: the settings that a session may change, and S2: those that it starts with. Everything in S2 is sent in the
// startup packet, so that RESET and DISCARD lead back to it and to nothing else.
import { refusal, type Refusal } from '../../../core/error.ts'
import type { Limits } from '../../../core/nouns.ts'
import { parseDuration } from '../../../lib/duration.ts'
import { keySettingsOf } from './forms/forms-sql.ts'

type Check = (value: string) => boolean
const any: Check = () => true
const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value.toLowerCase())

const free: Readonly<Record<string, Check>> = {
  application_name: any,
  bytea_output: any,
  client_encoding: (value) => /^'?utf-?8'?$|^unicode$/i.test(value),
  client_min_messages: oneOf('notice', 'warning', 'error'),
  datestyle: any,
  default_transaction_deferrable: any,
  default_transaction_isolation: any,
  default_transaction_read_only: oneOf('on', 'true', '1', 'yes', 't'),
  extra_float_digits: any,
  intervalstyle: any,
  search_path: any,
  standard_conforming_strings: oneOf('on', 'true', '1', 'yes', 't'),
  timezone: any,
  transaction_deferrable: any,
  transaction_isolation: any,
  transaction_read_only: oneOf('on', 'true', '1', 'yes', 't'),
  xmloption: any,
}
const timeouts: Readonly<Record<string, keyof Limits>> = {
  statement_timeout: 'statementTimeoutMs',
  lock_timeout: 'lockTimeoutMs',
  idle_in_transaction_session_timeout: 'idleTransactionTimeoutMs',
}
const planner = /^enable_[a-z_]+$/

/** May a session set this? `limits`: timeouts only go down (W1); without limits they stay. Undefined = yes. */
export function settingAllowed(name: string, value: string, limits?: Limits): Refusal | undefined {
  const key = name.toLowerCase()
  const refuse = (why: string): Refusal => refusal('GBX-1209', { setting: key, why })
  if (planner.test(key)) return undefined
  const timeout = Object.hasOwn(timeouts, key) ? timeouts[key] : undefined
  if (timeout !== undefined) {
    const limit = limits?.[timeout]
    const asked = durationOf(value)
    if (typeof limit !== 'number') return refuse('It is set by the limits of this target.')
    return asked !== undefined && asked > 0 && asked <= limit
      ? undefined
      : refuse(`The limit of this target is ${limit} ms; it can only be made shorter.`)
  }
  const check = Object.hasOwn(free, key) ? free[key] : undefined
  if (check === undefined) return refuse('Only settings that change how answers look can be changed.')
  return check(value) ? undefined : refuse('This value is not allowed.')
}

/** Names that RESET and SET … TO DEFAULT may take: back to the start is always safe. */
export const settingKnown = (name: string): boolean =>
  planner.test(name.toLowerCase()) ||
  Object.hasOwn(free, name.toLowerCase()) ||
  Object.hasOwn(timeouts, name.toLowerCase())

/** PostgreSQL's own spelling of times: a bare number is milliseconds. */
function durationOf(value: string): number | undefined {
  const text = value.trim().replaceAll("'", '')
  if (/^[0-9]+$/.test(text)) return Number(text)
  const parsed = parseDuration(text.replace(/\s*min$/, 'm').replace(/\s+/g, ''))
  return typeof parsed === 'number' ? parsed : undefined
}

/** S2: what a session's connection starts with. Holds the pseudonym key: goes into the startup packet and nowhere else (G9). */
export function startupSettings(pseudonymKey: Uint8Array, limits: Limits): Readonly<Record<string, string>> {
  return {
    default_transaction_read_only: 'on',
    standard_conforming_strings: 'on',
    client_encoding: 'UTF8',
    statement_timeout: String(limits.statementTimeoutMs),
    lock_timeout: String(limits.lockTimeoutMs),
    idle_in_transaction_session_timeout: String(limits.idleTransactionTimeoutMs),
    // The masks' expressions are long; compiling them costs more than it gives.
    jit: 'off',
    ...keySettingsOf(pseudonymKey),
  }
}
