// The Merkle tree of RFC 6962 section 2.1 (RFC 9162 has the same): hashes, roots, and proofs, computed and checked.
// Sizes may pass 2^31, so there is no bit arithmetic on them.
import { equalBytes } from '../lib/bytes.ts'
import { sha256 } from '../lib/hash.ts'

export type TreeHash = Buffer
/** Hash of the complete subtree over the leaves [index * 2^level, (index + 1) * 2^level). May throw: then so does the proof. */
export type Subtree = (level: number, index: number) => TreeHash

const leafPrefix = Buffer.of(0)
const nodePrefix = Buffer.of(1)
const scratch = Buffer.alloc(65)
scratch[0] = 1
// One hash over one piece of memory takes a third of the time of a hash object over two.
const leafScratch = Buffer.alloc(4_096)

export function leafHash(entry: Uint8Array): TreeHash {
  if (entry.length >= leafScratch.length) return sha256(leafPrefix, entry)
  leafScratch.set(entry, 1)
  return sha256(leafScratch.subarray(0, entry.length + 1))
}

export function nodeHash(left: Uint8Array, right: Uint8Array): TreeHash {
  if (left.length !== 32 || right.length !== 32) return sha256(nodePrefix, left, right)
  scratch.set(left, 1)
  scratch.set(right, 33)
  return sha256(scratch)
}

/** Root of the empty tree: SHA-256 of nothing. */
export const emptyRoot = (): TreeHash => sha256()

const half = (n: number): number => Math.floor(n / 2)
const isOdd = (n: number): boolean => n % 2 === 1
/** Largest power of two smaller than n (n > 1). */
function split(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/** A tree that only grows: keeps the roots of its complete subtrees, largest first. Not for concurrent use. */
export class Frontier {
  size = 0
  /** Root of the 256 leaves that were completed last; undefined before. */
  newest256: TreeHash | undefined
  readonly #roots: TreeHash[] = []

  append(leaf: TreeHash): void {
    let hash = leaf
    let leaves = 1
    for (let left = this.size; isOdd(left); left = half(left)) {
      hash = nodeHash(this.#roots.pop() as TreeHash, hash)
      leaves *= 2
      if (leaves === 256) this.newest256 = hash
    }
    this.#roots.push(hash)
    this.size++
  }

  root(): TreeHash {
    let hash = this.#roots.at(-1)
    if (!hash) return emptyRoot()
    for (let i = this.#roots.length - 2; i >= 0; i--) hash = nodeHash(this.#roots[i] as TreeHash, hash)
    return hash
  }

  copy(): Frontier {
    const copy = new Frontier()
    copy.size = this.size
    copy.newest256 = this.newest256
    copy.#roots.push(...this.#roots)
    return copy
  }
}

/** MTH over leaf hashes. */
export function rootOf(leaves: readonly TreeHash[]): TreeHash {
  const tree = new Frontier()
  for (const leaf of leaves) tree.append(leaf)
  return tree.root()
}

/** Root over the leaves [from, to), where `from` is a multiple of the largest subtree used. */
function range(subtree: Subtree, from: number, to: number): TreeHash {
  const n = to - from
  const k = n === 1 ? 1 : split(n)
  if (k * 2 === n || n === 1) return subtree(Math.round(Math.log2(n)), from / n)
  return nodeHash(range(subtree, from, from + k), range(subtree, from + k, to))
}

/** Root of the first `size` leaves. */
export const rootAt = (subtree: Subtree, size: number): TreeHash => (size === 0 ? emptyRoot() : range(subtree, 0, size))

/** RFC 9162 section 2.1.3.1. RangeError when there is no such leaf. */
export function inclusionProof(subtree: Subtree, index: number, size: number): TreeHash[] {
  if (!(index >= 0 && index < size)) throw new RangeError(`leaf ${index} is not in a tree of ${size}`)
  const proof: TreeHash[] = []
  for (let from = 0, to = size; to - from > 1;) {
    const middle = from + split(to - from)
    if (index < middle) {
      proof.push(range(subtree, middle, to))
      to = middle
    } else {
      proof.push(range(subtree, from, middle))
      from = middle
    }
  }
  return proof.reverse()
}

/** RFC 9162 section 2.1.4.1: that the tree of `older` leaves is a prefix of the tree of `size` leaves. Empty for 0 and for equal sizes. */
export function consistencyProof(subtree: Subtree, older: number, size: number): TreeHash[] {
  if (!(older >= 0 && older <= size)) throw new RangeError(`a tree of ${older} is not within one of ${size}`)
  if (older === 0 || older === size) return []
  const proof: TreeHash[] = []
  let from = 0
  let to = size
  while (to !== older) {
    const middle = from + split(to - from)
    if (older <= middle) {
      proof.push(range(subtree, middle, to))
      to = middle
    } else {
      proof.push(range(subtree, from, middle))
      from = middle
    }
  }
  if (from > 0) proof.push(range(subtree, from, to))
  return proof.reverse()
}

/** RFC 9162 section 2.1.3.2. False also for malformed input. */
export function checkInclusion(
  leaf: TreeHash,
  index: number,
  size: number,
  root: TreeHash,
  proof: readonly TreeHash[],
): boolean {
  if (!(index >= 0 && index < size)) return false
  let node = index
  let last = size - 1
  let hash = leaf
  for (const sibling of proof) {
    if (last === 0) return false
    if (isOdd(node) || node === last) {
      hash = nodeHash(sibling, hash)
      while (!isOdd(node) && node !== 0) {
        node = half(node)
        last = half(last)
      }
    } else hash = nodeHash(hash, sibling)
    node = half(node)
    last = half(last)
  }
  return last === 0 && equalBytes(hash, root)
}

/** RFC 9162 section 2.1.4.2. False also for malformed input. */
export function checkConsistency(
  older: number,
  olderRoot: TreeHash,
  size: number,
  root: TreeHash,
  proof: readonly TreeHash[],
): boolean {
  if (!(older >= 0 && older <= size)) return false
  if (older === size) return proof.length === 0 && equalBytes(olderRoot, root)
  if (older === 0) return proof.length === 0 && equalBytes(olderRoot, emptyRoot())
  let node = older - 1
  let last = size - 1
  while (isOdd(node)) {
    node = half(node)
    last = half(last)
  }
  // A power of two is its own first hash: the proof does not repeat it.
  const [first, ...rest] = node === 0 ? [olderRoot, ...proof] : proof
  if (!first) return false
  let before = first
  let after = first
  for (const hash of rest) {
    if (last === 0) return false
    if (isOdd(node) || node === last) {
      before = nodeHash(hash, before)
      after = nodeHash(hash, after)
      while (!isOdd(node) && node !== 0) {
        node = half(node)
        last = half(last)
      }
    } else after = nodeHash(after, hash)
    node = half(node)
    last = half(last)
  }
  return last === 0 && equalBytes(before, olderRoot) && equalBytes(after, root)
}
