// What a mask looks like, for people: made up, never from data.
import type { Form } from '../../../core/nouns.ts'
import { redacted } from '../../../masking/forms.ts'

/** `type` as SQL writes it. */
export function exampleOf(form: Form, className: string, type: string): string {
  switch (form) {
    case 'null':
      return 'null'
    case 'redact':
      return redacted
    case 'pseudonym':
      return pseudonym(className, type)
    case 'partial':
      return '***4242'
    case 'generalise':
      if (/inet|cidr/.test(type)) return '10.7.3.0/24'
      if (/date|timestamp/.test(type)) return '1984-01-01'
      return /int|numeric/.test(type) ? '40' : '10.7.3.0/24'
    case 'keep':
      return type.includes('json') ? '{"status": "captured"}' : 'as it is'
    case 'scrub':
      return '… [email] …'
  }
}

function pseudonym(className: string, type: string): string {
  if (type.includes('uuid')) return '1f6a2c9e-0b7d-8e43-8a51-77c20f9d4e16'
  if (/int/.test(type)) return '-482216550'
  return className === 'pii.email' ? 'u3f9c1a70b2d84e65@masked.invalid' : 'tok_3f9c1a70b2d84e65'
}
