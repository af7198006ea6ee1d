// Reads glovebox.yaml and the GLOVEBOX_* environment into one checked Config, or stops with line, column and a
// suggestion before anything is started (GBX-1601, GBX-1602). This and surfaces/cli/env.ts alone read process.env.
import { readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import type { z } from 'zod'
import { fail, oneLine } from './core/error.ts'
import type { ClassRule, Target } from './core/nouns.ts'
import { canonical } from './lib/canonical-json.ts'
import { parseDuration } from './lib/duration.ts'
import type { Retentions } from './core/redaction.ts'
import { sha256Hex } from './lib/hash.ts'
import { nearest } from './lib/nearest.ts'
import { sinkShape, worryOf, type SinkSettings } from './integrations/export/settings.ts'
import type { JournalSettings } from './outside.ts'
import { builtinClasses, classFault } from './masking/classes.ts'
import type { Protocol } from './protocols/protocol.ts'
import { protocols as known } from './protocols/registry.ts'
import { ConfigSource, type Path } from './config-source.ts'
import { expandSecrets } from './config-secrets.ts'
import { fileSchema, isLoopback, limitsOf, parseAddress, targetKeys } from './config-schema.ts'

export interface Listen {
  readonly host: string
  readonly port: number
}

export interface ConfigUser {
  readonly name: string
  readonly kind: 'user' | 'service' | 'agent'
  readonly groups: readonly string[]
  readonly person?: string
  readonly of?: string
}

/** A checked configuration. Holds secrets inside the targets' options: never log or serialise it whole (G9). */
export interface Config {
  readonly file: string
  /** SHA-256 over what the settings are, secrets left out: goes on record as config.loaded. */
  readonly hash: string
  readonly publicUrl: string | undefined
  readonly web: Listen
  /** Doors to open, by protocol name. */
  readonly doors: ReadonlyMap<string, Listen>
  readonly tls: { readonly cert: string; readonly key: string } | undefined
  readonly trustedProxies: readonly string[]
  /** Pseudonyms are made with a new key after this. */
  readonly epochMs: number
  /** Absolute path. */
  readonly policiesDir: string
  readonly targets: ReadonlyMap<string, Target>
  readonly users: ReadonlyMap<string, ConfigUser>
  /** What remembers the log outside of its folder. */
  readonly journal: JournalSettings
  /** File of the logs that this gateway is a witness for; absolute. */
  readonly witnessLogs: string | undefined
  /** Where the record is delivered to. */
  readonly sinks: readonly SinkSettings[]
  /** Bearer token of whoever reads the metrics; undefined = this machine alone reads them. */
  readonly metricsToken: string | undefined
  /** Milliseconds after which payloads of a class are erased. */
  readonly retention: Retentions
  /** For stderr; hold no secrets. */
  readonly warnings: readonly string[]
}

export interface Surroundings {
  /** Shown in errors; relative paths in the file start from its folder. */
  readonly file: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly readFile?: (path: string) => string
  readonly protocols?: readonly Protocol[]
}

type File = z.output<ReturnType<typeof fileSchema>>

const defaultWebPort = 7480

/** `GLOVEBOX_LISTEN_` and the door's name in capitals. */
export const listenVariable = (door: string): string => `GLOVEBOX_LISTEN_${door.toUpperCase().replaceAll('-', '_')}`

/** Every GLOVEBOX_* variable that means something, with what it sets: the published table. */
export function environmentTable(
  protocols: readonly Protocol[] = known,
): readonly { readonly name: string; readonly sets: string }[] {
  return [
    { name: 'GLOVEBOX_CONFIG', sets: 'file given by --config (./glovebox.yaml)' },
    { name: 'GLOVEBOX_DATA', sets: 'folder given by --data (./.glovebox)' },
    { name: 'GLOVEBOX_URL', sets: 'gateway that the CLI talks to (http://127.0.0.1:7480)' },
    { name: 'GLOVEBOX_TOKEN', sets: 'token that the CLI signs in with' },
    { name: 'GLOVEBOX_PUBLIC_URL', sets: 'gateway.publicUrl' },
    { name: 'GLOVEBOX_POLICIES', sets: 'gateway.policies' },
    { name: 'GLOVEBOX_TLS_CERT', sets: 'gateway.tls.cert' },
    { name: 'GLOVEBOX_TLS_KEY', sets: 'gateway.tls.key' },
    { name: 'GLOVEBOX_TRUSTED_PROXIES', sets: 'gateway.trustedProxies, separated by commas' },
    { name: listenVariable('web'), sets: 'gateway.listen.web' },
    ...protocols.map((protocol) => ({ name: listenVariable(protocol.name), sets: `gateway.listen.${protocol.name}` })),
  ]
}

/** Reads the file; `optional`: a missing file is an empty configuration. Throws as parseConfig does. */
export function readConfig(file: string, env: Surroundings['env'] = process.env, optional = false): Config {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Only "there is none" may be taken for an empty file; a file that can't be read stops the start.
    if (!optional || code !== 'ENOENT')
      fail('GBX-1601', { file, line: 1, column: 1, what: `the file cannot be read (${code ?? 'unknown'}).`, hint: '' })
    text = ''
  }
  return parseConfig(text, { file, env })
}

/** The environment that this process was started with. */
export const processEnvironment = (): Surroundings['env'] => process.env

/** Checks a whole configuration; reads secrets that it refers to. Throws GBX-1601 or GBX-1602 at the first fault. */
export function parseConfig(text: string, around: Surroundings): Config {
  const protocols = around.protocols ?? known
  const source = new ConfigSource(around.file, text)
  const readFile = around.readFile ?? ((path: string) => readFileSync(resolve(dirname(around.file), path), 'utf8'))
  const secrets = expandSecrets(source, { env: around.env, readFile })
  const overridden = applyEnvironment(secrets.tree, around.env, protocols, source)
  const reading: Reading = { source, protocols, secrets: secrets.values, variables: overridden.variables }
  const checked = fileSchema(protocols.map((protocol) => protocol.name)).safeParse(overridden.tree)
  if (!checked.success) refuseIssue(reading, checked.error)
  const file = checked.data
  const classes = checkedClasses(file, source)
  const targets = new Map(
    Object.entries(file.targets).map(([name, block]) => [name, targetOf(reading, name, block, classes)]),
  )
  const web = listenOf(file, 'web', defaultWebPort)
  checkTls(file, web, source)
  checkUsers(file, source)
  const sinks = Object.entries(file.sinks).map(([name, sink]) => sinkOf(around, source, name, sink, readFile))
  return {
    file: around.file,
    hash: sha256Hex('glovebox/config/v1\n', canonical({ file: secrets.shown, environment: overridden.shown })),
    publicUrl: file.gateway.publicUrl,
    web,
    doors: doorsOf(file, targets, protocols),
    tls: file.gateway.tls && {
      cert: besides(around.file, file.gateway.tls.cert),
      key: besides(around.file, file.gateway.tls.key),
    },
    trustedProxies: file.gateway.trustedProxies ?? [],
    epochMs: parseDuration(file.gateway.epoch) ?? 90 * 86_400_000,
    policiesDir: besides(around.file, file.gateway.policies),
    targets,
    users: new Map(Object.entries(file.users).map(([name, user]) => [name, userOf(name, user)])),
    journal: {
      witnesses: file.journal.witnesses && {
        policy: besides(around.file, file.journal.witnesses.policy),
        waitMs: parseDuration(file.journal.witnesses.wait) ?? 5_000,
      },
      file: file.journal.memory.file === undefined ? undefined : besides(around.file, file.journal.memory.file),
      unreachable: file.journal.memory.unreachable,
    },
    witnessLogs: file.witness && besides(around.file, file.witness.logs),
    sinks,
    metricsToken: file.gateway.metrics?.token,
    retention: Object.fromEntries(
      Object.entries(file.retention).flatMap(([kind, text]) => {
        const ms = text === undefined ? undefined : parseDuration(text)
        return ms === undefined ? [] : [[kind, ms]]
      }),
    ),
    warnings: [
      ...secrets.warnings,
      ...overridden.warnings,
      ...sinks.map(worryOf).filter((worry) => worry !== undefined),
      ...literalTokens(source),
    ],
  }
}

/** A sink with its files read. Throws GBX-1602 where the authority's certificate can't be read. */
function sinkOf(
  around: Surroundings,
  source: ConfigSource,
  name: string,
  { ca, path, format, ...sink }: File['sinks'][string],
  readFile: (path: string) => string,
): SinkSettings {
  let pem: string | undefined
  try {
    pem = ca === undefined ? undefined : readFile(ca)
  } catch {
    // closed: without its authority the receiver's certificate can't be checked
    fail('GBX-1602', { file: source.file, ...source.place(['sinks', name, 'ca']), secret: `file ${ca} (not readable)` })
  }
  const given = Object.entries({ ...sink, ca: pem, path: path === undefined ? undefined : besides(around.file, path) })
  return {
    ...(Object.fromEntries(given.filter(([, value]) => value !== undefined)) as Omit<SinkSettings, 'name' | 'format'>),
    name,
    format: format ?? (sink.kind === 'elasticsearch' ? 'ecs' : 'ocsf'),
  }
}

/** Tokens that stand in the file itself. */
const literalTokens = (source: ConfigSource): string[] => {
  const { sinks = {}, gateway } = (source.tree ?? {}) as {
    sinks?: Record<string, { token?: unknown } | null>
    gateway?: { metrics?: { token?: unknown } }
  }
  const places: [Path, unknown][] = [
    [['gateway', 'metrics', 'token'], gateway?.metrics?.token],
    ...Object.entries(sinks).map(([name, sink]): [Path, unknown] => [['sinks', name, 'token'], sink?.token]),
  ]
  return places
    .filter(([, token]) => typeof token === 'string' && !token.includes('${'))
    .map(([path]) => {
      const { line, column } = source.place(path)
      return `${source.file}:${line}:${column} a token stands in the file; put it elsewhere and write \${env:NAME} or \${file:/path}`
    })
}

/** Paths in the file start from the file's folder. */
const besides = (file: string, path: string): string => resolve(dirname(file), path)

const userOf = (name: string, user: File['users'][string]): ConfigUser => ({
  name,
  kind: user.kind,
  groups: user.groups,
  ...(user.person === undefined ? {} : { person: user.person }),
  ...(user.of === undefined ? {} : { of: user.of }),
})

interface Overridden {
  readonly tree: unknown
  readonly shown: Readonly<Record<string, string>>
  readonly warnings: readonly string[]
  /** Dotted setting -> variable that set it, so that a fault is blamed on the variable and not on the file. */
  readonly variables: ReadonlyMap<string, string>
}

function applyEnvironment(
  tree: unknown,
  env: Surroundings['env'],
  protocols: readonly Protocol[],
  source: ConfigSource,
): Overridden {
  const table = environmentTable(protocols)
  const warnings: string[] = []
  const shown: Record<string, string> = {}
  const variables = new Map<string, string>()
  const root: Record<string, unknown> =
    typeof tree === 'object' && tree !== null && !Array.isArray(tree) ? { ...tree } : refuseRoot(source)
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith('GLOVEBOX_') || name.startsWith('GLOVEBOX_TEST_') || value === undefined) continue
    const row = table.find((one) => one.name === name)
    if (!row) {
      const near = nearest(
        name,
        table.map((one) => one.name),
      )
      warnings.push(
        `environment variable ${oneLine(name)} means nothing here and was ignored${near ? `; did you mean ${near}?` : ''}`,
      )
      continue
    }
    const setting = /^gateway\.[\w.-]+/.exec(row.sets)?.[0].replace(/,$/, '')
    if (!setting || value === '') continue
    put(
      root,
      setting.split('.'),
      setting.endsWith('trustedProxies') ? value.split(',').map((word) => word.trim()) : value,
    )
    variables.set(setting, name)
    shown[name] = value
  }
  return { tree: root, shown, warnings, variables }
}

const refuseRoot = (source: ConfigSource): never =>
  source.refuse([], 'expected settings (gateway, classes, targets, users, journal, witness, sinks).')

/** Sets a nested value in copies of the objects on the way; a value of a wrong kind on the way is left for the schema to refuse. */
function put(root: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at = root
  for (const step of path.slice(0, -1)) {
    const next = at[step] ?? {}
    if (typeof next !== 'object' || Array.isArray(next)) return
    at[step] = { ...next }
    at = at[step] as Record<string, unknown>
  }
  at[path.at(-1) as string] = value
}

/** One configuration while it is being checked. */
interface Reading {
  readonly source: ConfigSource
  readonly protocols: readonly Protocol[]
  /** Never to be repeated in a message. */
  readonly secrets: readonly string[]
  readonly variables: Overridden['variables']
}

/** Throws GBX-1601 for the first issue by place. Values never appear: messages say what was expected. */
function refuseIssue(reading: Reading, error: z.ZodError, under: Path = [], moreKeys: readonly string[] = []): never {
  const { source } = reading
  const placed = error.issues.map((issue) => {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined
    const path = [
      ...under,
      ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step)),
      ...(unknown === undefined ? [] : [unknown]),
    ]
    return { issue, unknown, path, at: source.place(path, unknown !== undefined || issue.code === 'invalid_key') }
  })
  placed.sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)
  const first = placed[0]
  if (!first) return refuseRoot(source)
  const setting = first.path.join('.')
  const said = hideSecrets(
    first.unknown === undefined
      ? faultText(first.issue, setting)
      : unknownKey(first.unknown, first.path.slice(0, -1), first.path.length - 1 === under.length ? moreKeys : []),
    reading.secrets,
  )
  const variable = reading.variables.get(setting)
  if (variable) fail('GBX-1601', { file: 'environment', line: 1, column: 1, what: `${variable}: ${said}`, hint: '' })
  const more = placed.length > 1 ? ` (and ${placed.length - 1} more)` : ''
  return source.refuse(first.path, said + more, {
    key: first.unknown !== undefined || first.issue.code === 'invalid_key',
  })
}

const hideSecrets = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((cut, secret) => cut.replaceAll(secret, '…'), text)

function faultText(issue: z.core.$ZodIssue, setting: string): string {
  const text = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message
  return `${setting || 'the file'}: ${text
    .replace(/^Invalid (input|option): /, '')
    .replaceAll('"|"', ', ')
    .replace(/\.$/, '')}.`
}

const keysAt = (path: Path): readonly string[] => {
  const [top, name] = path
  if (top === undefined) return ['gateway', 'classes', 'targets', 'users', 'journal', 'witness', 'sinks']
  if (top === 'gateway' && path.length === 1)
    return ['publicUrl', 'listen', 'tls', 'trustedProxies', 'policies', 'epoch', 'metrics']
  if (top === 'gateway' && name === 'tls') return ['cert', 'key']
  if (top === 'gateway' && name === 'listen') return ['web', ...known.map((protocol) => protocol.name)]
  if (top === 'journal')
    return path.length === 1
      ? ['witnesses', 'memory']
      : name === 'witnesses'
        ? ['policy', 'wait']
        : ['file', 'unreachable']
  if (top === 'witness') return ['logs']
  if (top === 'sinks') return Object.keys(sinkShape)
  if (top === 'users') return ['groups', 'kind', 'person', 'of']
  if (top === 'classes') return ['form', 'search', 'canonical', 'keepFirst', 'keepLast', 'unit']
  return targetKeys(path.slice(2))
}

function unknownKey(key: string, parent: Path, moreKeys: readonly string[]): string {
  const near = nearest(key, [...keysAt(parent), ...moreKeys])
  const all =
    keysAt(parent).length === 0 || near ? '' : ` Known: ${[...new Set([...keysAt(parent), ...moreKeys])].join(', ')}.`
  return `unknown key "${key}".${near ? ` Did you mean "${near}"?` : all}`
}

function checkedClasses(file: File, source: ConfigSource): Readonly<Record<string, ClassRule>> {
  for (const name of Object.keys(file.classes)) {
    const fault = classFault(name)
    if (fault) source.refuse(['classes', name], `${fault}.`, { key: true })
  }
  // Members that the file leaves out are left out here too: `undefined` is not a value of a rule.
  const given = Object.entries(file.classes).map(([name, rule]) => [
    name,
    Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined)),
  ])
  return { ...builtinClasses, ...Object.fromEntries(given) }
}

function targetOf(
  reading: Reading,
  name: string,
  block: File['targets'][string],
  classes: Readonly<Record<string, ClassRule>>,
): Target {
  const { protocol: protocolName, labels, maxLevel, limits, pseudonyms, ...rest } = block
  const protocol = reading.protocols.find((one) => one.name === protocolName) as Protocol
  const options = protocol.options.safeParse(rest)
  if (!options.success) {
    const own = 'shape' in protocol.options ? Object.keys(protocol.options.shape as object) : []
    refuseIssue(reading, options.error, ['targets', name], own)
  }
  return {
    name,
    protocol: protocolName,
    labels,
    maxLevel,
    limits: limitsOf(limits),
    pseudonyms,
    classes,
    options: options.data,
    places: placesOf(reading, name, rest),
  }
}

/** Lines of a target's labels, for whoever asks why. */
function placesOf(
  { source }: Reading,
  target: string,
  rest: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const mask = typeof rest['mask'] === 'object' && rest['mask'] !== null ? Object.keys(rest['mask']) : []
  return Object.fromEntries(
    mask.map((key) => [key, `${basename(source.file)}:${source.place(['targets', target, 'mask', key]).line}`]),
  )
}

function listenOf(file: File, door: string, port: number): Listen {
  const given = (file.gateway.listen as Readonly<Record<string, string | undefined>>)[door]
  return (given === undefined ? undefined : parseAddress(given)) ?? { host: '127.0.0.1', port }
}

/** A door opens when a target needs it or the file names it; with no target at all every door opens, so that a first start shows them. */
function doorsOf(
  file: File,
  targets: ReadonlyMap<string, Target>,
  protocols: readonly Protocol[],
): ReadonlyMap<string, Listen> {
  const used = new Set([...targets.values()].map((target) => target.protocol))
  const open = protocols.filter(({ name }) => used.size === 0 || used.has(name) || name in file.gateway.listen)
  return new Map(open.map(({ name, port }) => [name, listenOf(file, name, port)]))
}

/** A web door beyond loopback needs TLS, or a proxy that ends it: bearer tokens would travel in clear otherwise. */
function checkTls(file: File, web: Listen, source: ConfigSource): void {
  if (isLoopback(web.host) || file.gateway.tls || file.gateway.trustedProxies) return
  source.refuse(
    ['gateway', 'listen', 'web'],
    `${web.host} is not loopback, so gateway.tls is needed (or gateway.trustedProxies where a proxy ends TLS).`,
  )
}

function checkUsers(file: File, source: ConfigSource): void {
  for (const [name, user] of Object.entries(file.users)) {
    const other = user.of ?? user.person
    if (user.kind === 'agent' && user.of === undefined)
      source.refuse(['users', name], 'an agent needs "of": the person it acts for.', { key: true })
    if (user.kind !== 'agent' && user.of !== undefined)
      source.refuse(['users', name, 'of'], 'only kind: agent acts for somebody.', { key: true })
    if (other === name) source.refuse(['users', name], 'this account points to itself.', { key: true })
  }
}
