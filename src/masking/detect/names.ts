// What the name of a column says about its values.
import { isSecretName } from './secrets.ts'
import type { Hint } from './detect.ts'

/** Words of a name: customerEmail, customer_email and CUSTOMER-EMAIL are alike. */
export const wordsOf = (name: string): readonly string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')

const phoneWords = new Set(['phone', 'telephone', 'tel', 'mobile', 'msisdn', 'fax', 'cellphone', 'phonenumber'])
const numberWords = new Set(['number', 'no', 'nr', 'e164'])

/** The hint for the detectors, from a column's name: `phone_number`, `api_token`; undefined = it says nothing. */
export function hintOf(column: string): Hint | undefined {
  const bytes = Buffer.from(column)
  if (isSecretName(bytes, bytes.length, 0)) return 'secret'
  const words = wordsOf(column).filter((word) => !numberWords.has(word))
  return phoneWords.has(words.at(-1) ?? '') ? 'phone' : undefined
}
