// What the client asks, frame by frame: judged by the walls, admitted by the gate, and only then sent up. Anything that is
// not understood is refused; the list of what goes up without an entry of its own is closed (Sync, Flush, Close, Terminate).
import { isRefusal, refusal, type Refusal } from '../../core/error.ts'
import type { Permit } from '../../gate/types.ts'
import type { Answers } from './answers.ts'
import { outcome } from './answers.ts'
import type { Connection, Item, Portal, Prepared, Running } from './connection.ts'
import { failedBlock, plain, unsupported, worded } from './errors.ts'
import { Fields, frame, fromClient, fromServer, largestOf, Splitter, utf8, WireError } from './wire.ts'
import { recheck } from './recheck.ts'
import { blockAnswer, blockStep, leavesOpen, needsReal, noSavepoint, noteBlock, realBegin } from './rights/block.ts'
import { estimate, isGuarded, type Values } from './rights/estimate.ts'
import { noteShows, showsOf, unmaskedNotice } from './rights/shown.ts'
import { recordable } from './recordable.ts'
import {
  boundOf,
  emptyVerdict,
  forget,
  type Hidden,
  hiddenStep,
  recordedAs,
  runningOf,
  firstStale,
  isNameOpen,
  protocolName,
  silent,
  staleOf,
  withParameters,
} from './rights/running.ts'
import type { Verdict } from './walls/types.ts'

/** What handling a frame gives: nothing, the end, or a promise of either. Most frames have to wait for nothing. */
type Step = 'over' | undefined | Promise<unknown>

export class Intake {
  readonly #at: Connection
  readonly #answers: Answers
  readonly #splitter: Splitter
  /** Extended-protocol frames that wait for the Execute, Sync or Flush which sends them, and their places in the queue. */
  #held: Buffer[] = []
  #items: Item[] = []
  #unrecorded: Prepared[] = []
  #full = false

  constructor(connection: Connection, answers: Answers) {
    this.#at = connection
    this.#answers = answers
    const { statementBytes } = connection.session.on.limits
    this.#splitter = new Splitter(largestOf(statementBytes))
  }

  /** Serves until the client goes away or the session ends. `first` = bytes that came with the startup packet. */
  async serve(first: Buffer): Promise<void> {
    const { session, inlet } = this.#at
    for (
      let chunk: Buffer | undefined = first;
      chunk !== undefined && !session.signal.aborted;
      chunk = await inlet.next()
    ) {
      const whole = this.#whole(chunk)
      if (whole === undefined) return
      for (let from = 0, to = 0; from < whole.length; from = to) {
        to = from + 1 + whole.readUInt32BE(from + 1)
        if (this.#at.cancelling !== undefined) await this.#at.cancelling
        if (this.#at.isOver || session.signal.aborted) return
        const done = this.#frame(whole.subarray(from, to))
        if (done !== undefined && (await done) === 'over') return
      }
      if (this.#full) await session.permit.drained()
      this.#full = false
    }
  }

  #whole(chunk: Buffer): Buffer | undefined {
    try {
      return this.#splitter.whole(chunk)
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      const { tooLarge } = error
      const refused =
        tooLarge !== undefined && (tooLarge.type === fromClient.query || tooLarge.type === fromClient.parse)
          ? refusal('GBX-1304', { size: tooLarge.length, limit: this.#at.session.on.limits.statementBytes })
          : refusal('GBX-1504', { speaks: 'PostgreSQL', got: error.message })
      this.#fatal(refused) // closed: the stream cannot be followed any more
      return undefined
    }
  }

  /** Sends; remembers when the target takes no more for now, so that no more is read from the client (G10). */
  #up(permit: Permit, bytes: Buffer): void {
    if (!permit.send(bytes)) this.#full = true
  }

  #fatal(refused: Refusal): void {
    this.#at.tell(worded('FATAL', refused))
    void this.#at.session.end('protocol', refused.title, refused)
  }

  #frame(bytes: Buffer): Step {
    const type = bytes[0] as number
    if (this.#at.skipping && type !== fromClient.sync && type !== fromClient.terminate) {
      if (type !== fromClient.query) return undefined
      this.#at.skipping = false // a Query behind an error without a Sync: not the protocol, but harmless
    }
    const broken = (error: unknown): 'over' => {
      if (!(error instanceof WireError)) throw error
      this.#fatal(refusal('GBX-1504', { speaks: 'PostgreSQL', got: error.message })) // closed
      return 'over'
    }
    try {
      const done = this.#take(type, bytes)
      return done instanceof Promise ? done.catch(broken) : done
    } catch (error) {
      return broken(error) // closed
    }
  }

  #take(type: number, bytes: Buffer): Step {
    const misnamed = protocolName(this.#at, type, bytes)
    if (misnamed !== undefined) return this.#refused(misnamed, false)
    switch (type) {
      case fromClient.terminate:
        this.#at.session.permit.send(frame(fromClient.terminate))
        return this.#at.session.end('client').then(() => 'over')
      case fromClient.query:
        return this.#query(utf8(bytes.subarray(5, -1)))
      case fromClient.parse:
        return this.#parse(bytes)
      case fromClient.bind:
        return this.#bind(bytes)
      case fromClient.describe:
        return this.#describe(bytes)
      case fromClient.execute:
        return this.#execute(bytes)
      case fromClient.close:
        return this.#close(bytes)
      case fromClient.flush:
        return this.#send().then((sent) => void (sent && this.#up(this.#at.session.permit, frame(fromClient.flush))))
      case fromClient.sync:
        return this.#sync()
      default:
        this.#fatal(unsupported(type)) // closed
        return 'over'
    }
  }

  // --- judging -----------------------------------------------------------------------------------------------------

  /** The walls' answer. What they throw is a refusal (P1). */
  async #judged(text: string, extended: boolean): Promise<readonly Verdict[] | Refusal> {
    const at = this.#at
    if (at.path.stale) await this.#caughtUp()
    try {
      const judged = at.judge.judge(text, { searchPath: at.path.now, inTransaction: at.shown !== 'I', extended })
      return judged instanceof Promise ? await judged : judged
    } catch (error) {
      if (error instanceof Error && 'refusal' in error && isRefusal(error.refusal)) return error.refusal
      const why = error instanceof Error ? `The walls failed on it (${error.name}).` : 'The walls failed on it.'
      return refusal('GBX-1210', { why }) // closed
    }
  }

  /** Waits until all that was asked is answered: where the next step depends on the state after it. */
  async #caughtUp(): Promise<void> {
    if (this.#at.queue.length > 0) this.#up(this.#at.session.permit, frame(fromClient.flush))
    this.#answers.own()
    this.#answers.flush()
    await this.#at.answered()
  }

  /** The same with what is held sent first. False = something of it has failed. */
  async #sent(): Promise<boolean> {
    return (await this.#send()) && this.#caughtUp().then(() => !this.#at.skipping)
  }

  /** In a block that has failed by our refusal, only its end may run: as PostgreSQL itself would have it. */
  #inFailedBlock(verdict: Verdict): boolean {
    return this.#at.failed && !['commit', 'rollback', 'rollback-to', 'empty'].includes(verdict.kind)
  }

  #notHere(verdict: Verdict): Buffer | undefined {
    return this.#inFailedBlock(verdict) ? failedBlock() : noSavepoint(this.#at, verdict)
  }

  /** Waits where the state of the transaction depends on answers to come. False = they were an error: skip to the Sync. */
  #blockKnown(): true | Promise<boolean> {
    const at = this.#at
    const isOpen = at.lazy && at.queue.some((item) => item.kind === 'sync' || item.kind === 'query')
    if (at.failed || at.failing || at.blocksChanging || isOpen) return this.#caughtUp().then(() => !at.skipping)
    return at.skipping ? Promise.resolve(false) : true
  }

  /** W4: the transaction that the client is in begins on the target, too. False = what came before has failed. */
  async #beginReal(permit: Permit): Promise<boolean> {
    if (this.#at.queue.length > 0) await this.#caughtUp()
    if (this.#at.skipping) return false
    const { frames, items } = realBegin(this.#at, permit)
    this.#held.unshift(...frames)
    this.#items.unshift(...items)
    return true
  }

  /** COMMIT of a failed block is a ROLLBACK. */
  #emitted(verdict: Verdict): string {
    if (!this.#at.failed || verdict.kind !== 'commit') return verdict.sql
    return verdict.chain === true ? 'ROLLBACK AND CHAIN' : 'ROLLBACK'
  }

  // --- simple protocol ---------------------------------------------------------------------------------------------

  async #query(text: string): Promise<void> {
    const at = this.#at
    if (this.#items.length > 0) await this.#send()
    // A Query takes the unnamed statement and portal with it; after an error in a block PostgreSQL 13 to 18 would still
    // try to run that portal, out of memory that is free already, and may crash as a whole (G10).
    at.statements.delete('')
    at.portals.delete('')
    const judged = await this.#judged(text, false)
    if (isRefusal(judged)) {
      await at.session.refuse(recordable(text, judged, at.session.on), judged, text)
      return this.#refused(worded('ERROR', judged), true)
    }
    await this.#blockKnown()
    const verdicts = judged.filter((verdict) => verdict.kind !== 'empty')
    if (verdicts.length === 0) return this.#own(() => Buffer.concat([frame(fromServer.emptyQuery), this.#readyFrame()]))
    const [only] = verdicts
    if (verdicts.some((verdict) => isNameOpen(at, verdict))) await this.#caughtUp()
    const no = this.#notHere(only as Verdict) ?? firstStale(at, verdicts)
    if (no !== undefined) return this.#refused(no, true)
    for (const verdict of verdicts) if (await this.#tooDear(verdict, true)) return
    this.#notices(verdicts)
    const running = await this.#admit(verdicts)
    if (isRefusal(running)) return this.#refused(worded('ERROR', running), true)
    if (this.#ownBlock(verdicts, running)) return
    for (const verdict of verdicts) noteBlock(at, verdict)
    if (needsReal(at, verdicts) && (await this.#beginReal((running[0] as Running).permit)))
      this.#release((running[0] as Running).permit)
    const emulate = verdicts.length === 1 ? verdicts[0]?.emulate : undefined
    const texts = verdicts.flatMap(
      (verdict, i) => verdict.emulate?.statements ?? [i === 0 ? this.#emitted(verdict) : verdict.sql],
    )
    if (verdicts.length > 1 && verdicts.some((verdict) => verdict.emulate !== undefined)) {
      for (const one of running) one.permit.settle(outcome(one, 'cut'))
      return this.#refused(plain('25001', 'DISCARD and RESET ALL cannot run together with other statements'), true)
    }
    await recheck(at, (running[0] as Running).permit, () => this.#caughtUp())
    at.queue.push({
      kind: 'query',
      running,
      at: 0,
      ...(emulate === undefined ? {} : { emulated: { tag: emulate.tag, left: emulate.statements.length } }),
    })
    at.path.expect(verdicts)
    this.#up((running[0] as Running).permit, frame(fromClient.query, texts.join(';\n')))
  }

  /** W4: takes what is answered here off the front. True = that was all of it. */
  #ownBlock(verdicts: Verdict[], running: Running[]): boolean {
    const at = this.#at
    const [verdict] = verdicts
    const [first] = running
    // Of several statements only the end of a failed block: the target knows nothing of it.
    if (verdict === undefined || first === undefined || (verdicts.length > 1 && !(at.lazy && at.failed))) return false
    const step = blockStep(at, verdict)
    if (step === undefined) return false
    first.permit.settle(outcome(first, 'ok'))
    verdicts.shift()
    running.shift()
    at.queue.push(blockAnswer(at, step, verdicts.length === 0 ? () => this.#readyFrame() : undefined))
    this.#answers.own()
    this.#answers.flush()
    return verdicts.length === 0 || this.#ownBlock(verdicts, running)
  }

  /** W3: asks the planner first where it has to be asked. True = the statement does not run, and that is answered. */
  #tooDear(verdict: Verdict, simple: boolean, values?: Values): false | Promise<boolean> {
    const at = this.#at
    if (verdict.setting?.name.startsWith('enable_') === true) at.ownPlans = true
    return isGuarded(at, verdict, values?.types) && this.#askPlanner(verdict, simple, values)
  }

  async #askPlanner(verdict: Verdict, simple: boolean, values?: Values): Promise<boolean> {
    const at = this.#at
    // Alone and ahead of its flight, so that this is no part of it; within one or in a block there is no other place.
    const sync = simple || (at.status === 'I' && !at.midFlight)
    if (!sync && !(await this.#send())) return true
    await this.#caughtUp()
    if (!simple && at.skipping) return true // what came before it has failed
    const flush = (): Promise<void> => this.#caughtUp()
    const no = this.#inFailedBlock(verdict)
      ? { error: failedBlock() }
      : await estimate(at, verdict, { sync, flush, ...(values === undefined ? {} : { values }) })
    if (no === undefined) return false
    if (isRefusal(no)) await at.session.refuse(verdict.action.text, no)
    await this.#refused(isRefusal(no) ? worded('ERROR', no) : no.error, simple)
    return true
  }

  async #admit(verdicts: readonly Verdict[]): Promise<Running[] | Refusal> {
    const permits = await Promise.all(verdicts.map((verdict) => this.#at.session.admit(verdict.action)))
    const refused = permits.find(isRefusal)
    const running = permits.flatMap((permit, i) =>
      isRefusal(permit) ? [] : [runningOf(this.#at, verdicts[i] as Verdict, permit)],
    )
    if (refused === undefined) return running
    for (const one of running) one.permit.settle(outcome(one, 'cut', { code: refused.code }))
    return refused
  }

  /** GBX-1201 once per session and column, before the statement's answer. */
  #notices(verdicts: readonly Verdict[]): void {
    if (this.#at.settings.quiet) return
    const { told } = this.#at
    const masked = verdicts.flatMap((verdict) => verdict.notices).filter(({ title }) => !told.has(title))
    for (const { title } of masked) told.add(title)
    const notices = [...new Set(masked), ...unmaskedNotice(this.#at, verdicts)]
    if (notices.length > 0) this.#own(() => Buffer.concat(notices.map((notice) => worded('NOTICE', notice))))
  }

  #own(bytes: () => Buffer | undefined): void {
    this.#at.queue.push({ kind: 'own', bytes })
    this.#answers.own()
    this.#answers.flush()
  }

  #readyFrame(): Buffer {
    return frame(fromServer.ready, this.#at.shown.charCodeAt(0))
  }

  /** An error of ours in its place among the answers; inside a transaction the block has failed for the client. */
  async #refused(error: Buffer, simple: boolean): Promise<void> {
    const at = this.#at
    if (!simple) {
      if (!at.skipping && this.#items.length > 0 && !(await this.#send())) return // what came before it is not touched by it
      at.skipping = true
    }
    at.queue.push({
      kind: 'own',
      bytes: () => {
        if (!simple) at.failing = true
        else if (at.inBlock) at.failed = true
        return simple ? Buffer.concat([error, this.#readyFrame()]) : error
      },
    })
    await this.#caughtUp()
  }

  // --- extended protocol -------------------------------------------------------------------------------------------

  /** Puts the texts that are held on record. False = refused: what was held is dropped, not sent (G1). */
  async #record(): Promise<Permit | false> {
    const at = this.#at
    const texts = this.#unrecorded
    this.#unrecorded = []
    const admitted = texts.length === 0 ? [] : await this.#admit(texts.map((prepared) => prepared.verdict))
    if (isRefusal(admitted)) {
      this.#drop()
      await this.#refused(worded('ERROR', admitted), false)
      return false
    }
    for (const [i, one] of admitted.entries()) {
      Object.assign(texts[i] as Prepared, { recorded: true, text: one })
    }
    return admitted[0]?.permit ?? at.session.permit
  }

  /** Sends what is held: texts under their entries, the rest under the session's own permit. */
  async #send(): Promise<boolean> {
    const permit = await this.#record()
    if (permit === false) return false
    this.#release(permit)
    return true
  }

  #drop(): void {
    for (const item of this.#items) forget(this.#at, item)
    this.#items = []
    this.#held = []
    this.#unrecorded = []
  }

  #release(permit: Permit): void {
    this.#at.midFlight = true
    this.#at.queue.push(...this.#items)
    this.#items = []
    if (this.#held.length > 0)
      this.#up(permit, this.#held.length === 1 ? (this.#held[0] as Buffer) : Buffer.concat(this.#held))
    this.#held = []
    this.#answers.own()
    this.#answers.flush()
  }

  async #parse(bytes: Buffer): Promise<void> {
    const at = this.#at
    const fields = new Fields(bytes, 5)
    const name = fields.text()
    const text = fields.text()
    const types = fields.take(fields.left)
    if (name !== '' && at.statements.has(name))
      return this.#refused(plain('42P05', `prepared statement "${name}" already exists`), false)
    const judged = await this.#judged(text, true)
    if (isRefusal(judged)) {
      await at.session.refuse(recordable(text, judged, at.session.on), judged, text)
      return this.#refused(worded('ERROR', judged), false)
    }
    if (!(await this.#blockKnown())) return
    const verdict = judged[0] ?? emptyVerdict(text)
    if (judged.length > 1)
      return this.#refused(plain('42601', 'cannot insert multiple commands into a prepared statement'), false)
    if (this.#inFailedBlock(verdict)) return this.#refused(failedBlock(), false)
    const prepared: Prepared = {
      verdict,
      version: at.walls.version,
      types,
      recorded: verdict.kind === 'empty',
      described: false,
    }
    if (verdict.kind === 'query') noteBlock(at, verdict)
    at.statements.set(name, prepared)
    if (!prepared.recorded) this.#unrecorded.push(prepared)
    this.#held.push(frame(fromClient.parse, name, this.#emitted(verdict), types))
    this.#items.push({ kind: 'parse', hidden: false, prepared })
  }

  /** A statement that is known, judged under the walls of now, and allowed in this block; or the error to answer. */
  #usable(prepared: Prepared | undefined, what: string): Prepared | Buffer {
    if (prepared === undefined) return plain('26000', `${what} does not exist`)
    if (prepared.version !== this.#at.walls.version) {
      return plain('26000', `${what} was prepared before the rules or the catalogue changed`, 'Prepare it again.')
    }
    const isEmpty = this.#at.failed && prepared.verdict.kind === 'empty' // may be parsed there, not bound
    return isEmpty || this.#inFailedBlock(prepared.verdict) ? failedBlock() : prepared
  }

  #bind(bytes: Buffer): Step {
    const known = this.#blockKnown()
    return known === true ? this.#bindNow(bytes) : known.then((isKnown) => (isKnown ? this.#bindNow(bytes) : undefined))
  }

  #bindNow(bytes: Buffer): Step {
    const at = this.#at
    const fields = new Fields(bytes, 5)
    const portal = fields.text()
    const statement = fields.text()
    const prepared = this.#usable(
      at.statements.get(statement),
      statement === '' ? 'unnamed prepared statement' : `prepared statement "${statement}"`,
    )
    if (Buffer.isBuffer(prepared)) return this.#refused(prepared, false)
    const values = bytes.length - fields.left
    const bound = boundOf(fields)
    const searches = at.judge.bind(prepared.verdict, bound)
    if (searches !== undefined && isRefusal(searches)) {
      const refused = searches
      const recorded = at.session.refuse(recordable(prepared.verdict.action.text, refused, at.session.on), refused)
      return recorded.then(() => this.#refused(worded('ERROR', refused), false))
    }
    const { labelledParameters } = prepared.verdict
    const parameters = bound.map((one, i) => recordedAs(one, labelledParameters.includes(i + 1)))
    const searched = searches === undefined ? {} : { searches }
    noteShows(at, `cursor ${portal}`, showsOf(at, prepared.verdict))
    const raw =
      prepared.verdict.guard === undefined ? {} : { bound: bytes.subarray(values, bytes.length - fields.left) }
    const made = { prepared, parameters, ...searched, ...raw, sync: at.syncs, isOpen: true }
    at.portals.set(portal, made)
    this.#held.push(bytes)
    this.#items.push({ kind: 'bind', hidden: false, portal: made })
    return undefined
  }

  #describe(bytes: Buffer): Step {
    const at = this.#at
    const fields = new Fields(bytes, 5)
    const kind = fields.u8()
    const name = fields.text()
    const found = kind === 0x53 ? at.statements.get(name) : at.portals.get(name)?.prepared
    if (found === undefined && !(kind === 0x50 && at.cursors.has(name))) {
      return this.#refused(
        kind === 0x53
          ? plain('26000', `prepared statement "${name}" does not exist`)
          : plain('34000', `portal "${name}" does not exist`),
        false,
      )
    }
    if (found !== undefined) found.described = true
    this.#held.push(bytes)
    this.#items.push({ kind: 'describe', hidden: false, prepared: found })
    return undefined
  }

  /** A portal that is there and may be executed in this block, under the walls of now; or the error to answer. */
  #executable(name: string): Portal | Buffer {
    const at = this.#at
    const portal = at.portals.get(name)
    if (portal === undefined) {
      const isGone = at.shown === 'E' && name === '' // its old self is still there, on a direct connection
      return isGone ? failedBlock() : plain('34000', `portal "${name}" does not exist`)
    }
    const { verdict, version } = portal.prepared
    if (verdict.kind === 'empty') return portal
    const no = this.#notHere(verdict) ?? staleOf(at, verdict)
    if (no !== undefined || version === at.walls.version) return no ?? portal
    return plain('34000', `portal "${name}" was opened before the rules or the catalogue changed`, 'Prepare it again.')
  }

  async #execute(bytes: Buffer): Promise<void> {
    const at = this.#at
    const fields = new Fields(bytes, 5)
    const name = fields.text()
    const limit = fields.i32()
    const known = this.#blockKnown()
    if (known !== true && !(await known)) return
    const asked = at.portals.get(name)?.prepared.verdict
    if (asked && isNameOpen(at, asked) && !(await this.#sent())) return
    const portal = this.#executable(name)
    if (Buffer.isBuffer(portal)) return this.#refused(portal, false)
    const { prepared, bound } = portal
    if (prepared.verdict.kind === 'empty') {
      this.#items.push({ kind: 'own', bytes: () => frame(fromServer.emptyQuery) })
      return
    }
    const isDear = this.#tooDear(prepared.verdict, false, bound && { types: prepared.types, bound })
    if (isDear !== false && (await isDear)) return
    this.#notices([prepared.verdict])
    // Texts of other statements in the same flight are recorded on their own; this one's entry is its execution.
    this.#unrecorded = this.#unrecorded.filter((other) => other !== prepared)
    if (this.#unrecorded.length > 0 && (await this.#record()) === false) return
    const permit = await at.session.admit(withParameters(prepared.verdict, portal))
    if (isRefusal(permit)) {
      this.#drop() // what is held has no entry (G1)
      return this.#refused(worded('ERROR', permit), false)
    }
    prepared.recorded = true
    const running = runningOf(at, prepared.verdict, permit)
    const block = blockStep(at, prepared.verdict)
    portal.isOpen = limit > 0 && block === undefined
    if (block !== undefined) {
      this.#items.push(blockAnswer(at, block))
      this.#release(permit)
      return permit.settle(outcome(running, 'ok'))
    }
    noteBlock(at, prepared.verdict)
    if (needsReal(at, [prepared.verdict]) && !(await this.#beginReal(permit))) {
      permit.settle(outcome(running, 'cancelled'))
      return this.#drop()
    }
    if (!at.reportsReadOnly) await recheck(at, permit, () => this.#caughtUp())
    at.path.expect([prepared.verdict])
    if (prepared.verdict.emulate !== undefined) this.#emulate(prepared, running)
    else {
      if (!prepared.described) {
        // Nobody asked for the columns, but the alarm has to see them before the first row.
        prepared.described = true
        this.#held.push(frame(fromClient.describe, 0x50, name))
        this.#items.push({ kind: 'describe', hidden: true, prepared })
      }
      this.#held.push(bytes)
      this.#items.push({ kind: 'execute', hidden: false, prepared, running })
    }
    this.#release(permit)
  }

  /** RESET ALL and DISCARD over the extended protocol: their steps run under hidden names, one tag comes back. */
  #emulate(prepared: Prepared, running: Running): void {
    const { statements, tag } = prepared.verdict.emulate ?? { statements: [], tag: '' }
    for (const [i, text] of statements.entries()) {
      const last = i === statements.length - 1
      const step = last ? running : { ...running, permit: silent(running.permit) }
      this.#hold(hiddenStep(text, { ...prepared, described: true }, step, last ? tag : undefined))
    }
  }

  #hold({ frames, items }: Hidden): void {
    this.#held.push(...frames)
    this.#items.push(...items)
  }

  #close(bytes: Buffer): undefined {
    const fields = new Fields(bytes, 5)
    const kind = fields.u8()
    const name = fields.text()
    if (kind === 0x53) this.#at.statements.delete(name)
    else this.#at.portals.delete(name)
    this.#held.push(bytes)
    this.#items.push({ kind: 'close', hidden: false })
  }

  async #sync(): Promise<void> {
    const at = this.#at
    if (at.skipping) this.#drop()
    else if (this.#items.length > 0) await this.#send()
    if (!at.skipping && leavesOpen(at) && (await this.#blockKnown()) && at.lazy && !at.failed) {
      if (await this.#beginReal(at.session.permit)) this.#release(at.session.permit)
    }
    at.skipping = false
    at.midFlight = false
    at.queue.push({ kind: 'sync', number: at.syncs++ })
    this.#up(at.session.permit, frame(fromClient.sync))
  }
}
