// The reference of glovebox.yaml, made from the schemas that read it: a JSON schema for editors and a page for people.
import { z } from 'zod'
import { environmentTable } from './config.ts'
import { fileSchema } from './config-schema.ts'
import { builtinClasses } from './masking/classes.ts'
import { protocols } from './protocols/registry.ts'

type Json = Record<string, unknown>

const schemaOf = (schema: z.ZodType): Json => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json

/** JSON schema of the whole file: a target is one of the protocols' blocks. */
export function jsonSchema(): Json {
  const file = schemaOf(fileSchema(protocols.map((protocol) => protocol.name)))
  const properties = file.properties as Record<string, Json>
  const common = ((properties.targets as Json).additionalProperties as Json).properties as Json
  const blocks = protocols.map((protocol) => {
    const own = schemaOf(protocol.options)
    delete own.$schema
    return {
      ...own,
      properties: { ...common, protocol: { const: protocol.name }, ...(own.properties as Json) },
      required: ['protocol', ...((own.required as string[] | undefined) ?? [])],
      additionalProperties: false,
    }
  })
  const targets = { ...properties.targets, additionalProperties: blocks.length === 1 ? blocks[0] : { oneOf: blocks } }
  return {
    ...file,
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'glovebox.yaml',
    properties: { ...properties, targets },
  }
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

function typeOf(schema: Json): string {
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => `\`${String(value)}\``).join(', ')
  if ('const' in schema) return `\`${String(schema.const)}\``
  if (Array.isArray(schema.anyOf)) return schema.anyOf.map((one) => typeOf(one as Json)).join(' or ')
  if (schema.type === 'array') return `list of ${typeOf((schema.items ?? {}) as Json)}`
  return String(schema.type ?? 'any')
}

/** One row per setting, nested ones by their dotted path. */
function rows(schema: Json, path: string): string[] {
  return Object.entries((schema.properties ?? {}) as Record<string, Json>).flatMap(([name, field]) => {
    const at = path === '' ? name : `${path}.${name}`
    const nested = field.properties ? rows(field, at) : []
    const said = [
      String(field.description ?? ''),
      ...(field.default === undefined || typeof field.default === 'object'
        ? []
        : [`Default: \`${String(field.default)}\`.`]),
    ]
      .filter((text) => text !== '')
      .join(' ')
    return nested.length > 0 ? nested : [`| \`${at}\` | ${cell(typeOf(field))} | ${cell(said)} |`]
  })
}

const table = (lines: readonly string[]): string => `| setting | value | |\n|---|---|---|\n${lines.join('\n')}\n`

/** docs/reference/configuration.md */
export function configurationPage(): string {
  const { properties } = jsonSchema() as { properties: Record<string, Json> }
  const item = (name: string): Json => (properties[name] as Json).additionalProperties as Json
  const blocks = protocols.map((protocol, i) => {
    const target = item('targets')
    const block = (Array.isArray(target.oneOf) ? target.oneOf[i] : target) as Json
    return `### protocol: ${protocol.name}\nDoor: port ${protocol.port} on loopback unless told otherwise.\n\n${table(rows(block, ''))}`
  })
  const classes = Object.entries(builtinClasses).map(
    ([name, { form, ...rest }]) =>
      `| \`${name}\` | ${form}${Object.entries(rest)
        .map(([key, value]) => ` (${key} ${String(value)})`)
        .join('')} |`,
  )
  const environment = environmentTable().map(({ name, sets }) => `| \`${name}\` | ${sets} |`)
  return `# Configuration
Generated from the schema that reads the file. \`glovebox.yaml\` is strict: an unknown key, a wrong type, a key that is there twice or an
alias is an error with line, column and a suggestion (GBX-1601), and nothing is started. For editors:
\`# yaml-language-server: $schema=glovebox.schema.json\`.

Secrets: \`\${env:NAME}\` or \`\${file:/path}\` inside any value; a missing one is GBX-1602. A password that stands in the file works with a
warning. Paths start from the folder of the file. Durations: \`30s\`, \`5m\`, \`1h30m\`. Sizes: \`50MB\` (1,000,000), \`256KiB\` (1,024).

## gateway
${table(rows(properties.gateway as Json, 'gateway'))}
A web door beyond loopback needs \`gateway.tls\`, or \`gateway.trustedProxies\` where a proxy ends TLS.

## targets.NAME
${blocks.join('\n')}
## journal
What remembers the record outside of the data folder, see [witnesses](../how-to/witness.md).

${table(rows(properties.journal as Json, 'journal'))}
## retention
Payloads that are older are erased, see [erase a person](../how-to/erase-a-person.md).

${table(rows(properties.retention as Json, 'retention'))}
## witness
${table(rows(properties.witness as Json, 'witness'))}
## sinks.NAME
Where the record is delivered to, see [deliver to a SIEM](../how-to/deliver-to-a-siem.md).

${table(rows(item('sinks'), ''))}
## users.NAME
People of the file take their groups from the file at every start. Taking somebody out of the file does not end their account: they keep
the groups that they had last. To end it: \`glovebox user remove NAME\`.

${table(rows(item('users'), ''))}
## classes.NAME
Changes the form of a class of data. Families are closed (pii, pci, phi, secret): an unknown family is an error, an unknown member is redacted.

${table(rows(item('classes'), ''))}
| built in | form |
|---|---|
${classes.join('\n')}

## Environment
Overrides the file. An unknown \`GLOVEBOX_…\` is warned about and ignored.

| variable | sets |
|---|---|
${environment.join('\n')}
`
}
