// Walls that let everything through unchanged, for tests of the wire alone. What a statement is, they guess from its first
// word. Nothing outside of test/ can reach this file.
import { refusal } from '../../src/core/error.ts'
import type { Kind, Verdict, Walls, WallsModule } from '../../src/protocols/postgres/walls/types.ts'

const kinds: Record<string, Kind> = {
  begin: 'begin',
  start: 'begin',
  commit: 'commit',
  end: 'commit',
  rollback: 'rollback',
  abort: 'rollback',
  savepoint: 'savepoint',
  release: 'release',
  set: 'set',
  copy: 'copy',
  declare: 'declare',
  close: 'close',
  fetch: 'fetch',
  prepare: 'prepare',
  execute: 'execute',
  deallocate: 'deallocate',
  discard: 'discard',
}

export interface OpenWalls {
  /** Texts that match are refused. */
  refuse?: RegExp
  /** Columns (by name) that set the alarm off. */
  alarm?: string
  /** What judge throws, if anything. */
  broken?: boolean
}

function verdict(text: string): Verdict {
  const words = text
    .trim()
    .replace(/;$/, '')
    .split(/[\s(;]+/)
  const first = (words[0] ?? '').toLowerCase()
  const to = first === 'rollback' && words[1]?.toLowerCase() === 'to'
  const kind: Kind = first === '' ? 'empty' : to ? 'rollback-to' : (kinds[first] ?? 'query')
  const writes = /^(insert|update|delete|create|drop|truncate|alter)$/.test(first)
  const path = /^set\s+(local\s+)?search_path\s*(?:to|=)\s*(.*)$/i.exec(text.trim().replace(/;$/, ''))
  return {
    kind,
    action: { protocol: 'postgres', effect: writes ? 'write' : 'read', text, emitted: text, reads: [], masked: [] },
    sql: text.trim().replace(/;$/, ''),
    ...(first === 'discard'
      ? {
          emulate: {
            statements: ['CLOSE ALL', 'DEALLOCATE ALL', 'RESET search_path'],
            tag: text.trim().replace(/;$/, '').toUpperCase(),
          },
        }
      : {}),
    ...(kind === 'savepoint' || kind === 'release' || kind === 'fetch'
      ? { name: words.at(-1) ?? '' }
      : to
        ? { name: words.at(-1) ?? '' }
        : ['declare', 'prepare', 'execute'].includes(kind)
          ? { name: words[1] ?? '' }
          : {}),
    ...(path
      ? { setting: { name: 'search_path', local: path[1] !== undefined, searchPath: (path[2] ?? '').split(/\s*,\s*/) } }
      : {}),
    touched: [],
    labelledParameters: [],
    notices: [],
  }
}

/** Splits at semicolons outside of quotes: good enough for tests. */
const statements = (text: string): string[] =>
  text.match(/(?:'[^']*'|"[^"]*"|[^;'"])+/g)?.filter((part) => part.trim() !== '') ?? []

export function openWalls(options: OpenWalls = {}): WallsModule & { readonly seen: string[][]; bump(): void } {
  const seen: string[][] = []
  let version = 1
  const walls: Walls = {
    get version() {
      return version
    },
    searchPath: ['public'],
    session: () => ({
      judge: (text, place) => {
        seen.push([...place.searchPath])
        if (options.broken === true) throw new RangeError('planted')
        if (options.refuse?.test(text) === true) return refusal('GBX-1202', { what: 'this', why: 'A test says so.' })
        return statements(text).map(verdict)
      },
      bind: () => undefined,
      close: () => undefined,
    }),
    alarm: (fields) => {
      const found = fields.find((field) => field.name === options.alarm)
      return found === undefined ? undefined : refusal('GBX-1212', { column: found.name })
    },
    maskedColumns: () => [],
    refresh: () => Promise.resolve(),
  }
  return {
    seen,
    bump: () => void version++,
    openWalls: () => Promise.resolve(walls),
    reviewedMajors: [13, 14, 15, 16, 17, 18],
    startupSettings: (_key, limits) => ({
      default_transaction_read_only: 'on',
      statement_timeout: String(limits.statementTimeoutMs),
    }),
    settingAllowed: (name) =>
      /^(datestyle|timezone|extra_float_digits|statement_timeout)$/i.test(name)
        ? undefined
        : refusal('GBX-1209', { setting: name, why: 'It is not on the list.' }),
  }
}
