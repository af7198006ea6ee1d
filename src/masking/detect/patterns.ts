// What the detectors know as regular expressions, for targets that mask by them (the form `scrub` in SQL). Wider than the
// engine where a validator can't be written as a pattern (no Luhn, no mod 97); never matching a quote, a bracket or half
// an escape, so that a string of JSON stays one. Common ground of PostgreSQL's expressions and JavaScript's.

import { scrubbed } from './replace.ts'

const word = '[0-9A-Za-z_]'
/** No part of a word stands before it, and it does not begin within an escape; a whole one such as \n may stand there. */
const before = `(?:(?<![0-9A-Za-z_\\\\])|(?<=\\\\[ntrbf]))`
const after = `(?!${word})`
/** \uXXXX is read by both; what lies beyond the first plane is named by PostgreSQL as \UXXXXXXXX. */
const letters = 'A-Za-z0-9\\u0080-\\uFFFF'

export interface Pattern {
  readonly pattern: string
  /** What stands in its place; \1 and \2 = what the pattern keeps. */
  readonly token: string
}

const named = '(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)'

export const namedPattern: Pattern = {
  pattern: `(${named}=)[^][\\s"'\\\\&;,{}]+|(://[^][/\\s:@"'\\\\]*:)[^][/\\s@"'\\\\]+(?=@)`,
  token: '\\1\\2[secret]',
}

export const tokenPattern: Pattern = {
  pattern:
    `-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[^-"\\\\]|\\\\.)*(?:-----END [A-Z ]*PRIVATE KEY-----)?` +
    `|${before}eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{6,}(?:\\.[A-Za-z0-9_-]*)?` +
    `|${before}A[KS]IA[A-Z0-9]{16}${after}` +
    `|${before}(?:gh[opusr]_|github_pat_|glpat-|npm_|hf_|whsec_|shp(?:at|ss)_|dckr_pat_|lin_api_|[rs]k_(?:live|test)_|xox[abprs]-|xapp-|dop_v1_|pypi-|gbx_|AIza|SG\\.|ya29\\.|sk-(?:ant|proj|or)-)[A-Za-z0-9_.-]{16,}` +
    `|${before}sk-[A-Za-z0-9_-]{32,}`,
  token: '[key]',
}

export const mailPattern: Pattern = {
  pattern: `(?<!\\\\(?:u[0-9A-Fa-f]{0,3})?)[${letters}._%+~'-]+@[${letters}-]+(?:\\.[${letters}-]+)+`,
  token: '[email]',
}

/** In this order: an account may hold what looks like a card. */
export const numberPatterns: readonly Pattern[] = [
  {
    pattern: `${before}[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?${after}`,
    token: '[iban]',
  },
  {
    pattern:
      `(?:(?<![0-9A-Za-z_.\\\\])|(?<=\\\\[ntrbf]))(?:4[0-9]{12}(?:[0-9]{3}){0,2}|(?:5[1-5]|2[2-7]|35|6[0245])[0-9]{14}(?:[0-9]{3})?|3[47][0-9]{13}|3[068][0-9]{12}` +
      `|[2-6][0-9]{3}[ -][0-9]{4}[ -][0-9]{4}[ -][0-9]{4}(?:[ -][0-9]{3})?|3[0-9]{3}[ -][0-9]{6}[ -][0-9]{4,5})${after}`,
    token: '[pan]',
  },
  {
    pattern:
      `${before}(?:[0-9]{3}-[0-9]{2}-[0-9]{4}|[0-9]{3}\\.[0-9]{3}\\.[0-9]{3}-[0-9]{2}|[A-Z]{6}[0-9]{2}[A-Z][0-9]{2}[A-Z][0-9]{3}[A-Z]` +
      `|[12] ?[0-9]{2} ?[01][0-9] ?[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}|[XYZ]?[0-9]{7,8}[A-HJ-NP-TV-Z]|[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D])(?![0-9A-Za-z_-])`,
    token: '[id]',
  },
  {
    pattern:
      `${before}\\+[1-9](?:[ ().-]{0,2}[0-9]){7,14}${after}|(?<![0-9A-Za-z_.-])(?:\\([2-9][0-9]{2}\\) ?|[2-9][0-9]{2}[ .-])[2-9][0-9]{2}[ .-][0-9]{4}(?![0-9A-Za-z_-])` +
      `|(?<![0-9A-Za-z_.-])0[1-9](?:(?: [0-9]{2}){4}|[0-9]{1,3} [0-9]{3,4} [0-9]{4}|[0-9]{2,3} [0-9]{6})${after}`,
    token: '[phone]',
  },
]

export const allPatterns: readonly Pattern[] = [...numberPatterns, mailPattern, namedPattern, tokenPattern]

/** What the words of `named` have in common, one of them in each. */
export const secretWords: readonly string[] = ['pass', 'pwd', 'secret', 'token', 'key']
/** What texts with a token have, one of these as it stands, or a run of this many characters with a minus or underscore in it. */
export const tokenMarks: readonly string[] = ['eyJ', 'PRIVATE KEY', 'AIza', 'AKIA', 'ASIA', 'SG.', 'ya29.']
export const tokenRun = '[A-Za-z0-9_-]{20}'
/** What texts with a number of ours have, one of both. */
export const longNumber = '[0-9][0-9 .()-]{7}[0-9A-Z]'
export const shortNumber = '[A-Z][0-9]{6}|[0-9]{8}[A-Z]|[A-Z]{6}[0-9]{2}|\\+[1-9]'

const javascript = (pattern: string): RegExp => new RegExp(pattern.replaceAll('[^][', '[^\\]\\['))
const all = allPatterns.map(({ pattern }) => javascript(pattern))
const tokens = /\[(?:pan|iban|email|phone|id|token|key|secret)\]/

/** Texts longer than this are not looked at by an engine that backtracks. */
const longest = 1000

/**
 * What comparing a scrubbed text with a value can mean. `ordinary`: only this very value is shown as it, so the raw text may
 * be compared with it as well and says nothing more. `found`: no scrubbed text is ever this value. `unsure`: it has a token
 * of ours in it, which many values may have become, or is too long to look at.
 */
export function meaningOf(value: string): 'ordinary' | 'found' | 'unsure' {
  if (tokens.test(value)) return 'unsure'
  if (value.length > longest) return scrubbed(value) === value ? 'unsure' : 'found'
  return all.some((pattern) => pattern.test(value)) ? 'found' : 'ordinary'
}
