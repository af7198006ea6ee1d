// Secrets in glovebox.yaml: `${env:NAME}` and `${file:/path}` are put in after the file was read, and a password that
// stands in the file itself is warned about. What was put in is remembered, so that no error message can repeat it (G9).
import { fail } from './core/error.ts'
import type { ConfigSource, Path } from './config-source.ts'

const reference = /\$\{([^}]*)\}/g
const maxSecretBytes = 65_536
/** scheme://user:password@… */
const urlPassword = /^([a-z][a-z0-9+.-]*:\/\/[^/?#@:]*):([^/?#@]+)@/i

export interface Secrets {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Text of a file; throws when it can't be read. */
  readonly readFile: (path: string) => string
}

export interface Expanded {
  readonly tree: unknown
  /** The tree with references as written and literal passwords blanked: what may be hashed and shown. */
  readonly shown: unknown
  readonly values: readonly string[]
  readonly warnings: readonly string[]
}

/** Puts the secrets into every text value. Throws GBX-1602 for a missing one, GBX-1601 for an unknown kind of reference. */
export function expandSecrets(source: ConfigSource, secrets: Secrets): Expanded {
  const values: string[] = []
  const warnings: string[] = []

  const valueOf = (written: string, path: Path): string => {
    const [, kind, name = ''] = /^(env|file):(.+)$/.exec(written) ?? []
    if (!kind) source.refuse(path, '"${…}" is not understood: a secret is ${env:NAME} or ${file:/path}.')
    const missing = (secret: string): never => fail('GBX-1602', { file: source.file, ...source.place(path), secret })
    if (kind === 'env') return secrets.env[name] || missing(`environment variable ${name}`)
    try {
      const text = secrets.readFile(name)
      return text.length > maxSecretBytes || text.trim() === ''
        ? missing(`file ${name} (empty or too long)`)
        : text.replace(/\r?\n$/, '')
    } catch {
      return missing(`file ${name} (not readable)`) // fails closed: nothing starts without the secret
    }
  }

  const expand = (text: string, path: Path): string => {
    const literal = urlPassword.exec(text)?.[2]
    if (literal !== undefined && !literal.includes('${')) {
      values.push(literal)
      const { line, column } = source.place(path)
      warnings.push(
        `${source.file}:${line}:${column} a password stands in the file; put it elsewhere and write \${env:NAME} or \${file:/path}`,
      )
    }
    return text.replace(reference, (_, written: string) => {
      const value = valueOf(written, path)
      values.push(value)
      const password = urlPassword.exec(value)?.[2]
      if (password !== undefined) values.push(password, safeDecode(password))
      return value
    })
  }

  const walk = (node: unknown, path: Path, change: (text: string, path: Path) => string): unknown => {
    if (typeof node === 'string') return change(node, path)
    if (Array.isArray(node)) return node.map((item, i) => walk(item, [...path, i], change))
    if (typeof node !== 'object' || node === null) return node
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, walk(value, [...path, key], change)]))
  }

  const tree = walk(source.tree, [], expand)
  const shown = walk(source.tree, [], (text) =>
    text.replace(urlPassword, (all, before: string, word: string) => (word.includes('${') ? all : `${before}:…@`)),
  )
  return { tree, shown, values: values.filter((value) => value.length > 3), warnings }
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // only used to know what must not be shown: the raw text is on that list already
  }
}
