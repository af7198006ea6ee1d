// One proof for many entries: the hashes of the subtrees that hold none of them, and of each of them, from left to right,
// each with the leaves that it stands for. They tile the log without a gap, so whoever folds them to the signed root has
// proved the place of every entry, and sees how many leaves are there as hashes only.
//
//   glovebox/inclusion/v1 182736          the size of the log
//   0-131071 <base64>                     the root of these leaves
//   176220 <base64>                       the hash of this leaf
import { fromBase64 } from '../../lib/bytes.ts'
import { nodeHash, type TreeHash } from '../merkle.ts'

const inclusionMagic = 'glovebox/inclusion/v1'

/** Hash of the complete subtree over the leaves [index * 2^level, (index + 1) * 2^level). */
export type AsyncSubtree = (level: number, index: number) => Promise<TreeHash>

/** Largest power of two smaller than n (n > 1). */
function split(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/** Root over the leaves [from, to), a node of the tree. */
async function rangeHash(subtree: AsyncSubtree, from: number, to: number): Promise<TreeHash> {
  const n = to - from
  if (n === 1) return subtree(0, from)
  const k = split(n)
  if (k * 2 === n) return subtree(Math.round(Math.log2(n)), from / n)
  return nodeHash(await rangeHash(subtree, from, from + k), await rangeHash(subtree, from + k, to))
}

/** Lines of the proof, with their newlines, for these leaves of a log of `size`: sorted, each once, all of them below `size`. */
export async function* inclusionLines(
  subtree: AsyncSubtree,
  size: number,
  indexes: readonly number[],
): AsyncGenerator<string> {
  let next = 0
  async function* below(from: number, to: number): AsyncGenerator<string> {
    const isOpen = next < indexes.length && (indexes[next] as number) < to
    if (!isOpen || to - from === 1) {
      if (isOpen) next++
      const span = to - from === 1 ? `${from}` : `${from}-${to - 1}`
      yield `${span} ${(await rangeHash(subtree, from, to)).toString('base64')}\n`
      return
    }
    const middle = from + split(to - from)
    yield* below(from, middle)
    yield* below(middle, to)
  }
  yield `${inclusionMagic} ${size}\n`
  if (size > 0) yield* below(0, size)
}

/** What is wrong with a proof, as the second half of a sentence. */
export class InclusionError extends Error {}

interface Span {
  readonly from: number
  readonly to: number
  readonly hash: TreeHash
}

function spanIn(line: string): Span {
  const [, first = '', last, encoded = ''] =
    /^(0|[1-9]\d{0,15})(?:-([1-9]\d{0,15}))? ([A-Za-z0-9+/]{43}=)$/.exec(line) ?? []
  const hash = fromBase64(encoded)
  const from = Number(first)
  const to = last === undefined ? from + 1 : Number(last) + 1
  // A single leaf has one spelling.
  if (first === '' || hash?.length !== 32 || !Number.isSafeInteger(to) || (last !== undefined && to - from < 2))
    throw new InclusionError('a line of it is not in the one form')
  return { from, to, hash }
}

/**
 * Folds the lines to a root. `onLeaf` is told of every single leaf, in order, before anything is proved: believe it only
 * when the root that comes back is the signed one. InclusionError when the lines don't tile a log of `size`.
 */
export async function foldInclusion(
  lines: AsyncIterator<string>,
  size: number,
  onLeaf: (index: number, hash: TreeHash) => Promise<void>,
): Promise<TreeHash> {
  const read = async (): Promise<string | undefined> => {
    const { value, done } = await lines.next()
    return done === true ? undefined : value
  }
  if ((await read()) !== `${inclusionMagic} ${size}`)
    throw new InclusionError(`it is not a proof for a log of ${size} entries`)
  let line = await read()
  const fold = async (from: number, to: number): Promise<TreeHash> => {
    if (line === undefined) throw new InclusionError('it is cut')
    const span = spanIn(line)
    if (span.from === from && span.to === to) {
      line = await read()
      if (to - from === 1) await onLeaf(from, span.hash)
      return span.hash
    }
    if (span.from !== from || span.to > to || to - from === 1)
      throw new InclusionError(`its line for leaf ${span.from} is not where it belongs`)
    const middle = from + split(to - from)
    const left = await fold(from, middle)
    return nodeHash(left, await fold(middle, to))
  }
  if (size < 1) throw new InclusionError('an empty log holds nothing')
  const root = await fold(0, size)
  if (line !== undefined) throw new InclusionError('there is more in it than the tree')
  return root
}
