// What stays of a refused statement on record.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusal } from '../../core/error.ts'
import type { Target } from '../../core/nouns.ts'
import { recordable } from './recordable.ts'

const target = (mask: Record<string, string>): Target => ({ options: { mask } }) as unknown as Target
const labelled = target({ 'public.keys.api_key': 'secret.api' })
const masked = refusal('GBX-1206', { column: 'c', class: 'x', form: 'y', way: '' })
const other = refusal('GBX-1202', { what: 'x', why: 'y' })

test('literals go where a labelled table or column is named', () => {
  assert.equal(
    recordable("select 1 from keys where api_key = 'hot'", other, labelled),
    "select '…' from keys where api_key = '…'",
  )
  assert.equal(
    recordable(`insert into "Keys" values (1, E'h\\'ot', $$hot$$, -- hot\n 0x1f)`, other, labelled),
    `insert into "Keys" values ('…', '…', '…', '…')`,
  )
  assert.equal(recordable("select from v where alias = 'hot'", masked, labelled), "select from v where alias = '…'")
  assert.equal(recordable("update öl set api_key='ü'", other, labelled), "update öl set api_key='…'")
})

test('everything else stays as it was typed', () => {
  const text = "delete from orders where id = 5 -- why\n and status = 'stuck'"
  assert.equal(recordable(text, other, labelled), text)
  assert.equal(recordable("select 'keys'", other, target({})), "select 'keys'")
})

test('what cannot be cut into tokens is withheld', () => {
  assert.match(recordable("select api_key /* 'hot'", other, labelled), /^\(withheld: 23 characters/)
  assert.match(recordable('select api_key $x$ hot', other, labelled), /^\(withheld/)
  assert.match(recordable("select api_key from k where x = 'hot", other, labelled), /^\(withheld/)
  assert.match(recordable('select api_key from k where x = "hot', other, labelled), /^\(withheld/)
})
