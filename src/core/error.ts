// The one catalogue of everything that Glovebox refuses or fails at, and the two shapes it travels in: a Refusal (a
// value: somebody was told no) and a GloveboxError (an exception: something broke). Each path words the same Refusal in
// its own dialect; the sentence never changes. Text rules: docs/reference/errors.md.

interface Definition {
  /** Short stable name, kebab-case. */
  readonly name: string
  readonly http: number
  /** Exit code of the CLI. */
  readonly exit: number
  readonly sqlstate: string
  /** What did not happen, to what. `{name}` is filled from the values given to refusal(). */
  readonly title: string
  /** The reason, with the rule. */
  readonly why?: string
  /** Lines to paste. */
  readonly next?: readonly string[]
}

const define = <const T extends Record<string, Definition>>(table: T): T => table

/** Ranges: 10 use · 11 who may · 12 walls · 13 target and limits · 14 protecting the record · 15 running · 16 configuration · 17 evidence and redaction · 19 ours. */
export const errors = define({
  'GBX-1001': { name: 'usage', http: 400, exit: 2, sqlstate: '22023', title: '{what}', next: ['glovebox help'] },
  'GBX-1002': {
    name: 'invalid-input',
    http: 400,
    exit: 2,
    sqlstate: '22023',
    title: '{field} is not valid, so nothing was done.',
    why: '{why}',
  },
  'GBX-1003': {
    name: 'sign-in-first',
    http: 401,
    exit: 4,
    sqlstate: '28000',
    title: 'you are not signed in, so nothing was done.',
    why: '{why}',
    next: ['export GLOVEBOX_TOKEN=gbx_…   (on the gateway: glovebox user token NAME)'],
  },
  'GBX-1004': {
    name: 'not-found',
    http: 404,
    exit: 2,
    sqlstate: '42704',
    title: '{what} does not exist or is not yours to see.',
  },
  'GBX-1005': {
    name: 'too-large',
    http: 413,
    exit: 2,
    sqlstate: '54000',
    title: 'the request is longer than {limit}, so nothing was done.',
  },
  'GBX-1101': {
    name: 'policy-denied',
    http: 403,
    exit: 5,
    sqlstate: '42501',
    title: '{target}: {level} is not allowed for you, so nothing was asked or run.',
    why: '{why}',
    next: ['glovebox ls'],
  },
  'GBX-1102': {
    name: 'pending',
    http: 202,
    exit: 8,
    sqlstate: '28000',
    title: '{request} is not approved yet ({have} of {need}).',
    why: 'can decide: {reviewers}',
    next: ['glovebox requests'],
  },
  'GBX-1103': {
    name: 'ended',
    http: 403,
    exit: 7,
    sqlstate: '57P01',
    title: '{grant} ended at {at}: {cause}.',
    why: 'If a transaction was open, it was rolled back.',
    next: ['glovebox connect {target} --again {grant}'],
  },
  'GBX-1104': {
    name: 'denied',
    http: 403,
    exit: 6,
    sqlstate: '28000',
    title: '{request} was denied by {reviewer}: "{comment}". Nothing was run.',
    next: ['glovebox request {target} --level {level} -w "…"'],
  },
  'GBX-1105': {
    name: 'own-request',
    http: 403,
    exit: 5,
    sqlstate: '42501',
    title: 'you asked for {request} yourself, so you cannot decide it.',
    why: 'rule four-eyes: somebody else must decide.',
  },
  'GBX-1106': {
    name: 'request-changed',
    http: 409,
    exit: 5,
    sqlstate: '42501',
    title: '{request} is not what you were shown, so nothing was decided.',
    why: 'Its content hash is {actual}.',
    next: ['glovebox requests'],
  },
  'GBX-1107': {
    name: 'already-decided',
    http: 409,
    exit: 5,
    sqlstate: '42501',
    title: '{what} is {state} already, so nothing was changed.',
  },
  'GBX-1108': {
    name: 'locked',
    http: 403,
    exit: 5,
    sqlstate: '28000',
    title: '{what} is locked, so nothing was asked or run.',
    why: '{why}',
  },
  'GBX-1109': {
    name: 'no-grant',
    http: 403,
    exit: 5,
    sqlstate: '28000',
    title: 'you have no access to {target} now, so nothing was run.',
    next: ['glovebox request {target} --level read --for 30m -w "…"'],
  },
  'GBX-1110': {
    name: 'not-a-reviewer',
    http: 403,
    exit: 5,
    sqlstate: '42501',
    title: 'you cannot decide {request}.',
    why: '{why}',
  },
  'GBX-1111': {
    name: 'agent-cannot-approve',
    http: 403,
    exit: 5,
    sqlstate: '42501',
    title: 'agents never decide requests, so nothing was decided.',
  },
  'GBX-1112': {
    name: 'level-too-high',
    http: 403,
    exit: 5,
    sqlstate: '42501',
    title: '{target}: {level} is more than anybody gets on this target (maxLevel: {max}).',
    next: ['glovebox request {target} --level {max} -w "…"'],
  },
  'GBX-1113': {
    name: 'duration-too-long',
    http: 403,
    exit: 5,
    sqlstate: '42501',
    title: '{asked} is longer than the policy allows ({max}), so nothing was asked.',
    next: ['glovebox request {target} --for {max} -w "…"'],
  },
  'GBX-1114': {
    name: 'outside-scope',
    http: 403,
    exit: 5,
    sqlstate: '42501',
    title: '{what} is not in the scope of {grant}, so nothing was run.',
    why: 'approved: {scope}',
    next: ['glovebox request {target} --scope {what} -w "…"'],
  },
  'GBX-1115': {
    name: 'not-admitted',
    http: 401,
    exit: 4,
    sqlstate: '28000',
    title: 'this sign-in is unknown, ended, or not for this target.',
    why: 'A connection password works for one grant, one person and one target, until the grant ends.',
    next: ['glovebox connect {target}'],
  },
  'GBX-1116': {
    name: 'too-many-connections',
    http: 429,
    exit: 5,
    sqlstate: '53300',
    title: 'you have {limit} connections open, which is the limit; this one was refused.',
  },
  'GBX-1117': {
    name: 'not-allowed',
    http: 403,
    exit: 5,
    sqlstate: '42501',
    title: 'you may not {what}, so nothing was done.',
    why: '{why}',
  },
  'GBX-1118': {
    name: 'level-not-built',
    http: 501,
    exit: 5,
    sqlstate: '0A000',
    title: 'level {level} is not available in this version, so nothing was asked.',
    next: ['glovebox request {target} --level read -w "…"'],
  },
  'GBX-1119': {
    name: 'tls-needed',
    http: 426,
    exit: 4,
    sqlstate: '28000',
    title: 'from another machine this door wants TLS, so nothing was asked or run.',
    next: ['glovebox connect {target} --print'],
  },
  'GBX-1120': {
    name: 'unknown-host',
    http: 421,
    exit: 2,
    sqlstate: '08004',
    title: '{host} is not a name of this gateway, so nothing was done.',
    why: 'It answers to {known}; gateway.publicUrl adds a name.',
  },
  'GBX-1121': {
    name: 'cross-site',
    http: 403,
    exit: 5,
    sqlstate: '42501',
    title: 'a page of {origin} may not use this gateway, so nothing was done.',
  },
  'GBX-1122': {
    name: 'too-many-sign-ins',
    http: 429,
    exit: 4,
    sqlstate: '28000',
    title: 'too many sign-ins from this address failed, this one too, so nothing was done.',
    why: 'Wait {wait}, then use a token that works.',
  },
  'GBX-1130': {
    name: 'unmask-not-labelled',
    http: 400,
    exit: 2,
    sqlstate: '42703',
    title: '{column} is not a masked column of {target}, so nothing was asked for.',
    why: '{why}',
    next: ['glovebox mask why {column} --target {target}'],
  },
  'GBX-1201': {
    name: 'masked',
    http: 200,
    exit: 0,
    sqlstate: '00000',
    title: '{column} is masked (class {class}, form {form}).',
    why: '{works}',
    next: ['glovebox mask why {column}'],
  },
  'GBX-1202': {
    name: 'statement-not-allowed',
    http: 403,
    exit: 5,
    sqlstate: '42501',
    title: '{what} is not allowed here, so nothing reached the database.',
    why: '{why}',
  },
  'GBX-1203': {
    name: 'read-only',
    http: 403,
    exit: 5,
    sqlstate: '25006',
    title: '{what} was not run: this session is read-only. Nothing reached the database.',
    why: 'A change on {target} is asked for by its text, and others approve what it does.',
    next: ['glovebox request --last'],
  },
  'GBX-1204': {
    name: 'function-not-allowed',
    http: 403,
    exit: 5,
    sqlstate: '42501',
    title: 'function {function} is not allowed in this session, so nothing was run.',
    why: '{why}',
  },
  'GBX-1205': {
    name: 'catalog-not-allowed',
    http: 403,
    exit: 5,
    sqlstate: '42501',
    title: '{relation} is not readable through Glovebox, so nothing was run.',
    why: '{why}',
  },
  'GBX-1206': {
    name: 'masked-comparison',
    http: 403,
    exit: 5,
    sqlstate: '42501',
    title:
      'the query was not run: comparing masked column {column} (class {class}, form {form}) would test the mask, not the data.',
    next: ['{way}'],
  },
  'GBX-1207': {
    name: 'masked-join',
    http: 403,
    exit: 5,
    sqlstate: '42501',
    title:
      'the query was not run: {left} = {right} joins on a mask (form {form}) that is the same for different values.',
    next: ['join on an unmasked key'],
  },
  'GBX-1208': {
    name: 'search-budget',
    http: 429,
    exit: 5,
    sqlstate: '54000',
    title:
      '{who} searched for {limit} different values in masked columns{when}, which is the limit; the query was not run.',
    next: ['go on from a row that you found: its key is not masked'],
  },
  'GBX-1209': {
    name: 'setting-not-allowed',
    http: 403,
    exit: 5,
    sqlstate: '42501',
    title: 'setting {setting} cannot be changed here, so nothing was changed.',
    why: '{why}',
  },
  'GBX-1210': {
    name: 'not-understood',
    http: 400,
    exit: 5,
    sqlstate: '0A000',
    title: 'the statement was not understood, so nothing was run.',
    why: '{why}',
  },
  'GBX-1211': {
    name: 'no-such-relation',
    http: 404,
    exit: 5,
    sqlstate: '42P01',
    title: 'relation {relation} does not exist on this target or is not of a readable kind, so nothing was run.',
  },
  'GBX-1212': {
    name: 'mask-alarm',
    http: 500,
    exit: 10,
    sqlstate: 'XX000',
    title: 'the answer was cut before its first row: {column} would have left unmasked.',
    why: 'This is a defect of Glovebox or of its configuration. The session was ended.',
    next: ['glovebox doctor'],
  },
  'GBX-1213': {
    name: 'observe-only',
    http: 403,
    exit: 5,
    sqlstate: '42501',
    title: '{what} was not run: level observe shows structure, plans and statistics, no rows of user tables.',
    next: ['glovebox request {target} --level read -w "…"'],
  },
  'GBX-1214': {
    name: 'message-not-supported',
    http: 400,
    exit: 5,
    sqlstate: '08P01',
    title: 'protocol message {message} is not accepted, so the connection was ended.',
    why: '{why}',
  },
  'GBX-1216': {
    name: 'catalogue-changed',
    http: 409,
    exit: 10,
    sqlstate: 'XX000',
    title:
      'the answer was cut before its first row: it comes from a relation that was made after the statement was judged.',
    why: 'A table or view of the target was replaced in this very moment. The session was ended; the next one knows the new one.',
  },
  'GBX-1220': {
    name: 'write-used',
    http: 409,
    exit: 7,
    sqlstate: '55000',
    title: '{request} cannot be run: {how}. Nothing was run.',
    why: 'rule once: an approval is for one run of one statement.',
    next: ['glovebox request --again {request}'],
  },
  'GBX-1221': {
    name: 'not-the-dry-run',
    http: 409,
    exit: 7,
    sqlstate: '40001',
    title: '{request} was rolled back, nothing was changed: {how}.',
    why: 'rule same-effect: what others approved is the effect of the dry run. It takes a new dry run and a new review.',
    next: ['glovebox request --again {request}'],
  },
  'GBX-1222': {
    name: 'masked-source',
    http: 403,
    exit: 5,
    sqlstate: '42501',
    title: 'the statement was not run: a write may not read masked column {column}.',
    why: '{why}',
  },
  'GBX-1223': {
    name: 'write-outcome-unknown',
    http: 500,
    exit: 10,
    sqlstate: '08007',
    title: 'nobody can say whether {request} took effect: {how}. It is not run again.',
    next: ['look at the rows yourself: glovebox requests show {request}'],
  },
  'GBX-1224': {
    name: 'write-not-allowed',
    http: 403,
    exit: 5,
    sqlstate: '42501',
    title: '{what} is not asked for here, so nothing was run.',
    why: '{why}',
  },
  'GBX-1225': {
    name: 'write-failed',
    http: 409,
    exit: 5,
    sqlstate: '40000',
    title: '{what} was rolled back, nothing was changed: {how}.',
  },
  'GBX-1226': {
    name: 'too-many-dry-runs',
    http: 429,
    exit: 5,
    sqlstate: '54000',
    title: '{target} had {limit} dry runs for you in the last {time}, which is the limit; nothing was run.',
  },
  'GBX-1227': {
    name: 'nothing-to-ask-for',
    http: 400,
    exit: 2,
    sqlstate: '22023',
    title: 'nothing was asked: {what}.',
    next: ['glovebox request {target} --level write --run "…" -w "…"'],
  },
  'GBX-1230': {
    name: 'unmask-gathered',
    http: 403,
    exit: 5,
    sqlstate: '42501',
    title:
      '{what} would put many unmasked values into one row, where they could not be counted; the query was not run.',
    why: '{column} is shown under this grant row by row.',
    next: ['select the column itself; count, min and max work, too'],
  },
  'GBX-1231': {
    name: 'unmasked-notice',
    http: 200,
    exit: 0,
    sqlstate: '00000',
    title:
      '{columns} shown unmasked under {grant}: every value is counted on record, at most {rows} rows ({left} left).',
  },
  'GBX-1301': {
    name: 'target-unreachable',
    http: 502,
    exit: 9,
    sqlstate: '08006',
    title: '{target} does not answer: {why}.',
    next: ['glovebox target test {target}'],
  },
  'GBX-1302': {
    name: 'row-limit',
    http: 403,
    exit: 5,
    sqlstate: '54000',
    title: 'stopped after {limit} rows (limit of this target); the rest was not read.',
    next: ['add LIMIT, or a narrower WHERE'],
  },
  'GBX-1303': {
    name: 'byte-limit',
    http: 403,
    exit: 5,
    sqlstate: '54000',
    title: 'stopped after {limit} bytes (limit of this target); the rest was not read.',
    next: ['select fewer columns, or add LIMIT'],
  },
  'GBX-1304': {
    name: 'statement-too-long',
    http: 413,
    exit: 5,
    sqlstate: '54000',
    title: 'the statement has {size} bytes; the limit is {limit}. Nothing was run.',
  },
  'GBX-1305': {
    name: 'statement-timeout',
    http: 504,
    exit: 5,
    sqlstate: '57014',
    title: 'stopped after {limit} (statement timeout of this target).',
  },
  'GBX-1306': {
    name: 'idle-timeout',
    http: 408,
    exit: 7,
    sqlstate: '57P05',
    title: 'the connection was idle for {limit}, which is the limit, so it was ended.',
  },
  'GBX-1307': {
    name: 'target-certificate',
    http: 502,
    exit: 9,
    sqlstate: '08006',
    title: '{target}: its certificate was not accepted: {why}. Nothing was sent.',
  },
  'GBX-1308': {
    name: 'target-sign-in',
    http: 502,
    exit: 9,
    sqlstate: '08006',
    title: '{target} refused the credential that Glovebox holds: {why}.',
  },
  'GBX-1309': {
    name: 'target-version',
    http: 502,
    exit: 9,
    sqlstate: '08006',
    title: '{target} runs version {version}, for which no reviewed lists exist, so nothing was sent.',
    why: 'reviewed: {known}',
  },
  'GBX-1310': {
    name: 'target-pooler',
    http: 502,
    exit: 9,
    sqlstate: '08006',
    title: '{target} does not take startup options, so masking cannot be set up and nothing was sent.',
    why: '{why}',
    next: ['point the url at the server itself, or at a session-mode pooler'],
  },
  'GBX-1311': {
    name: 'target-closed',
    http: 503,
    exit: 13,
    sqlstate: '08006',
    title: '{target} is closed: {why}.',
    next: ['fix glovebox.yaml, then start it again: glovebox up'],
  },
  'GBX-1312': {
    name: 'target-error',
    http: 400,
    exit: 2,
    sqlstate: 'XX000',
    title: '{target} answered: {message} ({sqlstate}).',
  },
  'GBX-1330': {
    name: 'cost-limit',
    http: 403,
    exit: 5,
    sqlstate: '54000',
    title: 'estimated {what} is above the limit {limit} of this target, so the query was not run.',
    why: '{node}',
    next: ['{way}'],
  },
  'GBX-1331': {
    name: 'unmasked-limit',
    http: 403,
    exit: 5,
    sqlstate: '54000',
    title:
      'stopped: {grant} may show {limit} rows with unmasked values, and they have been shown; the rest was not read.',
    next: [
      'add LIMIT, leave the unmasked columns out, or: glovebox request {target} --unmask {columns} --rows N -w "…"',
    ],
  },
  'GBX-1340': {
    name: 'script-changed',
    http: 409,
    exit: 2,
    sqlstate: '55000',
    title: 'the script for {target} is another one than was shown, so nothing was run.',
    why: 'Its catalogue, its labels or the rights of the role changed in between.',
    next: ['glovebox provision {target}   (look at it again)'],
  },
  'GBX-1401': {
    name: 'not-recorded',
    http: 503,
    exit: 10,
    sqlstate: '58030',
    title: 'refused: the journal could not be written ({why}). Nothing was run.',
    next: ['free space, then: glovebox doctor'],
  },
  'GBX-1402': {
    name: 'not-masked',
    http: 500,
    exit: 10,
    sqlstate: 'XX000',
    title: 'the answer was ended: masking failed. Nothing unmasked left.',
    why: '{why}',
  },
  'GBX-1403': {
    name: 'journal-damaged',
    http: 500,
    exit: 10,
    sqlstate: '58030',
    title: 'the journal in {dir} is damaged at {where}, so nothing was started.',
    why: '{why}',
    next: ['glovebox audit verify {dir}'],
  },
  'GBX-1404': {
    name: 'data-in-use',
    http: 500,
    exit: 10,
    sqlstate: '58030',
    title: 'another gateway uses {dir}, so nothing was started.',
  },
  'GBX-1405': {
    name: 'rollback',
    http: 500,
    exit: 10,
    sqlstate: '58030',
    title: 'the journal in {dir} is older than what was signed, so nothing was started.',
    why: '{why}',
  },
  'GBX-1406': {
    name: 'record-not-newest',
    http: 503,
    exit: 10,
    sqlstate: '58030',
    title: 'the record here is not the newest one, so nothing is signed and no session begins.',
    why: '{why}. This data folder was put back from a copy, or another gateway runs on a copy of it.',
    next: ['stop this gateway and go on with the newest data folder', 'glovebox doctor'],
  },
  'GBX-1407': {
    name: 'memory-silent',
    http: 503,
    exit: 10,
    sqlstate: '58030',
    title:
      'the memory of the record outside does not answer, so nothing is signed, and no session begins before it has.',
    why: '{why}.',
    next: ['glovebox doctor', 'journal.memory.unreachable: sign   (a line of glovebox.yaml: go on without asking)'],
  },
  'GBX-1501': { name: 'versions', http: 400, exit: 12, sqlstate: '08004', title: '{what}', why: '{why}' },
  'GBX-1502': {
    name: 'cannot-listen',
    http: 500,
    exit: 10,
    sqlstate: '08006',
    title: 'cannot listen on {address}: {why}. Nothing was started.',
    next: ['{env}=127.0.0.1:0 glovebox up'],
  },
  'GBX-1503': {
    name: 'gateway-unreachable',
    http: 502,
    exit: 9,
    sqlstate: '08006',
    title: 'the gateway at {url} does not answer: {why}.',
    next: ['glovebox up'],
  },
  'GBX-1504': {
    name: 'not-a-client',
    http: 400,
    exit: 2,
    sqlstate: '08P01',
    title: 'this port speaks {speaks}; what arrived is {got}. The connection was ended.',
  },
  'GBX-1505': {
    name: 'too-slow',
    http: 408,
    exit: 2,
    sqlstate: '08P01',
    title: 'the sign-in took over {limit}, so the connection was ended.',
  },
  'GBX-1601': {
    name: 'config-invalid',
    http: 400,
    exit: 13,
    sqlstate: 'F0000',
    title: '{file}:{line}:{column} {what} Nothing was applied.',
    next: ['{hint}'],
  },
  'GBX-1602': {
    name: 'secret-missing',
    http: 400,
    exit: 13,
    sqlstate: 'F0000',
    title: '{file}:{line}:{column} {secret} is not set. Nothing was applied.',
  },
  'GBX-1603': {
    name: 'policy-invalid',
    http: 400,
    exit: 13,
    sqlstate: 'F0000',
    title: '{file}: {what}. Nothing was applied.',
  },
  'GBX-1702': {
    name: 'no-evidence',
    http: 507,
    exit: 10,
    sqlstate: '54000',
    title: 'no evidence file was made, so nothing was exported.',
    why: '{why}.',
    next: ['glovebox audit export --query "… from:-7d" --out F.evidence.zip   (a narrower query makes a smaller file)'],
  },
  'GBX-1703': {
    name: 'not-redacted',
    http: 409,
    exit: 5,
    sqlstate: '55000',
    title: 'nothing was redacted.',
    why: '{why}.',
  },
  'GBX-1901': {
    name: 'internal',
    http: 500,
    exit: 1,
    sqlstate: 'XX000',
    title: 'something failed inside Glovebox, so the action was refused.',
    why: 'It is our fault. The details are in the log of the gateway under {ref}.',
  },
})

export type ErrorCode = keyof typeof errors

type Holes<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Holes<Rest> : never
type Texts<D> = D extends { title: infer T }
  ? T | (D extends { why: infer W } ? W : never) | (D extends { next: readonly (infer N)[] } ? N : never)
  : never
/** The values that a code's sentences need, by name. */
export type ErrorValues<C extends ErrorCode> = { readonly [K in Holes<Texts<(typeof errors)[C]>>]: string | number }

/** Somebody was told no. One shape on all paths: API, CLI, psql, MCP. */
export interface Refusal {
  readonly code: ErrorCode
  readonly title: string
  readonly why?: string
  readonly next: readonly string[]
  /** Id of what it is about: j-…, r-…, g-…, s-… */
  readonly ref?: string
}

// Text from targets and people never carries control characters, bidi overrides or zero-width marks into a message.
// oxlint-disable-next-line no-control-regex
const unsafe = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g

/** Text made fit for one line of a terminal or of a message. */
export const oneLine = (text: string): string => text.replace(unsafe, ' ')

/** Builds the Refusal of a code. Never throws; values are stripped of control characters and cut at 300 characters. */
export function refusal<C extends ErrorCode>(
  code: C,
  values: ErrorValues<C>,
  more: { ref?: string; next?: readonly string[] } = {},
): Refusal {
  const { title, why, next = [] } = errors[code] as Definition
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (hole, name: string) => {
      const value = (values as Record<string, string | number>)[name]
      return value === undefined ? hole : oneLine(String(value)).slice(0, 300)
    })
  return {
    code,
    title: fill(title),
    ...(why === undefined ? {} : { why: fill(why) }),
    next: more.next ?? next.map(fill).filter((line) => line !== ''),
    ...(more.ref === undefined ? {} : { ref: more.ref }),
  }
}

export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' &&
  value !== null &&
  'code' in value &&
  typeof value.code === 'string' &&
  value.code in errors &&
  'next' in value

/** Where a code is explained: a place in the reference, the same on all paths. */
export const docsOf = (code: ErrorCode): string => `docs/reference/errors.md#${code.toLowerCase()}`

/** The one shape of an error on all paths that speak JSON. */
export const errorObject = (refused: Refusal) => ({
  code: refused.code,
  title: refused.title,
  ...(refused.why === undefined ? {} : { why: refused.why }),
  next: refused.next,
  ...(refused.ref === undefined ? {} : { ref: refused.ref }),
  docs: docsOf(refused.code),
})

/** Something broke. `refusal` is what the person may see; `cause` is for the gateway's own log only. */
export class GloveboxError extends Error {
  readonly refusal: Refusal
  constructor(refused: Refusal, options?: ErrorOptions) {
    super(`${refused.code} ${refused.title}`, options)
    this.name = 'GloveboxError'
    this.refusal = refused
  }
}

/** Throws the code's sentence as a failure. */
export function fail<C extends ErrorCode>(code: C, values: ErrorValues<C>, options?: ErrorOptions): never {
  throw new GloveboxError(refusal(code, values), options)
}
