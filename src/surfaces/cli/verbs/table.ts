// The interactive verbs: what they are called and take. What they do is loaded when they run, so that help and every
// other verb start without it.
import type { CliArgument, CliFlag, Verb } from '../table.ts'

const target: CliArgument = {
  field: 'target',
  name: 'target',
  describe: 'name of a target (glovebox ls)',
  required: true,
}
const data: CliFlag = { field: 'data', long: 'data', value: 'DIR', describe: 'state of the gateway (./.glovebox)' }
const config: CliFlag = { field: 'config', long: 'config', value: 'FILE', describe: 'configuration (./glovebox.yaml)' }
const why: CliFlag = {
  field: 'why',
  long: 'why',
  short: 'w',
  value: 'REASON',
  describe: 'why you need it; reviewers and auditors read this',
}
const duration: CliFlag = {
  field: 'for',
  long: 'for',
  value: 'DURATION',
  describe: 'how long, from the approval on (30m)',
}
const level: CliFlag = {
  field: 'level',
  long: 'level',
  value: 'LEVEL',
  describe: 'read (masked rows; the default), observe (structure and plans); write or admin for one statement (--run)',
}
const userFlags: readonly CliFlag[] = [
  {
    field: 'groups',
    long: 'group',
    short: 'g',
    value: 'GROUP',
    many: true,
    describe: 'groups, separated by commas or by repeating the flag',
  },
  { field: 'kind', long: 'kind', value: 'KIND', describe: 'user, service or agent' },
  { field: 'of', long: 'of', value: 'PERSON', describe: 'an agent acts for this person' },
  {
    field: 'person',
    long: 'person',
    value: 'PERSON',
    describe: 'the account belongs to this person (a second account)',
  },
  data,
]
const user: CliArgument = { field: 'name', name: 'name', describe: 'name of the account', required: true }

/** All of them. Order does not matter; help sorts. */
export const interactiveVerbs: readonly Verb[] = [
  {
    verb: ['up'],
    summary: 'Start a gateway in the foreground; prints one line `ready` when all doors listen.',
    args: [],
    flags: [
      config,
      data,
      {
        field: 'demo',
        long: 'demo',
        describe: 'with a database of its own that holds the tea shop Fernway, on loopback only',
      },
    ],
    examples: [
      'glovebox up',
      'glovebox up --config /etc/glovebox.yaml --data /var/lib/glovebox',
      'glovebox up --demo',
      'GLOVEBOX_LISTEN_WEB=127.0.0.1:0 glovebox up',
    ],
    run: async (call) => (await import('./up.ts')).up(call),
  },
  {
    verb: ['tour'],
    summary: 'The whole story against a demo of its own, step by step; ends with exit 0 when every step holds.',
    args: [],
    flags: [],
    examples: ['glovebox tour'],
    run: async ({ host, io, env }) =>
      host.tour({
        log: (line) => void io.err.write(line + '\n'),
        out: (line) => void io.out.write(line + '\n'),
        plain: env.plain,
      }),
  },
  {
    verb: ['connect'],
    summary: 'Get access to a target and start a client: asks, waits for the approval in place, connects.',
    args: [target],
    flags: [
      why,
      duration,
      { ...level, describe: 'read (masked rows; the default) or observe (structure and plans)' },
      { field: 'ticket', long: 'ticket', value: 'ID', describe: 'ticket that this is about' },
      { field: 'print', long: 'print', describe: 'print the connection string instead of starting a client' },
      { field: 'again', long: 'again', value: 'GRANT', describe: 'ask for the same as that grant had' },
      { field: 'noWait', long: 'no-wait', describe: 'do not wait for an approval: exit 8 while it is pending' },
    ],
    examples: [
      'glovebox connect pg-orders -w "PD-4412 checkout 500s" --for 30m',
      'glovebox connect pg-orders --print --json',
      'glovebox connect pg-orders -w "PD-4412" -- pg_dump --schema-only',
    ],
    after: true,
    run: async (call) => (await import('./connect.ts')).connect(call),
  },
  {
    verb: ['request'],
    summary: 'Ask for access to a target. An equal request that is pending or live is used again.',
    args: [{ ...target, required: false }],
    flags: [
      why,
      duration,
      level,
      { field: 'ticket', long: 'ticket', value: 'ID', describe: 'ticket that this is about' },
      {
        field: 'tables',
        long: 'scope',
        value: 'SCHEMA.TABLE,…',
        many: true,
        describe: 'only these tables; several by commas',
      },
      {
        field: 'unmask',
        long: 'unmask',
        value: 'SCHEMA.TABLE.COLUMN,…',
        many: true,
        describe: 'show these labelled columns as they are (for 10m unless said)',
      },
      { field: 'rows', long: 'rows', value: 'N', describe: 'with --unmask: at most this many rows of them (1000)' },
      { field: 'again', long: 'again', value: 'REF', describe: 'the same as that request or grant' },
      {
        field: 'last',
        long: 'last',
        describe: 'what the last refusal of yours needs: that very statement, if it changes something',
      },
      { field: 'run', long: 'run', value: 'STATEMENT', describe: 'the exact statement, for level write and admin' },
      { field: 'undo', long: 'undo', value: 'REQUEST', describe: 'take back what that request changed' },
      { field: 'ttl', long: 'ttl', value: 'DURATION', describe: 'how long it waits for its decision (1h)' },
      {
        field: 'wait',
        long: 'wait',
        describe: 'wait until it is decided (exit 0 approved, 6 denied, 8 still waiting)',
      },
    ],
    examples: [
      'glovebox request pg-orders --level read --for 30m -w "PD-4412 checkout 500s"',
      'glovebox request pg-orders --unmask public.customers.email --rows 20 -w "PD-4412 two accounts"',
      'glovebox request --last',
      'glovebox request pg-orders -w "PD-4412" --wait --json',
    ],
    run: async (call) => (await import('./request.ts')).request(call),
  },
  {
    verb: ['watch'],
    summary: 'Follow requests, grants, sessions and statements as they happen.',
    args: [{ field: 'session', name: 'session', describe: 'only this session', required: false }],
    flags: [],
    examples: ['glovebox watch', 'glovebox watch s-4k2m', 'glovebox watch --json'],
    run: async (call) => (await import('./watch.ts')).watch(call),
  },
  {
    verb: ['audit', 'export'],
    summary:
      'Make an evidence file of what a query finds: one zip that verifies offline. That you exported is put on record.',
    args: [],
    flags: [
      {
        field: 'query',
        long: 'query',
        value: 'QUERY',
        describe: 'what to export, in the words of audit search; nothing = everything',
      },
      { field: 'out', long: 'out', value: 'FILE', describe: 'where to write it; an existing file is left alone' },
      { field: 'preview', long: 'preview', describe: 'say how much it would be, and make nothing' },
    ],
    examples: [
      'glovebox audit export --query "user:ada table:orders.customers from:-90d" --out ada.evidence.zip',
      'glovebox audit export --query request:r-4k2mabcd2345 --preview',
    ],
    run: async (call) => (await import('./export.ts')).exportEvidence(call),
  },
  {
    verb: ['audit', 'verify'],
    summary: 'Verify a journal or an evidence file offline: no gateway, no network, no store.',
    args: [
      {
        field: 'dir',
        name: 'dir',
        describe: 'data folder of a gateway, root of a log, or evidence file',
        required: true,
      },
    ],
    flags: [
      {
        field: 'key',
        long: 'key',
        value: 'KEY',
        describe: 'verifier key: a file or its text; without it the folder vouches for itself',
      },
      {
        field: 'policy',
        long: 'policy',
        value: 'FILE',
        describe: 'witnesses that have to have cosigned the checkpoint (c2sp.org/tlog-policy)',
      },
    ],
    examples: [
      'glovebox audit verify .glovebox',
      'glovebox audit verify copy/ --key journal.vkey --json',
      'glovebox audit verify ada.evidence.zip --key journal.vkey',
    ],
    run: async (call) => (await import('./verify.ts')).verifyFolder(call),
  },
  {
    verb: ['witness'],
    summary:
      'Be a witness for other logs: cosign their checkpoints as long as they only grow. Prints one line `ready`.',
    args: [],
    flags: [
      { field: 'logs', long: 'logs', value: 'FILE', describe: 'whom to listen to: a line "log VKEY" for each log' },
      { field: 'listen', long: 'listen', value: 'HOST:PORT', describe: 'where (127.0.0.1:7481)' },
      { field: 'key', long: 'key', describe: 'print the public key of this witness, for policies, and end' },
      { field: 'data', long: 'data', value: 'DIR', describe: 'where it keeps its key and its memory (./.glovebox)' },
    ],
    examples: [
      'glovebox witness --key --data /var/lib/witness',
      'glovebox witness --logs logs.txt --data /var/lib/witness',
    ],
    run: async (call) => (await import('./witness.ts')).witness(call),
  },
  {
    verb: ['user', 'add'],
    summary: 'Add or change an account and print a new token for it, shown once. Works with the gateway up or down.',
    args: [user],
    flags: userFlags,
    examples: [
      'glovebox user add ana --group engineers --data .glovebox',
      'glovebox user add scout --kind agent --of ana',
    ],
    run: async (call) => (await import('./user.ts')).setUser(call, false),
  },
  {
    verb: ['user', 'token'],
    summary: 'Print a new token for an account that exists, shown once.',
    args: [user],
    flags: [data],
    examples: ['glovebox user token ana'],
    run: async (call) => (await import('./user.ts')).setUser(call, true),
  },
  {
    verb: ['doctor'],
    summary: 'Check the gateway and its targets: what is proved, and what to do about the rest.',
    args: [],
    flags: [
      { field: 'rebuild', long: 'rebuild', describe: 'with the gateway down: rebuild store.db from the journal' },
      data,
    ],
    examples: ['glovebox doctor', 'glovebox doctor --rebuild --data .glovebox'],
    run: async (call) => (await import('./doctor.ts')).doctor(call),
  },
  {
    verb: ['mask', 'why'],
    summary: 'Why a column is masked: its class, its form, where that was said, and who may lift it.',
    args: [
      { field: 'first', name: 'column', describe: 'schema.table.column, or its last parts', required: true },
      { field: 'column', name: 'column', describe: 'with a target as the first word: the column', required: false },
    ],
    flags: [{ field: 'target', long: 'target', value: 'TARGET', describe: 'on this target; else on all that you see' }],
    examples: [
      'glovebox mask why public.customers.email',
      'glovebox mask why email --target pg-orders',
      'glovebox mask why pg-orders public.customers.email',
    ],
    run: async (call) => (await import('./mask.ts')).why(call),
  },
  {
    verb: ['mask', 'preview'],
    summary: 'What would become of a statement: each column with its mask and origin, and the SQL that would go up.',
    args: [{ field: 'text', name: 'statement', describe: 'the statement; it is not run', required: true }],
    flags: [
      { field: 'target', long: 'target', value: 'TARGET', describe: 'name of the target', required: true },
      { field: 'full', long: 'full', describe: 'the whole SQL, with the masks written out' },
    ],
    examples: [
      'glovebox mask preview "select id, email from customers" --target pg-orders',
      'glovebox mask preview "select * from customer_directory" --target pg-orders --full',
    ],
    run: async (call) => (await import('./mask.ts')).preview(call),
  },
  {
    verb: ['provision'],
    summary: 'Print the SQL of the second wall: a role on the target that can only read what Glovebox reads.',
    args: [target],
    flags: [
      {
        field: 'level',
        long: 'level',
        value: 'LEVEL',
        describe: 'l1 = a role that reads by column (the default); l2 = a role that reads masked views only',
      },
      { field: 'role', long: 'role', value: 'NAME', describe: 'name of the role (glovebox_ro)' },
      { field: 'connections', long: 'connections', value: 'N', describe: 'connections it may have at once (40)' },
      {
        field: 'monitor',
        long: 'monitor',
        describe: 'also pg_monitor: statistics of the whole server, with the statements of other sessions',
      },
      {
        field: 'apply',
        long: 'apply',
        describe: 'show it, ask, and run it in one transaction; without this nothing runs',
      },
      {
        field: 'admin',
        long: 'admin',
        value: 'REF',
        describe: 'for --apply: where the connection string of an administrator is, env:NAME or file:PATH; used once',
      },
      {
        field: 'passwordFile',
        long: 'password-file',
        value: 'FILE',
        describe: 'for --apply: sets the password in this file, made where there is none; only its verifier is sent',
      },
      { field: 'yes', long: 'yes', describe: 'for --apply in scripts: do not ask' },
    ],
    examples: [
      'glovebox provision pg-orders --level l1 > role.sql',
      'glovebox provision pg-orders --apply --admin env:PG_ADMIN_URL --password-file ro.password',
    ],
    run: async (call) => (await import('./provision.ts')).provision(call),
  },
  {
    verb: ['explain'],
    summary: 'Explain an error code.',
    args: [{ field: 'code', name: 'code', describe: 'GBX-nnnn', required: true }],
    flags: [],
    examples: ['glovebox explain GBX-1206'],
    run: async (call) => (await import('./explain.ts')).explain(call),
  },
  {
    verb: ['completion'],
    summary: 'Print the completion script of a shell.',
    args: [{ field: 'shell', name: 'shell', describe: 'bash, zsh or fish', required: false }],
    flags: [],
    examples: [
      'glovebox completion bash > /etc/bash_completion.d/glovebox',
      'glovebox completion zsh > ~/.zfunc/_glovebox',
      'glovebox completion fish > ~/.config/fish/completions/glovebox.fish',
    ],
    run: async (call) => (await import('./completion.ts')).completion(call),
  },
  {
    verb: ['open'],
    summary: 'Print the address of anything with an id, and open it in a browser when there is one.',
    args: [{ field: 'ref', name: 'ref', describe: 'r-… g-… s-… j-… or GBX-nnnn', required: true }],
    flags: [],
    examples: ['glovebox open r-9c21', 'glovebox open GBX-1206'],
    run: async (call) => (await import('./open.ts')).open(call),
  },
]
