// Every type of entry as OCSF and as ECS against compact schemas, and what may leave of an encrypted payload.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { EntryType } from '../../../core/entry.ts'
import { leafBytes } from '../../../tlog/leaf.ts'
import { leafHash as treeLeafHash } from '../../../tlog/merkle.ts'
import { everyType, sampleEntry, sampleRecorded } from '../../../../test/lib/samples.ts'
import type { Surroundings } from '../types.ts'
import { eventId, itemOf, leafHash, type Telling } from './event.ts'
import { meanings } from './meaning.ts'

const around: Surroundings = {
  session: (id) => ({ principal: 'p-actor', target: `target-of-${id}`, grant: 'g-abcd', channel: 'native' }),
  grant: () => ({ holder: 'p-holder', target: 'pg-orders', level: 'read' }),
  name: (id) => `name-of-${id}`,
}
const telling = (format: 'ocsf' | 'ecs', payload = false): Telling => ({
  format,
  payload,
  around,
  product: { origin: 'glovebox.0badcafe/journal', version: '1.2.3', host: 'gw1' },
})
const schema = (name: string): never =>
  JSON.parse(readFileSync(new URL(`../testdata/${name}.json`, import.meta.url), 'utf8')) as never

type Json = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

interface Rule {
  readonly required?: readonly string[]
  readonly oneOf?: readonly string[]
}
interface OcsfSchema {
  readonly base: readonly string[]
  readonly enums: Readonly<Record<string, readonly number[]>>
  readonly classes: Readonly<Record<string, Rule & { readonly activities: readonly number[] }>>
  readonly objects: Readonly<Record<string, Rule>>
  readonly members: readonly string[]
}

const missing = (rule: Rule, object: Json, at: string): string[] => [
  ...(rule.required ?? []).filter((name) => object[name] === undefined).map((name) => `${at} has no ${name}`),
  ...(rule.oneOf && !rule.oneOf.some((name) => object[name] !== undefined)
    ? [`${at} has none of ${rule.oneOf.join()}`]
    : []),
]

/** What keeps an event from being OCSF. */
function ocsfFaults(event: Json, of: OcsfSchema): string[] {
  const {
    class_uid: classUid,
    category_uid: category,
    activity_id: activity,
    type_uid: type,
  } = event as Record<string, number>
  const rule = of.classes[String(classUid)]
  if (!rule) return [`class ${classUid} is not one that we use`]
  const walk = (object: Json, at: string): string[] =>
    Object.entries(object).flatMap(([name, value]) =>
      name === 'unmapped' || !isObject(value)
        ? []
        : [...missing(of.objects[name] ?? {}, value, `${at}.${name}`), ...walk(value, `${at}.${name}`)],
    )
  return [
    ...missing({ required: of.base }, event, 'event'),
    ...missing(rule, event, `class ${classUid}`),
    ...walk(event, 'event'),
    ...(category === Math.floor((classUid ?? 0) / 1000) ? [] : ['category_uid']),
    ...(type === (classUid ?? 0) * 100 + (activity ?? 0) ? [] : ['type_uid']),
    ...(rule.activities.includes(activity ?? -1) ? [] : [`activity ${activity} of ${classUid}`]),
    ...(activity === 99 && event['activity_name'] === undefined ? ['activity 99 without its name'] : []),
    ...Object.entries(of.enums).flatMap(([name, values]) =>
      event[name] === undefined || values.includes(event[name] as number) ? [] : [`${name} ${String(event[name])}`],
    ),
    ...(Number.isSafeInteger(event['time']) ? [] : ['time']),
    ...Object.keys(event)
      .filter((name) => !of.members.includes(name))
      .map((name) => `unknown member ${name}`),
    ...(classUid === 2004 && activity === 1 && event['is_alert'] !== true ? ['a finding without is_alert'] : []),
    ...('action_id' in event && !JSON.stringify(event['metadata']).includes('"security_control"')
      ? ['no profile']
      : []),
  ]
}

interface EcsSchema {
  readonly required: readonly string[]
  readonly values: Readonly<Record<string, readonly string[]>>
  readonly categories: Readonly<Record<string, readonly string[]>>
  readonly fields: Readonly<Record<string, 'text' | 'texts' | 'long' | 'date'>>
}

function ecsFaults(event: Json, of: EcsSchema): string[] {
  const flat = new Map<string, unknown>()
  const walk = (object: Json, at: string): void => {
    for (const [name, value] of Object.entries(object)) {
      if (at === '' && name === 'glovebox') continue
      if (isObject(value)) walk(value, `${at}${name}.`)
      else flat.set(at + name, value)
    }
  }
  walk(event, '')
  const fits = {
    text: (value: unknown) => typeof value === 'string',
    texts: (value: unknown) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
    long: (value: unknown) => Number.isSafeInteger(value),
    date: (value: unknown) => typeof value === 'string' && new Date(value).toISOString() === value,
  }
  const categories = (flat.get('event.category') ?? []) as string[]
  return [
    ...of.required.filter((name) => !flat.has(name)).map((name) => `no ${name}`),
    ...[...flat].flatMap(([name, value]) => {
      const kind = of.fields[name]
      return kind === undefined ? [`unknown field ${name}`] : fits[kind](value) ? [] : [`${name} is no ${kind}`]
    }),
    ...Object.entries(of.values).flatMap(([name, values]) =>
      flat.has(name) && !values.includes(flat.get(name) as string) ? [`${name} ${String(flat.get(name))}`] : [],
    ),
    ...((flat.get('event.type') ?? []) as string[]).flatMap((type) =>
      categories.some((category) => of.categories[category]?.includes(type)) ? [] : [`${type} of ${categories.join()}`],
    ),
    ...(categories.length === 0 ? ['no category'] : []),
  ]
}

test('every type of entry has a meaning of its own', () => {
  assert.deepEqual(
    everyType.filter((type) => !Object.hasOwn(meanings, type)),
    [],
    'a new type of entry needs a row in meaning.ts, and what may leave of its payload in told.ts',
  )
})

test('every type is valid OCSF and valid ECS, with and without its optional members and payload', () => {
  const ocsf = schema('ocsf-1.8.0') as OcsfSchema
  const ecs = schema('ecs-9.4.0') as EcsSchema
  for (const type of everyType)
    for (const optional of [true, false])
      for (const payload of [true, false]) {
        const recorded = sampleRecorded(type, 41, 'mark', optional)
        const at = `${type} ${optional} ${payload}`
        assert.deepEqual(ocsfFaults(itemOf(recorded, telling('ocsf', payload)).event, ocsf), [], at)
        assert.deepEqual(ecsFaults(itemOf(recorded, telling('ecs', payload)).event, ecs), [], at)
      }
})

test('the validators see faults', () => {
  const ocsf = schema('ocsf-1.8.0') as OcsfSchema
  const ecs = schema('ecs-9.4.0') as EcsSchema
  const good = itemOf(sampleRecorded('action.admitted', 1, 'm'), telling('ocsf')).event
  for (const broken of [
    { ...good, class_uid: 6004 },
    { ...good, activity_id: 77 },
    { ...good, src_endpoint: {} },
    { ...good, x: 1 },
  ])
    assert.notDeepEqual(ocsfFaults(broken, ocsf), [])
  const fine = itemOf(sampleRecorded('action.admitted', 1, 'm'), telling('ecs')).event
  for (const broken of [
    { ...fine, extra: 1 },
    { ...fine, event: { ...(fine['event'] as Json), type: ['denied'] } },
  ])
    assert.notDeepEqual(ecsFaults(broken, ecs), [])
})

test('nothing that the record encrypts leaves without payload: true; names neither (G9)', () => {
  for (const type of everyType)
    for (const format of ['ocsf', 'ecs'] as const) {
      const { text } = itemOf(sampleRecorded(type, 3, 'SECRET-WORD'), telling(format))
      assert.ok(!text.includes('SECRET-WORD'), `${type} ${format}`)
      assert.ok(!text.includes('name-of-'), `${type} ${format} names somebody`)
    }
})

test('with payload: true some things still stay: nonces, dry runs, hashes of searches, undo', () => {
  for (const type of everyType) {
    const { text } = itemOf(sampleRecorded(type, 3, 'MARK'), telling('ocsf', true))
    for (const kept of ['nonce-MARK', 'rehearsal-MARK', 'hash-MARK', 'undo-MARK'])
      assert.ok(!text.includes(kept), `${type} tells ${kept}`)
  }
  const admitted = sampleRecorded('action.admitted', 3, 'select 1', false)
  assert.match(itemOf(admitted, telling('ocsf', true)).text, /"query_string":"select 1"/)
  // The text of an approved write can be one that takes a change back.
  assert.doesNotMatch(
    itemOf(sampleRecorded('action.admitted', 3, 'select 1'), telling('ocsf', true)).text,
    /"text":"select 1"/,
  )
})

test('an entry whose key was destroyed is told without its payload', () => {
  for (const type of everyType) {
    const recorded = { ...sampleRecorded(type, 3, 'MARK'), payload: undefined }
    assert.ok(!itemOf(recorded as never, telling('ecs', true)).text.includes('MARK'), type)
  }
})

test('the hash is the one of the leaf in the tree; the id is the same each time and differs by log', () => {
  for (const type of everyType) {
    const entry = sampleEntry(type, true)
    assert.equal(leafHash(entry), Buffer.from(treeLeafHash(leafBytes(entry))).toString('hex'))
  }
  const [one, other] = ['0'.repeat(64), '1'.repeat(64)]
  assert.equal(eventId('a', 7, one), eventId('a', 7, one))
  assert.notEqual(eventId('a', 7, one), eventId('b', 7, one))
  assert.notEqual(eventId('a', 7, one), eventId('a', 7, other), 'another entry at the same index')
  assert.match(eventId('a', 7, one), /^[0-9a-f]{16}-7-0{16}$/)
})

test('a type that this version does not know is delivered all the same', () => {
  const recorded = sampleRecorded('audit.searched', 3, 'MARK')
  const unknown = { ...recorded, entry: { ...recorded.entry, type: 'later.thing' as EntryType } }
  const { event, type } = itemOf(unknown as never, telling('ocsf'))
  assert.equal(type, 'later.thing')
  assert.equal(event['class_uid'], 1008)
})
