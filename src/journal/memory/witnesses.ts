// The witnesses of a log as its memory (c2sp.org/tlog-witness, asked as a client): all are asked at once. They hold a tree
// when those that cosigned it meet the quorum of the policy; one that knows more, or something else, outweighs all others.
import { cosignaturesOf } from '../../tlog/cosignature.ts'
import { meetsQuorum, type PolicyWitness, type WitnessPolicy } from '../../tlog/witness-policy.ts'
import { formatAddCheckpoint } from '../../tlog/witness.ts'
import { silent, type Memory, type Signed, type Told } from './memory.ts'

const maxAnswerBytes = 64 * 1024
/** The first try may have the wrong size; the second has the right one unless somebody else is at it as well. */
const maxTries = 3

/** An HTTP answer, read whole. */
interface Answered {
  readonly status: number
  readonly body: string
}

/** One witness. Not for concurrent use. */
class AskedWitness implements Memory {
  readonly name: string
  readonly #witness: PolicyWitness & { readonly url: string }
  readonly #waitMs: number
  /** Size that it has seen last, as far as we know; undefined before it was asked. */
  #seen: number | undefined

  constructor(witness: PolicyWitness & { readonly url: string }, waitMs: number) {
    this.name = `witness ${witness.name}`
    this.#witness = witness
    this.#waitMs = waitMs
  }

  async hold(signed: Signed): Promise<Told> {
    const signal = AbortSignal.timeout(this.#waitMs)
    try {
      let old = Math.min(this.#seen ?? signed.size, signed.size)
      for (let tries = 0; tries < maxTries; tries++) {
        const { status, body } = await this.#post(signed, old, signal)
        if (status === 409) {
          const size = /^(0|[1-9]\d{0,15})\n?$/.test(body) ? Number(body) : undefined
          if (size === undefined) return silent(`${this.name} answered 409 without its size`)
          if (size > signed.size) {
            const why = `${this.name} has seen ${size} signed entries, and here are ${signed.size}`
            return { kind: 'contradicts', why }
          }
          // Drafts of the protocol said 409 where a tree of the same size has another root.
          if (size === old && size === signed.size)
            return { kind: 'contradicts', why: `${this.name} has seen another tree of ${size} entries` }
          this.#seen = old = size
          continue
        }
        return this.#told(signed, status, body)
      }
      return silent(`${this.name} changes its mind: does another gateway use the key of this log?`)
    } catch (error) {
      return silent(`${this.name}: ${signal.aborted ? `no answer within ${this.#waitMs / 1000} s` : whyOf(error)}`) // closed: no answer is none
    }
  }

  #told(signed: Signed, status: number, body: string): Told {
    const said = body.split('\n')[0]?.slice(0, 200) ?? ''
    if (status === 422) return { kind: 'contradicts', why: `${this.name} has seen other entries: ${said}` }
    if (status !== 200) return silent(`${this.name} answered ${status}: ${said}`)
    const line = this.#line(signed, body)
    if (line === undefined) return silent(`${this.name} answered with something that its key has not signed`)
    this.#seen = signed.size
    return { kind: 'holds', lines: [line] }
  }

  /** The one line of this witness that verifies; whatever else came with it is left out. */
  #line({ note }: Signed, body: string): string | undefined {
    return body
      .split('\n')
      .map((line) => `${line}\n`)
      .find((line) => (cosignaturesOf(note + line, [this.#witness.key])?.length ?? 0) > 0)
  }

  async #post(signed: Signed, old: number, signal: AbortSignal): Promise<Answered> {
    const proof = await signed.prove(old)
    const response = await fetch(`${this.#witness.url}/add-checkpoint`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: formatAddCheckpoint({ old, proof, note: signed.note }),
      redirect: 'error',
      signal,
    })
    const pieces: Uint8Array[] = []
    let length = 0
    for await (const piece of response.body ?? []) {
      length += piece.length
      if (length > maxAnswerBytes) throw new Error('its answer is too long')
      pieces.push(piece)
    }
    return { status: response.status, body: Buffer.concat(pieces).toString() }
  }
}

const whyOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
  if (code === 'ECONNREFUSED') return 'nothing listens there (connection refused)'
  return cause instanceof Error ? cause.message || (code ?? cause.name) : String(cause)
}

export class Witnesses implements Memory {
  readonly name = 'the witnesses'
  readonly #policy: WitnessPolicy
  readonly #asked: readonly { readonly name: string; readonly memory: Memory }[]

  /** Witnesses without an address are not asked. `waitMs` = longest wait for one. */
  constructor(policy: WitnessPolicy, waitMs: number) {
    this.#policy = policy
    this.#asked = policy.witnesses.flatMap((witness) => {
      const { name, url } = witness
      return url === undefined ? [] : [{ name, memory: new AskedWitness({ ...witness, url }, waitMs) }]
    })
  }

  async hold(signed: Signed): Promise<Told> {
    const told = await Promise.all(this.#asked.map(({ memory }) => memory.hold(signed)))
    const against = told.find((one) => one.kind === 'contradicts')
    if (against) return against
    const lines = told.flatMap((one) => (one.kind === 'contradicts' ? [] : one.lines))
    const names = this.#asked.filter((_, i) => told[i]?.kind === 'holds').map(({ name }) => name)
    if (meetsQuorum(this.#policy, new Set(names))) return { kind: 'holds', lines }
    const why = told.flatMap((one) => (one.kind === 'silent' ? [one.why] : [])).join('; ')
    return { kind: 'silent', why: why === '' ? 'the policy has no quorum that can be asked' : why, lines }
  }
}
