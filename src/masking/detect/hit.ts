// What the detectors know, by name: the token that stands in place of a value, and the class of data that it is.

export const detectors = ['pan', 'iban', 'email', 'phone', 'id', 'jwt', 'key', 'secret'] as const
export type Detector = (typeof detectors)[number]

/** A place in the bytes: [from, to). */
export interface Hit {
  readonly detector: Detector
  readonly from: number
  readonly to: number
}

/** What stands in place of a value. ASCII, without quotes or backslashes, so that JSON stays JSON. */
export const tokenOf: Readonly<Record<Detector, string>> = {
  pan: '[pan]',
  iban: '[iban]',
  email: '[email]',
  phone: '[phone]',
  id: '[id]',
  jwt: '[token]',
  key: '[key]',
  secret: '[secret]',
}

/** The class of data that a detector finds, for proposals of labels. */
export const classOf: Readonly<Record<Detector, string>> = {
  pan: 'pci.pan',
  iban: 'pii.iban',
  email: 'pii.email',
  phone: 'pii.phone',
  id: 'pii.id',
  jwt: 'secret.token',
  key: 'secret.key',
  secret: 'secret.password',
}

/** The detector whose token stands in a text at `at`; undefined = none. */
export function tokenAt(bytes: Uint8Array, at: number, end: number): Detector | undefined {
  if (bytes[at] !== 0x5b) return undefined
  return detectors.find((detector) => {
    const token = tokenOf[detector]
    if (at + token.length > end) return false
    for (let i = 1; i < token.length; i++) if (bytes[at + i] !== token.charCodeAt(i)) return false
    return true
  })
}
