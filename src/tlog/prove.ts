// Makes the proof that an entry is in a log from its static files. Tiles are a convenience of whoever serves them: a proof
// leaves here only after it was checked against the signed root, from the bytes of the entry upward.
import { openCheckpoint } from './checkpoint.ts'
import {
  checkInclusion,
  consistencyProof,
  inclusionProof,
  leafHash,
  nodeHash,
  rootAt,
  type Subtree,
  type TreeHash,
} from './merkle.ts'
import type { Verifier } from './note.ts'
import { formatProof } from './proof.ts'
import type { Reader } from './reader.ts'
import { bundlePath, decodeBundle, decodeTile, tilePath, tileWidth, widthAt } from './tile.ts'

/** A hash is in a tile that has not been read yet. */
class Missing extends Error {
  readonly level: number
  readonly n: number
  constructor(level: number, n: number) {
    super(`tile ${level}/${n}`)
    this.level = level
    this.n = n
  }
}

/** A partial tile or bundle, or the full one that has replaced it since. */
export async function readWidth(
  reader: Reader,
  path: (width: number) => string,
  width: number,
): Promise<{ bytes: Uint8Array; wider: boolean } | undefined> {
  const exact = await reader.read(path(width))
  if (exact) return { bytes: exact, wider: false }
  const full = width === tileWidth ? undefined : await reader.read(path(tileWidth))
  return full && { bytes: full, wider: true }
}

/** Runs a computation over the tree, reading tiles as it asks for them. */
async function overTiles<T>(reader: Reader, size: number, compute: (subtree: Subtree) => T): Promise<T> {
  const tiles = new Map<string, TreeHash[]>()
  const subtree: Subtree = (level, index) => {
    if (level % 8 !== 0) return nodeHash(subtree(level - 1, index * 2), subtree(level - 1, index * 2 + 1))
    const n = Math.floor(index / tileWidth)
    const hash = tiles.get(`${level / 8}/${n}`)?.[index % tileWidth]
    if (!hash) throw new Missing(level / 8, n)
    return hash
  }
  for (;;) {
    try {
      return compute(subtree)
    } catch (error) {
      if (!(error instanceof Missing) || tiles.has(`${error.level}/${error.n}`)) throw error
      const width = widthAt(error.level, error.n, size)
      const tile = await readWidth(reader, (w) => tilePath(error.level, error.n, w), width)
      if (!tile) throw new RangeError(`${tilePath(error.level, error.n, width)} is missing`, { cause: error })
      tiles.set(`${error.level}/${error.n}`, decodeTile(tile.bytes, width))
    }
  }
}

/**
 * Text of a tlog-proof (c2sp.org/tlog-proof) for entry `index`. RangeError when the log cannot give one that holds: no
 * valid checkpoint, not covered by it yet, or files that are missing or forged.
 */
export async function prove(reader: Reader, verifier: Verifier, index: number): Promise<string> {
  const note = await reader.read('checkpoint')
  const checkpoint = note && openCheckpoint(note, verifier)
  if (!note || !checkpoint) throw new RangeError('there is no checkpoint that this key has signed')
  const { size, root } = checkpoint
  if (!(index >= 0 && index < size)) throw new RangeError(`the checkpoint covers ${size} entries`)
  const n = Math.floor(index / tileWidth)
  const width = widthAt(0, n, size)
  const bundle = await readWidth(reader, (w) => bundlePath(n, w), width)
  if (!bundle) throw new RangeError(`${bundlePath(n, width)} is missing`)
  const leaf = leafHash(decodeBundle(bundle.bytes, width, bundle.wider)[index % tileWidth] as Buffer)
  const hashes = await overTiles(reader, size, (subtree) => inclusionProof(subtree, index, size))
  if (!checkInclusion(leaf, index, size, root, hashes))
    throw new RangeError('the files of the log do not fit its signed root')
  return formatProof({ index, hashes, checkpoint: Buffer.from(note).toString() })
}

/** Proof that the first `older` entries of the log are those of its first `size`, from tiles. RangeError where they are missing. */
export const proveConsistency = (reader: Reader, older: number, size: number): Promise<TreeHash[]> =>
  overTiles(reader, size, (subtree) => consistencyProof(subtree, older, size))

/** Root of the first `older` of `size` entries, from tiles. RangeError where they are missing. */
export const rootWithin = (reader: Reader, older: number, size: number): Promise<TreeHash> =>
  overTiles(reader, size, (subtree) => rootAt(subtree, older))
