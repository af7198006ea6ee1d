// The classes of data that Glovebox knows and the form that each has unless glovebox.yaml changes it. Families are
// closed: pii.anything is redacted until somebody says better, anything.else is a mistake in the file.
import type { ClassRule } from '../core/nouns.ts'

/** Built-in classes. Identifiers that people join on are pseudonyms. */
export const builtinClasses: Readonly<Record<string, ClassRule>> = {
  'pii.email': { form: 'pseudonym' },
  'pii.name': { form: 'pseudonym' },
  'pii.phone': { form: 'partial', keepLast: 4 },
  'pii.address': { form: 'redact' },
  'pii.birthdate': { form: 'generalise', unit: 'year' },
  'pii.id': { form: 'pseudonym' },
  'pii.iban': { form: 'partial', keepLast: 4 },
  'pii.ip': { form: 'generalise', unit: '/24' },
  'pii.salary': { form: 'null' },
  'pii.text': { form: 'redact' },
  'pii.json': { form: 'keep' },
  'pci.pan': { form: 'partial', keepLast: 4 },
  'pci.cvv': { form: 'null' },
  'phi.note': { form: 'redact' },
  'phi.code': { form: 'null' },
  'secret.*': { form: 'redact' },
}

const families = new Set(['pii', 'pci', 'phi', 'secret'])
const className = /^([a-z]+)\.[a-z0-9_-]+$/

/** What is wrong with a class's name, in a sentence's second half; undefined = nothing. */
export function classFault(name: string): string | undefined {
  const family = className.exec(name)?.[1]
  if (family === undefined) return `"${name}" is not a class: write family.member, e.g. pii.email`
  return families.has(family)
    ? undefined
    : `unknown family "${family}" in "${name}"; known: ${[...families].join(', ')}`
}

/** The rule of a class: its own, else its family's (`secret.*`), else redact (fails closed). */
export function ruleOf(classes: Readonly<Record<string, ClassRule>>, name: string): ClassRule {
  const own = (key: string): ClassRule | undefined => (Object.hasOwn(classes, key) ? classes[key] : undefined)
  return own(name) ?? own(`${name.split('.', 1)[0]}.*`) ?? { form: 'redact' }
}
