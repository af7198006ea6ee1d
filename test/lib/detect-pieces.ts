// The corpus of the detectors, and random texts made of what they react to: for the engine's tests and the mask's in SQL.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'

/** Class and text of each line of test/corpus/detect.txt; « and » stand around what is found. */
export const corpus = readFileSync(new URL('../corpus/detect.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.replaceAll('⏎', '\n').split('\t') as [string, string])

const signs = '@ . = : + - _ " \\ [ ] 0 4111 eyJ password password= :// sk- AKIA é 名'.split(' ')

/** Texts of up to `most` pieces, so that chance meets the detectors; any code units between them. */
export const texts = (most: number): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom(...corpus.map(([, text]) => text.replaceAll(/[«»]/g, ''))),
        fc.constantFrom(...signs, ' ', '\n'),
        fc.string({ maxLength: 12 }),
        fc.string({ unit: 'grapheme', maxLength: 10 }),
        fc.string({ unit: 'binary', maxLength: 6 }),
      ),
      { maxLength: most },
    )
    .map((parts) => parts.join(''))
