// Which folder of src/ may import which: the one table behind the house check. The linter's walls (.oxlintrc.json) say
// the same in its own words; test/house/walls.test.ts plants a breach for each pair and wants both to catch it.

/** Folder -> what it may import besides itself: folders, or single files. What is not listed here is a breach. */
export const allowed: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  core: ['lib'],
  masking: ['core', 'lib'],
  policy: ['core', 'lib'],
  tlog: ['core', 'lib'],
  journal: ['tlog', 'core', 'lib'],
  store: ['core', 'lib'],
  // What the gate expects of a connection is a type, so the sockets below may name it.
  net: ['core', 'lib', 'gate/types.ts'],
  integrations: ['core', 'lib'],
  gate: ['journal', 'store', 'net', 'policy', 'masking', 'integrations', 'tlog', 'core', 'lib'],
  access: ['journal', 'store', 'policy', 'integrations', 'tlog', 'core', 'lib'],
  // A protocol sees no socket, no file, no journal: bytes reach a target by a Permit alone.
  protocols: ['gate/types.ts', 'masking', 'core', 'lib'],
  features: ['gate', 'access', 'journal', 'store', 'policy', 'masking', 'tlog', 'core', 'lib'],
  operations: [
    'features',
    'gate',
    'access',
    'journal',
    'store',
    'policy',
    'masking',
    'tlog',
    'core',
    'lib',
    'protocols/protocol.ts',
  ],
  // Offline verbs read a journal's folder without any gateway.
  surfaces: ['operations', 'tlog', 'journal/folder.ts', 'core', 'lib'],
}

/** Folders that need nothing from npm, so that a stranger can run them with Node alone. */
export const withoutPackages = ['lib', 'core', 'tlog']

/** Pure folders: time, ids and chance come in as arguments. */
export const pure = ['core', 'masking', 'policy', 'tlog']

/** Node's modules that only some folders may use; an empty list in `only` = nobody. Tests are free. */
export const guarded: readonly { readonly modules: RegExp; readonly only: readonly string[] }[] = [
  { modules: /^(node:)?(net|tls|dgram)$/, only: ['net'] },
  {
    modules: /^(node:)?fs(\/promises)?$/,
    only: [
      'journal',
      'store',
      'net',
      'integrations',
      'gate',
      'access',
      'policy',
      'features',
      'operations',
      'surfaces',
      'demo',
      '',
    ],
  },
  { modules: /^(node:)?child_process$/, only: ['net', 'integrations', 'features', 'surfaces', 'demo', ''] },
]

/** The only readers of the environment. */
export const environment = ['src/config.ts', 'src/surfaces/cli/env.ts']

/** Words by which a target protocol is known. */
export const protocolNames = /postgres|mysql|mariadb|redis|mongodb|mssql/i

/** Where a protocol may be named besides its own folder. */
export const protocolPlaces = ['src/protocols/registry.ts', 'src/demo/']

/** Files that may be long: tables and what is generated. */
export const longFiles = /\/lists\/signatures\.ts$|\.generated\.ts$|^src\/core\/error\.ts$/
