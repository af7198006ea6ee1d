// Classes, names of columns, the mask block, and what forms mean whatever the dialect.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { builtinClasses, classFault, ruleOf } from './classes.ts'
import { hmacPads, partialShown, pseudonymHash, pseudonymText } from './forms.ts'
import { joinName, maskSchema, readLabels, splitName } from './labels.ts'
import { sha256 } from '../lib/hash.ts'

describe('classes', () => {
  test('an unknown member of a known family is redacted, an unknown family is a fault', () => {
    assert.deepEqual(ruleOf(builtinClasses, 'pii.shoe-size'), { form: 'redact' })
    assert.deepEqual(ruleOf(builtinClasses, 'secret.token'), { form: 'redact' })
    assert.deepEqual(ruleOf(builtinClasses, 'pii.constructor'), { form: 'redact' })
    assert.equal(classFault('pii.email'), undefined)
    for (const name of ['email', 'pij.email', '', 'pii.', 'pii.a.b', 'Pii.x'])
      assert.notEqual(classFault(name), undefined, name)
  })
})

describe('names of columns', () => {
  test('parts as in SQL', () => {
    assert.deepEqual(splitName('public.people.email'), ['public', 'people', 'email'])
    assert.deepEqual(splitName('public."Odd.Name"."e.mail ""x"'), ['public', 'Odd.Name', 'e.mail "x'])
    for (const key of ['', 'a', 'a.b', 'a.b.c.d', 'a..c', 'a."b.c', '"a"x.b.c', 'a.b.c.'])
      assert.equal(splitName(key), undefined, key)
  })

  test('joined names split into the same parts', () => {
    const name = fc.string({ minLength: 1, maxLength: 12 })
    fc.assert(fc.property(name, name, name, (a, b, c) => assert.deepEqual(splitName(joinName([a, b, c])), [a, b, c])))
  })
})

describe('the mask block', () => {
  test('classes and objects; unknown keys, classes and forms are refused', () => {
    const block = maskSchema.parse({
      'a.b.c': 'pii.email',
      'a.b.d': { class: 'pii.json', form: 'keep', keep: ['status'] },
      'a.b.e': { class: 'pii.phone', keepLast: 2, optional: true },
    })
    const [email, json, phone] = readLabels(block, builtinClasses)
    assert.equal(email?.form, 'pseudonym')
    assert.equal(email?.search, false)
    assert.deepEqual(json?.keep, ['status'])
    assert.equal(json?.explicit, true)
    assert.deepEqual([phone?.form, phone?.keepLast, phone?.optional], ['partial', 2, true])
    for (const wrong of [
      { 'a.b': 'pii.email' },
      { 'a.b.c': 'nope.x' },
      { 'a.b.c': { class: 'pii.email', from: 'x' } },
      { 'a.b.c': { class: 'pii.email', form: 'blur' } },
    ])
      assert.equal(maskSchema.safeParse(wrong).success, false)
  })
})

describe('forms', () => {
  test('the two halves make an HMAC', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.string(), (key, value) => {
        const { inner, outer } = hmacPads(key)
        assert.deepEqual(sha256(outer, sha256(inner, 'pii.email\0', value)), pseudonymHash(key, 'pii.email', value))
      }),
    )
  })

  test('pseudonyms depend on key, class and value, and have their shape', () => {
    const key = Buffer.alloc(32, 1)
    assert.match(pseudonymText(key, 'pii.email', 'a@b'), /^u[0-9a-f]{16}@masked\.invalid$/)
    assert.match(pseudonymText(key, 'pii.name', 'a@b'), /^tok_[0-9a-f]{16}$/)
    assert.notEqual(pseudonymText(key, 'pii.name', 'a'), pseudonymText(key, 'pii.id', 'a'))
    assert.notEqual(pseudonymText(key, 'pii.name', 'a'), pseudonymText(Buffer.alloc(32, 2), 'pii.name', 'a'))
  })

  test('partial never shows more than six characters', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), (first, last) => {
        const shown = partialShown(first, last)
        assert.ok(shown.first + shown.last <= 6 && shown.first >= 0 && shown.last >= 0)
      }),
    )
  })
})
